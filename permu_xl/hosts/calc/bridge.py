"""Between Calc and the functions: arguments and results as UNO passes them.

Nothing here needs ``uno``.  A range arrives as a tuple of rows, in which a blank cell is "" and
TRUE is 1.0; an argument left out arrives as None.  A result is always a tuple of rows.
"""

from __future__ import annotations

import struct
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from permu_xl.functions import Cell, ErrorValue, call

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ERROR_CODES", "answer"]

ERROR_CODES = {
    ErrorValue.NULL: 521,
    ErrorValue.DIV0: 532,
    ErrorValue.VALUE: 519,
    ErrorValue.REF: 524,
    ErrorValue.NAME: 525,
    ErrorValue.NUM: 503,
    ErrorValue.NA: 32767,
}
"""The numbers by which Calc knows the errors."""

_ERRORS = {code: error for error, code in ERROR_CODES.items()}
_QUIET = 0x7FF8_0000_0000_0000
_SHOWN: dict[ErrorValue, float] = {
    error: struct.unpack("<d", struct.pack("<Q", _QUIET | code))[0]
    for error, code in ERROR_CODES.items()
}
"""The NaN that Calc shows as an error."""
_PLAIN = {float, str}


def answer(name: str, arguments: Sequence[Any]) -> tuple[tuple[float | str, ...], ...]:
    """Call a worksheet function with what Calc passes; return what Calc takes.

    >>> answer("PERMU_SCORE", [((5.0,), ("",)), 10.0, 30.0, None, None])
    ((15.0,), (0.0,))
    >>> answer("PERMU_IN_SCOPE", ["3421", "", 2021.0])
    ((1.0,),)
    """
    # Most arguments are single numbers; only NaN, which is an error, differs from itself.
    given = [x if type(x) is float and x == x else _given(x) for x in arguments]
    rows = call(name, given)
    # Most results are as Calc takes them; thousands are asked for.
    if set(map(type, chain.from_iterable(rows))) <= _PLAIN:
        return cast("tuple[tuple[float | str, ...], ...]", tuple(map(tuple, rows)))
    return tuple(tuple(map(_taken, row)) for row in rows)


def _given(argument: Any) -> Any:
    if not isinstance(argument, tuple):
        return argument if argument == argument else _error(argument)
    # None is what the functions take quickest for blank.
    return [
        [None if cell == "" else cell if cell == cell else _error(cell) for cell in row]
        for row in argument
    ]


def _error(shown: float) -> ErrorValue:
    code = int.from_bytes(struct.pack("<d", shown)[:4], "little")
    return _ERRORS.get(code, ErrorValue.VALUE)


def _taken(cell: Cell) -> float | str:
    if isinstance(cell, ErrorValue):
        return _SHOWN.get(cell, _SHOWN[ErrorValue.VALUE])
    return float(cell) if isinstance(cell, bool) else cell
