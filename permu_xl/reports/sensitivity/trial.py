"""How much the classes hang on what the text leaves open, and who stands close to a cut."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine import Cut, Evaluation, Picked, Unit, evaluate, half_names
from permu_xl.engine.model import TOLERANCE, CutPoints, FloatArray, IntArray
from permu_xl.errors import PermuError
from permu_xl.reports.sensitivity.all_alternatives import alternatives

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from permu_xl.reports.sensitivity.alternative import Alternative

__all__ = ["MARGIN", "Depending", "Near", "Outcome", "Sensitivity", "near_cuts", "sensitivity"]

MARGIN = 0.5
"""How near to a cut is near, in points, unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Depending:
    """A firm whose class is another one under an alternative; totals are NaN where it is out."""

    firm: int
    now: str
    then: str
    total_now: float
    total_then: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an alternative; ``problem`` says why it could not be evaluated."""

    alternative: Alternative
    firms: tuple[Depending, ...]
    problem: str = ""

    @property
    def moves(self) -> dict[tuple[str, str], int]:
        """How many firms go from which class to which."""
        return dict(sorted(Counter((d.now, d.then) for d in self.firms).items()))


@dataclass(frozen=True, slots=True)
class Near:
    """A firm close to a cut.

    ``what`` is what is compared there, in points or not; ``value`` the firm's and ``limit`` that of
    the next firm across, or the points that the line is ``drawn`` at; ``side`` and ``across`` say
    what the two sides mean.
    """

    firm: int
    unit: str
    cut: str
    what: str
    points: bool
    value: float
    limit: float
    side: str
    across: str
    drawn: bool = False

    @property
    def distance(self) -> float:
        """How much separates the firm from the one across."""
        return abs(self.value - self.limit)


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The whole answer; ``margin`` as in ``near_cuts``."""

    evaluation: Evaluation
    outcomes: tuple[Outcome, ...]
    near: tuple[Near, ...]
    margin: float

    @property
    def depending(self) -> IntArray:
        """Return the firms whose class depends on any reading."""
        return np.array(sorted({d.firm for o in self.outcomes for d in o.firms}), dtype=np.int64)


def sensitivity(
    e: Evaluation, margin: float = MARGIN, progress: Callable[[str], None] = lambda step: None
) -> Sensitivity:
    """Evaluate every alternative reading and find the firms near a cut."""
    outcomes = []
    for alternative in alternatives(e):
        progress(f"{alternative.reading} {alternative.question}")
        outcomes.append(_tried(e, alternative))
    return Sensitivity(e, tuple(outcomes), tuple(near_cuts(e, margin)), margin)


def _tried(e: Evaluation, alternative: Alternative) -> Outcome:
    inputs = alternative.make(e)
    if inputs is None:
        return Outcome(alternative, (), "这样读算不出基准值")
    try:
        other = evaluate(
            inputs.scheme, inputs.roster, inputs.previous,
            year=e.year, adjustments=inputs.adjustments,
        )  # fmt: skip
    except PermuError as error:
        return Outcome(alternative, (), str(error))
    firms = np.flatnonzero(e.final != other.final)
    return Outcome(
        alternative,
        tuple(
            Depending(f, str(e.final[f]), str(other.final[f]), float(a), float(b))
            for f, a, b in zip(firms.tolist(), e.total[firms], other.total[firms], strict=True)
        ),
    )


def near_cuts(e: Evaluation, margin: float = MARGIN) -> Iterator[Near]:
    """Yield the firms whose total or sort key lies within ``margin`` points of the next one across.

    Where firms are ordered by other figures than scores, ``margin`` is a percentage of the figure.
    An infinite one yields every firm at every line.
    """
    for unit in e.classes.units:
        yield from _by_total(e, unit, margin)
        for picked in unit.picked:
            yield from _by_key(unit, picked, margin)


def _by_total(e: Evaluation, unit: Unit, margin: float) -> Iterator[Near]:
    rule = unit.rule
    for position, cut in enumerate(unit.cuts):
        if isinstance(rule, CutPoints):
            letters = [rule.cuts[position].letter, rule.cuts[position + 1].letter]
            title, sides = f"{letters[0]}、{letters[1]}类之间", [f"{x}类" for x in letters]
        else:
            names = half_names(rule)
            title, sides = "前后半区之间", [names["upper"], names["lower"]]
        if isinstance(rule, CutPoints) and rule.by == "total":
            line = rule.cuts[position].points
            yield from _near_points(e, unit, cut, line, margin, title, sides)
            continue
        yield from _near(unit, cut, unit.order.firms, e.total, margin, title, "总分", sides)


def _near_points(
    e: Evaluation, unit: Unit, cut: Cut, line: float, margin: float, title: str, sides: list[str]
) -> Iterator[Near]:
    """Yield the firms near a line of points, wherever the others are."""
    for place, firm in enumerate(unit.order.firms.tolist()):
        value, under = float(e.total[firm]), place >= cut.place
        if abs(value - line) <= margin + TOLERANCE:
            side, across = sides[under], sides[not under]
            yield Near(firm, unit.name, title, "总分", True, value, line, side, across, drawn=True)


def _by_key(unit: Unit, picked: Picked, margin: float) -> Iterator[Near]:
    s = picked.selection
    sides = [f"列入{s.label}类", f"不列入{s.label}类"]
    if s.take == "last":
        sides.reverse()
    points = s.key.kind == "scores"
    yield from _near(
        unit, picked.cut, picked.ordering.firms, picked.key, margin, f"{s.label}类名额",
        f"{s.label}类排序分" if points else f"{s.label}类排序值", sides, points=points,
    )  # fmt: skip


def _near(
    unit: Unit, cut: Cut, firms: IntArray, key: FloatArray, margin: float,
    title: str, what: str, sides: list[str], *, points: bool = True,
) -> Iterator[Near]:  # fmt: skip
    if cut.above < 0 or cut.below < 0:
        return
    for place, firm in enumerate(firms.tolist()):
        under = place >= cut.place
        value, limit = float(key[firm]), float(key[cut.above if under else cut.below])
        reach = margin if points or math.isinf(margin) else margin / 100 * abs(limit)
        if abs(value - limit) <= reach + 1e-9:
            side, across = sides[under], sides[not under]
            yield Near(firm, unit.name, title, what, points, value, limit, side, across)
