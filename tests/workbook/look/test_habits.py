"""A new workbook's parts as Excel names and spells them, and what its formulas show."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from permu_xl.workbook import layout
from permu_xl.workbook.district import run
from permu_xl.workbook.example.workbook import build_example
from permu_xl.workbook.look.habits import as_usual
from permu_xl.workbook.template.workbook import build_template, save_workbook
from tests.workbook.districts import spread_firms
from tests.workbook.odd_districts import district_book, save
from tests.workbook.proof.proving import SHENYANG


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    path = tmp_path_factory.mktemp("habits") / "t.xlsx"
    save_workbook(build_template(SHENYANG, rows=3, district="甲&乙区", year=2021), path)
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name).decode() for name in package.namelist()}


def test_parts_have_usual_names_and_relative_targets(parts: dict[str, str]) -> None:
    assert {"xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"} <= set(parts)
    assert not any("xl/comments/" in text for text in parts.values())
    relations = "".join(text for name, text in parts.items() if name.endswith(".rels"))
    assert 'Target="../comments1.xml"' in relations
    assert 'Target="/' not in relations


def test_drawings_have_the_usual_prefix(parts: dict[str, str]) -> None:
    text = parts["xl/drawings/drawing1.xml"]
    assert "<xdr:wsDr " in text
    assert "<wsDr" not in text
    assert 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"' in text


def test_cells_without_content_have_no_type(parts: dict[str, str]) -> None:
    sheets = "".join(text for name, text in parts.items() if "worksheets/sheet" in name)
    assert ' t="n"' not in sheets
    assert not re.search(r't="inlineStr"\s*/>', sheets)
    assert not re.search(r"<v\s*/>|<v></v>", sheets)


def cached(path: Path, sheet: str, cell: str) -> object:
    return load_workbook(path, data_only=True)[sheet][cell].value


def test_titles_and_the_sum_of_weights_show_without_calculation(tmp_path: Path) -> None:
    """District and year as on 参数; last year's data say the year before; 30+...=100."""
    book = build_template(SHENYANG, rows=3, district="甲&乙区", year=2021)
    path = save(book, tmp_path / "t.xlsx")
    assert cached(path, layout.DATA, "A1") == "甲&乙区2021年度亩均综合评价　原始数据"
    assert cached(path, layout.PREVIOUS, "A1") == "甲&乙区2020年度亩均综合评价　上年数据"
    assert cached(path, layout.SUMMARY, "A1") == "甲&乙区2021年度亩均综合评价　汇总"
    assert cached(path, layout.PARAMETERS, "B7") == "合计100，正确"
    first = layout.PARAMETER_HEADER_ROW + 1
    weight = [field.key for field in layout.parameter_fields()].index("weight") + 1
    book[layout.PARAMETERS].cell(first, weight).value = 20.5
    book[layout.PARAMETERS].cell(*layout.parameter_cell("year")).value = None
    save(book, path)
    assert cached(path, layout.PARAMETERS, "B7") == "合计90.5，应为100"
    assert cached(path, layout.DATA, "A1") == "甲&乙区亩均综合评价　原始数据"


def test_the_made_up_district_says_so_in_every_title(tmp_path: Path) -> None:
    path = save(build_example(), tmp_path / "e.xlsx")
    title = str(cached(path, layout.DATA, "A1"))
    assert title.startswith("【")
    assert title.endswith("年度亩均综合评价　原始数据")


def test_the_proof_has_no_cached_values(tmp_path: Path) -> None:
    """With them a changed copy would show TRUE until somebody asks for a calculation."""
    path = save(district_book(SHENYANG, spread_firms(9), spread_firms(9)), tmp_path / "in.xlsx")
    run(path, path)
    with zipfile.ZipFile(path) as package:
        number = 1 + list(layout.SHEETS).index(layout.PROOF)
        text = package.read(f"xl/worksheets/sheet{number}.xml").decode()
    formulas = re.findall(r"<c [^>]*>(?:<f[ >].*?</f>)(.*?)</c>", text)
    assert len(formulas) > 500
    assert set(formulas) == {""}


def test_print_titles_name_columns_before_rows() -> None:
    # LibreOffice 25.2 saves the name twice where rows come first, and Excel repairs such a file.
    told = '<definedName name="_xlnm.Print_Titles" localSheetId="2">{}</definedName>'
    found = as_usual("xl/workbook.xml", told.format("'数据'!$4:$4,'数据'!$A:$C").encode(), {})
    assert found.decode() == told.format("'数据'!$A:$C,'数据'!$4:$4")
