"""Whatever a host passes becomes one block of numbers, texts, TRUE and FALSE, errors and blanks."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from permu_xl.errors import FunctionError
from permu_xl.functions.blocks import Block, normalise
from permu_xl.functions.values import CODES, ERRORS, ErrorValue


def content(value: Any) -> list[Any]:
    return normalise(value).cells()


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (5.0, (1, 1)),
        (None, (1, 1)),
        ("甲", (1, 1)),
        ([1.0, 2.0, 3.0], (1, 3)),
        ((1.0, 2.0), (1, 2)),
        ([[1.0, 2.0]], (1, 2)),
        ([[1.0], [2.0]], (2, 1)),
        (((1.0, "a"), (None, True), (3.0, 4.0)), (3, 2)),
        ([(1.0, 2.0), [3.0, 4.0]], (2, 2)),
        (np.array(5.0), (1, 1)),
        (np.array([1.0, 2.0]), (1, 2)),
        (np.ones((3, 2)), (3, 2)),
        ([np.array([1.0, 2.0]), np.array([3.0, 4.0])], (2, 2)),
    ],
)
def test_shapes(value: Any, shape: tuple[int, int]) -> None:
    assert normalise(value).shape == shape


@pytest.mark.parametrize(
    "value", [[], [[]], (), [[1, 2], [3]], [[1], []], [1, [2]], [[1], 2], np.ones((0, 3))]
)
def test_ragged_and_empty_shapes_fail_the_call(value: Any) -> None:
    with pytest.raises(FunctionError) as caught:
        normalise(value)
    assert caught.value.error == "#VALUE!"


@pytest.mark.parametrize(
    ("cell", "meaning"),
    [
        (3, 3.0),
        (3.5, 3.5),
        (Decimal("3.5"), 3.5),
        (np.float64(3.5), 3.5),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3.0),
        (True, True),
        (np.bool_(False), False),
        ("甲", "甲"),
        (" 甲 ", " 甲 "),
        (np.str_("甲"), "甲"),
        (None, ""),
        ("", ""),
        (" \t\u3000", ""),
        (np.nan, ""),
        (Decimal("NaN"), ""),
        (dt.datetime(2019, 5, 1), 43586.0),
        (dt.datetime(2019, 5, 1, 12), 43586.5),
        (dt.datetime(2019, 5, 1, tzinfo=dt.UTC), 43586.0),
        (dt.date(2019, 5, 1), 43586.0),
        (np.datetime64("2019-05-01"), 43586.0),
        (np.datetime64("2019-05-01T12:00:00", "ns"), 43586.5),
        (np.datetime64("NaT"), ""),
        (float("inf"), ErrorValue.NUM),
        (-(10**400), ErrorValue.NUM),
        (Decimal("sNaN"), ErrorValue.NUM),
        (dt.timedelta(1), ErrorValue.VALUE),
        (dt.time(1), ErrorValue.VALUE),
        (object(), ErrorValue.VALUE),
        (b"1", ErrorValue.VALUE),
        ({}, ErrorValue.VALUE),
    ],
)
def test_one_cell(cell: Any, meaning: Any) -> None:
    # alone, in a row, and beside a cell of another kind
    for value, expected in (
        (cell, [meaning]),
        ([[cell, 1.0]], [meaning, 1.0]),
        ([[cell, "x"]], [meaning, "x"]),
    ):
        found = content(value)
        assert found == expected
        assert list(map(type, found)) == list(map(type, expected))


def test_a_list_in_a_cell_is_no_value() -> None:
    assert content([[1, [2]], [3, 4]]) == [1.0, ErrorValue.VALUE, 3.0, 4.0]


@pytest.mark.parametrize("error", list(ErrorValue))
def test_errors_arrive_as_objects_or_texts(error: ErrorValue) -> None:
    assert content([[error, str(error), 1]]) == [error, error, 1.0]


def test_only_the_exact_texts_are_errors() -> None:
    assert content([["#N/A ", "#n/a", "N/A", "#SPILL"]]) == ["#N/A ", "#n/a", "N/A", "#SPILL"]


def test_arrays_of_dates() -> None:
    days = np.array(["2019-05-01", "NaT"], dtype="datetime64[ns]")
    assert content(days) == [43586.0, ""]


def test_blocks_of_numbers_hold_no_objects() -> None:
    block = normalise([[1.0, None], [3, 4.0]])
    assert block.numbers.dtype == np.float64
    assert not block.others


def test_only_a_single_blank_cell_counts_as_left_out() -> None:
    blank = [normalise(v).is_blank_cell for v in (None, "", [[None]], " ")]
    assert blank == [True] * 4
    filled = [normalise(v).is_blank_cell for v in (0, "x", False, [None, None], ErrorValue.NA)]
    assert filled == [False] * 5


def test_the_callers_array_stays_as_it_was() -> None:
    given = np.array([[1.0, np.inf]])
    assert isinstance(normalise(given), Block)
    assert given[0, 1] == np.inf


def test_error_values_have_codes_and_texts() -> None:
    assert [str(error) for error in ErrorValue] == [
        "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA",
        "#SPILL!", "#CONNECT!", "#BLOCKED!", "#UNKNOWN!", "#FIELD!", "#CALC!",
    ]  # fmt: skip
    assert ERRORS[0] is None
    assert all(ERRORS[code] is error for error, code in CODES.items())
