"""A district evaluated anew with figures of one firm changed."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from functools import cached_property, reduce
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.changed import Changed
from permu_xl.engine.evaluation import evaluate
from permu_xl.engine.measuring import (
    NEGATIVE,
    NO_NUMERATOR,
    OK,
)
from permu_xl.engine.model import TOLERANCE, AnyArray, Figure, Indicator
from permu_xl.errors import BaselineError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from permu_xl.engine.evaluation import Evaluation
    from permu_xl.engine.measuring import Baseline
    from permu_xl.engine.model import FloatArray
    from permu_xl.engine.scoring import IndicatorResult

__all__ = ["MOST", "Trials", "best_numerator", "follows", "last_place", "retried", "smallest"]


_ROUNDS = 40
"""How often caps are looked for anew under the baselines that the figures at the caps lead to."""

MOST = 1e12
"""No figure of a firm is larger."""


def retried(
    e: Evaluation,
    firm: int,
    numbers: Mapping[str, float],
    *,
    bonus_points: float | None = None,
    flags: Mapping[str, bool] | None = None,
) -> Evaluation:
    """Return the evaluation with what one firm reports changed, all else as it is on record.

    ``numbers`` are figures by column, NaN for one not reported; ``bonus_points`` None and flags
    that are not named stay.  Baselines of this year follow; raises as ``evaluate``.
    """
    roster = e.roster

    def put(column: AnyArray, value: float | bool) -> AnyArray:
        changed = column.copy()
        changed[firm] = value
        return changed

    changed = replace(
        roster,
        numbers={
            **roster.numbers,
            **{id: put(roster.number(id), value) for id, value in numbers.items()},
        },
        flags={
            **roster.flags,
            **{id: put(roster.flag(id), mark) for id, mark in (flags or {}).items()},
        },
        bonus_points=(
            roster.bonus_points if bonus_points is None else put(roster.bonus_points, bonus_points)
        ),
    )
    return evaluate(e.scheme, changed, e.previous, year=e.year, adjustments=e.adjustments)


class Trials:
    """Evaluations of the whole district in which one firm reports other figures.

    ``without_baseline`` are the indicators (ids) that had no usable baseline in some attempt: as
    where a baseline set by the district is no better than the worst firm any more.
    """

    def __init__(self, e: Evaluation, firm: int) -> None:
        self.e, self.firm = e, firm
        self.without_baseline: dict[str, None] = {}
        self._changed = Changed(e)

    def evaluated(self, changes: Mapping[str, float]) -> Evaluation:
        """Return the evaluation with figures in place of the firm's own, or of its group's.

        ``changes`` are by column, or by sum: then the first of its columns makes up for it.
        """
        return self._changed.evaluated(self._columns(changes))

    def attempted(self, changes: Mapping[str, float]) -> Evaluation | None:
        """Return what ``evaluated`` does; None where an indicator has no usable baseline then."""
        try:
            return self.evaluated(changes)
        except BaselineError as error:
            self.without_baseline |= dict.fromkeys(error.problems)
            return None

    def _columns(self, changes: Mapping[str, float]) -> dict[str, FloatArray]:
        """Return the columns of figures with the firm's own changed."""
        numbers: dict[str, FloatArray] = {}
        sums = self.e.scheme.sums
        for id in sorted(changes, key=lambda id: id in sums):
            if id in sums:
                self._make_up(numbers, id, changes[id])
            else:
                self._set(numbers, id, changes[id])
        return numbers

    def _set(self, numbers: dict[str, FloatArray], column: str, figure: float) -> None:
        """Let the firm report what makes up a figure together with the firms joined to it."""
        numbers[column] = self.e.roster.number(column).copy()
        if others := [k for k in self.e.joined.members(self.firm) if k != self.firm]:
            figure -= float(np.nansum(numbers[column][others]))
        numbers[column][self.firm] = figure

    def _make_up(self, numbers: dict[str, FloatArray], id: str, figure: float) -> None:
        """Let the first column of a sum make up for what it lacks; blank ones become 0."""
        members, rest = self.e.joined.members(self.firm), figure
        (first, times), *others = self.e.scheme.sums[id].of.items()
        for column, factor in others:
            reported = numbers.get(column, self.e.roster.number(column))[members]
            rest -= float(np.nansum(reported)) * factor
            if np.isnan(reported).all():
                self._set(numbers, column, 0.0)
        self._set(numbers, first, rest / times)

    def own(self, id: str) -> float:
        """Return the figure by which the firm is judged: its own as reported, or its group's."""
        return float(self.e.figure(id)[self.firm])

    @cached_property
    def results(self) -> tuple[IndicatorResult, ...]:
        """The indicators that concern the firm, by the figures it reported."""
        return self.e.results_of(self.firm)

    @cached_property
    def by_room(self) -> list[IndicatorResult]:
        """The indicators that can still gain by their numerator, most room first."""
        found = [r for r in self.measured if self._has_room(r)]
        return sorted(found, key=lambda r: float(r.score[self.firm]) - r.indicator.maximum)

    @cached_property
    def measured(self) -> list[IndicatorResult]:
        """The indicators of the firm whose value follows from their numerator."""
        return [
            r
            for r in self.results
            if r.status[self.firm] in (OK, NO_NUMERATOR, NEGATIVE)
            and r.denominator[self.firm] > 0
            and not np.isnan(r.baseline_of(self.firm).value)
        ]

    def _has_room(self, result: IndicatorResult) -> bool:
        """Whether there is a figure with which it scores more; none for a growth from nothing."""
        more = result.indicator.maximum - result.score[self.firm] > TOLERANCE
        best = best_numerator(result, self.firm, float(result.denominator[self.firm]))
        return bool(more) and not math.isnan(best)

    def keeping_scores(self, changes: Mapping[str, float]) -> dict[str, float]:
        """Return the changes with those that keep the scores which they alone would lower.

        Where a changed figure is the denominator of another indicator, whose value gets worse,
        its numerator moves in proportion: more revenue takes more R&D for the same intensity.
        """
        found = dict(changes)
        for _ in self.e.results:  # a numerator may be a denominator in turn
            earlier = dict(found)
            for result in self.measured:
                i = result.indicator
                if i.denominator not in found or i.numerator in changes:
                    continue
                before, after = float(result.denominator[self.firm]), found[i.denominator]
                worse = after > before if i.higher_is_better else after < before
                if not worse:
                    continue
                kept = _rounded(self.own(i.numerator) * after / before, self._column(i), up=worse)
                if not math.isnan(kept):
                    found[i.numerator] = _better(i)(kept, found.get(i.numerator, kept))
            if found == earlier:
                break
        return found

    def at_caps(self, without: str = "") -> dict[str, float]:
        """Return figures with which every indicator scores all it can.

        Those without room keep their score; those that lack a denominator which another indicator
        gets count too.  The numerator ``without`` stays as it is, unless a score must be kept.
        """
        return self._settled_figures(lambda baselines: self._at_caps(baselines, without))

    def best(self, column: str, results: Sequence[IndicatorResult]) -> float:
        """Return the figure of a column with which the last of these indicators is at its cap."""
        good = _better(results[0].indicator)

        def found(baselines: Mapping[str, Baseline]) -> dict[str, float]:
            figures = [
                _at_cap(r, self.firm, float(r.denominator[self.firm]), baselines[r.indicator.id])
                for r in results
            ]
            return {column: reduce(good, figures)}

        return self._settled_figures(found)[column]

    def _settled_figures(
        self, found: Callable[[Mapping[str, Baseline]], dict[str, float]]
    ) -> dict[str, float]:
        """Return what is found where the baselines are those of the figures found.

        A firm's own figures move this year's baselines, and with them its caps.  ``found`` is
        given the firm's baselines by indicator.
        """
        first = figures = found(self._baselines)
        growth: dict[str, float] = {}
        for _ in range(_ROUNDS):
            moved = self._moved(figures)
            if moved is None:
                break
            if not moved:
                return figures
            again = found(self._baselines | moved)
            if again.keys() == figures.keys():
                if all(math.isclose(again[id], figures[id], rel_tol=1e-9) for id in figures):
                    return again
                before = growth
                growth = {id: again[id] / figure for id, figure in figures.items() if figure}
                if _runs_ahead(before, growth):
                    break
            figures = again
        return first

    def moves_baselines(self, figures: Mapping[str, float]) -> bool:
        """Whether other figures of the firm's own lead to another baseline."""
        moved = self._moved(figures)
        return moved is None or any(
            (moved[id].value, moved[id].zero) != (found.value, found.zero)
            for id, found in self._baselines.items()
            if id in moved
        )

    @cached_property
    def _baselines(self) -> dict[str, Baseline]:
        """The firm's baselines by indicator."""
        return {r.indicator.id: r.baseline_of(self.firm) for r in self.results}

    def _moved(self, figures: Mapping[str, float]) -> dict[str, Baseline] | None:
        """Return the firm's baselines that other figures of its own lead to, by indicator.

        None where there is one that is not usable.
        """
        follow = [r for r in self.results if follows(r.indicator)]
        try:
            found = self._changed.baselines(self.firm, follow, self._columns(figures))
        except BaselineError:
            return None
        return None if any(baseline.fault for baseline in found.values()) else found

    def _at_caps(self, baselines: Mapping[str, Baseline], without: str) -> dict[str, float]:
        """Return the figures at the caps that the firm's baselines lead to."""
        found: dict[str, float] = {}
        room = {r.indicator.id for r in self.by_room}
        for _ in self.e.results:  # a numerator may be a denominator in turn
            earlier, chosen = found, dict[str, float]()
            for result in self.results:
                i, reported = result.indicator, float(result.denominator[self.firm])
                bottom = found.get(i.denominator, reported)
                unmeasured = i.denominator in found and not reported > 0
                if i.numerator == without or not (i.id in room or (unmeasured and bottom > 0)):
                    continue
                figure = _at_cap(result, self.firm, bottom, baselines[i.id])
                if not math.isnan(figure):
                    chosen[i.numerator] = _better(i)(figure, chosen.get(i.numerator, figure))
            found = self.keeping_scores(chosen)
            if found == earlier:
                break
        return found

    def _column(self, indicator: Indicator) -> Figure:
        return self.e.scheme.figure(indicator.numerator)


def _better(indicator: Indicator) -> Callable[[float, float], float]:
    return max if indicator.higher_is_better else min


def _rounded(figure: float, column: Figure, *, up: bool) -> float:
    """Return a figure with the decimals of its column, rounded so that it suffices."""
    if math.isnan(figure):
        return figure
    places = last_place(column)
    scaled = figure * places
    return (math.ceil(scaled - 1e-6) if up else math.floor(scaled + 1e-6)) / places


def last_place(column: Figure) -> int:
    """Return how many steps a unit of a column has: whole numbers, or two decimals."""
    return 1 if column.whole else 100


def best_numerator(result: IndicatorResult, firm: int, denominator: float) -> float:
    """Return the numerator with which an indicator scores a firm all it can."""
    return _at_cap(result, firm, denominator, result.baseline_of(firm))


def _at_cap(result: IndicatorResult, firm: int, denominator: float, found: Baseline) -> float:
    i = result.indicator
    match i.form:
        case "ratio":
            value = i.cap * found.value
        case "mirrored":
            value = max(2 - i.cap, 0.0) * found.value
        case "reciprocal":
            value = found.value / i.cap
        case _:
            part = (i.cap - i.start) / (1 - i.start)
            value = found.zero + part * (found.value - found.zero)
    if i.growth:
        before = np.nan if result.before is None else float(result.before[firm])
        return (1 + value / i.scale) * before * denominator
    return value * denominator / i.scale


def smallest(
    low: int,
    high: int,
    suffices: Callable[[int], bool],
    share: Callable[[int, int], float] = lambda low, high: 1 / 2,
) -> int:
    """Return a whole number up to ``high`` that suffices while the one before does not.

    ``high`` must suffice, ``low`` below it must not.  ``share`` guesses where between two such
    numbers the line is; guesses take turns with their neighbours and with halving, so that bad
    ones cost little.

    >>> smallest(0, 100, lambda k: k * k >= 50)
    8
    """
    tried = low
    for turn in itertools.cycle(("guess", "neighbour", "half")):
        if high - low <= 1:
            break
        if turn == "guess":
            part = min(max(share(low, high), 0.0), 1.0)
            tried = low + math.ceil(part * (high - low))
        elif turn == "neighbour":
            tried += -1 if tried == high else 1
        else:
            tried = (low + high) // 2
        tried = min(max(tried, low + 1), high - 1)
        if suffices(tried):
            high = tried
        else:
            low = tried
    return high


def _runs_ahead(before: Mapping[str, float], growth: Mapping[str, float]) -> bool:
    """Whether a figure has grown twice by the same factor, as with the highest value: for ever."""
    return any(
        factor > 1.001 and math.isclose(factor, before.get(id, 0.0), rel_tol=1e-12)
        for id, factor in growth.items()
    )


def follows(indicator: Indicator) -> bool:
    """Whether the indicator's baseline follows from this year's figures."""
    rule = indicator.baseline
    return (rule.year == "current" and rule.method != "manual") or indicator.spans
