"""What a firm would have needed for a better class: found and verified by the engine itself.

Everything is told for one firm that changes while all others stay as they are.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard

import numpy as np

from permu_xl.engine.explain.class_basis import guard_marks
from permu_xl.engine.explain.lines_to_pass import Gap, routes
from permu_xl.engine.explain.outdone import are_outdone
from permu_xl.engine.explain.trials import Trials, last_place, smallest
from permu_xl.engine.firms import GRADED

if TYPE_CHECKING:
    from permu_xl.engine.evaluation import Evaluation
    from permu_xl.engine.model import Figure, Indicator

__all__ = ["Gap", "Needed", "Step", "needed"]


@dataclass(frozen=True, slots=True)
class Step:
    """One raw figure changed by the least that leads to a better class.

    ``letter`` and ``values`` (of the indicators it is the numerator of) are what the engine finds
    with the figure ``after``; one unit of the last place less does not lead there.  ``beside`` are
    the figures that move with it to keep their indicators' scores: column and figure.
    """

    column: Figure
    before: float
    after: float
    values: tuple[tuple[Indicator, float], ...]
    letter: str
    beside: tuple[tuple[Figure, float], ...] = ()

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
    ``together`` is then the class with every indicator at its cap ("": even that is not enough),
    or with all but the indicators of the column ``spared``.  ``unmeasured`` names the indicators
    without which nothing can be said of some changes: these leave them without a usable baseline.
    ``guard`` names what keeps it from a better class whatever its points.
    """

    routes: tuple[tuple[Gap, ...], ...] = ()
    step: Step | None = None
    together: str = ""
    spared: str = ""
    guard: str = ""
    unmeasured: tuple[str, ...] = ()


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
    ways = tuple(routes(e, firm, places, here))
    steps = _Steps(Trials(e, firm), places, here, ways)
    best: Step | None = None
    for column in dict.fromkeys(r.indicator.numerator for r in steps.trials.by_room):
        # What follows is only of interest where it takes less than what was found already.
        best = steps.step(column, math.inf if best is None else best.fold) or best
        if best is not None and best.fold <= _MODEST:
            break
    if best is not None:
        return Needed(ways, best)
    letter, spared = steps.together()
    unmeasured = tuple(e.scheme.indicator(id).name for id in steps.trials.without_baseline)
    return Needed(ways, together=letter, spared=spared, unmeasured=unmeasured)


_Changes = Callable[[int], dict[str, float]]
"""Figures by column for a whole number of the last place."""

_BETWEEN = 12
"""How many figures are tried between the present one and that at the cap."""

_MODEST = 2.0
"""By how many fold a figure may change to be named without looking for a smaller change."""


def _guard(e: Evaluation, firm: int) -> str:
    """Return the name of the guard that holds the firm down whatever its figures; "" for none."""
    held = int(e.classes.guard[firm])
    if held < 0 or e.scheme.guards[held].limit in ("up", "at_worst"):
        return ""
    guard = e.scheme.guards[held]
    best = str(e.classes.by_place[firm]) == e.scheme.graded_letters[0]
    holds = bool(guard_marks(e, guard, firm)) and (best or guard.limit != "down")
    return guard.name if holds else ""


class _Tried:
    """Trials with a figure of a firm's at whole numbers of its last place, each made once."""

    def __init__(self, trials: Trials, changed: _Changes) -> None:
        self.trials, self.changed = trials, changed
        self._found: dict[int, Evaluation | None] = {}

    def __call__(self, k: int) -> Evaluation | None:
        if k not in self._found:
            self._found[k] = self.trials.attempted(self.changed(k))
        return self._found[k]


class _Steps:
    """Changes of figures within the caps of the indicators, and whether they lead to a class."""

    def __init__(
        self,
        trials: Trials,
        places: Mapping[str, int],
        here: int,
        ways: Sequence[Sequence[Gap]],
    ) -> None:
        self.trials, self.places, self.here, self.ways = trials, places, here, ways

    def letter(self, after: Evaluation) -> str:
        return str(after.proposed[self.trials.firm])

    def is_better(self, after: Evaluation | None) -> TypeGuard[Evaluation]:
        return after is not None and self.places[self.letter(after)] < self.here

    def step(self, id: str, fold: float) -> Step | None:
        """Return the smallest change of a figure that suffices within the caps; None for none.

        Changes by more than ``fold`` are not looked for.
        """
        trials, column = self.trials, self.trials.e.scheme.figure(id)
        results = [r for r in trials.by_room if r.indicator.numerator == id]
        i, before = results[0].indicator, trials.own(id)
        start = 0.0 if math.isnan(before) else before
        alike = [r for r in results if r.indicator.higher_is_better == i.higher_is_better]
        # Whole numbers of the last place, counted in the direction that scores more.
        grid, sign = last_place(column), 1 if i.higher_is_better else -1
        low = math.floor(sign * start * grid)
        high = math.ceil(sign * trials.best(id, alike) * grid - 1e-6)
        if start > 0 and fold < math.inf:
            high = min(high, math.floor(sign * start * fold**sign * grid))
        if high <= low:
            return None

        def alone(k: int) -> dict[str, float]:
            return {id: sign * k / grid}

        def kept(k: int) -> dict[str, float]:
            return trials.keeping_scores(alone(k))

        tried = best = _Tried(trials, alone)
        if self.is_better(tried(high)):
            return self._found(column, before, tried, low, high)
        if kept(high) != alone(high):
            best = _Tried(trials, kept)
            if self.is_better(best(high)):
                return self._found(column, before, best, low, high)
        most, end = best(high), tried(high)
        if most is not None and end is not None and are_outdone(trials, kept(high), most, end):
            return None
        for k in self._between(id, alone, low, high):
            if self.is_better(tried(k)):
                return self._found(column, before, tried, low, k)
            low = k
        return None

    def _between(self, id: str, alone: _Changes, low: int, high: int) -> list[int]:
        """Return the numbers to be tried though ``high`` does not suffice.

        As the denominator of another indicator, or where it moves a baseline, less of a figure may
        do what most of it does not.
        """
        between = np.linspace(low, high, _BETWEEN + 2, dtype=np.int64)[1:-1]
        tries = list(dict.fromkeys(map(int, between)))
        if any(r.indicator.denominator == id for r in self.trials.results):
            return tries
        if not self.trials.moves_baselines(alone(high)):
            return []
        # Up to where it does not move one yet, more of it is better.
        moving = bisect_left(tries, True, key=lambda k: self.trials.moves_baselines(alone(k)))
        return tries[max(moving - 1, 0) :]

    def _found(self, column: Figure, before: float, tried: _Tried, low: int, high: int) -> Step:
        trials, id = self.trials, column.id
        found = smallest(
            low,
            high,
            lambda k: self.is_better(tried(k)),
            lambda low, high: self._share(tried(low), tried(high)),
        )
        changes, after = tried.changed(found), trials.evaluated(tried.changed(found))
        values = tuple(
            (r.indicator, float(r.value[trials.firm]))
            for r in after.results_of(trials.firm)
            if r.indicator.numerator == id
        )
        beside = tuple(
            (trials.e.scheme.figure(other), figure)
            for other, figure in changes.items()
            if other != id
        )
        return Step(column, before, changes[id], values, self.letter(after), beside)

    def _share(self, before: Evaluation | None, after: Evaluation | None) -> float:
        """Return at which share of the way from one trial to another the lines are passed.

        A guess: points need not rise evenly, and lines may move.
        """
        if before is None or after is None:
            return 1 / 2
        firm = self.trials.firm

        def share(gap: Gap) -> float:
            own, then = gap.own(before, firm), gap.own(after, firm)
            return (gap.line - own) / (then - own) if then > own else 1.0

        return min((max(map(share, way)) for way in self.ways), default=1 / 2)

    def together(self) -> tuple[str, str]:
        """Return the class with every indicator at its cap, and which column need not be.

        "" for the class when that is no better, whichever column is spared.
        """
        numerators = dict.fromkeys(r.indicator.numerator for r in self.trials.by_room)
        for spared in ("", *numerators):
            after = self.trials.attempted(self.trials.at_caps(spared))
            if self.is_better(after):
                return self.letter(after), spared
        return "", ""
