"""What the outcome itself gives cause to point out: ties at a cut, outliers, stray flags."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.checks.identity import firm_at
from permu_xl.engine.firms import first_part
from permu_xl.engine.model import TOLERANCE, ClassRange, FloatArray, Scheme
from permu_xl.engine.ranking import guard_steps
from permu_xl.findings import At, Finding
from permu_xl.text import show_number, show_points

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from permu_xl.engine.evaluation import Evaluation
    from permu_xl.engine.ranking import Cut

__all__ = ["check_validity", "review"]


def review(e: Evaluation) -> list[Finding]:
    """Return the findings that only an evaluation can give."""
    return [
        *_outliers(e),
        *_unneeded(e),
        *_ties(e),
        *_stray_flags(e),
        *_joined(e),
        *_guarded(e),
        *_ranges(e),
    ]


def check_validity(scheme: Scheme, year: int) -> list[Finding]:
    """Warn when a year is evaluated outside the scheme's validity (R19).

    A year is evaluated in the year after it, when the document must still hold.
    """
    if scheme.valid_from.year <= year <= scheme.last_year:
        return []
    expired = year > scheme.last_year
    return [
        Finding.of(
            "W101",
            At("parameters", column="year", item="评价年度", value=str(year)),
            case="expired" if expired else "",
            since=scheme.valid_from,
            until=scheme.valid_until,
            following=year + 1,
            successor=f"；{scheme.successor}" if scheme.successor else "",
            document=scheme.document,
        )
    ]


def _joined(e: Evaluation) -> Iterator[Finding]:
    """A group counts once in averages, ranks and quotas, its members in every count of firms."""
    if e.scheme.joint is None or not e.joined.any:
        return
    sizes = np.bincount(e.joined.leader, minlength=e.roster.size)[e.participation.counted]
    groups = sizes[sizes > 1]
    if len(groups):
        item = e.scheme.attributes[e.scheme.joint.by].name
        at = At("current", item=item, column=e.scheme.joint.by)
        yield Finding.of(
            "H274",
            at,
            case="quota_of_firms" if e.scheme.joint.quota == "firms" else "",
            groups=len(groups),
            firms=int(groups.sum()),
        )


def _outliers(e: Evaluation) -> Iterator[Finding]:
    """R8: one firm far above all others, or above their average, presses the others' scores."""
    checks = e.scheme.checks
    for result in e.results:
        for position, found in enumerate(result.baselines):
            indicator, rule = found.indicator, found.indicator.baseline
            if rule.method != "max" or rule.year != "current":
                continue
            source = found.source
            limits = (
                ("第二名", source.second, checks.outlier_ratio),
                ("平均值", source.mean, checks.outlier_average),
            )
            above = [
                (beside, source.highest / figure)
                for beside, figure, limit in limits
                if figure > 0 and source.highest / figure > limit + TOLERANCE
            ]
            if not above:
                continue
            share = checks.outlier_share
            measured = (result.group == position) & ~np.isnan(result.value)
            pressed = measured & (result.score < share * indicator.weight)
            column = first_part(e.scheme, indicator.denominator)
            shown = show_number(source.highest)
            yield Finding.of(
                "W301",
                firm_at(e.roster, source.holder, "current", column, found.name, shown),
                case="" if indicator.higher_is_better else "lower_is_better",
                beside=above[0][0],
                ratio=above[0][1],
                pressed=int(np.count_nonzero(pressed)),
                share=share,
            )


def _unneeded(e: Evaluation) -> Iterator[Finding]:
    """A baseline that would be taken from this year's firms, of which none has the indicator."""
    for row, result in enumerate(e.results):
        for position, found in enumerate(result.baselines):
            members = e.included & (result.group == position)
            if not np.isnan(found.value) or not members.any():
                continue
            indicator = result.indicator
            column = indicator.missing.column if indicator.missing else indicator.denominator
            yield Finding.of(
                "W302",
                At("parameters", row, "manual", found.name),
                case="in_group" if found.group else "",
                group=found.group,
                figure=e.scheme.figure(column).name,
            )


def _ties(e: Evaluation) -> Iterator[Finding]:
    """R16: equal firms on both sides of a line are told apart only by the order of tie-breaks."""
    for unit in e.classes.units:
        for cut in unit.cuts:
            yield from _tie(e, unit.name, cut, e.total, "总分", show_points)
        for picked in unit.picked:
            points = picked.selection.key.kind == "scores"
            name, shown = ("排序分", show_points) if points else ("排序值", show_number)
            yield from _tie(e, unit.name, picked.cut, picked.key, name, shown)


def _tie(
    e: Evaluation, unit: str, cut: Cut, key: FloatArray, name: str, shown: Callable[[float], str]
) -> Iterator[Finding]:
    if not cut.tied:
        return
    title = f"{cut.title}（{unit}）" if unit else cut.title
    yield Finding.of(
        "W303",
        firm_at(e.roster, cut.below, "current", "code", title, shown(float(key[cut.below]))),
        above=e.roster.label(cut.above),
        below=e.roster.label(cut.below),
        key=name,
    )


def _stray_flags(e: Evaluation) -> Iterator[Finding]:
    """R17: a flag works only inside the list that it belongs to."""
    for position, unit in enumerate(e.classes.units):
        here = (e.classes.unit == position) & (e.classes.guard < 0)
        for picked in unit.picked:
            for id in picked.selection.flagged:
                flag = e.scheme.flags[id]
                for firm in np.flatnonzero(e.roster.flag(id) & here & ~picked.chosen):
                    at = firm_at(e.roster, int(firm), "current", id, flag.name, "是")
                    yield Finding.of("H304", at, listed=picked.selection.label)


def _guarded(e: Evaluation) -> Iterator[Finding]:
    """Log every class that a guard has changed, guard by guard in their order."""
    c, guards = e.classes, e.scheme.guards
    steps = guard_steps(guards, e.scheme.graded_letters, c.by_place, c.hits)
    for guard, (before, after) in zip(guards, steps, strict=True):
        for firm in np.flatnonzero(before != after):
            move = f"{guard.name}（{before[firm]}→{after[firm]}）"
            yield Finding.of(
                "H321",
                firm_at(e.roster, int(firm), "current", "code", move, str(after[firm])),
                guard=guard.name,
                before=before[firm],
                after=after[firm],
                clause=guard.clause,
            )


def _ranges(e: Evaluation) -> Iterator[Finding]:
    """Hold the final classes against the ranges of the scheme (exact arithmetic).

    Where quotas are shares of groups, a group counts once here too, and that is told: the counts
    of firms elsewhere are higher.
    """
    units, joint = e.classes.units, e.scheme.joint
    groups = joint is not None and joint.quota == "groups" and e.joined.any
    for each in e.scheme.ranges:
        parts = [(unit.name, (unit,)) for unit in units] if each.by_unit else [("", units)]
        for name, counted in parts:
            base = sum(unit.base for unit in counted)
            ours = [e.final[np.append(u.order.firms, u.ranked.unranked)] for u in counted]
            there = int(sum(np.count_nonzero(letters == each.letter) for letters in ours))
            if base and (broken := _broken(each, Fraction(there, base))):
                where = f"{name}：{each.letter}类户数" if name else f"{each.letter}类户数"
                yield Finding.of(
                    "W322",
                    At("parameters", item=where, value=str(there)),
                    case="groups" if groups else "",
                    letter=each.letter,
                    base=base,
                    share=show_number(round(100 * there / base, 2)),
                    limit=broken,
                    clause=each.clause,
                )


def _broken(each: ClassRange, share: Fraction) -> str:
    """Return the limit that a share is beyond, in words; "" for none."""
    if each.at_least is not None and share < each.at_least:
        return f"不低于{show_number(float(100 * each.at_least))}%"
    if each.at_most is not None and share > each.at_most:
        return f"不超过{show_number(float(100 * each.at_most))}%"
    return ""
