"""Why a firm has its score and class: the evaluation's own figures, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

import numpy as np

from permu_xl.engine.arrays import TOLERANCE, FloatArray
from permu_xl.engine.baseline import Baseline
from permu_xl.engine.classbasis import END_NAMES, basis, basis_column, half_of, own_picks, spread
from permu_xl.engine.classify import Picked, Unit, half_names
from permu_xl.engine.evaluate import Evaluation, IndicatorResult, status_note
from permu_xl.engine.findings import show_number, show_points
from permu_xl.engine.ordering import Cut, Ordering
from permu_xl.engine.roster import Roster
from permu_xl.engine.rounding import share_of
from permu_xl.engine.scheme import (
    BaselineRule,
    CutPoint,
    CutPoints,
    Key,
    Rounding,
    Scheme,
    ScoringForm,
)
from permu_xl.engine.scope import GRADED, reason_text
from permu_xl.engine.score import count_points
from permu_xl.errors import UnknownFirmError

__all__ = [
    "baseline_text",
    "basis",
    "basis_column",
    "explain",
    "find_firm",
    "indicator_line",
    "notes",
    "notes_column",
    "points_line",
]

ROUNDING_NAMES: dict[Rounding, str] = {"half_up": "四舍五入", "floor": "舍去小数", "ceil": "进一"}


def find_firm(roster: Roster, text: str) -> int:
    """Return the firm with this credit code or name, or the only one whose name contains it.

    Raises UnknownFirmError when none or several do, naming the candidates.
    """
    wanted = text.strip()
    codes = [str(code).upper() for code in roster.codes]
    for column, key in ((codes, wanted.upper()), (list(roster.names), wanted)):
        hits = [i for i, value in enumerate(column) if value == key and key]
        if len(hits) == 1:
            return hits[0]
    hits = [i for i, name in enumerate(roster.names) if wanted and wanted in name]
    if len(hits) == 1:
        return hits[0]
    if not hits:
        raise UnknownFirmError(f"没有找到企业“{wanted}”，请核对统一社会信用代码或企业名称")
    some = "、".join(roster.label(i) for i in hits[:5])
    more = f"等{len(hits)}户" if len(hits) > 5 else ""
    raise UnknownFirmError(f"“{wanted}”对应多户企业：{some}{more}，请写全名或代码")


def explain(evaluation: Evaluation, firm: int) -> list[str]:
    """Return the lines that account for a firm's scores and class.

    ``firm`` is the index in the roster (``find_firm`` finds it).  The first lines take the
    indicators one by one, the last ones tell half, sort keys, quotas, cut lines and class.
    """
    e = evaluation
    lines = [
        f"{e.roster.label(firm)}　{e.year}年度　{e.scheme.title}（{e.scheme.document}）",
    ]
    reason = reason_text(e.scheme.scope, e.roster, e.year, e.participation, firm)
    if reason:
        lines.append(reason)
    if not e.included[firm]:
        lines.append("不参评，没有得分和分类。")
        return lines
    lines += [indicator_line(e.scheme, result, firm) for result in e.results_of(firm)]
    lines.append(_total_line(e, firm))
    if e.ungraded[firm] == GRADED:
        lines += _class_lines(e, firm)
    lines.append(f"分类：{basis(e, firm)}")
    return lines


def indicator_line(scheme: Scheme, result: IndicatorResult, firm: int, *, origin: str = "") -> str:
    """Return the arithmetic of one indicator for one firm, with its clause.

    ``origin`` says where the baseline comes from when only the caller knows.
    """
    i = result.indicator
    top, bottom = scheme.columns[i.numerator], scheme.columns[i.denominator]
    value, score = float(result.value[firm]), float(result.score[firm])
    figures = (
        f"{top.name}{_amount(result.numerator[firm], top.unit)} ÷ "
        f"{bottom.name}{_amount(result.denominator[firm], bottom.unit)}"
    )
    note = status_note(result, scheme, firm)
    if np.isnan(value):
        return f"{i.name}：{figures}；{note}（上限{i.maximum:g}分）。依据{i.score_clause}"
    found = result.baseline_of(firm)
    times = f" × {i.scale:g}" if i.scale != 1 else ""
    ratio, formula = _relation(i.form, value / found.value if found.value else np.nan)
    uncapped = ratio * i.weight
    outcome = f"{formula} × 基本分{i.weight:g} = {show_points(uncapped)}"
    if value < 0:
        outcome = f"记{show_points(score)}分"
    elif uncapped > i.maximum + TOLERANCE:
        outcome += f"，超过上限{i.cap:g} × {i.weight:g} = {i.maximum:g}，取{show_points(score)}分"
    elif uncapped < 0:
        outcome += f"，低于0，记{show_points(score)}分"
    else:
        if abs(score - uncapped) > TOLERANCE:
            outcome += f"，四舍五入到{scheme.score_decimals}位小数"
        outcome += f"，得{show_points(score)}分（上限{i.maximum:g}分）"
    tail = f"；{note}" if note else ""
    return (
        f"{i.name}：{figures}{times} = {show_number(value)}{i.unit}；"
        f"基准值{baseline_text(found, scheme, origin)}；"
        f"{outcome}{tail}。依据{i.clause}、{i.baseline.clause}、{i.score_clause}"
    )


def _relation(form: ScoringForm, ratio: float) -> tuple[float, str]:
    """Return what the weight is multiplied by, and how it comes about."""
    shown = show_number(ratio)
    match form:
        case "ratio":
            return ratio, shown
        case "mirrored":
            return 2 - ratio, f"（2 − {shown}）"
        case "reciprocal":
            inverse = 1 / ratio if ratio else np.inf
            return inverse, show_number(inverse)


def baseline_text(found: Baseline, scheme: Scheme, origin: str = "") -> str:
    """Return a baseline with its origin: method, year and the figures behind it."""
    i, source = found.indicator, found.source
    if np.isnan(found.value):
        return "不需要（没有企业报告该项数据）"
    group = f"{found.group}，" if found.group else ""
    head = f"{show_number(found.value)}{i.unit}（{group}{origin or found.origin}"
    if origin:
        return f"{head}）"
    tail = _multiplied(i.baseline)
    match i.baseline.method:
        case "aggregate":
            top, bottom = scheme.columns[i.numerator], scheme.columns[i.denominator]
            times = f" × {i.scale:g}" if i.scale != 1 else ""
            return (
                f"{head}：{source.both}户合计{_amount(source.numerator, top.unit)} ÷ "
                f"{_amount(source.denominator, bottom.unit)}{times}{tail}）"
            )
        case "mean":
            return f"{head}：{source.count}户平均{tail}）"
        case "max":
            return f"{head}：{source.count}户中最高{tail}）"
        case _:
            return f"{head}）"


def _multiplied(rule: BaselineRule) -> str:
    return "" if rule.times == 1 else f"，再乘{show_number(rule.times)}"


def _amount(value: float, unit: str) -> str:
    return show_number(float(value)) + (unit if value == value else "")


def points_line(e: Evaluation, firm: int) -> str:
    """Return how a participant's scores and bonus add up to its total."""
    parts = [float(result.score[firm]) for result in e.results_of(firm)]
    shown = " + ".join(show_points(part) for part in parts)
    line = f"指标得分合计：{shown} {_sum(parts, float(e.subtotal[firm]))}；{_bonus_text(e, firm)}"
    return f"{line}；总分{show_points(float(e.total[firm]))}分"


def _total_line(e: Evaluation, firm: int) -> str:
    line, clause = points_line(e, firm), e.scheme.bonus.clause
    if e.ungraded[firm] != GRADED:
        return f"{line}，只计分、不参加排名。依据{clause}"
    unit = e.classes.units[e.classes.unit[firm]]
    among = f"{unit.name}的{unit.size}户" if unit.name else f"{unit.size}户参评企业"
    return f"{line}，{among}中第{e.classes.rank[firm]}名。依据{clause}"


def _sum(parts: Sequence[float], total: float) -> str:
    """Write a sum of points, and say so where the figures shown do not add up to it."""
    if sum(Decimal(show_points(part)) for part in parts) == Decimal(show_points(total)):
        return f"= {show_points(total)}分"
    return f"≈ {show_points(total)}分（按未取整的得分相加）"


def _bonus_text(e: Evaluation, firm: int) -> str:
    parts = {
        "直接加分": float(e.bonus.points[firm]),
        "加分项": float(e.bonus.label_points[firm]),
        **{
            count.name: float(count_points(count, e.roster.number(count.column))[firm])
            for count in e.scheme.bonus.counts
        },
    }
    bonus, plain = float(e.bonus.total[firm]), sum(parts.values())
    limited = abs(bonus - plain) > TOLERANCE
    written = {name: points for name, points in parts.items() if points or name == "直接加分"}
    if list(written) == ["直接加分"] and not limited:
        return f"加分{show_number(bonus)}分"
    text = "加分：" + " + ".join(f"{name}{show_number(points)}" for name, points in written.items())
    if limited:
        text += f"，超过{'上限' if bonus < plain else '扣分上限'}{show_number(bonus)}"
    return f"{text}，计{show_number(bonus)}分"


def _class_lines(e: Evaluation, firm: int) -> Iterator[str]:
    unit = e.classes.units[e.classes.unit[firm]]
    rule = unit.rule
    if isinstance(rule, CutPoints):
        yield _cuts_line(e, unit, rule, firm)
        return
    (cut,) = unit.cuts
    yield (
        f"半区：{half_names(rule)[half_of(e, firm)]}（{unit.size}户中前{cut.place}户为前半区）；"
        f"{_distance(cut, unit.order, e.total, firm, '总分')}。依据{rule.clause}"
    )
    for picked in own_picks(e, firm):
        yield _selection_line(e, unit, picked, firm)


def _cuts_line(e: Evaluation, unit: Unit, rule: CutPoints, firm: int) -> str:
    """Say where the lines are drawn and how far the nearest ones are."""
    section = int(e.classes.section[firm])
    drawn = "，".join(
        f"{cut.letter}类到第{line.place}名（{_cut_text(cut, unit.size, line.place)}）"
        for cut, line in zip(rule.cuts, unit.cuts, strict=False)
    )
    near = [
        f"{unit.cuts[k].title}的分界：{_distance(unit.cuts[k], unit.order, e.total, firm, '总分')}"
        for k in (section - 1, section)
        if 0 <= k < len(unit.cuts)
    ]
    return f"位次：{unit.size}户中{drawn}；{'；'.join(near)}。依据{rule.clause}"


def _cut_text(cut: CutPoint, n: int, place: int) -> str:
    exact = cut.up_to * n
    text = f"{n}户 × {show_number(float(100 * cut.up_to))}% = {show_number(float(exact))}"
    if exact.denominator != 1:
        return f"{text}，{ROUNDING_NAMES[cut.rounding]}"
    return text if place == exact else f"{text}，不含这一名"


def _selection_line(e: Evaluation, unit: Unit, picked: Picked, firm: int) -> str:
    s = picked.selection
    assert not isinstance(unit.rule, CutPoints)
    named = [f"{name}{show_points(part)}" for name, part in _key_parts(e, s.key, firm)]
    parts = [part for _, part in _key_parts(e, s.key, firm)]
    place = int(np.flatnonzero(picked.ordering.firms == firm)[0]) + 1
    half = half_names(unit.rule)[s.half]
    return (
        f"{s.label}类排序分：{' + '.join(named)} {_sum(parts, float(picked.key[firm]))}，"
        f"在{half}的{len(picked.ordering.firms)}户中第{place}；{_quota_text(unit, picked)}；"
        f"{_distance(picked.cut, picked.ordering, picked.key, firm, '排序分')}。依据{s.clause}"
    )


def _key_parts(e: Evaluation, key: Key, firm: int) -> Iterator[tuple[str, float]]:
    """Yield name and figure of each part of a sort key."""
    results = {r.indicator.id: r for r in e.results}
    for id in key.ids:
        if key.kind == "columns":
            yield e.scheme.columns[id].name, _zero_if_blank(e.roster.number(id)[firm])
        elif key.kind == "values":
            yield results[id].indicator.name, _zero_if_blank(results[id].value[firm])
        else:
            yield f"{results[id].indicator.name}得分", _zero_if_blank(results[id].score[firm])


def _zero_if_blank(figure: float) -> float:
    return 0.0 if np.isnan(figure) else float(figure)


def _quota_text(unit: Unit, picked: Picked) -> str:
    s, n = picked.selection, unit.size
    exact, whole = s.share * n, share_of(s.share, n, s.rounding)
    text = f"名额为{n}户 × {show_number(float(100 * s.share))}% = {show_number(float(exact))}户"
    if exact != whole:
        text += f"，{ROUNDING_NAMES[s.rounding]}为{whole}户"
    if picked.quota < whole:
        text += f"，该半区只有{picked.quota}户"
    return f"{text}，取{END_NAMES[s.take]}{picked.quota}户"


def _distance(cut: Cut, ordering: Ordering, key: FloatArray, firm: int, name: str) -> str:
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
    return f"{name}{side}{show_points(gap)}分"


def notes_column(e: Evaluation) -> list[str]:
    """Return for every firm what there is to note about its figures (the column 提示)."""
    columns = [e.included, *(r.status for r in e.results)]
    return spread(columns, lambda firm: notes(e, firm))


def notes(e: Evaluation, firm: int) -> str:
    """Return what there is to note about one participant's figures; "" for other firms."""
    if not e.included[firm]:
        return ""
    found = (status_note(result, e.scheme, firm) for result in e.results_of(firm))
    return "；".join(note for note in found if note)
