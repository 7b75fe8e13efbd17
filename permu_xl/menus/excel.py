"""What the ribbon of a workbook made before calls."""

from __future__ import annotations

from permu_xl.hosts.excel.macros import run_command

__all__ = ["run_command"]
