"""What may be wrong with how figures are made: sums, growth, years, limits, joined firms."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from permu_xl.engine import model as s

__all__ = ["figure_inconsistencies"]


def figure_inconsistencies(scheme: s.Scheme) -> Iterator[str]:
    """Yield every problem as "key：reason"."""
    for indicator in scheme.indicators:
        path = f"indicators.{indicator.id}"
        yield from _growth_and_span(path, indicator)
        yield from _several_years(f"{path}.baseline", indicator.baseline)
    yield from _sums(scheme)
    yield from _limits(scheme)
    yield from _joint(scheme)


def _growth_and_span(path: str, indicator: s.Indicator) -> Iterator[str]:
    """Yield what cannot be with an indicator that is a growth, or scored between two values."""
    rule, form = indicator.baseline, indicator.form
    if indicator.growth:
        if rule.year != "current" and rule.method != "manual":
            yield f"{path}.baseline.year：增长率（growth）没有上年的，应当是 current"
        if rule.method == "aggregate":
            yield f"{path}.baseline.method：增长率（growth）不能用 aggregate，合计之比不是增长率"
    if indicator.start >= 1:
        yield f"{path}.start：应当小于1，实际是 {indicator.start:g}"
    if indicator.start and not indicator.spans:
        yield f"{path}.start：只用于 form 为 min_max、max_min 的指标"
    if indicator.spans:
        best = "max" if form == "min_max" else "min"
        if (rule.method, rule.year) != (best, "current"):
            yield (f"{path}.baseline：form 为 {form} 时，method 应当是 {best}，year 应当是 current")
        if rule.times != 1:
            yield f"{path}.baseline.times：form 为 {form} 时不能再乘几倍"


def _several_years(path: str, rule: s.BaselineRule) -> Iterator[str]:
    if rule.years == 1:
        if rule.earlier:
            yield f"{path}.earlier：没有写 years，不知道取几年的平均"
        return
    if rule.method == "manual" or rule.by:
        yield f"{path}.years：人工核定的、分组的基准不能取几年的平均，请写算好的数（manual）"
    if len(rule.earlier) < rule.years - 1:
        yield f"{path}.earlier：取{rule.years}年的平均，至少要写以前{rule.years - 1}年的基准值"


def _sums(scheme: s.Scheme) -> Iterator[str]:
    for made in scheme.sums.values():
        path = f"sums.{made.id}"
        if made.id in scheme.columns:
            yield f"{path}：代号与 columns.{made.id} 相同"
        if not made.of:
            yield f"{path}.of：至少要写一列"
        for column, times in made.of.items():
            if times == 0:
                yield f"{path}.of.{column}：系数不能是0"


def _limits(scheme: s.Scheme) -> Iterator[str]:
    for limit in scheme.scope.limits:
        path = f"scope.limits.{limit.id}"
        low, high = limit.minimum, limit.maximum
        if low is None and high is None:
            yield f"{path}：minimum 和 maximum 至少要写一项"
        if low is not None and high is not None and low > high:
            yield f"{path}：minimum（{low:g}）大于 maximum（{high:g}），没有企业参评"


def _joint(scheme: s.Scheme) -> Iterator[str]:
    if scheme.joint is None:
        return
    attribute = scheme.attributes.get(scheme.joint.by)
    used = {scheme.track_attribute, *(i.baseline.by for i in scheme.indicators)}
    used |= {id for track in scheme.tracks for id in track.ranking.within}
    if scheme.joint.by in used:
        yield f"joint.by：“{scheme.joint.by}”已用来分赛道、排名或基准，合并评价要用另外的一列"
    if attribute is not None and (attribute.derived or attribute.default):
        yield f"joint.by：“{scheme.joint.by}”应当逐户填报，不能有 prefixes 或 default"
