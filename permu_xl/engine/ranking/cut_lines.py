"""The lines of cut points: by a share of the places, by a last share, by points (R15)."""

from __future__ import annotations

from itertools import accumulate

import numpy as np

from permu_xl.engine.model import TOLERANCE, CutPoint, CutPoints, FloatArray
from permu_xl.engine.ranking.ordering import (
    Cut,
    Ordering,
    cut_at,
)
from permu_xl.engine.rounding import share_of

__all__ = ["cut_lines", "firms_above", "places_above", "places_down_to"]


def places_down_to(cut: CutPoint, n: int) -> int:
    """Return how many of ``n`` places lie above a cut point.

    >>> from fractions import Fraction
    >>> at = CutPoint("A", Fraction("0.2"), True, "floor", "")
    >>> places_down_to(at, 10), places_down_to(at, 14)   # 2 exactly; 2.8
    (2, 2)
    """
    exact = cut.up_to * n
    if exact.denominator == 1:
        return int(exact) if cut.inclusive else max(int(exact) - 1, 0)
    return share_of(cut.up_to, n, cut.rounding)


def places_above(cut: CutPoint, n: int, base: int) -> int:
    """Return how many of ``n`` places lie above a line that is a share of ``base`` firms.

    >>> from fractions import Fraction
    >>> last = CutPoint("C", Fraction(1), True, "half_up", "", leave=Fraction("0.05"))
    >>> places_above(last, 265, 275)                          # 13.75: 14 firms below
    251
    """
    if cut.leave is not None:
        return max(n - share_of(cut.leave, base, cut.rounding), 0)
    return min(places_down_to(cut, base), n)


def firms_above(cut: CutPoint, ordered: FloatArray) -> int:
    """Return how many totals, in descending order, reach the points of a line.

    >>> from fractions import Fraction
    >>> at = CutPoint("A", Fraction(1), True, "floor", "", points=80.0)
    >>> firms_above(at, np.array([90.0, 80.0, 79.99]))
    2
    """
    limit = cut.points - TOLERANCE if cut.inclusive else cut.points + TOLERANCE
    reached = ordered >= limit if cut.inclusive else ordered > limit
    return int(np.count_nonzero(reached))


def cut_lines(rule: CutPoints, order: Ordering, base: int, total: FloatArray) -> tuple[Cut, ...]:
    """Return the line below each class but the last.

    Where roundings differ, a class may reach less far than one above it: then nobody is in it.
    """
    n = len(order.firms)
    if rule.by == "total":
        ordered = total[order.firms]
        places = [firms_above(cut, ordered) for cut in rule.cuts[:-1]]
    else:
        places = [places_above(cut, n, base) for cut in rule.cuts[:-1]]
    return tuple(
        cut_at(f"{cut.letter}类与以下各类", order, place)
        for cut, place in zip(rule.cuts, accumulate(places, max), strict=False)
    )
