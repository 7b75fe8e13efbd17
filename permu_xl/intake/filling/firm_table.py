"""The workbook's own table of firms as the place to fill: only blank cells, unless told."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from openpyxl.utils import get_column_letter

from permu_xl.intake.deciding import Firm, as_cell
from permu_xl.intake.tables import Content, exact
from permu_xl.schemes import industries
from permu_xl.text import normal_industry
from permu_xl.xlsx import cells, reading
from permu_xl.xlsx.cells import Area, Block, CellError, Column, Grid, Value, is_blank
from permu_xl.xlsx.package import Package, plain_xml
from permu_xl.xlsx.reading import formula_cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from permu_xl.workbook.layout import TableAt
    from permu_xl.workbook.reading import Book, FirmTable

__all__ = ["Status", "Target", "open_target"]


class Status(Enum):
    """What became of a value."""

    WRITTEN = "写入"
    SAME = "与工作簿已有的数相同"
    REPLACED = "写入，替换了工作簿原有的数"
    KEPT = "没有写入：工作簿已有不同的数"
    FORMULA = "没有写入：工作簿的单元格是公式"
    NO_COLUMN = "没有写入：工作簿没有这一列"


@dataclass(slots=True)
class Target:
    """原始数据 or 上年数据 of a workbook: the firms listed, and the cells to be written so far."""

    table: Literal["current", "previous"]
    sheet: str
    at: TableAt
    grid: Grid
    formulas: frozenset[str]
    """The cells that hold a formula."""
    arrays: tuple[Area, ...]
    """What array formulas fill."""
    firms: list[Firm]
    rows: list[int]
    """1-based sheet rows of the firms."""
    overwrite: bool = False
    written: dict[tuple[int, int], Value] = field(default_factory=dict)
    """By 1-based row and column."""

    def column(self, key: str) -> int | None:
        """Return the 1-based column of a field; None where the sheet has none."""
        found = self.at.columns.get(key)
        return None if found is None else found + 1

    def cell(self, firm: int, key: str) -> str:
        """Return the address of a firm's cell, "" where the sheet has no such column."""
        column = self.column(key)
        return "" if column is None else f"{get_column_letter(column)}{self.rows[firm]}"

    def present(self, firm: int, key: str) -> Any:
        """Return what the workbook has in a cell."""
        column = self.column(key)
        return self.grid.cell(self.rows[firm] - 1, None if column is None else column - 1)

    def append(self, firm: Firm) -> int:
        """Put a firm below the last row in use; return its position."""
        last = max((self.rows[-1] if self.rows else 0), self._last_used())
        row = max(last, self.at.first_row) + 1
        self.firms.append(firm)
        self.rows.append(row)
        number = len(self.firms) - 1
        for key, value in (("serial", len(self.firms)), ("code", firm.code), ("name", firm.name)):
            column = self.column(key)
            if column is not None and value != "":
                self.written[row, column] = value
        return number

    def _last_used(self) -> int:
        """Return the last 1-based row with anything in the table's columns."""
        columns = self.at.columns.values()
        for row in range(len(self.grid.rows) - 1, self.at.header_row, -1):
            if any(not is_blank(self.grid.cell(row, c)) for c in columns):
                return row + 1
        return 0

    def fill(self, firm: int, key: str, value: Content) -> Status:
        """Write a value unless another one is there; say what became of it."""
        column = self.column(key)
        if column is None:
            return Status.NO_COLUMN
        address = self.cell(firm, key)
        row = self.rows[firm]
        if address in self.formulas or any(area.holds(row, column) for area in self.arrays):
            return Status.SAME if self._holds(firm, key, value) else Status.FORMULA
        free = is_blank(self.present(firm, key)) and address not in self.grid.doubtful
        if not free and self._holds(firm, key, value):
            return Status.SAME
        if not free and not self.overwrite:
            return Status.KEPT
        self.written[self.rows[firm], column] = as_cell(value, from_1904=self.grid.from_1904)
        return Status.WRITTEN if free else Status.REPLACED

    def _holds(self, firm: int, key: str, value: Content) -> bool:
        present = self.present(firm, key)
        if is_blank(present):
            return False
        try:
            if isinstance(value, Fraction):
                return float(exact(present)[0]) == float(value)
            if isinstance(value, str):
                if key != "industry":
                    return cells.show(present) == value
                number = not isinstance(present, str)
                shown = cells.show(present)
                return normal_industry(shown, was_number=number, known=industries())[0] == value
            return cells.date(present, from_1904=self.grid.from_1904)[0] == value
        except CellError:
            return False

    def blocks(self) -> list[Block]:
        """Return what is to be written: each cell keeps its own look, the others stay."""
        by_row: dict[int, list[int]] = {}
        for row, column in sorted(self.written):
            by_row.setdefault(row, []).append(column)
        blocks: list[Block] = []
        start: int | None = None
        rows = list(by_row)
        for index, row in enumerate(rows):
            start = row if start is None else start
            following = rows[index + 1] if index + 1 < len(rows) else None
            if following == row + 1 and by_row[following] == by_row[row]:
                continue
            blocks.append(self._block(start, row, by_row[row]))
            start = None
        return blocks

    def _block(self, first: int, last: int, columns: Sequence[int]) -> Block:
        return Block(
            first,
            [Column(c, [self.written[r, c] for r in range(first, last + 1)]) for c in columns],
            last_row=last,
            template_row=False,
        )


def open_target(
    package: Package, book: Book, table: Literal["current", "previous"], *, overwrite: bool
) -> Target | None:
    """Return a workbook's table as a target; None where the workbook does not have it."""
    found: FirmTable | None = book.current if table == "current" else book.previous
    if found is None:
        return None
    name = found.placed.sheet
    grid = reading.Sheets(package).grid(name)
    formulas, arrays = formula_cells(plain_xml(package.read(package.sheet(name).part)))
    roster = found.roster
    return Target(
        table,
        name,
        found.placed.at,
        grid,
        formulas,
        arrays,
        [Firm(str(c), str(n)) for c, n in zip(roster.codes, roster.names, strict=True)],
        list(found.placed.rows),
        overwrite,
    )
