"""The commands ``permu-xl compare`` and ``permu-xl sensitivity``.

Heavy modules are imported when needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.cli.command import argument, command, option
from permu_xl.cli.options import (
    DATA_ERRORS,
    DONE,
    FORCED,
    NUMBER,
    PATH,
    Target,
    existing_book,
    print_lines,
    target_options,
    tell_open,
    with_ending,
)
from permu_xl.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from rich.table import Table

    from permu_xl.reports.comparison import Comparison
    from permu_xl.reports.sensitivity import Sensitivity

__all__ = ["compare", "sensitivity"]

SHOWN = 30
_MARGIN = 0.5
_HIGHEST_MARGIN = 100.0


@command("compare", "对照两份工作簿：哪些数据改了，基准、得分、排名、分类怎样变，为什么变")
@argument("old", "原工作簿", "原来的工作簿", type=PATH)
@argument("new", "新工作簿", "改过的工作簿", type=PATH)
@option(
    "-o",
    "out",
    metavar="对照结果",
    type=PATH,
    help="对照结果（.xlsx），默认在新工作簿旁边加“-变动”",
)
@option("--force", is_flag=True, help=FORCED)
def compare(old: Path, new: Path, out: Path | None, force: bool) -> int:
    """Compare two workbooks."""
    from permu_xl.cli import screen
    from permu_xl.reports.comparison import STEPS, compare_books, write_comparison
    from permu_xl.workbook import refuse_inputs
    from permu_xl.xlsx.files import claimed

    existing_book(old)
    existing_book(new)
    out = with_ending(out or new.with_name(f"{new.stem}-变动.xlsx"), ".xlsx")
    if out.exists() and any(out.samefile(path) for path in (old, new)):
        raise UsageError(f"{out} 是要对照的工作簿自己，请用 -o 换个文件名")
    told: list[str] = []
    with claimed(out), screen.progress(len(STEPS)) as step:
        refuse_inputs(out, None, force=force)
        found = compare_books(old, new, step)
        step(STEPS[-1])
        write_comparison(found, out, told.append)
    for book in (old, new):
        tell_open(book)
    print_lines(told)
    return _show_comparison(found, out)


def _show_comparison(c: Comparison, out: Path) -> int:
    """Print what differs; return 1 when a workbook has errors, so that results are unknown."""
    from permu_xl.cli import screen
    from permu_xl.findings import Level
    from permu_xl.text import printable

    console = screen.results_console()
    console.print(f"原：{c.old.book.path}　新：{c.new.book.path}")
    for premise in c.premises:
        console.print(f"注意：{premise}", style="yellow")
    console.print(_change_table(c))
    linked = sum(bool(change.objection) for change in c.changes)
    if linked:
        console.print(f"原始数据的变动有{linked}处对应“异议台账”的记录。")
    if c.without_objection:
        console.print(
            f"原始数据的变动有{c.without_objection}处在“异议台账”里没有记录，请核对来历。",
            style="yellow",
        )
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


@command("sensitivity", "文件没有写明的地方换一种口径，看哪些企业的分类会变，哪些企业贴近分界线")
@argument("book", "工作簿", "填好的工作簿", type=PATH)
@target_options(
    out="带“敏感性”表的工作簿，默认在旁边加“-敏感性”",
    in_place="直接写进原工作簿，并把原来的留作备份（名字加 .bak）",
)
@option(
    "--margin",
    metavar="分数",
    type=NUMBER,
    default=_MARGIN,
    help=f"与分界线相差多少分以内算贴近，默认{_MARGIN:g}",
)
def sensitivity(book: Path, target: Target, margin: float) -> int:
    """Evaluate a workbook under the other readings of the document."""
    from permu_xl.cli import screen
    from permu_xl.reports import sensitivity as report
    from permu_xl.workbook import STEPS, assess, refuse_inputs
    from permu_xl.workbook.reading import open_workbook
    from permu_xl.xlsx.files import backup_path, claimed

    existing_book(book)
    if not 0 <= margin <= _HIGHEST_MARGIN:
        raise UsageError(f"--margin 应在0到{_HIGHEST_MARGIN:g}之间")
    out = target.path(book, "-敏感性")
    told: list[str] = []
    with claimed(out, ignore_office=target.ignore_lock):
        with screen.progress(len(STEPS) - 1) as step:
            step(STEPS[0])
            opened = open_workbook(book)
            outcome = assess(opened.book, step)
        if outcome.evaluation is None:
            return screen.show_check(outcome)
        refuse_inputs(out, outcome.book, force=target.force)
        with screen.progress(len(report.alternatives(outcome.evaluation)) + 1) as step:
            found = report.sensitivity(outcome.evaluation, margin, step)
            step(STEPS[-1])
            report.write_sensitivity(opened, found, out, backup=target.backup, tell=told.append)
    if not target.in_place:
        tell_open(book)
    print_lines(told)
    if target.backup:
        print(f"原来的工作簿备份在 {backup_path(book)}")
    return _show_sensitivity(found, out)


def _show_sensitivity(s: Sensitivity, out: Path) -> int:
    from permu_xl.cli import screen

    console = screen.results_console()
    console.print(_reading_table(s))
    quiet = [o for o in s.outcomes if not o.firms and not o.problem]
    console.print(f"另有{len(quiet)}种别的口径不影响任何企业的分类。")
    console.print(
        f"共{s.evaluation.roster.size}户企业，{len(s.depending)}户的分类取决于口径；"
        f"{len({n.firm for n in s.near})}户贴近分界线（{s.margin:g}分以内）。"
    )
    if s.near:
        console.print(_near_table(s))
        if len(s.near) > SHOWN:
            console.print(f"……另有{len(s.near) - SHOWN}处，见“敏感性”表。")
    console.print(f"逐户的结果在 {out} 的“敏感性”表，发布前请先定下有影响的口径。")
    return DONE


def _reading_table(s: Sensitivity) -> Table:
    from rich.table import Table

    from permu_xl.reports.sensitivity import moves_text

    table = Table(title="有影响的口径")
    for header in ("口径", "问题", "现在", "改为", "户数", "分类变动"):
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
