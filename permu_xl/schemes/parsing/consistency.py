"""What may be wrong between the parts of a scheme that are each well-formed."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from permu_xl.engine import model as s
from permu_xl.engine import split_labels
from permu_xl.schemes.parsing.figure_consistency import figure_inconsistencies
from permu_xl.schemes.parsing.rule_consistency import guard_references, rule_inconsistencies
from permu_xl.text import is_code

if TYPE_CHECKING:
    from collections.abc import Iterator


def inconsistencies(scheme: s.Scheme) -> Iterator[str]:
    """Yield every problem as "key：reason"."""
    yield from _unknown_references(scheme)
    yield from _indicators(scheme)
    yield from _names(scheme)
    yield from _attributes(scheme)
    yield from figure_inconsistencies(scheme)
    yield from _bonus(scheme)
    yield from _tracks(scheme)
    yield from _classes(scheme)
    yield from rule_inconsistencies(scheme)
    if scheme.valid_until < scheme.valid_from:
        yield f"validity.until：{scheme.valid_until} 早于 from（{scheme.valid_from}）"
    for prefix in scheme.scope.excluded_industries:
        if not is_code(prefix):
            yield f"scope.excluded_industries.{prefix}：行业代码应当是2到4位数字，不带门类字母"
    if scheme.water_fee is not None:
        ends = [tier.up_to for tier in scheme.water_fee.tiers]
        limits = [end for end in ends if end is not None]
        if not ends or ends[-1] is not None or None in ends[:-1] or limits != sorted(set(limits)):
            yield "water_fee.tiers：up_to 应当逐档增大，且只有最后一档不写"


def _unknown_references(scheme: s.Scheme) -> Iterator[str]:
    for path, name, known in _references(scheme):
        if name not in known:
            yield f"{path}：没有定义“{name}”"


def _references(scheme: s.Scheme) -> Iterator[tuple[str, str, set[str]]]:
    """Yield where something is named, its name, and the names there are."""
    columns, indicators = set(scheme.columns), {i.id for i in scheme.indicators}
    figures = columns | set(scheme.sums)
    letters, flags, attributes = set(scheme.letters), set(scheme.flags), set(scheme.attributes)
    for i in scheme.indicators:
        path = f"indicators.{i.id}"
        yield f"{path}.numerator", i.numerator, figures
        yield f"{path}.denominator", i.denominator, figures
        if i.missing is not None:
            yield f"{path}.missing.column", i.missing.column, figures
        if i.baseline.by:
            yield f"{path}.baseline.by", i.baseline.by, attributes
    if scheme.track_attribute:
        yield "track_attribute", scheme.track_attribute, attributes
    for made in scheme.sums.values():
        yield from ((f"sums.{made.id}.of.{column}", column, columns) for column in made.of)
    if scheme.joint is not None:
        yield "joint.by", scheme.joint.by, attributes
    if scheme.scope.letter:
        yield "scope.letter", scheme.scope.letter, letters
    for limit in scheme.scope.limits:
        path = f"scope.limits.{limit.id}"
        yield f"{path}.figure", limit.figure, figures
        yield from ((f"{path}.tracks", x, {t.name for t in scheme.tracks}) for x in limit.tracks)
    for group in scheme.ungraded:
        yield from ((f"ungraded.{group.id}.when", flag, flags) for flag in group.when)
        yield f"ungraded.{group.id}.letter", group.letter, letters
    for track in scheme.tracks:
        yield from _track_references(track, figures, indicators, letters, flags, attributes)
    yield from _other_references(scheme, columns, indicators, letters)


def _other_references(
    scheme: s.Scheme,
    columns: set[str],
    indicators: set[str],
    letters: set[str],
) -> Iterator[tuple[str, str, set[str]]]:
    yield from guard_references(scheme)
    graded = set(scheme.graded_letters)  # of the others nobody knows among how many they are
    yield from ((f"ranges.{r.letter}", r.letter, graded) for r in scheme.ranges)
    for definition in scheme.classes:
        if definition.treated_as:
            yield f"classes.{definition.letter}.treated_as", definition.treated_as, letters
    for label in scheme.bonus.labels.values():
        if label.group:
            yield f"bonus.labels.{label.name}.group", label.group, set(scheme.bonus.groups)
    for count in scheme.bonus.counts:
        yield f"bonus.counts.{count.id}.column", count.column, columns
    for measure in scheme.measures:
        yield from ((f"measures.{measure.id}.texts.{x}", x, letters) for x in measure.texts)
    for target in scheme.targets:
        yield f"targets.{target.id}.indicator", target.indicator, indicators
    for position, ceiling in enumerate(scheme.checks.ceilings):
        yield f"checks.ceilings[{position}].column", ceiling.column, columns
        yield f"checks.ceilings[{position}].limit", ceiling.limit, columns
    yield from ((f"checks.floors.{column}", column, columns) for column in scheme.checks.floors)
    for position, pair in enumerate(scheme.checks.apart):
        yield f"checks.apart[{position}].column", pair.column, columns
        yield f"checks.apart[{position}].other", pair.other, columns
    for position, average in enumerate(scheme.checks.per_unit):
        yield f"checks.per_unit[{position}].column", average.column, columns
        yield f"checks.per_unit[{position}].per", average.per, columns


def _track_references(
    track: s.Track,
    figures: set[str],
    indicators: set[str],
    letters: set[str],
    flags: set[str],
    attributes: set[str],
) -> Iterator[tuple[str, str, set[str]]]:
    own, path = set(track.indicators) & indicators, track.rule_path
    yield from ((f"tracks.{track.id}.indicators", id, indicators) for id in track.indicators)
    yield from ((f"{path}.within", id, attributes) for id in track.ranking.within)
    keys = [("ties", track.ranking.ties)]
    if isinstance(track.rule, s.TwoStage):
        yield f"{path}.remainder", track.rule.remainder, letters
        for selection in track.rule.selections:
            here = f"selections.{selection.id}"
            keys.append((f"{here}.key", selection.key))
            yield f"{path}.{here}.letter", selection.letter, letters
            for flag, letter in selection.flagged.items():
                yield f"{path}.{here}.flagged.{flag}", flag, flags
                yield f"{path}.{here}.flagged.{flag}", letter, letters
    else:
        for position, cut in enumerate(track.rule.cuts):
            yield f"{path}.cuts[{position}].letter", cut.letter, letters
    for where, key in keys:
        known = figures if key.kind == "columns" else own
        yield from ((f"{path}.{where}.{key.kind}", id, known) for id in key.ids)


def _indicators(scheme: s.Scheme) -> Iterator[str]:
    weights = {i.id: Fraction(str(i.weight)) for i in scheme.indicators}
    for track in scheme.tracks:
        total = sum(weights.get(id, Fraction(0)) for id in track.indicators)
        if total != Fraction(str(scheme.full_marks)):
            where = f"tracks.{track.id}.indicators" if track.name else "indicators"
            yield (
                f"{where}：各指标 weight 合计应为 {scheme.full_marks:g}，实际是 {float(total):g}"
            )
    for indicator in scheme.indicators:
        path, rule = f"indicators.{indicator.id}", indicator.baseline
        if indicator.floor > indicator.cap:
            yield f"{path}.floor：{indicator.floor:g} 超过 cap（{indicator.cap:g}）"
        if not scheme.tracks_of(indicator.id):
            yield f"{path}：没有一个赛道用到这项指标"
        if rule.by:
            yield from _baselines_by(scheme, f"{path}.baseline", rule)
        elif rule.method == "manual" and rule.manual is None:
            yield f"{path}.baseline.manual：method 为 manual 时必须给出数值"
        elif rule.manual_by:
            yield f"{path}.baseline.manual_by：没有写 by，不知道按什么分组"
        missing = indicator.missing
        if missing is not None and missing.column not in (
            indicator.numerator,
            indicator.denominator,
        ):
            yield f"{path}.missing.column：应当是这项指标的分子或分母，实际是“{missing.column}”"


def _baselines_by(scheme: s.Scheme, path: str, rule: s.BaselineRule) -> Iterator[str]:
    attribute = scheme.attributes.get(rule.by)
    if attribute is None:
        return
    if not attribute.values:
        yield f"{path}.by：“{rule.by}”没有列出 values，不知道有哪几组"
    if rule.method == "manual" and rule.manual is None:
        for value in attribute.values:
            if value not in rule.manual_by:
                yield f"{path}.manual_by：缺少“{value}”的数值"
    for value in rule.manual_by:
        if value not in attribute.values:
            yield f"{path}.manual_by：“{value}”不在“{rule.by}”的 values 里"


def _names(scheme: s.Scheme) -> Iterator[str]:
    """Yield names that occur twice: they become headers."""
    named: list[tuple[str, str]] = [(f"indicators.{i.id}", i.name) for i in scheme.indicators]
    named += [(f"columns.{id}", column.name) for id, column in scheme.columns.items()]
    named += [(f"sums.{id}", made.name) for id, made in scheme.sums.items()]
    named += [(f"flags.{id}", flag.name) for id, flag in scheme.flags.items()]
    named += [(f"attributes.{a.id}", a.name) for a in scheme.asked_attributes]
    first: dict[str, str] = {}
    for path, name in named:
        if first.setdefault(name, path) != path:
            yield f"{path}.name：“{name}”与 {first[name]} 重名，表头会分不清"


def _attributes(scheme: s.Scheme) -> Iterator[str]:
    for attribute in scheme.attributes.values():
        path, allowed = f"attributes.{attribute.id}", attribute.values
        if attribute.derived and not attribute.default:
            yield f"{path}.default：按行业代码推定的，必须写明其余行业归哪一组"
        for prefix in attribute.prefixes:
            if not is_code(prefix):
                yield f"{path}.prefixes.{prefix}：行业代码应当是2到4位数字，不带门类字母"
        for value in sorted({attribute.default, *attribute.prefixes.values()} - {""}):
            if allowed and value not in allowed:
                yield f"{path}：“{value}”不在 values 里"
    tracks = {track.name for track in scheme.tracks}
    if len(scheme.tracks) > 1 and not scheme.track_attribute:
        yield "track_attribute：有几个赛道，必须写明按哪一列（attributes）区分"
    by = scheme.attributes.get(scheme.track_attribute)
    if by is not None and set(by.values) != tracks:
        yield (f"attributes.{by.id}.values：应当正好是各赛道的 name（{'、'.join(sorted(tracks))}）")


def _bonus(scheme: s.Scheme) -> Iterator[str]:
    for label in scheme.bonus.labels.values():
        path = f"bonus.labels.{label.name}"
        if split_labels(label.name) != (label.name,):
            yield f"{path}：名称里不能有空格、顿号、逗号、分号，它们用来隔开几项"
        if label.points and label.ratio:
            yield f"{path}：points 和 ratio 只能写一项"
        if label.group and label.ratio:
            yield f"{path}：按比例（ratio）加分的不能归入 group"


def _tracks(scheme: s.Scheme) -> Iterator[str]:
    better = {i.id: i.higher_is_better for i in scheme.indicators}
    for track in scheme.tracks:
        path, rule = track.rule_path, track.rule
        keys = [track.ranking.ties]
        if isinstance(rule, s.TwoStage):
            keys += [selection.key for selection in rule.selections]
        for id in {id for key in keys if key.kind == "values" for id in key.ids}:
            if not better.get(id, True):
                yield f"{path}：“{id}”越低越好，不能按指标值（values）排序，请改用 scores"


def _classes(scheme: s.Scheme) -> Iterator[str]:
    replaced = {d.letter for d in scheme.classes if d.treated_as}
    for definition in scheme.classes:
        if definition.treated_as in replaced:
            yield f"classes.{definition.letter}.treated_as：应当是一个有自己措施的类"
    for measure in scheme.measures:
        for letter in scheme.letters:
            if letter not in measure.texts and letter not in replaced:
                yield f"measures.{measure.id}.texts.{letter}：缺少这一类的措施"
    given: set[str] = set()
    for track in scheme.tracks:
        if isinstance(track.rule, s.TwoStage):
            given.add(track.rule.remainder)
            given.update(x for selection in track.rule.selections for x in selection.letters)
        else:
            given.update(cut.letter for cut in track.rule.cuts)
    others = {scheme.scope.letter, *(group.letter for group in scheme.ungraded)} - {""}
    for letter in sorted(given & others):
        yield f"classes.{letter}：既按名次评出、又给不参加排名的企业，两者要用不同的类"
