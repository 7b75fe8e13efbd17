"""The figure that one item of one firm must reach, all else equal, for a class or a rank."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.explain.trials import MOST, Trials, best_numerator, last_place, smallest
from permu_xl.engine.model import Figure, Scheme, TwoStage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from permu_xl.engine.evaluation import Evaluation
    from permu_xl.engine.scoring import IndicatorResult

__all__ = ["figure_needed"]

_TRIES = 24
"""How many figures are tried in each direction before a smaller step is looked for."""


def figure_needed(
    e: Evaluation, firm: int, column: str, reached: Callable[[Evaluation], bool]
) -> float | None:
    """Return the figure nearest to the firm's own with which ``reached`` holds; None for none.

    Each answer is one that the engine has evaluated, with whole numbers or two decimals; the next
    figure towards the firm's own does not suffice.  Where the firm reports nothing, or 0, it is the
    least that suffices, or of a denominator the most that was tried.

    Tried are the figures at which an indicator meets its cap, and others between and beyond them.
    """
    trials = Trials(e, firm)
    item = e.scheme.figure(column)
    grid, own = last_place(item), trials.own(column)
    start = 0.0 if math.isnan(own) else own
    if abs(start) > MOST:
        return None

    def suffices(k: int) -> bool:
        after = trials.attempted({column: sign * k / grid})
        return after is not None and reached(after)

    found: list[float] = []
    for sign in _directions(e, firm, column):
        tries = list(_tries(trials, item, sign, start))
        # What is not reported has nothing to begin from: less of it is less than the most tried.
        before = math.floor(sign * start * grid if start > 0 or sign > 0 else -tries[0] * grid - 1)
        for figure in tries:
            k = math.ceil(sign * figure * grid - 1e-6)
            if k <= before:
                continue
            if suffices(k):
                found.append(sign * smallest(before, k, suffices) / grid)
                break
            before = k
    return min(found, key=lambda figure: _distance(figure, start), default=None)


def _distance(figure: float, start: float) -> float:
    """Return by how many fold a figure differs, as a logarithm."""
    return abs(math.log(figure / start)) if figure > 0 < start else math.inf


def _directions(e: Evaluation, firm: int, column: str) -> list[int]:
    """Return in which directions a change can help: 1 for more, -1 for less."""
    found: set[int] = set()
    for result in e.results_of(firm):
        i = result.indicator
        good = 1 if i.higher_is_better else -1
        for id, sign in ((i.numerator, good), (i.denominator, -good)):
            if part := _part(e.scheme, id, column):
                found.add(sign if part > 0 else -sign)
    for count in e.scheme.bonus.counts:
        if count.column == column:
            found.add(1 if count.points > 0 else -1)
    rule = e.classes.units[e.classes.unit[firm]].rule
    keys = [s.key for s in rule.selections] if isinstance(rule, TwoStage) else []
    keys += [track.ranking.ties for track in e.scheme.tracks]
    if any(_part(e.scheme, id, column) for id in _guarded(e.scheme)):
        found |= {1, -1}
    for key in keys:
        parts = [_part(e.scheme, id, column) for id in key.ids] if key.kind == "columns" else []
        found |= {1 if part > 0 else -1 for part in parts if part}
    return sorted(found, reverse=True)


def _guarded(scheme: Scheme) -> Iterator[str]:
    """Yield the figures that guards look at."""
    for condition in scheme.conditions:
        if condition.kind == "column":
            yield condition.id
        elif condition.kind == "value":
            indicator = scheme.indicator(condition.id)
            yield from (indicator.numerator, indicator.denominator)


def _limits(scheme: Scheme, item: str) -> Iterator[float]:
    """Yield where guards draw a line for a figure."""
    for condition in scheme.conditions:
        if condition.kind == "column" and condition.id == item:
            yield condition.limit


def _part(scheme: Scheme, id: str, column: str) -> float:
    """Return how much a figure gains by one unit of a column, or of itself."""
    return 1.0 if id == column else scheme.parts(id).get(column, 0.0)


def _tries(trials: Trials, item: Figure, sign: int, start: float) -> Iterator[float]:
    """Yield figures from the firm's own in one direction, up to beyond the last cap."""
    caps = [
        figure
        for result in trials.e.results_of(trials.firm)
        if 0 < (figure := _at_cap(trials, result, item.id)) <= MOST
    ]
    caps += [count.free for count in trials.e.scheme.bonus.counts if count.column == item.id]
    caps += [limit for limit in _limits(trials.e.scheme, item.id) if 0 < limit <= MOST]
    ends = [figure for figure in (*caps, start) if figure > 0] or [1.0]
    if sign > 0:
        first, last = start if start > 0 else min(ends) / 100, max(ends) * 10
    else:
        first, last = start if start > 0 else max(ends) * 100, min(ends) / 10
    first, last = (min(max(end, 1 / MOST), MOST) for end in (first, last))
    between = np.geomspace(first, last, _TRIES).tolist()
    yield from sorted({*between, *caps}, key=lambda figure: sign * figure)
    if sign < 0:
        yield 0.0


def _at_cap(trials: Trials, result: IndicatorResult, column: str) -> float:
    """Return the figure of a column at which an indicator reaches its cap; NaN for none."""
    i, firm, scheme = result.indicator, trials.firm, trials.e.scheme
    top, bottom = float(result.numerator[firm]), float(result.denominator[firm])
    own = trials.own(column)
    if (part := _part(scheme, i.numerator, column)) and bottom > 0:
        needed = best_numerator(result, firm, bottom)
        return needed if i.numerator == column else own + (needed - top) / part
    if (part := _part(scheme, i.denominator, column)) and top > 0:
        best = best_numerator(result, firm, 1.0)
        needed = top / best if best > 0 else math.nan
        return needed if i.denominator == column else own + (needed - bottom) / part
    return math.nan
