"""What is wrong or odd about the data: findings, collected, never raised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from typing import Literal
from unicodedata import category


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


def show_number(value: float) -> str:
    """Write a figure as a clerk would: no exponent for ordinary sizes, no trailing zeros.

    >>> show_number(1234567.0), show_number(0.125), show_number(float("nan"))
    ('1,234,567', '0.125', '空')
    """
    if value != value:
        return "空"
    text = f"{value + 0.0:,.6f}".rstrip("0").rstrip(".")  # -0.0 is 0
    return text if abs(value) >= 1e-6 or value == 0 else f"{value:.3g}"


def show_points(value: float) -> str:
    """Write points with two decimals, halves up by decimal value, as a spreadsheet shows them.

    >>> show_points(71.305), show_points(12.0), show_points(-0.001)
    ('71.31', '12.00', '0.00')
    """
    if not abs(value) < 1e15:  # has no two decimals left
        return f"{value:.15g}"
    points = Decimal(f"{value:.15g}").quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return f"{points + 0:.2f}"


def printable(text: str) -> str:
    """Return a text without what would command the terminal; spaces of any width stay.

    >>> printable("甲\\x1b[2J厂\\n乙厂"), printable("丙厂\u30002022年度") == "丙厂\u30002022年度"
    ('甲?[2J厂?乙厂', True)
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or category(c) == "Zs" else "?" for c in text)
