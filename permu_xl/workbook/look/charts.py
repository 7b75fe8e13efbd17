"""The charts on 汇总: firms by class, spread of totals, averages, and the field of sort keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.chart import BarChart, Reference, ScatterChart, Series
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.marker import DataPoint, Marker
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import (
    CharacterProperties,
    Font,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
    RichTextProperties,
)

from permu_xl.workbook.layout import (
    GONE,
    NOT_EVALUATED,
    SummaryTable,
    has_halves,
    scatter_axes,
)
from permu_xl.workbook.look import styles

if TYPE_CHECKING:
    from openpyxl.chart.series import Series as ChartSeries
    from openpyxl.worksheet.worksheet import Worksheet

    from permu_xl.engine.model import Scheme

_GRID, _NEUTRAL = "E3E7EB", "B8C1CA"
_TITLE_SIZE, _AXIS_SIZE, _TICK_SIZE = 1200, 900, 900

_UPRIGHT = -90 * 60_000
"""Ninety degrees to the left, in the file's unit."""

_Chart = BarChart | ScatterChart


def class_chart(sheet: Worksheet, table: SummaryTable, scheme: Scheme) -> BarChart:
    """Return the column chart of firms by class, each class in its colour."""
    letters = scheme.letters
    chart = column_chart("各类企业户数", "分类", "户数（户）")
    _add(chart, sheet, table, 2, len(letters))
    series = chart.series[0]
    for position, colour in enumerate(styles.class_colours(letters).values()):
        series.dPt.append(DataPoint(idx=position, spPr=_filled(colour)))
    paint(series, styles.ACCENT)
    chart.dataLabels = value_labels()
    chart.legend = None
    return chart


def bin_chart(sheet: Worksheet, table: SummaryTable, rows: int) -> BarChart:
    """Return the column chart of participants by total."""
    chart = column_chart("总分分布", "总分（分）", "户数（户）")
    chart.gapWidth = 25
    _add(chart, sheet, table, 2, rows)
    paint(chart.series[0], styles.ACCENT)
    chart.dataLabels = value_labels()
    chart.legend = None
    return chart


def average_chart(sheet: Worksheet, table: SummaryTable, scheme: Scheme) -> BarChart:
    """Return the bar chart of the district's averages beside the baselines."""
    chart = column_chart("本区平均与基准值比较", "", "相当于基准（%）")
    chart.type = "bar"
    chart.gapWidth = 55
    last = len(table.headers)
    for column in (last - 1, last):
        _add(chart, sheet, table, column, len(scheme.baseline_rows), titled=True)
    paint(chart.series[0], styles.ACCENT)
    paint(chart.series[1], _NEUTRAL)
    # The first indicator on top, as in the table, and the figures still at the bottom.
    chart.x_axis.scaling.orientation = "maxMin"
    chart.y_axis.crosses = "max"
    # Room for the names of the indicators, which LibreOffice would let run out of the chart.
    inner = ManualLayout(layoutTarget="inner", xMode="edge", yMode="edge", x=0.25, y=0.15)
    inner.w, inner.h = 0.70, 0.56
    chart.layout = Layout(manualLayout=inner)
    return chart


def key_chart(sheet: Worksheet, table: SummaryTable, scheme: Scheme, rows: int) -> ScatterChart:
    """Return the scatter chart of the first selection's key over the last one's, by class."""
    across, up = scatter_axes(scheme)
    chart = ScatterChart()
    chart.scatterStyle = "lineMarker"
    chart.style = None
    dress(
        chart,
        "企业分布：两个排序分" if has_halves(scheme) else "企业分布",
        f"{across}（分）",
        f"{up}（分）",
    )
    x = _body(sheet, table, 1, rows)
    for position, colour in enumerate(styles.class_colours(scheme.letters).values(), 2):
        y = _body(sheet, table, position, rows, titled=True)
        series = Series(y, x, title_from_data=True)
        # Without a fill of their own the markers stay invisible in LibreOffice.
        series.marker = Marker("circle", size=6, spPr=_filled(colour, "FFFFFF"))
        series.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
        series.smooth = False
        chart.series.append(series)
    chart.x_axis.scaling.min = chart.y_axis.scaling.min = 0
    chart.x_axis.number_format = chart.y_axis.number_format = "0"
    chart.x_axis.majorGridlines = None
    return chart


def move_chart(sheet: Worksheet, table: SummaryTable, scheme: Scheme) -> BarChart:
    """Return the stacked shares of where last year's classes went: a column for each of them."""
    chart = column_chart("上年各类企业，本年到了哪一类", "上年分类", "占该类企业（%）")
    chart.grouping, chart.overlap, chart.gapWidth = "percentStacked", 100, 60
    chart.y_axis.number_format = "0%"
    colours = {**styles.class_colours(scheme.letters), NOT_EVALUATED: _NEUTRAL, GONE: _GRID}
    for column, colour in enumerate(colours.values(), 2):
        # The classes and those that were out; what cannot be compared is in the table only.
        _add(chart, sheet, table, column, len(scheme.letters) + 1, titled=True)
        paint(chart.series[-1], colour)
    return chart


def column_chart(title: str, x_title: str, y_title: str) -> BarChart:
    """Return a chart of columns from zero up, without data, in the workbook's look."""
    chart = BarChart()
    chart.type = "col"
    chart.style = None
    chart.gapWidth = 70
    dress(chart, title, x_title, y_title)
    chart.y_axis.scaling.min = 0
    chart.y_axis.number_format = "0"
    return chart


def dress(chart: _Chart, title: str, x_title: str, y_title: str) -> None:
    """Give a chart title, axes, grid and legend in the workbook's look."""
    chart.title = _title(title, _TITLE_SIZE, bold=True, colour=styles.ACCENT)
    chart.x_axis.title = _title(x_title, _AXIS_SIZE) if x_title else None
    chart.y_axis.title = _title(y_title, _AXIS_SIZE) if y_title else None
    for axis in (chart.x_axis, chart.y_axis):
        # Newer Excel hides an axis that does not say that it is there.
        axis.delete = False
        axis.txPr = _text_look(_TICK_SIZE)
        axis.graphicalProperties = GraphicalProperties(ln=_line(_NEUTRAL))
        axis.majorTickMark = "none"
    chart.y_axis.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=_line(_GRID)))
    if chart.legend is not None:
        chart.legend.position = "b"
        chart.legend.txPr = _text_look(_TICK_SIZE)
    chart.graphical_properties = GraphicalProperties(ln=_line(styles.LINE))
    chart.roundedCorners = False
    chart.display_blanks = "gap"


def stand_names(chart: BarChart) -> None:
    """Turn the names below the columns upright, and show every one of them."""
    chart.x_axis.txPr = _text_look(_TICK_SIZE)
    chart.x_axis.txPr.bodyPr = RichTextProperties(rot=_UPRIGHT, vert="horz")
    chart.x_axis.tickLblSkip = 1


def _add(
    chart: BarChart,
    sheet: Worksheet,
    table: SummaryTable,
    column: int,
    rows: int,
    *,
    titled: bool = False,
) -> None:
    chart.add_data(_body(sheet, table, column, rows, titled=titled), titles_from_data=titled)
    chart.set_categories(_body(sheet, table, 1, rows))


def _body(
    sheet: Worksheet, table: SummaryTable, column: int, rows: int, *, titled: bool = False
) -> Reference:
    """Return a column of a table (1-based within it), with its header where ``titled``."""
    where = table.first_column + column - 1
    first = table.header_row if titled else table.header_row + 1
    return Reference(sheet, min_col=where, min_row=first, max_row=table.header_row + rows)


def paint(series: ChartSeries, colour: str) -> None:
    """Fill the columns of a series."""
    series.graphicalProperties = _filled(colour)
    series.invertIfNegative = False


def _filled(colour: str, edge: str | None = None) -> GraphicalProperties:
    line = LineProperties(noFill=True) if edge is None else _line(edge)
    return GraphicalProperties(solidFill=colour, ln=line)


def _line(colour: str) -> LineProperties:
    return LineProperties(solidFill=colour, w=9525)


def value_labels(number_format: str | None = None) -> DataLabelList:
    """Return labels with the values and nothing else, formatted as the cells unless told."""
    # Everything but the value is switched off by name: programs differ in what they show else.
    return DataLabelList(
        numFmt=number_format,
        showVal=True,
        showSerName=False,
        showCatName=False,
        showLegendKey=False,
        showPercent=False,
        txPr=_text_look(_TICK_SIZE),
    )


def _characters(size: int, bold: bool = False, colour: str = styles.MUTED) -> CharacterProperties:
    font = Font(typeface=styles.FONT)
    return CharacterProperties(sz=size, b=bold, solidFill=colour, latin=font, ea=font)


def _text_look(size: int) -> RichText:
    look = ParagraphProperties(defRPr=_characters(size))
    return RichText(p=[Paragraph(pPr=look, endParaRPr=_characters(size))])


def _title(text: str, size: int, *, bold: bool = False, colour: str = styles.MUTED) -> Title:
    look = _characters(size, bold, colour)
    paragraph = Paragraph(
        pPr=ParagraphProperties(defRPr=look), r=[RegularTextRun(rPr=look, t=text)]
    )
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)
