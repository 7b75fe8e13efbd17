"""A district's evaluation for one year: every rule applied, every intermediate figure kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.firms import (
    GRADED,
    Joined,
    Participation,
    attribute_texts,
    beside_quotas,
    figure,
    in_quotas,
    of_last_year,
    participation,
    ranking_units,
    ungraded_group,
)
from permu_xl.engine.measuring import (
    Year,
    check_groups,
    check_tracks,
    measure,
    measured_alike,
)
from permu_xl.engine.ranking import (
    Classes,
    KeyFigures,
    classify,
)
from permu_xl.engine.records import (
    Adjustment,
    apply_adjustments,
    checked_letter,
)
from permu_xl.engine.scoring import (
    BonusPoints,
    IndicatorResult,
    bonus_points,
    scored,
    subtotal_of,
    without_baseline,
)
from permu_xl.errors import BaselineError, BaselineFault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from permu_xl.engine.firms import RankingUnit
    from permu_xl.engine.measuring import Baseline
    from permu_xl.engine.model import (
        BoolArray,
        Categories,
        FloatArray,
        IntArray,
        Roster,
        Scheme,
        TextArray,
    )


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The whole outcome; arrays have one entry a firm, NaN or "" where the firm is out.

    ``roster`` is as reported; ``judged`` are the firms as they are scored.  ``alone`` is the same
    district without joined firms where the scheme asks for both and that can be evaluated;
    ``not_alone`` says why it cannot.
    ``track`` is the position of each firm's track, ``ungraded`` that of the group that keeps it
    from being ranked (``scope.GRADED``: none).  ``proposed`` is the class by the rules, ``final``
    the class after adjustments; ``adjusted_by`` is the position in ``adjustments`` that applies
    to a firm, -1 for none.
    """

    scheme: Scheme
    year: int
    roster: Roster
    previous: Roster | None
    participation: Participation
    track: IntArray
    ungraded: IntArray
    results: tuple[IndicatorResult, ...]
    subtotal: FloatArray
    bonus: BonusPoints
    total: FloatArray
    classes: Classes
    adjustments: tuple[Adjustment, ...]
    adjusted_by: IntArray
    proposed: TextArray
    final: TextArray
    alone: Evaluation | None = None
    not_alone: str = ""

    @property
    def included(self) -> BoolArray:
        """Which firms take part: they are scored."""
        return self.participation.included

    @property
    def joined(self) -> Joined:
        """Which firms are evaluated as one, and with what figures."""
        return self.participation.joined

    @property
    def judged(self) -> Roster:
        """The firms with the figures, labels and flags by which they are evaluated."""
        return self.joined.roster

    def figure(self, id: str) -> FloatArray:
        """Return a raw figure or a sum of the scheme as the firms are judged by it."""
        return figure(self.scheme, self.judged, id)

    @property
    def graded(self) -> BoolArray:
        """Which firms are ranked: those that take part, without ungraded groups."""
        graded: BoolArray = self.included & (self.ungraded == GRADED)
        return graded

    @property
    def participants(self) -> int:
        """What is ranked (n of R13 where there is one unit): firms, a group as one."""
        return sum(unit.size for unit in self.classes.units)

    @property
    def firms_ranked(self) -> int:
        """The number of firms that are ranked, every member of a group counted."""
        return int(np.count_nonzero(self.graded))

    @property
    def baselines(self) -> tuple[Baseline, ...]:
        """All baselines: indicator by indicator, group by group."""
        return tuple(found for result in self.results for found in result.baselines)

    def results_of(self, firm: int) -> tuple[IndicatorResult, ...]:
        """Return the indicators that concern a firm."""
        return tuple(result for result in self.results if result.concerned[firm])

    def count(self, letter: str) -> int:
        """Return how many firms have this final class."""
        return int(np.count_nonzero(self.final == letter))


def evaluate(
    scheme: Scheme,
    roster: Roster,
    previous: Roster | None = None,
    *,
    year: int,
    adjustments: Sequence[Adjustment] = (),
) -> Evaluation:
    """Evaluate the firms of ``roster`` for ``year`` against ``previous``, last year's roster.

    Raises BaselineError naming every indicator without a usable baseline (R9), UsageError when a
    participant belongs to none of the scheme's tracks or to no group with a baseline.
    """
    part = participation(scheme, roster, year)
    judged, growing = part.joined.roster, scheme.growing
    then = of_last_year(part.joined, previous) if growing and previous is not None else None
    now = Year.of(scheme, year, judged, part.counted, then)
    tracks = now.tracks
    check_tracks(scheme, judged, tracks, part.included)
    last = None
    if previous is not None:  # judged by last year's 31 December (R7)
        before = participation(scheme, previous, year - 1)
        last = Year.of(scheme, year - 1, before.joined.roster, before.counted)
    measured = [measure(alike, now, last) for alike in measured_alike(scheme)]
    check_groups(scheme, judged, measured, part.included)
    if growing and previous is None:
        told = "指标“{}”是比上年的增长，没有上年数据"
        faults = [BaselineFault(i.id, "growth", told.format(i.name)) for i in growing]
        raise BaselineError([*without_baseline(scheme, measured), *faults])
    of_indicator = scored(scheme, measured, part)
    results = tuple(of_indicator[i.id] for i in scheme.indicators)
    flags = {flag: judged.flag(flag) for flag in scheme.flags}
    ungraded = ungraded_group(scheme.ungraded, flags, part.included)
    units = units_of(scheme, part.joined, tracks, part.included, part.ruled_out, ungraded)
    texts = condition_texts(scheme, judged)
    standing = Standing(part, tracks, ungraded, units, flags, roster.identity_of, texts)
    found = ranked(scheme, year, roster, previous, standing, now.figures, results, adjustments)
    if not part.joined.any or scheme.joint is None or not scheme.joint.both_ways:
        return found
    try:
        alone = evaluate(replace(scheme, joint=None), roster, previous, year=year)
    except BaselineError as error:
        return replace(found, not_alone=str(error))
    return replace(found, alone=alone)


@dataclass(frozen=True, slots=True)
class Standing:
    """What follows from the marks of the firms alone, whatever figures they report."""

    participation: Participation
    track: IntArray
    ungraded: IntArray
    units: Sequence[RankingUnit]
    flags: Mapping[str, BoolArray]
    identity: Callable[[IntArray], TextArray]
    texts: Mapping[str, Categories]


def ranked(
    scheme: Scheme,
    year: int,
    roster: Roster,
    previous: Roster | None,
    standing: Standing,
    columns: Mapping[str, FloatArray],
    results: tuple[IndicatorResult, ...],
    adjustments: Sequence[Adjustment],
) -> Evaluation:
    """Add up the points, rank the firms and give each its class.

    ``columns`` are the figures by id that the firms are judged by.
    """
    part, ungraded = standing.participation, standing.ungraded
    judged = part.joined.roster
    subtotal = subtotal_of(results, roster.size)
    subtotal[~part.included] = np.nan
    bonus = bonus_points(scheme.bonus, judged, subtotal)
    total = subtotal + bonus.total
    figures = KeyFigures(
        {r.indicator.id: r.score for r in results},
        {r.indicator.id: r.value for r in results},
        columns,
    )
    classes = classify(
        scheme,
        standing.units,
        total,
        figures,
        standing.flags,
        standing.identity,
        labels=judged.bonus_labels,
        attributes=standing.texts,
    )
    if part.joined.any:
        classes = classes.shared(part.joined.leader)
    proposed = unranked_letters(scheme, classes.letter, part.ruled_out, ungraded)
    adjusted_by = apply_adjustments(adjustments, roster, part)
    final = proposed.copy() if adjustments else proposed
    for firm in np.flatnonzero(adjusted_by >= 0) if adjustments else ():
        final[firm] = checked_letter(scheme, adjustments[adjusted_by[firm]])
    return Evaluation(
        scheme=scheme,
        year=year,
        roster=roster,
        previous=previous,
        participation=part,
        track=standing.track,
        ungraded=ungraded,
        results=results,
        subtotal=subtotal,
        bonus=bonus,
        total=total,
        classes=classes,
        adjustments=tuple(adjustments),
        adjusted_by=adjusted_by,
        proposed=proposed,
        final=final,
    )


def condition_texts(scheme: Scheme, roster: Roster) -> dict[str, Categories]:
    """Return the texts of the attributes that conditions of guards name."""
    named = {id for condition in scheme.conditions for id in condition.only}
    return {id: attribute_texts(scheme.attributes[id], roster) for id in named}


def units_of(
    scheme: Scheme,
    joined: Joined,
    tracks: IntArray,
    included: BoolArray,
    ruled_out: BoolArray,
    ungraded: IntArray,
) -> tuple[RankingUnit, ...]:
    """Return who is ranked with whom, and who else counts where shares are taken.

    A group is ranked as one.  Firms that get a letter without being ranked are those of ungraded
    groups, and where the scheme has a letter for them those ``ruled_out``.
    """
    graded = included & (ungraded == GRADED)
    unranked = None
    if scheme.counts_unranked:
        unranked = ungraded != GRADED
        if scheme.scope.letter:
            unranked |= ruled_out
        unranked &= in_quotas(scheme, joined)
    beside = beside_quotas(scheme, graded, joined)
    ranked = graded & joined.counted
    return tuple(ranking_units(scheme, joined.roster, tracks, ranked, unranked, beside))


def unranked_letters(
    scheme: Scheme, letter: TextArray, ruled_out: BoolArray, ungraded: IntArray
) -> TextArray:
    """Give firms that are not ranked the letters the scheme has for them.

    ``ruled_out`` says which firms are out by their industry or youth.
    """
    if not scheme.ungraded and not scheme.scope.letter:
        return letter
    letter = letter.copy()
    for position, group in enumerate(scheme.ungraded):
        letter[ungraded == position] = group.letter
    if scheme.scope.letter:
        letter[ruled_out] = scheme.scope.letter
    return letter
