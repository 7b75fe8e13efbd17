"""What a number, date, year, mark or code means that was typed as text (reading R21).

Nothing here knows of cells or workbooks.  What cannot be understood is None; saying so to the
clerk is the caller's business.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Any

__all__ = [
    "DIGITS_LOST",
    "EXACT_BELOW",
    "SERIAL_ORIGIN",
    "code_in",
    "date_in",
    "day_number",
    "fold",
    "mark_in",
    "month_in",
    "number_in",
    "plain_number",
    "serial_date",
    "show",
    "visible",
    "year_in",
]

SERIAL_ORIGIN = dt.date(1900, 1, 1) - dt.timedelta(days=2)
"""Day 0 of a spreadsheet's date numbers, which count a 29 February 1900 that never was."""

EXACT_BELOW = 1e15
"""Whole numbers below this keep all their digits in a spreadsheet."""

DIGITS_LOST = "统一社会信用代码按数字存放，末尾几位已经丢失"

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e01ef]"
)
"""What takes no room on the screen: joiners, marks of direction, soft hyphens, control codes."""

_NUMBER = re.compile(
    r"([+-]?)\s*"
    r"((?=\.?\d)(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d+)?)",
    re.ASCII,
)
_DATE = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[T ]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?",
    re.A,
)
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?(?:份)?|(\d{4})(\d{2})", re.A)
_COMPACT_DATE = re.compile(
    r"(\d{4})(\d{2})(\d{2})(?:\d{6}|[T ]\d{1,2}:\d{2}(?::\d{2})?)?", re.ASCII
)
_FROM_1904 = dt.date(1904, 1, 1)
"""Day 0 where a workbook counts its days from 1904, as those of old Macintoshes do."""

_PLAUSIBLE_SERIALS = range(7306, 73051)  # 1920 to 2099
_YEAR = re.compile(r"\d{4}", re.ASCII)
_PLAUSIBLE_YEARS = range(1900, 2200)
_YES = {"是", "y", "yes", "true", "√", "✓", "✔", "1", "对", "有"}
_NO = {"否", "n", "no", "false", "×", "✗", "x", "0", "无", "不", "不是"}


def visible(text: str) -> str:
    r"""Return a text without the characters that nobody can see.

    They come along with what is copied from web pages and chats, and make two texts differ that
    look the same.

    >>> visible("9121\u200b0100\ufeff"), visible("甲　乙")
    ('91210100', '甲　乙')
    """
    # Nearly all texts are printable, and that is found out fastest.
    return text if text.isprintable() else _INVISIBLE.sub("", text)


def show(cell: Any) -> str:
    """Return a value as the clerk sees it: numbers without a needless ``.0``, text trimmed.

    >>> show(3421.0), show(" 甲 "), show(True)
    ('3421', '甲', 'TRUE')
    """
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT_BELOW:
        return str(int(cell))
    return "" if cell is None else visible(str(cell)).strip()


def fold(text: str) -> str:
    """Return a text so that the usual ways of typing it are equal: width, case, spaces.

    >>> fold(" Ａ 类（规上）") == fold("a类(规上)")
    True
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", visible(text))).lower()


def _plain(text: str) -> str:
    """Return a text as it would be typed in narrow letters, without what nobody sees.

    "" for one with raised, lowered, circled or broken digits: those are marks of notes (12①, 10²)
    or parts of a fraction, which plain letters would make digits of the figure beside them.
    """
    if text.isascii():
        return text
    if any(unicodedata.category(sign) == "No" for sign in text):
        return ""
    return unicodedata.normalize("NFKC", visible(text))


def number_in(text: str) -> float | None:
    """Return the number that a text plainly is, ``inf`` for one beyond all sizes.

    A space may part thousands only: ``15 20`` are two numbers.

    >>> number_in("１，２３４．５"), number_in(" 12 345"), number_in("12万"), number_in("15 20")
    (1234.5, 12345.0, None, None)
    """
    plain = plain_number(text)
    return None if plain is None else float(plain)


def plain_number(text: str) -> str | None:
    """Return the digits of the number that a text plainly is, as ``float`` takes them.

    >>> plain_number("１，２３４．５０"), plain_number("十二")
    ('1234.50', None)
    """
    found = _NUMBER.fullmatch(_plain(text).replace("−", "-").strip())
    return None if found is None else found[1] + found[2].replace(",", "").replace(" ", "")


def date_in(text: str) -> dt.date | None:
    """Return the date written in one of the usual notations; ValueError when no such day exists.

    A time of day that a system has put behind it does not matter.

    >>> date_in("2019年5月1日") == date_in("2019.5.1") == date_in("2019-05-01 00:00:00.0")
    True
    """
    plain = re.sub(r"\s+(?!\d{1,2}:)", "", _plain(visible(text).strip()))
    matched = _DATE.fullmatch(plain) or _COMPACT_DATE.fullmatch(plain)
    return dt.date(*(int(part) for part in matched.groups())) if matched else None


def month_in(text: str) -> dt.date | None:
    """Return the first day of a month written without a day; None for what is no month.

    >>> month_in("1994年7月") == month_in("1994-07") == month_in("1994.7") == month_in("199407")
    True
    >>> month_in("199413"), month_in("1994")
    (None, None)
    """
    plain = "".join(_plain(text).split())
    matched = _MONTH.fullmatch(plain)
    if matched is None:
        return None
    year, month = (int(part) for part in matched.groups() if part)
    plausible = year in _PLAUSIBLE_YEARS and 1 <= month <= 12
    return dt.date(year, month, 1) if plausible else None


def serial_date(days: int, *, from_1904: bool = False) -> dt.date | None:
    """Return the date behind a spreadsheet's day number, None outside the years 1920 to 2099.

    >>> serial_date(43586), serial_date(42124, from_1904=True), serial_date(2019)
    (datetime.date(2019, 5, 1), datetime.date(2019, 5, 1), None)
    """
    days += (_FROM_1904 - SERIAL_ORIGIN).days if from_1904 else 0
    return SERIAL_ORIGIN + dt.timedelta(days=days) if days in _PLAUSIBLE_SERIALS else None


def day_number(date: dt.date, *, from_1904: bool = False) -> int:
    """Return the day number of a date in a workbook.

    >>> day_number(dt.date(2019, 5, 1)), day_number(dt.date(2019, 5, 1), from_1904=True)
    (43586, 42124)
    """
    return (date - (_FROM_1904 if from_1904 else SERIAL_ORIGIN)).days


def mark_in(text: str) -> bool | None:
    """Return what 是, 否 or another usual mark says.

    >>> mark_in("是"), mark_in("×"), mark_in("待定")
    (True, False, None)
    """
    plain = _plain(visible(text).strip()).lower()
    return True if plain in _YES else False if plain in _NO else None


def year_in(text: str) -> int | None:
    """Return the year in ``2022`` or ``2022年度``."""
    plain = _plain(visible(text).strip()).removesuffix("年度").removesuffix("年")
    year = int(plain) if _YEAR.fullmatch(plain) else 0
    return year if year in _PLAUSIBLE_YEARS else None


def code_in(text: str) -> str:
    """Return a unified social credit code without spaces, full-width forms and small letters.

    >>> code_in(" 91210100ma0p4x1y2u ")
    '91210100MA0P4X1Y2U'
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", visible(text))).upper()
