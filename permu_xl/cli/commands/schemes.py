"""The commands ``permu-xl schemes ...``.  Heavy modules are imported when needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from permu_xl.cli.command import argument, group, option
from permu_xl.cli.options import DATA_ERRORS, DONE, PATH, print_lines
from permu_xl.errors import FileAccessError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from permu_xl.schemes import Layer

__all__ = ["schemes"]


@group("schemes", "列出现有的评价方案；查看、检查、新建方案", invoke_without_command=True)
@click.pass_context
def schemes(context: click.Context) -> int:
    """List the shipped schemes, where no command of these is called."""
    if context.invoked_subcommand is not None:
        return DONE
    from permu_xl.schemes import available, load
    from permu_xl.schemes.manual import assumptions, listing

    for id in available():
        assumed = sum(map(len, assumptions(_layers(id)).values()))
        print_lines(listing(load(id), assumed))
    return DONE


def _layers(wanted: str) -> list[Layer]:
    from pathlib import Path

    from permu_xl.schemes import layers, read, shipped_file

    if wanted.lower().endswith(".toml"):
        path = Path(wanted)
        return layers(read(path, path.name))
    file = shipped_file(wanted)
    return layers(read(file, file.name))


@schemes.subcommand("show", "用文字说明一个方案的全部内容")
@argument("scheme", "方案", "方案编号或方案文件（.toml）")
def show(scheme: str) -> int:
    """Say in words what a scheme holds."""
    from permu_xl.schemes import merged, parse_scheme
    from permu_xl.schemes.manual import summary

    layers = _layers(scheme)
    return print_lines(summary(parse_scheme(merged(layers), layers[0].origin), layers))


@schemes.subcommand("check", "检查一个方案文件，逐条列出问题和所在的行")
@argument("file", "方案文件", "方案文件（.toml）", type=PATH)
def check(file: Path) -> int:
    """List what is wrong in a scheme file."""
    from permu_xl.schemes import audit, load_file

    breaches = audit(file)
    if breaches:
        print(f"方案文件 {file.name} 有{len(breaches)}处问题：")
        print_lines(f"  {breach}" for breach in breaches)
        return DATA_ERRORS
    scheme = load_file(file)
    print(f"方案文件 {file.name} 没有问题：{scheme.title}，{len(scheme.indicators)}项指标，"
          f"分类{'、'.join(scheme.letters)}。")  # fmt: skip
    return DONE


@schemes.subcommand("new", "在现有方案上新建本地方案文件")
@option("--from", "base", metavar="方案", required=True, help="原方案的编号")
@option("-o", "out", metavar="方案文件", type=PATH, help="新文件，默认 方案编号-本地.toml")
def new(base: str, out: Path | None) -> int:
    """Write a scheme file that extends another one."""
    from pathlib import Path

    from permu_xl.schemes.manual import starter

    out = out or Path(f"{base}-本地.toml")
    if out.suffix.lower() != ".toml":
        raise UsageError(f"{out.name} 的扩展名应为 .toml")
    text = starter(_layers(base))
    try:
        with out.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(f"{out} 已经存在，没有覆盖；请用 -o 换个文件名") from error
    except OSError as error:
        raise FileAccessError(f"{out} 写不进去，请核对文件夹在不在、能不能写入") from error
    print(f"已生成 {out}：填好名称、地区和来源，改好要改的项，再用 permu-xl schemes check 检查。")
    return DONE
