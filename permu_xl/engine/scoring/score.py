"""Scores: 二（一）3（1）, readings R5, R6, R10, R11; bonus: 二（一）3（2）, reading R12."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.rounding import half_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from permu_xl.engine.measuring import Values
    from permu_xl.engine.model import (
        BoolArray,
        FloatArray,
        Indicator,
        Missing,
        ScoringForm,
    )

FORM_NAMES: dict[ScoringForm, str] = {
    "ratio": "正向",
    "mirrored": "反向",
    "reciprocal": "倒数",
    "min_max": "极差",
    "max_min": "极差（反向）",
}


def scores(
    value: FloatArray,
    baseline: float | FloatArray,
    weight: float | FloatArray,
    cap: float | FloatArray,
    form: ScoringForm = "ratio",
    floor: float | FloatArray = 0.0,
    zero: float | FloatArray = np.nan,
    start: float | FloatArray = 0.0,
) -> FloatArray:
    """Return points by ``form``, at least 0, at most ``cap * weight``; 0 where missing.

    With v = value / baseline the points are v (``ratio``), 2 - v (``mirrored``) or 1 / v
    (``reciprocal``) times the weight.  A negative value scores 0 in these forms (R5), any other at
    least ``floor * weight``.  In ``min_max`` and ``max_min`` they are the part of the way from
    ``zero`` to the baseline, all of it where these are equal, beginning with ``start``.  ``value``
    is in the indicator's unit, scores are points.  Arrays are of the shape of ``value``.

    >>> scores(np.array([5.0, 10.0, 13.0, -1.0, np.nan]), 10.0, 30.0, 1.2)
    array([15., 30., 36.,  0.,  0.])
    >>> scores(np.array([5.0, 10.0, 25.0]), 10.0, 30.0, 1.2, "mirrored")
    array([36., 30.,  0.])
    >>> scores(np.array([0.0, 5.0, 20.0]), 10.0, 30.0, 3.0, "reciprocal")
    array([90., 60., 15.])
    >>> scores(np.array([1.0, 2.0, 3.0, -1.0, np.nan]), 10.0, 30.0, 1.2, floor=0.2)
    array([6., 6., 9., 0., 0.])
    >>> scores(np.array([-10.0, 0.0, 30.0]), 30.0, 20.0, 1.0, "min_max", zero=-10.0)
    array([ 0.,  5., 20.])
    >>> scores(np.array([-10.0, 0.0, 30.0]), 30.0, 20.0, 1.0, "min_max", zero=-10.0, start=0.2)
    array([ 4.,  8., 20.])
    """
    if form == "ratio":
        points = value / baseline
        points *= weight  # in place, as fresh memory costs more than the arithmetic
    elif form in ("min_max", "max_min"):
        way = np.broadcast_to(baseline - zero, np.shape(value))
        part = np.ones(np.shape(value))
        np.divide(value - zero, way, out=part, where=way != 0)
        points = np.where(np.isnan(value), np.nan, (start + (1 - start) * part) * weight)
    else:
        if form == "mirrored":
            points = (2.0 - value / baseline) * weight
        else:
            with np.errstate(divide="ignore", over="ignore"):
                points = baseline / np.abs(value) * weight
        points = np.where(value < 0, 0.0, points)
    points = np.asarray(np.minimum(points, cap * weight))
    # Of NaN and 0, fmax takes 0; of 0 and -0 any, and adding 0 makes it 0.
    np.fmax(points, 0.0, out=points)
    points += 0.0
    if np.count_nonzero(floor):
        counts = ~np.isnan(value) if form in ("min_max", "max_min") else value >= 0
        points = np.where(counts, np.maximum(points, floor * weight), points)
    return points


def lacks_data(indicator: Indicator, values: Values) -> BoolArray:
    """Return which firms do not report the figure that the indicator may lack (reading R6).

    None do where the scheme has no rule for it.
    """
    rule = indicator.missing
    if rule is None:
        return np.zeros(np.shape(values.value), dtype=bool)
    figure = values.numerator if rule.column == indicator.numerator else values.denominator
    lacking: BoolArray = np.isnan(figure)
    return lacking | (figure == 0) if rule.zero_counts else lacking


def other_figure(indicator: Indicator, values: Values) -> FloatArray:
    """Return the figure of the indicator that is not the one it may lack."""
    rule = indicator.missing
    by_numerator = rule is not None and rule.column == indicator.numerator
    return values.denominator if by_numerator else values.numerator


def score_without_data(
    rule: Missing, weight: float | FloatArray, other: FloatArray, average: float
) -> FloatArray:
    """Return what firms get that lack the figure; ``other`` is their other one (reading R6)."""
    if rule.score == "full_if_positive":
        return np.where(other > 0, weight, 0.0)
    flat = {"full": weight, "average": average, "penalty": -rule.points}[rule.score]
    return np.broadcast_to(flat, np.shape(other)).astype(np.float64)


def indicator_scores(
    alike: Sequence[Indicator],
    values: Values,
    baseline: FloatArray,
    included: BoolArray,
    decimals: int | None = None,
    zero: float | FloatArray = np.nan,
) -> FloatArray:
    """Return a table of the points of every firm, a row for each of some indicators of one form.

    ``values`` and ``baseline`` are tables too.  Firms without the figure named in ``missing`` get
    what that rule says; the average is over the ``included`` firms that have a value (0 if none
    has).  ``zero`` is as in ``scores``.
    """
    weight, cap, floor, start = np.array([[i.weight, i.cap, i.floor, i.start] for i in alike]).T[
        :, :, None
    ]
    points = scores(
        values.value, baseline, weight, cap, alike[0].form, floor, zero=zero, start=start
    )
    for k, i in enumerate(alike):
        if i.missing is not None:
            _score_without_data(i, values.row(k), points[k], included)
    return points if decimals is None else half_up(points, decimals)


def _score_without_data(
    indicator: Indicator, values: Values, points: FloatArray, included: BoolArray
) -> None:
    """Give the firms without the figure of an indicator what its rule says, in place (R6)."""
    rule, lacking = indicator.missing, lacks_data(indicator, values)
    if rule is None or not np.count_nonzero(lacking):
        return
    counted = included & ~lacking & ~np.isnan(values.value)
    average = float(points[counted].mean()) if counted.any() else 0.0
    other = other_figure(indicator, values)
    points[lacking] = score_without_data(rule, indicator.weight, other, average)[lacking]


def add_up(columns: Sequence[FloatArray], size: int) -> FloatArray:
    """Return the sum of score columns, firm by firm."""
    total = np.zeros(size)
    for column in columns:
        total += column
    return total
