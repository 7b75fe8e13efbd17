"""``函数示例.xlsx``: every worksheet function on cells, with an explanation beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula

from permu_xl.engine import Evaluation
from permu_xl.functions import REGISTRY, Cell, Function, WorkedExample, worked_example
from permu_xl.workbook import look
from permu_xl.workbook.example.what_if import add_what_if

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from permu_xl.engine import Evaluation

__all__ = ["EXAMPLES_SHEET", "build_function_examples"]

EXAMPLES_SHEET = "函数示例"

_TITLE = "工作表函数示例"
_NOTE = (
    "浅黄的格子是参数，可以改；右边的结果随着变。显示 #NAME? 的，请先安装加载项。"
    "全部函数和参数见 docs/functions.md；“试算”一页可以选一户企业改数。"
)
_FIRST_ROW, _FIRST_COLUMN = 4, 2
_EXPLANATION_WIDTH, _CELL_WIDTH = 58, 13
_WIDEST = 12
"""Up to which column a result may stand beside the arguments."""


def build_function_examples(e: Evaluation) -> tuple[Workbook, look.Shown]:
    """Return the workbook and what its formulas show.

    ``e`` is the district with which the sheet 试算 plays.
    """
    workbook = look.new_workbook(_TITLE, e.scheme)
    sheet = workbook.create_sheet(EXAMPLES_SHEET)
    look.head(sheet, _TITLE, _NOTE)
    sheet.column_dimensions["A"].width = _EXPLANATION_WIDTH
    row, widest = _FIRST_ROW, 0
    shown: dict[str, Cell] = {}
    for function in REGISTRY.values():
        row, columns = _block(sheet, function, row, shown)
        widest = max(widest, columns)
    for column in range(_FIRST_COLUMN, widest + 1):
        sheet.column_dimensions[get_column_letter(column)].width = _CELL_WIDTH
    sheet.freeze_panes = f"B{_FIRST_ROW}"
    look.page(sheet, e.scheme, header_row=None)
    return workbook, {EXAMPLES_SHEET: shown, **add_what_if(workbook, e)}


def _block(
    sheet: Worksheet, function: Function, top: int, shown: dict[str, Cell]
) -> tuple[int, int]:
    """Write a function's name, explanation, arguments and result; return next row, last column."""
    example = worked_example(function, top + 1, _FIRST_COLUMN)
    look.put(sheet, top, 1, function.name, look.SECTION)
    first = _FIRST_COLUMN
    for column, title in enumerate(example.titles, first):
        look.put(sheet, top + 1, column, title, look.HEADER)
    for column, header in enumerate(example.headers, first):
        look.put(sheet, top + 2, column, header, look.HEADER_OPTIONAL)
    for row, cells in enumerate(example.rows, example.first_row):
        for column, cell in enumerate(cells, first):
            kind: look.Kind = "text" if isinstance(cell, str) else "plain"
            look.put(sheet, row, column, cell, look.cell_style("input", kind))
    title_row, left = _place_of_result(example)
    right, last_row = _result(sheet, example, title_row, left)
    shown |= {
        f"{get_column_letter(column)}{row}": cell
        for row, cells in enumerate(example.result, title_row + 1)
        for column, cell in enumerate(cells, left)
    }
    height = max(example.first_row + len(example.rows) - 1, last_row) - top
    text = _explanation(function, example)
    lines = look.line_count(text, _EXPLANATION_WIDTH)
    bottom = top + max(height, lines)
    sheet.merge_cells(start_row=top + 1, end_row=bottom, start_column=1, end_column=1)
    look.put(sheet, top + 1, 1, text, look.NOTE)
    sheet.cell(top + 1, 1).alignment = Alignment(vertical="top", wrap_text=True)
    return bottom + 2, max(right, first + len(example.titles) - 1)


def _place_of_result(example: WorkedExample) -> tuple[int, int]:
    """Return row and column of the result's title: beside the arguments, or below where wide."""
    beside = _FIRST_COLUMN + len(example.titles) + 1
    if beside + len(example.result[0]) <= _WIDEST:
        return example.first_row - 1, beside
    return example.first_row + len(example.rows) + 1, _FIRST_COLUMN


def _result(sheet: Worksheet, example: WorkedExample, title_row: int, left: int) -> tuple[int, int]:
    """Write the formula over the cells of its result; return the last column and row."""
    first = title_row + 1
    right = left + len(example.result[0]) - 1
    bottom = first + len(example.result) - 1
    look.put(sheet, title_row, left, "结果", look.HEADER)
    area = f"{get_column_letter(left)}{first}:{get_column_letter(right)}{bottom}"
    for row, cells in enumerate(example.result, first):
        for column, cell in enumerate(cells, left):
            kind: look.Kind = "plain" if isinstance(cell, float) else "line"
            style = look.cell_style("output", kind)
            sheet.cell(row, column).style = style
            sheet.cell(row, column).alignment = Alignment(vertical="center")
    sheet[f"{get_column_letter(left)}{first}"] = ArrayFormula(area, example.formula)
    return right, bottom


def _explanation(function: Function, example: WorkedExample) -> str:
    parts = [
        function.gives,
        f"写法：{function.chinese_signature}",
        f"这里的公式：{example.formula[1:]}",
        f"说明：{function.example.remark}",
    ]
    if function.clause:
        parts.append(f"依据：{function.clause}")
    return "\n".join(parts)
