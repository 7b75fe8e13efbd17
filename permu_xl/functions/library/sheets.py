"""A whole district from its sheets: what a run would write, as a worksheet function.

This is the one function that is more than arithmetic on blocks: it hands its sheets to the reader
and the evaluation of ``permu-xl run``, so that a live workbook and a run cannot differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.errors import FunctionError
from permu_xl.functions.arguments import scheme_of, single
from permu_xl.functions.declare import Argument, Example, worksheet_function
from permu_xl.functions.kinds import COLUMN, ONE, Result
from permu_xl.functions.values import Cell, ErrorValue, Grid
from permu_xl.text import show

if TYPE_CHECKING:
    from permu_xl.functions.blocks import Block

__all__ = ["district_table"]

SHEET = COLUMN.of("企业名称", "实缴税收（万元）", "甲厂", 12.5, None, "合计")


@worksheet_function(
    "PERMU_DISTRICT",
    "由输入表直接得出一张结果表，内容与“整区重算”写入的相同：基准值、得分或分类结果。"
    "数据有错误时没有结果，“说明”给出第一处错误。各张表都从A1起选，连同标题和表头；日期按1900年起计数。",
    english="A result table of a district from its input sheets, as a run writes it.",
    clause="二",
    result=Result(
        "表头以下的各行各列，与“原始数据”逐行对应，下面用空白补足到所选的行数；"
        "“说明”是一格文字，没有问题为空白",
        lambda given, scheme: (1, 1),
    ),
    errors=(
        (ErrorValue.NA, "没有这张结果表"),
        (ErrorValue.VALUE, "数据有错误，或输入表缺少表头"),
    ),
    arguments=(
        Argument(
            "table",
            "结果表",
            "：基准值、得分、分类结果，或“说明”；一个单元格。",
            "Which table: 基准值, 得分, 分类结果, or 说明 for why there is none.",
            kind=ONE.of("说明", "得分", "分类结果"),
        ),
        Argument("parameters", "参数", "表，从A1起。", "The sheet 参数 from A1 on.", kind=SHEET),
        Argument(
            "current",
            "原始数据",
            "表，从A1起，连同表头。",
            "The sheet 原始数据 from A1 on, header included.",
            kind=SHEET,
        ),
        Argument(
            "previous",
            "上年数据",
            "表，从A1起，连同表头。",
            "The sheet 上年数据 from A1 on, header included; none if left out.",
            "没有上年数据",
            kind=SHEET,
        ),
        Argument(
            "adjustments",
            "分类调整",
            "表，从A1起，连同表头。",
            "The sheet 分类调整 from A1 on, header included; none if left out.",
            "没有调整",
            kind=SHEET,
        ),
        Argument(
            "scheme",
            "评价方案",
            "：公式是为哪个方案做的，与“参数”里的不同时没有结果；一个单元格。",
            "The scheme that the formula was made for; there is no result for another one.",
            "“参数”里的方案",
            kind=ONE.of("shenyang_2021", None),
        ),
    ),
    example=Example(
        "选的不是整张表，缺少表头：“说明”写出原因。"
        '照样子写：=PERMU_DISTRICT("分类结果",参数!A1:G40,原始数据!A1:R504,上年数据!A1:R504)。',
        ("说明", (("评价年度", 2022),), (("甲厂", 120), ("乙厂", 80))),
    ),
)
def district_table(
    table: Block,
    parameters: Block,
    current: Block,
    previous: Block | None,
    adjustments: Block | None,
    scheme: Block | None,
) -> Grid:
    """Return a result table of a district from its input sheets, as a run writes it (二).

    The result begins below the header.  Raises FunctionError: #N/A for a table that is unknown,
    #VALUE! where a run would write none.
    """
    # The reader of workbooks serves this function alone: the others start without it.
    from permu_xl.workbook.live import STATUS, SheetCells, district_tables

    def cells(block: Block | None) -> SheetCells | None:
        return None if block is None else SheetCells(*_without_errors(block))

    wanted = show(single(table, "结果表"))
    found = district_tables(
        SheetCells(*_without_errors(parameters)),
        SheetCells(*_without_errors(current)),
        cells(previous),
        cells(adjustments),
        None if scheme is None else scheme_of(scheme).id,
    )
    if wanted == STATUS:
        return [[found.problem]]
    if found.problem:
        raise FunctionError("#VALUE!", f"没有结果，把“结果表”改成“{STATUS}”可以看到原因")
    if wanted not in found.tables:
        known = "、".join((*found.tables, STATUS))
        raise FunctionError("#N/A", f"没有这张结果表，可用：{known}")
    rows: Grid = [list(row) for row in found.tables[wanted]]
    blank: list[Cell] = [""] * len(rows[0])
    return rows + [list(blank) for _ in range(len(rows), current.shape[0])]


def _without_errors(
    block: Block,
) -> tuple[tuple[tuple[float | str | bool, ...], ...], tuple[tuple[int, int, str], ...]]:
    """Return the rows down to the last that is not blank, errors as blanks; and the errors."""
    cells, width = block.cells(), block.shape[1]
    errors = []
    plain: list[float | str | bool] = []
    for position, cell in enumerate(cells):
        if isinstance(cell, ErrorValue):
            errors.append((*divmod(position, width), str(cell)))
            cell = ""
        plain.append(cell)
    last = next((k for k in range(len(cells) - 1, -1, -1) if cells[k] != ""), -1)
    rows = tuple(tuple(plain[k : k + width]) for k in range(0, last + 1, width))
    return rows, tuple(errors)
