"""From the tables of a scheme file to a ``Scheme``, with every breach of the rules collected."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Literal, get_args

from permu_xl.engine import model as s
from permu_xl.errors import SchemeError
from permu_xl.schemes.consistency import inconsistencies
from permu_xl.schemes.table import Ask, Notes, Table


def parse_scheme(values: Mapping[str, Any], origin: str) -> s.Scheme:
    """Return the scheme in ``values`` (TOML tables, decimals as ``Decimal``).

    Raises SchemeError that lists every problem as "key：reason".
    """
    notes = Notes()
    scheme = Table(values, notes).closing(_scheme)
    problems = notes.problems + list(inconsistencies(scheme))
    if problems:
        raise SchemeError(origin, problems)
    return scheme


def asked_keys(values: Mapping[str, Any]) -> dict[str, Ask]:
    """Return the keys that the parser asks for while it reads ``values``, in the order it asks."""
    notes = Notes()
    Table(values, notes).closing(_scheme)
    return notes.asked


def _scheme(top: Table) -> s.Scheme:
    validity = top.table("validity")
    bonus = top.table("bonus")
    indicators = tuple(_indicator(id, t) for id, t in top.each("indicators"))
    water = "water_fee" in top.values
    result = s.Scheme(
        id=top.text("id"),
        title=top.text("title"),
        document=top.text("document"),
        region=top.text("region"),
        issued=validity.date("issued"),
        valid_from=validity.date("from"),
        valid_until=validity.date("until"),
        validity_clause=validity.clause(),
        source=top.text("source"),
        scope=top.table("scope").closing(_scope),
        ungraded=tuple(_ungraded(id, t) for id, t in top.each("ungraded", {})),
        columns={id: _column(id, t) for id, t in top.each("columns")},
        attributes={id: _attribute(id, t) for id, t in top.each("attributes", {})},
        track_attribute=top.text("track_attribute", ""),
        indicators=indicators,
        full_marks=top.number("full_marks", 100.0, above=0),
        score_decimals=top.whole("score_decimals", None),
        bonus=bonus.closing(_bonus),
        flags={id: _flag(id, t) for id, t in top.each("flags", {})},
        classes=tuple(_class(letter, t) for letter, t in top.each("classes")),
        tracks=_tracks(top, tuple(i.id for i in indicators)),
        guards=tuple(_guard(id, t) for id, t in top.each("guards", {})),
        measures=tuple(_measure(id, t) for id, t in top.each("measures", {})),
        water_fee=top.table("water_fee").closing(_water_fee) if water else None,
        targets=tuple(_target(id, t) for id, t in top.each("targets", {})),
        checks=top.table("checks").closing(_checks),
    )
    validity.done()
    return result


def _scope(t: Table) -> s.Scope:
    return s.Scope(
        excluded_industries=t.text_map("excluded_industries", {}),
        new_firm_years=t.whole("new_firm_years"),
        clause=t.clause(),
        letter=t.text("letter", ""),
    )


def _ungraded(id: str, t: Table) -> s.Ungraded:
    return s.Ungraded(
        id=id,
        name=t.text("name"),
        when=t.texts("when"),
        letter=t.text("letter"),
        clause=t.clause(),
    )


def _attribute(id: str, t: Table) -> s.Attribute:
    return s.Attribute(
        id=id,
        name=t.text("name"),
        help=t.text("help"),
        values=t.texts("values", ()),
        default=t.text("default", ""),
        prefixes=t.text_map("prefixes", {}),
        clause=t.clause(),
    )


def _column(id: str, t: Table) -> s.Column:
    return s.Column(
        id=id,
        name=t.text("name"),
        unit=t.text("unit", ""),
        source=t.text("source"),
        help=t.text("help"),
        clause=t.clause(),
        whole=t.flag("whole"),
        positive=t.flag("positive"),
        may_be_negative=t.flag("may_be_negative"),
        basis=t.choice("basis", s.Basis, ""),
        sum_of=t.texts("sum_of", ()),
    )


def _indicator(id: str, t: Table) -> s.Indicator:
    return s.Indicator(
        id=id,
        name=t.text("name"),
        unit=t.text("unit"),
        numerator=t.text("numerator"),
        denominator=t.text("denominator"),
        scale=t.number("scale", above=0),
        form=t.choice("form", s.ScoringForm, "ratio"),
        weight=t.number("weight", above=0),
        cap=t.number("cap", above=0),
        missing=t.table("missing").closing(_missing) if "missing" in t.values else None,
        baseline=t.table("baseline").closing(_baseline_rule),
        clause=t.clause(),
        score_clause=t.clause("score_clause"),
    )


def _missing(t: Table) -> s.Missing:
    score = t.choice("score", s.MissingScore)
    return s.Missing(
        column=t.text("column"),
        score=score,
        zero_counts=t.flag("zero_counts"),
        clause=t.clause(),
        points=t.number("points", above=0) if score == "penalty" else 0.0,
    )


def _baseline_rule(t: Table) -> s.BaselineRule:
    return s.BaselineRule(
        method=t.choice("method", s.BaselineMethod),
        year=t.choice("year", s.BaselineYear),
        clause=t.clause(),
        manual=t.number("manual", None, above=0),
        times=t.number("times", 1.0, above=0),
        by=t.text("by", ""),
        manual_by=t.number_map("manual_by", above=0),
    )


def _bonus(t: Table) -> s.Bonus:
    return s.Bonus(
        labels={name: _bonus_label(name, inner) for name, inner in t.each("labels", {})},
        groups={id: _bonus_group(id, inner) for id, inner in t.each("groups", {})},
        counts=tuple(_bonus_count(id, inner) for id, inner in t.each("counts", {})),
        cap=t.number("cap", None, minimum=0),
        deduction_cap=t.number("deduction_cap", None, minimum=0),
        clause=t.clause(),
    )


def _bonus_label(name: str, t: Table) -> s.BonusLabel:
    by_ratio = "ratio" in t.values
    return s.BonusLabel(
        name=name,
        points=t.number("points", 0.0) if by_ratio else t.number("points"),
        ratio=t.number("ratio", 0.0),
        group=t.text("group", ""),
        clause=t.clause(),
    )


def _bonus_group(id: str, t: Table) -> s.BonusGroup:
    return s.BonusGroup(
        id=id,
        name=t.text("name"),
        stacking=t.choice("stacking", s.Stacking),
        cap=t.number("cap", None, minimum=0),
        clause=t.clause(),
    )


def _bonus_count(id: str, t: Table) -> s.BonusCount:
    return s.BonusCount(
        id=id,
        name=t.text("name"),
        column=t.text("column"),
        free=t.number("free", 0.0, minimum=0),
        points=t.number("points"),
        clause=t.clause(),
    )


def _flag(id: str, t: Table) -> s.Flag:
    return s.Flag(id=id, name=t.text("name"), help=t.text("help"), clause=t.clause())


def _class(letter: str, t: Table) -> s.ClassDef:
    return s.ClassDef(
        letter=letter,
        name=t.text("name"),
        meaning=t.text("meaning"),
        clause=t.clause(),
        treated_as=t.text("treated_as", ""),
    )


def _tracks(top: Table, indicators: tuple[str, ...]) -> tuple[s.Track, ...]:
    """The tracks; a scheme without any is one track with all indicators and the common rule."""
    common = top.table("classification", {})
    shared = common.closing(_classification) if common.values else None
    if "tracks" not in top.values:
        if shared is None:
            top.problem("classification", "缺少这一项（表）")
            return ()
        return (s.Track("all", "", indicators, *shared),)
    tracks = []
    for id, t in top.each("tracks"):
        own = t.table("classification", {})
        rule = own.closing(_classification) if own.values else shared
        if rule is None:
            t.problem("classification", "缺少这一项（表）")
            continue
        tracks.append(s.Track(id, t.text("name"), t.texts("indicators"), *rule))
    return tuple(tracks)


def _classification(t: Table) -> tuple[s.Ranking, s.ClassRule]:
    method = t.choice("method", Literal["two_stage", "cut_points"])
    ranking = s.Ranking(within=t.texts("within", ()), ties=t.table("ties").closing(_key))
    return ranking, (_two_stage(t) if method == "two_stage" else _cut_points(t))


def _key(t: Table) -> s.Key:
    kinds = [kind for kind in get_args(s.KeyKind) if kind in t.values]
    if len(kinds) != 1:
        t.problem("", f"应当写且只写 {'、'.join(get_args(s.KeyKind))} 中的一项")
        for kind in kinds:
            t.texts(kind)
        return s.Key("scores", ())
    return s.Key(kinds[0], t.texts(kinds[0]))


def _two_stage(t: Table) -> s.TwoStage:
    return s.TwoStage(
        upper_share=t.share("upper_share"),
        upper_rounding=t.choice("upper_rounding", s.Rounding),
        remainder=t.text("remainder"),
        remainder_clause=t.clause("remainder_clause"),
        selections=tuple(_selection(id, inner) for id, inner in t.each("selections")),
        clause=t.clause(),
    )


def _selection(id: str, t: Table) -> s.Selection:
    return s.Selection(
        id=id,
        half=t.choice("half", s.Half),
        take=t.choice("take", s.End),
        share=t.share("share"),
        rounding=t.choice("rounding", s.Rounding),
        letter=t.text("letter"),
        key=t.table("key").closing(_key),
        flagged=t.text_map("flagged", {}),
        clause=t.clause(),
    )


def _cut_points(t: Table) -> s.CutPoints:
    return s.CutPoints(
        cuts=tuple(_cut_point(inner) for inner in t.items("cuts")),
        clause=t.clause(),
    )


def _cut_point(t: Table) -> s.CutPoint:
    last = "up_to" not in t.values
    return s.CutPoint(
        letter=t.text("letter"),
        up_to=Fraction(1) if last else t.share("up_to"),
        inclusive=True if last else t.flag("inclusive", True),
        rounding="floor" if last else t.choice("rounding", s.Rounding),
        clause=t.clause(),
    )


def _guard(id: str, t: Table) -> s.Guard:
    limits = [limit for limit in get_args(s.Limit) if limit in t.values]
    if len(limits) != 1:
        t.problem("", f"应当写且只写 {'、'.join(get_args(s.Limit))} 中的一项")
    letters = [t.text(limit) for limit in limits]
    return s.Guard(
        id=id,
        name=t.text("name"),
        when=t.texts("when"),
        unless=t.texts("unless", ()),
        limit=limits[0] if limits else "at_best",
        letter=letters[0] if letters else "",
        clause=t.clause(),
    )


def _measure(id: str, t: Table) -> s.Measure:
    return s.Measure(id, name=t.text("name"), texts=t.text_map("texts"), clause=t.clause())


def _water_fee(t: Table) -> s.WaterFee:
    tiers = tuple(
        s.WaterTier(inner.number("up_to", None, above=0), inner.number("factor", minimum=0))
        for inner in t.items("tiers")
    )
    return s.WaterFee(tiers=tiers, clause=t.clause())


def _target(id: str, t: Table) -> s.Target:
    return s.Target(
        id=id,
        name=t.text("name"),
        indicator=t.text("indicator"),
        year=t.whole("year", minimum=1990),
        minimum=t.number("minimum", None),
        growth_above_average=t.flag("growth_above_average"),
        clause=t.clause(),
    )


def _checks(t: Table) -> s.Checks:
    ceilings = tuple(
        s.Ceiling(inner.text("column"), inner.text("limit")) for inner in t.items("ceilings", [])
    )
    return s.Checks(
        ceilings=ceilings,
        floors=t.number_map("floors"),
        jump_factor=t.number("jump_factor", above=1),
        outlier_ratio=t.number("outlier_ratio", above=1),
        clause=t.clause(),
    )
