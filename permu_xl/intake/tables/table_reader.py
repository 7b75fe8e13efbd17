"""One table on a sheet as rows about firms: what each cell below its header says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from permu_xl.findings import Finding
from permu_xl.intake.sources import SourceFile, SourceSheet
from permu_xl.intake.tables.columns import Columns, Figure, Notes
from permu_xl.intake.tables.figures import as_code, exact, means_nothing, resolution
from permu_xl.intake.tables.headers import ColumnAt, Header, Vocabulary
from permu_xl.intake.tables.model import Content, Lease, Reading, SheetRead, SourceRow
from permu_xl.intake.tables.periods import label_text, period_in
from permu_xl.intake.tables.row_widths import unequal_rows
from permu_xl.intake.tables.rows import Body, RowKind
from permu_xl.intake.tables.synonyms import ATTRIBUTES, IDENTITY, key
from permu_xl.intake.tables.totals import Total, check_totals
from permu_xl.schemes import industries
from permu_xl.text import (
    DIGITS_LOST,
    firm_of_total,
    is_identity_code,
    is_mean,
    normal_industry,
    show_number,
    variant_key,
)
from permu_xl.workbook.reading import Appearance
from permu_xl.xlsx import cells
from permu_xl.xlsx.cells import CellError, is_blank, show

__all__ = ["TableReader"]

_SHOWN = 12
_NAMED = 4


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
        self.number, self.file, self.sheet, self.header = number, file, sheet, header
        self.columns, self.notes, self.at, self.add = columns, notes, notes.at, notes.add
        self.vocabulary = vocabulary
        self.year = columns.asked.year
        self.accept_year = accept_year
        self.nothing = {word.lower() for word in vocabulary.synonyms.words.nothing}
        self.serials = {
            c for c, shown in header.unknown.items() if key(shown) in ("序号", "编号", "no")
        }
        numbers = [f.at.column for f in columns.figures]
        # A number in a column that is barred still makes a row a statement.
        numbers += [
            c.column
            for c in header.columns
            if c.item not in columns.identity and c.item not in ATTRIBUTES
        ]
        others = {c.column for c in columns.attributes}
        if columns.period_at is not None:
            others.add(columns.period_at)
        self.body = Body(
            sheet, header, vocabulary, tuple(dict.fromkeys(numbers)), frozenset(others)
        )
        whose = [c for found in columns.identity.values() for c in found]
        self._spread = self.body.spread((*whose, columns.kind_at))
        self.seen = Appearance(sheet.grid, columns.seen(), frozenset(whose), imported=True)

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

    def read(self) -> SheetRead | None:
        """Return the rows about firms; None where the table cannot be used at all."""
        if not self._is_clear():
            return None
        columns = self.columns
        rows: list[SourceRow] = []
        passed: dict[int, RowKind] = {}
        totals: list[Total] = []
        elsewhen: dict[int, str] = {}
        kinds = {row: self._kind(row) for row in self.body.rows}
        refused = self._refused([row for row, kind in kinds.items() if kind == "firm"])
        for row, kind in kinds.items():
            if kind == "firm":
                if row in refused:
                    continue
                period = self._other_period(row)
                if period:
                    elsewhen[row] = period
                else:
                    self.seen.firm(row)
                    rows.append(self._row(row))
            elif kind == "nobody":
                self.add(Finding.of("E628", self.at(row, self.body.figures[0], "")))
            elif kind != "blank":
                passed[row] = kind
                if kind == "total":
                    totals.append(self._total(row, len(rows)))
        for found in self.seen.findings(self.notes.seen):
            self.add(found)
        self._tell_passed(passed, rows)
        self._tell_elsewhen(elsewhen, rows)
        self._compare_totals([total for total in totals if self._adds_up(total.row)], rows)
        self._tell_rising(rows)
        self._tell_tenants(rows)
        if columns.sheet_kind:
            at = self.at(self.header.bottom, None, "", value=columns.sheet_kind)
            self.add(Finding.of("W629", at))
        units = {f.at.item: (f.at.header, f.unit) for f in columns.figures}
        named = {c.item: (c.header, "") for c in columns.attributes}
        return SheetRead(
            self.sheet.name,
            self.header.bottom,
            units | named,
            tuple(rows),
            len(passed),
            tuple(columns.not_used),
        )

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
                told = [what(show(self.cell(row, column))) for column in found]
                if item == "code":
                    # An old tax number beside the credit code is no other firm.
                    told = [each for each in told if len(each) == 18]
                if len({each for each in told if each}) > 1:
                    apart.append(row)
            if apart:
                shown = "、".join(f"“{c.header}”" for c in self.header.columns if c.column in found)
                at, row = self.at(apart[0], found[0], item), apart[0] + 1
                self.add(Finding.of("E690", at, columns=shown, row=row, count=len(apart)))
                return False
        return True

    def _other_period(self, row: int) -> str:
        """Return the period that a row names where it is not the whole year asked for."""
        if self.columns.period_at is None or self.accept_year:
            return ""
        cell = self.sheet.grid.cell(row, self.columns.period_at)
        if is_blank(cell):
            return ""
        period = period_in(label_text(cell) or show(cell), bare=True)
        if period.is_other(self.year) or period.part:
            return " ".join(show(label_text(cell) or cell).split())
        return ""

    def _tell_elsewhen(self, elsewhen: Mapping[int, str], rows: Sequence[SourceRow]) -> None:
        if not elsewhen:
            return
        shown = "、".join(dict.fromkeys(elsewhen.values()))
        first = next(iter(elsewhen))
        numbers = _listed([row + 1 for row in elsewhen])
        at = self.at(first, self.columns.period_at, "", value=shown[:60])
        if rows:
            told = Finding.of(
                "H604", at, case="rows", rows=numbers, count=len(elsewhen), year=self.year
            )
            self.add(told)
        else:
            self.add(Finding.of("E605", at, case="rows", year=self.year))

    def _tell_passed(self, passed: Mapping[int, RowKind], rows: Sequence[SourceRow]) -> None:
        if not passed:
            return
        codes = {row.code for row in rows if row.code}
        names = {variant_key(row.name) for row in rows if row.name}
        alone = {row: label for row in passed if (label := self._alone(row, codes, names))}
        for row, kind in passed.items():
            if row in alone and kind in ("total", "part", "group"):
                at = self.at(row, self.body.header.first("name"), "")
                self.add(Finding.of("W691", at, firm=alone[row]))
        samples = [row for row, kind in passed.items() if kind == "sample"]
        if samples:
            at = self.at(samples[0], self.body.header.first("name"), "")
            numbers = _listed([row + 1 for row in samples])
            self.add(Finding.of("W692", at, rows=numbers, labels=self._labels(samples)))
        plain = [row for row in passed if row not in samples]
        if plain:
            told = [row for row in plain if passed[row] in ("total", "part", "group")]
            passed_over = Finding.of(
                "H626",
                self.at(plain[0], None, ""),
                case="named" if told else "",
                rows=_listed([row + 1 for row in plain]),
                count=len(plain),
                labels=self._labels(told),
            )
            self.add(passed_over)

    def _alone(self, row: int, codes: set[str], names: set[str]) -> str:
        """Return the firm that only a row passed over tells of, "" where other rows have it."""
        grid = self.sheet.grid
        own = [grid.cell(row, self.header.first(item)) for item in IDENTITY]
        code, name = as_code(own[0])[0], show(own[1])
        if code and is_identity_code(code):
            return "" if code in codes else f"{code} {name}".strip()
        firm = firm_of_total(name)
        return firm if firm and variant_key(firm) not in names else ""

    def _labels(self, rows: Sequence[int]) -> str:
        """Return how some rows call themselves."""
        found = []
        for row in rows:
            texts = [
                " ".join(show(cell).split())
                for cell in self.sheet.grid.rows[row]
                if isinstance(cell, str) and not is_blank(cell)
            ]
            found.append(" ".join(texts[:3])[:40])
        shown = "、".join(f"“{each}”" for each in dict.fromkeys(found[:_NAMED]) if each)
        return shown + ("等" if len(found) > _NAMED else "")

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
            and not is_blank(self.whose(row.row, "lessee")[0])
        ]
        if open_rows:
            first = open_rows[0]
            tenant = self.columns.identity["lessee"][0]
            at = self.at(first.row, tenant, "land", (first.code, first.name))
            self.add(Finding.of("W680", at, count=len(open_rows)))

    def _kind(self, row: int) -> RowKind:
        return self.body.kind(row, self.whose(row, "code")[0], self.whose(row, "name")[0])

    def _row(self, row: int) -> SourceRow:
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
                {f.whole for f in self.columns.figures} | {c.item for c in self.columns.attributes}
            ),
            tuple(leases),
        )

    def _figure(
        self, row: int, figure: Figure, firm: tuple[str, str], broken: set[str]
    ) -> tuple[Reading, str] | None:
        """Return a figure and, for land, the word that says how it is used."""
        sign, kind, kinds = figure.sign, "", self.columns.kinds
        cell = self._trusted(row, figure.at, figure.whole, firm, broken)
        if cell is None:
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

    def _total(self, row: int, above: int) -> Total:
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


def _same_firm(one: SourceRow, other: SourceRow) -> bool:
    return (one.code, one.name) == (other.code, other.name)


def _value(row: SourceRow, item: str) -> Fraction:
    found = [r.value for r in row.readings if r.item == item and isinstance(r.value, Fraction)]
    return sum(found, Fraction(0))


def _listed(numbers: Sequence[int]) -> str:
    """Return some numbers in words, the many cut short."""
    shown = "、".join(str(number) for number in numbers[:_SHOWN])
    return shown + ("等" if len(numbers) > _SHOWN else "")
