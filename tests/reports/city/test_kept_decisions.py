"""A new summary over an old one: no opinion that the city wrote is lost without a word."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from permu_xl.cli.program import main
from permu_xl.reports.city.layout import CITY_CHECKS, CITY_DECISIONS
from permu_xl.schemes import load
from permu_xl.workbook import layout
from tests.reports.city.test_apply_decisions import adjustments, city, decide
from tests.reports.districts import body, code, edit, evaluated

__all__ = ["city"]

INPUTS = {f.key: k for k, f in enumerate(layout.data_fields(load()), start=1)}


def report(path: Path, **cells: Any) -> None:
    """The district changes what it says of its first firm, and evaluates again."""
    for sheet in (layout.DATA, layout.PREVIOUS):
        for key, value in cells.items():
            edit(path, sheet, (layout.FIRST_ROW, INPUTS[key]), value)
    evaluated(path)


def again(city: Path, districts: list[Path]) -> list[tuple[Any, ...]]:
    """Sum up once more; return what stands on the list: firm, opinion, reason, date."""
    assert main(["city", *map(str, districts), "-o", str(city), "--force"]) == 0
    return [
        (row["企业名称"], row["市级意见"], row["理由"], row["日期"])
        for row in body(city, CITY_DECISIONS)
    ]


def checks(city: Path) -> list[str]:
    return [row["问题"] for row in body(city, CITY_CHECKS)]


def test_a_date_that_cannot_be_read_stands_as_it_was_written(
    city: Path, districts: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    decide(city, 0, letter="D", reason="能耗过高", date="下周")
    decide(city, 1, letter="C", date=dt.date(2023, 9, 20))
    capsys.readouterr()
    assert again(city, districts) == [
        ("甲区第1厂", "D", "能耗过高", "下周"),
        ("乙区第1厂", "C", None, dt.datetime(2023, 9, 20)),
        ("丙区第1厂", None, None, None),
    ]
    shown = capsys.readouterr().out
    assert "原来填了2条市级意见，保留2条。" in shown
    assert any("照原样保留，但“下周”不是" in told for told in checks(city))
    # Written back it is not, and it does not count as one that is still to be filled in.
    assert main(["city", "apply", str(city), *map(str, districts)]) == 1
    shown = capsys.readouterr().out
    assert "名单里还有1户没有填市级意见。" in shown
    assert "名单里有1户的意见有读不懂的单元格，没有写回" in shown
    assert [len(adjustments(path)) for path in districts] == [0, 1, 0]


def test_by_name_where_the_district_has_corrected_the_code(
    city: Path, districts: list[Path]
) -> None:
    decide(city, 0, letter="D", reason="能耗过高")
    report(districts[0], code=code(0, 11))
    assert again(city, districts)[0] == ("甲区第1厂", "D", "能耗过高", None)


def test_where_the_district_is_typed_with_a_space(city: Path, districts: list[Path]) -> None:
    decide(city, 0, letter="D", reason="能耗过高")
    edit(districts[0], layout.PARAMETERS, layout.parameter_cell("district"), "甲　区")
    evaluated(districts[0])
    assert again(city, districts)[0] == ("甲区第1厂", "D", "能耗过高", None)


def test_a_reason_without_an_opinion_is_kept_too(city: Path, districts: list[Path]) -> None:
    decide(city, 2, reason="待会议研究")
    assert again(city, districts)[2] == ("丙区第1厂", None, "待会议研究", None)


def test_every_opinion_that_is_lost_is_named(
    city: Path, districts: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    # 甲区's firm has another name and code now; 丙区 is not summed up.
    decide(city, 0, letter="D")
    decide(city, 1, letter="C")
    decide(city, 2, letter="D")
    report(districts[0], code=code(0, 11), name="甲区新厂")
    capsys.readouterr()
    assert again(city, districts[:2]) == [
        ("甲区新厂", None, None, None),
        ("乙区第1厂", "C", None, None),
    ]
    shown = capsys.readouterr().out
    assert "原来填了3条市级意见，保留1条，没有保留2条，逐户列出。" in shown
    told = checks(city)
    assert "这户在该区按代码和名称都找不到，或同名不止一户，市级意见“D”没有保留" in told
    assert "这个区没有汇入，市级意见“D”没有保留" in told
    assert (city.with_name("全市.bak.xlsx")).exists()


def test_another_class_by_the_rules_is_another_question(
    city: Path, districts: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    # 甲区's first firm says that it does not conform to industrial policy: D instead of C.
    decide(city, 0, letter="B", reason="已整改")
    report(districts[0], off_policy="是")
    capsys.readouterr()
    assert again(city, districts)[0][1] is None
    assert "初步分类原来是C，现在是D，原来的市级意见“B”没有保留" in checks(city)
