"""What a class brings: measures by field, and the price of water above quota."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine import water_fee
from permu_xl.errors import FunctionError
from permu_xl.functions.arguments import (
    cell_by_cell,
    common_shape,
    fault_where,
    first_fault,
    grid,
    scheme_of,
    text_grid,
)
from permu_xl.functions.declare import SCHEME, Argument, Example, worksheet_function
from permu_xl.functions.kinds import COLUMN
from permu_xl.functions.kinds import cell_by_cell as each_cell
from permu_xl.functions.names import class_named, named
from permu_xl.functions.values import Cell, ErrorValue, Grid
from permu_xl.text import show

if TYPE_CHECKING:
    from permu_xl.functions.blocks import Block

NA, NUM = ErrorValue.NA, ErrorValue.NUM


@worksheet_function(
    "PERMU_MEASURE",
    "某一类企业在某个领域享受或受限的政策措施（概括，以文件为准）；分类或领域空白的返回空白。",
    english="The policy measure for a class in a field.",
    clause="三",
    result=each_cell("一段文字"),
    errors=((NA, "没有这种分类或领域"),),
    arguments=(
        Argument(
            "class_letter",
            "分类",
            "，如 A 或 A类；单元格或区域。",
            "Letter of the class, such as A.",
            kind=COLUMN.of("A", "B", "C", "D", None),
        ),
        Argument(
            "field",
            "领域",
            "的名称，如用地、用电、用水、专项资金、信贷；单元格或区域。",
            "Field by its Chinese name, such as 用地, 用电, 用水, 专项资金, 信贷.",
            kind=COLUMN.of("用地", "用电", "用水", "专项资金", "信贷", None),
        ),
        SCHEME,
    ),
    example=Example("两个领域、两类企业。", ((("A", "D"),), (("用地",), ("专项资金",)))),
)
def measure(class_letter: Block, field: Block, scheme: Block | None) -> Grid:
    """Return cell by cell the measure for a class in a field (chapter 三); blank for a blank."""
    rules = scheme_of(scheme)
    fields = [(m, (m.name, m.id)) for m in rules.measures]
    shape = common_shape(class_letter.shape, field.shape)

    def one(letter: Cell, field: Cell) -> Cell:
        for cell in (letter, field):
            if isinstance(cell, ErrorValue):
                return cell
        if letter == "" or field == "":
            return ""
        found, definition = named(show(field), "fields", fields), class_named(rules, show(letter))
        return rules.measure_text(found, definition) if found and definition else NA

    letters, wanted = (_spread(block, shape) for block in (class_letter, field))
    answers = [one(letter, field) for letter, field in zip(letters, wanted, strict=True)]
    return text_grid(answers, np.zeros(shape, dtype=np.int8))


def _spread(block: Block, shape: tuple[int, ...]) -> list[Cell]:
    cells = np.empty(block.shape, dtype=object)
    cells.flat[:] = block.cells()
    spread: list[Cell] = np.broadcast_to(cells, shape).ravel().tolist()
    return spread


@worksheet_function(
    "PERMU_WATER_FEE",
    "超定额累进加价的水费：定额内按现价，超出部分按方案的各档倍数；任何一项空白的返回空白。",
    english="Water fee with progressive surcharges above the quota.",
    clause="三（三）1",
    result=each_cell("一个金额，单位随单价"),
    errors=((NUM, "用水量、定额或单价为负"), (NA, "方案没有规定超定额水价")),
    arguments=(
        Argument("volume", "用水量", "；单元格或区域。", "Water used."),
        Argument(
            "quota",
            "用水定额",
            "，单位与用水量相同；一格，或与用水量同样大小。",
            "Water quota, in the unit of the volume.",
        ),
        Argument(
            "price",
            "现行单价",
            "，如元/立方米；一格，或与用水量同样大小。",
            "Present price of a unit.",
        ),
        SCHEME,
    ),
    example=Example(
        "90×4；100×4；100×4＋20×4×1.5；100×4＋20×4×1.5＋30×4×2。",
        (((90,), (100,), (120,), (150,)), 100, 4),
    ),
)
def fee(volume: Block, quota: Block, price: Block, scheme: Block | None) -> Grid:
    """Return cell by cell the progressive water charge (三（三）1); blank where one is blank."""
    rule = scheme_of(scheme).water_fee
    if rule is None:
        raise FunctionError("#N/A", "方案没有规定超定额水价")
    values, faults = cell_by_cell(volume, quota, price)
    negative = [fault_where(each < 0, NUM) for each in values]
    return grid(water_fee(rule, *values), first_fault(*faults, *negative))
