"""This year's figures beside last year's: slips of a unit, firms that are gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.checks.identity import firm_at
from permu_xl.engine.lineage import trace_firms
from permu_xl.engine.model import TOLERANCE
from permu_xl.findings import Finding
from permu_xl.text import show_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from permu_xl.engine.lineage import FirmEvent
    from permu_xl.engine.model import BoolArray, Column, FloatArray, IntArray, Roster, Scheme

Family = tuple[list[int], list[int]]


def year_on_year_findings(
    scheme: Scheme,
    roster: Roster,
    previous: Roster,
    included: BoolArray,
    events: Iterable[FirmEvent] = (),
) -> Iterator[Finding]:
    """Question figures far off last year's, and firms that are gone.

    ``included`` are the participants: only of them figures a few times off are pointed out.
    ``events`` say what became of firms: those that merged or split are compared by their sums,
    those that left are not missed.
    """
    kin = trace_firms(previous.keys(), roster.keys(), events)
    families = kin.families()
    if families:
        yield from _jumps(scheme, roster, previous, families, included)
    gone = np.ones(previous.size, dtype=bool)
    gone[[old for family, _ in families for old in family]] = False
    gone[list(kin.explained)] = False
    for firm in np.flatnonzero(gone):
        name = str(previous.names[firm])
        at = firm_at(previous, int(firm), "previous", "name", "企业名称", name)
        yield Finding.of("H242", at)


@dataclass(frozen=True, slots=True)
class _Sums:
    """Figures of one year summed by family; blank where one of its firms has none."""

    firms: IntArray
    family: IntArray
    size: int

    @classmethod
    def of(cls, parts: Sequence[list[int]]) -> _Sums:
        firms = np.array([firm for part in parts for firm in part], dtype=np.int64)
        return cls(firms, np.repeat(np.arange(len(parts)), [len(p) for p in parts]), len(parts))

    def __call__(self, figures: FloatArray) -> FloatArray:
        summed = np.zeros(self.size)
        np.add.at(summed, self.family, figures[self.firms])
        return summed


def _jumps(
    scheme: Scheme,
    roster: Roster,
    previous: Roster,
    families: Sequence[Family],
    included: BoolArray,
) -> Iterator[Finding]:
    """A figure hundreds of times off last year's is most likely in another unit.

    Figures a few times off are possible: one hint a firm, since one cause moves several figures.
    """
    checks = scheme.checks
    then_of, now_of = (_Sums.of([family[k] for family in families]) for k in (0, 1))
    doubtful: dict[int, list[tuple[Column, str, str]]] = {}
    for column in scheme.columns.values():
        now, before = now_of(roster.number(column.id)), then_of(previous.number(column.id))
        usable = (now > 0) & (before > 0)
        ratio = np.divide(now, before, out=np.ones(len(families)), where=usable)
        apart = np.maximum(ratio, 1 / ratio)
        for place in np.flatnonzero(apart >= checks.jump_hint - TOLERANCE).tolist():
            rising, times = ratio[place] > 1, apart[place]
            shown, then = show_number(float(now[place])), show_number(float(before[place]))
            if times < checks.jump_factor:
                if not included[families[place][1]].any():
                    continue
                said = f"是上年的{times:,.1f}倍" if rising else f"只有上年的1/{times:,.1f}"
                told = f"{column.name}{said}（上年{then}）"
                doubtful.setdefault(place, []).append((column, shown, told))
                continue
            firm = families[place][1][0]
            yield Finding.of(
                "W243",
                firm_at(roster, firm, "current", column.id, column.name, shown),
                case="" if rising else "smaller",
                times=times,
                before=then,
                unit=column.unit or column.name,
                together=_together(roster, previous, families[place]),
            )
    for place, found in doubtful.items():
        column, shown, _ = found[0]
        items = "、".join(each.name for each, _, _ in found)
        at = firm_at(roster, families[place][1][0], "current", column.id, items, shown)
        together = _together(roster, previous, families[place])
        yield Finding.of("H244", at, told="，".join(told for _, _, told in found) + together)


def _together(roster: Roster, previous: Roster, family: Family) -> str:
    """Say whose figures were added up; "" for one firm in both years."""
    then, now = family
    if len(then) == len(now) == 1:
        return ""
    this, last = (
        "、".join(str(name) for name in of.names[firms])
        for of, firms in ((roster, now), (previous, then))
    )
    return f"（按“企业变动”合计：本年是{this}，上年是{last}）"
