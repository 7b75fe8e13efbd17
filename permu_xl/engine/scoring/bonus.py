"""Bonus points: given outright, by label, by count, and their limits (R12)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.firms import split_labels
from permu_xl.engine.model import blank_as_zero

if TYPE_CHECKING:
    from collections.abc import Sequence

    from permu_xl.engine.model import (
        Bonus,
        BonusCount,
        FloatArray,
        Roster,
    )


@dataclass(frozen=True, slots=True)
class BonusPoints:
    """Bonus by firm: what the cell says, what labels and counts add, and the sum after limits."""

    points: FloatArray
    label_points: FloatArray
    count_points: FloatArray
    total: FloatArray


def unknown_labels(cell: str, bonus: Bonus) -> tuple[str, ...]:
    """Return the labels in a cell that the scheme does not know."""
    return tuple(label for label in split_labels(cell) if label not in bonus.labels)


def bonus_points(bonus: Bonus, roster: Roster, subtotal: FloatArray) -> BonusPoints:
    """Add points, labels and counts of every firm, within the limits (R12).

    ``subtotal`` is the sum of the indicators' points, of which a label may add a share.
    """
    points = blank_as_zero(roster.bonus_points)
    worth = [label_worth(bonus, split_labels(cell)) for cell in roster.bonus_labels.values]
    flat, ratio = zip(*worth, strict=True)
    label_points: FloatArray = roster.bonus_labels.take(np.array(flat, dtype=np.float64))
    if any(ratio):
        label_points = label_points + roster.bonus_labels.take(ratio) * blank_as_zero(subtotal)
    counts = np.zeros(roster.size)
    for count in bonus.counts:
        counts += count_points(count, roster.number(count.column))
    total = limited_bonus(bonus, points + label_points + counts)
    return BonusPoints(points, label_points, counts, total)


def label_worth(bonus: Bonus, labels: Sequence[str]) -> tuple[float, float]:
    """Return the points and the share of the subtotal that a firm's labels are worth together.

    Labels of a group add up, or only the weightiest counts; a group's limit caps its points.
    Labels that the scheme does not know are worth nothing.
    """
    known = [bonus.labels[name] for name in labels if name in bonus.labels]
    points = sum(label.points for label in known if not label.group)
    for id, group in bonus.groups.items():
        members = [label.points for label in known if label.group == id]
        if not members:
            continue
        together = sum(members) if group.stacking == "sum" else max(members, key=_weight)
        points += together if group.cap is None else min(together, group.cap)
    return points, sum(label.ratio for label in known)


def _weight(points: float) -> tuple[float, float]:
    """Return a sort key: the more points either way, the weightier; of equals the one that adds."""
    return abs(points), points


def count_points(count: BonusCount, figures: FloatArray) -> FloatArray:
    """Return the points for what is beyond the free part of a figure; 0 where it is blank."""
    beyond = np.maximum(blank_as_zero(figures) - count.free, 0.0)
    return beyond * count.points


def limited_bonus(bonus: Bonus, points: FloatArray) -> FloatArray:
    """Return bonus points cut off at the scheme's limits, if it has any."""
    if bonus.cap is not None:
        points = np.minimum(points, bonus.cap)
    return points if bonus.deduction_cap is None else np.maximum(points, -bonus.deduction_cap)
