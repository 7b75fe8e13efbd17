"""A district's evaluation for one year: every rule applied, every intermediate figure kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from permu_xl.engine.arrays import BoolArray, CodeArray, FloatArray, IntArray, TextArray
from permu_xl.engine.baseline import Baseline, baseline, statistics
from permu_xl.engine.classify import Classes, classify, selection_keys
from permu_xl.engine.indicators import (
    BAD_DENOMINATOR,
    NEGATIVE,
    NO_DENOMINATOR,
    NO_NUMERATOR,
    OK,
    Values,
    roster_values,
)
from permu_xl.engine.roster import Roster
from permu_xl.engine.scheme import Indicator, Scheme
from permu_xl.engine.scope import Participation, participation
from permu_xl.engine.score import (
    BonusPoints,
    add_up,
    bonus_points,
    earns_full,
    indicator_scores,
    lacks_denominator,
)
from permu_xl.errors import BaselineError, UsageError

FULL_WITHOUT, ZERO_WITHOUT = NEGATIVE + 1, NEGATIVE + 2
"""Status of a firm without denominator under R6: full weight, or nothing."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A class set by a decision on record (reading R18)."""

    code: str
    name: str
    letter: str
    reason: str = ""
    document: str = ""
    date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class IndicatorResult:
    """One indicator for all firms.

    value : in the indicator's unit, NaN where missing
    status : int8, what there is to note (``indicators.OK`` ... or one of this module's)
    score : points, NaN where the firm is out
    """

    indicator: Indicator
    baseline: Baseline
    numerator: FloatArray
    denominator: FloatArray
    value: FloatArray
    status: CodeArray
    score: FloatArray


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The whole outcome; arrays have one entry a firm, NaN or "" where the firm is out.

    ``proposed`` is the class by the rules, ``final`` the class after adjustments;
    ``adjusted_by`` is the position in ``adjustments`` that applies to a firm, -1 for none.
    """

    scheme: Scheme
    year: int
    roster: Roster
    previous: Roster | None
    participation: Participation
    results: tuple[IndicatorResult, ...]
    subtotal: FloatArray
    bonus: BonusPoints
    total: FloatArray
    classes: Classes
    adjustments: tuple[Adjustment, ...]
    adjusted_by: IntArray
    final: TextArray

    @property
    def included(self) -> BoolArray:
        """Which firms take part."""
        return self.participation.included

    @property
    def proposed(self) -> TextArray:
        """The class of each firm by the rules alone."""
        return self.classes.letter

    @property
    def participants(self) -> int:
        """n, the number of firms that take part (R13)."""
        return len(self.classes.order.firms)

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

    Raises BaselineError naming every indicator without a usable baseline (R9).
    """
    part = participation(scheme.scope, roster, year)
    values = [roster_values(indicator, roster) for indicator in scheme.indicators]
    baselines = _baselines(scheme, values, part.included, previous, year)
    results = tuple(
        _result(found, v, part.included, scheme.score_decimals)
        for found, v in zip(baselines, values, strict=True)
    )
    subtotal = add_up([result.score for result in results], roster.size)
    bonus = bonus_points(scheme.bonus, roster)
    total = subtotal + bonus.total
    keys = selection_keys(
        scheme.classification,
        {result.indicator.id: result.score for result in results},
        roster.size,
    )
    classes = classify(
        scheme.classification,
        total,
        keys,
        {flag: roster.flag(flag) for flag in scheme.flags},
        part.included,
        roster.identity(),
    )
    adjusted_by = _apply(adjustments, roster, part.included)
    final = classes.letter.copy()
    for firm in np.flatnonzero(adjusted_by >= 0):
        final[firm] = _checked_letter(scheme, adjustments[adjusted_by[firm]])
    return Evaluation(
        scheme=scheme,
        year=year,
        roster=roster,
        previous=previous,
        participation=part,
        results=results,
        subtotal=subtotal,
        bonus=bonus,
        total=total,
        classes=classes,
        adjustments=tuple(adjustments),
        adjusted_by=adjusted_by,
        final=final,
    )


def _baselines(
    scheme: Scheme,
    values: Sequence[Values],
    included: BoolArray,
    previous: Roster | None,
    year: int,
) -> tuple[Baseline, ...]:
    """Find all baselines; last year's participants are judged by last year's 31 December (R7)."""
    found = []
    last = None if previous is None else participation(scheme.scope, previous, year - 1).included
    for indicator, current in zip(scheme.indicators, values, strict=True):
        before = None
        if previous is not None and last is not None:
            before = statistics(roster_values(indicator, previous), last, indicator.scale)
        now = statistics(current, included, indicator.scale)
        found.append(baseline(indicator, before, now))
    problems = {b.indicator.id: b.problem for b in found if b.problem}
    if problems:
        raise BaselineError(problems)
    return tuple(found)


def _result(
    found: Baseline, values: Values, included: BoolArray, decimals: int | None
) -> IndicatorResult:
    indicator = found.indicator
    score = indicator_scores(indicator, values, found.value, decimals)
    score[~included] = np.nan
    status = values.status
    if indicator.without_denominator == "full_if_numerator_positive":
        status = status.copy()
        status[lacks_denominator(values)] = ZERO_WITHOUT
        status[earns_full(values)] = FULL_WITHOUT
    return IndicatorResult(
        indicator, found, values.numerator, values.denominator, values.value, status, score
    )


def match_adjustments(adjustments: Sequence[Adjustment], roster: Roster) -> tuple[int, ...]:
    """Return for each adjustment the firm it is about, by code, else by name; -1 for none.

    A name that several firms carry matches none of them.
    """
    if not adjustments:
        return ()
    by_code = {code: i for i, code in enumerate(roster.codes) if code}
    by_name: dict[str, int] = {}
    for i, name in enumerate(roster.names):
        if name:
            by_name[name] = -1 if name in by_name else i
    return tuple(
        by_code.get(a.code, -1) if a.code else by_name.get(a.name, -1) for a in adjustments
    )


def _apply(adjustments: Sequence[Adjustment], roster: Roster, included: BoolArray) -> IntArray:
    """Return which adjustment applies to each firm (-1: none); only participants have a class."""
    applied = np.full(roster.size, -1, dtype=np.int64)
    for position, firm in enumerate(match_adjustments(adjustments, roster)):
        if firm >= 0 and included[firm]:
            applied[firm] = position
    return applied


def _checked_letter(scheme: Scheme, adjustment: Adjustment) -> str:
    if adjustment.letter not in scheme.letters:
        raise UsageError(
            f"调整后分类“{adjustment.letter}”不在方案的分类{'、'.join(scheme.letters)}之内"
        )
    return adjustment.letter


def status_note(result: IndicatorResult, scheme: Scheme, firm: int) -> str:
    """Return what has to be said of a firm's figures for one indicator; "" if nothing."""
    indicator = result.indicator
    top = scheme.columns[indicator.numerator].name
    bottom = scheme.columns[indicator.denominator].name
    status = int(result.status[firm])
    if status == OK:
        return ""
    if status == NEGATIVE:
        return f"{indicator.name}为负值，记0分"
    if status == FULL_WITHOUT:
        return f"没有{bottom}数据、有{top}，{indicator.name}得基本分{indicator.weight:g}分"
    if status == ZERO_WITHOUT:
        return f"没有{bottom}数据且{top}为空或不大于0，{indicator.name}记0分"
    missing = {
        NO_NUMERATOR: f"缺{top}",
        NO_DENOMINATOR: f"缺{bottom}",
        BAD_DENOMINATOR: f"{bottom}为0或负数",
    }[status]
    return f"{missing}，{indicator.name}记0分"
