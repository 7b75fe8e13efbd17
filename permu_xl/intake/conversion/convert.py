"""What the raw amounts of a firm make up: equivalents, outlet by outlet, or standard coal.

The law counts at each outlet only the largest few pollutants of a class; the sum of all is told
beside it.  A firm with an amount that cannot be converted has no figure at all.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from permu_xl.findings import At, Finding
from permu_xl.intake.conversion.counting import SMALLER, Part, counted_parts
from permu_xl.intake.deciding import Converted
from permu_xl.intake.tables import Amount, Reading, TableRead, Units
from permu_xl.text import show_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from permu_xl.intake.conversion.factors import Factors, Kind, Substance
    from permu_xl.intake.deciding import Match

__all__ = ["Converter"]


@dataclass(slots=True)
class Converter:
    """Converts for one scheme and year.

    ``targets`` gives by item the figure's unit, ``bases`` the basis that the scheme asks for;
    ``everything`` counts all pollutants, not the largest few of each outlet.
    """

    factors: Factors
    units: Units
    year: int
    names: Mapping[str, str]
    targets: Mapping[str, str]
    bases: Mapping[str, str]
    everything: bool = False
    findings: list[Finding] = field(default_factory=list)
    _used: dict[tuple[int, str], dict[str, Substance]] = field(default_factory=dict)
    _outlets: dict[tuple[int, str], bool] = field(default_factory=dict)

    def convert(self, tables: Sequence[TableRead], matches: Sequence[Match]) -> list[Converted]:
        """Return what the raw amounts of all tables make up, firm by firm."""
        found: dict[tuple[int, str], list[tuple[Match, Amount]]] = defaultdict(list)
        for match in matches:
            for amount in match.row.amounts:
                found[match.firm, amount.whole].append((match, amount))
        made = [
            self._firm(firm, self.factors.kinds[item], told, tables)
            for (firm, item), told in found.items()
        ]
        self._tell(tables)
        return made

    def _firm(
        self,
        firm: int,
        kind: Kind,
        told: Sequence[tuple[Match, Amount]],
        tables: Sequence[TableRead],
    ) -> Converted:
        parts: list[Part] = []
        left: list[tuple[Reading, str]] = []
        whole = True
        for match, amount in told:
            reading = amount.reading
            at = self._at(kind, match, reading, tables)
            found = self._substance(kind, amount, at)
            if found is None:
                whole = whole and reading.value == 0
            elif not self.factors.is_taxed(found):
                left.append((reading, "不是应税污染物"))
            else:
                part = self._part(kind, amount, found, at)
                whole = whole and (part is not None or reading.value == 0)
                parts += [] if part is None else [part]
                self._note(reading.table, kind, found, amount)
        parts, clear = self._once(kind, parts, told, tables)
        raw = tuple(amount.reading for _, amount in told)
        counted, barred = counted_parts(kind, parts)
        if not counted and left:
            self._tell_unclear(kind, told[0][1], self._at(kind, told[0][0], left[0][0], tables))
        if not (whole and clear and counted):
            return Converted(firm, kind.item, None, Fraction(0), raw, ())
        smaller = [part for part, why in barred if why == SMALLER]
        if smaller:
            self._tell_both(kind, counted, [*counted, *smaller], told[0][0], tables)
        if self.everything:
            counted = [*counted, *smaller]
            barred = [(part, why) for part, why in barred if why != SMALLER]
        return Converted(
            firm,
            kind.item,
            sum((p.value for p in counted), Fraction(0)),
            max((p.resolution for p in counted), default=Fraction(0)),
            tuple(self._reading(kind, p) for p in counted),
            (*left, *((self._reading(kind, p), why) for p, why in barred)),
        )

    def _at(self, kind: Kind, match: Match, reading: Reading, tables: Sequence[TableRead]) -> At:
        row = match.row
        name = self.names.get(kind.item, kind.item)
        whose = (row.code, row.name)
        file = tables[reading.table].name
        return At.in_file(file, reading.sheet, reading.cell, name, reading.raw, whose)

    def _substance(self, kind: Kind, amount: Amount, at: At) -> Substance | None:
        """Return what a name means; where that is not clear or no factor is known, it is told."""
        found = self.factors.named(kind.item, amount.substance)
        case = "" if found else "unknown"
        found = self._of_basis(kind, found)
        if amount.medium:
            fitting = [
                s
                for s in found
                if s.kind not in kind.classes or kind.classes[s.kind].medium in ("", amount.medium)
            ]
            found = fitting or found
        given = [s for s in found if s.factor is not None or not self.factors.is_taxed(s)]
        kinds = {s.kind for s in found}
        if len(kinds) > 1:
            case = "medium"
        elif not case and not given:
            case = "basis" if found and self._is_basis(kind, found[0]) else "open"
        if not case:
            return given[0]
        if amount.reading.value != 0:
            note = "；".join(dict.fromkeys(s.note for s in found if s.note and s.factor is None))
            self._tell_unclear(kind, amount, at, case, note)
        return None

    def _tell_unclear(
        self, kind: Kind, amount: Amount, at: At, case: str = "unknown", note: str = ""
    ) -> None:
        """Say that an amount has no factor, and why: then the firm has no figure."""
        open_, medium, basis = (case == each for each in ("open", "medium", "basis"))
        told = Finding.of(
            "E686",
            at,
            case="open" if open_ else "medium" if medium else "basis" if basis else "",
            substance=amount.substance,
            law=kind.law,
            year=self.year,
            note=f"（{note}）" if note else "",
        )
        self.findings.append(told)

    def _is_basis(self, kind: Kind, substance: Substance) -> bool:
        return bool(kind.classes[substance.kind].basis) if substance.kind in kind.classes else False

    def _of_basis(self, kind: Kind, found: Sequence[Substance]) -> list[Substance]:
        """Return the substances of the basis and year: 当量 unless the scheme asks for 等价."""
        wanted = self.bases.get(kind.item, "") or "当量"
        right = []
        for substance in found:
            own = kind.classes[substance.kind].basis if substance.kind in kind.classes else ""
            if own in ("", wanted) and substance.year in (None, self.year):
                right.append(substance)
        return right

    def _part(self, kind: Kind, amount: Amount, substance: Substance, at: At) -> Part | None:
        reading, factor = amount.reading, substance.factor
        scale = self.units.factor(reading.unit, substance.unit)
        target = self.targets.get(kind.item, "") or kind.makes
        made = self.units.factor(kind.makes, target)
        if scale is None or made is None or factor is None:
            if reading.value != 0:
                told = Finding.of(
                    "E614",
                    at,
                    case="amount",
                    unit=reading.unit or "没有写",
                    target=substance.unit,
                )
                self.findings.append(told)
            return None
        assert isinstance(reading.value, Fraction)
        scale = made * (scale / factor if kind.divides else scale * factor)
        return Part(amount, substance, reading.value * scale, reading.resolution * scale)

    def _once(
        self,
        kind: Kind,
        parts: Sequence[Part],
        told: Sequence[tuple[Match, Amount]],
        tables: Sequence[TableRead],
    ) -> tuple[list[Part], bool]:
        """Return the parts without what several tables say alike, and whether they are clear."""
        places: dict[tuple[str, str, str], list[Part]] = defaultdict(list)
        for part in parts:
            places[part.place].append(part)
        matches = {id(amount): match for match, amount in told}
        kept, clear = [], True
        for (_, name, outlet), same in places.items():
            kept.append(same[0])
            sources = {p.amount.reading.table for p in same}
            if len(same) == 1 or (len(sources) == len(same) and len({p.value for p in same}) == 1):
                continue
            clear = False
            last = same[-1]
            at = self._at(kind, matches[id(last.amount)], last.amount.reading, tables)
            shown = "、".join(
                f"{p.amount.reading.sheet}!{p.amount.reading.cell} 是"
                f"{p.amount.reading.raw}{p.amount.reading.unit}"
                for p in same[:4]
            )
            where = f"排放口“{outlet}”的" if outlet else ""
            self.findings.append(Finding.of("E688", at, substance=f"{where}{name}", shown=shown))
        return kept, clear

    def _reading(self, kind: Kind, part: Part) -> Reading:
        """Return an amount as a part of the figure, with its factor told beside its unit."""
        reading, substance = part.amount.reading, part.substance
        assert substance.factor is not None
        sign = "÷" if kind.divides else "×"
        return Reading(
            f"{kind.item}~{substance.name}",
            reading.table,
            reading.sheet,
            reading.row,
            reading.column,
            f"{substance.name}（{reading.header}）",
            reading.raw,
            f"{reading.unit}，换算成{substance.unit}{sign}{show_number(float(substance.factor))}",
            part.value,
            part.resolution,
        )

    def _note(self, table: int, kind: Kind, substance: Substance, amount: Amount) -> None:
        self._used.setdefault((table, kind.item), {})[substance.name] = substance
        self._outlets[table, kind.item] = self._outlets.get((table, kind.item), False) or bool(
            amount.outlet
        )

    def _tell(self, tables: Sequence[TableRead]) -> None:
        """Say table by table what was converted, by which factors, and how it was counted."""
        for (number, item), used in self._used.items():
            kind = self.factors.kinds[item]
            sign = "÷" if kind.divides else "×"
            shown = "、".join(
                f"{s.name}{sign}{show_number(float(s.factor))}"
                for s in used.values()
                if s.factor is not None
            )
            outlets, basis = self._outlets[number, item], self.bases.get(item, "")
            at = At.in_file(tables[number].name, "", "", self.names.get(item, item))
            told = Finding.of(
                "W685",
                at,
                case="fuels"
                if not kind.divides and basis
                else "silent"
                if not kind.divides
                else "everything"
                if self.everything
                else "outlets"
                if outlets
                else "",
                shown=shown,
                law=kind.law,
                clause=kind.clause,
                basis=basis,
            )
            self.findings.append(told)

    def _tell_both(
        self,
        kind: Kind,
        counted: Sequence[Part],
        everything: Sequence[Part],
        match: Match,
        tables: Sequence[TableRead],
    ) -> None:
        """Offer both sums where the law leaves some pollutants out."""
        few = sum((part.value for part in counted), Fraction(0))
        every = sum((part.value for part in everything), Fraction(0))
        if few == every:
            return
        reading = counted[0].amount.reading
        at = self._at(kind, match, reading, tables)
        self.findings.append(
            Finding.of(
                "H685",
                at,
                case="everything" if self.everything else "",
                few=show_number(round(float(few), 4)),
                every=show_number(round(float(every), 4)),
            )
        )
