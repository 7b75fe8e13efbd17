"""What a desk has open: workbooks, the pages that look at them, and the files it may touch."""

from __future__ import annotations

import secrets
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from permu_xl.errors import FileAccessError, UsageError
from permu_xl.hosts.desk.opened.recent import Recent
from permu_xl.hosts.desk.opened.session import Session
from permu_xl.tasks import kind
from permu_xl.xlsx.files import same_file

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Paths", "Presence", "Workspace"]


class Paths:
    """Names for files and folders: a page can only name what it was shown or the user typed."""

    def __init__(self) -> None:
        self._by_path: dict[Path, str] = {}
        self._by_name: dict[str, Path] = {}

    def name(self, path: Path) -> str:
        """Return what a page calls a path."""
        if path not in self._by_path:
            name = self._by_path[path] = secrets.token_urlsafe(9)
            self._by_name[name] = path
        return self._by_path[path]

    def find(self, name: str) -> Path | None:
        """Return the path of a name; None for one that nobody was given."""
        return self._by_name.get(name)


class Presence:
    """Which pages are there, by what they send while they are open and when they are closed."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[str, float]] = {}
        self.last = time.monotonic()
        self._lock = threading.Lock()

    def note(self, page: str, about: str) -> int:
        """Note that a page is there; return how many others are about the same workbook."""
        with self._lock:
            self.last = time.monotonic()
            self._seen[page] = about, self.last
            return sum(
                other != page and where == about and bool(about) and self.last - when < FRESH
                for other, (where, when) in self._seen.items()
            )

    def expect(self) -> None:
        """Note that a page is about to be opened."""
        with self._lock:
            self.last = time.monotonic()

    def leave(self, page: str) -> None:
        """Note that a page has been closed, or is about to show another."""
        with self._lock:
            self.last = time.monotonic()
            self._seen.pop(page, None)

    def idle(self) -> float:
        """Return for how many seconds no page has been there; 0 while one may be.

        A page that says nothing without having been closed may sleep: browsers put pages to sleep
        that nobody looks at.
        """
        now = time.monotonic()
        with self._lock:
            if any(now - when < ASLEEP for _, when in self._seen.values()):
                return 0
            return now - self.last


FRESH = 90.0
"""For so many seconds after it was heard of a page counts as looked at."""
ASLEEP = 12 * 3600.0
"""For so many seconds a page that does not say goodbye is taken to be asleep."""


class Workspace:
    """The workbooks that are open in this desk, and what is remembered from earlier ones."""

    def __init__(self, recent: Recent | None = None, *, debug: bool = False) -> None:
        self.debug = debug
        """Whether what nobody foresaw is raised, with all details, and not told in a sentence."""
        self.sessions: dict[str, Session] = {}
        self.paths = Paths()
        self.presence = Presence()
        self.recent = recent or Recent()
        self.places: list[Path] = []
        """Folders that the user has named, besides those of open workbooks."""
        self.tables: list[Path] = []
        """Departments' tables that came with no workbook: for the next one that is opened."""
        self.notes: list[str] = []
        """What was wrong with files that were to be opened; told once."""
        self.ended = threading.Event()
        """Set where the desk is to end."""

    def open(self, path: Path) -> Session:
        """Return the session of a workbook, which may be open already.

        Raises FileAccessError where there is no such file, UsageError for the city's workbook; what
        else is wrong with it is told by the session.
        """
        if not path.is_file():
            raise FileAccessError(f"找不到工作簿 {path}，请核对文件名和文件夹。")
        if kind(path, "book") == "city":
            raise UsageError(
                f"{path.name} 是全市工作簿；请打开一个区的工作簿，在“写回”这一步里选它。"
            )
        path = Path(path).absolute()
        for session in self.sessions.values():
            if same_file(session.path, path):
                return session
        session = Session(path, debug=self.debug)
        if self.tables:
            session.chosen["tables"], self.tables = self.tables, []
        self.sessions[session.id] = session
        self.recent.add(path)
        return session

    def close(self, session: Session) -> None:
        """Let go of a workbook; its file stays as it is."""
        if session.job is not None:
            session.job.stop()
        self.sessions.pop(session.id, None)

    def busy(self) -> bool:
        """Return whether anything is being done."""
        return any(s.job is not None and s.job.state == "running" for s in self.sessions.values())

    def stop(self, sessions: Iterable[Session] | None = None) -> None:
        """Stop what is being done, at its next step."""
        for session in self.sessions.values() if sessions is None else sessions:
            if session.job is not None:
                session.job.stop()
