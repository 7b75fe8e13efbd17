"""Reading tables of firms: rows picked, columns understood, every doubt a finding with its cell."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from permu_xl.engine.model.roster import DECIDE, IN, OUT
from permu_xl.findings.kinds import Level
from permu_xl.findings.model import Finding
from permu_xl.schemes import load
from permu_xl.workbook import layout
from permu_xl.workbook.reading.firms import read_firms
from permu_xl.workbook.reading.model import FirmTable
from permu_xl.xlsx.cells.grid import Grid

SCHEME = load()
FIELDS = layout.data_fields(SCHEME)
KEYS = [field.key for field in FIELDS]
CODE = "91210100MA0P4X1Y2U"


def row(**cells: Any) -> list[Any]:
    """A firm's row; what is not given is an ordinary figure or blank."""
    ordinary = {
        "code": CODE, "name": "甲厂", "industry": "3421", "start_date": dt.date(2010, 1, 1),
        "land": 10.0, "tax": 100.0, "output": 3000.0, "revenue": 2900.0, "rd": 50.0,
        "employees": 60.0, "energy": 200.0, "emission": 5.0,
    }  # fmt: skip
    return [{**ordinary, **cells}.get(key, "") for key in KEYS]


def read(
    *rows: list[Any], doubtful: dict[str, str] | None = None
) -> tuple[FirmTable, list[Finding]]:
    findings: list[Finding] = []
    title = ["某区企业表", *[""] * (len(KEYS) - 1)]
    grid = Grid("原始数据", [title, [f.header for f in FIELDS], *rows], doubtful or {})
    table = read_firms(grid, SCHEME, "current", findings)
    assert table is not None
    return table, findings


def test_a_plain_row_is_read_without_a_finding() -> None:
    table, findings = read(row())
    roster = table.roster
    assert findings == []
    assert not table.interpreted
    assert (roster.codes[0], roster.names[0]) == (CODE, "甲厂")
    assert roster.industries.values[roster.industries.index[0]] == "3421"
    assert roster.start_dates[0] == np.datetime64("2010-01-01")
    assert {id: column[0] for id, column in roster.numbers.items()} == {
        "land": 10, "tax": 100, "output": 3000, "revenue": 2900,
        "rd": 50, "employees": 60, "energy": 200, "emission": 5,
    }  # fmt: skip
    assert roster.included[0] == DECIDE
    assert not roster.flag("off_policy")[0]
    assert table.placed.rows == (3,)
    assert table.placed.cell(0, "land") == "F3"


def test_blank_is_not_zero() -> None:
    table, _ = read(row(rd="", emission=0.0), row(rd=" ", emission=""))
    assert np.isnan(table.roster.numbers["rd"]).all()
    assert table.roster.numbers["emission"][0] == 0
    assert np.isnan(table.roster.numbers["emission"][1])


def test_blank_rows_totals_and_footnotes_are_no_firms() -> None:
    blank = [""] * len(KEYS)
    total = row(code="", name="合 计", industry="", start_date="")
    total_in_serial = ["总计", *row(code="", name="", industry="", start_date="")[1:]]
    foot = ["填表人：张三", *blank[1:]]
    table, findings = read(row(), blank, row(code="C2", name="乙厂"), total, total_in_serial, foot)
    assert list(table.roster.names) == ["甲厂", "乙厂"]
    assert table.placed.rows == (3, 5)
    assert [(f.level, f.code, f.cell) for f in findings] == [
        (Level.HINT, "H421", "C6"),
        (Level.HINT, "H421", "C7"),
        (Level.HINT, "H422", "C8"),
    ]


def test_figures_without_a_firm_are_an_error() -> None:
    _, findings = read(row(code="", name=""))
    assert [(f.code, f.level, f.cell) for f in findings] == [("E423", Level.ERROR, "C3")]


def test_a_firm_needs_only_a_name_or_a_code() -> None:
    table, findings = read(row(code="", name="乙厂"), row(code=CODE, name=""))
    assert table.roster.size == 2
    assert findings == []


@pytest.mark.parametrize(
    ("key", "cell", "code", "address"),
    [
        ("tax", "约三百", "E401", "G3"),
        ("tax", 912101001234567890.0, "E401", "G3"),
        ("bonus_points", "两分", "E401", "N3"),
        ("start_date", "2019年", "E403", "E3"),
        ("included", "待定", "E405", "Q3"),
        ("off_policy", "?", "E405", "P3"),
        ("code", 912101001234567890.0, "E414", "B3"),
        ("land", dt.date(2020, 1, 1), "E401", "F3"),
        ("employees", True, "E401", "K3"),
    ],
)
def test_what_cannot_be_read_is_an_error_at_its_cell(
    key: str, cell: Any, code: str, address: str
) -> None:
    _, findings = read(row(**{key: cell}))
    (finding,) = findings
    assert (finding.level, finding.code, finding.sheet, finding.cell) == (
        Level.ERROR, code, "原始数据", address,
    )  # fmt: skip
    assert finding.firm_name == "甲厂"
    assert finding.problem
    assert finding.remedy


def test_all_problems_are_listed_at_once() -> None:
    _, findings = read(row(tax="x", land="y"), row(code="C2", name="乙厂", rd="z"))
    assert [(f.code, f.cell, f.firm_name) for f in findings] == [
        ("E401", "F3", "甲厂"), ("E401", "G3", "甲厂"), ("E401", "J4", "乙厂"),
    ]  # fmt: skip


def test_interpreted_cells_are_remembered_and_hinted_at() -> None:
    table, findings = read(
        row(tax="1,234.5", start_date="2019年5月1日", industry="C3421", included="√"),
        row(code="C2", name="乙厂", industry=610.0, included="否", off_policy="是"),
    )
    roster = table.roster
    assert roster.numbers["tax"][0] == 1234.5
    assert roster.start_dates[0] == np.datetime64("2019-05-01")
    assert [roster.industries.values[k] for k in roster.industries.index] == ["3421", "0610"]
    assert list(roster.included) == [IN, OUT]
    assert list(roster.flag("off_policy")) == [False, True]
    assert [(f.code, f.level) for f in findings] == [
        ("H406", Level.HINT), ("H408", Level.HINT), ("H402", Level.HINT),
    ]  # fmt: skip
    assert table.interpreted[0, "tax"] == "1,234.5"
    assert table.interpreted[0, "start_date"] == "2019年5月1日"
    assert table.interpreted[0, "industry"] == "C3421"
    assert table.interpreted[1, "industry"] == 610.0
    assert table.interpreted[0, "included"] == "√"
    assert (1, "included") not in table.interpreted


def test_error_cells_and_uncomputed_formulas_are_never_blanks() -> None:
    _, findings = read(
        row(tax="", rd=""),
        doubtful={"G3": "单元格是错误值#N/A", "J3": "单元格里的公式没有计算结果"},
    )
    assert [(f.code, f.cell, f.level) for f in findings] == [
        ("E407", "G3", Level.ERROR), ("E407", "J3", Level.ERROR),
    ]  # fmt: skip


def test_header_faults_are_errors() -> None:
    findings: list[Finding] = []
    header = [f.header for f in FIELDS if f.key != "energy"]
    header[header.index("用地面积（亩）")] = "用地面积（公顷）"
    header += ["企业名称"]
    grid = Grid("原始数据", [header, ["", CODE, "甲厂", *[""] * (len(header) - 3)]], {})
    table = read_firms(grid, SCHEME, "current", findings)
    assert table is not None
    assert sorted(f.code for f in findings) == ["E411", "E412", "E413"]
    assert np.isnan(table.roster.numbers["energy"]).all()


def test_no_header_no_table() -> None:
    assert read_firms(Grid("原始数据", [["x"]], {}), SCHEME, "current", []) is None
    assert read_firms(Grid("原始数据", [], {}), SCHEME, "current", []) is None


def test_names_lose_line_breaks_and_codes_stay_text() -> None:
    table, _ = read(row(name=" 甲\n厂 ", code=" 91210100ma0p4x1y2u"))
    assert table.roster.names[0] == "甲 厂"
    assert table.roster.codes[0] == CODE
