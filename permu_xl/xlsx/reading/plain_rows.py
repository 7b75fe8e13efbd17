"""Rows spelled as nearly all are, set aside before a sheet's XML is searched for what is odd.

What makes a cell doubtful, a sheet too large or a row hidden is looked for by several searches,
each through every byte.  One pattern tells the rows in which none of it can be; the searches then
see only the others.  The values of all rows are read by the reading library as before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["PLAIN_COLUMNS", "PLAIN_TEXT", "Parted", "part_plain_rows"]

PLAIN_COLUMNS = 104
"""Cells of plain rows stand in columns up to this one (CZ)."""
PLAIN_TEXT = 1000
"""So many bytes a text within a plain row has at most."""

_WORTHWHILE = 0.75
"""Of a sheet's bytes: where the rest is more, all rows are searched."""

_NUMBER = rb"<v>\d{1,7}(?:\.\d{1,17})?</v>"
_CELL = b"|".join(
    [
        rb">" + _NUMBER + rb"</c>",
        rb' t="s"><v>\d{1,7}</v></c>',
        rb' t="n">' + _NUMBER + rb"</c>",
        rb' t="inlineStr"><is><t>[^<>]{1,%d}</t></is></c>' % PLAIN_TEXT,
        rb"></c>",
        rb"/>",
    ]
)
_ATTRIBUTES = (
    rb'(?: (?:spans|s|customFormat|customHeight|outlineLevel|collapsed|x14ac:dyDescent)="[^"<>]*"'
    rb'| ht="[1-9][^"<>]*"| hidden="(?:0|false)")*'
)
_ROW = re.compile(
    rb'<row r="([1-9]\d{0,6})"' + _ATTRIBUTES + rb">"
    rb'(?:<c r="[A-C]?[A-Z]\1"(?: s="\d{1,5}")?(?:' + _CELL + rb"))+</row>"
)
"""Shown, each cell with its address, with a number that may be a date, a short text or nothing."""


@dataclass(frozen=True, slots=True)
class Parted:
    """A sheet's XML; the same without its plain rows; the last of these (0 for none).

    Plain rows hold no formula and no error, hide nothing, and have no cell to the right of
    ``PLAIN_COLUMNS`` and no text within them longer than ``PLAIN_TEXT`` bytes.
    """

    whole: bytes
    rest: bytes
    last_row: int = 0

    def searched(self, *, usual: bool) -> bytes:
        """Return what is searched for odd cells: all, where cells need not have an address.

        Such cells stand where the rows before them, plain ones too, leave off.
        """
        return self.rest if usual else self.whole


def part_plain_rows(xml: bytes) -> Parted:
    """Return a sheet's XML with and without its plain rows.

    >>> plain = b'<row r="2"><c r="A2" s="1" t="s"><v>0</v></c><c r="B2"><v>1.5</v></c></row>'
    >>> odd = b'<row r="3" hidden="1"><c r="A3"><f>1+1</f></c></row>'
    >>> parted = part_plain_rows(b"<sheetData>" + plain + odd + b"</sheetData>")
    >>> parted.rest == b"<sheetData>" + odd + b"</sheetData>", parted.last_row
    (True, 2)
    """
    begins, ends, last_row = [], [0], 0
    for row in _ROW.finditer(xml):
        begins.append(row.start())
        ends.append(row.end())
        last_row = max(last_row, int(row[1]))
    begins.append(len(xml))
    rest = sum(begins) - sum(ends)
    # A second copy of a large rest would cost more than it saves.
    if rest > len(xml) * _WORTHWHILE:
        return Parted(xml, xml)
    pieces = (xml[end:begin] for end, begin in zip(ends, begins, strict=True))
    return Parted(xml, b"".join(pieces), last_row)
