"""Firms from high to low: ties, ranks, and the lines that cut an order (readings R11, R16)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from permu_xl.engine.model import (
    TOLERANCE,
    BoolArray,
    FloatArray,
    IntArray,
    TextArray,
    everywhere,
    filled,
)

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


def run_starts(sorted_keys: FloatArray) -> BoolArray:
    """Return where a run of equal keys (within ``TOLERANCE``) begins in a sorted array.

    >>> run_starts(np.array([9.0, 9.0 - 1e-12, 8.0]))
    array([ True, False,  True])
    """
    starts: BoolArray = filled(len(sorted_keys), True, np.bool_)
    np.greater(np.abs(sorted_keys[1:] - sorted_keys[:-1]), TOLERANCE, out=starts[1:])
    return starts


def descending(
    firms: IntArray, keys: Sequence[FloatArray], identity: Callable[[IntArray], TextArray]
) -> Ordering:
    """Order ``firms`` by the first key from high to low; ties by the next keys, then identity.

    ``keys`` have one entry for every firm of the roster; ``identity`` tells what identifies the
    firms it is asked about.  Only firms that are still tied are compared by the next key, so the
    cost is hardly more than that of one sort.  Firms that are equal in all stay as they come.
    """
    first = -keys[0][firms]
    order = first.argsort(kind=_quickest(first))
    starts = run_starts(first[order])
    if everywhere(starts):
        return Ordering(firms[order], np.arange(len(firms)))
    group = np.cumsum(starts) - 1
    places = _tied_places(starts)
    for key in keys[1:]:
        tied = order[places]
        by = key[firms[tied]]
        again = np.lexsort((-by, np.cumsum(starts[places])))
        order[places] = tied[again]
        starts[places] |= run_starts(by[again])
        places = _tied_places(starts)
        if not len(places):
            return Ordering(firms[order], group)
    tied = order[places]
    names = identity(firms[tied]).astype(str)
    # The fastest sort left equals in any order; a stable one would have taken twice the time.
    again = np.lexsort((tied, first[tied], names, np.cumsum(starts[places])))
    order[places] = tied[again]
    return Ordering(firms[order], group)


def _quickest(keys: FloatArray) -> Literal["stable", "quicksort"]:
    """Return the kind of sort that takes least: where most are in order, one that goes by runs."""
    descents = np.count_nonzero(keys[1:] < keys[:-1])
    return "stable" if descents * _RUN < len(keys) else "quicksort"


def _tied_places(starts: BoolArray) -> IntArray:
    """Return the places whose run has other members."""
    tied = ~starts
    tied[:-1] |= tied[1:]
    return tied.nonzero()[0]


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
    first = np.flatnonzero(np.diff(ordering.group, prepend=-1))
    ranks: IntArray = first[ordering.group] + 1
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
