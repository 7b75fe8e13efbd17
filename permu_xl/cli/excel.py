"""The commands ``permu-xl excel ...``."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import Any

from permu_xl.cli.options import DATA_ERRORS, DONE, add_command, print_lines

__all__ = ["add_commands"]


def add_commands(commands: Any) -> None:
    """Add ``excel`` with its own commands to a parser's commands."""
    text = "Excel 加载项：安装、卸载、检查、生成"
    excel = commands.add_parser("excel", help=text, description=text)
    own = excel.add_subparsers(title="命令", metavar="命令", required=True)

    command = partial(add_command, own)
    install = command("install", _install, "为当前用户安装加载项（Windows，不需要管理员权限）")
    install.add_argument("--addin", metavar="FILE", type=Path, help="要安装的 permu.xlam")
    command("uninstall", _uninstall, "卸载加载项，设置恢复原状")
    doctor = command("doctor", _doctor, "检查加载项为什么不灵，说明怎么办")
    doctor.add_argument(
        "books", metavar="BOOK", type=Path, nargs="*", help="一并检查的工作簿（是否被锁定）"
    )
    build = command("build", _build, "生成宏模板、加载项和输入提示文件（任何系统）")
    build.add_argument(
        "--out", metavar="DIR", type=Path, default=Path("workbook"), help="文件夹，默认 workbook"
    )
    bundle = command("bundle", _bundle, "做一个离线安装文件夹，给不能联网的电脑用")
    bundle.add_argument(
        "--python-zip", metavar="FILE", type=Path, required=True,
        help="Windows 的嵌入式 Python（.zip）",
    )  # fmt: skip
    bundle.add_argument("--out", metavar="DIR", type=Path, required=True, help="要生成的文件夹")
    bundle.add_argument(
        "--wheels", metavar="DIR", type=Path, help="已有的 wheel 文件夹，不写就用 pip 下载"
    )


def _install(options: argparse.Namespace) -> int:
    from permu_xl.hosts.excel.setup import ADDIN, Places, compile_modules, install, shipped

    places = Places.of_user()
    lines = install(places, options.addin or shipped(ADDIN))
    compile_modules(places)
    return print_lines(lines)


def _uninstall(options: argparse.Namespace) -> int:
    from permu_xl.hosts.excel.setup import Places, uninstall

    del options
    return print_lines(uninstall(Places.of_user()))


def _doctor(options: argparse.Namespace) -> int:
    from permu_xl.hosts.excel.setup import ADDIN, Places, System, diagnose, shipped

    checks = diagnose(Places.of_user(), System.real(), shipped(ADDIN), options.books)
    for check in checks:
        print(f"[{check.verdict}] {check.subject}：{check.found}")
        if check.remedy:
            print(f"    怎么办：{check.remedy}")
    return DATA_ERRORS if any(check.verdict == "有问题" for check in checks) else DONE


def _build(options: argparse.Namespace) -> int:
    from permu_xl.hosts.excel.setup import build_excel

    return print_lines([str(path) for path in build_excel(options.out)])


def _bundle(options: argparse.Namespace) -> int:
    from permu_xl.hosts.excel.setup import bundle, fetch_wheels

    return print_lines(bundle(options.python_zip, options.out, options.wheels, fetch_wheels))
