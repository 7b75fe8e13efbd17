"""How far a sheet reaches and how much text it holds, found before its cells become values.

A file of a few kilobytes can claim a cell in the last row and column, or repeat one long text in
every cell; the table of its values would not fit into any memory.  Ordinary sheets are spelled in
one of few ways, and then counting is enough; every other sheet is read element by element.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from openpyxl.utils import column_index_from_string, get_column_letter

from permu_xl.book.areas import MAX_COLUMN, MAX_ROW
from permu_xl.book.ooxml import walk

__all__ = ["Extent", "measure", "text_lengths"]

_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})\d{1,7}"(?: [a-z]{1,3}="\w{0,20}")*/?>'
)  # how everybody writes them
_ROW_OF_CELL = re.compile(rb'<c r="[A-Z]{1,3}(\d{1,7})"')
_OTHER_CELL = re.compile(rb"<c[>/\t\r\n]")
_PREFIXED_CELL = re.compile(rb":c[ >/\t\r\n]")
_SHARED = re.compile(rb' t="s"[^<>]*><v>(\d{1,9})</v>')
_OTHER_TYPE = re.compile(rb" t='| t ")
_SLICE = 4 << 20

_ITEM = re.compile(rb"<si>|<si/>|</si>")
_OTHER_ITEM = re.compile(rb"<si[^>/]|:si[ >/\t\r\n]|<si/[^>]")
_UTF8_BYTES = 4
"""At most, for a character."""

_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass(slots=True)
class Extent:
    """The last row and column with content (0 for none), and the bytes of all texts together.

    ``farthest`` is the address of a cell in the last row; ``stray`` one that no sheet can have.
    """

    last_row: int = 0
    last_column: int = 0
    farthest: str = ""
    stray: str = ""
    text_bytes: int = 0


def measure(xml: bytes, lengths: npt.NDArray[np.int64], rows: int, cells: int) -> Extent:
    """Return how far a sheet's XML reaches.

    ``lengths`` are those of the shared texts.  Up to ``rows`` rows and ``cells`` cells the answer
    may be too high, as blank cells with a style are counted in; beyond that it is exact.
    Raises etree.XMLSyntaxError where the XML is read and broken.
    """
    counted = _counted(xml, lengths)
    if (
        counted is not None
        and counted.last_row <= rows
        and counted.last_row * counted.last_column <= cells
    ):
        return counted
    reader = _Reader(lengths)
    walk(xml, reader)
    return reader.extent


def text_lengths(xml: bytes) -> npt.NDArray[np.int64]:
    """Return how many bytes each of the shared texts takes, at most.

    Raises etree.XMLSyntaxError where the XML is read and broken.
    """
    if _OTHER_ITEM.search(xml) is None:
        starts: list[int] = []
        ends: list[int] = []
        for found in _ITEM.finditer(xml):
            if found[0] != b"</si>":
                starts.append(found.start())
            if found[0] != b"<si>":
                ends.append(found.end())
        if len(starts) == len(ends):
            lengths = np.array(ends, dtype=np.int64) - np.array(starts, dtype=np.int64)
            if np.all(lengths > 0):
                return lengths
    reader = _Items()
    walk(xml, reader)
    return np.array(reader.lengths, dtype=np.int64)


def _counted(xml: bytes, lengths: npt.NDArray[np.int64]) -> Extent | None:
    """Measure a sheet that is spelled as usual; None for any other."""
    if (
        _OTHER_CELL.search(xml) is not None
        or (b":c" in xml and _PREFIXED_CELL.search(xml) is not None)
        or b"sheetData" not in xml
    ):
        return None
    columns: set[bytes] = set()
    rows: set[bytes] = set()
    found = 0
    begin = xml.find(b"<c ")
    while begin >= 0:
        end = xml.rfind(b"<c ", begin, begin + _SLICE)
        if end <= begin:
            end = xml.find(b"<c ", begin + _SLICE)
        if end < 0:
            end = len(xml)
        letters = _CELL.findall(xml, begin, end)
        found += len(letters)
        columns.update(letters)
        rows.update(_ROW_OF_CELL.findall(xml, begin, end))
        begin = end if end < len(xml) else -1
    if found != xml.count(b"<c "):
        return None
    extent = Extent(text_bytes=len(xml))
    if found:
        extent.last_row = max(map(int, rows))
        extent.last_column = max(column_index_from_string(each.decode()) for each in columns)
        extent.farthest = f"A{extent.last_row}"
        if extent.last_row > MAX_ROW or extent.last_column > MAX_COLUMN or b"0" in rows:
            return None
    shared = xml.count(b' t="s"')
    if shared == 0 or len(lengths) == 0:
        return extent
    longest = int(lengths.max())
    if shared * longest < len(xml):
        extent.text_bytes += shared * longest
        return extent
    references = np.array(_SHARED.findall(xml), dtype="S9")
    if len(references) != shared or _OTHER_TYPE.search(xml) is not None:
        return None
    places = references.astype(np.int64)
    extent.text_bytes += int(lengths[places[places < len(lengths)]].sum())
    return extent


@dataclass(slots=True)
class _Items:
    """Takes the events of the shared texts."""

    lengths: list[int] = field(default_factory=list)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == "si":
            self.lengths.append(0)

    def end(self, tag: str) -> None:
        pass

    def data(self, text: str) -> None:
        if self.lengths:
            self.lengths[-1] += _UTF8_BYTES * len(text)

    def close(self) -> None:
        pass


class _Reader:
    """Takes the events of a sheet's XML; rows and cells without an address follow the last."""

    def __init__(self, lengths: Sequence[int] | npt.NDArray[np.int64]) -> None:
        self.extent = Extent()
        self._lengths = lengths
        self._row = self._column = 0
        self._at: tuple[int, int] | None = None
        self._shared = False
        self._filled = False
        self._value: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if name == "row":
            given = attributes.get("r", "")
            self._row = int(given) if given.isdecimal() and len(given) < 10 else self._row + 1
            self._column = 0
        elif name == "c":
            self._begin_cell(attributes.get("r"))
            self._shared = attributes.get("t") == "s"
            self._filled = False
        elif name in ("v", "t", "is") and self._at is not None:
            self._filled = True
            self._value = []

    def _begin_cell(self, address: str | None) -> None:
        if address is None:
            self._at = self._row, self._column + 1
        else:
            matched = _ADDRESS.fullmatch(address)
            if matched is None:
                self.extent.stray = self.extent.stray or address
                self._at = None
                return
            self._at = int(matched[2]), column_index_from_string(matched[1])
        self._column = self._at[1]
        if not (1 <= self._at[0] <= MAX_ROW and self._column <= MAX_COLUMN):
            self.extent.stray = self.extent.stray or (address or f"R{self._at[0]}C{self._at[1]}")

    def data(self, text: str) -> None:
        if self._value is not None:
            self.extent.text_bytes += _UTF8_BYTES * len(text)
            if self._shared:
                self._value.append(text)

    def end(self, tag: str) -> None:
        name = _local(tag)
        if name in ("v", "t") and self._value is not None:
            number = "".join(self._value).strip() if self._shared else ""
            if number.isdecimal() and len(number) < 10 and int(number) < len(self._lengths):
                self.extent.text_bytes += int(self._lengths[int(number)])
            self._value = None
        elif name == "c" and self._at is not None:
            if self._filled:
                row, column = self._at
                if row > self.extent.last_row:
                    self.extent.last_row = row
                    letters = get_column_letter(min(column, MAX_COLUMN))
                    self.extent.farthest = f"{letters}{row}"
                self.extent.last_column = max(self.extent.last_column, column)
            self._at = None

    def close(self) -> None:
        pass


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
