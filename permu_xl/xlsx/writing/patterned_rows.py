"""Rows of a result table that an earlier run left: they go before anybody looks at single cells.

Such a row is made anew with the look of the table's first row, just as if it had not been there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from permu_xl.xlsx.cells import column_index_from_string
from permu_xl.xlsx.writing.block_rows import ROW_LOOK
from permu_xl.xlsx.writing.marks import Mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from permu_xl.xlsx.cells import Block

__all__ = ["part_patterned_rows"]

_ROW = re.compile(rb'<row r="([0-9]{1,7})"([^>/]*)>(?:<c r="([A-Z]{1,3})\1")?')
"""The beginning of a row: its number, what it says of itself, the column of its first cell."""
_USUAL = re.compile(rb'(?: (?:spans|ht|x14ac:dyDescent|customHeight|s|customFormat)="[0-9.: ]*")*')
"""What a row may say of itself and be like others."""
_LOOK = re.compile(rb' (%s)="([^"]+)"' % "|".join(ROW_LOOK).encode())
_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_WIDE = re.compile(rb"<f\s[^>]*\sref\s*=")
"""A formula for more than its own cell."""
_DATA, _ROW_BEGIN, _ROW_END = (b"<sheetData>", b"</sheetData>"), b"<row ", b"</row>"
_OTHERS = (b"<f", b"<ext")
"""Tags of what makes a row stay."""


class _Body(NamedTuple):
    """The rows of a block that carry values, and its columns; no columns if it keeps looks."""

    first_row: int
    last_row: int
    left: int
    right: int

    @classmethod
    def of(cls, block: Block) -> _Body:
        numbers = [column.number for column in block.columns]
        left, right = min(numbers), max(numbers)
        # With a column of others in between, or a height of its own, a row is not like the first.
        alike = block.template_row and block.row_height is None
        if not alike or right - left + 1 != len(numbers):
            left, right = 1, 0
        return cls(block.first_row, block.first_row + block.height - 1, left, right)


def part_patterned_rows(xml: bytes, blocks: Sequence[Block]) -> bytes:
    """Return a sheet's XML without the rows that one block fills wholly below its first row.

    A row stays that does not look like the block's first one, or has a formula or a cell of anybody
    else; all stay where the XML is not spelled as usual or a formula reaches over several cells.
    """
    begin, end = (xml.find(mark) for mark in _DATA)
    bodies = [_Body.of(block) for block in blocks if block.columns]
    if begin < 0 or end < 0 or b"<!" in xml or _WIDE.search(xml):
        return xml
    tops = {body.first_row for body in bodies}
    others = [Mark(xml, tag, end) for tag in _OTHERS]
    looks: dict[int, set[tuple[bytes, bytes]]] = {}
    # Rows by the thousand say the same of themselves.
    known: dict[bytes, set[tuple[bytes, bytes]] | None] = {}
    pieces, done, last = [], 0, 0
    at = xml.find(_ROW_BEGIN, begin, end)
    while at >= 0:
        following, row = at + 1, _ROW.match(xml, at)
        if row is not None and row[2] not in known:
            usual = _USUAL.fullmatch(row[2]) is not None
            known[row[2]] = set(_LOOK.findall(row[2])) if usual else None
        if row is not None and (look := known[row[2]]) is not None:
            number = int(row[1])
            if number <= last:
                return xml
            last = number
            if number in tops:
                looks[number] = look
            here = [body for body in bodies if body.first_row <= number <= body.last_row]
            closed = xml.find(_ROW_END, row.end(), end)
            if closed >= 0:
                following = closed + len(_ROW_END)
            if (
                len(here) == 1
                and number not in tops
                and closed >= 0
                and look == looks.get(here[0].first_row, set())
                and _is_filled(xml, row, closed, here[0])
                and not any(tag.within(row.end(), closed) for tag in others)
            ):
                pieces.append(xml[done:at])
                done = following
        at = xml.find(_ROW_BEGIN, following, end)
    return b"".join((*pieces, xml[done:])) if pieces else xml


def _is_filled(xml: bytes, row: re.Match[bytes], closed: int, body: _Body) -> bool:
    """Return whether all cells of a row are the body's to write."""
    last = _CELL.match(xml, xml.rfind(b"<c ", row.start(), closed))
    return (
        row[3] is not None
        and last is not None
        and last[2] == row[1]
        and column_index_from_string(row[3].decode()) >= body.left
        and column_index_from_string(last[1].decode()) <= body.right
    )
