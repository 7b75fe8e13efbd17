"""Cells whose value is not to be trusted are found in the sheet's XML."""

from __future__ import annotations

import pytest

from permu_xl.xlsx.cells.grid import Grid
from permu_xl.xlsx.cells.typed import CellError
from permu_xl.xlsx.reading.doubtful_cells import doubtful_cells

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def sheet(*rows: str, after: str = "") -> bytes:
    body = "".join(f'<row r="{n}">{cells}</row>' for n, cells in enumerate(rows, start=1))
    text = f"<worksheet {NS}><sheetData>{body}</sheetData>{after}</worksheet>"
    return text.encode()


def test_plain_cells_are_trusted() -> None:
    xml = sheet(
        '<c r="A1"><v>1</v></c><c r="B1" t="s"><v>0</v></c>',
        '<c r="A2"><f>A1*2</f><v>2</v></c><c r="B2" t="str"><f>T(B1)</f><v/></c>',
        after='<dataValidations><dataValidation><formula1>"是,否"</formula1></dataValidation>'
        "</dataValidations>",
    )
    assert doubtful_cells(xml) == {}


def test_error_values_and_formulas_without_result_are_not() -> None:
    xml = sheet(
        '<c r="A1"><v>1</v></c>',
        '<c r="A2" t="e"><v>#N/A</v></c><c r="B2"><f>A1/0</f></c>',
        '<c r="A3"><v>3</v></c>',
        '<c r="C4" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="D4"><f t="shared" si="0"/></c>',
    )
    assert doubtful_cells(xml) == {
        "A2": "单元格是错误值#N/A",
        "B2": "单元格里的公式没有计算结果",
        "C4": "单元格是错误值#DIV/0!",
        "D4": "单元格里的公式没有计算结果",
    }


def test_rows_with_prefixed_attributes_and_prefixed_sheets() -> None:
    row = '<row r="1" x14ac:dyDescent="0.2"><c r="A1" t="e"><v>#REF!</v></c></row>'
    xml = (
        f'<worksheet {NS} xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac">'
        f"<sheetData>{row}</sheetData></worksheet>"
    )
    assert doubtful_cells(xml.encode()) == {"A1": "单元格是错误值#REF!"}
    prefixed = (
        f'<x:worksheet {NS.replace("xmlns", "xmlns:x")}><x:sheetData><x:row r="1">'
        '<x:c r="B1"><x:f>1/0</x:f></x:c></x:row></x:sheetData></x:worksheet>'
    )
    assert doubtful_cells(prefixed.encode()) == {"B1": "单元格里的公式没有计算结果"}


def test_many_of_them_are_found_as_well() -> None:
    xml = sheet(*(f'<c r="A{n}"><f>B{n}</f></c>' for n in range(1, 6002)))
    assert len(doubtful_cells(xml)) == 6001


def test_marks_in_texts_and_extensions_mislead_nobody() -> None:
    xml = sheet(
        '<c r="A1" t="inlineStr"><is><t>t="e"</t></is></c>',
        after='<extLst><ext><xm:f xmlns:xm="urn:x">A1</xm:f></ext></extLst>',
    )
    assert doubtful_cells(xml) == {}


def test_a_grid_raises_for_a_doubtful_cell_and_is_blank_outside() -> None:
    grid = Grid("原始数据", [["", 1.0]], {"B1": "单元格是错误值#N/A"})
    assert grid.doubtful_columns() == {1}
    assert grid.trusted(0, 0) == ""
    with pytest.raises(CellError, match="#N/A"):
        grid.trusted(0, 1)
    assert grid.cell(5, 0) == grid.cell(0, 9) == grid.cell(0, None) == ""
