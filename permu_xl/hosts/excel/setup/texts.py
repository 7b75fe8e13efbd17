"""What Excel's user reads: help for the function wizard, messages, ribbon labels, IntelliSense."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from permu_xl.functions import Function

__all__ = [
    "HELP_LIMIT",
    "MESSAGES",
    "RIBBON",
    "help_rows",
    "intellisense",
    "ribbon",
]

HELP_LIMIT = 255
"""The function wizard cuts longer help off."""

_CHECK = (
    "请在开始菜单“亩均评价”里点“检查”（离线包里是“检查.cmd”，命令是 permu-xl excel doctor），"
    "按它说的处理。"
)
MESSAGES = {
    "no_book": "没有打开的工作簿，请先打开评价工作簿。",
    "no_python": "没有完成：计算程序没有启动或中途停止。",
    "busy": "有一个命令还没有做完，请等它结束。",
    "close": "有一个命令还没有做完。现在关闭就不再做了，要关闭吗？",
    "tables": "可选的文件",
    "last_error": "最近一次出错：",
    "repaired": "重新录入了{count}处显示 #NAME? 或写着加载项路径的 PERMU_ 公式。",
    "no_python_file": "没有找到计算用的 Python：请运行“亩均评价-安装.exe”"
    "（或离线包里的“安装.cmd”，或 permu-xl excel install），再关闭并重新打开 Excel。",
    "no_library": "接口文件 {path} 没有装入，Windows 说：{reason}。" + _CHECK,
    "not_started": "Python 没有启动（{path}），Windows 说：{reason}。" + _CHECK,
    "ended_at_once": "Python 启动后马上退出（{path}），多半是安装不完整或被安全软件拦截。" + _CHECK,
    "too_many_rows": "区域超过20万行，请只选有数据的行（工作表下方有格式的空白行也算）。",
}
"""What VBA says, by the names that it asks for."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button of the ribbon; ``command`` is its tag, ``image`` one of Office's own pictures."""

    command: str
    label: str
    tip: str
    image: str
    large: bool = False


RIBBON_TAB = "亩均评价"
RIBBON: dict[str, tuple[Button, ...]] = {
    "计算": (
        Button(
            "recalculate", "整区重算", "核查数据并评价全区，把结果写入各结果表。",
            "CalculateNow", True,
        ),
        Button(
            "check", "数据核查", "只核查数据，把问题写入“数据核查”，不改结果。",
            "DataValidation", True,
        ),
        Button(
            "export", "导出定稿", "另存一份只有数值、不含宏和 PERMU_ 公式的 .xlsx，"
            "用于上报，也可用 WPS 打开。",
            "FileSaveAs", True,
        ),
    ),
    "反馈和上报": (
        Button(
            "notices", "一企一单…", "给每户企业出一份数据确认单（Word），放在旁边的文件夹里。",
            "FilePrint", True,
        ),
        Button(
            "publish", "公示与上报表…", "另存新工作簿：公示、上报表、分类名单。",
            "ExportExcel", True,
        ),
        Button(
            "publish_data", "数据公示…", "评价以前公示用地等数据，供企业核对，没有得分和分类。",
            "TableInsert",
        ),
        Button(
            "register", "登记异议…", "把企业退回的确认单读进“异议台账”，另存一份，打开的这份不改。",
            "ReviewNewComment",
        ),
        Button(
            "sensitivity", "敏感性…", "文件没有写明的地方换一种口径，看哪些企业的分类会变。",
            "WhatIfAnalysisMenu",
        ),
        Button(
            "compare", "与另一份比较…", "与更正以前的工作簿对照：数据、基准、得分、分类变了什么，"
            "为什么。",
            "ReviewCompareMajorVersion",
        ),
        Button(
            "verify", "核对结果", "由输入重算，核对结果、输入和运行记录是否一致，什么也不写。",
            "AcceptInvitation",
        ),
        Button(
            "import", "导入部门表…", "另存一份导入了部门表格的工作簿，打开的这份不改。",
            "ImportExcel",
        ),
    ),
    "公式": (
        Button(
            "repair", "修复公式", "重新录入显示 #NAME? 的 PERMU_ 公式，别的一概不动。",
            "RecurrenceEdit",
        ),
        Button("last_error", "查看最近错误", "显示最近一次公式出错的原因。", "TraceError"),
        Button("help", "帮助", "版本、用法和出问题时先做什么。", "Help"),
    ),
}  # fmt: skip


def help_rows(functions: Iterable[Function]) -> list[list[str | int]]:
    """Return the rows of the help sheet: name, category, help, how many arguments, their help."""
    return [
        [
            function.name,
            function.category,
            function.help,
            len(function.arguments),
            *(argument.help for argument in function.arguments),
        ]
        for function in functions
    ]


def ribbon(*, addin: bool) -> str:
    """Return the customUI part: one tab; that of a workbook gives way to the add-in's."""
    visible = "" if addin else ' getVisible="PermuOnVisible"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<customUI xmlns="http://schemas.microsoft.com/office/2006/01/customui"><ribbon><tabs>',
        f'<tab id="permu_tab" label={quoteattr(RIBBON_TAB)}{visible}>',
    ]
    for number, (label, buttons) in enumerate(RIBBON.items(), 1):
        lines.append(f'<group id="permu_group_{number}" label={quoteattr(label)}>')
        lines += [
            f'<button id="permu_{b.command}" tag="{b.command}" label={quoteattr(b.label)} '
            f"supertip={quoteattr(b.tip)} imageMso={quoteattr(b.image)} "
            f'size="{"large" if b.large else "normal"}" onAction="PermuOnAction"/>'
            for b in buttons
        ]
        lines.append("</group>")
    lines.append("</tab></tabs></ribbon></customUI>")
    return "\n".join(lines) + "\n"


def intellisense(functions: Iterable[Function]) -> str:
    """Return the help shown while typing, for Excel-DNA's IntelliSense add-in."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<IntelliSense xmlns="http://schemas.excel-dna.net/intellisense/1.0"><FunctionInfo>',
    ]
    for function in functions:
        head = f"<Function Name={quoteattr(function.name)} Description={quoteattr(function.help)}>"
        lines.append(head)
        for argument in function.arguments:
            name = f"[{argument.title}]" if argument.optional else argument.title
            lines.append(
                f"<Argument Name={quoteattr(name)} Description={quoteattr(argument.help)}/>"
            )
        lines.append("</Function>")
    lines.append("</FunctionInfo></IntelliSense>")
    return "\n".join(lines) + "\n"
