"""What tables say of an item of a firm, and the one that is taken."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from permu_xl.text import day_number, show_number

if TYPE_CHECKING:
    from permu_xl.intake.deciding.matching import How
    from permu_xl.intake.tables import Content, Reading

__all__ = ["Claim", "Converted", "Figure", "as_cell", "show_content"]


@dataclass(frozen=True, slots=True)
class Converted:
    """A firm's figure made of raw amounts; ``value`` is None where one cannot be converted.

    ``counted`` are the amounts in it, each in the figure's unit; ``left`` those that do not count,
    and why.
    """

    firm: int
    item: str
    value: Fraction | None
    resolution: Fraction
    counted: tuple[Reading, ...]
    left: tuple[tuple[Reading, str], ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """What one table says of one item of a firm, and the cells it says it with."""

    table: int
    value: Content
    resolution: Fraction
    readings: tuple[Reading, ...]
    how: How
    left: tuple[tuple[Reading, str], ...] = ()
    """Cells that do not count, and why."""


@dataclass(frozen=True, slots=True)
class Figure:
    """An item of a firm: the claim that is taken, None where the tables disagree, and the others.

    ``conflict`` says in words why none is taken.
    """

    firm: int
    item: str
    taken: Claim | None
    others: tuple[Claim, ...]
    conflict: str = ""


def show_content(value: Content) -> str:
    """Return a value in words."""
    return show_number(float(value)) if isinstance(value, Fraction) else str(value)


def as_cell(value: Content, *, from_1904: bool = False) -> float | str | int:
    """Return a value as a cell of the workbook holds it: dates as day numbers.

    ``from_1904`` says that the workbook counts its days from 1904.

    >>> as_cell(Fraction(1, 10)), as_cell(dt.date(2019, 5, 1))
    (0.1, 43586)
    """
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 and abs(value) < 10**15 else float(value)
    if isinstance(value, dt.date):
        return day_number(value, from_1904=from_1904)
    return value
