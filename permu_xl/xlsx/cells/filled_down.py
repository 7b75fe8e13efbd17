"""Formulas filled down a column as a spreadsheet does it: relative references move along.

A sheet of many formulas is mostly one formula a column.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias, overload

from permu_xl.xlsx.cells.blocks import Formula, Value

__all__ = ["FilledColumn", "FilledDown", "relative_pieces"]

_RELATIVE_ROW = re.compile(
    r"""("(?:[^"]|"")*"|'(?:[^']|'')*')|(?<![A-Za-z0-9_.$])(\$?[A-Z]{1,3})([0-9]+)(?![A-Za-z0-9_(])"""
)


@lru_cache(maxsize=1024)
def relative_pieces(text: str, row: int) -> tuple[str | int, ...]:
    r"""Return a formula's text cut at the rows of its relative references, those as distances.

    >>> relative_pieces("IF('表1'!A5=$B$4,\"A5\",C4+1E9)", 5)
    ("IF('表1'!A", 0, '=$B$4,"A5",C', -1, '+1E9)')
    """
    pieces: list[str | int] = []
    done = 0
    for found in _RELATIVE_ROW.finditer(text):
        if found[1] is None:
            pieces += (text[done : found.start(3)], int(found[3]) - row)
            done = found.end()
    return (*pieces, text[done:])


@dataclass(frozen=True, slots=True, eq=False)
class FilledDown:
    """A formula, without the equals sign, as it stands in ``row``; it can stand in any other.

    ``array`` as in ``Formula``; ``last_row`` is the last row that it is filled down to, 0 if that
    is not known.
    """

    text: str
    row: int
    array: bool = False
    last_row: int = 0

    @property
    def can_be_shared(self) -> bool:
        """Whether a file may spell the formula out once for all its rows: not with other sheets."""
        return self.last_row > 0 and not self.array and "!" not in self.text

    def at(self, row: int) -> Formula:
        """Return the formula as it stands in another row.

        >>> FilledDown("A5+$B$4", 5).at(12).text
        'A12+$B$4'
        """
        pieces = relative_pieces(self.text, self.row)
        text = "".join(p if isinstance(p, str) else str(row + p) for p in pieces)
        return Formula(text, self.array)


Cell: TypeAlias = float | int | str | bool | Formula | FilledDown | None
"""What a column with formulas filled down may hold beside them: all but links."""


@dataclass(frozen=True, slots=True)
class FilledColumn(Sequence[Value]):
    """Values down a column from ``first_row`` (1-based), in which formulas may be filled down.

    To everyone it is a sequence of values, each formula spelled out; a writer that can do better
    looks at ``cells``.
    """

    first_row: int
    cells: Sequence[Cell]

    def __len__(self) -> int:
        return len(self.cells)

    @overload
    def __getitem__(self, index: int) -> Value: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Value]: ...
    def __getitem__(self, index: int | slice) -> Value | Sequence[Value]:
        places = range(len(self.cells))[index]
        if isinstance(places, range):
            return [self[place] for place in places]
        cell = self.cells[places]
        return cell.at(self.first_row + places) if isinstance(cell, FilledDown) else cell
