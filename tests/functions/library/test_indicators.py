"""PERMU_INDICATOR and PERMU_BASELINE: by the case tables, and what cells may hold."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.engine.support import Case, cases, each_case, number, shenyang
from tests.functions.support import DIV0, NA, NULL, NUM, REF, VALUE, column, flat, one, same

INDICATORS = {i.name: i for i in shenyang().indicators}


def cell(text: str) -> float | None:
    return float(text) if text else None


# ---- PERMU_INDICATOR ---------------------------------------------------------------------------


@each_case("indicators")
def test_indicator_case(case: Case) -> None:
    indicator = INDICATORS[case["指标"]]
    found = one("PERMU_INDICATOR", cell(case["分子"]), cell(case["分母"]), indicator.scale)
    assert same([found], [number(case["指标值"]) if case["指标值"] else ""])


@pytest.mark.parametrize(
    ("numerator", "denominator", "scale", "expected"),
    [
        (10, 4, None, [2.5]),
        (10, 4, "", [2.5]),
        (10, 4, [[None]], [2.5]),
        (10, 4, 100, [250.0]),
        ("１，２００", " 4 ", "100", [30000.0]),
        (None, 4, None, [""]),
        ("  ", 4, None, [""]),
        (10, "", None, [""]),
        (0, 4, None, [0.0]),
        (10, 0, None, [""]),
        (10, -4, None, [""]),
        (-10, 4, None, [-2.5]),
        ("十", 4, None, [VALUE]),
        (10, True, None, [VALUE]),
        ("#N/A", 4, None, [NA]),
        (10, REF, None, [REF]),
        (NULL, REF, None, [NULL]),
        (None, REF, None, [REF]),
        (10, 4, 0, [NUM]),
        (10, 4, -1, [NUM]),
        (10, 4, DIV0, [DIV0]),
        ("1e999", 4, None, [NUM]),
        (1e308, 1e-308, None, [NUM]),
        (dt.date(2019, 5, 1), 2, None, [21793.0]),
        ([1, 2, 3], 2, None, [0.5, 1.0, 1.5]),
        ([[1], [2]], [[2], [4]], None, [0.5, 0.5]),
        ([[1], [2]], [1, 2], None, [1.0, 0.5, 2.0, 1.0]),
        ([1, 2], 1, [1, 100], [1.0, 200.0]),
        ([1, "x", REF], 1, [None, 2, 3], [1.0, VALUE, REF]),
        ([1, 2, 3], [1, 2], None, [VALUE]),
        ([[1, 2], [3]], 1, None, [VALUE]),
    ],
)
def test_indicator(numerator: Any, denominator: Any, scale: Any, expected: list[Any]) -> None:
    assert same(flat("PERMU_INDICATOR", numerator, denominator, scale), expected)


# ---- PERMU_BASELINE ----------------------------------------------------------------------------


BASELINES = [
    case
    for case in cases("baseline")
    if case["方法"] != "人工核定" and case["有无上年数据"] != "无" and case["分子"]
]


@pytest.mark.parametrize("case", BASELINES, ids=[case["案例编号"] for case in BASELINES])
def test_baseline_case(case: Case) -> None:
    found = one(
        "PERMU_BASELINE",
        column(map(cell, case["分子"].split(";"))),
        column(map(cell, case["分母"].split(";"))),
        case["方法"],
        INDICATORS[case["指标"]].scale,
        column(part == "1" for part in case["参评"].split(";")),
    )
    none = DIV0 if "不大于0" in case["错误"] else NA
    assert same([found], [number(case["基准值"]) if case["基准值"] else none])


TOP, BOTTOM = column([10, 20, 30]), column([2, 10, 5])
"""Indicator values 5, 2, 6; totals 60 over 17."""


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ((), 60 / 17),
        ((None,), 60 / 17),
        (("",), 60 / 17),
        (("aggregate",), 60 / 17),
        (("总量法",), 60 / 17),
        (("mean",), 13 / 3),
        (("企业均值",), 13 / 3),
        (("max",), 6.0),
        ((" MAX ",), 6.0),
        (("最高值",), 6.0),
        (("manual",), NA),
        (("人工核定",), NA),
        (("最低",), NA),
        ((1,), NA),
        ((REF,), REF),
        ((["max", "mean"],), VALUE),
        (("max", 100), 600.0),
        (("max", "100"), 600.0),
        (("max", 0), NUM),
        (("max", "x"), VALUE),
        (("max", [1, 2]), VALUE),
        (("max", None, column([True, True, False])), 5.0),
        (("max", None, column(["是", None, "否"])), 5.0),
        (("aggregate", None, column([False, False, False])), NA),
        (("max", None, column([1, 1, "也许"])), VALUE),
        (("max", None, column([1, 1, NA])), NA),
        (("max", None, column([1, 1])), VALUE),
    ],
)
def test_baseline(rest: tuple[Any, ...], expected: Any) -> None:
    assert same([one("PERMU_BASELINE", TOP, BOTTOM, *rest)], [expected])


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        ([10, None, 20], [2, 5, None], 5.0),  # only the first has both figures
        ([10, "", 20], [[2, 5, 3]], 6.0),
        ([None, None], [1, 2], NA),
        ([10, 20], [0, 0], NA),
        ([0, 0], [1, 2], DIV0),
        ([-5, 2], [1, 2], DIV0),
        ([10, REF], [1, 2], REF),
        ([10, "x"], [1, REF], VALUE),
        ([[10, 20], [30, 40]], [[1, 2], [3, 4]], 10.0),
        ([10, 20], [[1], [2]], VALUE),
        (10, 4, 2.5),
        (dt.date(1900, 1, 9), 5, 2.0),
    ],
)
def test_baseline_of_blanks_errors_and_shapes(
    numerator: Any, denominator: Any, expected: Any
) -> None:
    assert same([one("PERMU_BASELINE", numerator, denominator)], [expected])


def test_errors_of_firms_that_are_out_do_not_concern_the_baseline() -> None:
    included = column([True, False, True])
    assert one("PERMU_BASELINE", column([10, REF, 30]), BOTTOM, "max", 1, included) == 6.0
