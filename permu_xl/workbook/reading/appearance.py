"""Whether the figures of a table are what a person sees who looks at it, and what is to be said.

One cause is one finding for a column: the cells, how many rows of firms, one example.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from permu_xl.findings import Level
from permu_xl.text import show_number
from permu_xl.xlsx.cells import Grid, Shown, address, differs, in_ranges, show

__all__ = [
    "OWN",
    "Appearance",
    "Column",
    "Remark",
    "Terms",
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


@dataclass(frozen=True, slots=True)
class Terms:
    """How it is said: the codes, what becomes of a figure, what to do afterwards.

    ``codes`` are for another scale, another unit, hidden rows, hidden columns, what is struck out,
    and what is covered by a merged cell.
    """

    codes: tuple[str, str, str, str, str, str]
    refused: str
    kept: str
    again: str


OWN = Terms(
    ("E431", "E432", "W433", "W434", "W435", "E436"),
    "不能用来评价", "照样参加评价", "重新核查",
)  # fmt: skip
"""For the district's own workbook."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to be said about cells of a sheet; ``row`` and ``column`` of the first, 0-based."""

    level: Level
    code: str
    row: int
    column: int | None
    cells: str
    item: str
    value: str
    problem: str
    remedy: str


@dataclass(slots=True)
class Appearance:
    """Gathers what is odd about the cells of the rows that count."""

    grid: Grid
    columns: Mapping[int, Column]
    identity: frozenset[int] = frozenset()
    terms: Terms = OWN
    rows: list[int] = field(default_factory=list)
    _different: dict[tuple[Literal["scale", "unit"], int], list[int]] = field(default_factory=dict)

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
        how = differs(look.seen(row, column, cell), cell, at.factor)
        if how:
            self._different.setdefault((how, column), []).append(row)
        return bool(how)

    @property
    def distrusted(self) -> frozenset[int]:
        """The columns of which cells were refused."""
        return frozenset(column for _, column in self._different)

    def remarks(self) -> list[Remark]:
        """Return what is to be said, once all rows have been looked at."""
        if not self.grid.look:
            return []
        found = [self._differs(how, c, rows) for (how, c), rows in self._different.items()]
        return [*found, *self._hidden(), *self._struck(), *self._covered()]

    def _differs(self, how: str, column: int, rows: list[int]) -> Remark:
        at, look, row = self.columns[column], self.grid.look, rows[0]
        cell = self.grid.cell(row, column)
        seen = look.seen(row, column, cell)
        assert seen is not None  # refuses has seen it
        text = look.figures.get((row, column)) or f"{_figure(seen)}{seen.words}" or "空白"
        code = look.formats.get((row, column))
        by = f"数字格式“{code}”" if code else "显示格式"
        where = cells_in_words(rows, column)
        held = show_number(float(cell))
        if how == "unit":
            problem = (
                f"“{at.header}”的{where}显示为“{text}”，格式里的单位“{seen.words}”与这一列的单位"
                f"“{at.unit or '（没有单位）'}”不一致，{self.terms.refused}"
            )
            remedy = f"核对这一列到底是什么单位，改正表头或去掉格式里的单位后{self.terms.again}"
        else:
            problem = (
                f"“{at.header}”的{where}存的数与看到的不是一个数（存的是{held}，{by}显示成“{text}”），"
                f"{self.terms.refused}"
            )
            remedy = f"把单元格格式改成“常规”，核对数和单位后{self.terms.again}"
        return self._remark(
            0 if how == "scale" else 1, rows, column, at.item, held, problem, remedy
        )

    def _hidden(self) -> Iterable[Remark]:
        look, rows = self.grid.look, [r for r in self.rows if r in self.grid.look.hidden_rows]
        if rows:
            yield self._remark(
                2, rows, None, "", "",
                f"{rows_in_words(rows)}是隐藏的或被筛选掉的，{self.terms.kept}",
                f"不要的行请删除，要的请取消隐藏或筛选，再{self.terms.again}",
            )  # fmt: skip
        for column, at in self.columns.items():
            if column in look.hidden_columns:
                yield self._remark(
                    3, self.rows[:1] or [0], column, at.item, at.header,
                    f"“{at.header}”这一列是隐藏的，{self.terms.kept}",
                    f"核对要用的是不是这一列；不是的，删除它或改掉表头后{self.terms.again}",
                )  # fmt: skip

    def _struck(self) -> Iterable[Remark]:
        struck = self.grid.look.struck
        if not struck:
            return
        shown = self.identity | set(self.columns)
        whole = [
            row for row in self.rows
            if any((row, c) in struck for c in self.identity)
            or all((row, c) in struck for c in shown if show(self.grid.cell(row, c)))
        ]  # fmt: skip
        if whole:
            yield self._remark(
                4, whole, None, "", "",
                f"{rows_in_words(whole)}画了删除线，{self.terms.kept}",
                f"作废的行请删除，有效的请去掉删除线，再{self.terms.again}",
            )  # fmt: skip
        left = set(self.rows) - set(whole)
        for column, at in self.columns.items():
            rows = sorted(row for row in left if (row, column) in struck)
            if rows:
                yield self._remark(
                    4, rows, column, at.item, "",
                    f"“{at.header}”的{cells_in_words(rows, column)}画了删除线，{self.terms.kept}",
                    f"作废的数请删除，有效的请去掉删除线，再{self.terms.again}",
                )  # fmt: skip

    def _covered(self) -> Iterable[Remark]:
        firms = set(self.rows)
        by_column = Counter(c for r, c in self.grid.look.covered if r in firms)
        for column, at in self.columns.items():
            if column in by_column:
                rows = sorted(r for r, c in self.grid.look.covered if c == column and r in firms)
                yield self._remark(
                    5, rows, column, at.item, "",
                    f"“{at.header}”的{cells_in_words(rows, column)}被合并单元格盖住，"
                    f"下面还有看不见的数，{self.terms.refused}",
                    "核对合并的几行是不是同一个数；要各算各的，取消合并、逐行填写后"
                    f"{self.terms.again}",
                )  # fmt: skip

    def _remark(
        self, number: int, rows: list[int], column: int | None, item: str,
        value: str, problem: str, remedy: str,
    ) -> Remark:  # fmt: skip
        at = min(self.identity, default=0) if column is None else column
        ranges = in_ranges(rows)
        first, last = ranges[0]
        cells = address(first, at)
        if len(ranges) == 1 and last > first:
            cells += f":{address(last, at)}"
        code = self.terms.codes[number]
        level = Level.ERROR if code.startswith("E") else Level.WARNING
        return Remark(level, code, first, column, cells, item, value, problem, remedy)


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
