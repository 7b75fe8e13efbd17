"""What Excel's user sees of a command: message box, file picker, status bar, the new workbook.

Everything here works on xlwings' ``Book``; nothing imports xlwings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from permu_xl.errors import UsageError
from permu_xl.hosts.excel.document import book_path, store_copy
from permu_xl.tasks import STATUS, TITLE

__all__ = ["Desk"]

# MsoFileDialogType, and what Show returns for OK
_FILES, _FOLDER, _CHOSEN = 3, 4, -1
_ANSWERS = {"yes": True, "no": False}


class Desk:
    """A workbook in Excel; ``made`` is what is to be opened after the message."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.made: Path | None = None

    @property
    def path(self) -> Path | None:
        """Where the workbook is; None where it is in no folder of this computer."""
        path = book_path(self.book)
        return path if path.is_absolute() and path.parent.is_dir() else None

    @property
    def copy_suffix(self) -> str:
        """The workbook's own ending: Excel copies a workbook as the kind that it is."""
        suffix = book_path(self.book).suffix.lower()
        if suffix not in (".xlsx", ".xlsm"):
            raise UsageError("只能处理 .xlsx 和 .xlsm 工作簿，请先另存为其中一种。")
        return suffix

    def store(self, copy: Path) -> None:
        """Write what the workbook shows now; it stays as it is, saved or not."""
        # What the inputs' own formulas say now, also where the user calculates by hand.
        self.book.app.calculate()
        store_copy(self.book, copy)

    def tell(self, text: str, mode: str) -> None:
        """Show a message and wait until it has been read."""
        self.book.app.alert(text, title=TITLE, mode=mode)

    def ask(self, question: str, *, unasked: bool) -> bool | None:
        """Return the answer to a question; None for 取消."""
        del unasked
        answer = self.book.app.alert(
            question, title=TITLE, buttons="yes_no_cancel", mode="info"
        )  # fmt: skip
        return _ANSWERS.get(answer)

    def target(self) -> Path | None:
        """Return None: a button names no file."""
        return None

    def choose_books(self, title: str, kinds: tuple[str, ...], *, several: bool) -> list[Path]:
        """Ask for files to read, by their endings; nothing where the user thinks better of it."""
        dialog = self._dialog(_FILES, title, several)
        dialog.Filters.Clear()
        dialog.Filters.Add("表格", ";".join(f"*.{kind}" for kind in kinds))
        return _chosen(dialog)

    def choose_folder(self, title: str) -> Path | None:
        """Ask for a folder; None where the user thinks better of it."""
        return next(iter(_chosen(self._dialog(_FOLDER, title, False))), None)

    def _dialog(self, kind: int, title: str, several: bool) -> Any:
        dialog = self.book.app.api.FileDialog(kind)
        dialog.Title = title
        dialog.AllowMultiSelect = several
        if self.path is not None:
            # With a separator at its end it is the folder, not a file's name.
            dialog.InitialFileName = f"{self.path.parent}\\"
        return dialog

    @contextmanager
    def progress(self, steps: int) -> Iterator[Callable[[str], None]]:
        """Yield what shows the next step in the status bar."""
        del steps
        app = self.book.app

        def step(text: str) -> None:
            # A status bar is not worth failing for.
            with suppress(Exception):
                app.status_bar = STATUS.format(text)

        try:
            yield step
        finally:
            with suppress(Exception):
                app.status_bar = False

    def show_made(self) -> str:
        """Open what a command has made; return why that could not be done, "" for nothing."""
        if self.made is not None:
            try:
                self.book.app.books.open(str(self.made))
            except Exception:
                return f"没能打开 {self.made}，文件在那里，请自己打开。"
        return ""


def _chosen(dialog: Any) -> list[Path]:
    if dialog.Show() != _CHOSEN:
        return []
    items = dialog.SelectedItems
    return [Path(items.Item(number)) for number in range(1, items.Count + 1)]
