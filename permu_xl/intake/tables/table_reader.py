"""One table on a sheet as rows about firms: what each cell below its header says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from permu_xl.findings import Level
from permu_xl.intake.sources import SourceFile, SourceSheet
from permu_xl.intake.tables.asked import Notes
from permu_xl.intake.tables.columns import IMPORTED, Columns, Figure
from permu_xl.intake.tables.figures import as_code, exact, means_nothing, resolution
from permu_xl.intake.tables.headers import ColumnAt, Header
from permu_xl.intake.tables.model import Content, Lease, Reading, SheetRead, SourceRow
from permu_xl.intake.tables.periods import label_text, period_in
from permu_xl.intake.tables.row_widths import unequal_rows
from permu_xl.intake.tables.rows import Body, RowKind
from permu_xl.intake.tables.synonyms import ATTRIBUTES, IDENTITY, key
from permu_xl.intake.tables.totals import Total, check_totals
from permu_xl.intake.tables.vocabulary import Vocabulary
from permu_xl.schemes import industries
from permu_xl.text import (
    DIGITS_LOST,
    firm_of_total,
    is_identity_code,
    is_mean,
    normal_industry,
    variant_key,
)
from permu_xl.workbook.reading import Appearance, Remark
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
        self.columns, self.note, self.vocabulary = columns, notes.note, vocabulary
        self.name, self.year = columns.asked.name, columns.asked.year
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
        self.seen = Appearance(sheet.grid, columns.seen(), frozenset(whose), IMPORTED)

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
                self.note(
                    Level.ERROR,
                    "E628",
                    row,
                    self.body.figures[0],
                    "",
                    "这一行有数字，却没有企业名称和统一社会信用代码，没有导入",
                    "补上企业名称和代码；一户占几行的，每行都写上企业",
                )
            elif kind != "blank":
                passed[row] = kind
                if kind == "total":
                    totals.append(self._total(row, len(rows)))
        self._remark(self.seen.remarks())
        self._tell_passed(passed, rows)
        self._tell_elsewhen(elsewhen, rows)
        self._compare_totals([total for total in totals if self._adds_up(total.row)], rows)
        self._tell_rising(rows)
        self._tell_tenants(rows)
        if columns.sheet_kind:
            self.note(
                Level.WARNING,
                "W629",
                self.header.bottom,
                None,
                "",
                f"按工作表名或标题里的“{columns.sheet_kind}”，这张表的面积全部按减去计算",
                "请确认",
                value=columns.sheet_kind,
            )
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
                told = [what(show(self.cell(row, column))) for column in found]
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
        numbers = _listed([row + 1 for row in elsewhen])
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

    def _tell_passed(self, passed: Mapping[int, RowKind], rows: Sequence[SourceRow]) -> None:
        if not passed:
            return
        codes = {row.code for row in rows if row.code}
        names = {variant_key(row.name) for row in rows if row.name}
        alone = {row: label for row in passed if (label := self._alone(row, codes, names))}
        for row, kind in passed.items():
            if row in alone and kind in ("total", "part", "group"):
                self.note(
                    Level.WARNING,
                    "W691",
                    row,
                    self.body.header.first("name"),
                    "",
                    f"这一行（{alone[row]}）写着合计、小计之类的字，没有当作企业，"
                    "而表里没有这户的其他行",
                    "确实是一户企业的，改掉这些字后重新导入",
                )
        samples = [row for row, kind in passed.items() if kind == "sample"]
        if samples:
            self.note(
                Level.WARNING,
                "W692",
                samples[0],
                self.body.header.first("name"),
                "",
                f"第{_listed([row + 1 for row in samples])}行是填写示例，没有当作企业"
                f"（{self._labels(samples)}）",
                "确实是企业的，改掉“示例”“某某”之类的字后重新导入",
            )
        plain = [row for row in passed if row not in samples]
        if plain:
            told = [row for row in plain if passed[row] in ("total", "part", "group")]
            named = f"：{self._labels(told)}" if told else ""
            self.note(
                Level.HINT,
                "H626",
                plain[0],
                None,
                "",
                f"第{_listed([row + 1 for row in plain])}行是合计、小计、表头或说明，没有当作企业"
                f"（共{len(plain)}行{named}）",
                "核对这些行里没有企业",
                value="",
            )

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
            and not is_blank(self.whose(row.row, "lessee")[0])
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
        return self.body.kind(row, self.whose(row, "code")[0], self.whose(row, "name")[0])

    def _row(self, row: int) -> SourceRow:
        (code_cell, code_at), (name_cell, name_at) = (self.whose(row, i) for i in IDENTITY)
        name = " ".join(show(name_cell).split())
        code, problem = as_code(code_cell)
        firm = (code, name)
        if problem:
            self.note(
                Level.WARNING,
                "W624",
                row,
                code_at,
                "code",
                f"{problem}，改按名称匹配",
                "请部门按文本格式重新提供代码" if problem == DIGITS_LOST else "请部门补上代码",
                firm,
            )
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
                self.note(
                    Level.ERROR,
                    "E625",
                    row,
                    figure.at.column,
                    figure.whole,
                    f"用地方式“{kind}”看不出是自有、租入还是租出，这户的"
                    f"“{self.name(figure.whole)}”没有导入",
                    "改成自有、租入或租出，或把这个词加进同义词文件",
                    firm,
                    kind,
                )
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
            self.note(
                Level.ERROR,
                "E623",
                row,
                at.column,
                item,
                f"{error.problem}，没有导入",
                error.remedy,
                firm,
            )
            return None
        if is_blank(cell):
            return None
        if means_nothing(cell, self.nothing):
            self.note(
                Level.WARNING,
                "W622",
                row,
                at.column,
                item,
                f"“{show(cell)}”当作没有数据，留空",
                "确实是零的，请改成0后重新导入",
                firm,
            )
            return None
        return cell

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
            self.note(
                Level.ERROR,
                "E621",
                row,
                figure.at.column,
                figure.whole,
                f"{error.problem}，没有导入",
                error.remedy,
                firm,
            )
            return None
        if remark and not self.file.is_text:
            self.note(
                Level.HINT, "H620", row, figure.at.column, figure.whole, remark, "请确认", firm
            )
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
                self.note(
                    Level.ERROR,
                    "E621",
                    row,
                    at.column,
                    at.item,
                    f"{error.problem}，没有导入",
                    error.remedy,
                    firm,
                )
                return None
        if remark:
            self.note(Level.HINT, "H620", row, at.column, at.item, remark, "请确认", firm)
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
