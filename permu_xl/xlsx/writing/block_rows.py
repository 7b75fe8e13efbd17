"""A block on its way into a sheet: what it owns and what its cells look like, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.xlsx.cells import (
    MAX_ROW,
    Area,
    Block,
    FilledColumn,
    FilledDown,
    Formula,
    Link,
    Value,
)
from permu_xl.xlsx.writing.cell_text import CellWriter, is_empty

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_BATCH = 128
"""Rows made at a time: a column's cells are made in one go, and memory stays small."""

ROW_LOOK = ("ht", "customHeight", "s", "customFormat")
"""What a new row takes over from the first row."""


class BlockRows:
    """The rows of one block.  ``begin`` tells it how the first row looks, before any cell is made.

    ``top`` to ``bottom`` are the rows that it owns, ``top`` to ``filled`` those with values;
    ``numbers`` are its columns in order, ``unbroken`` when no column of others is in between.
    """

    def __init__(self, block: Block, cells: CellWriter) -> None:
        ordered = sorted(block.columns, key=lambda column: column.number)
        self.block = block
        self.numbers = [column.number for column in ordered]
        self.top = block.first_row
        self.bottom = MAX_ROW if block.last_row is None else block.last_row
        self.filled = self.top + block.height - 1
        self.row_look: dict[str, str] = {}
        self._values = {column.number: column.values for column in ordered}
        self._cells = cells
        self._styles: dict[int, str | None] = {}
        self._unseen: dict[int, str | None] = {}
        self._batch: list[tuple[str, ...]] = []
        self._batch_rows = range(0)
        self.unbroken = len(self.areas) == 1
        if len(self._values) < len(ordered):
            raise ValueError("a block names a column twice")
        if self.filled > self.bottom:
            raise ValueError("a block has more values than rows")

    @property
    def areas(self) -> list[Area]:
        """What the block owns, as one area for each run of neighbouring columns."""
        areas: list[Area] = []
        for number in self.numbers:
            left = number
            if areas and areas[-1].right == number - 1:
                left = areas.pop().left
            areas.append(Area(self.top, left, self.bottom, number))
        return areas

    def owns(self, row: int, column: int) -> bool:
        """Return whether a cell is the block's to write."""
        return self.top <= row <= self.bottom and column in self._values

    def value(self, row: int, column: int) -> Value:
        """Return what belongs into an owned cell; None below the last value."""
        values: Sequence[Value] = self._values[column]
        return values[row - self.top] if row - self.top < len(values) else None

    def cell(self, row: int, column: int) -> Value | FilledDown:
        """Return the same, but a formula that is filled down as it is."""
        cells = _cells(self._values[column])
        return cells[row - self.top] if row - self.top < len(cells) else None

    def formulas(self) -> Iterator[tuple[int, int]]:
        """Yield row and column of every formula."""
        for column, values in self._values.items():
            cells = _cells(values)
            if not {Formula, FilledDown}.isdisjoint(map(type, cells)):
                for row, cell in enumerate(cells, self.top):
                    if isinstance(cell, (Formula, FilledDown)):
                        yield row, column

    def begin(
        self,
        styles: Mapping[int, str | None],
        unseen: Mapping[int, str | None],
        row_look: Mapping[str, str],
    ) -> None:
        """Take over the look of the first row: the cells' styles and the row's attributes.

        ``unseen`` are the styles by column that show where the sheet has no cell.
        """
        self._styles, self._unseen = dict(styles), dict(unseen)
        self.row_look = dict(row_look) if self.block.template_row else {}
        if self.block.row_height is not None:
            self.row_look = {"ht": f"{self.block.row_height:g}", "customHeight": "1"}

    def patterned(self, row: int) -> bool:
        """Return whether the row's cells look like those of the first row."""
        return self.block.template_row and row <= self.filled

    def style(self, column: int) -> str | None:
        """Return the style of the first row's cell."""
        return self._styles[column]

    def patterned_cells(self, row: int) -> tuple[str, ...]:
        """Return the cells of a patterned row as text, in the order of ``numbers``."""
        if row not in self._batch_rows:
            self._batch_rows = range(row, min(row + _BATCH, self.filled + 1))
            self._batch = self._made(self._batch_rows, self._styles, blanks=True)
        return self._batch[row - self._batch_rows.start]

    def cells_together(self, rows: range) -> list[str]:
        """Return the cells of rows that the sheet does not have, as one text each.

        Each looks like what was seen in its place, so that none is needed without a value, unless
        the rows are patterned.
        """
        patterned = self.patterned(rows[-1])
        styles = self._styles if patterned else self._unseen
        return list(map("".join, self._made(rows, styles, blanks=patterned)))

    def can_wait(self, rows: range) -> bool:
        """Return whether such rows may be made as late as they are written.

        Not with links, which have to be known before, nor formulas filled down, whose first cell
        spells them out, nor where the first or the last row is blank: how far a sheet is used is
        then seen only from its cells.
        """
        first, last = rows[0] - self.top, rows[-1] - self.top
        columns = [_cells(values)[first : last + 1] for values in self._values.values()]
        return all({Link, FilledDown}.isdisjoint(map(type, cells)) for cells in columns) and all(
            any(at < len(cells) and not is_empty(cells[at]) for cells in columns)
            for at in (0, last - first)
        )

    @property
    def filled_down(self) -> bool:
        """Whether the block is made of columns with formulas filled down."""
        return not self.block.template_row and all(
            isinstance(values, FilledColumn) for values in self._values.values()
        )

    def unseen_rows(self, rows: range) -> bytes:
        """Return whole rows that the sheet does not have, of a block that is ``filled_down``."""
        first, last = rows.start - self.top, rows.stop - self.top
        columns = {n: _cells(values)[first:last] for n, values in self._values.items()}
        return b"".join(self._cells.rows(rows, columns, self._unseen, self.row_look))

    def _made(
        self, rows: range, styles: Mapping[int, str | None], *, blanks: bool
    ) -> list[tuple[str, ...]]:
        first, last = rows.start - self.top, rows.stop - self.top
        columns = [
            self._cells.column(
                number, styles[number], rows, _cells(values)[first:last], blanks=blanks
            )
            for number, values in self._values.items()
        ]
        return list(zip(*columns, strict=True))


def _cells(values: Sequence[Value]) -> Sequence[Value | FilledDown]:
    """Return what stands in a column, formulas that are filled down as they are."""
    return values.cells if isinstance(values, FilledColumn) else values
