"""The charts of the city's workbook: native ones, which follow the cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties

from permu_xl.workbook import look

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from permu_xl.engine.model import Scheme

__all__ = ["CROWDED", "average_chart", "class_chart"]

CROWDED = 16
"""More districts than this need upright names and leave no room for figures on the columns."""

_LABELLED = 8
"""With more districts figures would run into each other, unless they are shares."""

_TARGET_INK = "B93A32"


def class_chart(
    sheet: Worksheet, scheme: Scheme, header_row: int, first_column: int, rows: int
) -> BarChart:
    """Return the stacked columns of each district's classes.

    ``first_column`` is the column of the first class; the districts' names are in column A.
    """
    chart = look.column_chart("各地区企业分类（户）", "", "户数（户）")
    chart.grouping, chart.overlap, chart.gapWidth = "stacked", 100, 60
    for offset, colour in enumerate(look.class_colours(scheme.letters).values()):
        chart.add_data(
            Reference(
                sheet, min_col=first_column + offset, min_row=header_row, max_row=header_row + rows
            ),
            titles_from_data=True,
        )
        look.paint(chart.series[-1], colour)
    chart.set_categories(_names(sheet, header_row + 1, rows))
    if rows > CROWDED:
        look.stand_names(chart)
    return chart


def average_chart(
    sheet: Worksheet,
    title: str,
    unit: str,
    header_row: int,
    first_row: int,
    column: int,
    line: int,
    rows: int,
) -> BarChart:
    """Return columns of the districts' figures in ``column`` with those in ``line`` as a line.

    The figures stand from ``first_row`` on; the headers in ``header_row`` name them.
    """
    chart = look.column_chart(title, "", unit)
    chart.gapWidth = 60
    if _any_below_zero(sheet, first_row, (column, line), rows):
        chart.y_axis.scaling.min = None
    share = sheet.cell(first_row, column).number_format.endswith("%")
    chart.y_axis.number_format = "0%" if share else "0.0"
    chart.x_axis.tickLblPos = "low"
    chart.add_data(_figures(sheet, first_row, column, rows))
    chart.series[0].tx = _named(sheet, header_row, column)
    look.paint(chart.series[0], look.ACCENT)
    chart.set_categories(_names(sheet, first_row, rows))
    if rows > CROWDED:
        look.stand_names(chart)
    elif share or rows <= _LABELLED:
        chart.dataLabels = look.value_labels("0.0%" if share else "0.00")
    against = LineChart()
    against.add_data(_figures(sheet, first_row, line, rows))
    drawn = against.series[0]
    drawn.tx = _named(sheet, header_row, line)
    drawn.graphicalProperties = GraphicalProperties(
        ln=LineProperties(solidFill=_TARGET_INK, w=22225, prstDash="dash")
    )
    drawn.marker.symbol = "none"
    drawn.smooth = False
    chart += against
    return chart


def _any_below_zero(sheet: Worksheet, first_row: int, columns: tuple[int, int], rows: int) -> bool:
    """Return whether columns from zero up would leave something out."""
    cells = [
        sheet.cell(row, column).value
        for row in range(first_row, first_row + rows)
        for column in columns
    ]
    return any(isinstance(cell, (int, float)) and cell < 0 for cell in cells)


def _figures(sheet: Worksheet, first_row: int, column: int, rows: int) -> Reference:
    return Reference(sheet, min_col=column, min_row=first_row, max_row=first_row + rows - 1)


def _names(sheet: Worksheet, first_row: int, rows: int) -> Reference:
    return Reference(sheet, min_col=1, min_row=first_row, max_row=first_row + rows - 1)


def _named(sheet: Worksheet, row: int, column: int) -> SeriesLabel:
    """Return the name of a series: what a cell says."""
    return SeriesLabel(strRef=StrRef(str(Reference(sheet, min_col=column, min_row=row))))
