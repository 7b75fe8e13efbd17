"""A department's file as rows about firms: headers, units and figures read, nothing decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from permu_xl.engine.model import Scheme
from permu_xl.findings import Finding, Level
from permu_xl.intake.sources import SourceFile, SourceSheet
from permu_xl.intake.tables.columns import IMPORTED, Asked, Columns, Figure, Notes
from permu_xl.intake.tables.figures import as_code, exact, means_nothing, resolution
from permu_xl.intake.tables.headers import ColumnAt, Header, Vocabulary, find_header
from permu_xl.intake.tables.model import (
    Content,
    Reading,
    SheetRead,
    SourceRow,
    TableRead,
    source_finding,
)
from permu_xl.intake.tables.row_widths import unequal_rows
from permu_xl.intake.tables.rows import Body
from permu_xl.intake.tables.synonyms import ATTRIBUTES, IDENTITY, key
from permu_xl.intake.tables.totals import Total, check_totals
from permu_xl.schemes import industries
from permu_xl.text import normal_industry
from permu_xl.workbook.reading import Appearance, Remark
from permu_xl.xlsx import cells
from permu_xl.xlsx.cells import CellError, is_blank, show

__all__ = ["Reader"]

_SERIAL = {"序号", "编号", "行号", "no"}
_NAMES = {
    "code": "统一社会信用代码", "name": "企业名称", "industry": "行业代码",
    "start_date": "投产日期",
}  # fmt: skip
_SHOWN = 12


class Reader:
    """Reads files for one scheme and year.

    ``assume_units`` takes figures without any unit for such in the workbook's own, with a
    warning, instead of leaving them out.
    """

    def __init__(
        self, scheme: Scheme, year: int, vocabulary: Vocabulary, *, assume_units: bool = False
    ) -> None:
        self.scheme, self.vocabulary = scheme, vocabulary
        self.whole: dict[str, tuple[str, int]] = {}
        """By part the item of the scheme that it makes up, and its sign."""
        for id, item in vocabulary.wanted.items():
            for parts, sign in ((item.plus, 1), (item.minus, -1)):
                self.whole |= dict.fromkeys(parts, (id, sign))
        self.names = dict(_NAMES) | {column.id: column.name for column in scheme.columns.values()}
        units = {column.id: column.unit for column in scheme.columns.values()}
        self.asked = Asked(year, vocabulary, units, self.names, self.whole, assume_units)

    def read(self, number: int, file: SourceFile) -> TableRead:
        """Return what a file says; ``number`` is its position among the tables."""
        findings: list[Finding] = []
        sheets = []
        for sheet in file.sheets:
            header = find_header(sheet, self.vocabulary, self.asked.year)
            if header is None:
                if any(not is_blank(cell) for row in sheet.grid.rows for cell in row):
                    findings.append(_unread(file, sheet.name, "认不出表头"))
                continue
            reader = _SheetReader(self, number, file, sheet, header, findings)
            sheets.append(reader.read())
        findings += [_unread(file, name, "是隐藏的", Level.WARNING) for name in file.hidden]
        findings += [
            source_finding(
                Level.WARNING,
                "W679",
                file.name,
                each.name,
                "",
                "工作表",
                "",
                f"这张工作表没有读取：{each.why}",
                each.remedy,
            )
            for each in file.refused
        ]
        if not sheets:
            findings.append(
                source_finding(
                    Level.ERROR, "E602", file.name, "", "", "表头", "",
                    "没有一张工作表认得出表头（要有企业名称或统一社会信用代码，和至少一项数据）",
                    "核对是不是这张表；列名不同的，写进同义词文件后用 --synonyms 指定",
                )
            )  # fmt: skip
        return TableRead(file.path, file.how, tuple(sheets), tuple(findings))


def _unread(file: SourceFile, sheet: str, why: str, level: Level = Level.HINT) -> Finding:
    code = "H601" if level is Level.HINT else "W603"
    return source_finding(
        level, code, file.name, sheet, "", "工作表", "", f"这张工作表{why}，没有读取",
        "里面有要用的数据时，请取消隐藏或改好表头再导入",
    )  # fmt: skip


class _SheetReader:
    def __init__(
        self,
        reader: Reader,
        number: int,
        file: SourceFile,
        sheet: SourceSheet,
        header: Header,
        findings: list[Finding],
    ) -> None:
        self.number, self.file, self.sheet, self.header = number, file, sheet, header
        self.name = reader.asked.name
        notes = Notes(reader.names, file, sheet, findings)
        self.note = notes.note
        self.columns = Columns(reader.asked, sheet, header, notes)
        self.code_at, self.name_at = header.first("code"), header.first("name")
        identity = frozenset(c for c in (self.code_at, self.name_at) if c is not None)
        self.seen = Appearance(sheet.grid, self.columns.seen(), identity, IMPORTED)
        self.vocabulary = reader.vocabulary
        self.nothing = {word.lower() for word in self.vocabulary.synonyms.words.nothing}
        self.serials = {c for c, shown in header.unknown.items() if key(shown) in _SERIAL}

    def read(self) -> SheetRead:
        columns = self.columns
        numbers = [c.column for c in columns.usable if c.item not in (*IDENTITY, *ATTRIBUTES)]
        body = Body(self.sheet, self.header, self.vocabulary, tuple(numbers))
        spread = body.spread((self.code_at, self.name_at, columns.kind_at))
        rows: list[SourceRow] = []
        skipped: list[int] = []
        totals: list[Total] = []
        refused = self._refused(body, spread)
        for row in body.rows:
            code, name = (
                self._cell(spread, row, column) for column in (self.code_at, self.name_at)
            )
            match body.kind(row, code, name):
                case "firm" if row in refused:
                    continue
                case "firm":
                    self.seen.firm(row)
                    kind = (
                        ""
                        if columns.kind_at is None
                        else (self._cell(spread, row, columns.kind_at))
                    )
                    rows.append(self._row(row, code, name, kind))
                case "total":
                    skipped.append(row)
                    totals.append(self._total(row, len(rows)))
                case "nobody":
                    self.note(
                        Level.ERROR, "E628", row, next(iter(numbers), None), "",
                        "这一行有数字，却没有企业名称和统一社会信用代码，没有导入",
                        "补上企业名称和代码；一户占几行的，每行都写上企业",
                    )  # fmt: skip
                case "note" | "header":
                    skipped.append(row)
                case "blank":
                    pass
        self._tell_skipped(skipped)
        self._remark(self.seen.remarks())
        self._compare_totals(totals, rows)
        if columns.sheet_kind:
            self.note(
                Level.WARNING, "W629", self.header.bottom, None, "",
                f"按工作表名或标题里的“{columns.sheet_kind}”，这张表的面积全部按减去计算",
                "请确认", value=columns.sheet_kind,
            )  # fmt: skip
        units = {f.at.item: (f.at.header, f.unit) for f in columns.figures}
        named = {c.item: (c.header, "") for c in columns.attributes}
        return SheetRead(
            self.sheet.name, self.header.bottom, units | named, tuple(rows), len(skipped)
        )

    def _refused(
        self, body: Body, spread: Mapping[tuple[int, int], tuple[int, int]]
    ) -> frozenset[int]:
        """Return the rows of a text file whose cells have moved, and tell of them."""
        if not self.sheet.widths:
            return frozenset()
        firms = [
            row
            for row in body.rows
            if body.kind(row, *(self._cell(spread, row, c) for c in (self.code_at, self.name_at)))
            == "firm"
        ]
        header = range(self.header.top, self.header.bottom + 1)
        last = max(column.column for column in self.columns.usable)
        refused, remarks = unequal_rows(self.sheet, header, firms, last)
        self._remark(remarks)
        return refused

    def _remark(self, remarks: Iterable[Remark]) -> None:
        for each in remarks:
            self.note(
                each.level, each.code, each.row, each.column, each.item, each.problem,
                each.remedy, value=each.value, cells=each.cells,
            )  # fmt: skip

    def _tell_skipped(self, skipped: Sequence[int]) -> None:
        if not skipped:
            return
        shown = "、".join(str(row + 1) for row in skipped[:_SHOWN])
        more = "等" if len(skipped) > _SHOWN else ""
        self.note(
            Level.HINT, "H626", skipped[0], None, "",
            f"第{shown}{more}行是合计、小计、表头或说明，没有当作企业（共{len(skipped)}行）",
            "核对这些行里没有企业", value="",
        )  # fmt: skip

    def _compare_totals(self, totals: Sequence[Total], rows: Sequence[SourceRow]) -> None:
        """A total of land rented in and out may be meant with or without signs: left alone."""
        figures = self.columns.figures
        if self.columns.kinds is not None or any(f.at.item != f.whole for f in figures):
            return
        seen = self.seen.distrusted
        names = {f.at.column: (f.whole, f.at.header) for f in figures if f.at.column not in seen}
        for problem in check_totals(totals, rows, names):
            self.note(
                Level.WARNING, "W627", problem.row, problem.column, problem.item,
                problem.text, "核对是否漏了行、合计是否没有更新",
            )  # fmt: skip

    def _cell(
        self, spread: Mapping[tuple[int, int], tuple[int, int]], row: int, column: int | None
    ) -> Any:
        if column is None:
            return ""
        return self.sheet.grid.cell(*spread.get((row, column), (row, column)))

    def _row(
        self,
        row: int,
        code_cell: Any,
        name_cell: Any,
        kind: Any,
    ) -> SourceRow:
        name = " ".join(show(name_cell).split())
        code, problem = as_code(code_cell)
        firm = (code, name)
        if problem:
            self.note(
                Level.WARNING, "W624", row, self.code_at, "code", f"{problem}，改按名称匹配",
                "请部门按文本格式重新提供代码", firm,
            )  # fmt: skip
        figures, attributes = self.columns.figures, self.columns.attributes
        kinds = self.columns.kinds
        readings: list[Reading] = []
        broken: set[str] = set()
        for figure in figures:
            sign = figure.sign
            cell = self._trusted(row, figure.at, figure.whole, firm, broken)
            if cell is None:
                continue
            if kinds is not None and figure.whole == kinds.item and figure.at.item == kinds.item:
                told = kinds.sign(show(kind))
                if told is None:
                    broken.add(figure.whole)
                    self.note(
                        Level.ERROR, "E625", row, figure.at.column, figure.whole,
                        f"用地方式“{show(kind)}”看不出是自有、租入还是租出，这户的"
                        f"“{self.name(figure.whole)}”没有导入",
                        "改成自有、租入或租出，或把这个词加进同义词文件", firm, show(kind),
                    )  # fmt: skip
                    continue
                sign = told
            reading = self._figure_reading(row, figure, sign, cell, firm, broken)
            if reading is not None:
                readings.append(reading)
        for column in attributes:
            cell = self._trusted(row, column, column.item, firm, broken)
            if cell is not None:
                found = self._attribute(row, column, cell, firm, broken)
                if found is not None:
                    readings.append(found)
        return SourceRow(
            self.number, self.sheet.name, row, code, name,
            next((c for c in (self.name_at, self.code_at) if c is not None), 0),
            tuple(readings), frozenset(broken), self._look(row),
            frozenset({f.whole for f in figures} | {c.item for c in attributes}),
        )  # fmt: skip

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
                Level.ERROR, "E623", row, at.column, item, f"{error.problem}，没有导入",
                error.remedy, firm,
            )  # fmt: skip
            return None
        if is_blank(cell):
            return None
        if means_nothing(cell, self.nothing):
            self.note(
                Level.WARNING, "W622", row, at.column, item,
                f"“{show(cell)}”当作没有数据，留空", "确实是零的，请改成0后重新导入", firm,
            )  # fmt: skip
            return None
        return cell

    def _figure_reading(
        self, row: int, figure: Figure, sign: int, cell: Any, firm: tuple[str, str],
        broken: set[str],
    ) -> Reading | None:  # fmt: skip
        try:
            number, remark = exact(cell)
        except CellError as error:
            broken.add(figure.whole)
            self.note(
                Level.ERROR, "E621", row, figure.at.column, figure.whole,
                f"{error.problem}，没有导入", error.remedy, firm,
            )  # fmt: skip
            return None
        if remark and not self.file.is_text:
            self.note(
                Level.HINT, "H620", row, figure.at.column, figure.whole, remark, "请确认", firm
            )
        return Reading(
            figure.at.item, self.number, self.sheet.name, row, figure.at.column,
            figure.at.header, show(cell), figure.unit, number * figure.factor * sign,
            resolution(cell) * figure.factor,
        )  # fmt: skip

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
                    Level.ERROR, "E621", row, at.column, at.item, f"{error.problem}，没有导入",
                    error.remedy, firm,
                )  # fmt: skip
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
