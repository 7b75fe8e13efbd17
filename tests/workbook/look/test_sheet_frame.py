"""How tables print: readable, with the firms' names, down to the last firm."""

from __future__ import annotations

import pytest
from openpyxl.workbook import Workbook

from permu_xl.schemes import load
from permu_xl.workbook import layout
from permu_xl.workbook.look.sheet_frame import footnote, new_workbook
from permu_xl.workbook.look.sizes import row_height
from permu_xl.workbook.template.workbook import build_template


@pytest.fixture(scope="module")
def template() -> Workbook:
    return build_template(load(), rows=3)


@pytest.mark.parametrize(
    ("title", "pages", "columns"),
    [
        # A4 across holds 147 units of column width at full size: 分类结果 186, the others 270.
        (layout.CLASSES, 1, None),
        (layout.SCORES, 2, "$A:$C"),
        (layout.DATA, 2, "$A:$C"),
        (layout.PREVIOUS, 2, "$A:$C"),
    ],
)
def test_wide_tables_are_two_pages_wide(
    template: Workbook, title: str, pages: int, columns: str | None
) -> None:
    sheet = template[title]
    assert sheet.page_setup.fitToWidth == pages
    assert sheet.print_title_cols == columns
    assert sheet.print_title_rows == f"${layout.HEADER_ROW}:${layout.HEADER_ROW}"


def test_a_footnote_is_as_high_as_its_text() -> None:
    sheet = new_workbook("表", None).create_sheet("表")
    # Three columns of 10: 28 units for text after the padding, 14 characters a line.
    for letter in "ABC":
        sheet.column_dimensions[letter].width = 10
    footnote(sheet, 9, "字" * 30, 3)
    assert sheet.row_dimensions[9].height == row_height(3)
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A9:C9"]
