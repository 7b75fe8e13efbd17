"""A workbook that is open in the desk: what it says and what has been done with it."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from permu_xl.errors import PermuError
from permu_xl.findings import Level
from permu_xl.tasks import failed, is_current, unexpected
from permu_xl.workbook import STEPS, Outcome, assess
from permu_xl.workbook.reading import OpenedWorkbook, open_workbook
from permu_xl.xlsx.files import backup_path, file_stamp, opened_by

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from permu_xl.engine import Evaluation
    from permu_xl.engine.model import Scheme
    from permu_xl.findings import Finding
    from permu_xl.hosts.desk.steps import Job
    from permu_xl.workbook import Progress

__all__ = ["Made", "Result", "Session"]


@dataclass(frozen=True, slots=True)
class Made:
    """A file or folder that a step has made: what the page calls it by, and where it is."""

    id: str
    path: Path


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a step, until it is done again.

    ``text`` is the sentence of the command; ``found`` what it found, as an object, for the page
    of the step to show; ``good`` is False where there is something to be mended first.
    """

    text: str
    made: tuple[Made, ...] = ()
    findings: tuple[Finding, ...] = ()
    found: Any = None
    good: bool = True


@dataclass(frozen=True, slots=True)
class _Read:
    """What the file said when it was read last."""

    stamp: object
    opened: OpenedWorkbook
    outcome: Outcome
    current: bool


@dataclass(slots=True)
class _Names:
    """What rows are called in addresses: nothing that tells of a firm."""

    by_row: dict[int, str] = field(default_factory=dict)
    by_name: dict[str, int] = field(default_factory=dict)

    def name(self, row: int) -> str:
        if row not in self.by_row:
            self.by_row[row] = secrets.token_urlsafe(6)
            self.by_name[self.by_row[row]] = row
        return self.by_row[row]

    def carried(self, before: Sequence[str], after: Sequence[str]) -> _Names:
        """Return the names of the same firms in another roster: those that it has once."""
        rows: dict[str, list[int]] = {}
        for row, identity in enumerate(after):
            rows.setdefault(identity, []).append(row)
        kept = _Names()
        for row, name in self.by_row.items():
            match rows.get(before[row]):
                case [now] if now not in kept.by_row:
                    kept.by_row[now], kept.by_name[name] = name, now
        return kept


class Session:
    """One workbook on the disk.

    It is read when something is first asked of it, and again whenever the file has changed.
    """

    def __init__(self, path: Path, *, debug: bool = False) -> None:
        self.debug = debug
        self.id = secrets.token_urlsafe(9)
        self.path = path
        self.results: dict[str, Result] = {}
        """By step what came of it last."""
        self.job: Job | None = None
        """What is being done, or was done last."""
        self.starting = threading.Lock()
        """Held while a job is begun, so that two pages do not begin two."""
        self.chosen: dict[str, list[Path]] = {}
        """Files that were chosen for a step, by what they are for."""
        self.options: dict[str, Any] = {}
        """What the forms of steps said last, by step."""
        self.made: dict[str, Path] = {}
        self.noted: dict[str, dt.datetime] = {}
        """When steps were done that leave no file, with the workbook as it is now."""
        self.together: dict[Path, object] = {}
        """The workbooks that the last writing back wrote, as they were then."""
        self._read: _Read | None = None
        self._names = _Names()
        self.reading = STEPS[0]
        """What is being done while it is read."""
        self.trouble = ""
        """Why it could not be read; "" where it could."""
        self._reading: threading.Thread | None = None
        self._begun = threading.Lock()
        self._lock = threading.RLock()

    @property
    def running(self) -> Job | None:
        """What is being done and is not over yet; it may be over a moment later."""
        job = self.job
        return job if job is not None and job.active else None

    def read(self, progress: Progress = lambda step: None) -> Outcome:
        """Read and assess the workbook, unless that was done and it is still the same file.

        Raises BookError and FileAccessError as ``open_workbook``.
        """
        with self._lock:
            stamp = self._stamp()
            if self._read is None or self._read.stamp != stamp:
                before, self._read = self._read, None
                opened = open_workbook(self.path)
                outcome = assess(opened.book, progress)
                self._read = _Read(stamp, opened, outcome, is_current(outcome))
                self._names = _Names() if before is None else self._carried(before.outcome)
                self.noted.clear()
            return self._read.outcome

    def _carried(self, before: Outcome) -> _Names:
        """Return what the firms are called that were there before the file changed."""
        assert self._read is not None
        rosters = (o.book.current.roster for o in (before, self._read.outcome))
        old, new = (roster.identity().tolist() for roster in rosters)
        return self._names.carried(old, new)

    def begin_reading(self, seconds: float) -> bool:
        """Read in the background; return whether that is over after so many seconds.

        What stands in the way is told by ``trouble``.
        """
        with self._begun:
            if self._reading is None or not self._reading.is_alive():
                self._reading = threading.Thread(target=self._read_quietly, daemon=True)
                self._reading.start()
            reading = self._reading
        reading.join(seconds)
        return not reading.is_alive()

    def _read_quietly(self) -> None:
        self.trouble = ""
        try:
            self.read(self._tell)
        except PermuError as error:
            self.trouble = failed(error)
        except Exception as error:
            self.trouble = unexpected(error)
            if self.debug:
                raise

    def _tell(self, step: str) -> None:
        self.reading = step

    @property
    def is_read(self) -> bool:
        """Whether the figures are at hand, so that a page need not wait for them."""
        found = self._read
        return found is not None and found.stamp == self._stamp()

    def _stamp(self) -> object:
        schemes = sorted(self.path.parent.glob("*.toml"))
        return tuple(file_stamp(each) for each in (self.path, *schemes))

    @property
    def outcome(self) -> Outcome:
        """All findings, and the evaluation unless an error bars it."""
        return self.read()

    @property
    def opened(self) -> OpenedWorkbook:
        """The workbook as it was read; nobody writes it from here."""
        with self._lock:
            self.read()
            assert self._read is not None
            return self._read.opened

    @property
    def is_current(self) -> bool:
        """Whether the results that the file holds are those of the inputs that it has now."""
        with self._lock:
            self.read()
            assert self._read is not None
            return self._read.current

    @property
    def evaluation(self) -> Evaluation | None:
        """The evaluation of what the file says now; None where errors bar it."""
        return self.outcome.evaluation

    @property
    def scheme(self) -> Scheme:
        """The scheme of the workbook, with the changes made on 参数."""
        return self.outcome.book.scheme

    @property
    def district(self) -> str:
        """The district by name; "" where none is given."""
        return self.outcome.book.parameters.district

    @property
    def year(self) -> int:
        """The evaluated year."""
        return self.outcome.book.parameters.year

    def counts(self) -> dict[Level, int]:
        """Return how many findings there are of each level."""
        return {level: self.outcome.count(level) for level in Level}

    @property
    def elsewhere(self) -> str:
        """Which program has the workbook open, in words; "" where none has."""
        return opened_by(self.path)

    @property
    def backup(self) -> Path | None:
        """The workbook as it was before it was written last; None where there is no such copy."""
        place = backup_path(self.path)
        return place if place.is_file() else None

    def checked(self) -> dict[str, dt.datetime | None]:
        """Return when steps that leave no file were done with the workbook as it is now."""
        self.read()
        return dict(self.noted)

    def firm_id(self, row: int) -> str:
        """Return what a firm is called in addresses, as long as the workbook has it."""
        with self._lock:
            return self._names.name(row)

    def firm_row(self, id: str) -> int | None:
        """Return the row in the roster of what stands in an address; None where there is none."""
        with self._lock:
            return self._names.by_name.get(id)

    def note_made(self, paths: Iterable[Path]) -> tuple[Made, ...]:
        """Remember files that a step has made, so that the page can ask to open them."""
        found = []
        for path in paths:
            id = next((k for k, known in self.made.items() if known == path), "")
            if not id:
                id = secrets.token_urlsafe(6)
                self.made[id] = path
            found.append(Made(id, path))
        return tuple(found)
