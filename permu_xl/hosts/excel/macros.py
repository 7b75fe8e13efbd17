"""The ribbon's commands on the open workbook; VBA calls ``run_command`` with a button's tag.

They use the same reader, rules and writer code as the command line.  Whatever happens, Excel gets
its calculation mode, screen and status bar back, and the user is told in one sentence.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from permu_xl import __version__
from permu_xl.book import layout, telling
from permu_xl.book.district import STEPS, Outcome, assess, content
from permu_xl.book.finalise import finalise
from permu_xl.engine.findings import Level
from permu_xl.errors import PermuError, UsageError
from permu_xl.functions import last_error
from permu_xl.hosts.excel.openbook import (
    add_hidden_sheet,
    book_path,
    quiet,
    read_open_book,
    retarget_charts,
    write_blocks,
)

__all__ = ["COMMANDS", "run_command"]


def run_command(name: str, book: Any = None) -> None:
    """Carry out a command on a workbook, by default the one that Excel's VBA has named."""
    book = _caller() if book is None else book
    try:
        text = COMMANDS[name](book)
    except PermuError as error:
        _tell(book, telling.failed(error), "critical")
    except Exception as error:
        _tell(book, telling.unexpected(error), "critical")
    else:
        _tell(book, text, "info")


def _caller() -> Any:
    import xlwings

    return xlwings.Book.caller()


def _tell(book: Any, text: str, mode: str) -> None:
    book.app.alert(text, title=telling.TITLE, mode=mode)


def _assessed(book: Any) -> Outcome:
    app = book.app
    # What the inputs' own formulas say now, also where the user calculates by hand.
    app.calculate()

    def progress(step: str) -> None:
        app.status_bar = telling.STATUS.format(step)

    progress(STEPS[0])
    return assess(read_open_book(book), progress)


def recalculate(book: Any) -> str:
    """Check, evaluate and write all results; with errors only 数据核查."""
    with quiet(book.app):
        outcome = _assessed(book)
        book.app.status_bar = telling.STATUS.format(STEPS[3])
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
    return telling.recalculated(outcome, charts_followed=followed, recorded=not lost)


def check(book: Any) -> str:
    """Check the figures and write 数据核查 only."""
    with quiet(book.app):
        outcome = _assessed(book)
        book.app.status_bar = telling.STATUS.format(STEPS[3])
        blocks, _ = content(outcome)
        name = outcome.book.sheets.get(layout.FINDINGS, "")
        write_blocks(book, {name: blocks[name]} if name in blocks else {})
    _show_findings(book, outcome)
    return telling.checked(outcome)


def _show_findings(book: Any, outcome: Outcome) -> None:
    if outcome.count(Level.ERROR) and layout.FINDINGS in outcome.book.sheets:
        book.sheets[outcome.book.sheets[layout.FINDINGS]].activate()


def export(book: Any) -> str:
    """Save a copy beside the workbook with values only, without macros; never over another file."""
    source = book_path(book)
    if not source.is_absolute() or not source.parent.is_dir():
        raise UsageError("工作簿还没有存到本机的文件夹，请先另存到本机再导出。")
    if source.suffix.lower() not in (".xlsx", ".xlsm"):
        raise UsageError("只能导出 .xlsx 和 .xlsm 工作簿，请先另存为其中一种。")
    book.app.calculate()
    book.app.status_bar = telling.STATUS.format("导出定稿")
    try:
        with tempfile.TemporaryDirectory(prefix="permu-xl-", dir=source.parent) as scratch:
            copy = Path(scratch) / source.name
            book.api.SaveCopyAs(str(copy))
            target = telling.free_name(source)
            finalise(copy, target)
    finally:
        book.app.status_bar = False
    return telling.exported(target)


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
