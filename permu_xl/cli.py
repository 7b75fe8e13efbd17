"""The command line ``permu-xl``: parse, call, print.  Heavy modules are imported when needed."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from permu_xl.commandline import (
    DONE,
    FILE_TROUBLE,
    WRONG_CALL,
    add_command,
    add_target_options,
    existing_book,
    keeps_backup,
    target,
    unused_file,
    with_ending,
)
from permu_xl.errors import PermuError, SchemeError, UsageError
from permu_xl.hosts.calc.commands import add_commands as add_calc_commands
from permu_xl.hosts.excel.commands import add_commands as add_excel_commands
from permu_xl.intake.commands import add_import_command
from permu_xl.reports.commands import add_commands as add_report_commands
from permu_xl.reports.compare_commands import add_compare_command
from permu_xl.reports.notice_command import add_notices_command
from permu_xl.reports.sensitivity_commands import add_sensitivity_command
from permu_xl.reports.verify_command import add_verify_command
from permu_xl.scheme_commands import add_commands as add_scheme_commands

if TYPE_CHECKING:
    from permu_xl.engine.scheme import Scheme

__all__ = ["main"]

BOOK_ENDINGS = (".xlsx", ".xlsm")

_ARGPARSE_TEXTS = {
    "the following arguments are required: ": "缺少参数：",
    "unrecognized arguments: ": "不认识的参数：",
    "expected one argument": "后面要跟一个值",
    "invalid choice: ": "没有这个选择：",
    "choose from": "可选",
    "not allowed with argument": "不能同时使用",
    "invalid int value: ": "不是整数：",
    "invalid float value: ": "不是数：",
    "argument ": "参数 ",
}


class _Help(argparse.HelpFormatter):
    """The usual help, headed in Chinese."""

    def add_usage(
        self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None
    ) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class _Parser(argparse.ArgumentParser):
    """An argument parser that speaks Chinese and exits with 2."""

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=_Help, add_help=False, **options)
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示用法")
        self.add_argument(
            "--debug",
            action="store_true",
            default=argparse.SUPPRESS,
            help="出错时显示程序内部的详细信息",
        )

    def error(self, message: str) -> NoReturn:
        for english, chinese in _ARGPARSE_TEXTS.items():
            message = message.replace(english, chinese)
        self.exit(WRONG_CALL, f"命令写法不对：{message}\n用 {self.prog} -h 查看用法。\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status (0 done, 1 data, 2 call, 3 files)."""
    # numpy's library for matrices, which nothing here needs, would start a thread for each core.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    options = _parser().parse_args(arguments)
    debug = getattr(options, "debug", False)
    try:
        status = int(options.command(options))
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Whoever reads, such as ``head``, wants no more; the rest must not be told again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except PermuError as error:
        if debug:
            raise
        from permu_xl.engine.findings import printable

        # A breach of a scheme stands on a line of its own; nothing else has more than one.
        lines = str(error).split("\n") if isinstance(error, SchemeError) else [str(error)]
        print("\n".join(map(printable, lines)), file=sys.stderr)
        return WRONG_CALL if isinstance(error, (UsageError, SchemeError)) else FILE_TROUBLE
    except KeyboardInterrupt:
        print("已中断，原来的文件没有改动。", file=sys.stderr)
        return FILE_TROUBLE
    except Exception as error:
        if debug:
            raise
        print(
            f"程序遇到没有料到的问题（{type(error).__name__}），原来的文件没有改动；"
            "请在命令后加 --debug 重试，把显示的内容交给维护人员。",
            file=sys.stderr,
        )
        return FILE_TROUBLE


def _parser() -> argparse.ArgumentParser:
    from permu_xl import __version__

    parser = _Parser(
        prog="permu-xl", description="工业企业“亩均论英雄”综合评价：模板、核查、评分、分类。"
    )
    parser.add_argument(
        "--version", action="version", version=f"permu-xl {__version__}",
        help="显示版本",
    )  # fmt: skip
    commands = parser.add_subparsers(title="命令", metavar="命令", required=True)

    command = partial(add_command, commands)
    template = command("template", _template, "生成空白的评价工作簿")
    template.add_argument("out", metavar="OUT", type=Path, help="要生成的 .xlsx 文件")
    template.add_argument(
        "--rows", metavar="N", type=int, default=500, help="预留的企业行数，默认500"
    )
    template.add_argument("--district", metavar="名称", default="", help="地区名称")
    template.add_argument("--year", metavar="年份", type=int, help="评价年度")
    template.add_argument("--scheme", metavar="ID", help="方案编号或方案文件（.toml）")
    template.add_argument(
        "--force", action="store_true", help="文件已存在时覆盖，旧的留作备份（名字加 .bak）"
    )
    template.add_argument(
        "--live", action="store_true",
        help="结果表用 PERMU_ 实时公式（Calc 或 Excel 要装加载项），只覆盖预留的行",
    )  # fmt: skip

    run = command("run", _run, "核查并评价一个区的工作簿，写出结果")
    run.add_argument("book", metavar="BOOK", type=Path, help="填好的工作簿")
    add_target_options(
        run,
        out="结果文件，默认在旁边加“-结果”",
        in_place="直接写回原工作簿，并把运行前的留作备份（名字加 .bak）",
    )
    run.add_argument("--no-names", action="store_true", help="运行记录里不记操作人的用户名")

    check = command("check", _check, "只核查数据，不改文件")
    check.add_argument("book", metavar="BOOK", type=Path, help="填好的工作簿")

    explain = command("explain", _explain, "逐项说明一户企业的得分和分类")
    explain.add_argument("book", metavar="BOOK", type=Path, help="填好的工作簿")
    explain.add_argument("firm", metavar="企业", help="统一社会信用代码或企业名称")

    demo = command("demo", _demo, "用虚构的示例区走一遍：生成、评价、显示结果")
    demo.add_argument(
        "folder", metavar="DIR", type=Path, nargs="?", default=Path("permu-demo"),
        help="放示例文件的文件夹，默认 permu-demo",
    )  # fmt: skip
    demo.add_argument(
        "--whole-year", action="store_true",
        help="走完全年：导入、核查、评价、确认单、更正、敏感性、公示、全市汇总、写回、核对",
    )  # fmt: skip
    add_import_command(commands)
    add_report_commands(commands)
    add_verify_command(commands)
    add_compare_command(commands)
    add_sensitivity_command(commands)
    add_notices_command(commands)
    add_scheme_commands(commands)
    add_excel_commands(commands)
    add_calc_commands(commands)
    return parser


def _template(options: argparse.Namespace) -> int:
    from permu_xl.book import layout
    from permu_xl.book.template import build_template, save_workbook

    out: Path = options.out
    with_ending(out, ".xlsx")
    most = layout.LAST_ROW - layout.FIRST_ROW + 1
    if not 1 <= options.rows <= most:
        raise UsageError(f"--rows 应在1到{most}之间；企业更多时不必预留，直接填写即可")
    if options.year is not None and not 1990 <= options.year <= 2199:
        raise UsageError("--year 应是四位数的年份，如2022")
    unused_file(out, ".xlsx", force=options.force, kept="填好的数据")
    scheme = _chosen_scheme(options.scheme)
    wanted = options.scheme or ""
    own = Path(wanted) if wanted.lower().endswith(".toml") else None
    if options.live:
        from permu_xl.book.live import live_template

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


def _chosen_scheme(wanted: str | None) -> Scheme:
    from permu_xl.schemes import DEFAULT, load, load_file

    if wanted is None:
        return load(DEFAULT)
    return load_file(Path(wanted)) if wanted.lower().endswith(".toml") else load(wanted)


def _run(options: argparse.Namespace) -> int:
    from permu_xl import screen
    from permu_xl.book.atomic import backup_path
    from permu_xl.book.audit import stamp
    from permu_xl.book.district import STEPS, run

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
    status = screen.show_run(outcome, out)
    if backup and outcome.can_be_written:
        print(f"运行前的工作簿备份在 {backup_path(book)}")
    return status


def _check(options: argparse.Namespace) -> int:
    from permu_xl import screen
    from permu_xl.book.district import STEPS, assess
    from permu_xl.book.reader import read_book

    book = existing_book(options.book)
    with screen.progress(len(STEPS) - 1) as step:
        step(STEPS[0])
        outcome = assess(read_book(book), step)
    return screen.show_check(outcome)


def _explain(options: argparse.Namespace) -> int:
    from permu_xl import screen
    from permu_xl.book.district import assess
    from permu_xl.book.reader import read_book
    from permu_xl.engine.explain import explain, find_firm
    from permu_xl.engine.findings import printable

    outcome = assess(read_book(existing_book(options.book)))
    if outcome.evaluation is None:
        return screen.show_check(outcome)
    firm = find_firm(outcome.evaluation.roster, options.firm)
    for line in explain(outcome.evaluation, firm):
        print(printable(line))
    return DONE


def _demo(options: argparse.Namespace) -> int:
    from permu_xl import screen
    from permu_xl.book.atomic import make_folder
    from permu_xl.book.district import STEPS, run
    from permu_xl.book.example import build_example
    from permu_xl.book.template import save_workbook

    folder: Path = options.folder
    if options.whole_year:
        from permu_xl.whole_year import play

        return play(folder, main)
    make_folder(folder)
    book = folder / "示例区.xlsx"
    target = folder / "示例区-结果.xlsx"
    with screen.progress(len(STEPS) + 1) as step:
        step("生成虚构的示例区")
        save_workbook(build_example(), book)
        outcome = run(book, target, step)
    print(f"示例区的企业和数据全部是虚构的。填好的工作簿：{book}")
    return screen.show_run(outcome, target)


if __name__ == "__main__":
    sys.exit(main())
