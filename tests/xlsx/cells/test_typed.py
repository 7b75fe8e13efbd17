"""Reading R21 and its kin: what a clerk types, and what it means."""

from __future__ import annotations

import datetime as dt

import pytest

from permu_xl.xlsx.cells import typed
from permu_xl.xlsx.cells.typed import CellError


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1,234.5", 1234.5),
        ("１２３４．５", 1234.5),
        ("１，２３４", 1234.0),
        (" 12 345 ", 12345.0),
        ("12\u00a0345", 12345.0),
        ("-0.5", -0.5),
        ("−7", -7.0),
        ("+3", 3.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1,234,567", 1234567.0),
        ("0", 0.0),
    ],
)
def test_text_that_is_a_number_is_read_with_a_hint(cell: str, value: float) -> None:
    found, hint = typed.number(cell)
    assert found == value
    assert "按数字" in hint


@pytest.mark.parametrize("cell", [0.0, 12.5, -3.0, 1e9, 999_999_999_999_999.0])
def test_numbers_are_read_without_a_hint(cell: float) -> None:
    assert typed.number(cell) == (cell, "")


@pytest.mark.parametrize(
    "cell",
    [
        "约三百", "12万", "1,23", "12,3456", "1.2.3", "3%", "-", "—", "/", "无", "暂无", "e3", ".",
        "1e999", 1e15, -1e15, "1e15", "０x10", "=1+1", "٣", True, dt.date(2020, 1, 1),
        dt.time(1, 2), dt.timedelta(hours=30),
    ],
)  # fmt: skip
def test_anything_else_in_a_number_column_is_an_error(cell: object) -> None:
    with pytest.raises(CellError) as caught:
        typed.number(cell)
    assert caught.value.problem
    assert caught.value.remedy


@pytest.mark.parametrize(
    "cell",
    [
        dt.date(2019, 5, 1),
        dt.datetime(2019, 5, 1, 8, 30),
        "2019-05-01",
        "2019-5-1",
        "2019/05/01",
        "2019.5.1",
        "2019年5月1日",
        "２０１９年５月１日",
        "2019 年 5 月 1 日",
        "20190501",
        20190501.0,
        "2019-05-01 00:00:00",
    ],
)
def test_dates_in_the_usual_notations(cell: object) -> None:
    assert typed.date(cell) == (dt.date(2019, 5, 1), "")


def test_a_serial_number_is_a_date_with_a_hint() -> None:
    # 1 January 1900 is 1 and 29 February 1900 exists there, so 1 May 2019 is 43586.
    found, hint = typed.date(43586.0)
    assert found == dt.date(2019, 5, 1)
    assert "43586" in hint


@pytest.mark.parametrize(
    "cell",
    ["2019", "2019年", "2019-13", 2019.0, "2019-02-30", "20191301", "不详", 12.5],
)
def test_what_is_no_whole_date_is_an_error(cell: object) -> None:
    with pytest.raises(CellError):
        typed.date(cell)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("91210100MA0P4X1Y2U", "91210100MA0P4X1Y2U"),
        (" 91210100ma0p4x1y2u", "91210100MA0P4X1Y2U"),
        ("９１２１０１００ＭＡ０Ｐ４Ｘ１Ｙ２Ｕ", "91210100MA0P4X1Y2U"),
        ("91210100 MA0P4X1Y2U", "91210100MA0P4X1Y2U"),
        ("", ""),
        (None, ""),
        (123456.0, "123456"),
    ],
)
def test_credit_codes_are_normalised(cell: object, code: str) -> None:
    assert typed.credit_code(cell) == code


@pytest.mark.parametrize("cell", [1e15, 912101001234567890.0])
def test_a_code_held_as_a_long_number_is_an_error(cell: float) -> None:
    with pytest.raises(CellError, match="丢失"):
        typed.credit_code(cell)


def test_fifteen_digits_still_are_exact_as_a_number() -> None:
    assert typed.credit_code(912101001234567.0) == "912101001234567"


@pytest.mark.parametrize("cell", ["是", " 是 "])
def test_yes_needs_no_hint(cell: str) -> None:
    assert typed.yes_no(cell) == (True, "")


@pytest.mark.parametrize(
    ("cell", "value"),
    [("√", True), ("Y", True), (True, True), (1.0, True), ("×", False), ("n", False), (0.0, False)],
)
def test_other_marks_are_read_with_a_hint(cell: object, value: bool) -> None:
    found, hint = typed.yes_no(cell)
    assert found is value
    assert hint


@pytest.mark.parametrize("cell", ["待定", "?", 2.0])
def test_an_unclear_mark_is_an_error(cell: object) -> None:
    with pytest.raises(CellError):
        typed.yes_no(cell)


@pytest.mark.parametrize("cell", [2022.0, "2022", "2022年", "2022年度", "２０２２"])
def test_years(cell: object) -> None:
    assert typed.year(cell) == 2022


@pytest.mark.parametrize(
    "cell", ["22", 22.0, "二〇二二", dt.date(2022, 1, 1), True, 2022.5, "1890"]
)
def test_what_is_no_year_is_an_error(cell: object) -> None:
    with pytest.raises(CellError):
        typed.year(cell)
