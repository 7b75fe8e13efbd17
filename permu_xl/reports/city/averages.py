"""指标均值 of the city's workbook: averages, growth and targets, one table an indicator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break

from permu_xl.reports.city.charts import CROWDED, average_chart
from permu_xl.reports.city.tables import Average, averages, targets_of, verdict, whole_average
from permu_xl.text import show_number
from permu_xl.workbook import look as frame
from permu_xl.workbook import look as sizes
from permu_xl.workbook import look as styles
from permu_xl.workbook.layout import FIRST_ROW, HEADER_ROW
from permu_xl.workbook.look import (
    BAD,
    GOOD,
    Cells,
    Kind,
    area,
    colour_if,
    header_row,
    name_width,
    table_rows,
    widths,
)

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from permu_xl.engine.model import Indicator, Scheme, Target
    from permu_xl.reports.city.model import City

__all__ = ["build_averages"]

_HEADERS = ("地区", "本年均值", "上年均值", "比上年增长", "对照增速", "目标值", "评价")
_KINDS: tuple[Kind, ...] = ("text", "ratio", "ratio", "share", "share", "ratio", "choice")
_WIDTHS = (13.0, 13.0, 12.0, 12.0, 12.0, 24.0)
_NOW, _GROWTH, _REFERENCE, _TARGET, _VERDICT = 2, 4, 5, 6, 7
"""Columns of the table, from 1."""
_CHART_COLUMN = len(_HEADERS) + 2
_POINTS_A_CM = 72 / 2.54


@dataclass(frozen=True, slots=True)
class _Look:
    """How charts (width in cm, height and columns in cells) and pages are laid out."""

    chart_width: float
    chart_rows: int
    chart_columns: int
    page_rows: int
    upright: bool


_FEW = _Look(15.5, 10, 8, 39, False)
"""Table and chart side by side on a page."""
_MANY = _Look(26.0, 30, 14, 47, True)
"""Tables first, then each chart on a page of its own."""


def build_averages(sheet: Worksheet, city: City, growth: float | None) -> None:
    """Lay out the sheet; ``growth`` is the official growth of the city's industry, a share."""
    scheme = city.scheme
    assert scheme is not None
    frame.head(sheet, f"{city.year}年度各地区指标均值、增速和目标", _note(growth))
    widths(sheet, (name_width(name for name, _ in city.sound), *_WIDTHS))
    header_row(sheet, HEADER_ROW, _HEADERS)
    sheet.freeze_panes = f"B{FIRST_ROW}"
    look = _MANY if len(city.sound) > CROWDED else _FEW
    row, page = FIRST_ROW, 1
    pages = []
    for indicator in scheme.indicators:
        if indicator.growth:
            continue  # totals do not tell a growth; the indicator that grows is here itself
        after = row + _rows(city, scheme, indicator, look)
        if row > FIRST_ROW and after - page > look.page_rows:
            sheet.row_breaks.append(Break(id=row - 1))
            # The header is repeated there.
            page = row - 1
        _section(sheet, row, city, scheme, indicator, growth, look)
        for filler in range(row, after + 1):
            # Charts are as high as rows of the table.
            if sheet.row_dimensions[filler].height is None:
                sheet.row_dimensions[filler].height = sizes.row_height(1)
        if look.upright and targets_of(scheme, indicator):
            right = _CHART_COLUMN + look.chart_columns - 1
            pages.append(area(_CHART_COLUMN, right, row, row + look.chart_rows + 1))
        row = after + 1
    frame.page(sheet, scheme, upright=look.upright)
    if look.upright:
        sheet.print_area = ",".join([area(1, len(_HEADERS), 1, row - 2), *pages])


def _note(growth: float | None) -> str:
    text = "均值＝参评企业的分子合计÷分母合计；增长只比两年都有数据的地区。"
    if growth is None:
        return text + "对照增速：各地区为汇入地区的合计；全市应与公布的全市工业平均增速比。"
    return text + f"对照增速为全市工业平均增速{show_number(round(100 * growth, 4))}%。"


def _rows(city: City, scheme: Scheme, indicator: Indicator, look: _Look) -> int:
    """Return how many rows an indicator takes: title, districts, city, or those of its chart."""
    rows = len(city.sound) + 2
    return max(rows, look.chart_rows + 1) if targets_of(scheme, indicator) else rows


def _section(
    sheet: Worksheet,
    row: int,
    city: City,
    scheme: Scheme,
    indicator: Indicator,
    growth: float | None,
    look: _Look,
) -> None:
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
    frame.put(sheet, row, 1, title, styles.SECTION)
    sheet.row_dimensions[row].height = sizes.row_height(1)
    table_rows(sheet, row + 1, _KINDS, rows, total=True)
    _colour(sheet, row + 1, len(rows))
    if targets:
        _chart(sheet, row, indicator, len(rows), look, grows=goal is None)


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


def _chart(
    sheet: Worksheet, row: int, indicator: Indicator, rows: int, look: _Look, *, grows: bool
) -> None:
    """Put a chart right of a table: growth against the reference, or averages against the goal."""
    column, line = (_GROWTH, _REFERENCE) if grows else (_NOW, _TARGET)
    title = f"{indicator.name}{'增速' if grows else '与目标'}"
    unit = "" if grows else indicator.unit
    chart = average_chart(sheet, title, unit, HEADER_ROW, row + 1, column, line, rows)
    height = look.chart_rows * sizes.row_height(1) / _POINTS_A_CM
    chart.width, chart.height = look.chart_width, height  # type: ignore[assignment]
    sheet.add_chart(chart, f"{get_column_letter(_CHART_COLUMN)}{row + 1}")


def _colour(sheet: Worksheet, first: int, rows: int) -> None:
    cells = area(_VERDICT, _VERDICT, first, first + rows - 1)
    at = f"${get_column_letter(_VERDICT)}{first}"
    colour_if(sheet, cells, f'OR(LEFT({at},3)="已达到",LEFT({at},2)="高于")', GOOD)
    colour_if(sheet, cells, f'OR(LEFT({at},3)="未达到",LEFT({at},3)="不高于")', BAD)
