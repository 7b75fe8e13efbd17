"""Where the menu 亩均评价 of Calc comes in: its own commands, and those of the year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from permu_xl.hosts.calc import menu
from permu_xl.menus.yearly import COMMANDS

__all__ = ["run_command"]


def run_command(
    context: Any, frame: Any, name: str, options: Mapping[str, Any]
) -> tuple[str, bool]:
    """Carry out a command of the menu; return what the user is told, and whether it was done.

    ``options`` are the arguments of the dispatch, see ``permu_xl.hosts.calc.desk``.
    """
    return menu.run_command(context, frame, name, options, COMMANDS)
