"""Who takes part: chapter 二, opening paragraph, with readings R1 to R3, and limits by figures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.firms.figures import figure
from permu_xl.engine.firms.groups import track_index
from permu_xl.engine.firms.joint import (
    Joined,
    join,
)
from permu_xl.engine.model import (
    DECIDE,
    IN,
    OUT,
    TOLERANCE,
    BoolArray,
    CodeArray,
    IntArray,
    Roster,
    Scheme,
    Scope,
    ScopeLimit,
    Ungraded,
    filled,
)
from permu_xl.text import longest_prefix, show_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

REGULAR, EXCLUDED_INDUSTRY, NEW_FIRM, KEPT_OUT, LET_IN, BY_FIGURE = range(6)
"""Why a firm is in or out; ``LET_IN`` and ``KEPT_OUT`` come from the column 是否参评.

``BY_FIGURE`` and what follows are the scheme's limits in their order.
"""


@dataclass(frozen=True, slots=True)
class Participation:
    """Who takes part, and why.

    included : bool, one a firm
    reason : int8, one of the reasons of this module
    by_rule : int8, the reason the rules alone would give (for firms decided by 是否参评)
    joined : the firms as they are judged, those that are evaluated as one joined
    """

    included: BoolArray
    reason: CodeArray
    by_rule: CodeArray
    joined: Joined

    @property
    def ruled_out(self) -> BoolArray:
        """Which firms are out by the rules and not by 是否参评."""
        ruled: BoolArray = ~self.included & (self.reason != KEPT_OUT)
        return ruled

    @property
    def counted(self) -> BoolArray:
        """Which participants count: of firms that are evaluated as one, the first."""
        counted: BoolArray = self.included & self.joined.counted
        return counted


def excluded_as(industry: str, scope: Scope) -> str:
    """Return the name of the excluded trade that an industry code belongs to, "" for none (R1).

    ``industry`` is a GB/T 4754-2017 code without section letter.
    """
    return longest_prefix(industry, scope.excluded_industries) or ""


def latest_start(scope: Scope, year: int) -> dt.date:
    """Return the last start of production that counts as established on 31 December of ``year``.

    Two full years on 31 December 2021 means production since 31 December 2019 or earlier (R2).
    """
    return dt.date(year - scope.new_firm_years, 12, 31)


def participation(scheme: Scheme, roster: Roster, year: int) -> Participation:
    """Decide for every firm whether it is evaluated for ``year``.

    An excluded industry weighs more than youth, both more than a figure; the column 是否参评
    overrides them all (R3).  A blank industry, start of production or figure excludes nobody.
    Members of a group that are out by themselves are no part of it; by its figures the group is
    in or out as a whole, and in where 是否参评 lets a member in.
    """
    scope = scheme.scope
    by_rule: CodeArray = filled(roster.size, REGULAR, np.int8)
    if scope.new_firm_years > 0:
        young = roster.start_dates > np.datetime64(latest_start(scope, year))
        by_rule[young] = NEW_FIRM
    excluded = [bool(excluded_as(code, scope)) for code in roster.industries.values]
    if any(excluded):
        by_rule[roster.industries.take(excluded)] = EXCLUDED_INDUSTRY
    reason, included = _decided(roster, by_rule)
    joined = join(scheme, roster, included)
    if scope.limits:
        beyond = _beyond_limits(scheme, joined.roster)
        by_rule = np.where(by_rule == REGULAR, beyond, by_rule).astype(np.int8)
        reason, _ = _decided(roster, by_rule)
        let_in = np.zeros(roster.size, dtype=bool)
        np.logical_or.at(let_in, joined.leader, roster.included == IN)
        reason[let_in[joined.leader] & (reason >= BY_FIGURE)] = LET_IN
        included = (reason == REGULAR) | (reason == LET_IN)
    return Participation(included, reason, by_rule, joined)


def _decided(roster: Roster, by_rule: CodeArray) -> tuple[CodeArray, BoolArray]:
    """Return the reasons after the column 是否参评, and who is in."""
    decided = roster.included != DECIDE
    if not np.count_nonzero(decided):
        return by_rule, by_rule == REGULAR
    reason = by_rule.copy()
    reason[roster.included == OUT] = KEPT_OUT
    reason[(roster.included == IN) & (by_rule != REGULAR)] = LET_IN
    return reason, (reason == REGULAR) | (reason == LET_IN)


def _beyond_limits(scheme: Scheme, roster: Roster) -> CodeArray:
    """Return the first limit that keeps each firm out, as a reason; ``REGULAR`` for none."""
    found = np.full(roster.size, REGULAR, dtype=np.int8)
    for position, limit in reversed(list(enumerate(scheme.scope.limits))):
        found[limited(scheme, limit, roster)] = BY_FIGURE + position
    return found


def concerned_by(scheme: Scheme, limit: ScopeLimit, roster: Roster) -> BoolArray:
    """Return which firms a limit is about: those of its tracks."""
    if not limit.tracks:
        return np.ones(roster.size, dtype=bool)
    named = [track.name in limit.tracks for track in scheme.tracks]
    # A firm without track picks the last entry.
    about: BoolArray = np.array([*named, False])[track_index(scheme, roster)]
    return about


def limited(scheme: Scheme, limit: ScopeLimit, roster: Roster) -> BoolArray:
    """Return which firms a limit keeps out; a blank figure keeps nobody out.

    A sum may miss the limit it is equal to by float noise, which decides nothing (R11).
    """
    value = figure(scheme, roster, limit.figure)
    out = np.zeros(roster.size, dtype=bool)
    beyond = TOLERANCE if limit.inclusive else -TOLERANCE
    if limit.minimum is not None:
        out |= value < limit.minimum - beyond
    if limit.maximum is not None:
        out |= value > limit.maximum + beyond
    return out & concerned_by(scheme, limit, roster)


GRADED = -1
"""The ungraded group of a firm that is in none."""


def ungraded_group(
    groups: Sequence[Ungraded], flags: Mapping[str, BoolArray], included: BoolArray
) -> IntArray:
    """Return the position of the first group whose flag a participant carries; ``GRADED`` else."""
    found: IntArray = filled(len(included), GRADED, np.int64)
    for position, group in reversed(list(enumerate(groups))):
        for flag in group.when:
            found[flags[flag] & included] = position
    return found


def reason_text(scheme: Scheme, roster: Roster, year: int, part: Participation, firm: int) -> str:
    """Return in words why a firm is out, or in against the rules; "" for a regular participant."""
    rule = _rule_text(scheme, roster, year, part, firm)
    reason = int(part.reason[firm])
    if reason == LET_IN:
        who = "" if roster.included[firm] == IN else "合并评价的企业"
        return f"{who}“是否参评”填“是”，予以参评（按规则本应不参评：{rule}）"
    if reason == KEPT_OUT:
        return "“是否参评”填“否”，不参评" + (f"（按规则也不参评：{rule}）" if rule else "")
    return rule


def _rule_text(scheme: Scheme, roster: Roster, year: int, part: Participation, firm: int) -> str:
    scope, rule = scheme.scope, int(part.by_rule[firm])
    if rule >= BY_FIGURE:
        limit = scope.limits[rule - BY_FIGURE]
        looked_at = scheme.figure(limit.figure)
        value = float(figure(scheme, part.joined.roster, limit.figure)[firm])
        whose = "合并评价的企业合计" if len(part.joined.members(firm)) > 1 else ""
        return (
            f"{whose}{looked_at.name}{show_number(value)}{looked_at.unit}，{limit.name}，"
            f"不纳入评价（{limit.clause}）"
        )
    if rule == EXCLUDED_INDUSTRY:
        code = roster.industries.values[roster.industries.index[firm]]
        return f"行业代码{code}属{excluded_as(code, scope)}，不纳入评价（{scope.clause}）"
    if rule == NEW_FIRM:
        started, latest = roster.start_dates[firm], latest_start(scope, year)
        return (
            f"{started}投产，晚于{latest}，到{year}年12月31日未满{scope.new_firm_years}年，"
            f"暂不纳入评价（{scope.clause}）"
        )
    return ""
