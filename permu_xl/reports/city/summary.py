"""全市汇总 of the city's workbook: firms and land by district and class, with a chart.

A handful of districts stand on one page, one table below the other.  Many do not: then the tables
stand side by side on the same rows, each printed on pages of its own with the header repeated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break

from permu_xl.reports.city.charts import CROWDED, class_chart
from permu_xl.reports.city.layout import CITY_BOOKS
from permu_xl.reports.city.tables import Standing, standings
from permu_xl.workbook import look
from permu_xl.workbook.look import Cells, Kind, area, name_width, table, widths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from permu_xl.engine.model import Scheme
    from permu_xl.reports.city.model import City

__all__ = ["build_summary"]

_TITLE_ROW = 4
_FIRST_LETTER = 5
"""The column of the first class."""
_CHART_WIDTH, _CHART_HEIGHT = 26.0, 13.0
_CHART_ROWS, _CHART_COLUMNS = 24, 13
_GAP = 2.0
_PAGE_ROWS = 26
"""Rows that fit on a page as wide as the tables."""


def build_summary(sheet: Worksheet, city: City, scheme: Scheme) -> None:
    """Lay out the sheet."""
    many = len(city.sound) > CROWDED
    left_out = f"【未汇入：{'、'.join(city.missing)}，见“{CITY_BOOKS}”】" if city.missing else ""
    look.head(
        sheet,
        f"{city.year}年度亩均综合评价　全市汇总",
        f"{left_out}汇入{len(city.sound)}个地区。户数按最终分类；平均总分只算参评企业。"
        f"{'用地和图在右边。' if many else ''}",
    )
    rows = standings(city.sound)
    last = _firms(sheet, scheme, rows)
    bottom = _TITLE_ROW + 1 + len(rows)
    areas = [area(1, last, 1, bottom)]
    below = bottom + 2
    if rows[-1].area is not None:
        column = last + 2 if many else 1
        if not many and below + 1 + len(rows) > _PAGE_ROWS:
            sheet.row_breaks.append(Break(id=below - 1))
        right, after = _land(sheet, scheme, rows, _TITLE_ROW if many else below, column)
        if many:
            areas.append(area(column, right, _TITLE_ROW, bottom))
            last = right
        else:
            below = after
    if many:
        column = last + 2
        areas.append(area(column, column + _CHART_COLUMNS, _TITLE_ROW, _TITLE_ROW + _CHART_ROWS))
        corner = f"{get_column_letter(column)}{_TITLE_ROW}"
        sheet.freeze_panes = f"B{_TITLE_ROW + 2}"
    else:
        areas = [area(1, last, 1, below + _CHART_ROWS)]
        corner = f"A{below + 1}"
        sheet.row_breaks.append(Break(id=below - 1))
    chart = class_chart(sheet, scheme, _TITLE_ROW + 1, _FIRST_LETTER, len(city.sound))
    chart.width, chart.height = _CHART_WIDTH, _CHART_HEIGHT  # type: ignore[assignment]
    sheet.add_chart(chart, corner)
    look.page(sheet, scheme, header_row=_TITLE_ROW + 1 if many else None)
    sheet.print_area = ",".join(areas)


def _firms(sheet: Worksheet, scheme: Scheme, rows: Sequence[Standing]) -> int:
    """Write the firms by class; return the last column."""
    letters = scheme.letters
    classed = "有分类户数" if scheme.scope.letter else "参评户数"
    headers = (
        "地区", "企业数", "不参评", classed,
        *(f"{x}类" for x in letters), *(f"{x}类占比" for x in letters), "平均总分",
    )  # fmt: skip
    kinds: tuple[Kind, ...] = (
        "text", "count", "count", "count",
        *_times("count", letters), *_times("share", letters), "points",
    )  # fmt: skip
    names = name_width(row.name for row in rows)
    widths(sheet, (names, *(9.5 for _ in headers[1:-1]), 10))
    cells = [_counted(row) for row in rows]
    table(sheet, _TITLE_ROW, "各地区企业分类", headers, kinds, cells, total=True)
    return len(headers)


def _land(
    sheet: Worksheet, scheme: Scheme, rows: Sequence[Standing], row: int, column: int
) -> tuple[int, int]:
    """Write the land by class; return the last column, and the row two below the table."""
    letters = scheme.letters
    headers = ("地区", "用地合计", *(f"{x}类" for x in letters), *(f"{x}类占比" for x in letters))
    kinds: tuple[Kind, ...] = (
        "text", "integer", *_times("integer", letters), *_times("share", letters),
    )  # fmt: skip
    if column > 1:
        names = name_width(each.name for each in rows)
        widths(sheet, (_GAP, names, *(10.5 for _ in headers[1:]), _GAP), column=column - 1)
    after = table(
        sheet, row, "各地区各类企业用地（亩）", headers, kinds,
        [_area(each) for each in rows], column=column, total=True,
    )  # fmt: skip
    return column + len(headers) - 1, after


def _times(kind: Kind, letters: Sequence[str]) -> tuple[Kind, ...]:
    return (kind,) * len(letters)


def _counted(row: Standing) -> Cells:
    shares = [n / row.classed if row.classed else None for n in row.counts.values()]
    out = row.firms - row.classed
    return (row.name, row.firms, out, row.classed, *row.counts.values(), *shares, row.mean)


def _area(row: Standing) -> Cells:
    shares = [
        area / row.area if area is not None and row.area else None for area in row.land.values()
    ]
    return (row.name, row.area, *row.land.values(), *shares)
