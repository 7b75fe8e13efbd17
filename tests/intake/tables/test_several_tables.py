"""More than one table: copies, years, periods, tables below each other, two firms in a row."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.intake.tables.made import CODES, NAMES, codes, made, one, sums

A, B, C = CODES
a, b, c = NAMES
LAND = ["统一社会信用代码", "企业名称", "宗地", "用地面积（亩）"]
TAX = ["统一社会信用代码", "企业名称", "实缴税收（万元）"]


@pytest.mark.parametrize(
    ("other", "own"),
    [
        ("2021年", "2022年"),
        ("2021", "2022"),
        ("FY2021", "FY2022"),
        ("'21年", "'22年"),
        ("21年", "22年"),
        ("二〇二一年", "二〇二二年"),
        ("二零二一年度", "二零二二年度"),
        ("上年", "本年"),
        ("去年数据", "今年数据"),
    ],
)
def test_one_sheet_a_year(other: str, own: str) -> None:
    table = made({other: [LAND, [A, a, "1", 1]], own: [LAND, [A, a, "1", 3]]})
    assert sums(table, "land") == {a: 3}
    assert one(table, "H604").sheet == other


@pytest.mark.parametrize("title", ["2021年税收", "二〇二一年度税收", "FY2021 税收", "上年税收情况"])
def test_a_title_of_another_year(title: str) -> None:
    rows = [[title], TAX, [A, a, 1]]
    assert codes(made(rows)) == ["E605"]
    accepted = made(rows, accept_year=True)
    assert sums(accepted, "tax") == {a: 1}
    assert codes(accepted) == ["W605"]


def test_a_title_of_several_other_years_is_never_accepted() -> None:
    assert codes(made([["2019-2020年税收"], TAX, [A, a, 1]], accept_year=True)) == ["E605"]


@pytest.mark.parametrize(
    "title",
    [
        "2022年税收",
        "2023年填报（2022年数据）",
        "根据沈政办发〔2021〕27号文件",
        "2022年1-12月税收",
        "填报日期：2023年2月10日",
        "截至2022年12月31日",
        "行业代码按GB/T 4754-2017",
        "全年税收",
    ],
)
def test_titles_of_the_year(title: str) -> None:
    assert codes(made([[title], TAX, [A, a, 1]])) == []


@pytest.mark.parametrize(
    "title",
    [
        "2022年1-6月税收",
        "2022年1—6月",
        "上半年税收",
        "2022年前三季度税收",
        "截至9月税收",
        "2022年一季度",
        "2022年6月税收",
        "截至2022年9月30日",
        "2022年一至六月税收",
        "202201-202206税收",
        "2022年半年度税收",
    ],
)
def test_titles_of_a_part_of_the_year(title: str) -> None:
    table = made([[title], TAX, [A, a, 1]])
    assert sums(table, "tax") == {a: 1}
    assert codes(table) == ["W606"]


def test_a_files_name_of_another_year_is_told() -> None:
    assert codes(made([TAX, [A, a, 1]], file="2021年税收.xlsx")) == ["W605"]
    assert codes(made([["2022年"], TAX, [A, a, 1]], file="2023年报送.xlsx")) == []


@pytest.mark.parametrize(
    "years",
    [
        (2021, 2022),
        ("2021", "2022"),
        ("2021年", "2022年"),
        ("二〇二一年", "二〇二二年"),
        (dt.datetime(2021, 12, 31), dt.datetime(2022, 12, 31)),
        ("上年", "本年"),
    ],
)
@pytest.mark.parametrize("merged", [True, False])
def test_years_below_a_heading(years: tuple[Any, Any], merged: bool) -> None:
    rows = [[*TAX, None], [None, None, *years], [A, a, 111, 222], [B, b, 333, 444]]
    table = made(rows, (((0, 2), (0, 3)),) if merged else ())
    assert sums(table, "tax") == {a: 222, b: 444}


def test_parts_of_the_year_below_a_heading() -> None:
    rows = [[*TAX, None], [None, None, "1-6月", "全年"], [A, a, 111, 222]]
    assert sums(made(rows, (((0, 2), (0, 3)),)), "tax") == {a: 222}


def test_a_copy_counts_once_in_whatever_order() -> None:
    rows = [[A, a, "1", 10], [A, a, "2", 20], [B, b, "1", 7]]
    table = made({"用地": [LAND, *rows], "备份": [LAND, *rows[::-1]]})
    assert sums(table, "land") == {a: 30, b: 7}
    assert codes(table) == ["W607"]


def test_a_part_of_a_table_on_another_sheet_counts_once() -> None:
    rows = [[A, a, "1", 10], [B, b, "1", 7], [C, c, "1", 3]]
    table = made({"规上": [LAND, *rows[:2]], "全部": [LAND, *rows]})
    assert sums(table, "land") == {a: 10, b: 7, c: 3}


@pytest.mark.parametrize("names", [("用地", "用地 (2)"), ("用地", "用地副本"), ("初稿", "定稿")])
def test_versions_that_differ_bar_both(names: tuple[str, str]) -> None:
    one_row = [A, a, "1", 10]
    table = made({names[0]: [LAND, one_row], names[1]: [LAND, [A, a, "1", 11]]})
    assert sums(table, "land") == {}
    assert codes(table) == ["E607"]


def test_sheets_by_region_add_up() -> None:
    table = made({"和平区": [LAND, [A, a, "1", 1]], "沈河区": [LAND, [B, b, "1", 2]]})
    assert sums(table, "land") == {a: 1, b: 2}
    assert codes(table) == []


def test_tables_below_each_other_with_other_units_and_columns() -> None:
    rows = [
        ["单位：万元"],
        [*TAX[:2], "实缴税收"],
        [A, a, 12],
        ["续表", None, "单位：千元"],
        [*TAX[:2], "实缴税收"],
        [B, b, 130],
        [],
        ["企业名称", "研发经费（万元）", "实缴税收（元）"],
        [c, 4, 50000],
    ]
    table = made(rows)
    assert sums(table, "tax") == {a: 12, b: 13, c: 5}
    assert sums(table, "rd") == {c: 4}


def test_a_header_repeated_on_every_page_is_no_other_table() -> None:
    table = made([TAX, [A, a, 12], TAX, [B, b, 13]])
    assert sums(table, "tax") == {a: 12, b: 13}
    assert len(table.sheets) == 1


def test_a_second_table_without_a_unit_is_not_guessed() -> None:
    table = made([TAX, [A, a, 12], ["二、规下企业"], [*TAX[:2], "实缴税收"], [B, b, 13]])
    assert sums(table, "tax") == {a: 12}
    assert one(table, "E611").cell == "C4"


@pytest.mark.parametrize(
    ("head", "row"),
    [
        (["土地使用权人", "用地企业"], [a, b]),
        (["统一社会信用代码", "纳税人识别号"], [A, B]),
        (["企业名称", "实际使用人"], [a, b]),
    ],
)
def test_two_firms_in_a_row(head: list[str], row: list[str]) -> None:
    table = made([[*head, "用地面积（亩）"], [*row, 12]])
    assert table.rows == []
    assert codes(table) == ["E690"]


@pytest.mark.parametrize(
    ("head", "row"),
    [
        (["企业名称", "纳税人名称"], [a, a]),
        (["企业名称", "纳税人名称"], [a, None]),
        (["企业名称", "统一社会信用代码", "纳税人识别号"], [a, A, "210111222333444"]),
    ],
)
def test_two_columns_for_one_firm(head: list[str], row: list[Any]) -> None:
    assert sums(made([[*head, "用地面积（亩）"], [*row, 12]]), "land") == {a: 12}


@pytest.mark.parametrize(
    ("title", "sign"),
    [
        ("用地统计表（不含出租）", 1),
        ("企业用地（不包括对外出租部分）", 1),
        ("用地（已扣除出租面积）", 1),
        ("用地情况（含出租）", 1),
        ("未出租土地明细", 1),
        ("除出租外的用地明细表", 1),
        ("非出租土地", 1),
        ("剔除出租土地后的用地面积", 1),
        ("出让、出租土地情况表", 1),
        ("厂房出租率统计", 1),
        ("企业出租土地情况表", -1),
        ("租出明细", -1),
        ("二、出租土地", -1),
    ],
)
def test_negations_in_titles(title: str, sign: int) -> None:
    table = made([[title], ["企业名称", "用地面积（亩）"], [a, 12]])
    assert sums(table, "land") == {a: sign * 12}


@pytest.mark.parametrize(
    ("header", "titles", "factor"),
    [
        ("实缴税收（元至角分）", [], 1),
        ("实缴税收（元（列至角分））", [], 1),
        ("实缴税收【元】", [], 1),
        ("实缴税收〔万元〕", [], 10000),
        ("实缴税收［亿元］", [], 10**8),
        ("实缴税收（单位：元）", [], 1),
        ("实缴税收（万元，现价）", [], 10000),
        ("实缴税收（人民币：万元）", [], 10000),
        ("实缴税收(RMB 万元)", [], 10000),
        ("实缴税收万元", [], 10000),
        ("实缴税收（万元/年）", [], 10000),
        ("实缴税收", ["金额单位：元至角分"], 1),
        ("实缴税收", ["金额单位：人民币元（列至角分）"], 1),
        ("实缴税收", ["单位：元（保留两位小数）"], 1),
        ("实缴税收", ["以下金额均以元为单位"], 1),
        ("实缴税收", ["币种：人民币 单位：万元"], 10000),
        ("实缴税收", ["（金额：元）"], 1),
        ("实缴税收", ["单位 ：  万 元"], 10000),
        ("实缴税收", ["面积单位：亩；金额单位：千元"], 1000),
    ],
)
def test_units(header: str, titles: list[str], factor: int) -> None:
    rows = [*([title] for title in titles), ["企业名称", header], [a, 1234567.89]]
    assert sums(made(rows), "tax") == {a: pytest.approx(1234567.89 * factor / 10000, rel=1e-12)}


@pytest.mark.parametrize("title", ["单位：美元", "单位：万美元", "金额单位：十万元", "单位：亩"])
def test_another_unit_in_the_title_is_never_taken_for_ours(title: str) -> None:
    rows = [[title], ["企业名称", "实缴税收"], [a, 5]]
    for options in ({}, {"assume_units": True}):
        table = made(rows, **options)
        assert sums(table, "tax") == {}
        assert "assume" not in one(table, "E611").remedy


@pytest.mark.parametrize("areas", [(6666.67, 10), (33333.3, 50), (6900, 10.35)])
def test_two_units_that_agree_are_one(areas: tuple[float, float]) -> None:
    head = ["企业名称", "用地面积（平方米）", "用地面积（亩）"]
    assert sums(made([head, [a, *areas]]), "land") == {a: areas[1]}


@pytest.mark.parametrize("areas", [(6666.67, 12), (10, 10), (1, 2)])
def test_two_units_that_do_not_agree_bar_both(areas: tuple[float, float]) -> None:
    head = ["企业名称", "用地面积（平方米）", "用地面积（亩）"]
    table = made([head, [a, *areas]])
    assert sums(table, "land") == {}
    assert codes(table) == ["E616", "E616"]
