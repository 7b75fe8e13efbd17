"""Rows below all content, of which some programs write tens of thousands.

Gnumeric spells out every formatted row of a sheet that has formats or checks down to row 60,000:
some 25 MB a sheet that say nothing.  They are set aside before anybody looks at single cells.
"""

from __future__ import annotations

import re
from xml.parsers import expat

__all__ = ["part_empty_rows"]

_CONTENT = (b"<f", b"</f>", b"</v>", b"<v", b"</is>", b"<is")
_DATA_END = b"</sheetData>"
_ROW_END = b"</row>"
_FIRST_ROW = re.compile(rb'\s*<row r="([0-9]{1,7})"')
_WORTHWHILE = 1 << 20
"""Fewer bytes cost less than the trouble."""


def part_empty_rows(xml: bytes, below: int = 0) -> tuple[bytes, bytes, bytes]:
    """Return a sheet's XML in three: with all content, the empty rows below it, the rest.

    Rows down to ``below`` belong to the first.  The second is b"" unless it is large and spelled as
    usual.
    """
    whole = xml, b"", b""
    end = xml.rfind(_DATA_END)
    if end < 0 or any(xml.find(mark, max(end - _WORTHWHILE, 0), end) >= 0 for mark in _CONTENT):
        return whole
    content = max(xml.rfind(mark, 0, end) for mark in _CONTENT)
    start = xml.find(_ROW_END, max(content, 0), end) + len(_ROW_END)
    if start < len(_ROW_END) or content < 0 or end - start < _WORTHWHILE:
        return whole
    first = _FIRST_ROW.match(xml, start)
    if first is not None and int(first[1]) <= below:
        start = xml.find(b'<row r="%d"' % (below + 1), start, end)
    if first is None or start < 0 or not _only_empty_rows(xml[start:end]):
        return whole
    return xml[:start], xml[start:end], xml[end:]


def _only_empty_rows(tail: bytes) -> bool:
    """Return whether there are only rows, and in them only cells without anything inside."""
    cells, rows = tail.count(b"<c "), tail.count(b"<row ")
    if tail.count(b"/>") != cells or tail.count(_ROW_END) != rows:
        return False
    if tail.count(b"<") != cells + 2 * rows:
        return False
    parser = expat.ParserCreate()
    try:
        parser.Parse(b"<r>", False)
        parser.Parse(tail, False)
        parser.Parse(b"</r>", True)
    except expat.ExpatError:
        return False
    return True
