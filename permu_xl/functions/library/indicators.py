"""From raw figures to indicator values and baselines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine import (
    METHOD_NAMES,
    indicator_values,
    pick,
    statistics,
)
from permu_xl.errors import FunctionError
from permu_xl.functions.arguments import (
    any_fault,
    cell_by_cell,
    fault_where,
    figures,
    first_fault,
    grid,
    marks,
    or_default,
    single,
    single_figure,
)
from permu_xl.functions.declare import Argument, Example, worksheet_function
from permu_xl.functions.kinds import MARKS, ONE, one_cell
from permu_xl.functions.kinds import cell_by_cell as each_cell
from permu_xl.functions.names import named
from permu_xl.functions.values import ERRORS, ErrorValue, Faults, Grid
from permu_xl.text import show

if TYPE_CHECKING:
    from permu_xl.engine.model import (
        BaselineMethod,
    )
    from permu_xl.functions.blocks import Block

NA, NUM, DIV0, VALUE = ErrorValue.NA, ErrorValue.NUM, ErrorValue.DIV0, ErrorValue.VALUE

SCALE = Argument(
    "scale",
    "换算倍数",
    "，大于0；百分数指标填100；一个单元格。",
    "Factor above 0, 100 for percentages; 1 if left out.",
    "1",
    kind=ONE.of(1, 100, None),
)


@worksheet_function(
    "PERMU_INDICATOR",
    "指标值＝分子÷分母×倍数；分子空缺，分母空缺、为0或为负的，返回空白。",
    english="Indicator value: numerator / denominator x scale; blank where missing.",
    clause="二（一）1",
    result=each_cell("一个指标值"),
    errors=((NUM, "换算倍数不大于0"),),
    arguments=(
        Argument(
            "numerator",
            "分子",
            "，如实缴税收；单元格或区域，空白为缺数据。",
            "Numerator of the indicator, such as tax paid; blank is missing.",
        ),
        Argument(
            "denominator",
            "分母",
            "，如用地面积；与分子同样大小，或只有一格。",
            "Denominator of the indicator, such as land; the size of the numerator, or one cell.",
        ),
        SCALE,
    ),
    example=Example(
        "300÷10、缺税收、120÷40。",
        (((300,), (None,), (120,)), ((10,), (20,), (40,))),
    ),
)
def indicator(numerator: Block, denominator: Block, scale: Block | None) -> Grid:
    """Divide cell by cell (二（一）1, readings R4 and R5); blank where missing."""
    (top, bottom, times), faults = cell_by_cell(numerator, denominator, or_default(scale, 1.0))
    found = indicator_values(top, bottom).value * times
    return grid(found, first_fault(*faults, fault_where(times <= 0, NUM)))


@worksheet_function(
    "PERMU_BASELINE",
    "一项指标的基准值，只算参评企业。总量法＝分子合计÷分母合计（两项数都有的企业）；"
    "企业均值＝各户指标值的平均；最高值＝各户指标值中最高的。",
    english="Baseline of one indicator over the firms that take part: total over total, mean of "
    "the firms, or the highest.",
    clause="二（一）2",
    result=one_cell(),
    errors=(
        (NA, "没有一户有可用的数据，或没有这种方法；人工核定的基准值直接填数，不用本函数"),
        (DIV0, "算出的基准值不大于0"),
        (NUM, "换算倍数不大于0"),
    ),
    arguments=(
        Argument(
            "numerator",
            "分子",
            "，各企业指标的分子；一列或一片区域。参评企业有错误值时结果就是它。",
            "Numerators of the firms; an error cell of one that takes part is the result.",
        ),
        Argument(
            "denominator",
            "分母",
            "，各企业指标的分母；与分子同样大小。",
            "Denominators of the firms, in the shape of the numerators.",
        ),
        Argument(
            "method",
            "基准方法",
            "：总量法、企业均值、中位数、最高值、最低值"
            "（或 aggregate、mean、median、max、min）；一个单元格。",
            "aggregate, mean, median, max or min; aggregate if left out.",
            METHOD_NAMES["aggregate"],
            kind=ONE.of(*METHOD_NAMES.values(), None),
        ),
        SCALE,
        Argument(
            "included",
            "是否参评",
            "，是/否或TRUE/FALSE；与分子同样大小，空白为参评。",
            "Whether each firm takes part, yes/no or TRUE/FALSE; all if left out.",
            "都参评",
            kind=MARKS,
        ),
    ),
    example=Example(
        "合计60÷合计10，不是三户指标值的平均。",
        (((10,), (20,), (30,)), ((2,), (3,), (5,)), "总量法"),
    ),
)
def baseline(
    numerator: Block,
    denominator: Block,
    method: Block | None,
    scale: Block | None,
    included: Block | None,
) -> Grid:
    """Find one baseline over the firms that take part (二（一）2, readings R7 to R9).

    An error cell of a firm that takes part is the result; no firm with both figures is #N/A, a
    baseline of 0 or below #DIV/0!.
    """
    rule = _method(method)
    times = single_figure(scale, 1.0, SCALE.title)
    if times <= 0:
        raise FunctionError("#NUM!", "“换算倍数”应大于0，百分数指标填100，其他不用填")
    top, bottom = figures(numerator), figures(denominator)
    part = np.ones(numerator.shape, dtype=bool)
    undecided: Faults = np.zeros(numerator.shape, dtype=np.int8)
    if included is not None:
        mark = marks(included)
        part, undecided = mark.values | ~mark.given, mark.faults
    if not top.values.shape == bottom.values.shape == part.shape:
        wrong = "“分子”“分母”“是否参评”的行数和列数应相同，如 J5:J24、K5:K24、L5:L24"
        raise FunctionError("#VALUE!", wrong)
    figure_faults = first_fault(top.faults, bottom.faults) * part
    fault = ERRORS[any_fault(first_fault(undecided, figure_faults))]
    if fault is not None:
        return [[fault]]
    values = indicator_values(top.values.ravel(), bottom.values.ravel(), times)
    found = np.array([[pick(rule, statistics(values, part.ravel(), times))]])
    problem = first_fault(fault_where(np.isnan(found), NA), fault_where(found <= 0, DIV0))
    return grid(found, problem)


def _method(block: Block | None) -> BaselineMethod:
    """Return the method with this id or Chinese name; #N/A for others and for manual baselines."""
    if block is None:
        return "aggregate"
    usable = [(id, (id, name)) for id, name in METHOD_NAMES.items() if id != "manual"]
    found = named(show(single(block, "基准方法")), "methods", usable)
    if found is not None:
        return found
    known = "、".join(name for id, name in METHOD_NAMES.items() if id != "manual")
    raise FunctionError("#N/A", f"没有这种基准方法，可用：{known}")
