"""Digits that a cell shows raised, lowered or struck out within its text, as what is seen.

A reader of files joins the pieces of a text: 12 with a raised 1 behind it, the mark of a note,
becomes 121, and 12 struck out before 345 becomes 12345.  Both would pass for figures.
"""

from __future__ import annotations

import re

__all__ = ["as_seen", "without_full_stroke"]

_SMALL = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_STROKE = "\u0336"
"""The combining stroke, which goes through the character before it."""


def as_seen(text: str, *, small: bool = False, struck: bool = False) -> str:
    r"""Return a piece of a text with its digits as they are seen; ``small``: raised or lowered.

    >>> as_seen("1", small=True), as_seen("12", struck=True) == "1\u03362\u0336"
    ('¹', True)
    """
    if small:
        text = text.translate(_SMALL)
    return re.sub(r"(\d)", rf"\1{_STROKE}", text) if struck else text


def without_full_stroke(text: str) -> tuple[str, bool]:
    r"""Return a text without its strokes and True, where all of its digits are struck out.

    The cell is struck out as a whole then; else the text itself and False.

    >>> without_full_stroke("1\u03362\u0336"), without_full_stroke("1\u03362")[1]
    (('12', True), False)
    """
    if _STROKE in text and re.search(rf"\d(?!{_STROKE})", text) is None:
        return text.replace(_STROKE, ""), True
    return text, False
