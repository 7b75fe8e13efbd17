"""A cell of a department's table as a figure in the workbook's unit, exact."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from permu_xl.text import (
    DIGITS_LOST,
    EXACT_BELOW,
    code_in,
    is_placeholder_code,
    number_in,
    plain_number,
    without_licence_suffix,
)
from permu_xl.xlsx import cells
from permu_xl.xlsx.cells import CellError, show

if TYPE_CHECKING:
    from collections.abc import Container

__all__ = ["as_code", "exact", "means_nothing", "resolution"]

_PROTECTED = re.compile(r'="?([^"]*)"?|\'(.*)')
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?1\d", re.I)
_APART = re.compile(r"\d\s+[\d.]")
"""Two numbers, most likely: nobody here parts thousands with a space."""
_NO_FIGURE = re.compile("[-‐‑‒–—―─━−ー⸺⸻]{1,9}|[.·•]{2,12}|。{2,9}")
_DECIMALS = re.compile(r"\.(\d+)")


def exact(cell: Any) -> tuple[Fraction, str]:
    """Return the decimal number that a cell shows, exactly, and a remark; CellError for no number.

    >>> exact(0.1)[0], exact("１，２３４．５")[0]
    (Fraction(1, 10), Fraction(2469, 2))
    """
    if isinstance(cell, str) and _APART.search(cell):
        raise CellError(
            f"“{cells.shortened(' '.join(cell.split()))}”里有几个数",
            "一格只写一个数；分几处的，各占一行或填合计",
        )
    value, remark = cells.number(cell)
    if isinstance(cell, str):
        return Fraction(plain_number(cell) or ""), remark
    return Fraction(repr(value)), remark


def means_nothing(cell: Any, words: Container[str]) -> bool:
    """Return whether a cell says that there is no figure, by a dash, by dots or by a word.

    >>> [means_nothing(each, {"无"}) for each in ("－", "―", "─", "...", "……", "无", "-5", ".")]
    [True, True, True, True, True, True, False, False]
    """
    if not isinstance(cell, str):
        return False
    text = "".join(unicodedata.normalize("NFKC", show(cell)).lower().split())
    return text in words or _NO_FIGURE.fullmatch(text) is not None


def resolution(cell: Any) -> Fraction:
    """Return the worth of one in the last decimal that a cell shows.

    >>> resolution(12.5), resolution("1,200"), resolution(3e-07)
    (Fraction(1, 10), Fraction(1, 1), Fraction(1, 10000000))
    """
    shown = show(cell)
    if "e" in shown.lower():
        shown = f"{float(number_in(shown) or 0):.15f}".rstrip("0")
    decimals = _DECIMALS.search(unicodedata.normalize("NFKC", shown))
    return Fraction(1, 10 ** len(decimals.group(1))) if decimals else Fraction(1)


def as_code(cell: Any) -> tuple[str, str]:
    """Return a credit code as written in a table, and what is wrong with it ("" for nothing).

    Text files protect long digits from spreadsheets as ``="9121..."`` or with an apostrophe; 无,
    待补, eighteen zeros and the like are no code; （副本） and (1-1) behind one are no part of it.

    >>> as_code('="91210100ma0p4x1y2u"')
    ('91210100MA0P4X1Y2U', '')
    >>> as_code(9.1210100123456e17)[0], as_code("待补")[0], as_code("91210100MA0P4X1Y2U（副本）")[0]
    ('', '', '91210100MA0P4X1Y2U')
    """
    if isinstance(cell, (float, int)) and not isinstance(cell, bool) and abs(cell) >= EXACT_BELOW:
        return "", DIGITS_LOST
    if isinstance(cell, (dt.date, dt.time, bool)):
        return "", f"“{show(cell)}”不是统一社会信用代码"
    text = show(cell)
    protected = _PROTECTED.fullmatch(text)
    if protected is not None:
        text = protected.group(1) or protected.group(2) or ""
    if _SCIENTIFIC.fullmatch(text.strip()):
        return "", DIGITS_LOST
    if is_placeholder_code(text):
        return "", f"“{text.strip()}”不是统一社会信用代码"
    return without_licence_suffix(code_in(text)), ""
