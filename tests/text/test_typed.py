"""What typed numbers, dates, years, marks and codes mean (reading R21)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from permu_xl.text.typed import (
    SERIAL_ORIGIN,
    code_in,
    date_in,
    mark_in,
    number_in,
    serial_date,
    show,
    year_in,
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,234.5", 1234.5),
        ("１，２３４．５", 1234.5),
        (" 12\u00a0345 ", 12345.0),
        ("−7", -7.0),
        ("12①", None),
        ("10²", None),
        ("1,234⑴", None),
        ("⒈5", None),
        ("₃", None),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1e999", float("inf")),
        ("1,23", None),
        ("12万", None),
        ("3%", None),
        ("-", None),
        ("", None),
        ("nan", None),
        ("٣", None),
    ],
)
def test_numbers(text: str, number: float | None) -> None:
    assert number_in(text) == number


@pytest.mark.parametrize(
    "text",
    ["2019-05-01", "2019/5/1", "2019.5.1", "2019年5月1日", "２０１９年５月１日", " 20190501 ",
     "2019-05-01 00:00:00"],
)  # fmt: skip
def test_dates(text: str) -> None:
    assert date_in(text) == dt.date(2019, 5, 1)


def test_what_is_no_date() -> None:
    assert [date_in(text) for text in ("", "2019", "2019年5月", "不详")] == [None] * 4
    with pytest.raises(ValueError, match="day"):
        date_in("2019-02-30")


def test_serial_numbers_of_days() -> None:
    # 1 March 1900 is day 61, as day 60 is a 29 February 1900 that never was.
    assert dt.timedelta(61) + SERIAL_ORIGIN == dt.date(1900, 3, 1)
    assert serial_date(43586) == dt.date(2019, 5, 1)
    assert serial_date(7306) == dt.date(1920, 1, 1)
    assert serial_date(73050) == dt.date(2099, 12, 31)
    assert serial_date(7305) is serial_date(73051) is None


@pytest.mark.parametrize(
    ("text", "mark"),
    [("是", True), (" Y ", True), ("√", True), ("TRUE", True), ("1", True), ("否", False),
     ("×", False), ("Ｎ", False), ("0", False), ("待定", None), ("", None), ("2", None)],
)  # fmt: skip
def test_marks(text: str, mark: bool | None) -> None:
    assert mark_in(text) is mark


@pytest.mark.parametrize(
    ("text", "year"),
    [("2022", 2022), ("２０２２年", 2022), (" 2022年度", 2022), ("1900", 1900), ("2199", 2199),
     ("1899", None), ("2200", None), ("22", None), ("2022.0", None), ("", None)],
)  # fmt: skip
def test_years(text: str, year: int | None) -> None:
    assert year_in(text) == year


def test_codes() -> None:
    assert code_in(" ９１ab\n0 ") == "91AB0"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, ""), (3.0, "3"), (3.5, "3.5"), (1e15, "1000000000000000.0"), (False, "FALSE"),
     (" 甲 ", "甲"), (dt.date(2019, 5, 1), "2019-05-01")],
)  # fmt: skip
def test_show(value: Any, shown: str) -> None:
    assert show(value) == shown
