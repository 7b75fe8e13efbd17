"""This year's figures beside last year's: slips of a unit, firms that are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.checks.identity import firm_at
from permu_xl.engine.model import TOLERANCE
from permu_xl.findings import Finding
from permu_xl.text import show_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from permu_xl.engine.model import BoolArray, Column, Roster, Scheme


def year_on_year_findings(
    scheme: Scheme, roster: Roster, previous: Roster, included: BoolArray
) -> Iterator[Finding]:
    """Question figures far off last year's, and firms that are gone.

    ``included`` are the participants: only of them figures a few times off are pointed out.
    """
    last = {identity: i for i, identity in enumerate(previous.identity()) if identity}
    match = np.array([last.get(identity, -1) for identity in roster.identity()], dtype=np.int64)
    both = match >= 0
    if previous.size:
        yield from _jumps(scheme, roster, previous, match, both, included)
    gone = np.ones(previous.size, dtype=bool)
    gone[match[both]] = False
    for firm in np.flatnonzero(gone):
        name = str(previous.names[firm])
        at = firm_at(previous, int(firm), "previous", "name", "企业名称", name)
        yield Finding.of("H242", at)


def _jumps(
    scheme: Scheme,
    roster: Roster,
    previous: Roster,
    match: np.ndarray,
    both: BoolArray,
    included: BoolArray,
) -> Iterator[Finding]:
    """A figure hundreds of times off last year's is most likely in another unit.

    Figures a few times off are possible: one hint a firm, since one cause moves several figures.
    """
    checks = scheme.checks
    doubtful: dict[int, list[tuple[Column, str, str]]] = {}
    for column in scheme.columns.values():
        now, before = roster.number(column.id), previous.number(column.id)[match]
        usable = both & (now > 0) & (before > 0)
        ratio = np.divide(now, before, out=np.ones(roster.size), where=usable)
        apart = np.maximum(ratio, 1 / ratio)
        for firm in np.flatnonzero(apart >= checks.jump_hint - TOLERANCE).tolist():
            rising, times = ratio[firm] > 1, apart[firm]
            shown, then = show_number(float(now[firm])), show_number(float(before[firm]))
            if times < checks.jump_factor:
                if not included[firm]:
                    continue
                said = f"是上年的{times:,.1f}倍" if rising else f"只有上年的1/{times:,.1f}"
                told = f"{column.name}{said}（上年{then}）"
                doubtful.setdefault(firm, []).append((column, shown, told))
                continue
            yield Finding.of(
                "W243",
                firm_at(roster, firm, "current", column.id, column.name, shown),
                case="" if rising else "smaller",
                times=times,
                before=then,
                unit=column.unit or column.name,
            )
    for firm, found in doubtful.items():
        column, shown, _ = found[0]
        items = "、".join(each.name for each, _, _ in found)
        at = firm_at(roster, firm, "current", column.id, items, shown)
        yield Finding.of("H244", at, told="，".join(told for _, _, told in found))
