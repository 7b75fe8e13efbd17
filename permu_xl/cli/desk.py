"""The command ``permu-xl desk``: the whole year in a browser's window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from permu_xl.cli.command import argument, command, debugging, option
from permu_xl.cli.options import DONE, PATH
from permu_xl.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["desk"]


@command("desk", "在浏览器里用鼠标办全年的事：导入、核查、评价、确认单、公示上报、汇总")
@argument("files", "工作簿", "要打开的工作簿，可以不写", type=PATH, nargs=-1, required=False)
@option("--no-browser", is_flag=True, help="不打开浏览器，只显示地址")
def desk(files: tuple[Path, ...], no_browser: bool) -> int:
    """Open the desk."""
    try:
        from permu_xl.hosts.desk import open_desk
    except ImportError as error:
        raise UsageError(
            '工作台要另装两个小程序库，请运行 pip install "permu-xl[desk]" 后再试'
        ) from error
    open_desk(files, browser=not no_browser, debug=debugging(click.get_current_context()))
    return DONE
