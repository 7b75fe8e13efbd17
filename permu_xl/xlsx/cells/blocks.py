"""What is to be written into a sheet: blocks of cells, host-neutral."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Formula:
    """A plain spreadsheet formula, without the leading equals sign.

    ``array`` asks a file for an array formula of this one cell: some programs calculate functions
    over ranges in no other way.  Whoever enters formulas into an open workbook may pass over it,
    Excel and LibreOffice do without.
    """

    text: str
    array: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads to a cell of the same workbook, such as ``'表一'!F12``."""

    text: str
    target: str


Value: TypeAlias = float | int | str | bool | Formula | Link | None
"""A cell's content.  None and NaN leave the cell empty; text is text, whatever it begins with."""


@dataclass(frozen=True, slots=True)
class Column:
    """Values down one column; ``number`` is the 1-based column of the sheet."""

    number: int
    values: Sequence[Value]


@dataclass(frozen=True, slots=True)
class Block:
    """A table body to be written from ``first_row`` (1-based) on.

    The block owns its columns from ``first_row`` down to ``last_row`` (None: to the end of the
    sheet); what it does not fill there is emptied.  Cells look like the cell of the same column
    in ``first_row``.  ``template_row`` False: every cell keeps its own look instead (tables of
    fixed size).  ``keeps_formulas`` False: no formula stays, not even one that a writer would keep.
    ``row_height`` is that of the rows that are made, in points; without it LibreOffice measures
    every cell of them.
    """

    first_row: int
    columns: Sequence[Column]
    last_row: int | None = None
    template_row: bool = True
    keeps_formulas: bool = True
    row_height: float | None = None

    @property
    def height(self) -> int:
        """The number of rows that carry values."""
        return max((len(column.values) for column in self.columns), default=0)
