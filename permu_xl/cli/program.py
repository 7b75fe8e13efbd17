"""The command line ``permu-xl``: parse, call, print.  Heavy modules are imported when needed."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from permu_xl.cli.calc import add_commands as add_calc_commands
from permu_xl.cli.city import add_commands as add_report_commands
from permu_xl.cli.compare import add_compare_command
from permu_xl.cli.excel import add_commands as add_excel_commands
from permu_xl.cli.imports import add_import_command
from permu_xl.cli.notices import add_notices_command
from permu_xl.cli.options import (
    DONE,
    FILE_TROUBLE,
    WRONG_CALL,
    add_command,
    add_target_options,
)
from permu_xl.cli.schemes import add_commands as add_scheme_commands
from permu_xl.cli.sensitivity import add_sensitivity_command
from permu_xl.cli.verify import add_verify_command
from permu_xl.errors import PermuError, SchemeError, UsageError

if TYPE_CHECKING:
    pass
from permu_xl.cli.district import check_command, explain_command, run_command, template_command
from permu_xl.cli.options import Parser

__all__ = ["main"]


BOOK_ENDINGS = (".xlsx", ".xlsm")


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
        from permu_xl.text import printable

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

    parser = Parser(
        prog="permu-xl", description="工业企业“亩均论英雄”综合评价：模板、核查、评分、分类。"
    )
    parser.add_argument(
        "--version", action="version", version=f"permu-xl {__version__}",
        help="显示版本",
    )  # fmt: skip
    commands = parser.add_subparsers(title="命令", metavar="命令", required=True)

    command = partial(add_command, commands)
    template = command("template", template_command, "生成空白的评价工作簿")
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

    run = command("run", run_command, "核查并评价一个区的工作簿，写出结果")
    run.add_argument("book", metavar="BOOK", type=Path, help="填好的工作簿")
    add_target_options(
        run,
        out="结果文件，默认在旁边加“-结果”",
        in_place="直接写回原工作簿，并把运行前的留作备份（名字加 .bak）",
    )
    run.add_argument("--no-names", action="store_true", help="运行记录里不记操作人的用户名")

    check = command("check", check_command, "只核查数据，不改文件")
    check.add_argument("book", metavar="BOOK", type=Path, help="填好的工作簿")
    for made in (run, check):
        made.add_argument("--firms", action="store_true", help="同一原因的问题逐户列出")

    explain = command("explain", explain_command, "逐项说明一户企业的得分和分类")
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


def _demo(options: argparse.Namespace) -> int:
    from permu_xl.cli import screen
    from permu_xl.workbook import STEPS, run
    from permu_xl.workbook.example import build_example
    from permu_xl.workbook.template import save_workbook
    from permu_xl.xlsx.files import make_folder

    folder: Path = options.folder
    if options.whole_year:
        from permu_xl.cli.demo import play

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
