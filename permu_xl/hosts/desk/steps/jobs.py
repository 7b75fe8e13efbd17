"""What takes longer than a moment: a thread that tells how far it is, asks, and can be stopped."""

from __future__ import annotations

import secrets
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from shutil import copyfile
from typing import TYPE_CHECKING, Any

from permu_xl.errors import FileAccessError, PermuError, UsageError
from permu_xl.hosts.desk.opened import Result
from permu_xl.hosts.desk.parts import REMEDIES
from permu_xl.tasks import COMMANDS, failed, unexpected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from permu_xl.hosts.desk.opened import Session

__all__ = ["CancelledError", "Given", "Job", "JobDesk", "command_result", "start"]


_CANCELLED = "已取消。工作簿没有因此改动；取消以前写好的文件还在。"


class CancelledError(Exception):
    """The user has stopped a job before it wrote anything."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the form of a step has given beforehand, so that the command need not ask for it.

    ``answers`` are those to questions, in their order; where they run out, the page asks.
    ``options`` are what else the form of the step says.
    """

    books: tuple[Path, ...] = ()
    folder: Path | None = None
    target: Path | None = None
    answers: tuple[bool, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Job:
    """Something that is being done with a workbook; ``step`` is the step of the year it is for.

    ``state`` is ``running``, ``asking`` (``question`` waits for an answer), ``done``, ``failed`` or
    ``cancelled``.
    """

    step: str
    title: str
    id: str = field(default_factory=lambda: secrets.token_urlsafe(6))
    state: str = "running"
    text: str = ""
    question: str = ""
    number: int = 0
    of: int = 0
    begun: float = field(default_factory=time.monotonic)
    stopped: bool = False
    _answer: bool | None = None
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def active(self) -> bool:
        """Whether it is not over yet."""
        return self.state in ("running", "asking")

    @property
    def share(self) -> int:
        """How far it is, in percent."""
        return min(99, round(100 * max(self.number, 0) / self.of)) if self.of else 0

    @contextmanager
    def progress(self, steps: int) -> Iterator[Callable[[str], None]]:
        """Yield what names the next of so many steps; CancelledError where it is to be stopped."""
        self.number, self.of = -1, steps

        def step(text: str) -> None:
            self.refuse_stopped()
            self.number, self.text = self.number + 1, text

        yield step
        self.refuse_stopped()

    def refuse_stopped(self) -> None:
        """Raise CancelledError where the user has stopped it."""
        if self.stopped:
            raise CancelledError

    def stop(self) -> None:
        """Stop at the next step; what is being written is written to its end."""
        with self._changed:
            self.stopped = True
            self._changed.notify_all()

    def ask(self, question: str) -> bool | None:
        """Wait until the page has answered; None where the job has been stopped meanwhile."""
        with self._changed:
            self.question, self.state, self._answer = question, "asking", None
            self._changed.wait_for(lambda: self.stopped or self.state == "running")
            self.question, self.state = "", "running"
            return None if self.stopped else self._answer

    def answer(self, answer: bool) -> None:
        """Answer the question that is asked."""
        with self._changed:
            if self.state == "asking":
                self._answer, self.state = answer, "running"
                self._changed.notify_all()

    def wait(self, seconds: float) -> bool:
        """Wait until it is over or asks something; return whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: self.state != "running", seconds)

    def end(self, state: str) -> None:
        """Note that it is over."""
        with self._changed:
            self.state = state
            self._changed.notify_all()


class JobDesk:
    """The desk of the tasks: the file on the disk, and a page that asks and shows progress."""

    remedies = REMEDIES

    def __init__(self, session: Session, job: Job, given: Given) -> None:
        self.session, self.job, self.given = session, job, given
        self.made: Path | None = None
        self.found: object = None
        self._answers = list(given.answers)

    @property
    def path(self) -> Path:
        """Where the workbook is."""
        return self.session.path

    @property
    def copy_suffix(self) -> str:
        """The workbook's own ending; UsageError for a kind that cannot be read."""
        suffix = self.path.suffix.lower()
        if suffix not in (".xlsx", ".xlsm"):
            raise UsageError("只能处理 .xlsx 和 .xlsm 工作簿，请先另存为其中一种。")
        return suffix

    def store(self, copy: Path) -> None:
        """Copy the file as it was saved last."""
        try:
            copyfile(self.path, copy)
        except OSError as error:
            raise FileAccessError(
                f"无法读取“{self.path.name}”，请确认它还在原处、没有被占用，再试一次。"
            ) from error

    def progress(self, steps: int) -> AbstractContextManager[Callable[[str], None]]:
        """Yield what shows the next step on the page."""
        return self.job.progress(steps)

    def ask(self, question: str, *, unasked: bool) -> bool | None:
        """Return what the form says, or else ask on the page."""
        del unasked
        return self._answers.pop(0) if self._answers else self.job.ask(question)

    def choose_books(self, title: str, kinds: tuple[str, ...], *, several: bool) -> list[Path]:
        """Return the files that the form has chosen."""
        del title, kinds
        return list(self.given.books if several else self.given.books[:1])

    def choose_folder(self, title: str) -> Path | None:
        """Return the folder that the form has chosen."""
        del title
        return self.given.folder

    def target(self) -> Path | None:
        """Return the new file or folder that the form names."""
        return self.given.target


def start(
    session: Session, step: str, title: str, work: Callable[[JobDesk], Result | None], given: Given
) -> Job:
    """Begin to do something with a workbook; UsageError where something else is being done.

    What ``work`` returns is kept as the step's result; None where the user thought better of it.
    """
    with session.starting:
        if running := session.running:
            raise UsageError(f"“{running.title}”还没有做完，请等它结束再点。")
        job = session.job = Job(step, title)
    desk = JobDesk(session, job, given)

    def carry_out() -> None:
        state = "done"
        try:
            result = work(desk)
            if result is None:
                raise CancelledError
            session.results[step] = result
        except CancelledError:
            state = "cancelled"
            session.results[step] = Result(_CANCELLED, good=False)
        except PermuError as error:
            state = "failed"
            session.results[step] = Result(failed(error), good=False)
        except Exception as error:
            state = "failed"
            session.results[step] = Result(unexpected(error), good=False)
            if session.debug:
                raise
        finally:
            job.end(state)

    threading.Thread(target=carry_out, name=f"desk {step}", daemon=True).start()
    return job


def command_result(desk: JobDesk, name: str) -> Result | None:
    """Carry out a command of the year and return what came of it; None for nothing."""
    text = COMMANDS[name](desk)
    if not text:
        return None
    made: Sequence[Path] = () if desk.made is None else (desk.made,)
    return Result(text, desk.session.note_made(made), found=desk.found)
