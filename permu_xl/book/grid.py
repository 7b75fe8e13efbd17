"""A sheet as rows of cell values, with a warning list of cells whose value is not to be trusted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from permu_xl.book import ooxml, sheetscan
from permu_xl.book.areas import column_index_from_string, get_column_letter
from permu_xl.book.cells import CellError, shortened

ERROR_CELL = "单元格是错误值{}"
UNCOMPUTED = "单元格里的公式没有计算结果"


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of a sheet from its first row on (values as python-calamine gives them, "" if blank).

    ``doubtful`` maps cell addresses to what is wrong with them: error values and formulas that
    nobody has calculated would otherwise look like blanks.
    """

    sheet: str
    rows: Sequence[Sequence[Any]]
    doubtful: Mapping[str, str]

    def cell(self, row: int, column: int | None) -> Any:
        """Return a cell by 0-based row and column; "" outside the sheet's used area."""
        if column is None or row >= len(self.rows) or column >= len(self.rows[row]):
            return ""
        return self.rows[row][column]

    def doubtful_columns(self) -> frozenset[int]:
        """Return the 0-based columns that hold a doubtful cell."""
        letters = {cell.rstrip("0123456789") for cell in self.doubtful}
        return frozenset(column_index_from_string(letter) - 1 for letter in letters)

    def trusted(self, row: int, column: int | None) -> Any:
        """Return a cell like ``cell``; CellError where its value is not to be trusted."""
        if self.doubtful and column is not None:
            problem = self.doubtful.get(address(row, column))
            if problem:
                raise CellError(problem, "改正公式或直接填写数值；在 Excel 里重新计算后保存")
        return self.cell(row, column)


def address(row: int, column: int) -> str:
    """Return the address of a cell given by 0-based row and column.

    >>> address(4, 1)
    'B5'
    """
    return f"{get_column_letter(column + 1)}{row + 1}"


def doubtful_cells(xml: bytes) -> dict[str, str]:
    """Return the error cells and the formulas without a cached value in a sheet's XML.

    Such cells are rare and sheets are large: only the rows that hold a suspicious mark are
    parsed, unless the sheet is written in an unusual way or nearly every row holds one.
    """
    places = [at for mark in _MARKS for at in _occurrences(xml, mark)]
    if not places:
        return {}
    if b"<row" not in xml or len(places) > _MANY:
        return _worded(sheetscan.doubtful_cells(xml))
    found: dict[str, str | None] = {}
    end = -1
    for place in sorted(places):
        if place < end:
            continue
        begin, end = xml.rfind(b"<row", 0, place), xml.find(b"</row>", place) + len(b"</row>")
        if begin < 0 or end < len(b"</row>"):
            break
        # The row stands alone here, without the declarations of the prefixes it may use.
        row = etree.fromstring(xml[begin:end], etree.XMLParser(recover=True, **ooxml.SAFE))
        found |= {} if row is None else dict(_doubtful(row))
    if "" in found:
        # Cells without an address: only those before them tell where they are.
        return _worded(sheetscan.doubtful_cells(xml))
    return _worded(found)


def _worded(found: Mapping[str, str | None]) -> dict[str, str]:
    return {
        cell: UNCOMPUTED if error is None else ERROR_CELL.format(shortened(error))
        for cell, error in found.items()
    }


_MARKS = (b't="e"', b"t='e'", b"<f>", b"<f ", b"<f/", b":f>", b":f ")
_MANY = 5000


def _occurrences(xml: bytes, mark: bytes) -> Iterator[int]:
    at = xml.find(mark)
    while at >= 0:
        yield at
        at = xml.find(mark, at + 1)


def _doubtful(row: etree._Element) -> Iterator[tuple[str, str | None]]:
    for cell in row.iter("{*}c"):
        content = {ooxml.local_name(child): child.text or "" for child in cell}
        if cell.get("t") == "e":
            yield cell.get("r", ""), content.get("v", "")
        elif "f" in content and not content.get("v") and cell.get("t") != "str":
            yield cell.get("r", ""), None
