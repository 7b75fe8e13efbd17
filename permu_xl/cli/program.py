"""The command line ``permu-xl``: call the command that is meant, and tell what went wrong."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from typing import TYPE_CHECKING

import click

from permu_xl import __version__
from permu_xl.cli.chinese import in_chinese
from permu_xl.cli.command import debugging, group
from permu_xl.cli.options import DONE, FILE_TROUBLE, WRONG_CALL
from permu_xl.errors import PermuError, SchemeError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main", "program"]

_OBJECTS = 100_000
"""How many new ones there must be before Python looks for garbage among them."""

# Everything goes at the end of the process: Python need not look for garbage first.
atexit.register(gc.freeze)

_HOMES = {
    "template": "district.template",
    "import": "imports.import_tables",
    "check": "district.check",
    "run": "district.run",
    "explain": "district.explain",
    "notices": "notices.notices",
    "register": "register.register",
    "compare": "analysis.compare",
    "sensitivity": "analysis.sensitivity",
    "publish": "city.publish",
    "city": "city.city",
    "verify": "verify.verify",
    "schemes": "schemes.schemes",
    "demo": "demo.demo",
    "desk": "desk.desk",
    "excel": "hosts.excel",
    "calc": "hosts.calc",
}


@group(
    "permu-xl",
    "工业企业“亩均论英雄”综合评价：模板、核查、评分、分类。",
    homes=_HOMES,
    files="opened.opened",
    epilog="只写文件也可以：permu-xl 某区.xlsx 先核查再问要不要评价，permu-xl *.csv 某区.xlsx 导入"
    "部门的表，permu-xl 各区评价完的工作簿 汇总全市。",
    invoke_without_command=True,
)
@click.version_option(
    __version__, prog_name="permu-xl", message="%(prog)s %(version)s", help="显示版本"
)
@click.pass_context
def program(context: click.Context) -> int:
    """Show what there is, where no command is called."""
    if context.invoked_subcommand is None:
        print(context.get_help())
    return DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status (0 done, 1 data, 2 call, 3 files).

    Raises SystemExit after help and for a call that is not understood.
    """
    # numpy's library for matrices, which nothing here needs, would start a thread for each core.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Modules and tables are no garbage: to look through them every 700 objects takes a twentieth.
    gc.set_threshold(_OBJECTS)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with in_chinese():
            status = _status(words)
        _flush()
        return status
    except BrokenPipeError:
        # Whoever reads, such as ``head``, wants no more; the rest must not be told again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def _flush() -> None:
    """Show what has been printed; a Windows program without a console has nowhere to print."""
    if sys.stdout is not None:
        sys.stdout.flush()


def _status(words: list[str]) -> int:
    """Carry out a command and return its status; tell in one sentence why it cannot be."""
    context = None
    try:
        with program.make_context("permu-xl", words) as context:
            return int(program.invoke(context))
    except BrokenPipeError:
        raise
    except click.exceptions.Exit as done:
        _flush()
        raise SystemExit(done.exit_code) from None
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx is not None else "permu-xl"
        message = error.format_message().rstrip(".。")
        print(f"命令写法不对：{message}\n用 {path} -h 查看用法。", file=sys.stderr)
        raise SystemExit(WRONG_CALL) from None
    except (KeyboardInterrupt, click.Abort):
        print("已中断，原来的文件没有改动。", file=sys.stderr)
        return FILE_TROUBLE
    except Exception as error:
        if debugging(context):
            raise
        print(_sentence(error), file=sys.stderr)
        wrong = isinstance(error, (UsageError, SchemeError))
        return WRONG_CALL if wrong else FILE_TROUBLE


def _sentence(error: Exception) -> str:
    """Return what is told of an error that stopped a command."""
    if isinstance(error, OSError):
        from permu_xl.xlsx.files import cannot_use

        error = cannot_use(error) or error
    if not isinstance(error, PermuError):
        return (
            f"程序遇到没有料到的问题（{type(error).__name__}），原来的文件没有改动；"
            "请在命令后加 --debug 重试，把显示的内容交给维护人员。"
        )
    from permu_xl.text import printable

    # A breach of a scheme stands on a line of its own; nothing else has more than one.
    lines = str(error).split("\n") if isinstance(error, SchemeError) else [str(error)]
    return "\n".join(map(printable, lines))


if __name__ == "__main__":
    sys.exit(main())
