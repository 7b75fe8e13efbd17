"""What an outcome gives cause to point out: outliers (R8), ties (R16), flags (R17), years (R19)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from permu_xl.engine.evaluate import Evaluation, evaluate
from permu_xl.engine.findings import Level
from permu_xl.engine.review import check_validity, review
from permu_xl.engine.scheme import BaselineRule, Scheme
from tests.engine.support import (
    Case,
    by_code,
    each_case,
    manual,
    roster,
    score_roster,
    score_scheme,
    shenyang,
)


@each_case("validity")
def test_validity_case(case: Case) -> None:
    findings = check_validity(shenyang(), int(case["评价年度"]))
    assert len(findings) == (1 if case["结论"] == "警告" else 0)
    for found in findings:
        assert found.level is Level.WARNING
        assert found.code == "W101"
        assert found.problem == (
            f"评价年度{case['评价年度']}在方案有效期（2021-11-04至2023-12-31）{case['关键词']}"
        )


def with_emissions(*pairs: tuple[float, float | None], scheme: Scheme | None = None) -> Evaluation:
    """Evaluate firms of which only tax and emission differ."""
    base = manual(shenyang(), 4, 20, 3, 20, 4, 10)
    if scheme is None:
        scheme = base.with_indicators((*base.indicators[:5], shenyang().indicators[5]))
    rows = [(10, tax, 200 - k, 1000, 30, 50, 50, x) for k, (tax, x) in enumerate(pairs)]
    codes = [f"K{k + 1}" for k in range(len(pairs))]
    return evaluate(scheme, roster(*rows, codes=codes, names=codes), year=2021)


@pytest.mark.parametrize(
    ("highest", "warned"),
    [
        (19.99, False),  # below ten times the second, which is 2
        (20, False),  # at
        (20.01, True),  # above
    ],
)
def test_an_outlier_sets_the_baseline(highest: float, warned: bool) -> None:
    e = with_emissions((highest, 1), (2, 1), (10, 10))
    findings = by_code(review(e), "W301")
    assert len(findings) == warned
    for found in findings:
        assert (found.row, found.column, found.value) == (0, "emission", "20.01")
        assert found.problem.startswith("单位污染物排放税收最高的一户是第二名的10.0倍")


def test_an_outlier_among_small_figures() -> None:
    assert len(by_code(review(with_emissions((5.01, 1), (0.5, 1))), "W301")) == 1
    assert by_code(review(with_emissions((5, 1), (0.5, 1))), "W301") == []


def test_float_noise_makes_no_outlier() -> None:
    # 3 / 0.3 is a little more than 10, which is ten times 1
    assert by_code(review(with_emissions((3, 0.3), (1, 1))), "W301") == []


def test_a_single_reporter_is_no_outlier() -> None:
    assert by_code(review(with_emissions((100, 1), (2, None))), "W301") == []


def test_nobody_is_pushed_down_who_is_at_zero_anyway() -> None:
    assert by_code(review(with_emissions((100, 1), (0, 1), (-5, 1))), "W301") == []


def test_firms_that_are_out_are_no_outliers() -> None:
    scheme = with_emissions((1, 1)).scheme
    rows = [(10, 1000, 200, 1000, 30, 50, 50, 1), (10, 2, 100, 1000, 30, 50, 50, 1)]
    e = evaluate(scheme, roster(*rows, included=[0, -1]), year=2021)
    assert review(e) == []


@pytest.mark.parametrize(("method", "year"), [("manual", "current"), ("mean", "current")])
def test_outliers_matter_only_to_the_highest(method: str, year: str) -> None:
    base = manual(shenyang(), 4, 20, 3, 20, 4, 10)
    rule = BaselineRule(method, year, "二", 10.0)  # type: ignore[arg-type]
    scheme = base.with_indicators(
        (*base.indicators[:5], replace(base.indicators[5], baseline=rule))
    )
    assert by_code(review(with_emissions((1000, 1), (2, 1), scheme=scheme)), "W301") == []


def test_outliers_of_last_year_are_not_this_years_concern() -> None:
    last_year = BaselineRule("max", "previous", "二")
    base = shenyang()
    scheme = manual(base, 4, 20, 3, 20, 4, 10).with_indicators(
        tuple(
            replace(i, baseline=last_year if i.id == "tax_per_emission" else replace(
                i.baseline, method="manual", manual=1.0))
            for i in base.indicators
        )
    )  # fmt: skip
    this = roster((10, 1000, 200, 1000, 30, 50, 50, 1), (10, 2, 100, 1000, 30, 50, 50, 1))
    assert by_code(review(evaluate(scheme, this, this, year=2021)), "W301") == []


def test_a_baseline_that_nobody_needs() -> None:
    (found,) = review(with_emissions((10, None), (5, 0)))
    assert (found.code, found.table, found.row, found.column) == ("W302", "parameters", 5, "manual")
    assert "没有一户参评企业有污染物排放当量数据" in found.problem


def test_a_tie_names_both_firms() -> None:
    this = score_roster(
        [[20, 0, 0, 0, 0, 0], [10, 0, 0, 0, 0, 0], [10, 0, 0, 0, 0, 0], [5, 0, 0, 0, 0, 0]],
        codes=["K1", "K3", "K2", "K4"],
        names=["甲厂", "丙厂", "乙厂", "丁厂"],
    )
    (found,) = review(evaluate(score_scheme(), this, year=2021))
    assert (found.code, found.level, found.row, found.value) == ("W303", Level.WARNING, 1, "10.00")
    assert found.problem == (
        "总分前后半区的分界线上，乙厂（K2）与丙厂（K3）的总分相同，按次序规则把后者排在线下"
    )


def test_a_tie_in_a_key_names_the_list() -> None:
    this = score_roster([[10, k, 0, 0, 0, 0] for k in (4, 3, 2, 1)], names=["甲", "乙", "丙", "丁"])
    (found,) = review(evaluate(score_scheme(), this, year=2021))
    assert found.problem.startswith("A类名额的分界线上，甲与乙的排序分相同")


def test_no_ties_no_findings() -> None:
    this = score_roster([[k, 0, 0, 0, k, 0] for k in range(15, 0, -1)])
    assert review(evaluate(score_scheme(), this, year=2021)) == []


def test_a_flag_outside_the_list_is_a_hint() -> None:
    this = score_roster(
        [[k, 0, 0, 0, k, 0] for k in (9, 8, 7, 6, 5)],
        names=["甲", "乙", "丙", "丁", "戊"],
        flags={"off_policy": [True, False, False, False, True]},
    )
    e = evaluate(score_scheme(), this, year=2021)
    assert e.final.tolist() == ["A", "B", "B", "B", "D"]
    (found,) = review(e)
    assert (found.code, found.level, found.row) == ("H304", Level.HINT, 0)
    assert (found.column, found.item) == ("off_policy", "不符合产业政策")
    assert "按名次不在C/D类名单里，分类不受影响" in found.problem


def test_flags_of_firms_that_are_out_are_ignored() -> None:
    this = score_roster(
        [[k, 0, 0, 0, k, 0] for k in (9, 8)], flags={"off_policy": [False, True]}, included=[1, 0]
    )
    assert review(evaluate(score_scheme(), this, year=2021)) == []
