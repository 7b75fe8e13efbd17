"""From raw figures to points: indicator values, baselines, scores, totals, ranks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from permu_xl.engine import (
    FORM_NAMES,
    METHOD_NAMES,
    add_up,
    competition_rank,
    descending,
    half_up,
    indicator_values,
    lacks_data,
    limited_bonus,
    other_figure,
    pick,
    scores,
    statistics,
)
from permu_xl.engine.model import (
    TOLERANCE,
    BaselineMethod,
    FloatArray,
    Indicator,
    Scheme,
    ScoringForm,
)
from permu_xl.errors import FunctionError
from permu_xl.functions.arguments import (
    Figures,
    any_fault,
    cell_by_cell,
    common_shape,
    fault_where,
    figures,
    figures_or,
    first_fault,
    grid,
    how_to_select,
    marks,
    or_default,
    scheme_of,
    single,
    single_figure,
)
from permu_xl.functions.blocks import Block
from permu_xl.functions.declare import SCHEME, Argument, Example, worksheet_function
from permu_xl.functions.kinds import MARKS, ONE, SCORES, by_row, one_cell, same_as
from permu_xl.functions.kinds import cell_by_cell as each_cell
from permu_xl.functions.names import named
from permu_xl.functions.values import ERRORS, ErrorValue, Faults, Grid
from permu_xl.text import number_in, show

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
    """Divide cell by cell (clause 2(1)1, readings R4 and R5); blank where missing."""
    top, bottom, times = cell_by_cell(numerator, denominator, or_default(scale, 1.0))
    found = indicator_values(top.values, bottom.values).value * times.values
    outside = fault_where(times.values <= 0, NUM)
    return grid(found, first_fault(top.faults, bottom.faults, times.faults, outside))


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
            "：总量法、企业均值、最高值（或 aggregate、mean、max）；一个单元格。",
            "aggregate, mean or max; aggregate if left out.",
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
    """Find one baseline over the firms that take part (clause 2(1)2, readings R7 to R9).

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
        shapes = "“分子”“分母”“是否参评”的行数和列数应相同，如 J5:J24、K5:K24、L5:L24"
        raise FunctionError("#VALUE!", shapes)
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


@worksheet_function(
    "PERMU_SCORE",
    "指标得分＝指标值÷基准值×基本分值，最低0分，最高为基本分值的封顶倍数；指标值空缺的得0分。",
    english="Score: value / baseline x weight, at least 0, at most cap x weight.",
    clause="二（一）3（1）",
    result=each_cell("一个得分"),
    errors=(
        (DIV0, "基准值空缺或不大于0"),
        (NUM, "基本分值为负，封顶倍数不大于0"),
        (VALUE, "基本分值空缺"),
        (NA, "没填封顶倍数，而方案各项指标的封顶倍数不同、列数又与指标数不同；没有这种计分方式"),
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
            kind=ONE.of(*FORM_NAMES.values(), None),
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
) -> Grid:
    """Score cell by cell (clause 2(1)3(1), readings R5, R10, R11); 0 where the value is missing.

    The cap left out is that of the scheme: the one all its indicators share, or else one a column.
    """
    rules = scheme_of(scheme)
    v, b, w, c = cell_by_cell(value, baseline, weight, _limits(cap, rules, value, baseline, weight))
    points = _rounded(scores(v.values, b.values, w.values, c.values, _form(form)), rules)
    faults = first_fault(
        *(f.faults for f in (v, b, w, c)),
        fault_where(~(b.values > 0), DIV0),
        fault_where(np.isnan(w.values), VALUE),
        fault_where((w.values < 0) | (c.values <= 0), NUM),
    )
    return grid(points, faults)


def _limits(cap: Block | None, rules: Scheme, *beside: Block) -> Block | Figures:
    caps = [i.cap for i in rules.indicators]
    if caps.count(caps[0]) == len(caps):
        return or_default(cap, caps[0])
    if common_shape(*(block.shape for block in beside))[1] == len(caps):
        return or_default(cap, np.array(caps))
    if cap is None or np.isnan(cap.numbers).any():
        raise FunctionError("#N/A", "方案各项指标的封顶倍数不同，请填写“封顶倍数”")
    return cap


def _form(block: Block | None) -> ScoringForm:
    """Return the scoring form with this id or Chinese name; #N/A for others."""
    if block is None:
        return "ratio"
    forms = [(id, (id, name)) for id, name in FORM_NAMES.items()]
    found = named(show(single(block, "计分方式")), "forms", forms)
    if found is not None:
        return found
    raise FunctionError("#N/A", f"没有这种计分方式，可用：{'、'.join(FORM_NAMES.values())}")


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

    This is clause 2(1)3(1) for the scheme's only indicator that excuses firms without denominator.
    The baseline concerns only the firms that have a value.
    """
    rules = scheme_of(scheme)
    rule = _measured_by_emission(rules)
    t, e, b, w = cell_by_cell(tax, emission, baseline, or_default(weight, rule.weight))
    values = indicator_values(t.values, e.values, rule.scale)
    points = scores(values.value, b.values, w.values, np.full(w.values.shape, rule.cap))
    earns = lacks_data(rule, values) & (other_figure(rule, values) > 0)
    points = _rounded(np.where(earns, w.values, points), rules)
    measured = ~np.isnan(values.value)
    faults = first_fault(
        t.faults,
        e.faults,
        b.faults * measured,
        w.faults,
        fault_where(measured & ~(b.values > 0), DIV0),
        fault_where(w.values < 0, NUM),
    )
    return grid(points, faults)


def _measured_by_emission(rules: Scheme) -> Indicator:
    found = [
        i
        for i in rules.indicators
        if i.missing is not None
        and (i.missing.score, i.missing.column) == ("full_if_positive", i.denominator)
    ]
    if len(found) != 1:
        raise FunctionError("#N/A", "方案没有（或不止一项）“没有排放数据得基本分”的指标")
    return found[0]


MORE_SCORES = 7
"""How many arguments PERMU_TOTAL takes beside those of its contract."""


@worksheet_function(
    "PERMU_TOTAL",
    "总分＝一行各项得分之和＋加分（方案规定上限的不超过上限）；一行得分全空的不是参评企业，返回空白。"
    "各项得分不在一片区域的，逐个写出，全部相加。",
    english="Total of each row: its scores plus the bonus; scores in one or several ranges.",
    clause="二（一）3",
    result=by_row("scores", "一个总分"),
    arguments=(
        Argument(
            "scores",
            "各项得分",
            "；一行一户，空白按0分。",
            "Scores: one row a firm, one column an indicator.",
            kind=SCORES,
        ),
        Argument(
            "bonus",
            "加分",
            "，可为负；一列，行数与得分相同，空白为0。方案按数量加减分的，算好一并填入。"
            "后面还有得分的，这里也是得分。",
            "Bonus points of each firm, may be negative; 0 if left out.",
            "0",
        ),
        replace(
            SCHEME,
            about="的代号或名称，如 shenyang_2021、沈阳；一个单元格。也可以是又一片得分。",
            english="Id or region of the scheme, or more scores.",
        ),
        Argument(
            "more",
            "更多得分",
            "；与前面的行数相同。最后一个可以是评价方案。",
            "More scores, in as many rows; the last one may be the scheme.",
            "没有",
            times=MORE_SCORES,
        ),
    ),
    example=Example(
        "30＋15＋20＋2；18＋0＋24－1；没有得分的不是参评企业。",
        (((30, 15, 20), (18, None, 24), (None, None, None)), ((2,), (-1,), (None,))),
    ),
)
def total(scores: Block, bonus: Block | None, scheme: Block | None, *more: Block | None) -> Grid:
    """Add up each row, and its bonus up to the scheme's limit (clause 2(1)3, reading R12).

    A row without any score is no participant and stays blank.
    """
    rest = [block for block in (scheme, *more) if block is not None]
    named_scheme = rest.pop() if rest and _is_word(rest[-1]) else None
    rules = scheme_of(named_scheme)
    points, rows = figures(scores), scores.shape[0]
    if rest or (bonus is not None and bonus.shape[0] == rows and bonus.shape[1] > 1):
        points, bonus = _side_by_side([scores, bonus, *rest], rules), None
    extra = figures_or(bonus, np.zeros((rows, 1)))
    if extra.values.shape != (rows, 1):
        how = how_to_select(rows, 1)
        raise FunctionError("#VALUE!", f"“加分”应为一列，与“各项得分”同为{rows}行，{how}")
    sums = add_up(list(np.nan_to_num(points.values).T), rows)
    sums += limited_bonus(rules.bonus, np.nan_to_num(extra.values[:, 0]))
    faults = first_fault(*points.faults.T, extra.faults[:, 0])
    present = (~np.isnan(points.values) | (points.faults != 0)).any(axis=1)
    sums[~present] = np.nan
    return grid(sums[:, None], (faults * present)[:, None])


def _is_word(block: Block) -> bool:
    """Return whether this is a single cell with a text that is no number: the name of a scheme."""
    (cell, *others) = block.cells()
    return not others and isinstance(cell, str) and cell != "" and number_in(cell) is None


def _side_by_side(blocks: list[Block | None], rules: Scheme) -> Figures:
    """Return scores that were given in several ranges as one table.

    Which of them is the bonus nobody says, so a limit on it could not be kept.
    """
    if rules.bonus.cap is not None or rules.bonus.deduction_cap is not None:
        how = f"把各项得分选成一片区域（如 J5:O5），加分另填第二个参数（{SCHEME.title}填第三个）"
        raise FunctionError("#VALUE!", f"方案规定了加减分的上限，请{how}")
    read = [figures(block) for block in blocks if block is not None]
    if len({len(each.values) for each in read}) > 1:
        raise FunctionError("#VALUE!", "各片得分的行数应相同，如 J5:L24、N5:O24")
    return Figures(np.hstack([r.values for r in read]), np.hstack([r.faults for r in read]))


@worksheet_function(
    "PERMU_RANK",
    "总分从高到低的名次，并列同名次（1、1、3），空白没有名次。"
    "任何一格是错误值或文字时，名次无法确定，全部是这个错误。"
    "也可以像 RANK 那样写：先是一户的总分，再是全体的总分。",
    english="Competition rank by total, highest first (1, 1, 3); or as RANK(number, ref, [order]).",
    clause="二（二）",
    result=same_as("totals", "总分", "一个名次"),
    errors=((NA, "填了“全体总分”，而其中没有这个总分"),),
    arguments=(
        Argument(
            "totals",
            "总分",
            "，参评企业的；一列、一行或一片区域。填了“全体总分”的，可以只是其中一户的。",
            "Totals of the firms that take part, or of one of those in the next argument.",
        ),
        Argument(
            "among",
            "全体总分",
            "，在其中排名；一列、一行或一片区域。",
            "All totals among which to rank.",
            "就在“总分”中排名",
        ),
        Argument(
            "order",
            "次序",
            "：0为从高到低，1为从低到高；一个单元格。",
            "0 for highest first, 1 for lowest first.",
            "0",
            kind=ONE.of(0, 1, None),
        ),
    ),
    example=Example(
        "两户并列第1，下一名是第3；空白没有名次。",
        (((70,), (90,), (90,), (None,), (60,)),),
    ),
)
def rank(totals: Block, among: Block | None, order: Block | None) -> Grid:
    """Rank from high to low, equals alike: 1, 1, 3 (clause 2(2), reading R16).

    Blank cells have no rank.  An error anywhere makes every rank unknown.
    """
    sign = -1.0 if single_figure(order, 0.0, "次序") else 1.0
    own = figures(totals)
    read = own if among is None else figures(among)
    flat = sign * read.values.ravel()
    counted = np.flatnonzero(~np.isnan(flat))
    ordering = descending(counted, [flat], np.full(flat.size, "", dtype=object))
    ranks = competition_rank(ordering, flat.size).astype(np.float64)
    ranks[ranks == 0] = np.nan
    if among is None:
        ranks, missing = ranks.reshape(totals.shape), np.zeros(totals.shape, dtype=np.int8)
    else:
        ranks, missing = _looked_up(sign * own.values, flat, ranks)
    unknown = ~np.isnan(own.values) * any_fault(read.faults)
    return grid(ranks, first_fault(own.faults, unknown, missing))


def _looked_up(
    wanted: FloatArray, known: FloatArray, ranks: FloatArray
) -> tuple[FloatArray, Faults]:
    """Return the ranks of equal figures among known ones; #N/A for a figure that is not there."""
    there = ~np.isnan(known)
    order = np.argsort(known[there])
    values, ranks = known[there][order], ranks[there][order]
    found = np.full(wanted.shape, np.nan)
    if not values.size:
        return found, fault_where(~np.isnan(wanted), NA)
    right = np.clip(np.searchsorted(values, wanted), 0, values.size - 1)
    left = np.maximum(right - 1, 0)
    nearest = np.where(abs(values[left] - wanted) < abs(values[right] - wanted), left, right)
    same = abs(values[nearest] - wanted) <= TOLERANCE
    return np.where(same, ranks[nearest], np.nan), fault_where(~np.isnan(wanted) & ~same, NA)
