"""This year's figures beside last year's: slips of a unit, firms that are gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.checks.identity import firm_at
from permu_xl.engine.firms import matching_rows
from permu_xl.engine.model import TOLERANCE
from permu_xl.engine.records import trace_firms
from permu_xl.findings import Finding
from permu_xl.text import show_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from permu_xl.engine.model import BoolArray, Column, FloatArray, IntArray, Roster, Scheme
    from permu_xl.engine.records import FirmEvent


def year_on_year_findings(
    scheme: Scheme,
    roster: Roster,
    previous: Roster,
    included: BoolArray,
    events: Sequence[FirmEvent] = (),
) -> Iterator[Finding]:
    """Question figures far off last year's, and firms that are gone.

    ``included`` are the participants: only of them figures a few times off are pointed out.
    ``events`` say what became of firms: those that merged or split are compared by their sums,
    those that left are not missed.
    """
    gone = np.ones(previous.size, dtype=bool)
    if events:
        kin = trace_firms(previous.keys(), roster.keys(), events)
        families = kin.families()
        then, now = (_Members.of([family[k] for family in families]) for k in (0, 1))
        gone[list(kin.explained)] = False
    else:
        match = matching_rows(roster, previous)
        now = _Members.alone(np.flatnonzero(match >= 0))
        then = _Members.alone(match[match >= 0])
    gone[then.firms] = False
    if now.size:
        yield from _jumps(scheme, roster, previous, then, now, included)
    for firm in np.flatnonzero(gone):
        name = str(previous.names[firm])
        at = firm_at(previous, int(firm), "previous", "name", "企业名称", name)
        yield Finding.of("H242", at)


@dataclass(frozen=True, slots=True)
class _Members:
    """The firms of one year by family: whom of last year and of this year belongs together."""

    firms: IntArray
    family: IntArray
    size: int

    @classmethod
    def alone(cls, firms: IntArray) -> _Members:
        """Return each firm as a family of its own."""
        return cls(firms, np.arange(firms.size), firms.size)

    @classmethod
    def of(cls, families: Sequence[list[int]]) -> _Members:
        """Return the firms of each family."""
        firms = np.array([firm for family in families for firm in family], dtype=np.int64)
        sizes = [len(family) for family in families]
        return cls(firms, np.repeat(np.arange(len(families)), sizes), len(families))

    def total(self, figures: FloatArray) -> FloatArray:
        """Return the sum of each family, blank where one of its firms has no figure."""
        summed = np.zeros(self.size)
        np.add.at(summed, self.family, figures[self.firms])
        return summed

    def members(self, family: int) -> list[int]:
        """Return the firms of one family."""
        found: list[int] = self.firms[self.family == family].tolist()
        return found


def _jumps(
    scheme: Scheme,
    roster: Roster,
    previous: Roster,
    then: _Members,
    now: _Members,
    included: BoolArray,
) -> Iterator[Finding]:
    """A figure hundreds of times off last year's is most likely in another unit.

    Figures a few times off are possible: one hint a firm, since one cause moves several figures.
    """
    checks = scheme.checks
    doubtful: dict[int, list[tuple[Column, str, str]]] = {}
    for column in scheme.columns.values():
        this, before = now.total(roster.number(column.id)), then.total(previous.number(column.id))
        usable = (this > 0) & (before > 0)
        ratio = np.divide(this, before, out=np.ones(now.size), where=usable)
        apart = np.maximum(ratio, 1 / ratio)
        for family in np.flatnonzero(apart >= checks.jump_hint - TOLERANCE).tolist():
            rising, times = ratio[family] > 1, apart[family]
            shown, last = show_number(float(this[family])), show_number(float(before[family]))
            firms = now.members(family)
            if times < checks.jump_factor:
                if not included[firms].any():
                    continue
                said = f"是上年的{times:,.1f}倍" if rising else f"只有上年的1/{times:,.1f}"
                told = f"{column.name}{said}（上年{last}）"
                doubtful.setdefault(family, []).append((column, shown, told))
                continue
            yield Finding.of(
                "W243",
                firm_at(roster, firms[0], "current", column.id, column.name, shown),
                case="" if rising else "smaller",
                times=times,
                before=last,
                unit=column.unit or column.name,
                together=_together(roster, previous, then.members(family), firms),
            )
    for family, found in doubtful.items():
        column, shown, _ = found[0]
        items = "、".join(each.name for each, _, _ in found)
        firms = now.members(family)
        at = firm_at(roster, firms[0], "current", column.id, items, shown)
        together = _together(roster, previous, then.members(family), firms)
        yield Finding.of("H244", at, told="，".join(told for _, _, told in found) + together)


def _together(roster: Roster, previous: Roster, then: list[int], now: list[int]) -> str:
    """Say whose figures were added up; "" for one firm in both years."""
    if len(then) == len(now) == 1:
        return ""
    this, last = (
        "、".join(str(name) for name in of.names[firms])
        for of, firms in ((roster, now), (previous, then))
    )
    return f"（按“企业变动”合计：本年是{this}，上年是{last}）"
