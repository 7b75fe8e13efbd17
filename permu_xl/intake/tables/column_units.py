"""The unit of a column of figures: from its header, from a title; never guessed in silence."""

from __future__ import annotations

from permu_xl.findings import Level
from permu_xl.intake.tables.asked import Asked, Notes
from permu_xl.intake.tables.headers import ColumnAt, Header
from permu_xl.intake.tables.units import Family

__all__ = ["ColumnUnits"]


class ColumnUnits:
    """Finds the units of the columns of one table."""

    def __init__(self, asked: Asked, header: Header, notes: Notes) -> None:
        self.asked, self.header, self.notes = asked, header, notes
        self.units = asked.vocabulary.synonyms.units

    def of(self, column: ColumnAt, target: str) -> str | None:
        """Return a column's unit: from its header, from the title; None where nothing says it."""
        if column.unit:
            return column.unit
        family = self.units.family(target or "当量")
        told, inherited = self._titled(family)
        if len(told) == 1 and family is not None:
            if inherited:
                self.notes.note(
                    Level.HINT,
                    "H613",
                    self.header.bottom,
                    column.column,
                    column.item,
                    f"“{column.header}”没有写单位，按上面标题的“{told[0]}”读取",
                    "请确认",
                    value=column.header,
                )
            return told[0]
        if len(told) > 1:
            self.notes.note(
                Level.ERROR,
                "E615",
                self.header.bottom,
                column.column,
                column.item,
                f"标题里写了两种单位（{'、'.join(told)}），分不清“{column.header}”用哪一种，"
                "这一列没有导入",
                "在这一列的表头里写明单位",
                value=column.header,
            )
            return None
        if not target:
            return family.plain if family is not None else ""
        if family is not None and family.plain:
            self.notes.note(
                Level.HINT,
                "H613",
                self.header.bottom,
                column.column,
                column.item,
                f"“{column.header}”没有写单位，按“{family.plain}”读取",
                "请确认",
                value=column.header,
            )
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
        if strange:
            problem, remedy = (
                f"标题写的单位是“{strange}”，换算不了",
                (f"请部门按规定的单位提供，在表头写明，如“（{target}）”"),
            )
        elif told:
            problem = f"标题里的单位（{'、'.join(told)}）用不到这一列上"
            remedy = f"在表头写明这一列的单位，如“（{target}）”"
        elif self.asked.assume_units:
            self.notes.note(
                Level.WARNING,
                "W612",
                self.header.bottom,
                column.column,
                column.item,
                f"“{column.header}”没有写单位，按 --assume-units 当作“{target}”",
                "请向部门确认单位",
                value=column.header,
            )
            return target
        else:
            problem = "标题里也没有"
            remedy = (
                f"在表头写明单位，如“（{target}）”；确认就是{target}的，也可以加 --assume-units"
            )
        self.notes.note(
            Level.ERROR,
            "E611",
            self.header.bottom,
            column.column,
            column.item,
            f"“{column.header}”没有写单位，{problem}，这一列没有导入",
            remedy,
            value=column.header,
        )
        return None
