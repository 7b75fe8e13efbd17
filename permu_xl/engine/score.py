"""Scores: clause 2(1)3(1), readings R5, R6, R10, R11; bonus: clause 2(1)3(2), reading R12."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from permu_xl.engine.arrays import BoolArray, FloatArray
from permu_xl.engine.indicators import Values
from permu_xl.engine.roster import Roster
from permu_xl.engine.rounding import half_up
from permu_xl.engine.scheme import Bonus, Indicator

_SEPARATORS = re.compile(r"[、，,；;\s]+")


def scores(
    value: FloatArray,
    baseline: float | FloatArray,
    weight: float | FloatArray,
    cap: float | FloatArray,
) -> FloatArray:
    """Return ``value / baseline * weight``, at least 0, at most ``cap * weight``; 0 where missing.

    ``value`` is in the indicator's unit, scores are points.  Arrays are of the shape of ``value``.

    >>> scores(np.array([5.0, 10.0, 13.0, -1.0, np.nan]), 10.0, 30.0, 1.2)
    array([15., 30., 36.,  0.,  0.])
    """
    points = np.minimum(value / baseline * weight, cap * weight)
    # Of NaN and 0, fmax takes 0; of 0 and -0 any, and adding 0 makes it 0.
    return np.fmax(points, 0.0) + 0.0


def lacks_denominator(values: Values) -> BoolArray:
    """Return which firms report no denominator: blank or 0 (reading R6)."""
    lacking: BoolArray = np.isnan(values.denominator) | (values.denominator == 0)
    return lacking


def earns_full(values: Values) -> BoolArray:
    """Return which firms get the full weight for want of a denominator (reading R6)."""
    full: BoolArray = lacks_denominator(values) & (values.numerator > 0)
    return full


def indicator_scores(
    indicator: Indicator, values: Values, baseline: float, decimals: int | None = None
) -> FloatArray:
    """Return the points of every firm for one indicator.

    Under ``full_if_numerator_positive`` a firm without a denominator gets the full weight when
    its numerator is above 0 (R6).
    """
    points = scores(values.value, baseline, indicator.weight, indicator.cap)
    if indicator.without_denominator == "full_if_numerator_positive":
        points[earns_full(values)] = indicator.weight
    return points if decimals is None else half_up(points, decimals)


@dataclass(frozen=True, slots=True)
class BonusPoints:
    """Bonus by firm: what the cell says, what the labels add, and the sum after the limit."""

    points: FloatArray
    label_points: FloatArray
    total: FloatArray


def split_labels(cell: str) -> tuple[str, ...]:
    """Return the labels written in a cell, separated by 、 , ; or white space, each once.

    >>> split_labels("专精特新、绿色工厂，专精特新")
    ('专精特新', '绿色工厂')
    """
    return tuple(dict.fromkeys(label for label in _SEPARATORS.split(cell) if label))


def unknown_labels(cell: str, bonus: Bonus) -> tuple[str, ...]:
    """Return the labels in a cell that the scheme does not know."""
    return tuple(label for label in split_labels(cell) if label not in bonus.labels)


def bonus_points(bonus: Bonus, roster: Roster) -> BonusPoints:
    """Add points and labels of every firm; a limit caps the sum, never a deduction (R12)."""
    points = np.nan_to_num(roster.bonus_points, nan=0.0)
    per_cell = [
        sum(bonus.labels[label].points for label in split_labels(cell) if label in bonus.labels)
        for cell in roster.bonus_labels.values
    ]
    label_points: FloatArray = roster.bonus_labels.take(np.asarray(per_cell, dtype=np.float64))
    return BonusPoints(points, label_points, limited_bonus(bonus, points + label_points))


def limited_bonus(bonus: Bonus, points: FloatArray) -> FloatArray:
    """Return bonus points cut off at the scheme's limit, if it has one."""
    return points if bonus.cap is None else np.minimum(points, bonus.cap)


def add_up(columns: Sequence[FloatArray], size: int) -> FloatArray:
    """Return the sum of score columns, firm by firm."""
    total = np.zeros(size)
    for column in columns:
        total += column
    return total
