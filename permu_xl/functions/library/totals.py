"""From scores to totals and ranks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine import (
    add_up,
    competition_rank,
    descending,
    limited_bonus,
)
from permu_xl.engine.model import (
    TOLERANCE,
    FloatArray,
    Scheme,
)
from permu_xl.errors import FunctionError
from permu_xl.functions.arguments import (
    Figures,
    any_fault,
    fault_where,
    figures,
    figures_or,
    first_fault,
    grid,
    how_to_select,
    scheme_of,
    single_figure,
)
from permu_xl.functions.declare import SCHEME, Argument, Example, worksheet_function
from permu_xl.functions.kinds import ONE, SCORES, by_row, same_as
from permu_xl.functions.values import ErrorValue, Faults, Grid
from permu_xl.text import number_in

if TYPE_CHECKING:
    from permu_xl.functions.blocks import Block

NA, NUM, DIV0, VALUE = ErrorValue.NA, ErrorValue.NUM, ErrorValue.DIV0, ErrorValue.VALUE

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
    """Add up each row, and its bonus up to the scheme's limit (二（一）3, reading R12).

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
    """Rank from high to low, equals alike: 1, 1, 3 (二（二）, reading R16).

    Blank cells have no rank.  An error anywhere makes every rank unknown.
    """
    sign = -1.0 if single_figure(order, 0.0, "次序") else 1.0
    own = figures(totals)
    read = own if among is None else figures(among)
    flat = sign * read.values.ravel()
    counted = np.flatnonzero(~np.isnan(flat))
    ordering = descending(counted, [flat], np.full(flat.size, "", dtype=object).take)
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
