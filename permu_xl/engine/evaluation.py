"""A district's evaluation for one year: every rule applied, every intermediate figure kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.adjustments import Adjustment, apply_adjustments, checked_letter
from permu_xl.engine.baseline import Baseline, Measured, Year, measure
from permu_xl.engine.bonus import BonusPoints, bonus_points
from permu_xl.engine.classes import Classes, KeyFigures, classify
from permu_xl.engine.groups import NO_TRACK, RankingUnit, attribute_texts, ranking_units
from permu_xl.engine.indicators import NEGATIVE
from permu_xl.engine.model import blank_as_zero
from permu_xl.engine.scope import (
    EXCLUDED_INDUSTRY,
    GRADED,
    NEW_FIRM,
    Participation,
    participation,
    ungraded_group,
)
from permu_xl.engine.score import add_up, indicator_scores, lacks_data, other_figure
from permu_xl.errors import BaselineError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from permu_xl.engine.model import (
        Attribute,
        BoolArray,
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

    def baseline_of(self, firm: int) -> Baseline:
        """Return the baseline a firm is measured against."""
        return self.baselines[int(self.group[firm])]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The whole outcome; arrays have one entry a firm, NaN or "" where the firm is out.

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

    @property
    def included(self) -> BoolArray:
        """Which firms take part: they are scored."""
        return self.participation.included

    @property
    def graded(self) -> BoolArray:
        """Which firms are ranked: those that take part, without ungraded groups."""
        graded: BoolArray = self.included & (self.ungraded == GRADED)
        return graded

    @property
    def participants(self) -> int:
        """The number of firms that are ranked (n of R13 where there is one unit)."""
        return sum(unit.size for unit in self.classes.units)

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
    part = participation(scheme.scope, roster, year)
    now = Year.of(scheme, roster, part.included)
    tracks = now.tracks
    _check_tracks(scheme, roster, tracks, part.included)
    last = None
    if previous is not None:  # judged by last year's 31 December (R7)
        before = participation(scheme.scope, previous, year - 1)
        last = Year.of(scheme, previous, before.included)
    measured = [measure(i, now, last) for i in scheme.indicators]
    _check_groups(scheme, roster, measured, part.included)
    results = scored(measured, part.included, scheme.score_decimals)
    flags = {flag: roster.flag(flag) for flag in scheme.flags}
    ungraded = ungraded_group(scheme.ungraded, flags, part.included)
    graded = part.included & (ungraded == GRADED)
    units = tuple(ranking_units(scheme, roster, tracks, graded))
    standing = Standing(part, tracks, ungraded, units, flags, roster.identity())
    return ranked(scheme, year, roster, previous, standing, results, adjustments)


@dataclass(frozen=True, slots=True)
class Standing:
    """What follows from the marks of the firms alone, whatever figures they report."""

    participation: Participation
    track: IntArray
    ungraded: IntArray
    units: Sequence[RankingUnit]
    flags: Mapping[str, BoolArray]
    identity: TextArray


def scored(
    measured: Sequence[Measured], included: BoolArray, decimals: int | None
) -> tuple[IndicatorResult, ...]:
    """Return the points for what was measured; BaselineError where a baseline is lacking (R9)."""
    problems = {
        m.indicator.id: "；".join(lacking)
        for m in measured
        if (lacking := [found.problem for found in m.baselines if found.problem])
    }
    if problems:
        raise BaselineError(problems)
    return tuple(_result(m, included, decimals) for m in measured)


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
    subtotal = add_up([_counted(r) for r in results], roster.size)
    subtotal[~part.included] = np.nan
    bonus = bonus_points(scheme.bonus, roster, subtotal)
    total = subtotal + bonus.total
    figures = KeyFigures(
        {r.indicator.id: r.score for r in results},
        {r.indicator.id: r.value for r in results},
        {id: roster.number(id) for id in scheme.columns},
    )
    classes = classify(scheme, standing.units, total, figures, standing.flags, standing.identity)
    ruled_out = (part.reason == EXCLUDED_INDUSTRY) | (part.reason == NEW_FIRM)
    proposed = unranked_letters(scheme, classes.letter, ruled_out, ungraded)
    adjusted_by = apply_adjustments(adjustments, roster, part.included)
    final = proposed.copy()
    for firm in np.flatnonzero(adjusted_by >= 0):
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


def _check_tracks(scheme: Scheme, roster: Roster, tracks: IntArray, included: BoolArray) -> None:
    lost = np.flatnonzero(included & (tracks == NO_TRACK))
    if len(lost):
        attribute = scheme.attributes[scheme.track_attribute]
        raise _unknown_text(attribute, roster, int(lost[0]), [t.name for t in scheme.tracks])


def _check_groups(
    scheme: Scheme, roster: Roster, measured: Sequence[Measured], included: BoolArray
) -> None:
    for m in measured:
        if m.indicator.baseline.by:
            lost = np.flatnonzero(included & m.concerned & (m.group < 0))
            if len(lost):
                attribute = scheme.attributes[m.indicator.baseline.by]
                raise _unknown_text(attribute, roster, int(lost[0]), attribute.values)


def _unknown_text(
    attribute: Attribute, roster: Roster, firm: int, allowed: Sequence[str]
) -> UsageError:
    (text,) = attribute_texts(attribute, roster).texts(np.array([firm]))
    said = f"的{attribute.name}“{text}”不在方案之内" if text else f"没有填写{attribute.name}"
    return UsageError(f"{roster.label(firm)}{said}，应为{'、'.join(allowed)}之一")


def _result(m: Measured, included: BoolArray, decimals: int | None) -> IndicatorResult:
    indicator, values = m.indicator, m.values
    scored = included & m.concerned
    # A firm without group picks the last entry, NaN.
    against = np.array([*(found.value for found in m.baselines), np.nan])
    single = against[0] if len(m.baselines) == 1 else against[m.group]
    score = indicator_scores(indicator, values, single, scored, decimals)
    score[~scored] = np.nan
    status = values.status
    if indicator.missing is not None:
        status = status.copy()
        lacking = lacks_data(indicator, values) & m.concerned
        status[lacking] = _WITHOUT[indicator.missing.score]
        if indicator.missing.score == "full_if_positive":
            status[lacking & ~(other_figure(indicator, values) > 0)] = ZERO_WITHOUT
    return IndicatorResult(
        indicator,
        m.baselines,
        m.group,
        m.concerned,
        values.numerator,
        values.denominator,
        values.value,
        status,
        score,
    )


def _counted(result: IndicatorResult) -> FloatArray:
    """Return the scores to add up: firms that an indicator does not concern get nothing for it."""
    return result.score if result.concerned.all() else blank_as_zero(result.score)


def unranked_letters(
    scheme: Scheme, letter: TextArray, ruled_out: BoolArray, ungraded: IntArray
) -> TextArray:
    """Give firms that are not ranked the letters the scheme has for them.

    ``ruled_out`` says which firms are out by their industry or youth.
    """
    letter = letter.copy()
    for position, group in enumerate(scheme.ungraded):
        letter[ungraded == position] = group.letter
    if scheme.scope.letter:
        letter[ruled_out] = scheme.scope.letter
    return letter
