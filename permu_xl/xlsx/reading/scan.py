"""How far a sheet reaches and how much text it holds, found before its cells become values.

A file of a few kilobytes can claim a cell in the last row and column, or repeat one long text in
every cell; the table of its values would not fit into any memory.  Ordinary sheets are spelled in
one of few ways, and then counting is enough; every other sheet is read element by element.

Longer than other modules: one scan of a sheet's bytes and what it is held to.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from permu_xl.xlsx.cells import (
    MAX_COLUMN,
    MAX_ROW,
    Area,
    column_index_from_string,
    get_column_letter,
)
from permu_xl.xlsx.files import Limits
from permu_xl.xlsx.package import walk
from permu_xl.xlsx.reading.plain_rows import PLAIN_COLUMNS, PLAIN_TEXT, Parted

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Extent", "doubtful_cells", "formula_cells", "measure", "text_lengths"]

_UNUSUAL_CELL = re.compile(rb'<c (?!r="[A-Z]{1,3}\d{1,7}"[ \w":=]*/?>)')
_FILLED = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})[^>]*[^/]>')
_OTHER_CELL = re.compile(rb"<c[>/\t\r\n]")
_PREFIXED_CELL = re.compile(rb":c[ >/\t\r\n]")
_SPACED = re.compile(b"t ="), re.compile(b"t= ")
_SHARED = re.compile(rb' t="s"[^<>]*><v>(\d{1,9})</v>')
_SLICE = 4 << 20
_ESCAPED_BYTES = 12
"""At most, for a character that is written as a reference."""

_ITEM = re.compile(rb"<si>|<si/>|</si>")
_OTHER_ITEM = re.compile(rb"<si[^>/]|:si[ >/\t\r\n]|<si/[^>]")
_UNLIMITED = Limits(rows=10**12, cells=10**12, cell_chars=10**12, sheet_text_mb=10**12)
_UTF8_BYTES = 4
"""At most, for a character."""

_ADDRESS = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")


@dataclass(slots=True)
class Extent:
    """The last row and column with content (0 for none), and the bytes of all texts together.

    ``farthest`` is the address of a cell in the last row, where it is known, ``stray`` one that
    no sheet can have; ``longest`` is how many characters the longest text within the cells has,
    where that is known, or 0; ``usual`` says that the sheet is spelled as most are, and then no
    text is longer than ``longest_possible``.
    """

    last_row: int = 0
    last_column: int = 0
    farthest: str = ""
    stray: str = ""
    text_bytes: int = 0
    longest: int = 0
    usual: bool = False
    longest_possible: int = 0


class _EnoughError(Exception):
    """The sheet is too large already; the rest does not matter."""


def doubtful_cells(xml: bytes) -> Mapping[str, str | None]:
    """Return the error cells and the formulas without a result of a sheet that was measured."""
    reader = _Reader(np.zeros(0, np.int64), _UNLIMITED)
    walk(xml, reader)
    return reader.doubtful


def formula_cells(xml: bytes) -> tuple[frozenset[str], tuple[Area, ...]]:
    """Return the cells with a formula of a sheet that was measured, and what array formulas fill.

    The areas are as the file claims them: they may reach over the whole sheet.
    """
    if b"<f" not in xml and b":f" not in xml:
        return frozenset(), ()
    reader = _Reader(np.zeros(0, np.int64), _UNLIMITED)
    walk(xml, reader)
    return frozenset(reader.formulas), tuple(reader.arrays)


def measure(sheet: Parted, lengths: npt.NDArray[np.int64], limits: Limits) -> Extent:
    """Return how far a sheet reaches; beyond the limits, only that it exceeds one of them.

    Where it is within the limits, plain rows may make it look as wide as they can be.  ``lengths``
    are those of the shared texts.  Raises etree.XMLSyntaxError where the XML is read and broken.
    """
    counted = _counted(sheet, lengths, limits)
    if counted is not None and sheet.last_row and _exceeds(counted, limits):
        counted = _counted(Parted(sheet.whole, sheet.whole), lengths, limits)
    if counted is not None:
        return counted
    reader = _Reader(lengths, limits)
    with contextlib.suppress(_EnoughError):
        walk(sheet.whole, reader)
    return reader.extent


def _exceeds(extent: Extent, limits: Limits) -> bool:
    return extent.last_row > limits.rows or extent.last_row * extent.last_column > limits.cells


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


def _counted(sheet: Parted, lengths: npt.NDArray[np.int64], limits: Limits) -> Extent | None:
    """Measure a sheet that is spelled as usual; None for any other."""
    xml = sheet.rest
    extent = Extent(last_row=sheet.last_row, text_bytes=len(sheet.whole), usual=True)
    columns: set[bytes] = set()
    begin = xml.find(b"<c ")
    while begin >= 0:
        end = xml.find(b"<c ", begin + _SLICE)
        until = len(xml) if end < 0 else end
        filled = _FILLED.findall(xml, begin, until)
        columns.update(column for column, _ in filled)
        rows = {row for _, row in filled}
        extent.last_row = max(extent.last_row, *map(int, rows), 0)
        if extent.last_row > MAX_ROW or any(not row.strip(b"0") for row in rows):
            return None
        if extent.last_row > limits.rows:
            return extent
        begin = end
    if (
        _UNUSUAL_CELL.search(xml) is not None
        or _OTHER_CELL.search(xml) is not None
        or _PREFIXED_CELL.search(xml) is not None
        or any(pattern.search(xml) is not None for pattern in _SPACED)
        or (run := _longest_run(xml)) > _ESCAPED_BYTES * limits.cell_chars
    ):
        return None
    extent.longest_possible = max(run, PLAIN_TEXT, int(lengths.max(initial=0)))
    letters = [column_index_from_string(each.decode()) for each in columns]
    extent.last_column = max(letters, default=0)
    if extent.last_column > MAX_COLUMN:
        return None
    if sheet.last_row:
        extent.last_column = max(extent.last_column, PLAIN_COLUMNS)
    return extent if _add_shared(extent, sheet.whole, lengths) else None


def _add_shared(extent: Extent, xml: bytes, lengths: npt.NDArray[np.int64]) -> bool:
    """Add the bytes of the shared texts of a sheet; return whether all of them are counted."""
    shared = xml.count(b' t="s"')
    if shared == 0 or len(lengths) == 0:
        return True
    longest = int(lengths.max())
    if shared * longest < len(xml):
        extent.text_bytes += shared * longest
        return True
    references = np.array(_SHARED.findall(xml), dtype="S9")
    if len(references) != shared:
        return False
    places = references.astype(np.int64)
    extent.text_bytes += int(lengths[places[places < len(lengths)]].sum())
    return True


def _longest_run(xml: bytes) -> int:
    """Return how many bytes there are at most without a tag."""
    longest = last = 0
    for begin in range(0, len(xml), _SLICE):
        piece = np.frombuffer(xml, np.uint8, min(_SLICE, len(xml) - begin), begin)
        tags = np.flatnonzero(piece == ord("<")) + begin
        if len(tags):
            longest = max(longest, int(tags[0]) - last, int(np.diff(tags, prepend=last).max()))
            last = int(tags[-1])
    return max(longest, len(xml) - last)


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

    def __init__(self, lengths: npt.NDArray[np.int64], limits: Limits) -> None:
        self.extent = Extent()
        self.doubtful: dict[str, str | None] = {}
        self.formulas: set[str] = set()
        self.arrays: list[Area] = []
        self._lengths, self._limits = lengths, limits
        self._row = self._column = 0
        self._at: tuple[int, int] | None = None
        self._type = ""
        self._formula = False
        self._filled = False
        self._inside = False
        self._value: list[str] = []
        self._characters = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if name == "row":
            given = attributes.get("r", "")
            self._row = int(given) if given.isdecimal() and len(given) < 10 else self._row + 1
            self._column = 0
        elif name == "c":
            self._begin_cell(attributes.get("r"))
            self._type = attributes.get("t", "")
            self._filled = self._formula = False
            self._value = []
            self._characters = 0
        elif self._at is not None:
            if name == "f":
                self._begin_formula(attributes)
            self._inside = name in ("v", "t", "is")
            self._filled |= self._inside

    def _begin_cell(self, address: str | None) -> None:
        self._at = self._row, self._column + 1
        if address is not None:
            matched = _ADDRESS.fullmatch(address)
            self._at = (
                (0, 0)
                if matched is None
                else (int(matched[2]), column_index_from_string(matched[1].upper()))
            )
        row, self._column = self._at
        if not (1 <= row <= MAX_ROW and 1 <= self._column <= MAX_COLUMN):
            self.extent.stray = address or f"R{row}C{self._column}"
            raise _EnoughError

    def _begin_formula(self, attributes: dict[str, str]) -> None:
        self._formula = True
        self.formulas.add(self._address())
        area = Area.parse(attributes.get("ref", "")) if attributes.get("t") == "array" else None
        if area is not None:
            self.arrays.append(area)

    def data(self, text: str) -> None:
        if self._inside:
            self._characters += len(text)
            self.extent.longest = max(self.extent.longest, self._characters)
            self._value.append(text)
            self._add(_UTF8_BYTES * len(text))

    def _add(self, size: int) -> None:
        self.extent.text_bytes += size
        if (
            self.extent.text_bytes > self._limits.sheet_text_mb << 20
            or self.extent.longest > self._limits.cell_chars
        ):
            raise _EnoughError

    def end(self, tag: str) -> None:
        self._inside = False
        if _local(tag) != "c" or self._at is None:
            return
        value = "".join(self._value)
        if self._type == "e":
            self.doubtful[self._address()] = value
        elif self._formula and not value and self._type != "str":
            self.doubtful[self._address()] = None
        elif self._type == "s" and value.isdecimal() and len(value) < 10:
            number = int(value)
            self._add(int(self._lengths[number]) if number < len(self._lengths) else 0)
        if self._filled:
            self._fill(*self._at)
        self._at = None

    def _address(self) -> str:
        row, column = self._at or (0, 0)
        return f"{get_column_letter(column)}{row}"

    def _fill(self, row: int, column: int) -> None:
        extent, limits = self.extent, self._limits
        if row > extent.last_row:
            extent.last_row = row
            extent.farthest = self._address()
        extent.last_column = max(extent.last_column, column)
        if row > limits.rows or extent.last_row * extent.last_column > limits.cells:
            raise _EnoughError

    def close(self) -> None:
        pass


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
