"""The firms of the recomputation: one row each, from the input cells to the final class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.workbook import formulas as f
from permu_xl.workbook import layout
from permu_xl.workbook.proof.firms.bonus import bonus_readers, counted_points, label_points
from permu_xl.workbook.proof.firms.checks import row_checks
from permu_xl.workbook.proof.firms.pieces import span_points
from permu_xl.workbook.proof.firms.ranks import Ranked, put_sorted
from permu_xl.workbook.proof.firms.rows import Reader, computed, indicator_values, put_rows, readers
from permu_xl.workbook.proof.headers import put_headers
from permu_xl.workbook.proof.inputs import SEPARATORS, FirmCells
from permu_xl.workbook.proof.needs import STANDING, results

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from permu_xl.engine import Evaluation
    from permu_xl.engine.model import Indicator, Missing
    from permu_xl.workbook.proof.board import Board
    from permu_xl.workbook.proof.plan import Plan

__all__ = ["put_firms"]

_AT_ONCE = 100
"""How many formulas of a column Calc works out at once, at least."""


def put_firms(board: Board, plan: Plan, evaluation: Evaluation) -> None:
    """Write the recomputation of 原始数据, aligned with it row by row."""
    put_headers(board, plan, plan.firms)
    cells = FirmCells(plan.book.current)
    separators = (*SEPARATORS, *cells.other_separators())
    reading = [*readers(plan, plan.firms), *bonus_readers(plan, separators)]
    reading += [_flag(id) for id in plan.flags]
    put_rows(board, plan.firms, cells, plan.row, reading, lambda row: _Firm(plan, row).formulas())
    if plan.code_order:
        identities = evaluation.roster.identity().tolist()
        order = _code_order(identities)
        for entry, identity in enumerate(identities):
            row = plan.row(entry)
            board.put(row, plan.firms.columns["known_as"], identity)
            board.put(row, plan.firms.columns["order"], order[identity])
    put_sorted(board, plan)


def _code_order(identities: Sequence[str]) -> dict[str, int]:
    """Number the identities by their characters' codes.

    Spreadsheets compare Chinese names by pronunciation or strokes, so that a tie of firms without
    a credit code cannot be decided by a formula.
    """
    return {identity: place for place, identity in enumerate(sorted(set(identities)), 1)}


def _flag(id: str) -> Reader:
    return Reader(f"flag:{id}", id, lambda cells, entry, row: cells.flag(entry, id))


class _Firm:
    """The formulas of a firm's row, besides those that read it."""

    def __init__(self, plan: Plan, row: int) -> None:
        self.plan, self.row = plan, row
        self.table, self.scheme = plan.firms, plan.scheme

    def at(self, key: str) -> str:
        return self.table.cell(key, self.row)

    def formulas(self) -> Iterator[tuple[str, str]]:
        """Yield the formulas by column key."""
        yield from self._identity()
        yield from computed(self.plan, self.table, self.row)
        yield from indicator_values(self.plan, self.table, self.row)
        for i in self.scheme.indicators:
            if i.id in self.plan.averaged:
                yield f"points:{i.id}", self._points_with_data(i)
            yield f"score:{i.id}", self._score(i)
        scores = [f"score:{i.id}" for i in self.scheme.indicators]
        yield "subtotal", self._participant(f"SUM({self.table.across(scores, self.row)})")
        if self.scheme.bonus.labels:
            yield "label_points", label_points(self.plan, self.table, self.row)
        yield "bonus", self._participant(counted_points(self.plan, self.table, self.row))
        yield "total", self._participant(f"{self.at('subtotal')}+{self.at('bonus')}")
        yield from Ranked(self.plan, self.row).formulas()
        for title, key in STANDING.items():
            yield key, self.plan.standing(title, self.row)
            for result in results(self.plan.scheme, title):
                yield f"{title}:{result}", self.plan.looked_up(title, result, self.row)
        yield from row_checks(self.plan, self.row)

    def _participant(self, expression: str) -> str:
        return f'IF({self.at("included")}=1,{expression},"")'

    def _identity(self) -> Iterator[tuple[str, str]]:
        name, code = self.at("name"), self.at("code")
        checks = [key for key in self.table.columns if key in layout.PROOF_TESTS]
        yield "differences", f"SUM({self.table.across(checks, self.row)})"
        yield "identity", f'IF({code}="",{name},{code})'

    def _concerned(self, i: Indicator, expression: str) -> str:
        """Return the expression for participants that the indicator concerns."""
        return f'IF({self.plan.concerned(i.id, self.table, self.row)},{expression},"")'

    def _points(self, i: Indicator) -> str:
        """Return the points by form, from 0 to the cap; 0 for a negative value (R5, R10)."""
        plan, v = self.plan, self.at(f"value:{i.id}")
        weight, maximum = (plan.indicator(i.id, key) for key in ("weight", "maximum"))
        baseline = self._own(i, "baseline")
        lowest = f"{f.number(i.floor)}*{weight}" if i.floor else "0"
        if i.spans:
            zero = self._own(i, "current:lowest" if i.higher_is_better else "current:highest")
            return span_points(i, v, baseline, zero, weight, maximum, lowest)
        match i.form:
            case "ratio" if i.floor:
                points = f"MAX({lowest},MIN({maximum},{v}/{baseline}*{weight}))"
            case "ratio":
                return f"MAX(0,MIN({maximum},{v}/{baseline}*{weight}))"
            case "mirrored":
                points = f"MAX({lowest},MIN({maximum},(2-{v}/{baseline})*{weight}))"
            case "reciprocal":
                points = f"IF({v}=0,{maximum},MIN({maximum},{baseline}/{v}*{weight}))"
                points = f"MAX({lowest},{points})" if i.floor else points
        return f"IF({v}<0,0,{points})"

    def _own(self, i: Indicator, key: str) -> str:
        """Return a cell of the indicator's row that concerns the firm: that of its group."""
        plan, groups = self.plan, self.scheme.baseline_groups(i)
        if len(groups) == 1:
            return plan.indicator(i.id, key)
        first = plan.baseline_rows[i.id, groups[0]]
        rows = plan.indicators.span(key, first, len(groups))
        return f"INDEX({rows},{self.at(plan.members[i.id])})"

    def _lacking(self, i: Indicator, rule: Missing) -> str:
        figure = self.at(f"figure:{rule.column}")
        return f"N({figure})=0" if rule.zero_counts else f'{figure}=""'

    def _points_with_data(self, i: Indicator) -> str:
        """Return the points of a firm that has the figure, before rounding; "" without it."""
        assert i.missing is not None
        absent = f'OR({self._lacking(i, i.missing)},{self.at(f"value:{i.id}")}="")'
        points = self._row_by_row(self._points(i))
        return self._concerned(i, f'IF({absent},"",{points})')

    def _score(self, i: Indicator) -> str:
        """Return the points, or what the scheme gives without the figure (R5, R6, R11)."""
        v, rule = self.at(f"value:{i.id}"), i.missing
        points = f'IF({v}="",0,{self._points(i)})'
        if rule is not None:
            points = f"IF({self._lacking(i, rule)},{self._without(i, rule)},{points})"
        decimals = self.scheme.score_decimals
        points = points if decimals is None else f"ROUND({points},{decimals})"
        return self._concerned(i, self._row_by_row(points))

    def _row_by_row(self, points: str) -> str:
        """Return a participant's points times 1, in a form that Calc works out row by row.

        A column of a hundred formulas it else works out at once, by several threads, and then
        takes a baseline that comes from another such column for circular (docs/reliability.md).
        ONLYOFFICE 9.4 finds nothing in a range of one cell, so the whole column is searched, and
        shorter columns do without.
        """
        if self.table.last_row - self.table.first_row + 1 < _AT_ONCE:
            return points
        return f"{points}*(MATCH(1,{self.table.span('included')},0)>0)"

    def _without(self, i: Indicator, rule: Missing) -> str:
        plan = self.plan
        match rule.score:
            case "full":
                return plan.indicator(i.id, "weight")
            case "full_if_positive":
                other = i.denominator if rule.column == i.numerator else i.numerator
                weight = plan.indicator(i.id, "weight")
                return f"IF(N({self.at(f'figure:{other}')})>0,{weight},0)"
            case "average":
                return plan.indicator(i.id, "average")
            case "penalty":
                return f"-{plan.indicator(i.id, 'penalty')}"
