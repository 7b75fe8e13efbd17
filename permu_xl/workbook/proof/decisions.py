"""The adjustments of the recomputation, each with the row of the firm it is about (R18)."""

from __future__ import annotations

from permu_xl.workbook import formulas as f
from permu_xl.workbook import layout
from permu_xl.workbook.proof.board import Board
from permu_xl.workbook.proof.headers import put_headers
from permu_xl.workbook.proof.inputs import DecisionCells
from permu_xl.workbook.proof.plan import Plan

__all__ = ["put_decisions"]


def put_decisions(board: Board, plan: Plan) -> None:
    """Write the adjustments, each with the row of the firm it is about (R18)."""
    table, source = plan.decisions, plan.book.adjustments
    if table is None or source is None:
        return
    put_headers(board, plan, table)
    board.put(table.header_row - 1, table.columns["name"], layout.ADJUSTMENTS)
    cells, letters = DecisionCells(source), plan.list("letters")
    for entry in range(len(source.adjustments)):
        row = table.first_row + entry
        code, name = table.cell("code", row), table.cell("name", row)
        by_code, by_name = (
            _row_of(plan.firms.span(key), cell) for key, cell in (("code", code), ("name", name))
        )
        known = f.count_where(f"EXACT({letters},{table.cell('letter', row)})")
        same = f"{table.span('row')}={table.cell('row', row)}"
        formulas = {
            **{key: cells.text(entry, key) for key in ("name", "code", "letter")},
            "row": f'IF({known}=0,NA(),IF({code}<>"",{by_code},{by_name}))',
            "repeated": f"{f.count_where(same)}-1",
        }
        for key, expression in formulas.items():
            board.formula(row, table.columns[key], expression)


def _row_of(texts: str, wanted: str) -> str:
    """Return the row of the only cell with this very text; MATCH would see wildcards in it."""
    found = f"EXACT({texts},{wanted})"
    return f"IF({f.count_where(found)}=1,SUMPRODUCT({found}*ROW({texts})),NA())"
