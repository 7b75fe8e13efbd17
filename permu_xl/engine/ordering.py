"""Firms from high to low: ties, ranks, and the lines that cut an order (readings R11, R16)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from permu_xl.engine.model import TOLERANCE, BoolArray, FloatArray, IntArray, TextArray

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


_RUN = 8
"""Runs longer than this make a sort that looks for them the quickest."""


@dataclass(frozen=True, slots=True)
class Ordering:
    """Firms from high to low.

    firms : indices of the firms, best first
    group : for each place in ``firms`` the number of its run of equal primary keys
    """

    firms: IntArray
    group: IntArray

    @property
    def has_ties(self) -> bool:
        """Whether any two firms are equal by the primary key."""
        return len(self.group) > 0 and bool(self.group[-1] < len(self.group) - 1)

    def tied_across(self, place: int) -> bool:
        """Return whether the firms on both sides of the line before ``place`` are equal."""
        return 0 < place < len(self.firms) and bool(self.group[place - 1] == self.group[place])


def tie_groups(sorted_keys: FloatArray) -> IntArray:
    """Number the runs of equal keys (within ``TOLERANCE``) in a sorted array, from 0.

    >>> tie_groups(np.array([9.0, 9.0 - 1e-12, 8.0]))
    array([0, 0, 1])
    """
    apart = np.abs(sorted_keys[1:] - sorted_keys[:-1]) > TOLERANCE
    if apart.all():
        return np.arange(len(sorted_keys))
    group = np.zeros(len(sorted_keys), dtype=np.int64)
    np.cumsum(apart, out=group[1:])
    return group


def descending(
    firms: IntArray, keys: Sequence[FloatArray], identity: Callable[[IntArray], TextArray]
) -> Ordering:
    """Order ``firms`` by the first key from high to low; ties by the next keys, then identity.

    ``keys`` have one entry for every firm of the roster; ``identity`` tells what identifies the
    firms it is asked about.  Only firms that are still tied are compared by the next key, so the
    cost is hardly more than that of one sort.
    """
    first = -keys[0][firms]
    order = np.argsort(first, kind=_quickest(first))
    found = Ordering(firms[order], tie_groups(first[order]))
    if not found.has_ties:
        return found
    group = run = found.group
    places = _tied_places(run)
    # The fastest sort leaves equals in any order; a stable one would take twice the time.
    equals = order[places]
    order[places] = equals[np.lexsort((equals, first[equals]))]
    ordered = firms[order]
    for key in keys[1:]:
        if not len(places):
            break
        tied = ordered[places]
        tied = tied[np.lexsort((-key[tied], run[places]))]
        ordered[places] = tied
        starts = _starts(run)
        starts[places] |= _starts(tie_groups(key[tied]))
        run = np.cumsum(starts) - 1
        places = _tied_places(run)
    tied = ordered[places]
    ordered[places] = tied[np.lexsort((identity(tied).astype(str), run[places]))]
    return Ordering(ordered, group)


def _quickest(keys: FloatArray) -> Literal["stable", "quicksort"]:
    """Return the kind of sort that takes least: where most are in order, one that goes by runs."""
    descents = np.count_nonzero(keys[1:] < keys[:-1])
    return "stable" if descents * _RUN < len(keys) else "quicksort"


def _starts(run: IntArray) -> BoolArray:
    """Return at which places another run begins than that of the place before."""
    starts = np.ones(len(run), dtype=bool)
    np.not_equal(run[1:], run[:-1], out=starts[1:])
    return starts


def _tied_places(run: IntArray) -> IntArray:
    """Return the places whose run, numbered from 0 in ascending order, has other members."""
    tied = ~_starts(run)
    tied[:-1] |= tied[1:]
    return np.flatnonzero(tied)


def competition_rank(ordering: Ordering, size: int) -> IntArray:
    """Return ranks 1, 1, 3, ... for the ordered firms and 0 for all others (R16).

    >>> totals = np.array([70.0, 90.0, 90.0, 60.0])
    >>> names = np.array(["a", "b", "c", "d"], dtype=object)
    >>> competition_rank(descending(np.arange(4), [totals], names.take), 4)
    array([3, 1, 1, 4])
    """
    ranks = np.zeros(size, dtype=np.int64)
    ranks[ordering.firms] = ranks_in_order(ordering)
    return ranks


def ranks_in_order(ordering: Ordering) -> IntArray:
    """Return the competition ranks place by place."""
    if not ordering.has_ties:
        return ordering.group + 1
    starts = np.flatnonzero(_starts(ordering.group))
    ranks: IntArray = starts[ordering.group] + 1
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
