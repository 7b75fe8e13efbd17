"""The lines between a firm and a better class: what to pass, and by how much it falls short."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.explain.class_basis import (
    condition_figure,
    condition_met,
    figure_name,
    guard_marks,
    own_picks,
)
from permu_xl.engine.model import TOLERANCE, CutPoints, FloatArray, IntArray, Key, TwoStage
from permu_xl.engine.ranking import (
    UPPER,
    Picked,
    Unit,
    half_names,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from permu_xl.engine.evaluation import Evaluation

__all__ = ["Gap", "routes"]


@dataclass(frozen=True, slots=True)
class Gap:
    """What has to be passed: ``line`` on the total or on a sort key; ``lacking`` is the distance.

    ``goal`` says what passing it leads to; ``at`` says that reaching the line is enough;
    ``selection`` whose key it is ("": the total).
    """

    name: str
    line: float
    lacking: float
    points: bool
    goal: str
    at: bool = False
    selection: str = ""

    def own(self, e: Evaluation, firm: int) -> float:
        """Return the firm's total or key in an evaluation."""
        found = e.classes.keys[self.selection] if self.selection else e.total
        return float(found[firm])


def routes(
    e: Evaluation, firm: int, places: Mapping[str, int], here: int
) -> Iterator[tuple[Gap, ...]]:
    """Yield the ways to a better class by the lines drawn, the firm itself taken out of them.

    ``places`` are those of the classes from the best on, ``here`` is that of the firm's.  All gaps
    of a way must be closed.
    """
    firm = int(e.joined.leader[firm])  # which stands in the order for the firms joined to it
    if gaps := tuple(_guard_gaps(e, firm)):
        yield gaps
        return
    held = int(e.classes.guard[firm])
    guard = e.scheme.guards[held] if held >= 0 else None
    if guard is None or guard.limit == "at_worst":
        yield from _line_routes(e, firm, places, here)
    elif guard.steps:
        # The lines are about the class by place, which the guard then moves.
        then = f"（再按“{guard.name}”{'提高' if guard.limit == 'up' else '降低'}{guard.steps}类）"
        for way in _line_routes(e, firm, places, places[str(e.classes.by_place[firm])]):
            yield (*way[:-1], replace(way[-1], goal=way[-1].goal + then))


def _line_routes(
    e: Evaluation, firm: int, places: Mapping[str, int], here: int
) -> Iterator[tuple[Gap, ...]]:
    """Yield the ways to a class by place that is better than ``here``."""
    unit = e.classes.units[e.classes.unit[firm]]
    others = unit.order.firms[unit.order.firms != firm]
    rule = unit.rule
    if isinstance(rule, CutPoints) and rule.by == "total":
        yield from _points_route(e, firm, rule, places, here)
    elif isinstance(rule, CutPoints):
        yield from _cut_route(e, firm, unit, rule, others, places, here)
    else:
        yield from _half_routes(e, firm, unit, rule, others, places, here)


def _guard_gaps(e: Evaluation, firm: int) -> Iterator[Gap]:
    """Yield what the guard that holds a firm down by its figures asks for.

    Figures that would have to fall are left to the trials: the line is no lower limit there.
    """
    held = int(e.classes.guard[firm])
    if held < 0 or e.scheme.guards[held].limit != "at_best":
        return
    guard = e.scheme.guards[held]
    if guard_marks(e, guard, firm):
        return
    for condition in guard.figures:
        own = float(np.nan_to_num(condition_figure(e, condition, firm)))
        if condition.bound not in ("below", "at_most") or not condition_met(e, condition, firm):
            continue
        name, unit = figure_name(e.scheme, condition)
        points, at = unit == "分", condition.bound == "below"
        name += f"（{unit}）" if unit and not points else ""
        goal = f"不受“{guard.name}”限制"
        yield Gap(name, condition.limit, condition.limit - own, points, goal, at)


def _points_route(
    e: Evaluation, firm: int, rule: CutPoints, places: Mapping[str, int], here: int
) -> Iterator[tuple[Gap, ...]]:
    """Yield the points of the nearest better class."""
    below = rule.cuts[: int(e.classes.section[firm])]  # a guard may hold it below lines it passed
    better = [cut for cut in below if places[cut.letter] < here]
    if better:
        cut, own = better[-1], float(e.total[firm])
        goal = f"列{cut.letter}类"
        yield (Gap("总分", cut.points, cut.points - own, True, goal, cut.inclusive),)


def _cut_route(
    e: Evaluation,
    firm: int,
    unit: Unit,
    rule: CutPoints,
    others: IntArray,
    places: Mapping[str, int],
    here: int,
) -> Iterator[tuple[Gap, ...]]:
    below = unit.cuts[: int(e.classes.section[firm])]  # a guard may hold it below lines it passed
    lines = zip(rule.cuts, below, strict=False)
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
    gap = _gap(_key_name(e, key), picked.key, firm, other, key.kind == "scores", goal)
    return replace(gap, selection=picked.selection.label)


def _key_name(e: Evaluation, key: Key) -> str:
    if key.kind == "columns":
        return "、".join(e.scheme.figure(id).name for id in key.ids)
    names = "、".join(e.scheme.indicator(id).name for id in key.ids)
    if key.kind == "values":
        return names
    return f"{names}得分" + ("之和" if len(key.ids) > 1 else "")


def _gap(name: str, key: FloatArray, firm: int, other: int, points: bool, goal: str) -> Gap:
    line = float(key[other])
    return Gap(name, line, line - float(key[firm]), points, goal)
