"""Scores and bonus: 二（一）3, readings R5, R10, R11, R12."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from permu_xl.engine.firms.labels import split_labels
from permu_xl.engine.measuring.indicators import indicator_values
from permu_xl.engine.model.roster import Roster
from permu_xl.engine.model.scheme import (
    Bonus,
    BonusCount,
    BonusGroup,
    BonusLabel,
    Indicator,
    Missing,
    MissingScore,
    ScoringForm,
)
from permu_xl.engine.scoring.bonus import (
    bonus_points,
    count_points,
    label_worth,
    limited_bonus,
    unknown_labels,
)
from permu_xl.engine.scoring.score import (
    add_up,
    lacks_data,
    scores,
)
from tests.engine.support import Case, each_case, number, plain_bonus, points_of, shenyang


@each_case("score")
def test_case(case: Case) -> None:
    value, baseline = number(case["指标值"]), number(case["基准值"])
    weight, cap = number(case["基本分"]), number(case["封顶倍数"])
    decimals = int(case["小数位"]) if case["小数位"] else None
    indicator = replace(shenyang().indicators[0], weight=weight, cap=cap)
    values = indicator_values(np.array([value]), np.ones(1))
    expected = number(case["得分"])
    points = points_of(indicator, values, baseline, np.array([True]), decimals)
    if decimals is None:
        assert points == pytest.approx([expected], abs=1e-12)
        assert scores(np.array([value]), baseline, weight, cap) == pytest.approx(
            [expected], abs=1e-12
        )
    else:
        assert points.tolist() == [expected]


def bonus_of(table: str, cap: str = "") -> Bonus:
    """``专精特新=2;绿色工厂=1.5`` as a bonus table."""
    pairs = [entry.split("=") for entry in table.split(";") if entry]
    labels = {name: BonusLabel(name, float(points), "五") for name, points in pairs}
    return plain_bonus(labels, float(cap) if cap else None)


@each_case("bonus")
def test_bonus_case(case: Case) -> None:
    bonus = bonus_of(case["加分表"], case["上限"])
    firm = Roster.from_columns(
        {}, names=["甲厂"], bonus_points=[number(case["加分"])], bonus_labels=[case["加分项"]]
    )
    found = bonus_points(bonus, firm, np.zeros(1))
    assert found.points == pytest.approx([number(case["直接加分"])])
    assert found.label_points == pytest.approx([number(case["加分项得分"])])
    assert found.total == pytest.approx([number(case["合计"])])
    assert "、".join(unknown_labels(case["加分项"], bonus)) == case["不认识的名称"]


def test_bonus_of_many_firms() -> None:
    firms = Roster.from_columns(
        {},
        names=["甲厂", "乙厂", "丙厂", "丁厂"],
        bonus_points=[1.0, None, -2.0, None],
        bonus_labels=["绿色工厂", "", "绿色工厂", "绿色工厂、专精特新"],
    )
    found = bonus_points(bonus_of("专精特新=2;绿色工厂=1.5", "3"), firms, np.zeros(4))
    assert found.label_points.tolist() == [1.5, 0, 1.5, 3.5]
    assert found.total.tolist() == [2.5, 0, -0.5, 3]


def test_labels_are_split_at_any_white_space() -> None:
    assert split_labels("甲\n乙\u3000丙 \t丁") == ("甲", "乙", "丙", "丁")
    assert split_labels("") == ()
    assert split_labels(" 、 ") == ()


def test_lacking_a_denominator_is_blank_or_zero() -> None:
    values = indicator_values(np.ones(4), np.array([np.nan, 0.0, -1.0, 0.01]))
    assert lacks_data(shenyang().indicator("tax_per_emission"), values).tolist() == [
        True,
        True,
        False,
        False,
    ]


def test_only_the_marked_indicator_gives_its_weight_without_denominator() -> None:
    values = indicator_values(np.array([10.0]), np.array([np.nan]))
    given = {
        i.id: points_of(i, values, 1.0, np.array([True])).tolist() for i in shenyang().indicators
    }
    assert given.pop("tax_per_emission") == [15.0]
    assert set(map(tuple, given.values())) == {(0.0,)}


def test_scores_leave_their_input_alone() -> None:
    value = np.array([5.0, np.nan])
    scores(value, 10.0, 30.0, 1.2)
    assert value[0] == 5.0
    assert np.isnan(value[1])


def test_add_up() -> None:
    assert add_up([np.array([1.0, 2.0]), np.array([10.0, np.nan])], 2)[0] == 11.0
    assert np.isnan(add_up([np.array([1.0, 2.0]), np.array([10.0, np.nan])], 2)[1])
    assert add_up([], 3).tolist() == [0, 0, 0]


# ---- forms -------------------------------------------------------------------------------------

FORMS: dict[str, ScoringForm] = {
    "比值": "ratio",
    "二减比值": "mirrored",
    "比值倒数": "reciprocal",
}


@each_case("score_forms")
def test_form_case(case: Case) -> None:
    found = scores(
        np.array([number(case["指标值"])]),
        number(case["基准值"]),
        number(case["基本分"]),
        number(case["封顶倍数"]),
        FORMS[case["计分方式"]],
    )
    assert found == pytest.approx([number(case["得分"])], abs=1e-12)


@pytest.mark.parametrize(
    ("form", "value", "points"),
    [
        # weight 10, baseline 4, at most 15
        ("ratio", -0.0, 0),
        ("ratio", 1e300, 15),
        ("mirrored", -0.0, 15),
        ("mirrored", 1e300, 0),
        ("reciprocal", 8 / 3, 15),  # exactly the cap
        ("reciprocal", -0.0, 15),
        ("reciprocal", 5e-324, 15),
        ("reciprocal", 1e300, 0),
    ],
)
def test_forms_at_the_edge(form: ScoringForm, value: float, points: float) -> None:
    found = scores(np.array([value]), 4.0, 10.0, 1.5, form)
    assert found == pytest.approx([points], abs=1e-12)


@pytest.mark.parametrize("form", ["ratio", "mirrored", "reciprocal"])
def test_at_the_baseline_every_form_gives_the_weight(form: ScoringForm) -> None:
    assert scores(np.array([0.3]), 0.3, 20.0, 1.2, form).tolist() == [20.0]


@pytest.mark.parametrize("form", ["ratio", "mirrored", "reciprocal"])
def test_a_missing_value_or_baseline_gives_nothing(form: ScoringForm) -> None:
    value = np.array([np.nan, 1.0, 0.0, -1.0])
    assert scores(value, np.nan, 10.0, 1.5, form).tolist() == [0, 0, 0, 0]
    assert scores(value, 1.0, 10.0, 1.5, form)[0] == 0
    assert np.isnan(value[0])


@pytest.mark.parametrize("form", ["ratio", "mirrored", "reciprocal"])
def test_baselines_firm_by_firm(form: ScoringForm) -> None:
    value, baseline = np.array([3.0, 3.0, 5.0]), np.array([3.0, 1e9, 5.0])
    found = scores(value, baseline, 10.0, 1.5, form)
    assert found[[0, 2]].tolist() == [10, 10]
    assert found[1] == pytest.approx(0 if form == "ratio" else 15, abs=1e-6)


def test_without_a_rule_nobody_lacks_a_figure() -> None:
    values = indicator_values(np.array([1.0, np.nan]), np.array([np.nan, 0.0]))
    assert lacks_data(shenyang().indicators[0], values).tolist() == [False, False]


# ---- firms without a figure --------------------------------------------------------------------


def with_rule_for(
    score: MissingScore, column: str = "land", *, zero_counts: bool = False, points: float = 0.0
) -> Indicator:
    """Tax per mu, worth 30 points, with a rule for firms without ``column``."""
    rule = Missing(column, score, zero_counts, "四", points)
    return replace(shenyang().indicator("tax_per_mu"), missing=rule)


ANYBODY = np.array([True] * 5)
TAXES, LANDS = [10.0, 0.0, -1.0, np.nan, 20.0], [np.nan, 0.0, np.nan, np.nan, 2.0]
"""Against 10 only the last firm has a value: 10, which is worth 30."""


@pytest.mark.parametrize(
    ("score", "zero_counts", "expected"),
    [
        ("full", False, [30, 0, 30, 30, 30]),
        ("full", True, [30, 30, 30, 30, 30]),
        ("full_if_positive", False, [30, 0, 0, 0, 30]),
        ("full_if_positive", True, [30, 0, 0, 0, 30]),
        ("average", False, [30, 0, 30, 30, 30]),
        ("average", True, [30, 30, 30, 30, 30]),
        ("penalty", False, [-3, 0, -3, -3, 30]),
        ("penalty", True, [-3, -3, -3, -3, 30]),
    ],
)
def test_without_denominator(score: MissingScore, zero_counts: bool, expected: list[float]) -> None:
    indicator = with_rule_for(score, zero_counts=zero_counts, points=3.0)
    values = indicator_values(np.array(TAXES), np.array(LANDS))
    assert points_of(indicator, values, 10.0, ANYBODY).tolist() == expected


@pytest.mark.parametrize(
    ("score", "zero_counts", "expected"),
    [
        # tax: 10, 0, -1, none, 20; land: none, none, 2, 2, 2
        ("full", False, [0, 0, 0, 30, 30]),
        ("full", True, [0, 30, 0, 30, 30]),
        ("full_if_positive", False, [0, 0, 0, 30, 30]),
        ("full_if_positive", True, [0, 0, 0, 30, 30]),
        # 20 / 2 is worth 30 and -1 / 2 nothing: 15 on average
        ("average", False, [0, 0, 0, 15, 30]),
        ("average", True, [0, 15, 0, 15, 30]),
        ("penalty", True, [0, -3, 0, -3, 30]),
    ],
)
def test_without_numerator(score: MissingScore, zero_counts: bool, expected: list[float]) -> None:
    indicator = with_rule_for(score, "tax", zero_counts=zero_counts, points=3.0)
    lands = np.array([np.nan, np.nan, 2.0, 2.0, 2.0])
    values = indicator_values(np.array(TAXES), lands)
    assert points_of(indicator, values, 10.0, ANYBODY).tolist() == expected


@pytest.mark.parametrize("other", [-0.01, 0.0, 0.01])
def test_the_other_figure_must_be_above_zero(other: float) -> None:
    values = indicator_values(np.array([other]), np.array([np.nan]))
    found = points_of(with_rule_for("full_if_positive"), values, 1.0, np.array([True]))
    assert found.tolist() == [30.0 if other > 0 else 0.0]


def test_the_average_is_over_participants_with_a_value() -> None:
    # values 5 and 10 against 10: 15 and 30; the third is out, the fourth has land 0
    values = indicator_values(np.array([5.0, 10, 90, 7, 7]), np.array([1.0, 1, 1, 0, np.nan]))
    scored = np.array([True, True, False, True, True])
    found = points_of(with_rule_for("average"), values, 10.0, scored)
    assert found.tolist() == [15, 30, 36, 0, 22.5]


def test_the_average_of_nobody_is_nothing() -> None:
    values = indicator_values(np.array([5.0, 10.0]), np.array([np.nan, np.nan]))
    found = points_of(with_rule_for("average"), values, np.nan, np.array([True, True]))
    assert found.tolist() == [0, 0]


def test_an_average_is_rounded_with_the_others() -> None:
    # 10/3 and 11/3 against 10 are worth 10 and 11 points
    values = indicator_values(np.array([10.0, 11, 1]), np.array([3.0, 3.0, np.nan]))
    found = points_of(with_rule_for("average"), values, 10.0, np.array([True] * 3), 1)
    assert found.tolist() == [10, 11, 10.5]


# ---- bonus of other schemes --------------------------------------------------------------------


def label(name: str, points: float, group: str = "", ratio: float = 0.0) -> BonusLabel:
    return BonusLabel(name, points, "五", ratio, group)


LABELS = {
    found.name: found
    for found in (
        label("甲", 2, "best"),
        label("乙", 3, "best"),
        label("丙", -3, "best"),
        label("丁", -5, "best"),
        label("戊", 1.5, "sum"),
        label("己", 1, "sum"),
        label("庚", -4, "sum"),
        label("辛", 0.5),
        label("壬", 0, ratio=0.1),
        label("癸", 0, ratio=-0.05),
    )
}
GROUPS = {
    "best": BonusGroup("best", "荣誉", "highest", 2.5, "五"),
    "sum": BonusGroup("sum", "品牌", "sum", 2, "五"),
}
COUNTS = (BonusCount("letting", "出租", "tenants", 1, -5, "五"),)
RICH = Bonus(LABELS, GROUPS, COUNTS, 6, 8, "五")


@pytest.mark.parametrize(
    ("labels", "points", "ratio"),
    [
        ("", 0, 0),
        ("辛", 0.5, 0),
        ("甲", 2, 0),  # below the group's limit of 2.5
        ("甲、乙", 2.5, 0),  # the better one is 3, above the limit
        ("甲、丁", -5, 0),  # the weightiest counts, either way
        ("乙、丙", 2.5, 0),  # of equals the one that adds
        ("丙、乙", 2.5, 0),  # in whatever order they are written
        ("丙", -3, 0),
        ("戊", 1.5, 0),
        ("戊、己", 2, 0),  # 2.5 is above the limit
        ("戊、己、庚", -1.5, 0),
        ("甲、戊、辛", 4, 0),
        ("壬", 0, 0.1),
        ("壬、癸、辛", 0.5, 0.05),
        ("子", 0, 0),  # not known
    ],
)
def test_label_worth(labels: str, points: float, ratio: float) -> None:
    assert label_worth(RICH, split_labels(labels)) == pytest.approx((points, ratio))


def test_a_group_without_limit_adds_up() -> None:
    free = replace(RICH, groups={"sum": replace(GROUPS["sum"], cap=None)})
    assert label_worth(free, ("戊", "己"))[0] == 2.5


@pytest.mark.parametrize(
    ("tenants", "points"),
    [(None, 0), (0, 0), (1, 0), (2, -5), (3, -10), (1.5, -2.5), (-1, 0)],
)
def test_count_points(tenants: float | None, points: float) -> None:
    figures = np.array([np.nan if tenants is None else tenants])
    assert count_points(COUNTS[0], figures).tolist() == [points]


@pytest.mark.parametrize(
    ("points", "limited"),
    [(5.9, 5.9), (6, 6), (6.1, 6), (-7.9, -7.9), (-8, -8), (-8.1, -8), (0, 0)],
)
def test_limits_of_the_bonus(points: float, limited: float) -> None:
    assert limited_bonus(RICH, np.array([points])).tolist() == [limited]
    unlimited = replace(RICH, cap=None, deduction_cap=None)
    assert limited_bonus(unlimited, np.array([points])).tolist() == [points]


def test_bonus_of_every_kind_at_once() -> None:
    firms = Roster.from_columns(
        {"tenants": [3.0, None, 2.0, 1.0]},
        bonus_points=[1.0, None, 2.0, None],
        bonus_labels=["辛", "壬", "甲、戊、壬", "壬"],
    )
    found = bonus_points(RICH, firms, np.array([50.0, 80.0, 10.0, np.nan]))
    assert found.points.tolist() == [1, 0, 2, 0]
    # 0.5; 10 % of 80; 2 + 1.5 + 10 % of 10; a share of nothing for a firm that is out
    assert found.label_points.tolist() == [0.5, 8, 4.5, 0]
    assert found.count_points.tolist() == [-10, 0, -5, 0]
    # 1 + 0.5 - 10 limited to -8; 8 limited to 6; 2 + 4.5 - 5
    assert found.total.tolist() == [-8, 6, 1.5, 0]
