"""PERMU_MEASURE, PERMU_WATER_FEE."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from permu_xl import functions
from tests.engine.support import shenyang
from tests.functions.support import NA, NUM, REF, VALUE, column, flat, one, same

FIELDS = {"用地": "land", "用电": "power", "用水": "water", "专项资金": "funds", "信贷": "credit"}


def test_every_measure_by_name_and_by_id() -> None:
    for letters in (["A", "B", "C", "D"], ["a", "ｂ", " C ", "d"]):
        for fields in (list(FIELDS), list(FIELDS.values()), ["LAND", "Power", *FIELDS][:5]):
            found = functions.call("PERMU_MEASURE", [column(letters), fields])
            assert [len(row) for row in found] == [5] * 4
            for row, letter in zip(found, "ABCD", strict=True):
                for cell, field in zip(row, fields, strict=True):
                    measure = next(
                        m for m in shenyang().measures if field.lower() in (m.id, m.name)
                    )
                    assert cell == measure.texts[letter]


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("E", "用地"), [NA]),
        (("A", "用气"), [NA]),
        (("", "用地"), [""]),
        (("A", None), [""]),
        ((None, "用气"), [""]),
        ((1, "用地"), [NA]),
        (("A", True), [NA]),
        (("A", dt.date(2020, 1, 1)), [NA]),
        ((REF, "用地"), [REF]),
        (("A", "#N/A"), [NA]),
        ((REF, NUM), [REF]),
        ((["A", "B"], ["用地", "用电", "用水"]), [VALUE]),
        (([["A"], ["B", "C"]], "用地"), [VALUE]),
        (("A", "用地", "大连"), [NA]),
        (("A",), [VALUE]),
    ],
)
def test_measure(args: tuple[Any, ...], expected: list[Any]) -> None:
    assert flat("PERMU_MEASURE", *args) == expected


def test_a_scheme_without_measures_or_water_prices(toy_scheme: str) -> None:
    assert one("PERMU_MEASURE", "甲", "用地", toy_scheme) is NA
    assert one("PERMU_WATER_FEE", 100, 100, 4, toy_scheme) is NA


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ((0, 100, 4), [0.0]),
        ((99, 100, 4), [396.0]),  # below, at and above the quota
        ((100, 100, 4), [400.0]),
        ((101, 100, 4), [406.0]),
        ((119, 100, 4), [514.0]),  # below, at and above 120 % of it: 20 % still at 1.5
        ((120, 100, 4), [520.0]),
        ((121, 100, 4), [528.0]),
        ((10, 0, 4), [80.0]),
        ((100, 100, 0), [0.0]),
        (([-0.01, 100, 100], [100, -1, 100], [4, 4, -4]), [NUM, NUM, NUM]),
        (([None, 100, 100], [100, "", 100], [4, 4, None]), ["", "", ""]),
        (("１２０", "100", " 4 "), [520.0]),
        ((["x", REF, True], 100, 4), [VALUE, REF, VALUE]),
        ((REF, "x", -1), [REF]),
        ((dt.date(1900, 1, 9), 100, 4), [40.0]),
        ((column([90, 150]), [100, 75], 4), [360.0, 390.0, 760.0, 870.0]),
        (([1, 2], [1, 2, 3], 4), [VALUE]),
        (([[1, 2], [3]], 1, 4), [VALUE]),
        ((100, 100, 4, ""), [400.0]),
        ((100, 100, 4, "大连"), [NA]),
        ((100, 100), [VALUE]),
    ],
)
def test_water_fee(args: tuple[Any, ...], expected: list[Any]) -> None:
    assert same(flat("PERMU_WATER_FEE", *args), expected)


def test_water_fee_equals_the_formula() -> None:
    generator = np.random.default_rng(3)
    volume, quota, price = generator.uniform(0, 300, (3, 500))
    found = flat("PERMU_WATER_FEE", volume.tolist(), quota.tolist(), price.tolist())
    within = np.minimum(volume, quota)
    next_fifth = np.clip(volume - quota, 0, quota * 0.2)
    rest = np.maximum(volume - quota * 1.2, 0)
    assert found == pytest.approx(price * (within + 1.5 * next_fifth + 2 * rest), rel=1e-12)
