"""Where things stand on 试算 and 试算数据."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter, quote_sheetname

if TYPE_CHECKING:
    from permu_xl.engine.model import Scheme

__all__ = [
    "CHOICE",
    "DATA_SHEET",
    "FIGURES",
    "FIRST",
    "GOAL",
    "GOAL_ROW",
    "OUTCOME",
    "ROW",
    "WHAT_IF_SHEET",
    "Places",
]

WHAT_IF_SHEET, DATA_SHEET = "试算", "试算数据"

GOAL = "A"
FIRST = 5
"""The first row of firms on the data sheet."""
CHOICE, GOAL_ROW, FIGURES = 4, 5, 8
"""Rows of the what-if sheet: the firm, the goal, the first raw figure."""
OUTCOME = ("得分合计", "加分", "总分", "名次", "分类", "提示")
"""What follows values and scores in PERMU_EVALUATE."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where things stand on both sheets, for a scheme with one two-stage rule and n firms."""

    scheme: Scheme
    firms: int

    @property
    def columns(self) -> int:
        """How many raw figures there are."""
        return len(self.scheme.columns)

    @property
    def indicators(self) -> int:
        """How many indicators there are."""
        return len(self.scheme.indicators)

    @property
    def baseline_row(self) -> int:
        """The row of the first indicator on the what-if sheet."""
        return FIGURES + self.columns + 2

    @property
    def outcome_row(self) -> int:
        """The row of the first sum on the what-if sheet."""
        return self.baseline_row + self.indicators + 2

    @property
    def line_row(self) -> int:
        """The row of the first line to pass on the what-if sheet."""
        return self.outcome_row + len(OUTCOME) + 2

    @property
    def width(self) -> int:
        """How many columns PERMU_EVALUATE gives."""
        return 2 * self.indicators + 6

    @property
    def bonus_column(self) -> int:
        """The column of the bonus on the data sheet; raw figures begin at the third."""
        return 3 + self.columns

    def results(self, *, trial: bool) -> int:
        """Return the first column of an evaluation on the data sheet."""
        figures = self.bonus_column + 1
        return figures + self.columns + (self.width if trial else 0)

    def down(self, column: int, width: int = 1) -> str:
        """Return columns of the data sheet over all firms, as a reference from anywhere."""
        first, last = get_column_letter(column), get_column_letter(column + width - 1)
        sheet = quote_sheetname(DATA_SHEET)
        return f"{sheet}!${first}${FIRST}:${last}${FIRST + self.firms - 1}"

    def of_firm(self, column: int) -> str:
        """Return the chosen firm's cell in a column of the data sheet."""
        return f"INDEX({self.down(column)},{ROW})"

    @property
    def baselines(self) -> str:
        """The baselines on the what-if sheet."""
        last = self.baseline_row + self.indicators - 1
        return f"{quote_sheetname(WHAT_IF_SHEET)}!$C${self.baseline_row}:$C${last}"


ROW = f"{quote_sheetname(WHAT_IF_SHEET)}!$D${CHOICE}"
