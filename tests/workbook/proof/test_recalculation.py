"""核验 after LibreOffice has saved it, calculated anew as a whole (Ctrl+Shift+F9).

LibreOffice works out a column of a hundred like formulas at once, and can then take a cell for
circular that is not: the smallest case stands here, and in docs/reliability.md.
"""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from permu_xl.workbook import layout
from permu_xl.workbook.district import run
from tests.office import Office
from tests.workbook.districts import filled, spread_firms

pytestmark = pytest.mark.office

FIRMS = 150


def test_a_workbook_that_libreoffice_saved(office: Office, tmp_path: Path) -> None:
    source, result, saved = (tmp_path / name for name in ("a.xlsx", "b.xlsx", "c.xlsx"))
    run(filled(source, spread_firms(FIRMS), spread_firms(FIRMS, seed=101)), result)
    with office.open(result) as book:
        book.save(saved)
    with office.open(saved) as book:
        book.recalculate()
        assert book.errors(layout.PROOF) == {}
        assert book.named("test_all") is True


def test_formulas_are_spelled_as_calc_spells_them(office: Office, tmp_path: Path) -> None:
    # Then Calc knows the next row's formula by the one above, and opens 核验 a second sooner.
    source, result = (tmp_path / name for name in ("a.xlsx", "b.xlsx"))
    run(filled(source, spread_firms(5), spread_firms(5, seed=101)), result)
    sheet = openpyxl.load_workbook(result)[layout.PROOF]
    rows = [
        [cell for cell in row if cell.data_type == "f" and "!" in str(cell.value)]
        for row in sheet.iter_rows(min_row=layout.PROOF_BODY_ROW)
    ]
    firm = max(rows, key=len)
    assert len(firm) > 40
    with office.open(result) as book:
        for cell in firm:
            assert book.formula(layout.PROOF, cell.coordinate) == cell.value


@pytest.mark.parametrize(
    ("formula", "spared"),
    [("=B{row}/$B$2", False), ("=B{row}/$B$2*(MATCH(1,$D$5:$D$104,0)>0)", True)],
)
def test_the_smallest_case(office: Office, tmp_path: Path, formula: str, spared: bool) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "表"
    sheet["B1"], sheet["B2"] = "=MAX(B5:B104)", "=B1"
    for row in range(5, 105):
        sheet.cell(row, 1, row - 4)
        sheet.cell(row, 2, f"=A{row}/2")
        sheet.cell(row, 3, formula.format(row=row))
        sheet.cell(row, 4, 1)
    book.save(tmp_path / "a.xlsx")
    with office.open(tmp_path / "a.xlsx") as document:
        document.recalculate()
        errors = document.errors("表")
    assert errors == {} if spared else set(errors.values()) == {"Err:522"}
