"""The commands on one district's workbook: template, run, check, explain."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from permu_xl.cli.options import (
    DONE,
    existing_book,
    keeps_backup,
    target,
    unused_file,
    with_ending,
)
from permu_xl.errors import UsageError

if TYPE_CHECKING:
    from permu_xl.engine.model import Scheme


def template_command(options: argparse.Namespace) -> int:
    from permu_xl.workbook import layout
    from permu_xl.workbook.template import build_template, save_workbook

    out: Path = options.out
    with_ending(out, ".xlsx")
    most = layout.LAST_ROW - layout.FIRST_ROW + 1
    if not 1 <= options.rows <= most:
        raise UsageError(f"--rows 应在1到{most}之间；企业更多时不必预留，直接填写即可")
    if options.year is not None and not 1990 <= options.year <= 2199:
        raise UsageError("--year 应是四位数的年份，如2022")
    unused_file(out, ".xlsx", force=options.force, kept="填好的数据")
    scheme = chosen_scheme(options.scheme)
    wanted = options.scheme or ""
    own = Path(wanted) if wanted.lower().endswith(".toml") else None
    if options.live:
        from permu_xl.workbook.live import live_template

        if own is not None:
            raise UsageError("--live 只能用于自带的方案：公式按代号找方案，不读方案文件")
        book = live_template(scheme, options.rows, district=options.district, year=options.year)
    else:
        book = build_template(
            scheme,
            rows=options.rows,
            district=options.district,
            year=options.year,
            scheme_name="" if own is None else own.name,
        )
    save_workbook(book, out, backup=True)
    kind = "，实时公式" if options.live else ""
    print(f"已生成 {out}（方案：{scheme.title}，预留{options.rows}行{kind}）。")
    if own is not None and own.resolve().parent != out.resolve().parent:
        print(f"请把方案文件 {own.name} 复制到工作簿所在的文件夹，评价时要用。")
    return DONE


def chosen_scheme(wanted: str | None) -> Scheme:
    from permu_xl.schemes import DEFAULT, load, load_file

    if wanted is None:
        return load(DEFAULT)
    return load_file(Path(wanted)) if wanted.lower().endswith(".toml") else load(wanted)


def run_command(options: argparse.Namespace) -> int:
    from permu_xl.cli import screen
    from permu_xl.workbook import STEPS, run
    from permu_xl.workbook.record import stamp
    from permu_xl.xlsx.files import backup_path

    book = existing_book(options.book)
    out, backup = target(options, "-结果"), keeps_backup(options)
    with screen.progress(len(STEPS)) as step:
        outcome = run(
            book,
            out,
            step,
            backup=backup,
            ignore_office=options.ignore_lock,
            by=stamp(names=not options.no_names),
        )
    status = screen.show_run(outcome, out, firms=options.firms)
    if backup and outcome.can_be_written:
        print(f"运行前的工作簿备份在 {backup_path(book)}")
    return status


def check_command(options: argparse.Namespace) -> int:
    from permu_xl.cli import screen
    from permu_xl.workbook import STEPS, assess
    from permu_xl.workbook.reading import read_book

    book = existing_book(options.book)
    with screen.progress(len(STEPS) - 1) as step:
        step(STEPS[0])
        outcome = assess(read_book(book), step)
    return screen.show_check(outcome, firms=options.firms)


def explain_command(options: argparse.Namespace) -> int:
    from permu_xl.cli import screen
    from permu_xl.engine.explain import explain, find_firm
    from permu_xl.text import printable
    from permu_xl.workbook import assess
    from permu_xl.workbook.reading import read_book

    outcome = assess(read_book(existing_book(options.book)))
    if outcome.evaluation is None:
        return screen.show_check(outcome)
    firm = find_firm(outcome.evaluation.roster, options.firm)
    for line in explain(outcome.evaluation, firm):
        print(printable(line))
    return DONE
