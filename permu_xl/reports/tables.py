"""Tables of a report as sheets of a new workbook, in the look of the template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from permu_xl.book import frame, styles
from permu_xl.book.celltext import clean_text
from permu_xl.book.layout import FIRST_ROW, Field
from permu_xl.engine.scheme import Scheme

__all__ = ["add_table", "new_workbook"]


def new_workbook() -> Workbook:
    """Return a workbook with the styles and without a sheet."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    styles.register(workbook)
    return workbook


def add_table(
    workbook: Workbook,
    name: str,
    note: str,
    fields: Sequence[Field],
    rows: Iterable[Sequence[object]],
    scheme: Scheme,
    *,
    frozen: str | None = None,
    empty: str = "没有变动",
) -> None:
    """Add a sheet with one table; a table without rows says so (``empty``).

    Cells of kind ``text`` wrap, and their rows are as high as their longest text needs.
    """
    sheet = workbook.create_sheet(name)
    frame.head(sheet, name, note)
    frame.header(sheet, fields)
    looks = [styles.cell_style("output", styles.kind_of(field, scheme)) for field in fields]
    wraps = [field.kind == "text" for field in fields]
    count = 0
    for number, row in enumerate(rows, FIRST_ROW):
        lines = 1
        for column, value in enumerate(row, 1):
            shown = None if value is None or value != value else value
            if isinstance(shown, str):
                shown = clean_text(shown)
                if wraps[column - 1]:
                    width = fields[column - 1].width
                    lines = max(lines, styles.line_count(shown, width))
            frame.put(sheet, number, column, shown, looks[column - 1])
        sheet.row_dimensions[number].height = styles.row_height(lines)
        count += 1
    if not count:
        frame.put(sheet, FIRST_ROW, 1, empty, styles.NOTE)
    frame.filter_and_freeze(sheet, fields, count or None, frozen)
    frame.page(sheet, scheme)
    last = get_column_letter(len(fields))
    sheet.print_area = f"A1:{last}{FIRST_ROW + max(count, 1) - 1}"
