"""The commands ``permu-xl schemes ...``.  Heavy modules are imported when needed."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from permu_xl.cli.options import DATA_ERRORS, DONE, add_command, print_lines
from permu_xl.errors import FileAccessError, UsageError

if TYPE_CHECKING:
    from permu_xl.schemes import Layer

__all__ = ["add_commands"]


def add_commands(commands: Any) -> None:
    """Add ``schemes`` with its own commands to a parser's commands."""
    text = "列出现有的评价方案；查看、核对、新建方案"
    schemes = commands.add_parser("schemes", help=text, description=text)
    schemes.set_defaults(command=_list)
    own = schemes.add_subparsers(title="命令", metavar="命令")

    command = partial(add_command, own)
    show = command("show", _show, "用文字说明一个方案的全部内容")
    show.add_argument("scheme", metavar="ID", help="方案编号或方案文件（.toml）")
    check = command("check", _check, "核对一个方案文件，逐条列出问题和所在的行")
    check.add_argument("file", metavar="FILE", type=Path, help="方案文件（.toml）")
    new = command("new", _new, "在现有方案上新建本地方案文件")
    new.add_argument("--from", dest="base", metavar="ID", required=True, help="原方案的编号")
    new.add_argument("-o", dest="out", metavar="FILE", type=Path, help="新文件，默认 ID-本地.toml")


def _list(options: argparse.Namespace) -> int:
    from permu_xl.schemes import available, load
    from permu_xl.schemes.manual import assumptions, listing

    del options
    for id in available():
        assumed = sum(map(len, assumptions(_layers(id)).values()))
        print_lines(listing(load(id), assumed))
    return DONE


def _layers(wanted: str) -> list[Layer]:
    from permu_xl.schemes import layers, read, shipped_file

    if wanted.lower().endswith(".toml"):
        path = Path(wanted)
        return layers(read(path, path.name))
    file = shipped_file(wanted)
    return layers(read(file, file.name))


def _show(options: argparse.Namespace) -> int:
    from permu_xl.schemes import merged, parse_scheme
    from permu_xl.schemes.manual import summary

    layers = _layers(options.scheme)
    return print_lines(summary(parse_scheme(merged(layers), layers[0].origin), layers))


def _check(options: argparse.Namespace) -> int:
    from permu_xl.schemes import audit, load_file

    file: Path = options.file
    breaches = audit(file)
    if breaches:
        print(f"方案文件 {file.name} 有{len(breaches)}处问题：")
        print_lines(f"  {breach}" for breach in breaches)
        return DATA_ERRORS
    scheme = load_file(file)
    print(f"方案文件 {file.name} 没有问题：{scheme.title}，{len(scheme.indicators)}项指标，"
          f"分类{'、'.join(scheme.letters)}。")  # fmt: skip
    return DONE


def _new(options: argparse.Namespace) -> int:
    from permu_xl.schemes.manual import starter

    out: Path = options.out or Path(f"{options.base}-本地.toml")
    if out.suffix.lower() != ".toml":
        raise UsageError(f"{out.name} 的扩展名应为 .toml")
    text = starter(_layers(options.base))
    try:
        with out.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(f"{out} 已经存在，没有覆盖；请用 -o 换个文件名") from error
    except OSError as error:
        raise FileAccessError(f"{out} 写不进去，请核对文件夹在不在、能不能写入") from error
    print(f"已生成 {out}：填好名称、地区和来源，改好要改的项，再用 permu-xl schemes check 核对。")
    return DONE
