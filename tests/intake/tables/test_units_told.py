"""Units that a table tells outside its header: below it, beside it, in a row's remark."""

from __future__ import annotations

import pytest

from tests.intake.tables.made import CODES, NAMES, codes, made, one, sums

A, B, _ = CODES
a, b, _ = NAMES
BARE = ["统一社会信用代码", "企业名称", "实缴税收"]
YUAN = [*BARE[:2], "实缴税收（元）"]
WAN = [*BARE[:2], "实缴税收（万元）"]

NOTES = [
    "单位：元",
    "注：以上数据单位为元，来源于税务局",
    "说明：1、本表由税务局提供；2、金额单位：元。",
    "注：本表以元为单位",
    "说明：本表数据均为元",
    "注：金额以元计",
]


@pytest.mark.parametrize("note", NOTES)
def test_a_note_below_tells_the_unit(note: str) -> None:
    """123,400元 are 12.34万元."""
    table = made([BARE, [A, a, 123400], ["合计", "", 123400], [note], ["填表人：张三"]])
    assert sums(table, "tax") == {a: 12.34}
    assert codes(table) == ["H626"]


@pytest.mark.parametrize("note", NOTES)
def test_a_note_below_that_contradicts_the_header(note: str) -> None:
    table = made([WAN, [A, a, 123400], [note]])
    assert sums(table, "tax") == {}
    finding = one(table, "E615")
    assert finding.cell == "C1"
    assert "的单位是“万元”，表下的说明写的单位却是“元”" in finding.problem


def test_a_note_in_the_header_row_counts_as_well() -> None:
    assert sums(made([[*BARE, "单位：元"], [A, a, 123400]]), "tax") == {a: 12.34}
    assert "E615" in codes(made([[*WAN, "单位：元"], [A, a, 123400]]))


def test_a_note_below_that_contradicts_the_title() -> None:
    table = made([["单位：万元"], BARE, [A, a, 123400], ["单位：元"]])
    assert sums(table, "tax") == {}
    assert "万元、元" in one(table, "E615").problem


def test_a_note_that_says_what_the_header_says_or_speaks_of_others() -> None:
    land = [*YUAN, "用地面积（亩）"]
    for note in ("单位：元、亩", "注：亩均税收单位为万元/亩", "填报单位：税务局", "单位：亩"):
        table = made([land, [A, a, 123400, 3], [note]])
        assert sums(table, "tax") == {a: 12.34}
        assert sums(table, "land") == {a: 3}


def test_a_note_of_money_of_another_country_is_not_taken_for_ours() -> None:
    table = made([BARE, [A, a, 5], ["单位：美元"]], assume_units=True)
    assert sums(table, "tax") == {}
    assert "“美元”，换算不了" in one(table, "E611").problem


def test_a_remark_that_names_another_unit() -> None:
    rows = [[*WAN, "备注"], [A, a, 123400, "单位：元"], [B, b, 7, "补缴欠税5元"]]
    table = made(rows)
    assert sums(table, "tax") == {b: 7}
    finding = one(table, "E615")
    assert (finding.cell, finding.firm_name) == ("C2", a)
    assert "“备注”里写着单位“元”，这一列的单位是“万元”" in finding.problem


@pytest.mark.parametrize(("head", "cell"), [("备注", "单位：元"), ("单位", "元")])
def test_a_unit_merged_over_the_rows_holds_for_all_of_them(head: str, cell: str) -> None:
    rows = [[*WAN, head], [A, a, 123400, cell], [B, b, 5000, None]]
    table = made(rows, (((1, 3), (2, 3)),))
    assert sums(table, "tax") == {}
    assert codes(table) == ["E615", "E615"]


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("2022年税收（预计）", "预计"),
        ("2022年税收（预测）", "预测"),
        ("2022年税收（计划数）", "计划数"),
        ("2022年税收（计划）", "计划"),
        ("2022年税收预算数", "预算数"),
        ("2022年税收暂估表", "暂估"),
        ("2022年初步核算税收", "初步核算"),
    ],
)
def test_figures_that_are_no_actual_ones_are_told(title: str, word: str) -> None:
    for table in (made([[title], WAN, [A, a, 10]]), made({title: [WAN, [A, a, 10]]})):
        assert sums(table, "tax") == {a: 10}
        assert f"“{word}”，不是2022年的实际数" in one(table, "W606").problem


@pytest.mark.parametrize("title", ["2022年税收", "重点计划企业2022年税收", "任务清单2022年税收"])
def test_other_titles_say_nothing_of_the_kind(title: str) -> None:
    assert codes(made([[title], WAN, [A, a, 10]])) == []


def test_tables_side_by_side_are_told_as_such() -> None:
    rows = [[*WAN, "", *WAN], [A, a, 1, "", B, b, 2]]
    table = made(rows)
    assert sums(table, "tax") == {}
    assert codes(table) == ["E690"]
    assert "并排的几张表" in one(table, "E690").problem
    assert "放到左边那张的下面" in one(table, "E690").remedy
    land = made([[*WAN, *BARE[:2], "用地面积（亩）"], [A, a, 1, B, b, 2]])
    assert "并排的几张表" in one(land, "E690").problem
