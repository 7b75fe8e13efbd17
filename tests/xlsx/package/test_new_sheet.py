"""A further sheet in a package: known to every part that lists sheets."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from permu_xl.workbook.layout.fields import Field
from permu_xl.workbook.look.table_sheet import look_of, table_xml
from permu_xl.xlsx.package.new_sheet import add_sheet
from permu_xl.xlsx.package.ooxml import MAIN_NAMESPACES
from permu_xl.xlsx.package.package import Package
from tests.office import Office
from tests.xlsx.sheets import sheet_xml, workbook_parts, write_zip

FIELDS = (Field("a", "甲", "text", "亩"), Field("b", "<乙>", "number", width=30))


def made(path: Path, *, strict: bool = False, prefix: str = "") -> Package:
    parts = workbook_parts({"表一": sheet_xml(), "表二": sheet_xml()}, strict=strict, prefix=prefix)
    package = Package.open(write_zip(path, parts))
    namespace = MAIN_NAMESPACES[1 if strict else 0]
    xml = table_xml("题", "注", FIELDS, {"header": "0"}, namespace)
    add_sheet(package, "来源", xml, titles_row=4)
    return package


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("prefix", ["", "x"])
def test_the_sheet_is_there_after_saving(strict: bool, prefix: str, tmp_path: Path) -> None:
    package = made(tmp_path / "a.xlsx", strict=strict, prefix=prefix)
    assert list(package.sheets) == ["表一", "表二", "来源"]
    package.save(tmp_path / "b.xlsx")
    again = Package.open(tmp_path / "b.xlsx")
    assert again.sheet("来源").part == "xl/worksheets/sheet3.xml"
    assert again.sheet("来源").sheet_id == "3"
    assert b"<worksheet" in again.read("xl/worksheets/sheet3.xml")


def test_another_program_reads_it(tmp_path: Path) -> None:
    made(tmp_path / "a.xlsx").save(tmp_path / "b.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx")["来源"]
    assert [cell.value for cell in sheet[4]] == ["甲（亩）", "<乙>"]
    assert sheet["A1"].value == "题"
    assert sheet.freeze_panes == "F5"
    assert sheet.print_title_rows == "$4:$4"


def test_a_part_is_not_added_twice(tmp_path: Path) -> None:
    package = made(tmp_path / "a.xlsx")
    with pytest.raises(ValueError, match="already"):
        package.add("XL/worksheets/Sheet3.xml", b"")


def test_looks_are_read_from_the_first_rows(tmp_path: Path) -> None:
    rows = '<row r="4"><c r="B4" s="7"/><c r="AA4"/></row><row r="9"><c r="A9" s="3"/></row>'
    package = Package.open(write_zip(tmp_path / "a.xlsx", workbook_parts({"表": sheet_xml(rows)})))
    assert look_of(package, "表", 5) == {(4, 2): "7"}
    assert look_of(package, "没有", 5) == {}


@pytest.mark.office
def test_libreoffice_opens_an_import(tmp_path: Path, office: Office) -> None:
    from permu_xl.workbook import layout
    from tests.intake.support import do, listed, xlsx

    do(tmp_path / "b.xlsx", xlsx(tmp_path / "统计.xlsx", listed(3)))
    with office.open(tmp_path / "b.xlsx") as book:
        book.recalculate()
        assert tuple(book.sheet_names()) == (*layout.SHEETS, layout.PROVENANCE)
        assert book.errors(layout.PROVENANCE) == {}
