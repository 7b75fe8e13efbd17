"""What a scheme can say: the rules of one region and period as immutable data.

A scheme carries every figure of a policy document together with the clause it comes from; the
engine carries none.  Reading scheme files is the business of ``permu_xl.schemes``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

BaselineMethod = Literal["aggregate", "mean", "max", "manual"]
BaselineYear = Literal["previous", "current"]
WithoutDenominator = Literal["zero", "full_if_numerator_positive"]
Rounding = Literal["half_up", "floor", "ceil"]
Half = Literal["upper", "lower"]
End = Literal["first", "last"]


@dataclass(frozen=True, slots=True)
class Column:
    """A raw figure that is asked of every firm.

    ``unit`` is the unit in the workbook's header (empty: none is shown); ``source`` the department
    that delivers the figure; ``whole`` says that fractions are suspicious; ``positive`` that a
    figure of zero or below cannot be right; ``may_be_negative`` that a figure below zero can.
    """

    id: str
    name: str
    unit: str
    source: str
    help: str
    clause: str
    whole: bool = False
    positive: bool = False
    may_be_negative: bool = False


@dataclass(frozen=True, slots=True)
class BaselineRule:
    """How the baseline of an indicator is found: method, year of the figures, manual value."""

    method: BaselineMethod
    year: BaselineYear
    clause: str
    manual: float | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """One scored ratio: ``numerator / denominator * scale``, worth ``weight`` points.

    The score is ``value / baseline * weight``, at least 0 and at most ``cap * weight``.
    """

    id: str
    name: str
    unit: str
    numerator: str
    denominator: str
    scale: float
    weight: float
    cap: float
    without_denominator: WithoutDenominator
    baseline: BaselineRule
    clause: str
    score_clause: str

    @property
    def maximum(self) -> float:
        """The highest score a firm can have here, in points."""
        return self.cap * self.weight


@dataclass(frozen=True, slots=True)
class BonusLabel:
    """A distinction that is worth points."""

    name: str
    points: float
    clause: str


@dataclass(frozen=True, slots=True)
class Bonus:
    """Points on top of the indicators; ``cap`` limits their sum (None: no limit)."""

    labels: Mapping[str, BonusLabel]
    cap: float | None
    clause: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A yes/no mark of a firm that bears on its class."""

    id: str
    name: str
    help: str
    clause: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Who is evaluated: excluded industries (code prefixes) and young firms (0 = no limit)."""

    excluded_industries: Mapping[str, str]
    new_firm_years: int
    clause: str


@dataclass(frozen=True, slots=True)
class ClassDef:
    """A class, its official name and what it stands for."""

    letter: str
    name: str
    meaning: str
    clause: str


@dataclass(frozen=True, slots=True)
class Selection:
    """A share of all participants, picked from one half by the sum of some indicators' scores.

    The pool is ordered from high to low; ``take`` says from which end the quota is taken.  Picked
    firms get ``letter``, or the letter that ``flagged`` gives for the first flag they carry.
    """

    id: str
    half: Half
    take: End
    share: Fraction
    rounding: Rounding
    letter: str
    keys: tuple[str, ...]
    flagged: Mapping[str, str]
    clause: str

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters this selection can give, best first as the scheme lists them."""
        return (self.letter, *dict.fromkeys(self.flagged.values()))

    @property
    def label(self) -> str:
        """The letters as written in headers: ``A`` or ``C/D``."""
        return "/".join(self.letters)


@dataclass(frozen=True, slots=True)
class Classification:
    """The two-stage rule: order by total, halve, pick from each half; the others share a class."""

    upper_share: Fraction
    upper_rounding: Rounding
    remainder: str
    remainder_clause: str
    tie_key: str
    selections: tuple[Selection, ...]
    clause: str


@dataclass(frozen=True, slots=True)
class Measure:
    """What each class gets or loses in one field."""

    id: str
    name: str
    texts: Mapping[str, str]
    clause: str


@dataclass(frozen=True, slots=True)
class WaterTier:
    """A price factor for the volume up to ``up_to`` times the quota (None: all the rest)."""

    up_to: float | None
    factor: float


@dataclass(frozen=True, slots=True)
class WaterFee:
    """Progressive water price above quota."""

    tiers: tuple[WaterTier, ...]
    clause: str


@dataclass(frozen=True, slots=True)
class Target:
    """A goal of the policy: ``minimum`` in the indicator's unit, or growth above the average."""

    id: str
    name: str
    indicator: str
    year: int
    minimum: float | None
    growth_above_average: bool
    clause: str


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A figure that is hardly ever above another one of the same firm."""

    column: str
    limit: str


@dataclass(frozen=True, slots=True)
class Checks:
    """Thresholds for questions about the data; none of them changes a score."""

    ceilings: tuple[Ceiling, ...]
    floors: Mapping[str, float]
    jump_factor: float
    outlier_ratio: float
    clause: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """The rules of one region and period, complete."""

    id: str
    title: str
    document: str
    region: str
    issued: dt.date
    valid_from: dt.date
    valid_until: dt.date
    validity_clause: str
    source: str
    scope: Scope
    columns: Mapping[str, Column]
    indicators: tuple[Indicator, ...]
    score_decimals: int | None
    bonus: Bonus
    flags: Mapping[str, Flag]
    classes: tuple[ClassDef, ...]
    classification: Classification
    measures: tuple[Measure, ...]
    water_fee: WaterFee | None
    targets: tuple[Target, ...]
    checks: Checks

    def indicator(self, id: str) -> Indicator:
        """Return the indicator with this id; KeyError when there is none."""
        for indicator in self.indicators:
            if indicator.id == id:
                return indicator
        raise KeyError(id)

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters of the classes, best first."""
        return tuple(definition.letter for definition in self.classes)

    def with_indicators(self, indicators: tuple[Indicator, ...]) -> Scheme:
        """Return the same scheme with other indicators (a district's own parameters)."""
        return replace(self, indicators=indicators)
