"""What a kind of finding is: its code, how grave it is, what it says and what to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["COMMAND_LINE", "IN_WORKBOOK", "Kind", "Level", "Said"]


class Level(Enum):
    """How grave a finding is: an error stops the evaluation, the others do not."""

    ERROR = "错误"
    WARNING = "警告"
    HINT = "提示"


_LEVELS = {"E": Level.ERROR, "W": Level.WARNING, "H": Level.HINT}

COMMAND_LINE: Mapping[str, str] = {
    "evaluate": "用 permu-xl run 评价",
    "evaluate_again": "用 permu-xl run 重新评价",
    "check_and_mend": "用 permu-xl check 查看并改正",
    "verify": "用 permu-xl verify 查看",
    "add": "加",
    "use": "用",
}
"""What a remedy asks to be done with the program; each host says it in its own words."""

IN_WORKBOOK: Mapping[str, str] = {
    "evaluate": "点“整区重算”（没有加载项的用 permu-xl run）评价",
    "evaluate_again": "点“整区重算”（没有加载项的用 permu-xl run）重新评价",
    "check_and_mend": "点“数据核查”（没有加载项的用 permu-xl check）查看并改正",
    "verify": "点“核对结果”（没有加载项的用 permu-xl verify）查看",
    "add": "在命令行导入时加",
    "use": "在命令行导入时用",
}
"""The same where it is read in a workbook: the button, or the command without the add-in."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is wrong and what to do, with ``{words}`` to be filled in.

    ``item`` and ``value`` are those of the place; names of ``COMMAND_LINE`` are what the host
    calls its commands.
    """

    problem: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A code with its meaning in a few words, its sentence, and the reading or clause it is about.

    ``cases`` are other sentences of the same code, by the name that a finding gives.  ``own`` are
    words that differ from firm to firm although the cause is the same; ``apart`` says that each
    finding is to be decided by itself, however many there are.
    """

    code: str
    meaning: str
    said: Said
    clause: str = ""
    cases: Mapping[str, Said] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    apart: bool = False

    @property
    def level(self) -> Level:
        """How grave it is: the code's letter says so."""
        return _LEVELS[self.code[0]]

    def in_case(self, case: str) -> Said:
        """Return the sentence of a case, "" for the usual one."""
        return self.cases[case] if case else self.said
