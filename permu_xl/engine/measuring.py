"""A year's firms, sorted as an indicator needs them, and what its baselines are taken from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.baseline import NOTHING, Baseline, Statistics, baseline, statistics
from permu_xl.engine.groups import attribute_texts, concerned, track_index
from permu_xl.engine.indicators import OK, Values, roster_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from permu_xl.engine.model import BoolArray, Indicator, IntArray, Roster, Scheme

__all__ = ["Measured", "Year", "measure"]


@dataclass(frozen=True, slots=True)
class Division:
    """How firms are divided for an indicator.

    concerned : whom it measures
    names, members : the groups with a baseline of their own, and the firms of each
    group : position of each firm's group, -1 for none
    """

    concerned: BoolArray
    names: tuple[str, ...]
    members: tuple[BoolArray, ...]
    group: IntArray


@dataclass(frozen=True, slots=True)
class Year:
    """One year's firms and who of them counts; indicators that divide them alike share that.

    ``before`` are last year's figures of the same firms, None where no indicator needs them.
    """

    scheme: Scheme
    number: int
    roster: Roster
    included: BoolArray
    tracks: IntArray
    before: Roster | None = None
    divisions: dict[tuple[tuple[str, ...], str], Division] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        scheme: Scheme,
        number: int,
        roster: Roster,
        included: BoolArray,
        before: Roster | None = None,
    ) -> Year:
        """Sort a year's firms into tracks."""
        return cls(scheme, number, roster, included, track_index(scheme, roster), before)

    def values(self, indicator: Indicator) -> Values:
        """Return an indicator's values for all firms."""
        return roster_values(self.scheme, indicator, self.roster, self.before)

    def divided(self, indicator: Indicator) -> Division:
        """Return how the firms are divided for an indicator."""
        tracks = tuple(track.id for track in self.scheme.tracks_of(indicator.id))
        alike = tracks, indicator.baseline.by
        if alike not in self.divisions:
            self.divisions[alike] = self._divide(indicator)
        return self.divisions[alike]

    def _divide(self, indicator: Indicator) -> Division:
        here = concerned(self.scheme, indicator.id, self.tracks)
        if not indicator.baseline.by:
            return Division(here, ("",), (here,), np.where(here, 0, -1))
        attribute = self.scheme.attributes[indicator.baseline.by]
        told = attribute_texts(attribute, self.roster)
        places = {value: k for k, value in enumerate(attribute.values)}
        position = told.take([places.get(text, -1) for text in told.values])
        group = np.where(here, position, -1)
        members = tuple(group == k for k in range(len(attribute.values)))
        return Division(here, attribute.values, members, group)


@dataclass(frozen=True, slots=True)
class Measured:
    """An indicator's values and baselines, before they are scored."""

    indicator: Indicator
    values: Values
    concerned: BoolArray
    group: IntArray
    baselines: tuple[Baseline, ...]


def measure(indicator: Indicator, now: Year, last: Year | None) -> Measured:
    """Find the values and the baseline of every group: the firms of the indicator's tracks."""
    here = now.divided(indicator)
    before: list[Statistics | None] = [None] * len(here.names)
    if last is not None:
        last_values = last.values(indicator)
        before = [
            _statistics(last_values, last.included & firms, indicator)
            for firms in last.divided(indicator).members
        ]
    return measure_in(indicator, here, now, before)


def measure_in(
    indicator: Indicator, here: Division, now: Year, before: Sequence[Statistics | None]
) -> Measured:
    """Find this year's values and baselines, given what each group of last year's firms says."""
    values = _where(here.concerned, now.values(indicator))
    found = []
    for name, firms, earlier in zip(here.names, here.members, before, strict=True):
        current = _statistics(values, now.included & firms, indicator)
        needed = current is not NOTHING
        found.append(
            baseline(indicator, earlier, current, group=name, needed=needed, year=now.number)
        )
    return Measured(indicator, values, here.concerned, here.group, tuple(found))


def _where(concerned: BoolArray, values: Values) -> Values:
    """Return values that are missing, without a note, for firms of other tracks."""
    if concerned.all():
        return values
    return replace(
        values,
        value=np.where(concerned, values.value, np.nan),
        status=np.where(concerned, values.status, OK).astype(np.int8),
    )


def _statistics(values: Values, members: BoolArray, indicator: Indicator) -> Statistics:
    """Return what the members say; ``NOTHING`` where there is none."""
    if not members.any():
        return NOTHING
    middle = indicator.spans or indicator.baseline.method in ("median", "min")
    return statistics(values, members, indicator.scale, middle=middle)
