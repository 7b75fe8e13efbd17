"""One table on a sheet as rows about firms: what each cell below its header says."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from permu_xl.findings import Finding
from permu_xl.intake.tables.figures import as_code
from permu_xl.intake.tables.model import SheetRead, SourceRow
from permu_xl.intake.tables.rows import (
    Body,
    RowKind,
    RowReader,
    Total,
    check_totals,
    listed,
    sum_beside,
    tell_passed,
    unequal_rows,
)
from permu_xl.intake.tables.words import ATTRIBUTES, key, label_text, period_of_row
from permu_xl.text import (
    is_firm_name,
    is_mean,
    show_number,
    variant_key,
)
from permu_xl.workbook.reading import Appearance
from permu_xl.xlsx.cells import is_blank, show

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from permu_xl.intake.sources import SourceFile, SourceSheet
    from permu_xl.intake.tables.asked import Notes
    from permu_xl.intake.tables.columns import Columns
    from permu_xl.intake.tables.headers import Header
    from permu_xl.intake.tables.words import Vocabulary

__all__ = ["TableReader"]


class TableReader:
    """Reads one table; ``accept_year`` takes also rows that name another period."""

    def __init__(
        self,
        number: int,
        file: SourceFile,
        sheet: SourceSheet,
        header: Header,
        columns: Columns,
        notes: Notes,
        vocabulary: Vocabulary,
        accept_year: bool,
    ) -> None:
        self.sheet, self.header = sheet, header
        self.columns, self.notes, self.at, self.add = columns, notes, notes.at, notes.add
        self.vocabulary = vocabulary
        self.year = columns.asked.year
        self.accept_year = accept_year
        numbers = [f.at.column for f in columns.figures]
        numbers += [c.column for table in columns.amounts for c in table.columns]
        # A number in a column that is barred still makes a row a statement.
        numbers += [
            c.column
            for c in header.columns
            if c.item not in columns.identity and c.item not in ATTRIBUTES and "~" not in c.item
        ]
        others = {c.column for c in columns.attributes}
        others |= {c.column for table in columns.amounts for c in table.all_columns}
        if columns.period_at is not None:
            others.add(columns.period_at)
        self.body = Body(
            sheet, header, vocabulary, tuple(dict.fromkeys(numbers)), frozenset(others)
        )
        whose = [c for found in columns.identity.values() for c in found]
        told = [c.column for table in columns.amounts for c in table.all_columns]
        told = [c for c in told if c not in numbers]
        beside = (columns.kind_at, columns.unit_at, *columns.remarks_at)
        spread = self.body.spread((*whose, *beside, *told))
        self.seen = Appearance(sheet.grid, columns.seen(), frozenset(whose), imported=True)
        self.rows = RowReader(number, file, sheet, header, columns, notes, spread, self.seen)

    def read(self) -> SheetRead | None:
        """Return the rows about firms; None where the table cannot be used at all."""
        if not self._is_clear():
            return None
        kinds = {row: self._kind(row) for row in self.body.rows}
        firms = [row for row, kind in kinds.items() if kind == "firm"]
        refused = self._refused(firms)
        elsewhen = {row: told for row in firms if (told := self._other_period(row))}
        taken = set(firms) - refused - set(elsewhen)
        rows: list[SourceRow] = []
        totals: list[Total] = []
        for row, kind in kinds.items():
            if row in taken:
                self.seen.firm(row)
                rows.append(self.rows.read(row))
            elif kind == "total" and self._adds_up(row):
                totals.append(self.rows.total(row, len(rows)))
            elif kind == "nobody":
                self.add(Finding.of("E628", self.at(row, self.body.figures[0], "")))
        rows = self._without_sums(rows)
        passed = {row: k for row, k in kinds.items() if k not in ("firm", "blank", "nobody")}
        for found in self.seen.findings(self.notes.seen):
            self.add(found)
        tell_passed(self.sheet, self.header, self.notes, passed, rows)
        self._tell_elsewhen(elsewhen, rows)
        self._compare_totals(totals, rows)
        self._tell_rising(rows)
        self._tell_tenants(rows)
        if self.columns.sheet_kind:
            at = self.at(self.header.bottom, None, "", value=self.columns.sheet_kind)
            self.add(Finding.of("W629", at))
        return self._made(rows, len(passed))

    def _made(self, rows: Sequence[SourceRow], skipped: int) -> SheetRead:
        units = {f.at.item: (f.at.header, f.unit) for f in self.columns.figures}
        named = {c.item: (c.header, "") for c in self.columns.attributes}
        raw = {
            c.item: (c.header, unit)
            for table in self.columns.amounts
            for c, unit in (table.wide or [(c, table.unit) for c in table.all_columns])
        }
        return SheetRead(
            self.sheet.name,
            self.header.bottom,
            units | named | raw,
            tuple(rows),
            skipped,
            tuple(self.columns.not_used),
        )

    def _without_sums(self, rows: Sequence[SourceRow]) -> list[SourceRow]:
        """Return the rows without those of no firm's name that are the sum of rows beside them.

        A group's heading need not have a word by which it could be known.
        """
        sums = set()
        figures = {f.at.column for f in self.columns.figures}
        for place, row in enumerate(rows):
            if row.code or not row.name or is_firm_name(row.name):
                continue
            found = sum_beside(rows, place, figures)
            if found:
                sums.add(place)
                at = self.at(row.row, self.header.first("name"), "")
                self.add(Finding.of("W699", at, name=row.name, rows=found))
        return [row for place, row in enumerate(rows) if place not in sums]

    def _refused(self, firms: Sequence[int]) -> frozenset[int]:
        """Return the rows of a text file whose cells have moved, and tell of them."""
        if not self.sheet.widths:
            return frozenset()
        header = range(self.header.top, self.header.bottom + 1)
        last = max(column.column for column in self.header.columns)
        refused, findings = unequal_rows(self.sheet, header, firms, last, self.notes.seen)
        for found in findings:
            self.add(found)
        return refused

    def _is_clear(self) -> bool:
        """Return whether one firm a row is meant: two columns may name an owner and a user."""
        for item, what in (("name", variant_key), ("code", lambda text: as_code(text)[0])):
            found = self.columns.identity[item]
            if len(found) < 2:
                continue
            apart = []
            for row in self.body.rows:
                told = [what(show(self.rows.cell(row, column))) for column in found]
                if item == "code":
                    # An old tax number beside the credit code is no other firm.
                    told = [each for each in told if len(each) == 18]
                if len({each for each in told if each}) > 1:
                    apart.append(row)
            if apart:
                shown = "、".join(f"“{c.header}”" for c in self.header.columns if c.column in found)
                at, row = self.at(apart[0], found[0], item), apart[0] + 1
                beside = self._is_between(found)
                if beside:
                    # That columns stand there twice is the same thing.
                    kept = [each for each in self.notes.findings if each.code != "E616"]
                    self.notes.findings[:] = kept
                two_firms = Finding.of(
                    "E690",
                    at,
                    case="side_by_side" if beside else "",
                    columns=shown,
                    row=row,
                    count=len(apart),
                )
                self.add(two_firms)
                return False
        return True

    def _is_between(self, columns: Sequence[int]) -> bool:
        """Return whether figures stand between columns of firms, and behind the last of them."""
        ends = [*sorted(columns), max(self.body.figures, default=0) + 1]
        return all(any(a < c < b for c in self.body.figures) for a, b in pairwise(ends))

    def _other_period(self, row: int) -> str:
        """Return the period that a row names where it is not the whole year asked for."""
        if self.columns.period_at is None or self.accept_year:
            return ""
        cell = self.sheet.grid.cell(row, self.columns.period_at)
        if is_blank(cell):
            return ""
        heading = self.columns.unused.get(self.columns.period_at, "")
        period = period_of_row(cell, key(heading.split("／")[-1]))
        if period.is_other(self.year) or period.part:
            return " ".join(show(label_text(cell) or cell).split())
        return ""

    def _tell_elsewhen(self, elsewhen: Mapping[int, str], rows: Sequence[SourceRow]) -> None:
        if not elsewhen:
            return
        shown = "、".join(dict.fromkeys(elsewhen.values()))
        first = next(iter(elsewhen))
        numbers = listed([row + 1 for row in elsewhen])
        at = self.at(first, self.columns.period_at, "", value=shown[:60])
        if rows:
            told = Finding.of(
                "H604", at, case="rows", rows=numbers, count=len(elsewhen), year=self.year
            )
            self.add(told)
        else:
            self.add(Finding.of("E605", at, case="rows", year=self.year))

    def _adds_up(self, row: int) -> bool:
        cells = self.sheet.grid.rows[row]
        return not any(is_mean(cell) for cell in cells if isinstance(cell, str))

    def _compare_totals(self, totals: Sequence[Total], rows: Sequence[SourceRow]) -> None:
        """A total of land rented in and out may be meant with or without signs: left alone."""
        figures = self.columns.figures
        if self.columns.kinds is not None or any(f.at.item != f.whole for f in figures):
            return
        seen = self.seen.distrusted
        names = {f.at.column: (f.whole, f.at.header) for f in figures if f.at.column not in seen}
        for problem in check_totals(totals, rows, names):
            wrong = Finding.of(
                "W627",
                self.at(problem.row, problem.column, problem.item),
                header=problem.header,
                told=show_number(float(problem.told)),
                rows=show_number(float(problem.rows)),
            )
            self.add(wrong)

    def _tell_rising(self, rows: Sequence[SourceRow]) -> None:
        """Say where a firm's last row is the sum of its others: it may be a nameless subtotal."""
        summed = {f.whole for f in self.columns.figures if self.vocabulary.wanted[f.whole].summed}
        for item in summed:
            run: list[tuple[SourceRow, Fraction]] = []
            for row in (*rows, None):
                if row is not None and run and _same_firm(run[-1][0], row):
                    run.append((row, _value(row, item)))
                    continue
                values = [value for _, value in run]
                if len(run) > 2 and values[-1] > 0 and sum(values[:-1]) == values[-1]:
                    last = run[-1][0]
                    reading = next(r for r in last.readings if r.value == values[-1])
                    at = self.at(last.row, reading.column, item, (last.code, last.name))
                    self.add(Finding.of("W693", at, count=len(run) - 1))
                run = [] if row is None else [(row, _value(row, item))]

    def _tell_tenants(self, rows: Sequence[SourceRow]) -> None:
        """A tenant beside land that nothing says is let: counted as the firm's own."""
        if not self.columns.identity["lessee"] or self.columns.kinds is not None:
            return
        open_rows = [
            row
            for row in rows
            if not row.leases
            and any(r.item == "land" for r in row.readings)
            and not is_blank(self.rows.whose(row.row, "lessee")[0])
        ]
        if open_rows:
            first = open_rows[0]
            tenant = self.columns.identity["lessee"][0]
            at = self.at(first.row, tenant, "land", (first.code, first.name))
            self.add(Finding.of("W680", at, count=len(open_rows)))

    def _kind(self, row: int) -> RowKind:
        return self.body.kind(row, self.rows.whose(row, "code")[0], self.rows.whose(row, "name")[0])


def _same_firm(one: SourceRow, other: SourceRow) -> bool:
    return (one.code, one.name) == (other.code, other.name)


def _value(row: SourceRow, item: str) -> Fraction:
    found = [r.value for r in row.readings if r.item == item and isinstance(r.value, Fraction)]
    return sum(found, Fraction(0))
