"""Districts in the template with live formulas, each beside the same one in the plain template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from permu_xl.schemes import load
from permu_xl.workbook import layout
from permu_xl.workbook.assessment import assess
from permu_xl.workbook.live.template import live_template
from permu_xl.workbook.look.save import save_workbook
from permu_xl.workbook.reading.opened import read_book
from permu_xl.workbook.results import result_blocks
from permu_xl.xlsx.cells.blocks import Block
from tests.office import Document
from tests.workbook.districts import YEAR, fill

RESULTS = (layout.BASELINES, layout.SCORES, layout.CLASSES)
Firms = Sequence[Mapping[str, Any]]


def from_firms(path: Path, firms: Firms, last_year: Firms, rows: int) -> Path:
    """Save a live template that is filled with firms."""
    scheme = load()
    book = live_template(scheme, rows, district="某区", year=YEAR)
    fields = layout.data_fields(scheme)
    fill(book, layout.DATA, fields, firms)
    fill(book, layout.PREVIOUS, fields, last_year)
    save_workbook(book, path)
    return path


def from_workbook(path: Path, source: Workbook, spare: int) -> Path:
    """Save a live template with what stands on a workbook's input sheets, and ``spare`` rows."""
    last = max(
        row[0].row or 0
        for title in (layout.DATA, layout.PREVIOUS)
        for row in source[title].iter_rows(min_row=layout.FIRST_ROW, min_col=3, max_col=3)
        if row[0].value
    )
    book = live_template(load(), last - layout.FIRST_ROW + 1 + spare)
    for title in layout.INPUT_SHEETS:
        for row in source[title].iter_rows():
            for cell in row:
                if cell.value is not None:
                    book[title].cell(cell.row or 0, cell.column or 0).value = cell.value
    save_workbook(book, path)
    return path


def expected_blocks(path: Path) -> dict[str, Block]:
    """Return what a run would write on the result sheets of a workbook."""
    outcome = assess(read_book(path))
    assert outcome.evaluation is not None
    return {
        title: block for title, (block,) in result_blocks(outcome.book, outcome.evaluation).items()
    }


def differences(document: Document, blocks: Mapping[str, Block]) -> list[str]:
    """Compare every result in an open workbook with what a run would write."""
    found = []
    for title, block in blocks.items():
        bottom = block.first_row + block.height - 1
        for column in block.columns:
            letter = get_column_letter(column.number)
            shown = document.values(title, f"{letter}{block.first_row}:{letter}{bottom}")
            for row, ((cell,), wanted) in enumerate(
                zip(shown, column.values, strict=True), block.first_row
            ):
                if not same(cell, wanted):
                    found.append(f"{title}!{letter}{row}: {cell!r}, not {wanted!r}")
    return found


def same(found: Any, wanted: Any) -> bool:
    """Compare a cell with a value that would be written: numbers within float noise."""
    if wanted is None or wanted == "" or wanted != wanted:
        return found in (None, "")
    if isinstance(wanted, (int, float)):
        return isinstance(found, float) and abs(found - wanted) <= 1e-9 * max(1.0, abs(wanted))
    return bool(found == wanted)
