"""Why a firm has its score and class: the evaluation's own figures, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

import numpy as np

from permu_xl.engine.arrays import TOLERANCE, FloatArray, IntArray
from permu_xl.engine.baseline import Baseline
from permu_xl.engine.classify import UPPER, Cut, Ordering, Picked, half_names
from permu_xl.engine.evaluate import ZERO_WITHOUT, Evaluation, IndicatorResult, status_note
from permu_xl.engine.findings import show_number, show_points
from permu_xl.engine.roster import Roster
from permu_xl.engine.rounding import share_of
from permu_xl.engine.scheme import End, Half, Rounding, Scheme
from permu_xl.engine.scope import REGULAR, reason_text
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
END_NAMES: dict[End, str] = {"first": "前", "last": "后"}


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
    lines += [indicator_line(e.scheme, result, firm) for result in e.results]
    lines.append(_total_line(e, firm))
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
    times = f" × {i.scale:g}" if i.scale != 1 else ""
    ratio = value / result.baseline.value
    uncapped = ratio * i.weight
    outcome = f"{show_number(ratio)} × 基本分{i.weight:g} = {show_points(uncapped)}"
    if uncapped > i.maximum + TOLERANCE:
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
        f"基准值{baseline_text(result.baseline, scheme, origin)}；"
        f"{outcome}{tail}。依据{i.clause}、{i.baseline.clause}、{i.score_clause}"
    )


def baseline_text(found: Baseline, scheme: Scheme, origin: str = "") -> str:
    """Return a baseline with its origin: method, year and the figures behind it."""
    i, source = found.indicator, found.source
    if np.isnan(found.value):
        return "不需要（没有企业报告该项数据）"
    head = f"{show_number(found.value)}{i.unit}（{origin or found.origin}"
    if origin:
        return f"{head}）"
    match i.baseline.method:
        case "aggregate":
            top, bottom = scheme.columns[i.numerator], scheme.columns[i.denominator]
            times = f" × {i.scale:g}" if i.scale != 1 else ""
            return (
                f"{head}：{source.both}户合计{_amount(source.numerator, top.unit)} ÷ "
                f"{_amount(source.denominator, bottom.unit)}{times}）"
            )
        case "mean":
            return f"{head}：{source.count}户平均）"
        case "max":
            return f"{head}：{source.count}户中最高）"
        case _:
            return f"{head}）"


def _amount(value: float, unit: str) -> str:
    return show_number(float(value)) + (unit if value == value else "")


def points_line(e: Evaluation, firm: int) -> str:
    """Return how a participant's scores and bonus add up to its total."""
    parts = [float(result.score[firm]) for result in e.results]
    shown = " + ".join(show_points(part) for part in parts)
    line = f"指标得分合计：{shown} {_sum(parts, float(e.subtotal[firm]))}；{_bonus_text(e, firm)}"
    return f"{line}；总分{show_points(float(e.total[firm]))}分"


def _total_line(e: Evaluation, firm: int) -> str:
    place = f"{e.participants}户参评企业中第{e.classes.rank[firm]}名"
    return f"{points_line(e, firm)}，{place}。依据{e.scheme.bonus.clause}"


def _sum(parts: Sequence[float], total: float) -> str:
    """Write a sum of points, and say so where the figures shown do not add up to it."""
    if sum(Decimal(show_points(part)) for part in parts) == Decimal(show_points(total)):
        return f"= {show_points(total)}分"
    return f"≈ {show_points(total)}分（按未取整的得分相加）"


def _bonus_text(e: Evaluation, firm: int) -> str:
    direct, labels = float(e.bonus.points[firm]), float(e.bonus.label_points[firm])
    bonus, cap = float(e.bonus.total[firm]), e.scheme.bonus.cap
    capped = cap is not None and direct + labels > cap + TOLERANCE
    if not labels and not capped:
        return f"加分{show_number(bonus)}分"
    text = f"加分：直接加分{show_number(direct)}"
    text += f" + 加分项{show_number(labels)}" if labels else ""
    text += f"，超过上限{show_number(bonus)}" if capped else ""
    return f"{text}，计{show_number(bonus)}分"


def _class_lines(e: Evaluation, firm: int) -> Iterator[str]:
    c, rule = e.classes, e.scheme.classification
    middle = c.half_cut.place
    in_half = _half(e, firm)
    yield (
        f"半区：{half_names(rule)[in_half]}（{e.participants}户中前{middle}户为前半区）；"
        f"{_distance(c.half_cut, c.order, e.total, firm, '总分')}。依据{rule.clause}"
    )
    for picked in c.picked:
        if picked.selection.half == in_half:
            yield _selection_line(e, picked, firm)


def _half(e: Evaluation, firm: int) -> Half:
    return "upper" if e.classes.half[firm] == UPPER else "lower"


def _selection_line(e: Evaluation, picked: Picked, firm: int) -> str:
    s = picked.selection
    keys = [r for r in e.results if r.indicator.id in s.keys]
    parts = [float(r.score[firm]) for r in keys]
    names = " + ".join(
        f"{r.indicator.name}得分{show_points(part)}" for r, part in zip(keys, parts, strict=True)
    )
    place = int(np.flatnonzero(picked.ordering.firms == firm)[0]) + 1
    half = half_names(e.scheme.classification)[s.half]
    return (
        f"{s.label}类排序分：{names} {_sum(parts, float(picked.key[firm]))}，"
        f"在{half}的{len(picked.ordering.firms)}户中第{place}；{_quota_text(e, picked)}；"
        f"{_distance(picked.cut, picked.ordering, picked.key, firm, '排序分')}。依据{s.clause}"
    )


def _quota_text(e: Evaluation, picked: Picked) -> str:
    s, n = picked.selection, e.participants
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


def basis(e: Evaluation, firm: int) -> str:
    """Return why a firm has its class, in one sentence (the column 判定依据)."""
    if not e.included[firm]:
        return reason_text(e.scheme.scope, e.roster, e.year, e.participation, firm)
    proposed, rule = str(e.proposed[firm]), e.scheme.classification
    half = _half(e, firm)
    half_name = half_names(rule)[half]
    picked = next((p for p in e.classes.picked if p.chosen[firm]), None)
    if picked is None:
        text = f"{half_name}，未列入{_labels(e, half)}名单，为{proposed}类"
        text += f"（{rule.remainder_clause}）"
    else:
        s = picked.selection
        text = f"{half_name}中{s.label}类排序{END_NAMES[s.take]}{picked.quota}户，"
        flags = [f for f in s.flagged if e.roster.flag(f)[firm]]
        if flags:
            text += f"且{e.scheme.flags[flags[0]].name}，"
        text += f"{'列' if not s.flagged else '拟列'}为{proposed}类（{s.clause}）"
    reason = reason_text(e.scheme.scope, e.roster, e.year, e.participation, firm)
    if reason:
        text += f"；{reason}"
    if e.adjusted_by[firm] >= 0:
        a = e.adjustments[e.adjusted_by[firm]]
        grounds = "，".join(part for part in (a.reason, a.document) if part)
        text += f"；调整为{a.letter}类" + (f"（{grounds}）" if grounds else "")
    return text


def _labels(e: Evaluation, half: Half) -> str:
    labels = [p.selection.label for p in e.classes.picked if p.selection.half == half]
    return "、".join(f"{label}类" for label in labels) or "任何"


def basis_column(e: Evaluation) -> list[str]:
    """Return ``basis`` for every firm; firms in the same situation share one computation."""
    c, regular = e.classes, e.participation.reason == REGULAR
    situation = c.half + 2
    for picked in c.picked:
        situation = situation * 2 + picked.chosen
    for flag in e.scheme.flags:
        situation = situation * 2 + e.roster.flag(flag)
    shared = regular & e.included & (e.adjusted_by < 0)
    situation = np.where(shared, situation, -1 - np.arange(e.roster.size))
    return _spread(situation, lambda firm: basis(e, firm))


def notes_column(e: Evaluation) -> list[str]:
    """Return for every firm what there is to note about its figures (the column 提示)."""
    situation = e.included.astype(np.int64)
    for result in e.results:
        situation = situation * (ZERO_WITHOUT + 1) + result.status
    return _spread(situation, lambda firm: notes(e, firm))


def notes(e: Evaluation, firm: int) -> str:
    """Return what there is to note about one participant's figures; "" for other firms."""
    if not e.included[firm]:
        return ""
    found = (status_note(result, e.scheme, firm) for result in e.results)
    return "；".join(note for note in found if note)


def _spread(situation: IntArray, text: Callable[[int], str]) -> list[str]:
    """Call ``text`` once for each distinct situation and return one text a firm."""
    _, first, inverse = np.unique(situation, return_index=True, return_inverse=True)
    texts = [text(int(firm)) for firm in first]
    return [texts[k] for k in inverse]
