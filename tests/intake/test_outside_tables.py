"""Tables as people really make them, by the number of the case: the right figure, or a word.

The inputs in tests/data/outside were made from public reports of what goes wrong with tables of
this kind; the expected values are what a person reads in them.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from permu_xl.cli import main
from permu_xl.findings import Level
from permu_xl.schemes import load
from permu_xl.workbook import layout
from tests.intake.support import Result, do, xlsx
from tests.places import DATA

OUTSIDE = DATA / "outside"
BASE = "base.xlsx"
HONGYUAN, JINTAI, XINYUAN = range(3)
"""The first firms of the workbook that the tables are imported into."""


def existing(tmp_path: Path, *files: str, **more: Any) -> Result:
    """Import into the workbook that lists five firms."""
    book = tmp_path / "x.xlsx"
    shutil.copy(OUTSIDE / BASE, book)
    return do(book, *(OUTSIDE / file for file in files), read_as=load(), **more)


def new(tmp_path: Path, *files: str, **more: Any) -> Result:
    """Import into a new workbook."""
    tables = (OUTSIDE / file for file in files)
    return do(tmp_path / "new.xlsx", *tables, district="测试区", **more)


def told(result: Result) -> str:
    """What the findings say, in one text."""
    return "\n".join(f"{f.code} {f.problem} {f.remedy}" for f in result.findings)


def errors(result: Result) -> list[str]:
    return [f.code for f in result.findings if f.level is Level.ERROR]


@pytest.mark.parametrize(
    ("file", "item", "expected", "code"),
    [
        ("03-parcel-subtotal.xlsx", "land", [30, 7], "H626"),
        ("04-sheet-copy.xlsx", "land", [30, 7], "W607"),
        ("05-year-sheets.xlsx", "land", [35, 8], "H604"),
        ("07-two-tables.xlsx", "land", [12 - 4, 5 + 4 + 3, -3], "W696"),
        ("43-title-excludes-leased.xlsx", "land", [12, 8], ""),
        ("44-stacked-tables.xlsx", "tax", [12, 13, 14], ""),
        ("44-stacked-tables.xlsx", "rd", [None, None, 1], ""),
        ("45-numeric-years.xlsx", "tax", [222, 444], "H604"),
        ("47-half-year-title.xlsx", "tax", [111], "W606"),
        ("52-both-units.xlsx", "land", [10], "H616"),
        ("53-nested-unit.xlsx", "energy", [66], ""),
        ("54-lenticular.xlsx", "tax", [66], ""),
        ("60-parcel-subtotal-named.xlsx", "land", [30, 5], "H626"),
        ("61-name-subtotal.xlsx", "land", [30], "H626"),
        ("62-continued-other-unit.xlsx", "tax", [12, 13], ""),
        ("63-continued-unit-in-header.xlsx", "tax", [12, 13], ""),
        ("72-period-column.xlsx", "tax", [11, 12], ""),
        ("74-licence-suffix.xlsx", "tax", [11, 12], ""),
        *(
            (f"15-title-unit-{n}.xlsx", "tax", [1234567.89 if n == 3 else 123.456789], "")
            for n in range(6)
        ),
    ],
)
def test_the_right_figure(
    file: str, item: str, expected: list[float | None], code: str, tmp_path: Path
) -> None:
    result = existing(tmp_path, file)
    assert result.column(item, 5) == [*expected, *[None] * (5 - len(expected))]
    assert errors(result) == []
    assert not code or code in result.codes()


def test_06_two_columns_that_name_a_firm(tmp_path: Path) -> None:
    result = existing(tmp_path, "06-owner-and-user.xlsx")
    assert errors(result) == ["E690"]
    assert "“土地使用权人”、“用地企业”" in result.one("E690").problem
    assert result.column("land", 5) == [None] * 5


def test_07_the_lease_that_one_side_reports_is_listed(tmp_path: Path) -> None:
    result = existing(tmp_path, "07-two-tables.xlsx")
    assert [(f.cell, f.firm_name) for f in result.found("W696")] == [
        ("C8", "测区宏远机床有限公司"),
        ("C9", "测区鑫源食品（集团）有限公司"),
    ]
    assert result.one("W646").firm_name == "测区鑫源食品（集团）有限公司"
    tenants = [
        o for o in result.origins("用地面积") if o["firm_name"] == "测区金泰电缆股份有限公司"
    ]
    assert [(o["source_cell"], o["counted"]) for o in tenants] == [("C4", 5), ("C8", 4), ("C9", 3)]


@pytest.mark.parametrize(
    ("file", "firms"),
    [
        ("08-average-row.xlsx", 2),
        ("42-footers.xlsx", 5),
        ("70-placeholder-codes.xlsx", 6),
        ("90-column-number-row.xlsx", 2),
        ("91-sample-row.xlsx", 2),
    ],
)
def test_the_right_firms_are_listed(file: str, firms: int, tmp_path: Path) -> None:
    result = new(tmp_path, file)
    assert result.done.firms == firms
    assert errors(result) == []
    assert "W627" not in result.codes()  # an average is no wrong total


def test_08_42_what_is_passed_over_is_named(tmp_path: Path) -> None:
    assert (
        "“全区平均”、“规上企业合计（2户）”"
        in new(tmp_path, "08-average-row.xlsx").one("H626").problem
    )
    (tmp_path / "2").mkdir()
    problem = new(tmp_path / "2", "42-footers.xlsx").one("H626").problem
    assert "“经开区”、“总计（共5户）”、“平均值”" in problem


def test_46_a_table_of_another_year_is_an_error_unless_accepted(tmp_path: Path) -> None:
    result = existing(tmp_path, "46-year-in-sheet-name.xlsx")
    assert errors(result) == ["E605"]
    assert result.column("tax", 5) == [None] * 5
    accepted = existing(tmp_path, "46-year-in-sheet-name.xlsx", accept_year=True)
    assert accepted.cell(0, "tax") == 111
    assert "2021年" in accepted.one("W605").problem


def test_48_the_name_of_the_trade_beside_its_code(tmp_path: Path) -> None:
    result = new(tmp_path, "48-industry-with-name.xlsx")
    assert result.column("industry", 3) == ["3421", "3831", "0610"]
    assert "“C3421 金属切削机床制造”按行业代码3421处理" in told(result)


def test_70_placeholders_are_no_codes(tmp_path: Path) -> None:
    result = new(tmp_path, "70-placeholder-codes.xlsx")
    assert result.column("output", 6) == [100, 200, 300, 400, 500, 600]
    assert result.column("code", 6) == ["91210199MA0TE5T16M", *[None] * 5]


def test_71_no_land_goes_to_another_firm_by_a_placeholder(tmp_path: Path) -> None:
    result = new(tmp_path, "71a-roster.csv", "71b-land.xlsx")
    assert result.column("land", 2) == [None, 9]
    assert {f.firm_name for f in result.found("H630")} == {"测区乙石材加工厂", "测区丙五金厂"}


def test_73_of_our_own_workbook_only_the_raw_data_count(tmp_path: Path) -> None:
    result = new(tmp_path, "73-template-sent-back.xlsx")
    source = openpyxl.load_workbook(OUTSIDE / "73-template-sent-back.xlsx")[layout.DATA]
    rows = [row for row in source.iter_rows(min_row=5, values_only=True) if row[2]]
    assert errors(result) == []
    assert result.done.firms == len(rows) == 118
    assert result.column("land", 118) == [row[5] for row in rows]
    assert "上年数据" in result.one("H608").problem


def test_91_a_sample_row_is_named(tmp_path: Path) -> None:
    finding = new(tmp_path, "91-sample-row.xlsx").one("W692")
    assert "示例：沈阳某某机械有限公司" in finding.problem


@pytest.mark.parametrize(
    ("file", "codes", "tax"),
    [
        ("14-code-forms.xlsx", {"W632"}, [1, 2, 3, 4, 5]),
        ("55-branch.xlsx", {"W634", "H630"}, [50, None, None, None, None]),
        ("56-name-variants.xlsx", {"W632", "W634", "H630"}, [None, None, 7, 8, None]),
        ("57-rename.xlsx", {"W633"}, [5, None, None, None, None]),
        ("58-two-accounts.xlsx", {"E643", "W644"}, [None, 3, None, None, None]),
    ],
)
def test_what_was_right_stays_right(
    file: str, codes: set[str], tax: list[float | None], tmp_path: Path
) -> None:
    result = existing(tmp_path, file)
    assert result.column("tax", 5) == tax
    assert codes <= set(result.codes())


def test_64_totals_in_the_own_workbook_are_never_ranked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = shutil.copy(OUTSIDE / "64-book-total-rows.xlsx", tmp_path / "64.xlsx")
    assert main(["run", str(book), "-o", str(tmp_path / "out.xlsx")]) == 0
    assert "共118户企业" in capsys.readouterr().out
    out = openpyxl.load_workbook(tmp_path / "out.xlsx")
    classes = {row[2] for row in out[layout.CLASSES].iter_rows(min_row=5, values_only=True)}
    assert classes & {"合计（120户）", "平均值", "规上企业合计"} == set()
    findings = list(out[layout.FINDINGS].iter_rows(min_row=5, values_only=True))
    named = [row[8] for row in findings if row[1] == "H421"]
    for label in ("合计（120户）", "平均值", "规上企业合计"):
        assert any(f"“{label}”" in problem for problem in named)
    assert main(["check", str(book)]) == 0
    assert "H421" in capsys.readouterr().out


def test_64_the_totals_of_last_years_workbook_are_not_carried_over(tmp_path: Path) -> None:
    last = OUTSIDE / "64-book-total-rows.xlsx"
    result = do(tmp_path / "2023.xlsx", last_year=last, year=2023, district="测试区")
    assert result.done.previous == 118
    names = [row[2] for row in result.rows(layout.PREVIOUS)]
    assert "平均值" not in names


def test_a_unit_column_that_contradicts_the_header(tmp_path: Path) -> None:
    first = openpyxl.load_workbook(OUTSIDE / BASE)[layout.DATA].iter_rows(
        min_row=layout.FIRST_ROW, max_row=layout.FIRST_ROW + 1, min_col=2, values_only=True
    )
    firms = [row[:2] for row in first]
    head = ["统一社会信用代码", "企业名称", "实缴税收（万元）", "单位"]
    rows = [head, [*firms[0], 10000, "元"], [*firms[1], 2, "万元"]]
    book = tmp_path / "x.xlsx"
    shutil.copy(OUTSIDE / BASE, book)
    result = do(book, xlsx(tmp_path / "税务.xlsx", rows), read_as=load())
    assert result.column("tax", 2) == [None, 2]
    assert result.one("E615").cell == "C2"
