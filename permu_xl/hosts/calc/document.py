"""The workbook that is open in Calc, read through UNO as a file would be read.

Everything here works on UNO objects that are given; only what has to be made needs ``uno``.
"""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from permu_xl.errors import FileAccessError
from permu_xl.workbook.layout import SEARCH_ROWS
from permu_xl.workbook.reading import Book, read_sheets
from permu_xl.xlsx.cells import ERROR_CELL, Grid, address

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from permu_xl.xlsx.cells import Area

__all__ = [
    "cells_of",
    "document_path",
    "read_open_document",
    "store_copy",
    "undisturbed",
    "used_area",
]

XLSX_FILTER = "Calc MS Excel 2007 XML"
# com.sun.star.util.NumberFormat
_DATE, _TIME, _LOGICAL = 2, 4, 1024
# com.sun.star.sheet.FormulaResult
_ERROR = 4


def read_open_document(document: Any) -> Book:
    """Read the input sheets of an open workbook as a file would be read.

    Raises BookError when the sheets 参数 or 原始数据 are absent or have no header.
    """
    sheets = document.Sheets

    def grid(name: str) -> Grid:
        return _grid(document, name, None)

    def top(name: str) -> Sequence[Sequence[Any]]:
        return _grid(document, name, SEARCH_ROWS).rows

    path = document_path(document) or Path(document.Title)
    return read_sheets(path, list(sheets.ElementNames), grid, top)


def document_path(document: Any) -> Path | None:
    """Return where a workbook is kept; None for one that is not a file of this computer."""
    url: str = document.URL
    if not url.startswith("file:"):
        return None
    import uno

    return Path(uno.fileUrlToSystemPath(url))


def store_copy(document: Any, copy: Path) -> None:
    """Write what a workbook shows now to another file, as .xlsx; the workbook stays as it is."""
    import uno

    as_xlsx = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
    as_xlsx.Name, as_xlsx.Value = "FilterName", XLSX_FILTER
    try:
        document.storeToURL(uno.systemPathToFileUrl(str(copy)), (as_xlsx,))
    except Exception as error:
        # Only LibreOffice knows what its exceptions mean; the usual reason is a full disk.
        raise FileAccessError(
            f"LibreOffice 没能在 {copy.parent.parent} 写下工作簿的副本，"
            "请核对磁盘空间和文件夹的写入权限。"
        ) from error


def cells_of(sheet: Any, area: Area) -> Any:
    """Return the cells of an area."""
    return sheet.getCellRangeByPosition(
        area.left - 1, area.top - 1, area.right - 1, area.bottom - 1
    )


def used_area(sheet: Any) -> tuple[int, int]:
    """Return the last row and the last column (from 0) that a sheet uses."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    return cursor.RangeAddress.EndRow, cursor.RangeAddress.EndColumn


def _grid(document: Any, name: str, rows: int | None) -> Grid:
    """Return a sheet, or at most its first ``rows`` rows."""
    sheet = document.Sheets.getByName(name)
    bottom, right = used_area(sheet)
    if rows is not None:
        bottom = min(bottom, rows - 1)
    area = sheet.getCellRangeByPosition(0, 0, right, bottom)
    # An error comes as None.
    values = [["" if cell is None else cell for cell in row] for row in area.getDataArray()]
    _interpret(document, area, values)
    return Grid(name, values, _errors(sheet, area, values))


def _interpret(document: Any, area: Any, values: list[list[Any]]) -> None:
    """Turn numbers that Calc shows as dates, times or truth values into these."""
    formats = document.NumberFormats
    null = document.NullDate
    start = dt.datetime(null.Year, null.Month, null.Day)
    groups = area.UniqueCellFormatRanges
    for number in range(groups.Count):
        group = groups.getByIndex(number)
        kind = formats.getByKey(group.getByIndex(0).NumberFormat).Type
        if not kind & (_DATE | _TIME | _LOGICAL):
            continue
        for place in group.RangeAddresses:
            for row in range(place.StartRow, place.EndRow + 1):
                cells = values[row]
                for column in range(place.StartColumn, place.EndColumn + 1):
                    if isinstance(cells[column], float):
                        cells[column] = _shown(cells[column], kind, start)


def _shown(value: float, kind: int, start: dt.datetime) -> Any:
    """Return a number as what its format says it is.

    >>> _shown(40179.0, _DATE, dt.datetime(1899, 12, 30))
    datetime.datetime(2010, 1, 1, 0, 0)
    >>> _shown(0.5, _TIME, dt.datetime(1899, 12, 30)), _shown(1.0, _LOGICAL, dt.datetime.min)
    (datetime.time(12, 0), True)
    """
    try:
        if kind & _DATE:
            return start + dt.timedelta(days=value)
        if kind & _TIME:
            whole = dt.timedelta(days=value)
            return (dt.datetime.min + whole).time() if 0 <= value < 1 else whole
    except OverflowError:
        return value
    return bool(value) if value in (0, 1) else value


def _errors(sheet: Any, area: Any, values: list[list[Any]]) -> dict[str, str]:
    """Return the cells with an error, by address, in words; they count as blank."""
    found: dict[str, str] = {}
    for place in area.queryFormulaCells(_ERROR).RangeAddresses:
        for row in range(place.StartRow, place.EndRow + 1):
            for column in range(place.StartColumn, place.EndColumn + 1):
                shown = sheet.getCellByPosition(column, row).String
                found[address(row, column)] = ERROR_CELL.format(shown)
                values[row][column] = ""
    return found


@contextmanager
def undisturbed(document: Any) -> Iterator[None]:
    """Keep Calc from calculating and drawing meanwhile; whatever happens, restore both."""
    automatic = document.isAutomaticCalculationEnabled()
    document.lockControllers()
    try:
        document.enableAutomaticCalculation(False)
        yield
    finally:
        # One that cannot be restored must not keep the other from it.
        with suppress(Exception):
            document.enableAutomaticCalculation(automatic)
        with suppress(Exception):
            document.unlockControllers()
