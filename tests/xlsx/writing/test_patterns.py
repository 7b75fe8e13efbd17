"""Formulas filled down in a file: spelled out once where they look at their own sheet only."""

from __future__ import annotations

import re
from pathlib import Path

from openpyxl import load_workbook

from permu_xl.xlsx.cells.blocks import Block, Column, Formula, Value
from permu_xl.xlsx.cells.filled_down import FilledColumn, FilledDown
from permu_xl.xlsx.writing.sheet import rewrite_sheet
from tests.xlsx.sheets import joined, sheet_xml

OWN = FilledDown('A5*$B$1&"<"', 5, last_row=8)
OTHER = FilledDown("'表'!A5", 5, last_row=8)
ARRAY = FilledDown("SUMPRODUCT(1*EXACT($A$1:$A$3,A5))", 5, array=True, last_row=8)


def cells(xml: bytes) -> dict[str, str]:
    """Return what stands in each cell, by address."""
    found = re.findall(r'<c r="([A-Z]+[0-9]+)"[^>]*>(.*?)</c>', xml.decode(), re.DOTALL)
    return dict(found)


def block(*columns: list[Value | FilledDown]) -> Block:
    numbered = [Column(n, FilledColumn(5, each)) for n, each in enumerate(columns, 3)]
    return Block(5, numbered, template_row=False)


def test_the_first_cell_spells_the_formula_out() -> None:
    made = cells(joined(rewrite_sheet(sheet_xml(""), [block([OWN] * 4, [OTHER] * 4, [ARRAY] * 4)])))
    assert made["C5"] == '<f t="shared" si="0" ref="C5:C8">A5*$B$1&amp;"&lt;"</f>'
    assert [made[f"C{row}"] for row in (6, 7, 8)] == ['<f t="shared" si="0"/>'] * 3
    assert made["D7"] == "<f>'表'!A7</f>"
    assert made["E8"] == '<f t="array" ref="E8">SUMPRODUCT(1*EXACT($A$1:$A$3,A8))</f>'


def test_other_cells_stand_between_those_that_share() -> None:
    first = [Formula("1+1"), OWN, 7.0, OWN]
    made = cells(joined(rewrite_sheet(sheet_xml(""), [block(first, [OWN, None, OWN, "文"])])))
    assert made == {
        "C5": "<f>1+1</f>",
        "C6": '<f t="shared" si="1" ref="C6:C8">A6*$B$1&amp;"&lt;"</f>',
        "C7": "<v>7.0</v>",
        "C8": '<f t="shared" si="1"/>',
        "D5": '<f t="shared" si="0" ref="D5:D8">A5*$B$1&amp;"&lt;"</f>',
        "D7": '<f t="shared" si="0"/>',
        "D8": "<is><t>文</t></is>",
    }


def test_the_numbers_of_others_are_not_taken() -> None:
    theirs = '<row r="2"><c r="A2"><f t="shared" ref="A2:A3" si="4">B2</f></c></row>'
    theirs += '<row r="3"><c r="A3"><f t="shared" si="4"/></c></row>'
    made = cells(joined(rewrite_sheet(sheet_xml(theirs), [block([OWN] * 4)])))
    assert made["A3"] == '<f t="shared" si="4"/>'
    assert made["C6"] == '<f t="shared" si="5"/>'


def test_a_foreign_array_over_the_first_cell_does_not_take_the_formula_away() -> None:
    theirs = '<row r="5"><c r="B5"><f t="array" ref="B5:C5">A1:B1</f><v>1</v></c>'
    theirs += '<c r="C5"><v>2</v></c></row>'
    made = cells(joined(rewrite_sheet(sheet_xml(theirs), [block([OWN] * 4)])))
    assert "<f" not in made["C5"]
    assert made["C6"] == '<f t="shared" si="0" ref="C6:C8">A6*$B$1&amp;"&lt;"</f>'


def test_other_programs_read_it_as_one_formula_a_cell(tmp_path: Path) -> None:
    from permu_xl.workbook import layout
    from permu_xl.workbook.district import run
    from tests.workbook.districts import filled, spread_firms

    run(filled(tmp_path / "a.xlsx", spread_firms(9), spread_firms(9, seed=2)), tmp_path / "b.xlsx")
    sheet = load_workbook(tmp_path / "b.xlsx")[layout.PROOF]
    header = next(
        row for row in sheet.iter_rows(layout.PROOF_BODY_ROW) if row[1].value == "统一社会信用代码"
    )
    column = next(cell.column for cell in header if cell.value == "指标得分合计")
    first, second = (str(sheet.cell(header[0].row + k, column).value) for k in (1, 2))
    assert first.startswith("=IF(")
    assert second == re.sub(rf"(?<=[A-Z]){header[0].row + 1}\b", str(header[0].row + 2), first)
