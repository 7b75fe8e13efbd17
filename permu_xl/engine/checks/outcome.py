"""What the outcome itself gives cause to point out: ties at a cut, outliers, stray flags."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from permu_xl.engine.checks.identity import firm_finding
from permu_xl.engine.evaluation import Evaluation
from permu_xl.engine.model import TOLERANCE, FloatArray, Scheme
from permu_xl.engine.ordering import Cut
from permu_xl.findings import Finding, Level
from permu_xl.text import show_number, show_points

__all__ = ["check_validity", "review"]


def review(e: Evaluation) -> list[Finding]:
    """Return the findings that only an evaluation can give."""
    return [*_outliers(e), *_unneeded(e), *_ties(e), *_stray_flags(e)]


def check_validity(scheme: Scheme, year: int) -> list[Finding]:
    """Warn when the evaluated year lies outside the scheme's validity (R19)."""
    if scheme.valid_from.year <= year <= scheme.valid_until.year:
        return []
    when = "之后" if year > scheme.valid_until.year else "之前"
    return [
        Finding(
            Level.WARNING, "W101", "parameters", None, "year", "评价年度", str(year),
            f"评价年度{year}在方案有效期（{scheme.valid_from}至{scheme.valid_until}）{when}",
            f"确认仍按{scheme.document}评价，或换用新的方案",
        )
    ]  # fmt: skip


def _outliers(e: Evaluation) -> Iterator[Finding]:
    """R8: one firm far above all others pushes everybody else's score towards 0."""
    limit = e.scheme.checks.outlier_ratio
    for found in e.baselines:
        indicator, rule = found.indicator, found.indicator.baseline
        if rule.method != "max" or rule.year != "current":
            continue
        source = found.source
        if source.second > 0 and source.highest / source.second > limit + TOLERANCE:
            others = "接近0" if indicator.higher_is_better else "都接近上限"
            yield firm_finding(
                e.roster, source.holder, Level.WARNING, "W301", "current",
                indicator.denominator, found.name, show_number(source.highest),
                f"{found.name}最高的一户是第二名的{source.highest / source.second:,.1f}倍，"
                f"以它为基准会使其他企业的得分{others}",
                "核实这户企业的两项数据；必要时改用人工核定基准值",
            )  # fmt: skip


def _unneeded(e: Evaluation) -> Iterator[Finding]:
    """A baseline that would be taken from this year's firms, of which none has the indicator."""
    for row, result in enumerate(e.results):
        for position, found in enumerate(result.baselines):
            members = e.included & (result.group == position)
            if not np.isnan(found.value) or not members.any():
                continue
            indicator = result.indicator
            column = indicator.missing.column if indicator.missing else indicator.denominator
            figure, among = e.scheme.columns[column].name, f"{found.group}里" if found.group else ""
            yield Finding(
                Level.WARNING, "W302", "parameters", row, "manual", found.name, "",
                f"{among}没有一户参评企业有{figure}数据，“{found.name}”没有基准值，"
                "各户按没有该项数据计分",
                f"确认{figure}一列确实没有数据",
            )  # fmt: skip


def _ties(e: Evaluation) -> Iterator[Finding]:
    """R16: equal firms on both sides of a line are told apart only by the order of tie-breaks."""
    for unit in e.classes.units:
        for cut in unit.cuts:
            yield from _tie(e, unit.name, cut, e.total, "总分")
        for picked in unit.picked:
            name = "排序分" if picked.selection.key.kind == "scores" else "排序值"
            yield from _tie(e, unit.name, picked.cut, picked.key, name)


def _tie(e: Evaluation, unit: str, cut: Cut, key: FloatArray, name: str) -> Iterator[Finding]:
    if not cut.tied:
        return
    title = f"{cut.title}（{unit}）" if unit else cut.title
    shown = show_number if name == "排序值" else show_points
    above, below = e.roster.label(cut.above), e.roster.label(cut.below)
    yield firm_finding(
        e.roster, cut.below, Level.WARNING, "W303", "current", "code", title,
        shown(float(key[cut.below])),
        f"{title}的分界线上，{above}与{below}的{name}相同，按次序规则把后者排在线下",
        "发布前核对这两户的数据，必要时集体研究并记入分类调整",
    )  # fmt: skip


def _stray_flags(e: Evaluation) -> Iterator[Finding]:
    """R17: a flag works only inside the list that it belongs to."""
    for position, unit in enumerate(e.classes.units):
        here = (e.classes.unit == position) & (e.classes.guard < 0)
        for picked in unit.picked:
            for id in picked.selection.flagged:
                flag = e.scheme.flags[id]
                for firm in np.flatnonzero(e.roster.flag(id) & here & ~picked.chosen):
                    yield firm_finding(
                        e.roster, int(firm), Level.HINT, "H304", "current", id, flag.name, "是",
                        f"填了“{flag.name}”，但按名次不在{picked.selection.label}类名单里，"
                        "分类不受影响",
                        "需要改类的，按程序记入分类调整",
                    )  # fmt: skip
