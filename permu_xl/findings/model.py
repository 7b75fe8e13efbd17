"""What is wrong or odd about the data: findings, collected, never raised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Literal


class Level(Enum):
    """How grave a finding is: an error stops the evaluation, the others do not."""

    ERROR = "错误"
    WARNING = "警告"
    HINT = "提示"


Table = Literal["current", "previous", "parameters", "adjustments"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem: what is wrong, and what to do.

    ``table`` and ``row`` (counted over the firms, indicators or adjustments of that table, None:
    the table as a whole) and ``column`` (an id, "" for the whole row) say where; a reader of
    workbooks adds ``sheet`` and ``cell``.  ``item`` and ``value`` are for display; ``file`` names
    the file that sheet and cell are in where it is another one than the workbook.
    """

    level: Level
    code: str
    table: Table
    row: int | None
    column: str
    item: str
    value: str
    problem: str
    remedy: str
    firm_code: str = ""
    firm_name: str = ""
    sheet: str = ""
    cell: str = ""
    file: str = ""

    @property
    def place(self) -> str:
        """The sheet, with the file before it as in a reference to another workbook."""
        return f"[{self.file}]{self.sheet}" if self.file else self.sheet


def has_errors(findings: Iterable[Finding]) -> bool:
    """Return whether any finding forbids an evaluation."""
    return any(finding.level is Level.ERROR for finding in findings)
