"""Questions about the data: none changes a score (R12, R18, R20 and slips of the pen)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from permu_xl.engine.checks.adjustments import check_adjustments
from permu_xl.engine.checks.figures import check_rosters
from permu_xl.engine.model.roster import Categories, Roster
from permu_xl.engine.model.scheme import BaselineRule, BonusLabel, Missing, Scheme
from permu_xl.engine.records.adjustments import Adjustment
from permu_xl.findings.kinds import Level
from permu_xl.findings.model import At, Finding, has_errors
from permu_xl.text.credit_code import code_fault
from tests.engine.support import (
    COLUMNS,
    Case,
    by_code,
    district,
    each_case,
    known_industries,
    places,
    plain_bonus,
    roster,
    shenyang,
    tracks_rosters,
    tracks_scheme,
)

GOOD = "91210100MA0000000D"
ANOTHER = "91210100000000001D"
SOUND = (10, 40, 2800, 3000, 30, 50, 50, 4)
"""Figures that nothing is to be said about."""


def check(
    this: Roster, last: Roster | None = None, scheme: Scheme | None = None, year: int = 2021
) -> list[Finding]:
    return check_rosters(scheme or shenyang(), this, last, year=year, industries=known_industries())


def firm(code: str = GOOD, name: str = "甲厂", **columns: object) -> Roster:
    return roster(SOUND, codes=[code], names=[name], **columns)


def with_figure(column: str, value: float | None) -> Roster:
    figures = list(SOUND)
    figures[COLUMNS.index(column)] = value  # type: ignore[call-overload]
    return roster(figures, codes=[GOOD], names=["甲厂"])


def test_nothing_is_said_of_a_sound_firm() -> None:
    assert check(firm(industries=["3421"]), firm()) == []


# ---- identity (R20) ----------------------------------------------------------------------------


@each_case("identity")
def test_identity_case(case: Case) -> None:
    codes, names = case["代码"].split(";"), case["名称"].split(";")
    this = roster(*[SOUND] * len(codes), codes=codes, names=names)
    findings = check(this)
    assert places(findings) == [text for text in case["应有的问题"].split(";") if text]
    assert has_errors(findings) == ("E20" in case["应有的问题"])


@each_case("credit_codes")
def test_credit_code_case(case: Case) -> None:
    fault = code_fault(case["代码"])
    assert bool(fault) == bool(case["结论"])
    assert case["结论"] in fault


def test_duplicates_name_the_other_firms() -> None:
    this = roster(*[SOUND] * 5, codes=[GOOD] * 5, names=["甲", "乙", "丙", "丁", "戊"])
    first = by_code(check(this), "E201")[0]
    assert first.level is Level.ERROR
    assert first.problem == "统一社会信用代码重复，另有4户用同一代码（乙、丙、丁）"
    assert (first.row, first.column, first.value) == (0, "code", GOOD)
    assert first.item == "统一社会信用代码"
    assert (first.firm_code, first.firm_name) == (GOOD, "甲")


def test_duplicates_without_names_leave_no_empty_brackets() -> None:
    this = roster(SOUND, SOUND, codes=[GOOD] * 2, names=["甲", ""])
    first, second = by_code(check(this), "E201")
    assert first.problem == "统一社会信用代码重复，另有1户用同一代码"
    assert second.problem == "统一社会信用代码重复，另有1户用同一代码（甲）"


def test_a_name_that_is_missing() -> None:
    (found,) = check(firm(name=""))
    assert (found.code, found.item, found.column, found.value) == ("W205", "企业名称", "name", "")


def test_identity_is_checked_in_last_years_table_too() -> None:
    twice = roster(SOUND, SOUND, codes=[GOOD, GOOD], names=["甲厂", "乙厂"])
    findings = by_code(check(firm(), twice), "E201")
    assert [found.table for found in findings] == ["previous", "previous"]


# ---- industry codes ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("industry", "problem"),
    [
        ("", ""),
        ("34", ""),
        ("342", ""),
        ("3421", ""),
        ("0610", ""),
        ("3", "不是2到4位数字"),
        ("34210", "不是2到4位数字"),
        ("制造业", "不是2到4位数字"),
        ("3499", ""),
        ("3498", "不在国民经济行业分类"),
        ("0512", "不在国民经济行业分类"),
    ],
)
def test_industry_codes(industry: str, problem: str) -> None:
    findings = by_code(check(firm(industries=[industry])), "W211")
    assert len(findings) == (1 if problem else 0)
    for found in findings:
        assert problem in found.problem
        assert (found.value, found.column, found.level) == (industry, "industry", Level.WARNING)


def test_without_the_list_codes_are_checked_for_form() -> None:
    this = roster(SOUND, SOUND, codes=[GOOD, ANOTHER], industries=["3498", "3"])
    findings = check_rosters(shenyang(), this, None, year=2021)
    assert places(findings) == ["2:W211"]


# ---- single figures ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "codes"),
    [
        ("land", -0.01, ["W221"]),
        ("land", 0, ["W222"]),
        ("land", 0.01, []),
        ("tax", -0.01, []),  # tax refunds are real
        ("tax", 0, []),
        ("output", -0.01, ["W221"]),
        ("output", 0, []),
        ("rd", -0.01, ["W221"]),
        ("rd", 0, []),
        ("employees", -1, ["W221"]),
        ("employees", 0, ["W222"]),
        ("employees", 2, []),
        ("employees", 50.5, ["W223"]),
        ("employees", 50.001, ["W223"]),
        ("employees", -0.5, ["W221", "W223"]),
        ("energy", 0, ["W222"]),
        ("energy", -1, ["W221"]),
        ("emission", -1, ["W221"]),
        ("emission", 0, []),
        ("emission", None, []),  # R6: no emission figure is not a fault
        ("land", None, ["W225"]),
        ("tax", None, ["W225"]),
        ("output", None, ["W225"]),
        ("revenue", None, ["W225"]),
        ("rd", None, ["W225"]),
        ("employees", None, ["W225"]),
        ("energy", None, ["W225"]),
        # R&D and tax against revenue, 3000
        ("rd", 2999.99, []),
        ("rd", 3000, []),
        ("rd", 3000.01, ["W224"]),
        ("tax", 2999.99, []),
        ("tax", 3000, []),
        ("tax", 3000.01, ["W224"]),
        # above-size: 2000
        ("revenue", 1999.99, ["H226"]),
        ("revenue", 2000, []),
        ("revenue", 2000.01, []),
        ("revenue", 0, ["H226", "W224", "W224"]),
        ("revenue", -1, ["W221", "W224", "W224"]),
    ],
)
def test_single_figures(column: str, value: float | None, codes: list[str]) -> None:
    findings = check(with_figure(column, value))
    assert sorted(found.code for found in findings) == codes
    assert not has_errors(findings)


def test_zero_above_a_negative_limit_is_no_slip() -> None:
    figures = (10, 0, 200, -5, 0, 50, 50, 4)
    assert by_code(check(roster(figures, codes=[GOOD])), "W224") == []


def test_small_figures_above_a_limit_of_zero() -> None:
    figures = (10, 0.5, 200, 0, 0.01, 50, 50, 4)
    assert [f.column for f in by_code(check(roster(figures, codes=[GOOD])), "W224")] == [
        "rd",
        "tax",
    ]


def test_firms_that_are_out_may_have_blanks_and_low_figures() -> None:
    out = roster([None] * 8, codes=[GOOD], included=[0])
    assert places(check(out)) == ["-:E241"]
    low = roster((10, 40, 200, 1000, 30, 50, 50, 4), SOUND, codes=[GOOD, ANOTHER], included=[0, 1])
    assert check(low) == []


def test_blanks_of_last_year_are_not_asked_for() -> None:
    last = roster([None] * 8, codes=[GOOD], names=["甲厂"])
    assert check(firm(), last) == []


def test_slips_of_last_year_are_reported_there() -> None:
    last = roster((0, 40, 2800, 3000, 30, 50.5, 50, 4), codes=[GOOD], names=["甲厂"])
    assert [(f.code, f.table) for f in check(firm(), last)] == [
        ("W222", "previous"),
        ("W223", "previous"),
    ]


def test_a_finding_says_where_what_and_how_to_mend() -> None:
    (found,) = check(with_figure("employees", 50.5))
    at = At("current", 0, "employees", "从业人员", "50.5", firm_code=GOOD, firm_name="甲厂")
    assert (found.code, found.at) == ("W223", at)
    assert (found.level, found.problem) == (Level.WARNING, "从业人员不是整数")
    assert found.remedy == "核对单位是否为“人”"


def test_a_denominator_that_another_indicator_needs_is_asked_for() -> None:
    scheme = shenyang()
    lenient = tuple(
        replace(i, missing=Missing("land", "full_if_positive", True, "二"))
        if i.id == "tax_per_mu"
        else i
        for i in scheme.indicators
    )
    findings = check(with_figure("land", None), scheme=scheme.with_indicators(lenient))
    assert [found.column for found in findings] == ["land"]


# ---- bonus labels (R12) ------------------------------------------------------------------------


def test_an_unknown_label_is_an_error() -> None:
    (found,) = check(firm(bonus_labels=["专精特新、绿色工厂"]))
    assert (found.code, found.level) == ("E231", Level.ERROR)
    assert "“专精特新、绿色工厂”不在方案的加分表里" in found.problem
    assert "（方案没有列出任何加分项）" in found.remedy


def test_only_the_unknown_label_is_named() -> None:
    table = {"专精特新": BonusLabel("专精特新", 2.0, "五")}
    scheme = replace(shenyang(), bonus=plain_bonus(table, None))
    (found,) = check(firm(bonus_labels=["专精特新、绿色工厂"]), scheme=scheme)
    assert "“绿色工厂”" in found.problem
    assert "改用方案里的名称：专精特新；" in found.remedy
    assert check(firm(bonus_labels=["专精特新"]), scheme=scheme) == []


def test_last_years_labels_do_not_matter() -> None:
    assert check(firm(), firm(bonus_labels=["专精特新"])) == []


# ---- the table as a whole ----------------------------------------------------------------------


def test_nobody_takes_part() -> None:
    (found,) = check(firm(included=[0]))
    assert (found.code, found.level, found.row) == ("E241", Level.ERROR, None)
    assert found.problem == "没有一户企业参评"


def test_no_rows() -> None:
    (found,) = check(roster())
    assert (found.code, found.problem) == ("E241", "没有填写任何企业")


# ---- this year against last year ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (499, 1, ""),
        (500, 1, "用地面积是上年的500倍（上年1）"),
        (501, 1, "用地面积是上年的501倍（上年1）"),
        (1, 499, ""),
        (1, 500, "用地面积缩小到上年的1/500（上年500）"),
        (1, 501, "用地面积缩小到上年的1/501（上年501）"),
        (1234, 1.234, "用地面积是上年的1,000倍（上年1.234）"),
        (10, 10, ""),
        (10, None, ""),
        (10, 0.0001, "用地面积是上年的100,000倍（上年0.0001）"),
    ],
)
def test_jumps(now: float, before: float | None, said: str) -> None:
    findings = by_code(check(with_figure("land", now), with_figure("land", before)), "W243")
    assert [found.problem for found in findings] == ([said] if said else [])
    assert all(found.table == "current" and found.column == "land" for found in findings)


@pytest.mark.parametrize(("column", "unit"), [("land", "亩"), ("emission", "污染物排放当量")])
def test_a_jump_asks_for_the_unit(column: str, unit: str) -> None:
    (found,) = by_code(check(with_figure(column, 5000), with_figure(column, 5)), "W243")
    assert found.remedy == f"核对单位是否为“{unit}”"


def test_jumps_need_two_positive_figures() -> None:
    for now, before in ((500, 0), (500, -1), (0, 500), (-500, 1), (None, 500)):
        findings = check(with_figure("tax", now), with_figure("tax", before))
        assert by_code(findings, "W243") == []


def test_firms_are_matched_by_code_then_by_name() -> None:
    this = roster(
        (1000, *SOUND[1:]),
        (1000, *SOUND[1:]),
        (1000, *SOUND[1:]),
        codes=[GOOD, "", ANOTHER],
        names=["新名", "乙厂", "丙厂"],
    )
    last = roster((1, *SOUND[1:]), (1, *SOUND[1:]), codes=["", GOOD], names=["乙厂", "旧名"])
    assert [f.row for f in by_code(check(this, last), "W243")] == [0, 1]


def test_firms_of_last_year_that_are_missing() -> None:
    last = roster(SOUND, SOUND, codes=[GOOD, ANOTHER], names=["甲厂", "乙厂"])
    (found,) = check(firm(), last)
    assert (found.code, found.level, found.table, found.row) == ("H242", Level.HINT, "previous", 1)
    assert found.value == "乙厂"
    assert check(last, firm()) == []


def test_an_empty_last_year() -> None:
    assert check(firm(), roster()) == []


# ---- what decides on taking part ---------------------------------------------------------------


def test_a_start_of_production_after_the_year_is_a_warning() -> None:
    dates = np.array(["2021-12-31", "2022-01-01", "2202-05-01"], dtype="datetime64[D]")
    this = roster(
        SOUND, SOUND, SOUND, codes=[GOOD, ANOTHER, ""], names=["甲", "乙", "丙"], start_dates=dates
    )
    assert places(by_code(check(this, year=2021), "W212")) == ["2:W212", "3:W212"]


def test_a_blank_that_decides_on_taking_part_is_a_hint_where_others_are_filled() -> None:
    def told(**columns: Any) -> list[tuple[str, str]]:
        this = roster(SOUND, SOUND, codes=[GOOD, ANOTHER], names=["甲", "乙"], **columns)
        return [(f.column, f.firm_name) for f in by_code(check(this), "H213")]

    dates = np.array(["2010-01-01", "NaT"], dtype="datetime64[D]")
    assert told(industries=["", "3421"]) == [("industry", "甲")]
    assert told(start_dates=dates) == [("start_date", "乙")]
    assert told(start_dates=dates, included=[-1, 1]) == []
    assert told() == []


# ---- adjustments; the other cases are in adjustments.csv (R18) ---------------------------------


def test_an_adjustment_that_is_wrong_in_every_way() -> None:
    adjustments = (Adjustment("K9", "甲厂", "E"), Adjustment(GOOD, "乙厂", "E"))
    found = list(check_adjustments(shenyang(), firm(), adjustments, year=2021))
    assert places(found) == ["1:E251", "1:E252", "2:E251", "2:W255", "2:W256"]
    assert found[0].problem == "调整后分类“E”不是A、B、C、D之一"
    assert (found[1].firm_code, found[1].firm_name) == ("K9", "甲厂")
    (blank,) = check_adjustments(
        shenyang(), firm(), (Adjustment(GOOD, "", "", "研究决定", "文"),), year=2021
    )
    assert (blank.code, blank.problem) == ("E251", "没有填写调整后分类")


def test_the_second_adjustment_points_to_the_first() -> None:
    once = Adjustment(GOOD, "甲厂", "B", "研究决定", "1号")
    found = list(check_adjustments(shenyang(), firm(), (once, once, once), year=2021))
    assert [(f.row, f.code) for f in found] == [(1, "E253"), (2, "E253")]
    assert "另见第1条" in found[0].problem


def test_the_district_by_hand_has_no_errors() -> None:
    this, last = district()
    assert not has_errors(check(this, last))


def test_figures_stay_as_they_are() -> None:
    this = with_figure("tax", -5)
    before = {id: values.copy() for id, values in this.numbers.items()}
    check(this, this)
    for id, values in before.items():
        np.testing.assert_array_equal(this.numbers[id], values)


# ---- tracks, units and groups ------------------------------------------------------------------


def told(roster: Roster, **texts: dict[str, str]) -> Roster:
    """Change some firms' attributes: ``told(roster, zone={"甲厂": "南区"})``."""
    attributes = dict(roster.attributes)
    for id, changed in texts.items():
        column = attributes[id].texts(np.arange(roster.size))
        names = roster.names.tolist()
        attributes[id] = Categories.of(
            [changed.get(name, text) for name, text in zip(names, column, strict=True)]
        )
    return replace(roster, attributes=attributes)


def attribute_findings(this: Roster, last: Roster, scheme: Scheme | None = None) -> list[Finding]:
    return by_code(check_rosters(scheme or tracks_scheme(), this, last, year=2030), "E214")


def test_attributes_that_are_told_well() -> None:
    assert attribute_findings(*tracks_rosters()) == []


@pytest.mark.parametrize(
    ("attribute", "text", "problem", "remedy"),
    [
        (
            "zone", "南区", "“南区”不是方案里的片区",
            "填写西区、东区之一；它决定这户企业和谁一起评价",
        ),
        ("zone", "", "没有填写片区", "填写西区、东区之一；它决定这户企业和谁一起评价"),
        (
            "size", "规中", "“规中”不是方案里的规模",
            "填写规上、规下之一；它决定这户企业和谁一起评价",
        ),
        ("size", "", "没有填写规模", "填写规上、规下之一；它决定这户企业和谁一起评价"),
    ],
)  # fmt: skip
def test_attributes_that_are_not(attribute: str, text: str, problem: str, remedy: str) -> None:
    this, last = tracks_rosters()
    (found,) = attribute_findings(told(this, **{attribute: {"乙厂": text}}), last)
    assert (found.level, found.table, found.row) == (Level.ERROR, "current", 1)
    assert (found.column, found.value, found.firm_name) == (attribute, text, "乙厂")
    assert found.item == tracks_scheme().attributes[attribute].name
    assert (found.problem, found.remedy) == (problem, remedy)


def test_attributes_are_asked_where_they_sort() -> None:
    this, last = tracks_rosters()
    # below size nobody is ranked or measured by zones; 辛 is out
    odd = told(this, zone={"子厂": "？", "辛厂": "？"}, size={"辛厂": "？"})
    assert attribute_findings(odd, last) == []
    # without a track nobody knows whether the zone matters
    lost = told(this, zone={"甲厂": "？"}, size={"甲厂": "？"})
    assert [f.column for f in attribute_findings(lost, last)] == ["size"]


def test_a_zone_that_only_ranks_is_asked_too() -> None:
    this, last = tracks_rosters()
    scheme = tracks_scheme()
    rule = BaselineRule("manual", "current", "三2", 10.0)
    plain = scheme.with_indicators(tuple(replace(i, baseline=rule) for i in scheme.indicators))
    found = attribute_findings(told(this, zone={"乙厂": "", "卯厂": "？"}), last, plain)
    assert [f.row for f in found] == [1]
    # of the trade, which is derived, nothing is asked
    assert "trade" not in {attribute.id for attribute in scheme.asked_attributes}


def test_an_attribute_of_any_text() -> None:
    this, last = tracks_rosters()
    scheme = tracks_scheme()
    rule = BaselineRule("manual", "current", "三2", 10.0)
    free = replace(
        scheme.with_indicators(tuple(replace(i, baseline=rule) for i in scheme.indicators)),
        attributes={**scheme.attributes, "zone": replace(scheme.attributes["zone"], values=())},
    )
    (found,) = attribute_findings(told(this, zone={"甲厂": "南区", "乙厂": ""}), last, free)
    assert (found.row, found.remedy) == (1, "补上片区；它决定这户企业和谁一起评价")


def test_a_default_needs_no_telling() -> None:
    this, last = tracks_rosters()
    scheme = tracks_scheme()
    zones = {**scheme.attributes, "zone": replace(scheme.attributes["zone"], default="东区")}
    usual = replace(scheme, attributes=zones)
    assert attribute_findings(told(this, zone={"乙厂": ""}), last, usual) == []
    bare = replace(this, attributes={"size": this.attributes["size"]})
    assert attribute_findings(bare, last, usual) == []


def test_last_years_attributes_matter_to_baselines_from_last_year() -> None:
    this, last = tracks_rosters()
    # the tracks do: tax per mu is measured against last year's; zones do not
    blank = replace(last, attributes={"size": Categories.of(["规上", "", ""])})
    (found,) = attribute_findings(this, blank)
    assert (found.table, found.row, found.column) == ("previous", 1, "size")
    scheme = tracks_scheme()
    rule = BaselineRule("manual", "previous", "三2", 10.0)
    by_hand = scheme.with_indicators(tuple(replace(i, baseline=rule) for i in scheme.indicators))
    assert attribute_findings(this, blank, by_hand) == []
    by_zone = BaselineRule("mean", "previous", "三2", by="zone")
    changed = tuple(
        replace(i, baseline=by_zone) if i.id == "waste_per_sales" else i for i in scheme.indicators
    )
    zoned = replace(last, attributes={**last.attributes, "zone": Categories.of(["北", "", ""])})
    assert [(f.row, f.column) for f in attribute_findings(
        this, zoned, scheme.with_indicators(changed))] == [(0, "zone")]  # fmt: skip


def test_a_column_that_is_not_there_is_told_once() -> None:
    this, last = tracks_rosters()
    (found,) = attribute_findings(this, replace(last, attributes={}))
    assert (found.table, found.row, found.column, found.item) == ("previous", None, "", "规模")
    assert found.problem == "没有“规模”这一列，不知道各户企业和谁一起评价"
    assert found.remedy == "补上“规模”一列并逐户填写"
    nobody = replace(this, included=np.zeros(12, np.int8), attributes={})
    assert attribute_findings(nobody, last) == []


@pytest.mark.parametrize(
    ("column", "rows"),
    [
        ("land", [0, 8]),  # for tax per mu, in both tracks
        ("tax", [0, 8]),
        ("sales", [0]),  # below size the weight is given without sales
        ("energy", []),  # there is a rule for firms without
        ("waste", []),
        ("tenants", []),  # no indicator is made of it
    ],
)
def test_blanks_are_asked_for_where_they_cost_points(column: str, rows: list[int]) -> None:
    this, last = tracks_rosters()
    figures = this.number(column).copy()
    figures[[0, 7, 8]] = np.nan  # 甲 above size, 辛 which is out, 子 below size
    blank = replace(this, numbers={**this.numbers, column: figures})
    found = by_code(check_rosters(tracks_scheme(), blank, last, year=2030), "W225")
    assert [f.row for f in found] == rows


@pytest.mark.parametrize(
    ("zero_counts", "problem"),
    [(True, "能耗是0，相关指标按没有数据计分"), (False, "能耗是0，相关指标算不出来，记0分")],
)
def test_a_zero_that_counts_as_no_figure(zero_counts: bool, problem: str) -> None:
    this, last = tracks_rosters()
    scheme = tracks_scheme()
    rule = Missing("energy", "penalty", zero_counts, "四2", 3.0)
    changed = tuple(
        replace(i, missing=rule) if i.id == "energy_per_sales" else i for i in scheme.indicators
    )
    (found,) = by_code(
        check_rosters(scheme.with_indicators(changed), this, last, year=2030), "W222"
    )
    assert (found.row, found.problem) == (3, problem)
