"""Indicator values: two figures divided (二（一）1, readings R4 and R5), or how much that grew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.model import TOLERANCE, everywhere

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from permu_xl.engine.model import CodeArray, FloatArray, Indicator

OK, NO_NUMERATOR, NO_DENOMINATOR, BAD_DENOMINATOR, NO_LAST_YEAR, NEGATIVE = range(6)
"""What there is to say of a value: nothing, a blank figure, a denominator <= 0, nothing above 0
to compare with last year, value below 0."""


@dataclass(frozen=True, slots=True)
class Values:
    """An indicator's values, NaN where missing, beside the two raw figures and the status.

    ``before`` is last year's quotient of the same firm where the indicator is a growth.  Columns
    with one entry a firm, or tables with a row for each of several indicators.  ``complete`` says
    that no figure and no value is known to be missing.
    """

    numerator: FloatArray
    denominator: FloatArray
    value: FloatArray
    status: CodeArray
    before: FloatArray | None = None
    complete: bool = False

    def as_table(self) -> Values:
        """Return columns as tables of one row."""
        before = None if self.before is None else self.before[None]
        figures = self.numerator[None], self.denominator[None]
        return Values(*figures, self.value[None], self.status[None], before, self.complete)

    def row(self, place: int) -> Values:
        """Return what a table says of one of its indicators."""
        before = None if self.before is None else self.before[place]
        return Values(
            self.numerator[place],
            self.denominator[place],
            self.value[place],
            self.status[place],
            before,
            self.complete,
        )


def indicator_values(
    numerator: FloatArray, denominator: FloatArray, scale: float | FloatArray = 1.0
) -> Values:
    """Divide; a blank figure or a denominator <= 0 makes the value missing (R5).

    >>> indicator_values(np.array([10.0, np.nan, 5.0]), np.array([4.0, 4.0, 0.0])).value
    array([2.5, nan, nan])
    """
    status = np.zeros(np.shape(numerator), dtype=np.int8)
    usable = denominator > 0
    plain, divisible = everywhere(numerator >= 0), everywhere(usable)
    if not plain:
        np.putmask(status, numerator < 0, NEGATIVE)
    if divisible:
        value = numerator / denominator
    else:
        value = numerator / np.where(usable, denominator, np.nan)
        np.putmask(status, ~usable, BAD_DENOMINATOR)
        np.putmask(status, np.isnan(denominator), NO_DENOMINATOR)
    if not plain:
        np.putmask(status, np.isnan(numerator), NO_NUMERATOR)
    value *= scale
    return Values(numerator, denominator, value, status, complete=plain and divisible)


def growth(now: Values, before: FloatArray, scale: float | FloatArray) -> Values:
    """Return how far quotients are above last year's: ``(now / before - 1) * scale``.

    Nothing can be compared with a quotient that is missing or not above 0.  One that differs by
    float noise alone has not grown (R11).

    >>> now = indicator_values(np.array([12.0, 9.0, 5.0, 5.0]), np.array([1.0, 1.0, 1.0, 1.0]))
    >>> growth(now, np.array([10.0, 10.0, 0.0, np.nan]), 100.0).value
    array([ 20., -10.,  nan,  nan])
    """
    usable = before > 0
    grown = now.value / np.where(usable, before, np.nan) - 1.0
    value = np.where(np.abs(grown) <= TOLERANCE, 0.0, grown) * scale
    status = now.status.copy()
    status[status == NEGATIVE] = OK
    status[~usable & (status == OK)] = NO_LAST_YEAR
    status[value < 0] = NEGATIVE
    return Values(now.numerator, now.denominator, value, status, before)


def table_values(
    alike: Sequence[Indicator],
    figures: Mapping[str, FloatArray],
    last: Mapping[str, FloatArray] | None = None,
) -> Values:
    """Return tables of the values of indicators, all of them growths or none, for all firms.

    ``figures`` are columns by id.  ``last`` are last year's of the same firms, which only a growth
    needs; without them it is missing.
    """
    scale = np.array([[indicator.scale] for indicator in alike])
    if not alike[0].growth:
        values = quotients(alike, figures, scale)
    else:
        now = quotients(alike, figures)
        before = np.full(now.value.shape, np.nan)
        if last is not None:
            before = quotients(alike, last).value
        values = growth(now, before, scale)
    if alike[0].spans:  # which scores a value below 0 like any other
        values.status[values.status == NEGATIVE] = OK
    return values


def quotients(
    alike: Sequence[Indicator],
    figures: Mapping[str, FloatArray],
    scale: float | FloatArray = 1.0,
) -> Values:
    """Return tables of numerators divided by denominators, whether or not they are growths."""
    columns = [figures[i.numerator] for i in alike] + [figures[i.denominator] for i in alike]
    numerator, denominator = np.concatenate(columns).reshape(2, len(alike), -1)
    for k, i in enumerate(alike):
        if i.zero_is_blank:
            numerator[k] = reported(i, numerator[k])
    return indicator_values(numerator, denominator, scale)


def reported(indicator: Indicator, numerator: FloatArray) -> FloatArray:
    """Return the numerator, blank where it is a 0 that counts as not reported (R6).

    No baseline, average or worst value is taken from such a firm.
    """
    return np.where(numerator == 0, np.nan, numerator) if indicator.zero_is_blank else numerator
