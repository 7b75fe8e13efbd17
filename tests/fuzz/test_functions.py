"""Whatever blocks the worksheet functions get: a block of the shape that is declared."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from permu_xl import functions
from permu_xl.functions import ErrorValue
from tests.fuzz.function_calls import fault_of, promised, random_call


@pytest.mark.parametrize(
    ("name", "shapes", "wanted"),
    [
        ("PERMU_SCORE", [(3, 1), (1, 2), (1, 1)], (3, 2)),
        ("PERMU_SCORE", [(3, 1), (2, 1), (1, 1)], None),
        ("PERMU_RANK", [(4, 2)], (4, 2)),
        ("PERMU_TOTAL", [(4, 6), (4, 1)], (4, 1)),
        ("PERMU_EVALUATE", [(4, 8), (1, 6)], (4, 18)),
        ("PERMU_EXPLAIN", [(1, 8), (1, 6)], (7, 1)),
        ("PERMU_BASELINE", [(9, 1), (9, 1)], (1, 1)),
    ],
)
def test_shapes_as_promised(
    name: str, shapes: list[tuple[int, int]], wanted: tuple[int, int] | None
) -> None:
    assert promised(name, shapes) == wanted


@given(st.integers(0, 2**32))
@settings(max_examples=1500, deadline=None, derandomize=True)
def test_any_call(seed: int) -> None:
    name, args = random_call(Random(seed))
    assert fault_of(name, args) == "", (name, args)


def test_a_result_too_large_for_any_sheet() -> None:
    column, row = [[1.0]] * 1_000_000, [[1.0] * 10_000]
    assert functions.call("PERMU_SCORE", [column, row, 30]) == [[ErrorValue.NUM]]
    assert "太大" in functions.last_error()
