"""A sheet as it is read cell by cell, within the limits: for all formats that are markup.

Rows and cells may be repeated by a number, so that a few bytes stand for a billion cells; only
what has content is repeated here, and never beyond the limits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from permu_xl.errors import BookError
from permu_xl.intake.sources.source import (
    Range,
    Refused,
    SourceFile,
    SourceSheet,
    clipped,
    may_be_table,
)
from permu_xl.workbook.layout import SEARCH_ROWS
from permu_xl.xlsx.cells import Grid, Look, address, shown_text
from permu_xl.xlsx.files import Limits, TooLargeError, refuse_extent, refuse_odd, too_large

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["Cell", "SheetBuilder", "Shelf"]

_MOST_ERRORS = 300_000
_MOST_COLUMNS = 16_384


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its value ("" for blank), what is wrong with it, how it looks, how far it reaches.

    ``shown`` is the figure as the file says that it is shown, ``format`` a suspicious number
    format, both "" for none; ``repeat`` counts equal cells side by side.
    """

    value: Any = ""
    problem: str = ""
    shown: str = ""
    format: str = ""
    struck: bool = False
    repeat: int = 1
    height: int = 1
    width: int = 1


class SheetBuilder:
    """A sheet as it grows; blank rows and cells are counted until content follows."""

    def __init__(self, path: Path, name: str, limits: Limits) -> None:
        self.name = name
        self.from_1904 = False
        self._path, self._limits = path, limits
        self._where = f"的工作表“{name}”"
        self._rows: list[list[Any]] = []
        self._row: list[Any] = []
        self._noted: list[tuple[int, Cell]] = []
        self._doubtful: dict[str, str] = {}
        self._figures: dict[tuple[int, int], str] = {}
        self._formats: dict[tuple[int, int], str] = {}
        self._struck: set[tuple[int, int]] = set()
        self._hidden_rows: list[tuple[int, int]] = []
        self._hidden_columns: list[tuple[int, int]] = []
        self._merged: list[Range] = []
        self._repeat, self._hidden = 1, False
        self._blank_rows = self._blank_cells = self._width = 0
        self.refused: TooLargeError | None = None
        """Why the sheet is not read, once it has become too large; the rest is passed over."""
        self._characters = self._together = self._errors = self._odd = 0

    @property
    def next_row(self) -> int:
        """The 0-based row that comes next, or is being read."""
        return len(self._rows) + self._blank_rows

    @property
    def next_column(self) -> int:
        """The 0-based column of the next cell."""
        return len(self._row) + self._blank_cells

    @property
    def cells(self) -> int:
        """How many cells the sheet has."""
        return len(self._rows) * self._width

    def hide_columns(self, first: int, count: int) -> None:
        """Note hidden columns by the 0-based first one."""
        self._hidden_columns.append((first, min(first + count, _MOST_COLUMNS)))

    def skip_rows(self, count: int) -> None:
        """Leave rows blank before the next one."""
        self._blank_rows += max(count, 0)

    def skip_cells(self, count: int) -> None:
        """Leave cells blank before the next one."""
        self._blank_cells += max(count, 0)

    def begin_row(self, repeat: int = 1, *, hidden: bool = False) -> None:
        """Begin a row that stands for ``repeat`` equal ones."""
        self._row, self._noted, self._blank_cells = [], [], 0
        self._repeat, self._hidden = repeat, hidden

    def count_text(self, characters: int) -> None:
        """Add to the text of the cell that is being read; BookError where it is too long."""
        self._characters += characters
        self._together += characters
        if self._characters > self._limits.cell_chars:
            what = f"{self._where}里有单元格的文字超过{self._limits.cell_chars}个字符"
            raise too_large(self._path, what, "cell_chars", "请缩短这段文字")
        if self._together > self._limits.sheet_text_mb << 20:
            what = f"{self._where}里的文字超过{self._limits.sheet_text_mb} MB"
            raise too_large(self._path, what, "sheet_text_mb", "请删除过长的文字")

    def add(self, cell: Cell) -> None:
        """Add a cell, as often as it is repeated."""
        self._characters = 0
        if self.refused is not None:
            return
        column, row = self.next_column, self.next_row
        spans = cell.height > 1 or cell.width > 1
        if cell.value == "" and not cell.problem:
            self._blank_cells += cell.repeat
        else:
            if not self._fits(row + 1, column + cell.repeat):
                return
            self._row += [""] * self._blank_cells + [cell.value] * cell.repeat
            self._blank_cells = 0
            if cell.problem or cell.struck or cell.format or _is_odd(cell):
                self._noted.append((column, cell))
        if spans:
            bottom, right = row + cell.height - 1, column + cell.width - 1
            self._merged.append(((row, column), (bottom, right)))

    def _fits(self, height: int, width: int) -> bool:
        try:
            refuse_extent(self._path, self._where, height, width, self._limits)
        except TooLargeError as error:
            if may_be_table([*self._rows[:SEARCH_ROWS], self._row]):
                raise
            self.refused = error
            self._rows, self._row = [], []
        return self.refused is None

    def end_row(self) -> None:
        """End the row that was begun."""
        if self.refused is not None:
            return
        if not self._row:
            self._blank_rows += self._repeat
            return
        self._width = max(self._width, len(self._row))
        first = self.next_row
        if not self._fits(first + self._repeat, self._width):
            return
        self._rows += [[]] * self._blank_rows + [self._row] * self._repeat
        self._blank_rows = 0
        errors = sum(cell.repeat for _, cell in self._noted if cell.problem)
        self._errors += self._repeat * errors
        if self._errors > _MOST_ERRORS:
            raise BookError(
                f"“{self._path}”{self._where}里的错误值超过{_MOST_ERRORS}个，请改正公式后再试。"
            )
        self._odd += self._repeat * sum(cell.repeat for _, cell in self._noted)
        refuse_odd(self._path, self._where, self._odd)
        if self._hidden:
            self._hidden_rows.append((first, first + self._repeat))
        for column, cell in self._noted:
            for place in range(column, column + cell.repeat):
                for row in range(first, first + self._repeat):
                    self._note(row, place, cell)

    def _note(self, row: int, column: int, cell: Cell) -> None:
        if cell.problem:
            self._doubtful[address(row, column)] = cell.problem
        if cell.struck:
            self._struck.add((row, column))
        if _is_odd(cell):
            self._figures[row, column] = cell.shown
        elif cell.format:
            self._formats[row, column] = cell.format

    def sheet(self) -> SourceSheet:
        """Return the sheet; all rows are of one length, repeated ones one and the same."""
        for row in self._rows:
            row += [""] * (self._width - len(row))
        merged = clipped(self._path, self.name, self._merged, self._rows)
        look = Look(
            self._formats, self._figures, frozenset(self._struck), frozenset(),
            frozenset(r for first, end in self._hidden_rows for r in range(first, end)),
            frozenset(
                column
                for first, end in self._hidden_columns
                for column in range(first, min(end, self._width))
            ),
        )  # fmt: skip
        return SourceSheet(
            Grid(self.name, self._rows, self._doubtful, look, self.from_1904), merged
        )


def _is_odd(cell: Cell) -> bool:
    """Return whether a figure is not shown just as it is."""
    if not cell.shown or isinstance(cell.value, bool) or not isinstance(cell.value, float):
        return False
    seen = shown_text(cell.shown)
    return seen is not None and (bool(seen.words) or seen.ratio(cell.value) != 1)


class Shelf:
    """The sheets of a file as they are finished, their cells counted together."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path, self._limits = path, limits
        self._sheets: list[SourceSheet] = []
        self._refused: list[TooLargeError] = []
        self._skipped: list[Refused] = []
        self._cells = 0

    @property
    def count(self) -> int:
        """How many sheets there are."""
        return len(self._sheets) + len(self._skipped)

    def put(self, builder: SheetBuilder) -> None:
        """Put a finished sheet down; BookError where all together are too large."""
        if builder.refused is not None:
            self._refused.append(builder.refused)
            self._skipped.append(Refused.because(builder.name, builder.refused))
            return
        self._sheets.append(builder.sheet())
        self._cells += builder.cells
        if self._cells > self._limits.cells:
            what = f"各工作表合计超过{self._limits.cells}个单元格"
            raise too_large(self._path, what, "cells", "请删除不需要的工作表")

    def file(self, how: str, hidden: Sequence[str] = (), *, is_text: bool = False) -> SourceFile:
        """Return the file; TooLargeError where every sheet is."""
        if self._refused and not self._sheets:
            raise self._refused[0]
        return SourceFile(
            self._path, tuple(self._sheets), how, tuple(hidden), is_text, tuple(self._skipped)
        )
