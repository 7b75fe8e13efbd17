"""One table on a sheet as rows about firms: what each cell below its header says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from permu_xl.findings import Level
from permu_xl.intake.sources import SourceFile, SourceSheet
from permu_xl.intake.tables.asked import Notes
from permu_xl.intake.tables.columns import IMPORTED, Columns
from permu_xl.intake.tables.figures import as_code
from permu_xl.intake.tables.headers import Header
from permu_xl.intake.tables.model import SheetRead, SourceRow
from permu_xl.intake.tables.passed_rows import listed, tell_passed
from permu_xl.intake.tables.periods import label_text, period_in
from permu_xl.intake.tables.row_reader import RowReader
from permu_xl.intake.tables.row_widths import unequal_rows
from permu_xl.intake.tables.rows import Body, RowKind
from permu_xl.intake.tables.synonyms import ATTRIBUTES
from permu_xl.intake.tables.totals import Total, check_totals, sum_beside
from permu_xl.intake.tables.vocabulary import Vocabulary
from permu_xl.text import (
    is_firm_name,
    is_mean,
    variant_key,
)
from permu_xl.workbook.reading import Appearance, Remark
from permu_xl.xlsx.cells import is_blank, show

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
        self.sheet, self.header, self.columns = sheet, header, columns
        self.notes, self.note, self.vocabulary = notes, notes.note, vocabulary
        self.name, self.year = columns.asked.name, columns.asked.year
        self.accept_year = accept_year
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
        spread = self.body.spread((*whose, columns.kind_at))
        self.seen = Appearance(sheet.grid, columns.seen(), frozenset(whose), IMPORTED)
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
                self._tell_nobody(row)
        rows = self._without_sums(rows)
        passed = {row: k for row, k in kinds.items() if k not in ("firm", "blank", "nobody")}
        self._remark(self.seen.remarks())
        tell_passed(self.sheet, self.header, self.notes, passed, rows)
        self._tell_elsewhen(elsewhen, rows)
        self._compare_totals(totals, rows)
        self._tell_rising(rows)
        self._tell_tenants(rows)
        self._tell_kind()
        return self._made(rows, len(passed))

    def _made(self, rows: Sequence[SourceRow], skipped: int) -> SheetRead:
        units = {f.at.item: (f.at.header, f.unit) for f in self.columns.figures}
        named = {c.item: (c.header, "") for c in self.columns.attributes}
        return SheetRead(
            self.sheet.name,
            self.header.bottom,
            units | named,
            tuple(rows),
            skipped,
            tuple(self.columns.not_used),
        )

    def _without_sums(self, rows: Sequence[SourceRow]) -> list[SourceRow]:
        """Return the rows without those of no firm's name that are the sum of rows beside them.

        A group's heading need not have a word by which it could be known.
        """
        sums = set()
        for place, row in enumerate(rows):
            if row.code or not row.name or is_firm_name(row.name):
                continue
            found = sum_beside(rows, place, {f.at.column for f in self.columns.figures})
            if found:
                sums.add(place)
                self.note(
                    Level.WARNING,
                    "W699",
                    row.row,
                    self.header.first("name"),
                    "",
                    f"“{row.name}”没有代码，名称不像企业，各项恰好是{found}之和，没有当作企业",
                    "确实是企业的，补上统一社会信用代码后重新导入",
                )
        return [row for place, row in enumerate(rows) if place not in sums]

    def _tell_nobody(self, row: int) -> None:
        self.note(
            Level.ERROR,
            "E628",
            row,
            self.body.figures[0],
            "",
            "这一行有数字，却没有企业名称和统一社会信用代码，没有导入",
            "补上企业名称和代码；一户占几行的，每行都写上企业",
        )

    def _tell_kind(self) -> None:
        if self.columns.sheet_kind:
            self.note(
                Level.WARNING,
                "W629",
                self.header.bottom,
                None,
                "",
                f"按工作表名或标题里的“{self.columns.sheet_kind}”，这张表的面积全部按减去计算",
                "请确认",
                value=self.columns.sheet_kind,
            )

    def _refused(self, firms: Sequence[int]) -> frozenset[int]:
        """Return the rows of a text file whose cells have moved, and tell of them."""
        if not self.sheet.widths:
            return frozenset()
        header = range(self.header.top, self.header.bottom + 1)
        last = max(column.column for column in self.header.columns)
        refused, remarks = unequal_rows(self.sheet, header, firms, last)
        self._remark(remarks)
        return refused

    def _remark(self, remarks: Iterable[Remark]) -> None:
        for each in remarks:
            self.note(
                each.level,
                each.code,
                each.row,
                each.column,
                each.item,
                each.problem,
                each.remedy,
                value=each.value,
                cells=each.cells,
            )

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
                self.note(
                    Level.ERROR,
                    "E690",
                    apart[0],
                    found[0],
                    item,
                    f"{shown}都是企业，第{apart[0] + 1}行等{len(apart)}行写的不是同一户，"
                    "分不清这些数是哪一户的，这张表没有导入",
                    "只留数据所属企业的一列，另一列改掉表头（如出租方、承租方）后重新导入",
                )
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
        numbers = listed([row + 1 for row in elsewhen])
        if rows:
            self.note(
                Level.HINT,
                "H604",
                first,
                self.columns.period_at,
                "",
                f"第{numbers}行（共{len(elsewhen)}行）写的是{shown[:60]}，不是{self.year}年全年的数据，"
                "没有读取",
                "不需要处理",
                value=shown[:60],
            )
        else:
            self.note(
                Level.ERROR,
                "E605",
                first,
                self.columns.period_at,
                "",
                f"各行写的是{shown[:60]}，没有{self.year}年全年的数据，没有导入",
                f"请部门提供{self.year}年全年的表；确实要用的，加 --accept-year",
                value=shown[:60],
            )

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
            self.note(
                Level.WARNING,
                "W627",
                problem.row,
                problem.column,
                problem.item,
                problem.text,
                "核对是否漏了行、合计是否没有更新",
            )

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
                    self.note(
                        Level.WARNING,
                        "W693",
                        last.row,
                        reading.column,
                        item,
                        f"这一行恰好是这户前面{len(run) - 1}行之和，已一起计入",
                        "如果是小计，请写上“小计”或删掉这一行后重新导入",
                        (last.code, last.name),
                    )
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
            self.note(
                Level.WARNING,
                "W680",
                first.row,
                self.columns.identity["lessee"][0],
                "land",
                f"有{len(open_rows)}行写了承租方，没有写这块地是租出，面积按自有计入",
                "是租出的，把面积的表头改成“租出面积”，或加一列用地方式",
                (first.code, first.name),
            )

    def _kind(self, row: int) -> RowKind:
        return self.body.kind(row, self.rows.whose(row, "code")[0], self.rows.whose(row, "name")[0])


def _same_firm(one: SourceRow, other: SourceRow) -> bool:
    return (one.code, one.name) == (other.code, other.name)


def _value(row: SourceRow, item: str) -> Fraction:
    found = [r.value for r in row.readings if r.item == item and isinstance(r.value, Fraction)]
    return sum(found, Fraction(0))
