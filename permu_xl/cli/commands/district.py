"""The commands on one district's workbook: template, run, check, explain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.cli.command import argument, command, option
from permu_xl.cli.options import (
    DONE,
    PATH,
    WHOLE,
    Target,
    existing_book,
    print_lines,
    target_options,
    tell_open,
    unused_file,
    with_ending,
)
from permu_xl.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from permu_xl.engine.model import Scheme

__all__ = ["check", "explain", "run", "template"]

FIRM_BY_FIRM = option("--firms", is_flag=True, help="同一原因的问题逐户列出")
FILLED = argument("book", "工作簿", "填好的工作簿", type=PATH)


@command("template", "生成空白的评价工作簿")
@argument("out", "新工作簿", "要生成的 .xlsx 文件", type=PATH)
@option("--rows", metavar="行数", type=WHOLE, default=500, help="预留的企业行数，默认500")
@option("--district", metavar="名称", default="", help="地区名称")
@option("--year", metavar="年份", type=WHOLE, help="评价年度")
@option("--scheme", "wanted", metavar="方案", help="方案编号或方案文件（.toml）")
@option("--force", is_flag=True, help="文件已存在时覆盖，旧的留作备份（名字加 .bak）")
@option(
    "--live",
    is_flag=True,
    help="结果表用 PERMU_ 实时公式（Calc 或 Excel 要装加载项），只覆盖预留的行",
)
def template(
    out: Path,
    rows: int,
    district: str,
    year: int | None,
    wanted: str | None,
    force: bool,
    live: bool,
) -> int:
    """Make a blank workbook."""
    from pathlib import Path

    from permu_xl.workbook import layout
    from permu_xl.workbook.template import build_template, save_workbook
    from permu_xl.xlsx.files import kept_note

    with_ending(out, ".xlsx")
    most = layout.LAST_ROW - layout.FIRST_ROW + 1
    if not 1 <= rows <= most:
        raise UsageError(f"--rows 应在1到{most}之间；企业更多时不必预留，直接填写即可")
    if year is not None and not 1990 <= year <= 2199:
        raise UsageError("--year 应是四位数的年份，如2022")
    unused_file(out, ".xlsx", force=force, kept="填好的数据")
    scheme = _chosen_scheme(wanted)
    own = Path(wanted) if wanted is not None and wanted.lower().endswith(".toml") else None
    if live:
        from permu_xl.workbook.live import live_template

        if own is not None:
            raise UsageError("--live 只能用于自带的方案：公式按代号找方案，不读方案文件")
        book = live_template(scheme, rows, district=district, year=year)
    else:
        book = build_template(
            scheme,
            rows=rows,
            district=district,
            year=year,
            scheme_name="" if own is None else own.name,
        )
    kept = save_workbook(book, out, made=True)
    kind = "，实时公式" if live else ""
    if kept is not None:
        print(kept_note(out, kept))
    print(f"已生成 {out}（方案：{scheme.title}，预留{rows}行{kind}）。")
    if own is not None and own.resolve().parent != out.resolve().parent:
        print(f"请把方案文件 {own.name} 复制到工作簿所在的文件夹，评价时要用。")
    return DONE


def _chosen_scheme(wanted: str | None) -> Scheme:
    from pathlib import Path

    from permu_xl.schemes import DEFAULT, load, load_file

    if wanted is None:
        return load(DEFAULT)
    return load_file(Path(wanted)) if wanted.lower().endswith(".toml") else load(wanted)


@command("run", "核查并评价一个区的工作簿，写出结果")
@FILLED
@target_options(
    out="结果文件，默认在旁边加“-结果”",
    in_place="直接写回原工作簿，并把运行前的留作备份（名字加 .bak）",
)
@option("--no-names", is_flag=True, help="运行记录里不记操作人的用户名")
@FIRM_BY_FIRM
def run(book: Path, target: Target, no_names: bool, firms: bool) -> int:
    """Evaluate a workbook."""
    from permu_xl import workbook
    from permu_xl.cli import screen
    from permu_xl.workbook.record import stamp
    from permu_xl.xlsx.files import backup_path

    out = target.path(existing_book(book), "-结果")
    with screen.progress(len(workbook.STEPS)) as step:
        outcome = workbook.run(
            book,
            out,
            step,
            backup=target.backup,
            ignore_office=target.ignore_lock,
            force=target.force,
            by=stamp(names=not no_names),
        )
    kept = target.backup and outcome.can_be_written
    notes = [f"运行前的工作簿备份在 {backup_path(book)}"] if kept else []
    return screen.show_run(outcome, out, firms=firms, notes=notes)


@command("check", "只核查数据，不改文件")
@FILLED
@FIRM_BY_FIRM
def check(book: Path, firms: bool) -> int:
    """Check the inputs of a workbook."""
    from permu_xl.cli import screen
    from permu_xl.workbook import STEPS, assess
    from permu_xl.workbook.reading import read_book

    existing_book(book)
    with screen.progress(len(STEPS) - 1) as step:
        step(STEPS[0])
        outcome = assess(read_book(book), step)
    tell_open(book)
    return screen.show_check(outcome, firms=firms)


@command("explain", "逐项说明一户企业的得分和分类")
@FILLED
@argument("firm", "企业", "统一社会信用代码或企业名称")
def explain(book: Path, firm: str) -> int:
    """Explain the score and the class of a firm."""
    from permu_xl.cli import screen
    from permu_xl.engine import explain as told
    from permu_xl.reports.procedure import FirmStory, stories
    from permu_xl.reports.verification import outdated_note
    from permu_xl.text import printable
    from permu_xl.workbook import assess
    from permu_xl.workbook.reading import open_workbook

    opened = open_workbook(existing_book(book))
    outcome = assess(opened.book)
    tell_open(book)
    if outcome.evaluation is None:
        return screen.show_check(outcome)
    row = told.find_firm(outcome.evaluation.roster, firm)
    if note := outdated_note(opened, outcome):
        print(f"注意：{printable(note)}")
    story = stories(outcome.book, outcome.evaluation).get(row, FirmStory())
    lines = (*told.explain(outcome.evaluation, row), *story.lines())
    return print_lines(map(printable, lines))
