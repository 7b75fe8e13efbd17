"""The commands of Calc's menu 亩均评价 on the open workbook.

They use the same reader, rules and result tables as the command line and as Excel's ribbon.  What
they write is one step of 撤销; whatever happens, the user is told in one sentence.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from permu_xl import __version__, tasks
from permu_xl.errors import FileAccessError, PermuError, UsageError
from permu_xl.findings import Level
from permu_xl.functions import last_error
from permu_xl.hosts.calc import texts
from permu_xl.hosts.calc.charts import extend_charts
from permu_xl.hosts.calc.desk import Desk
from permu_xl.hosts.calc.document import read_open_document, undisturbed
from permu_xl.hosts.calc.settling import settle
from permu_xl.hosts.calc.writeback import write_blocks
from permu_xl.workbook import STEPS, Outcome, assess, content, finalise, layout

__all__ = ["COMMANDS", "run_command"]

Commands = Mapping[str, Callable[[Desk], str]]

_running: set[str] = set()
"""The command that is being carried out: while it runs, the user can still click."""


def run_command(
    context: Any, frame: Any, name: str, options: Mapping[str, Any]
) -> tuple[str, bool]:
    """Carry out a command of the menu; return what the user is told, and whether it was done.

    ``options`` are the arguments of the dispatch, see ``Desk``.
    """
    desk = Desk(context, frame, options)
    text, done = _carried_out(desk, name, {**COMMANDS, **tasks.COMMANDS})
    if text:
        desk.tell(text, trouble=not done)
    if trouble := desk.show_made():
        desk.tell(trouble, trouble=True)
    return text, done


def _carried_out(desk: Desk, name: str, commands: Commands) -> tuple[str, bool]:
    if _running:
        return "前一个命令还没有做完，请等它结束再点。", False
    _running.add(name)
    try:
        return commands[name](desk), True
    except PermuError as error:
        return tasks.failed(error), False
    except Exception as error:
        return tasks.unexpected(error), False
    finally:
        _running.clear()


def _writable(desk: Desk) -> Any:
    document = desk.opened
    if document.isReadonly():
        raise UsageError(
            f"工作簿“{document.Title}”是只读的，写不进结果；请点“编辑→编辑模式”，或者另存一份再试。"
        )
    return document


def _assessed(document: Any, step: Callable[[str], None]) -> Outcome:
    step(STEPS[0])
    # What the inputs' own formulas say now, also where the user calculates by hand.
    document.calculate()
    return assess(read_open_document(document), step)


def recalculate(desk: Desk) -> str:
    """Check, evaluate and write all results; with errors only 数据核查."""
    document = _writable(desk)
    with desk.progress(len(STEPS)) as step:
        outcome = _assessed(document, step)
        step(STEPS[3])
        blocks, points = content(outcome)
        recorded = not document.isProtected() or document.Sheets.hasByName(layout.RUNS)
        if not recorded:
            blocks.pop(layout.RUNS, None)
        with undisturbed(document):
            write_blocks(document, blocks, _title("recalculate"))
        settle(document, blocks)
        followed = points is None or extend_charts(
            document, outcome.book.sheets[layout.SUMMARY], points
        )
    _show_findings(document, outcome)
    return tasks.recalculated(outcome, charts_followed=followed, recorded=recorded)


def check(desk: Desk) -> str:
    """Check the figures and write 数据核查 only."""
    document = _writable(desk)
    with desk.progress(len(STEPS)) as step:
        outcome = _assessed(document, step)
        step(STEPS[3])
        blocks, _ = content(outcome)
        name = outcome.book.sheets.get(layout.FINDINGS, "")
        with undisturbed(document):
            findings = {name: blocks[name]} if name in blocks else {}
            write_blocks(document, findings, _title("check"))
    _show_findings(document, outcome)
    return tasks.checked(outcome)


def _title(command: str) -> str:
    return f"{tasks.TITLE}：{texts.MENU[command].title}"


def _show_findings(document: Any, outcome: Outcome) -> None:
    if outcome.count(Level.ERROR) and layout.FINDINGS in outcome.book.sheets:
        sheet = document.Sheets.getByName(outcome.book.sheets[layout.FINDINGS])
        document.CurrentController.setActiveSheet(sheet)


def export(desk: Desk) -> str:
    """Save a copy with values only, without macros; "" where the user chose no file."""
    source = desk.path
    target = desk.target() or _chosen(desk, source)
    if target is None:
        return ""
    tasks.named_file(target, source, "定稿")
    with desk.progress(1) as step:
        step(texts.MENU["export"].title)
        _export(desk, target)
    return tasks.exported(target)


def _chosen(desk: Desk, source: Path | None) -> Path | None:
    if not desk.silent:
        suggested = tasks.free_name(source).name if source else f"{desk.opened.Title}-定稿.xlsx"
        return desk.choose_file(source.parent if source else None, suggested)
    if source is None:
        raise tasks.not_saved("导出")
    return tasks.free_name(source)


def _export(desk: Desk, target: Path) -> None:
    try:
        # Beside the target: figures of firms do not go where others may read them.
        with tempfile.TemporaryDirectory(prefix="permu-xl-", dir=target.parent) as scratch:
            copy = Path(scratch) / "copy.xlsx"
            desk.store(copy)
            finalise(copy, target)
    except OSError as error:
        raise FileAccessError(f"{target.parent} 写不进去，请换一个文件夹再导出。") from error


def show_last_error(desk: Desk) -> str:
    """Tell why the last formula failed."""
    del desk
    return last_error() or "没有出错的公式调用。"


def show_help(desk: Desk) -> str:
    """Tell version, steps and what to do first when something is wrong."""
    del desk
    return texts.HELP.format(version=__version__)


COMMANDS: Commands = {
    "recalculate": recalculate,
    "check": check,
    "export": export,
    "last_error": show_last_error,
    "help": show_help,
}
"""The commands by the last part of their addresses."""
