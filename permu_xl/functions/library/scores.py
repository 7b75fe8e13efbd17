"""From indicator values to scores."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine import (
    FORM_NAMES,
    half_up,
    indicator_values,
    lacks_data,
    other_figure,
    scores,
)
from permu_xl.errors import FunctionError
from permu_xl.functions.arguments import (
    Figures,
    cell_by_cell,
    common_shape,
    fault_where,
    first_fault,
    grid,
    missing,
    or_default,
    scheme_of,
    single,
)
from permu_xl.functions.declare import SCHEME, Argument, Example, worksheet_function
from permu_xl.functions.kinds import ONE
from permu_xl.functions.kinds import cell_by_cell as each_cell
from permu_xl.functions.names import named
from permu_xl.functions.values import ErrorValue, Grid
from permu_xl.text import show

if TYPE_CHECKING:
    from collections.abc import Callable

    from permu_xl.engine.model import (
        FloatArray,
        Indicator,
        Scheme,
        ScoringForm,
    )
    from permu_xl.functions.blocks import Block

NA, NUM, DIV0, VALUE = ErrorValue.NA, ErrorValue.NUM, ErrorValue.DIV0, ErrorValue.VALUE


_BY_BASELINE = {
    form: name for form, name in FORM_NAMES.items() if form not in ("min_max", "max_min")
}
"""The forms that score a value by its baseline alone."""


@worksheet_function(
    "PERMU_SCORE",
    "指标得分＝指标值÷基准值×基本分值，最低0分，最高为基本分值的封顶倍数；指标值空缺的得0分。"
    "方案有下限的，指标值不为负的不低于基本分值的下限倍数。",
    english="Score: value / baseline x weight, at least 0, at most cap x weight.",
    clause="二（一）3（1）",
    result=each_cell("一个得分"),
    errors=(
        (DIV0, "基准值空缺或不大于0"),
        (NUM, "基本分值为负，封顶倍数不大于0，下限倍数为负"),
        (VALUE, "基本分值空缺"),
        (
            NA,
            "没填封顶倍数或下限倍数，而方案各项指标的倍数不同、列数又与指标数不同；没有这种计分方式",
        ),
    ),
    arguments=(
        Argument(
            "value",
            "指标值",
            "；一格、一列，或一行一户、一列一项指标的区域，空白得0分。",
            "Indicator values: a cell, a column, or one row a firm.",
        ),
        Argument(
            "baseline",
            "基准值",
            "，应大于0；一格，或与各列对应的一行。",
            "Baseline above 0: one cell, or a row that fits the columns.",
        ),
        Argument(
            "weight",
            "基本分值",
            "，不能为负；一格，或与各列对应的一行。",
            "Basic score, not negative: one cell, or a row that fits the columns.",
        ),
        Argument(
            "cap",
            "封顶倍数",
            "，大于0；一格，或与各列对应的一行。",
            "Cap as a multiple of the basic score; the scheme's if left out.",
            "方案的封顶倍数",
        ),
        SCHEME,
        Argument(
            "form",
            "计分方式",
            "：正向（指标值÷基准值）、反向（2－指标值÷基准值）或倒数（基准值÷指标值），"
            "也可写 ratio、mirrored、reciprocal；一个单元格。",
            "正向 or ratio, 反向 or mirrored, 倒数 or reciprocal; ratio if left out.",
            FORM_NAMES["ratio"],
            kind=ONE.of(*_BY_BASELINE.values(), None),
        ),
        Argument(
            "floor",
            "下限倍数",
            "，不为负；一格，或与各列对应的一行。",
            "Lowest score as a multiple of the basic score; the scheme's if left out.",
            "方案的下限倍数",
        ),
    ),
    example=Example(
        "5÷10×30；等于基准值得基本分值；13÷10×30＝39，超过上限36；空缺得0分。",
        (((5,), (10,), (13,), (None,)), 10, 30, 1.2),
    ),
)
def score(
    value: Block,
    baseline: Block,
    weight: Block,
    cap: Block | None,
    scheme: Block | None,
    form: Block | None,
    floor: Block | None,
) -> Grid:
    """Score cell by cell (二（一）3（1）, readings R5, R10, R11); 0 where the value is missing.

    The cap or floor left out is that of the scheme: the one all its indicators share, or else one
    a column.
    """
    rules, beside = scheme_of(scheme), (value, baseline, weight)
    caps = _limits(cap, "封顶倍数", rules, attrgetter("cap"), *beside)
    floors = _limits(floor, "下限倍数", rules, attrgetter("floor"), *beside)
    (v, b, w, c, f), faults = cell_by_cell(*beside, caps, floors)
    points = _rounded(scores(v, b, w, c, _form(form), floor=f), rules)
    found = first_fault(
        *faults,
        fault_where((b <= 0) | missing(b), DIV0),
        fault_where(missing(w), VALUE),
        fault_where((w < 0) | (c <= 0) | (f < 0), NUM),
    )
    return grid(points, found)


def _limits(
    block: Block | None,
    name: str,
    rules: Scheme,
    limit: Callable[[Indicator], float],
    *beside: Block,
) -> Block | Figures:
    """Return limits where they are given, else those of the scheme's indicators."""
    if block is not None and block.is_number:
        return block
    own = list(map(limit, rules.indicators))
    if own.count(own[0]) == len(own):
        return or_default(block, own[0])
    if common_shape(*(each.shape for each in beside))[1] == len(own):
        return or_default(block, np.array(own))
    if block is None or np.isnan(block.numbers).any():
        raise FunctionError("#N/A", f"方案各项指标的{name}不同，请填写“{name}”")
    return block


def _form(block: Block | None) -> ScoringForm:
    """Return the scoring form with this id or Chinese name; #N/A for others."""
    if block is None:
        return "ratio"
    forms = [(id, (id, name)) for id, name in _BY_BASELINE.items()]
    found = named(show(single(block, "计分方式")), "forms", forms)
    if found is not None:
        return found
    known = "、".join(_BY_BASELINE.values())
    raise FunctionError(
        "#N/A",
        f"没有这种计分方式，可用：{known}；极差计分要看全区的最低、最高值，"
        "请写 =(值-最低值)/(最高值-最低值)*基本分值",
    )


def _rounded(points: FloatArray, rules: Scheme) -> FloatArray:
    return points if rules.score_decimals is None else half_up(points, rules.score_decimals)


@worksheet_function(
    "PERMU_POLLUTION_SCORE",
    "单位污染物排放税收的得分。有排放当量的：税收÷当量÷基准值×基本分值，有上下限；"
    "没有当量（空白或0）的：有税收得基本分值，税收空缺或不大于0得0分。",
    english="Score of tax per unit of emission; full basic score for a firm without emission that "
    "pays tax.",
    clause="二（一）3（1）",
    result=each_cell("一个得分"),
    errors=(
        (DIV0, "有排放当量的企业，其基准值空缺或不大于0"),
        (NUM, "基本分值为负"),
        (NA, "方案里没有这样计分的指标"),
    ),
    arguments=(
        Argument("tax", "实缴税收", "；单元格或区域。", "Tax paid."),
        Argument(
            "emission",
            "污染物排放当量",
            "；与税收同样大小，空白或0为没有数据。",
            "Pollution equivalents; blank or 0 is no figure.",
        ),
        Argument(
            "baseline",
            "基准值",
            "，应大于0；一格，或与税收同样大小。只用于有当量的企业。",
            "Baseline above 0: one cell, or the size of the tax; for firms with emission only.",
        ),
        Argument(
            "weight",
            "基本分值",
            "，不能为负；一格，或与税收同样大小。",
            "Basic score, not negative; the scheme's if left out.",
            "方案的基本分值",
        ),
        SCHEME,
    ),
    example=Example(
        "2÷4×15；6÷4×15＝22.5，超过上限；没有当量、有税收得基本分值；没有当量、没有税收得0分。",
        (((10,), (18,), (10,), (0,)), ((5,), (3,), (None,), (0,)), 4, 15),
    ),
)
def pollution_score(
    tax: Block, emission: Block, baseline: Block, weight: Block | None, scheme: Block | None
) -> Grid:
    """Score tax over emission; firms without emission get all or nothing (reading R6).

    This is 二（一）3（1） for the scheme's only indicator that excuses firms without denominator.
    The baseline concerns only the firms that have a value.
    """
    rules = scheme_of(scheme)
    rule = _measured_by_emission(rules)
    (t, e, b, w), faults = cell_by_cell(tax, emission, baseline, or_default(weight, rule.weight))
    of_tax, of_emission, of_baseline, of_weight = faults
    values = indicator_values(t, e, rule.scale)
    points = scores(values.value, b, w, rule.cap, floor=rule.floor)
    earns = lacks_data(rule, values) & (other_figure(rule, values) > 0)
    points = _rounded(np.where(earns, w, points), rules)
    measured = ~np.isnan(values.value)
    found = first_fault(
        of_tax,
        of_emission,
        of_baseline * measured,
        of_weight,
        fault_where(measured & ~(b > 0), DIV0),
        fault_where(w < 0, NUM),
    )
    return grid(points, found)


def _measured_by_emission(rules: Scheme) -> Indicator:
    found = [
        i
        for i in rules.indicators
        if i.missing is not None
        and (i.missing.score, i.missing.column) == ("full_if_positive", i.denominator)
        and not i.growth
        and not i.spans
    ]
    if len(found) != 1:
        raise FunctionError("#N/A", "方案没有（或不止一项）“没有排放数据得基本分”的指标")
    return found[0]
