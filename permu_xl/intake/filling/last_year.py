"""上年数据 from the workbook that was finished last year."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from permu_xl.engine.model import IN, OUT, Categories
from permu_xl.findings import At, Finding, Level
from permu_xl.intake.deciding import Firm
from permu_xl.intake.filling.firm_table import Status, Target
from permu_xl.intake.filling.provenance import Origin
from permu_xl.text import name_key
from permu_xl.workbook import add_register, appended_rows, layout
from permu_xl.xlsx.cells import is_blank, show

if TYPE_CHECKING:
    from collections.abc import Mapping

    from permu_xl.intake.tables import Content
    from permu_xl.workbook.reading import Book, FirmTable, OpenedWorkbook
    from permu_xl.xlsx.cells import Block, Value

__all__ = ["CarriedOver", "carry_classes", "carry_over"]

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
    work = _Carrier(last, book, target)
    return work.run()


def carry_classes(
    last: OpenedWorkbook, opened: OpenedWorkbook
) -> tuple[dict[str, list[Block]], list[Finding]]:
    """Return what is written to 上年分类: the final classes that stand in last year's workbook.

    Firms that are on the sheet already stay as they are; where there is no such sheet it is added.
    """
    written = _written_classes(last)
    at = At("last_classes", item=layout.LAST_CLASSES, file=last.book.path.name)
    if not written:
        return {}, [Finding.of("W666", at, book=last.book.path.name)]
    package, book = opened.package, opened.book
    title = layout.LAST_CLASSES
    if book.last_classes is None and title in book.sheets:
        return {}, []  # a sheet of the district's own, which has been told
    name = book.sheets.get(title, title)
    there = () if book.last_classes is None else book.last_classes.entries
    known = {each.code or each.name for each in there}
    rows: list[Mapping[str, Value]] = [
        row for row in written if (row["code"] or row["name"]) not in known
    ]
    if not rows:
        return {}, []
    if book.last_classes is None:
        add_register(package, book, title)
    placed = None if book.last_classes is None else book.last_classes.placed
    grid = None if placed is None else opened.grid(name)
    fields = layout.last_class_fields(book.scheme)
    return {name: [appended_rows(grid, placed, fields, rows)]}, []


def _written_classes(last: OpenedWorkbook) -> list[dict[str, str]]:
    """Return code, name and final class of the firms on last year's 分类结果."""
    at = last.book.outputs.get(layout.CLASSES)
    if at is None:
        return []
    grid = last.grid(last.book.sheets[layout.CLASSES])
    letters = (*last.book.scheme.letters, layout.NOT_EVALUATED)
    found = []
    for row in range(at.first_row, len(grid.rows)):
        code, name, letter = (
            show(grid.cell(row, at.columns[key])).strip() for key in ("code", "name", "final")
        )
        if letter in letters and (code or name):
            found.append({"code": code, "name": name, "letter": letter})
    return found


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
        known = _positions(self.target.firms)
        roster = self.source.roster
        for entry in range(roster.size):
            firm = Firm(str(roster.codes[entry]), str(roster.names[entry]))
            position = known.get(_identity(firm))
            if position is None:
                position = self.target.append(firm)
                known[_identity(firm)] = position
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
            if same and self.source.placed.column(field.key) is not None:
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
                    case="unit" if before is not None and not same else "",
                    book=self.last.path.name,
                )
                self.findings.append(told)
        return usable

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
        if field.key == "included":
            return {IN: layout.YES, OUT: layout.NO}.get(int(roster.included[entry]))
        return None

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
                value=str(present),
                firm_code=firm.code,
                firm_name=firm.name,
                sheet=target.sheet,
                cell=target.cell(position, field.key),
            )
            book = self.last.path.name
            told = Finding.of("W664", at, sheet=target.sheet, book=book, shown=shown)
            self.findings.append(told)


def _text(column: Categories, entry: int) -> str | None:
    return column.values[int(column.index[entry])] or None


def _identity(firm: Firm) -> str:
    return firm.code or name_key(firm.name)


def _positions(firms: list[Firm]) -> dict[str, int]:
    return {_identity(firm): number for number, firm in enumerate(firms)}


def _seen_otherwise(last: Book, finding: Finding) -> Finding:
    """Return what is odd about the look of last year's workbook as a finding of this import."""
    at = replace(finding.at, table="previous", file=last.path.name)
    return replace(finding, code=_SEEN[finding.code], at=at)


def _passed_on(last: Book, finding: Finding) -> Finding:
    """Return an error in last year's workbook as one of this import."""
    located = last.located(finding)
    at = replace(located.at, table="previous", row=None, file=last.path.name)
    return Finding.of("W665", at, problem=finding.problem, remedy=finding.remedy)
