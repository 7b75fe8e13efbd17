"""The city's figures: classes and land by district, averages and growth, industries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine import Evaluation
from permu_xl.text import division_of
from permu_xl.workbook import land_of

if TYPE_CHECKING:
    from permu_xl.engine.model import BoolArray, Indicator, Scheme, Target

__all__ = [
    "WHOLE",
    "Average",
    "IndustryRow",
    "Standing",
    "averages",
    "by_industry",
    "standings",
    "targets_of",
    "verdict",
    "whole_average",
]

WHOLE = "全市"
_TOLERANCE = 1e-9

Districts = Sequence[tuple[str, Evaluation]]


@dataclass(frozen=True, slots=True)
class Standing:
    """Firms, classes and land of a district or of the whole city.

    ``counts`` and ``land`` are by letter; ``area`` is the land of all firms with a class, None
    where the scheme asks for none; ``mean`` the mean total of the firms that are scored.
    """

    name: str
    firms: int
    classed: int
    counts: Mapping[str, int]
    area: float | None
    land: Mapping[str, float | None]
    mean: float | None


def standings(districts: Districts) -> list[Standing]:
    """Return one row a district and, last, the city."""
    rows = [_standing(name, e) for name, e in districts]
    letters = districts[0][1].scheme.letters
    scored = [e.total[e.included] for _, e in districts]
    totals = np.concatenate(scored)
    whole = Standing(
        WHOLE,
        sum(row.firms for row in rows),
        sum(row.classed for row in rows),
        {x: sum(row.counts[x] for row in rows) for x in letters},
        _sum([row.area for row in rows]),
        {x: _sum([row.land[x] for row in rows]) for x in letters},
        float(totals.mean()) if len(totals) else None,
    )
    return [*rows, whole]


def _standing(name: str, e: Evaluation) -> Standing:
    classed = e.final != ""
    letters = e.scheme.letters
    return Standing(
        name,
        e.roster.size,
        int(np.count_nonzero(classed)),
        {x: e.count(x) for x in letters},
        land_of(e, classed),
        {x: land_of(e, e.final == x) for x in letters},
        float(e.total[e.included].mean()) if e.included.any() else None,
    )


def _sum(parts: Sequence[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return float(sum(known)) if known else None


@dataclass(frozen=True, slots=True)
class Average:
    """An indicator of a district or the city in two years: total over total (reading R7).

    ``top`` and ``bottom`` are the totals over the participants that report both figures, None
    without any; those of last year are ``last_top`` and ``last_bottom``.  ``base_top`` and
    ``base_bottom`` are this year's totals without the districts that lack last year's.
    """

    name: str
    scale: float
    top: float | None
    bottom: float | None
    last_top: float | None
    last_bottom: float | None
    base_top: float | None
    base_bottom: float | None

    @property
    def now(self) -> float | None:
        """This year's average."""
        return _quotient(self.top, self.bottom, self.scale)

    @property
    def last(self) -> float | None:
        """Last year's average."""
        return _quotient(self.last_top, self.last_bottom, self.scale)

    @property
    def growth(self) -> float | None:
        """Like over like, less 1; None where there is no last year's average above 0."""
        now, last = _quotient(self.base_top, self.base_bottom, self.scale), self.last
        return now / last - 1 if now is not None and last is not None and last > 0 else None


def _quotient(top: float | None, bottom: float | None, scale: float) -> float | None:
    return top / bottom * scale if top is not None and bottom else None


def averages(districts: Districts, indicator: str) -> list[Average]:
    """Return an indicator's average of each district."""
    return [_average(name, e, indicator) for name, e in districts]


def _average(name: str, e: Evaluation, indicator: str) -> Average:
    found = [b for b in e.baselines if b.indicator.id == indicator]
    this_year, last_year = [b.current for b in found], [b.previous for b in found]
    top = _sum([_known(s.numerator) for s in this_year])
    bottom = _sum([_known(s.denominator) for s in this_year])
    return Average(
        name,
        found[0].indicator.scale,
        top,
        bottom,
        _sum([_known(s.numerator) for s in last_year]),
        _sum([_known(s.denominator) for s in last_year]),
        top,
        bottom,
    )


def _known(figure: float) -> float | None:
    return None if np.isnan(figure) else figure


def whole_average(parts: Sequence[Average]) -> Average:
    """Return the city's average; growth is over the districts that have both years' figures.

    Districts without last year's figures would otherwise count as growth.
    """
    both = [p for p in parts if p.now is not None and p.last is not None]
    return Average(
        WHOLE,
        parts[0].scale,
        _sum([p.top for p in parts]),
        _sum([p.bottom for p in parts]),
        _sum([p.last_top for p in both]),
        _sum([p.last_bottom for p in both]),
        _sum([p.top for p in both]),
        _sum([p.bottom for p in both]),
    )


def targets_of(scheme: Scheme, indicator: Indicator) -> list[Target]:
    """Return the policy's targets for an indicator."""
    return [target for target in scheme.targets if target.indicator == indicator.id]


def verdict(target: Target, average: Average, reference: float | None) -> str:
    """Return whether a target is met, in a word or two.

    ``reference`` is the growth to be exceeded, None where it is not known.
    """
    if target.minimum is not None:
        if average.now is None:
            return "无数据"
        reached = average.now >= target.minimum - _TOLERANCE
        return "已达到" if reached else f"未达到，差{target.minimum - average.now:.2f}"
    if average.growth is None:
        return "无上年数据"
    if reference is None:
        return "待填全市工业平均增速"
    return "高于对照" if average.growth > reference + _TOLERANCE else "不高于对照"


@dataclass(frozen=True, slots=True)
class IndustryRow:
    """The participants of one division in the whole city."""

    division: str
    name: str
    firms: int
    mean: float
    counts: Mapping[str, int]
    area: float | None


def by_industry(districts: Districts, names: Mapping[str, str]) -> list[IndustryRow]:
    """Return one row a division with participants, by code; firms without a usable one last."""
    letters = districts[0][1].scheme.letters
    gathered: dict[str, list[tuple[Evaluation, BoolArray]]] = {}
    for _, e in districts:
        divisions = [division_of(code) for code in e.roster.industries.values]
        for division in dict.fromkeys(divisions):
            here = e.roster.industries.take([d == division for d in divisions]) & e.included
            if here.any():
                gathered.setdefault(division, []).append((e, here))
    return [
        IndustryRow(
            division,
            names.get(division, "") if division else "未填或不明",
            sum(int(np.count_nonzero(firms)) for _, firms in parts),
            float(np.concatenate([e.total[firms] for e, firms in parts]).mean()),
            {
                x: sum(int(np.count_nonzero(firms & (e.final == x))) for e, firms in parts)
                for x in letters
            },
            _sum([land_of(e, firms) for e, firms in parts]),
        )
        for division, parts in sorted(gathered.items(), key=lambda item: (not item[0], item[0]))
    ]
