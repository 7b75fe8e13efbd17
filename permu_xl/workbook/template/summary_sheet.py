"""The sheet 汇总 of the template: tables, fixed labels and the charts beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor, TwoCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break

from permu_xl.workbook import look
from permu_xl.workbook.layout import NOT_EVALUATED, SCORE_BINS, SummaryTable, summary_tables
from permu_xl.workbook.look import Kind, area, cell_style, colour_equal, grey_rows
from permu_xl.workbook.reading import summary_labels

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from permu_xl.engine.model import Scheme

_KINDS: dict[str, tuple[Kind, ...]] = {
    "classes": ("choice", "count", "share", "points", "number", "share"),
    "bins": ("choice", "count"),
    "indicators": ("text", "choice", "ratio", "ratio", "ratio", "points", "plain"),
    "industries": ("code", "line", "count", "points"),
    "points": (),
}
"""Cell kinds by column; further columns are counts, those of the points are points."""

_WIDTHS = (19.0, 30.0, 12.0, 12.0, 12.0, 12.0)
_FURTHER_WIDTH, _GAP_WIDTH, _CHART_COLUMN_WIDTH, _POINT_WIDTH = 9.5, 2.0, 9.0, 11.0
_CHART_COLUMNS = 9
_ROW_HEIGHT = 18.0
_EMU_PER_CM = 360_000
_KEY_CHART_WIDTH, _KEY_CHART_HEIGHT = 16, 11
DIVISIONS = 41
"""GB/T 4754-2017 has 41 industrial divisions: the table of industries is never longer."""


def build_summary(sheet: Worksheet, scheme: Scheme, rows: int) -> None:
    """Lay out the sheet for a scheme; the scatter chart refers to ``rows`` points."""
    tables = summary_tables(scheme)
    look.head(
        sheet,
        look.live_title("汇总"),
        "程序每次运行时重写本表；图表随表中的数字变化。平均分和比例只算参评企业。",
        formula=True,
    )
    _set_sizes(sheet, tables)
    for table in tables.values():
        _build_table(sheet, table, scheme)
    _colour_classes(sheet, tables["classes"], scheme)
    _place_charts(sheet, tables, scheme, rows)
    look.page(sheet, scheme, header_row=None)
    _set_pages(sheet, tables)


def chart_column(tables: dict[str, SummaryTable]) -> int:
    """Return the column where the charts begin, one narrow column right of all tables."""
    in_front = (table for key, table in tables.items() if key != "points")
    return max(table.first_column + len(table.headers) for table in in_front) + 1


def _set_sizes(sheet: Worksheet, tables: dict[str, SummaryTable]) -> None:
    right = chart_column(tables)
    widths = dict(enumerate(_WIDTHS, 1))
    for column in range(1, right + _CHART_COLUMNS):
        width = widths.get(column, _FURTHER_WIDTH)
        if column >= right - 1:
            width = _GAP_WIDTH if column == right - 1 else _CHART_COLUMN_WIDTH
        sheet.column_dimensions[get_column_letter(column)].width = width
    points = tables["points"]
    for offset in range(len(points.headers)):
        letter = get_column_letter(points.first_column + offset)
        sheet.column_dimensions[letter].width = _POINT_WIDTH
    for row in range(tables["classes"].header_row - 1, tables["industries"].header_row):
        sheet.row_dimensions[row].height = _ROW_HEIGHT


def _build_table(sheet: Worksheet, table: SummaryTable, scheme: Scheme) -> None:
    first = table.first_column
    look.put(sheet, table.header_row - 1, first, table.title, look.SECTION)
    lines = 1
    for offset, text in enumerate(table.headers):
        look.put(sheet, table.header_row, first + offset, text, look.HEADER)
        width = sheet.column_dimensions[get_column_letter(first + offset)].width
        lines = max(lines, look.line_count(text, width))
    sheet.row_dimensions[table.header_row].height = look.row_height(lines)
    labels = summary_labels(table, scheme)
    for row in range(table.rows or 1):
        for offset in range(len(table.headers)):
            label = labels[row][offset] if row < len(labels) and offset < len(labels[row]) else None
            style = cell_style("output", _kind(table, offset))
            look.put(sheet, table.header_row + 1 + row, first + offset, label, style)


def _kind(table: SummaryTable, offset: int) -> Kind:
    kinds = _KINDS[table.key]
    if offset < len(kinds):
        return kinds[offset]
    return "points" if table.key == "points" else "count"


def _colour_classes(sheet: Worksheet, table: SummaryTable, scheme: Scheme) -> None:
    first, column = table.header_row + 1, table.first_column
    cells = area(column, column, first, table.header_row + len(scheme.letters))
    colour_equal(sheet, cells, look.class_colours(scheme.letters))
    out = area(column, column + len(table.headers) - 1, first, table.header_row + (table.rows or 1))
    grey_rows(sheet, out, f'$A{first}="{NOT_EVALUATED}"')


def _place_charts(
    sheet: Worksheet, tables: dict[str, SummaryTable], scheme: Scheme, rows: int
) -> None:
    """Stack three charts beside the tables of fixed size and one beside the industries."""
    top, left = tables["classes"].header_row - 1, chart_column(tables)
    bottom = tables["industries"].header_row - 1
    stacked = (
        look.class_chart(sheet, tables["classes"], scheme),
        look.bin_chart(sheet, tables["bins"], len(SCORE_BINS)),
        look.average_chart(sheet, tables["indicators"], scheme),
    )
    height = (bottom - 1 - top) / len(stacked)
    for position, chart in enumerate(stacked):
        start, end = top + round(position * height), top + round((position + 1) * height)
        # These rows have set heights, so that the charts end where the tables do.
        chart.anchor = TwoCellAnchor(  # type: ignore[assignment]
            editAs="oneCell",
            _from=AnchorMarker(col=left - 1, row=start - 1),
            to=AnchorMarker(col=left - 1 + _CHART_COLUMNS, row=end - 2, rowOff=_EMU_PER_CM // 2),
        )
        sheet.add_chart(chart)
    last = look.key_chart(sheet, tables["points"], scheme, rows)
    last.anchor = OneCellAnchor(  # type: ignore[assignment]
        _from=AnchorMarker(col=left - 1, row=bottom - 1, rowOff=_EMU_PER_CM // 10),
        ext=XDRPositiveSize2D(_KEY_CHART_WIDTH * _EMU_PER_CM, _KEY_CHART_HEIGHT * _EMU_PER_CM),
    )
    sheet.add_chart(last)


def _set_pages(sheet: Worksheet, tables: dict[str, SummaryTable]) -> None:
    """Print tables and charts but not the points; the industries begin a new page."""
    industries = tables["industries"].header_row
    last = chart_column(tables) + _CHART_COLUMNS - 1
    sheet.print_area = area(1, last, 1, industries + DIVISIONS)
    sheet.row_breaks.append(Break(id=industries - 2))
