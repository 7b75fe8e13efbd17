"""What may be wrong within class rules, guards and ranges that are each well-formed."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, get_args

from permu_xl.engine import model as s

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from fractions import Fraction

__all__ = ["guard_references", "rule_inconsistencies"]


def guard_references(scheme: s.Scheme) -> Iterator[tuple[str, str, set[str]]]:
    """Yield where a guard names something, its name, and the names there are."""
    letters, labels = set(scheme.graded_letters), set(scheme.bonus.labels)
    flags, attributes = set(scheme.flags), set(scheme.attributes)
    indicators = {i.id for i in scheme.indicators}
    known = {"total": {""}, "column": {*scheme.columns, *scheme.sums}}
    for guard in scheme.guards:
        path = f"guards.{guard.id}"
        for key, names in (("when", flags), ("unless", flags), ("labels", labels),
                           ("unless_labels", labels), ("classes", letters)):  # fmt: skip
            yield from ((f"{path}.{key}", name, names) for name in getattr(guard, key))
        if not guard.steps:
            yield f"{path}.{guard.limit}", guard.letter, letters
        for position, condition in enumerate(guard.figures):
            here = f"{path}.figures[{position}]"
            names = known.get(condition.kind, indicators)
            yield f"{here}.{condition.kind}", condition.id, names
            yield from ((f"{here}.only.{id}", id, attributes) for id in condition.only)


def rule_inconsistencies(scheme: s.Scheme) -> Iterator[str]:
    """Yield every problem as "key：reason"."""
    for track in scheme.tracks:
        path, rule = track.rule_path, track.rule
        yield from _shares_by(scheme, track)
        for group in ("", *_groups(rule)):
            own = rule.of_group(group)
            where = f"（{group}）" if group else ""
            if isinstance(own, s.TwoStage):
                yield from _crowded_halves(path, own, where)
            else:
                yield from _cuts(path, own, where)
    for guard in scheme.guards:
        yield from _guard(scheme, guard)
    for each in scheme.ranges:
        yield from _range(each)


def _own_shares(rule: s.ClassRule) -> Iterator[tuple[str, Mapping[str, Fraction]]]:
    """Yield the shares by group, each with its key."""
    if isinstance(rule, s.TwoStage):
        yield from ((f"selections.{x.id}.share_by", x.share_by) for x in rule.selections)
        return
    for position, cut in enumerate(rule.cuts):
        yield f"cuts[{position}].up_to_by", cut.up_to_by
        yield f"cuts[{position}].leave_by", cut.leave_by


def _groups(rule: s.ClassRule) -> tuple[str, ...]:
    """Return the groups that have a share of their own."""
    return tuple(dict.fromkeys(group for _, shares in _own_shares(rule) for group in shares))


def _shares_by(scheme: s.Scheme, track: s.Track) -> Iterator[str]:
    path, by = track.rule_path, track.rule.shares_by
    if by and by not in track.ranking.within:
        yield f"{path}.shares_by：“{by}”不在 within 里，分开排名的才能各有比例"
    attribute = scheme.attributes.get(by)
    for key, shares in _own_shares(track.rule):
        if shares and not by:
            yield f"{path}.{key}：没有写 shares_by，不知道按什么分组"
        for group in shares:
            if attribute is not None and (listed := _not_listed(attribute, group)):
                yield f"{path}.{key}：“{group}”不在“{by}”的 {listed} 里"


def _not_listed(attribute: s.Attribute, text: str) -> str:
    """Return where a text should stand that no firm can have; "" for one that a firm may have."""
    if attribute.values:
        return "" if text in attribute.values else "values"
    known = {attribute.default, *attribute.prefixes.values()}
    return "prefixes" if attribute.derived and text not in known else ""


def _crowded_halves(path: str, rule: s.TwoStage, where: str) -> Iterator[str]:
    """Yield where selections would overlap or ask for more firms than their half has."""
    room = {"upper": rule.upper_share, "lower": 1 - rule.upper_share}
    for half in get_args(s.Half):
        there = [selection for selection in rule.selections if selection.half == half]
        if len(there) > 1 and not where:
            ids = "、".join(selection.id for selection in there)
            yield f"{path}.selections：{half} 半区只能有一个名单，实际有 {ids}"
        for selection in there:
            if selection.share > room[half]:
                yield (
                    f"{path}.selections.{selection.id}.share：{float(selection.share):g}{where} "
                    f"超过 {half} 半区的 {float(room[half]):g}"
                )


def _cuts(path: str, rule: s.CutPoints, where: str) -> Iterator[str]:
    *lines, last = rule.cuts or (None,)
    if rule.by == "total":
        open_ended = last is not None and not last.points
        points = [cut.points for cut in lines if cut is not None]
        if not open_ended:
            yield f"{path}.cuts：最后一类不写 points，收下其余的企业"
        if any(high <= low for high, low in pairwise(points)):
            yield f"{path}.cuts：points 应当逐类减小，且只有最后一类不写"
        return
    shares = [cut.up_to if cut.leave is None else 1 - cut.leave for cut in rule.cuts]
    if not shares or shares[-1] != 1:
        yield f"{path}.cuts：最后一类不写 up_to，收下其余的企业{where}"
    if any(low >= high for low, high in pairwise(shares)):
        yield f"{path}.cuts：up_to 应当逐类增大，且只有最后一类不写{where}"


def _guard(scheme: s.Scheme, guard: s.Guard) -> Iterator[str]:
    path = f"guards.{guard.id}"
    if not (guard.when or guard.labels or guard.figures):
        yield f"{path}：when、labels、figures 至少写一种，否则不知道对哪些企业"
    for position, condition in enumerate(guard.figures):
        for id, texts in condition.only.items():
            if (attribute := scheme.attributes.get(id)) is None:
                continue
            for text in texts:
                if listed := _not_listed(attribute, text):
                    yield f"{path}.figures[{position}].only.{id}：“{text}”不在 {listed} 里"


def _range(each: s.ClassRange) -> Iterator[str]:
    if each.at_least is None and each.at_most is None:
        yield f"ranges.{each.letter}：at_least、at_most 至少写一项"
    elif each.at_least is not None and each.at_most is not None and each.at_least > each.at_most:
        yield (
            f"ranges.{each.letter}：at_least（{float(each.at_least):g}）大于"
            f" at_most（{float(each.at_most):g}）"
        )
