"""An evaluation with some of this year's figures changed: only what follows from them is done anew.

What it finds is what ``evaluate`` finds for the changed figures; it takes a fraction of the time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from permu_xl.engine.baseline import Division, Measured, measure_in
from permu_xl.engine.evaluation import Evaluation, Standing, ranked, scored

if TYPE_CHECKING:
    from collections.abc import Mapping

    from permu_xl.engine.evaluation import IndicatorResult
    from permu_xl.engine.model import FloatArray, Roster

__all__ = ["evaluate_changed", "measured_again", "with_numbers"]


def evaluate_changed(e: Evaluation, numbers: Mapping[str, FloatArray]) -> Evaluation:
    """Return the evaluation of the same firms with other columns of figures in place of theirs.

    Adjustments on record are left out.  Raises BaselineError as ``evaluate`` does.
    """
    roster = with_numbers(e.roster, numbers)
    touched = [r for r in e.results if not numbers.keys().isdisjoint(r.indicator.columns)]
    measured = [measured_again(r, roster, e) for r in touched]
    anew = {r.indicator.id: r for r in scored(measured, e.included, e.scheme.score_decimals)}
    results = tuple(anew.get(r.indicator.id, r) for r in e.results)
    units = [unit.ranked for unit in e.classes.units]
    standing = Standing(e.participation, e.track, e.ungraded, units)
    return ranked(e.scheme, e.year, roster, e.previous, standing, results, ())


def with_numbers(roster: Roster, numbers: Mapping[str, FloatArray]) -> Roster:
    """Return the same firms with other columns of figures in place of theirs."""
    return replace(roster, numbers={**roster.numbers, **numbers})


def measured_again(result: IndicatorResult, roster: Roster, e: Evaluation) -> Measured:
    """Return an indicator measured by the figures of ``roster``; last year's stay as they are."""
    names = tuple(found.group for found in result.baselines)
    members = (
        (result.concerned,)
        if names == ("",)
        else tuple(result.group == place for place in range(len(names)))
    )
    here = Division(result.concerned, names, members, result.group)
    before = [found.previous for found in result.baselines]
    return measure_in(result.indicator, here, roster, e.included, before)
