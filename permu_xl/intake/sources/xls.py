"""A workbook of Excel 97 to 2003 or older (.xls), read within the limits.

Both readers are pure Python: of a broken file they make an exception, and one long text that many
cells share is held once.  The container is not left to xlrd, which follows a chain of sectors
that leads back to itself without end.  A sheet of this format has at most 65,536 rows and 256
columns.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xlrd

from permu_xl.errors import BookError
from permu_xl.intake.sources.source import SourceFile, SourceSheet, clipped
from permu_xl.xlsx.cells import ERROR_CELL, Grid, address
from permu_xl.xlsx.files import OLE_SIGNATURE, Limits, refuse_extent, too_large

__all__ = ["LOCKED", "is_old_workbook", "read_old_workbook"]

LOCKED = "设有打开密码，请在 Excel 或 WPS 中取消密码、另存后再试"
_STREAMS = ("Workbook", "Book")
_OLDER = (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08")
_STORED_PER_LIMIT = 2
"""So many cells, blank ones with a format included, may be gone through for each one allowed."""


def is_old_workbook(raw: bytes) -> bool:
    """Return whether this is a workbook of before 1997, which begins with its first record."""
    return raw[:2] in _OLDER


def read_old_workbook(path: Path, raw: bytes, limits: Limits) -> SourceFile:
    """Read the visible sheets.

    Raises BookError where it is broken, protected by a password, or too large.
    """
    # Merged cells are known only together with the formats, which odd programs write wrongly.
    for formats in (True, False):
        try:
            return _read(path, raw, limits, formats)
        except BookError:
            raise
        except Exception as error:  # the parser of strangers' files; whatever it says, it is broken
            if "encrypt" in str(error).lower():
                raise BookError(f"“{path}”{LOCKED}。") from error
    raise BookError(
        f"“{path}”读不出来：文件已损坏，或不是工作簿；请在 Excel 或 WPS 中打开并另存后再试。"
    )


def _read(path: Path, raw: bytes, limits: Limits, formats: bool) -> SourceFile:
    book = xlrd.open_workbook(
        file_contents=_records(raw), logfile=io.StringIO(), formatting_info=formats, on_demand=True,
        ragged_rows=True,
    )  # fmt: skip
    if book.nsheets > limits.sheets:
        what = f"有{book.nsheets}张工作表，超过{limits.sheets}张"
        raise too_large(path, what, "sheets", "请删除不需要的工作表")
    sheets, hidden, stored = [], [], 0
    for number in range(book.nsheets):
        sheet = book.sheet_by_index(number)
        stored += sheet.nrows * sheet.ncols
        if stored > _STORED_PER_LIMIT * limits.cells:
            what = f"各工作表合计超过{_STORED_PER_LIMIT * limits.cells}个单元格"
            raise too_large(path, what, "cells", "请删除不需要的工作表")
        if sheet.visibility:
            hidden.append(sheet.name)
        else:
            sheets.append(_sheet(path, book, sheet, limits, formats))
        book.unload_sheet(number)
    return SourceFile(path, tuple(sheets), "旧版工作簿（.xls）", tuple(hidden))


def _records(raw: bytes) -> bytes:
    """Return the records of the workbook out of their container, if they are in one."""
    import olefile

    if not raw.startswith(OLE_SIGNATURE):
        return raw
    with olefile.OleFileIO(io.BytesIO(raw)) as container:
        name = next(name for name in _STREAMS if container.exists(name))
        records: bytes = container.openstream(name).read()
    return records


def _sheet(path: Path, book: Any, sheet: Any, limits: Limits, formats: bool) -> SourceSheet:
    where = f"的工作表“{sheet.name}”"
    height, width = _extent(sheet)
    refuse_extent(path, where, height, width, limits)
    rows: list[list[Any]] = []
    doubtful: dict[str, str] = {}
    characters = 0
    for number in range(height):
        row: list[Any] = [""] * width
        for column, kind, value in _cells(sheet, number):
            if kind == xlrd.XL_CELL_TEXT:
                characters += len(value)
                _refuse_long(path, f"{where}第{number + 1}行", len(value), characters, limits)
            elif kind == xlrd.XL_CELL_ERROR:
                known = xlrd.error_text_from_code.get(value, "#N/A")
                doubtful[address(number, column)] = ERROR_CELL.format(known)
                continue
            row[column] = _value(kind, value, book.datemode)
        rows.append(row)
    merged = (((t, left), (b - 1, r - 1)) for t, b, left, r in sheet.merged_cells)
    ranges = clipped(path, sheet.name, merged, rows)
    return SourceSheet(Grid(sheet.name, rows, doubtful), ranges, formats)


def _cells(sheet: Any, row: int) -> Iterator[tuple[int, int, Any]]:
    """Yield column, kind and value of the cells with content."""
    kinds, values = sheet.row_types(row), sheet.row_values(row)
    for column, (kind, value) in enumerate(zip(kinds, values, strict=True)):
        if kind not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
            yield column, kind, value


def _extent(sheet: Any) -> tuple[int, int]:
    """Return how many rows and columns there are up to the last cell with content."""
    height = width = 0
    for number in range(sheet.nrows):
        last = max((column for column, _, _ in _cells(sheet, number)), default=-1)
        if last >= 0:
            height, width = number + 1, max(width, last + 1)
    return height, width


def _refuse_long(path: Path, where: str, length: int, together: int, limits: Limits) -> None:
    if length > limits.cell_chars:
        what = f"{where}有一个单元格的文字超过{limits.cell_chars}个字符"
        raise too_large(path, what, "cell_chars", "请缩短这段文字")
    if together > limits.sheet_text_mb << 20:
        what = f"{where}为止的文字超过{limits.sheet_text_mb} MB"
        raise too_large(path, what, "sheet_text_mb", "请删除过长的文字")


def _value(kind: int, value: Any, datemode: int) -> Any:
    """Return a cell as the other readers do; a number that is no date stays one."""
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind != xlrd.XL_CELL_DATE or value < 1:
        return value
    try:
        when: dt.datetime = xlrd.xldate_as_datetime(value, datemode)
    except (xlrd.XLDateError, OverflowError, ValueError):
        return value
    return when if when.time() != dt.time() else when.date()
