"""Cells with formulas that are filled down, as text with marks in the places of row numbers.

A formula that looks at its own sheet only is spelled out once in a column and shared by the cells
below, as Excel itself writes it.  One with references to other sheets is not: Excel is reported to
read relative ones of those wrongly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from permu_xl.xlsx.cells import get_column_letter, relative_pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from permu_xl.xlsx.cells import FilledDown

_MARKS = "".join(chr(code) for code in range(1, 32) if chr(code) not in "\t\n\r")
"""More than there are distances between a formula and the rows that it refers to."""
_SLOT = "\0"
"""Where a cell with something else belongs."""

Slots: TypeAlias = "tuple[FilledDown | bool, ...]"
"""What stands in a row: formulas filled down, True for something else, False for nothing."""


class Patterns:
    """The patterns of a sheet; ``spelled`` escapes text, ``prefix`` is that of its elements.

    Cells are asked for in ascending order of rows; the first one of a column that shares its
    formula spells it out.  ``first_share`` is a number that no formula of the sheet is shared by.
    """

    def __init__(self, prefix: str, spelled: Callable[[str], str], first_share: int) -> None:
        self._prefix, self._spelled = prefix, spelled
        self._marks: dict[int, str] = {}
        self._formulas: dict[FilledDown, str] = {}
        self._shares: dict[tuple[int, FilledDown], tuple[int, int]] = {}
        self._next_share = first_share
        self._rows: dict[Slots, bytes] = {}

    def cell(self, number: int, style: str | None, filled: FilledDown, row: int) -> bytes:
        """Return the cell of a column in a row."""
        return self._placed(self._pattern(number, style, filled, row).encode(), row)

    def row(self, row: int, styles: Mapping[int, str | None], slots: Slots) -> list[bytes]:
        """Return the cells of a row, in pieces between those with something else.

        ``styles`` are those of the columns by number, ``slots`` what stands in them.
        """
        pattern = self._rows.get(slots)
        if pattern is None:
            text = "".join(
                (_SLOT if slot else "")
                if isinstance(slot, bool)
                else self._pattern(number, style, slot, row)
                for (number, style), slot in zip(styles.items(), slots, strict=True)
            )
            pattern = text.encode()
            if row not in (first for _, first in self._shares.values()):
                self._rows[slots] = pattern
        return self._placed(pattern, row).split(_SLOT.encode())

    def _pattern(self, number: int, style: str | None, filled: FilledDown, row: int) -> str:
        p, letters = self._prefix, get_column_letter(number)
        address = f"{letters}{self._mark(0)}"
        head = f'<{p}c r="{address}"' + (f' s="{style}"' if style else "")
        kind = f' t="array" ref="{address}"' if filled.array else ""
        if filled.can_be_shared:
            share, first = self._share(number, filled, row)
            kind = f' t="shared" si="{share}"'
            if row != first:
                return f"{head}><{p}f{kind}/></{p}c>"
            kind += f' ref="{address}:{letters}{filled.last_row}"'
        return f"{head}><{p}f{kind}>{self._formula(filled)}</{p}f></{p}c>"

    def _share(self, number: int, filled: FilledDown, row: int) -> tuple[int, int]:
        """Return by which number a column shares its formula, and the row that spells it out."""
        if (number, filled) not in self._shares:
            self._shares[number, filled] = self._next_share, row
            self._next_share += 1
        return self._shares[number, filled]

    def _formula(self, filled: FilledDown) -> str:
        """Return a formula with a mark for each row number, by the distance from its own row."""
        if filled not in self._formulas:
            self._formulas[filled] = "".join(
                self._spelled(piece) if isinstance(piece, str) else self._mark(piece)
                for piece in relative_pieces(filled.text, filled.row)
            )
        return self._formulas[filled]

    def _mark(self, distance: int) -> str:
        """Return the character that stands for a row so far away; no XML can carry it."""
        if distance not in self._marks:
            self._marks[distance] = _MARKS[len(self._marks)]
        return self._marks[distance]

    def _placed(self, pattern: bytes, row: int) -> bytes:
        """Put the numbers into a pattern; as bytes, since that takes a fraction of the time."""
        for distance, mark in self._marks.items():
            pattern = pattern.replace(mark.encode(), b"%d" % (row + distance))
        return pattern
