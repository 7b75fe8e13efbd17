"""What an outcome gives cause to point out: outliers (R8), ties (R16), flags (R17), years (R19)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from permu_xl.engine.checks.outcome import check_validity, review
from permu_xl.engine.evaluation import Evaluation, evaluate
from permu_xl.engine.model.scheme import BaselineRule, Guard, Missing, Scheme
from permu_xl.findings.kinds import Level
from permu_xl.schemes import load
from tests.engine.support import (
    Case,
    by_code,
    each_case,
    manual,
    roster,
    score_roster,
    score_scheme,
    shenyang,
    tracks_rosters,
    tracks_scheme,
)


@each_case("validity")
def test_validity_case(case: Case) -> None:
    findings = check_validity(shenyang(), int(case["评价年度"]))
    assert len(findings) == (1 if case["结论"] == "警告" else 0)
    for found in findings:
        assert found.level is Level.WARNING
        assert found.code == "W101"
        assert found.problem == case["原文"]
        assert "沈政办发〔2021〕27号" in found.remedy


@pytest.mark.parametrize(("year", "warned"), [(2021, False), (2022, False), (2023, True)])
def test_a_scheme_says_itself_which_year_it_is_for(year: int, warned: bool) -> None:
    # Wenling's scheme of 2022 is made in 2023 for the figures of 2022.
    scheme = replace(load("wenling_2022"), valid_from=dt.date(2021, 1, 1))
    assert scheme.valid_until == dt.date(2022, 12, 31)
    assert bool(check_validity(scheme, year)) is warned
    by_default = replace(scheme, last_year=scheme.valid_until.year - 1, successor="")
    (told,) = check_validity(by_default, 2022)
    assert told.problem == "2022年度的评价在2023年进行，而方案的有效期到2022-12-31为止"


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


@pytest.mark.parametrize(
    ("highest", "told"),
    [
        # twelve firms at 1 beside two at the top: beside (12 + 2 x) / 14 the limit is never reached
        ((60, 60), ""),
        # twelve firms at 1: x / ((12 + x) / 13) = 10 at x = 40, three of the twelve at 4
        ((39.9,), ""),  # below: the average of 12 and 39.9 over 13 is 3.992, times 10 is 39.92
        ((40,), ""),  # at: 52 / 13 = 4
        ((41,), "10.1"),  # above: 41 / (53 / 13) = 10.06
    ],
)
def test_the_highest_beside_the_average(highest: tuple[float, ...], told: str) -> None:
    # the second highest is 1 or the same as the highest: R8's other limit is out of the way
    base = with_emissions((1, 1)).scheme
    lenient = replace(base, checks=replace(base.checks, outlier_ratio=1000.0))
    e = with_emissions(*((x, 1) for x in highest), *[(1, 1)] * 12, scheme=lenient)
    findings = by_code(review(e), "W301")
    assert len(findings) == bool(told)
    for found in findings:
        # each of the twelve has 1 / 41 of the points
        assert found.problem == (
            f"单位污染物排放税收最高的一户是平均值的{told}倍，以它为基准会压低其他企业的得分"
            "（12户得分不到基本分的10%）"
        )


@pytest.mark.parametrize(("tax", "pressed"), [(2.9, 1), (3, 0), (3.1, 0)])
def test_how_many_firms_are_pressed(tax: float, pressed: int) -> None:
    # a tenth of the highest, 30: below, at, above; blank and zero: the blank has no such figure
    e = with_emissions((30, 1), (tax, 1), (2, None))
    lenient = replace(e.scheme, checks=replace(e.scheme.checks, outlier_ratio=2.0))
    (found,) = by_code(review(with_emissions((30, 1), (tax, 1), (2, None), scheme=lenient)), "W301")
    assert f"（{pressed}户得分不到基本分的10%）" in found.problem


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


# ---- tracks, units and groups ------------------------------------------------------------------


def tracks_with(**figures: dict[str, float | None]) -> Evaluation:
    """Evaluate ``tracks_rosters`` with other figures: ``tracks_with(tax={"丁厂": 1})``."""
    this, last = tracks_rosters()
    numbers = dict(this.numbers)
    for column, changed in figures.items():
        numbers[column] = numbers[column].copy()
        for name, figure in changed.items():
            numbers[column][this.names.tolist().index(name)] = np.nan if figure is None else figure
    return evaluate(tracks_scheme(), replace(this, numbers=numbers), last, year=2030)


def test_ties_name_the_unit() -> None:
    # 戊 like 乙: tax 10, energy 4, no tenants beyond the first: 70 as for 乙 without deductions
    e = tracks_with(tax={"戊厂": 10}, energy={"戊厂": 4}, tenants={"乙厂": 3})
    # 乙: 70 - 4 - 4 = 62; 丙 has 77: no tie yet
    assert by_code(review(e), "W303") == []
    this = replace(e.roster, bonus_points=np.where(e.roster.names == "戊厂", -8.0, np.nan))
    e = evaluate(tracks_scheme(), this, e.previous, year=2030)
    # 乙 and 戊 have 62 each, and the line below B is between them, that below C too
    first, second = by_code(review(e), "W303")
    assert first.problem == (
        "B类与以下各类（规上、东区）的分界线上，乙厂（K02）与戊厂（K05）的总分相同，"
        "按次序规则把后者排在线下"
    )
    assert (first.item, first.value, first.row) == ("B类与以下各类（规上、东区）", "62.00", 4)
    assert second.problem.startswith("C类与以下各类（规上、东区）的分界线上，乙厂（K02）与戊厂")


def test_ties_of_raw_figures() -> None:
    (found,) = by_code(review(tracks_with(tax={"子厂": 20})), "W303")
    # 子: 60 + 40, 丑: 60 + 20, and A goes by tax
    assert found.problem.startswith(
        "A类名额（规下）的分界线上，子厂（K09）与丑厂（K10）的排序值相同"
    )
    assert found.value == "20"


def test_outliers_by_group() -> None:
    # among 40, 20 and 10 nothing is odd; 子 with 1,000 has 5 times 20 at 100
    assert by_code(review(tracks_with(sales={"子厂": 1000})), "W301") == []
    (found,) = by_code(review(tracks_with(sales={"子厂": 1010})), "W301")
    assert (found.row, found.column, found.item) == (8, "land", "亩均销售")
    # beside 101 the others have 20 and 10, of which 10 / 101 is less than a tenth
    assert found.problem == (
        "亩均销售最高的一户是第二名的5.0倍，以它为基准会压低其他企业的得分（1户得分不到基本分的10%）"
    )


def test_outliers_where_less_is_better() -> None:
    scheme = tracks_scheme()
    rule = BaselineRule("max", "current", "三2", by="zone")
    changed = tuple(
        replace(i, baseline=rule) if i.id == "waste_per_sales" else i for i in scheme.indicators
    )
    e = tracks_with(waste={"丁厂": 100.1})
    e = evaluate(scheme.with_indicators(changed), e.roster, e.previous, year=2030)
    (found,) = by_code(review(e), "W301")
    assert (found.row, found.item) == (3, "单位销售固废（东区）")
    assert found.problem.endswith("以它为基准会使其他企业的得分都接近上限")


def test_a_group_in_which_nobody_has_the_figure() -> None:
    (found,) = by_code(review(tracks_with(waste={"己厂": None})), "W302")
    assert (found.row, found.item) == (2, "单位销售固废（西区）")
    assert found.problem == (
        "西区里没有一户参评企业有固废数据，“单位销售固废（西区）”没有基准值，各户按没有该项数据计分"
    )
    assert found.remedy == "确认固废一列确实没有数据"


def test_the_figure_that_nobody_has_is_the_one_that_may_be_missing() -> None:
    scheme = with_emissions((10, None)).scheme
    *others, last = scheme.indicators
    rule = replace(
        last,
        missing=Missing("tax", "average", False, "四"),
        baseline=BaselineRule("mean", "current", "二"),
    )
    this = roster((10, None, 200, 1000, 30, 50, 50, 1))
    (found,) = by_code(
        review(evaluate(scheme.with_indicators((*others, rule)), this, year=2021)), "W302"
    )
    assert "没有一户参评企业有实缴税收数据" in found.problem
    plain = replace(rule, missing=None)
    (found,) = by_code(
        review(evaluate(scheme.with_indicators((*others, plain)), this, year=2021)), "W302"
    )
    assert "没有一户参评企业有污染物排放当量数据" in found.problem


def test_a_flag_with_which_a_guard_works_is_not_stray() -> None:
    this = score_roster(
        [[k, 0, 0, 0, k, 0] for k in (9, 8, 7, 6, 5)],
        flags={"off_policy": [True, False, True, False, False]},
    )
    veto = Guard("veto", "否决", ("off_policy",), (), "at_best", "B", "七")
    e = evaluate(replace(score_scheme(), guards=(veto,)), this, year=2021)
    assert e.final.tolist() == ["B", "B", "B", "B", "C"]
    # the first firm has lost its A by the flag; the third one's has changed nothing
    assert [(f.row, f.code) for f in review(e)] == [(2, "H304")]


def test_flags_of_another_unit_are_not_stray_here() -> None:
    e = tracks_with()
    assert [(f.row, f.code) for f in review(e)] == [(8, "H304")]
    marked = {**e.roster.flags, "off_policy": np.ones(12, dtype=bool)}
    e = evaluate(e.scheme, replace(e.roster, flags=marked), e.previous, year=2030)
    # only below size does the flag mean anything; 寅 is in the list
    assert [f.row for f in by_code(review(e), "H304")] == [8, 9, 11]
