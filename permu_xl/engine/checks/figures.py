"""What a careful clerk asks about the figures before believing them.

Nothing here changes a score.  Errors are what the rules cannot be applied to; warnings what is
probably a slip; hints what was read in a way the clerk should know of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.checks.credibility import credibility_findings
from permu_xl.engine.checks.identity import firm_at, identity_findings, industry_code_findings
from permu_xl.engine.checks.joint import joint_findings
from permu_xl.engine.checks.last_year import counted_as_zero, growth_findings
from permu_xl.engine.checks.named_groups import named_group_findings
from permu_xl.engine.checks.year_on_year import year_on_year_findings
from permu_xl.engine.firms import (
    Participation,
    attribute_texts,
    concerned,
    concerned_by,
    figure,
    first_part,
    participation,
    sorted_by,
    track_index,
)
from permu_xl.engine.model import DECIDE, BoolArray, Column, Roster, Scheme
from permu_xl.engine.scoring import unknown_labels
from permu_xl.findings import At, Finding, Table
from permu_xl.text import show_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from permu_xl.engine.records import FirmEvent

YEAR = {"current": "本年", "previous": "上年"}


def check_rosters(
    scheme: Scheme,
    roster: Roster,
    previous: Roster | None,
    *,
    year: int,
    industries: Mapping[str, str] | None = None,
    events: Sequence[FirmEvent] = (),
) -> list[Finding]:
    """Return everything odd about both years' figures, in no particular order.

    ``industries`` are the codes of GB/T 4754-2017 with their names; without them industry codes
    are checked for form only.  ``events`` are what became of firms between the years.
    """
    known = industries or {}
    findings = [*_check_one(scheme, roster, "current", known)]
    part = participation(scheme, roster, year)
    included = part.included
    if not included.any():
        findings.append(_nobody(roster))
    findings += _scope_figures(scheme, roster, year)
    findings += _attributes(scheme, roster, "current", included | _counted(scheme, part))
    findings += _blank_figures(scheme, roster, part)
    findings += joint_findings(scheme, roster, part, "current")
    findings += named_group_findings(scheme, part)
    findings += _below_floors(scheme, roster, included)
    findings += credibility_findings(scheme, roster, "current", included)
    if previous is not None:
        findings += _check_one(scheme, previous, "previous", known)
        last_part = participation(scheme, previous, year - 1)
        last_included = last_part.included
        findings += joint_findings(scheme, previous, last_part, "previous")
        findings += _attributes(scheme, previous, "previous", last_included)
        findings += credibility_findings(scheme, previous, "previous", last_included)
        findings += year_on_year_findings(scheme, roster, previous, included, events)
        findings += growth_findings(scheme, roster, previous, part, events)
        findings += counted_as_zero(scheme, roster, previous, part, last_part)
    return findings


def _check_one(
    scheme: Scheme, roster: Roster, table: Table, industries: Mapping[str, str]
) -> Iterator[Finding]:
    yield from identity_findings(roster, table)
    yield from industry_code_findings(roster, table, industries)
    rules = [i.missing for i in scheme.indicators if i.missing is not None]
    excused = {id for rule in rules if rule.zero_counts for id in scheme.parts(rule.column)}
    for column in scheme.columns.values():
        yield from _single_figures(roster, table, column, column.id in excused)
    yield from _ceilings(scheme, roster, table)
    yield from _bonus(scheme, roster, table)


def _single_figures(
    roster: Roster, table: Table, column: Column, excused: bool
) -> Iterator[Finding]:
    """Figures that cannot be right by themselves: zero land, negative energy, half an employee.

    ``excused`` says that an indicator takes 0 in this column for a figure not reported.
    """
    figures = roster.number(column.id)

    def at(firm: int) -> At:
        shown = show_number(float(figures[firm]))
        return firm_at(roster, firm, table, column.id, column.name, shown)

    if not column.may_be_negative:
        for firm in np.flatnonzero(figures < 0):
            yield Finding.of("W221", at(int(firm)), source=column.source)
    if column.positive:
        for firm in np.flatnonzero(figures == 0):
            yield Finding.of(
                "W222", at(int(firm)), case="excused" if excused else "", source=column.source
            )
    if column.whole:
        for firm in np.flatnonzero(np.isfinite(figures) & (figures != np.floor(figures))):
            yield Finding.of("W223", at(int(firm)), unit=column.unit)


def _ceilings(scheme: Scheme, roster: Roster, table: Table) -> Iterator[Finding]:
    for ceiling in scheme.checks.ceilings:
        column, limit = scheme.columns[ceiling.column], scheme.columns[ceiling.limit]
        figures, limits = roster.number(column.id), roster.number(limit.id)
        for firm in np.flatnonzero((figures > limits) & (figures > 0)):
            shown = show_number(float(figures[firm]))
            yield Finding.of(
                "W224",
                firm_at(roster, int(firm), table, column.id, column.name, shown),
                limit=limit.name,
                most=show_number(float(limits[firm])),
                unit=limit.unit,
                source=column.source,
            )


def _bonus(scheme: Scheme, roster: Roster, table: Table) -> Iterator[Finding]:
    """R12: a label that the scheme does not know earns nothing, so it must not pass silently."""
    if table == "previous":
        return
    unknown = [unknown_labels(cell, scheme.bonus) for cell in roster.bonus_labels.values]
    for firm in np.flatnonzero(roster.bonus_labels.take([bool(u) for u in unknown])):
        k = roster.bonus_labels.index[firm]
        known = "、".join(scheme.bonus.labels) or "（方案没有列出任何加分项）"
        cell = roster.bonus_labels.values[k]
        at = firm_at(roster, int(firm), table, "bonus_labels", "加分项", cell)
        yield Finding.of("E231", at, labels="、".join(unknown[k]), known=known)


def _nobody(roster: Roster) -> Finding:
    at = At("current", item="企业", value=str(roster.size))
    return Finding.of("E241", at, case="" if roster.size else "nobody")


def _scope_figures(scheme: Scheme, roster: Roster, year: int) -> Iterator[Finding]:
    """What decides on taking part (R1, R2): a start yet to come, a blank where others have none."""
    end = np.datetime64(f"{year}-12-31")
    for firm in np.flatnonzero(roster.start_dates > end):
        start = str(roster.start_dates[firm])
        at = firm_at(roster, int(firm), "current", "start_date", "投产日期", start)
        yield Finding.of("W212", at, end=end)
    blanks = (
        ("industry", "行业代码", roster.industries.take([not v for v in roster.industries.values])),
        ("start_date", "投产日期", np.isnat(roster.start_dates)),
    )
    for key, item, blank in blanks:
        decides = key == "industry" or scheme.scope.new_firm_years > 0
        if not decides or blank.all():
            continue
        for firm in np.flatnonzero(blank & (roster.included == DECIDE)):
            yield Finding.of("H213", firm_at(roster, int(firm), "current", key, item, ""))
    for limit in scheme.scope.limits:
        blank = np.isnan(figure(scheme, roster, limit.figure)) & (roster.included == DECIDE)
        item = scheme.figure(limit.figure).name
        for firm in np.flatnonzero(blank & concerned_by(scheme, limit, roster)):
            at = firm_at(roster, int(firm), "current", first_part(scheme, limit.figure), item, "")
            yield Finding.of("H213", at)


def _attributes(
    scheme: Scheme, roster: Roster, table: Table, included: BoolArray
) -> Iterator[Finding]:
    """What sorts firms into tracks, units and baseline groups must be told, in the right words."""
    tracks = track_index(scheme, roster)
    for attribute in scheme.asked_attributes:
        asked = included & sorted_by(scheme, attribute.id, tracks, last_year=table == "previous")
        if not asked.any():
            continue
        if attribute.id not in roster.attributes and not attribute.default:
            yield Finding.of("E214", At(table, item=attribute.name), case="no_column")
            continue
        told = attribute_texts(attribute, roster)
        allowed = set(attribute.values)
        wrong = told.take([not t or bool(allowed and t not in allowed) for t in told.values])
        for firm in np.flatnonzero(wrong & asked):
            text = told.values[told.index[firm]]
            yield Finding.of(
                "E214",
                firm_at(roster, int(firm), table, attribute.id, attribute.name, text),
                case="" if text else "blank" if allowed else "blank_any",
                allowed="、".join(attribute.values),
            )


def _counted(scheme: Scheme, part: Participation) -> BoolArray:
    """Return the firms that are out but counted where shares are taken: these need a unit too."""
    return part.ruled_out & (scheme.counts_unranked and bool(scheme.scope.letter))


def _blank_figures(scheme: Scheme, roster: Roster, part: Participation) -> Iterator[Finding]:
    """A participant's blank figure costs points (R5), unless the scheme says what it gets (R6).

    As a part of a sum that is there nevertheless, or of a group's figure, it counts 0.
    """
    tracks = track_index(scheme, roster)
    for column in scheme.columns.values():
        costly, missing = np.zeros((2, roster.size), dtype=bool)
        judged = part.joined.roster
        for indicator in scheme.indicators:
            rule = indicator.missing
            for id in (indicator.numerator, indicator.denominator):
                if column.id in scheme.parts(id) and (rule is None or rule.column != id):
                    here = concerned(scheme, indicator.id, tracks)
                    costly |= here
                    missing |= here & np.isnan(figure(scheme, judged, id))
        grouped = ~np.isnan(judged.number(column.id))
        for firm in np.flatnonzero(np.isnan(roster.number(column.id)) & part.included & costly):
            at = firm_at(roster, int(firm), "current", column.id, column.name, "")
            yield Finding.of(
                "W225",
                at,
                case="" if missing[firm] else "joint" if grouped[firm] else "part",
                source=column.source,
            )


def _below_floors(scheme: Scheme, roster: Roster, included: BoolArray) -> Iterator[Finding]:
    for id, floor in scheme.checks.floors.items():
        column = scheme.columns[id]
        figures = roster.number(id)
        for firm in np.flatnonzero((figures < floor) & (figures >= 0) & included):
            shown = show_number(float(figures[firm]))
            at = firm_at(roster, int(firm), "current", id, column.name, shown)
            yield Finding.of("H226", at, floor=floor, unit=column.unit)
