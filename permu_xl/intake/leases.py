"""Land that one firm lets to another: both sides are credited, what only one side reports is told.

A lease names its other side (承租方, 出租方) by code or name.  Where both report it, each side's
own row counts.  Where only one does, the other side is credited with it, unless it reports leases
without naming anybody: those may be the same land.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from permu_xl.findings import Finding, Level
from permu_xl.intake.matching import How, Match, Roster
from permu_xl.intake.tables import Lease, TableRead, source_finding
from permu_xl.text import show_number

__all__ = ["settle"]


@dataclass(frozen=True, slots=True)
class _Told:
    """A lease as one side tells it: who that is, and the firm on the list that it names."""

    match: Match
    lease: Lease
    other: int | None

    @property
    def let(self) -> bool:
        return self.lease.let

    @property
    def area(self) -> Fraction:
        value = self.lease.reading.value
        return abs(value) if isinstance(value, Fraction) else Fraction(0)

    @property
    def pair(self) -> tuple[int | None, int | None]:
        """Who lets, and who rents."""
        return (self.match.firm, self.other) if self.let else (self.other, self.match.firm)


def settle(
    tables: Sequence[TableRead], matches: Sequence[Match], roster: Roster
) -> tuple[list[Match], list[Finding]]:
    """Return rows that credit the other sides of leases, and what to look at."""
    told = [
        _Told(match, lease, roster.find(lease.code, lease.name))
        for match in matches
        for lease in match.row.leases
    ]
    work = _Settler(tables, roster, told)
    return work.run(), work.findings


class _Settler:
    def __init__(self, tables: Sequence[TableRead], roster: Roster, told: Sequence[_Told]) -> None:
        self.tables, self.roster, self.told = tables, roster, told
        self.findings: list[Finding] = []
        self.nameless: dict[tuple[int, bool], Fraction] = defaultdict(Fraction)
        """By firm and whether it lets, the land of leases that name nobody."""
        for each in told:
            if not each.lease.code and not each.lease.name:
                self.nameless[each.match.firm, each.let] += each.area

    def run(self) -> list[Match]:
        pairs: dict[tuple[int | None, int | None], list[_Told]] = defaultdict(list)
        for each in self.told:
            if each.other is not None and each.other != each.match.firm:
                pairs[each.pair].append(each)
        credited: list[Match] = []
        for found in pairs.values():
            let = [each for each in found if each.let]
            rented = [each for each in found if not each.let]
            if let and rented:
                self._compare(let, rented)
            else:
                credited += [row for each in found if (row := self._one_sided(each)) is not None]
        self._tell_nameless()
        return credited

    def _note(self, level: Level, code: str, told: _Told, problem: str, remedy: str) -> None:
        reading = told.lease.reading
        firm = self.roster.firms[told.match.firm]
        self.findings.append(
            source_finding(
                level,
                code,
                self.tables[reading.table].name,
                reading.sheet,
                reading.cell,
                "用地面积",
                reading.raw,
                problem,
                remedy,
                (firm.code, firm.name),
            )
        )

    def _compare(self, let: Sequence[_Told], rented: Sequence[_Told]) -> None:
        out, into = _sum(let), _sum(rented)
        coarse = max(each.lease.reading.resolution for each in (*let, *rented))
        if abs(out - into) >= coarse:
            lessor, lessee = (self.roster.firms[n or 0].name for n in let[0].pair)
            self._note(
                Level.WARNING,
                "W697",
                let[0],
                f"“{lessor}”报租给“{lessee}”{_shown(out)}，对方报租入{_shown(into)}，"
                "两边各按自己报的计入",
                "请部门核对租赁面积",
            )

    def _one_sided(self, told: _Told) -> Match | None:
        assert told.other is not None
        mine, other = self.roster.firms[told.match.firm], self.roster.firms[told.other]
        what, theirs = ("租给", "租入") if told.let else ("租自", "租出")
        if self.nameless.get((told.other, not told.let)):
            self._note(
                Level.WARNING,
                "W696",
                told,
                f"“{mine.name}”{what}“{other.name}”{_shown(told.area)}，对方报的{theirs}"
                f"（{_shown(self.nameless[told.other, not told.let])}）没有写明是谁，"
                "没有再计给对方",
                "核对对方报的是不是同一块地；请部门写明租赁双方",
            )
            return None
        self._note(
            Level.WARNING,
            "W696",
            told,
            f"只有“{mine.name}”报了{what}“{other.name}”{_shown(told.area)}，"
            f"对方没有报{theirs}，已给对方{'加上' if told.let else '减去'}",
            "请部门向双方核实",
        )
        reading = replace(
            told.lease.reading,
            item="land_rented_in" if told.let else "land_rented_out",
            value=told.area if told.let else -told.area,
        )
        row = replace(
            told.match.row,
            code=other.code,
            name=other.name,
            readings=(reading,),
            broken=frozenset(),
            look=("租赁", *told.match.row.look, reading.item),
            leases=(),
        )
        return Match(row, told.other, How.LEASE)

    def _tell_nameless(self) -> None:
        """Rent that names nobody cannot be compared with what others let."""
        if not any(each.lease.name or each.lease.code for each in self.told):
            out = sum((each.area for each in self.told if each.let), Fraction(0))
            into = sum((each.area for each in self.told if not each.let), Fraction(0))
            if self.told and out != into:
                self._note(
                    Level.HINT,
                    "H698",
                    self.told[0],
                    f"租赁都没有写明双方：租出合计{_shown(out)}，租入合计{_shown(into)}，不相等，"
                    "看不出哪一块只有一方报了",
                    "区内企业之间的租赁，请部门写明承租方、出租方",
                )
            return
        nameless = [each for each in self.told if not each.lease.name and not each.lease.code]
        if nameless:
            self._note(
                Level.HINT,
                "H698",
                nameless[0],
                f"有{len(nameless)}处租赁没有写明另一方，不能与对方核对",
                "区内企业之间的租赁，请部门写明承租方、出租方",
            )


def _sum(told: Sequence[_Told]) -> Fraction:
    return sum((each.area for each in told), Fraction(0))


def _shown(area: Fraction) -> str:
    return show_number(float(area))
