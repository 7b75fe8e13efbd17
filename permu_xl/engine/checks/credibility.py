"""Figures of a firm that are possible one by one, and not credible beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.checks.identity import firm_at
from permu_xl.engine.model import TOLERANCE, BoolArray, FloatArray, Roster, Scheme
from permu_xl.findings import Finding, Table
from permu_xl.text import show_number

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["credibility_findings"]


def credibility_findings(
    scheme: Scheme, roster: Roster, table: Table, included: BoolArray
) -> Iterator[Finding]:
    """Yield a hint for each of the ``included`` firms' figures that its others belie."""
    yield from _apart(scheme, roster, table, included)
    yield from _per_unit(scheme, roster, table, included)


def _quotient(one: FloatArray, other: FloatArray, included: BoolArray) -> FloatArray:
    """Return one figure by the other; NaN where a firm is out or either is not positive."""
    usable = included & (one > 0) & (other > 0)
    quotient: FloatArray = np.divide(one, other, out=np.full(one.shape, np.nan), where=usable)
    return quotient


def _apart(scheme: Scheme, roster: Roster, table: Table, included: BoolArray) -> Iterator[Finding]:
    for pair in scheme.checks.apart:
        column, other = scheme.columns[pair.column], scheme.columns[pair.other]
        figures, others = roster.number(column.id), roster.number(other.id)
        ratio = _quotient(figures, others, included)
        apart = np.maximum(ratio, 1 / ratio)
        for firm in np.flatnonzero(apart >= pair.factor - TOLERANCE):
            shown = show_number(float(figures[firm]))
            yield Finding.of(
                "H227",
                firm_at(roster, int(firm), table, column.id, column.name, shown),
                case="" if ratio[firm] > 1 else "smaller",
                other=other.name,
                there=show_number(float(others[firm])),
                unit=other.unit,
                times=apart[firm],
                factor=pair.factor,
            )


def _per_unit(
    scheme: Scheme, roster: Roster, table: Table, included: BoolArray
) -> Iterator[Finding]:
    for rule in scheme.checks.per_unit:
        column, per = scheme.columns[rule.column], scheme.columns[rule.per]
        figures = roster.number(column.id)
        average = _quotient(figures, roster.number(per.id), included)
        for limit, over in ((rule.most, 1), (rule.least, -1)):
            if limit is None:
                continue
            for firm in np.flatnonzero((average - limit) * over > TOLERANCE):
                shown = show_number(float(figures[firm]))
                yield Finding.of(
                    "H228",
                    firm_at(roster, int(firm), table, column.id, column.name, shown),
                    case="" if over > 0 else "low",
                    per=per.name,
                    each=show_number(round(float(average[firm]), 4)),
                    unit=column.unit,
                    limit=limit,
                )
