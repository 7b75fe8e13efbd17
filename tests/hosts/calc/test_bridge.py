"""Arguments and results as UNO passes them, without an office."""

from __future__ import annotations

import struct
from math import isnan
from typing import Any

import pytest

from permu_xl.functions import REGISTRY, ErrorValue, call
from permu_xl.hosts.calc.bridge import ERROR_CODES, answer


def as_calc(value: Any) -> Any:
    """Return an example's argument as Calc passes a range or a constant."""
    if isinstance(value, tuple):
        rows = value if isinstance(value[0], tuple) else (value,)
        return tuple(tuple("" if cell is None else as_calc(cell) for cell in row) for row in rows)
    return float(value) if isinstance(value, (bool, int)) else value


def code(cell: Any) -> int:
    assert isnan(cell)
    return int(struct.unpack("<Q", struct.pack("<d", cell))[0] & 0xFFFF_FFFF)


@pytest.mark.parametrize("name", REGISTRY)
def test_examples(name: str) -> None:
    found = answer(name, [as_calc(a) for a in REGISTRY[name].example.arguments])
    expected = call(name, REGISTRY[name].example.arguments)
    assert [len(row) for row in found] == [len(row) for row in expected]
    for row, wanted in zip(found, expected, strict=True):
        for cell, value in zip(row, wanted, strict=True):
            if isinstance(value, ErrorValue):
                assert code(cell) == ERROR_CODES[value]
            else:
                assert cell == value
                assert type(cell) in (float, str)


@pytest.mark.parametrize("error", ERROR_CODES)
def test_an_error_goes_in_and_out(error: ErrorValue) -> None:
    shown = struct.unpack("<d", struct.pack("<Q", 0x7FF8 << 48 | ERROR_CODES[error]))[0]
    ((good,), (bad,)) = answer("PERMU_SCORE", [((5.0,), (shown,)), 10.0, 30.0])
    assert good == 15.0
    assert code(bad) == ERROR_CODES[error]


def test_a_nan_of_no_known_error_is_no_value() -> None:
    ((cell,),) = answer("PERMU_SCORE", [((float("nan"),),), 10.0, 30.0])
    assert code(cell) == ERROR_CODES[ErrorValue.VALUE]


def test_what_is_left_out_has_its_default() -> None:
    assert answer("PERMU_SCORE", [20.0, 10.0, 30.0, None, None]) == ((36.0,),)
