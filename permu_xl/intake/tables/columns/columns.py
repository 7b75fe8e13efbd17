"""The columns of a department's table: years, units, signs, and which of several counts."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from permu_xl.findings import At, Finding
from permu_xl.intake.tables.columns.amounts import amount_tables
from permu_xl.intake.tables.columns.column_units import ColumnUnits
from permu_xl.intake.tables.columns.land_kinds import kind_column, sheet_kind
from permu_xl.intake.tables.columns.not_read import period_column, suggest, tell_other_years
from permu_xl.intake.tables.figures import exact, resolution
from permu_xl.intake.tables.words import (
    ATTRIBUTES,
    COUNTERPARTS,
    IDENTITY,
    key,
    part_id,
)
from permu_xl.workbook.reading import Column
from permu_xl.xlsx.cells import CellError, is_blank, unit_factor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from permu_xl.intake.sources import SourceSheet
    from permu_xl.intake.tables.asked import Asked, Notes
    from permu_xl.intake.tables.headers import ColumnAt, Header

__all__ = ["Columns", "Figure"]

_UNIT_HEADERS = {"单位", "计量单位", "金额单位", "面积单位", "数量单位", "货币单位"}
_SERIAL = {"序号", "编号", "行号", "no"}


@dataclass(frozen=True, slots=True)
class Figure:
    """A column of figures: the item in the scheme, the unit, the factor, the sign."""

    at: ColumnAt
    whole: str
    unit: str
    factor: Fraction
    sign: int


class Columns:
    """The columns of one table that are to be read, and those that are not."""

    def __init__(self, asked: Asked, sheet: SourceSheet, header: Header, notes: Notes) -> None:
        self.asked, self.sheet, self.header = asked, sheet, header
        self.notes = notes
        self.units = asked.vocabulary.synonyms.units
        self.unused: dict[int, str] = {c: h for c, h in header.unknown.items() if h.strip()}
        """Headers by column of what is not read."""
        self.unused |= header.other_years
        tell_other_years(asked, header, notes)
        self.kind_at, self.kinds = kind_column(asked, sheet, header, notes)
        self.period_at = period_column(header)
        # Where raw amounts are known, their unit may stand in such a column too.
        named = {**header.unknown, **{c.column: c.header for c in header.columns}}
        self.unit_at = next((c for c, h in named.items() if key(h) in _UNIT_HEADERS), None)
        self.sheet_sign, self.sheet_kind = (
            (1, "") if self.kinds is not None else sheet_kind(asked, sheet, header)
        )
        self.unit_of = ColumnUnits(asked, header, notes).of
        self.identity = {
            item: [c.column for c in header.columns if c.item == item]
            for item in (*IDENTITY, *COUNTERPARTS)
        }
        plain = [c for c in header.columns if c.item not in self.identity]
        raw = [c for c in plain if "~" in c.item]
        plain = [c for c in plain if c not in raw]
        self.attributes = self._attributes(plain)
        own = [c for c in plain if c.item not in ATTRIBUTES]
        self.amounts = amount_tables(asked, sheet, header, notes, raw, [c.item for c in own])
        self.figures = self._figures([c for c in own if not self._row_by_row(c)])
        read = {c.column for table in self.amounts for c in table.all_columns}
        for column in (*raw, *(c for c in own if self._row_by_row(c))):
            if column.column not in read:
                self._leave(column)
        suggest(asked, header, notes, but=(self.kind_at, self.period_at))
        self._tell_beside()

    def _row_by_row(self, column: ColumnAt) -> bool:
        """Return whether a figure is one substance's only, in a table of a row for each."""
        return any(column.item == t.whole and t.substance is not None for t in self.amounts)

    @property
    def not_used(self) -> list[str]:
        """The headers of the columns that are not read, those of serial numbers aside."""
        told = [self.kind_at, self.period_at]
        return [
            shown
            for column, shown in sorted(self.unused.items())
            if column not in told and key(shown) not in _SERIAL
        ]

    def other_unit(self, figure: Figure, told: str) -> str:
        """Return the unit that a row names for itself where it is not that of a figure's column."""
        factor = self.units.factor(told, figure.unit) if told and figure.unit else None
        return told if factor is not None and factor != 1 else ""

    def seen(self) -> dict[int, Column]:
        """Return the columns that are read, by place, as their look is judged."""

        def worth(unit: str) -> Callable[[str], Fraction | None]:
            def factor(words: str) -> Fraction | None:
                if self.units.find(words) is None:
                    return unit_factor(words, unit)
                return self.units.factor(words, unit) or Fraction(0)

            return factor

        read = {
            f.at.column: Column(f.at.column, f.whole, f.at.header, f.unit, worth(f.unit))
            for f in self.figures
        }
        others = {
            c.column: Column(c.column, c.item, c.header, "", lambda words: None)
            for c in self.attributes
        }
        raw = {
            c.column: Column(c.column, table.whole, c.header, unit, worth(unit))
            for table in self.amounts
            for c, unit in (table.wide or [(c, table.unit) for c in table.columns])
        }
        return others | raw | read

    def _at(self, column: ColumnAt, item: str = "") -> At:
        """Return the place of a column's header."""
        item = item or column.item
        return self.notes.at(self.header.bottom, column.column, item, value=column.header)

    def _leave(self, column: ColumnAt) -> None:
        self.unused[column.column] = column.header

    def _tell_doubt(self, column: ColumnAt) -> None:
        if column.doubtful:
            name = self.asked.name(column.item)
            self.notes.add(Finding.of("W617", self._at(column), name=name))

    def _bar_repeated(self, columns: Sequence[ColumnAt], clash: int = 0) -> None:
        """Leave columns of one item that nobody can tell apart; in ``clash`` rows they differ."""
        for column in columns:
            self._leave(column)
            told = Finding.of(
                "E616",
                self._at(column),
                case="clash" if clash else "",
                name=self.asked.name(column.item),
                rows=clash,
            )
            self.notes.add(told)

    def _attributes(self, columns: Sequence[ColumnAt]) -> list[ColumnAt]:
        found = []
        for item in ATTRIBUTES:
            same = [column for column in columns if column.item == item]
            if len(same) > 1:
                self._bar_repeated(same)
            elif same:
                self._tell_doubt(same[0])
                found += same
        return found

    def _figures(self, columns: Sequence[ColumnAt]) -> list[Figure]:
        columns = self._whole_sets(columns)
        found: list[Figure] = []
        for item in dict.fromkeys(column.item for column in columns):
            same = self._of_basis([column for column in columns if column.item == item])
            figures = [figure for column in same if (figure := self._figure(column)) is not None]
            for column in same:
                if all(figure.at is not column for figure in figures):
                    self._leave(column)
            if len(figures) > 1:
                figures = self._agreeing(figures)
            elif len(same) > 1:
                # The other one has no unit that could be compared.
                self._bar_repeated([figure.at for figure in figures])
                figures = []
            for figure in figures:
                self._tell_doubt(figure.at)
            found += figures
        return found

    def _whole_sets(self, columns: Sequence[ColumnAt]) -> list[ColumnAt]:
        """Return the columns without those that add up to an item only with one that is missing."""
        there = {column.item for column in columns}
        kept = set()
        for item in self.asked.vocabulary.wanted.values():
            for names in item.add:
                ids = {part_id(item.id, name) for name in names}
                kept |= ids if ids <= there else set()
        usable = []
        for column in columns:
            if "+" not in column.item or column.item in kept:
                usable.append(column)
                continue
            self._leave(column)
            whole = self.asked.whole[column.item][0]
            if whole not in there:
                self.notes.add(Finding.of("E683", self._at(column, whole)))
        return usable

    def _of_basis(self, columns: Sequence[ColumnAt]) -> list[ColumnAt]:
        """Return the columns of the basis that the scheme asks for (R22)."""
        told = {column.basis for column in columns} - {""}
        if not told:
            return list(columns)
        item = columns[0].item
        wanted = self.asked.bases.get(item, "")
        fitting = [column for column in columns if wanted and column.basis in ("", wanted)]
        if any(column.basis for column in fitting) or (not wanted and len(columns) == 1):
            for column in columns:
                if wanted and column not in fitting:
                    self._leave(column)
                    self.notes.add(Finding.of("H684", self._at(column), basis=wanted))
            return [column for column in fitting if column.basis] or list(columns)
        if not wanted and len(told) == 1 and all(column.basis for column in columns):
            return list(columns)
        for column in columns:
            self._leave(column)
        shown = "、".join(f"“{column.header}”" for column in columns)
        at = self._at(columns[0])
        self.notes.add(
            Finding.of("E684", at, case="wanted" if wanted else "", basis=wanted, columns=shown)
        )
        return []

    def _agreeing(self, figures: Sequence[Figure]) -> list[Figure]:
        """Return one of several columns of an item that say the same in every row, or none."""
        clash = compared = 0
        filled = [0] * len(figures)
        for row in range(self.header.bottom + 1, self.header.end):
            told = [self._told(row, figure) for figure in figures]
            known = [each for each in told if each is not None]
            filled = [n + (each is not None) for n, each in zip(filled, told, strict=True)]
            if len(known) < 2:
                continue
            compared += 1
            first = known[0]
            clash += any(abs(v - first[0]) > max(r, first[1]) / 2 for v, r in known[1:])
        if clash or not compared:
            self._bar_repeated([figure.at for figure in figures], clash)
            return []
        target = self.asked.units[figures[0].whole]
        order = sorted(
            range(len(figures)),
            key=lambda n: (-filled[n], figures[n].unit != target, figures[n].at.doubtful, n),
        )
        taken = figures[order[0]]
        others = [figure.at for figure in figures if figure is not taken]
        for other in others:
            self._leave(other)
        shown = "、".join(f"“{other.header}”" for other in others)
        self.notes.add(Finding.of("H616", self._at(taken.at, taken.whole), others=shown))
        return [taken]

    def _told(self, row: int, figure: Figure) -> tuple[Fraction, Fraction] | None:
        try:
            cell = self.sheet.grid.trusted(row, figure.at.column)
            if is_blank(cell):
                return None
            return exact(cell)[0] * figure.factor, resolution(cell) * figure.factor
        except CellError:
            return None

    def _figure(self, column: ColumnAt) -> Figure | None:
        whole, sign = self.asked.whole.get(column.item, (column.item, self.sheet_sign))
        target = self.asked.units[whole]
        unit = self.unit_of(column, target)
        if unit is None:
            return None
        factor = self.units.factor(unit, target or "当量") if unit or target else Fraction(1)
        if factor is None:
            at = self._at(column)
            self.notes.add(Finding.of("E614", at, unit=unit, target=target or "当量数"))
            return None
        return Figure(column, whole, unit, factor, sign)

    def _tell_beside(self) -> None:
        """Say which column was taken where others nearly like it stand beside it."""
        for item in self.asked.vocabulary.wanted.values():
            taken = [f for f in self.figures if item.id in (f.at.item, f.whole)]
            near = {key(name) for name in item.check}
            others = [
                shown
                for column, shown in self.header.unknown.items()
                if any(word in shown for word in item.beside)
                or key(self.asked.vocabulary.label(shown.split("／")[-1]).name) in near
            ]
            if not taken or not others:
                continue
            told = Finding.of(
                "W682",
                self._at(taken[0].at, item.id),
                taken="、".join(f"“{figure.at.header}”" for figure in taken),
                others="、".join(f"“{other}”" for other in others),
            )
            self.notes.add(told)
