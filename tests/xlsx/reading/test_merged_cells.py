"""Merged cells and formulas of a sheet, as its XML names them."""

from __future__ import annotations

import pytest

from permu_xl.xlsx.cells.areas import Area
from permu_xl.xlsx.cells.grid import Grid
from permu_xl.xlsx.reading.merged_cells import merged_areas
from permu_xl.xlsx.reading.scan import formula_cells
from tests.xlsx.sheets import sheet_xml

GRID = Grid("表", [[1, 2, 3]] * 4, {})


@pytest.mark.parametrize(
    ("refs", "areas"),
    [
        ([], []),
        (["A1:C1", "A2:A4"], [Area(1, 1, 1, 3), Area(2, 1, 4, 1)]),
        (["B3:XFD1048576", "D1:E1", "A5:B6", "nonsense"], [Area(3, 2, 4, 3)]),
        (["A1:C4"], [Area(1, 1, 4, 3)]),
        (["A1:C4", "A1:A1"], None),
    ],
)
def test_merges_are_cut_to_the_grid(refs: list[str], areas: list[Area] | None) -> None:
    listed = "".join(f'<mergeCell ref="{ref}"/>' for ref in refs)
    xml = sheet_xml("").replace(
        b"</sheetData>", f"</sheetData><mergeCells>{listed}</mergeCells>".encode()
    )
    assert merged_areas(xml, GRID) == areas


def test_formulas_with_and_without_addresses() -> None:
    xml = sheet_xml(
        '<row r="2"><c r="B2"><f>1</f><v>1</v></c><c><f t="array" ref="C2:C9">1</f></c>'
        '<c r="E2"><v>1</v></c></row>'
    )
    assert formula_cells(xml) == ({"B2", "C2"}, (Area(2, 3, 9, 3),))
    assert formula_cells(sheet_xml("")) == (frozenset(), ())
