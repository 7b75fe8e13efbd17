"""A sheet as rows of cell values, with a warning list of cells whose value is not to be trusted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from permu_xl.xlsx import package as ooxml
from permu_xl.xlsx.cells import (
    ERROR_CELL,
    UNCOMPUTED,
    shortened,
)
from permu_xl.xlsx.reading import scan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def doubtful_cells(xml: bytes) -> dict[str, str]:
    """Return the error cells and the formulas without a cached value in a sheet's XML.

    Such cells are rare and sheets are large: only the rows that hold a suspicious mark are
    parsed, unless the sheet is written in an unusual way or nearly every row holds one.
    """
    places = [found.start() for mark in _MARKS for found in mark.finditer(xml)]
    if not places:
        return {}
    if b"<row" not in xml or len(places) > _MANY:
        return _worded(scan.doubtful_cells(xml))
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
        return _worded(scan.doubtful_cells(xml))
    return _worded(found)


def _worded(found: Mapping[str, str | None]) -> dict[str, str]:
    return {
        cell: UNCOMPUTED if error is None else ERROR_CELL.format(shortened(error))
        for cell, error in found.items()
    }


_MARKS = tuple(map(re.compile, (b't="e"', b"t='e'", b"<f[ />]", b":f[ >]")))
"""What to search for, each with a beginning of its own: such patterns are found fastest."""
_MANY = 5000


def _doubtful(row: etree._Element) -> Iterator[tuple[str, str | None]]:
    for cell in row.iter("{*}c"):
        content = {ooxml.local_name(child): child.text or "" for child in cell}
        if cell.get("t") == "e":
            yield cell.get("r", "").upper(), content.get("v", "")
        elif "f" in content and not content.get("v") and cell.get("t") != "str":
            yield cell.get("r", "").upper(), None
