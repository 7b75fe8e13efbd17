"""What the commands of ``permu-xl`` have in common: how they are added, their files and options."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from permu_xl.errors import FileAccessError, UsageError

if TYPE_CHECKING:
    pass


__all__ = [
    "DATA_ERRORS",
    "DONE",
    "FILE_TROUBLE",
    "WRONG_CALL",
    "add_command",
    "add_target_options",
    "existing_book",
    "keeps_backup",
    "print_lines",
    "target",
    "unused_file",
    "with_ending",
]

DONE, DATA_ERRORS, WRONG_CALL, FILE_TROUBLE = range(4)
"""The exit statuses."""


def add_command(
    commands: Any, name: str, run: Callable[[argparse.Namespace], int], text: str, **options: Any
) -> argparse.ArgumentParser:
    """Add a command to a parser's commands and return its own parser.

    ``run`` carries it out and returns the exit status; ``text`` says in Chinese what it does;
    ``options`` are those of ``argparse.ArgumentParser``.
    """
    made: argparse.ArgumentParser = commands.add_parser(
        name, help=text, description=text, **options
    )
    made.set_defaults(command=run)
    return made


def add_target_options(parser: argparse.ArgumentParser, out: str, in_place: str) -> None:
    """Add -o and --in-place, described by ``out`` and ``in_place``, with what belongs to them.

    ``target`` and ``keeps_backup`` say what was chosen; ``ignore_lock`` is an option by itself.
    """
    where = parser.add_mutually_exclusive_group()
    where.add_argument("-o", dest="out", metavar="OUT", type=Path, help=out)
    where.add_argument("--in-place", action="store_true", help=in_place)
    parser.add_argument("--no-backup", action="store_true", help="写回原工作簿时不留备份")
    parser.add_argument(
        "--ignore-lock", action="store_true",
        help="确实没有人打开，却因 Excel、WPS 或 LibreOffice 留下的锁文件不能运行时使用",
    )  # fmt: skip


def target(options: argparse.Namespace, addition: str) -> Path:
    """Return the workbook to write: by default ``addition`` follows the name of the one read.

    Raises UsageError where -o has another ending than the workbook: it stays what it was.  That of
    a file that is no workbook does not matter: whoever reads it says what it is.
    """
    book: Path = options.book
    if options.in_place:
        return book
    out: Path = options.out or book.with_name(f"{book.stem}{addition}{book.suffix}")
    usable = book.suffix.lower() in (".xlsx", ".xlsm")
    if usable and out.suffix.lower() != book.suffix.lower():
        raise UsageError(f"结果文件的扩展名应与原工作簿相同（{book.suffix}），写的是 {out.name}")
    return out


def keeps_backup(options: argparse.Namespace) -> bool:
    """Return whether the workbook before the command is to be kept."""
    return bool(options.in_place and not options.no_backup)


def existing_book(path: Path) -> Path:
    """Return a path to an existing file; raise FileAccessError where there is none."""
    if not path.is_file():
        raise FileAccessError(f"找不到工作簿 {path}，请核对文件名和文件夹。")
    return path


def with_ending(path: Path, *endings: str) -> Path:
    """Return a path whose name ends as it must; raise UsageError where it does not."""
    if path.suffix.lower() not in endings:
        raise UsageError(f"{path.name} 的扩展名应为 {' 或 '.join(endings)}")
    return path


def unused_file(path: Path, ending: str, *, force: bool, kept: str) -> Path:
    """Return the path of a file to make; raise UsageError where it would overwrite ``kept``."""
    if with_ending(path, ending).exists() and not force:
        raise UsageError(f"{path} 已经存在，为免覆盖{kept}没有生成；换个文件名，或加 --force")
    return path


def print_lines(lines: Iterable[str]) -> int:
    """Print lines and return the status of a command that is done."""
    for line in lines:
        print(line)
    return DONE


ARGPARSE_TEXTS = {
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


class Parser(argparse.ArgumentParser):
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
        for english, chinese in ARGPARSE_TEXTS.items():
            message = message.replace(english, chinese)
        self.exit(WRONG_CALL, f"命令写法不对：{message}\n用 {self.prog} -h 查看用法。\n")
