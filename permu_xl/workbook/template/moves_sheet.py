"""The sheet 分类变化 of the template: the matrix, its picture, and the list of firms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties

from permu_xl.workbook import layout, look
from permu_xl.workbook.layout import FIRST_ROW, HEADER_ROW, LAST_ROW
from permu_xl.workbook.look import area, cell_style, colour_equal, kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from permu_xl.engine.model import Scheme

__all__ = ["build_matrix", "build_moves"]

_LABEL_WIDTH, _COUNT_WIDTH, _GAP = 15.0, 9.5, 2.0
_CHART_WIDTH, _CHART_HEIGHT = 19.0, 10.0
_CHART_ROWS = 18
_SCALE = 72
"""Per cent at which the list fits on a page's width."""


def build_moves(sheet: Worksheet, scheme: Scheme) -> None:
    """Lay out the sheet; the matrix is of fixed size, the list follows the firms."""
    look.head(
        sheet,
        look.live_title("分类变化"),
        "程序每次运行时重写；两年的企业按“企业变动”对应。",
        formula=True,
    )
    _matrix(sheet, scheme, ())
    _list(sheet, scheme)
    look.page(sheet, scheme)
    # The matrix on the first page, the list on those after it.
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=False)
    sheet.page_setup.scale = _SCALE
    sheet.col_breaks.append(Break(id=layout.move_list_column(scheme) - 1))


def build_matrix(
    sheet: Worksheet, scheme: Scheme, title: str, note: str, rows: Sequence[Sequence[int]]
) -> int:
    """Lay out a sheet of a report with the matrix and its picture; return the row below them."""
    look.head(sheet, title, note)
    below = _matrix(sheet, scheme, rows)
    look.page(sheet, scheme, header_row=None, upright=True)
    return below


def _matrix(sheet: Worksheet, scheme: Scheme, rows: Sequence[Sequence[int]]) -> int:
    """Write the matrix, empty without ``rows``, with its picture; return the row below it."""
    table = layout.move_table(scheme)
    look.put(sheet, HEADER_ROW - 1, 1, table.title, look.SECTION)
    for column, text in enumerate(table.headers, 1):
        look.put(sheet, HEADER_ROW, column, text, look.HEADER)
    for row, label in enumerate(layout.move_labels(scheme), FIRST_ROW):
        look.put(sheet, row, 1, label, cell_style("output", "choice"))
        for column in range(2, len(table.headers) + 1):
            count = rows[row - FIRST_ROW][column - 2] if rows else None
            look.put(sheet, row, column, count, cell_style("output", "count"))
        sheet.row_dimensions[row].height = look.row_height(1)
    for column in range(1, layout.move_list_column(scheme)):
        width = _LABEL_WIDTH if column == 1 else _COUNT_WIDTH
        if column > len(table.headers):
            width = _GAP
        sheet.column_dimensions[get_column_letter(column)].width = width
    colours = look.class_colours(scheme.letters)
    letters = area(1, 1, FIRST_ROW, FIRST_ROW + len(scheme.letters) - 1)
    colour_equal(sheet, letters, colours)
    chart = look.move_chart(sheet, table, scheme)
    chart.width, chart.height = _CHART_WIDTH, _CHART_HEIGHT  # type: ignore[assignment]
    below = FIRST_ROW + len(layout.move_labels(scheme)) + 1
    sheet.add_chart(chart, f"A{below}")
    return below + _CHART_ROWS


def _list(sheet: Worksheet, scheme: Scheme) -> None:
    fields, first = layout.move_fields(), layout.move_list_column(scheme)
    look.put(sheet, HEADER_ROW - 1, first, "逐户对照（有变动的在前）", look.SECTION)
    for column, field in enumerate(fields, first):
        look.put(sheet, HEADER_ROW, column, field.header, look.HEADER)
        sheet.column_dimensions[get_column_letter(column)].width = field.width
        sheet.cell(FIRST_ROW, column).style = cell_style("output", kind_of(field, scheme))
        if field.key in ("last", "final"):
            cells = area(column, column, FIRST_ROW, LAST_ROW)
            colour_equal(sheet, cells, look.class_colours(scheme.letters))
    sheet.row_dimensions[HEADER_ROW].height = look.row_height(1)
    sheet.freeze_panes = f"A{FIRST_ROW}"
