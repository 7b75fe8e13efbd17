"""Reading the workbook that is open in Excel as its file would be read.

Everything here works on xlwings' ``Book``, ``Sheet`` and ``Range``; nothing imports xlwings.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from permu_xl.hosts.excel.document import book_path
from permu_xl.hosts.excel.error_values import ERROR_NUMBERS, error_of
from permu_xl.workbook.layout import SEARCH_ROWS
from permu_xl.workbook.reading import Book, read_sheets
from permu_xl.xlsx.cells import ERROR_CELL, Grid, address
from permu_xl.xlsx.files import Limits, too_large

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

__all__ = ["OpenBook"]

Rows = list[list[Any]]

_ORIGIN_1904 = dt.datetime(1904, 1, 1)
# XlFindLookIn, XlLookAt, XlSearchOrder and XlSearchDirection
_FORMULAS, _PART, _BY_ROWS, _BY_COLUMNS, _PREVIOUS = -4123, 2, 1, 2, 2


@dataclass(frozen=True, slots=True)
class OpenBook:
    """What was read of an open workbook, and the cells that it was read from."""

    book: Book
    seen: dict[tuple[str, int | None], Rows]

    @classmethod
    def read(cls, book: Any) -> OpenBook:
        """Read the input sheets.

        Raises BookError when the sheets 参数 or 原始数据 are absent or have no header, or a sheet
        is larger than a file may be.
        """
        sheets = {sheet.name: sheet for sheet in book.sheets}
        values = _reader(book)
        seen: dict[tuple[str, int | None], Rows] = {}

        def read(name: str, rows: int | None) -> Rows:
            if (name, rows) not in seen:
                seen[name, rows] = values(sheets[name], rows)
            return seen[name, rows]

        since_1904 = _counts_from_1904(book)

        def grid(name: str) -> Grid:
            return _grid(name, read(name, None), since_1904)

        def top(name: str) -> Sequence[Sequence[Any]]:
            return _grid(name, read(name, SEARCH_ROWS), since_1904).rows

        return cls(read_sheets(book_path(book), list(sheets), grid, top), seen)

    def is_current(self, book: Any) -> bool:
        """Return whether the workbook still holds what was read, cell for cell."""
        sheets = {sheet.name: sheet for sheet in book.sheets}
        values = _reader(book)
        return all(
            name in sheets and values(sheets[name], rows) == found
            for (name, rows), found in self.seen.items()
        )


def _counts_from_1904(book: Any) -> bool:
    return bool(book.api.Date1904)


def _reader(book: Any) -> Callable[[Any, int | None], Rows]:
    """Return what reads a sheet of a workbook, at most ``rows`` rows of it."""
    path, limits = book_path(book), Limits.from_environment()
    since_1904 = _counts_from_1904(book)

    def values(sheet: Any, rows: int | None) -> Rows:
        bottom, right = _last_cell(sheet, path, rows, limits)
        area = sheet.range((1, 1), (bottom, right))
        found: Rows = area.options(ndim=2, empty="", err_to_str=True).value
        if since_1904 or any(type(cell) is Decimal for row in found for cell in row):
            return _by_value2(found, area.api.Value2, since_1904)
        return found

    return values


def _last_cell(sheet: Any, path: Path, rows: int | None, limits: Limits) -> tuple[int, int]:
    """Return row and column up to which a sheet is read; BookError where that is too far."""
    last = sheet.used_range.last_cell
    bottom, right = last.row, last.column
    if bottom > limits.rows or bottom * right > limits.cells:
        # Excel also counts cells that have but a look; a file is measured by its contents.
        bottom, right = _found(sheet, _BY_ROWS).Row, _found(sheet, _BY_COLUMNS).Column
    remedy = "请删除表格以外多余的内容（选中多余的行或列，整行整列删除）后保存"
    where = f"的工作表“{sheet.name}”"
    if rows is not None:
        bottom = min(bottom, rows)
    elif bottom > limits.rows:
        what = f"{where}填到了第{bottom}行，超过{limits.rows}行"
        raise too_large(path, what, "rows", remedy)
    if bottom * right > limits.cells:
        what = f"{where}占了{bottom}行{right}列，超过{limits.cells}个单元格"
        raise too_large(path, what, "cells", remedy)
    return bottom, right


def _found(sheet: Any, order: int) -> Any:
    """Return the last cell with content in an order."""
    cells = sheet.api.Cells
    return cells.Find("*", cells(1, 1), _FORMULAS, _PART, order, _PREVIOUS) or cells(1, 1)


def _by_value2(rows: Rows, counted: Any, since_1904: bool) -> Rows:
    """Return cells with what only Value2 tells rightly: amounts of money, days since 1904.

    Amounts of money come otherwise with four decimals.  ``counted`` are the same cells by Value2,
    which gives dates as the workbook's day numbers.

    >>> cells = [[dt.datetime(2011, 1, 1), Decimal("1.2346")]]
    >>> _by_value2(cells, ((42004.0, 1.23456),), True)
    [[datetime.datetime(2019, 1, 1, 0, 0), 1.23456]]
    """

    def better(cell: Any, number: Any) -> Any:
        if isinstance(cell, Decimal):
            return number
        if since_1904 and isinstance(cell, dt.datetime):
            return _ORIGIN_1904 + dt.timedelta(days=number)
        return cell

    numbers = counted if isinstance(counted, (tuple, list)) else ((counted,),)
    return [
        [better(cell, number) for cell, number in zip(row, given, strict=True)]
        for row, given in zip(rows, numbers, strict=True)
    ]


def _grid(name: str, values: Rows, since_1904: bool) -> Grid:
    doubtful: dict[str, str] = {}
    rows = [
        [_cell(cell, doubtful, r, c) for c, cell in enumerate(row)] for r, row in enumerate(values)
    ]
    return Grid(name, rows, doubtful, from_1904=since_1904)


def _cell(cell: Any, doubtful: dict[str, str], row: int, column: int) -> Any:
    """Return a cell as it comes from a file: numbers as float, errors noted and blank."""
    if isinstance(cell, (bool, dt.datetime)):
        return cell
    if isinstance(cell, int):
        cell = str(error_of(cell))
    if isinstance(cell, str):
        if cell in ERROR_NUMBERS:
            doubtful[address(row, column)] = ERROR_CELL.format(cell)
            return ""
        return cell
    return "" if cell is None else cell
