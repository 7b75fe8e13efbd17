"""A workbook's file, opened once for all that a command does with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from permu_xl.workbook.layout import SEARCH_ROWS
from permu_xl.workbook.reading.workbook import read_sheets
from permu_xl.xlsx.files import file_stamp
from permu_xl.xlsx.package import Package, changed_meanwhile
from permu_xl.xlsx.reading import Sheets

if TYPE_CHECKING:
    from pathlib import Path

    from permu_xl.workbook.reading.model import Book
    from permu_xl.xlsx.cells import Grid

__all__ = ["OpenedWorkbook", "open_workbook", "read_book"]


@dataclass(frozen=True, slots=True)
class OpenedWorkbook:
    """A file, what it says, and the package that can be written back.

    All three are of one moment: the file is read once.  Whoever writes changes ``package`` and
    saves it, and no longer reads from it.
    """

    package: Package
    book: Book
    sheets: Sheets
    _grids: dict[str, Grid] = field(default_factory=dict)

    def grid(self, name: str) -> Grid:
        """Return a sheet with the values that its cells show; it is read when first asked for."""
        if name not in self._grids:
            self._grids[name] = self.sheets.grid(name)
        return self._grids[name]

    def refuse_changed(self) -> None:
        """Raise FileAccessError where the file is no longer the one that was read."""
        if file_stamp(self.package.path) not in (None, self.package.stamp):
            raise changed_meanwhile(self.package.path)


def open_workbook(path: Path) -> OpenedWorkbook:
    """Read the input sheets of a workbook and find its result tables.

    Raises BookError when the file is no workbook or lacks the sheets 参数 or 原始数据,
    FileAccessError when it cannot be opened.  Bad cells become findings of the book.
    """
    package = Package.open(path)
    sheets = Sheets(package)
    book = read_sheets(
        path, list(package.sheets), sheets.grid, lambda name: sheets.top(name, SEARCH_ROWS)
    )
    return OpenedWorkbook(package, book, sheets)


def read_book(path: Path) -> Book:
    """Return what a workbook says, for whoever writes nothing back; raises as open_workbook."""
    return open_workbook(path).book
