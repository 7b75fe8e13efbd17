"""Rows that are no firms, in departments' tables: each kind once, and the names that look alike."""

from __future__ import annotations

from typing import Any

import pytest

from tests.intake.tables.made import CODES, NAMES, codes, made, one, sums

A, B, C = CODES
a, b, c = NAMES
HEAD = ["统一社会信用代码", "企业名称", "宗地", "用地面积（亩）"]


@pytest.mark.parametrize(
    "label",
    [
        "小计",
        "小　计",
        "合计",
        "合计（2块）",
        "计",
        "本户合计",
        "全部地块合计",
        "共计：",
        "其中：出让",
    ],
)
def test_a_subtotal_within_a_firm(label: str) -> None:
    table = made([HEAD, [A, a, "1", 10], [A, a, "2", 20], [A, a, label, 30], [B, b, "1", 7]])
    assert sums(table, "land") == {a: 30, b: 7}
    assert label.replace("\u3000", " ") in one(table, "H626").problem


def test_a_subtotal_below_merged_cells() -> None:
    rows = [HEAD, [A, a, "1", 10], [None, None, "2", 20], [None, None, "小计", 30], [B, b, "1", 7]]
    table = made(rows, (((1, 0), (3, 0)), ((1, 1), (3, 1))))
    assert sums(table, "land") == {a: 30, b: 7}
    assert "“小计”" in one(table, "H626").problem


def test_a_subtotal_in_the_remarks() -> None:
    head = ["统一社会信用代码", "企业名称", "用地面积（亩）", "备注"]
    table = made([head, [A, a, 10, "含小计一处"], [A, a, 20, None], [A, a, 30, "合计"]])
    assert sums(table, "land") == {a: 30}


def test_one_parcel_and_its_subtotal() -> None:
    rows = [HEAD, [A, a, "1", 10], [A, a, "小计", 10], [B, b, "1", 7], [B, b, "小计", 7]]
    assert sums(made(rows), "land") == {a: 10, b: 7}


def test_what_every_row_says_tells_no_row_from_others() -> None:
    table = made([HEAD, [A, a, "合计", 10], [B, b, "合计", 7]])
    assert sums(table, "land") == {a: 10, b: 7}


def test_a_firm_that_has_only_a_total_is_told() -> None:
    table = made([HEAD, [A, a, "1", 10], [A, a, "小计", 10], [B, b, "合计", 7]])
    assert B in one(table, "W691").problem


def test_a_nameless_subtotal_is_told() -> None:
    table = made([HEAD, [A, a, "1", 10], [A, a, "2", 20], [A, a, None, 30]])
    assert one(table, "W693").cell == "D4"


@pytest.mark.parametrize(
    "label",
    [
        "平均值",
        "全区平均",
        "户均",
        "最大值",
        "中位数",
        "规上企业合计",
        "合计（120户）",
        "总计（共5户）",
        "120户合计",
        "同比增长（%）",
        "去年同期",
        "上年合计",
        "增减额",
        "其中：国有",
        "一、装备制造业",
        "（二）轻工业",
        "经开区",
        "规下企业",
        "承前页",
        "过次页",
        "Total",
    ],
)
def test_below_the_firms(label: str) -> None:
    table = made([["企业名称", "实缴税收（万元）"], [a, 1], [label, 9], [b, 2]])
    assert sums(table, "tax") == {a: 1, b: 2}
    assert f"“{label}”" in one(table, "H626").problem


@pytest.mark.parametrize(
    "text",
    [
        "数据来源：统计局",
        "资料来源：某局",
        "以下空白",
        "——以下无——",
        "注1：口径",
        "2023年3月1日",
        "第 1 页 共 2 页",
        "沈阳市税务局",
        "审核：李四",
    ],
)
def test_notes(text: str) -> None:
    table = made([["企业名称", "实缴税收（万元）"], [a, 1], [text]])
    assert [row.name for row in table.rows] == [a]


@pytest.mark.parametrize(
    "name",
    [
        "合计算力有限公司",
        "平均科技有限公司",
        "小计机械厂",
        "总计实业集团",
        "累计（沈阳）科技有限公司",
        "示例机械有限公司",
        "其中科技有限公司",
        "三一重工",
        "例外科技有限公司",
        "沈阳市设计院",
    ],
)
def test_legal_names_with_such_words(name: str) -> None:
    table = made([["企业名称", "实缴税收（万元）"], [a, 1], [name, 2]])
    assert sums(table, "tax") == {a: 1, name: 2}
    assert codes(table) == []


@pytest.mark.parametrize(
    "numbers",
    [
        ["栏次", "甲", "乙", 1],
        ["甲", "乙", "丙", 1],
        [1, 2, 3, 4],
        ["(1)", "(2)", "(3)", "(4)=(3)/2"],
        ["A", "B", "C", "D"],
    ],
)
def test_the_numbering_of_columns(numbers: list[Any]) -> None:
    head = ["序号", "统一社会信用代码", "企业名称", "实缴税收（万元）"]
    table = made([head, numbers, [1, A, a, 5]])
    assert [row.name for row in table.rows] == [a]


@pytest.mark.parametrize(
    "sample",
    [
        ["例", "91210100XXXXXXXXXX", "示例：某某机械有限公司", 5],
        ["示例", None, "XX公司", 5],
        [None, None, "例：××有限公司", 5],
        ["填写示例", None, "某某公司", 5],
    ],
)
def test_samples(sample: list[Any]) -> None:
    table = made(
        [["序号", "统一社会信用代码", "企业名称", "实缴税收（万元）"], sample, [1, A, a, 5]]
    )
    assert sums(table, "tax") == {a: 5}
    assert one(table, "W692").cell == "C2"


@pytest.mark.parametrize(
    ("header", "period"),
    [("报告期", "1-12月累计"), ("", "1-12月累计"), ("指标", "本年累计"), ("项目", "累计")],
)
def test_a_period_in_every_row_makes_no_totals(header: str, period: str) -> None:
    table = made([[header, "企业名称", "实缴税收（万元）"], [period, a, 11], [period, b, 12]])
    assert sums(table, "tax") == {a: 11, b: 12}


def test_rows_of_other_years_and_of_parts_of_the_year() -> None:
    head = ["年度", "企业名称", "用地面积（亩）"]
    table = made([head, [2021, a, 11], [2022, a, 12], ["2022年1-6月", b, 1], ["2022年", b, 2]])
    assert sums(table, "land") == {a: 12, b: 2}
    assert "2021年、2022年1-6月" in one(table, "H604").problem


def test_only_rows_of_another_year() -> None:
    head = ["年度", "企业名称", "用地面积（亩）"]
    assert codes(made([head, [2021, a, 11]])) == ["E605"]
    assert sums(made([head, [2021, a, 11]], accept_year=True), "land") == {a: 11}


@pytest.mark.parametrize("code", ["无", "待补", "-", "—", "0" * 18, "9" * 18, "9121****5T16M", 0])
def test_placeholders(code: Any) -> None:
    table = made([["统一社会信用代码", "企业名称", "用地面积（亩）"], [code, "乙石材厂", 30]])
    assert [(row.code, row.name) for row in table.rows] == [("", "乙石材厂")]
    assert codes(table) == ["W624"]


def test_a_placeholder_without_a_name_is_nobody() -> None:
    table = made([["统一社会信用代码", "企业名称", "用地面积（亩）"], ["无", None, 30], [A, a, 1]])
    assert one(table, "E628").cell == "C2"
