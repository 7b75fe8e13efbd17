"""Findings about the cells of one sheet."""

from __future__ import annotations

from permu_xl.findings import At, Finding, Table
from permu_xl.xlsx import cells
from permu_xl.xlsx.cells import CellError, Grid, address, differs, is_blank

__all__ = ["Notes"]


class Notes:
    """Notes findings about cells of one sheet."""

    def __init__(self, grid: Grid, table: Table, findings: list[Finding]) -> None:
        self.grid, self.table, self.findings = grid, table, findings
        self.interpreted: dict[str, str | float] = {}

    def remember(self, at: tuple[int, int] | None) -> None:
        """Remember the content of a cell that is not simply its value."""
        cell = "" if at is None else self.grid.cell(*at)
        if at is not None and isinstance(cell, (str, float)):
            self.interpreted[address(*at)] = cell

    def at(self, cell: tuple[int, int] | None, item: str) -> At:
        """Return the place of a cell; None for the sheet as a whole."""
        return At(
            self.table,
            item=item,
            value="" if cell is None else cells.show(self.grid.cell(*cell)),
            sheet=self.grid.sheet,
            cell="" if cell is None else address(*cell),
        )

    def add(self, finding: Finding) -> None:
        """Note a finding."""
        self.findings.append(finding)

    def unreadable(self, code: str, cell: tuple[int, int] | None, item: str, e: CellError) -> None:
        """Note that a cell cannot be understood."""
        self.add(Finding.of(code, self.at(cell, item), problem=e.problem, remedy=e.remedy))

    def number(self, at: tuple[int, int], item: str) -> float | None:
        """Read a number; None where the cell is blank or bad (then it is noted)."""
        try:
            cell = self.grid.trusted(*at)
            if is_blank(cell):
                self.remember(at)
                return None
            value, hint = cells.number(cell)
        except CellError as error:
            self.unreadable("E401", at, item, error)
            return None
        seen = None if isinstance(cell, str) else self.grid.look.seen(*at, value)
        if seen is not None and differs(seen, value, lambda words: None):
            shown = f"{'' if seen.figure is None else f'{seen.figure:f}'}{seen.words}" or "空白"
            self.add(Finding.of("E431", self.at(at, item), case="parameter", text=shown))
            return None
        if hint:
            self.remember(at)
            self.add(Finding.of("H402", self.at(at, item), case="parameter", hint=hint))
        return value
