"""Tables on the sheets of new workbooks for handing in: the house look, several on one sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from permu_xl.workbook.layout import FIRST_ROW, Field
from permu_xl.workbook.look import sheet_frame, sizes, styles
from permu_xl.workbook.look.conditional_colours import area, colour_equal
from permu_xl.workbook.look.styles import Kind, Role, cell_style, kind_of

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from permu_xl.engine.model import Scheme

__all__ = [
    "Cells",
    "colour_classes",
    "field_table",
    "header_row",
    "name_width",
    "table",
    "table_rows",
    "widths",
]

_NAME_MIN, _NAME_MAX, _NAME_ROOM = 16, 36, 3

Cells = Sequence[object]


def widths(sheet: Worksheet, columns: Sequence[float], *, column: int = 1) -> None:
    """Set the widths of the columns from ``column`` on."""
    for number, width in enumerate(columns, column):
        sheet.column_dimensions[get_column_letter(number)].width = width


def name_width(names: Iterable[str]) -> float:
    """Return the width of a column of names, so that the usual ones take one line."""
    longest = max(map(sizes.text_width, names), default=0)
    return float(min(max(longest + _NAME_ROOM, _NAME_MIN), _NAME_MAX))


def table(
    sheet: Worksheet,
    row: int,
    title: str,
    headers: Sequence[str],
    kinds: Sequence[Kind],
    rows: Sequence[Cells],
    *,
    column: int = 1,
    total: bool = False,
) -> int:
    """Write a titled table whose title stands in ``row``; return the row two below its end.

    ``column`` is its first one; ``total`` says that its last row sums up the others.
    """
    sheet_frame.put(sheet, row, column, title, styles.SECTION)
    sheet.row_dimensions[row].height = sizes.row_height(1)
    header_row(sheet, row + 1, headers, column=column)
    return table_rows(sheet, row + 2, kinds, rows, column=column, total=total)


def header_row(sheet: Worksheet, row: int, headers: Sequence[str], *, column: int = 1) -> None:
    """Write the headers of a table as wide as the columns are by now."""
    lines = 1
    for number, text in enumerate(headers, column):
        sheet_frame.put(sheet, row, number, text, styles.HEADER)
        lines = max(lines, sizes.line_count(text, _width(sheet, number)))
    _heighten(sheet, row, lines)


def table_rows(
    sheet: Worksheet,
    row: int,
    kinds: Sequence[Kind],
    rows: Sequence[Cells],
    *,
    column: int = 1,
    total: bool = False,
) -> int:
    """Write the rows of a table from ``row`` on; return the row two below its end."""
    styled = [cell_style("output", kind) for kind in kinds]
    for number, cells in enumerate(rows, row):
        _row(sheet, number, cells, styled, kinds, column)
    if total and rows:
        for cell in sheet[row + len(rows) - 1][column - 1 : column - 1 + len(kinds)]:
            cell.font = Font(styles.FONT, 10, bold=True, color=styles.INK)
            cell.fill = PatternFill("solid", start_color=styles.tint(styles.ACCENT))
    return row + len(rows) + 1


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
    sheet_frame.header(sheet, fields)
    kinds = [kind_of(field, scheme) for field in fields]
    roles: list[Role] = ["input" if field.key in inputs else "output" for field in fields]
    names = [cell_style(role, kind) for role, kind in zip(roles, kinds, strict=True)]
    for number, values in enumerate(rows, FIRST_ROW):
        _row(sheet, number, [values.get(field.key) for field in fields], names, kinds)
    sheet_frame.filter_and_freeze(sheet, fields, max(len(rows), 1), frozen)
    sheet_frame.page(sheet, scheme, upright=upright, fields=fields)


def _row(
    sheet: Worksheet,
    number: int,
    cells: Cells,
    names: Sequence[str],
    kinds: Sequence[Kind],
    first: int = 1,
) -> None:
    lines = 1
    for column, (value, name, kind) in enumerate(zip(cells, names, kinds, strict=True), first):
        sheet_frame.put(sheet, number, column, value, name)
        if kind in ("text", "choice") and isinstance(value, str):
            lines = max(lines, sizes.line_count(value, _width(sheet, column)))
    _heighten(sheet, number, lines)


def _heighten(sheet: Worksheet, row: int, lines: int) -> None:
    """Make a row high enough; another table may stand in it."""
    known = sheet.row_dimensions[row].height or 0.0
    sheet.row_dimensions[row].height = max(known, sizes.row_height(lines))


def _width(sheet: Worksheet, column: int) -> float:
    return float(sheet.column_dimensions[get_column_letter(column)].width)


def colour_classes(sheet: Worksheet, scheme: Scheme, column: int, first: int, last: int) -> None:
    """Colour the letters in part of a column as everywhere in the house."""
    if last >= first:
        cells = area(column, column, first, last)
        colour_equal(sheet, cells, styles.class_colours(scheme.letters))
