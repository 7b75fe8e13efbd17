"""Reading 参数 and 分类调整."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from permu_xl.engine.model.scheme import Scheme
from permu_xl.findings.kinds import Level
from permu_xl.findings.model import Finding
from permu_xl.schemes import load
from permu_xl.workbook import layout
from permu_xl.workbook.reading.adjustments import read_adjustments
from permu_xl.workbook.reading.model import AdjustmentTable, Parameters
from permu_xl.workbook.reading.parameters import read_parameters
from permu_xl.xlsx.cells.grid import Grid
from tests.places import DATA

SCHEME = load()
HEADER = [f.header for f in layout.parameter_fields()]
PLAIN = [["亩均税收", 30.0, "总量法", "", 1.2], ["亩均总产值", 15.0, "总量法", "", 1.2],
         ["研发投入强度", 20.0, "总量法", "", 1.2], ["人均营业收入", 5.0, "总量法", "", 1.2],
         ["单位能耗总产值", 15.0, "总量法", "", 1.2],
         ["单位污染物排放税收", 15.0, "最高值", "", 1.2]]  # fmt: skip


def read(
    *,
    table: list[list[Any]] | None = None,
    district: Any = "某区",
    year: Any = 2022.0,
    scheme: Any = "shenyang_2021",
    folder: Path = Path(),
) -> tuple[Parameters, Scheme, list[Finding]]:
    findings: list[Finding] = []
    rows = [
        ["参数", "", "", "", ""],
        ["地区：", district, "", "", ""],
        ["评价年度", year, "", "", ""],
        ["方案", scheme, "", "", ""],
        [""] * 5,
        HEADER,
        *(PLAIN if table is None else table),
    ]
    parameters, found = read_parameters(Grid("参数", rows, {}), folder / "x.xlsx", findings)
    return parameters, found, findings


def changed(row: int, column: int, value: Any) -> list[list[Any]]:
    table = [list(r) for r in PLAIN]
    table[row][column] = value
    return table


def told(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(f.code, f.cell) for f in findings]


def test_the_plain_sheet_is_the_scheme_itself() -> None:
    parameters, scheme, findings = read()
    assert findings == []
    assert scheme == SCHEME
    assert (parameters.district, parameters.year) == ("某区", 2022)
    assert parameters.cells == {"district": "B2", "year": "B3", "scheme": "B4"}
    assert parameters.placed is not None
    assert parameters.placed.cell(parameters.indicators["tax_per_mu"], "weight") == "B7"


@pytest.mark.parametrize("year", ["", "二二年", 22.0])
def test_a_year_is_needed(year: Any) -> None:
    assert told(read(year=year)[2]) == [("E111", "B3")]


def test_changed_weights_count_and_are_pointed_out() -> None:
    table = changed(0, 1, 28.0)
    table[1][1] = "17"
    _, scheme, findings = read(table=table)
    assert [i.weight for i in scheme.indicators] == [28, 17, 20, 5, 15, 15]
    assert told(findings) == [("W121", "B7"), ("H402", "B8"), ("W121", "B8")]


def test_weights_must_add_up_to_100() -> None:
    _, _, findings = read(table=changed(0, 1, 30.5))
    assert ("E119", "B6") in told(findings)


def test_tenths_that_add_up_exactly_are_no_error() -> None:
    table = changed(0, 1, 30.1)
    table[1][1] = 14.9
    assert "E119" not in [f.code for f in read(table=table)[2]]


@pytest.mark.parametrize("weight", [0.0, -5.0])
def test_a_weight_or_cap_must_be_positive(weight: float) -> None:
    assert ("E117", "B7") in told(read(table=changed(0, 1, weight))[2])
    assert ("E117", "E7") in told(read(table=changed(0, 4, weight))[2])


def test_method_and_manual_baseline() -> None:
    table = changed(0, 2, "人工核定")
    table[0][3] = 25.5
    _, scheme, findings = read(table=table)
    rule = scheme.indicator("tax_per_mu").baseline
    assert (rule.method, rule.manual) == ("manual", 25.5)
    assert told(findings) == [("W122", "C7")]


def test_a_manual_baseline_that_is_not_used_is_pointed_out() -> None:
    _, scheme, findings = read(table=changed(0, 3, 25.5))
    assert scheme == SCHEME
    assert told(findings) == [("W123", "D7")]


def test_an_unknown_method_is_an_error() -> None:
    assert told(read(table=changed(0, 2, "众数"))[2]) == [("E118", "C7")]


def test_blank_cells_stand_for_the_scheme() -> None:
    table = [[name, "", "", "", ""] for name, *_ in PLAIN]
    assert read(table=table)[1:] == (SCHEME, [])


def test_strange_repeated_and_absent_indicators() -> None:
    table = [*PLAIN[:-1], ["亩均利润", 15.0, "", "", ""], ["亩均税收", 1.0, "", "", ""]]
    assert told(read(table=table)[2]) == [("E115", "A12"), ("E115", "A13"), ("E116", "")]


def test_no_scheme_named_is_a_hint_and_an_unknown_one_an_error() -> None:
    assert told(read(scheme="")[2]) == [("H113", "B4")]
    assert told(read(scheme="沈阳市工业企业亩均综合评价（2021）")[2]) == []
    (finding,) = read(scheme="atlantis")[2]
    assert (finding.code, finding.level, finding.cell) == ("E114", Level.ERROR, "B4")


def test_a_scheme_file_beside_the_workbook(tmp_path: Path) -> None:
    (tmp_path / "本区.toml").write_text(
        'extends = "shenyang_2021"\nid = "ours"\ntitle = "本区"\n[bonus.labels."专精特新"]\n'
        'points = 2\nclause = "区文件"\n',
        encoding="utf-8",
    )
    _, scheme, findings = read(scheme="本区.toml", folder=tmp_path)
    assert findings == []
    assert scheme.bonus.labels["专精特新"].points == 2


def read_adjusted(*rows: list[Any]) -> tuple[AdjustmentTable | None, list[Finding]]:
    findings: list[Finding] = []
    header = [f.header for f in layout.adjustment_fields(SCHEME)]
    grid = Grid("分类调整", [["分类调整"], header, *rows], {})
    return read_adjustments(grid, SCHEME, findings), findings


def test_adjustments() -> None:
    table, findings = read_adjusted(
        ["91210100MA0P4X1Y2U", "甲厂", "b类", "重大贡献", "区政府纪要〔2023〕5号", "2023.7.1"],
        [""] * 6,
        ["", "乙厂", "C", "", "", ""],
    )
    assert findings == []
    assert table is not None
    assert table.placed.rows == (3, 5)
    first, second = table.adjustments
    assert (first.letter, first.reason, first.date) == ("B", "重大贡献", dt.date(2023, 7, 1))
    assert (second.code, second.name, second.letter) == ("", "乙厂", "C")


@pytest.mark.parametrize(
    ("typed", "letter"),
    [("a", "A"), ("Ａ", "A"), ("ｂ类", "B"), ("C 类", "C"), ("E类", "E类"), ("", "")],
)
def test_the_ways_to_type_a_class(typed: str, letter: str) -> None:
    table, _ = read_adjusted(["", "甲厂", typed, "", "", ""])
    assert table is not None
    assert table.adjustments[0].letter == letter
    kept = {} if typed == letter else {(0, "letter"): typed}
    assert table.interpreted == kept


def test_bad_cells_of_adjustments_are_errors() -> None:
    _, findings = read_adjusted([912101001234567890.0, "甲厂", "B", "", "", "某日"])
    assert told(findings) == [("E414", "A3"), ("E403", "F3")]


def test_an_empty_sheet_has_no_adjustments_and_a_strange_one_is_an_error() -> None:
    findings: list[Finding] = []
    assert read_adjustments(Grid("分类调整", [], {}), SCHEME, findings) is None
    assert findings == []
    assert read_adjustments(Grid("分类调整", [["甲厂", "B"]], {}), SCHEME, findings) is None
    assert [f.code for f in findings] == ["E411"]


def test_brackets_may_be_part_of_an_indicators_name_or_a_unit_or_a_group(tmp_path: Path) -> None:
    toy = DATA / "toy_tracks.toml"
    text = toy.read_text(encoding="utf-8")
    (tmp_path / "本区.toml").write_text(
        text.replace('name = "亩均销售"', 'name = "亩均税收（规下）"'), encoding="utf-8"
    )
    table = [
        ["亩均税收（万元/亩）", 60.0, "总量法", "", 1.5],
        ["单位销售能耗", 25.0, "人工核定", 5.0, 1.2],
        ["单位销售能耗(食品)", "", "", 2.5, ""], ["单位销售能耗（机械）", "", "", "", ""],
        ["单位销售固废", 15.0, "企业均值", "", 2.0],
        [" 亩均税收(规下)", 40.0, "最高值", "", 1.0],
    ]  # fmt: skip
    parameters, scheme, findings = read(table=table, scheme="本区.toml", folder=tmp_path)
    assert findings == []
    assert parameters.indicators == {
        "tax_per_mu": 0, "energy_per_sales": 1, "waste_per_sales": 4, "sales_per_mu": 5,
    }  # fmt: skip
    assert parameters.groups == {"energy_per_sales": {"食品": 2, "机械": 3}}
    # A blank cell leaves the scheme's own figure; 其他 has none but the indicator's.
    assert scheme.indicator("energy_per_sales").baseline.manual_by == {"食品": 2.5, "机械": 4.0}
