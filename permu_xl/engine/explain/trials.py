"""A district evaluated anew with figures of one firm changed."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.evaluation import Evaluation, IndicatorResult, evaluate
from permu_xl.engine.indicators import NEGATIVE, NO_NUMERATOR, OK
from permu_xl.engine.model import TOLERANCE, Figure, FloatArray, Indicator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["MOST", "Trials", "best_numerator", "last_place", "smallest"]


_ROUNDS = 40
"""How often caps are looked for anew under the baselines that the figures at the caps lead to."""

MOST = 1e12
"""No figure of a firm is larger."""


class Trials:
    """Evaluations of the whole district in which one firm reports other figures."""

    def __init__(self, e: Evaluation, firm: int) -> None:
        self.e, self.firm = e, firm
        # What last year says cannot change, so it need not be summed up again each time.
        self.scheme = e.scheme.with_indicators(tuple(map(_settled, e.results)))
        if self.scheme.joint is not None:
            alike = replace(self.scheme.joint, both_ways=False)
            self.scheme = replace(self.scheme, joint=alike)
        self.previous = e.previous if any(i.growth for i in e.scheme.indicators) else None

    def evaluated(self, changes: Mapping[str, float]) -> Evaluation:
        """Return the evaluation with figures in place of the firm's own, or of its group's.

        ``changes`` are by column, or by sum: then the first of its columns makes up for it.
        """
        e, numbers, sums = self.e, dict(self.e.roster.numbers), self.scheme.sums
        for id in sorted(changes, key=lambda id: id in sums):
            if id in sums:
                self._make_up(numbers, id, changes[id])
            else:
                self._set(numbers, id, changes[id])
        roster = replace(e.roster, numbers=numbers)
        return evaluate(self.scheme, roster, self.previous, year=e.year)

    def _set(self, numbers: dict[str, FloatArray], column: str, figure: float) -> None:
        """Let the firm report what makes up a figure together with the firms joined to it."""
        numbers[column] = self.e.roster.number(column).copy()
        others = numbers[column][[k for k in self.e.joined.members(self.firm) if k != self.firm]]
        numbers[column][self.firm] = figure - float(np.nansum(others))

    def _make_up(self, numbers: dict[str, FloatArray], id: str, figure: float) -> None:
        """Let the first column of a sum make up for what it lacks; blank ones become 0."""
        members, rest = self.e.joined.members(self.firm), figure
        (first, times), *others = self.scheme.sums[id].of.items()
        for column, factor in others:
            reported = numbers.get(column, self.e.roster.number(column))[members]
            rest -= float(np.nansum(reported)) * factor
            if np.isnan(reported).all():
                self._set(numbers, column, 0.0)
        self._set(numbers, first, rest / times)

    def own(self, id: str) -> float:
        """Return the figure by which the firm is judged: its own as reported, or its group's."""
        return float(self.e.figure(id)[self.firm])

    def by_room(self) -> list[IndicatorResult]:
        """Return the indicators that can still gain by their numerator, most room first."""
        found = [r for r in self.measured() if self._has_room(r)]
        return sorted(found, key=lambda r: float(r.score[self.firm]) - r.indicator.maximum)

    def measured(self) -> list[IndicatorResult]:
        """Return the indicators of the firm whose value follows from their numerator."""
        return [
            r
            for r in self.e.results_of(self.firm)
            if r.status[self.firm] in (OK, NO_NUMERATOR, NEGATIVE)
            and r.denominator[self.firm] > 0
            and not np.isnan(r.baseline_of(self.firm).value)
        ]

    def _has_room(self, result: IndicatorResult) -> bool:
        return bool(result.indicator.maximum - result.score[self.firm] > TOLERANCE)

    def keeping_scores(self, changes: Mapping[str, float]) -> dict[str, float]:
        """Return the changes with those that keep the scores which they alone would lower.

        Where a changed figure is the denominator of another indicator, whose value gets worse,
        its numerator moves in proportion: more revenue takes more R&D for the same intensity.
        """
        found = dict(changes)
        for _ in self.e.results:  # a numerator may be a denominator in turn
            for result in self.measured():
                i, before = result.indicator, float(result.denominator[self.firm])
                after = found.get(i.denominator, before)
                worse = after > before if i.higher_is_better else after < before
                if i.numerator in changes or not worse:
                    continue
                kept = _rounded(self.own(i.numerator) * after / before, self._column(i), up=worse)
                if not math.isnan(kept):
                    found[i.numerator] = _better(i)(kept, found.get(i.numerator, kept))
        return found

    def at_caps(self, without: str = "") -> dict[str, float]:
        """Return figures with which every indicator scores all it can.

        Those without room keep their score; those that lack a denominator which another indicator
        gets count too.  The numerator ``without`` stays as it is, unless a score must be kept.
        """
        return self._settled_figures(lambda e: self._at_caps(e, without))

    def best(self, column: str, results: Sequence[IndicatorResult]) -> float:
        """Return the figure of a column with which the last of these indicators is at its cap."""
        ids = {result.indicator.id for result in results}
        good = _better(results[0].indicator)

        def found(e: Evaluation) -> dict[str, float]:
            figures = [
                best_numerator(result, self.firm, float(result.denominator[self.firm]))
                for result in e.results_of(self.firm)
                if result.indicator.id in ids
            ]
            return {column: reduce(good, figures)}

        return self._settled_figures(found)[column]

    def _settled_figures(self, found: Callable[[Evaluation], dict[str, float]]) -> dict[str, float]:
        """Return what is found where the baselines are those of the figures found.

        A firm's own figures move this year's baselines, and with them its caps.
        """
        first = figures = found(self.e)
        for _ in range(_ROUNDS if self.moves_baselines else 0):
            again = found(self.evaluated(figures))
            settled = again.keys() == figures.keys() and np.allclose(
                list(again.values()), list(figures.values()), rtol=1e-9, atol=0
            )
            if settled:
                return again
            figures = again
        # A baseline that runs ahead, as the highest value does, is never settled.
        return first

    @property
    def moves_baselines(self) -> bool:
        """Whether a baseline follows from this year's figures, the firm's among them."""
        rules = [indicator.baseline for indicator in self.scheme.indicators]
        return any(rule.year == "current" and rule.method != "manual" for rule in rules)

    def _at_caps(self, e: Evaluation, without: str) -> dict[str, float]:
        """Return the figures at the caps that the baselines of ``e`` lead to."""
        found: dict[str, float] = {}
        room = {r.indicator.id for r in self.by_room()}
        measured = {r.indicator.id: bool(r.denominator[self.firm] > 0) for r in self.e.results}
        for _ in e.results:  # a numerator may be a denominator in turn
            chosen: dict[str, float] = {}
            for result in e.results_of(self.firm):
                i = result.indicator
                bottom = found.get(i.denominator, float(result.denominator[self.firm]))
                unmeasured = i.denominator in found and not measured[i.id]
                if i.numerator == without or not (i.id in room or (unmeasured and bottom > 0)):
                    continue
                figure = best_numerator(result, self.firm, bottom)
                if not math.isnan(figure):
                    chosen[i.numerator] = _better(i)(figure, chosen.get(i.numerator, figure))
            found = self.keeping_scores(chosen)
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
    """Return the numerator with which an indicator scores all it can."""
    i, found = result.indicator, result.baseline_of(firm)
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


def smallest(low: int, high: int, suffices: Callable[[int], bool]) -> int:
    """Return a whole number up to ``high`` that suffices while the one before does not.

    ``high`` must suffice, ``low`` below it must not.

    >>> smallest(0, 100, lambda k: k * k >= 50)
    8
    """
    while high - low > 1:
        middle = (low + high) // 2
        if suffices(middle):
            high = middle
        else:
            low = middle
    return high


def _settled(result: IndicatorResult) -> Indicator:
    """Return the indicator with its baselines by last year's figures as values."""
    rule = result.indicator.baseline
    if rule.year != "previous" or rule.method == "manual":
        return result.indicator
    values = {found.group: found.value for found in result.baselines}
    settled = replace(rule, method="manual", manual=None, manual_by=values)
    return replace(result.indicator, baseline=settled)
