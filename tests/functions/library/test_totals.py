"""PERMU_TOTAL and PERMU_RANK: by hand, and what cells may hold."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from permu_xl import functions
from tests.functions.support import NA, REF, VALUE, column, flat, same

# ---- PERMU_TOTAL -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (([[1, 2, 3]],), [6.0]),
        (([1, 2, 3],), [6.0]),
        ((5,), [5.0]),
        ((column([1, 2]),), [1.0, 2.0]),
        (([[1, None], [None, None], ["", "2"]],), [1.0, "", 2.0]),
        (([[1, 2], [3, 4]], column([10, -5])), [13.0, 2.0]),
        (([[1, 2], [3, 4]], column([None, ""])), [3.0, 7.0]),
        (([[1, 2], [3, 4]], None), [3.0, 7.0]),
        (([[1, 2]], 10), [13.0]),
        (([[None, None]], 10), [""]),
        (([[1, 2], [3, 4]], 10), [VALUE]),
        (([[1, 2], [3, 4]], [10, 20]), [VALUE]),
        (([[1, REF], [3, 4]], column([1, "x"])), [REF, VALUE]),
        (([[1, "x"], [None, NA]],), [VALUE, NA]),
        (([[None, None]], REF), [""]),
        (([[1, 2]], None, "大连"), [NA]),
        (([[1, 2], [3]],), [VALUE]),
        (([[True, 1]],), [VALUE]),
        (([[dt.date(1900, 1, 1), 1]],), [3.0]),
    ],
)
def test_total(args: tuple[Any, ...], expected: list[Any]) -> None:
    assert same(flat("PERMU_TOTAL", *args), expected)


def test_a_scheme_may_limit_the_bonus(toy_scheme: str) -> None:
    found = flat("PERMU_TOTAL", column([10, 10, 10, 10]), column([2, 3, 4, -9]), toy_scheme)
    assert found == [12.0, 13.0, 13.0, 1.0]


# ---- PERMU_RANK --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("totals", "expected"),
    [
        (7, [1.0]),
        (None, [""]),
        (column([70, 90, 90, 60]), [3.0, 1.0, 1.0, 4.0]),
        ([70, 90, 90, 60], [3.0, 1.0, 1.0, 4.0]),
        ([[70, 90], [90, 60]], [3.0, 1.0, 1.0, 4.0]),
        ([0.3, 0.1 + 0.2, 0.3 + 1e-8], [2.0, 2.0, 1.0]),
        (["70", None, "", "９０", -5], [2.0, "", "", 1.0, 3.0]),
        ([70, None, REF, 90], [REF, "", REF, REF]),
        ([70, "x", NA, None], [VALUE, VALUE, NA, ""]),
        ([70, True], [VALUE, VALUE]),
        ([None, None], ["", ""]),
        ([[1], [2, 3]], [VALUE]),
        ([dt.date(2019, 5, 1), 43587], [2.0, 1.0]),
    ],
)
def test_rank(totals: Any, expected: list[Any]) -> None:
    assert same(flat("PERMU_RANK", totals), expected)


def test_the_result_has_the_shape_of_the_arguments() -> None:
    assert functions.call("PERMU_RANK", [[[1, 2], [3, 4]]]) == [[4.0, 3.0], [2.0, 1.0]]
    assert functions.call("PERMU_TOTAL", [[[1, 2], [3, 4]]]) == [[3.0], [7.0]]
    assert functions.call("PERMU_SCORE", [[[1], [2]], 1, [10, 20]]) == [[10.0, 20.0], [12.0, 24.0]]
