"""Headers: one row or several, merged or not, and what they mean."""

from __future__ import annotations

from typing import Any

import pytest

from permu_xl.intake.sources.open import Range, SourceSheet
from permu_xl.intake.tables.headers.headers import Header, find_headers
from permu_xl.intake.tables.words.synonyms import load_synonyms
from permu_xl.intake.tables.words.vocabulary import Vocabulary
from permu_xl.schemes import load
from permu_xl.xlsx.cells.grid import Grid

SYNONYMS = load_synonyms()
VOCABULARY = Vocabulary(SYNONYMS, SYNONYMS.wanted(load()))


def found(
    rows: list[list[Any]], merged: tuple[Range, ...] = (), *, text: bool = False
) -> Header | None:
    sheet = SourceSheet(Grid("表", rows, {}), merged, not text)
    return next(iter(find_headers(sheet, VOCABULARY, 2022)), None)


def columns(header: Header | None) -> dict[str, tuple[int, str]]:
    assert header is not None
    return {c.item: (c.column, c.unit) for c in header.columns}


@pytest.mark.parametrize(
    ("labels", "item"),
    [
        (["实缴税收（万元）"], ("tax", False)),
        (["2022年度实缴税收"], ("tax", False)),
        (["实缴税收", "合计"], ("tax", False)),
        (["税收", "增值税"], None),
        (["其中：主营业务收入"], None),
        (["营业收入"], ("revenue", True)),
        (["工业总产值（当年价格）"], ("output", False)),
        (["总产值", "本年"], ("output", False)),
        (["总产值", "上年同期"], None),
        (["总产值增速"], None),
        (["从业人员（女性）"], None),
        (["从业人员", "女性"], None),
        (["Ｒ＆Ｄ经费支出"], ("rd", False)),
        (["自有", "面积"], ("land_owned", False)),
        (["用地情况", "租出", "面积（亩）"], ("land_rented_out", False)),
        (["单位能耗"], None),
        (["规模以上工业总产值"], ("output", False)),
        (["亩均税收（万元/亩）"], None),
        (["合计"], None),
    ],
)
def test_what_labels_mean(labels: list[str], item: tuple[str, bool] | None) -> None:
    assert VOCABULARY.item([VOCABULARY.label(each).name for each in labels]) == item


@pytest.mark.parametrize(
    ("cell", "unit"),
    [
        ("总产值（千元）", "千元"), ("总产值\n(单位：亿元)", "亿元"), ("总产值，万元", "万元"),
        ("总产值 万元", "万元"), ("总产值/元", "元"), ("用地面积［㎡］", "平方米"),
        ("（万元）", "万元"), ("总产值（现价）（万元）", "万元"), ("税收占比（%）", "%"),
        ("总产值", ""), ("亩均税收（万元/亩）", ""),
    ],
)  # fmt: skip
def test_units_in_header_cells(cell: str, unit: str) -> None:
    assert VOCABULARY.label(cell).unit == unit


def test_titles_notes_and_blank_rows_above_are_passed_over() -> None:
    rows = [
        ["2022年纳税情况", "", ""],
        ["填报单位：税务局", "", "单位：元"],
        ["", "", ""],
        ["企业名称", "序号", "实缴税收"],
        ["甲", 1, 5.0],
    ]
    header = found(rows)
    assert columns(header) == {"name": (0, ""), "tax": (2, "")}
    assert header is not None
    assert (header.top, header.bottom) == (3, 3)
    assert "单位：元" in header.titles


TWO_LEVELS = [
    ["企业名称", "实缴税收（元）", "", "", "从业人员"],
    ["", "增值税", "所得税", "合计", ""],
    ["甲", 1.0, 2.0, 3.0, 9.0],
]
MERGES: tuple[Range, ...] = (((0, 0), (1, 0)), ((0, 1), (0, 3)), ((0, 4), (1, 4)))


@pytest.mark.parametrize(("merged", "text"), [(MERGES, False), ((), True)])
def test_two_levels_merged_or_in_text(merged: tuple[Range, ...], text: bool) -> None:
    header = found(TWO_LEVELS, merged, text=text)
    assert columns(header) == {"name": (0, ""), "tax": (3, "元"), "employees": (4, "")}
    assert header is not None
    assert header.bottom == 1
    assert header.unknown == {1: "实缴税收（元）／增值税", 2: "实缴税收（元）／所得税"}


def test_three_levels_with_a_row_of_units() -> None:
    rows = [
        ["企业", "", "主要指标", ""],
        ["名称", "信用代码", "总产值", "综合能耗"],
        ["", "", "千元", "吨标煤"],
        ["甲", "9121", 1.0, 2.0],
    ]
    header = found(rows, (((0, 0), (0, 1)), ((0, 2), (0, 3))))
    assert columns(header) == {
        "name": (0, ""), "code": (1, ""), "output": (2, "千元"), "energy": (3, "吨标准煤")
    }  # fmt: skip
    assert header is not None
    assert header.bottom == 2


def test_columns_of_other_years_are_set_apart() -> None:
    rows = [
        ["企业名称", "总产值（万元）", ""],
        ["", "2021年", "2022年"],
        ["甲", 1.0, 2.0],
    ]
    header = found(rows, (((0, 0), (1, 0)), ((0, 1), (0, 2))))
    assert columns(header) == {"name": (0, ""), "output": (2, "万元")}
    assert header is not None
    assert list(header.other_years) == [1]


def test_the_better_name_wins_over_the_nearly_right_one() -> None:
    header = found([["企业名称", "营业收入（万元）", "主营业务收入（万元）"], ["甲", 9.0, 8.0]])
    assert columns(header)["revenue"] == (2, "万元")


@pytest.mark.parametrize(
    "rows",
    [
        [["总产值（万元）", "从业人员"], [1.0, 2.0]],
        [["企业名称", "法定代表人"], ["甲", "某"]],
        [["说明"], ["本表由统计局提供"]],
        [],
    ],
)
def test_what_is_no_table_has_no_header(rows: list[list[Any]]) -> None:
    assert found(rows) is None
