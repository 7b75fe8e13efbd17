"""A workbook of LibreOffice (.ods), read element by element within the limits.

The file says of every figure how it is shown.

Longer than other modules: one streamed reading of a file format.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

from lxml import etree

from permu_xl.errors import BookError
from permu_xl.intake.sources.ods_formats import NumberStyles
from permu_xl.intake.sources.sheet_builder import Cell, SheetBuilder, Shelf
from permu_xl.xlsx.cells import ERROR_CELL, UNCOMPUTED, as_seen, without_full_stroke
from permu_xl.xlsx.files import LOCKED, Limits, too_large
from permu_xl.xlsx.package import (
    BROKEN_ZIP,
    UnsafeXmlError,
    checked_entries,
    entry_key,
    open_zip,
    read_entry,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from permu_xl.intake.sources.source import SourceFile

__all__ = ["is_flat_document", "is_open_document", "read_flat_document", "read_open_document"]

_CONTENT, _MANIFEST, _TYPES = "content.xml", "meta-inf/manifest.xml", "[content_types].xml"
_KIND_OF_FILE, _STYLES = "mimetype", "styles.xml"
_SPREADSHEET_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_HEAD = 8192
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


_SPREADSHEET = _named("office:spreadsheet")
_NULL_DATE, _NULL_DATE_VALUE = _named("table:null-date"), _named("table:date-value")
_STYLE, _TABLE_STYLE = _named("style:style"), _named("style:table-properties")
_STYLE_NAME, _DISPLAY = _named("style:name"), _named("table:display")
_TEXT_STYLE = _named("style:text-properties")
_LINES = {_named("style:text-line-through-style"), _named("style:text-line-through-type")}
_COLUMN, _VISIBILITY = _named("table:table-column"), _named("table:visibility")
_DEFAULT_STYLE = _named("table:default-cell-style-name")
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
_SPAN, _STYLE_OF_SPAN = _named("text:span"), _named("text:style-name")
_POSITION = _named("style:text-position")
_PARAGRAPH, _SPACES, _COUNT = _named("text:p"), _named("text:s"), _named("text:c")
_MARKS = {_named("text:tab"): "\t", _named("text:line-break"): "\n"}
_SKIPPED = {_named("office:annotation"), _named("table:tracked-changes"), _named("table:shapes")}


def is_open_document(path: Path, raw: bytes, limits: Limits) -> bool:
    """Return whether a zip is an OpenDocument file, however it was packed.

    Programs that pack one anew put the entry ``mimetype`` last, or leave it out.
    """
    try:
        with open_zip(path, raw, limits) as package:
            names = {entry_key(name) for name in package.namelist()}
    except BookError:
        return False
    return _CONTENT in names and _TYPES not in names


def is_flat_document(raw: bytes) -> bool:
    """Return whether bytes are an OpenDocument file in one piece of XML (.fods)."""
    head = raw[:_HEAD]
    return b"<office:document" in head and _NAMESPACES["office"].encode() in head


def read_open_document(path: Path, raw: bytes, limits: Limits) -> SourceFile:
    """Read the visible sheets.

    Raises BookError where it is broken, protected by a password, no spreadsheet, or too large.
    """
    return _walked(path, lambda: _content(path, raw, limits), limits)


def read_flat_document(path: Path, raw: bytes, limits: Limits) -> SourceFile:
    """Read the visible sheets of a file in one piece; raises as ``read_open_document`` does."""
    if len(raw) > limits.part_mb << 20:
        raise too_large(path, f"超过{limits.part_mb} MB", "part_mb")
    return _walked(path, lambda: [raw], limits)


def _walked(path: Path, parts: Callable[[], list[bytes]], limits: Limits) -> SourceFile:
    reader = _Reader(path, limits)
    try:
        for xml in parts():
            if xml.count(b"<") > limits.sheet_tags:
                raise too_large(path, f"里的标记超过{limits.sheet_tags}个", "sheet_tags")
            walk(xml, reader)
    except (etree.XMLSyntaxError, UnsafeXmlError, ValueError, *BROKEN_ZIP) as error:
        raise _broken(path) from error
    if not reader.is_spreadsheet:
        raise _no_spreadsheet(path)
    return reader.file("工作簿（.ods）")


def _content(path: Path, raw: bytes, limits: Limits) -> list[bytes]:
    """Return the parts to read: the styles that have a name, if they are there, and the sheets."""
    with open_zip(path, raw, limits) as package:
        entries = checked_entries(path, package, limits, open_document=True)
        if _CONTENT not in entries:
            raise _broken(path)
        kind = entries.get(_KIND_OF_FILE)
        told = b"" if kind is None or kind.file_size > _HEAD else read_entry(package, kind)
        if told.strip() and not told.strip().startswith(_SPREADSHEET_TYPE):
            raise _no_spreadsheet(path)
        manifest = entries.get(_MANIFEST)
        small = manifest is not None and manifest.file_size <= limits.tree_mb << 20
        # The content of a protected file is there, but no XML.
        if manifest and small and b"encryption-data" in read_entry(package, manifest):
            raise BookError(f"“{path}”{LOCKED}。")
        content = entries[_CONTENT]
        if content.file_size > limits.part_mb << 20:
            raise too_large(path, f"里的 {_CONTENT} 超过{limits.part_mb} MB", "part_mb")
        styles = entries.get(_STYLES)
        named = styles is not None and styles.file_size <= limits.tree_mb << 20
        return [read_entry(package, e) for e in ((styles, content) if named else (content,)) if e]


def _no_spreadsheet(path: Path) -> BookError:
    return BookError(f"“{path}”不是电子表格，请另存为 .xlsx 或 .ods 表格后再试。")


def _broken(path: Path) -> BookError:
    return BookError(
        f"“{path}”读不出来：文件已损坏，或不是工作簿；"
        "请在 Excel、WPS 或 LibreOffice 中打开并另存后再试。"
    )


class _Reader:
    """Takes the events of content.xml."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._shelf = Shelf(path, limits)
        self.hidden: list[str] = []
        self._path, self._limits = path, limits
        self.is_spreadsheet = False
        self._style = ""
        self._invisible: set[str] = set()
        self._skipped = 0
        self._table: SheetBuilder | None = None
        self._struck: set[str] = set()
        self._small: set[str] = set()
        self._spans: list[str] = []
        self._formats = NumberStyles()
        self._from_1904 = False
        self._column_styles: list[tuple[int, int, str]] = []
        self._next_column = 0
        self._cell: dict[str, str] | None = None
        self._text: list[str] = []
        self._paragraphs = self._depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._table is None:
            self._formats.start(tag, attributes)
        nested = tag == _TABLE and self._table is not None
        if self._skipped or nested or tag in _SKIPPED:
            self._skipped += 1
        elif tag == _SPREADSHEET:
            self.is_spreadsheet = True
        elif tag == _NULL_DATE:
            self._from_1904 = attributes.get(_NULL_DATE_VALUE, "").startswith("1904")
        elif tag == _STYLE:
            self._style = attributes.get(_STYLE_NAME, "")
        elif tag == _TEXT_STYLE:
            if _LINES & {k for k, v in attributes.items() if v != "none"}:
                self._struck.add(self._style)
            if not attributes.get(_POSITION, "0%").startswith("0%"):
                self._small.add(self._style)
        elif tag == _TABLE_STYLE and attributes.get(_DISPLAY) == "false":
            self._invisible.add(self._style)
        elif tag == _TABLE:
            self._begin_table(attributes)
        elif self._table is not None:
            self._within(self._table, tag, attributes)

    def file(self, how: str) -> SourceFile:
        """Return all that was read."""
        return self._shelf.file(how, self.hidden)

    def _begin_table(self, attributes: dict[str, str]) -> None:
        most, name = self._limits.sheets, attributes.get(_TABLE_NAME, "")
        if self._shelf.count + len(self.hidden) == most:
            what = f"的工作表超过{most}张"
            raise too_large(self._path, what, "sheets", "请删除不需要的工作表")
        if attributes.get(_STYLE_OF_TABLE) in self._invisible:
            self.hidden.append(name)
            self._skipped = 1
        else:
            self._table = SheetBuilder(self._path, name, self._limits)
            self._next_column, self._column_styles = 0, []

    def _column(self, table: SheetBuilder, attributes: dict[str, str]) -> None:
        first, count = self._next_column, _number(attributes.get(_COLUMNS))
        self._next_column += count
        if attributes.get(_VISIBILITY, "visible") != "visible":
            table.hide_columns(first, count)
        style = attributes.get(_DEFAULT_STYLE, "")
        if style in self._struck or self._formats.of_cell(style):
            self._column_styles.append((first, first + count, style))

    def _style_of(self, table: SheetBuilder, cell: dict[str, str]) -> str:
        """Return the style of a cell as far as it matters: its own, else that of its column."""
        style = cell.get(_STYLE_OF_TABLE)
        if style is not None:
            return style
        column = table.next_column
        return next((s for first, end, s in self._column_styles if first <= column < end), "")

    def _within(self, table: SheetBuilder, tag: str, attributes: dict[str, str]) -> None:
        if tag == _ROW:
            hidden = attributes.get(_VISIBILITY, "visible") != "visible"
            table.begin_row(_number(attributes.get(_ROWS)), hidden=hidden)
        elif tag == _COLUMN:
            self._column(table, attributes)
        elif tag in _CELLS:
            self._cell, self._text = dict(attributes), []
            self._paragraphs = self._depth = 0
            self._spans = []
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
        elif tag == _SPAN:
            self._spans.append(attributes.get(_STYLE_OF_SPAN, ""))
        elif tag in _MARKS:
            self._text.append(_MARKS[tag])

    def data(self, text: str) -> None:
        if self._table is None:
            self._formats.data(text)
        if self._depth and not self._skipped and self._table is not None:
            self._table.count_text(len(text))
            small = not self._small.isdisjoint(self._spans)
            struck = not self._struck.isdisjoint(self._spans)
            self._text.append(as_seen(text, small=small, struck=struck))

    def end(self, tag: str) -> None:
        if self._table is None:
            self._formats.end(tag)
        if self._skipped:
            self._skipped -= 1
        elif self._table is None:
            return
        elif tag == _PARAGRAPH and self._cell is not None:
            self._depth -= 1
        elif tag == _SPAN and self._spans:
            self._spans.pop()
        elif tag in _CELLS and self._cell is not None:
            style = self._style_of(self._table, self._cell)
            text, struck = without_full_stroke("".join(self._text))
            struck |= style in self._struck
            code = self._formats.of_cell(style)
            self._table.add(_read_cell(self._cell, text, code, struck))
            self._cell = None
        elif tag == _ROW:
            self._table.end_row()
        elif tag == _TABLE:
            self._table.from_1904 = self._from_1904
            self._shelf.put(self._table)
            self._table = None

    def close(self) -> None:
        pass


def _number(text: str | None) -> int:
    """Return how often something is repeated; ValueError where that is no number."""
    return 1 if text is None else max(int(text[:12]), 1)


def _read_cell(cell: dict[str, str], text: str, code: str, struck: bool) -> Cell:
    value, problem = _value(cell, text)
    height, width = (_number(cell.get(name)) for name in _SPANNED)
    shown = text if isinstance(value, float) else ""
    repeat = _number(cell.get(_COLUMNS))
    return Cell(value, problem, shown, code if shown else "", struck, repeat, height, width)


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
