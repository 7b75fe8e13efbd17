"""Tables on the sheets of new workbooks for handing in: the house look, several on one sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from permu_xl.book import frame, sizes, styles
from permu_xl.book.colouring import area, colour_equal
from permu_xl.book.layout import FIRST_ROW, Field
from permu_xl.book.styles import Kind, Role, cell_style, kind_of
from permu_xl.engine.scheme import Scheme

__all__ = ["Cells", "colour_classes", "field_table", "new_workbook", "table", "widths"]

Cells = Sequence[object]


def new_workbook(title: str, scheme: Scheme | None) -> Workbook:
    """Return a workbook without sheets, with the house's styles."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    styles.register(workbook)
    properties = workbook.properties
    if scheme is not None:
        properties.created = properties.modified = dt.datetime.combine(scheme.issued, dt.time())
    properties.creator = properties.lastModifiedBy = frame.AUTHOR
    properties.title, properties.language = title, "zh-CN"
    return workbook


def widths(sheet: Worksheet, columns: Sequence[float]) -> None:
    """Set the widths of the first columns."""
    for column, width in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width


def table(
    sheet: Worksheet,
    row: int,
    title: str,
    headers: Sequence[str],
    kinds: Sequence[Kind],
    rows: Sequence[Cells],
) -> int:
    """Write a titled table whose title stands in ``row``; return the row two below its end."""
    frame.put(sheet, row, 1, title, styles.SECTION)
    sheet.row_dimensions[row].height = sizes.row_height(1)
    lines = 1
    for column, header in enumerate(headers, 1):
        frame.put(sheet, row + 1, column, header, styles.HEADER)
        lines = max(lines, sizes.line_count(header, _width(sheet, column)))
    sheet.row_dimensions[row + 1].height = sizes.row_height(lines)
    for number, cells in enumerate(rows, row + 2):
        _row(sheet, number, cells, [cell_style("output", kind) for kind in kinds], kinds)
    return row + len(rows) + 3


def field_table(
    sheet: Worksheet,
    fields: Sequence[Field],
    scheme: Scheme,
    rows: Sequence[Mapping[str, object]],
    *,
    inputs: Sequence[str] = (),
    frozen: str | None = None,
    upright: bool = False,
) -> None:
    """Write the only table of a sheet, below title and note; ``inputs`` are keys to be filled."""
    frame.header(sheet, fields)
    kinds = [kind_of(field, scheme) for field in fields]
    roles: list[Role] = ["input" if field.key in inputs else "output" for field in fields]
    names = [cell_style(role, kind) for role, kind in zip(roles, kinds, strict=True)]
    for number, values in enumerate(rows, FIRST_ROW):
        _row(sheet, number, [values.get(field.key) for field in fields], names, kinds)
    frame.filter_and_freeze(sheet, fields, max(len(rows), 1), frozen)
    frame.page(sheet, scheme, upright=upright)


def _row(
    sheet: Worksheet, number: int, cells: Cells, names: Sequence[str], kinds: Sequence[Kind]
) -> None:
    lines = 1
    for column, (value, name, kind) in enumerate(zip(cells, names, kinds, strict=True), 1):
        frame.put(sheet, number, column, value, name)
        if kind in ("text", "choice") and isinstance(value, str):
            lines = max(lines, sizes.line_count(value, _width(sheet, column)))
    sheet.row_dimensions[number].height = sizes.row_height(lines)


def _width(sheet: Worksheet, column: int) -> float:
    return float(sheet.column_dimensions[get_column_letter(column)].width)


def colour_classes(sheet: Worksheet, scheme: Scheme, column: int, first: int, last: int) -> None:
    """Colour the letters in part of a column as everywhere in the house."""
    if last >= first:
        cells = area(column, column, first, last)
        colour_equal(sheet, cells, styles.class_colours(scheme.letters))
