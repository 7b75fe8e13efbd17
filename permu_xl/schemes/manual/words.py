"""The pieces of a scheme in words: baselines, keys, class rules, guards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.engine import METHOD_NAMES, YEAR_NAMES, half_names
from permu_xl.engine import model as s
from permu_xl.engine.explain import sum_words
from permu_xl.schemes.parsing import (
    BOUNDS,
    ENDS,
    FORMS,
    KEYS,
    LIMITS,
    METHODS,
    MISSING,
    ROUNDINGS,
)
from permu_xl.text import show_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from fractions import Fraction


def percent(share: float | Fraction) -> str:
    """Return a share as a percentage without needless digits.

    >>> from fractions import Fraction
    >>> percent(Fraction(3, 20)), percent(0.07)
    ('15%', '7%')
    """
    return f"{show_number(round(float(100 * share), 6))}%"


def key_words(scheme: s.Scheme, key: s.Key) -> str:
    """Return what firms are ordered by."""
    if key.kind == "columns":
        names = [scheme.figure(id).name for id in key.ids]
    else:
        names = [scheme.indicator(id).name for id in key.ids]
    kind = "得分" if key.kind == "scores" and len(names) == 1 else KEYS[key.kind]
    return "、".join(names) + kind


def baseline_words(scheme: s.Scheme, rule: s.BaselineRule) -> str:
    """Return how a baseline is found."""
    if rule.method == "manual":
        found = METHODS["manual"]
        if rule.manual is not None:
            found += f"{rule.manual:g}"
        found += "".join(f"，{name}{value:g}" for name, value in rule.manual_by.items())
    else:
        times = "" if rule.times == 1 else f"的{rule.times:g}倍"
        found = f"{YEAR_NAMES[rule.year]}{METHOD_NAMES[rule.method]}"
        if rule.years > 1:
            told = "、".join(f"{year}年{value:g}" for year, value in rule.earlier.items())
            found = f"{found}与以前各年（{told}）的{rule.years}年平均"
        found += times
    return found + (f"（按{scheme.attributes[rule.by].name}分别定）" if rule.by else "")


def missing_words(scheme: s.Scheme, indicator: s.Indicator) -> str:
    """Return what a firm without the figure gets; "" where there is no rule for it."""
    rule = indicator.missing
    if rule is None:
        return ""
    by_numerator = rule.column == indicator.numerator
    other = scheme.figure(indicator.denominator if by_numerator else indicator.numerator).name
    gets = MISSING[rule.score].format(
        weight=f"{indicator.weight:g}分", points=f"{rule.points:g}分", other=other
    )
    zero = "或为0" if rule.zero_counts else ""
    return f"{scheme.figure(rule.column).name}空缺{zero}的{gets}"


def formula_words(scheme: s.Scheme, indicator: s.Indicator) -> str:
    """Return what an indicator divides by what."""
    top, bottom = (figure_words(scheme, id) for id in (indicator.numerator, indicator.denominator))
    times = "" if indicator.scale == 1 else f"×{indicator.scale:g}"
    if indicator.growth:
        return f"（本年的（{top}÷{bottom}）÷同一企业上年的-1）{times}"
    return f"{top}÷{bottom}{times}"


def figure_words(scheme: s.Scheme, id: str) -> str:
    """Return a figure's name, of a sum also what it is made of."""
    name = scheme.figure(id).counted
    return f"{name}（{sum_words(scheme, id)}）" if id in scheme.sums else name


def limit_words(scheme: s.Scheme, limit: s.ScopeLimit) -> str:
    """Return whom a limit of the scope keeps out."""
    item, words = scheme.figure(limit.figure), []
    at = "" if limit.inclusive else "（含）"
    if limit.minimum is not None:
        words.append(f"低于{limit.minimum:g}{item.unit}{at}")
    if limit.maximum is not None:
        words.append(f"高于{limit.maximum:g}{item.unit}{at}")
    whom = f"{'、'.join(limit.tracks)}企业" if limit.tracks else "企业"
    return f"{item.name}{'或'.join(words)}的{whom}不纳入：{limit.name}（{limit.clause}）"


def indicator_words(scheme: s.Scheme, indicator: s.Indicator) -> str:
    """Return an indicator in one line: formula, points, baseline, limit, missing data."""
    parts = [
        f"{indicator.name} = {formula_words(scheme, indicator)}（{indicator.unit}）",
        FORMS[indicator.form].format(weight=f"{indicator.weight:g}分"),
        f"最差的一户得基本分的{percent(indicator.start)}，其余在它和基准之间按比例"
        if indicator.start
        else "",
        f"最多{indicator.cap:g}倍，即{indicator.maximum:g}分",
        f"有数据{'' if indicator.spans else '且不为负'}的最少{indicator.floor:g}倍，"
        f"即{indicator.minimum:g}分"
        if indicator.floor
        else "",
        f"基准：{baseline_words(scheme, indicator.baseline)}",
        missing_words(scheme, indicator),
        f"依据：{indicator.clause}",
    ]
    return "；".join(part for part in parts if part)


def rule_words(scheme: s.Scheme, track: s.Track) -> Iterator[str]:
    """Yield how the firms of a track are ranked and classed, a line each."""
    within = "、".join(scheme.attributes[id].name for id in track.ranking.within)
    where = f"{within}相同的企业在一起排名" if within else "全部企业在一起排名"
    yield f"{where}；总分相同的比{key_words(scheme, track.ranking.ties)}"
    if track.ranking.counted != "ranked":
        yield "各种比例按参加排名的、和不排名而有类别的企业一起的户数算"
    if track.rule.shares_by:
        yield f"各{scheme.attributes[track.rule.shares_by].name}的比例可以不同"
    if isinstance(track.rule, s.TwoStage):
        yield from _two_stage_words(scheme, track.rule)
    else:
        yield from _cut_words(track.rule)


def _two_stage_words(scheme: s.Scheme, rule: s.TwoStage) -> Iterator[str]:
    halves = half_names(rule)
    yield (
        f"按总分分为{halves['upper']}和{halves['lower']}（户数{ROUNDINGS[rule.upper_rounding]}）"
    )
    for selection in rule.selections:
        flagged = "".join(
            f"，其中“{scheme.flags[flag].name}”的为{letter}类"
            for flag, letter in selection.flagged.items()
        )
        yield (
            f"{selection.letter}类：{halves[selection.half]}中按{key_words(scheme, selection.key)}"
            f"由高到低排序，取{ENDS[selection.take]}{percent(selection.share)}"
            f"{_own_shares(selection.share_by)}"
            f"（占全部排名企业，{ROUNDINGS[selection.rounding]}）{flagged}"
        )
    yield f"{rule.remainder}类：其余企业"


def _cut_words(rule: s.CutPoints) -> Iterator[str]:
    begin = ""
    for cut in rule.cuts[:-1]:
        word = "含" if cut.inclusive else "不含"
        if rule.by == "total":
            yield f"{cut.letter}类：总分{cut.points:g}分以上（{word}）{begin and '的其余企业'}"
            begin = "以下"
            continue
        own, rounding = _own_shares(cut.up_to_by or cut.leave_by), ROUNDINGS[cut.rounding]
        if cut.leave is not None:
            rest = percent(cut.leave)
            place = begin or "名次"
            yield f"{cut.letter}类：{place}到只剩后{rest}为止（后{rest}{own}的户数{rounding}）"
            begin = "这以后"
            continue
        yield (
            f"{cut.letter}类：{begin or '名次'}到{percent(cut.up_to)}{own}（{word}；"
            f"不是整数的{rounding}）"
        )
        begin = f"{percent(cut.up_to)}以后"
    yield f"{rule.cuts[-1].letter}类：其余企业"


def _own_shares(shares: Mapping[str, Fraction]) -> str:
    """Return the shares of single groups in brackets; "" for none."""
    told = "，".join(f"{group}{percent(share)}" for group, share in shares.items())
    return f"（{told}）" if told else ""


def condition_words(scheme: s.Scheme, condition: s.Condition) -> str:
    """Return a condition: 亩均税收低于4万元/亩（所在地为城区）."""
    match condition.kind:
        case "total":
            name, unit = "总分", "分"
        case "score":
            name, unit = f"{scheme.indicator(condition.id).name}得分", "分"
        case "value":
            indicator = scheme.indicator(condition.id)
            name, unit = indicator.name, indicator.unit
        case "column":
            column = scheme.columns[condition.id]
            name, unit = column.name, column.unit
    only = "，".join(
        f"{scheme.attributes[id].name}为{'、'.join(texts)}" for id, texts in condition.only.items()
    )
    where = f"（{only}）" if only else ""
    return f"{name}{BOUNDS[condition.bound]}{show_number(condition.limit)}{unit}{where}"


def move_words(guard: s.Guard) -> str:
    """Return what a guard does to a class: 最高列B类, 提高1类."""
    word = LIMITS[guard.limit]
    return f"{word}{guard.steps}类" if guard.steps else f"{word}{guard.letter}类"


def guard_words(scheme: s.Scheme, guard: s.Guard) -> str:
    """Return what a guard does."""
    marked = [scheme.flags[flag].name for flag in guard.when] + list(guard.labels)
    conditions = [condition_words(scheme, condition) for condition in guard.figures]
    one = "之一" if len(marked) > 1 else ""
    reasons = [f"有{'、'.join(marked)}{one}的"] if marked else []
    reasons += [f"{each}的" for each in conditions]
    standing = f"{'、'.join(guard.classes)}类中" if guard.classes else ""
    unless = "、".join([*(scheme.flags[x].name for x in guard.unless), *guard.unless_labels])
    one = "之一" if len(guard.unless) + len(guard.unless_labels) > 1 else ""
    lifted = f"，同时有{unless}{one}的除外" if unless else ""
    return f"{guard.name}：{standing}{'、或者'.join(reasons)}{move_words(guard)}{lifted}"


def range_words(each: s.ClassRange) -> str:
    """Return how many firms a class may have."""
    limits = [
        f"{word}{percent(share)}"
        for word, share in (("不低于", each.at_least), ("不超过", each.at_most))
        if share is not None
    ]
    where = "（每个排名单元各自核对）" if each.by_unit else ""
    return f"{each.letter}类户数{'、'.join(limits)}{where}，不符的提醒；依据：{each.clause}"


def label_words(scheme: s.Scheme, label: s.BonusLabel) -> str:
    """Return what a label is worth."""
    worth = f"指标得分的{percent(label.ratio)}" if label.ratio else f"{label.points:g}分"
    group = f"（{scheme.bonus.groups[label.group].name}）" if label.group else ""
    return f"{label.name} {worth}{group}"
