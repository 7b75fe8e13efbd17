"""A workbook of LibreOffice (.ods), read element by element within the limits.

Rows and cells may be repeated by a number, so that a few bytes stand for a billion cells; only
what has content is repeated here, and never beyond the limits.
"""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any

from lxml import etree

from permu_xl.errors import BookError
from permu_xl.intake.sources.source import Range, SourceFile, SourceSheet, clipped
from permu_xl.intake.sources.xls import LOCKED
from permu_xl.xlsx.cells import ERROR_CELL, UNCOMPUTED, Grid, address
from permu_xl.xlsx.files import Limits, refuse_extent, too_large
from permu_xl.xlsx.package import (
    BROKEN_ZIP,
    UnsafeXmlError,
    checked_entries,
    open_zip,
    read_entry,
    walk,
)

__all__ = ["is_open_document", "read_open_document"]

_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
_KIND_OF_FILE, _CONTENT, _MANIFEST = "mimetype", "content.xml", "meta-inf/manifest.xml"
_MOST_ERRORS = 300_000
_NAMESPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
}


def _named(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}"


_STYLE, _TABLE_STYLE = _named("style:style"), _named("style:table-properties")
_STYLE_NAME, _DISPLAY = _named("style:name"), _named("table:display")
_TABLE, _TABLE_NAME = _named("table:table"), _named("table:name")
_STYLE_OF_TABLE = _named("table:style-name")
_ROW, _ROWS = _named("table:table-row"), _named("table:number-rows-repeated")
_CELLS = (_named("table:table-cell"), _named("table:covered-table-cell"))
_COLUMNS = _named("table:number-columns-repeated")
_SPANNED = (_named("table:number-rows-spanned"), _named("table:number-columns-spanned"))
_FORMULA = _named("table:formula")
_TYPE, _KIND = _named("office:value-type"), _named("calcext:value-type")
_VALUE, _DATE = _named("office:value"), _named("office:date-value")
_TRUTH, _STRING = _named("office:boolean-value"), _named("office:string-value")
_PARAGRAPH, _SPACES, _COUNT = _named("text:p"), _named("text:s"), _named("text:c")
_MARKS = {_named("text:tab"): "\t", _named("text:line-break"): "\n"}
_SKIPPED = {_named("office:annotation"), _named("table:tracked-changes"), _named("table:shapes")}


def is_open_document(raw: bytes) -> bool:
    """Return whether a zip says that it is an OpenDocument file, in its first entry."""
    return raw.startswith(b"PK") and b"mimetypeapplication/vnd.oasis." in raw[:128]


def read_open_document(path: Path, raw: bytes, limits: Limits) -> SourceFile:
    """Read the visible sheets.

    Raises BookError where it is broken, protected by a password, no spreadsheet, or too large.
    """
    reader = _Reader(path, limits)
    try:
        walk(_content(path, raw, limits), reader)
    except (etree.XMLSyntaxError, UnsafeXmlError, ValueError, *BROKEN_ZIP) as error:
        raise _broken(path) from error
    return SourceFile(path, tuple(reader.sheets), "工作簿（.ods）", tuple(reader.hidden))


def _content(path: Path, raw: bytes, limits: Limits) -> bytes:
    with open_zip(path, raw, limits) as package:
        entries = checked_entries(path, package, limits, open_document=True)
        if not {_KIND_OF_FILE, _CONTENT} <= set(entries):
            raise _broken(path)
        if not read_entry(package, entries[_KIND_OF_FILE]).startswith(_SPREADSHEET):
            raise BookError(f"“{path}”不是电子表格，请另存为 .xlsx 或 .ods 表格后再试。")
        manifest = entries.get(_MANIFEST)
        small = manifest is not None and manifest.file_size <= limits.tree_mb << 20
        # The content of a protected file is there, but no XML.
        if manifest and small and b"encryption-data" in read_entry(package, manifest):
            raise BookError(f"“{path}”{LOCKED}。")
        content = entries[_CONTENT]
        if content.file_size > limits.part_mb << 20:
            raise too_large(path, f"里的 {_CONTENT} 超过{limits.part_mb} MB", "part_mb")
        xml = read_entry(package, content)
    if xml.count(b"<") > limits.sheet_tags:
        raise too_large(path, f"里的标记超过{limits.sheet_tags}个", "sheet_tags")
    return xml


def _broken(path: Path) -> BookError:
    return BookError(
        f"“{path}”读不出来：文件已损坏，或不是工作簿；"
        "请在 Excel、WPS 或 LibreOffice 中打开并另存后再试。"
    )


class _Reader:
    """Takes the events of content.xml."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.sheets: list[SourceSheet] = []
        self.hidden: list[str] = []
        self._path, self._limits = path, limits
        self._style = ""
        self._invisible: set[str] = set()
        self._skipped = 0
        self._table: _Table | None = None
        self._cell: dict[str, str] | None = None
        self._text: list[str] = []
        self._paragraphs = self._depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        nested = tag == _TABLE and self._table is not None
        if self._skipped or nested or tag in _SKIPPED:
            self._skipped += 1
        elif tag == _STYLE:
            self._style = attributes.get(_STYLE_NAME, "")
        elif tag == _TABLE_STYLE and attributes.get(_DISPLAY) == "false":
            self._invisible.add(self._style)
        elif tag == _TABLE:
            self._begin_table(attributes)
        elif self._table is not None:
            self._within(self._table, tag, attributes)

    def _begin_table(self, attributes: dict[str, str]) -> None:
        most, name = self._limits.sheets, attributes.get(_TABLE_NAME, "")
        if len(self.sheets) + len(self.hidden) == most:
            what = f"的工作表超过{most}张"
            raise too_large(self._path, what, "sheets", "请删除不需要的工作表")
        if attributes.get(_STYLE_OF_TABLE) in self._invisible:
            self.hidden.append(name)
            self._skipped = 1
        else:
            self._table = _Table(self._path, name, self._limits)

    def _within(self, table: _Table, tag: str, attributes: dict[str, str]) -> None:
        if tag == _ROW:
            table.begin_row(_number(attributes.get(_ROWS)))
        elif tag in _CELLS:
            self._cell, self._text = dict(attributes), []
            self._paragraphs = self._depth = 0
        elif self._cell is None:
            return
        elif tag == _PARAGRAPH:
            if self._paragraphs:
                self._text.append("\n")
            self._paragraphs += 1
            self._depth += 1
        elif tag == _SPACES:
            count = _number(attributes.get(_COUNT))
            table.count_text(count)
            self._text.append(" " * count)
        elif tag in _MARKS:
            self._text.append(_MARKS[tag])

    def data(self, text: str) -> None:
        if self._depth and not self._skipped and self._table is not None:
            self._table.count_text(len(text))
            self._text.append(text)

    def end(self, tag: str) -> None:
        if self._skipped:
            self._skipped -= 1
        elif self._table is None:
            return
        elif tag == _PARAGRAPH and self._cell is not None:
            self._depth -= 1
        elif tag in _CELLS and self._cell is not None:
            self._table.add(self._cell, "".join(self._text))
            self._cell = None
        elif tag == _ROW:
            self._table.end_row()
        elif tag == _TABLE:
            self.sheets.append(self._table.sheet())
            self._table = None
            cells = sum(len(s.grid.rows) * len(s.grid.rows[0]) for s in self.sheets if s.grid.rows)
            if cells > self._limits.cells:
                what = f"各工作表合计超过{self._limits.cells}个单元格"
                raise too_large(self._path, what, "cells", "请删除不需要的工作表")

    def close(self) -> None:
        pass


class _Table:
    """A sheet as it grows; blank rows and cells are counted until content follows."""

    def __init__(self, path: Path, name: str, limits: Limits) -> None:
        self._path, self._name, self._limits = path, name, limits
        self._where = f"的工作表“{name}”"
        self._rows: list[list[Any]] = []
        self._row: list[Any] = []
        self._errors: list[tuple[int, str]] = []
        self._doubtful: dict[str, str] = {}
        self._merged: list[Range] = []
        self._repeat = 1
        self._blank_rows = self._blank_cells = self._width = 0
        self._characters = self._together = 0

    def begin_row(self, repeat: int) -> None:
        self._row, self._errors, self._repeat, self._blank_cells = [], [], repeat, 0

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

    def add(self, cell: dict[str, str], text: str) -> None:
        """Add a cell, as often as it is repeated."""
        self._characters = 0
        repeat = _number(cell.get(_COLUMNS))
        value, problem = _value(cell, text)
        if value == "" and not problem:
            self._blank_cells += repeat
            return
        row, column = len(self._rows) + self._blank_rows, len(self._row) + self._blank_cells
        refuse_extent(self._path, self._where, row + 1, column + repeat, self._limits)
        self._row += [""] * self._blank_cells + [value] * repeat
        self._blank_cells = 0
        if problem:
            self._errors += [(column + k, problem) for k in range(repeat)]
        height, width = (_number(cell.get(name)) for name in _SPANNED)
        if height > 1 or width > 1:
            self._merged.append(((row, column), (row + height - 1, column + width - 1)))

    def end_row(self) -> None:
        if not self._row:
            self._blank_rows += self._repeat
            return
        self._width = max(self._width, len(self._row))
        first = len(self._rows) + self._blank_rows
        refuse_extent(self._path, self._where, first + self._repeat, self._width, self._limits)
        self._rows += [[]] * self._blank_rows + [self._row] * self._repeat
        self._blank_rows = 0
        if len(self._doubtful) + len(self._errors) * self._repeat > _MOST_ERRORS:
            raise BookError(
                f"“{self._path}”{self._where}里的错误值超过{_MOST_ERRORS}个，请改正公式后再试。"
            )
        for row in range(first, first + self._repeat):
            self._doubtful |= {address(row, column): text for column, text in self._errors}

    def sheet(self) -> SourceSheet:
        """Return the sheet; all rows are of one length, repeated ones one and the same."""
        for row in self._rows:
            row += [""] * (self._width - len(row))
        merged = clipped(self._path, self._name, self._merged, self._rows)
        return SourceSheet(Grid(self._name, self._rows, self._doubtful), merged)


def _number(text: str | None) -> int:
    """Return how often something is repeated; ValueError where that is no number."""
    return 1 if text is None else max(int(text[:12]), 1)


def _value(cell: dict[str, str], text: str) -> tuple[Any, str]:
    """Return what a cell holds, and what is wrong with it ("" for nothing)."""
    kind = cell.get(_TYPE, "")
    if cell.get(_KIND) == "error":
        return "", ERROR_CELL.format(text)
    if kind in ("float", "percentage", "currency"):
        number = float(cell.get(_VALUE, "nan"))
        return (number, "") if math.isfinite(number) else ("", ERROR_CELL.format(text))
    if kind == "boolean":
        return cell.get(_TRUTH) == "true", ""
    if kind == "date":
        return _date(cell.get(_DATE, "")) or text, ""
    if not kind and _FORMULA in cell:
        return "", UNCOMPUTED
    return cell.get(_STRING, text) or text, ""


def _date(text: str) -> dt.date | None:
    try:
        when = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return when if when.time() != dt.time() else when.date()
