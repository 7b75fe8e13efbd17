"""整区重算, 数据核查 and 导出定稿 on the open workbook.

They use the same reader, rules and writer code as the command line.  What the user changes while
they calculate is noticed before anything is written.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from permu_xl import tasks
from permu_xl.errors import BookError
from permu_xl.findings import Level
from permu_xl.hosts.excel.document import add_hidden_sheet, quiet, retarget_charts, write_blocks
from permu_xl.hosts.excel.reading import OpenBook
from permu_xl.workbook import STEPS, Outcome, assess, content, finalise, layout

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from permu_xl.hosts.excel.desk import Desk
    from permu_xl.xlsx.cells import Block

__all__ = ["COMMANDS"]


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


COMMANDS: Mapping[str, Callable[[Desk], str]] = {
    "recalculate": recalculate,
    "check": check,
    "export": export,
}
"""The commands by the tags of their buttons."""
