"""Rectangles of cells, as references in a sheet's XML name them."""

from __future__ import annotations

from dataclasses import dataclass

from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries

MAX_ROW, MAX_COLUMN = 1_048_576, 16_384


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
        try:
            left, top, right, bottom = range_boundaries(text.strip())
        except (ValueError, TypeError):
            return None
        if left is None and top is None:
            return None
        return cls(top or 1, left or 1, bottom or MAX_ROW, right or MAX_COLUMN)

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
