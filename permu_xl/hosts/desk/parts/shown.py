"""How values are shown on pages: the same digits as on the sheets."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from permu_xl.findings import COMMAND_LINE
from permu_xl.text import printable, show_decimals, show_number, show_percent, show_points
from permu_xl.xlsx.cells import Link

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from permu_xl.findings import Finding

__all__ = ["FILTERS", "HTTP_ERRORS", "REMEDIES"]

HTTP_ERRORS: Mapping[int, str] = {
    400: "这个请求不完整，请从桌面图标重新打开。",
    403: "这个页面不是从本机的工作台打开的，没有办理；请从桌面图标重新打开。",
    404: "没有这个页面，或者工作簿已经关闭；请回到首页重新打开。",
    405: "这个页面不能这样打开，请回到首页。",
    413: "文件太大，超过了上限，没有读取；请核对文件来历。",
}
"""What is told of a request that cannot be carried out."""


def when(moment: dt.datetime | None) -> str:
    """Return a moment in the clock of this computer, to the minute; "" for none."""
    return "" if moment is None else moment.astimezone().strftime("%Y-%m-%d %H:%M")


REMEDIES: Mapping[str, str] = {
    **COMMAND_LINE,
    "evaluate": "做“评价”这一步",
    "evaluate_again": "重新做“评价”这一步",
    "check_and_mend": "在“核查”里查看并改正",
    "verify": "做“核对”这一步查看",
    "add": "在“导入”里勾选",
    "use": "在“导入”里用",
}
"""What a remedy asks to be done with the program, for the user of the desk."""


def remedy(finding: Finding) -> str:
    """Return what to do about a finding, in the words of the desk."""
    return finding.remedy_in(REMEDIES)


_DECIMALS = {
    "points": (2, 2),
    "number": (2, 4),
    "ratio": (4, 4),
    "integer": (0, 0),
    "count": (0, 0),
    "percent": (1, 1),
}
"""Least and most decimals by kind of column, as the sheets have them."""


def in_cell(value: object, kind: str) -> str:
    """Return a value as the sheets show it in a column of this kind; "" for none.

    >>> in_cell(71.305, "points"), in_cell(1234.5, "number"), in_cell(0.152, "share")
    ('71.31', '1,234.50', '15.2%')
    """
    if value is None:
        return ""
    if isinstance(value, Link):
        return value.text
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if kind == "share":
        return f"{show_decimals(100 * value, 1, 1)}%" if value == value else ""
    least, most = _DECIMALS.get(kind, (0, 6))
    return show_decimals(float(value), least, most)


def ratio(value: float) -> str:
    """Return a baseline or another quotient as 基准值 shows it; a dash for none."""
    return in_cell(value, "ratio") or "—"


def amount(value: float, whole: bool = False) -> str:
    """Return a raw figure as 原始数据 shows it; 未填 for none."""
    return in_cell(value, "integer" if whole and value.is_integer() else "number") or "未填"


def gained(before: float, then: float) -> Decimal:
    """Return the difference of two scores as they are shown, with two decimals.

    >>> gained(75.795, 107.724), gained(0.004, 0.0)   # 75.80 and 107.72
    (Decimal('31.92'), Decimal('0.00'))
    """
    return Decimal(show_points(then)) - Decimal(show_points(before))


FILTERS: Mapping[str, Callable[..., Any]] = {
    "number": show_number,
    "percent": show_percent,
    "points": show_points,
    "printable": printable,
    "when": when,
    "remedy": remedy,
    "in_cell": in_cell,
    "ratio": ratio,
    "amount": amount,
    "gained": gained,
}
"""The filters of the templates by name."""
