"""Who takes part: chapter 二, opening paragraph, with readings R1 to R3."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.model import IN, OUT, BoolArray, CodeArray, IntArray, Roster, Scope, Ungraded
from permu_xl.text import longest_prefix

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

REGULAR, EXCLUDED_INDUSTRY, NEW_FIRM, KEPT_OUT, LET_IN = range(5)
"""Why a firm is in or out; ``LET_IN`` and ``KEPT_OUT`` come from the column 是否参评."""


@dataclass(frozen=True, slots=True)
class Participation:
    """Who takes part, and why.

    included : bool, one a firm
    reason : int8, one of the reasons of this module
    by_rule : int8, the reason the rules alone would give (for firms decided by 是否参评)
    """

    included: BoolArray
    reason: CodeArray
    by_rule: CodeArray


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


def participation(scope: Scope, roster: Roster, year: int) -> Participation:
    """Decide for every firm whether it is evaluated for ``year``.

    An excluded industry weighs more than youth; the column 是否参评 overrides both (R3).
    A blank industry or start of production excludes nobody.
    """
    by_rule = np.full(roster.size, REGULAR, dtype=np.int8)
    if scope.new_firm_years > 0:
        young = roster.start_dates > np.datetime64(latest_start(scope, year))
        by_rule[young] = NEW_FIRM
    excluded = [bool(excluded_as(code, scope)) for code in roster.industries.values]
    by_rule[roster.industries.take(excluded)] = EXCLUDED_INDUSTRY
    reason = by_rule.copy()
    reason[roster.included == OUT] = KEPT_OUT
    reason[(roster.included == IN) & (by_rule != REGULAR)] = LET_IN
    included = (reason == REGULAR) | (reason == LET_IN)
    return Participation(included, reason, by_rule)


GRADED = -1
"""The ungraded group of a firm that is in none."""


def ungraded_group(
    groups: Sequence[Ungraded], flags: Mapping[str, BoolArray], included: BoolArray
) -> IntArray:
    """Return the position of the first group whose flag a participant carries; ``GRADED`` else."""
    found = np.full(len(included), GRADED, dtype=np.int64)
    for position, group in reversed(list(enumerate(groups))):
        for flag in group.when:
            found[flags[flag] & included] = position
    return found


def reason_text(scope: Scope, roster: Roster, year: int, part: Participation, firm: int) -> str:
    """Return in words why a firm is out, or in against the rules; "" for a regular participant."""
    rule = _rule_text(scope, roster, year, int(part.by_rule[firm]), firm)
    reason = int(part.reason[firm])
    if reason == LET_IN:
        return f"“是否参评”填“是”，予以参评（按规则本应不参评：{rule}）"
    if reason == KEPT_OUT:
        return "“是否参评”填“否”，不参评" + (f"（按规则也不参评：{rule}）" if rule else "")
    return rule


def _rule_text(scope: Scope, roster: Roster, year: int, rule: int, firm: int) -> str:
    if rule == EXCLUDED_INDUSTRY:
        code = roster.industries.values[roster.industries.index[firm]]
        return f"行业代码{code}属{excluded_as(code, scope)}，不纳入评价（{scope.clause}）"
    if rule == NEW_FIRM:
        started, limit = roster.start_dates[firm], latest_start(scope, year)
        return (
            f"{started}投产，晚于{limit}，到{year}年12月31日未满{scope.new_firm_years}年，"
            f"暂不纳入评价（{scope.clause}）"
        )
    return ""
