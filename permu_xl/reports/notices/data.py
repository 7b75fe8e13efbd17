"""What is told to each firm, as data: an evaluation turned into texts, ready for any template."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from permu_xl.engine import GRADED, Evaluation, IndicatorResult, reason_text
from permu_xl.engine.explain import Needed, basis, needed, notes, points_line
from permu_xl.engine.model import BonusCount, Key, Scheme, ScoringForm, TwoStage
from permu_xl.reports.notices.averages import FEWEST, Averages
from permu_xl.reports.notices.needed_text import needed_lines
from permu_xl.reports.procedure import FirmStory
from permu_xl.text import show_amount, show_number, show_of_baseline, show_points

__all__ = ["BLANK", "Bar", "Figure", "IndicatorRow", "Notice", "Noticing", "clean"]

BLANK = "—"
Sources = Mapping[tuple[str, str], str]
"""Where a figure came from, by the firm (its code, or its name without one) and the column."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A raw figure as written in the workbook, and who delivered it in which file."""

    name: str
    value: str
    unit: str
    department: str
    origin: str


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One indicator: the firm's value, what it is compared with, and the points."""

    name: str
    unit: str
    value: str
    baseline: str
    percent: str
    district: str
    industry: str
    score: str
    maximum: str
    note: str


@dataclass(frozen=True, slots=True)
class Bar:
    """Values as a share of the baseline (1.0 is the baseline), NaN where there is none."""

    name: str
    own: float
    district: float
    less_is_better: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """All that the notice to one firm can say; texts are ready to be shown.

    Firms that are out have ``reason`` and neither indicators nor points.
    """

    firm: int
    name: str
    code: str
    industry: str
    group: str
    included: bool
    reason: str
    figures: tuple[Figure, ...]
    flags: str = ""
    indicators: tuple[IndicatorRow, ...] = ()
    bars: tuple[Bar, ...] = ()
    subtotal: str = ""
    bonus: str = ""
    total: str = ""
    sum: str = ""
    rank: str = ""
    ranked: str = ""
    proposed: str = ""
    proposed_name: str = ""
    final: str = ""
    basis: str = ""
    strongest: str = ""
    weakest: str = ""
    needed: tuple[str, ...] = ()
    notes: str = ""
    last_class: str = ""
    events: tuple[str, ...] = ()
    objections: tuple[str, ...] = ()


def clean(text: object) -> str:
    r"""Return a text on one line, without characters that no document can hold.

    >>> clean("甲\x07公司\n东厂 ")
    '甲公司 东厂'
    """
    kept = (" " if c.isspace() else c for c in str(text))
    return "".join(c for c in kept if unicodedata.category(c) not in ("Cc", "Cs", "Cn")).strip()


@dataclass(slots=True)
class Noticing:
    """The notices of one evaluated district.

    ``sources`` tells where imported figures came from, ``industries`` names the industry codes,
    ``told`` is what the sheets of the procedure say of firms, by their index.
    """

    evaluation: Evaluation
    district: str
    sources: Sources = field(default_factory=dict)
    industries: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[int, FirmStory] = field(default_factory=dict)
    averages: Averages = field(init=False)

    def __post_init__(self) -> None:
        self.averages = Averages(self.evaluation)

    def notice(self, firm: int) -> Notice:
        """Return the notice to the firm with this index in the roster."""
        e = self.evaluation
        included = bool(e.included[firm])
        story = self.told.get(firm, FirmStory())
        reason = reason_text(e.scheme, e.roster, e.year, e.participation, firm)
        proposed = str(e.proposed[firm])
        known = Notice(
            firm=firm,
            name=clean(e.roster.names[firm]),
            code=clean(e.roster.codes[firm]),
            industry=self._industry(firm),
            group=self._group(firm) if included else "",
            included=included,
            reason=clean(reason),
            figures=tuple(self._figures(firm)),
            proposed=proposed,
            proposed_name=_class_name(e, proposed),
            final=str(e.final[firm]),
            basis=clean(basis(e, firm)),
            last_class=clean(story.last_class),
            events=tuple(map(clean, story.events)),
            objections=tuple(map(clean, story.objections)),
        )
        return self._scored(known) if included else known

    def _scored(self, known: Notice) -> Notice:
        e, firm = self.evaluation, known.firm
        graded = e.ungraded[firm] == GRADED
        strongest, weakest = _extremes(e, firm)
        return replace(
            known,
            flags="、".join(f.name for f in e.scheme.flags.values() if e.roster.flag(f.id)[firm]),
            indicators=tuple(self._rows(firm)),
            bars=tuple(self._bars(firm)),
            subtotal=show_points(float(e.subtotal[firm])),
            bonus=show_points(float(e.bonus.total[firm])),
            total=show_points(float(e.total[firm])),
            sum=clean(points_line(e, firm)),
            rank=f"第{e.classes.rank[firm]}名" if graded else "不参加排名",
            ranked=str(e.classes.units[e.classes.unit[firm]].size) if graded else "",
            strongest=strongest,
            weakest=weakest,
            needed=tuple(needed_lines(e, firm, self.needed(firm))),
            notes=clean(notes(e, firm)),
        )

    def needed(self, firm: int) -> Needed | None:
        """Return what the firm would have needed for a better class."""
        return needed(self.evaluation, firm)

    def _industry(self, firm: int) -> str:
        industries = self.evaluation.roster.industries
        code = str(industries.values[int(industries.index[firm])])
        return clean(f"{code} {self.industries.get(code, '')}") or BLANK

    def _group(self, firm: int) -> str:
        e = self.evaluation
        if e.ungraded[firm] != GRADED:
            return e.scheme.tracks[int(e.track[firm])].name
        return clean(e.classes.units[e.classes.unit[firm]].name)

    def _figures(self, firm: int) -> list[Figure]:
        e = self.evaluation
        codes = str(e.roster.codes[firm]) or str(e.roster.names[firm])
        found = []
        for id in _columns(e, firm):
            column = e.scheme.columns[id]
            value = float(e.roster.number(id)[firm])
            origin = clean(self.sources.get((codes, column.name), BLANK))
            shown = "未填" if math.isnan(value) else show_amount(value, whole=column.whole)
            found.append(Figure(column.counted, shown, column.unit, column.source, origin))
        return found

    def _rows(self, firm: int) -> list[IndicatorRow]:
        e = self.evaluation
        rows = []
        for position, result in _own_results(e, firm):
            i, value = result.indicator, float(result.value[firm])
            baseline = result.baseline_of(firm).value
            rows.append(
                IndicatorRow(
                    name=i.name,
                    unit=i.unit,
                    value=_short(value),
                    baseline=_short(baseline),
                    percent=BLANK if i.spans else _percent(value / baseline),
                    district=_short(self.averages.district(position)),
                    industry=_short(self.averages.industry(position, firm)),
                    score=show_points(float(result.score[firm])),
                    maximum=show_number(round(i.maximum, 6)),
                    note="越低越好" if not i.higher_is_better else "",
                )
            )
        return rows

    def _bars(self, firm: int) -> list[Bar]:
        e = self.evaluation
        bars = []
        for position, result in _own_results(e, firm):
            baseline = result.baseline_of(firm).value
            own, district = float(result.value[firm]), self.averages.district(position)
            i = result.indicator
            if i.spans:
                continue  # from the worst value to the best, not a share of the baseline
            bars.append(Bar(i.name, own / baseline, district / baseline, not i.higher_is_better))
        return bars


def averages_note(scheme: Scheme) -> str:
    """Return what the averages are, for the foot of the table."""
    growths = "；增长率没有合计之比，不列" if scheme.growing else ""
    return f"平均为合计÷合计；不足{FEWEST}户的不列，以免透露别家数据{growths}"


def _own_results(e: Evaluation, firm: int) -> list[tuple[int, IndicatorResult]]:
    return [(k, result) for k, result in enumerate(e.results) if result.concerned[firm]]


def _columns(e: Evaluation, firm: int) -> list[str]:
    """Return the raw figures that count for a firm, as the scheme lists them."""
    track = e.scheme.tracks[max(int(e.track[firm]), 0)]
    used = {id for name in track.indicators for id in e.scheme.figures_of(e.scheme.indicator(name))}
    used |= {count.column for count in _counts(e)}
    keys: Sequence[Key] = [track.ranking.ties]
    if isinstance(track.rule, TwoStage):
        keys = [*keys, *(s.key for s in track.rule.selections)]
    used |= {c for k in keys if k.kind == "columns" for id in k.ids for c in e.scheme.parts(id)}
    used |= {c for limit in e.scheme.scope.limits for c in e.scheme.parts(limit.figure)}
    asked = [condition for condition in e.scheme.conditions if condition.kind == "column"]
    used |= {column for condition in asked for column in e.scheme.parts(condition.id)}
    return [id for id in e.scheme.columns if id in used]


def _counts(e: Evaluation) -> tuple[BonusCount, ...]:
    return e.scheme.bonus.counts


def _class_name(e: Evaluation, letter: str) -> str:
    return next((c.name for c in e.scheme.classes if c.letter == letter), "")


def _extremes(e: Evaluation, firm: int) -> tuple[str, str]:
    """Return the indicators furthest above and below their baseline, in words; "" for none."""
    told: list[tuple[float, str]] = []
    for result in e.results_of(firm):
        value, baseline = float(result.value[firm]), result.baseline_of(firm).value
        if np.isnan(value) or np.isnan(baseline) or result.indicator.spans:
            continue
        ratio, i = value / baseline, result.indicator
        share = _percent(ratio) if ratio < 0 else f"基准值的{_percent(ratio)}"
        share += "" if i.higher_is_better else "，越低越好"
        told.append((_times(i.form, ratio), f"{i.name}（{share}）"))
    if len(told) < 2:
        return "", ""
    told.sort(key=lambda each: each[0])
    return told[-1][1], told[0][1]


def _times(form: ScoringForm, ratio: float) -> float:
    """Return what the weight is multiplied by, before cap and lowest score."""
    if form == "ratio":
        return ratio
    if ratio < 0:
        return -math.inf
    return 2 - ratio if form == "mirrored" else 1 / ratio if ratio else math.inf


def _short(value: float) -> str:
    """Write a figure with two decimals, small ones with four."""
    if math.isnan(value):
        return BLANK
    return show_number(round(value, 2 if abs(value) >= 10 else 4))


def _percent(ratio: float) -> str:
    if math.isnan(ratio):
        return BLANK
    return show_of_baseline(ratio)
