"""What a scheme can say: the rules of one region and period as immutable data.

A scheme carries every figure of a policy document together with the clause it comes from; the
engine carries none.  Reading scheme files is the business of ``permu_xl.schemes``.

Longer than other modules: the language of schemes is read in one piece.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from fractions import Fraction

BaselineMethod = Literal["aggregate", "mean", "median", "max", "min", "manual"]
BaselineYear = Literal["previous", "current"]
ScoringForm = Literal["ratio", "mirrored", "reciprocal", "min_max", "max_min"]
MissingScore = Literal["full", "full_if_positive", "average", "penalty"]
KeyKind = Literal["scores", "values", "columns"]
Stacking = Literal["sum", "highest"]
Rounding = Literal["half_up", "floor", "ceil"]
Half = Literal["upper", "lower"]
End = Literal["first", "last"]
Limit = Literal["at_best", "at_worst", "up", "down", "fixed"]
FigureKind = Literal["total", "score", "value", "column"]
Bound = Literal["below", "at_most", "above", "at_least"]
Counted = Literal["ranked", "with_unranked"]
CutBy = Literal["place", "total"]
Basis = Literal["", "当量值", "等价值"]
BlankPart = Literal["missing", "zero"]
QuotaOf = Literal["groups", "firms"]


@dataclass(frozen=True, slots=True)
class Column:
    """A raw figure that is asked of every firm.

    ``unit`` is the unit in the workbook's header (empty: none is shown); ``source`` the department
    that delivers the figure; ``whole`` says that fractions are suspicious; ``positive`` that a
    figure of zero or below cannot be right; ``may_be_negative`` that a figure below zero can.
    ``basis`` is how energy is counted ("": as reported, R22); ``sum_of`` are the headers of a
    department's columns that add up to the figure.
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
    basis: Basis = ""
    sum_of: tuple[str, ...] = ()

    @property
    def counted(self) -> str:
        """The name with the basis of energy, where the scheme states one (R22)."""
        return f"{self.name}（{self.basis}）" if self.basis else self.name


@dataclass(frozen=True, slots=True)
class Sum:
    """A figure that is made of raw figures: each ``of`` a column times its coefficient, added up.

    Where a part is blank, the sum is (``missing``), or the part counts 0 unless all are blank
    (``zero``).
    """

    id: str
    name: str
    unit: str
    of: Mapping[str, float]
    blank: BlankPart
    clause: str

    @property
    def whole(self) -> bool:
        """Whether fractions are suspicious: never in a sum."""
        return False

    @property
    def counted(self) -> str:
        """The name; the parts have a basis, if any."""
        return self.name


Figure = Column | Sum
"""What an indicator divides, and what scope and sort keys may look at."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """A text that sorts firms into groups: a zone, a trade, above or below size.

    ``values`` are the texts allowed (none: any); ``default`` is what a blank cell means ("":
    a blank is an error).  With ``prefixes`` (of industry codes, each with its value) the text is
    derived and no column is asked for; a code without prefix has the default.
    """

    id: str
    name: str
    help: str
    values: tuple[str, ...]
    default: str
    prefixes: Mapping[str, str]
    clause: str

    @property
    def derived(self) -> bool:
        """Whether the text follows from the industry code."""
        return bool(self.prefixes)


@dataclass(frozen=True, slots=True)
class BaselineRule:
    """How the baseline of an indicator is found: method, year of the figures, manual value.

    What the method finds is multiplied by ``times``.  ``by`` is the attribute whose every value
    has a baseline of its own ("": one baseline for all); ``manual_by`` their manual values.
    Over several ``years`` it is the mean of what the method finds and of the ``earlier`` years'
    values, which nobody else knows.
    """

    method: BaselineMethod
    year: BaselineYear
    clause: str
    manual: float | None = None
    times: float = 1.0
    by: str = ""
    manual_by: Mapping[str, float] = field(default_factory=dict)
    years: int = 1
    earlier: Mapping[int, float] = field(default_factory=dict)

    def years_before(self, evaluated: int) -> tuple[int, ...]:
        """Return the earlier years that the mean takes in, the latest first.

        >>> BaselineRule("mean", "previous", "", years=3).years_before(2022)
        (2020, 2019)
        """
        if self.years == 1 or self.method == "manual":
            return ()
        last = evaluated - 1 if self.year == "previous" else evaluated
        return tuple(last - k for k in range(1, self.years))


@dataclass(frozen=True, slots=True)
class Missing:
    """What a firm gets that does not report ``column`` (with ``zero_counts``: or reports 0).

    ``full`` is the weight; ``full_if_positive`` the weight if the indicator's other figure is
    above 0, else nothing; ``average`` the mean score of the firms that have the indicator;
    ``penalty`` costs ``points``.
    """

    column: str
    score: MissingScore
    zero_counts: bool
    clause: str
    points: float = 0.0


@dataclass(frozen=True, slots=True)
class Indicator:
    """One scored ratio: ``numerator / denominator * scale``, worth ``weight`` points.

    With v = value / baseline the score is v (``ratio``), 2 - v (``mirrored``) or 1 / v
    (``reciprocal``) times the weight, at least 0 and at most ``cap * weight``.  The last two are
    for indicators of which less is better.  ``min_max`` and ``max_min`` (less is better) take the
    way from this year's worst value to the baseline: the part ``start`` of the weight (usually 0)
    at the worst, the weight at the baseline.
    ``missing`` overrides the 0 of a missing value.  A firm with a value that is not negative (of
    any sign between worst and best) has at least ``floor * weight``.

    With ``growth`` the value is how far the quotient is above last year's of the same firm:
    ``(numerator / denominator / last year's - 1) * scale``.
    """

    id: str
    name: str
    unit: str
    numerator: str
    denominator: str
    scale: float
    form: ScoringForm
    weight: float
    cap: float
    missing: Missing | None
    baseline: BaselineRule
    clause: str
    score_clause: str
    floor: float = 0.0
    growth: bool = False
    start: float = 0.0

    @property
    def spans(self) -> bool:
        """Whether the score is the way between two values, which may be of any sign."""
        return self.form in ("min_max", "max_min")

    @property
    def zero_is_blank(self) -> bool:
        """Whether a numerator of 0 counts as not reported."""
        rule = self.missing
        return rule is not None and rule.zero_counts and rule.column == self.numerator

    @property
    def maximum(self) -> float:
        """The highest score a firm can have here, in points."""
        return self.cap * self.weight

    @property
    def minimum(self) -> float:
        """The lowest score of a firm with a value that is not negative, in points."""
        return self.floor * self.weight

    @property
    def columns(self) -> tuple[str, ...]:
        """The raw figures that values and scores are made from, by the ids of their columns."""
        return self.numerator, self.denominator

    def named(self, group: str) -> str:
        """Return the name, with the group of firms that a baseline of its own holds for.

        亩均税收, or 亩均税收（机械行业）.
        """
        return f"{self.name}（{group}）" if group else self.name

    @property
    def higher_is_better(self) -> bool:
        """Whether a higher value scores more."""
        return self.form in ("ratio", "min_max")


@dataclass(frozen=True, slots=True)
class BonusLabel:
    """A distinction that is worth points, or a ``ratio`` of the indicators' points.

    ``group`` names the group of labels that share a limit or of which one counts ("": none).
    """

    name: str
    points: float
    clause: str
    ratio: float = 0.0
    group: str = ""


@dataclass(frozen=True, slots=True)
class BonusGroup:
    """Labels that belong together: all count, or the weightiest one only; up to ``cap`` points."""

    id: str
    name: str
    stacking: Stacking
    cap: float | None
    clause: str


@dataclass(frozen=True, slots=True)
class BonusCount:
    """``points`` (negative: a deduction) for each unit of a raw figure beyond ``free``."""

    id: str
    name: str
    column: str
    free: float
    points: float
    clause: str


@dataclass(frozen=True, slots=True)
class Bonus:
    """Points on top of the indicators.

    ``cap`` limits what they add, ``deduction_cap`` what they take away (None: no limit).
    """

    labels: Mapping[str, BonusLabel]
    groups: Mapping[str, BonusGroup]
    counts: tuple[BonusCount, ...]
    cap: float | None
    deduction_cap: float | None
    clause: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A yes/no mark of a firm that bears on its class."""

    id: str
    name: str
    help: str
    clause: str


@dataclass(frozen=True, slots=True)
class ScopeLimit:
    """Who is evaluated by a figure: firms below ``minimum`` or above ``maximum`` are out.

    ``inclusive`` says that a firm at the very limit takes part; ``tracks`` are the names of the
    tracks it concerns (none: all firms).
    """

    id: str
    name: str
    figure: str
    minimum: float | None
    maximum: float | None
    inclusive: bool
    tracks: tuple[str, ...]
    clause: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Who is evaluated: excluded industries (code prefixes) and young firms (0 = no limit).

    ``letter`` is the class of the firms that are out by these rules ("": they have none).
    """

    excluded_industries: Mapping[str, str]
    new_firm_years: int
    clause: str
    letter: str = ""
    limits: tuple[ScopeLimit, ...] = ()


@dataclass(frozen=True, slots=True)
class Joint:
    """Firms with the same text in the attribute ``by`` are evaluated as one; a blank is alone.

    With ``both_ways`` everybody is evaluated alone as well, which is told and decides nothing.
    A group takes one place of a quota; where the quota is a share of ``firms`` and not of
    ``groups``, all its members count in what the share is taken of.
    """

    by: str
    clause: str
    both_ways: bool = False
    quota: QuotaOf = "groups"


@dataclass(frozen=True, slots=True)
class Ungraded:
    """Firms with one of the flags ``when`` are scored, but not ranked; they get ``letter``."""

    id: str
    name: str
    when: tuple[str, ...]
    letter: str
    clause: str


@dataclass(frozen=True, slots=True)
class ClassDef:
    """A class, its official name and what it stands for.

    ``treated_as`` is the class whose measures apply to it ("": its own).
    """

    letter: str
    name: str
    meaning: str
    clause: str
    treated_as: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """What firms are ordered by: the sum of indicators' scores or values, or of raw figures.

    A missing figure counts as 0.
    """

    kind: KeyKind
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Firms with the same values of the attributes ``within`` are ranked among each other.

    The total decides, then ``ties``, then the credit code.  ``counted`` says of how many firms
    shares are taken: of those ranked, or also of those that get a letter without being ranked.
    """

    within: tuple[str, ...]
    ties: Key
    counted: Counted = "ranked"


@dataclass(frozen=True, slots=True)
class Selection:
    """A share of all firms ranked together, picked from one half by a key of its own.

    The pool is ordered from high to low; ``take`` says from which end the quota is taken.  Picked
    firms get ``letter``, or the letter that ``flagged`` gives for the first flag they carry.
    ``share_by`` has other shares for some values of the rule's ``shares_by``.
    """

    id: str
    half: Half
    take: End
    share: Fraction
    rounding: Rounding
    letter: str
    key: Key
    flagged: Mapping[str, str]
    clause: str
    share_by: Mapping[str, Fraction] = field(default_factory=dict)

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters this selection can give, best first as the scheme lists them."""
        return (self.letter, *dict.fromkeys(self.flagged.values()))

    @property
    def label(self) -> str:
        """The letters as written in headers: ``A`` or ``C/D``."""
        return "/".join(self.letters)


@dataclass(frozen=True, slots=True)
class TwoStage:
    """Order by total, halve, pick from each half; the others share the class ``remainder``.

    ``shares_by`` is an attribute that firms are ranked within ("": none): its values may have
    shares of their own.
    """

    upper_share: Fraction
    upper_rounding: Rounding
    remainder: str
    remainder_clause: str
    selections: tuple[Selection, ...]
    clause: str
    shares_by: str = ""

    def of_group(self, text: str) -> TwoStage:
        """Return the rule with the shares of one value of ``shares_by``."""
        own = (replace(s, share=s.share_by.get(text, s.share)) for s in self.selections)
        return replace(self, selections=tuple(own))


@dataclass(frozen=True, slots=True)
class CutPoint:
    """The line below a class, drawn in one of three ways.

    By place, it takes the places down to ``up_to``, a share of all firms ranked together, or leaves
    the share ``leave`` of them below it.  The share times the number of firms is rounded where it
    is no whole number; where ``up_to`` makes one, ``inclusive`` says whether the firm in that very
    place still belongs to the class.  ``up_to_by`` and ``leave_by`` have other shares for some
    values of the rule's ``shares_by``.  By total, it takes the firms with at least ``points``, or
    above them where it is not ``inclusive``.
    """

    letter: str
    up_to: Fraction
    inclusive: bool
    rounding: Rounding
    clause: str
    leave: Fraction | None = None
    points: float = 0.0
    up_to_by: Mapping[str, Fraction] = field(default_factory=dict)
    leave_by: Mapping[str, Fraction] = field(default_factory=dict)

    def of_group(self, text: str) -> CutPoint:
        """Return the line with the share of one value of the rule's ``shares_by``."""
        up_to, leave = self.up_to_by.get(text, self.up_to), self.leave_by.get(text, self.leave)
        return replace(self, up_to=up_to, leave=leave)


@dataclass(frozen=True, slots=True)
class CutPoints:
    """Classes by lines in the order by total, best first; the last one takes all the rest.

    ``by`` says whether the lines are places or totals; ``shares_by`` is as in ``TwoStage``.
    """

    cuts: tuple[CutPoint, ...]
    clause: str
    by: CutBy = "place"
    shares_by: str = ""

    def of_group(self, text: str) -> CutPoints:
        """Return the rule with the shares of one value of ``shares_by``."""
        return replace(self, cuts=tuple(cut.of_group(text) for cut in self.cuts))


ClassRule = TwoStage | CutPoints


@dataclass(frozen=True, slots=True)
class Condition:
    """A figure of a firm beside a limit: its total, an indicator's score or value, a raw figure.

    A missing figure counts as 0.  ``only`` has texts by attribute: the condition is about firms
    with one of these texts, for every attribute named.
    """

    kind: FigureKind
    id: str
    bound: Bound
    limit: float
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Guard:
    """What bears on the class of some firms, whatever their place.

    It is about firms with a flag of ``when``, a bonus label of ``labels`` or a figure that meets
    one of ``figures``, which have no flag of ``unless`` and no label of ``unless_labels``, and
    stand in one of the classes ``classes`` (none: in any).  They are classed ``at_best`` or
    ``at_worst`` as ``letter``, go ``up`` or ``down`` by ``steps`` classes, or are ``fixed`` there.
    """

    id: str
    name: str
    when: tuple[str, ...]
    unless: tuple[str, ...]
    limit: Limit
    letter: str
    clause: str
    labels: tuple[str, ...] = ()
    unless_labels: tuple[str, ...] = ()
    figures: tuple[Condition, ...] = ()
    classes: tuple[str, ...] = ()
    steps: int = 0


@dataclass(frozen=True, slots=True)
class ClassRange:
    """How many firms a class may have, as shares of those that the quotas are shares of.

    It is held against the final classes, of the district or (``by_unit``) of every ranking unit.
    """

    letter: str
    at_least: Fraction | None
    at_most: Fraction | None
    by_unit: bool
    clause: str


@dataclass(frozen=True, slots=True)
class Track:
    """Firms that are evaluated alike: with the same indicators, ranking and class rule.

    ``name`` is the value of the scheme's ``track_attribute`` that puts a firm here.
    """

    id: str
    name: str
    indicators: tuple[str, ...]
    ranking: Ranking
    rule: ClassRule

    @property
    def rule_path(self) -> str:
        """Where the class rule stands in the scheme file."""
        return f"tracks.{self.id}.classification" if self.name else "classification"


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
class Apart:
    """Two figures of a firm that are hardly ever ``factor`` times apart, either way."""

    column: str
    other: str
    factor: float


@dataclass(frozen=True, slots=True)
class PerUnit:
    """A figure by one of another, such as a head, that is hardly beyond these (None: no limit)."""

    column: str
    per: str
    least: float | None
    most: float | None


@dataclass(frozen=True, slots=True)
class Checks:
    """Thresholds for questions about the data; none of them changes a score.

    ``jump_factor`` and ``jump_hint`` are about a figure beside last year's: most likely another
    unit, and merely not credible.  ``outlier_ratio`` and ``outlier_average`` are about the highest
    figure beside the second highest and the average; ``outlier_share`` is the share of an
    indicator's points below which a firm counts as pressed down by it.
    """

    ceilings: tuple[Ceiling, ...]
    floors: Mapping[str, float]
    apart: tuple[Apart, ...]
    per_unit: tuple[PerUnit, ...]
    jump_factor: float
    jump_hint: float
    outlier_ratio: float
    outlier_average: float
    outlier_share: float
    clause: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """The rules of one region and period, complete.

    ``last_year`` is the last year whose evaluation falls into the validity, ``successor`` what is
    known of the document that follows.
    """

    id: str
    title: str
    document: str
    region: str
    issued: dt.date
    valid_from: dt.date
    valid_until: dt.date
    validity_clause: str
    last_year: int
    successor: str
    source: str
    scope: Scope
    ungraded: tuple[Ungraded, ...]
    columns: Mapping[str, Column]
    attributes: Mapping[str, Attribute]
    track_attribute: str
    indicators: tuple[Indicator, ...]
    full_marks: float
    score_decimals: int | None
    bonus: Bonus
    flags: Mapping[str, Flag]
    classes: tuple[ClassDef, ...]
    tracks: tuple[Track, ...]
    guards: tuple[Guard, ...]
    measures: tuple[Measure, ...]
    water_fee: WaterFee | None
    targets: tuple[Target, ...]
    checks: Checks
    sums: Mapping[str, Sum] = field(default_factory=dict)
    joint: Joint | None = None
    ranges: tuple[ClassRange, ...] = ()

    def figure(self, id: str) -> Figure:
        """Return the raw figure or the sum with this id; KeyError when there is none."""
        return self.sums[id] if id in self.sums else self.columns[id]

    def parts(self, id: str) -> Mapping[str, float]:
        """Return the raw figures that a figure is made of, each with its coefficient."""
        return self.sums[id].of if id in self.sums else {id: 1.0}

    def joins_by(self, attribute: str) -> bool:
        """Whether firms with the same text in an attribute are evaluated as one."""
        return self.joint is not None and self.joint.by == attribute

    def figures_of(self, indicator: Indicator) -> tuple[str, ...]:
        """Return the raw figures that an indicator is made of, numerator first, each once."""
        both = (self.parts(id) for id in (indicator.numerator, indicator.denominator))
        return tuple(dict.fromkeys(column for parts in both for column in parts))

    def indicator(self, id: str) -> Indicator:
        """Return the indicator with this id; KeyError when there is none."""
        for indicator in self.indicators:
            if indicator.id == id:
                return indicator
        raise KeyError(id)

    def tracks_of(self, indicator: str) -> tuple[Track, ...]:
        """Return the tracks that use an indicator."""
        return tuple(track for track in self.tracks if indicator in track.indicators)

    @property
    def growing(self) -> tuple[Indicator, ...]:
        """The indicators that are a growth: they need last year's figures of the same firms."""
        return tuple(indicator for indicator in self.indicators if indicator.growth)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions on figures that guards make, in order."""
        return tuple(condition for guard in self.guards for condition in guard.figures)

    @property
    def counts_unranked(self) -> bool:
        """Whether a track takes shares of firms that are not ranked as well."""
        return any(track.ranking.counted == "with_unranked" for track in self.tracks)

    @property
    def selections(self) -> tuple[Selection, ...]:
        """The selections of all tracks, in order."""
        rules = (track.rule for track in self.tracks)
        return tuple(s for rule in rules if isinstance(rule, TwoStage) for s in rule.selections)

    def measure_text(self, measure: Measure, definition: ClassDef) -> str:
        """Return what a class gets: its own text, or that of the class it is treated as."""
        own = measure.texts.get(definition.letter)
        return measure.texts[definition.treated_as] if own is None else own

    def baseline_groups(self, indicator: Indicator) -> tuple[str, ...]:
        """Return the groups with a baseline of their own; ("",) when one holds for all firms."""
        by = indicator.baseline.by
        return self.attributes[by].values if by else ("",)

    @property
    def baseline_rows(self) -> tuple[tuple[Indicator, str], ...]:
        """Indicator and group of every baseline, in order."""
        return tuple((i, group) for i in self.indicators for group in self.baseline_groups(i))

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters of the classes as listed: the graded ones best first."""
        return tuple(definition.letter for definition in self.classes)

    @property
    def graded_letters(self) -> tuple[str, ...]:
        """The letters that a place in the order can lead to, best first."""
        others = {self.scope.letter, *(group.letter for group in self.ungraded)}
        return tuple(letter for letter in self.letters if letter not in others)

    @property
    def asked_attributes(self) -> tuple[Attribute, ...]:
        """The attributes that a firm's row must tell: those not derived."""
        return tuple(a for a in self.attributes.values() if not a.derived)

    def with_indicators(self, indicators: tuple[Indicator, ...]) -> Scheme:
        """Return the same scheme with other indicators (a district's own parameters)."""
        return replace(self, indicators=indicators)
