"""PERMU_SCORE and PERMU_POLLUTION_SCORE: by the case tables, and what cells may hold."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from permu_xl import functions
from permu_xl.engine.scoring.score import scores
from tests.engine.support import Case, cases, each_case, number, shenyang
from tests.functions.support import DIV0, NA, NUM, REF, VALUE, column, flat, one, same


def cell(text: str) -> float | None:
    return float(text) if text else None


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


# ---- the lowest score --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "floor", "expected"),
    [
        (1.99, 0.2, 6.0),  # 5.97, less than 0.2 x 30
        (2.0, 0.2, 6.0),
        (2.01, 0.2, 6.03),
        (0, 0.2, 6.0),
        (-1, 0.2, 0.0),  # below 0 and missing stay 0
        (None, 0.2, 0.0),
        (1.99, None, 5.97),  # Shenyang's scheme has none
        (1.99, -0.1, NUM),
        (1.99, "低", VALUE),
    ],
)
def test_lowest_score(value: object, floor: object, expected: object) -> None:
    found = one("PERMU_SCORE", value, 10, 30, 1.2, None, None, floor)
    assert found == (pytest.approx(expected) if isinstance(expected, float) else expected)
    block = [[value], [value]]
    found = functions.call("PERMU_SCORE", [block, 10, 30, 1.2, None, None, floor])
    assert [row[0] for row in found] == [
        one("PERMU_SCORE", value, 10, 30, 1.2, None, None, floor)
    ] * 2


def test_lowest_scores_of_a_scheme_by_column(rules: str) -> None:
    """toy_rules: 0.2 x 60 for tax, 0.1 x 40 for energy; beside one column somebody must say."""
    found = functions.call("PERMU_SCORE", [[[1, 1]], [[10, 20]], [[60, 40]], None, rules])
    assert found == [[12.0, 4.0]]
    assert one("PERMU_SCORE", 1, 10, 60, 1.5, rules) == NA
    assert "下限倍数" in functions.last_error()
    assert one("PERMU_SCORE", 1, 10, 60, 1.5, rules, None, 0.2) == 12
