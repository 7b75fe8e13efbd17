"""What a column says of each firm, or a sum of columns that the scheme makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.model import blank_as_zero

if TYPE_CHECKING:
    from permu_xl.engine.model import FloatArray, Roster, Scheme, Sum

__all__ = ["all_figures", "figure", "first_part", "summed"]


def figure(scheme: Scheme, roster: Roster, id: str) -> FloatArray:
    """Return a raw figure or a sum of raw figures, one a firm; NaN where it is missing."""
    made = scheme.sums.get(id)
    return roster.number(id) if made is None else summed(made, roster)


def all_figures(scheme: Scheme, roster: Roster) -> dict[str, FloatArray]:
    """Return every raw figure and sum of the scheme by its id, as ``figure`` does one."""
    found = {id: roster.number(id) for id in scheme.columns}
    return found | {id: summed(made, roster) for id, made in scheme.sums.items()}


def first_part(scheme: Scheme, id: str) -> str:
    """Return the column of a figure, or the first one of a sum: where one looks for it."""
    return next(iter(scheme.parts(id)))


def summed(made: Sum, roster: Roster) -> FloatArray:
    """Return a sum of columns, each times its coefficient; what a blank part means is told.

    >>> from permu_xl.engine.model import Roster, Sum
    >>> r = Roster.from_columns({"power": [10, 10, None], "gas": [2, None, None]})
    >>> summed(Sum("energy", "能耗", "", {"power": 1.5, "gas": 10}, "missing", ""), r)
    array([35., nan, nan])
    >>> summed(Sum("energy", "能耗", "", {"power": 1.5, "gas": 10}, "zero", ""), r)
    array([35., 15., nan])
    """
    parts = [roster.number(column) * times for column, times in made.of.items()]
    total = np.zeros(roster.size)
    if made.blank == "missing":
        for part in parts:
            total += part
        return total
    known = np.zeros(roster.size, dtype=bool)
    for part in parts:
        known |= ~np.isnan(part)
        total += blank_as_zero(part)
    return np.where(known, total, np.nan)
