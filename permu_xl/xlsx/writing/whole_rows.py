"""Rows of an earlier run that nobody has touched: they go without a look at single cells.

A sheet of formulas filled down has a hundred cells a row, and to take them apart one by one would
take several times as long as to write the new ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from permu_xl.xlsx.cells import FilledColumn, column_index_from_string
from permu_xl.xlsx.writing.marks import Mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from permu_xl.xlsx.cells import Block

__all__ = ["Parted", "part_whole_rows"]

_ROW = re.compile(rb'<row r="([0-9]{1,7})"([^>/]*)>')
_OURS = re.compile(
    rb'(?: (?:spans|ht|x14ac:dyDescent)="[0-9.: ]*"| customHeight="1"| customFormat="0")*'
)
"""What a row that nobody has touched may say of itself."""
_CELL = re.compile(rb'<c r="([A-Z]{1,3})[0-9]{1,7}"')
_WIDE = re.compile(rb'<f (?=[^>]*t="(?:array|dataTable)")[^>]*ref="[A-Z0-9]+:')
"""An array formula of several cells."""
_SHARE = re.compile(rb' si="([0-9]+)"')
_FORMULA = re.compile(rb'<c r="([A-Z0-9]+)"[^>]*><f')
_DATA, _ROW_END = (b"<sheetData>", b"</sheetData>"), b"</row>"
_LOOK, _EXTENSION, _REACH = b' s="', b"<ext", b' ref="'


@dataclass(frozen=True, slots=True)
class Parted:
    """A sheet's XML without rows that go as a whole, and the cells of these rows."""

    xml: bytes
    gone: tuple[bytes, ...] = ()

    def formulas(self) -> set[str]:
        """Return the addresses of the formulas in the rows that go."""
        return {address.decode() for cells in self.gone for address in _FORMULA.findall(cells)}


def part_whole_rows(xml: bytes, blocks: Sequence[Block], kept: str = "") -> Parted:
    """Part the rows that the blocks own wholly and that are as a run of ours leaves them.

    Only where a block is filled down.  A row stays that has a look of its own, a cell to the right
    of what is owned or a formula with ``kept`` in it, and all stay where the XML is not spelled as
    usual or a cell of somebody else's shares a formula with them.
    """
    begin, end = (xml.find(mark) for mark in _DATA)
    filled = [b for b in blocks if any(isinstance(c.values, FilledColumn) for c in b.columns)]
    # A single letter that is not there is found out ten times sooner.
    if not filled or begin < 0 or end < 0 or b"<!" in xml or (b"#" in xml and b"&#" in xml):
        return Parted(xml)
    top = filled[0].first_row
    whole = [b for b in blocks if b.first_row == top and b.last_row is None and not b.template_row]
    owned = {column.number for block in whole for column in block.columns}
    width = len(owned) if owned == set(range(1, len(owned) + 1)) else 0
    staying, gone, sharing, foreign, done = [], [], [], [], begin
    is_whole = _Untouched(xml, end, width, kept)
    at = xml.find(b"<row ", begin, end)
    while at >= 0:
        # Plain searching, since a pattern for a whole row takes several times as long.
        closed = xml.find(_ROW_END, at, end) + len(_ROW_END)
        row = _ROW.match(xml, at)
        following = xml.find(b"<row ", max(closed, at + 1), end)
        if row is None or closed < row.end() or int(row[1]) < top:
            foreign.append(xml[at : following if following >= 0 else end])
        elif is_whole.row(row[2], row.end(), closed):
            staying.append(xml[done:at])
            gone.append(xml[row.end() : closed])
            if is_whole.reaches(row.end(), closed):
                sharing.append(gone[-1])
            done = closed
        else:
            foreign.append(_beyond(xml[row.end() : closed], width))
        at = following
    shares = {share for cells in sharing for share in _SHARE.findall(cells)}
    if not shares.isdisjoint(_SHARE.findall(b"".join(foreign))):
        return Parted(xml)
    return Parted(b"".join((xml[:begin], *staying, xml[done:])), tuple(gone))


def _beyond(cells: bytes, width: int) -> bytes:
    """Return the cells of a row from the first one on that is not within ``width``."""
    for cell in _CELL.finditer(cells):
        if column_index_from_string(cell[1].decode()) > width:
            return cells[cell.start() :]
    return b""


class _Untouched:
    """Tells rows, from above, that are as a run of ours leaves them, all of their cells owned."""

    def __init__(self, xml: bytes, end: int, width: int, kept: str) -> None:
        self._xml, self._width, self._kept = xml, width, kept.encode()
        self._others = [Mark(xml, mark, end) for mark in (_LOOK, _EXTENSION)]
        self._reach = Mark(xml, _REACH, end)
        # Letters may be small ones; what stands between them is looked for first.
        between = next((letter for letter in kept if not letter.isalpha()), kept)
        self._between = Mark(xml, between.encode(), end)

    def reaches(self, start: int, closed: int) -> bool:
        """Return whether a formula of a row is for more than its own cell."""
        return self._reach.within(start, closed)

    def row(self, look: bytes, start: int, closed: int) -> bool:
        """Return whether a row is such a one; ``look`` is what it says of itself."""
        xml = self._xml
        last = _CELL.match(xml, xml.rfind(b"<c ", start, closed))
        return (
            last is not None
            and column_index_from_string(last[1].decode()) <= self._width
            and _OURS.fullmatch(look) is not None
            and not any(mark.within(start, closed) for mark in self._others)
            and not (self.reaches(start, closed) and _WIDE.search(xml, start, closed))
            and not self._holds_kept(start, closed)
        )

    def _holds_kept(self, start: int, closed: int) -> bool:
        if not self._kept or not self._between.within(start, closed):
            return False
        return self._kept in self._xml[start:closed].upper()
