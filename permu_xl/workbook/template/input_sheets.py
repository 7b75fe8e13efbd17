"""The input sheets of the template: 参数, tables of firms, 分类调整, those of the procedure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter

from permu_xl.engine import METHOD_NAMES
from permu_xl.schemes import available
from permu_xl.workbook import layout, look
from permu_xl.workbook.layout import FIRST_ROW, HEADER_ROW, Field
from permu_xl.workbook.look import BAD, GOOD, Role, area, cell_style, colour_if, kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from permu_xl.engine.model import Scheme

ADJUSTMENT_ROWS = 100
WEIGHTS_CHECK = "权重核对"


def build_parameters(
    sheet: Worksheet, scheme: Scheme, district: str, year: int, scheme_name: str
) -> None:
    """Lay out 参数, filled with what the scheme says."""
    look.head(sheet, "参数", "由您填写：地区、评价年度；下表的数来自方案，有文件依据才改。")
    fields = layout.parameter_fields()
    header_row, first = layout.PARAMETER_HEADER_ROW, layout.PARAMETER_HEADER_ROW + 1
    look.header(sheet, fields, header_row, tell_optional=True)
    _pairs(sheet, scheme, {"district": district, "year": year, "scheme": scheme_name})
    rows = layout.parameter_rows(scheme)
    for offset, (indicator, group) in enumerate(rows):
        rule = indicator.baseline
        values: dict[str, object] = {
            "indicator": indicator.named(group),
            "weight": None if group else indicator.weight,
            "method": None if group else METHOD_NAMES[rule.method],
            "manual": rule.manual_by.get(group) if group else rule.manual,
            "cap": None if group else indicator.cap,
        }
        for column, field in enumerate(fields, 1):
            fixed = field.key == "indicator" or (group and field.key != "manual")
            role: Role = "output" if fixed else "input"
            style = cell_style(role, kind_of(field, scheme))
            look.put(sheet, first + offset, column, values[field.key], style)
    last = first + len(rows) - 1
    for column, field in enumerate(fields, 1):
        look.annotate(sheet, header_row, column, field.note)
        if field.key != "indicator":
            look.validate(sheet, field, column, scheme, first, last)
    _weights_check(sheet, scheme, fields, first, last)
    look.page(sheet, scheme, header_row=None)


def _pairs(sheet: Worksheet, scheme: Scheme, values: dict[str, object]) -> None:
    choices = tuple(dict.fromkeys((*available(), str(values["scheme"]))))
    span = f"{scheme.valid_from}至{scheme.valid_until}"
    notes = {
        "district": "区、县（市）全称，显示在各表标题和告知书上。",
        "year": f"评价哪一年的数据，四位数；方案有效期{span}，最后评价{scheme.last_year}年度。",
        "scheme": "方案编号；自己的方案文件放在工作簿旁边，这里写文件名（.toml）。",
    }
    for key, name in layout.PARAMETER_NAMES.items():
        row, column = layout.parameter_cell(key)
        look.put(sheet, row, column - 1, name, look.HEADER)
        look.put(sheet, row, column, values[key] or None, cell_style("input", "choice"))
        look.put(sheet, row, column + 1, notes[key], look.NOTE)
        sheet.row_dimensions[row].height = look.row_height(1)
    letter = get_column_letter(layout.parameter_cell("year")[1])
    look.validate_cell(
        sheet,
        f"{letter}{layout.parameter_cell('year')[0]}",
        look.whole_between(
            scheme.valid_from.year, max(scheme.valid_from.year, scheme.last_year), "评价年度", "",
            f"方案的有效期是{span}，一年的数据在下一年评价：评价年度最晚是{scheme.last_year}。",
        ),
    )  # fmt: skip
    look.validate_cell(
        sheet,
        f"{letter}{layout.parameter_cell('scheme')[0]}",
        look.inline_list(choices, "方案", "", strict=False),
    )


def _weights_check(
    sheet: Worksheet, scheme: Scheme, fields: Sequence[Field], first: int, last: int
) -> None:
    """Write a plain formula that says whether the weights add up to the scheme's sum."""
    row, column = layout.PARAMETER_FIRST_ROW + len(layout.PARAMETER_NAMES), 2
    weight = [field.key for field in fields].index("weight") + 1
    total = f"SUM({area(weight, weight, first, last)})"
    due = f"{sum(indicator.weight for indicator in scheme.indicators):g}"
    look.put(sheet, row, column - 1, WEIGHTS_CHECK, look.HEADER)
    formula = f'IF(ROUND({total}-{due},6)=0,"合计{due}，正确","合计"&{total}&"，应为{due}")'
    look.put_formula(sheet, row, column, formula, cell_style("output", "choice"))
    sheet.row_dimensions[row].height = look.row_height(1)
    cell = area(column, column, row, row)
    colour_if(sheet, cell, f"ROUND({total}-{due},6)=0", GOOD)
    colour_if(sheet, cell, f"ROUND({total}-{due},6)<>0", BAD)


def build_firms(sheet: Worksheet, scheme: Scheme, rows: int, years_back: int) -> None:
    """Lay out 原始数据 (``years_back`` 0) or 上年数据 (1) with ``rows`` prepared rows."""
    use = "上一年的数据，用来算基准值" if years_back else "评价年度的数据"
    look.head(
        sheet,
        look.live_title(sheet.title, years_back),
        f"由您填写：{use}，一户一行；没有数据的留空，不填0。鼠标停在表头上看填写说明和提供部门。",
        formula=True,
    )
    fields = layout.data_fields(scheme)
    _input_table(sheet, fields, scheme, rows)
    look.filter_and_freeze(sheet, fields, rows, "name")


def build_adjustments(sheet: Worksheet, scheme: Scheme) -> None:
    """Lay out 分类调整."""
    look.head(
        sheet,
        look.live_title("分类调整"),
        "由您填写：按会议纪要或文件改定的分类，一户一行；没有就留空。最终分类以此为准，初步分类保留备查。",
        formula=True,
    )
    fields = layout.adjustment_fields(scheme)
    _input_table(sheet, fields, scheme, ADJUSTMENT_ROWS)
    look.filter_and_freeze(sheet, fields, ADJUSTMENT_ROWS, "name")


def build_register(sheet: Worksheet, scheme: Scheme, firms: int) -> None:
    """Lay out 上年分类, 企业变动 or 异议台账, whichever the sheet is called."""
    fields = layout.register_fields(scheme)[sheet.title]
    look.head(
        sheet,
        look.live_title(sheet.title),
        f"由您填写：{layout.TITLES[sheet.title]}",
        formula=True,
    )
    rows = firms if sheet.title == layout.LAST_CLASSES else ADJUSTMENT_ROWS
    _input_table(sheet, fields, scheme, rows)
    frozen = "name" if any(field.key == "name" for field in fields) else "kind"
    look.filter_and_freeze(sheet, fields, rows, frozen)


def _input_table(sheet: Worksheet, fields: Sequence[Field], scheme: Scheme, rows: int) -> None:
    look.header(sheet, fields, tell_optional=True)
    for column, field in enumerate(fields, 1):
        kind = kind_of(field, scheme)
        style = cell_style("input", kind)
        for row in range(FIRST_ROW, FIRST_ROW + rows):
            sheet.cell(row, column).style = style
        # Rows below the prepared ones: at least a code stays a text there.
        whole_column = sheet.column_dimensions[get_column_letter(column)]
        whole_column.number_format = look.NUMBER_FORMATS[kind]
        source = f"\n提供部门：{field.source}" if field.source else ""
        look.annotate(sheet, HEADER_ROW, column, field.note + source)
        look.validate(sheet, field, column, scheme)
    look.page(sheet, scheme, fields=fields)
