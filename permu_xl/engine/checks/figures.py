"""What a careful clerk asks about the figures before believing them.

Nothing here changes a score.  Errors are what the rules cannot be applied to; warnings what is
probably a slip; hints what was read in a way the clerk should know of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from permu_xl.engine.bonus import unknown_labels
from permu_xl.engine.checks.identity import firm_finding, identity_findings, industry_code_findings
from permu_xl.engine.checks.year_on_year import year_on_year_findings
from permu_xl.engine.groups import attribute_texts, concerned, sorted_by, track_index
from permu_xl.engine.model import DECIDE, BoolArray, Column, Roster, Scheme
from permu_xl.engine.scope import participation
from permu_xl.findings import Finding, Level, Table
from permu_xl.text import show_number

YEAR = {"current": "本年", "previous": "上年"}


def check_rosters(
    scheme: Scheme,
    roster: Roster,
    previous: Roster | None,
    *,
    year: int,
    industries: Mapping[str, str] | None = None,
) -> list[Finding]:
    """Return everything odd about both years' figures, in no particular order.

    ``industries`` are the codes of GB/T 4754-2017 with their names; without them industry codes
    are checked for form only.
    """
    known = industries or {}
    findings = [*_check_one(scheme, roster, "current", known)]
    included = participation(scheme.scope, roster, year).included
    if not included.any():
        findings.append(_nobody(roster))
    findings += _scope_figures(scheme, roster, year)
    findings += _attributes(scheme, roster, "current", included)
    findings += _blank_figures(scheme, roster, included)
    findings += _below_floors(scheme, roster, included)
    if previous is not None:
        findings += _check_one(scheme, previous, "previous", known)
        last_included = participation(scheme.scope, previous, year - 1).included
        findings += _attributes(scheme, previous, "previous", last_included)
        findings += year_on_year_findings(scheme, roster, previous)
    return findings


def _check_one(
    scheme: Scheme, roster: Roster, table: Table, industries: Mapping[str, str]
) -> Iterator[Finding]:
    yield from identity_findings(roster, table)
    yield from industry_code_findings(roster, table, industries)
    rules = [i.missing for i in scheme.indicators if i.missing is not None]
    excused = {rule.column for rule in rules if rule.zero_counts}
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

    def finding(firm: int, level: Level, code: str, problem: str, remedy: str) -> Finding:
        return firm_finding(
            roster, firm, level, code, table, column.id, column.name,
            show_number(float(figures[firm])), problem, remedy,
        )  # fmt: skip

    if not column.may_be_negative:
        for firm in np.flatnonzero(figures < 0):
            yield finding(
                int(firm), Level.WARNING, "W221", f"{column.name}是负数，相关指标记0分",
                f"向{column.source}核实{column.name}",
            )  # fmt: skip
    if column.positive:
        outcome = "按没有数据计分" if excused else "算不出来，记0分"
        for firm in np.flatnonzero(figures == 0):
            yield finding(
                int(firm), Level.WARNING, "W222", f"{column.name}是0，相关指标{outcome}",
                f"向{column.source}核实；不知道应留空，不填0",
            )  # fmt: skip
    if column.whole:
        for firm in np.flatnonzero(np.isfinite(figures) & (figures != np.floor(figures))):
            yield finding(
                int(firm), Level.WARNING, "W223", f"{column.name}不是整数",
                f"核对单位是否为“{column.unit}”",
            )  # fmt: skip


def _ceilings(scheme: Scheme, roster: Roster, table: Table) -> Iterator[Finding]:
    for ceiling in scheme.checks.ceilings:
        column, limit = scheme.columns[ceiling.column], scheme.columns[ceiling.limit]
        figures, limits = roster.number(column.id), roster.number(limit.id)
        for firm in np.flatnonzero((figures > limits) & (figures > 0)):
            yield firm_finding(
                roster, int(firm), Level.WARNING, "W224", table, column.id, column.name,
                show_number(float(figures[firm])),
                f"{column.name}高于{limit.name}（{show_number(float(limits[firm]))}{limit.unit}）",
                f"核对两项的单位，向{column.source}核实",
            )  # fmt: skip


def _bonus(scheme: Scheme, roster: Roster, table: Table) -> Iterator[Finding]:
    """R12: a label that the scheme does not know earns nothing, so it must not pass silently."""
    if table == "previous":
        return
    unknown = [unknown_labels(cell, scheme.bonus) for cell in roster.bonus_labels.values]
    for firm in np.flatnonzero(roster.bonus_labels.take([bool(u) for u in unknown])):
        k = roster.bonus_labels.index[firm]
        known = "、".join(scheme.bonus.labels) or "（方案没有列出任何加分项）"
        yield firm_finding(
            roster, int(firm), Level.ERROR, "E231", table, "bonus_labels", "加分项",
            roster.bonus_labels.values[k],
            f"加分项“{'、'.join(unknown[k])}”不在方案的加分表里，无法计分",
            f"改用方案里的名称：{known}；或把分数填在“加分”列",
        )  # fmt: skip


def _nobody(roster: Roster) -> Finding:
    problem = "没有一户企业参评" if roster.size else "没有填写任何企业"
    return Finding(
        Level.ERROR, "E241", "current", None, "", "企业", str(roster.size), problem,
        "填写企业数据，并核对行业代码、投产日期和“是否参评”",
    )  # fmt: skip


def _scope_figures(scheme: Scheme, roster: Roster, year: int) -> Iterator[Finding]:
    """What decides on taking part (R1, R2): a start yet to come, a blank where others have none."""
    end = np.datetime64(f"{year}-12-31")
    for firm in np.flatnonzero(roster.start_dates > end):
        yield firm_finding(
            roster, int(firm), Level.WARNING, "W212", "current", "start_date", "投产日期",
            str(roster.start_dates[firm]), f"投产日期晚于{end}，评价年度还没有投产",
            "核对年份是否写错",
        )  # fmt: skip
    blanks = (
        ("industry", "行业代码", roster.industries.take([not v for v in roster.industries.values])),
        ("start_date", "投产日期", np.isnat(roster.start_dates)),
    )
    for key, item, blank in blanks:
        decides = key == "industry" or scheme.scope.new_firm_years > 0
        if not decides or blank.all():
            continue
        for firm in np.flatnonzero(blank & (roster.included == DECIDE)):
            yield firm_finding(
                roster, int(firm), Level.HINT, "H213", "current", key, item, "",
                f"{item}是空的，不能据此判断是否参评", f"补上{item}，或在“是否参评”填“是”或“否”",
            )  # fmt: skip


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
            yield Finding(
                Level.ERROR, "E214", table, None, "", attribute.name, "",
                f"没有“{attribute.name}”这一列，不知道各户企业和谁一起评价",
                f"补上“{attribute.name}”一列并逐户填写",
            )  # fmt: skip
            continue
        told = attribute_texts(attribute, roster)
        allowed = set(attribute.values)
        wrong = told.take([not t or bool(allowed and t not in allowed) for t in told.values])
        for firm in np.flatnonzero(wrong & asked):
            text = told.values[told.index[firm]]
            choices = (
                f"填写{'、'.join(attribute.values)}之一" if allowed else f"补上{attribute.name}"
            )
            yield firm_finding(
                roster, int(firm), Level.ERROR, "E214", table, attribute.id, attribute.name, text,
                f"“{text}”不是方案里的{attribute.name}" if text else f"没有填写{attribute.name}",
                f"{choices}；它决定这户企业和谁一起评价",
            )  # fmt: skip


def _blank_figures(scheme: Scheme, roster: Roster, included: BoolArray) -> Iterator[Finding]:
    """A participant's blank figure costs points (R5), unless the scheme says what it gets (R6)."""
    tracks = track_index(scheme, roster)
    for column in scheme.columns.values():
        costly = np.zeros(roster.size, dtype=bool)
        for indicator in scheme.indicators:
            excused = indicator.missing is not None and indicator.missing.column == column.id
            if column.id in (indicator.numerator, indicator.denominator) and not excused:
                costly |= concerned(scheme, indicator.id, tracks)
        for firm in np.flatnonzero(np.isnan(roster.number(column.id)) & included & costly):
            yield firm_finding(
                roster, int(firm), Level.WARNING, "W225", "current", column.id, column.name,
                "", f"参评企业没有{column.name}数据，相关指标记0分",
                f"向{column.source}补要；确实没有的可以留空",
            )  # fmt: skip


def _below_floors(scheme: Scheme, roster: Roster, included: BoolArray) -> Iterator[Finding]:
    for id, floor in scheme.checks.floors.items():
        column = scheme.columns[id]
        figures = roster.number(id)
        for firm in np.flatnonzero((figures < floor) & (figures >= 0) & included):
            yield firm_finding(
                roster, int(firm), Level.HINT, "H226", "current", id, column.name,
                show_number(float(figures[firm])),
                f"{column.name}低于规模以上标准{floor:,.0f}{column.unit}",
                "核对该企业是否仍在规模以上工业企业名录里",
            )  # fmt: skip
