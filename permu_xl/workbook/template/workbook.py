"""The workbook template: sheets that follow the scheme, empty but for what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.workbook import layout, look
from permu_xl.workbook.layout import FIRST_ROW
from permu_xl.workbook.look import Kind, area, cell_style, colour_equal, save_workbook
from permu_xl.workbook.template.guide import build_guide
from permu_xl.workbook.template.input_sheets import (
    build_adjustments,
    build_firms,
    build_parameters,
    build_register,
)
from permu_xl.workbook.template.moves_sheet import build_moves
from permu_xl.workbook.template.result_sheets import (
    build_baselines,
    build_classes,
    build_findings,
    build_proof,
    build_scores,
)
from permu_xl.workbook.template.summary_sheet import build_summary

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from permu_xl.engine.model import Scheme

__all__ = ["build_template", "save_workbook"]

_INPUT_TAB, _RESULT_TAB, _TEXT_TAB = "E0A030", look.ACCENT, look.MUTED
_MEASURE_LINES_MIN = 3


def build_template(
    scheme: Scheme,
    *,
    rows: int = 500,
    district: str = "",
    year: int | None = None,
    scheme_name: str = "",
    live_rows: int | None = None,
) -> Workbook:
    """Return a new workbook for a scheme.

    ``rows`` is the number of formatted input rows (more may be filled); ``year`` the year to be
    evaluated, by default that of the scheme's issue; ``scheme_name`` what 方案 says, by default
    the scheme's id (a file's name for a scheme of one's own); ``live_rows`` for how many rows of
    firms the results will be live formulas, which the guide then describes.
    """
    workbook = look.new_workbook(f"亩均综合评价（{scheme.document}）", scheme)
    sheets = {name: workbook.create_sheet(name) for name in layout.SHEETS}
    build_guide(sheets[layout.GUIDE], scheme, live_rows)
    build_parameters(
        sheets[layout.PARAMETERS],
        scheme,
        district,
        scheme.issued.year if year is None else year,
        scheme_name or scheme.id,
    )
    build_firms(sheets[layout.DATA], scheme, rows, 0)
    build_firms(sheets[layout.PREVIOUS], scheme, rows, 1)
    build_adjustments(sheets[layout.ADJUSTMENTS], scheme)
    for title in layout.REGISTERS:
        build_register(sheets[title], scheme, rows)
    build_baselines(sheets[layout.BASELINES], scheme)
    build_scores(sheets[layout.SCORES], scheme, rows)
    build_classes(sheets[layout.CLASSES], scheme, rows)
    build_findings(sheets[layout.FINDINGS], scheme, rows)
    build_summary(sheets[layout.SUMMARY], scheme, rows)
    build_moves(sheets[layout.MOVES], scheme)
    build_proof(workbook, sheets[layout.PROOF], scheme)
    _measures(sheets[layout.MEASURES], scheme)
    for name, sheet in sheets.items():
        inputs = name in (*layout.INPUT_SHEETS, *layout.REGISTERS)
        results = name in layout.RESULT_SHEETS
        sheet.sheet_properties.tabColor = (
            _INPUT_TAB if inputs else _RESULT_TAB if results else _TEXT_TAB
        )
    workbook.calculation.fullCalcOnLoad = True
    return workbook


def _measures(sheet: Worksheet, scheme: Scheme) -> None:
    look.head(
        sheet, "分类政策", f"各类企业的要素配置政策摘要，依据{scheme.document}；以文件原文为准。"
    )
    fields = layout.measure_fields(scheme)
    look.header(sheet, fields)
    for row, definition in enumerate(scheme.classes, FIRST_ROW):
        values = {"letter": definition.letter, "name": definition.name}
        values |= {f"measure:{m.id}": scheme.measure_text(m, definition) for m in scheme.measures}
        lines = _MEASURE_LINES_MIN
        for column, field in enumerate(fields, 1):
            kind: Kind = "choice" if field.key in ("letter", "name") else "text"
            look.put(sheet, row, column, values[field.key], cell_style("output", kind))
            lines = max(lines, look.line_count(values[field.key], field.width))
        sheet.row_dimensions[row].height = look.row_height(lines)
    letters = area(1, 1, FIRST_ROW, FIRST_ROW + len(scheme.classes) - 1)
    colour_equal(sheet, letters, look.class_colours(scheme.letters))
    look.filter_and_freeze(sheet, fields, None, "name")
    look.page(sheet, scheme, fields=fields)
