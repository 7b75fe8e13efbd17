"""The command ``permu-xl sensitivity``.  Heavy modules are imported when needed."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from permu_xl.cli.options import (
    DONE,
    add_command,
    add_target_options,
    existing_book,
    keeps_backup,
    target,
)
from permu_xl.errors import UsageError

if TYPE_CHECKING:
    from rich.table import Table

    from permu_xl.reports.sensitivity import Sensitivity

__all__ = ["add_sensitivity_command"]

SHOWN = 30
_MARGIN = 0.5
_HIGHEST_MARGIN = 100.0


def add_sensitivity_command(commands: Any) -> None:
    """Add ``sensitivity`` to a parser's commands."""
    text = "文件没有写明的地方换一种读法，看哪些企业的分类会变，哪些企业贴近分界线"
    made = add_command(commands, "sensitivity", _sensitivity, text)
    made.add_argument("book", metavar="BOOK", type=Path, help="填好的工作簿")
    add_target_options(
        made,
        out="带“敏感性”表的工作簿，默认在旁边加“-敏感性”",
        in_place="直接写进原工作簿，并把原来的留作备份（名字加 .bak）",
    )
    made.add_argument(
        "--margin", metavar="POINTS", type=float, default=_MARGIN,
        help=f"与分界线相差多少分以内算贴近，默认{_MARGIN:g}",
    )  # fmt: skip


def _sensitivity(options: argparse.Namespace) -> int:
    from permu_xl.cli import screen
    from permu_xl.reports.sensitivity import alternatives, sensitivity, write_sensitivity
    from permu_xl.workbook import STEPS, assess
    from permu_xl.workbook.reading import read_book
    from permu_xl.xlsx.files import backup_path, claimed, file_stamp

    book = existing_book(options.book)
    if not 0 <= options.margin <= _HIGHEST_MARGIN:
        raise UsageError(f"--margin 应在0到{_HIGHEST_MARGIN:g}之间")
    out, backup = target(options, "-敏感性"), keeps_backup(options)
    with claimed(out, ignore_office=options.ignore_lock):
        stamp = file_stamp(book)
        with screen.progress(len(STEPS) - 1) as step:
            step(STEPS[0])
            outcome = assess(read_book(book), step)
        if outcome.evaluation is None:
            return screen.show_check(outcome)
        with screen.progress(len(alternatives(outcome.evaluation)) + 1) as step:
            found = sensitivity(outcome.evaluation, options.margin, step)
            step(STEPS[-1])
            write_sensitivity(outcome.book, found, out, backup=backup, stamp=stamp)
    if backup:
        print(f"原来的工作簿备份在 {backup_path(book)}")
    return _show(found, out)


def _show(s: Sensitivity, out: Path) -> int:
    from permu_xl.cli import screen

    console = screen.results_console()
    console.print(_reading_table(s))
    quiet = [o for o in s.outcomes if not o.firms and not o.problem]
    console.print(f"另有{len(quiet)}种别的读法不影响任何企业的分类。")
    console.print(
        f"共{s.evaluation.roster.size}户企业，{len(s.depending)}户的分类取决于读法；"
        f"{len({n.firm for n in s.near})}户贴近分界线（{s.margin:g}分以内）。"
    )
    if s.near:
        console.print(_near_table(s))
        if len(s.near) > SHOWN:
            console.print(f"……另有{len(s.near) - SHOWN}处，见“敏感性”表。")
    console.print(f"逐户的结果在 {out} 的“敏感性”表，发布前请先定下有影响的读法。")
    return DONE


def _reading_table(s: Sensitivity) -> Table:
    from rich.table import Table

    from permu_xl.reports.sensitivity import moves_text

    table = Table(title="有影响的读法")
    for header in ("读法", "问题", "现在", "改为", "户数", "分类变动"):
        table.add_column(header, justify="right" if header == "户数" else "left", overflow="fold")
    for o in s.outcomes:
        if o.firms or o.problem:
            a = o.alternative
            table.add_row(
                a.reading, a.question, a.now, a.then, str(len(o.firms)), moves_text(o)
            )  # fmt: skip
    return table


def _near_table(s: Sensitivity) -> Table:
    from rich.table import Table

    from permu_xl.reports.sensitivity import near_text
    from permu_xl.text import printable, show_points

    table = Table(title="贴近分界线的企业")
    for header in ("企业", "分界线", "比较什么", "本企业", "相差", "说明"):
        numeric = header in ("本企业", "相差")
        table.add_column(header, justify="right" if numeric else "left", overflow="fold")
    roster = s.evaluation.roster
    for n in s.near[:SHOWN]:
        name = str(roster.names[n.firm] or roster.codes[n.firm])
        figures = show_points(n.value), show_points(n.distance)
        table.add_row(printable(name), n.cut, n.what, *figures, printable(near_text(n)))
    return table
