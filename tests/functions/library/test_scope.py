"""PERMU_IN_SCOPE, PERMU_CHECK_CODE."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from permu_xl import functions
from tests.engine.support import Case, cases, each_case
from tests.functions.support import NA, REF, VALUE, column, flat, one

SCOPE = [case for case in cases("scope") if not case["是否参评"]]


@pytest.mark.parametrize("case", SCOPE, ids=[case["案例编号"] for case in SCOPE])
def test_scope_case(case: Case) -> None:
    as_number = case["按数字填写"] == "是"
    industry = float(case["行业代码"]) if as_number else case["行业代码"]
    found = one("PERMU_IN_SCOPE", industry, case["投产日期"], case["评价年度"])
    if len(case["规范代码"]) == 1:
        assert found is VALUE  # no industry code: the engine lets it pass, with a warning
    elif case["结论"] == "参评":
        assert found is True
    else:
        assert ("行业代码" if case["原因"] == "不参评行业" else "投产") in found
        assert found.endswith("不纳入评价（二）")


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2019-12-30", True),  # below, at and above two full years on 31 December 2021
        ("2019-12-31", True),
        ("2020-01-01", False),
        ("2020年1月1日", False),
        ("20200101", False),
        (20200101, False),
        (43830, True),
        (43831, False),
        (43831.75, False),
        (43830.75, True),
        (dt.date(2020, 1, 1), False),
        (dt.datetime(2019, 12, 31, 23, 59), True),
        (None, True),
        ("", True),
        ("2019", VALUE),
        (2019, VALUE),
        ("2019-02-30", VALUE),
        ("不详", VALUE),
        (True, VALUE),
        (-1, VALUE),
        (1e300, VALUE),
        (REF, REF),
    ],
)
def test_start_dates(start: Any, expected: Any) -> None:
    found = one("PERMU_IN_SCOPE", "3421", start, 2021)
    if expected is False:
        assert found == (
            "2020-01-01投产，晚于2019-12-31，到2021年12月31日未满2年，暂不纳入评价（二）"
        )
    else:
        assert found is expected


@pytest.mark.parametrize(
    ("industry", "expected"),
    [
        ("3421", True),
        (3421, True),
        (3421.0, True),
        ("C3421", True),
        ("Ｃ３４２１", True),
        ("441", True),
        ("442", "电力供应"),
        ("D4420", "电力供应"),
        (610, "采矿业"),
        ("0610", "采矿业"),
        (None, True),
        ("  ", True),
        ("制造业", VALUE),
        ("34215", VALUE),
        (34.5, VALUE),
        (-3421, VALUE),
        (True, VALUE),
        ("#N/A", NA),
    ],
)
def test_industries(industry: Any, expected: Any) -> None:
    found = one("PERMU_IN_SCOPE", industry, "2005-01-01", 2021)
    if isinstance(expected, str):
        assert expected in found
    else:
        assert found is expected


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2022, True),
        (2021, False),
        ("2022", True),
        ("2022年度", True),
        ("２０２２年", True),
        (None, VALUE),
        ("", VALUE),
        (22, VALUE),
        (2022.5, VALUE),
        (1e300, VALUE),
        (dt.date(2022, 12, 31), VALUE),
        (True, VALUE),
        (NA, NA),
    ],
)
def test_years(year: Any, expected: Any) -> None:
    found = one("PERMU_IN_SCOPE", "3421", "2020-06-01", year)
    assert isinstance(found, str) if expected is False else found is expected


def test_many_firms_and_years() -> None:
    found = functions.call(
        "PERMU_IN_SCOPE", [column(["3421", "0610", REF]), "2020-06-01", [2021, 2022, "x"]]
    )
    assert [[type(cell) for cell in row] for row in found[:1]] == [[str, bool, type(VALUE)]]
    assert found[0][0] != found[1][0]
    assert found[1][:2] == ["行业代码0610属采矿业，不纳入评价（二）"] * 2
    assert found[2] == [REF] * 3


@pytest.mark.parametrize(
    "args",
    [
        ("3421", "2005-01-01"),
        (["1", "2"], ["2005-01-01"] * 3, 2021),
        ([["1", "2"], ["3"]], None, 2021),
        ("3421", None, 2021, ["shenyang_2021", ""]),
    ],
)
def test_calls_that_cannot_be_carried_out(args: Any) -> None:
    assert functions.call("PERMU_IN_SCOPE", args) == [[VALUE]]


def test_the_scheme_decides(toy_scheme: str) -> None:
    assert one("PERMU_IN_SCOPE", "0610", "2021-06-01", 2021, toy_scheme) is True
    assert one("PERMU_IN_SCOPE", "0610", "2021-06-01", 2021, "大连") is NA


# ---- PERMU_CHECK_CODE --------------------------------------------------------------------------


@each_case("credit_codes")
def test_code_case(case: Case) -> None:
    found = one("PERMU_CHECK_CODE", case["代码"])
    assert isinstance(found, str)
    assert case["结论"] in found
    assert bool(found) == bool(case["结论"])


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("91210100MA0000000D", ""),
        (" 91210100ma0000000d ", ""),
        ("９１２１０１００ＭＡ０００００００Ｄ", ""),
        (None, ""),
        ("", ""),
        (912101000000000019, "统一社会信用代码按数字存放，末尾几位已经丢失"),
        (1e15, "统一社会信用代码按数字存放，末尾几位已经丢失"),
        (999999999999999, "统一社会信用代码是15位，应为18位"),
        (123, "统一社会信用代码是3位，应为18位"),
        (True, "统一社会信用代码是4位，应为18位"),
        (dt.date(2019, 5, 1), "统一社会信用代码是5位，应为18位"),
        ("9121010OMA0000000I", "统一社会信用代码里有不该出现的字符"),
        ("#N/A", NA),
        (REF, REF),
    ],
)
def test_codes(code: Any, expected: Any) -> None:
    assert one("PERMU_CHECK_CODE", code) == expected


def test_shapes_of_codes() -> None:
    good, bad = "91210100MA0000000D", "1"
    assert flat("PERMU_CHECK_CODE", [good, bad, None])[::2] == ["", ""]
    found = functions.call("PERMU_CHECK_CODE", [[[good, bad], [bad, good]]])
    assert [[bool(cell) for cell in row] for row in found] == [[False, True], [True, False]]
    assert flat("PERMU_CHECK_CODE", [[good], [good, bad]]) == [VALUE]
