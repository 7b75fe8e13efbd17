"""How values are shown on pages: the same digits as on the sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from permu_xl.findings import COMMAND_LINE
from permu_xl.text import printable, show_number, show_percent, show_points

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from permu_xl.findings import Finding

__all__ = ["FILTERS", "HTTP_ERRORS"]

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


FILTERS: Mapping[str, Callable[..., Any]] = {
    "number": show_number,
    "percent": show_percent,
    "points": show_points,
    "printable": printable,
    "when": when,
    "remedy": remedy,
}
"""The filters of the templates by name."""
