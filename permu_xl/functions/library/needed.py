"""What one item of a firm must reach for a class or a rank, all else equal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine import GRADED, explain
from permu_xl.errors import FunctionError
from permu_xl.functions.arguments import scheme_of, single, text_grid
from permu_xl.functions.declare import SCHEME, Argument, Example, worksheet_function
from permu_xl.functions.kinds import COLUMN, ONE, same_as
from permu_xl.functions.library.district import Firms, check_classable, read_firms, score_firms
from permu_xl.functions.library.firm_arguments import (
    AGAINST,
    BONUS,
    CAPS,
    FIRM_NAMES,
    FLAGGED,
    INCLUDED,
    RAW_DATA,
    WEIGHTS,
    baselines_of,
    limited,
    present,
    table_of,
)
from permu_xl.functions.library.groups import SORTED_BY
from permu_xl.functions.names import class_named, named
from permu_xl.functions.values import ERRORS, Cell, ErrorValue, Faults, Grid
from permu_xl.text import fold, show

if TYPE_CHECKING:
    from collections.abc import Callable

    from permu_xl.engine import Evaluation
    from permu_xl.engine.model import Scheme
    from permu_xl.functions.blocks import Block

NA = ErrorValue.NA
REACHED, OUT_OF_REACH = "已达到", "单靠这一项达不到"
OUT, UNRANKED = "不参评", "不参加排名"
"""What is told where there is no figure to tell."""


@worksheet_function(
    "PERMU_NEED",
    "一户企业要达到某个分类（或更好）或某个名次，某一项数据至少要变到多少，其他企业、其他数据和"
    "基准值都不变；逐个数重新评价求得。已经达到的、单靠这一项达不到的，用文字说明。",
    english="The figure that one item of a firm must reach for a class or a rank, all else equal.",
    clause="二",
    result=same_as("item", "数据项", "一个数或一句话"),
    errors=((NA, "没有这户企业、这一项数据、这个分类"),),
    arguments=(
        RAW_DATA,
        AGAINST,
        Argument(
            "firm",
            "哪一户",
            "：在原始数据里是第几行（1为第一行）；填了“企业”的，也可写企业名称；一个单元格。",
            "Which firm: its row in the data from 1, or its name if names are given.",
            kind=ONE.of(1, 2, "甲公司"),
        ),
        Argument(
            "item",
            "数据项",
            "的名称，如实缴税收、税收、用地；单元格或区域。",
            "Name or id of raw figures, such as 实缴税收 or tax.",
            kind=COLUMN.of("实缴税收", "用地", "energy", "产值", None),
        ),
        Argument(
            "target",
            "目标",
            "：分类，如 A 或 A类；或名次，如 10；一个单元格。",
            "A class, such as A, or a rank, such as 10.",
            kind=ONE.of("A", "B类", 1, 2),
        ),
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
        "第2户总分94.375，第1户100，同分也是第1名。税收要得30分：160÷40÷4×30；研发最多24分，只多4分，不够；"
        "用地x亩时税收、产值两项共得1575÷x分，要45分，x＝35。",
        (
            (
                (40, 160, 800, 800, 24, 40, 200, None),
                (40, 130, 800, 800, 24, 40, 200, None),
                (40, 100, 800, 800, 24, 40, 200, None),
            ),
            ((4, 20, 3, 20, 4, 10),),
            2,
            (("税收",), ("研发",), ("用地",)),
            1,
        ),
    ),
)
def figures_needed(
    data: Block,
    baselines: Block,
    firm: Block,
    item: Block,
    target: Block,
    bonus: Block | None,
    flags: Block | None,
    included: Block | None,
    scheme: Block | None,
    groups: Block | None,
    weights: Block | None,
    caps: Block | None,
    firms: Block | None,
) -> Grid:
    """Find the figures cell by cell by evaluating the district again and again (chapter 二).

    Blank for a blank item; a text where there is no figure.  An error in a cell that the ranks
    rest on is the result.
    """
    rules = limited(scheme_of(scheme), weights, caps)
    check_classable(rules)
    raw = table_of(data, len(rules.columns), "原始数据", "项原始数据")
    read = read_firms(rules, present(raw), bonus, flags, included, groups, firms)
    row = _row(single(firm, "哪一户"), raw.values.shape[0], firms)
    reached = _goal(rules, single(target, "目标"), row)
    scored = score_firms(rules, raw, baselines_of(baselines, rules), read)
    answers = [_answer(scored.evaluation, row, cell, reached) for cell in item.cells()]
    fault = ERRORS[_fault(read, scored.total_faults, row)]
    if fault is not None:
        raise FunctionError(str(fault), "一户参评企业的数据或基准值有错误，名次无法确定")
    return text_grid(answers, np.zeros(item.shape, dtype=np.int8))


def _fault(firms: Firms, total_faults: Faults, row: int) -> int:
    return int(firms.rank_faults(total_faults)[row])


def _row(cell: Cell, rows: int, names: Block | None) -> int:
    """Return the firm's position; FunctionError (#N/A) where there is none."""
    if isinstance(cell, float):
        if 1 <= cell <= rows and cell == int(cell):
            return int(cell) - 1
        raise FunctionError("#N/A", f"“哪一户”是第几行，应为1到{rows}的整数")
    if names is None:
        raise FunctionError("#N/A", "“哪一户”写名称时，请把名称一列填在“企业”里；或写第几行，如 1")
    known = [fold(show(name)) for name in names.cells()]
    if known.count(fold(show(cell))) != 1:
        problem = "有几户" if fold(show(cell)) in known else "没有"
        raise FunctionError("#N/A", f"“企业”里{problem}这个名称，请写第几行，如 1")
    return known.index(fold(show(cell)))


def _goal(rules: Scheme, cell: Cell, row: int) -> Callable[[Evaluation], bool]:
    """Return what an evaluation must have led to for the firm."""
    text = show(cell)
    rank = re.fullmatch(r"[前第]?(\d+)名?", fold(text))
    if rank and int(rank[1]) > 0:
        place = int(rank[1])
        return lambda e: 0 < e.classes.rank[row] <= place
    wanted = class_named(rules, text)
    if wanted is None or wanted.letter not in rules.graded_letters:
        known = "、".join(rules.graded_letters)
        raise FunctionError("#N/A", f"“目标”应是分类（{known}）或名次（如 10）")
    good = rules.graded_letters[: rules.graded_letters.index(wanted.letter) + 1]
    return lambda e: str(e.proposed[row]) in good


def _answer(e: Evaluation, row: int, cell: Cell, reached: Callable[[Evaluation], bool]) -> Cell:
    if cell == "" or isinstance(cell, ErrorValue):
        return cell
    columns = [(id, (id, c.name)) for id, c in e.scheme.columns.items()]
    column = named(show(cell), "columns", columns)
    if column is None:
        return NA
    if not e.included[row]:
        return OUT
    if e.ungraded[row] != GRADED:
        return UNRANKED
    if reached(e):
        return REACHED
    found = explain.figure_needed(e, row, column, reached)
    return OUT_OF_REACH if found is None else found
