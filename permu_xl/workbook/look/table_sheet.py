"""A table of ours as a further sheet of a workbook that is there already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from permu_xl.workbook.layout import FIRST_ROW, HEADER_ROW, LAST_ROW, NOTE_ROW, TITLE_ROW, Field
from permu_xl.workbook.look import sizes
from permu_xl.xlsx import package as ooxml
from permu_xl.xlsx.cells import get_column_letter

if TYPE_CHECKING:
    from permu_xl.xlsx.package import Package

__all__ = ["Look", "look_of", "table_xml"]


Look = Mapping[tuple[int, int], str]
"""Numbers of cell formats by 1-based row and column of some sheet."""


def look_of(package: Package, name: str, last_row: int) -> Look:
    """Return the cell formats in the first rows of a sheet; nothing for a sheet that is absent."""
    if name not in package.sheets:
        return {}
    found: dict[tuple[int, int], str] = {}
    for row in ooxml.elements(package.read(package.sheet(name).part), ("row",)):
        number = int(row.get("r", "0") or 0)
        if 1 <= number <= last_row:
            for cell in row.iterchildren("{*}c"):
                letters = cell.get("r", "").rstrip("0123456789")
                if letters and cell.get("s"):
                    column = 0
                    for letter in letters:
                        column = column * 26 + ord(letter) - ord("A") + 1
                    found[number, column] = cell.get("s", "")
        row.clear()
    return found


def table_xml(
    title: str,
    note: str,
    fields: Sequence[Field],
    formats: Mapping[str, str],
    namespace: str,
    *,
    frozen: int = 5,
    rows: int = 1,
) -> bytes:
    """Return a sheet with title, note, header and some formatted empty rows.

    ``formats`` are the numbers of the cell formats ``title``, ``note``, ``header`` and, by kind
    of field, those of the body.  ``frozen`` columns stay in view; fields without a header part
    tables, and then there is no filter.
    """

    def cell(row: int, column: int, text: str, style: str) -> str:
        look = f' s="{style}"' if style else ""
        at = f'r="{get_column_letter(column)}{row}"{look}'
        if not text:
            return f"<c {at}/>"
        return (
            f'<c {at} t="inlineStr"><is><t xml:space="preserve">{ooxml.escape(text)}</t></is></c>'
        )

    def get(name: str) -> str:
        return formats.get(name, "")

    widths = "".join(
        f'<col min="{n}" max="{n}" width="{field.width}" customWidth="1"/>'
        for n, field in enumerate(fields, 1)
    )
    height = sizes.row_height(max(sizes.line_count(field.header, field.width) for field in fields))
    header = "".join(
        cell(HEADER_ROW, n, f.header, get("header") if f.header else "")
        for n, f in enumerate(fields, 1)
    )
    body = "".join(
        f'<row r="{row}">'
        + "".join(
            cell(row, n, "", get(f.kind) if f.header else "") for n, f in enumerate(fields, 1)
        )
        + "</row>"
        for row in range(FIRST_ROW, FIRST_ROW + rows)
    )
    last = get_column_letter(len(fields))
    below = f"A{HEADER_ROW}:{last}{FIRST_ROW + rows - 1}"
    filtered = f'<autoFilter ref="{below}"/>' if all(f.header for f in fields) else ""
    pages = 2 if sum(field.width for field in fields) > sizes.WIDEST_PAGE else 1
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f"<worksheet xmlns={ooxml.quoteattr(namespace)}>"
        '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<dimension ref="A1:{last}{FIRST_ROW + rows - 1}"/>'
        '<sheetViews><sheetView showGridLines="0" workbookViewId="0">'
        f'<pane xSplit="{frozen}" ySplit="{HEADER_ROW}"'
        f' topLeftCell="{get_column_letter(frozen + 1)}{FIRST_ROW}"'
        ' activePane="bottomRight" state="frozen"/>'
        '</sheetView></sheetViews><sheetFormatPr defaultRowHeight="16.5"/>'
        f"<cols>{widths}</cols><sheetData>"
        f'<row r="{TITLE_ROW}" ht="30" customHeight="1">'
        f"{cell(TITLE_ROW, 1, title, get('title'))}</row>"
        f'<row r="{NOTE_ROW}" ht="18" customHeight="1">{cell(NOTE_ROW, 1, note, get("note"))}</row>'
        f'<row r="{HEADER_ROW}" ht="{height}" customHeight="1">{header}</row>'
        f"{body}</sheetData>{filtered}{_lists(fields)}"
        '<printOptions horizontalCentered="1"/>'
        '<pageMargins left="0.47" right="0.47" top="0.51" bottom="0.63" header="0.28"'
        ' footer="0.28"/>'
        '<pageSetup paperSize="9" orientation="landscape"'
        f' fitToWidth="{pages}" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;L&amp;A&amp;C第 &amp;P 页，共 &amp;N 页</oddFooter>"
        "</headerFooter></worksheet>"
    ).encode()


def _lists(fields: Sequence[Field]) -> str:
    """Return the drop-down lists of the columns that offer a choice."""
    checks = [
        '<dataValidation type="list" allowBlank="1" showErrorMessage="1"'
        f' sqref="{letter}{FIRST_ROW}:{letter}{LAST_ROW}">'
        f'<formula1>"{ooxml.escape(",".join(field.choices))}"</formula1></dataValidation>'
        for letter, field in ((get_column_letter(n), f) for n, f in enumerate(fields, 1))
        if field.choices
    ]
    if not checks:
        return ""
    return f'<dataValidations count="{len(checks)}">{"".join(checks)}</dataValidations>'
