"""Sheets and packages for the tests of the writer: written by hand, and read back by lxml."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from lxml import etree
from openpyxl.utils.cell import coordinate_from_string

from permu_xl.xlsx.cells.blocks import Block, Column, Value
from permu_xl.xlsx.writing.sheet import Rewritten, rewrite_sheet

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def sheet_xml(
    rows: str = "", before: str = "", after: str = "", names: str = f'xmlns="{MAIN}"'
) -> bytes:
    """Return a sheet with these rows and whatever stands before and after them."""
    text = f"<worksheet {names}>{before}<sheetData>{rows}</sheetData>{after}</worksheet>"
    return (DECLARATION + text).encode()


def block(first_row: int, columns: Mapping[str, Sequence[Value]], **more: object) -> Block:
    """Return a block from values by column letter."""
    made = [Column(_number(letter), values) for letter, values in columns.items()]
    return Block(first_row, made, **more)  # type: ignore[arg-type]


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


class Sheet:
    """A sheet's XML, asked by address."""

    def __init__(self, xml: bytes) -> None:
        self.root = etree.fromstring(xml)
        self.space = etree.QName(self.root).namespace
        self.rows = {int(row.get("r", 0)): row for row in self.all("row")}
        self.cells = {cell.get("r", ""): cell for cell in self.all("c")}
        self._check_order()

    def all(self, name: str) -> list[etree._Element]:
        """Return all elements of this name."""
        return list(self.root.iter(f"{{{self.space}}}{name}"))

    def one(self, name: str) -> etree._Element:
        """Return the only element of this name."""
        [found] = self.all(name)
        return found

    def order(self) -> list[str]:
        """Return the names of the sheet's own children."""
        return [etree.QName(each).localname for each in self.root]

    def text(self, address: str) -> str | None:
        """Return what a cell shows, escapes not decoded; None for an absent or empty one."""
        cell = self.cells.get(address)
        if cell is None or len(cell) == 0:
            return None
        found = [e for e in cell.iter() if etree.QName(e).localname in ("v", "t")]
        return found[0].text or "" if found else None

    def formula(self, address: str) -> str | None:
        """Return the text of a cell's formula; None for none."""
        found = self.cells[address].find(f"{{{self.space}}}f")
        return None if found is None else found.text or ""

    def style(self, address: str) -> str | None:
        """Return a cell's style."""
        return self.cells[address].get("s")

    def column(self, letter: str, rows: range) -> list[str | None]:
        """Return the texts of some cells of a column."""
        return [self.text(f"{letter}{row}") for row in rows]

    def hidden(self) -> list[int]:
        """Return the hidden rows."""
        return [number for number, row in self.rows.items() if row.get("hidden") == "1"]

    def _check_order(self) -> None:
        """The format demands ascending rows and cells."""
        assert list(self.rows) == sorted(self.rows)
        for number, row in self.rows.items():
            places = [coordinate_from_string(cell.get("r", "")) for cell in row]
            columns = [_number(letters) for letters, _ in places]
            assert columns == sorted(set(columns))
            assert {found for _, found in places} <= {number}


def rewritten(xml: bytes, *blocks: Block) -> Sheet:
    """Return a sheet after the blocks were written."""
    return Sheet(joined(rewrite_sheet(xml, blocks, kept="PERMU_")))


def joined(result: Rewritten) -> bytes:
    """Return the XML of a rewritten sheet in one piece."""
    return b"".join(each if isinstance(each, bytes) else each() for each in result.chunks)


def write_zip(path: Path, parts: Mapping[str, bytes]) -> Path:
    """Write a package with these parts, its dates all the same."""
    with zipfile.ZipFile(path, "w") as out:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, (2021, 6, 30, 8, 15, 2))
            info.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(info, content)
    return path


def read_zip(path: Path) -> dict[str, bytes]:
    """Return the parts of a package by name, in order."""
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def workbook_parts(
    sheets: Mapping[str, bytes], *, prefix: str = "", strict: bool = False, more: str = ""
) -> dict[str, bytes]:
    """Return the parts of a small workbook; ``more`` follows its list of sheets."""
    main, relations = (STRICT, STRICT_RELATIONS) if strict else (MAIN, RELATIONS)
    p = f"{prefix}:" if prefix else ""
    xmlns = f"xmlns:{prefix}" if prefix else "xmlns"
    sheet_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
    book_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    package = "http://schemas.openxmlformats.org/package/2006"
    numbers = range(1, len(sheets) + 1)
    listed = "".join(
        f'<{p}sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in zip(numbers, sheets, strict=True)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{book_type}"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{sheet_type}"/>'
            for n in numbers
        )
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{relations}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'<{p}workbook {xmlns}="{main}" xmlns:r="{relations}">'
        f"<{p}sheets>{listed}</{p}sheets>{more}</{p}workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{relations}/worksheet"'
            f' Target="worksheets/sheet{n}.xml"/>'
            for n in numbers
        )
        + "</Relationships>",
    }
    made = {name: (DECLARATION + text).encode() for name, text in parts.items()}
    for number, xml in zip(numbers, sheets.values(), strict=True):
        made[f"xl/worksheets/sheet{number}.xml"] = xml
    return made
