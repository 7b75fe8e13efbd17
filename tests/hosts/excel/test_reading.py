"""The open workbook read as its file would be: errors, dates of both systems, money, limits."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest

from permu_xl.errors import BookError
from permu_xl.findings import Level
from permu_xl.hosts.excel.error_values import ERROR_NUMBERS
from permu_xl.hosts.excel.reading import OpenBook
from permu_xl.workbook import assess, layout
from tests.hosts.excel.fakebook import FakeBook

# As the layout has them: the columns of 行业代码's neighbours in 原始数据.
NAME, START, LAND = 3, 5, 6


def test_an_int_is_an_error_and_never_a_figure(book: FakeBook) -> None:
    """All the numbers that Excel has for errors, the next ones included, each for one firm."""
    shown = {value: text for text, value in ERROR_NUMBERS.items()}
    cells = book.sheets[layout.DATA].cells
    rows = range(layout.FIRST_ROW, layout.FIRST_ROW + 51)
    for row, number in zip(rows, range(2000, 2051), strict=True):
        assert (row, NAME) in cells
        cells[row, LAND] = -2146828288 + number
    outcome = assess(OpenBook.read(book).book)
    assert outcome.evaluation is None
    told = {f.cell: f.value + f.problem for f in outcome.findings if f.level is Level.ERROR}
    for row, number in zip(rows, range(2000, 2051), strict=True):
        assert shown.get(number, "#VALUE!") in told[f"F{row}"]


def test_dates_of_a_workbook_that_counts_from_1904(book: FakeBook) -> None:
    """Excel may hand the date over by either system: the day number decides."""
    at = layout.FIRST_ROW, START
    book.Date1904 = True
    for each in book.sheets:
        dates = {p: cell for p, cell in each.cells.items() if isinstance(cell, dt.datetime)}
        for place, cell in dates.items():
            each.counted[place] = float((cell - dt.datetime(1904, 1, 1)).days)
    sheet = book.sheets[layout.DATA]
    sheet.cells[at] = dt.datetime(2015, 1, 1)
    sheet.counted[at] = 42004.0  # 2019-01-01: day 43466 since 1900, less 1462
    # A day number that is not formatted as a date counts by the same system.
    sheet.cells[layout.FIRST_ROW + 1, START] = 42004.0
    roster = OpenBook.read(book).book.current.roster
    assert list(roster.start_dates[:2]) == [np.datetime64("2019-01-01")] * 2


def test_amounts_of_money_keep_all_their_decimals(book: FakeBook) -> None:
    at = layout.FIRST_ROW, LAND
    sheet = book.sheets[layout.DATA]
    sheet.cells[at], sheet.counted[at] = Decimal("120.1235"), 120.123456
    assert OpenBook.read(book).book.current.roster.numbers["land"][0] == 120.123456


def test_formats_far_below_are_not_read(book: FakeBook) -> None:
    before = OpenBook.read(book)
    book.sheets[layout.DATA].formatted = (1_048_576, 16_384)
    again = OpenBook.read(book)
    key = layout.DATA, None
    assert again.seen[key] == before.seen[key]


def test_a_sheet_larger_than_a_file_may_be_is_refused(
    book: FakeBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = max(row for row, _ in book.sheets[layout.DATA].cells)
    monkeypatch.setenv("PERMU_XL_MAX_ROWS", str(last - 1))
    with pytest.raises(BookError) as refused:
        OpenBook.read(book)
    text = str(refused.value)
    assert f"的工作表“{layout.DATA}”填到了第{last}行，超过{last - 1}行" in text
    assert "PERMU_XL_MAX_ROWS" in text
    monkeypatch.delenv("PERMU_XL_MAX_ROWS")
    monkeypatch.setenv("PERMU_XL_MAX_CELLS", "10")
    with pytest.raises(BookError, match="超过10个单元格"):
        OpenBook.read(book)


def test_a_change_is_noticed(book: FakeBook) -> None:
    opened = OpenBook.read(book)
    assert opened.is_current(book)
    book.sheets[layout.DATA].cells[layout.FIRST_ROW, LAND] = 1.0
    assert not opened.is_current(book)
    book.sheets.pop(layout.DATA)
    assert not opened.is_current(book)
