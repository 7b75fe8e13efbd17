"""What the cells of one row say: whose it is, figures in the workbook's units, dates, leases."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from permu_xl.findings import Finding
from permu_xl.intake.tables.columns import Figure, medium_in
from permu_xl.intake.tables.figures import as_code, exact, means_nothing, resolution
from permu_xl.intake.tables.model import Amount, Lease, Reading, SourceRow
from permu_xl.intake.tables.rows.totals import Total
from permu_xl.intake.tables.words import IDENTITY, key
from permu_xl.schemes import industries
from permu_xl.text import DIGITS_LOST, normal_industry, row_word
from permu_xl.xlsx import cells
from permu_xl.xlsx.cells import CellError, is_blank, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from permu_xl.intake.sources import SourceFile, SourceSheet
    from permu_xl.intake.tables.asked import Notes
    from permu_xl.intake.tables.columns import AmountTable, Columns
    from permu_xl.intake.tables.headers import ColumnAt, Header
    from permu_xl.intake.tables.model import Content
    from permu_xl.workbook.reading import Appearance

__all__ = ["RowReader"]


class RowReader:
    """Reads the rows of one table; ``spread`` tells where the content of merged cells stands."""

    def __init__(
        self,
        number: int,
        file: SourceFile,
        sheet: SourceSheet,
        header: Header,
        columns: Columns,
        notes: Notes,
        spread: Mapping[tuple[int, int], tuple[int, int]],
        seen: Appearance,
    ) -> None:
        self.number, self.file, self.sheet = number, file, sheet
        self.columns, self.at, self.add = columns, notes.at, notes.add
        self.name = columns.asked.name
        self._spread, self.seen = spread, seen
        words = columns.asked.vocabulary.synonyms.words
        self.nothing = {word.lower() for word in words.nothing}
        self.serials = {
            c for c, shown in header.unknown.items() if key(shown) in ("序号", "编号", "no")
        }

    def cell(self, row: int, column: int | None) -> Any:
        """Return a cell of a column whose merged cells are spread over their rows."""
        if column is None:
            return ""
        return self.sheet.grid.cell(*self._spread.get((row, column), (row, column)))

    def whose(self, row: int, item: str) -> tuple[Any, int | None]:
        """Return what a row's columns for an item say, the first that says anything, and where."""
        found = self.columns.identity[item]
        for column in found:
            cell = self.cell(row, column)
            if not is_blank(cell) and (item != "code" or len(found) == 1 or as_code(cell)[0]):
                return cell, column
        return self.cell(row, found[0] if found else None), found[0] if found else None

    def read(self, row: int) -> SourceRow:
        """Read the firm and the figures of a row; what cannot be read is noted."""
        (code_cell, code_at), (name_cell, name_at) = (self.whose(row, i) for i in IDENTITY)
        name = " ".join(show(name_cell).split())
        code, problem = as_code(code_cell)
        firm = (code, name)
        if problem:
            lost = Finding.of(
                "W624",
                self.at(row, code_at, "code", firm),
                case="digits_lost" if problem == DIGITS_LOST else "",
                problem=problem,
            )
            self.add(lost)
        readings: list[Reading] = []
        leases: list[Lease] = []
        broken: set[str] = set()
        for figure in self.columns.figures:
            found = self._figure(row, figure, firm, broken)
            if found is not None:
                readings.append(found[0])
                leases += self._lease(row, found[0], found[1])
        amounts = [
            amount
            for table in self.columns.amounts
            for amount in self._amounts(row, table, firm, broken)
        ]
        for column in self.columns.attributes:
            cell = self._trusted(row, column, column.item, firm, broken)
            if cell is not None:
                told = self._attribute(row, column, cell, firm, broken)
                if told is not None:
                    readings.append(told)
        return SourceRow(
            self.number,
            self.sheet.name,
            row,
            code,
            name,
            next((c for c in (name_at, code_at) if c is not None), 0),
            tuple(readings),
            frozenset(broken),
            self._look(row),
            frozenset(
                {f.whole for f in self.columns.figures}
                | {c.item for c in self.columns.attributes}
                | {table.whole for table in self.columns.amounts}
            ),
            tuple(leases),
            tuple(amounts),
        )

    def _amounts(
        self, row: int, table: AmountTable, firm: tuple[str, str], broken: set[str]
    ) -> Iterator[Amount]:
        """Yield the raw amounts of a row; a total over the firm's other rows is none."""

        def said(column: ColumnAt | None) -> str:
            return "" if column is None else " ".join(show(self.cell(row, column.column)).split())

        named = said(table.substance)
        if row_word(named) in ("total", "part"):
            return
        for column, unit in table.wide or [(c, table.unit) for c in table.columns]:
            cell = self._trusted(row, column, table.whole, firm, broken)
            if cell is None:
                continue
            plain = Figure(column, table.whole, unit or said(table.units), Fraction(1), 1)
            reading = self._figure_reading(row, plain, 1, cell, firm, broken)
            if reading is not None:
                also = self.columns.asked.amounts.also.get(column.item, column.item)
                yield Amount(
                    table.whole,
                    named or also.partition("~")[2],
                    medium_in(said(table.medium)) or table.said.get(column.column, ""),
                    said(table.outlet),
                    reading,
                )

    def _figure(
        self, row: int, figure: Figure, firm: tuple[str, str], broken: set[str]
    ) -> tuple[Reading, str] | None:
        """Return a figure and, for land, the word that says how it is used."""
        sign, kind, kinds = figure.sign, "", self.columns.kinds
        cell = self._trusted(row, figure.at, figure.whole, firm, broken)
        if cell is None or self._is_in_other_unit(row, figure, firm, broken):
            return None
        if kinds is not None and figure.whole == kinds.item and figure.at.item == kinds.item:
            kind = show(self.cell(row, self.columns.kind_at))
            told = kinds.sign(kind)
            if told is None:
                broken.add(figure.whole)
                at = self.at(row, figure.at.column, figure.whole, firm, kind)
                self.add(Finding.of("E625", at))
                return None
            sign = told
        reading = self._figure_reading(row, figure, sign, cell, firm, broken)
        return None if reading is None else (reading, kind)

    def _is_in_other_unit(
        self, row: int, figure: Figure, firm: tuple[str, str], broken: set[str]
    ) -> bool:
        """Tell of a row whose own unit is not the column's: nobody knows which is meant."""
        at = self.columns.unit_at
        unit = "" if at is None else self.columns.other_unit(figure, show(self.cell(row, at)))
        if unit:
            broken.add(figure.whole)
            told = self.at(row, figure.at.column, figure.whole, firm, unit)
            self.add(Finding.of("E615", told, case="row", unit=figure.unit))
        return unit != ""

    def _lease(self, row: int, reading: Reading, kind: str) -> list[Lease]:
        """Return what a figure says of a lease with a named or unnamed other side."""
        if not isinstance(reading.value, Fraction) or not reading.value:
            return []
        item = reading.item
        let = item == "land_rented_out" or (item == "land" and reading.value < 0)
        rented = item == "land_rented_in" or (item == "land" and "租" in kind and not let)
        if not let and not rented:
            return []
        side = "lessee" if let else "lessor"
        code = as_code(self.whose(row, f"{side}_code")[0])[0]
        name = " ".join(show(self.whose(row, side)[0]).split())
        name = name or " ".join(show(self.whose(row, "other_side")[0]).split())
        return [Lease(reading, let, code, "" if name.lower() in self.nothing else name)]

    def _trusted(
        self, row: int, at: ColumnAt, item: str, firm: tuple[str, str], broken: set[str]
    ) -> Any:
        """Return a cell; None for a blank or a sign for nothing, and where it is no value."""
        if self.seen.refuses(row, at.column):
            broken.add(item)
            return None
        try:
            cell = self.sheet.grid.trusted(row, at.column)
        except CellError as error:
            broken.add(item)
            self._unreadable("E623", error, row, at.column, item, firm)
            return None
        if is_blank(cell):
            return None
        if means_nothing(cell, self.nothing):
            self.add(Finding.of("W622", self.at(row, at.column, item, firm)))
            return None
        return cell

    def _unreadable(
        self, code: str, error: CellError, row: int, column: int, item: str, firm: tuple[str, str]
    ) -> None:
        at = self.at(row, column, item, firm)
        self.add(Finding.of(code, at, problem=error.problem, remedy=error.remedy))

    def _figure_reading(
        self,
        row: int,
        figure: Figure,
        sign: int,
        cell: Any,
        firm: tuple[str, str],
        broken: set[str],
    ) -> Reading | None:
        try:
            number, remark = exact(cell)
        except CellError as error:
            broken.add(figure.whole)
            self._unreadable("E621", error, row, figure.at.column, figure.whole, firm)
            return None
        if remark and not self.file.is_text:
            place = self.at(row, figure.at.column, figure.whole, firm)
            self.add(Finding.of("H620", place, hint=remark))
        return Reading(
            figure.at.item,
            self.number,
            self.sheet.name,
            row,
            figure.at.column,
            figure.at.header,
            show(cell),
            figure.unit,
            number * figure.factor * sign,
            resolution(cell) * figure.factor,
        )

    def _attribute(
        self, row: int, at: ColumnAt, cell: Any, firm: tuple[str, str], broken: set[str]
    ) -> Reading | None:
        value: Content
        if at.item == "industry":
            number = not isinstance(cell, str) or self.file.is_text
            value, remark = normal_industry(show(cell), was_number=number, known=industries())
        else:
            try:
                value, remark = cells.date(cell, from_1904=self.sheet.grid.from_1904)
            except CellError as error:
                broken.add(at.item)
                self._unreadable("E621", error, row, at.column, at.item, firm)
                return None
        if remark:
            self.add(Finding.of("H620", self.at(row, at.column, at.item, firm), hint=remark))
        return Reading(
            at.item, self.number, self.sheet.name, row, at.column, at.header, show(cell), "", value
        )

    def _look(self, row: int) -> tuple[str, ...]:
        cells_of_row = self.sheet.grid.rows[row]
        return tuple(show(cell) for c, cell in enumerate(cells_of_row) if c not in self.serials)

    def total(self, row: int, above: int) -> Total:
        """Read the figures of a row of totals over what stands ``above`` it."""
        told: dict[int, tuple[Fraction, Fraction]] = {}
        for figure in self.columns.figures:
            try:
                number, _ = exact(self.sheet.grid.trusted(row, figure.at.column))
            except CellError:
                continue
            cell = self.sheet.grid.cell(row, figure.at.column)
            told[figure.at.column] = (
                number * figure.factor * figure.sign,
                resolution(cell) * figure.factor,
            )
        return Total(row, above, told)
