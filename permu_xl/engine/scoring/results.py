"""The points of every indicator for all firms, with what there is to note of each (二（一）3)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.measuring import (
    NEGATIVE,
    Values,
    reported,
)
from permu_xl.engine.model import blank_as_zero, everywhere
from permu_xl.engine.scoring.score import (
    add_up,
    indicator_scores,
    lacks_data,
    other_figure,
)
from permu_xl.errors import BaselineError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from permu_xl.engine.firms import Participation
    from permu_xl.engine.measuring import Baseline, Measured
    from permu_xl.engine.model import (
        BoolArray,
        CodeArray,
        FloatArray,
        Indicator,
        IntArray,
        MissingScore,
        Scheme,
    )
    from permu_xl.errors import BaselineFault

FULL_WITHOUT, ZERO_WITHOUT, AVERAGE_WITHOUT, PENALTY_WITHOUT = range(NEGATIVE + 1, NEGATIVE + 5)
"""Status of a firm without the figure an indicator may lack (R6): what it gets instead."""
_WITHOUT: dict[MissingScore, int] = {
    "full": FULL_WITHOUT,
    "full_if_positive": FULL_WITHOUT,
    "average": AVERAGE_WITHOUT,
    "penalty": PENALTY_WITHOUT,
}


@dataclass(frozen=True, slots=True)
class IndicatorResult:
    """One indicator for all firms.

    baselines : one, or one for each group of firms
    group : position of each firm's baseline in ``baselines``, -1 where none concerns it
    concerned : bool, whether the firm's track uses the indicator
    value : in the indicator's unit, NaN where missing
    status : int8, what there is to note (``indicators.OK`` ... or one of this module's)
    score : points, NaN where the firm is out or not concerned
    before : last year's quotient of the same firm where the indicator is a growth
    """

    indicator: Indicator
    baselines: tuple[Baseline, ...]
    group: IntArray
    concerned: BoolArray
    numerator: FloatArray
    denominator: FloatArray
    value: FloatArray
    status: CodeArray
    score: FloatArray
    before: FloatArray | None = None

    @property
    def values(self) -> Values:
        """The values as they were worked out from the raw figures."""
        numerator = reported(self.indicator, self.numerator)
        return Values(numerator, self.denominator, self.value, self.status, self.before)

    def baseline_of(self, firm: int) -> Baseline:
        """Return the baseline a firm is measured against."""
        return self.baselines[int(self.group[firm])]


def scored(
    scheme: Scheme, measured: Sequence[Measured], part: Participation
) -> dict[str, IndicatorResult]:
    """Return by indicator the points for what was measured.

    BaselineError where a baseline is lacking (R9).
    """
    if faults := without_baseline(scheme, measured):
        raise BaselineError(faults)
    return dict(found for m in measured for found in _results(scheme, m, part))


def without_baseline(scheme: Scheme, measured: Sequence[Measured]) -> list[BaselineFault]:
    """Return why baselines that somebody needs are not to be had, as the scheme lists them (R9)."""
    every = chain.from_iterable(chain.from_iterable(m.baselines for m in measured))
    faults = [found.fault for found in every if found.fault is not None]
    listed = [i.id for i in scheme.indicators] if faults else []
    return sorted(faults, key=lambda fault: listed.index(fault.indicator))


def _results(
    scheme: Scheme, m: Measured, part: Participation
) -> Iterator[tuple[str, IndicatorResult]]:
    """Yield what was found of each indicator by its id."""
    values = m.values
    against = _by_firm([[b.value for b in found] for found in m.baselines], m.group)
    zero: float | FloatArray = np.nan
    if m.indicators[0].spans:
        zero = _by_firm([[b.zero for b in found] for found in m.baselines], m.group)
    counted, out = part.counted & m.concerned, ~(part.included & m.concerned)
    score = indicator_scores(m.indicators, values, against, counted, scheme.score_decimals, zero)
    np.copyto(score, np.nan, where=out)
    for k, i in enumerate(m.indicators):
        noted = values.status[k] if i.missing is None else _status(i, values.row(k), m.concerned)
        yield (
            i.id,
            IndicatorResult(
                i,
                m.baselines[k],
                m.group,
                m.concerned,
                m.figures[i.numerator],
                m.figures[i.denominator],
                values.value[k],
                noted,
                score[k],
                None if values.before is None else values.before[k],
            ),
        )


def _by_firm(found: list[list[float]], group: IntArray) -> FloatArray:
    """Return a table of what holds for each firm: a row each, one entry where all have the same."""
    if len(found[0]) == 1:
        return np.array(found)
    # A firm without group picks the last entry, NaN.
    return np.array([[*row, np.nan] for row in found])[:, group]


def _status(indicator: Indicator, values: Values, concerned: BoolArray) -> CodeArray:
    """Return what there is to note of each firm, with what it gets without the figure (R6)."""
    rule, lacking = indicator.missing, lacks_data(indicator, values) & concerned
    if rule is None or not np.count_nonzero(lacking):
        return values.status
    status = values.status.copy()
    status[lacking] = _WITHOUT[rule.score]
    if rule.score == "full_if_positive":
        status[lacking & ~(other_figure(indicator, values) > 0)] = ZERO_WITHOUT
    return status


def subtotal_of(results: Sequence[IndicatorResult], size: int) -> FloatArray:
    """Return the sum of scores: firms that an indicator does not concern get nothing for it."""
    whom = {id(r.concerned): r.concerned for r in results}.values()  # most share one array
    if all(map(everywhere, whom)):
        return add_up([r.score for r in results], size)
    return add_up([blank_as_zero(r.score) for r in results], size)
