"""The ribbon's commands on the open workbook.

They use the same reader, rules and writer code as the command line.  Whatever happens, Excel gets
its calculation mode, screen and status bar back, and the user is told in one sentence.

VBA calls ``begin`` with the tag of a button and ``go_on`` until it is told ``done``: Excel is free
in between.  What the user changes meanwhile is noticed before anything is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

from permu_xl import __version__, tasks
from permu_xl.errors import BookError, PermuError
from permu_xl.findings import Level
from permu_xl.functions import last_error
from permu_xl.hosts.excel.background import FIRST_SECONDS, LATER_SECONDS, Background
from permu_xl.hosts.excel.desk import Desk
from permu_xl.hosts.excel.document import add_hidden_sheet, quiet, retarget_charts, write_blocks
from permu_xl.hosts.excel.reading import OpenBook
from permu_xl.hosts.excel.udfs import exposed
from permu_xl.workbook import STEPS, Outcome, assess, content, finalise, layout
from permu_xl.xlsx.cells import Block

__all__ = ["COMMANDS", "begin", "give_up", "go_on"]

Command = Callable[[Desk], str]

_running: Background | None = None


@exposed()
def begin(name: str, book: Any = None) -> list[str]:
    """Begin a command on a workbook, by default the one that VBA has named; see ``go_on``."""
    global _running
    if _running is not None and _running.orphaned:
        give_up()
    if _running is not None:
        return ["warn", "有一个命令还没有做完，请等它结束。"]
    book = _caller() if book is None else book
    command = {**tasks.COMMANDS, **COMMANDS}[name]
    _running = Background(lambda background: _carried_out(command, Desk(book, background)))
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


def _caller() -> Any:
    import xlwings

    return xlwings.Book.caller()


def _carried_out(command: Command, desk: Desk) -> None:
    try:
        text = command(desk)
    except PermuError as error:
        desk.tell(tasks.failed(error), "critical")
    except Exception as error:
        desk.tell(tasks.unexpected(error), "critical")
    else:
        if text:
            desk.tell(text, "info")
        if trouble := desk.show_made():
            desk.tell(trouble, "critical")


def _assessed(desk: Desk) -> tuple[OpenBook, Outcome]:
    desk.show(STEPS[0])

    def read(book: Any) -> OpenBook:
        # What the inputs' own formulas say now, also where the user calculates by hand.
        book.app.calculate()
        return OpenBook.read(book)

    opened = desk.in_excel(read)
    return opened, assess(opened.book, desk.show)


def _write(desk: Desk, opened: OpenBook, work: Callable[[Callable[..., Any]], None]) -> None:
    """Do work on the workbook in slices, with Excel quiet, unless its inputs have changed.

    ``work`` is given what carries out a slice: a function and its arguments after the workbook.
    """

    def slice_of(function: Callable[..., Any], *arguments: Any) -> Any:
        return desk.in_excel(lambda book: function(book, *arguments))

    with desk.uninterrupted(), ExitStack() as stack:
        if not desk.in_excel(opened.is_current):
            raise BookError("计算期间工作簿里的数据有改动，没有写入，请再点一次。")
        restore = desk.in_excel(lambda book: _quieted(book.app))
        stack.callback(lambda: desk.in_excel(lambda book: restore.close()))
        desk.show(STEPS[3])
        work(slice_of)


def _quieted(app: Any) -> ExitStack:
    stack = ExitStack()
    stack.enter_context(quiet(app))
    return stack


def recalculate(desk: Desk) -> str:
    """Check, evaluate and write all results; with errors only 数据核查."""
    opened, outcome = _assessed(desk)
    blocks, points = content(outcome)
    lost: list[str] = []
    followed = True

    def work(in_slice: Callable[..., Any]) -> None:
        nonlocal followed
        there = in_slice(_sheet_names)
        lost.extend(n for n in blocks if n not in there and not in_slice(add_hidden_sheet, n))
        for name, written in blocks.items():
            if name not in lost:
                in_slice(write_blocks, {name: written})
        if points is not None:
            followed = in_slice(retarget_charts, outcome.book.sheets[layout.SUMMARY], points)

    _write(desk, opened, work)
    _show_findings(desk, outcome)
    return tasks.recalculated(outcome, charts_followed=followed, recorded=not lost)


def _sheet_names(book: Any) -> set[str]:
    return {sheet.name for sheet in book.sheets}


def check(desk: Desk) -> str:
    """Check the figures and write 数据核查 only."""
    opened, outcome = _assessed(desk)
    blocks, _ = content(outcome)
    name = outcome.book.sheets.get(layout.FINDINGS, "")
    found: Mapping[str, list[Block]] = {name: list(blocks[name])} if name in blocks else {}
    _write(desk, opened, lambda in_slice: in_slice(write_blocks, found))
    _show_findings(desk, outcome)
    return tasks.checked(outcome)


def _show_findings(desk: Desk, outcome: Outcome) -> None:
    if outcome.count(Level.ERROR) and layout.FINDINGS in outcome.book.sheets:
        name = outcome.book.sheets[layout.FINDINGS]
        desk.in_excel(lambda book: book.sheets[name].activate())


def export(desk: Desk) -> str:
    """Save a copy beside the workbook with values only, without macros; never over another file."""
    with tasks.shown(desk, "导出定稿") as copy:
        desk.show("导出定稿")
        target = tasks.new_file(desk, "定稿")
        finalise(copy, target)
    return tasks.exported(target)


def show_last_error(desk: Desk) -> str:
    """Tell why the last formula failed."""
    del desk
    return last_error() or "没有出错的公式调用。"


def show_help(desk: Desk) -> str:
    """Tell version, steps and what to do first when something is wrong."""
    del desk
    return (
        f"permu_xl {__version__}\n"
        "一、填好“参数”“原始数据”“上年数据”，点“整区重算”。\n"
        "二、按“数据核查”改正错误后再点一次；“核验”全部为TRUE才可交付。\n"
        "三、上报或交给没有加载项的人：点“导出定稿”。\n"
        "四、“一企一单”到“导入部门表”都另存新文件，打开的工作簿不改；没存盘的改动也算在内。\n"
        "公式显示 #NAME?：点“修复公式”；显示 #VALUE!：点“查看最近错误”。\n"
        "仍有问题：运行离线包里的“检查.cmd”，或在命令行运行 permu-xl excel doctor。"
    )


COMMANDS: dict[str, Command] = {
    "recalculate": recalculate,
    "check": check,
    "export": export,
    "last_error": show_last_error,
    "help": show_help,
}
"""The commands by the tags of their buttons; 修复公式 is VBA's own and needs no Python."""
