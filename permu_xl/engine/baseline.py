"""Baselines: what an indicator is measured against (二（一）2, readings R7 to R9)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, get_args

import numpy as np

from permu_xl.engine.groups import attribute_texts, concerned, track_index
from permu_xl.engine.indicators import OK, Values, roster_values
from permu_xl.engine.model import BaselineMethod, BoolArray, Indicator, IntArray, Roster, Scheme
from permu_xl.errors import UsageError
from permu_xl.text import show_number

if TYPE_CHECKING:
    from collections.abc import Sequence

METHOD_NAMES: dict[BaselineMethod, str] = {
    "aggregate": "总量法",
    "mean": "企业均值",
    "max": "最高值",
    "manual": "人工核定",
}
YEAR_NAMES = {"previous": "上年", "current": "本年"}


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the participants of one year say about an indicator; NaN where nothing can be said.

    ``numerator`` and ``denominator`` are totals over the ``both`` firms that report both figures;
    ``aggregate`` is their quotient, ``mean``, ``highest`` and ``second`` are over the ``count``
    values that are not missing; ``holder`` is the firm with the highest (-1: none).
    """

    numerator: float
    denominator: float
    both: int
    aggregate: float
    count: int
    mean: float
    highest: float
    second: float
    holder: int


@dataclass(frozen=True, slots=True)
class Baseline:
    """The baseline in use (``value``), how it was found and the statistics of both years.

    ``group`` is the value of the attribute it holds for ("": it holds for all firms).  ``value``
    is NaN when nobody needs it; ``problem`` says why there is none although somebody does (""
    otherwise).
    """

    indicator: Indicator
    group: str
    value: float
    previous: Statistics
    current: Statistics
    problem: str

    @property
    def source(self) -> Statistics:
        """The statistics the value was taken from."""
        return self.previous if self.indicator.baseline.year == "previous" else self.current

    @property
    def origin(self) -> str:
        """Where the value comes from, in words."""
        rule = self.indicator.baseline
        if rule.method == "manual":
            return "人工核定"
        times = "" if rule.times == 1 else f"的{show_number(rule.times)}倍"
        return YEAR_NAMES[rule.year] + METHOD_NAMES[rule.method] + times

    @property
    def name(self) -> str:
        """The indicator's name, with the group the baseline holds for."""
        return self.indicator.named(self.group)


NOTHING = Statistics(np.nan, np.nan, 0, np.nan, 0, np.nan, np.nan, np.nan, -1)


def statistics(values: Values, included: BoolArray, scale: float = 1.0) -> Statistics:
    """Sum up an indicator over the ``included`` firms."""
    both = included & ~(np.isnan(values.numerator) | np.isnan(values.denominator))
    reporting = int(np.count_nonzero(both))
    numerator = float(np.add.reduce(values.numerator, where=both))
    denominator = float(np.add.reduce(values.denominator, where=both))
    counted = included & ~np.isnan(values.value)
    count = int(np.count_nonzero(counted))
    if not count:
        mean = highest = second = np.nan
        holder = -1
    else:
        mean = float(np.add.reduce(values.value, where=counted)) / count
        ordered = np.where(counted, values.value, -np.inf)
        holder = int(ordered.argmax())
        highest = float(ordered[holder])
        ordered[holder] = -np.inf
        second = float(ordered[ordered.argmax()]) if count > 1 else np.nan
    return Statistics(
        numerator=numerator if reporting else np.nan,
        denominator=denominator if reporting else np.nan,
        both=reporting,
        aggregate=numerator / denominator * scale if reporting and denominator > 0 else np.nan,
        count=count,
        mean=mean,
        highest=highest,
        second=second,
        holder=holder,
    )


def pick(method: BaselineMethod, found: Statistics, manual: float | None = None) -> float:
    """Return the baseline that ``method`` takes from the statistics; NaN when it finds none.

    >>> pick("manual", NOTHING, 25.0)
    25.0
    """
    match method:
        case "aggregate":
            return found.aggregate
        case "mean":
            return found.mean
        case "max":
            return found.highest
        case "manual":
            return np.nan if manual is None else manual
    raise UsageError(f"没有基准方法“{method}”，可用：{'、'.join(get_args(BaselineMethod))}")


def baseline(
    indicator: Indicator,
    previous: Statistics | None,
    current: Statistics,
    *,
    group: str = "",
    needed: bool = True,
) -> Baseline:
    """Find an indicator's baseline; ``previous`` is None where there is no last year (R9).

    ``needed`` says whether any participant is measured against it.  A baseline over this year's
    firms is not needed either when none of them has the indicator: then every firm is scored by
    the rule for firms without it.
    """
    rule = indicator.baseline
    last = NOTHING if previous is None else previous
    manual = rule.manual_by.get(group, rule.manual)
    value = pick(rule.method, last if rule.year == "previous" else current, manual)
    if rule.method != "manual":
        value *= rule.times
    unneeded = not needed or (
        rule.year == "current" and rule.method != "manual" and current.count == 0
    )
    found = Baseline(indicator, group, value if value > 0 else np.nan, last, current, "")
    if value > 0 or unneeded:
        return found
    return replace(found, problem=_problem(found, value, previous))


def _problem(found: Baseline, value: float, previous: Statistics | None) -> str:
    rule = found.indicator.baseline
    if rule.method == "manual":
        said = (
            "没有填写人工核定基准值"
            if np.isnan(value)
            else f"人工核定基准值{show_number(value)}不大于0"
        )
    elif rule.year == "previous" and previous is None:
        said = "没有上年数据，无法按上年确定基准值"
    elif np.isnan(value):
        said = f"{YEAR_NAMES[rule.year]}参评企业没有可用的数据，{METHOD_NAMES[rule.method]}算不出来"
    else:
        said = f"{YEAR_NAMES[rule.year]}{METHOD_NAMES[rule.method]}为{show_number(value)}，不大于0"
    return f"指标“{found.name}”没有可用的基准值：{said}"


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
    """One year's firms and who of them takes part; indicators that divide them alike share that."""

    scheme: Scheme
    roster: Roster
    included: BoolArray
    tracks: IntArray
    divisions: dict[tuple[tuple[str, ...], str], Division] = field(default_factory=dict)

    @classmethod
    def of(cls, scheme: Scheme, roster: Roster, included: BoolArray) -> Year:
        """Sort a year's firms into tracks."""
        return cls(scheme, roster, included, track_index(scheme, roster))

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
        last_values = roster_values(indicator, last.roster)
        before = [
            _statistics(last_values, last.included & firms, indicator.scale)
            for firms in last.divided(indicator).members
        ]
    return measure_in(indicator, here, now.roster, now.included, before)


def measure_in(
    indicator: Indicator,
    here: Division,
    roster: Roster,
    included: BoolArray,
    before: Sequence[Statistics | None],
) -> Measured:
    """Find this year's values and baselines, given what each group of last year's firms says."""
    values = _where(here.concerned, roster_values(indicator, roster))
    found = []
    for name, firms, earlier in zip(here.names, here.members, before, strict=True):
        current = _statistics(values, included & firms, indicator.scale)
        needed = current is not NOTHING
        found.append(baseline(indicator, earlier, current, group=name, needed=needed))
    return Measured(indicator, values, here.concerned, here.group, tuple(found))


def _where(concerned: BoolArray, values: Values) -> Values:
    """Return values that are missing, without a note, for firms of other tracks."""
    if concerned.all():
        return values
    return Values(
        values.numerator,
        values.denominator,
        np.where(concerned, values.value, np.nan),
        np.where(concerned, values.status, OK).astype(np.int8),
    )


def _statistics(values: Values, members: BoolArray, scale: float) -> Statistics:
    """Return what the members say; ``NOTHING`` where there is none."""
    return statistics(values, members, scale) if members.any() else NOTHING
