"""How much room a text takes: heights of rows, in points, and widths in units of columns."""

from __future__ import annotations

import unicodedata
from math import ceil

__all__ = ["ROW_PADDING", "WIDEST_PAGE", "line_count", "row_height", "text_width"]

_LINE_HEIGHT, ROW_PADDING = 16.5, 5.0

WIDEST_PAGE = 215.0
"""Columns of this width together are printed in 7 pt on one A4 page across; wider ones smaller."""


def text_width(text: str) -> int:
    """Return the width of one line of text in column width units; a Chinese character takes two.

    >>> text_width("用地面积（亩）"), text_width("A1")
    (14, 2)
    """
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def line_count(text: str, width: float) -> int:
    """Return how many lines a wrapped text needs in a column of this width."""
    # Two units go to padding and indent; a character that does not fit moves down whole.
    usable = max(width - 2, 2)
    return sum(max(1, ceil(text_width(line) / usable)) for line in text.split("\n"))


def row_height(lines: int) -> float:
    """Return the height in points of a row with this many lines of ordinary text."""
    return _LINE_HEIGHT * lines + ROW_PADDING
