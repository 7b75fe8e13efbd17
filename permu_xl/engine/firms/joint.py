"""Firms that are evaluated as one: 一地多企, 集团合并.

The participants with the same text in the scheme's attribute form a group.  Every member carries
the group's figures, so that all have the same indicators and scores; the first one in the sheet
stands for the group wherever firms are counted: in averages, ranks and quotas.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.firms.groups import attribute_texts
from permu_xl.engine.firms.identity import same_firms
from permu_xl.engine.firms.labels import split_labels
from permu_xl.engine.model import Categories, Roster, everywhere, filled

if TYPE_CHECKING:
    from permu_xl.engine.model import BoolArray, FloatArray, IntArray, Joint, Scheme

__all__ = ["Joined", "beside_quotas", "in_quotas", "join", "matching_rows", "of_last_year"]


@dataclass(frozen=True, slots=True)
class Joined:
    """Firms as they are judged.

    roster : every member of a group with the group's figures, labels and flags, and with what
        sorts its first member; other firms as reported
    leader : position of the firm that stands for each firm's group; its own outside of groups
    counted : which firms stand for themselves or for their group
    """

    roster: Roster
    leader: IntArray
    counted: BoolArray

    def members(self, firm: int) -> IntArray:
        """Return the firms that are evaluated as one with a firm, itself among them."""
        return np.flatnonzero(self.leader == self.leader[firm])

    @property
    def any(self) -> bool:
        """Whether there is a group at all."""
        return not everywhere(self.counted)


def join(scheme: Scheme, roster: Roster, included: BoolArray) -> Joined:
    """Join the ``included`` firms of each group.

    Figures and direct bonus points are added up, blank ones as 0 unless all are blank; each label
    counts once, a flag of one member is the group's.
    """
    own = np.arange(roster.size)
    if scheme.joint is None:
        return Joined(roster, own, filled(roster.size, True, np.bool_))
    leader = _leaders(scheme.joint, scheme, roster, included)
    counted = leader == own
    if everywhere(counted):
        return Joined(roster, leader, counted)
    flags = {}
    for id, marked in roster.flags.items():
        anywhere = np.zeros(roster.size, dtype=bool)
        np.logical_or.at(anywhere, leader, marked)
        flags[id] = anywhere[leader]
    joined = replace(
        roster,
        numbers={id: _added(column, leader) for id, column in roster.numbers.items()},
        bonus_points=_added(roster.bonus_points, leader),
        bonus_labels=_labels(roster.bonus_labels, leader),
        flags=flags,
        industries=roster.industries.rows(leader),
        attributes={id: told.rows(leader) for id, told in roster.attributes.items()},
    )
    return Joined(joined, leader, counted)


def _leaders(rule: Joint, scheme: Scheme, roster: Roster, included: BoolArray) -> IntArray:
    own = np.arange(roster.size)
    told = attribute_texts(scheme.attributes[rule.by], roster)
    named = included & told.take([bool(text) for text in told.values])
    first = np.full(len(told.values), roster.size, dtype=np.int64)
    np.minimum.at(first, told.index[named], own[named])
    return np.where(named, first[told.index], own)


def _added(column: FloatArray, leader: IntArray) -> FloatArray:
    """Return the sums over groups; NaN where nobody reports anything."""
    total, known = np.zeros(len(column)), np.zeros(len(column), dtype=bool)
    there = ~np.isnan(column)
    np.add.at(total, leader[there], column[there])
    known[leader[there]] = True
    return np.where(known, total, np.nan)[leader]


def _labels(column: Categories, leader: IntArray) -> Categories:
    """Return each group's labels, every one once; those of single firms as they are written."""
    texts = column.texts(np.arange(len(leader)))
    of_group: dict[int, list[str]] = {}
    for firm, first in enumerate(leader.tolist()):
        of_group.setdefault(first, []).append(texts[firm])
    joined = {
        first: cells[0]
        if len(cells) == 1
        else "、".join(dict.fromkeys(label for cell in cells for label in split_labels(cell)))
        for first, cells in of_group.items()
    }
    return Categories.of([joined[first] for first in leader.tolist()])


def beside_quotas(scheme: Scheme, graded: BoolArray, joined: Joined) -> BoolArray | None:
    """Return the members that count where shares are taken, though their group is ranked as one.

    None where the scheme takes shares of groups.
    """
    if scheme.joint is None or scheme.joint.quota == "groups":
        return None
    beside: BoolArray = graded & ~joined.counted
    return beside


def in_quotas(scheme: Scheme, joined: Joined) -> BoolArray:
    """Return which firms count where shares are taken of firms that are not ranked.

    All of them where shares are of firms, else a group as one.
    """
    if scheme.joint is None or scheme.joint.quota == "groups":
        return joined.counted
    return np.ones(joined.roster.size, dtype=bool)


def matching_rows(roster: Roster, other: Roster) -> IntArray:
    """Return for every firm its row in another roster, as ``same_firms`` finds it; -1 for none."""
    return np.array(same_firms(roster.keys(), other.keys()), dtype=np.int64)


def of_last_year(joined: Joined, previous: Roster) -> Roster:
    """Return last year's figures of this year's firms, those of a group added up.

    They are blank where a firm, or any member of its group, is not in last year's list.
    """
    row = matching_rows(joined.roster, previous)
    absent = np.zeros(len(row), dtype=bool)
    np.logical_or.at(absent, joined.leader, row < 0)
    numbers = {}
    for id, column in previous.numbers.items():
        own = np.append(column, np.nan)[row]
        numbers[id] = np.where(absent[joined.leader], np.nan, _added(own, joined.leader))
    return Roster.from_columns(numbers, names=joined.roster.names.tolist())
