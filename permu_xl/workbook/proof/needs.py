"""What of a scheme the recomputation has to show: figures, groups, sort keys and their columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from permu_xl.engine.model import (
    Attribute,
    BaselineMethod,
    Indicator,
    Key,
    Scheme,
    Selection,
    Track,
    TwoStage,
)
from permu_xl.workbook import layout

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STANDING = {layout.SCORES: "at:scores", layout.CLASSES: "at:classes"}
"""The columns that say where a firm stands on each result sheet."""

INCLUDED = "included"
"""The column that says who takes part; it is also the membership of what concerns everybody."""

RULED_OUT = "-1"
"""Taking part: 1, not by 是否参评: 0, not by rule: -1 where the scheme has a class for those."""

TOLD = {"industry": "industry_told", INCLUDED: "included_told"}
"""The columns with the texts of cells that long formulas ask about, by field.

Formulas on other sheets' cells are spelled out row by row in the file, those on this sheet's once.
"""

COUNTED_UNIT = "counted_unit"
"""The column of the unit in which a firm is counted without being ranked there."""


@dataclass(frozen=True, slots=True)
class Membership:
    """Which firms share the baselines of an indicator: those of some tracks, sorted into groups.

    ``tracks`` are 1-based positions (none: all tracks); ``by`` the attribute that sorts ("": one
    group).
    """

    tracks: tuple[int, ...]
    by: str

    @property
    def everybody(self) -> bool:
        """Whether all participants belong to one group."""
        return not self.tracks and not self.by


def membership(scheme: Scheme, indicator: Indicator) -> Membership:
    """Return which firms an indicator concerns, and what its baselines go by."""
    using = tuple(n for n, t in enumerate(scheme.tracks, 1) if indicator.id in t.indicators)
    everywhere = len(using) == len(scheme.tracks)
    return Membership(() if everywhere else using, indicator.baseline.by)


def memberships(scheme: Scheme) -> dict[Membership, str]:
    """Return the column of each kind of membership that not simply is taking part."""
    found = dict.fromkeys(membership(scheme, i) for i in scheme.indicators)
    return {m: f"member:{k}" for k, m in enumerate(m for m in found if not m.everybody)}


def averaged(scheme: Scheme) -> list[Indicator]:
    """Return the indicators that give firms without data the average score."""
    return [i for i in scheme.indicators if i.missing is not None and i.missing.score == "average"]


def sort_keys(scheme: Scheme) -> dict[Key, str]:
    """Return the column of every sum that firms are ordered by."""
    keys: dict[Key, None] = {}
    for track in scheme.tracks:
        if isinstance(track.rule, TwoStage):
            keys |= dict.fromkeys(s.key for s in track.rule.selections)
    keys |= dict.fromkeys(track.ranking.ties for track in scheme.tracks)
    return {key: f"sum:{k}" for k, key in enumerate(keys)}


def key_by_label(scheme: Scheme, label: str) -> list[Key | None]:
    """Return for each track the key shown in the column of a label; None where it has none."""
    return [
        next((s.key for s in selections(track) if s.label == label), None)
        for track in scheme.tracks
    ]


def label_columns(scheme: Scheme) -> dict[str, str]:
    """Return the column of the sort key shown under each label: that of the sum, or its own."""
    keys, found = sort_keys(scheme), {}
    for label in layout.selection_labels(scheme):
        shared = set(key_by_label(scheme, label))
        key = shared.pop()
        found[label] = f"key:{label}" if shared or key is None else keys[key]
    return found


def selections(track: Track) -> tuple[Selection, ...]:
    """Return the selections of a track; none under cut points."""
    return track.rule.selections if isinstance(track.rule, TwoStage) else ()


def figures(scheme: Scheme, *, last: bool = False) -> list[str]:
    """Return the raw figures in use, in the order of the sheet; of ``last`` year the baselines'."""
    used = {id for i in scheme.indicators for id in (i.numerator, i.denominator)}
    if not last:
        used |= {count.column for count in scheme.bonus.counts}
        used |= {id for key in sort_keys(scheme) if key.kind == "columns" for id in key.ids}
        used |= {c.id for c in scheme.conditions if c.kind == "column"}
    used |= {limit.figure for limit in scheme.scope.limits}
    used |= {column for id in used for column in scheme.parts(id)}
    return [id for id in (*scheme.columns, *scheme.sums) if id in used]


def methods(indicator: Indicator) -> list[BaselineMethod]:
    """Return the methods by which a baseline is picked: the usual ones and the scheme's own."""
    usual: list[BaselineMethod] = ["aggregate", "mean", "max", "manual"]
    own = indicator.baseline.method
    return usual if own in usual else [*usual, own]


def further_statistics(scheme: Scheme) -> list[str]:
    """Return the columns of what only some schemes ask of an indicator."""
    found: list[str] = []
    used = {i.baseline.method for i in scheme.indicators}
    found += [f"{year}:median" for year in ("previous", "current") if "median" in used]
    if "min" in used or any(i.spans for i in scheme.indicators):
        found += ["previous:lowest", "current:lowest"]
    return found


def flags(scheme: Scheme) -> list[str]:
    """Return the flags that bear on a class."""
    used = {flag for s in scheme.selections for flag in s.flagged}
    used |= {flag for group in scheme.ungraded for flag in group.when}
    used |= {flag for guard in scheme.guards for flag in (*guard.when, *guard.unless)}
    return [id for id in scheme.flags if id in used]


def by_track(scheme: Scheme) -> bool:
    """Return whether a firm's track has to be found out."""
    return len(scheme.tracks) > 1


def attributes(scheme: Scheme, *, last: bool = False) -> list[Attribute]:
    """Return the attributes that sort firms; of ``last`` year only what bears on baselines."""
    used = {i.baseline.by for i in scheme.indicators}
    if by_track(scheme):
        used.add(scheme.track_attribute)
    if not last:
        used |= {id for track in scheme.tracks for id in track.ranking.within}
        used |= {id for condition in scheme.conditions for id in condition.only}
    return [attribute for attribute in scheme.attributes.values() if attribute.id in used]


def grouping_keys(scheme: Scheme, *, last: bool = False) -> list[str]:
    """Return the columns that say where a firm belongs: attributes, track, memberships."""
    return [
        *(f"attribute:{a.id}" for a in attributes(scheme, last=last)),
        *(["track"] if by_track(scheme) else []),
        *memberships(scheme).values(),
    ]


def excluded_prefixes(scheme: Scheme) -> list[str]:
    """Return what excluded industry codes begin with, ascending, none beginning with another."""
    kept: list[str] = []
    for prefix in sorted(scheme.scope.excluded_industries):
        if not (kept and prefix.startswith(kept[-1])):
            kept.append(prefix)
    return kept


def told_keys(scheme: Scheme, *, last: bool = False) -> list[str]:
    """Return the columns with the texts from which participation is decided."""
    needed = participation_keys(scheme, last=last)
    return [key for field, key in TOLD.items() if field in needed]


def participation_keys(scheme: Scheme, *, last: bool = False) -> list[str]:
    """Return the columns that decide who takes part, as far as the scheme needs them."""
    derived = any(attribute.derived for attribute in attributes(scheme, last=last))
    return [
        *(["industry"] if derived or scheme.scope.excluded_industries else []),
        *(["start_date"] if scheme.scope.new_firm_years else []),
        INCLUDED,
    ]


@dataclass(frozen=True, slots=True)
class YearNeeds:
    """What is read of each firm of one year: looked up once, since there are thousands of rows.

    ``read`` are the columns that decide whether a firm takes part and where it belongs.
    """

    attributes: tuple[Attribute, ...]
    by_track: bool
    members: dict[Membership, str]
    figures: tuple[str, ...]
    read: tuple[str, ...]

    @classmethod
    def of(cls, scheme: Scheme, *, last: bool = False) -> YearNeeds:
        """Look up what the scheme needs of this or of last year's firms."""
        return cls(
            attributes=tuple(attributes(scheme, last=last)),
            by_track=by_track(scheme),
            members=memberships(scheme),
            figures=tuple(figures(scheme, last=last)),
            read=(*participation_keys(scheme, last=last), *grouping_keys(scheme, last=last)),
        )


def firm_keys(scheme: Scheme, *, code_order: bool, checks: Sequence[str]) -> list[str]:
    """Return the columns of this year's firms."""
    return [
        "name", "code", "differences", "identity",
        *(["known_as", "order"] if code_order else []),
        *told_keys(scheme),
        *participation_keys(scheme),
        *grouping_keys(scheme),
        *(f"figure:{id}" for id in figures(scheme)),
        *(f"value:{i.id}" for i in scheme.indicators),
        *_highest_keys(scheme),
        *(f"points:{i.id}" for i in averaged(scheme)),
        *(f"score:{i.id}" for i in scheme.indicators),
        "subtotal",
        *(["labels", "label_points"] if scheme.bonus.labels else []),
        "points", "bonus", "total",
        *(f"flag:{id}" for id in flags(scheme)),
        *_order_keys(scheme),
        *_class_keys(scheme),
        *(key for title, at in STANDING.items() for key in (
            at, *(f"{title}:{result}" for result in results(scheme, title)),
        )),
        *checks,
    ]  # fmt: skip


def results(scheme: Scheme, title: str) -> list[str]:
    """Return the figures of a result sheet that are looked up to be compared."""
    if title == layout.SCORES:
        return [
            *(f"{kind}:{i.id}" for kind in ("value", "score") for i in scheme.indicators),
            "subtotal", "bonus", "total", "rank",
        ]  # fmt: skip
    return ["total", "rank", *(f"key:{label}" for label in label_columns(scheme))]


def _order_keys(scheme: Scheme) -> Iterator[str]:
    if scheme.ungraded:
        yield from ("ungraded", "ranked")
    many = layout.has_units(scheme)
    if many:
        yield from ("unit", "unit_number")
        if scheme.counts_unranked:
            yield COUNTED_UNIT
    yield "sorted"
    if many:
        yield from ("standing", "standings")
    yield from ("rank", "tied")
    yield from sort_keys(scheme).values()
    yield from (key for key in label_columns(scheme).values() if key.startswith("key:"))
    if len({track.ranking.ties for track in scheme.tracks}) > 1:
        yield "tie"
    yield "place"


def _class_keys(scheme: Scheme) -> Iterator[str]:
    if layout.has_halves(scheme):
        yield from (
            "half", "pool_list", "pool", "pool_sorted", "pool_standing", "pool_standings",
            "pool_rank", "pool_tied", "pool_place",
        )  # fmt: skip
    if scheme.guards:
        yield "grade"
        yield from (f"guard:{guard.id}" for guard in scheme.guards)
    yield from ("proposed", "final")


def previous_keys(scheme: Scheme) -> list[str]:
    """Return the columns of last year's firms."""
    return [
        "name",
        *told_keys(scheme, last=True),
        *participation_keys(scheme, last=True),
        *grouping_keys(scheme, last=True),
        *(f"figure:{id}" for id in figures(scheme, last=True)),
        *(f"value:{i.id}" for i in scheme.indicators),
        *_highest_keys(scheme),
    ]


def _highest_keys(scheme: Scheme) -> list[str]:
    return [f"highest:{i.id}" for i in scheme.indicators if not membership(scheme, i).everybody]
