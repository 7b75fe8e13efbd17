"""Classes by place: 二（二）, readings R13 to R17, and the ways of other schemes.

A scheme's tracks are each ranked by total, unit by unit.  A class rule turns the order of a unit
into classes; guards then move single firms whatever their place.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from permu_xl.engine.model import (
    BoolArray,
    Categories,
    CutPoints,
    FigureKind,
    FloatArray,
    Half,
    IntArray,
    Key,
    Scheme,
    Selection,
    TextArray,
    TwoStage,
    blank_as_zero,
    filled,
)
from permu_xl.engine.ranking.cut_lines import cut_lines
from permu_xl.engine.ranking.guards import (
    Facts,
    guard_classes,
    guarded_firms,
)
from permu_xl.engine.ranking.ordering import (
    Cut,
    Ordering,
    cut_at,
    descending,
    ranks_in_order,
)
from permu_xl.engine.rounding import share_of
from permu_xl.engine.scoring import add_up
from permu_xl.text import show_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from permu_xl.engine.firms import RankingUnit

UPPER, LOWER, NO_SECTION = 0, 1, -1


def half_names(rule: TwoStage) -> dict[Half, str]:
    """Return what the two halves are called: 前50% and 后50% when the line is in the middle."""
    upper, lower = (show_number(float(100 * s)) for s in (rule.upper_share, 1 - rule.upper_share))
    return {"upper": f"前{upper}%", "lower": f"后{lower}%"}


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """What keys are made of: columns by id, NaN where missing, one entry a firm."""

    scores: Mapping[str, FloatArray]
    values: Mapping[str, FloatArray]
    columns: Mapping[str, FloatArray]

    def key(self, key: Key, size: int) -> FloatArray:
        """Return the sum that orders the firms; a missing figure counts as 0."""
        figures: Mapping[str, FloatArray] = getattr(self, key.kind)
        total = add_up([figures[id] for id in key.ids], size)
        if np.count_nonzero(np.isnan(total)):
            return add_up([blank_as_zero(figures[id]) for id in key.ids], size)
        return total

    def by_kind(self, total: FloatArray) -> Mapping[FigureKind, Mapping[str, FloatArray]]:
        """Return the figures that conditions are about, the total among them."""
        return {
            "total": {"": total},
            "score": self.scores,
            "value": self.values,
            "column": self.columns,
        }


@dataclass(frozen=True, slots=True)
class Picked:
    """One selection carried out: its sort key for every firm, quota, order of the pool, cut."""

    selection: Selection
    key: FloatArray
    quota: int
    ordering: Ordering
    cut: Cut
    chosen: BoolArray


@dataclass(frozen=True, slots=True)
class Unit:
    """The outcome for firms ranked together.

    ``order`` has them from high to low by total; ``cuts`` are the lines drawn in that order (one
    for two halves, one below each class but the last for cut points).
    """

    ranked: RankingUnit
    order: Ordering
    cuts: tuple[Cut, ...]
    picked: tuple[Picked, ...]

    @property
    def name(self) -> str:
        """What tells the unit from the others; "" for the only one."""
        return self.ranked.name

    @property
    def size(self) -> int:
        """n, the number of firms ranked together (R13)."""
        return len(self.order.firms)

    @property
    def base(self) -> int:
        """The number of firms that quotas are shares of: n, or with those that are not ranked."""
        return self.ranked.base

    @property
    def rule(self) -> TwoStage | CutPoints:
        """The class rule of the unit's track, with the unit's own shares."""
        return self.ranked.rule


@dataclass(frozen=True, slots=True)
class Classes:
    """The classes of all firms, one entry a firm where it is an array.

    unit : position in ``units``, -1 where the firm is not ranked
    rank : competition rank by total within the unit, 0 where it is not ranked
    place : place in the unit's order after tie-breaks, from 1; 0 where it is not ranked
    section : which part of the order: UPPER or LOWER, or the position of the cut point
    keys : the selections' sort keys by their labels, NaN for firms without that selection
    by_place : letter by place alone, "" where the firm is not ranked
    facts : what the guards ask about
    hits : the firms that each guard is about
    guard : position of the guard that changed the letter last, -1 for none
    letter : letter after the guards
    """

    units: tuple[Unit, ...]
    unit: IntArray
    rank: IntArray
    place: IntArray
    section: IntArray
    keys: Mapping[str, FloatArray]
    by_place: TextArray
    facts: Facts
    hits: tuple[BoolArray, ...]
    guard: IntArray
    letter: TextArray

    def shared(self, leader: IntArray) -> Classes:
        """Return the classes with every firm in the place of its ``leader``."""
        units = tuple(
            replace(u, picked=tuple(replace(p, chosen=p.chosen[leader]) for p in u.picked))
            for u in self.units
        )
        arrays = {f.name: getattr(self, f.name) for f in fields(self)}
        taken: dict[str, Any] = {
            name: a[leader] for name, a in arrays.items() if isinstance(a, np.ndarray)
        }
        keys = {label: key[leader] for label, key in self.keys.items()}
        hits = tuple(hit[leader] for hit in self.hits)
        concerned = {id: firms[leader] for id, firms in self.facts.concerned.items()}
        facts = replace(self.facts, concerned=concerned)
        return replace(self, units=units, keys=keys, hits=hits, facts=facts, **taken)


def classify(
    scheme: Scheme,
    units: Sequence[RankingUnit],
    total: FloatArray,
    figures: KeyFigures,
    flags: Mapping[str, BoolArray],
    identity: Callable[[IntArray], TextArray],
    *,
    labels: Categories | None = None,
    attributes: Mapping[str, Categories] | None = None,
) -> Classes:
    """Rank every unit, apply the class rule of its track, then the guards.

    ``total`` and ``flags`` have one entry for every firm of the roster, ``identity`` is as in
    ``descending``.  ``labels`` and ``attributes`` are for schemes whose guards ask about them.
    """
    size = len(total)
    unit, section = filled(size, -1, np.int64), filled(size, NO_SECTION, np.int64)
    rank, place = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    letter: TextArray = filled(size, "", np.object_)
    keys = {s.label: filled(size, np.nan, np.float64) for s in scheme.selections}
    sums: dict[Key, FloatArray] = {}

    def key(of: Key) -> FloatArray:
        found = sums.get(of)
        if found is None:
            found = sums[of] = figures.key(of, size)
        return found

    outcomes = []
    for position, ranked in enumerate(units):
        ties, rule = ranked.track.ranking.ties, ranked.rule
        order = descending(ranked.firms, [total, key(ties)], identity)
        unit[ranked.firms] = position
        rank[order.firms] = ranks_in_order(order)
        place[order.firms] = np.arange(1, len(order.firms) + 1)
        cuts: tuple[Cut, ...]
        picked: list[Picked] = []
        if isinstance(rule, CutPoints):
            cuts = cut_lines(rule, order, ranked.base, total)
            _by_cuts(rule, order, cuts, section, letter)
        else:
            middle = share_of(rule.upper_share, len(order.firms), rule.upper_rounding)
            cuts = (cut_at("总分前后半区", order, middle),)
            section[order.firms[:middle]], section[order.firms[middle:]] = UPPER, LOWER
            here = unit == position
            letter[here] = rule.remainder
            for selection in rule.selections:
                by = key(selection.key)
                outcome = _pick(selection, order, middle, ranked.base, by, total, identity)
                picked.append(outcome)
                np.copyto(keys[selection.label], by, where=here)
                _give(outcome, flags, letter)
        outcomes.append(Unit(ranked, order, cuts, tuple(picked)))
    measured = _measured(scheme, units, size)
    facts = Facts(flags, figures.by_kind(total), labels, attributes or {}, measured)
    hits = tuple(guarded_firms(guard, facts, size) for guard in scheme.guards)
    graded = scheme.graded_letters if scheme.guards else ()
    guard, guarded = guard_classes(scheme.guards, graded, letter, hits)
    return Classes(
        units=tuple(outcomes),
        unit=unit,
        rank=rank,
        place=place,
        section=section,
        keys=keys,
        by_place=letter,
        facts=facts,
        hits=hits,
        guard=guard,
        letter=guarded,
    )


def _measured(scheme: Scheme, units: Sequence[RankingUnit], size: int) -> dict[str, BoolArray]:
    """Return by indicator that guards ask about the ranked firms that it measures."""
    asked = {c.id for c in scheme.conditions if c.kind in ("score", "value")}
    found = {id: np.zeros(size, dtype=bool) for id in asked}
    for unit in units:
        for id in asked.intersection(unit.track.indicators):
            found[id][unit.firms] = True
    return found


def _pick(
    selection: Selection,
    order: Ordering,
    middle: int,
    base: int,
    key: FloatArray,
    total: FloatArray,
    identity: Callable[[IntArray], TextArray],
) -> Picked:
    """Order one half by the selection's key and take the quota, a share of ``base`` firms (R15)."""
    pool = order.firms[:middle] if selection.half == "upper" else order.firms[middle:]
    ordering = descending(pool, [key, total], identity)
    quota = min(share_of(selection.share, base, selection.rounding), len(pool))
    place = quota if selection.take == "first" else len(pool) - quota
    chosen_firms = ordering.firms[:place] if selection.take == "first" else ordering.firms[place:]
    chosen = np.zeros(len(key), dtype=bool)
    chosen[chosen_firms] = True
    cut = cut_at(f"{selection.label}类名额", ordering, place)
    return Picked(selection, key, quota, ordering, cut, chosen)


def _give(picked: Picked, flags: Mapping[str, BoolArray], letter: TextArray) -> None:
    """Write the letter of a selection, or that of the first flag a firm carries (R17)."""
    letter[picked.chosen] = picked.selection.letter
    for flag, flagged_letter in reversed(tuple(picked.selection.flagged.items())):
        letter[picked.chosen & flags[flag]] = flagged_letter


def _by_cuts(
    rule: CutPoints, order: Ordering, lines: Sequence[Cut], section: IntArray, letter: TextArray
) -> None:
    places = [0, *(line.place for line in lines), len(order.firms)]
    for position, cut in enumerate(rule.cuts):
        firms = order.firms[places[position] : places[position + 1]]
        section[firms] = position
        letter[firms] = cut.letter
