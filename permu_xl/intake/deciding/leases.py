"""Land that one firm lets to another: both sides are credited, what only one side reports is told.

A lease names its other side (承租方, 出租方) by code or name.  Where both report it, each side's
own row counts.  Where only one does, the other side is credited with it, unless it reports leases
without naming anybody: those may be the same land.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from permu_xl.findings import At, Finding
from permu_xl.intake.deciding.matching import How, Match, Roster
from permu_xl.text import show_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from permu_xl.intake.tables import Lease, TableRead

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

    def _at(self, told: _Told) -> At:
        reading, firm = told.lease.reading, self.roster.firms[told.match.firm]
        file, whose = self.tables[reading.table].name, (firm.code, firm.name)
        return At.in_file(file, reading.sheet, reading.cell, "用地面积", reading.raw, whose)

    def _compare(self, let: Sequence[_Told], rented: Sequence[_Told]) -> None:
        out, into = _sum(let), _sum(rented)
        coarse = max(each.lease.reading.resolution for each in (*let, *rented))
        if abs(out - into) >= coarse:
            lessor, lessee = (self.roster.firms[n or 0].name for n in let[0].pair)
            told = Finding.of(
                "W697",
                self._at(let[0]),
                lessor=lessor,
                lessee=lessee,
                let=_shown(out),
                rented=_shown(into),
            )
            self.findings.append(told)

    def _one_sided(self, told: _Told) -> Match | None:
        assert told.other is not None
        mine, other = self.roster.firms[told.match.firm], self.roster.firms[told.other]
        at, area = self._at(told), _shown(told.area)
        nameless = self.nameless.get((told.other, not told.let))
        if nameless:
            unsure = Finding.of(
                "W696",
                at,
                case="perhaps_let" if told.let else "perhaps_rented",
                name=mine.name,
                other=other.name,
                area=area,
                nameless=_shown(nameless),
            )
            self.findings.append(unsure)
            return None
        alone = Finding.of(
            "W696",
            at,
            case="" if told.let else "rented",
            name=mine.name,
            other=other.name,
            area=area,
        )
        self.findings.append(alone)
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
                at = self._at(self.told[0])
                let, rented = _shown(out), _shown(into)
                self.findings.append(Finding.of("H698", at, case="all", let=let, rented=rented))
            return
        nameless = [each for each in self.told if not each.lease.name and not each.lease.code]
        if nameless:
            at = self._at(nameless[0])
            self.findings.append(Finding.of("H698", at, count=len(nameless)))


def _sum(told: Sequence[_Told]) -> Fraction:
    return sum((each.area for each in told), Fraction(0))


def _shown(area: Fraction) -> str:
    return show_number(float(area))
