"""The arguments that several functions of a whole district share, and how they are read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.errors import FunctionError
from permu_xl.functions.arguments import Figures, any_fault, figures, how_to_select, list_of
from permu_xl.functions.declare import Argument
from permu_xl.functions.kinds import BASELINES, COLUMN, FLAGS, MARKS, RAW_FIGURES, SCORES
from permu_xl.functions.values import ERRORS

if TYPE_CHECKING:
    from permu_xl.engine.model import BoolArray, Scheme
    from permu_xl.functions.blocks import Block

__all__ = [
    "AGAINST",
    "BONUS",
    "CAPS",
    "FIRM",
    "FIRM_NAMES",
    "FLAGGED",
    "INCLUDED",
    "MEASURED_AGAINST",
    "RAW_DATA",
    "WEIGHTS",
    "baselines_of",
    "limited",
    "present",
    "table_of",
]

AGAINST = Argument(
    "baselines",
    "基准值",
    "，应大于0；一行或一列，次序同“基准值”表：逐项指标，分组定基准的逐组各一格。",
    "Baselines above 0, one row or column: indicator by indicator, group by group.",
    kind=BASELINES,
)
FLAGGED = Argument(
    "flags",
    "标记",
    "，如不符合产业政策，是/否或TRUE/FALSE；方案有几种标记就是几列，空白为否。",
    "Flags such as breach of industrial policy: one row a firm; no if left out.",
    "否",
    kind=FLAGS,
)
INCLUDED = Argument(
    "included",
    "是否参评",
    "，是/否或TRUE/FALSE；一列，一行一户，空白为参评。全行没有数据的总不参评。",
    "Whether each firm takes part, yes/no or TRUE/FALSE; all if left out.",
    "都参评",
    kind=MARKS,
)
_LIMITS = replace(SCORES, rows=1)
RAW_DATA = Argument(
    "data",
    "原始数据",
    "；一行一户，各列次序同方案的“原始数据”表（沈阳方案依次为用地、税收、产值、"
    "收入、研发、人员、能耗、当量），空白为缺数据。",
    "Raw figures, one row a firm, in the scheme's order (Shenyang: land, tax, output, "
    "revenue, R&D, employees, energy, emission).",
    kind=RAW_FIGURES,
)
BONUS = Argument(
    "bonus",
    "加分",
    "，可为负；一列，一行一户，空白为0。",
    "Bonus points of each firm, may be negative; 0 if left out.",
    "0",
)
WEIGHTS = Argument(
    "weights",
    "基本分值",
    "，各项指标的，次序同方案；一行或一列，空白按方案。",
    "Basic scores of all indicators: one row or column; the scheme's if left out.",
    "方案的基本分值",
    kind=_LIMITS,
)
CAPS = Argument(
    "caps",
    "封顶倍数",
    "，各项指标的，次序同方案；一行或一列，空白按方案。",
    "Caps of all indicators: one row or column; the scheme's if left out.",
    "方案的封顶倍数",
    kind=_LIMITS,
)
FIRM_NAMES = Argument(
    "firms",
    "企业",
    "的名称、代码或序号；一列，一行一户。填了的行没有一项数据也算企业，空白的有数据才算。",
    "Names of the firms: a row with a name is a firm even without a figure.",
    "有数据的行才算企业",
    kind=COLUMN.of("甲公司", "乙公司", None),
)

FIRM = (40, 120, 800, 800, 24, 40, 200, None)
MEASURED_AGAINST = (4, 20, 3, 20, 4, 10)
"""A firm and baselines, for the examples."""


def limited(rules: Scheme, weights: Block | None, caps: Block | None) -> Scheme:
    """Return the scheme with weights and caps of the formula's; a blank leaves the scheme's."""
    if weights is None and caps is None:
        return rules
    points = _limits(weights, [i.weight for i in rules.indicators], "基本分值")
    times = _limits(caps, [i.cap for i in rules.indicators], "封顶倍数")
    if min(points) < 0 or min(times) <= 0:
        raise FunctionError("#NUM!", "“基本分值”不能为负，“封顶倍数”应大于0")
    changed = zip(rules.indicators, points, times, strict=True)
    return rules.with_indicators(tuple(replace(i, weight=w, cap=c) for i, w, c in changed))


def _limits(block: Block | None, standard: list[float], name: str) -> list[float]:
    if block is None:
        return standard
    read = list_of(figures(block), len(standard), name)
    fault = ERRORS[any_fault(read.faults)]
    if fault is not None:
        raise FunctionError(str(fault), f"“{name}”有一格不是数字，请改成数字或留空")
    found: list[float] = np.where(np.isnan(read.values), standard, read.values)[0].tolist()
    return found


def table_of(block: Block, width: int, name: str, what: str) -> Figures:
    """Read a block that must have as many columns as the scheme has of something."""
    if block.shape[1] != width:
        how = f"应为{width}列，{how_to_select(block.shape[0], width)}"
        problem = f"“{name}”有{block.shape[1]}列，方案有{width}{what}，{how}"
        raise FunctionError("#VALUE!", problem)
    return figures(block)


def baselines_of(block: Block, rules: Scheme) -> Figures:
    """Read the baselines as one row."""
    return list_of(figures(block), len(rules.baseline_rows), "基准值")


def present(read: Figures) -> BoolArray:
    """Return which rows hold any figure; the others are no firms."""
    present: BoolArray = (~np.isnan(read.values) | (read.faults != 0)).any(axis=1)
    return present
