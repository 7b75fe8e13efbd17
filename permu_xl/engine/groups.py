"""How attributes sort firms: into tracks, into units ranked together, into baseline groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from permu_xl.engine.arrays import BoolArray, IntArray
from permu_xl.engine.roster import Categories, Roster
from permu_xl.engine.scheme import Attribute, Scheme, Track

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
    for length in range(len(industry), 1, -1):
        found = attribute.prefixes.get(industry[:length])
        if found is not None:
            return found
    return attribute.default


def used_attributes(scheme: Scheme) -> dict[str, bool]:
    """Return the attributes that decide something, and whether they do so for last year too."""
    used = {id: False for track in scheme.tracks for id in track.ranking.within}
    used |= {i.baseline.by: True for i in scheme.indicators if i.baseline.by}
    if scheme.track_attribute:
        used[scheme.track_attribute] = True
    return used


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
    # NO_TRACK, being -1, picks the last entry.
    found: BoolArray = np.array([*using, False])[tracks]
    return found


@dataclass(frozen=True, slots=True)
class RankingUnit:
    """Firms (indices) of one track that are ranked among each other.

    ``name`` tells the unit from the others: the values of its attributes ("": the only one).
    """

    track: Track
    name: str
    firms: IntArray


def ranking_units(
    scheme: Scheme, roster: Roster, tracks: IntArray, graded: BoolArray
) -> Iterator[RankingUnit]:
    """Yield the units with at least one ``graded`` firm, tracks in order, then by their names.

    A track without any firm is no unit, except that a scheme's only one always is.
    """
    for position, track in enumerate(scheme.tracks):
        firms = np.flatnonzero(graded & (tracks == position))
        if not track.ranking.within:
            if len(firms) or len(scheme.tracks) == 1:
                yield RankingUnit(track, track.name, firms)
            continue
        told = [attribute_texts(scheme.attributes[id], roster) for id in track.ranking.within]
        names = ["、".join(texts) for texts in zip(*(t.texts(firms) for t in told), strict=True)]
        for name in sorted(set(names)):
            members = firms[[k for k, other in enumerate(names) if other == name]]
            label = "、".join(part for part in (track.name, name) if part)
            yield RankingUnit(track, label, members)
