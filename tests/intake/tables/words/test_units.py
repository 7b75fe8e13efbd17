"""Units: what is written, and factors that are exact."""

from __future__ import annotations

from fractions import Fraction

import pytest

from permu_xl.intake.tables.words.synonyms import load_synonyms
from tests.intake.tables.made import CODES, NAMES, codes, made, one, sums

UNITS = load_synonyms().units


@pytest.mark.parametrize(
    ("source", "target", "factor"),
    [
        ("元", "万元", Fraction(1, 10000)),
        ("千元", "万元", Fraction(1, 10)),
        ("万元", "万元", Fraction(1)),
        ("百万元", "万元", Fraction(100)),
        ("亿元", "万元", Fraction(10000)),
        ("平方米", "亩", Fraction(15, 10000)),
        ("公顷", "亩", Fraction(15)),
        ("亩", "平方米", Fraction(2000, 3)),
        ("平方公里", "亩", Fraction(1500)),
        ("千克标准煤", "吨标准煤", Fraction(1, 1000)),
        ("万吨标准煤", "吨标准煤", Fraction(10000)),
        ("千克", "吨", Fraction(1, 1000)),
        ("万千瓦时", "千瓦时", Fraction(10000)),
        ("万人", "人", Fraction(10000)),
        ("㎡", "亩", Fraction(15, 10000)),
        ("m²", "公顷", Fraction(1, 10000)),
        ("ＫＧ", "吨", Fraction(1, 1000)),
        (" 人民币万元 ", "元", Fraction(10000)),
        ("tce", "千克标准煤", Fraction(1000)),
        ("户", "户", Fraction(1)),
        ("吨", "吨标准煤", None),
        ("元", "亩", None),
        ("千克", "当量", None),
        ("户", "人", None),
        ("", "万元", None),
    ],
)
def test_factors_are_exact_or_there_are_none(
    source: str, target: str, factor: Fraction | None
) -> None:
    assert UNITS.factor(source, target) == factor


@pytest.mark.parametrize(
    ("title", "units"),
    [
        ("单位：万元", ["万元"]),
        ("（单位:元）", ["元"]),
        ("计量单位：千元、人、吨标准煤", ["千元", "人", "吨标准煤"]),
        ("金额单位：人民币万元 面积单位：平方米", ["万元", "平方米"]),
        ("填报单位：税务局　　单位：亿元", ["亿元"]),
        ("填报单位：万元路街道办", []),
        ("万元", ["万元"]),
        ("（亩）", ["亩"]),
        ("2022年工业企业纳税情况表", []),
        ("单位为万元", ["万元"]),
    ],
)
def test_titles_tell_units(title: str, units: list[str]) -> None:
    assert UNITS.told(title) == units


def test_a_row_with_a_unit_of_its_own() -> None:
    """10,000 with 元 beside it below 实缴税收（万元）: one or the other, and nobody knows which."""
    head = ["统一社会信用代码", "企业名称", "实缴税收（万元）", "从业人员（人）", "计量单位"]
    table = made(
        [
            head,
            [CODES[0], NAMES[0], 10000, 50, "元"],
            [CODES[1], NAMES[1], 2, 51, "万元"],
            [CODES[2], NAMES[2], 3, 52, ""],
        ]
    )
    assert sums(table, "tax") == {NAMES[1]: 2, NAMES[2]: 3}
    assert sums(table, "employees") == dict(zip(NAMES, (50, 51, 52), strict=True))
    assert codes(table) == ["E615"]
    assert (one(table, "E615").cell, one(table, "E615").firm_name) == ("C2", NAMES[0])
