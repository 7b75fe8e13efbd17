"""Conditional formats: classes by colour, findings by level, firms that are out in grey."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter

from permu_xl.workbook.look import styles

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

GOOD, BAD = "2E7D5B", "B93A32"
_GREY_INK, _GREY_FILL = "8A9199", "F1F3F5"


def area(first_column: int, last_column: int, first_row: int, last_row: int) -> str:
    """Return the A1 reference of a block of cells.

    >>> area(2, 3, 5, 60)
    'B5:C60'
    """
    first, last = get_column_letter(first_column), get_column_letter(last_column)
    return f"{first}{first_row}:{last}{last_row}"


def colour_equal(sheet: Worksheet, cells: str, colours: dict[str, str]) -> None:
    """Colour each cell by its own text."""
    for text, colour in colours.items():
        rule = Rule(type="cellIs", operator="equal", formula=[_quoted(text)], dxf=_tinted(colour))
        sheet.conditional_formatting.add(cells, rule)


def colour_rows(sheet: Worksheet, cells: str, column: int, colours: dict[str, str]) -> None:
    """Colour rows by the text in one of their columns."""
    for text, colour in colours.items():
        condition = f"{_anchor(cells, column)}={_quoted(text)}"
        _add(sheet, cells, condition, DifferentialStyle(fill=_fill(styles.tint(colour))))


def grey_rows(sheet: Worksheet, cells: str, condition: str) -> None:
    """Grey the rows for which a condition on their first row holds."""
    _add(sheet, cells, condition, DifferentialStyle(Font(color=_GREY_INK), fill=_fill(_GREY_FILL)))


def colour_if(sheet: Worksheet, cells: str, condition: str, colour: str) -> None:
    """Colour cells for which a condition on their first cell holds."""
    _add(sheet, cells, condition, _tinted(colour))


def _add(sheet: Worksheet, cells: str, condition: str, look: DifferentialStyle) -> None:
    rule = Rule(type="expression", formula=[condition], dxf=look)
    sheet.conditional_formatting.add(cells, rule)


def _anchor(cells: str, column: int) -> str:
    first_cell = cells.split(":")[0]
    row = first_cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f"${get_column_letter(column)}{row}"


def _quoted(text: str) -> str:
    escaped = text.replace('"', '""')
    return f'"{escaped}"'


def _fill(colour: str) -> PatternFill:
    return PatternFill(bgColor=colour, fill_type="solid")


def _tinted(colour: str) -> DifferentialStyle:
    ink = Font(color=styles.shade(colour), bold=True)
    return DifferentialStyle(ink, fill=_fill(styles.tint(colour)))
