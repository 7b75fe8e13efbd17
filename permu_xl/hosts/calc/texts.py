"""What Calc's user reads of the menu; the help of functions is the registry's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["HELP", "MENU", "MENU_TITLE", "Entry"]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the menu in Chinese and English.

    ``on_toolbar`` says that it has a button too, ``separated`` that a line stands before it.
    """

    title: str
    english: str
    on_toolbar: bool = False
    separated: bool = False


MENU_TITLE = Entry("亩均评价", "Output per mu")
MENU: Mapping[str, Entry] = {
    "recalculate": Entry("整区重算", "Recalculate district", on_toolbar=True),
    "check": Entry("数据核查", "Check data", on_toolbar=True),
    "export": Entry("导出定稿", "Export final copy", on_toolbar=True),
    "notices": Entry("一企一单…", "Notices for firms...", separated=True),
    "publish": Entry("公示与上报表…", "Publication and report..."),
    "publish_data": Entry("数据公示…", "Publication of data..."),
    "register": Entry("登记异议…", "Register objections..."),
    "sensitivity": Entry("敏感性…", "Sensitivity..."),
    "compare": Entry("与另一份比较…", "Compare with another workbook..."),
    "verify": Entry("核对结果", "Verify results"),
    "import": Entry("导入部门表…", "Import department tables..."),
    "last_error": Entry("查看最近错误", "Show last error", separated=True),
    "help": Entry("帮助", "Help"),
}
"""The entries of the menu by command."""

HELP = (
    "permu_xl {version}\n"
    "一、填好“参数”“原始数据”“上年数据”，点“整区重算”；不满意可以撤销，一步恢复原状。\n"
    "二、按“数据核查”改正错误后再点一次；“核验”全部为TRUE才可交付。\n"
    "三、上报或交给没有加载项的人：点“导出定稿”。\n"
    "四、“一企一单”到“导入部门表”都另存新文件，打开的工作簿不改；没存盘的改动也算在内。\n"
    "公式显示 #VALUE!：点“查看最近错误”；全部显示 #NAME?：在命令行运行 permu-xl calc doctor。"
)
"""What 帮助 tells."""
