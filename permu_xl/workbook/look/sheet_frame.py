"""What every sheet of the template has: title, note, header row, page set-up."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from openpyxl.comments import Comment
from openpyxl.styles import Alignment
from openpyxl.utils import absolute_coordinate, get_column_letter, quote_sheetname
from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties

from permu_xl.text import printable
from permu_xl.workbook.layout import (
    FIRST_ROW,
    HEADER_ROW,
    LAST_ROW,
    NOTE_ROW,
    PARAMETERS,
    TITLE_ROW,
    Field,
    parameter_cell,
)
from permu_xl.workbook.look import sizes, styles
from permu_xl.xlsx.writing import xstring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from permu_xl.engine.model import Scheme

AUTHOR = "permu_xl"
_PRINT_AREA = "_xlnm.Print_Area"

_TITLE_HEIGHT, _NOTE_HEIGHT = 30.0, 18.0
_COMMENT_WIDTH = 300
# Measured: notes are shown in 9 pt; half a Chinese character is 6.5 pixels wide, a line 17 high.
_COMMENT_UNIT, _COMMENT_LINE = 6.5, 17
_CM = 1 / 2.54


def new_workbook(title: str, scheme: Scheme | None) -> Workbook:
    """Return a workbook without sheets, with the house's styles.

    Its date is that of the scheme, so that the same content gives the same file.
    """
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    styles.register(workbook)
    properties = workbook.properties
    if scheme is not None:
        properties.created = properties.modified = dt.datetime.combine(scheme.issued, dt.time())
    properties.creator = properties.lastModifiedBy = AUTHOR
    properties.title, properties.language = printable(title), "zh-CN"
    return workbook


def put(sheet: Worksheet, row: int, column: int, value: object, style: str) -> None:
    """Write a value with a named style; text stays text, whatever it begins with or holds."""
    cell = sheet.cell(row, column)
    cell.value = xstring(value) if isinstance(value, str) else value  # type: ignore[assignment]
    if isinstance(value, str):
        cell.data_type = "s"
    cell.style = style


def put_formula(sheet: Worksheet, row: int, column: int, formula: str, style: str) -> None:
    """Write a formula (without the equals sign) with a named style."""
    cell = sheet.cell(row, column, f"={formula}")
    cell.style = style


def parameter(key: str) -> str:
    """Return the absolute reference of a parameter's value.

    >>> parameter("district")
    "'参数'!$B$4"
    """
    row, column = parameter_cell(key)
    cell = absolute_coordinate(f"{get_column_letter(column)}{row}")
    return f"{quote_sheetname(PARAMETERS)}!{cell}"


def live_title(subject: str, years_back: int = 0) -> str:
    """Return the formula of a title that follows district and year on the sheet 参数."""
    year = parameter("year")
    shown = f"({year}-{years_back})" if years_back else year
    return (
        f'{parameter("district")}&IF(ISNUMBER({year}),{shown}&"年度","")&"亩均综合评价　{subject}"'
    )


def head(sheet: Worksheet, title: str, note: str, *, formula: bool = False) -> None:
    """Write title and note; ``formula`` says that the title is a formula."""
    write = put_formula if formula else put
    write(sheet, TITLE_ROW, 1, title, styles.TITLE)
    put(sheet, NOTE_ROW, 1, note, styles.NOTE)
    sheet.row_dimensions[TITLE_ROW].height = _TITLE_HEIGHT
    sheet.row_dimensions[NOTE_ROW].height = _NOTE_HEIGHT
    sheet.sheet_view.showGridLines = False
    sheet.sheet_format.defaultRowHeight = sizes.row_height(1) - sizes.ROW_PADDING


def footnote(sheet: Worksheet, row: int, text: str, columns: int) -> None:
    """Write a note below a table, over this many columns, as high as its text takes."""
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=columns)
    put(sheet, row, 1, text, styles.NOTE)
    sheet.cell(row, 1).alignment = Alignment(wrap_text=True, vertical="center")
    letters = map(get_column_letter, range(1, columns + 1))
    width = sum(sheet.column_dimensions[letter].width for letter in letters)
    sheet.row_dimensions[row].height = sizes.row_height(sizes.line_count(text, width))


def header(
    sheet: Worksheet, fields: Sequence[Field], row: int = HEADER_ROW, *, tell_optional: bool = False
) -> None:
    """Write the header row of a table and set the column widths.

    ``tell_optional`` gives columns that need not be filled a lighter header.
    """
    lines = 1
    for column, field in enumerate(fields, 1):
        optional = tell_optional and not field.required
        style = styles.HEADER_OPTIONAL if optional else styles.HEADER
        put(sheet, row, column, field.header, style)
        sheet.column_dimensions[get_column_letter(column)].width = field.width
        lines = max(lines, sizes.line_count(field.header, field.width))
    sheet.row_dimensions[row].height = sizes.row_height(lines)


def annotate(sheet: Worksheet, row: int, column: int, text: str) -> None:
    """Attach a note to a cell, in a box large enough for the text."""
    if not text:
        return
    units = _COMMENT_WIDTH / _COMMENT_UNIT
    height = _COMMENT_LINE * (sizes.line_count(text, units) + 1)
    sheet.cell(row, column).comment = Comment(text, AUTHOR, height=height, width=_COMMENT_WIDTH)


def filter_and_freeze(
    sheet: Worksheet, fields: Sequence[Field], rows: int | None, frozen: str | None
) -> None:
    """Keep the header and the columns up to the one with key ``frozen`` in view; add a filter.

    ``rows`` is the number of rows that the filter covers, None for no filter.
    """
    keys = [field.key for field in fields]
    right_of = keys.index(frozen) + 2 if frozen else 1
    sheet.freeze_panes = f"{get_column_letter(right_of)}{FIRST_ROW}"
    if rows is not None:
        last = f"{get_column_letter(len(fields))}{FIRST_ROW + rows - 1}"
        sheet.auto_filter.ref = f"A{HEADER_ROW}:{last}"


def print_filled(sheet: Worksheet, fields: Sequence[Field]) -> None:
    """Let a table print down to its last firm, whether prepared rows or formulas follow.

    The print area is a formula, which Excel evaluates; programs that take no formula there print
    what they print without one.
    """
    keys = [field.key for field in fields]
    place, last = quote_sheetname(sheet.title), get_column_letter(len(fields))
    left, right = (get_column_letter(keys.index(key) + 1) for key in ("code", "name"))
    cells = f"{place}!${left}${FIRST_ROW}:${right}${LAST_ROW}"
    row = f'MAX({FIRST_ROW},SUMPRODUCT(MAX(({cells}<>"")*ROW({cells}))))'
    area = f"{place}!$A$1:INDEX({place}!${last}$1:${last}${LAST_ROW},{row})"
    sheet.defined_names[_PRINT_AREA] = DefinedName(_PRINT_AREA, attr_text=area)


def page(
    sheet: Worksheet,
    scheme: Scheme,
    *,
    header_row: int | None = HEADER_ROW,
    upright: bool = False,
    fields: Sequence[Field] = (),
) -> None:
    """Set the sheet up for print: A4, one page wide, header repeated, pages numbered.

    A table of ``fields`` that would be too small to read becomes two pages wide, with the columns
    up to the firm's name on both.
    """
    sheet.page_setup.orientation = "portrait" if upright else "landscape"
    sheet.page_setup.paperSize = int(sheet.PAPERSIZE_A4)
    sheet.page_setup.fitToWidth = 1
    if sum(field.width for field in fields) > sizes.WIDEST_PAGE and not upright:
        sheet.page_setup.fitToWidth = 2
        keys = [field.key for field in fields]
        last = keys.index("name") + 1 if "name" in keys else 1
        sheet.print_title_cols = f"A:{get_column_letter(last)}"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 1.2 * _CM
    margins.top, margins.bottom = 1.3 * _CM, 1.6 * _CM
    margins.header = margins.footer = 0.7 * _CM
    if header_row is not None:
        sheet.print_title_rows = f"{header_row}:{header_row}"
    footer = HeaderFooterItem()
    footer.left.text = "&A"
    footer.center.text = "第 &P 页，共 &N 页"
    footer.right.text = scheme.document.replace("&", "&&")
    sheet.HeaderFooter.oddFooter = footer
