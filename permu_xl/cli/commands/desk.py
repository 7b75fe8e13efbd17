"""The command ``permu-xl desk``: the whole year in a browser's window."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from permu_xl.cli.command import argument, command, debugging, option
from permu_xl.cli.options import DONE, PATH, print_lines
from permu_xl.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["desk"]

_OWN = ("flask", "waitress")
"""What the extra brings; anything else that is missing is a broken installation."""


@command("desk", "在浏览器里用鼠标办全年的事：导入、核查、评价、确认单、公示上报、汇总")
@argument("files", "工作簿", "要打开的工作簿，可以不写", type=PATH, nargs=-1, required=False)
@option("--no-browser", is_flag=True, help="不打开浏览器，只显示地址")
@option("--install", is_flag=True, help="放进 Linux 桌面的菜单和工作簿的“打开方式”")
@option("--uninstall", is_flag=True, help="从 Linux 桌面的菜单里移除")
def desk(files: tuple[Path, ...], no_browser: bool, install: bool, uninstall: bool) -> int:
    """Open the desk, or put it into the desktop's menu."""
    try:
        from permu_xl.hosts.desk import install_entry, open_desk, uninstall_entry
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _OWN:
            raise
        raise UsageError(
            "工作台要用的 Flask、waitress 没有装；请运行 "
            f'"{sys.executable}" -m pip install "permu-xl[desk]"，再打开一次。'
            "不能上网的 Windows 电脑请用安装程序“亩均评价-安装.exe”，里面都有"
        ) from error
    if install or uninstall:
        return print_lines(uninstall_entry() if uninstall else install_entry())
    open_desk(files, browser=not no_browser, debug=debugging(click.get_current_context()))
    return DONE
