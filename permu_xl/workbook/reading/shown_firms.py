"""A roster as the cells of its sheet would show it: the way back from reading."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from permu_xl.engine.model import IN, OUT, Categories, FloatArray, Roster, Scheme
from permu_xl.workbook import layout

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Figure", "firm_columns"]

Figure: TypeAlias = float | str | dt.date | None
"""What a cell of an input shows; None for a blank one."""


def firm_columns(roster: Roster, scheme: Scheme) -> dict[str, Sequence[Figure]]:
    """Return the columns that bear on the result by field key, in the order of the sheet."""
    yes = (None, layout.YES)
    decided = {IN: layout.YES, OUT: layout.NO}
    found: dict[str, Sequence[Figure]] = {
        "code": [code or None for code in roster.codes.tolist()],
        "name": [name or None for name in roster.names.tolist()],
        "industry": _texts(roster.industries),
        "start_date": roster.start_dates.tolist(),
    }
    for attribute in scheme.asked_attributes:
        found[attribute.id] = _texts(roster.attribute(attribute.id))
    for id in scheme.columns:
        found[id] = _numbers(roster.number(id))
    found["bonus_points"] = _numbers(roster.bonus_points)
    found["bonus_labels"] = _texts(roster.bonus_labels)
    for id in scheme.flags:
        found[id] = [yes[mark] for mark in roster.flag(id).tolist()]
    found["included"] = [decided.get(mark) for mark in roster.included.tolist()]
    return found


def _texts(column: Categories) -> list[str | None]:
    shown = [text or None for text in column.values]
    return [shown[k] for k in column.index.tolist()]


def _numbers(column: FloatArray) -> list[float | None]:
    values: list[float | None] = column.tolist()
    for blank in np.flatnonzero(np.isnan(column)).tolist():
        values[blank] = None
    return values
