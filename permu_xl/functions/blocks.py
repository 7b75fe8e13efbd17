"""The arguments of a worksheet function: whatever a host passes, as one block of cells.

A host may pass a single value, a row (a flat list), rows (lists or tuples of them, as COM does) or
a numpy array.  Numbers come as float, int, Decimal or numpy scalars, dates as dates or as serial
numbers, errors as ``ErrorValue`` or as their texts, blank cells as None, "" or NaN.
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from decimal import Decimal
from itertools import chain
from math import isfinite, isinf, isnan
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from permu_xl.errors import FunctionError
from permu_xl.functions.values import Cell, ErrorValue
from permu_xl.text import SERIAL_ORIGIN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from permu_xl.engine.model import FloatArray

__all__ = ["Block", "normalise"]

_ERROR_TEXTS = {str(error): error for error in ErrorValue}
_NO_OTHERS: Mapping[int, str | bool | ErrorValue] = MappingProxyType({})
_DAY = dt.timedelta(days=1)
_ORIGIN = dt.datetime.combine(SERIAL_ORIGIN, dt.time())


class Block(NamedTuple):
    """A rectangle of cells.

    numbers : float64, rows x columns, NaN where the cell holds no number; a numpy scalar for a
        single cell that holds a number or nothing, as thousands of calls have only such
    others : the cells that hold text, TRUE or FALSE, or an error, by position row by row

    A cell in neither is blank.
    """

    numbers: FloatArray
    others: Mapping[int, str | bool | ErrorValue]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return cast("tuple[int, int]", self.numbers.shape or (1, 1))

    @property
    def is_blank_cell(self) -> bool:
        """Whether this is a single blank cell: for an optional argument the same as none."""
        return not self.numbers.ndim and isnan(self.numbers)

    @property
    def is_number(self) -> bool:
        """Whether this is a single number."""
        return not self.numbers.ndim and not isnan(self.numbers)

    def cells(self) -> list[Cell]:
        """Return all cells row by row; blank ones are the empty text."""
        found = cast("list[Cell]", self.numbers.ravel().tolist())
        for position in np.flatnonzero(np.isnan(self.numbers)).tolist():
            found[position] = self.others.get(position, "")
        return found


def normalise(value: object) -> Block:
    """Return what a host passed as a block.

    Raises FunctionError (#VALUE!) for rows of different lengths and for nothing at all.

    >>> normalise([["１２", None], [True, 3]]).others
    {0: '１２', 2: True}
    >>> normalise((1.0, 2.0)).shape
    (1, 2)
    """
    if type(value) is float and isfinite(value):
        number: Any = np.float64(value)
        return Block(number, _NO_OTHERS)
    rows = _rows(value)
    widths = set(map(len, rows))
    width = widths.pop() if len(widths) == 1 else 0
    if not width:
        raise FunctionError("#VALUE!", "是空的，或各行长短不一")
    flat = list(chain.from_iterable(rows))
    if set(map(type, flat)) <= {float, int, type(None)}:
        with suppress(OverflowError):
            return _of_numbers(np.array(flat, dtype=np.float64).reshape(-1, width))
    return _of_cells(flat, width)


def _of_numbers(numbers: FloatArray) -> Block:
    """Return a block of numbers and blank cells only, as most are."""
    infinite = np.isinf(numbers)
    if not infinite.any():
        return Block(numbers[0, 0] if numbers.size == 1 else numbers, _NO_OTHERS)
    numbers[infinite] = np.nan
    return Block(numbers, dict.fromkeys(np.flatnonzero(infinite).tolist(), ErrorValue.NUM))


def _of_cells(flat: list[Any], width: int) -> Block:
    """Return a block of cells of any kind; those that are not plain numbers are looked at."""
    numbers = np.array([cell if type(cell) is float else np.nan for cell in flat], dtype=np.float64)
    others: dict[int, str | bool | ErrorValue] = {}
    for position, cell in enumerate(flat):
        kind = type(cell)
        if cell is None or (kind is float and not isinf(cell)) or (kind is str and not cell):
            continue
        meaning = _meaning(cell)
        numbers[position] = meaning if isinstance(meaning, float) else np.nan
        if not isinstance(meaning, float | None):
            others[position] = meaning
    return Block(numbers.reshape(-1, width) if others or len(flat) > 1 else numbers[0], others)


def _rows(value: Any) -> Sequence[Sequence[Any]]:
    """Return rows of raw cells; a flat sequence is one row."""
    value = _plain(value)
    if not isinstance(value, (list, tuple)):
        return [[value]]
    if np.ndarray in set(map(type, value)):
        value = [_plain(row) for row in value]
    nested = {issubclass(kind, (list, tuple)) for kind in set(map(type, value))}
    if nested == {True, False}:
        raise FunctionError("#VALUE!", "里有的是行、有的是单个值")
    return value if True in nested else [value]


def _plain(value: Any) -> Any:
    """Return an array as lists; anything else as it is."""
    if not isinstance(value, np.ndarray):
        return value
    return (value.astype("datetime64[us]") if value.dtype.kind == "M" else value).tolist()


def _meaning(cell: Any) -> float | str | bool | ErrorValue | None:
    """Return one raw cell as a number, text, TRUE or FALSE, an error, or None for blank."""
    if isinstance(cell, np.generic):
        cell = (cell.astype("datetime64[us]") if cell.dtype.kind == "M" else cell).item()
    match cell:
        case None | bool() | ErrorValue():
            return cell
        case int() | float() | Decimal():
            return _number(cell)
        case str():
            return _ERROR_TEXTS.get(cell) or (str(cell) if cell.strip() else None)
        case dt.datetime():
            return (cell.replace(tzinfo=None) - _ORIGIN) / _DAY
        case dt.date():
            return float((cell - SERIAL_ORIGIN).days)
        case _:
            return ErrorValue.VALUE


def _number(cell: float | Decimal) -> float | ErrorValue | None:
    try:
        number = float(cell)
    except (OverflowError, ValueError):
        return ErrorValue.NUM
    if isnan(number):
        return None
    return ErrorValue.NUM if isinf(number) else number
