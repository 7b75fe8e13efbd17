"""函数示例.xlsx in Calc with the add-in: every example, and a firm whose figures are changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from permu_xl.functions import REGISTRY, ErrorValue, call
from permu_xl.workbook.example.build import FUNCTIONS_FILE
from permu_xl.workbook.example.function_examples import EXAMPLES_SHEET
from permu_xl.workbook.example.what_if import DATA_SHEET, WHAT_IF_SHEET
from tests.office import Document, Office
from tests.places import WORKBOOKS

pytestmark = pytest.mark.office


@pytest.fixture(scope="module")
def areas() -> dict[str, str]:
    """Where the result of each function stands."""
    cells = load_workbook(WORKBOOKS / FUNCTIONS_FILE)[EXAMPLES_SHEET].iter_rows()
    arrays = [c.value for row in cells for c in row if isinstance(c.value, ArrayFormula)]
    return {str(each.text)[1:].partition("(")[0]: each.ref for each in arrays}


@pytest.fixture(scope="module")
def book(calc: Office) -> Iterator[Document]:
    with calc.open(WORKBOOKS / FUNCTIONS_FILE) as document:
        document.recalculate()
        yield document


def shown(cell: Any) -> Any:
    """Return a cell of a result as Calc has it."""
    if isinstance(cell, ErrorValue):
        return str(cell)
    return float(cell) if isinstance(cell, bool) else cell


@pytest.mark.parametrize("name", REGISTRY)
def test_an_example(book: Document, areas: dict[str, str], name: str) -> None:
    found = book.values(EXAMPLES_SHEET, areas[name])
    for row, wanted in zip(found, call(name, REGISTRY[name].example.arguments), strict=True):
        for cell, value in zip(row, wanted, strict=True):
            expected = shown(value)
            assert cell == (pytest.approx(expected) if isinstance(expected, float) else expected)


@pytest.mark.parametrize("sheet", [EXAMPLES_SHEET, WHAT_IF_SHEET, DATA_SHEET])
def test_what_previews_show_is_what_calc_calculates(book: Document, sheet: str) -> None:
    """Every formula has a cached value, for programs that do not calculate."""
    cached = load_workbook(WORKBOOKS / FUNCTIONS_FILE, data_only=True)[sheet]
    written = load_workbook(WORKBOOKS / FUNCTIONS_FILE)[sheet]
    found = book.values(sheet, cached.dimensions)
    formulas = 0
    for row, calculated, plain in zip(cached.iter_rows(), found, written.iter_rows(), strict=True):
        for cell, value, formula in zip(row, calculated, plain, strict=True):
            formulas += formula.data_type == "f"
            if isinstance(cell.value, int | float):
                assert value == pytest.approx(float(cell.value)), cell.coordinate
            else:
                assert (value or None) == (cell.value or None), cell.coordinate
    assert formulas


def column(book: Document, row: int, letter: str) -> Any:
    return book.values(WHAT_IF_SHEET, f"{letter}{row}")[0][0]


def find(book: Document, text: str) -> int:
    """Return the row of the what-if sheet that begins with a text."""
    rows = book.values(WHAT_IF_SHEET, "A1:A60")
    return next(k for k, (cell,) in enumerate(rows, 1) if str(cell or "").startswith(text))


def test_a_changed_figure_moves_score_rank_and_distance(book: Document) -> None:
    assert book.errors(WHAT_IF_SHEET) == {}
    assert book.errors(DATA_SHEET) == {}
    rd, total = find(book, "研发经费"), find(book, "总分")
    line = find(book, "A类入选的最后一名")
    before = column(book, total, "B")
    assert column(book, total, "C") == pytest.approx(before)
    needed = column(book, rd, "F")
    assert isinstance(needed, float)
    book.set(WHAT_IF_SHEET, f"D{rd}", needed)
    book.recalculate()
    # What PERMU_NEED asked for is class A, and just above the line.
    assert column(book, find(book, "分类"), "C") == "A"
    assert column(book, rd, "F") == "已达到"
    assert column(book, total, "C") > before
    assert column(book, total, "B") == pytest.approx(before)
    assert 0 <= column(book, line, "E") < 1
    score = find(book, "研发投入强度")
    gain = column(book, score, "I") - column(book, score, "G")
    assert column(book, score, "J") == pytest.approx(gain)
    assert column(book, total, "C") == pytest.approx(before + gain)
    book.set(WHAT_IF_SHEET, f"D{rd}", needed - 0.01)
    book.recalculate()
    assert column(book, find(book, "分类"), "C") == "B"
    book.set(WHAT_IF_SHEET, f"D{rd}", None)
    book.recalculate()


def test_another_firm_is_shown_with_its_own_figures(book: Document) -> None:
    names = [name for (name,) in book.values(DATA_SHEET, "B5:B64")]
    land = [figure for (figure,) in book.values(DATA_SHEET, "C5:C64")]
    book.set(WHAT_IF_SHEET, "B4", names[20])
    book.recalculate()
    assert column(book, 4, "D") == 21.0
    assert column(book, find(book, "用地面积"), "C") == pytest.approx(land[20])
    assert book.errors(WHAT_IF_SHEET) == {}
