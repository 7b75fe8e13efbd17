"""The command line ``permu-xl``: what a clerk types, and what is shown to him.

``commands`` has the commands, the modules here what they all need.

May use everything below; nobody imports it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status, as ``permu_xl.cli.program.main``."""
    from permu_xl.cli import program

    return program.main(arguments)
