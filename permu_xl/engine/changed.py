"""An evaluation with some of this year's figures changed: only what follows from them is done anew.

What it finds is what ``evaluate`` finds for the changed figures; it takes a fraction of the time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from permu_xl.engine.evaluation import (
    Evaluation,
    Standing,
    condition_texts,
    evaluate,
    ranked,
)
from permu_xl.engine.firms import all_figures
from permu_xl.engine.measuring import Division, Measured, Year, measure_in, measured_alike
from permu_xl.engine.scoring import scored

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from permu_xl.engine.measuring import Baseline
    from permu_xl.engine.model import FloatArray, Roster
    from permu_xl.engine.scoring import IndicatorResult

__all__ = ["Changed"]


class Changed:
    """Evaluations of the firms of ``e`` with other columns of figures in place of theirs.

    Adjustments on record are left out.
    """

    def __init__(self, e: Evaluation) -> None:
        self.e = e
        flags = {flag: e.judged.flag(flag) for flag in e.scheme.flags}
        # In the order they have: hardly anything is left to be sorted.
        units = [replace(unit.ranked, firms=unit.order.firms) for unit in e.classes.units]
        identity = e.roster.identity_of
        texts = condition_texts(e.scheme, e.judged)
        self._standing = Standing(
            e.participation, e.track, e.ungraded, units, flags, identity, texts
        )
        # There figures go into others than their own indicators, or decide who takes part; all is
        # evaluated from the start.
        limited = bool(e.scheme.scope.limits)
        self._whole = e.joined.any or bool(e.scheme.sums or e.scheme.growing) or limited
        joint = e.scheme.joint
        one_way = None if joint is None else replace(joint, both_ways=False)
        self._scheme = replace(e.scheme, joint=one_way)
        self._alike = measured_alike(e.scheme)
        self._figures = all_figures(e.scheme, e.judged)

    def evaluated(self, numbers: Mapping[str, FloatArray]) -> Evaluation:
        """Return the evaluation with these columns; BaselineError as ``evaluate`` raises it."""
        e, roster = self.e, self._roster(numbers)
        if self._whole:
            return evaluate(self._scheme, roster, e.previous, year=e.year)
        part = replace(e.participation, joined=replace(e.joined, roster=roster))
        figures = {**self._figures, **numbers}
        anew = scored(e.scheme, self._measured(e.results, numbers), part)
        results = tuple(anew.get(r.indicator.id, r) for r in e.results)
        standing = replace(self._standing, participation=part)
        return ranked(e.scheme, e.year, roster, e.previous, standing, figures, results, ())

    def baselines(
        self, firm: int, results: Iterable[IndicatorResult], numbers: Mapping[str, FloatArray]
    ) -> dict[str, Baseline]:
        """Return a firm's baselines of those indicators that use one of these columns.

        BaselineError where all is evaluated for them and a baseline is not usable.
        """
        if self._whole:
            wanted = {r.indicator.id for r in results}
            found = self.evaluated(numbers).results_of(firm) if wanted else ()
            return {r.indicator.id: r.baseline_of(firm) for r in found if r.indicator.id in wanted}
        return {
            i.id: found[int(m.group[firm])]
            for m in self._measured(results, numbers)
            for i, found in zip(m.indicators, m.baselines, strict=True)
        }

    def _roster(self, numbers: Mapping[str, FloatArray]) -> Roster:
        return replace(self.e.roster, numbers={**self.e.roster.numbers, **numbers})

    def _measured(
        self,
        results: Iterable[IndicatorResult],
        numbers: Mapping[str, FloatArray],
    ) -> list[Measured]:
        """Return the indicators that use a column, measured anew; last year stays as it is."""
        e = self.e
        figures = {**self._figures, **numbers}
        now = Year(e.scheme, e.year, e.judged, e.participation.counted, e.track, figures)
        touched = {
            r.indicator.id: r for r in results if not numbers.keys().isdisjoint(r.indicator.columns)
        }
        found = []
        for alike in self._alike:
            these = [touched[i.id] for i in alike if i.id in touched]
            if these:
                before = zip(*([b.previous for b in r.baselines] for r in these), strict=True)
                indicators = tuple(r.indicator for r in these)
                found.append(measure_in(indicators, _division(these[0]), now, [*before]))
        return found


def _division(result: IndicatorResult) -> Division:
    """Return how the firms were divided when the indicator was measured."""
    names = tuple(found.group for found in result.baselines)
    alone = names == ("",)
    members = (result.concerned,) if alone else tuple(result.group == k for k in range(len(names)))
    return Division(result.concerned, names, members, result.group)
