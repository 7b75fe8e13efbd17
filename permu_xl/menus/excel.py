"""What the ribbon of a workbook made before calls."""

from __future__ import annotations

__all__ = ["run_command"]


def run_command(name: str) -> None:
    """Tell that the buttons of such a workbook no longer work, and what to do."""
    import xlwings

    del name
    xlwings.Book.caller().app.alert(
        "这个工作簿是旧版模板做的，它自带的按钮已经停用：请安装新版加载项，用加载项的“亩均评价”选项卡；"
        "或者把四张输入表贴进新版模板。",
        title="亩均评价",
        mode="critical",
    )
