"""Whether the figures of a table are what a person sees who looks at it, and what is to be said.

One cause is one finding for a column: the cells, how many rows of firms, one example.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from permu_xl.findings import At, Finding
from permu_xl.text import show_number
from permu_xl.xlsx.cells import Grid, Judge, Shown, address, in_ranges, show

if TYPE_CHECKING:
    from fractions import Fraction

__all__ = [
    "Appearance",
    "Column",
    "PlaceOf",
    "cells_in_words",
    "rows_in_words",
]

_MOST_RANGES = 6


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is read: its header, its unit, what units beside a figure are worth in it."""

    column: int
    item: str
    header: str
    unit: str
    factor: Callable[[str], Fraction | None]


PlaceOf = Callable[[int, int | None, str, str, str], At]
"""Returns a place: 0-based row and column, the cells' address, the item and what stands there."""


@dataclass(slots=True)
class Appearance:
    """Gathers what is odd about the cells of the rows that count."""

    grid: Grid
    columns: Mapping[int, Column]
    identity: frozenset[int] = frozenset()
    imported: bool = False
    """Whether it is a department's table, not the district's own workbook."""
    rows: list[int] = field(default_factory=list)
    _different: dict[tuple[Literal["scale", "unit"], int], list[int]] = field(default_factory=dict)

    _judges: dict[int, Judge] = field(default_factory=dict)

    def firm(self, row: int) -> None:
        """Note that a 0-based row is about a firm."""
        self.rows.append(row)

    def refuses(self, row: int, column: int) -> bool:
        """Return whether a cell shows another figure than it holds: then it is not to be taken."""
        look = self.grid.look
        if not look.formats and not look.figures:
            return False
        cell, at = self.grid.cell(row, column), self.columns.get(column)
        if at is None or isinstance(cell, bool) or not isinstance(cell, (int, float)):
            return False
        if column not in self._judges:
            self._judges[column] = Judge(look, at.factor)
        how = self._judges[column].differs(row, column, cell)
        if how:
            self._different.setdefault((how, column), []).append(row)
        return bool(how)

    @property
    def distrusted(self) -> frozenset[int]:
        """The columns of which cells were refused."""
        return frozenset(column for _, column in self._different)

    def findings(self, place: PlaceOf) -> list[Finding]:
        """Return what is to be said, once all rows have been looked at."""
        if not self.grid.look:
            return []
        found = [self._differs(place, how, c, rows) for (how, c), rows in self._different.items()]
        return [*found, *self._hidden(place), *self._struck(place), *self._covered(place)]

    def _differs(self, place: PlaceOf, how: str, column: int, rows: list[int]) -> Finding:
        look, row, column_at = self.grid.look, rows[0], self.columns[column]
        cell = self.grid.cell(row, column)
        seen = look.seen(row, column, cell)
        assert seen is not None  # refuses has seen it
        at = self._at(place, rows, column, column_at.item, show_number(float(cell)))
        text = look.figures.get((row, column)) or f"{_figure(seen)}{seen.words}" or "空白"
        header, cells = column_at.header, cells_in_words(rows, column)
        if how == "unit":
            return Finding.of(
                "E672" if self.imported else "E432",
                at,
                header=header,
                cells=cells,
                text=text,
                told=seen.words,
                unit=column_at.unit or "（没有单位）",
            )
        code = look.formats.get((row, column))
        return Finding.of(
            "E671" if self.imported else "E431",
            at,
            header=header,
            cells=cells,
            by=f"数字格式“{code}”" if code else "显示格式",
            text=text,
        )

    def _hidden(self, place: PlaceOf) -> Iterable[Finding]:
        look, rows = self.grid.look, [r for r in self.rows if r in self.grid.look.hidden_rows]
        if rows:
            at = self._at(place, rows, None, "", "")
            yield Finding.of("W673" if self.imported else "W433", at, rows=rows_in_words(rows))
        for column, found in self.columns.items():
            if column in look.hidden_columns:
                at = self._at(place, self.rows[:1] or [0], column, found.item, found.header)
                yield Finding.of("W674" if self.imported else "W434", at)

    def _struck(self, place: PlaceOf) -> Iterable[Finding]:
        struck = self.grid.look.struck
        if not struck:
            return
        shown = self.identity | set(self.columns)
        whole = [
            row
            for row in self.rows
            if any((row, c) in struck for c in self.identity)
            or all((row, c) in struck for c in shown if show(self.grid.cell(row, c)))
        ]
        if whole:
            at = self._at(place, whole, None, "", "")
            yield Finding.of("W675" if self.imported else "W435", at, rows=rows_in_words(whole))
        left = set(self.rows) - set(whole)
        for column, found in self.columns.items():
            rows = sorted(row for row in left if (row, column) in struck)
            if rows:
                yield Finding.of(
                    "W675" if self.imported else "W435",
                    self._at(place, rows, column, found.item, ""),
                    case="column",
                    header=found.header,
                    cells=cells_in_words(rows, column),
                )

    def _covered(self, place: PlaceOf) -> Iterable[Finding]:
        firms = set(self.rows)
        by_column = Counter(c for r, c in self.grid.look.covered if r in firms)
        for column, found in self.columns.items():
            if column in by_column:
                rows = sorted(r for r, c in self.grid.look.covered if c == column and r in firms)
                yield Finding.of(
                    "W676" if self.imported else "E436",
                    self._at(place, rows, column, found.item, ""),
                    header=found.header,
                    cells=cells_in_words(rows, column),
                )

    def _at(self, place: PlaceOf, rows: list[int], column: int | None, item: str, value: str) -> At:
        at = min(self.identity, default=0) if column is None else column
        ranges = in_ranges(rows)
        first, last = ranges[0]
        cells = address(first, at)
        if len(ranges) == 1 and last > first:
            cells += f":{address(last, at)}"
        return place(first, column, cells, item, value)


def _figure(seen: Shown) -> str:
    return "" if seen.figure is None else f"{seen.figure:f}"


def cells_in_words(rows: Iterable[int], column: int) -> str:
    """Return cells of a column by 0-based rows, and how many there are.

    >>> cells_in_words([2, 3, 4, 7], 3), cells_in_words([2], 3)
    ('D3:D5、D8（共4格）', 'D3')
    """
    ranges = in_ranges(rows)
    count = sum(last - first + 1 for first, last in ranges)
    named = [
        address(first, column)
        if first == last
        else f"{address(first, column)}:{address(last, column)}"
        for first, last in ranges[:_MOST_RANGES]
    ]
    more = "等" if len(ranges) > _MOST_RANGES else ""
    return "、".join(named) + more + (f"（共{count}格）" if count > 1 else "")


def rows_in_words(rows: Iterable[int]) -> str:
    """Return 0-based rows as they are numbered on the sheet, and how many there are.

    >>> rows_in_words([2, 3, 4, 7]), rows_in_words([2])
    ('第3至5、8行（共4行）', '第3行')
    """
    ranges = in_ranges(rows)
    count = sum(last - first + 1 for first, last in ranges)
    named = [
        str(first + 1) if first == last else f"{first + 1}至{last + 1}"
        for first, last in ranges[:_MOST_RANGES]
    ]
    more = "等" if len(ranges) > _MOST_RANGES else ""
    return f"第{'、'.join(named)}{more}行" + (f"（共{count}行）" if count > 1 else "")
