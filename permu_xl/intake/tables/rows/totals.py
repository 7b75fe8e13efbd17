"""Whether the totals that a table carries agree with its rows: a row may be missing."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from permu_xl.intake.tables.model import SourceRow

_EDGES = 40
_FARTHEST = 5000
__all__ = ["Total", "TotalProblem", "check_totals", "sum_beside"]


@dataclass(frozen=True, slots=True)
class Total:
    """A row of totals: its 0-based row, how many firms' rows stand above it.

    ``told`` are the totals by column, each with the worth of one in its last decimal.
    """

    row: int
    above: int
    told: Mapping[int, tuple[Fraction, Fraction]]


@dataclass(frozen=True, slots=True)
class TotalProblem:
    """A total that is the sum of no rows it could be about; ``rows`` is the sum of all."""

    row: int
    column: int
    item: str
    header: str
    told: Fraction
    rows: Fraction


def check_totals(
    totals: Sequence[Total], rows: Sequence[SourceRow], names: Mapping[int, tuple[str, str]]
) -> Iterator[TotalProblem]:
    """Yield the totals that no stretch of rows adds up to.

    A total may stand below or above what it sums up, and may sum up all rows or those between it
    and another total; rounding of the rows is allowed for.  ``names`` are item and header by
    column.
    """
    edges = sorted({0, len(rows), *(total.above for total in totals)})
    # Of very many subtotals only those of neighbouring stretches are looked at.
    spans = (
        list(combinations(edges, 2)) if len(edges) <= _EDGES else [*pairwise(edges), (0, len(rows))]
    )
    for column, (item, header) in names.items():
        sums, slack = _running(rows, column)
        for total in totals:
            if column not in total.told:
                continue
            told, coarse = total.told[column]
            allowed = slack + coarse / 2
            if all(abs(sums[high] - sums[low] - told) > allowed for low, high in spans):
                yield TotalProblem(total.row, column, item, header, told, sums[-1])


def sum_beside(rows: Sequence[SourceRow], place: int, columns: Collection[int]) -> str:
    """Return in words the rows right below or above one whose sum it is, "" for none.

    Every figure of it must be a sum, and there must be several figures or several rows: one
    figure may be the sum of two others by chance.
    """
    told = _by_column(rows[place], columns)
    if not any(told.values()):
        return ""
    for beside in (rows[place + 1 :], rows[:place][::-1]):
        sums = dict.fromkeys(told, Fraction(0))
        for count, row in enumerate(beside[:_FARTHEST], 1):
            for column, value in _by_column(row, columns).items():
                if column in sums:
                    sums[column] += value
            if count > 1 and sums == told and (count > 2 or len(told) > 1):
                first, last = sorted((beside[0].row + 1, row.row + 1))
                return f"第{first}至{last}行"
    return ""


def _by_column(row: SourceRow, columns: Collection[int]) -> dict[int, Fraction]:
    return {
        r.column: r.value
        for r in row.readings
        if r.column in columns and isinstance(r.value, Fraction)
    }


def _running(rows: Sequence[SourceRow], column: int) -> tuple[list[Fraction], Fraction]:
    """Return the sums of the first 0, 1, 2 ... rows, and what rounding may add up to."""
    sums, slack = [Fraction(0)], Fraction(0)
    for row in rows:
        here = Fraction(0)
        for reading in row.readings:
            if reading.column == column and isinstance(reading.value, Fraction):
                here = reading.value
                slack = max(slack, reading.resolution * (len(rows) + 1) / 2)
        sums.append(sums[-1] + here)
    return sums, slack
