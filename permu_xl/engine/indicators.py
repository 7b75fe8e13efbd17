"""Indicator values: two raw figures divided (二（一）1, readings R4 and R5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from permu_xl.engine.model import CodeArray, FloatArray, Indicator, Roster

OK, NO_NUMERATOR, NO_DENOMINATOR, BAD_DENOMINATOR, NEGATIVE = range(5)
"""What there is to say of a value: nothing, a blank figure, a denominator <= 0, value below 0."""


@dataclass(frozen=True, slots=True)
class Values:
    """An indicator's values, NaN where missing, beside the two raw figures and the status."""

    numerator: FloatArray
    denominator: FloatArray
    value: FloatArray
    status: CodeArray


def indicator_values(numerator: FloatArray, denominator: FloatArray, scale: float = 1.0) -> Values:
    """Divide; a blank figure or a denominator <= 0 makes the value missing (R5).

    >>> indicator_values(np.array([10.0, np.nan, 5.0]), np.array([4.0, 4.0, 0.0])).value
    array([2.5, nan, nan])
    """
    status = np.zeros(np.shape(numerator), dtype=np.int8)
    status[numerator < 0] = NEGATIVE
    usable = denominator > 0
    if usable.all():
        value = numerator / denominator
    else:
        value = np.full(np.shape(numerator), np.nan)
        np.divide(numerator, denominator, out=value, where=usable)
        status[denominator <= 0] = BAD_DENOMINATOR
        status[np.isnan(denominator)] = NO_DENOMINATOR
    status[np.isnan(numerator)] = NO_NUMERATOR
    if scale != 1.0:
        value *= scale
    return Values(numerator, denominator, value, status)


def roster_values(indicator: Indicator, roster: Roster) -> Values:
    """Return the values of one indicator for all firms of a roster."""
    return indicator_values(
        roster.number(indicator.numerator), roster.number(indicator.denominator), indicator.scale
    )
