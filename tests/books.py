"""Workbooks read and changed by hand, in a tenth of the time that openpyxl takes for all of one.

A template has fifteen sheets, and a test looks at one of them.  ``read`` gives openpyxl that one
alone; ``Book`` changes single cells where they stand, as a person's hand would, and leaves
everything else as it is.
"""

from __future__ import annotations

import copy
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import openpyxl
from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.cell import coordinate_to_tuple, get_column_letter
from openpyxl.utils.datetime import from_excel, to_excel
from openpyxl.workbook import Workbook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_EMPTY = f'<worksheet xmlns="{MAIN[1:-1]}"><sheetData/></worksheet>'.encode()
_DATE_FORMAT = "14"


def read(path: Path, *sheets: str, **options: Any) -> Workbook:
    """Open a workbook with openpyxl, of which only these sheets have any content."""
    slim = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(slim, "w") as target:
        parts = _sheet_parts(source)
        assert set(sheets) <= set(parts), f"{sheets} of {list(parts)}"
        left_out = {part for name, part in parts.items() if name not in sheets}
        rest = {_relations_of(part) for part in left_out}
        for info in source.infolist():
            if info.filename not in rest:
                whole = info.filename not in left_out
                target.writestr(info.filename, source.read(info) if whole else _EMPTY)
    return openpyxl.load_workbook(slim, **options)


def values(path: Path, sheet: str, first_row: int = 1) -> list[tuple[Any, ...]]:
    """Return the values of a sheet from a row on."""
    found = read(path, sheet, read_only=True)
    try:
        return list(found[sheet].iter_rows(min_row=first_row, values_only=True))
    finally:
        found.close()


def edit(path: Path, sheet: str, cells: dict[str, Any]) -> Path:
    """Change cells, by address, of a workbook where it is."""
    book = Book(path)
    for address, value in cells.items():
        book[sheet][address].value = value
    book.save(path)
    return path


class Book:
    """A workbook whose cells can be read and changed; nothing else of it changes."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as package:
            self._parts = {info.filename: package.read(info) for info in package.infolist()}
            self._sheets = _sheet_parts(package)
        self._pages: dict[str, Page] = {}

    @property
    def sheetnames(self) -> list[str]:
        return list(self._sheets)

    def __getitem__(self, name: str) -> Page:
        if name not in self._pages:
            self._pages[name] = Page(self, etree.fromstring(self._parts[self._sheets[name]]))
        return self._pages[name]

    def save(self, path: Path) -> None:
        """Write the workbook with what was changed."""
        for name, page in self._pages.items():
            self._parts[self._sheets[name]] = etree.tostring(page.root, encoding="UTF-8")
        if "styles" in self.__dict__:
            self._parts["xl/styles.xml"] = etree.tostring(self.styles, encoding="UTF-8")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
            for part, content in self._parts.items():
                package.writestr(part, content)

    @cached_property
    def shared(self) -> list[str]:
        """The texts that cells refer to by number."""
        root = etree.fromstring(self._parts["xl/sharedStrings.xml"])
        return ["".join(item.itertext(f"{MAIN}t")) for item in root.iterfind(f"{MAIN}si")]

    @cached_property
    def styles(self) -> etree._Element:
        return etree.fromstring(self._parts["xl/styles.xml"])

    @cached_property
    def looks(self) -> etree._Element:
        """The list of cells' looks."""
        found = self.styles.find(f"{MAIN}cellXfs")
        assert found is not None
        return found

    def is_date(self, look: str) -> bool:
        """Return whether cells of a look show dates."""
        number = self.looks[int(look)].get("numFmtId", "0")
        own = self.styles.find(f"{MAIN}numFmts/{MAIN}numFmt[@numFmtId='{number}']")
        form = own.get("formatCode") if own is not None else BUILTIN_FORMATS.get(int(number))
        return is_date_format(form)

    def as_date(self, look: str) -> str:
        """Return the look with the format of a date; a new one is made where it is none."""
        if self.is_date(look):
            return look
        dated = copy.deepcopy(self.looks[int(look)])
        dated.set("numFmtId", _DATE_FORMAT)
        dated.set("applyNumberFormat", "1")
        self.looks.append(dated)
        self.looks.set("count", str(len(self.looks)))
        return str(len(self.looks) - 1)


class Page:
    """A sheet of ``Book``."""

    def __init__(self, book: Book, root: etree._Element) -> None:
        self.book, self.root = book, root
        data = root.find(f"{MAIN}sheetData")
        assert data is not None
        self._data = data
        self.rows = {int(row.get("r", "")): row for row in data}

    def __getitem__(self, address: str) -> Cell:
        return self.cell(*coordinate_to_tuple(address))

    def __setitem__(self, address: str, value: Any) -> None:
        self[address].value = value

    def cell(self, row: int, column: int, value: Any = None) -> Cell:
        """Return a cell, rows and columns from 1; a value is written into it."""
        found = Cell(self, row, column)
        if value is not None:
            found.value = value
        return found

    @property
    def max_row(self) -> int:
        return max(self.rows, default=1)

    def values(self, first_row: int = 1) -> Iterator[list[Any]]:
        """Yield the values of each row up to its last cell, rows that are not there included."""
        for number in range(first_row, self.max_row + 1):
            row = self.rows.get(number)
            last = 0 if row is None or not len(row) else _column(row[-1])
            yield [self.cell(number, column).value for column in range(1, last + 1)]

    def row(self, number: int) -> etree._Element:
        """Return a row, which is made where it is not there."""
        if number not in self.rows:
            row = self.rows[number] = etree.Element(f"{MAIN}row", r=str(number))
            self._data.insert(sum(each < number for each in self.rows), row)
        return self.rows[number]


class Cell:
    """A cell of ``Page``: its value, and its place."""

    def __init__(self, page: Page, row: int, column: int) -> None:
        self._page, self.row, self.column = page, row, column
        self.coordinate = f"{get_column_letter(column)}{row}"

    def _element(self) -> etree._Element | None:
        row = self._page.rows.get(self.row)
        cells = () if row is None else row
        return next((cell for cell in cells if cell.get("r") == self.coordinate), None)

    @property
    def value(self) -> Any:
        element, book = self._element(), self._page.book
        if element is None:
            return None
        formula, kind = element.find(f"{MAIN}f"), element.get("t", "n")
        if formula is not None:
            assert formula.get("t") is None, "a formula of several cells: ask openpyxl"
            return f"={formula.text}"
        if kind == "inlineStr":
            return "".join(element.itertext(f"{MAIN}t"))
        text = element.findtext(f"{MAIN}v")
        if text is None or kind in ("str", "e"):
            return text
        if kind == "s":
            return book.shared[int(text)]
        if kind == "b":
            return text == "1"
        number = float(text) if re.search("[.eE]", text) else int(text)
        return from_excel(number) if book.is_date(element.get("s", "0")) else number

    @value.setter
    def value(self, value: Any) -> None:
        row, element = self._page.row(self.row), self._element()
        if element is None:
            element = etree.Element(f"{MAIN}c", r=self.coordinate)
            row.insert(sum(_column(cell) < self.column for cell in row), element)
        del element[:]
        element.attrib.pop("t", None)
        if value is None:
            return
        if isinstance(value, str) and value.startswith("="):
            etree.SubElement(element, f"{MAIN}f").text = value[1:]
        elif isinstance(value, str):
            element.set("t", "inlineStr")
            text = etree.SubElement(etree.SubElement(element, f"{MAIN}is"), f"{MAIN}t")
            text.text = value
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        else:
            if isinstance(value, bool):
                element.set("t", "b")
            elif isinstance(value, dt.date):
                element.set("s", self._page.book.as_date(element.get("s", "0")))
                value = to_excel(value)
            number = int(value) if isinstance(value, bool) else value
            etree.SubElement(element, f"{MAIN}v").text = repr(number)


def _column(cell: etree._Element) -> int:
    return coordinate_to_tuple(cell.get("r", ""))[1]


def _relations_of(part: str) -> str:
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels"


def _sheet_parts(package: zipfile.ZipFile) -> dict[str, str]:
    """Return the parts of the sheets by name; the workbook is where it usually is."""
    relations = etree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
    targets = {each.get("Id"): each.get("Target", "") for each in relations}
    root = etree.fromstring(package.read("xl/workbook.xml"))
    found = {}
    for sheet in root.iterfind(f"{MAIN}sheets/{MAIN}sheet"):
        target = targets[sheet.get(_RELATION)]
        found[sheet.get("name", "")] = (
            target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        )
    return found
