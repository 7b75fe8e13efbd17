"""The result sheets of the template but 汇总: 基准值, 得分, 分类结果, 数据核查, 核验."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.utils import absolute_coordinate, get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName

from permu_xl.schemes.manual import formula_words
from permu_xl.workbook import layout, look
from permu_xl.workbook.layout import FIRST_ROW, HEADER_ROW, LAST_ROW, Field
from permu_xl.workbook.look import (
    BAD,
    GOOD,
    Kind,
    area,
    cell_style,
    colour_equal,
    colour_if,
    colour_rows,
    grey_rows,
    kind_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from permu_xl.engine.model import Scheme, ScoringForm

NOT_RUN = "尚未运行"

_FORMS: dict[ScoringForm, str] = {
    "ratio": "指标值 ÷ 基准值 × 权重",
    "mirrored": "（2 − 指标值 ÷ 基准值）× 权重",
    "reciprocal": "基准值 ÷ 指标值 × 权重",
    "min_max": "（指标值 − 本年最低值）÷（基准值 − 本年最低值）× 权重",
    "max_min": "（本年最高值 − 指标值）÷（本年最高值 − 基准值）× 权重",
}

_PROOF_WIDTHS = (28.0, 12.0, 14.0, 60.0)
_PROOF_KINDS: tuple[Kind, ...] = ("text", "integer", "choice", "text")


def _result_table(sheet: Worksheet, fields: Sequence[Field], scheme: Scheme, rows: int = 1) -> None:
    """Write the header and the look of the first row(s), which the program gives to all rows."""
    look.header(sheet, fields)
    for row in range(FIRST_ROW, FIRST_ROW + rows):
        for column, field in enumerate(fields, 1):
            sheet.cell(row, column).style = cell_style("output", kind_of(field, scheme))
    look.page(sheet, scheme, fields=fields)


def _below(fields: Sequence[Field]) -> str:
    return area(1, len(fields), FIRST_ROW, LAST_ROW)


def _column(fields: Sequence[Field], key: str) -> str:
    return get_column_letter([field.key for field in fields].index(key) + 1)


def build_baselines(sheet: Worksheet, scheme: Scheme) -> None:
    """Lay out 基准值, one prepared row an indicator."""
    look.head(
        sheet,
        look.live_title("基准值"),
        "程序写入，请不要手改。要改基准方法或用人工核定的数，请改“参数”后重新运行。",
        formula=True,
    )
    fields = layout.baseline_fields()
    rows = scheme.baseline_rows
    _result_table(sheet, fields, scheme, len(rows))
    look.filter_and_freeze(sheet, fields, None, "indicator")
    unit = [field.key for field in fields].index("unit") + 1
    for row, (indicator, group) in enumerate(rows, FIRST_ROW):
        name = indicator.named(group)
        look.put(sheet, row, 1, name, cell_style("output", "text"))
        look.put(sheet, row, unit, indicator.unit, cell_style("output", "choice"))


def build_scores(sheet: Worksheet, scheme: Scheme, rows: int) -> None:
    """Lay out 得分."""
    look.head(
        sheet,
        look.live_title("得分"),
        "程序写入，请不要手改；行次与“原始数据”相同。不参评的企业没有得分，显示为灰色。",
        formula=True,
    )
    fields = layout.score_fields(scheme)
    _result_table(sheet, fields, scheme)
    look.filter_and_freeze(sheet, fields, rows, "name")
    _explain_columns(sheet, fields, scheme)
    name, total = _column(fields, "name"), _column(fields, "total")
    out = f'AND(${name}{FIRST_ROW}<>"",${total}{FIRST_ROW}="")'
    grey_rows(sheet, _below(fields), out)


def _explain_columns(sheet: Worksheet, fields: Sequence[Field], scheme: Scheme) -> None:
    """Attach to each indicator's header how it is computed and where that is laid down."""
    for column, field in enumerate(fields, 1):
        what, _, id = field.key.partition(":")
        if what not in ("value", "score"):
            continue
        indicator = scheme.indicator(id)
        if what == "score":
            text = (
                f"{_FORMS[indicator.form]}，不低于0，不高于封顶。\n依据：{indicator.score_clause}"
            )
        else:
            text = f"{formula_words(scheme, indicator)}\n依据：{indicator.clause}"
        look.annotate(sheet, HEADER_ROW, column, text)


def build_classes(sheet: Worksheet, scheme: Scheme, rows: int) -> None:
    """Lay out 分类结果."""
    look.head(
        sheet,
        look.live_title("分类结果"),
        "程序写入，请不要手改；行次与“原始数据”相同。要改定分类，请填“分类调整”后重新运行。",
        formula=True,
    )
    fields = layout.class_fields(scheme)
    _result_table(sheet, fields, scheme)
    look.filter_and_freeze(sheet, fields, rows, "name")
    colours = look.class_colours(scheme.letters)
    for key in ("proposed", "final"):
        column = [field.key for field in fields].index(key) + 1
        colour_equal(sheet, area(column, column, FIRST_ROW, LAST_ROW), colours)
    proposed = f"${_column(fields, 'proposed')}{FIRST_ROW}"
    grey_rows(sheet, _below(fields), f'{proposed}="{layout.NOT_EVALUATED}"')


def build_findings(sheet: Worksheet, scheme: Scheme, rows: int) -> None:
    """Lay out 数据核查."""
    look.head(
        sheet,
        look.live_title("数据核查"),
        "程序写入。错误必须改正，警告请核实，提示请过目；“单元格”带下划线的，点一下跳过去；改好后重新运行。",
        formula=True,
    )
    fields = layout.finding_fields()
    _result_table(sheet, fields, scheme)
    # Firm names stand too far right here: frozen, they would leave no room for the problem.
    look.filter_and_freeze(sheet, fields, rows, "code")
    colours = {level.value: colour for level, colour in look.LEVEL_COLOURS.items()}
    colour_equal(sheet, area(1, 1, FIRST_ROW, LAST_ROW), colours)
    colour_rows(sheet, _below(fields), 1, colours)


def build_proof(workbook: Workbook, sheet: Worksheet, scheme: Scheme) -> None:
    """Lay out 核验 and name the cells of its checks."""
    look.head(
        sheet,
        "核验",
        "程序写入：用普通表格公式从输入表重新计算，与结果逐项对照。全部为TRUE才可交付。",
    )
    for column, (text, width) in enumerate(
        zip(layout.PROOF_HEADERS, _PROOF_WIDTHS, strict=True), 1
    ):
        look.put(sheet, HEADER_ROW, column, text, look.HEADER)
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.row_dimensions[HEADER_ROW].height = look.row_height(1)
    for name, title in layout.PROOF_TESTS.items():
        row, result = layout.proof_cell(name)
        for column, (value, kind) in enumerate(
            zip((title, None, None, None), _PROOF_KINDS, strict=True), 1
        ):
            look.put(sheet, row, column, value, cell_style("output", kind))
        sheet.cell(row, result, NOT_RUN)
        cell = absolute_coordinate(f"{get_column_letter(result)}{row}")
        workbook.defined_names[name] = DefinedName(
            name, attr_text=f"{quote_sheetname(sheet.title)}!{cell}"
        )
    look.put(sheet, layout.PROOF_BODY_ROW, 1, "重新计算的过程在运行以后列在下面。", look.NOTE)
    look.filter_and_freeze(sheet, (), None, None)
    last = FIRST_ROW + len(layout.PROOF_TESTS) - 1
    results = area(layout.PROOF_RESULT_COLUMN, layout.PROOF_RESULT_COLUMN, FIRST_ROW, last)
    first = results.split(":")[0]
    colour_if(sheet, results, f"IF(ISERROR({first}),1=2,{first}=(1=1))", GOOD)
    colour_if(sheet, results, f"IF(ISERROR({first}),1=1,{first}=(1=2))", BAD)
    look.page(sheet, scheme)
    # The recomputation below is far too wide for paper.
    sheet.print_area = area(1, len(layout.PROOF_HEADERS), 1, last)
