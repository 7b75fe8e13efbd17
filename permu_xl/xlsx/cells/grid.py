"""A sheet as rows of cell values, with a list of cells that are not to be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from permu_xl.xlsx.cells.areas import column_index_from_string, get_column_letter
from permu_xl.xlsx.cells.look import NOTHING_ODD, Look
from permu_xl.xlsx.cells.typed import CellError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ERROR_CELL = "单元格是错误值{}"


UNCOMPUTED = "单元格里的公式没有计算结果"


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of a sheet from its first row on (values as python-calamine gives them, "" if blank).

    ``doubtful`` maps cell addresses to what is wrong with them: error values and formulas that
    nobody has calculated would otherwise look like blanks.  ``look`` tells where what is seen is
    not what is held; ``from_1904`` that numbers of days count from 1904 and not from 1900.
    """

    sheet: str
    rows: Sequence[Sequence[Any]]
    doubtful: Mapping[str, str]
    look: Look = NOTHING_ODD
    from_1904: bool = False

    def cell(self, row: int, column: int | None) -> Any:
        """Return a cell by 0-based row and column; "" outside the sheet's used area."""
        if column is None or row >= len(self.rows) or column >= len(self.rows[row]):
            return ""
        return self.rows[row][column]

    def doubtful_columns(self) -> frozenset[int]:
        """Return the 0-based columns that hold a doubtful cell."""
        letters = {cell.rstrip("0123456789") for cell in self.doubtful}
        return frozenset(column_index_from_string(letter) - 1 for letter in letters)

    def trusted(self, row: int, column: int | None) -> Any:
        """Return a cell like ``cell``; CellError where its value is not to be trusted."""
        if self.doubtful and column is not None:
            problem = self.doubtful.get(address(row, column))
            if problem:
                raise CellError(problem, "改正公式或直接填写数值；在 Excel 里重新计算后保存")
        return self.cell(row, column)


def address(row: int, column: int) -> str:
    """Return the address of a cell given by 0-based row and column.

    >>> address(4, 1)
    'B5'
    """
    return f"{get_column_letter(column + 1)}{row + 1}"
