"""指标均值 of the city's workbook: averages, growth and targets, one table an indicator."""

from __future__ import annotations

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from permu_xl.book import frame
from permu_xl.book.colouring import BAD, GOOD, area, colour_if
from permu_xl.book.styles import Kind
from permu_xl.engine.findings import show_number
from permu_xl.engine.scheme import Indicator, Scheme, Target
from permu_xl.reports.city import City
from permu_xl.reports.city_charts import average_chart
from permu_xl.reports.city_tables import (
    Average,
    averages,
    targets_of,
    verdict,
    whole_average,
)
from permu_xl.reports.sheets import Cells, table, widths

__all__ = ["build_averages"]

_HEADERS = ("地区", "本年均值", "上年均值", "比上年增长", "对照增速", "目标值", "评价")
_KINDS: tuple[Kind, ...] = ("text", "ratio", "ratio", "share", "share", "ratio", "choice")
_WIDTHS = (20.0, 13.0, 13.0, 12.0, 12.0, 12.0, 24.0)
_CHART_WIDTH, _CHART_HEIGHT = 15.5, 6.6
_CHART_ROWS = 13
"""Rows that a chart is high: a table with a chart beside it takes at least as many."""
_NOW, _GROWTH, _REFERENCE, _TARGET, _VERDICT = 2, 4, 5, 6, 7
"""Columns of the table, from 1."""
_PAGE_ROWS = 39
"""Rows that fit on a page as wide as table and chart."""


def build_averages(sheet: Worksheet, city: City, growth: float | None) -> None:
    """Lay out the sheet; ``growth`` is the official growth of the city's industry, a share."""
    scheme = city.scheme
    assert scheme is not None
    frame.head(sheet, f"{city.year}年度各地区指标均值、增速和目标", _note(growth))
    widths(sheet, _WIDTHS)
    row, page = 4, 1
    for indicator in scheme.indicators:
        if row + _rows(city, scheme, indicator) - page > _PAGE_ROWS:
            sheet.row_breaks.append(Break(id=row - 1))
            page = row
        row = _section(sheet, row, city, scheme, indicator, growth)
    frame.page(sheet, scheme, header_row=None)


def _note(growth: float | None) -> str:
    text = "均值＝参评企业的分子合计÷分母合计；增长只比两年都有数据的地区。"
    if growth is None:
        return text + "对照增速：各地区为汇入地区的合计；全市应与公布的全市工业平均增速比。"
    return text + f"对照增速为全市工业平均增速{show_number(round(100 * growth, 4))}%。"


def _rows(city: City, scheme: Scheme, indicator: Indicator) -> int:
    """Return how many rows the table of an indicator takes: title, header, districts, city."""
    rows = len(city.sound) + 3
    return max(rows, _CHART_ROWS) if targets_of(scheme, indicator) else rows


def _section(
    sheet: Worksheet,
    row: int,
    city: City,
    scheme: Scheme,
    indicator: Indicator,
    growth: float | None,
) -> int:
    parts = averages(city.sound, indicator.id)
    whole = whole_average(parts)
    targets = targets_of(scheme, indicator)
    goal = next((t.minimum for t in targets if t.minimum is not None), None)
    grows = any(t.growth_above_average for t in targets)
    rows: list[Cells] = []
    for average in (*parts, whole):
        reference = _reference(average, whole, growth)
        told = [verdict(target, average, reference) for target in targets]
        rows.append(
            (
                average.name,
                average.now,
                average.last,
                average.growth,
                reference if grows else None,
                goal,
                "；".join(told) or "—",
            )
        )
    title = f"{indicator.name}（{indicator.unit}）"
    if targets:
        title += "　" + "；".join(_goal(target) for target in targets)
    after = table(sheet, row, title, _HEADERS, _KINDS, rows)
    _colour(sheet, row + 2, len(rows))
    if targets:
        _chart(sheet, row, indicator, len(rows), grows=goal is None)
        after = max(after, row + _CHART_ROWS)
    return after


def _reference(average: Average, whole: Average, growth: float | None) -> float | None:
    if growth is not None:
        return growth
    return None if average is whole else whole.growth


def _goal(target: Target) -> str:
    if target.minimum is not None:
        goal = f"达到{show_number(target.minimum)}以上"
    else:
        goal = "增速高于全市工业平均增速"
    return f"目标：{target.year}年{goal}（{target.clause}）"


def _chart(sheet: Worksheet, row: int, indicator: Indicator, rows: int, *, grows: bool) -> None:
    """Put a chart right of a table: growth against the reference, or averages against the goal."""
    column, line = (_GROWTH, _REFERENCE) if grows else (_NOW, _TARGET)
    title = f"{indicator.name}{'增速' if grows else '与目标'}"
    chart = average_chart(
        sheet, title, "" if grows else indicator.unit, row + 1, column, line, rows
    )
    chart.width, chart.height = _CHART_WIDTH, _CHART_HEIGHT  # type: ignore[assignment]
    sheet.add_chart(chart, f"{get_column_letter(len(_HEADERS) + 2)}{row + 1}")


def _colour(sheet: Worksheet, first: int, rows: int) -> None:
    cells = area(_VERDICT, _VERDICT, first, first + rows - 1)
    at = f"${get_column_letter(_VERDICT)}{first}"
    colour_if(sheet, cells, f'OR(LEFT({at},3)="已达到",LEFT({at},2)="高于")', GOOD)
    colour_if(sheet, cells, f'OR(LEFT({at},3)="未达到",LEFT({at},3)="不高于")', BAD)
