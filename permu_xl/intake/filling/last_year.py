"""上年数据 from the workbook that was finished last year."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from permu_xl.engine.model import IN, OUT, Categories
from permu_xl.findings import At, Finding, Level
from permu_xl.intake.deciding import Firm, find_places
from permu_xl.intake.filling.firm_table import Status, Target
from permu_xl.intake.filling.provenance import Origin
from permu_xl.text import name_key, show_number
from permu_xl.workbook import layout
from permu_xl.xlsx.cells import is_blank

if TYPE_CHECKING:
    from permu_xl.intake.tables import Content
    from permu_xl.workbook.reading import Book, FirmTable

__all__ = ["CarriedOver", "carry_over"]

_HOW = "上年工作簿"

_SEEN = {
    "E431": "E671",
    "E432": "E672",
    "W433": "W673",
    "W434": "W674",
    "W435": "W675",
    "E436": "W676",
}
"""What the looks of the district's own cells are called where they are imported."""


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """What was taken over: how many firms, what is odd, and where each figure came from."""

    firms: int
    findings: tuple[Finding, ...]
    origins: tuple[Origin, ...]


def carry_over(last: Book, book: Book, target: Target | None) -> CarriedOver:
    """Fill 上年数据 with the firms and figures on last year's 原始数据.

    Nothing is taken from a workbook of another year, or of the same name for another thing: then
    there is an error.  Figures that are there already stay.
    """
    at = At("previous", item=layout.PREVIOUS, file=last.path.name)
    year, theirs = book.parameters.year, last.parameters.year
    if theirs != year - 1:
        told = Finding.of(
            "E661", at, book=last.path.name, theirs=theirs, year=year, wanted=year - 1
        )
        return CarriedOver(0, (told,), ())
    if target is None:
        return CarriedOver(0, (Finding.of("E662", at),), ())
    done = _Carrier(last, book, target).run()
    ours, other = book.parameters.district, last.parameters.district
    if not ours or not other or name_key(ours) == name_key(other):
        return done
    told = Finding.of("W667", at, book=last.path.name, theirs=other, ours=ours)
    return replace(done, findings=(told, *done.findings))


class _Carrier:
    def __init__(self, last: Book, book: Book, target: Target) -> None:
        self.last, self.book, self.target = last, book, target
        self.source: FirmTable = last.current
        self.findings: list[Finding] = []
        self.origins: list[Origin] = []

    def run(self) -> CarriedOver:
        for finding in self.last.findings:
            if finding.table != "current":
                continue
            if finding.code in _SEEN:
                self.findings.append(_seen_otherwise(self.last, finding))
            elif finding.level is Level.ERROR:
                self.findings.append(_passed_on(self.last, finding))
        columns = self._columns()
        roster = self.source.roster
        firms = [
            Firm(code, name)
            for code, name in zip(roster.codes.tolist(), roster.names.tolist(), strict=True)
        ]
        places = find_places(firms, self.target.firms)
        new: dict[str, int] = {}
        for entry, (firm, position) in enumerate(zip(firms, places, strict=True)):
            if position < 0:
                if firm.identity not in new:
                    new[firm.identity] = self.target.append(firm)
                position = new[firm.identity]
            elif firm.code and not self.target.firms[position].code:
                self._complete(entry, position, firm)
            for field in columns:
                value = self._value(entry, field)
                if value is not None:
                    self._fill(entry, position, field, value)
        return CarriedOver(roster.size, tuple(self.findings), tuple(self.origins))

    def _columns(self) -> list[layout.Field]:
        """Return the fields to be carried over; those that last year did not have are told."""
        fields = [
            f
            for f in layout.data_fields(self.book.scheme)
            if f.key not in ("serial", "code", "name")
        ]
        old = {field.key: field for field in layout.data_fields(self.last.scheme)}
        usable = []
        for field in fields:
            before = old.get(field.key)
            same = before is not None and before.unit == field.unit
            basis = self._other_basis(field.key)
            if same and not basis and self.source.placed.column(field.key) is not None:
                usable.append(field)
            elif field.required:
                told = Finding.of(
                    "W663",
                    At(
                        "previous",
                        column=field.key,
                        item=field.name,
                        sheet=self.source.placed.sheet,
                        file=self.last.path.name,
                    ),
                    case="basis" if basis else "unit" if before is not None and not same else "",
                    book=self.last.path.name,
                    basis=basis,
                )
                self.findings.append(told)
        return usable

    def _other_basis(self, key: str) -> str:
        """Return on what basis (R22) last year's figures are where this year asks for another."""
        before, now = (of.scheme.columns.get(key) for of in (self.last, self.book))
        if before is None or now is None or now.basis in ("", before.basis):
            return ""
        return before.basis or "没有写明"

    def _value(self, entry: int, field: layout.Field) -> Content | None:
        roster = self.source.roster
        if (entry, field.key) in self.source.refused:
            return None
        if field.key in roster.numbers or field.key == "bonus_points":
            column = (
                roster.bonus_points if field.key == "bonus_points" else (roster.numbers[field.key])
            )
            number = float(column[entry])
            return None if number != number else Fraction(repr(number))
        if field.key == "start_date":
            day: Any = roster.start_dates[entry]
            if np.isnat(day):
                return None
            found = day.astype(object)
            return found if isinstance(found, dt.date) else None
        if field.key == "industry":
            return _text(roster.industries, entry)
        if field.key == "bonus_labels":
            return _text(roster.bonus_labels, entry)
        if field.key in roster.flags:
            return layout.YES if roster.flags[field.key][entry] else None
        if field.key in roster.attributes:
            return _text(roster.attributes[field.key], entry)
        if field.key == "included":
            return {IN: layout.YES, OUT: layout.NO}.get(int(roster.included[entry]))
        return None

    def _complete(self, entry: int, position: int, firm: Firm) -> None:
        """Fill in the code of a firm that was found by its name, and say so."""
        if self.target.fill(position, "code", firm.code) is not Status.WRITTEN:
            return
        at = At(
            "previous",
            column="code",
            item=layout.CODE.name,
            value=firm.code,
            firm_code=firm.code,
            firm_name=firm.name,
            sheet=self.target.sheet,
            cell=self.target.cell(position, "code"),
        )
        placed = self.source.placed
        where = f"{self.last.path.name} {placed.sheet}!{placed.cell(entry, 'code')}"
        self.findings.append(Finding.of("W637", at, where=where))

    def _fill(self, entry: int, position: int, field: layout.Field, value: Content) -> None:
        target, placed = self.target, self.source.placed
        present = target.present(position, field.key)
        status = target.fill(position, field.key, value)
        firm = target.firms[position]
        standing = status in (Status.WRITTEN, Status.SAME, Status.REPLACED)
        shown: float | str = float(value) if isinstance(value, Fraction) else str(value)
        column = self.book.scheme.columns.get(field.key)
        unit = "" if column is None else column.unit
        self.origins.append(
            Origin(
                target.sheet, target.cell(position, field.key), firm.code, firm.name, field.name,
                shown if standing else (None if is_blank(present) else str(present)),
                unit, status.value, self.last.path.name, placed.sheet,
                placed.cell(entry, field.key), field.header, str(shown), unit, shown, _HOW,
            )
        )  # fmt: skip
        if status in (Status.KEPT, Status.FORMULA):
            at = At(
                "previous",
                column=field.key,
                item=field.name,
                value=_in_words(present),
                firm_code=firm.code,
                firm_name=firm.name,
                sheet=target.sheet,
                cell=target.cell(position, field.key),
            )
            book = self.last.path.name
            theirs = _in_words(shown)
            told = Finding.of("W664", at, sheet=target.sheet, book=book, shown=theirs)
            self.findings.append(told)


def _text(column: Categories, entry: int) -> str | None:
    return column.values[int(column.index[entry])] or None


def _in_words(cell: object) -> str:
    return show_number(cell) if isinstance(cell, (int, float)) else str(cell)


def _seen_otherwise(last: Book, finding: Finding) -> Finding:
    """Return what is odd about the look of last year's workbook as a finding of this import."""
    at = replace(finding.at, table="previous", file=last.path.name)
    return replace(finding, code=_SEEN[finding.code], at=at)


def _passed_on(last: Book, finding: Finding) -> Finding:
    """Return an error in last year's workbook as one of this import."""
    located = last.located(finding)
    at = replace(located.at, table="previous", row=None, file=last.path.name)
    return Finding.of("W665", at, problem=finding.problem, remedy=finding.remedy)
