"""Rounding by decimal value, so that it agrees with paper and with a spreadsheet."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from fractions import Fraction

    from permu_xl.engine.model import FloatArray, Rounding


def share_of(share: Fraction, n: int, rounding: Rounding) -> int:
    """Return ``share * n`` as a whole number, computed exactly (reading R15).

    >>> from fractions import Fraction
    >>> share_of(Fraction("0.15"), 70, "half_up")       # 10.5, not 10.499...
    11
    >>> share_of(Fraction("0.15"), 70, "floor"), share_of(Fraction("0.1"), 71, "ceil")
    (10, 8)
    """
    part, whole = share.numerator * n, share.denominator
    if rounding == "floor":
        return part // whole
    if rounding == "ceil":
        return -(-part // whole)
    return (2 * part + whole) // (2 * whole)


def half_up(values: FloatArray, decimals: int) -> FloatArray:
    """Round halves away from zero by the decimal value of 15 significant digits (reading R11).

    Binary arithmetic decides everything but the near-halves; those are settled in decimal.

    >>> half_up(np.array([1.005, 2.675, -1.005, 0.125]), 2)
    array([ 1.01,  2.68, -1.01,  0.13])
    """
    scaled = np.abs(values) * 10.0**decimals
    rounded = np.asarray(np.copysign(np.floor(scaled + 0.5) / 10.0**decimals, values))
    doubtful = np.abs(scaled - np.floor(scaled) - 0.5) < 1e-6 * np.maximum(1.0, scaled)
    unit = Decimal(1).scaleb(-decimals)
    for i in np.flatnonzero(doubtful & (scaled < 1e15)):
        exact = Decimal(f"{values.flat[i]:.15g}")
        rounded.flat[i] = float(exact.quantize(unit, rounding=ROUND_HALF_UP))
    return rounded
