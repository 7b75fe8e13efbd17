"""Columns, sheets and rectangles of cells, as references name them.

The few functions that are named as in openpyxl do the same: a run needs no more of it, and to
import it takes a sixth of a small district's time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

MAX_ROW, MAX_COLUMN = 1_048_576, 16_384

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})?\$?([0-9]+)?(?:(:)\$?([A-Za-z]{1,3})?\$?([0-9]+)?)?")


@cache
def get_column_letter(number: int) -> str:
    """Return the letters of a 1-based column.

    >>> get_column_letter(26), get_column_letter(27), get_column_letter(16_384)
    ('Z', 'AA', 'XFD')
    """
    letters = ""
    while number > 0:
        number, place = divmod(number - 1, len(_LETTERS))
        letters = _LETTERS[place] + letters
    if not 0 < len(letters) <= 3:
        raise ValueError("no column")
    return letters


@cache
def column_index_from_string(letters: str) -> int:
    """Return the 1-based column of some letters; ValueError where they name none.

    >>> column_index_from_string("AB"), column_index_from_string("xfd")
    (28, 16384)
    """
    if not (0 < len(letters) <= 3 and letters.isascii()):
        raise ValueError(f"{letters!r} is no column")
    number = 0
    for letter in letters.upper():
        number = number * len(_LETTERS) + _LETTERS.index(letter) + 1
    return number


def quote_sheetname(name: str) -> str:
    """Return a sheet's name as it stands in references.

    >>> quote_sheetname("O'Neil")
    "'O''Neil'"
    """
    return "'" + name.replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells; 1-based, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def parse(cls, text: str) -> Area | None:
        """Read a reference such as ``B4:F20``, ``$A$1`` or ``C:D``; None where it is none.

        >>> Area.parse("$B$4:F20"), Area.parse("C:C").bottom
        (Area(top=4, left=2, bottom=20, right=6), 1048576)
        >>> Area.parse("#REF!"), Area.parse(""), Area.parse("A1 B2")
        (None, None, None)
        """
        found = _REFERENCE.fullmatch(text.strip())
        if found is None:
            return None
        left, top, range_mark, right, bottom = found.groups()
        if range_mark is None:
            right, bottom = left, top
        elif (left is None) != (right is None) or (top is None) != (bottom is None):
            return None
        if left is None and top is None:
            return None
        first_column, last_column = (
            each and column_index_from_string(each) for each in (left, right)
        )
        first_row, last_row = (int(each or 0) for each in (top, bottom))
        return cls(
            first_row or 1, first_column or 1, last_row or MAX_ROW, last_column or MAX_COLUMN
        )

    @property
    def text(self) -> str:
        """The reference: one cell as ``B4``, more as ``B4:F20``."""
        first = f"{get_column_letter(self.left)}{self.top}"
        last = f"{get_column_letter(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"

    @property
    def absolute(self) -> str:
        """The reference with dollar signs, always with both ends: ``$B$4:$F$20``."""
        left, right = get_column_letter(self.left), get_column_letter(self.right)
        return f"${left}${self.top}:${right}${self.bottom}"

    def holds(self, row: int, column: int) -> bool:
        """Return whether a cell lies inside."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def meets(self, other: Area) -> bool:
        """Return whether two areas have a cell in common."""
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )

    def without(self, other: Area) -> list[Area]:
        """Return what is left of the area when another is cut out, in up to four pieces.

        >>> [piece.text for piece in Area(1, 1, 5, 3).without(Area(2, 2, 9, 2))]
        ['A1:C1', 'A2:A5', 'C2:C5']
        """
        if not self.meets(other):
            return [self]
        top, bottom = max(self.top, other.top), min(self.bottom, other.bottom)
        pieces = []
        if self.top < top:
            pieces.append(Area(self.top, self.left, top - 1, self.right))
        if self.left < other.left:
            pieces.append(Area(top, self.left, bottom, other.left - 1))
        if other.right < self.right:
            pieces.append(Area(top, other.right + 1, bottom, self.right))
        if bottom < self.bottom:
            pieces.append(Area(bottom + 1, self.left, self.bottom, self.right))
        return pieces
