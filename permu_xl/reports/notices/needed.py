"""What a firm would have needed for a better class: found and verified by the engine itself.

Everything is told for one firm that changes while all others stay as they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from permu_xl.engine import (
    GRADED,
    NEGATIVE,
    NO_NUMERATOR,
    OK,
    UPPER,
    Evaluation,
    IndicatorResult,
    Picked,
    Unit,
    evaluate,
    half_names,
)
from permu_xl.engine.explain import own_picks
from permu_xl.engine.model import (
    TOLERANCE,
    Column,
    CutPoints,
    FloatArray,
    Indicator,
    IntArray,
    Key,
    TwoStage,
)

__all__ = ["Gap", "Needed", "Step", "needed"]


@dataclass(frozen=True, slots=True)
class Gap:
    """What has to be passed: ``line`` on the total or on a sort key; ``lacking`` is the distance.

    ``goal`` says what passing it leads to.
    """

    name: str
    line: float
    lacking: float
    points: bool
    goal: str


@dataclass(frozen=True, slots=True)
class Step:
    """One raw figure changed alone, by the least that leads to a better class.

    ``letter`` and ``values`` (of the indicators it is the numerator of) are what the engine finds
    with the figure ``after``; one unit of the last place less does not lead there.
    """

    column: Column
    before: float
    after: float
    values: tuple[tuple[Indicator, float], ...]
    letter: str

    @property
    def fold(self) -> float:
        """By how many fold the figure changes, up or down."""
        if not (self.before > 0 and self.after > 0):
            return math.inf
        return max(self.after / self.before, self.before / self.after)


@dataclass(frozen=True, slots=True)
class Needed:
    """How a firm could have got into a better class.

    ``routes`` are alternatives, each a list of gaps that must all be closed.  ``step`` is for the
    indicator with most room; where that more than doubles (or halves) its figure, for the one
    whose figure changes least.  Without ``step`` no single indicator suffices within its cap;
    ``together`` is then the class with every indicator at its cap ("": even that is not enough).
    ``guard`` names what keeps it from a better class whatever its points.
    """

    routes: tuple[tuple[Gap, ...], ...] = ()
    step: Step | None = None
    together: str = ""
    guard: str = ""


def needed(e: Evaluation, firm: int) -> Needed | None:
    """Return what a better class would have taken; None in the best class or without any.

    The class by the rules counts, before any adjustment on record.
    """
    if not e.included[firm] or e.ungraded[firm] != GRADED:
        return None
    places = {letter: k for k, letter in enumerate(e.scheme.graded_letters)}
    here = places[str(e.proposed[firm])]
    if here == 0:
        return None
    if guard := _guard(e, firm):
        return Needed(guard=guard)
    trials = _Trials(e, firm, places, here)
    routes = tuple(_routes(e, firm, places, here))
    best: Step | None = None
    for column in dict.fromkeys(r.indicator.numerator for r in _by_room(e, firm)):
        # What follows is only of interest where it takes less than what was found already.
        best = trials.step(column, math.inf if best is None else best.fold) or best
        if best is not None and best.fold <= _MODEST:
            break
    return Needed(routes, best, together="" if best else trials.together())


_MODEST = 2.0
"""By how many fold a figure may change to be named without looking for a smaller change."""


def _guard(e: Evaluation, firm: int) -> str:
    """Return the name of the guard that holds the firm down; "" for none."""
    held = int(e.classes.guard[firm])
    if held < 0 or e.scheme.guards[held].limit != "at_best":
        return ""
    return e.scheme.guards[held].name


def _by_room(e: Evaluation, firm: int) -> list[IndicatorResult]:
    """Return the indicators that can still gain by their numerator, most room first."""
    found = [
        result
        for result in e.results_of(firm)
        if result.status[firm] in (OK, NO_NUMERATOR, NEGATIVE)
        and result.denominator[firm] > 0
        and result.indicator.maximum - result.score[firm] > TOLERANCE
        and not np.isnan(result.baseline_of(firm).value)
    ]
    return sorted(found, key=lambda r: float(r.score[firm]) - r.indicator.maximum)


def _best_figure(result: IndicatorResult, firm: int, denominator: float) -> float:
    """Return the numerator with which an indicator scores all it can."""
    i, baseline = result.indicator, result.baseline_of(firm).value
    match i.form:
        case "ratio":
            times = i.cap
        case "mirrored":
            times = max(2 - i.cap, 0.0)
        case _:
            times = 1 / i.cap
    return times * baseline * denominator / i.scale


def _settled(result: IndicatorResult) -> Indicator:
    """Return the indicator with its baselines by last year's figures as values."""
    rule = result.indicator.baseline
    if rule.year != "previous" or rule.method == "manual":
        return result.indicator
    values = {found.group: found.value for found in result.baselines}
    settled = replace(rule, method="manual", manual=None, manual_by=values)
    return replace(result.indicator, baseline=settled)


class _Trials:
    """Re-evaluations of the whole district with figures of one firm changed."""

    def __init__(self, e: Evaluation, firm: int, places: Mapping[str, int], here: int) -> None:
        self.e, self.firm, self.places, self.here = e, firm, places, here
        # What last year says cannot change, so it need not be summed up again each time.
        self.scheme = e.scheme.with_indicators(tuple(_settled(r) for r in e.results))

    def evaluated(self, changes: Mapping[str, float]) -> Evaluation:
        e, numbers = self.e, dict(self.e.roster.numbers)
        for column, figure in changes.items():
            numbers[column] = e.roster.number(column).copy()
            numbers[column][self.firm] = figure
        return evaluate(self.scheme, replace(e.roster, numbers=numbers), year=e.year)

    def better(self, changes: Mapping[str, float]) -> bool:
        return self.places[str(self.evaluated(changes).proposed[self.firm])] < self.here

    def step(self, id: str, fold: float) -> Step | None:
        """Return the smallest change of a figure that suffices within the caps; None for none.

        Changes by more than ``fold`` are not looked for.
        """
        column = self.e.scheme.columns[id]
        results = [r for r in _by_room(self.e, self.firm) if r.indicator.numerator == id]
        i = results[0].indicator
        grid = 1 if column.whole else 100
        before = float(results[0].numerator[self.firm])
        start = 0.0 if math.isnan(before) else before
        limits = [
            _best_figure(r, self.firm, float(r.denominator[self.firm]))
            for r in results
            if r.indicator.higher_is_better == i.higher_is_better
        ]
        # Whole numbers of the last place, counted in the direction that scores more.
        sign = 1 if i.higher_is_better else -1
        low = math.floor(sign * start * grid)
        high = max(math.ceil(sign * limit * grid - 1e-6) for limit in limits)
        if start > 0 and fold < math.inf:
            high = min(high, math.floor(sign * start * fold**sign * grid))

        def figure(k: int) -> dict[str, float]:
            return {id: sign * k / grid}

        if high <= low or not self.better(figure(high)):
            return None
        while high - low > 1:
            middle = (low + high) // 2
            if self.better(figure(middle)):
                high = middle
            else:
                low = middle
        after = self.evaluated(figure(high))
        values = tuple(
            (r.indicator, float(r.value[self.firm]))
            for r in after.results_of(self.firm)
            if r.indicator.numerator == id
        )
        return Step(column, before, sign * high / grid, values, str(after.proposed[self.firm]))

    def together(self) -> str:
        """Return the class with every indicator at its cap; "" when that is no better."""
        changes: dict[str, float] = {}
        # Twice, since a numerator may be the denominator of another indicator.
        for _ in range(2):
            found: dict[str, float] = {}
            for result in _by_room(self.e, self.firm):
                i = result.indicator
                own = float(result.denominator[self.firm])
                figure = _best_figure(result, self.firm, changes.get(i.denominator, own))
                most = max if i.higher_is_better else min
                found[i.numerator] = most(figure, found.get(i.numerator, figure))
            changes = found
        letter = str(self.evaluated(changes).proposed[self.firm])
        return letter if self.places[letter] < self.here else ""


def _routes(
    e: Evaluation, firm: int, places: Mapping[str, int], here: int
) -> Iterator[tuple[Gap, ...]]:
    """Yield the ways to a better class by the lines drawn, the firm itself taken out of them."""
    unit = e.classes.units[e.classes.unit[firm]]
    others = unit.order.firms[unit.order.firms != firm]
    rule = unit.rule
    if isinstance(rule, CutPoints):
        yield from _cut_route(e, firm, unit, rule, others, places, here)
    else:
        yield from _half_routes(e, firm, unit, rule, others, places, here)


def _cut_route(
    e: Evaluation,
    firm: int,
    unit: Unit,
    rule: CutPoints,
    others: IntArray,
    places: Mapping[str, int],
    here: int,
) -> Iterator[tuple[Gap, ...]]:
    lines = zip(rule.cuts, unit.cuts, strict=False)
    better = [(cut, line) for cut, line in lines if places[cut.letter] < here and line.place > 0]
    if better:
        cut, line = better[-1]
        goal = f"进入前{line.place}名，列{cut.letter}类"
        yield (_gap("总分", e.total, firm, int(others[line.place - 1]), True, goal),)


def _half_routes(
    e: Evaluation,
    firm: int,
    unit: Unit,
    rule: TwoStage,
    others: IntArray,
    places: Mapping[str, int],
    here: int,
) -> Iterator[tuple[Gap, ...]]:
    middle = unit.cuts[0].place
    is_upper = int(e.classes.section[firm]) == UPPER
    names = half_names(rule)
    up: tuple[Gap, ...] = ()
    if not is_upper and 0 < middle <= len(others):
        goal = f"进入{names['upper']}"
        up = (_gap("总分", e.total, firm, int(others[middle - 1]), True, goal),)
    for picked in own_picks(e, firm):
        if picked.chosen[firm] and picked.selection.take == "last":
            # One of the quota more must stand behind the firm.
            pool = _by_key(picked, others[: middle - 1] if is_upper else others[middle:])
            at = len(pool) - picked.quota
            if at >= 0 and len(pool):
                goal = f"不列入{picked.selection.label}类名单"
                yield (_key_gap(e, picked, firm, int(pool[at]), goal),)
            if up and places[rule.remainder] < here:
                yield up
    for picked in unit.picked:
        s = picked.selection
        if places[s.letter] >= here or places[rule.remainder] < here:
            continue
        if s.take != "first" or s.half != "upper" or not (is_upper or up):
            continue
        pool = _by_key(picked, others[: middle - 1])
        if 0 < picked.quota <= len(pool):
            goal = f"排进{s.label}类的{picked.quota}户"
            key = _key_gap(e, picked, firm, int(pool[picked.quota - 1]), goal)
            gaps = (*up, *((key,) if key.lacking > -TOLERANCE else ()))
            if gaps:
                yield gaps


def _by_key(picked: Picked, pool: IntArray) -> IntArray:
    found: IntArray = pool[np.argsort(-picked.key[pool], kind="stable")]
    return found


def _key_gap(e: Evaluation, picked: Picked, firm: int, other: int, goal: str) -> Gap:
    key = picked.selection.key
    return _gap(_key_name(e, key), picked.key, firm, other, key.kind == "scores", goal)


def _key_name(e: Evaluation, key: Key) -> str:
    if key.kind == "columns":
        return "、".join(e.scheme.columns[id].name for id in key.ids)
    names = "、".join(e.scheme.indicator(id).name for id in key.ids)
    if key.kind == "values":
        return names
    return f"{names}得分" + ("之和" if len(key.ids) > 1 else "")


def _gap(name: str, key: FloatArray, firm: int, other: int, points: bool, goal: str) -> Gap:
    line = float(key[other])
    return Gap(name, line, line - float(key[firm]), points, goal)
