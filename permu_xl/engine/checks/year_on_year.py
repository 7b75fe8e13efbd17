"""This year's figures beside last year's: slips of a unit, firms that are gone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from permu_xl.engine.checks.identity import firm_finding
from permu_xl.engine.model import Checks, Roster, Scheme
from permu_xl.findings import Finding, Level
from permu_xl.text import show_number


def year_on_year_findings(scheme: Scheme, roster: Roster, previous: Roster) -> Iterator[Finding]:
    last = {identity: i for i, identity in enumerate(previous.identity()) if identity}
    match = np.array([last.get(identity, -1) for identity in roster.identity()], dtype=np.int64)
    both = match >= 0
    if previous.size:
        yield from _jumps(scheme.checks, scheme, roster, previous, match, both)
    gone = np.ones(previous.size, dtype=bool)
    gone[match[both]] = False
    for firm in np.flatnonzero(gone):
        yield firm_finding(
            previous, int(firm), Level.HINT, "H242", "previous", "name", "企业名称",
            str(previous.names[firm]), "上年有这户企业，本年原始数据里没有",
            "核对是否漏填、改名或退出规模以上",
        )  # fmt: skip


def _jumps(
    checks: Checks,
    scheme: Scheme,
    roster: Roster,
    previous: Roster,
    match: np.ndarray,
    both: np.ndarray,
) -> Iterator[Finding]:
    """A figure hundreds of times off last year's is most likely in another unit."""
    for column in scheme.columns.values():
        now, before = roster.number(column.id), previous.number(column.id)[match]
        usable = both & (now > 0) & (before > 0)
        ratio = np.divide(now, before, out=np.ones(roster.size), where=usable)
        odd = (ratio >= checks.jump_factor) | (ratio <= 1 / checks.jump_factor)
        for firm in np.flatnonzero(odd):
            times = ratio[firm] if ratio[firm] > 1 else 1 / ratio[firm]
            word = "是上年的" if ratio[firm] > 1 else "缩小到上年的1/"
            yield firm_finding(
                roster, int(firm), Level.WARNING, "W243", "current", column.id, column.name,
                show_number(float(now[firm])),
                f"{column.name}{word}{times:,.0f}{'倍' if ratio[firm] > 1 else ''}"
                f"（上年{show_number(float(before[firm]))}）",
                f"核对单位是否为“{column.unit or column.name}”",
            )  # fmt: skip
