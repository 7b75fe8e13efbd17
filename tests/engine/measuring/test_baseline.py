"""Baselines: 二（一）2, readings R7 to R9."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from permu_xl.engine.measuring.baseline import (
    METHOD_NAMES,
    NOTHING,
    Baseline,
    Statistics,
    baseline,
    pick,
    statistics,
)
from permu_xl.engine.measuring.indicators import indicator_values
from permu_xl.engine.model.scheme import BaselineRule
from permu_xl.errors import UsageError
from tests.engine.support import Case, each_case, number, numbers, shenyang

METHODS = {name: method for method, name in METHOD_NAMES.items()}
YEARS = {"上年": "previous", "本年": "current"}


def found(numerator: str, denominator: str, included: str, scale: float = 1.0) -> Statistics:
    values = indicator_values(numbers(numerator), numbers(denominator), scale)
    return statistics(values, numbers(included).astype(bool), scale)


@each_case("baseline")
def test_case(case: Case) -> None:
    indicator = next(i for i in shenyang().indicators if i.name == case["指标"])
    by_hand = float(case["人工值"]) if case["人工值"] else None
    rule = BaselineRule(METHODS[case["方法"]], YEARS[case["年度"]], "二（一）2", by_hand)
    figures = found(case["分子"], case["分母"], case["参评"], indicator.scale)
    previous = None if case["有无上年数据"] == "无" else NOTHING
    current = NOTHING
    if case["年度"] == "本年":
        current = figures
    elif previous is not None:
        previous = figures
    result = baseline(replace(indicator, baseline=rule), previous, current)
    assert result.value == pytest.approx(number(case["基准值"]), rel=1e-12, nan_ok=True)
    if case["错误"]:
        assert result.problem == f"指标“{indicator.name}”没有可用的基准值：{case['错误']}"
    else:
        assert result.problem == ""


def test_all_statistics_of_a_table() -> None:
    # 10/5 = 2, blank numerator, 20/4 = 5, 7/0 not computable, 9/3 = 3 out
    #   both figures: firms 1, 3, 4: 37 over 9; values: 2 and 5, mean 3.5, highest 5 of firm 3
    s = found("10;;20;7;9", "5;8;4;0;3", "1;1;1;1;0")
    assert (s.numerator, s.denominator, s.both) == (37, 9, 3)
    assert s.aggregate == pytest.approx(37 / 9)
    assert (s.count, s.mean, s.highest, s.second, s.holder) == (2, 3.5, 5, 2, 2)


def test_scale_applies_to_every_statistic() -> None:
    # 3/100 and 10/100 in per cent: 3 and 10; together 13/200 = 6.5
    s = found("3;10", "100;100", "1;1", 100.0)
    assert (s.aggregate, s.mean, s.highest, s.second) == (6.5, 6.5, 10, 3)
    assert (s.numerator, s.denominator) == (13, 200)


def test_the_scale_is_one_unless_told() -> None:
    values = indicator_values(numbers("10;20"), numbers("5;5"))
    s = statistics(values, np.array([True, True]))
    assert (s.aggregate, s.mean, s.highest) == (3, 3, 4)


def test_nothing_is_what_nobody_gives() -> None:
    assert (NOTHING.both, NOTHING.count, NOTHING.holder) == (0, 0, -1)


def test_two_firms_share_the_highest() -> None:
    s = found("10;10;2", "2;2;2", "1;1;1")
    assert (s.highest, s.second, s.holder) == (5, 5, 0)


def test_one_value_has_no_second() -> None:
    s = found("10;", "2;2", "1;1")
    assert (s.count, s.highest) == (1, 5)
    assert np.isnan(s.second)


def test_nothing_to_say() -> None:
    for s in (found("", "", ""), found("1;2", "1;1", "0;0"), found(";", ";", "1;1")):
        assert (s.both, s.count, s.holder) == (0, 0, -1)
        assert np.isnan([s.numerator, s.denominator, s.aggregate, s.mean, s.highest]).all()


def test_totals_are_known_where_the_quotient_is_not() -> None:
    s = found("10;5", "0;0", "1;1")
    assert (s.numerator, s.denominator, s.both, s.count) == (15, 0, 2, 0)
    assert np.isnan(s.aggregate)


@pytest.mark.parametrize(
    ("method", "value"), [("aggregate", 60 / 19), ("mean", 10 / 3), ("max", 5.0), ("manual", 7.0)]
)
def test_pick(method: str, value: float) -> None:
    # 2, 5 and 3: total 60 over 19, mean 10/3, highest 5
    figures = found("10;20;30", "5;4;10", "1;1;1")
    assert pick(method, figures, 7.0) == pytest.approx(value)  # type: ignore[arg-type]


def test_pick_by_hand_without_a_value() -> None:
    assert np.isnan(pick("manual", NOTHING))


def test_pick_by_a_method_that_does_not_exist() -> None:
    with pytest.raises(
        UsageError, match="没有基准方法“mode”，可用：aggregate、mean、median、max、min、manual"
    ):
        pick("mode", NOTHING)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("method", "year", "origin"),
    [
        ("aggregate", "previous", "上年总量法"),
        ("mean", "previous", "上年企业均值"),
        ("max", "current", "本年最高值"),
        ("aggregate", "current", "本年总量法"),
        ("manual", "previous", "人工核定"),
    ],
)
def test_origin_and_source(method: str, year: str, origin: str) -> None:
    rule = BaselineRule(method, year, "二（一）2", 7.0)  # type: ignore[arg-type]
    indicator = replace(shenyang().indicators[0], baseline=rule)
    last, now = found("10", "5", "1"), found("30", "5", "1")
    result = baseline(indicator, last, now)
    assert result.origin == origin
    assert result.source is (last if year == "previous" else now)
    assert result.previous is last
    assert result.current is now


# ---- multiples and groups ----------------------------------------------------------------------


def by_rule(rule: BaselineRule, current: Statistics = NOTHING, **options: object) -> Baseline:
    indicator = replace(shenyang().indicators[0], baseline=rule)
    return baseline(indicator, found("10;20", "5;4", "1;1"), current, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("method", "times", "value", "origin"),
    [
        # last year: 10/5 = 2 and 20/4 = 5; together 30/9
        ("aggregate", 2.0, 60 / 9, "上年总量法的2倍"),
        ("mean", 0.5, 1.75, "上年企业均值的0.5倍"),
        ("max", 1.2, 6, "上年最高值的1.2倍"),
        ("max", 1.0, 5, "上年最高值"),
        ("manual", 2.0, 7, "人工核定"),  # what is set by hand is set
    ],
)
def test_multiples(method: str, times: float, value: float, origin: str) -> None:
    result = by_rule(BaselineRule(method, "previous", "二", 7.0, times))  # type: ignore[arg-type]
    assert result.value == pytest.approx(value)
    assert result.origin == origin


@pytest.mark.parametrize(
    ("group", "manual", "value"),
    [
        ("食品", 5.0, 2),
        ("机械", 5.0, 4),
        ("其他", 5.0, 5),
        ("机械", None, 4),
        ("其他", None, np.nan),
    ],
)
def test_manual_values_by_group(group: str, manual: float | None, value: float) -> None:
    rule = BaselineRule(
        "manual", "current", "二", manual, by="trade", manual_by={"食品": 2.0, "机械": 4.0}
    )
    result = by_rule(rule, group=group)
    assert result.value == pytest.approx(value, nan_ok=True)
    assert result.group == group
    assert result.name == f"亩均税收（{group}）"
    said = f"指标“亩均税收（{group}）”没有可用的基准值：没有填写人工核定基准值"
    assert result.problem == ("" if value == value else said)


@pytest.mark.parametrize("method", ["aggregate", "mean", "max", "manual"])
def test_what_nobody_needs_may_be_missing(method: str) -> None:
    rule = BaselineRule(method, "current", "二")  # type: ignore[arg-type]
    result = by_rule(rule, needed=False)
    assert np.isnan(result.value)
    assert result.problem == ""


def test_this_years_baseline_is_missing_only_where_somebody_has_the_indicator() -> None:
    rule = BaselineRule("mean", "current", "二")
    assert by_rule(rule).problem == ""
    zero = by_rule(rule, found("0;0", "5;5", "1;1"))
    assert zero.problem == "指标“亩均税收”没有可用的基准值：本年企业均值为0，不大于0"
    assert np.isnan(zero.value)


def test_without_last_year_a_multiple_is_missing_too() -> None:
    rule = BaselineRule("aggregate", "previous", "二", times=2.0)
    indicator = replace(shenyang().indicators[0], baseline=rule)
    assert "没有上年数据" in baseline(indicator, None, NOTHING).problem
    nobody = baseline(indicator, NOTHING, NOTHING, group="东区")
    assert nobody.problem == (
        "指标“亩均税收（东区）”没有可用的基准值：上年参评企业没有可用的数据，总量法算不出来"
    )
