"""What a scheme leaves open: for each reading that was decided, the other ways to read it.

The list follows from the scheme's own pieces, so that every scheme gets its own alternatives.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine import METHOD_NAMES, Evaluation, pick, statistics
from permu_xl.engine.explain import sample_of
from permu_xl.engine.model import IN, BaselineMethod, Indicator, Missing, QuotaOf, Scheme
from permu_xl.reports.sensitivity.alternative import Alternative, Inputs, on_scheme
from permu_xl.reports.sensitivity.class_alternatives import class_alternatives

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

__all__ = ["alternatives"]


def alternatives(e: Evaluation) -> list[Alternative]:
    """Return every alternative reading for the scheme of an evaluation."""
    return [
        *_scope(e.scheme),
        *_missing(e.scheme),
        *_baselines(e),
        *class_alternatives(e),
    ]


def _with_indicator(scheme: Scheme, id: str, change: Callable[[Indicator], Indicator]) -> Scheme:
    return scheme.with_indicators(tuple(change(i) if i.id == id else i for i in scheme.indicators))


def _without_limit(scheme: Scheme, id: str) -> Scheme:
    kept = tuple(limit for limit in scheme.scope.limits if limit.id != id)
    return replace(scheme, scope=replace(scheme.scope, limits=kept))


# ---- who takes part, and what is missing ---------------------------------------------------------


def _scope(scheme: Scheme) -> Iterator[Alternative]:
    scope = scheme.scope
    if scope.new_firm_years > 0:
        yield Alternative(
            "R2", scope.clause, "投产不久的企业",
            f"未满{scope.new_firm_years}年的不参评", "也参评",
            on_scheme(lambda s: replace(s, scope=replace(s.scope, new_firm_years=0))),
        )  # fmt: skip
    if scheme.joint is not None:
        yield Alternative(
            "R23", scheme.joint.clause, f"“{scheme.attributes[scheme.joint.by].name}”相同的企业",
            "合并评价", "各自单独评价",
            on_scheme(lambda s: replace(s, joint=None)),
        )  # fmt: skip
        other: QuotaOf = "firms" if scheme.joint.quota == "groups" else "groups"
        changed = replace(scheme.joint, quota=other)
        says = {"groups": "一组算一户", "firms": "名额按实际户数算，一组占一个"}
        yield Alternative(
            "R23", scheme.joint.clause, "合并评价的企业在名额里", says[scheme.joint.quota],
            says[other], on_scheme(lambda s: replace(s, joint=changed)),
        )  # fmt: skip
    for limit in scheme.scope.limits:
        yield Alternative(
            "R24", limit.clause, f"{limit.name}的企业", "不参评", "也参评",
            on_scheme(partial(_without_limit, id=limit.id)),
        )  # fmt: skip


def _missing(scheme: Scheme) -> Iterator[Alternative]:
    for i in scheme.indicators:
        rule = i.missing
        if rule is None:
            continue
        figure = scheme.figure(rule.column).name
        words = {
            "full": "得基本分",
            "full_if_positive": "另一项大于0的得基本分",
            "average": "按平均得分计",
            "penalty": f"扣{rule.points:g}分",
        }
        flipped = replace(rule, zero_counts=not rule.zero_counts)
        zero = ("0按报来的数", "0当作没有数据")
        yield Alternative(
            "R6", rule.clause, f"{i.name}：{figure}为0",
            zero[rule.zero_counts], zero[flipped.zero_counts],
            _on_indicator(i.id, partial(_lacking, rule=flipped)),
        )  # fmt: skip
        yield Alternative(
            "R5、R6", rule.clause, f"{i.name}：没有{figure}数据", words[rule.score], "得0分",
            _on_indicator(i.id, partial(_lacking, rule=None)),
        )  # fmt: skip
        if rule.score != "average":
            averaged = replace(rule, score="average", points=0.0)
            yield Alternative(
                "R6", rule.clause, f"{i.name}：没有{figure}数据",
                words[rule.score], words["average"],
                _on_indicator(i.id, partial(_lacking, rule=averaged)),
            )  # fmt: skip


def _lacking(i: Indicator, rule: Missing | None) -> Indicator:
    return replace(i, missing=rule)


def _on_indicator(
    id: str, change: Callable[[Indicator], Indicator]
) -> Callable[[Evaluation], Inputs]:
    return on_scheme(lambda scheme: _with_indicator(scheme, id, change))


# ---- baselines -----------------------------------------------------------------------------------


def _baselines(e: Evaluation) -> Iterator[Alternative]:
    scheme = e.scheme
    others: dict[BaselineMethod, tuple[BaselineMethod, ...]] = {
        "aggregate": ("mean",),
        "mean": ("aggregate",),
        "median": ("mean",),
        "max": ("aggregate", "mean"),
        "min": (),
        "manual": (),
    }
    averaged = [i for i in scheme.indicators if i.baseline.method in ("aggregate", "mean")]
    alike = [i for i in averaged if not i.growth]  # a growth has no total over total
    if len({i.baseline.method for i in alike}) == 1 and len(alike) > 1:
        now = alike[0].baseline.method
        (then,) = others[now]
        ids = {i.id for i in alike}
        yield Alternative(
            "R7", alike[0].baseline.clause, f"“平均值”的算法：{len(ids)}项指标一起",
            METHOD_NAMES[now], METHOD_NAMES[then],
            on_scheme(partial(_all_by, ids=ids, method=then)),
        )  # fmt: skip
    for i in scheme.indicators:
        rule = i.baseline
        if i.spans:
            continue  # from the worst value to the best: the text leaves nothing open
        if rule.method == "max":
            yield Alternative(
                "R8", rule.clause, f"{i.name}的基准值", METHOD_NAMES["max"], "第二高值",
                partial(_computed, i=i, what="second"),
            )  # fmt: skip
        for method in others[rule.method]:
            if i.growth and method == "aggregate":
                continue
            yield Alternative(
                "R8" if rule.method == "max" else "R7", rule.clause, f"{i.name}的基准值",
                METHOD_NAMES[rule.method], METHOD_NAMES[method],
                _on_indicator(i.id, partial(_by, method=method)),
            )  # fmt: skip
    if e.previous is not None and any(i.baseline.year == "previous" for i in averaged):
        yield Alternative(
            "R7", averaged[0].baseline.clause, "上年平均的范围", "上年参评的企业",
            "上年数据里的全部企业", _everybody_last_year,
        )  # fmt: skip
    for i in averaged:
        if i.baseline.method == "aggregate" and _without_denominator(e, i):
            yield Alternative(
                "R7", i.baseline.clause, f"{i.name}：分母为0的企业", "计入合计", "不计入合计",
                partial(_computed, i=i, what="divided"),
            )  # fmt: skip
        if any(b.indicator.id == i.id and b.value > 0 for b in e.baselines) and _negatives(e, i):
            yield Alternative(
                "R5、R7", i.baseline.clause, f"{i.name}为负的企业", "计入平均", "不计入平均",
                partial(_computed, i=i, what="positive"),
            )  # fmt: skip


def _all_by(scheme: Scheme, ids: Collection[str], method: BaselineMethod) -> Scheme:
    return scheme.with_indicators(
        tuple(_by(i, method) if i.id in ids else i for i in scheme.indicators)
    )


def _by(i: Indicator, method: BaselineMethod) -> Indicator:
    return replace(i, baseline=replace(i.baseline, method=method))


def _everybody_last_year(e: Evaluation) -> Inputs | None:
    previous = e.previous
    if previous is None:
        return None
    everybody = replace(previous, included=np.full(previous.size, IN, dtype=np.int8))
    return replace(Inputs.of(e), previous=everybody)


def _negatives(e: Evaluation, i: Indicator) -> bool:
    samples = (sample_of(e, i, group) for group in e.scheme.baseline_groups(i))
    return any(bool((sample.values.value < 0).any()) for sample in samples)


def _without_denominator(e: Evaluation, i: Indicator) -> bool:
    """Whether a firm of the totals reports a denominator that nothing can be divided by."""
    for group in e.scheme.baseline_groups(i):
        sample = sample_of(e, i, group)
        reported = sample.members & ~np.isnan(sample.values.numerator)
        if (reported & (sample.values.denominator <= 0)).any():
            return True
    return False


def _computed(e: Evaluation, i: Indicator, what: str) -> Inputs | None:
    """Return the inputs with the indicator's baselines worked out in a way no method knows.

    ``second``: the second highest value; ``positive``: the method in use over the firms whose
    value is not negative; ``divided``: over the firms whose denominator is above 0.
    """
    values: dict[str, float] = {}
    for found in e.baselines:
        if found.indicator.id != i.id:
            continue
        if math.isnan(found.value):
            values[found.group] = 1.0  # nobody is measured against it, whatever it is
            continue
        value = found.source.second
        if what != "second":
            value = _over_some(e, i, found.group, what)
        if not value > 0:
            return None
        earlier = [figure for _, figure in found.earlier]
        values[found.group] = (value + sum(earlier)) / (1 + len(earlier)) * i.baseline.times
    rule = replace(i.baseline, method="manual", manual=values.get(""), manual_by=values)
    scheme = _with_indicator(e.scheme, i.id, lambda x: replace(x, baseline=rule))
    return replace(Inputs.of(e), scheme=scheme)


def _over_some(e: Evaluation, i: Indicator, group: str, what: str) -> float:
    sample = sample_of(e, i, group)
    values = sample.values
    left_out = values.value < 0 if what == "positive" else values.denominator <= 0
    return pick(i.baseline.method, statistics(values, sample.members & ~left_out, i.scale))
