"""What stands in a cell, seen from a worksheet function: numbers, texts, TRUE, errors."""

from __future__ import annotations

from enum import Enum

import numpy as np

from permu_xl.engine.model import CodeArray

__all__ = ["CODES", "ERRORS", "Cell", "ErrorValue", "Faults", "Grid"]


class ErrorValue(Enum):
    """An error of the spreadsheet, as a value; ``str`` gives what the cell shows.

    >>> str(ErrorValue.NA), ErrorValue("#DIV/0!")
    ('#N/A', <ErrorValue.DIV0: '#DIV/0!'>)
    """

    NULL = "#NULL!"
    DIV0 = "#DIV/0!"
    VALUE = "#VALUE!"
    REF = "#REF!"
    NAME = "#NAME?"
    NUM = "#NUM!"
    NA = "#N/A"
    # What newer programs show besides; our functions only hand them on.
    GETTING_DATA = "#GETTING_DATA"
    SPILL = "#SPILL!"
    CONNECT = "#CONNECT!"
    BLOCKED = "#BLOCKED!"
    UNKNOWN = "#UNKNOWN!"
    FIELD = "#FIELD!"
    CALC = "#CALC!"

    # By identity, as members compare; an Enum's own takes the name's, which is slow to look up.
    __hash__ = object.__hash__

    def __str__(self) -> str:
        return self.value


ERRORS: tuple[ErrorValue | None, ...] = (None, *ErrorValue)
"""Errors by their code in arrays of faults; 0 is no error."""

CODES = {error: np.int8(code) for code, error in enumerate(ERRORS) if error is not None}

Cell = float | str | bool | ErrorValue
"""One cell; the empty text stands for a blank one."""

Grid = list[list[Cell]]
"""A result: rows of equal length, at least one cell."""

Faults = CodeArray
"""For each cell the code of the error it shows, 0 for none."""
