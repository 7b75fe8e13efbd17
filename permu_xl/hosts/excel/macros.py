"""The ribbon's commands on the open workbook.

They use the same reader, rules and writer code as the command line.  Whatever happens, Excel gets
its calculation mode, screen and status bar back, and the user is told in one sentence.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from permu_xl import __version__, tasks
from permu_xl.errors import PermuError
from permu_xl.findings import Level
from permu_xl.functions import last_error
from permu_xl.hosts.excel.desk import Desk
from permu_xl.hosts.excel.document import (
    add_hidden_sheet,
    quiet,
    read_open_book,
    retarget_charts,
    write_blocks,
)
from permu_xl.workbook import STEPS, Outcome, assess, content, finalise, layout

__all__ = ["COMMANDS", "run_command"]


def run_command(name: str, book: Any = None) -> None:
    """Carry out a command on a workbook, by default the one that Excel's VBA has named."""
    book = _caller() if book is None else book
    desk = Desk(book)
    try:
        text = COMMANDS[name](book) if name in COMMANDS else tasks.COMMANDS[name](desk)
    except PermuError as error:
        desk.tell(tasks.failed(error), "critical")
    except Exception as error:
        desk.tell(tasks.unexpected(error), "critical")
    else:
        if text:
            desk.tell(text, "info")
        if trouble := desk.show_made():
            desk.tell(trouble, "critical")


def _caller() -> Any:
    import xlwings

    return xlwings.Book.caller()


def _assessed(book: Any) -> Outcome:
    app = book.app
    # What the inputs' own formulas say now, also where the user calculates by hand.
    app.calculate()

    def progress(step: str) -> None:
        app.status_bar = tasks.STATUS.format(step)

    progress(STEPS[0])
    return assess(read_open_book(book), progress)


def recalculate(book: Any) -> str:
    """Check, evaluate and write all results; with errors only 数据核查."""
    with quiet(book.app):
        outcome = _assessed(book)
        book.app.status_bar = tasks.STATUS.format(STEPS[3])
        blocks, points = content(outcome)
        absent = [name for name in blocks if name not in {sheet.name for sheet in book.sheets}]
        lost = [name for name in absent if not add_hidden_sheet(book, name)]
        for name in lost:
            del blocks[name]
        write_blocks(book, blocks)
        followed = points is None or retarget_charts(
            book, outcome.book.sheets[layout.SUMMARY], points
        )
    _show_findings(book, outcome)
    return tasks.recalculated(outcome, charts_followed=followed, recorded=not lost)


def check(book: Any) -> str:
    """Check the figures and write 数据核查 only."""
    with quiet(book.app):
        outcome = _assessed(book)
        book.app.status_bar = tasks.STATUS.format(STEPS[3])
        blocks, _ = content(outcome)
        name = outcome.book.sheets.get(layout.FINDINGS, "")
        write_blocks(book, {name: blocks[name]} if name in blocks else {})
    _show_findings(book, outcome)
    return tasks.checked(outcome)


def _show_findings(book: Any, outcome: Outcome) -> None:
    if outcome.count(Level.ERROR) and layout.FINDINGS in outcome.book.sheets:
        book.sheets[outcome.book.sheets[layout.FINDINGS]].activate()


def export(book: Any) -> str:
    """Save a copy beside the workbook with values only, without macros; never over another file."""
    desk = Desk(book)
    source = desk.path
    if source is None:
        raise tasks.not_saved("导出")
    name = f"{source.stem}{desk.copy_suffix}"
    with desk.progress(1) as step:
        step("导出定稿")
        with tempfile.TemporaryDirectory(prefix="permu-xl-", dir=source.parent) as scratch:
            copy = Path(scratch) / name
            desk.store(copy)
            target = tasks.free_name(source)
            finalise(copy, target)
    return tasks.exported(target)


def show_last_error(book: Any) -> str:
    """Tell why the last formula failed."""
    del book
    return last_error() or "没有出错的公式调用。"


def show_help(book: Any) -> str:
    """Tell version, steps and what to do first when something is wrong."""
    del book
    return (
        f"permu_xl {__version__}\n"
        "一、填好“参数”“原始数据”“上年数据”，点“整区重算”。\n"
        "二、按“数据核查”改正错误后再点一次；“核验”全部为TRUE才可交付。\n"
        "三、上报或交给没有加载项的人：点“导出定稿”。\n"
        "四、“一企一单”到“导入部门表”都另存新文件，打开的工作簿不改；没存盘的改动也算在内。\n"
        "公式显示 #NAME?：点“修复公式”；显示 #VALUE!：点“查看最近错误”。\n"
        "仍有问题：在命令行运行 permu-xl excel doctor。"
    )


COMMANDS: dict[str, Callable[[Any], str]] = {
    "recalculate": recalculate,
    "check": check,
    "export": export,
    "last_error": show_last_error,
    "help": show_help,
}
"""The commands by the tags of their buttons; 修复公式 is VBA's own and needs no Python."""
