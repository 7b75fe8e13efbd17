"""A block cut into rectangles that a spreadsheet program can take in one go."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from permu_xl.xlsx.cells.blocks import Block, Column, Value

__all__ = ["Piece", "last_row", "pieces"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Neighbouring columns of a block from one row of the sheet to another (1-based)."""

    first_row: int
    last_row: int
    columns: Sequence[Column]
    offset: int
    """How many rows of the block come before the first one."""

    @property
    def left(self) -> int:
        """The number of the first column."""
        return self.columns[0].number

    @property
    def right(self) -> int:
        """The number of the last column."""
        return self.columns[-1].number

    def rows(self) -> list[list[Value]]:
        """Return the values row by row; None below the last value of a column."""
        return [
            [column.values[row] if row < len(column.values) else None for column in self.columns]
            for row in range(self.offset, self.offset + self.last_row - self.first_row + 1)
        ]


def last_row(block: Block, used: int) -> int:
    """Return the last row (1-based) that a block concerns; ``used`` is the sheet's own last one."""
    return max(block.first_row + block.height - 1, block.last_row or used, block.first_row)


def pieces(block: Block, bottom: int, kept: Callable[[int], tuple[int, ...]]) -> Iterator[Piece]:
    """Yield what is to be written down to the row ``bottom``, as few pieces as possible.

    ``kept`` returns, for the number of a column, which of its rows (from 0 at the first row of the
    block, ascending) are not to be touched.
    """
    height = bottom - block.first_row + 1
    columns = sorted(block.columns, key=lambda column: column.number)
    free = [(column, kept(column.number)) for column in columns]
    # Neighbours with the same free rows are written in one go.
    for _, group in groupby(
        enumerate(free), key=lambda each: (each[1][0].number - each[0], each[1][1])
    ):
        members = [pair for _, pair in group]
        for first, last in _free_runs(members[0][1], height):
            yield Piece(
                block.first_row + first,
                block.first_row + last,
                [column for column, _ in members],
                first,
            )


def _free_runs(kept: tuple[int, ...], height: int) -> Iterator[tuple[int, int]]:
    """Yield first and last of the rows between those that are kept.

    >>> list(_free_runs((1, 2), 5))
    [(0, 0), (3, 4)]
    """
    start = 0
    for row in (*kept, height):
        if row > start:
            yield start, row - 1
        start = row + 1
