"""What a clerk typed into a cell, understood: numbers, dates, codes, yes and no (reading R21).

Each function returns the value and a remark: "" when the cell says plainly what it means, a hint
when it had to be interpreted.  ``CellError`` says what is wrong with a cell and what to do.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from permu_xl.text import (
    DIGITS_LOST,
    EXACT_BELOW,
    code_in,
    date_in,
    is_placeholder_code,
    mark_in,
    month_in,
    number_in,
    serial_date,
    show,
    visible,
    without_licence_suffix,
    year_in,
)

__all__ = [
    "CellError",
    "credit_code",
    "date",
    "is_blank",
    "number",
    "shortened",
    "show",
    "text",
    "year",
    "yes_no",
]


SHOWN = 60
"""How much of a cell's text a message repeats."""


def shortened(text: str) -> str:
    """Return a text as a message shows it: its beginning, if it is very long.

    >>> shortened("约三百"), len(shortened("长" * 30_000))
    ('约三百', 61)
    """
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


class CellError(ValueError):
    """A cell that cannot be understood: ``problem`` and ``remedy`` for the clerk."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem, self.remedy = problem, remedy


def is_blank(cell: Any) -> bool:
    """Return whether a cell is empty or holds only what nobody sees."""
    return cell is None or (isinstance(cell, str) and not visible(cell).strip())


def text(cell: Any) -> str:
    """Return a cell as text; numbers without a needless ``.0``."""
    return show(cell)


def number(cell: Any) -> tuple[float, str]:
    """Read a number; text that is plainly a number counts as one, with a hint.

    >>> number(12.5)
    (12.5, '')
    >>> number("１，２３４．５")
    (1234.5, '文本“１，２３４．５”按数字1234.5读取')
    >>> number("约三百")
    Traceback (most recent call last):
    permu_xl.xlsx.cells.typed.CellError: “约三百”不是数字
    """
    shown = shortened(show(cell))
    if isinstance(cell, bool) or not isinstance(cell, (int, float, str)):
        what = "日期或时间" if isinstance(cell, (dt.date, dt.time, dt.timedelta)) else "是非值"
        raise CellError(
            f"这里要填数字，单元格里是{what}“{shown}”", "把单元格格式改为数值，重新填写"
        )
    value = float(cell) if isinstance(cell, (int, float)) else number_in(cell)
    if value is None or math.isnan(value):
        raise CellError(f"“{shown}”不是数字", "改成数字；没有数据请留空，不要写文字")
    if abs(value) >= EXACT_BELOW:
        raise CellError(f"“{shown}”太大，不是合理的数字", "核对是否填错了列，改成正确的数字")
    if not isinstance(cell, str):
        return value, ""
    return value, f"文本“{shortened(cell.strip())}”按数字{value:.15g}读取"


def date(cell: Any, *, from_1904: bool = False) -> tuple[dt.date, str]:
    """Read a date: a date cell, or text or number in one of the usual notations.

    ``from_1904`` says that the workbook's day numbers count from 1904.

    >>> date("2019年5月1日")[0] == date("2019.5.1")[0] == date(20190501.0)[0]
    True
    >>> date("2019")
    Traceback (most recent call last):
    permu_xl.xlsx.cells.typed.CellError: “2019”不是完整的日期

    A month without a day is its first day.
    """
    if isinstance(cell, dt.datetime):
        return cell.date(), ""
    if isinstance(cell, dt.date):
        return cell, ""
    shown = show(cell)
    try:
        written = date_in(shown)
    except ValueError:
        raise CellError(f"日期“{shortened(shown)}”不存在", "核对年、月、日") from None
    if isinstance(cell, float) and shown.endswith(".1") and month_in(shown) is not None:
        raise CellError(
            f"“{shown}”可能是1月，也可能是10月", "写成 1994-10 这样的文字，或写全年月日"
        )
    written = written or month_in(shown)
    if written is not None:
        return written, ""
    if isinstance(cell, float) and cell.is_integer():
        found = serial_date(int(cell), from_1904=from_1904)
        if found is not None:
            return found, f"数字{shown}按日期{found}读取，单元格没有设成日期格式"
    raise CellError(f"“{shortened(shown)}”不是完整的日期", "写成 2019-05-01 这样的年月日")


def credit_code(cell: Any) -> str:
    """Read a unified social credit code; spaces and full-width forms do not matter.

    What only stands for one (无, 待补, eighteen zeros) is "", and what a licence prints behind
    one, as （副本）, is no part of it.

    >>> credit_code(" 91210100ma0p4x1y2u "), credit_code("待补")
    ('91210100MA0P4X1Y2U', '')
    >>> credit_code(9.1210100123456e17)
    Traceback (most recent call last):
    permu_xl.xlsx.cells.typed.CellError: 统一社会信用代码按数字存放，末尾几位已经丢失
    """
    if isinstance(cell, float) and abs(cell) >= EXACT_BELOW:
        raise CellError(DIGITS_LOST, "先把单元格格式设为文本，再照营业执照重新填写18位代码")
    shown = show(cell)
    return "" if is_placeholder_code(shown) else without_licence_suffix(code_in(shown))


def yes_no(cell: Any) -> tuple[bool, str]:
    """Read 是 or 否; usual other marks count, with a hint.

    >>> yes_no("是"), yes_no("√")
    ((True, ''), (True, '“√”按“是”读取'))
    """
    shown = show(cell)
    mark = mark_in(shown)
    if mark is None:
        raise CellError(f"“{shortened(shown)}”既不是“是”也不是“否”", "填“是”或“否”，或留空")
    if shown in ("是", "否"):
        return mark, ""
    return mark, f"“{shown}”按“{'是' if mark else '否'}”读取"


def year(cell: Any) -> int:
    """Read a year such as ``2022`` or ``2022年``."""
    found = None if isinstance(cell, (dt.date, bool)) else year_in(show(cell))
    if found is None:
        raise CellError(f"评价年度“{shortened(show(cell))}”不是年份", "填四位数的年份，如2022")
    return found
