"""What bears on a class whatever the place: vetoes, protection, classes up and down, fixed ones.

Guards are carried out in the order of the scheme, each on the classes that the one before left.
Nobody moves up into a place that becomes free.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.firms import split_labels
from permu_xl.engine.model import (
    TOLERANCE,
    BoolArray,
    Bound,
    Categories,
    Condition,
    FigureKind,
    FloatArray,
    Guard,
    IntArray,
    TextArray,
    filled,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_BOUNDS: Mapping[Bound, Callable[[FloatArray, float], BoolArray]] = {
    "below": lambda figure, limit: figure < limit - TOLERANCE,
    "at_most": lambda figure, limit: figure <= limit + TOLERANCE,
    "above": lambda figure, limit: figure > limit + TOLERANCE,
    "at_least": lambda figure, limit: figure >= limit - TOLERANCE,
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What guards ask about: columns with one entry a firm.

    flags : by id, whether a firm carries it
    figures : by what they are and id ("" for the total), NaN where missing
    labels : the cells with bonus labels; None where they are not known
    attributes : by id, the texts of those that conditions name
    concerned : by indicator that conditions name, the firms it measures
    """

    flags: Mapping[str, BoolArray]
    figures: Mapping[FigureKind, Mapping[str, FloatArray]]
    labels: Categories | None
    attributes: Mapping[str, Categories]
    concerned: Mapping[str, BoolArray]

    def figure(self, condition: Condition) -> FloatArray:
        """Return the figure that a condition is about, NaN where it is missing."""
        return self.figures[condition.kind][condition.id]

    def carry(self, label: str) -> BoolArray:
        """Return which firms carry a bonus label; ValueError where labels are not known."""
        if self.labels is None:
            raise ValueError(f"no labels to look for {label!r} in")
        found: BoolArray = self.labels.take(
            [label in split_labels(cell) for cell in self.labels.values]
        )
        return found


def meets(condition: Condition, facts: Facts) -> BoolArray:
    """Return which firms meet a condition; a missing figure counts as 0.

    Firms that the indicator does not concern, or that are not among those named, do not.
    """
    found = _BOUNDS[condition.bound](np.nan_to_num(facts.figure(condition)), condition.limit)
    if condition.kind in ("score", "value"):
        found &= facts.concerned[condition.id]
    for attribute, texts in condition.only.items():
        told = facts.attributes[attribute]
        found &= told.take([text in texts for text in told.values])
    return found


def guarded_firms(guard: Guard, facts: Facts, size: int) -> BoolArray:
    """Return which firms a guard is about, whatever class they stand in."""
    hit = np.zeros(size, dtype=bool)
    for flag in guard.when:
        hit |= facts.flags[flag]
    for label in guard.labels:
        hit |= facts.carry(label)
    for condition in guard.figures:
        hit |= meets(condition, facts)
    for flag in guard.unless:
        hit &= ~facts.flags[flag]
    for label in guard.unless_labels:
        hit &= ~facts.carry(label)
    return hit


def guard_steps(
    guards: Sequence[Guard],
    letters: Sequence[str],
    letter: TextArray,
    hits: Sequence[BoolArray],
) -> Iterator[tuple[TextArray, TextArray]]:
    """Yield for each guard, in order, the letters before and after it.

    ``letters`` are the graded ones, best first; a firm without one of them is left alone.  ``hits``
    has the firms of each guard.
    """
    places = {x: k for k, x in enumerate(letters)}
    place = np.array([places.get(x, -1) for x in letter], dtype=np.int64)
    names = np.array([*letters, ""], dtype=object)
    for guard, hit in zip(guards, hits, strict=True):
        free = hit & (place >= 0)
        if guard.classes:
            free &= np.isin(place, [places[x] for x in guard.classes])
        place = np.where(free, _moved(guard, places, place), place)
        before, letter = letter, np.where(free, names[place], letter)
        yield before, letter


def guard_classes(
    guards: Sequence[Guard],
    letters: Sequence[str],
    letter: TextArray,
    hits: Sequence[BoolArray],
) -> tuple[IntArray, TextArray]:
    """Apply guards: return which one changed each firm's letter last (-1), and the letters."""
    changed_by: IntArray = filled(len(letter), -1, np.int64)
    if not guards:
        return changed_by, letter
    steps = guard_steps(guards, letters, letter, hits)
    for position, (before, after) in enumerate(steps):
        changed_by[before != after] = position
        letter = after
    return changed_by, letter


def _moved(guard: Guard, places: Mapping[str, int], place: IntArray) -> IntArray:
    """Return the place among the classes, 0 for the best, that a guard moves a firm to."""
    match guard.limit:
        case "up":
            return np.maximum(place - guard.steps, 0)
        case "down":
            return np.minimum(place + guard.steps, len(places) - 1)
        case "at_best":
            return np.maximum(place, places[guard.letter])
        case "at_worst":
            return np.minimum(place, places[guard.letter])
        case "fixed":
            return np.full_like(place, places[guard.letter])
