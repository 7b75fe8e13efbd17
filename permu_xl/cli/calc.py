"""The commands ``permu-xl calc ...``."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import Any

from permu_xl.cli.options import DATA_ERRORS, DONE, add_command, print_lines

__all__ = ["add_commands"]


def add_commands(commands: Any) -> None:
    """Add ``calc`` with its own commands to a parser's commands."""
    text = "LibreOffice Calc 加载项：安装、卸载、检查、生成"
    calc = commands.add_parser("calc", help=text, description=text)
    own = calc.add_subparsers(title="命令", metavar="命令", required=True)

    command = partial(add_command, own)
    for name, run, text in (
        ("install", _install, "为当前用户安装加载项"),
        ("uninstall", _uninstall, "卸载加载项"),
    ):
        made = command(name, run, text)
        made.add_argument("--shared", action="store_true", help="所有用户（要用 root 运行）")
    command("doctor", _doctor, "检查加载项为什么不灵，说明怎么办")
    build = command("build", _build, "生成加载项 permu.oxt（任何系统，不需要 LibreOffice）")
    build.add_argument(
        "--out", metavar="DIR", type=Path, default=Path("workbook"), help="文件夹，默认 workbook"
    )


def _install(options: argparse.Namespace) -> int:
    from permu_xl.hosts.calc.setup import install, site_folders
    from permu_xl.libreoffice import find_calc

    return print_lines(install(find_calc(), site_folders(), shared=options.shared))


def _uninstall(options: argparse.Namespace) -> int:
    from permu_xl.hosts.calc.setup import uninstall
    from permu_xl.libreoffice import find_calc

    return print_lines(uninstall(find_calc(), shared=options.shared))


def _doctor(options: argparse.Namespace) -> int:
    from permu_xl.hosts.calc.setup import System, diagnose, site_folders
    from permu_xl.libreoffice import find_calc

    del options
    calc = find_calc()
    checks = diagnose(calc, System.real(calc), site_folders())
    for check in checks:
        print(f"[{check.verdict}] {check.subject}：{check.found}")
        if check.remedy:
            print(f"    怎么办：{check.remedy}")
    return DATA_ERRORS if any(check.verdict == "有问题" for check in checks) else DONE


def _build(options: argparse.Namespace) -> int:
    from permu_xl.hosts.calc.setup import EXTENSION_FILE, build_oxt

    return print_lines([str(build_oxt(options.out / EXTENSION_FILE))])
