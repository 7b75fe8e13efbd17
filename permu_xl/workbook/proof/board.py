"""The sheet 核验 while it is put together: cells, and the tables that formulas refer to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from permu_xl.workbook.proof.lifting import lifts
from permu_xl.xlsx.cells import (
    Block,
    Cell,
    Column,
    FilledColumn,
    FilledDown,
    Formula,
    get_column_letter,
    quote_sheetname,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OWNED_COLUMNS = 400
"""How far right earlier recomputations are cleared, wider ones of other schemes included."""
_BARE_NAME = re.compile(r"[\u4e00-\u9fff]+")
"""Sheets that need no quotes.

Calc works out what a formula is from the one above where the text is as Calc would write it, and
so reads a column several times as fast.
"""
_ROW_HEIGHT = 16.5
"""As tall as an empty row."""


class Board:
    """Cells by column and row, both 1-based."""

    def __init__(self) -> None:
        self._columns: dict[int, list[Cell]] = {}

    def put(self, row: int, column: int, value: Cell) -> None:
        """Put a value into a cell."""
        self._cells(column, row)[row - 1] = value

    def _cells(self, column: int, last_row: int) -> list[Cell]:
        """Return the cells of a column, at least as many as there are rows."""
        cells = self._columns.setdefault(column, [])
        cells += [None] * (last_row - len(cells))
        return cells

    def formula(self, row: int, column: int, expression: str) -> None:
        """Put a formula into a cell."""
        self.put(row, column, Formula(expression, lifts(expression)))

    def fill(self, rows: Sequence[int], column: int, expression: str) -> None:
        """Put a formula into rows in ascending order, as it stands in the first of them."""
        filled = FilledDown(expression, rows[0], lifts(expression), rows[-1])
        cells = self._cells(column, rows[-1])
        for row in rows:
            cells[row - 1] = filled

    def across(self, row: int, column: int, values: Mapping[int, Cell]) -> None:
        """Put values into a row, each so many columns right of ``column``."""
        for offset, value in values.items():
            self.put(row, column + offset, value)

    def blocks(self, first_row: int) -> list[Block]:
        """Return everything as blocks that own the sheet from ``first_row`` down.

        The columns that are only cleared stand apart, so that they cost nothing row by row.
        """
        width = max(OWNED_COLUMNS, max(self._columns, default=0))
        used, cleared = [], []
        for number in range(1, width + 1):
            cells = self._columns.get(number, [])[first_row - 1 :]
            if cells:
                used.append(Column(number, FilledColumn(first_row, cells)))
            else:
                cleared.append(Column(number, []))
        return [
            Block(first_row, columns, template_row=False, row_height=_ROW_HEIGHT)
            for columns in (used, cleared)
            if columns
        ]


@dataclass(frozen=True, slots=True)
class Grid:
    """A small table on 核验: one row an entry, its columns from A on."""

    columns: tuple[str, ...]
    header_row: int
    rows: int

    @property
    def first_row(self) -> int:
        """The row of the first entry."""
        return self.header_row + 1

    @property
    def last_row(self) -> int:
        """The row of the last entry."""
        return self.header_row + self.rows

    def column(self, key: str) -> int:
        """Return the 1-based column of a key."""
        return self.columns.index(key) + 1

    def cell(self, position: int, key: str) -> str:
        """Return a cell of the n-th entry, counted from 0."""
        return absolute(self.first_row + position, self.column(key))

    def span(self, key: str, first: int = 0, count: int = 0) -> str:
        """Return the cells of ``count`` entries (0: all) from the one counted ``first`` on."""
        column, count = self.column(key), count or self.rows
        top = self.first_row + first
        return f"{absolute(top, column)}:{absolute(top + count - 1, column)}"


@dataclass(frozen=True, slots=True)
class Table:
    """A table on 核验: the column of each key, and the rows of its entries."""

    columns: Mapping[str, int]
    header_row: int
    last_row: int

    @property
    def first_row(self) -> int:
        """The row of the first entry."""
        return self.header_row + 1

    def cell(self, key: str, row: int) -> str:
        """Return the address of the cell in a row, to be used in that row."""
        return f"{get_column_letter(self.columns[key])}{row}"

    def header(self, key: str) -> str:
        """Return the address of a header, for formulas in any row."""
        return f"{get_column_letter(self.columns[key])}${self.header_row}"

    def span(self, key: str, last: str = "") -> str:
        """Return the range of a column, or of all columns from ``key`` to ``last``."""
        left, right = (get_column_letter(self.columns[k]) for k in (key, last or key))
        return f"${left}${self.first_row}:${right}${self.last_row}"

    def across(self, keys: list[str], row: int) -> str:
        """Return the range of neighbouring columns in one row."""
        return f"{self.cell(keys[0], row)}:{self.cell(keys[-1], row)}"


def absolute(row: int, column: int) -> str:
    """Return the address of a cell, for formulas anywhere on the sheet.

    >>> absolute(25, 2)
    '$B$25'
    """
    return f"${get_column_letter(column)}${row}"


def row_range(row: int, first_column: int, count: int) -> str:
    """Return the range of ``count`` cells in a row."""
    return f"{absolute(row, first_column)}:{absolute(row, first_column + count - 1)}"


def on_sheet(sheet: str, cells: str) -> str:
    """Return a reference to cells of another sheet.

    >>> on_sheet("原始数据", "B5"), on_sheet("2022", "B5")
    ('原始数据!B5', "'2022'!B5")
    """
    return f"{sheet if _BARE_NAME.fullmatch(sheet) else quote_sheetname(sheet)}!{cells}"


def column_of(sheet: str, column: int, first_row: int, last_row: int) -> str:
    """Return the range of a column of another sheet."""
    return on_sheet(sheet, f"{absolute(first_row, column)}:{absolute(last_row, column)}")
