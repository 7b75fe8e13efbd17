"""How a firm came by its class: halves or cut points, sort keys, quotas and cut lines, in words."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.explain.class_basis import END_NAMES, half_of, own_picks
from permu_xl.engine.model import (
    TOLERANCE,
    CutPoint,
    CutPoints,
    FloatArray,
    Key,
    Rounding,
    Scheme,
    TwoStage,
)
from permu_xl.engine.ranking import (
    Picked,
    Unit,
    half_names,
)
from permu_xl.engine.rounding import share_of
from permu_xl.text import show_number, show_points

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from permu_xl.engine.evaluation import Evaluation
    from permu_xl.engine.ranking import (
        Cut,
        Ordering,
    )

ROUNDING_NAMES: dict[Rounding, str] = {"half_up": "四舍五入", "floor": "舍去小数", "ceil": "进一"}


def class_lines(e: Evaluation, firm: int) -> Iterator[str]:
    """Yield the lines about a ranked firm's place, one for the order and one for each list."""
    unit = e.classes.units[e.classes.unit[firm]]
    rule = unit.rule
    firm = int(e.joined.leader[firm])  # which stands in the order for the firms joined to it
    if isinstance(rule, CutPoints):
        yield _cuts_line(e, unit, rule, firm)
    else:
        yield _half_line(e, unit, rule, firm)
        for picked in own_picks(e, firm):
            yield _selection_line(e, unit, rule, picked, firm)


def _half_line(e: Evaluation, unit: Unit, rule: TwoStage, firm: int) -> str:
    (cut,) = unit.cuts
    return (
        f"半区：{half_names(rule)[half_of(e, firm)]}（{unit.size}户中前{cut.place}户为前半区）；"
        f"{_distance(cut, unit.order, e.total, firm, '总分', '分')}。依据{rule.clause}"
    )


def _cuts_line(e: Evaluation, unit: Unit, rule: CutPoints, firm: int) -> str:
    """Say where the lines are drawn and how far the nearest ones are."""
    section = int(e.classes.section[firm])
    if rule.by == "total":
        total, lines = float(e.total[firm]), rule.cuts[max(section - 1, 0) : section + 1]
        told = [_from_line(cut, total) for cut in lines if cut is not rule.cuts[-1]]
        return f"位次：{_drawn(unit, rule)}；{'；'.join(told) or '没有分界线'}。依据{rule.clause}"
    near = [
        f"{line.title}的分界：{_distance(line, unit.order, e.total, firm, '总分', '分')}"
        for line in unit.cuts[max(section - 1, 0) : section + 1]
        if line.above >= 0 and line.below >= 0
    ]
    return f"位次：{_drawn(unit, rule)}；{'；'.join(near) or '没有分界线'}。依据{rule.clause}"


def _from_line(cut: CutPoint, total: float) -> str:
    """Say how far a total is from the points of a line."""
    gap = total - cut.points
    name = f"{cut.letter}类的分数线{show_number(cut.points)}分"
    if abs(gap) <= TOLERANCE:
        return f"总分正好在{name}上"
    return f"总分{'高于' if gap > 0 else '低于'}{name}{show_points(abs(gap))}分"


def _drawn(unit: Unit, rule: CutPoints) -> str:
    """Say down to which place each class goes, and why."""
    last = f"{rule.cuts[-1].letter}类"
    if not unit.cuts:
        return f"{unit.size}户全部为{last}"
    parts, above = [], 0
    for cut, line in zip(rule.cuts[:-1], unit.cuts, strict=True):
        reach = f"到第{line.place}名" if line.place > above else "没有名额"
        if rule.by == "total" and line.place == above:
            reach = "没有企业"
        parts.append(f"{cut.letter}类{reach}（{_why(unit, rule, cut)}）")
        above = line.place
    none = "没有企业" if rule.by == "total" else "没有名额"
    rest = f"其余为{last}" if unit.size > above else f"{last}{none}"
    return f"{unit.size}户中{'，'.join(parts)}，{rest}"


def _why(unit: Unit, rule: CutPoints, cut: CutPoint) -> str:
    """Say how a line comes about: 10户 × 25% = 2.5，舍去小数; 总分80分以上，含80分."""
    if rule.by == "total":
        points = show_number(cut.points)
        return f"总分{points}分以上，{'含' if cut.inclusive else '不含'}{points}分"
    base = base_words(unit)
    share = cut.up_to if cut.leave is None else cut.leave
    exact = share * unit.base
    why = f"{base} × {show_number(float(100 * share))}% = {show_number(float(exact))}"
    if cut.leave is not None:
        left = share_of(share, unit.base, cut.rounding)
        rounded = f"，{ROUNDING_NAMES[cut.rounding]}" if exact.denominator != 1 else ""
        return f"后面留{left}户：{why}{rounded}"
    if exact.denominator != 1:
        why += f"，{ROUNDING_NAMES[cut.rounding]}"
    elif not cut.inclusive:
        why += "，不含这一名"
    return why


def base_words(unit: Unit) -> str:
    """Return the number of firms that shares are taken of: 275户（含不排名的10户）."""
    beside = unit.ranked.beside
    others = unit.base - unit.size - beside
    told = [f"不排名的{others}户"] if others else []
    told += [f"合并评价而只占一个名次的另{beside}户"] if beside else []
    return f"{unit.base}户" + (f"（含{'、'.join(told)}）" if told else "")


def _selection_line(e: Evaluation, unit: Unit, rule: TwoStage, picked: Picked, firm: int) -> str:
    s = picked.selection
    place = int(np.flatnonzero(picked.ordering.firms == firm)[0]) + 1
    name = "排序分" if s.key.kind == "scores" else "排序值"
    gap = _distance(picked.cut, picked.ordering, picked.key, firm, name, _unit_of(e.scheme, s.key))
    return (
        f"{s.label}类{name}：{_key_text(e, s.key, float(picked.key[firm]), firm)}，"
        f"在{half_names(rule)[s.half]}的{len(picked.ordering.firms)}户中第{place}；"
        f"{_quota_text(unit, picked)}；{gap}。依据{s.clause}"
    )


def _key_text(e: Evaluation, key: Key, total: float, firm: int) -> str:
    """Write a sort key as the sum it is."""
    results = {r.indicator.id: r for r in e.results}
    if key.kind == "scores":
        parts = [float(results[id].score[firm]) for id in key.ids]
        names = [f"{results[id].indicator.name}得分" for id in key.ids]
        named = [f"{name}{show_points(part)}" for name, part in zip(names, parts, strict=True)]
        return f"{' + '.join(named)} {sum_text(parts, total)}"
    named = []
    for id in key.ids:
        if key.kind == "columns":
            column = e.scheme.figure(id)
            name, unit, figure = column.name, column.unit, float(e.figure(id)[firm])
        else:
            indicator = results[id].indicator
            name, unit, figure = indicator.name, indicator.unit, float(results[id].value[firm])
        shown = "空（按0计）" if np.isnan(figure) else show_number(figure) + unit
        named.append(name + shown)
    sum_shown = f" = {show_number(total)}" if len(named) > 1 else ""
    return " + ".join(named) + sum_shown


def _unit_of(scheme: Scheme, key: Key) -> str:
    """Return the unit of a sort key; "" for a sum of figures other than points."""
    if key.kind == "scores":
        return "分"
    if len(key.ids) > 1:
        return ""
    (id,) = key.ids
    return scheme.figure(id).unit if key.kind == "columns" else scheme.indicator(id).unit


def _quota_text(unit: Unit, picked: Picked) -> str:
    s, n = picked.selection, unit.base
    exact, whole = s.share * n, share_of(s.share, n, s.rounding)
    share = show_number(float(100 * s.share))
    text = f"名额为{base_words(unit)} × {share}% = {show_number(float(exact))}户"
    if exact != whole:
        text += f"，{ROUNDING_NAMES[s.rounding]}为{whole}户"
    if picked.quota < whole:
        text += f"，该半区只有{picked.quota}户"
    return f"{text}，取{END_NAMES[s.take]}{picked.quota}户"


def _distance(
    cut: Cut, ordering: Ordering, key: FloatArray, firm: int, name: str, unit: str
) -> str:
    """Say how far a firm stands from a cut line, measured on the line's own key."""
    if cut.above < 0 or cut.below < 0:
        return "没有分界线"
    place = int(np.flatnonzero(ordering.firms == firm)[0])
    better = place < cut.place
    other = cut.below if better else cut.above
    gap = abs(float(key[firm] - key[other]))
    side = "高于线下第一户" if better else "低于线上最后一户"
    if gap <= TOLERANCE:
        return f"与分界线另一侧企业的{name}相同，按次序规则分开"
    return f"{name}{side}{show_points(gap) if unit == '分' else show_number(gap)}{unit}"


def sum_text(parts: Sequence[float], total: float) -> str:
    """Write a sum of points, and say so where the figures shown do not add up to it."""
    if sum(Decimal(show_points(part)) for part in parts) == Decimal(show_points(total)):
        return f"= {show_points(total)}分"
    return f"≈ {show_points(total)}分（按未取整的得分相加）"
