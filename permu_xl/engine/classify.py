"""Order, halves, quotas and classes: clause 2(2), readings R13 to R17."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from permu_xl.engine.arrays import TOLERANCE, BoolArray, FloatArray, IntArray, TextArray
from permu_xl.engine.findings import show_number
from permu_xl.engine.rounding import share_of
from permu_xl.engine.scheme import Classification, Half, Selection

UPPER, LOWER, NO_HALF = 0, 1, -1


def half_names(rule: Classification) -> dict[Half, str]:
    """Return what the two halves are called: 前50% and 后50% when the line is in the middle."""
    upper, lower = (show_number(float(100 * s)) for s in (rule.upper_share, 1 - rule.upper_share))
    return {"upper": f"前{upper}%", "lower": f"后{lower}%"}


@dataclass(frozen=True, slots=True)
class Ordering:
    """Firms from high to low.

    firms : indices of the firms, best first
    group : for each place in ``firms`` the number of its run of equal primary keys
    """

    firms: IntArray
    group: IntArray

    def tied_across(self, place: int) -> bool:
        """Return whether the firms on both sides of the line before ``place`` are equal."""
        return 0 < place < len(self.firms) and bool(self.group[place - 1] == self.group[place])


def tie_groups(sorted_keys: FloatArray) -> IntArray:
    """Number the runs of equal keys (within ``TOLERANCE``) in a sorted array, from 0.

    >>> tie_groups(np.array([9.0, 9.0 - 1e-12, 8.0]))
    array([0, 0, 1])
    """
    steps = np.abs(np.diff(sorted_keys, prepend=sorted_keys[:1])) > TOLERANCE
    return np.cumsum(steps, dtype=np.int64)


def descending(firms: IntArray, keys: Sequence[FloatArray], identity: TextArray) -> Ordering:
    """Order ``firms`` by the first key from high to low; ties by the next keys, then identity.

    ``keys`` and ``identity`` have one entry for every firm of the roster.  Only firms that are
    still tied are compared by the next key, so the cost is hardly more than that of one sort.
    """
    ordered = firms[np.argsort(-keys[0][firms], kind="stable")]
    group = run = tie_groups(keys[0][ordered])
    for key in keys[1:]:
        places = _tied_places(run)
        tied = ordered[places]
        tied = tied[np.lexsort((-key[tied], run[places]))]
        ordered[places] = tied
        starts = np.diff(run, prepend=-1) > 0
        starts[places] |= np.diff(tie_groups(key[tied]), prepend=0) > 0
        run = np.cumsum(starts) - 1
    places = _tied_places(run)
    tied = ordered[places]
    ordered[places] = tied[np.lexsort((identity[tied].astype(str), run[places]))]
    return Ordering(ordered, group)


def _tied_places(run: IntArray) -> IntArray:
    """Return the places whose run, numbered from 0 in ascending order, has other members."""
    sizes: IntArray = np.bincount(run, minlength=1)
    return np.flatnonzero(sizes[run] > 1)


def competition_rank(ordering: Ordering, size: int) -> IntArray:
    """Return ranks 1, 1, 3, ... for the ordered firms and 0 for all others (R16).

    >>> totals = np.array([70.0, 90.0, 90.0, 60.0])
    >>> names = np.array(["a", "b", "c", "d"], dtype=object)
    >>> competition_rank(descending(np.arange(4), [totals], names), 4)
    array([3, 1, 1, 4])
    """
    starts = np.flatnonzero(np.diff(ordering.group, prepend=-1))
    ranks = np.zeros(size, dtype=np.int64)
    ranks[ordering.firms] = starts[ordering.group] + 1
    return ranks


@dataclass(frozen=True, slots=True)
class Cut:
    """A line in an ordering: the firms before ``place`` are on its better side.

    ``above`` and ``below`` are the firms next to the line (-1: there is none) and ``tied`` says
    that they are equal by the primary key, so that the tie-break decided (R16).
    """

    title: str
    place: int
    above: int
    below: int
    tied: bool


def cut_at(title: str, ordering: Ordering, place: int) -> Cut:
    """Describe the line before ``place`` of an ordering."""
    firms = ordering.firms
    above = int(firms[place - 1]) if place > 0 else -1
    below = int(firms[place]) if place < len(firms) else -1
    return Cut(title, place, above, below, ordering.tied_across(place))


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
class Classes:
    """The outcome of the two-stage rule, one entry a firm where it is an array.

    order : all participants from high to low by total
    rank : competition rank by total, 0 where the firm is out
    half : UPPER, LOWER or NO_HALF
    letter : object array of class letters, "" where the firm is out
    """

    order: Ordering
    rank: IntArray
    half_cut: Cut
    half: IntArray
    picked: tuple[Picked, ...]
    letter: TextArray


def selection_keys(
    rule: Classification, scores: dict[str, FloatArray], size: int
) -> dict[str, FloatArray]:
    """Return for each selection the sum of the scores it sorts by (display key as well)."""
    sums: dict[str, FloatArray] = {}
    for selection in rule.selections:
        total = np.zeros(size)
        for id in selection.keys:
            total = total + scores[id]
        sums[selection.id] = total
    return sums


def classify(
    rule: Classification,
    total: FloatArray,
    keys: dict[str, FloatArray],
    flags: dict[str, BoolArray],
    included: BoolArray,
    identity: TextArray,
) -> Classes:
    """Order the included firms, halve them, pick the selections, and give everybody a letter."""
    size, firms = len(total), np.flatnonzero(included)
    n = len(firms)
    order = descending(firms, [total, keys[rule.tie_key]], identity)
    middle = share_of(rule.upper_share, n, rule.upper_rounding)
    half = np.full(size, NO_HALF, dtype=np.int64)
    half[order.firms[:middle]] = UPPER
    half[order.firms[middle:]] = LOWER
    letter = np.full(size, "", dtype=object)
    letter[firms] = rule.remainder
    picked = []
    for selection in rule.selections:
        pool = order.firms[:middle] if selection.half == "upper" else order.firms[middle:]
        outcome = _pick(selection, n, pool, keys[selection.id], total, identity)
        picked.append(outcome)
        letter[outcome.chosen] = selection.letter
        for flag, flagged_letter in reversed(tuple(selection.flagged.items())):
            letter[outcome.chosen & flags[flag]] = flagged_letter
    half_cut = cut_at("总分前后半区", order, middle)
    rank = competition_rank(order, size)
    return Classes(order, rank, half_cut, half, tuple(picked), letter)


def _pick(
    selection: Selection,
    n: int,
    pool: IntArray,
    key: FloatArray,
    total: FloatArray,
    identity: TextArray,
) -> Picked:
    """Order the pool by the selection's key and take the quota, a share of all n (R15)."""
    ordering = descending(pool, [key, total], identity)
    quota = min(share_of(selection.share, n, selection.rounding), len(pool))
    place = quota if selection.take == "first" else len(pool) - quota
    chosen_firms = ordering.firms[:place] if selection.take == "first" else ordering.firms[place:]
    chosen = np.zeros(len(key), dtype=bool)
    chosen[chosen_firms] = True
    cut = cut_at(f"{selection.label}类名额", ordering, place)
    return Picked(selection, key, quota, ordering, cut, chosen)
