"""From 分类调整 to adjustments."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from permu_xl.engine import Adjustment
from permu_xl.findings import Finding
from permu_xl.workbook import layout
from permu_xl.workbook.layout import find_table
from permu_xl.workbook.reading.model import AdjustmentTable, Placed
from permu_xl.workbook.reading.notes import Notes
from permu_xl.xlsx import cells
from permu_xl.xlsx.cells import CellError, Grid, is_blank

if TYPE_CHECKING:
    from permu_xl.engine.model import Scheme


def read_adjustments(grid: Grid, scheme: Scheme, findings: list[Finding]) -> AdjustmentTable | None:
    """Read 分类调整; None when its header is not found (then that is noted)."""
    notes = Notes(grid, "adjustments", findings)
    at = find_table(grid.rows, layout.adjustment_fields(scheme))
    if at is None or "letter" not in at.columns or not {"code", "name"} & set(at.columns):
        if any(not is_blank(cell) for row in grid.rows for cell in row):
            notes.add(Finding.of("E411", notes.at(None, "表头"), case="adjustments"))
        return None
    rows: list[int] = []
    adjustments: list[Adjustment] = []
    interpreted: dict[tuple[int, str], str | float] = {}
    for row in range(at.first_row, len(grid.rows)):
        found = _adjustment(notes, scheme, row, at.columns)
        if found is None:
            continue
        for key, value in (("code", found.code), ("name", found.name), ("letter", found.letter)):
            cell = grid.cell(row, at.columns.get(key))
            if isinstance(cell, (str, float)) and cell != value:
                interpreted[len(rows), key] = cell
        rows.append(row + 1)
        adjustments.append(found)
    placed = Placed(grid.sheet, at, tuple(rows))
    return AdjustmentTable(placed, tuple(adjustments), interpreted)


def _adjustment(notes: Notes, scheme: Scheme, row: int, columns: Any) -> Adjustment | None:
    """Read one row; None for a row without code, name and class."""

    def cell(key: str) -> Any:
        return notes.grid.cell(row, columns.get(key))

    if all(is_blank(cell(key)) for key in ("code", "name", "letter")):
        return None
    code, date = "", None
    try:
        code = cells.credit_code(cell("code"))
    except CellError as error:
        notes.unreadable("E414", (row, columns["code"]), "统一社会信用代码", error)
    if not is_blank(cell("date")):
        try:
            date = cells.date(cell("date"), from_1904=notes.grid.from_1904)[0]
        except CellError as error:
            notes.unreadable("E403", (row, columns["date"]), "日期", error)
    written = cells.show(cell("letter"))
    letter = next((x for x in scheme.letters if bare_letter(x) == bare_letter(written)), written)
    return Adjustment(
        code=code,
        name=" ".join(cells.show(cell("name")).split()),
        letter=letter,
        reason=cells.show(cell("reason")),
        document=cells.show(cell("document")),
        date=date,
    )


def bare_letter(letter: str) -> str:
    """Return a class letter so that all ways of typing it are equal: Ａ, a and A类."""
    return unicodedata.normalize("NFKC", letter).upper().removesuffix("类").strip()
