"""Rows of the district's own workbook that are no firms: told, never ranked, never in silence."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workbook.reading.test_firms import CODE, read, row

FIGURES = {"industry": "", "start_date": ""}


def without_code(name: Any, code: Any = "") -> list[Any]:
    return row(code=code, name=name, **FIGURES)


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("合计（120户）", "H421"),
        ("平均值", "H421"),
        ("规上企业合计", "H421"),
        ("小 计", "H421"),
        ("全区合计：", "H421"),
        ("户均", "H421"),
        ("其中：大东区", "H421"),
        ("同比增长（%）", "H421"),
        ("大东区", "W424"),
        ("一、装备制造业", "W424"),
        ("示例：某某公司", "W424"),
    ],
)
def test_no_firm_and_told(label: str, code: str) -> None:
    table, findings = read(row(), without_code(label))
    assert list(table.roster.names) == ["甲厂"]
    assert table.passed == 1
    assert [f.code for f in findings] == [code]
    assert f"“{label}”" in findings[0].problem


def test_the_numbering_of_columns() -> None:
    table, findings = read(["栏次", "甲", "乙", *range(1, len(row()) - 2)], row())
    assert list(table.roster.names) == ["甲厂"]
    assert [f.code for f in findings] == ["H421"]


@pytest.mark.parametrize(
    "name", ["合计算力有限公司", "平均科技有限公司", "小计量仪器厂", "累计数据有限公司", "三一重工"]
)
def test_a_legal_name_with_such_a_word_is_a_firm(name: str) -> None:
    table, findings = read(without_code(name))
    assert list(table.roster.names) == [name]
    assert findings == []


@pytest.mark.parametrize("code", ["无", "待补", "-", "0" * 18, "9" * 18, "暂无", "000"])
def test_what_stands_for_no_code_is_none(code: str) -> None:
    table, _ = read(without_code("甲木业加工厂", code), without_code("乙石材加工厂", code))
    assert list(table.roster.codes) == ["", ""]
    assert table.interpreted[0, "code"] == code


def test_a_total_with_a_code_stays_and_is_told() -> None:
    table, findings = read(row(code=CODE, name="平均值"))
    assert table.roster.size == 1
    assert [f.code for f in findings] == ["W425"]


def test_what_a_licence_prints_behind_the_code() -> None:
    table, _ = read(row(code=f"{CODE}（1-1）"))
    assert list(table.roster.codes) == [CODE]
