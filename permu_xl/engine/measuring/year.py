"""A year's firms, sorted as an indicator needs them, and what its baselines are taken from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.firms import (
    all_figures,
    attribute_texts,
    concerned,
    track_index,
)
from permu_xl.engine.measuring.baseline import (
    NOTHING,
    Baseline,
    Statistics,
    baseline,
    statistics_by_row,
)
from permu_xl.engine.measuring.indicators import (
    OK,
    Values,
    table_values,
)
from permu_xl.engine.model import everywhere

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from permu_xl.engine.model import BoolArray, FloatArray, Indicator, IntArray, Roster, Scheme

__all__ = ["Measured", "Year", "measure", "measured_alike"]


@dataclass(frozen=True, slots=True)
class Division:
    """How firms are divided for an indicator, or several alike.

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
    """One year's firms, who of them counts, and their figures by id.

    ``before`` are last year's figures of the same firms, None where no indicator needs them.
    """

    scheme: Scheme
    number: int
    roster: Roster
    included: BoolArray
    tracks: IntArray
    figures: Mapping[str, FloatArray]
    before: Mapping[str, FloatArray] | None = None

    @classmethod
    def of(
        cls,
        scheme: Scheme,
        number: int,
        roster: Roster,
        included: BoolArray,
        before: Roster | None = None,
    ) -> Year:
        """Sort a year's firms into tracks and look up their figures."""
        return cls(
            scheme,
            number,
            roster,
            included,
            track_index(scheme, roster),
            all_figures(scheme, roster),
            None if before is None else all_figures(scheme, before),
        )

    def values(self, alike: Sequence[Indicator]) -> Values:
        """Return tables of the values of indicators that are worked out alike."""
        return table_values(alike, self.figures, self.before)

    def divided(self, indicator: Indicator) -> Division:
        """Return how the firms are divided for an indicator."""
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
    """What indicators that are measured alike say, before they are scored.

    ``figures`` are this year's by id, ``values`` tables with a row for each indicator;
    ``baselines`` have one for each group.
    """

    indicators: tuple[Indicator, ...]
    figures: Mapping[str, FloatArray]
    values: Values
    concerned: BoolArray
    group: IntArray
    baselines: tuple[tuple[Baseline, ...], ...]


def measured_alike(scheme: Scheme) -> list[tuple[Indicator, ...]]:
    """Return the indicators in sets that are worked out together, a row of a table each.

    Those of a set have the same firms, groups with baselines of their own, and form.
    """
    found: dict[object, list[Indicator]] = {}
    used = [track.indicators for track in scheme.tracks]
    for i in scheme.indicators:
        using = tuple([i.id in indicators for indicators in used])
        found.setdefault((using, i.baseline.by, i.form, i.growth), []).append(i)
    return [tuple(alike) for alike in found.values()]


def measure(alike: tuple[Indicator, ...], now: Year, last: Year | None) -> Measured:
    """Find the values and the baseline of every group: the firms of the indicators' tracks."""
    here = now.divided(alike[0])
    before: Sequence[Sequence[Statistics | None]] = [[None] * len(alike)] * len(here.names)
    if last is not None:
        last_values = last.values(alike)
        before = [
            _statistics(last_values, last.included & firms, alike)
            for firms in last.divided(alike[0]).members
        ]
    return measure_in(alike, here, now, before)


def measure_in(
    alike: tuple[Indicator, ...],
    here: Division,
    now: Year,
    before: Sequence[Sequence[Statistics | None]],
) -> Measured:
    """Find this year's values and baselines, given what each group of last year's firms says.

    ``before`` has that by group and indicator.
    """
    values = _where(here.concerned, now.values(alike))
    by_group = []
    for name, firms, earlier in zip(here.names, here.members, before, strict=True):
        current = _statistics(values, now.included & firms, alike)
        needed = current[0] is not NOTHING
        by_group.append(
            [
                baseline(i, then, found, group=name, needed=needed, year=now.number)
                for i, then, found in zip(alike, earlier, current, strict=True)
            ]
        )
    return Measured(
        alike, now.figures, values, here.concerned, here.group, tuple(zip(*by_group, strict=True))
    )


def _where(concerned: BoolArray, values: Values) -> Values:
    """Return values that are missing, without a note, for firms of other tracks."""
    if everywhere(concerned):
        return values
    value = np.where(concerned, values.value, np.nan)
    status = np.where(concerned, values.status, OK).astype(np.int8)
    return Values(values.numerator, values.denominator, value, status, values.before)


def _statistics(
    values: Values, members: BoolArray, alike: Sequence[Indicator]
) -> Sequence[Statistics]:
    """Return what the members say of each indicator; ``NOTHING`` where there is none."""
    if not np.count_nonzero(members):
        return [NOTHING] * len(alike)
    spans = alike[0].spans
    middle = [spans or i.baseline.method in ("median", "min") for i in alike]
    return statistics_by_row(values, members, [i.scale for i in alike], middle)
