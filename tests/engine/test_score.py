"""Scores and bonus: clause 2(1)3, readings R5, R10, R11, R12."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from permu_xl.engine.indicators import indicator_values
from permu_xl.engine.roster import Roster
from permu_xl.engine.scheme import Bonus, BonusLabel
from permu_xl.engine.score import (
    add_up,
    bonus_points,
    indicator_scores,
    lacks_data,
    scores,
    split_labels,
    unknown_labels,
)
from tests.engine.support import Case, each_case, number, plain_bonus, shenyang


@each_case("score")
def test_case(case: Case) -> None:
    value, baseline = number(case["指标值"]), number(case["基准值"])
    weight, cap = number(case["基本分"]), number(case["封顶倍数"])
    decimals = int(case["小数位"]) if case["小数位"] else None
    indicator = replace(shenyang().indicators[0], weight=weight, cap=cap)
    values = indicator_values(np.array([value]), np.ones(1))
    expected = number(case["得分"])
    points = indicator_scores(indicator, values, baseline, np.array([True]), decimals)
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
        i.id: indicator_scores(i, values, 1.0, np.array([True])).tolist()
        for i in shenyang().indicators
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
