"""PERMU_INDICATOR, _BASELINE, _SCORE, _POLLUTION_SCORE, _TOTAL, _RANK."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from permu_xl import functions
from permu_xl.engine.score import scores
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


# ---- PERMU_SCORE -------------------------------------------------------------------------------


SCORES = [case for case in cases("score") if not case["小数位"]]


@pytest.mark.parametrize("case", SCORES, ids=[case["案例编号"] for case in SCORES])
def test_score_case(case: Case) -> None:
    value, baseline = cell(case["指标值"]), number(case["基准值"])
    found = one("PERMU_SCORE", value, baseline, number(case["基本分"]), number(case["封顶倍数"]))
    assert same([found], [number(case["得分"])])


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ((11.9, 10, 30), [35.7]),  # below the cap of 1.2
        ((12, 10, 30), [36.0]),  # at
        ((12.1, 10, 30), [36.0]),  # above
        ((13, 10, 30, None), [36.0]),
        ((13, 10, 30, ""), [36.0]),
        ((13, 10, 30, 1), [30.0]),
        ((13, 10, 30, [1, None, 2]), [30.0, 36.0, 39.0]),
        ((13, 10, 30, 1.2, "shenyang_2021"), [36.0]),
        ((13, 10, 30, 1.2, " shenyang_2021 "), [36.0]),
        ((13, 10, 30, 1.2, "大连"), [NA]),
        ((13, 10, 30, 1.2, REF), [REF]),
        ((13, 10, 30, 1.2, ["shenyang_2021", "x"]), [VALUE]),
        (([0, -5, None, "", " "], 10, 30), [0.0] * 5),
        ((["5", "５", "1,000", "x", True], 10, 30), [15.0, 15.0, 36.0, VALUE, VALUE]),
        (([5, REF, "#N/A"], 10, 30), [15.0, REF, NA]),
        ((5, [10, 0, -1, None, "x", NUM], 30), [15.0, DIV0, DIV0, DIV0, VALUE, NUM]),
        ((None, 0, 30), [DIV0]),
        ((REF, 0, 30), [REF]),
        ((5, 10, [0, -1, None, "x"]), [0.0, NUM, VALUE, VALUE]),
        ((5, 10, 30, [0, -1, "x"]), [NUM, NUM, VALUE]),
        (([[5], [10]], [10, 20], [30, 15]), [15.0, 3.75, 30.0, 7.5]),
        (([[5], [10]], [[10], [20]], 30), [15.0, 15.0]),
        (([5, 10], [10, 20, 30], 30), [VALUE]),
        (([[5, 10], [5]], 10, 30), [VALUE]),
        ((dt.date(1900, 1, 4), 10, 30), [15.0]),  # the 5th day from 31 December 1899 as day 1
        ((1e308, 1e-308, 30), [36.0]),
    ],
)
def test_score(args: tuple[Any, ...], expected: list[Any]) -> None:
    assert same(flat("PERMU_SCORE", *args), expected)


def test_score_equals_the_engine_for_a_whole_table() -> None:
    generator = np.random.default_rng(7)
    value = generator.normal(10, 8, (200, 6))
    baseline, weight = np.full(6, 9.0), np.array([i.weight for i in shenyang().indicators])
    found = functions.call("PERMU_SCORE", [value.tolist(), [baseline.tolist()], weight.tolist()])
    wanted = [scores(value[:, k].copy(), 9.0, float(weight[k]), 1.2) for k in range(6)]
    assert np.array(found).tolist() == np.array(wanted).T.tolist()


def test_score_by_another_scheme(toy_scheme: str) -> None:
    # caps 1, 1.5 and 2 by column; one decimal, halves up
    row = flat("PERMU_SCORE", [[9, 9, 9]], 3, [50, 30, 20], None, toy_scheme)
    assert row == [50.0, 45.0, 40.0]
    assert flat("PERMU_SCORE", [[9, 9, 9]], 3, [50, 30, 20], [None, 1, None], toy_scheme) == [
        50.0, 30.0, 40.0,
    ]  # fmt: skip
    assert one("PERMU_SCORE", 1, 3, 50, 1, toy_scheme) == 16.7
    assert one("PERMU_SCORE", 1, 40, 50, 1, toy_scheme) == 1.3  # 1.25 exactly
    assert one("PERMU_SCORE", 9, 3, 50, None, toy_scheme) is NA
    assert one("PERMU_SCORE", [9, 9], 3, 50, [1, None], toy_scheme) is NA
    assert flat("PERMU_SCORE", [9, 9], 3, 50, [1, 2], toy_scheme) == [50.0, 100.0]


# ---- PERMU_POLLUTION_SCORE ---------------------------------------------------------------------


@each_case("pollution")
def test_pollution_case(case: Case) -> None:
    tax, emission = cell(case["实缴税收"]), cell(case["污染物排放当量"])
    baseline = cell(case["基准值"])
    found = one("PERMU_POLLUTION_SCORE", tax, emission, baseline)
    assert same([found], [number(case["得分"])])


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ((10, 5, 4), [7.5]),
        ((10, 5, 4, 30), [15.0]),
        ((10, 5, 4, ""), [7.5]),
        ((10, None, 4, 30), [30.0]),
        (([0.01, 0, -1, None], 0, 4), [15.0, 0.0, 0.0, 0.0]),
        (([10, -10, None, "10"], [5, 5, 5, "５"], 4), [7.5, 0.0, 0.0, 7.5]),
        ((10, -5, 4), [0.0]),
        ((10, [5, 0, None], 0), [DIV0, 15.0, 15.0]),
        ((10, [5, 0, None], None), [DIV0, 15.0, 15.0]),
        ((10, [5, 0, None], NA), [NA, 15.0, 15.0]),
        ((10, [REF, "x"], 4), [REF, VALUE]),
        (([REF, "x", True], None, 4), [REF, VALUE, VALUE]),
        ((10, 5, 4, [0, -1, "x", None]), [0.0, NUM, VALUE, 7.5]),
        ((10, 5, 4, None, "大连"), [NA]),
        ((column([10, 20]), column([5, 5]), 4), [7.5, 15.0]),
        (([10, 20], [1, 2, 3], 4), [VALUE]),
        ((dt.date(1900, 1, 9), 5, 4), [7.5]),
    ],
)
def test_pollution_score(args: tuple[Any, ...], expected: list[Any]) -> None:
    assert same(flat("PERMU_POLLUTION_SCORE", *args), expected)


def test_pollution_score_by_another_scheme(toy_scheme: str) -> None:
    # weight 20, cap 2, one decimal: 10/3/4 x 20 = 16.67, 10/1/4 x 20 = 50 -> 40
    found = flat("PERMU_POLLUTION_SCORE", 10, [3, 1, None], 4, None, toy_scheme)
    assert found == [16.7, 40.0, 20.0]


def test_no_indicator_is_scored_without_denominator(monkeypatch: pytest.MonkeyPatch) -> None:
    from permu_xl.functions import arguments

    plain = shenyang().with_indicators(shenyang().indicators[:5])
    monkeypatch.setattr(arguments, "load", lambda _: plain)
    assert one("PERMU_POLLUTION_SCORE", 10, 5, 4) is NA


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
