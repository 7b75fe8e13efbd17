"""Classes: from scores, from raw figures in one call, and the arithmetic in words.

Longer than other modules: three functions that share their arguments.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from permu_xl import engine
from permu_xl.engine import (
    add_up,
    concerned,
    explain,
    join,
    limited_bonus,
    track_index,
)
from permu_xl.engine.model import TOLERANCE, FloatArray, IntArray, Roster, Scheme
from permu_xl.errors import FunctionError
from permu_xl.functions.arguments import (
    figures,
    first_fault,
    grid,
    list_of,
    scheme_of,
    shown_texts,
    text_grid,
)
from permu_xl.functions.declare import SCHEME, Argument, Example, worksheet_function
from permu_xl.functions.kinds import (
    GROUPS,
    ONE,
    RAW_ROW,
    SCORES,
    Result,
    by_row,
)
from permu_xl.functions.library.district import (
    Firms,
    Scored,
    check_classable,
    read_firms,
    row_identity,
    score_firms,
)
from permu_xl.functions.library.firm_arguments import (
    AGAINST,
    BONUS,
    CAPS,
    FIRM,
    FIRM_NAMES,
    FLAGGED,
    INCLUDED,
    MEASURED_AGAINST,
    RAW_DATA,
    WEIGHTS,
    baselines_of,
    limited,
    present,
    table_of,
)
from permu_xl.functions.library.groups import SORTED_BY
from permu_xl.functions.values import ErrorValue, Grid

if TYPE_CHECKING:
    from permu_xl.functions.blocks import Block

DIV0, NUM = ErrorValue.DIV0, ErrorValue.NUM
GIVEN = "公式中给定"
"""Where the baselines of an explanation come from."""

UNKNOWN = "任何一户参评企业的总分是错误值时，全部名次和分类都是这个错误。"


@worksheet_function(
    "PERMU_CLASS",
    "按各项得分、加分排出总分，再按方案的名额或名次分段逐户给出分类；不参评或没有得分的返回空白。"
    "总分和排序分都相同的按行次先后。" + UNKNOWN,
    english="Class of each firm from its scores, by the quotas or cut points of the scheme.",
    clause="二（二）",
    result=by_row("scores", "一个分类"),
    arguments=(
        Argument(
            "scores",
            "各项得分",
            "；一行一户，一列一项指标，次序同方案，空白按0分。",
            "Scores: one row a firm, one column an indicator, in the scheme's order.",
            kind=SCORES,
        ),
        Argument(
            "bonus",
            "加分",
            "，可为负；一列，一行一户，空白为0。方案按数量加减分的，算好一并填入。",
            "Bonus points of each firm, may be negative; 0 if left out.",
            "0",
        ),
        FLAGGED,
        INCLUDED,
        SCHEME,
        SORTED_BY,
    ),
    example=Example(
        "5户：前半区2户；A类0.75户，四舍五入1户，取亩均税收与研发两项得分之和最高的；"
        "C、D类0.5户，四舍五入1户，取后半区能耗与排放两项得分之和最低的（8＋4＝12），"
        "它填了不符合产业政策，为D类。总分最低的第5户（5＋9＝14）不在名单里。",
        (
            (
                (36, 18, 24, 6, 18, 18),
                (30, 15, 20, 5, 15, 15),
                (20, 10, 10, 5, 10, 10),
                (10, 10, 5, 5, 8, 4),
                (10, 5, 0, 5, 5, 9),
            ),
            None,
            ((None,), (None,), (None,), ("是",), (None,)),
        ),
    ),
)
def class_letters(
    scores: Block,
    bonus: Block | None,
    flags: Block | None,
    included: Block | None,
    scheme: Block | None,
    groups: Block | None,
) -> Grid:
    """Class rows of scores, one column an indicator (二（二）, readings R13 to R17)."""
    rules = scheme_of(scheme)
    check_classable(rules)
    _check_keys(rules)
    points = table_of(scores, len(rules.indicators), "各项得分", "项指标")
    size = len(points.values)
    firms = read_firms(rules, present(points), bonus, flags, included, groups)
    roster = Roster.from_columns(
        {},
        names=[""] * size,
        industries=firms.groups.industries,
        attributes=firms.groups.attributes,
    )
    joined = join(rules, roster, firms.included)
    roster = joined.roster  # the first of a group sorts all its members
    tracks = track_index(rules, roster)
    columns: dict[str, FloatArray] = {}
    faults = firms.bonus_faults
    for i, column, fault in zip(rules.indicators, points.values.T, points.faults.T, strict=True):
        here = concerned(rules, i.id, tracks)
        columns[i.id] = np.where(here, np.nan_to_num(column), 0.0)
        faults = first_fault(fault * here, faults)
    total = add_up(list(columns.values()), size) + limited_bonus(rules.bonus, firms.bonus)
    _check_alike(np.where(faults == 0, total, np.nan), joined.leader)
    nobody = np.zeros(size, dtype=bool)
    classes = engine.classify(
        rules,
        engine.units_of(rules, joined, tracks, firms.included, nobody, firms.ungraded),
        total,
        engine.KeyFigures(columns, {}, {}),
        firms.flags,
        row_identity(size).take,
        attributes=engine.condition_texts(rules, roster),
    )
    if joined.any:
        classes = classes.shared(joined.leader)
    letters = engine.unranked_letters(rules, classes.letter, nobody, firms.ungraded)
    unknown = firms.rank_faults(faults)
    flagged = first_fault(unknown, firms.row_faults(firms.flag_faults))
    return text_grid(letters.tolist(), flagged[:, None])


def _check_alike(total: FloatArray, leader: IntArray) -> None:
    """Raise FunctionError (#VALUE!) where firms that are evaluated as one have other totals."""
    apart = np.flatnonzero(np.abs(total - total[leader]) > TOLERANCE)
    if apart.size:
        first, other = int(leader[apart[0]]) + 1, int(apart[0]) + 1
        problem = f"第{first}行和第{other}行合并评价，得分、加分应当相同，都填几户合计的"
        raise FunctionError("#VALUE!", f"{problem}；请用PERMU_EVALUATE")


def _check_keys(rules: Scheme) -> None:
    """Raise FunctionError (#N/A) where firms are ordered by more than their scores."""
    keys = [track.ranking.ties for track in rules.tracks] + [s.key for s in rules.selections]
    if any(key.kind != "scores" for key in keys) or any(
        condition.kind in ("value", "column") for condition in rules.conditions
    ):
        problem = "方案按原始数据或指标值排序、升降，只有得分分不出类，请用PERMU_EVALUATE"
        raise FunctionError("#N/A", problem)


@worksheet_function(
    "PERMU_EVALUATE",
    "一次评价全区：各项指标值、各项得分、得分合计、加分、总分、名次、分类、提示；"
    "不参评的行返回空白。总分和排序分都相同的按行次先后。" + UNKNOWN,
    english="Evaluate a district in one call: values, scores, subtotal, bonus, total, rank, class "
    "and note of each firm.",
    clause="二（一）、二（二）",
    result=Result(
        "每户一行；k项指标时共2k+6列：k个指标值、k个得分、得分合计、加分、总分、名次、分类、提示",
        lambda given, scheme: (given["data"][0], 2 * len(scheme.indicators) + 6),
    ),
    errors=(
        (DIV0, "某项基准值空缺或不大于0：该项得分、总分、名次和分类"),
        (NUM, "基本分值为负，封顶倍数不大于0"),
    ),
    arguments=(
        RAW_DATA,
        AGAINST,
        BONUS,
        FLAGGED,
        INCLUDED,
        SCHEME,
        SORTED_BY,
        WEIGHTS,
        CAPS,
        FIRM_NAMES,
    ),
    example=Example(
        "第1户亩均税收120÷40＝3，得3÷4×30＝22.5分；没有排放当量、有税收，得基本分值。",
        ((FIRM, (10, 20, 100, 200, 0, 20, 50, 4)), (MEASURED_AGAINST,), ((2,), (None,))),
    ),
)
def evaluate_district(
    data: Block,
    baselines: Block,
    bonus: Block | None,
    flags: Block | None,
    included: Block | None,
    scheme: Block | None,
    groups: Block | None,
    weights: Block | None,
    caps: Block | None,
    firms: Block | None,
) -> Grid:
    """Evaluate rows of raw figures: values, scores, sums, rank, class, note (二（一）、二（二）).

    Rows that take no part, or hold neither figure nor name, stay blank.  Weights and caps that are
    given take the place of the scheme's.
    """
    rules = limited(scheme_of(scheme), weights, caps)
    check_classable(rules)
    raw = table_of(data, len(rules.columns), "原始数据", "项原始数据")
    read = read_firms(rules, present(raw), bonus, flags, included, groups, firms)
    return _rows(score_firms(rules, raw, baselines_of(baselines, rules), read), read)


def _rows(scored: Scored, firms: Firms) -> Grid:
    """Return the columns of an evaluation side by side, each with its faults."""
    e = scored.evaluation
    values, scores = scored.value_faults.T, scored.score_faults.T
    unknown = firms.rank_faults(scored.total_faults)
    columns = [*(r.value for r in e.results), *(r.score for r in e.results)]
    ranks = np.where(e.classes.rank > 0, e.classes.rank, np.nan)
    columns += [e.subtotal, e.bonus.total, e.total, ranks]
    faults = [*values, *scores, first_fault(*scores), scored.bonus_faults, scored.total_faults]
    numbers = np.column_stack(columns)
    numbers[~firms.included] = np.nan
    rows = grid(numbers, np.column_stack([*map(firms.row_faults, faults), unknown]))
    flagged = first_fault(unknown, firms.row_faults(firms.flag_faults))
    letters = shown_texts(e.proposed.tolist(), flagged)
    notes = shown_texts(explain.notes_column(e), firms.row_faults(first_fault(*values)))
    for row, letter, note in zip(rows, letters, notes, strict=True):
        row += letter, note
    return rows


@worksheet_function(
    "PERMU_EXPLAIN",
    "用文字写出一户企业的计算过程：每项指标一行，写明数据、基准值、得分和条款，末行是总分。",
    english="The arithmetic of one firm in words, one line an indicator.",
    clause="二（一）3",
    result=Result(
        "一列；k项指标时共k+1行，与该户无关的指标一行空白",
        lambda given, scheme: (len(scheme.indicators) + 1, 1),
    ),
    errors=((DIV0, "某项基准值空缺或不大于0：该项和总分"),),
    arguments=(
        Argument(
            "data_row",
            "原始数据",
            "，一户企业的，次序同 PERMU_EVALUATE；一行或一列。",
            "Raw figures of one firm, in the order of PERMU_EVALUATE.",
            kind=RAW_ROW,
        ),
        AGAINST,
        Argument(
            "bonus",
            "加分",
            "，可为负；一个单元格。",
            "Bonus points of the firm, may be negative; 0 if left out.",
            "0",
            kind=ONE,
        ),
        SCHEME,
        replace(SORTED_BY, kind=replace(GROUPS, rows=1)),
    ),
    example=Example(
        "第1户亩均税收120÷40＝3，得3÷4×30＝22.5分；没有排放当量、有税收，得基本分值。",
        ((FIRM,), (MEASURED_AGAINST,), 2),
    ),
)
def explain_firm(
    data_row: Block,
    baselines: Block,
    bonus: Block | None,
    scheme: Block | None,
    groups: Block | None,
) -> Grid:
    """Put the arithmetic of one firm in words: a line an indicator, then the total (二（一）3).

    All lines are blank for a row without any figure.
    """
    rules = scheme_of(scheme)
    if spans := [i.name for i in rules.indicators if i.spans]:
        problem = f"“{spans[0]}”按全区最低、最高值计分，一户的数据说明不了；请用 permu-xl explain"
        raise FunctionError("#N/A", problem)
    raw = list_of(figures(data_row), len(rules.columns), "原始数据")
    firms = read_firms(rules, present(raw), bonus, None, None, groups)
    scored = score_firms(rules, raw, baselines_of(baselines, rules), firms)
    e = scored.evaluation
    own = np.append(scored.score_faults[0], scored.total_faults[0])[:, None]
    faults = np.where(firms.included_faults[0] != 0, firms.included_faults[0], own)
    if not firms.concerned[0]:
        return [[""] for _ in faults]
    lines = [
        ""
        if fault or not result.concerned[0]
        else explain.indicator_line(rules, result, 0, origin=GIVEN)
        for result, fault in zip(e.results, faults[:-1, 0], strict=True)
    ]
    lines.append("" if faults[-1, 0] else f"{explain.points_line(e, 0)}。依据{rules.bonus.clause}")
    return text_grid(lines, faults)
