"""Where Excel's tab 亩均评价 comes in: its own commands, and those of the year.

VBA calls ``run_command`` with a button's tag.
"""

from __future__ import annotations

from typing import Any

from permu_xl.hosts.excel import macros
from permu_xl.menus.yearly import COMMANDS

__all__ = ["run_command"]


def run_command(name: str, book: Any = None) -> None:
    """Carry out a command on a workbook, by default the one that Excel's VBA has named."""
    macros.run_command(name, book, COMMANDS)
