"""How attributes sort firms: into tracks, into units ranked together, into baseline groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.text import longest_prefix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from permu_xl.engine.model import (
        Attribute,
        BoolArray,
        Categories,
        ClassRule,
        IntArray,
        Roster,
        Scheme,
        Track,
    )

NO_TRACK = -1
"""The track of a firm whose attribute names none."""


def attribute_texts(attribute: Attribute, roster: Roster) -> Categories:
    """Return the attribute of every firm: as told, by default, or derived from its industry."""
    if not attribute.derived:
        told = roster.attribute(attribute.id)
        return told.mapped(lambda text: text or attribute.default)
    return roster.industries.mapped(lambda code: derived_text(attribute, code))


def derived_text(attribute: Attribute, industry: str) -> str:
    """Return what an industry code says: the value of its longest prefix, else the default."""
    found = longest_prefix(industry, attribute.prefixes)
    return attribute.default if found is None else found


def used_attributes(scheme: Scheme) -> dict[str, bool]:
    """Return the attributes that decide something, and whether they do so for last year too."""
    used = {id: False for track in scheme.tracks for id in track.ranking.within}
    used |= {id: False for condition in scheme.conditions for id in condition.only}
    used |= {i.baseline.by: True for i in scheme.indicators if i.baseline.by}
    if scheme.track_attribute:
        used[scheme.track_attribute] = True
    if scheme.joint is not None:
        used[scheme.joint.by] = True
    return used


def sorted_by(
    scheme: Scheme, attribute: str, tracks: IntArray, *, last_year: bool = False
) -> BoolArray:
    """Return which firms an attribute sorts into tracks, units, baseline groups, or under a guard.

    Of last year's firms only those matter that a baseline is taken from.
    """
    rules = [i.baseline for i in scheme.indicators]
    looks_back = [rule.year == "previous" and rule.method != "manual" for rule in rules]
    matters = [back or not last_year for back in looks_back]
    found = np.full(len(tracks), attribute == scheme.track_attribute and any(matters))
    for indicator, needed in zip(scheme.indicators, matters, strict=True):
        if needed and indicator.baseline.by == attribute:
            found |= concerned(scheme, indicator.id, tracks)
    for position, track in enumerate(scheme.tracks):
        if not last_year and attribute in track.ranking.within:
            found |= tracks == position
    conditions = [c for c in scheme.conditions if attribute in c.only]
    for condition in conditions if not last_year else ():
        measured = condition.kind in ("score", "value")
        found |= concerned(scheme, condition.id, tracks) if measured else tracks != NO_TRACK
    return found


def track_index(scheme: Scheme, roster: Roster) -> IntArray:
    """Return the position of every firm's track in ``scheme.tracks``; ``NO_TRACK`` for none."""
    if not scheme.track_attribute:
        return np.zeros(roster.size, dtype=np.int64)
    told = attribute_texts(scheme.attributes[scheme.track_attribute], roster)
    places = {track.name: k for k, track in enumerate(scheme.tracks)}
    index: IntArray = told.take([places.get(text, NO_TRACK) for text in told.values])
    return index


def concerned(scheme: Scheme, indicator: str, tracks: IntArray) -> BoolArray:
    """Return which firms are measured by an indicator: those in a track that uses it."""
    using = [indicator in track.indicators for track in scheme.tracks]
    if all(using):
        everywhere: BoolArray = tracks != NO_TRACK
        return everywhere
    # NO_TRACK, being -1, picks the last entry.
    found: BoolArray = np.array([*using, False])[tracks]
    return found


@dataclass(frozen=True, slots=True)
class RankingUnit:
    """Firms (indices) of one track that are ranked among each other.

    ``name`` tells the unit from the others: the values of its attributes ("": the only one);
    ``rule`` is that of the track with the unit's own shares.  ``unranked`` are the firms that are
    not ranked but counted where shares are taken; ``beside`` is how many of them are members of
    groups that are ranked as one.
    """

    track: Track
    name: str
    firms: IntArray
    rule: ClassRule
    unranked: IntArray
    beside: int = 0

    @property
    def base(self) -> int:
        """The number of firms that quotas are shares of: the ranked, and those counted too."""
        return len(self.firms) + len(self.unranked)


def ranking_units(
    scheme: Scheme,
    roster: Roster,
    tracks: IntArray,
    graded: BoolArray,
    unranked: BoolArray | None = None,
    beside: BoolArray | None = None,
) -> Iterator[RankingUnit]:
    """Yield the units with at least one ``graded`` firm.

    Track by track, then as the values of the attributes are listed in the scheme, other texts
    after them.  A track without any firm is no unit; a scheme's only one always is where nothing
    divides it.  ``unranked`` are the firms that get a letter without being ranked, ``beside`` those
    that count where shares are taken whatever the track says.
    """
    for position, track in enumerate(scheme.tracks):
        here = tracks == position
        firms = graded & here
        others = members_too = np.zeros(roster.size, dtype=bool)
        if unranked is not None and track.ranking.counted == "with_unranked":
            others = unranked & here
        if beside is not None:
            members_too = beside & here
            others = others | members_too
        if not track.ranking.within:
            if np.count_nonzero(firms) or len(scheme.tracks) == 1:
                ranked, rest = firms.nonzero()[0], others.nonzero()[0]
                more = int(np.count_nonzero(members_too[rest]))
                yield RankingUnit(track, track.name, ranked, track.rule, rest, more)
            continue
        attributes = [scheme.attributes[id] for id in track.ranking.within]
        for texts, members in _divided(attributes, roster, np.flatnonzero(firms | others)):
            ranked, rest = members[firms[members]], members[others[members]]
            if len(ranked):
                label = "、".join(part for part in (track.name, *texts) if part)
                more = int(np.count_nonzero(members_too[rest]))
                yield RankingUnit(track, label, ranked, _own_rule(track, texts), rest, more)


def _own_rule(track: Track, texts: tuple[str, ...]) -> ClassRule:
    """Return the class rule of the unit with these texts, one for each attribute of ``within``."""
    by = track.rule.shares_by
    if by not in track.ranking.within:
        return track.rule
    return track.rule.of_group(texts[track.ranking.within.index(by)])


def _divided(
    attributes: Sequence[Attribute], roster: Roster, firms: IntArray
) -> list[tuple[tuple[str, ...], IntArray]]:
    """Return the firms with each combination of texts, in the scheme's order of values."""
    columns = [attribute_texts(attribute, roster) for attribute in attributes]
    sizes = tuple(len(column.values) for column in columns)
    places = np.ravel_multi_index([column.index[firms] for column in columns], sizes)
    found, unit = np.unique(places, return_inverse=True)
    # One stable sort keeps the firms of each unit in the order of the sheet.
    parts = np.split(firms[np.argsort(unit, kind="stable")], np.cumsum(np.bincount(unit))[:-1])
    texts = [
        tuple(column.values[k] for column, k in zip(columns, place, strict=True))
        for place in zip(*np.unravel_index(found, sizes), strict=True)
    ]

    def listed(divided: tuple[tuple[str, ...], IntArray]) -> list[tuple[int, str]]:
        return [_place_in(a.values, text) for a, text in zip(attributes, divided[0], strict=True)]

    return sorted(zip(texts, parts, strict=False), key=listed)


def _place_in(values: Sequence[str], text: str) -> tuple[int, str]:
    """Return a sort key: as listed, then by the text itself."""
    return values.index(text) if text in values else len(values), text
