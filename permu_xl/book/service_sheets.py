"""The hidden sheets that serve formulas or macros and mean nothing to a reader."""

from __future__ import annotations

from permu_xl.book.live_places import HELPER

__all__ = ["CONFIG_SHEET", "HELP_SHEET", "NOTICE_SHEET", "SERVICE_SHEETS", "TEXT_SHEET"]

HELP_SHEET, TEXT_SHEET, NOTICE_SHEET = "_permu_help", "_permu_text", "_permu_about"
"""What the macros of a workbook or an add-in read: function help, messages, licences."""

CONFIG_SHEET = "xlwings.conf"

SERVICE_SHEETS = frozenset({HELPER, HELP_SHEET, TEXT_SHEET, NOTICE_SHEET, CONFIG_SHEET})
