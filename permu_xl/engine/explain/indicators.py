"""Why a firm has its score and class: the evaluation's own figures, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.explain.class_basis import (
    END_NAMES,
    basis,
    basis_column,
    joint_note,
    spread,
)
from permu_xl.engine.explain.class_lines import ROUNDING_NAMES, class_lines, sum_text
from permu_xl.engine.explain.firm_notes import status_note
from permu_xl.engine.firms import (
    GRADED,
    reason_text,
)
from permu_xl.engine.measuring import NEGATIVE, pick
from permu_xl.engine.model import TOLERANCE, BaselineRule, Roster, Scheme, ScoringForm
from permu_xl.engine.scoring import count_points
from permu_xl.errors import UnknownFirmError
from permu_xl.text import show_number, show_points

if TYPE_CHECKING:
    from permu_xl.engine.evaluation import Evaluation
    from permu_xl.engine.measuring import Baseline
    from permu_xl.engine.scoring import IndicatorResult

__all__ = [
    "END_NAMES",
    "ROUNDING_NAMES",
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
    reason = reason_text(e.scheme, e.roster, e.year, e.participation, firm)
    if reason:
        lines.append(reason)
    if not e.included[firm]:
        letter = str(e.proposed[firm])
        outcome = f"，列为{letter}类" if letter else "和分类"
        lines.append(f"不参评，没有得分{outcome}。")
        return lines
    if note := joint_note(e, firm):
        lines.append(f"{note.removeprefix('；')}：以下各项数据是合计。")
    lines += [indicator_line(e.scheme, result, firm) for result in e.results_of(firm)]
    lines.append(_total_line(e, firm))
    if e.ungraded[firm] == GRADED:
        lines += class_lines(e, firm)
    lines.append(f"分类：{basis(e, firm)}")
    return lines


def indicator_line(scheme: Scheme, result: IndicatorResult, firm: int, *, origin: str = "") -> str:
    """Return the arithmetic of one indicator for one firm, with its clause.

    ``origin`` says where the baseline comes from when only the caller knows.
    """
    i = result.indicator
    value, score = float(result.value[firm]), float(result.score[firm])
    figures = _figures(scheme, result, firm)
    note = status_note(result, scheme, firm)
    without = i.missing is not None and result.status[firm] > NEGATIVE
    if without or np.isnan(value):
        clause = i.missing.clause if i.missing is not None and without else i.score_clause
        return f"{i.name}：{figures}；{note}（上限{i.maximum:g}分）。依据{clause}"
    found = result.baseline_of(firm)
    if i.growth:
        figures, times = _growth(figures, result, firm)
    else:
        times = f" × {i.scale:g}" if i.scale != 1 else ""
    ratio, formula = _way(found, value) if i.spans else _relation(i.form, value / found.value)
    uncapped = ratio * i.weight
    outcome = f"{formula} × 基本分{i.weight:g} = {show_points(uncapped)}"
    if value < 0 and i.form in ("mirrored", "reciprocal"):
        outcome = f"{i.name}低于0，记{show_points(score)}分"
    elif value == 0 and i.form == "reciprocal":
        outcome = f"{i.name}为0，取上限{show_points(score)}分"
    elif uncapped > i.maximum + TOLERANCE:
        outcome += f"，超过上限{i.cap:g} × {i.weight:g} = {i.maximum:g}，取{show_points(score)}分"
    elif i.floor and (i.spans or value >= 0) and uncapped < i.minimum - TOLERANCE:
        outcome += f"，低于下限{i.floor:g} × {i.weight:g} = {i.minimum:g}，取{show_points(score)}分"
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


def _figures(scheme: Scheme, result: IndicatorResult, firm: int) -> str:
    """Write the two figures of an indicator, a sum with what it is made of."""
    i = result.indicator
    written = []
    for id, figure in ((i.numerator, result.numerator), (i.denominator, result.denominator)):
        item = scheme.figure(id)
        made = f"（{sum_words(scheme, id)}）" if id in scheme.sums else ""
        written.append(f"{item.counted}{made}{_amount(figure[firm], item.unit)}")
    return " ÷ ".join(written)


def sum_words(scheme: Scheme, id: str) -> str:
    """Return what a sum is made of: 国税 + 地税, or 用电 × 1.229 + 用气 × 13.3."""
    return " + ".join(
        scheme.columns[column].counted + ("" if times == 1 else f" × {show_number(times)}")
        for column, times in scheme.sums[id].of.items()
    )


def _growth(figures: str, result: IndicatorResult, firm: int) -> tuple[str, str]:
    """Write this year's quotient beside last year's, and what becomes of them."""
    i = result.indicator
    before = float(result.before[firm]) if result.before is not None else np.nan
    now = float(result.numerator[firm] / result.denominator[firm])
    return (
        f"本年{figures} = {show_number(now)}，上年{show_number(before)}；"
        f"（{show_number(now)} ÷ {show_number(before)} − 1）",
        f" × {i.scale:g}" if i.scale != 1 else "",
    )


def _way(found: Baseline, value: float) -> tuple[float, str]:
    """Return the part of the way from the worst value to the baseline, and how it comes about."""
    zero, best = found.zero, found.value
    if best == zero:
        return 1.0, "各企业相同，1"
    part, start = (value - zero) / (best - zero), found.indicator.start
    own, low, high = (show_number(each) for each in (value, zero, best))
    way = f"（{own} − {low}）÷（{high} − {low}）"
    if start:
        way = f"[{show_number(start)} + {show_number(1 - start)} × {way}]"
    return start + (1 - start) * part, f"{way}= {show_number(start + (1 - start) * part)}"


def _relation(form: ScoringForm, ratio: float) -> tuple[float, str]:
    """Return what the weight is multiplied by, and how it comes about."""
    shown = show_number(ratio)
    match form:
        case "ratio":
            return ratio, shown
        case "mirrored":
            return 2 - ratio, f"（2 − {shown}）"
        case _:
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
    tail = _years(found) + _multiplied(i.baseline)
    if i.spans:
        worst = "最低" if i.higher_is_better else "最高"
        least = max(i.start, i.floor) * i.weight
        tail += f"；本年{worst}{show_number(found.zero)}得{show_number(least)}分"
    match i.baseline.method:
        case "aggregate":
            top, bottom = scheme.figure(i.numerator), scheme.figure(i.denominator)
            times = f" × {i.scale:g}" if i.scale != 1 else ""
            return (
                f"{head}：{source.both}户合计{_amount(source.numerator, top.unit)} ÷ "
                f"{_amount(source.denominator, bottom.unit)}{times}{tail}）"
            )
        case "mean":
            return f"{head}：{source.count}户平均{tail}）"
        case "median":
            return f"{head}：{source.count}户的中位数{tail}）"
        case "max":
            return f"{head}：{source.count}户中最高{tail}）"
        case "min":
            return f"{head}：{source.count}户中最低{tail}）"
        case _:
            return f"{head}）"


def _years(found: Baseline) -> str:
    """Write what a mean of several years is made of."""
    if not found.earlier:
        return ""
    own = pick(found.indicator.baseline.method, found.source)
    told = "、".join(f"{year}年{show_number(figure)}" for year, figure in found.earlier)
    return f"为{show_number(own)}，与{told}平均"


def _multiplied(rule: BaselineRule) -> str:
    return "" if rule.times == 1 else f"，再乘{show_number(rule.times)}"


def _amount(value: float, unit: str) -> str:
    return show_number(float(value)) + (unit if value == value else "")


def points_line(e: Evaluation, firm: int) -> str:
    """Return how a participant's scores and bonus add up to its total."""
    parts = [float(result.score[firm]) for result in e.results_of(firm)]
    shown = " + ".join(show_points(part) for part in parts).replace("+ -", "− ")
    subtotal, total = float(e.subtotal[firm]), float(e.total[firm])
    return (
        f"指标得分合计：{shown} {sum_text(parts, subtotal)}；{_bonus_text(e, firm)}；"
        f"总分{show_points(total)}分"
    )


def _total_line(e: Evaluation, firm: int) -> str:
    line, clause = points_line(e, firm), e.scheme.bonus.clause
    if e.ungraded[firm] != GRADED:
        return f"{line}，只计分、不参加排名。依据{clause}"
    unit = e.classes.units[e.classes.unit[firm]]
    among = f"{unit.name}的{unit.size}户" if unit.name else f"{unit.size}户参评企业"
    return f"{line}，{among}中第{e.classes.rank[firm]}名。依据{clause}"


def _bonus_text(e: Evaluation, firm: int) -> str:
    parts = {
        "直接加分": float(e.bonus.points[firm]),
        "加分项": float(e.bonus.label_points[firm]),
        **{
            count.name: float(count_points(count, e.judged.number(count.column))[firm])
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
        over = f"上限{show_number(bonus)}" if bonus < plain else f"扣分上限{show_number(-bonus)}"
        text += f"，超过{over}"
    return f"{text}，计{show_number(bonus)}分"


def notes_column(e: Evaluation) -> list[str]:
    """Return for every firm what there is to note about its figures (the column 提示)."""
    columns = [e.included, *(r.status for r in e.results)]
    if e.joined.any:
        sizes = np.bincount(e.joined.leader, minlength=e.roster.size)[e.joined.leader]
        columns.append(np.where(sizes > 1, np.arange(e.roster.size), -1))
    return spread(columns, lambda firm: notes(e, firm))


def notes(e: Evaluation, firm: int) -> str:
    """Return what there is to note about one participant's figures; "" for other firms."""
    if not e.included[firm]:
        return ""
    found = [status_note(result, e.scheme, firm) for result in e.results_of(firm)]
    if joint := joint_note(e, firm):
        found.insert(0, f"{joint.removeprefix('；')}，指标和得分按合计")
    return "；".join(note for note in found if note)
