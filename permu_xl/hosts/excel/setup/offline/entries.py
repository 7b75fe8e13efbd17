"""The entries that the installer makes: Start menu, desktop, Explorer's Send to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, auto

__all__ = ["ENTRIES", "Entry", "Where"]


class Where(Flag):
    """Where an entry stands."""

    MENU = auto()
    DESKTOP = auto()
    SENT = auto()


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry that starts Python.

    name : what is shown
    word : what ``permu_xl.cli.entries`` is called with; files that are dropped or sent follow it
    console : whether what is done is told in a window, which then stays until it has been read
    tip : shown when the mouse rests on it
    """

    name: str
    word: str
    where: Where
    console: bool
    tip: str

    @property
    def program(self) -> str:
        """The Python that runs it, with a window of text or without."""
        return "python.exe" if self.console else "pythonw.exe"


ENTRIES = (
    Entry(
        "亩均评价",
        "desk",
        Where.MENU | Where.DESKTOP | Where.SENT,
        False,
        "打开亩均评价；工作簿、部门的表也可以拖到图标上",
    ),
    Entry("空白工作簿", "blank", Where.MENU, False, "在“文档”里放一本空白的评价工作簿并打开"),
    Entry("函数示例", "examples", Where.MENU, False, "每个 PERMU_ 函数的例子"),
    Entry("检查", "doctor", Where.MENU, True, "Excel 里的加载项不灵时，说明为什么、怎么办"),
    Entry("核查", "check", Where.SENT, True, "核查工作簿，列出问题，不改文件"),
    Entry("评价", "run", Where.SENT, True, "评价工作簿，结果写在旁边的“……-结果.xlsx”"),
    Entry("导入部门表", "import", Where.SENT, True, "把部门的表导入工作簿"),
    Entry("一企一单", "notices", Where.SENT, True, "给每户企业出一份数据确认单（Word）"),
)
"""Those that start Python; the manual and the removal need none."""
