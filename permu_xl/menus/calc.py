"""What an extension of Calc installed before calls."""

from __future__ import annotations

from permu_xl.hosts.calc.menu import run_command

__all__ = ["run_command"]
