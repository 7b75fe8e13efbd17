"""Firms for the case tables of the regional schemes: figures so many times the baselines.

A row of a table stands for one firm or a run of firms, each a little below the one before.  The
raw figures are worked back from the indicators: with one figure given, a quotient gives the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from permu_xl.engine.evaluation import Evaluation, evaluate
from permu_xl.engine.model.roster import Roster
from permu_xl.engine.model.scheme import Indicator, Scheme, Track
from tests.engine.support import Case

STEP = 1e-4
"""By how much the firms of a run differ, as a part of their figures."""


@dataclass(frozen=True)
class Firm:
    """One firm of a case, with the row that it comes from."""

    row: Case
    track: Track
    times: dict[str, float]
    figures: dict[str, float]


def split(text: str) -> Iterator[list[str]]:
    """Yield the parts of ``一；甲 2；乙=3、丙=4``, each as words or as name and value."""
    for part in re.split("[；、]", text):
        if part:
            yield re.split("[ =]", part.strip())


def track_of(scheme: Scheme, name: str) -> Track:
    """Return the track with this name."""
    return next(track for track in scheme.tracks if track.name == name)


def nominal(indicator: Indicator) -> float:
    """Return the baseline that the figures are multiples of: last year every value is 1."""
    rule = indicator.baseline
    return rule.times if rule.manual is None else rule.manual


def figures(scheme: Scheme, track: Track, values: dict[str, float]) -> dict[str, float]:
    """Return raw figures that give a firm these indicator values."""
    found: dict[str, float] = {}
    left = [scheme.indicator(id) for id in track.indicators]
    while left:
        reached = [i for i in left if {i.numerator, i.denominator} & set(found)]
        one = reached[0] if reached else left[0]
        left.remove(one)
        quotient = values[one.id] / one.scale
        if one.numerator in found:
            found.setdefault(one.denominator, found[one.numerator] / quotient)
        else:
            found[one.numerator] = found.setdefault(one.denominator, 1.0) * quotient
    return found


def firms(scheme: Scheme, rows: Sequence[Case]) -> list[Firm]:
    """Return the firms of a case."""
    found = []
    ids = {indicator.name: indicator.id for indicator in scheme.indicators}
    columns = {column.name: id for id, column in scheme.columns.items()}
    for row in rows:
        track = track_of(scheme, row["赛道"])
        (first,), *others = split(row["各项为基准的几倍"])
        for k in range(int(row["户数"])):
            fall = 1 - k * STEP
            times = dict.fromkeys(track.indicators, float(first) * fall)
            times |= {ids[name]: float(value) * fall for name, value in others}
            values = {id: v * nominal(scheme.indicator(id)) for id, v in times.items()}
            raw = figures(scheme, track, values)
            for name, text in split(row["原始数据"]):
                raw[columns[name]] = np.nan if text == "空" else float(text)
            found.append(Firm(row, track, times, raw))
    return found


def roster(scheme: Scheme, members: Sequence[Firm]) -> Roster:
    """Return the roster of a case."""
    flags = {flag.name: id for id, flag in scheme.flags.items()}
    marked = [{flags[name] for (name,) in split(firm.row["标记"])} for firm in members]
    attributes = {}
    for id in scheme.attributes:
        column = "赛道" if id == scheme.track_attribute else "排名单元"
        attributes[id] = [firm.row[column] for firm in members]
    return Roster.from_columns(
        {id: [firm.figures.get(id, np.nan) for firm in members] for id in scheme.columns},
        industries=[firm.row["行业代码"] for firm in members],
        start_dates=[firm.row["投产日期"] or "NaT" for firm in members],
        bonus_labels=[firm.row["加分项"] for firm in members],
        flags={id: [id in marks for marks in marked] for id in scheme.flags},
        attributes=attributes,
    )


def last_year(scheme: Scheme) -> Roster:
    """Return last year's firms: one a track, with 1 for every indicator."""
    one = {id: dict.fromkeys(t.indicators, 1.0) for id, t in enumerate(scheme.tracks)}
    raw = [figures(scheme, track, one[k]) for k, track in enumerate(scheme.tracks)]
    names = {scheme.track_attribute: [track.name for track in scheme.tracks]}
    return Roster.from_columns(
        {id: [firm.get(id, np.nan) for firm in raw] for id in scheme.columns},
        attributes=names if scheme.track_attribute else {},
    )


def evaluated(scheme: Scheme, rows: Sequence[Case]) -> tuple[list[Firm], Evaluation]:
    """Return the firms of a case and their evaluation for the scheme's last year."""
    members = firms(scheme, rows)
    year = scheme.valid_until.year
    return members, evaluate(scheme, roster(scheme, members), last_year(scheme), year=year)
