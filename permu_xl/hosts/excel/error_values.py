"""Excel's error values: their numbers and what their cells show.

COM hands a number over as a float and an error value as an int: an int from a cell is always an
error, also one that a later Excel will invent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.functions import ErrorValue

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ERROR_NUMBERS", "error_of"]

ERROR_NUMBERS: Mapping[str, int] = {
    "#NULL!": 2000,
    "#DIV/0!": 2007,
    "#VALUE!": 2015,
    "#REF!": 2023,
    "#NAME?": 2029,
    "#NUM!": 2036,
    "#N/A": 2042,
    "#GETTING_DATA": 2043,
    "#SPILL!": 2045,
    "#CONNECT!": 2046,
    "#BLOCKED!": 2047,
    "#UNKNOWN!": 2048,
    "#FIELD!": 2049,
    "#CALC!": 2050,
}
"""What VBA's CVErr takes for each error (XlCVError)."""

_BASE = -0x7FF60000  # 0x800A0000, what COM adds to the numbers
_ERRORS = {_BASE + number: ErrorValue(text) for text, number in ERROR_NUMBERS.items()}


def error_of(number: int) -> ErrorValue:
    """Return the error that a cell's int stands for; #VALUE! for one that nobody knows.

    >>> str(error_of(-2146826243)), str(error_of(-2146826287))
    ('#SPILL!', '#VALUE!')
    """
    return _ERRORS.get(number, ErrorValue.VALUE)
