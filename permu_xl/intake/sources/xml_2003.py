"""A workbook as XML of Excel 2002 and 2003 (XML Spreadsheet), which systems call .xls as well."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import TYPE_CHECKING, Any

from lxml import etree

from permu_xl.errors import BookError
from permu_xl.intake.sources.sheet_builder import Cell, SheetBuilder, Shelf
from permu_xl.xlsx.cells import ERROR_CELL, UNCOMPUTED, as_seen, is_plain, without_full_stroke
from permu_xl.xlsx.files import Limits, too_large
from permu_xl.xlsx.package import UnsafeXmlError, is_true, walk

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from permu_xl.intake.sources.source import SourceFile

__all__ = ["is_xml_workbook", "read_xml_workbook"]

_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
_EXCEL = "urn:schemas-microsoft-com:office:excel"
_ROOT = re.compile(
    rb"\s*(?:<\?xml[^>]*\?>|<\?mso-application[^>]*\?>|<!--.{0,2000}?-->|\s)*<(?:[\w.-]+:)?Workbook[\s>]",
    re.S,
)
_NAMED = {
    "Percent": "0.00%", "General Number": "General", "Currency": "General", "Fixed": "0.00",
    "Standard": "#,##0.00", "Scientific": "0.00E+00", "Euro Currency": "General",
}  # fmt: skip
_SMALL = {"Sup", "Sub"}
_HEAD = 8192
_MOST_INDEX = 2_000_000


def is_xml_workbook(raw: bytes) -> bool:
    """Return whether bytes are such a workbook, in whichever coding."""
    head = raw[:_HEAD].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
    return _ROOT.match(head) is not None and _SPREADSHEET.encode() in head


def read_xml_workbook(path: Path, raw: bytes, limits: Limits) -> SourceFile:
    """Read the visible sheets; BookError where it is broken or too large."""
    if len(raw) > limits.part_mb << 20:
        raise too_large(path, f"超过{limits.part_mb} MB", "part_mb")
    if raw.count(b"<") > limits.sheet_tags:
        raise too_large(path, f"里的标记超过{limits.sheet_tags}个", "sheet_tags")
    reader = _Reader(path, limits)
    try:
        walk(raw, reader)
    except (etree.XMLSyntaxError, UnsafeXmlError, ValueError) as error:
        raise BookError(
            f"“{path}”读不出来：文件已损坏，或不是工作簿；请在 Excel 或 WPS 中打开并另存后再试。"
        ) from error
    return reader.shelf.file("XML 工作簿（2003）", reader.hidden)


class _Reader:
    """Takes the events of the file."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.shelf = Shelf(path, limits)
        self.hidden: list[str] = []
        self._path, self._limits = path, limits
        self._formats: dict[str, str] = {}
        self._struck: set[str] = set()
        self._style = ""
        self._from_1904 = False
        self._sheet: SheetBuilder | None = None
        self._invisible = False
        self._columns: list[tuple[int, int, str]] = []
        self._next_column = 0
        self._row: Mapping[str, str] = {}
        self._cell: dict[str, str] = {}
        self._type = ""
        self._text: list[str] = []
        self._path_down: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = _local(tag)
        self._path_down.append(name)
        given = {_local(key): value for key, value in attributes.items()}
        if name == "Style":
            self._begin_style(given)
        elif name == "NumberFormat" and "Format" in given:
            self._formats[self._style] = _NAMED.get(given["Format"], given["Format"])
        elif name == "Font" and "Styles" in self._path_down and is_true(given.get("StrikeThrough")):
            self._struck.add(self._style)
        elif name == "Date1904":
            self._from_1904 = True
        elif name == "Worksheet":
            self._begin_sheet(given)
        elif self._sheet is not None:
            self._within(self._sheet, name, given)

    def _begin_style(self, given: Mapping[str, str]) -> None:
        self._style, parent = given.get("ID", ""), given.get("Parent", "")
        if parent in self._formats:
            self._formats[self._style] = self._formats[parent]
        if parent in self._struck:
            self._struck.add(self._style)

    def _begin_sheet(self, given: Mapping[str, str]) -> None:
        if self.shelf.count + len(self.hidden) == self._limits.sheets:
            what = f"的工作表超过{self._limits.sheets}张"
            raise too_large(self._path, what, "sheets", "请删除不需要的工作表")
        self._sheet = SheetBuilder(self._path, given.get("Name", ""), self._limits)
        self._invisible, self._columns, self._next_column = False, [], 0

    def _within(self, sheet: SheetBuilder, name: str, given: Mapping[str, str]) -> None:
        parent = self._path_down[-2] if len(self._path_down) > 1 else ""
        if name == "Column" and parent == "Table":
            self._column(sheet, given)
        elif name == "Row" and parent == "Table":
            sheet.skip_rows(_index(given, sheet.next_row))
            hidden = is_true(given.get("Hidden")) or given.get("Height") in ("0", "0.0")
            sheet.begin_row(hidden=hidden)
            self._row = given
        elif name == "Cell" and parent == "Row":
            sheet.skip_cells(_index(given, sheet.next_column))
            self._cell, self._type, self._text = dict(given), "", []
        elif name == "Data" and parent == "Cell":
            self._type, self._text = given.get("Type", "String"), []

    def _column(self, sheet: SheetBuilder, given: Mapping[str, str]) -> None:
        first = self._next_column + _index(given, self._next_column)
        count = _whole(given.get("Span"), 0) + 1
        self._next_column = first + count
        if is_true(given.get("Hidden")) or given.get("Width") in ("0", "0.0"):
            sheet.hide_columns(first, count)
        if "StyleID" in given and len(self._columns) < self._limits.columns:
            self._columns.append((first, first + count, given["StyleID"]))

    def data(self, text: str) -> None:
        # Texts of several fonts have more elements within; comments have data of their own.
        if self._sheet is None:
            return
        if self._type and "Comment" not in self._path_down and "Data" in self._path_down:
            self._sheet.count_text(len(text))
            down = set(self._path_down)
            self._text.append(as_seen(text, small=bool(down & _SMALL), struck="S" in down))
        elif self._path_down[-1:] == ["Visible"]:
            self._invisible |= text.strip() in ("SheetHidden", "SheetVeryHidden")

    def end(self, tag: str) -> None:
        name = _local(tag)
        self._path_down.pop()
        if self._sheet is None:
            return
        parent = self._path_down[-1] if self._path_down else ""
        if name == "Cell" and parent == "Row":
            self._end_cell(self._sheet)
        elif name == "Row" and parent == "Table":
            self._sheet.end_row()
        elif name == "Worksheet":
            if self._invisible:
                self.hidden.append(self._sheet.name)
            else:
                self._sheet.from_1904 = self._from_1904
                self.shelf.put(self._sheet)
            self._sheet = None

    def _end_cell(self, sheet: SheetBuilder) -> None:
        cell, kind = self._cell, self._type
        text, struck = without_full_stroke("".join(self._text))
        self._type = ""
        value, problem = _value(kind, text)
        if not kind and "Formula" in cell:
            problem = UNCOMPUTED
        style = cell.get("StyleID") or self._row.get("StyleID") or self._of_column(sheet)
        code = self._formats.get(style, "") if isinstance(value, float) else ""
        across, down = _whole(cell.get("MergeAcross"), 0), _whole(cell.get("MergeDown"), 0)
        odd = "" if not code or is_plain(code) else code
        struck |= style in self._struck
        sheet.add(Cell(value, problem, "", odd, struck, 1, down + 1, across + 1))
        sheet.skip_cells(min(across, self._limits.columns))

    def _of_column(self, sheet: SheetBuilder) -> str:
        column = sheet.next_column
        return next((s for first, end, s in self._columns if first <= column < end), "Default")

    def close(self) -> None:
        pass


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _whole(text: str | None, default: int) -> int:
    return min(int(text), _MOST_INDEX) if text and text.isdecimal() and len(text) < 10 else default


def _index(given: Mapping[str, str], following: int) -> int:
    """Return how many rows or cells are left out before one that names its place."""
    return max(_whole(given.get("Index"), following + 1) - 1 - following, 0)


def _value(kind: str, text: str) -> tuple[Any, str]:
    """Return what a cell holds, and what is wrong with it ("" for nothing)."""
    if kind == "Number":
        number = float(text) if text.strip() else math.nan
        return (number, "") if math.isfinite(number) else ("", ERROR_CELL.format(text))
    if kind == "Boolean":
        return is_true(text), ""
    if kind == "Error":
        return "", ERROR_CELL.format(text)
    if kind == "DateTime":
        return _date(text), ""
    return text, ""


def _date(text: str) -> Any:
    try:
        when = dt.datetime.fromisoformat(text)
    except ValueError:
        return text
    return when if when.time() != dt.time() else when.date()
