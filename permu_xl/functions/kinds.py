"""What an argument holds and how large a result is: by it the manual, examples and fuzzers go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from permu_xl.engine.model import Scheme

__all__ = [
    "BASELINES",
    "COLUMN",
    "FLAGS",
    "GROUPS",
    "MARKS",
    "ONE",
    "RAW_FIGURES",
    "RAW_ROW",
    "SCORES",
    "Kind",
    "Result",
    "Shape",
    "by_row",
    "cell_by_cell",
    "one_cell",
    "same_as",
]

Shape = tuple[int, int]
"""Rows and columns."""

Headers = Callable[[Scheme], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Kind:
    """What an argument holds when it is used well.

    rows : how many, 0 for one a firm
    headers : of its columns under a scheme; None for a single column that bears the argument's name
    samples : what may stand in its cells, () for numbers
    """

    rows: int = 0
    headers: Headers | None = None
    samples: tuple[object, ...] = ()

    def shape(self, scheme: Scheme, firms: int) -> Shape:
        """Return rows and columns for a number of firms.

        >>> from permu_xl.schemes import load
        >>> SCORES.shape(load(), 20)
        (20, 6)
        """
        return self.rows or firms, 1 if self.headers is None else len(self.headers(scheme))

    def of(self, *samples: object) -> Kind:
        """Return the same kind with cells that hold these."""
        return Kind(self.rows, self.headers, samples)


def _raw_columns(scheme: Scheme) -> tuple[str, ...]:
    return tuple(column.name for column in scheme.columns.values())


def _indicators(scheme: Scheme) -> tuple[str, ...]:
    return tuple(indicator.name for indicator in scheme.indicators)


def _baselines(scheme: Scheme) -> tuple[str, ...]:
    return tuple(f"{i.name}{group and f'（{group}）'}" for i, group in scheme.baseline_rows)


def _flags(scheme: Scheme) -> tuple[str, ...]:
    return tuple(flag.name for flag in scheme.flags.values())


def _groups(scheme: Scheme) -> tuple[str, ...]:
    asked = tuple(attribute.name for attribute in scheme.asked_attributes)
    return (*asked, "行业代码") if len(asked) < len(scheme.attributes) else asked


COLUMN = Kind()
"""Figures, one a firm."""

ONE = Kind(rows=1)
"""A single figure."""

MARKS = COLUMN.of("是", "否", None, True, False)
RAW_FIGURES = Kind(headers=_raw_columns)
RAW_ROW = Kind(rows=1, headers=_raw_columns)
SCORES = Kind(headers=_indicators)
BASELINES = Kind(rows=1, headers=_baselines)
FLAGS = Kind(headers=_flags, samples=MARKS.samples)
GROUPS = Kind(headers=_groups, samples=("规上", "规下", "3421", None))


@dataclass(frozen=True, slots=True)
class Result:
    """What comes back: its shape in words, and as a function of the arguments' shapes.

    ``shape`` gets the shapes of the arguments by name, and raises ValueError for those that do
    not fit together.  ``separate`` says that a cell follows from those in its place alone.
    """

    words: str
    shape: Callable[[Mapping[str, Shape], Scheme], Shape]
    separate: bool = False


def one_cell() -> Result:
    """Declare a result of one cell."""
    return Result("一个单元格", lambda given, scheme: (1, 1))


def cell_by_cell(what: str) -> Result:
    """Declare a result for each cell of the arguments, spread to a common shape."""

    def shape(given: Mapping[str, Shape], _scheme: Scheme) -> Shape:
        rows, columns = np.broadcast_shapes(*given.values())
        return rows, columns

    return Result(f"各参数按行列配成同样大小后，逐格{what}", shape, separate=True)


def same_as(argument: str, title: str, what: str, *, separate: bool = False) -> Result:
    """Declare a result in the shape of one argument; ``title`` is the argument's Chinese name."""
    return Result(
        f"与“{title}”同样大小，逐格{what}", lambda given, scheme: given[argument], separate
    )


def by_row(argument: str, what: str) -> Result:
    """Declare a column with a cell for each row of one argument."""
    return Result(f"一列，每行{what}", lambda given, scheme: (given[argument][0], 1))
