"""What the ribbon's VBA calls: ``begin`` with the tag of a button, ``go_on`` until it is ``done``.

Excel is free in between.  Whatever happens, the user is told in one sentence.  What only tells
something needs none of the libraries for workbooks: they may be what is broken.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from permu_xl import __version__
from permu_xl.errors import PermuError
from permu_xl.functions import last_error
from permu_xl.hosts.excel.background import FIRST_SECONDS, LATER_SECONDS, Background
from permu_xl.hosts.excel.udfs import exposed

if TYPE_CHECKING:
    from permu_xl.hosts.excel.desk import Desk

__all__ = ["TELLING", "begin", "give_up", "go_on", "run_command"]

Command = Callable[["Desk"], str]

_running: Background | None = None


@exposed()
def begin(name: str, book: Any = None) -> list[str]:
    """Begin a command on a workbook, by default the one that VBA has named; see ``go_on``."""
    global _running
    if _running is not None and _running.orphaned:
        give_up()
    if _running is not None:
        return ["warn", "有一个命令还没有做完，请等它结束。"]
    if name in TELLING:
        text = TELLING[name]()
        _running = Background(lambda background: background.tell(text, "info"))
    else:
        book = _caller() if book is None else book
        _running = Background(lambda background: _carried_out(name, book, background))
    return go_on("", FIRST_SECONDS)


@exposed()
def go_on(answer: str | None, seconds: float = LATER_SECONDS) -> list[str]:
    """Return what VBA is to do next, as a kind and texts; ``answer`` is the user's to the last.

    The kinds: ``wait`` (show the status, call again in a second), ``more`` (call again at once),
    ``tell`` and ``warn`` (a message), ``ask`` (yes, no or cancel), ``file``, ``files`` and
    ``folder`` (pick: title, first folder, endings), ``open`` (a workbook), ``done``.
    """
    global _running
    if _running is None:
        return ["done", ""]
    asked = _running.go_on(answer or "", seconds)
    if asked[0] == "done":
        _running = None
    return asked


@exposed()
def give_up(nothing: str | None = None) -> list[str]:
    """Drop the command that runs; what it has made so far is removed by its thread."""
    global _running
    del nothing
    if _running is not None:
        _running.give_up()
    _running = None
    return ["done", ""]


def run_command(name: str) -> None:
    """Tell the user of a workbook from an earlier template that its buttons no longer work."""
    del name
    _caller().app.alert(
        "这个工作簿是旧版模板做的，它自带的按钮已经停用：请安装新版加载项，用加载项的“亩均评价”选项卡；"
        "或者把四张输入表贴进新版模板。",
        title="亩均评价",
        mode="critical",
    )


def _caller() -> Any:
    import xlwings

    return xlwings.Book.caller()


def _carried_out(name: str, book: Any, background: Background) -> None:
    from permu_xl import tasks

    try:
        desk, command = _command(name, book, background)
        text = command(desk)
    except PermuError as error:
        background.tell(tasks.failed(error), "critical")
    except Exception as error:
        background.tell(tasks.unexpected(error), "critical")
    else:
        if text:
            background.tell(text, "info")
        if trouble := desk.show_made():
            background.tell(trouble, "critical")


def _command(name: str, book: Any, background: Background) -> tuple[Desk, Command]:
    from permu_xl import tasks
    from permu_xl.hosts.excel import commands
    from permu_xl.hosts.excel.desk import Desk

    command = commands.COMMANDS.get(name) or tasks.COMMANDS[name]
    return Desk(book, background), command


def _last_error() -> str:
    return last_error() or "没有出错的公式调用。"


def _help() -> str:
    return (
        f"permu_xl {__version__}\n"
        "一、填好“参数”“原始数据”“上年数据”，点“整区重算”。\n"
        "二、按“数据核查”改正错误后再点一次；“核验”全部为TRUE才可交付。\n"
        "三、上报或交给没有加载项的人：点“导出定稿”。\n"
        "四、“一企一单”到“导入部门表”都另存新文件，打开的工作簿不改；没存盘的改动也算在内。\n"
        "公式显示 #NAME?：点“修复公式”；显示 #VALUE!：点“查看最近错误”。\n"
        "仍有问题：在开始菜单“亩均评价”里点“检查”，或在命令行运行 permu-xl excel doctor。"
    )


TELLING: dict[str, Callable[[], str]] = {"last_error": _last_error, "help": _help}
"""What only tells something, by the tags of the buttons; 修复公式 is VBA's own."""
