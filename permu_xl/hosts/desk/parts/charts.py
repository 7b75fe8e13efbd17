"""The geometry of the pictures: figures to places, in units of an SVG's own view.

The templates draw what stands here: plain SVG in the page, without a script.  It prints sharp, its
points are links, and what it says stands in a table beside it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from permu_xl.text import show_number

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Axis",
    "Bar",
    "Marks",
    "Meter",
    "Strip",
    "axis",
    "bars",
    "class_marks",
    "meter_axis",
    "strip",
]

SHAPES = ("circle", "square", "triangle", "diamond", "cross", "star")
"""A shape for each class, so that no class is told by its colour alone."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale from ``low`` to ``high`` that reaches from ``start`` to ``end`` in the view."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[tuple[float, str], ...]

    def at(self, value: float) -> float:
        """Return the place of a value; what lies outside stands at the nearer end."""
        span = self.high - self.low
        share = (min(max(value, self.low), self.high) - self.low) / span if span else 0.0
        return round(self.start + share * (self.end - self.start), 1)

    @property
    def marks(self) -> list[tuple[float, str]]:
        """Place and text of each tick."""
        return [(self.at(value), text) for value, text in self.ticks]


def axis(low: float, high: float, start: float, end: float, *, ticks: int = 5) -> Axis:
    """Return a scale with round figures that reaches over all values.

    >>> [text for _, text in axis(0, 87, 0, 100).ticks]
    ['0', '20', '40', '60', '80', '100']
    """
    if not high > low:
        high = low + 1
    step = _round_step((high - low) / ticks)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    marks = tuple((k * step, show_number(round(k * step, 9))) for k in range(first, last + 1))
    return Axis(marks[0][0], marks[-1][0], start, end, marks)


def _round_step(rough: float) -> float:
    size = 10.0 ** math.floor(math.log10(rough))
    return next(size * k for k in (1, 2, 5, 10) if size * k >= rough * (1 - 1e-9))


@dataclass(frozen=True, slots=True)
class Marks:
    """How a class is drawn: fill, a darker edge, and a shape that is its own."""

    fill: str
    edge: str
    shape: str


def class_marks(letters: tuple[str, ...]) -> dict[str, Marks]:
    """Return how each class is drawn, in the colours of the workbook's own charts.

    >>> [marks.shape for marks in class_marks(("A", "B")).values()]
    ['circle', 'square']
    """
    from permu_xl.workbook.look import class_colours, mixed

    return {
        letter: Marks(f"#{colour}", f"#{mixed(colour, '000000', 0.4)}", SHAPES[k % len(SHAPES)])
        for k, (letter, colour) in enumerate(class_colours(letters).items())
    }


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its name, its length as a share of the longest, and what is written beside it."""

    name: str
    length: float
    text: str
    key: str = ""


def bars(named: Sequence[tuple[str, float, str, str]], width: float) -> list[Bar]:
    """Return bars whose longest one is as long as ``width``: name, value, text, key of each."""
    most = max((value for _, value, _, _ in named), default=0.0) or 1.0
    return [
        Bar(name, round(value / most * width, 1), text, key) for name, value, text, key in named
    ]


@dataclass(frozen=True, slots=True)
class Meter:
    """A value as a share of its baseline, beside the same of others; NaN where there is none.

    ``cap`` is the share from which no more points are to be had; ``met`` whether the baseline is
    reached, whichever way is the better one.
    """

    name: str
    own: float
    other: float
    cap: float
    met: bool
    text: str
    other_text: str = ""
    less_is_better: bool = False

    @property
    def capped(self) -> bool:
        """Whether there is a place from which the score grows no more."""
        return math.isfinite(self.cap)


def meter_axis(meters: Sequence[Meter], start: float, end: float) -> Axis:
    """Return the scale of meters in percent: twice the baseline unless a cap lies higher."""
    caps = [m.cap for m in meters if math.isfinite(m.cap)]
    return axis(0, 100 * min(max([2.0, *caps]), 4.0), start, end, ticks=8)


@dataclass(frozen=True, slots=True)
class Strip:
    """Firms along a key: where they stand, where this one does, and the line between them."""

    axis: Axis
    others: tuple[float, ...]
    own: float
    line: float


def strip(values: Sequence[float], own: float, limit: float, start: float, end: float) -> Strip:
    """Return a strip; ``limit`` is the key of the firm across the line, which lies between."""
    known = [value for value in values if not math.isnan(value)]
    scale = axis(min([*known, own, limit]), max([*known, own, limit]), start, end, ticks=6)
    places = sorted({scale.at(value) for value in known})
    return Strip(scale, tuple(places), scale.at(own), scale.at(limit))
