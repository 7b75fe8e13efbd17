"""What each check on 核验 recomputes and by which clause, in the words of the scheme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.engine import METHOD_NAMES
from permu_xl.engine.model import CutPoints, Key, Scheme, Track, TwoStage
from permu_xl.text import show_number
from permu_xl.workbook import layout
from permu_xl.workbook.proof import needs

if TYPE_CHECKING:
    from collections.abc import Iterable


__all__ = ["explanations", "key_name"]

_KINDS = {"scores": "得分", "values": "指标值", "columns": ""}
_FORMS = {
    "ratio": "指标值 ÷ 基准值 × 权重",
    "mirrored": "（2 － 指标值 ÷ 基准值）× 权重",
    "reciprocal": "基准值 ÷ 指标值 × 权重",
    "min_max": "（指标值 － 本年最低值）÷（基准值 － 本年最低值）× 权重",
    "max_min": "（本年最高值 － 指标值）÷（本年最高值 － 基准值）× 权重",
}
_WITHOUT = {
    "full": "得基本分",
    "full_if_positive": "另一项数据大于0的得基本分、否则0分",
    "average": "得有数据企业的平均分",
    "penalty": "扣分",
}


def explanations(scheme: Scheme) -> dict[str, str]:
    """Return the remark beside each check."""
    return {
        "test_identity": "逐行比较“原始数据”与“得分”“分类结果”的代码和名称；"
        "表中行数应与计算时相同。",
        "test_participation": _participation(scheme),
        "test_baselines": _baselines(scheme),
        "test_indicators": _indicators(scheme),
        "test_scores": _scores(scheme),
        "test_totals": _totals(scheme),
        "test_ranks": _ranks(scheme),
        "test_halves": _halves(scheme),
        "test_keys": _keys(scheme),
        "test_quotas": _quotas(scheme),
        "test_classes": _classes(scheme),
        "test_final": "初步分类加上“分类调整”：先按代码、没有代码按名称找到企业。",
        "test_all": "以上各项全部为TRUE。",
    }


def _indicators(scheme: Scheme) -> str:
    text = "分子 ÷ 分母 × 换算系数；分子空白、分母空白或不大于0的为空白"
    if scheme.sums:
        names = "、".join(made.name for made in scheme.sums.values())
        text += f"；{names}由各列按系数相加"
    if growing := [i.name for i in scheme.growing]:
        text += f"；{'、'.join(growing)}没有重算，取“得分”表的数，请用 permu-xl verify 核对"
    return f"{text}（{_clauses(i.clause for i in scheme.indicators)}）。"


def _clauses(clauses: Iterable[str]) -> str:
    return "、".join(dict.fromkeys(clauses))


def _participation(scheme: Scheme) -> str:
    scope = scheme.scope
    cells = [
        *(["行业代码"] if scope.excluded_industries else []),
        *(["投产日期", "评价年度"] if scope.new_firm_years else []),
        *dict.fromkeys(scheme.figure(limit.figure).name for limit in scope.limits),
        "“是否参评”",
    ]
    out = f"；按规则不参评的列为{scope.letter}类" if scope.letter else ""
    names = "、".join(attribute.name for attribute in needs.attributes(scheme))
    sorted_by = f"；{names}也在这里读取" if names else ""
    return (
        f"由{'、'.join(cells)}重新判断，与“{layout.NOT_EVALUATED}”对照{out}{sorted_by}；"
        f"评价年度和方案应与计算时相同（{scope.clause}）。"
    )


def _baselines(scheme: Scheme) -> str:
    used = {i.baseline.method for i in scheme.indicators} & {"median", "min"}
    names = "、".join(["最高值", *(name for m, name in METHOD_NAMES.items() if m in used)])
    text = f"由“上年数据”（或本年）参评企业重算合计、总量法、企业均值、{names}，"
    by = dict.fromkeys(i.baseline.by for i in scheme.indicators if i.baseline.by)
    if by:
        text += f"有的指标按{'、'.join(scheme.attributes[id].name for id in by)}分组，"
    if needs.by_track(scheme):
        text += "只算用到该指标的赛道，"
    times = dict.fromkeys(i.baseline.times for i in scheme.indicators if i.baseline.times != 1)
    if times:
        text += f"有的再乘{'或'.join(show_number(x) for x in times)}倍，"
    clauses = _clauses(i.baseline.clause for i in scheme.indicators)
    return f"{text}按“参数”的基准方法取数，与“基准值”对照（{clauses}）。"


def _scores(scheme: Scheme) -> str:
    indicators = scheme.indicators
    forms = "或".join(dict.fromkeys(_FORMS[i.form] for i in indicators))
    caps = "或".join(dict.fromkeys(show_number(i.cap) for i in indicators))
    decimals = scheme.score_decimals
    rounded = "不取整" if decimals is None else f"四舍五入到{decimals}位小数"
    text = f"{forms}，不低于0，不高于权重的{caps}倍，{rounded}"
    for spans, when in ((False, "，数据不为负时"), (True, "，极差计分的有数据就")):
        having = [i for i in indicators if i.floor and i.spans == spans]
        if having:
            floors = "或".join(dict.fromkeys(show_number(i.floor) for i in having))
            text += f"；有下限的{when}不低于权重的{floors}倍"
    for i in indicators:
        if i.missing is not None:
            column = scheme.figure(i.missing.column).name
            text += f"；没有{column}数据的{_WITHOUT[i.missing.score]}"
    clauses = (*(i.score_clause for i in indicators), *_missing_clauses(scheme))
    return f"{text}（{_clauses(clauses)}）。"


def _missing_clauses(scheme: Scheme) -> Iterable[str]:
    return (i.missing.clause for i in scheme.indicators if i.missing is not None)


def _totals(scheme: Scheme) -> str:
    bonus = scheme.bonus
    text = "各项得分相加为合计，加上“加分”与加分项得分为总分"
    if any(label.ratio for label in bonus.labels.values()):
        text += "，有的加分项按合计的比例计"
    for group in bonus.groups.values():
        text += f"，{group.name}{'只计最高一项' if group.stacking == 'highest' else '各项相加'}"
        text += "" if group.cap is None else f"、最多{show_number(group.cap)}分"
    for count in bonus.counts:
        beyond = f"超过{show_number(count.free)}的部分" if count.free else ""
        text += f"，{count.name}{beyond}每1计{show_number(count.points)}分"
    if bonus.cap is not None:
        text += f"，加分最多{show_number(bonus.cap)}分"
    if bonus.deduction_cap is not None:
        text += f"，扣分最多{show_number(bonus.deduction_cap)}分"
    clauses = [bonus.clause]
    clauses += [label.clause for label in bonus.labels.values()]
    clauses += [group.clause for group in bonus.groups.values()]
    clauses += [count.clause for count in bonus.counts]
    return f"{text}（{_clauses(clauses)}）。"


def _ranks(scheme: Scheme) -> str:
    where = "同一排名单元中" if layout.has_units(scheme) else ""
    text = f"{where}比本户总分高的户数加1；同分同名次"
    if scheme.ungraded:
        names = _clauses(group.name for group in scheme.ungraded)
        clauses = _clauses(group.clause for group in scheme.ungraded)
        text += f"；{names}只计分、不参加排名（{clauses}）"
    return f"{text}。"


def _halves(scheme: Scheme) -> str:
    rules = [track.rule for track in scheme.tracks if isinstance(track.rule, TwoStage)]
    if not rules:
        return "本方案按名次分类，不分前后半区，没有要核对的。"
    unit = "本单元" if layout.has_units(scheme) else "参评"
    shares = "或".join(
        dict.fromkeys(f"{show_number(float(100 * rule.upper_share))}%" for rule in rules)
    )
    clauses = _clauses(rule.clause for rule in rules)
    ties = _ties(scheme, (t for t in scheme.tracks if isinstance(t.rule, TwoStage)))
    return f"按总分（{ties}）排出次序，再按{unit}户数的{shares}划线（{clauses}）。"


def _ties(scheme: Scheme, tracks: Iterable[Track]) -> str:
    """Return what decides between equal totals."""
    names = "或".join(dict.fromkeys(key_name(scheme, track.ranking.ties) for track in tracks))
    return f"同分的依次按{names}、代码"


def _keys(scheme: Scheme) -> str:
    if not scheme.selections:
        return "本方案没有另定的排序分，没有要核对的。"
    return f"各名单所依据的几项之和（{_clauses(s.clause for s in scheme.selections)}）。"


def _quotas(scheme: Scheme) -> str:
    unit = "各排名单元" if layout.has_units(scheme) else "参评"
    if scheme.counts_unranked:
        unit += "（有的连同不排名而有类别的企业）"
    return (
        f"名额由{unit}户数按整数重算，与结果表中各类户数对照（{_clauses(_rule_clauses(scheme))}）。"
    )


def _rule_clauses(scheme: Scheme) -> Iterable[str]:
    for track in scheme.tracks:
        rule = track.rule
        yield from (
            x.clause for x in (rule.cuts if isinstance(rule, CutPoints) else rule.selections)
        )


def _classes(scheme: Scheme) -> str:
    texts: dict[str, None] = {}
    clauses = list(_rule_clauses(scheme))
    for track in scheme.tracks:
        rule = track.rule
        if isinstance(rule, TwoStage):
            texts[f"各半区内按排序分（同分的依次按总分、代码）取名额，其余归{rule.remainder}类"] = (
                None
            )
            clauses.append(rule.remainder_clause)
        else:
            texts[f"按名次（{_ties(scheme, [track])}）逐类取到各类的线"] = None
    if scheme.guards:
        texts[f"再依次按{_clauses(guard.name for guard in scheme.guards)}限定、升降"] = None
        clauses += [guard.clause for guard in scheme.guards]
    return f"{'；'.join(texts)}（{_clauses(clauses)}）。"


def key_name(scheme: Scheme, key: Key) -> str:
    """Return what firms are ordered by: 亩均税收得分+研发投入强度得分."""
    if key.kind == "columns":
        names = [scheme.figure(id).name for id in key.ids]
    else:
        names = [scheme.indicator(id).name for id in key.ids]
    return "+".join(f"{name}{_KINDS[key.kind]}" for name in names)
