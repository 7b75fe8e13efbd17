"""The words that a key may hold, and what each says: in the reference and of a scheme in words.

``{weight}`` stands for the basic score, ``{points}`` for points, ``{other}`` for the other figure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from permu_xl.engine import METHOD_NAMES
from permu_xl.engine import model as s

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "BASES",
    "BLANK_PARTS",
    "BOUNDS",
    "COUNTED",
    "ENDS",
    "FIGURES",
    "FORMS",
    "HALVES",
    "KEYS",
    "LIMITS",
    "METHODS",
    "MISSING",
    "QUOTAS",
    "ROUNDINGS",
    "RULES",
    "STACKING",
    "YEARS",
    "in_reference",
]

FORMS: Mapping[s.ScoringForm, str] = {
    "ratio": "值÷基准×{weight}",
    "mirrored": "（2-值÷基准）×{weight}，越低越好",
    "reciprocal": "基准÷值×{weight}，越低越好",
    "min_max": "极差，（值-本年最低值）÷（基准-本年最低值）×{weight}，都相同的得{weight}",
    "max_min": "极差，（本年最高值-值）÷（本年最高值-基准）×{weight}，越低越好，都相同的得{weight}",
}
MISSING: Mapping[s.MissingScore, str] = {
    "full": "得{weight}",
    "full_if_positive": "{other}大于0的得{weight}，否则0分",
    "average": "按有数据企业的平均得分计",
    "penalty": "扣{points}",
}
METHODS: Mapping[s.BaselineMethod, str] = {
    "aggregate": f"{METHOD_NAMES['aggregate']}，分子合计÷分母合计",
    "mean": f"{METHOD_NAMES['mean']}，各企业指标的平均",
    "median": f"{METHOD_NAMES['median']}，各企业指标排在正中的一个，双数时取中间两个的平均",
    "max": METHOD_NAMES["max"],
    "min": METHOD_NAMES["min"],
    "manual": "人工核定",
}
YEARS: Mapping[s.BaselineYear, str] = {"previous": "上年数据", "current": "本年数据"}
BASES: Mapping[s.Basis, str] = {"": "", "当量值": "", "等价值": ""}
BLANK_PARTS: Mapping[s.BlankPart, str] = {
    "missing": "整个数算空缺",
    "zero": "空缺的按0计，全部空缺的才算空缺",
}
QUOTAS: Mapping[s.QuotaOf, str] = {
    "groups": "一组算一户",
    "firms": "按实际户数，一组仍占一个名额",
}
STACKING: Mapping[s.Stacking, str] = {"sum": "累加", "highest": "只计最高一项"}
RULES: Mapping[Literal["two_stage", "cut_points", "score_cuts"], str] = {
    "two_stage": "先按总分分前后两半，再各按关键指标取名额",
    "cut_points": "按名次的比例分",
    "score_cuts": "按总分的分数线分",
}
COUNTED: Mapping[s.Counted, str] = {
    "ranked": "参加排名的",
    "with_unranked": "参加排名的，加上不排名而有类别的（ungraded、scope.letter）",
}
ROUNDINGS: Mapping[s.Rounding, str] = {
    "half_up": "四舍五入",
    "floor": "舍去小数",
    "ceil": "有小数进一",
}
HALVES: Mapping[s.Half, str] = {"upper": "前一半", "lower": "后一半"}
ENDS: Mapping[s.End, str] = {"first": "前", "last": "后"}
LIMITS: Mapping[s.Limit, str] = {
    "at_best": "最高列",
    "at_worst": "最低列",
    "up": "提高",
    "down": "降低",
    "fixed": "定为",
}
FIGURES: Mapping[s.FigureKind, str] = {
    "total": "总分",
    "score": "指标得分",
    "value": "指标值",
    "column": "原始数据",
}
BOUNDS: Mapping[s.Bound, str] = {
    "below": "低于",
    "at_most": "不高于",
    "above": "高于",
    "at_least": "不低于",
}
KEYS: Mapping[s.KeyKind, str] = {"scores": "得分之和", "values": "指标值", "columns": "数值"}

_PLACEHOLDERS = {"weight": "基本分", "points": "points 分", "other": "另一个数"}


def in_reference(words: Mapping[str, str]) -> str:
    """Return choices as the reference lists them.

    >>> in_reference(STACKING)
    '`sum` 累加；`highest` 只计最高一项'
    """
    shown = (f"`{word}` {says.format_map(_PLACEHOLDERS)}" for word, says in words.items() if says)
    return "；".join(shown)
