"""Every worksheet function in Calc gives what ``permu_xl.functions.call`` gives.

How the functions calculate is tested elsewhere; here it is how cells travel into them and back.
What Calc does differently from Excel stands in docs/hosts.md, and here as tests.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula

from permu_xl.functions import REGISTRY, ErrorValue, call
from permu_xl.functions.worked_examples import constant
from tests.office import Document, Office

pytestmark = pytest.mark.office

SHEET = "算"
RESULT = 30
"""The first column of results, to the right of all arguments."""

SCORES = tuple((30.0 - i, 10.0, 12.0, 11.0, 9.0, 8.0 - i / 2) for i in range(12))
FIRM = (120, 960, 30000, 28000, 840, 260, 5200, 35)
BASELINES = (7.5, 240, 2.4, 95, 5.2, 30)
ODD = (
    *(0, -3.5, 1e300, 12, 7.25, 2021, None, "", " ", "１,２３４.5", "约五", "是", "否"),
    *("A", "用地", "C3421", "甲\n乙", "😀", "#N/A", dt.date(2019, 12, 31), "2020-02-30"),
)
ODD_COLUMN = tuple((cell,) for cell in ODD)

# Ranges and constants as a user would give them, beside the examples of the manual.
CALLS: list[tuple[str, tuple[Any, ...]]] = [
    *((name, function.example.arguments) for name, function in REGISTRY.items()),
    ("PERMU_INDICATOR", (((840,), (5,)), ((28000,), (0,)), 100)),
    ("PERMU_INDICATOR", (((1, 2, 3),), ((4,), (5,), (None,)))),
    ("PERMU_INDICATOR", (ODD_COLUMN, 2)),
    ("PERMU_INDICATOR", (2, ODD_COLUMN)),
    ("PERMU_BASELINE", (((960,), (400,)), ((120,), (80,)), "企业均值", 100, (("是",), ("否",)))),
    ("PERMU_BASELINE", (((960,), (400,)), ((120,), (80,)), None, 100)),
    ("PERMU_BASELINE", (((960,), (400,)), ((120,), (80,)), "最低值")),
    ("PERMU_SCORE", (((8.0, 200), (None, 400)), ((7.5, 240),), ((30, 10),))),
    ("PERMU_SCORE", (((8, 9, 12),), 7.5, 30, None, "shenyang_2021")),
    ("PERMU_SCORE", (ODD_COLUMN, 10, 30)),
    ("PERMU_SCORE", (5, ODD_COLUMN, 30)),
    ("PERMU_SCORE", (5, 10, ODD_COLUMN)),
    ("PERMU_SCORE", (5, 10, 30, 1.2, "没有这个方案")),
    ("PERMU_SCORE", (((1,), (2,)), ((1,), (2,), (3,)), 30)),
    ("PERMU_POLLUTION_SCORE", (((960,), (0,)), ((35,), (None,)), 30)),
    ("PERMU_POLLUTION_SCORE", (5, ODD_COLUMN, 4)),
    ("PERMU_TOTAL", (((30, 10, 12), (20, 5, None)), ((2,), (None,)))),
    ("PERMU_RANK", (((88.5,), (71.25,), (None,), (71.25,), ("约",)),)),
    ("PERMU_CLASS", (SCORES,)),
    (
        "PERMU_CLASS",
        (
            SCORES,
            None,
            tuple(("是" if i == 11 else None,) for i in range(12)),
            tuple((0 if i == 3 else 1,) for i in range(12)),
        ),
    ),
    ("PERMU_EVALUATE", ((FIRM, (*FIRM[:7], None)), (BASELINES,), ((1,), (0,)))),
    ("PERMU_EVALUATE", ((FIRM, (*FIRM[:7], "约五")), tuple((b,) for b in BASELINES))),
    ("PERMU_EXPLAIN", ((FIRM,), (BASELINES,), 2)),
    ("PERMU_IN_SCOPE", (ODD_COLUMN, 39000, 2021)),
    ("PERMU_IN_SCOPE", ("3421", ODD_COLUMN, 2021)),
    ("PERMU_IN_SCOPE", ("3421", 39000, ODD_COLUMN)),
    ("PERMU_CHECK_CODE", (ODD_COLUMN,)),
    ("PERMU_MEASURE", (ODD_COLUMN, "用电")),
    ("PERMU_MEASURE", ("A", ODD_COLUMN)),
    ("PERMU_WATER_FEE", (1250.5, 1000, 3.2)),
    ("PERMU_WATER_FEE", (ODD_COLUMN, 100, 4)),
    ("PERMU_PARAM", ("没有的名称",)),
    ("PERMU_PARAM", (ODD_COLUMN,)),
]  # fmt: skip


def rows_of(argument: Any) -> tuple[tuple[Any, ...], ...]:
    if isinstance(argument, tuple):
        return argument if isinstance(argument[0], tuple) else (argument,)
    return ((argument,),)


def as_shown(cell: Any) -> Any:
    """Return a cell of a result as Calc has it: TRUE is 1, blank an empty text."""
    if isinstance(cell, ErrorValue):
        return str(cell)
    return float(cell) if isinstance(cell, bool) else cell


def area(row: int, column: int, rows: list[list[Any]]) -> str:
    last = f"{get_column_letter(column + len(rows[0]) - 1)}{row + len(rows) - 1}"
    return f"{get_column_letter(column)}{row}:{last}"


def put(sheet: Any, top: int, name: str, arguments: tuple[Any, ...]) -> str:
    """Write arguments into cells; return the call that refers to them."""
    written, column = [], 1
    for argument in arguments:
        if argument is None:
            written.append("")
            continue
        rows = rows_of(argument)
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                target = sheet.cell(top + r, column + c, cell)
                if isinstance(cell, str):
                    target.data_type = "s"
        place = area(top, column, [list(row) for row in rows])
        written.append(place if isinstance(argument, tuple) else place.split(":")[0])
        column += len(rows[0]) + 1
    assert column <= RESULT
    return f"={name}({','.join(written)})"


@pytest.fixture(scope="module")
def places() -> list[int]:
    """The rows at which the calls begin."""
    found, top = [], 1
    for name, arguments in CALLS:
        found.append(top)
        heights = [len(rows_of(a)) for a in arguments] + [len(call(name, arguments))]
        top += max(heights) + 1
    return found


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, places: list[int]) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    for top, (name, arguments) in zip(places, CALLS, strict=True):
        place = area(top, RESULT, call(name, arguments))
        sheet[place.split(":")[0]] = ArrayFormula(place, put(sheet, top, name, arguments))
    file = tmp_path_factory.mktemp("functions") / "函数.xlsx"
    book.save(file)
    return file


@pytest.fixture(scope="module")
def book(calc: Office, path: Path) -> Iterator[Document]:
    with calc.open(path) as document:
        document.recalculate()
        yield document


@pytest.mark.parametrize("number", range(len(CALLS)), ids=lambda n: f"{n}-{CALLS[n][0]}")
def test_call(book: Document, places: list[int], number: int) -> None:
    name, arguments = CALLS[number]
    expected = call(name, arguments)
    found = book.values(SHEET, area(places[number], RESULT, expected))
    assert_same(found, expected)


def assert_same(found: list[list[Any]], expected: list[list[Any]]) -> None:
    wanted = [[as_shown(cell) for cell in row] for row in expected]
    for row, wanted_row in zip(found, wanted, strict=True):
        for cell, value in zip(row, wanted_row, strict=True):
            if isinstance(value, float):
                assert cell == pytest.approx(value, rel=1e-12, abs=1e-12)
            else:
                assert cell == value


def test_all_functions_are_called() -> None:
    assert {name for name, _ in CALLS} == set(REGISTRY)


@pytest.mark.parametrize("name", REGISTRY)
def test_array_constants(book: Document, name: str) -> None:
    arguments = REGISTRY[name].example.arguments
    expected = call(name, arguments)
    place = area(2000 + 20 * list(REGISTRY).index(name), RESULT, expected)
    book.set_formula(SHEET, place, f"={name}({','.join(map(array_constant, arguments))})")
    assert_same(book.values(SHEET, place), expected)


def array_constant(argument: Any) -> str:
    """Write an argument as a constant; in an array a blank is an empty text."""
    if not isinstance(argument, tuple):
        return "" if argument is None else constant(argument)
    rows = (",".join(constant("" if c is None else c) for c in row) for row in rows_of(argument))
    return f"{{{';'.join(rows)}}}"


def value_of(book: Document, text: str) -> Any:
    book.set_formula(SHEET, "A3000", f"={text}")
    return book.values(SHEET, "A3000")[0][0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PERMU_SCORE(20,10,30)", 36.0),
        ("permu_score(20,10,30)", 36.0),
        ("PERMU_SCORE(20,10,30,,)", 36.0),
        ('PERMU_SCORE(20,10,30,,"shenyang_2021")', 36.0),
        ("PERMU_SCORE(20,10,30,Z900:Z900)", 36.0),
        ('PERMU_SCORE("5",10,30)', 15.0),
        ("PERMU_SCORE(5,10)", "#VALUE!"),
        ("PERMU_SCORE({1;2},10,30)", 3.0),
        ("SUM(PERMU_SCORE({1,2},1,1))", 2.2),
        ("PERMU_IN_SCOPE(3421,39000,2021)=TRUE()", 1.0),
        ("IF(PERMU_IN_SCOPE(3421,39000,2021),1,2)", 1.0),
        ("PERMU_WATER_FEE(Z900:Z900,1,1)", ""),
        ('IFERROR(PERMU_PARAM("x"),7)', 7.0),
        ('ISNA(PERMU_PARAM("x"))', 1.0),
        ("SUMPRODUCT(--ISERROR(PERMU_SCORE(1/{1,0},10,30)))", 1.0),
    ],
)
def test_single_formulas(book: Document, text: str, expected: float | str) -> None:
    found = value_of(book, text)
    assert found == (pytest.approx(expected) if isinstance(expected, float) else expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A single blank cell is 0, a range of one cell is blank.
        ("PERMU_WATER_FEE(Z900,1,1)", 0.0),
        ("PERMU_SCORE(20,10,30,Z900)", "#NUM!"),
        # TRUE is the number 1, here and in results.
        ("PERMU_SCORE(TRUE(),10,30)", 3.0),
        ("PERMU_IN_SCOPE(3421,39000,2021)", 1.0),
        # Too many arguments, and none at all.
        ('PERMU_SCORE(5,10,30,1,"shenyang_2021","ratio",0,7)', "Err:504"),
        # A text of an add-in's array equals nothing, not even itself, until it is joined.
        ('PERMU_CHECK_CODE("91210100MA0000000D")=""', 0.0),
        ('PERMU_CHECK_CODE("91210100MA0000000D")&""=""', 1.0),
        ('INDEX(PERMU_CHECK_CODE("91210100MA0000000D"),1,1)=""', 1.0),
    ],
)
def test_where_calc_differs(book: Document, text: str, expected: float | str) -> None:
    assert value_of(book, text) == expected


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        ("NA()", "#N/A"),
        ("1/0", "#DIV/0!"),
        ('VALUE("x")', "Err:502"),
        ("SQRT(-1)", "Err:502"),
        ("NO_SUCH_NAME", "#NAME?"),
    ],
)
def test_errors_in(book: Document, error: str, shown: str) -> None:
    book.set_formula(SHEET, "A3001", f"={error}")
    # A single cell goes through, one in a range keeps Calc from calling at all.
    assert value_of(book, "PERMU_SCORE(A3001,10,30)") == shown
    assert value_of(book, "PERMU_RANK(A3001:A3002)") == "Err:504"


@pytest.mark.parametrize(
    ("text", "shown", "kind"),
    [
        ('PERMU_PARAM("x")', "#N/A", 7),
        ("PERMU_SCORE(5,0,30)", "#DIV/0!", 2),
        ("PERMU_SCORE(5,10,-1)", "#NUM!", 6),
        ('PERMU_SCORE("约",10,30)', "#VALUE!", 3),
    ],
)
def test_errors_out(book: Document, text: str, shown: str, kind: int) -> None:
    assert value_of(book, text) == shown
    book.set_formula(SHEET, "A3003", f"={text}")
    assert value_of(book, "ERROR.TYPE(A3003)") == kind
    # The other cells of a result are not touched.
    book.set_formula(SHEET, "C3001:C3002", '=PERMU_PARAM({"亩均税收权重";"x"})')
    assert book.values(SHEET, "C3001:C3002") == [[30.0], ["#N/A"]]


def test_the_rest_of_too_large_an_area_is_not_available(book: Document) -> None:
    book.set_formula(SHEET, "E3001:E3003", "=PERMU_SCORE({1;2},10,30)")
    assert book.values(SHEET, "E3001:E3003") == [[3.0], [6.0], ["#N/A"]]


def test_the_wizard_shows_help_for_all(calc: Office) -> None:
    shown = calc.function_help()
    for name, function in REGISTRY.items():
        arguments = (argument.english for argument in function.arguments)
        assert shown[name] == [function.english, *arguments]


def test_nothing_was_logged(book: Document, log: Path) -> None:
    assert value_of(book, "PERMU_SCORE(5,10,30)") == 15.0
    assert not log.exists()
