"""The workbooks for handing in, opened by a real spreadsheet program."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from permu_xl.cli.program import main
from permu_xl.reports.city.layout import (
    CITY_AVERAGES,
    CITY_DECISIONS,
    CITY_SUMMARY,
    decision_fields,
)
from permu_xl.schemes import load
from permu_xl.workbook import layout
from tests.office import Office

pytestmark = pytest.mark.office


def test_the_new_workbooks_open_without_error_values(
    office: Office, districts: list[Path], tmp_path: Path
) -> None:
    city, report = tmp_path / "全市.xlsx", tmp_path / "报.xlsx"
    assert main(["city", *map(str, districts), "-o", str(city)]) == 0
    assert main(["publish", str(districts[0]), "-o", str(report)]) == 0
    for path in (city, report):
        with office.open(path) as document:
            for sheet in openpyxl.load_workbook(path, read_only=True).sheetnames:
                assert document.errors(sheet) == {}
    with office.open(city) as document:
        assert len(document.chart_references(CITY_AVERAGES)) > 0
        assert len(document.chart_references(CITY_SUMMARY)) > 0


def test_decisions_appear_in_the_district_as_an_official_sees_them(
    office: Office, districts: list[Path], tmp_path: Path
) -> None:
    city = tmp_path / "全市.xlsx"
    assert main(["city", *map(str, districts), "-o", str(city)]) == 0
    book = openpyxl.load_workbook(city)
    fields = [field.key for field in decision_fields(load())]
    book[CITY_DECISIONS].cell(layout.FIRST_ROW, fields.index("letter") + 1, "D")
    book.save(city)
    assert main(["city", "apply", str(city), str(districts[0]), "--document", "纪要"]) == 0
    with office.open(districts[0]) as document:
        row = document.values(layout.ADJUSTMENTS, "B5:E5")[0]
        assert row == ["甲区第1厂", "D", "市级改定", "纪要"]
