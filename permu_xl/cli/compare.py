"""The command ``permu-xl compare``.  Heavy modules are imported when needed."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from permu_xl.cli.options import DATA_ERRORS, DONE, add_command, existing_book, with_ending
from permu_xl.errors import UsageError

if TYPE_CHECKING:
    from rich.table import Table

    from permu_xl.reports.comparison import Comparison

__all__ = ["add_compare_command"]

SHOWN = 30


def add_compare_command(commands: Any) -> None:
    """Add ``compare`` to a parser's commands."""
    text = "对照两份工作簿：哪些数据改了，基准、得分、排名、分类怎样变，为什么变"
    made = add_command(commands, "compare", _compare, text)
    made.add_argument("old", metavar="OLD", type=Path, help="原工作簿")
    made.add_argument("new", metavar="NEW", type=Path, help="新工作簿")
    made.add_argument(
        "-o", dest="out", metavar="OUT", type=Path,
        help="对照结果（.xlsx），默认在新工作簿旁边加“-变动”",
    )  # fmt: skip


def _compare(options: argparse.Namespace) -> int:
    from permu_xl.cli import screen
    from permu_xl.reports.comparison import STEPS, compare_books, write_comparison
    from permu_xl.xlsx.files import claimed

    old, new = existing_book(options.old), existing_book(options.new)
    out = with_ending(options.out or new.with_name(f"{new.stem}-变动.xlsx"), ".xlsx")
    if out.exists() and any(out.samefile(path) for path in (old, new)):
        raise UsageError(f"{out} 是要对照的工作簿自己，请用 -o 换个文件名")
    with claimed(out), screen.progress(len(STEPS)) as step:
        found = compare_books(old, new, step)
        step(STEPS[-1])
        write_comparison(found, out)
    return _show(found, out)


def _show(c: Comparison, out: Path) -> int:
    """Print what differs; return 1 when a workbook has errors, so that results are unknown."""
    from permu_xl.cli import screen
    from permu_xl.findings import Level
    from permu_xl.text import printable

    console = screen.results_console()
    console.print(f"原：{c.old.book.path}　新：{c.new.book.path}")
    for premise in c.premises:
        console.print(f"注意：{premise}", style="yellow")
    console.print(_change_table(c))
    if not c.evaluated:
        for outcome in (c.old, c.new):
            if outcome.evaluation is None:
                console.print(f"{outcome.book.path.name} 有错误，不能评价：")
                screen.show_findings(outcome.findings, console, [Level.ERROR], written=False)
        console.print(f"只对照了输入的数据，已写入 {out}；改正错误后再对照结果。")
        return DATA_ERRORS
    moved = [change for change in c.baselines if change.moved]
    for change in moved:
        console.print(printable(change.told))
    console.print(
        f"基准值变动{len(moved)}项；得分、排名或分类有变动的{len(c.firms)}户，"
        f"其中分类变动{len(c.classes)}户。"
    )
    if c.classes:
        console.print(_class_table(c))
        if len(c.classes) > SHOWN:
            console.print(f"……另有{len(c.classes) - SHOWN}户，见“分类变动”表。")
    console.print(f"已写入 {out}")
    return DONE


def _change_table(c: Comparison) -> Table:
    from collections import Counter

    from rich.table import Table

    from permu_xl.text import printable

    table = Table(title="数据变动")
    for header in ("工作表", "变动", "项目", "处数"):
        table.add_column(header, justify="right" if header == "处数" else "left", overflow="fold")
    counted = Counter((change.sheet, change.kind, change.item) for change in c.changes)
    for (sheet, kind, item), times in counted.items():
        table.add_row(sheet, kind, printable(item), str(times))
    if not counted:
        table.add_row("—", "没有变动", "—", "0")
    return table


def _class_table(c: Comparison) -> Table:
    from rich.table import Table

    from permu_xl.reports.comparison import class_shown
    from permu_xl.text import printable

    table = Table(title="分类变动")
    for header in ("企业", "原分类", "新分类", "原因"):
        table.add_column(header, overflow="fold")
    for change in c.classes[:SHOWN]:
        firm = change.firm
        before, after = class_shown(firm.old), class_shown(firm.new)
        if before == after:
            before, after = (
                f"{shown}（初步{class_shown(standing, proposed=True)}）"
                for shown, standing in ((before, firm.old), (after, firm.new))
            )
        row = (firm.name or firm.code, before, after, change.cause.text)
        table.add_row(*map(printable, row))
    return table
