"""函数示例.xlsx: every function on cells; what is looked up stands in plain formulas."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from permu_xl.functions import REGISTRY, call
from permu_xl.workbook.district import assess
from permu_xl.workbook.example.build import EXAMPLE_FILE, FUNCTIONS_FILE
from permu_xl.workbook.example.function_examples import EXAMPLES_SHEET, build_function_examples
from permu_xl.workbook.example.what_if import DATA_SHEET, WHAT_IF_SHEET
from permu_xl.workbook.look import save_workbook
from permu_xl.workbook.reading.opened import read_book
from tests.places import WORKBOOKS


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    e = assess(read_book(WORKBOOKS / EXAMPLE_FILE)).evaluation
    assert e is not None
    file = tmp_path_factory.mktemp("functions") / FUNCTIONS_FILE
    workbook, shown = build_function_examples(e)
    save_workbook(workbook, file, shown=shown)
    return file


@pytest.fixture(scope="module")
def book(path: Path) -> Workbook:
    return load_workbook(path)


def arrays(book: Workbook, sheet: str) -> list[ArrayFormula]:
    cells = (cell.value for row in book[sheet].iter_rows() for cell in row)
    return [value for value in cells if isinstance(value, ArrayFormula)]


def test_the_shipped_file_is_what_the_code_builds(path: Path) -> None:
    shipped = (WORKBOOKS / FUNCTIONS_FILE).read_bytes()
    assert shipped == path.read_bytes(), (
        f"workbook/{FUNCTIONS_FILE} is out of date: run `make workbook` and commit what it changes"
    )


def test_every_function_stands_on_cells(book: Workbook) -> None:
    formulas = [str(each.text) for each in arrays(book, EXAMPLES_SHEET)]
    assert [formula[1:].partition("(")[0] for formula in formulas] == list(REGISTRY)
    for formula in formulas:
        assert re.search(r"\b[A-Z]{1,2}\d+:[A-Z]{1,2}\d+\b", formula)
        assert "{" not in formula


def test_each_formula_covers_its_result(book: Workbook) -> None:
    for each, function in zip(arrays(book, EXAMPLES_SHEET), REGISTRY.values(), strict=True):
        expected = call(function.name, function.example.arguments)
        left, top, right, bottom = range_boundaries(each.ref)
        assert (bottom - top + 1, right - left + 1) == (len(expected), len(expected[0]))


def test_the_cells_are_those_of_the_formula(book: Workbook) -> None:
    sheet = book[EXAMPLES_SHEET]
    for each, function in zip(arrays(book, EXAMPLES_SHEET), REGISTRY.values(), strict=True):
        areas = re.findall(r"[A-Z]{1,2}\d+:[A-Z]{1,2}\d+", str(each.text))
        given = [a for a in function.example.arguments if isinstance(a, tuple)]
        for area, argument in zip(areas, given, strict=True):
            rows = argument if isinstance(argument[0], tuple) else (argument,)
            assert tuple(tuple(cell.value for cell in row) for row in sheet[area]) == rows


def test_beside_each_example_stands_what_the_manual_says(book: Workbook) -> None:
    texts = [str(row[0].value) for row in book[EXAMPLES_SHEET].iter_rows(max_col=1)]
    for name, function in REGISTRY.items():
        assert name in texts
        (text,) = (text for text in texts if text.startswith(function.gives))
        assert function.chinese_signature in text
        assert function.example.remark in text


def test_only_three_functions_play_with_a_district(book: Workbook) -> None:
    used = {
        name
        for sheet in (WHAT_IF_SHEET, DATA_SHEET)
        for each in arrays(book, sheet)
        for name in re.findall(r"PERMU_\w+", str(each.text))
    }
    assert used == {"PERMU_EVALUATE", "PERMU_NEED", "PERMU_EXPLAIN"}


def test_the_what_if_has_a_list_of_firms_and_a_picture(book: Workbook) -> None:
    sheet = book[WHAT_IF_SHEET]
    (names,) = (check.formula1 for check in sheet.data_validations.dataValidation)
    assert names.startswith(f"'{DATA_SHEET}'!$B$5:$B$")
    assert len(sheet._charts) == 1
