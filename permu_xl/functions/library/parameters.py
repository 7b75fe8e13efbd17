"""The numbers of a scheme by name, in Chinese or by their path in the scheme file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.model import CutPoint, CutPoints, Scheme, Track
from permu_xl.functions.arguments import scheme_of, text_grid
from permu_xl.functions.declare import SCHEME, Argument, Example, worksheet_function
from permu_xl.functions.kinds import COLUMN, same_as
from permu_xl.functions.names import aliases
from permu_xl.functions.values import Cell, ErrorValue, Grid
from permu_xl.text import fold, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from permu_xl.functions.blocks import Block

__all__ = ["Parameter", "named_parameters"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of a scheme: where it stands in the scheme file, its Chinese name, its clause."""

    id: str
    name: str
    value: float
    clause: str


def named_parameters(scheme: Scheme) -> Iterator[Parameter]:
    """Yield every number of the scheme; those that it leaves out (a cap on bonus) are missing."""
    yield from _indicators(scheme)
    if scheme.score_decimals is not None:
        clause = scheme.indicators[0].score_clause
        yield Parameter("score_decimals", "得分小数位数", scheme.score_decimals, clause)
    s = scheme.scope
    yield Parameter("scope.new_firm_years", "新办企业年限", s.new_firm_years, s.clause)
    for limit in s.limits:
        path, name = f"scope.limits.{limit.id}", scheme.figure(limit.figure).name
        if limit.minimum is not None:
            yield Parameter(f"{path}.minimum", f"参评{name}下限", limit.minimum, limit.clause)
        if limit.maximum is not None:
            yield Parameter(f"{path}.maximum", f"参评{name}上限", limit.maximum, limit.clause)
    for made in scheme.sums.values():
        for column, times in made.of.items():
            name = f"{made.name}里{scheme.columns[column].name}的系数"
            yield Parameter(f"sums.{made.id}.of.{column}", name, times, made.clause)
    yield from _bonus(scheme)
    for track in scheme.tracks:
        yield from _class_rule(track)
    yield from _guards_and_ranges(scheme)
    yield from _water(scheme)
    yield from _targets_and_checks(scheme)


def _indicators(scheme: Scheme) -> Iterator[Parameter]:
    for i in scheme.indicators:
        path = f"indicators.{i.id}"
        yield Parameter(f"{path}.weight", f"{i.name}权重", i.weight, i.clause)
        yield Parameter(f"{path}.cap", f"{i.name}封顶倍数", i.cap, i.score_clause)
        yield Parameter(f"{path}.maximum", f"{i.name}最高得分", i.maximum, i.score_clause)
        if i.floor:
            yield Parameter(f"{path}.floor", f"{i.name}下限倍数", i.floor, i.score_clause)
            yield Parameter(f"{path}.minimum", f"{i.name}最低得分", i.minimum, i.score_clause)
        yield Parameter(f"{path}.scale", f"{i.name}换算倍数", i.scale, i.clause)
        rule, name = i.baseline, f"{i.name}人工核定基准值"
        if rule.manual is not None:
            yield Parameter(f"{path}.baseline.manual", name, rule.manual, rule.clause)
        for group, value in rule.manual_by.items():
            where = f"{path}.baseline.manual_by.{group}"
            yield Parameter(where, f"{name}（{group}）", value, rule.clause)
        if i.start:
            yield Parameter(f"{path}.start", f"{i.name}最低得分比例", i.start, i.score_clause)
        if rule.years != 1:
            yield Parameter(f"{path}.baseline.years", f"{i.name}基准年数", rule.years, rule.clause)
        for year, value in rule.earlier.items():
            where = f"{path}.baseline.earlier.{year}"
            yield Parameter(where, f"{i.name}{year}年基准值", value, rule.clause)
        if rule.times != 1:
            name = f"{i.name}基准倍数"
            yield Parameter(f"{path}.baseline.times", name, rule.times, rule.clause)
        if i.missing is not None and i.missing.points:
            name = f"{i.name}缺数据扣分"
            yield Parameter(f"{path}.missing.points", name, i.missing.points, i.missing.clause)


def _bonus(scheme: Scheme) -> Iterator[Parameter]:
    b = scheme.bonus
    if b.cap is not None:
        yield Parameter("bonus.cap", "加分上限", b.cap, b.clause)
    if b.deduction_cap is not None:
        yield Parameter("bonus.deduction_cap", "扣分上限", b.deduction_cap, b.clause)
    for label in b.labels.values():
        path = f"bonus.labels.{label.name}"
        if label.ratio:
            yield Parameter(f"{path}.ratio", f"{label.name}加分比例", label.ratio, label.clause)
        else:
            yield Parameter(f"{path}.points", f"{label.name}加分", label.points, label.clause)
    for group in b.groups.values():
        if group.cap is not None:
            path = f"bonus.groups.{group.id}.cap"
            yield Parameter(path, f"{group.name}上限", group.cap, group.clause)
    for count in b.counts:
        path = f"bonus.counts.{count.id}"
        yield Parameter(f"{path}.points", f"{count.name}分值", count.points, count.clause)
        yield Parameter(f"{path}.free", f"{count.name}免计数", count.free, count.clause)


def _class_rule(track: Track) -> Iterator[Parameter]:
    """The shares of a track; the names of several tracks begin with the track's own."""
    path = track.rule_path
    rule = track.rule
    if isinstance(rule, CutPoints):
        for position, cut in enumerate(rule.cuts[:-1], 1):
            where = f"{path}.cuts.{position}"
            yield from _cut(where, track, rule, cut)
        return
    share = float(rule.upper_share)
    yield Parameter(f"{path}.upper_share", f"{track.name}前半区比例", share, rule.clause)
    for x in rule.selections:
        where, name = f"{path}.selections.{x.id}.share", f"{track.name}{x.label}类名额比例"
        yield Parameter(where, name, float(x.share), x.clause)
        for group, own in x.share_by.items():
            yield Parameter(f"{where}_by.{group}", f"{name}（{group}）", float(own), x.clause)


def _cut(path: str, track: Track, rule: CutPoints, cut: CutPoint) -> Iterator[Parameter]:
    """The line below a class: points, or a share with those of single groups."""
    head = f"{track.name}{cut.letter}类"
    if rule.by == "total":
        yield Parameter(f"{path}.points", f"{head}分数线", cut.points, cut.clause)
        return
    key, what = ("up_to", "截至比例") if cut.leave is None else ("leave", "以下比例")
    share, groups = (cut.up_to, cut.up_to_by) if cut.leave is None else (cut.leave, cut.leave_by)
    yield Parameter(f"{path}.{key}", f"{head}{what}", float(share), cut.clause)
    for group, own in groups.items():
        yield Parameter(
            f"{path}.{key}_by.{group}", f"{head}{what}（{group}）", float(own), cut.clause
        )


def _guards_and_ranges(scheme: Scheme) -> Iterator[Parameter]:
    for guard in scheme.guards:
        for k, condition in enumerate(guard.figures, 1):
            path = f"guards.{guard.id}.figures.{k}.{condition.bound}"
            name = guard.name if len(guard.figures) == 1 else f"{guard.name}第{k}条"
            yield Parameter(path, f"{name}界限", condition.limit, guard.clause)
    for each in scheme.ranges:
        for key, what, share in (
            ("at_least", "最低", each.at_least),
            ("at_most", "最高", each.at_most),
        ):
            if share is not None:
                name = f"{each.letter}类户数{what}比例"
                yield Parameter(f"ranges.{each.letter}.{key}", name, float(share), each.clause)


def _water(scheme: Scheme) -> Iterator[Parameter]:
    if scheme.water_fee is None:
        return
    clause = scheme.water_fee.clause
    for k, tier in enumerate(scheme.water_fee.tiers, start=1):
        path, name = f"water_fee.tiers.{k}", f"用水第{k}档"
        if tier.up_to is not None:
            yield Parameter(f"{path}.up_to", f"{name}上限倍数", tier.up_to, clause)
        yield Parameter(f"{path}.factor", f"{name}价格倍数", tier.factor, clause)


def _targets_and_checks(scheme: Scheme) -> Iterator[Parameter]:
    for t in scheme.targets:
        if t.minimum is not None:
            yield Parameter(f"targets.{t.id}.minimum", f"{t.name}目标", t.minimum, t.clause)
        yield Parameter(f"targets.{t.id}.year", f"{t.name}目标年度", t.year, t.clause)
    k = scheme.checks
    yield Parameter("checks.jump_factor", "与上年相差倍数", k.jump_factor, k.clause)
    yield Parameter("checks.jump_hint", "与上年相差提示倍数", k.jump_hint, k.clause)
    yield Parameter("checks.outlier_ratio", "基准值异常倍数", k.outlier_ratio, k.clause)
    yield Parameter("checks.outlier_average", "基准值异常均值倍数", k.outlier_average, k.clause)
    yield Parameter("checks.outlier_share", "基准值压低比例", k.outlier_share, k.clause)
    for position, pair in enumerate(k.apart, start=1):
        name = f"{scheme.columns[pair.column].name}与{scheme.columns[pair.other].name}相差倍数"
        yield Parameter(f"checks.apart.{position}.factor", name, pair.factor, k.clause)
    for position, average in enumerate(k.per_unit, start=1):
        path = f"checks.per_unit.{position}"
        name = f"{scheme.columns[average.column].name}按{scheme.columns[average.per].name}平均"
        if average.least is not None:
            yield Parameter(f"{path}.least", f"{name}下限", average.least, k.clause)
        if average.most is not None:
            yield Parameter(f"{path}.most", f"{name}上限", average.most, k.clause)
    for id, floor in k.floors.items():
        name = scheme.columns[id].name
        yield Parameter(f"checks.floors.{id}", f"{name}规模下限", floor, k.clause)


@worksheet_function(
    "PERMU_PARAM",
    "方案里的一个数，如权重、封顶倍数、名额比例、加分、水价档次；名称见函数手册末尾的表。",
    english="A number of the scheme, such as a weight.",
    result=same_as("name", "参数名称", "一个数", separate=True),
    errors=((ErrorValue.NA, "方案没有这个名称，或没有规定这个数"),),
    arguments=(
        Argument(
            "name",
            "参数名称",
            "，如“亩均税收权重”，或代号 indicators.tax_per_mu.weight；单元格或区域。",
            "Name or id of a parameter, such as indicators.tax_per_mu.weight.",
            kind=COLUMN.of("亩均税收权重", "indicators.tax_per_mu.cap", None),
        ),
        SCHEME,
    ),
    example=Example(
        "按名称、按代号；不认识的名称。",
        ((("亩均税收权重",), ("indicators.tax_per_mu.cap",), ("没有的名称",)),),
    ),
)
def parameter(name: Block, scheme: Block | None) -> Grid:
    """Return cell by cell the number with this name; blank for a blank, #N/A for an unknown one."""
    known = _known(scheme_of(scheme))

    def one(cell: Cell) -> Cell:
        if cell == "" or isinstance(cell, ErrorValue):
            return cell
        name = fold(show(cell))
        if name in known:
            return known[name]
        others = (known[other] for other in _other_spellings(name) if other in known)
        return next(others, ErrorValue.NA)

    answers = [one(cell) for cell in name.cells()]
    return text_grid(answers, np.zeros(name.shape, dtype=np.int8))


def _other_spellings(name: str) -> Iterator[str]:
    """Yield a name with the official ending in place of one that people use for it."""
    for ending, others in aliases("parameters").items():
        for other in others:
            if name.endswith(other):
                yield name.removesuffix(other) + ending


_tables: dict[str, tuple[Scheme, dict[str, float]]] = {}
"""Of each scheme asked for: all its numbers by folded name and path."""


def _known(scheme: Scheme) -> dict[str, float]:
    """Return the scheme's numbers; a column of formulas asks for them thousands of times."""
    found = _tables.get(scheme.id)
    if found is None or found[0] is not scheme:
        table: dict[str, float] = {}
        for p in named_parameters(scheme):
            table[fold(p.id)] = table[fold(p.name)] = float(p.value)
        found = _tables[scheme.id] = (scheme, table)
    return found[1]
