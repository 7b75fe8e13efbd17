"""Names for the array types of the engine."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
CodeArray = NDArray[np.int8]
BoolArray = NDArray[np.bool_]
DateArray = NDArray[np.datetime64]
TextArray = NDArray[np.object_]
AnyArray = NDArray[Any]

TOLERANCE = 1e-9
"""Figures closer than this are equal (reading R11): float noise never decides."""

PRECISION = 1e-14
"""What the 15 digits in which programs write a figure may leave of it, as a share."""


def blank_as_zero(figures: FloatArray) -> FloatArray:
    """Return the figures with 0 where they are missing.

    >>> blank_as_zero(np.array([1.5, np.nan]))
    array([1.5, 0. ])
    """
    # A fraction of the time of nan_to_num, which looks for infinities too.
    return np.where(np.isnan(figures), 0.0, figures)


def everywhere(mask: BoolArray) -> bool:
    """Return whether a mask is True throughout, in half the time that its method takes."""
    return int(np.count_nonzero(mask)) == mask.size


def filled(size: int, value: Any, kind: Any) -> Any:
    """Return a new array of one value throughout, in half the time that ``np.full`` takes."""
    made = np.empty(size, dtype=kind)
    made.fill(value)
    return made


def texts(values: Any) -> TextArray:
    """Return a one-dimensional object array of the given strings."""
    result = np.empty(len(values), dtype=object)
    result[:] = values
    return result
