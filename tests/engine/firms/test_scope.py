"""Who takes part: opening paragraph of chapter 二, readings R1 to R3."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from permu_xl.engine.firms.scope import (
    EXCLUDED_INDUSTRY,
    KEPT_OUT,
    LET_IN,
    NEW_FIRM,
    REGULAR,
    excluded_as,
    latest_start,
    participation,
    reason_text,
)
from permu_xl.engine.model.roster import Roster
from permu_xl.text.industry_code import normal_industry
from tests.engine.support import IN_COLUMN, Case, each_case, known_industries, shenyang

REASONS = {
    "正常": REGULAR,
    "不参评行业": EXCLUDED_INDUSTRY,
    "新办企业": NEW_FIRM,
    "填否": KEPT_OUT,
    "填是": LET_IN,
}


def firm(industry: str = "", start: str = "", included: str = "") -> Roster:
    return Roster.from_columns(
        {"land": [1.0]},
        names=["甲厂"],
        industries=[industry],
        start_dates=np.array([start or "NaT"], dtype="datetime64[D]"),
        included=[IN_COLUMN[included]],
    )


@each_case("scope")
def test_case(case: Case) -> None:
    code, hint = normal_industry(
        case["行业代码"], was_number=case["按数字填写"] == "是", known=known_industries()
    )
    assert code == case["规范代码"]
    assert bool(hint) == (case["有无提示"] == "有")
    roster = firm(code, case["投产日期"], case["是否参评"])
    scheme, year = shenyang(), int(case["评价年度"])
    part = participation(scheme, roster, year)
    assert part.included.tolist() == [case["结论"] == "参评"]
    assert part.reason.tolist() == [REASONS[case["原因"]]]
    said = reason_text(scheme, roster, year, part, 0)
    assert bool(said) == (case["原因"] != "正常")


@pytest.mark.parametrize(
    ("year", "years", "date"),
    [
        (2021, 2, dt.date(2019, 12, 31)),
        (2020, 2, dt.date(2018, 12, 31)),
        (2021, 1, dt.date(2020, 12, 31)),
        (2021, 3, dt.date(2018, 12, 31)),
    ],
)
def test_latest_start(year: int, years: int, date: dt.date) -> None:
    assert latest_start(replace(shenyang().scope, new_firm_years=years), year) == date


@pytest.mark.parametrize(
    ("years", "start", "included"),
    [
        (0, "2021-12-31", True),  # 0 switches the rule off
        (0, "2022-06-01", True),
        (1, "2020-12-30", True),
        (1, "2020-12-31", True),
        (1, "2021-01-01", False),
        (3, "2018-12-30", True),
        (3, "2018-12-31", True),
        (3, "2019-01-01", False),
    ],
)
def test_other_limits_for_young_firms(years: int, start: str, included: bool) -> None:
    scope = replace(shenyang().scope, new_firm_years=years)
    scheme = replace(shenyang(), scope=scope)
    assert participation(scheme, firm("3421", start), 2021).included.tolist() == [included]


def test_the_longest_prefix_names_the_trade() -> None:
    scope = replace(shenyang().scope, excluded_industries={"45": "燃气", "4512": "液化气"})
    assert excluded_as("4511", scope) == "燃气"
    assert excluded_as("4512", scope) == "液化气"
    assert excluded_as("45", scope) == "燃气"
    assert excluded_as("4", scope) == ""
    assert excluded_as("", scope) == ""


def test_each_firm_is_judged_by_itself() -> None:
    roster = Roster.from_columns(
        {"land": [1.0] * 5},
        industries=["0610", "", "3421", "0610", "4420"],
        start_dates=np.array(
            ["2010-01-01", "2020-06-01", "NaT", "2021-01-01", "NaT"], dtype="datetime64[D]"
        ),
        included=[-1, -1, 0, 1, -1],
    )
    part = participation(shenyang(), roster, 2021)
    assert part.included.tolist() == [False, False, False, True, False]
    assert part.reason.tolist() == [
        EXCLUDED_INDUSTRY,
        NEW_FIRM,
        KEPT_OUT,
        LET_IN,
        EXCLUDED_INDUSTRY,
    ]
    assert part.by_rule.tolist() == [
        EXCLUDED_INDUSTRY,
        NEW_FIRM,
        REGULAR,
        EXCLUDED_INDUSTRY,
        EXCLUDED_INDUSTRY,
    ]


@pytest.mark.parametrize(
    ("industry", "start", "included", "text"),
    [
        ("3421", "2010-01-01", "", ""),
        ("3421", "2010-01-01", "是", ""),
        ("0610", "", "", "行业代码0610属采矿业，不纳入评价（二）"),
        (
            "3421",
            "2020-01-01",
            "",
            "2020-01-01投产，晚于2019-12-31，到2021年12月31日未满2年，暂不纳入评价（二）",
        ),
        ("3421", "", "否", "“是否参评”填“否”，不参评"),
        (
            "4610",
            "",
            "否",
            "“是否参评”填“否”，不参评"
            "（按规则也不参评：行业代码4610属自来水生产和供应，不纳入评价（二））",
        ),
        (
            "4620",
            "",
            "是",
            "“是否参评”填“是”，予以参评"
            "（按规则本应不参评：行业代码4620属污水处理，不纳入评价（二））",
        ),
        (
            "3421",
            "2020-01-01",
            "是",
            "“是否参评”填“是”，予以参评（按规则本应不参评：2020-01-01投产，晚于2019-12-31，"
            "到2021年12月31日未满2年，暂不纳入评价（二））",
        ),
    ],
)
def test_reasons_in_words(industry: str, start: str, included: str, text: str) -> None:
    roster, scheme = firm(industry, start, included), shenyang()
    assert reason_text(scheme, roster, 2021, participation(scheme, roster, 2021), 0) == text
