"""What Excel's user sees of a command: messages, pickers, status bar, the new workbook.

A command runs in a thread (``background``); everything that touches Excel is handed over to the
main thread, and whatever the user is shown is shown by VBA.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from permu_xl.errors import UsageError
from permu_xl.hosts.excel.document import book_path, store_copy
from permu_xl.tasks import MENU, STATUS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from permu_xl.hosts.excel.background import Background

__all__ = ["Desk"]

_T = TypeVar("_T")
_ANSWERS = {"yes": True, "no": False}
_PICKED = "\n"


class Desk:
    """A workbook in Excel; ``made`` is what is to be opened after the message."""

    remedies = MENU

    def __init__(self, book: Any, background: Background) -> None:
        self.made: Path | None = None
        self.found: object = None
        self._book = book
        self._background = background

    def in_excel(self, call: Callable[[Any], _T]) -> _T:
        """Return what a function makes of the open workbook; nobody else may touch it."""
        return self._background.in_excel(lambda: call(self._book))

    def uninterrupted(self) -> Any:
        """Return a context in which the user cannot get at the workbook."""
        return self._background.uninterrupted()

    def show(self, step: str) -> None:
        """Show in the status bar what is being done."""
        self._background.show(STATUS.format(step))

    @property
    def path(self) -> Path | None:
        """Where the workbook is; None where it is in no folder of this computer."""
        path = self.in_excel(book_path)
        return path if path.is_absolute() and path.parent.is_dir() else None

    @property
    def copy_suffix(self) -> str:
        """The workbook's own ending: Excel copies a workbook as the kind that it is."""
        suffix = self.in_excel(book_path).suffix.lower()
        if suffix not in (".xlsx", ".xlsm"):
            raise UsageError("只能处理 .xlsx 和 .xlsm 工作簿，请先另存为其中一种。")
        return suffix

    def store(self, copy: Path) -> None:
        """Write what the workbook shows now; it stays as it is, saved or not."""

        def calculated_copy(book: Any) -> None:
            # What the inputs' own formulas say now, also where the user calculates by hand.
            book.app.calculate()
            store_copy(book, copy)

        self.in_excel(calculated_copy)

    def ask(self, question: str, *, unasked: bool) -> bool | None:
        """Return the answer to a question; None for 取消."""
        del unasked
        return _ANSWERS.get(self._background.ask("ask", question))

    def target(self) -> Path | None:
        """Return None: a button names no file."""
        return None

    def choose_books(self, title: str, kinds: tuple[str, ...], *, several: bool) -> list[Path]:
        """Ask for files to read, by their endings; nothing where the user thinks better of it."""
        endings = ";".join(f"*.{kind}" for kind in kinds)
        return self._chosen("files" if several else "file", title, endings)

    def choose_folder(self, title: str) -> Path | None:
        """Ask for a folder; None where the user thinks better of it."""
        return next(iter(self._chosen("folder", title, "")), None)

    def _chosen(self, kind: str, title: str, endings: str) -> list[Path]:
        # With a separator at its end it is the folder, not a file's name.
        folder = "" if self.path is None else f"{self.path.parent}\\"
        picked = self._background.ask(kind, title, folder, endings)
        return [Path(each) for each in picked.split(_PICKED) if each]

    @contextmanager
    def progress(self, steps: int) -> Iterator[Callable[[str], None]]:
        """Yield what shows the next step in the status bar."""
        del steps
        yield self.show

    def show_made(self) -> str:
        """Open what a command has made; return why that could not be done, "" for nothing."""
        if self.made is not None and self._background.ask("open", str(self.made)):
            return f"没能打开 {self.made}，文件在那里，请自己打开。"
        return ""
