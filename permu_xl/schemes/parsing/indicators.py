"""Indicators, baselines and bonus: keys of a scheme file, declared where they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.engine import model as s
from permu_xl.schemes.files import available
from permu_xl.schemes.parsing.choices import FORMS, METHODS, MISSING, STACKING, YEARS

if TYPE_CHECKING:
    from permu_xl.schemes.parsing.table import Table

__all__ = ["read_bonus", "read_indicator"]


def read_indicator(id: str, t: Table) -> s.Indicator:
    """An indicator: ratio, form, weight, baseline."""
    return s.Indicator(
        id=id,
        name=t.text("name", "指标名称；规上、规下分值不同的写成两项，名称不同", usual=True),
        unit=t.text("unit", "指标的单位"),
        numerator=t.text("numerator", "分子（columns 或 sums 的代号）"),
        denominator=t.text("denominator", "分母（columns 或 sums 的代号）"),
        scale=t.number("scale", "分子÷分母再乘的数；百分数写100", above=0),
        growth=t.flag(
            "growth", "取比上年的增长：（本年的分子÷分母）÷（同一企业上年的）减1，再乘 scale"
        ),
        form=t.choice("form", "计分式，都不低于0", FORMS, "ratio"),
        start=t.number(
            "start",
            "极差计分（min_max、max_min）时最差的一户得基本分的多少",
            0.0,
            minimum=0,
        ),
        weight=t.number("weight", "基本分：达到基准得的分", above=0, usual=True),
        cap=t.number("cap", "最高得基本分的几倍", above=0, usual=True),
        missing=t.table(
            "missing", "分子或分母空缺时的特别规定", absent="空缺记0分", usual=True
        ).closing(_missing)
        if "missing" in t.values
        else None,
        baseline=t.table("baseline", "基准", usual=True).closing(_baseline_rule),
        clause=t.clause(usual=True),
        score_clause=t.clause("score_clause", "计分办法的条款", usual=True),
        floor=t.number(
            "floor", "最低得基本分的几倍（下限）；数据空缺、为负的不适用，仍按0分", 0.0, minimum=0
        ),
    )


def _missing(t: Table) -> s.Missing:
    score = t.choice("score", "得几分", MISSING)
    return s.Missing(
        column=t.text("column", "哪个数空缺，须是这项指标的分子或分母"),
        score=score,
        zero_counts=t.flag("zero_counts", "填0也算空缺；分子填0的不计入基准"),
        clause=t.clause(),
        points=t.number("points", "扣几分", above=0, absent="score 为 penalty 时必写，否则不能写")
        if score == "penalty"
        else 0.0,
    )


def _baseline_rule(t: Table) -> s.BaselineRule:
    return s.BaselineRule(
        method=t.choice("method", "怎样算", METHODS),
        year=t.choice("year", "用哪一年的数据", YEARS),
        clause=t.clause(),
        manual=t.number(
            "manual",
            "人工核定的数值",
            None,
            above=0,
            absent="method 为 manual 又没有 manual_by 时必写",
        ),
        times=t.number("times", "算出的值再乘几倍；人工核定的不乘", 1.0, above=0),
        by=t.text("by", "按哪个分组（attributes 的代号）各定一个基准", ""),
        manual_by=t.number_map("manual_by", "各组人工核定的数值", "项名是组，值是数值", above=0),
        years=t.whole(
            "years", "取几年的平均（各年基准值相加÷年数）；以前各年的写在 earlier", 1, minimum=1
        ),
        earlier=_by_year(t),
    )


def _by_year(t: Table) -> dict[int, float]:
    told = t.number_map("earlier", "以前各年的基准值", "项名是年份，值是那一年的基准值", above=0)
    for year in told:
        if not year.isdecimal():
            t.problem(f"earlier.{year}", "项名应当是年份，如2020")
    return {int(year): value for year, value in told.items() if year.isdecimal()}


def read_bonus(t: Table) -> s.Bonus:
    """Points beside the indicators."""
    # No rule, so it is no part of the scheme: the starter file takes it from here.
    kindred = t.text(
        "kindred",
        "同类的自带方案（代号）：schemes new 把它的加分项名称写成注释，供参考；不影响计分",
        "",
    )
    if kindred and kindred not in available():
        t.problem("kindred", f"没有自带的方案“{kindred}”")
    return s.Bonus(
        labels={
            name: _bonus_label(name, inner)
            for name, inner in t.each(
                "labels", "加分项，项名写在企业的“加分项”列里，中文的加引号", {}
            )
        },
        groups={
            id: _bonus_group(id, inner)
            for id, inner in t.each("groups", "几个加分项合在一起限制；项名是代号", {})
        },
        counts=tuple(
            _bonus_count(id, inner)
            for id, inner in t.each("counts", "按数量加分、扣分，如出租户数；项名是代号", {})
        ),
        cap=t.number("cap", "加分合计最多几分", None, minimum=0, usual=True),
        deduction_cap=t.number(
            "deduction_cap", "扣分合计最多几分（写正数）", None, minimum=0, usual=True
        ),
        clause=t.clause(usual=True),
    )


def _bonus_label(name: str, t: Table) -> s.BonusLabel:
    by_ratio = "ratio" in t.values
    return s.BonusLabel(
        name=name,
        points=t.number("points", "加几分，扣分写负数", 0.0, absent="没有 ratio 时必写", usual=True)
        if by_ratio
        else t.number("points", "加几分，扣分写负数", absent="没有 ratio 时必写", usual=True),
        ratio=t.number(
            "ratio", "按指标得分合计的比例加，如0.05；与 points 写一项", 0.0, usual=True
        ),
        group=t.text("group", "归入哪个 groups；按比例的不能归组", ""),
        clause=t.clause(usual=True),
    )


def _bonus_group(id: str, t: Table) -> s.BonusGroup:
    return s.BonusGroup(
        id=id,
        name=t.text("name", "组的名称"),
        stacking=t.choice("stacking", "几项怎样合计", STACKING),
        cap=t.number("cap", "这一组最多几分", None, minimum=0),
        clause=t.clause(),
    )


def _bonus_count(id: str, t: Table) -> s.BonusCount:
    return s.BonusCount(
        id=id,
        name=t.text("name", "名称"),
        column=t.text("column", "数量所在的列（columns 的代号）"),
        free=t.number("free", "不计分的数量", 0.0, minimum=0),
        points=t.number("points", "超出部分每一个几分，扣分写负数"),
        clause=t.clause(),
    )
