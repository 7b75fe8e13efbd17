"""A district's evaluation for one year: every rule applied, every intermediate figure kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.adjustments import Adjustment, apply_adjustments, checked_letter
from permu_xl.engine.belonging import check_groups, check_tracks
from permu_xl.engine.bonus import BonusPoints, bonus_points
from permu_xl.engine.classes import Classes, KeyFigures, classify
from permu_xl.engine.figures import all_figures, figure
from permu_xl.engine.groups import attribute_texts, ranking_units
from permu_xl.engine.indicators import NEGATIVE, Values
from permu_xl.engine.joint import Joined, beside_quotas, in_quotas, of_last_year
from permu_xl.engine.measuring import Measured, Year, measure, measured_alike
from permu_xl.engine.model import blank_as_zero, everywhere
from permu_xl.engine.scope import (
    GRADED,
    Participation,
    participation,
    ungraded_group,
)
from permu_xl.engine.score import add_up, indicator_scores, lacks_data, other_figure
from permu_xl.errors import BaselineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from permu_xl.engine.baseline import Baseline
    from permu_xl.engine.groups import RankingUnit
    from permu_xl.engine.model import (
        BoolArray,
        Categories,
        CodeArray,
        FloatArray,
        Indicator,
        IntArray,
        MissingScore,
        Roster,
        Scheme,
        TextArray,
    )

FULL_WITHOUT, ZERO_WITHOUT, AVERAGE_WITHOUT, PENALTY_WITHOUT = range(NEGATIVE + 1, NEGATIVE + 5)
"""Status of a firm without the figure an indicator may lack (R6): what it gets instead."""
_WITHOUT: dict[MissingScore, int] = {
    "full": FULL_WITHOUT,
    "full_if_positive": FULL_WITHOUT,
    "average": AVERAGE_WITHOUT,
    "penalty": PENALTY_WITHOUT,
}


@dataclass(frozen=True, slots=True)
class IndicatorResult:
    """One indicator for all firms.

    baselines : one, or one for each group of firms
    group : position of each firm's baseline in ``baselines``, -1 where none concerns it
    concerned : bool, whether the firm's track uses the indicator
    value : in the indicator's unit, NaN where missing
    status : int8, what there is to note (``indicators.OK`` ... or one of this module's)
    score : points, NaN where the firm is out or not concerned
    before : last year's quotient of the same firm where the indicator is a growth
    """

    indicator: Indicator
    baselines: tuple[Baseline, ...]
    group: IntArray
    concerned: BoolArray
    numerator: FloatArray
    denominator: FloatArray
    value: FloatArray
    status: CodeArray
    score: FloatArray
    before: FloatArray | None = None

    @property
    def values(self) -> Values:
        """The values as they were worked out from the raw figures."""
        return Values(self.numerator, self.denominator, self.value, self.status, self.before)

    def baseline_of(self, firm: int) -> Baseline:
        """Return the baseline a firm is measured against."""
        return self.baselines[int(self.group[firm])]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The whole outcome; arrays have one entry a firm, NaN or "" where the firm is out.

    ``roster`` is as reported; ``judged`` are the firms as they are scored.  ``alone`` is the same
    district without joined firms where the scheme asks for both and that can be evaluated.
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
        problems = _without_baseline(scheme, measured) | {
            i.id: f"指标“{i.name}”是比上年的增长，没有上年数据" for i in growing
        }
        raise BaselineError(problems)
    of_indicator = scored(scheme, measured, part)
    results = tuple(of_indicator[i.id] for i in scheme.indicators)
    flags = {flag: judged.flag(flag) for flag in scheme.flags}
    ungraded = ungraded_group(scheme.ungraded, flags, part.included)
    units = units_of(scheme, part.joined, tracks, part.included, part.ruled_out, ungraded)
    texts = condition_texts(scheme, judged)
    standing = Standing(part, tracks, ungraded, units, flags, roster.identity_of, texts)
    found = ranked(scheme, year, roster, previous, standing, results, adjustments)
    return (
        replace(found, alone=_alone(scheme, roster, previous, year)) if part.joined.any else found
    )


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


def scored(
    scheme: Scheme, measured: Sequence[Measured], part: Participation
) -> dict[str, IndicatorResult]:
    """Return by indicator the points for what was measured.

    BaselineError where a baseline is lacking (R9).
    """
    if problems := _without_baseline(scheme, measured):
        raise BaselineError(problems)
    return dict(found for m in measured for found in _results(scheme, m, part))


def ranked(
    scheme: Scheme,
    year: int,
    roster: Roster,
    previous: Roster | None,
    standing: Standing,
    results: tuple[IndicatorResult, ...],
    adjustments: Sequence[Adjustment],
) -> Evaluation:
    """Add up the points, rank the firms and give each its class."""
    part, ungraded = standing.participation, standing.ungraded
    judged = part.joined.roster
    subtotal = _subtotal(results, roster.size)
    subtotal[~part.included] = np.nan
    bonus = bonus_points(scheme.bonus, judged, subtotal)
    total = subtotal + bonus.total
    figures = KeyFigures(
        {r.indicator.id: r.score for r in results},
        {r.indicator.id: r.value for r in results},
        all_figures(scheme, judged),
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


def _alone(scheme: Scheme, roster: Roster, previous: Roster | None, year: int) -> Evaluation | None:
    if scheme.joint is None or not scheme.joint.both_ways:
        return None
    try:
        return evaluate(replace(scheme, joint=None), roster, previous, year=year)
    except BaselineError:
        return None


def _without_baseline(scheme: Scheme, measured: Sequence[Measured]) -> dict[str, str]:
    """Return by indicator why a baseline that somebody needs is not to be had (R9)."""
    every = chain.from_iterable(chain.from_iterable(m.baselines for m in measured))
    problems: dict[str, list[str]] = {}
    for found in every:
        if found.problem:
            problems.setdefault(found.indicator.id, []).append(found.problem)
    # As the scheme lists them.
    listed = (i.id for i in scheme.indicators) if problems else ()
    return {id: "；".join(problems[id]) for id in listed if id in problems}


def _results(
    scheme: Scheme, m: Measured, part: Participation
) -> Iterator[tuple[str, IndicatorResult]]:
    """Yield what was found of each indicator by its id."""
    values = m.values
    against = _by_firm([[b.value for b in found] for found in m.baselines], m.group)
    zero: float | FloatArray = np.nan
    if m.indicators[0].spans:
        zero = _by_firm([[b.zero for b in found] for found in m.baselines], m.group)
    counted, out = part.counted & m.concerned, ~(part.included & m.concerned)
    score = indicator_scores(m.indicators, values, against, counted, scheme.score_decimals, zero)
    if np.count_nonzero(out):
        score[:, out] = np.nan
    for k, i in enumerate(m.indicators):
        noted = values.status[k] if i.missing is None else _status(i, values.row(k), m.concerned)
        yield (
            i.id,
            IndicatorResult(
                i,
                m.baselines[k],
                m.group,
                m.concerned,
                m.figures[i.numerator],
                m.figures[i.denominator],
                values.value[k],
                noted,
                score[k],
                None if values.before is None else values.before[k],
            ),
        )


def _by_firm(found: list[list[float]], group: IntArray) -> FloatArray:
    """Return a table of what holds for each firm: a row each, one entry where all have the same."""
    if len(found[0]) == 1:
        return np.array(found)
    # A firm without group picks the last entry, NaN.
    return np.array([[*row, np.nan] for row in found])[:, group]


def _status(indicator: Indicator, values: Values, concerned: BoolArray) -> CodeArray:
    """Return what there is to note of each firm, with what it gets without the figure (R6)."""
    rule, lacking = indicator.missing, lacks_data(indicator, values) & concerned
    if rule is None or not np.count_nonzero(lacking):
        return values.status
    status = values.status.copy()
    status[lacking] = _WITHOUT[rule.score]
    if rule.score == "full_if_positive":
        status[lacking & ~(other_figure(indicator, values) > 0)] = ZERO_WITHOUT
    return status


def _subtotal(results: Sequence[IndicatorResult], size: int) -> FloatArray:
    """Return the sum of scores: firms that an indicator does not concern get nothing for it."""
    whom = {id(r.concerned): r.concerned for r in results}.values()  # most share one array
    if all(map(everywhere, whom)):
        return add_up([r.score for r in results], size)
    return add_up([blank_as_zero(r.score) for r in results], size)


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
