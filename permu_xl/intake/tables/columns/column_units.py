"""The unit of a column of figures: from its header, from a title; never guessed in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.findings import At, Finding

if TYPE_CHECKING:
    from permu_xl.intake.tables.asked import Asked, Notes
    from permu_xl.intake.tables.headers import ColumnAt, Header
    from permu_xl.intake.tables.words import Family

__all__ = ["ColumnUnits"]


class ColumnUnits:
    """Finds the units of the columns of one table."""

    def __init__(self, asked: Asked, header: Header, notes: Notes) -> None:
        self.asked, self.header, self.notes = asked, header, notes
        self.units = asked.vocabulary.synonyms.units

    def _at(self, column: ColumnAt) -> At:
        return self.notes.at(self.header.bottom, column.column, column.item, value=column.header)

    def of(self, column: ColumnAt, target: str) -> str | None:
        """Return a column's unit: from its header, from the title; None where nothing says it."""
        if column.unit:
            return column.unit
        family = self.units.family(target or "当量")
        told, inherited = self._titled(family)
        if len(told) == 1 and family is not None:
            if inherited:
                at = self._at(column)
                self.notes.add(Finding.of("H613", at, case="title", unit=told[0]))
            return told[0]
        if len(told) > 1:
            self.notes.add(Finding.of("E615", self._at(column), units="、".join(told)))
            return None
        if not target:
            return family.plain if family is not None else ""
        if family is not None and family.plain:
            self.notes.add(Finding.of("H613", self._at(column), unit=family.plain))
            return family.plain
        return self._without_unit(column, target)

    def _titled(self, family: Family | None) -> tuple[list[str], bool]:
        """Return the fitting units that the nearest title tells, and whether it is another's."""
        for number, titles in enumerate((self.header.titles, *self.header.inherited)):
            told: list[str] = []
            for title in titles:
                told += [u for u in self.units.told(title) if u not in told]
            fitting = [unit for unit in told if self.units.family(unit) is family]
            if fitting:
                return fitting, number > 0
            if any(self.units.strange(title) for title in titles):
                break
        return [], False

    def _without_unit(self, column: ColumnAt, target: str) -> str | None:
        """A unit in the title that is not known, or fits no column, is never taken for ours."""
        titles = [t for each in (self.header.titles, *self.header.inherited) for t in each]
        strange = next((word for title in titles if (word := self.units.strange(title))), "")
        told = list(dict.fromkeys(unit for title in titles for unit in self.units.told(title)))
        at = self._at(column)
        if strange:
            self.notes.add(Finding.of("E611", at, case="strange", strange=strange, unit=target))
        elif told:
            units = "、".join(told)
            self.notes.add(Finding.of("E611", at, case="unfit", units=units, unit=target))
        elif self.asked.assume_units:
            self.notes.add(Finding.of("W612", at, unit=target))
            return target
        else:
            self.notes.add(Finding.of("E611", at, unit=target))
        return None
