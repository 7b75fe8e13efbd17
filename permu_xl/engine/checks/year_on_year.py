"""This year's figures beside last year's: slips of a unit, firms that are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.checks.identity import firm_at
from permu_xl.findings import Finding
from permu_xl.text import show_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from permu_xl.engine.model import Checks, Roster, Scheme


def year_on_year_findings(scheme: Scheme, roster: Roster, previous: Roster) -> Iterator[Finding]:
    """Question figures far off last year's, and firms that are gone."""
    last = {identity: i for i, identity in enumerate(previous.identity()) if identity}
    match = np.array([last.get(identity, -1) for identity in roster.identity()], dtype=np.int64)
    both = match >= 0
    if previous.size:
        yield from _jumps(scheme.checks, scheme, roster, previous, match, both)
    gone = np.ones(previous.size, dtype=bool)
    gone[match[both]] = False
    for firm in np.flatnonzero(gone):
        name = str(previous.names[firm])
        at = firm_at(previous, int(firm), "previous", "name", "企业名称", name)
        yield Finding.of("H242", at)


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
            shown = show_number(float(now[firm]))
            yield Finding.of(
                "W243",
                firm_at(roster, int(firm), "current", column.id, column.name, shown),
                case="" if ratio[firm] > 1 else "smaller",
                times=times,
                before=show_number(float(before[firm])),
                unit=column.unit or column.name,
            )
