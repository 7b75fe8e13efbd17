"""What the commands of ``permu-xl`` have in common: exit statuses, shared options, files."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from permu_xl.cli.command import Decorator, option
from permu_xl.errors import FileAccessError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

__all__ = [
    "DATA_ERRORS",
    "DONE",
    "FILE_TROUBLE",
    "FORCED",
    "NUMBER",
    "PATH",
    "WHOLE",
    "WRONG_CALL",
    "Target",
    "existing_book",
    "print_lines",
    "target_options",
    "tell_open",
    "unused_file",
    "with_ending",
]

DONE, DATA_ERRORS, WRONG_CALL, FILE_TROUBLE = range(4)
"""The exit statuses."""


class _Whole(click.types.IntParamType):
    name = "整数"


class _Number(click.types.FloatParamType):
    name = "数"


def _path(text: str) -> Path:
    from pathlib import Path

    return Path(text)


WHOLE, NUMBER, PATH = _Whole(), _Number(), _path
"""The types of parameters, named in Chinese in the messages."""


FORCED = "那里的文件有另外填的内容时也覆盖，改动过的留作备份（名字加 .bak）"


class Target(NamedTuple):
    """Where a command writes that reads one workbook, as its options say."""

    out: Path | None
    in_place: bool
    no_backup: bool
    ignore_lock: bool
    force: bool

    def path(self, book: Path, addition: str) -> Path:
        """Return the workbook to write: by default ``addition`` follows the name of the one read.

        Raises UsageError where -o has another ending than the workbook: it stays what it was.
        That of a file that is no workbook does not matter: whoever reads it says what it is.
        """
        if self.in_place:
            return book
        out = self.out or book.with_name(f"{book.stem}{addition}{book.suffix}")
        usable = book.suffix.lower() in (".xlsx", ".xlsm")
        if usable and out.suffix.lower() != book.suffix.lower():
            raise UsageError(
                f"结果文件的扩展名应与原工作簿相同（{book.suffix}），写的是 {out.name}"
            )
        return out

    @property
    def backup(self) -> bool:
        """Whether the workbook before the command is to be kept."""
        return self.in_place and not self.no_backup


def target_options(out: str, in_place: str) -> Decorator:
    """Add -o and --in-place, described by ``out`` and ``in_place``, with what belongs to them.

    The body gets them as one ``target``; -o with the workbook itself is --in-place, with backup.
    """
    added = (
        option("-o", "out", metavar="结果文件", type=PATH, help=out),
        option("--in-place", is_flag=True, help=in_place),
        option("--no-backup", is_flag=True, help="写回原工作簿时不留备份"),
        option(
            "--ignore-lock",
            is_flag=True,
            help="确实没有人打开，却因 Excel、WPS 或 LibreOffice 留下的锁文件不能运行时使用",
        ),
        option("--force", is_flag=True, help=FORCED),
    )

    def decorate(body: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(body)
        def gathered(
            *,
            book: Path,
            out: Path | None,
            in_place: bool,
            no_backup: bool,
            ignore_lock: bool,
            force: bool,
            **others: Any,
        ) -> Any:
            from permu_xl.xlsx.files import same_file

            if in_place and out is not None:
                raise click.UsageError("-o 和 --in-place 不能同时使用")
            if out is not None and same_file(out, book):
                in_place, out = True, None
            target = Target(out, in_place, no_backup, ignore_lock, force)
            return body(book=book, target=target, **others)

        made: Callable[..., Any] = gathered
        for each in reversed(added):
            made = each(made)
        return made

    return decorate


def existing_book(path: Path) -> Path:
    """Return a path to an existing file; raise FileAccessError where there is none."""
    if path.is_dir():
        raise FileAccessError(f"“{path}”是文件夹，请指定里面的工作簿。")
    if not path.is_file():
        raise FileAccessError(f"找不到工作簿 {path}，请核对文件名和文件夹。")
    return path


def tell_open(path: Path) -> None:
    """Say that a workbook that is read is open elsewhere, where it is."""
    from permu_xl.xlsx.files import opened_by

    opened = opened_by(path)
    if opened:
        print(f"“{path.name}”正开着（{opened}），用的是上次存盘的内容。")


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
