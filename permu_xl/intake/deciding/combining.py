"""From many rows to one figure a firm: sums, rows written twice, tables that disagree."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING

from permu_xl.findings import At, Finding
from permu_xl.intake.deciding.claims import Claim, Converted, Figure, show_content
from permu_xl.intake.deciding.matching import How, Match, Roster
from permu_xl.intake.tables import Content, Item, Reading, TableRead, part_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["combine"]


def combine(
    tables: Sequence[TableRead],
    matches: Sequence[Match],
    roster: Roster,
    wanted: Mapping[str, Item],
    whole: Mapping[str, str],
    names: Mapping[str, str],
    prefer: Sequence[int] = (),
    converted: Sequence[Converted] = (),
) -> tuple[list[Figure], list[Finding]]:
    """Return the figures of all firms and what is odd about them.

    ``whole`` gives for a part the item that it makes up, ``names`` the items in words; where
    tables disagree the first of ``prefer`` is taken, and nothing without one.  ``converted`` are
    figures made of raw amounts.
    """
    joiner = _Joiner(tables, roster, wanted, whole, names, prefer)
    by_firm: dict[int, list[Match]] = defaultdict(list)
    for match in matches:
        by_firm[match.firm].append(match)
    figures: list[Figure] = []
    made: dict[int, list[Converted]] = defaultdict(list)
    for each in converted:
        made[each.firm].append(each)
    for firm in sorted(by_firm):
        figures += joiner.firm(firm, by_firm[firm], made[firm])
    return figures, joiner.findings


class _Joiner:
    def __init__(
        self,
        tables: Sequence[TableRead],
        roster: Roster,
        wanted: Mapping[str, Item],
        whole: Mapping[str, str],
        names: Mapping[str, str],
        prefer: Sequence[int],
    ) -> None:
        self.tables, self.roster, self.wanted, self.whole = tables, roster, wanted, whole
        self.names, self.prefer = names, prefer
        self.findings: list[Finding] = []
        self.leases = {
            _place(lease.reading) for table in tables for row in table.rows for lease in row.leases
        }

    def at(self, reading: Reading, item: str, firm: int) -> At:
        """Return the place of a reading of a firm's item."""
        known, file = self.roster.firms[firm], self.tables[reading.table].name
        name, whose = self.names.get(item, item), (known.code, known.name)
        return At.in_file(file, reading.sheet, reading.cell, name, reading.raw, whose)

    def note(self, finding: Finding) -> None:
        """Note a finding."""
        self.findings.append(finding)

    def firm(
        self, firm: int, matches: Sequence[Match], converted: Sequence[Converted]
    ) -> list[Figure]:
        by_table: dict[int, list[Match]] = defaultdict(list)
        for match in matches:
            by_table[match.row.table].append(match)
        claims: dict[str, list[Claim]] = defaultdict(list)
        barred: dict[str, str] = {}
        for table, own in by_table.items():
            self._table(firm, table, own, claims, barred)
        for each in converted:
            table = (*each.counted, *(r for r, _ in each.left))[0].table
            how = next(m.how for m in matches if m.row.table == table)
            value = Fraction(0) if each.value is None else each.value
            claim = Claim(table, value, each.resolution, each.counted, how, each.left)
            claims[each.item].append(claim)
            if each.value is None:
                barred.setdefault(each.item, "有数折算不了")
        figures = []
        for item in dict.fromkeys((*claims, *barred)):
            if item in barred:
                figures.append(Figure(firm, item, None, tuple(claims[item]), barred[item]))
            else:
                figures.append(self._decide(firm, item, claims[item]))
        return figures

    def _table(
        self, firm: int, table: int, matches: Sequence[Match], claims: dict[str, list[Claim]],
        barred: dict[str, str],
    ) -> None:  # fmt: skip
        found: dict[str, list[tuple[Match, Reading]]] = defaultdict(list)
        for match in matches:
            for item in match.row.broken:
                barred.setdefault(item, "有单元格看不懂")
            for reading in match.row.readings:
                found[self.whole.get(reading.item, reading.item)].append((match, reading))
        twice = False
        for item, cells in found.items():
            readings = [reading for _, reading in cells]
            how = cells[0][0].how
            if self.wanted[item].summed:
                self._parcels_twice(firm, matches, item)
                claims[item].append(self._sum(firm, item, table, cells, barred))
                continue
            rows = self._rows(firm, item, cells, barred)
            readings = [reading for used, _, _ in rows for reading in used]
            values = {value for _, value, _ in rows}
            if len(values) > 1:
                barred[item] = "同一张表里不一致"
                shown = "、".join(f"{r.sheet}!{r.cell} 是{r.raw}{r.unit}" for r in readings[:4])
                self.note(Finding.of("E643", self.at(readings[-1], item, firm), shown=shown))
            elif len(rows) > 1:
                twice = True
            used, value, rounding = rows[0]
            claims[item].append(Claim(table, value, rounding, used, how))
        if twice and not any(item in barred for item in found):
            places = "、".join(f"{m.row.sheet}!{m.row.cell}" for m in matches[:4])
            some = next(r for cells in found.values() if len(cells) > 1 for _, r in cells[1:])
            at = self.at(some, "name", firm)
            self.note(Finding.of("W644", at, rows=len(matches), places=places))

    def _sum(
        self, firm: int, item: str, table: int, cells: Sequence[tuple[Match, Reading]],
        barred: dict[str, str],
    ) -> Claim:  # fmt: skip
        """Add up a firm's rows."""
        total, slack = Fraction(0), Fraction(0)
        kept: list[Reading] = []
        for used, value, rounding in self._rows(firm, item, cells, barred):
            total += value if isinstance(value, Fraction) else 0
            slack = max(slack, rounding)
            kept += used
        if total < 0:
            at = self.at(kept[0], item, firm)
            self.note(Finding.of("W646", at, total=show_content(total)))
        return Claim(table, total, slack, tuple(kept), cells[0][0].how)

    def _rows(
        self, firm: int, item: str, cells: Sequence[tuple[Match, Reading]], barred: dict[str, str]
    ) -> list[tuple[tuple[Reading, ...], Content, Fraction]]:
        """Return what each row says; where it has parts and their sum, the parts count."""
        rows: dict[tuple[str, int, bool], list[Reading]] = defaultdict(list)
        for match, reading in cells:
            rows[match.row.sheet, match.row.row, match.how is How.LEASE].append(reading)
        told: list[tuple[tuple[Reading, ...], Content, Fraction]] = []
        for readings in rows.values():
            parts = [reading for reading in readings if reading.item != item]
            sums = [reading for reading in readings if reading.item == item]
            if not parts:
                told += [((reading,), reading.value, reading.resolution) for reading in sums]
                continue
            here, rounding = _added(parts)
            told.append((tuple(parts), here, rounding))
            self._compare_parts(firm, item, sums, parts, barred)
        return told

    def _compare_parts(
        self, firm: int, item: str, sums: Sequence[Reading], parts: Sequence[Reading],
        barred: dict[str, str],
    ) -> None:  # fmt: skip
        here, rounding = _added(parts)
        if sums:
            whole, coarse = _added(sums)
            if abs(whole - here) > max(rounding, coarse):
                barred[item] = "合计与分项不符"
                told = Finding.of(
                    "E645",
                    self.at(sums[0], item, firm),
                    case="land" if item == "land" else "",
                    header=sums[0].header,
                    whole=show_content(whole),
                    parts=show_content(here),
                )
                self.note(told)
        elif not self.wanted[item].summed:
            there = {reading.item for reading in parts}
            sets = [{part_id(item, name) for name in names} for names in self.wanted[item].add]
            if there not in sets and any(there < each for each in sets):
                self.note(Finding.of("W683", self.at(parts[0], item, firm)))

    def _parcels_twice(self, firm: int, matches: Sequence[Match], item: str) -> None:
        seen: dict[tuple[str, ...], Match] = {}
        for match in matches:
            own = [r for r in match.row.readings if self.whole.get(r.item, r.item) == item]
            if not own:
                continue
            look = (match.row.sheet, *match.row.look)
            first = seen.setdefault(look, match)
            if first is not match:
                at = self.at(own[0], item, firm)
                self.note(Finding.of("W647", at, other=first.row.row + 1))

    def _with_leases(self, firm: int, item: str, claims: Sequence[Claim]) -> Sequence[Claim]:
        """Return the claims with leases of one table added to the own land of another."""
        if item != "land" or len(claims) < 2:
            return claims
        leases = [c for c in claims if all(_place(r) in self.leases for r in c.readings)]
        own = [c for c in claims if all(_place(r) not in self.leases for r in c.readings)]
        if len(leases) != 1 or not own or len(own) + 1 != len(claims):
            return claims
        lease = leases[0]
        told = Finding.of(
            "W695",
            self.at(lease.readings[0], item, firm),
            own=self.tables[own[0].table].name,
            leases=self.tables[lease.table].name,
            area=show_content(lease.value),
        )
        self.note(told)
        both = [
            Claim(
                c.table, c.value + lease.value, max(c.resolution, lease.resolution),
                (*c.readings, *lease.readings), c.how,
            )
            for c in own
            if isinstance(c.value, Fraction) and isinstance(lease.value, Fraction)
        ]  # fmt: skip
        return both or claims

    def _decide(self, firm: int, item: str, claims: Sequence[Claim]) -> Figure:
        first, *rest = claims = self._with_leases(firm, item, claims)
        if all(claim.value == first.value for claim in rest):
            return Figure(firm, item, first, tuple(rest))
        shown = "；".join(
            f"{self.tables[c.table].name} {c.readings[0].sheet}!{c.readings[0].cell} 是"
            f"{show_content(c.value)}"
            for c in claims
        )
        finest = min(claims, key=lambda claim: claim.resolution)
        if all(_rounds_to(finest, claim) for claim in claims):
            others = tuple(claim for claim in claims if claim is not finest)
            self.note(Finding.of("H642", self.at(finest.readings[0], item, firm), shown=shown))
            return Figure(firm, item, finest, others)
        for table in self.prefer:
            for claim in claims:
                if claim.table == table:
                    at, taken = self.at(claim.readings[0], item, firm), self.tables[table].name
                    self.note(Finding.of("W640", at, shown=shown, taken=taken))
                    others = tuple(each for each in claims if each is not claim)
                    return Figure(firm, item, claim, others)
        self.note(Finding.of("E641", self.at(first.readings[0], item, firm), shown=shown))
        return Figure(firm, item, None, tuple(claims), "几张表不一致")


def _place(reading: Reading) -> tuple[int, str, int, int]:
    return reading.table, reading.sheet, reading.row, reading.column


def _added(readings: Sequence[Reading]) -> tuple[Fraction, Fraction]:
    """Return the sum of some figures and the coarsest resolution among them."""
    values = [r.value for r in readings if isinstance(r.value, Fraction)]
    return sum(values, Fraction(0)), max((r.resolution for r in readings), default=Fraction(0))


def _rounds_to(fine: Claim, coarse: Claim) -> bool:
    """Return whether ``coarse`` is ``fine`` with fewer decimals."""
    one, other = fine.value, coarse.value
    if isinstance(one, Fraction) and isinstance(other, Fraction):
        rounded = fine.resolution < coarse.resolution
        return one == other or (rounded and abs(one - other) <= coarse.resolution / 2)
    return one == other
