"""A workbook of Excel 97 to 2003 or older (.xls), read within the limits.

Both readers are pure Python: of a broken file they make an exception, and one long text that many
cells share is held once.  The container is not left to xlrd, which follows a chain of sectors
that leads back to itself without end.  A sheet of this format has at most 65,536 rows and 256
columns.
"""

from __future__ import annotations

import datetime as dt
import io
import struct
from itertools import product
from typing import TYPE_CHECKING, Any

import xlrd

from permu_xl.errors import BookError
from permu_xl.intake.sources.source import (
    Refused,
    SourceFile,
    SourceSheet,
    clipped,
    may_be_table,
)
from permu_xl.workbook.layout import SEARCH_ROWS
from permu_xl.xlsx.cells import ERROR_CELL, NOTHING_ODD, Grid, Look, address, as_seen, is_plain
from permu_xl.xlsx.files import (
    LOCKED,
    OLE_SIGNATURE,
    Limits,
    TooLargeError,
    refuse_extent,
    too_large,
)
from permu_xl.xlsx.reading import OddStyles

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["is_old_workbook", "read_old_workbook"]

_STREAMS = ("Workbook", "Book")
_OLDER = (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08")
_CODE_PAGE, _FIRST_RECORDS = 0x42, 200
_CHINESE = "gb18030"
_MULTIBYTE = {
    936: _CHINESE, 54936: _CHINESE, 10008: _CHINESE, 932: "cp932", 949: "cp949", 950: "cp950",
    65001: "utf-8",
}  # fmt: skip
_STORED_PER_LIMIT = 2
"""So many cells, blank ones with a format included, may be gone through for each one allowed."""


def is_old_workbook(raw: bytes) -> bool:
    """Return whether this is a workbook of before 1997, which begins with its first record."""
    return raw[:2] in _OLDER


def read_old_workbook(path: Path, raw: bytes, limits: Limits) -> SourceFile:
    """Read the visible sheets.

    Raises BookError where it is broken, protected by a password, or too large.
    """
    try:
        records = _records(raw)
    except Exception as error:
        raise _broken(path) from error
    # Merged cells are known only together with the formats, which odd programs write wrongly.
    for coding, formats in product(_codings(records), (True, False)):
        try:
            return _read(path, records, limits, formats, coding)
        except BookError:
            raise
        except Exception as error:  # the parser of strangers' files; whatever it says, it is broken
            if "encrypt" in str(error).lower():
                raise BookError(f"“{path}”{LOCKED}。") from error
    raise _broken(path)


def _broken(path: Path) -> BookError:
    return BookError(
        f"“{path}”读不出来：文件已损坏，或不是工作簿；请在 Excel 或 WPS 中打开并另存后再试。"
    )


def _read(
    path: Path, records: bytes, limits: Limits, formats: bool, coding: str | None
) -> SourceFile:
    book = xlrd.open_workbook(
        file_contents=records, logfile=io.StringIO(), formatting_info=formats, on_demand=True,
        ragged_rows=True, encoding_override=coding,
    )  # fmt: skip
    if book.nsheets > limits.sheets:
        what = f"有{book.nsheets}张工作表，超过{limits.sheets}张"
        raise too_large(path, what, "sheets", "请删除不需要的工作表")
    odd = _odd_styles(book) if formats else OddStyles()
    sheets: list[SourceSheet] = []
    hidden: list[str] = []
    refused: list[TooLargeError] = []
    skipped: list[Refused] = []
    stored = 0
    for number in range(book.nsheets):
        sheet = book.sheet_by_index(number)
        stored += sheet.nrows * sheet.ncols
        if stored > _STORED_PER_LIMIT * limits.cells:
            what = f"各工作表合计超过{_STORED_PER_LIMIT * limits.cells}个单元格"
            raise too_large(path, what, "cells", "请删除不需要的工作表")
        if sheet.visibility:
            hidden.append(sheet.name)
        else:
            try:
                sheets.append(_sheet(path, book, sheet, limits, odd if formats else None))
            except TooLargeError as error:
                if may_be_table(
                    [sheet.row_values(n) for n in range(min(sheet.nrows, SEARCH_ROWS))]
                ):
                    raise
                refused.append(error)
                skipped.append(Refused.because(sheet.name, error))
        book.unload_sheet(number)
    if refused and not sheets:
        raise refused[0]
    how = "旧版工作簿（.xls）"
    return SourceFile(path, tuple(sheets), how, tuple(hidden), refused=tuple(skipped))


def _codings(records: bytes) -> tuple[str | None, ...]:
    """Return in which codings to read the texts; None for the one that the workbook names.

    Before Excel 97 texts were in a code page.  Chinese programs wrote GBK and named that of the
    machine, or none; only where another one of East Asia is named, it is believed.
    """
    if _is_unicode(records):
        return (None,)
    named = _code_page(records)
    return (_MULTIBYTE[named],) if named in _MULTIBYTE else (_CHINESE, None)


def _is_unicode(records: bytes) -> bool:
    """Return whether these are records of Excel 97 or later."""
    return records[:2] == b"\x09\x08" and records[4:6] == b"\x00\x06"


def _code_page(records: bytes) -> int | None:
    """Return the code page that is named in the first records; None for none."""
    at = 0
    for _ in range(_FIRST_RECORDS):
        if at + 4 > len(records):
            break
        kind, length = struct.unpack_from("<HH", records, at)
        if kind == _CODE_PAGE and length >= 2 and at + 6 <= len(records):
            page: int = struct.unpack_from("<H", records, at + 4)[0]
            return page
        at += 4 + length
    return None


def _odd_styles(book: Any) -> OddStyles:
    """Return the styles whose format may show another figure, and those struck out."""
    formats: dict[int, str] = {}
    struck: set[int] = set()
    fonts = [bool(font.struck_out) for font in book.font_list]
    for number, style in enumerate(book.xf_list):
        known = book.format_map.get(style.format_key)
        if known is not None and not is_plain(known.format_str):
            formats[number] = known.format_str
        if style.font_index < len(fonts) and fonts[style.font_index]:
            struck.add(number)
    return OddStyles(formats, frozenset(struck))


def _look(sheet: Any, odd: OddStyles, height: int, width: int) -> Look:
    formats: dict[tuple[int, int], str] = {}
    struck: set[tuple[int, int]] = set()
    all_odd = odd.all
    for row in range(height if all_odd else 0):
        for column in range(min(sheet.row_len(row), width)):
            style = sheet.cell_xf_index(row, column)
            if style in odd.formats:
                formats[row, column] = odd.formats[style]
            if style in odd.struck:
                struck.add((row, column))
    rows = {n for n, info in sheet.rowinfo_map.items() if info.hidden or info.height == 0}
    columns = {n for n, info in sheet.colinfo_map.items() if info.hidden or info.width == 0}
    return Look(
        formats, {}, frozenset(struck), frozenset(), frozenset(n for n in rows if n < height),
        frozenset(n for n in columns if n < width),
    )  # fmt: skip


def _records(raw: bytes) -> bytes:
    """Return the records of the workbook out of their container, if they are in one."""
    import olefile

    if not raw.startswith(OLE_SIGNATURE):
        return raw
    with olefile.OleFileIO(io.BytesIO(raw)) as container:
        name = next(name for name in _STREAMS if container.exists(name))
        records: bytes = container.openstream(name).read()
    return records


def _sheet(path: Path, book: Any, sheet: Any, limits: Limits, odd: OddStyles | None) -> SourceSheet:
    """Return a sheet; ``odd`` is None where the formats could not be read."""
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
            runs = sheet.rich_text_runlist_map.get((number, column))
            if runs and kind == xlrd.XL_CELL_TEXT:
                value = _as_seen(value, runs, book.font_list)
            row[column] = _value(kind, value, book.datemode)
        rows.append(row)
    merged = (((t, left), (b - 1, r - 1)) for t, b, left, r in sheet.merged_cells)
    ranges = clipped(path, sheet.name, merged, rows)
    look = NOTHING_ODD if odd is None else _look(sheet, odd, height, width)
    grid = Grid(sheet.name, rows, doubtful, look, book.datemode == 1)
    return SourceSheet(grid, ranges, odd is not None)


def _as_seen(text: str, runs: Sequence[tuple[int, int]], fonts: Sequence[Any]) -> str:
    """Return a text of several fonts, each (place, font) where one begins, as it is seen."""
    ends = [place for place, _ in runs[1:]] + [len(text)]
    seen = [text[: runs[0][0]]]
    for (begin, number), end in zip(runs, ends, strict=True):
        font = fonts[number] if number < len(fonts) else None
        small = font is not None and font.escapement != 0
        struck = font is not None and bool(font.struck_out)
        seen.append(as_seen(text[begin:end], small=small, struck=struck))
    return "".join(seen)


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
