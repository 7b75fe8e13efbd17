"""A clerk's session from the empty template to the proof, and the macro template in Calc."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from permu_xl.cli import main
from permu_xl.hosts.excel.setup.build import TEMPLATE_FILE
from permu_xl.schemes import load
from permu_xl.workbook import layout
from permu_xl.workbook.example.workbook import build_example
from permu_xl.workbook.final_copy import finalise
from tests.hosts.calc.live_books import differences, expected_blocks
from tests.office import Document, Office
from tests.places import WORKBOOKS
from tests.workbook.districts import fill, spread_firms

pytestmark = pytest.mark.office

FIELDS = layout.data_fields(load())
TAX = get_column_letter([field.key for field in FIELDS].index("tax") + 1)
TEMPLATE = WORKBOOKS / TEMPLATE_FILE
FIRMS = 40


def proofs(document: Document) -> dict[str, object]:
    """Return what each test of the proof sheet says."""
    return {name: document.named(name) for name in document.names() if name.startswith("test_")}


def test_from_the_template_to_the_proof(
    calc: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "某区.xlsx"
    call = ["template", str(book), "--live", "--rows", "50", "--district", "某区", "--year", "2022"]
    assert main(call) == 0
    _fill(book)

    # In Calc: the formulas follow; one figure is typed wrong.
    with calc.open(book) as document:
        document.set(layout.DATA, f"{TAX}9", "约三百")
        document.recalculate()
        assert document.values(layout.SCORES, "D5") == [[""]]
        ((told,),) = document.values(layout.SCORES, "A2")
        assert f"{TAX}9" in str(told)
        document.save(book)

    assert main(["check", str(book)]) == 1
    assert f"{TAX}9" in capsys.readouterr().out
    with calc.open(book) as document:
        document.set(layout.DATA, f"{TAX}9", 300.0)
        document.recalculate()
        assert not document.errors(layout.SCORES)
        assert document.values(layout.SCORES, "D5") != [[""]]
        document.save(book)
    assert main(["check", str(book)]) == 0

    assert main(["run", str(book), "--in-place"]) == 0
    blocks = expected_blocks(book)
    with calc.open(book) as document:
        document.recalculate()
        assert differences(document, blocks) == []
        said = proofs(document)
        assert len(said) > 5
        assert set(said.values()) == {True}, said
        assert "PERMU_" in (document.formula(layout.SCORES, "D5") or "")
        document.save(book)

    final = tmp_path / "某区-定稿.xlsx"
    finalise(book, final)
    with calc.open(final) as document:
        document.recalculate()
        assert differences(document, blocks) == []
        assert document.formula(layout.SCORES, "D5") is None


def _fill(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    fill(book, layout.DATA, FIELDS, spread_firms(FIRMS))
    fill(book, layout.PREVIOUS, FIELDS, spread_firms(FIRMS, seed=2))
    book.save(path)


def test_the_macro_template_in_calc(calc: Office, tmp_path: Path) -> None:
    path = tmp_path / "示例.xlsm"
    book: Workbook = openpyxl.load_workbook(TEMPLATE, keep_vba=True)
    source = build_example()
    for title in layout.INPUT_SHEETS:
        for row in source[title].iter_rows():
            for cell in row:
                if cell.value is not None:
                    book[title].cell(cell.row or 0, cell.column or 0).value = cell.value
    book.save(path)
    book.vba_archive.close()
    blocks = expected_blocks(path)
    with calc.open(path) as document:
        document.recalculate()
        assert differences(document, blocks) == []
