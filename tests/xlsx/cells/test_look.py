"""Figures in a column of 万元, as formats show them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from permu_xl.xlsx.cells.look import Judge, Look, differs, unit_factor
from permu_xl.xlsx.cells.number_formats import shown


def factor(words: str) -> Fraction | None:
    return unit_factor(words, "万元")


@pytest.mark.parametrize(
    ("code", "number", "how"),
    [
        ("0!.0,", 1234567, "scale"),
        ('0!.0,"万"', 1234567, ""),
        ('0!.0,"万元"', 1234567, "scale"),
        ('#,##0"元"', 1234567, "unit"),
        ('#,##0"万元整"', 1234567, ""),
        ('0!.00,,"亿元"', 1234567, "scale"),
        ('#,##0"亩"', 5, "unit"),
        ('"约"0', 5, ""),
        ("0.0,", 0, ""),
        ('[>9999]0!.0,"万";0', 123456, ""),
        ('[>9999]0!.0,"元";0', 123456, "scale"),
        ('[>9999]0!.0,"元";0', 12, ""),
        ("0,,,,", 5e12, "scale"),
        (";;;", 5, "scale"),
        ("-0;0", 5, "scale"),
        ("-0;0", -5, "scale"),
        ("0;0", 5, ""),
        ("0;0", -5, "scale"),
        ("0;[Red]0", -5, ""),
        ("0;(0)", -5, ""),
        ('0!.0,"万";△0!.0,"万"', -1234567, ""),
    ],
)
def test_once_for_a_format_is_as_for_every_cell(code: str, number: float, how: str) -> None:
    judge = Judge(Look({(0, 0): code}), factor)
    assert judge.differs(0, 0, float(number)) == how
    assert differs(shown(code, float(number)), float(number), factor) == how


def test_what_the_file_shows_counts_more() -> None:
    judge = Judge(Look({(0, 0): "0"}, {(0, 0): "123.5"}), factor)
    assert judge.differs(0, 0, 1234567.0) == "scale"
