"""Where everything stands on 核验: how formulas refer to each other's cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from permu_xl.workbook.proof import needs
from permu_xl.workbook.proof.board import Grid, Table, absolute, column_of, on_sheet, row_range

if TYPE_CHECKING:
    from collections.abc import Mapping

    from permu_xl.engine import Unit
    from permu_xl.engine.model import Key, Scheme
    from permu_xl.workbook.reading import Book, Placed

LABEL, VALUE, DIFFERENCE, REMARK, FIRST_FREE = range(1, 6)
"""Columns of the single values; lists and the columns of small tables go on from there."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Rows and columns of the recomputation.

    ``values`` and ``lists`` give the rows of single values and of lists by key, ``list_sizes``
    the lengths of the lists.  ``starts`` is for each of ``units`` its first entry in ``quotas``.
    ``members`` and ``keys`` are the columns of memberships and of sort keys, ``labels`` those of
    the sort keys by their labels.  ``many`` says whether firms may be ranked in several units,
    ``halves`` whether some are halved; ``averaged`` are the indicators that give the average
    without data.  ``code_order`` says that a spreadsheet puts the firms' identities in another
    order than their characters' codes.
    """

    book: Book
    scheme: Scheme
    year: int
    ranked: tuple[Unit, ...]
    values: Mapping[str, int]
    lists: Mapping[str, int]
    list_sizes: Mapping[str, int]
    units: Grid
    quotas: Grid
    starts: tuple[int, ...]
    indicators: Grid
    baseline_rows: Mapping[tuple[str, str], int]
    members: Mapping[str, str]
    keys: Mapping[Key, str]
    labels: Mapping[str, str]
    needed: needs.YearNeeds
    needed_before: needs.YearNeeds
    flags: tuple[str, ...]
    averaged: frozenset[str]
    many: bool
    halves: bool
    firms: Table
    previous: Table | None
    decisions: Table | None
    code_order: bool

    @property
    def count(self) -> str:
        """Return the cell with the number of firms that are ranked."""
        return self.value("ranked" if self.scheme.ungraded else "participants")

    def value(self, key: str) -> str:
        """Return the cell of a single value."""
        return absolute(self.values[key], VALUE)

    def difference(self, key: str) -> str:
        """Return the cell that says whether a single value is as it should be."""
        return absolute(self.values[key], DIFFERENCE)

    def list(self, key: str) -> str:
        """Return the cells of a list."""
        return row_range(self.lists[key], FIRST_FREE, self.list_sizes[key])

    def numbers(self, key: str) -> str:
        """Return as many of the numbers 1, 2, 3 ... as a list has cells."""
        return row_range(self.lists["numbers"], FIRST_FREE, self.list_sizes[key])

    def indicator(self, id: str, key: str, group: str | None = None) -> str:
        """Return a cell of an indicator's row, the first one unless a group is given."""
        if group is None:
            group = self.scheme.baseline_groups(self.scheme.indicator(id))[0]
        return self.indicators.cell(self.baseline_rows[id, group], key)

    def unit(self, key: str, number: str) -> str:
        """Return a figure of the unit with this number."""
        if not self.many:
            return self.units.cell(0, key)
        return f"INDEX({self.units.span(key)},{number})"

    def concerned(self, id: str, table: Table, row: int) -> str:
        """Return the condition that a firm takes part and an indicator concerns it."""
        member = self.members[id]
        return f"{table.cell(member, row)}{'=1' if member == needs.INCLUDED else '>0'}"

    def row(self, entry: int) -> int:
        """Return the row of a firm: blank rows of 原始数据 stay blank here."""
        return _row(self.firms, self.book.current.placed, entry)

    def previous_row(self, entry: int) -> int:
        """Return the row of one of last year's firms."""
        assert self.previous is not None
        assert self.book.previous is not None
        return _row(self.previous, self.book.previous.placed, entry)

    def written(self, title: str, key: str, row: int) -> str:
        """Return what a result sheet says of a firm: a figure as it was looked up, else a text."""
        if f"{title}:{key}" in self.firms.columns:
            return self.firms.cell(f"{title}:{key}", row)
        return self._there(title, key, row)

    def looked_up(self, title: str, key: str, row: int) -> str:
        """Return the formula that looks up a figure, "" where the cell is blank."""
        cell = self._there(title, key, row)
        return f'IF({cell}="","",{cell})'

    def _there(self, title: str, key: str, row: int) -> str:
        """Return the cell of a firm on a result sheet, wherever its row stands."""
        return (
            f"INDEX({self.written_span(title, key)},{self.firms.cell(needs.STANDING[title], row)})"
        )

    def standing(self, title: str, row: int) -> str:
        """Return the formula for the place of a firm's row on a result sheet, counted from 1.

        Rows are aligned with 原始数据; where another firm stands there, the rows were sorted, and
        the firm is looked up by its code, else its name.
        """
        at = self.book.outputs[title]
        beside = at.first_row + 1 + row - self.firms.first_row
        name, code, identity = (self.firms.cell(key, row) for key in ("name", "code", "identity"))
        there = {
            key: on_sheet(
                self.book.sheets[title], absolute(beside, at.columns[key] + 1).replace("$", "")
            )
            for key in ("name", "code")
        }
        codes, names = (self.written_span(title, key) for key in ("code", "name"))
        found = f"IFERROR(MATCH({identity},{codes},0),MATCH({identity},{names},0))"
        same = f"AND(EXACT({code},{there['code']}),EXACT({name},{there['name']}))"
        return f"IFERROR(IF({same},NA(),{found}),ROW({there['code']})-{at.first_row})"

    def written_span(self, title: str, key: str) -> str:
        """Return the cells of all firms on a result sheet."""
        at = self.book.outputs[title]
        first = at.first_row + 1
        last = first + self.firms.last_row - self.firms.first_row
        return column_of(self.book.sheets[title], at.columns[key] + 1, first, last)


def _row(table: Table, placed: Placed, entry: int) -> int:
    return table.first_row + placed.rows[entry] - placed.first_row
