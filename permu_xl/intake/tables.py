"""A department's file as rows about firms: headers, units and figures read, nothing decided."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from rapidfuzz import fuzz, process

from permu_xl.book import cells
from permu_xl.book.cells import CellError, is_blank, show
from permu_xl.engine.findings import Finding, Level
from permu_xl.engine.industries import normal_industry
from permu_xl.engine.scheme import Scheme
from permu_xl.intake.body import Body
from permu_xl.intake.figures import as_code, exact, resolution
from permu_xl.intake.files import SourceFile, SourceSheet
from permu_xl.intake.headers import ColumnAt, Header, Vocabulary, find_header
from permu_xl.intake.model import (
    Content,
    Reading,
    SheetRead,
    SourceRow,
    TableRead,
    address,
    source_finding,
)
from permu_xl.intake.synonyms import ATTRIBUTES, IDENTITY, Kinds, key
from permu_xl.intake.totals import Total, check_totals
from permu_xl.schemes import industries

__all__ = ["Reader"]

_ALIKE = 80
_SERIAL = {"序号", "编号", "行号", "no"}
_TITLE_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*年")


@dataclass(frozen=True, slots=True)
class _Figure:
    """A column of figures: the item in the scheme, the unit, the factor, the sign."""

    at: ColumnAt
    whole: str
    unit: str
    factor: Fraction
    sign: int


class Reader:
    """Reads files for one scheme and year.

    ``assume_units`` takes figures without any unit for such in the workbook's own, with a
    warning, instead of leaving them out.
    """

    def __init__(
        self, scheme: Scheme, year: int, vocabulary: Vocabulary, *, assume_units: bool = False
    ) -> None:
        self.scheme, self.year, self.vocabulary = scheme, year, vocabulary
        self.assume_units = assume_units
        self.whole: dict[str, tuple[str, int]] = {}
        """By item the column of the scheme that it makes up, and its sign."""
        for id, item in vocabulary.wanted.items():
            for parts, sign in ((item.plus, 1), (item.minus, -1)):
                self.whole |= dict.fromkeys(parts, (id, sign))
        self.names = {"code": "统一社会信用代码", "name": "企业名称", "industry": "行业代码",
                      "start_date": "投产日期"}  # fmt: skip
        self.names |= {column.id: column.name for column in scheme.columns.values()}

    def read(self, number: int, file: SourceFile) -> TableRead:
        """Return what a file says; ``number`` is its position among the tables."""
        findings: list[Finding] = []
        sheets = []
        for sheet in file.sheets:
            header = find_header(sheet, self.vocabulary, self.year)
            if header is None:
                if any(not is_blank(cell) for row in sheet.grid.rows for cell in row):
                    findings.append(_unread(file, sheet.name, "认不出表头"))
                continue
            reader = _SheetReader(self, number, file, sheet, header, findings)
            sheets.append(reader.read())
        findings += [_unread(file, name, "是隐藏的", Level.WARNING) for name in file.hidden]
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
        self.reader, self.number, self.file, self.sheet = reader, number, file, sheet
        self.header, self.findings = header, findings
        self.vocabulary = reader.vocabulary
        self.units = self.vocabulary.synonyms.units
        self.code_at, self.name_at = header.first("code"), header.first("name")
        self.nothing = {word.lower() for word in self.vocabulary.synonyms.words.nothing}
        self.totals: list[Total] = []

    def note(
        self, level: Level, code: str, row: int, column: int | None, item: str, problem: str,
        remedy: str, firm: tuple[str, str] = ("", ""), value: str | None = None,
    ) -> None:  # fmt: skip
        cell = "" if column is None else address(row, column)
        if value is None:
            value = "" if column is None else show(self.sheet.grid.cell(row, column))
        self.findings.append(
            source_finding(
                level, code, self.file.name, self.sheet.name, cell,
                self.reader.names.get(item, item), value, problem, remedy, firm,
            )
        )  # fmt: skip

    def read(self) -> SheetRead:
        self._check_years()
        columns = self._usable_columns()
        kind_at, kinds = self._kind_column()
        sheet_sign, sheet_kind = self._sheet_kind(kinds)
        figures = [
            figure
            for column in columns
            if column.item not in (*IDENTITY, *ATTRIBUTES)
            and (figure := self._figure(column, sheet_sign)) is not None
        ]
        attributes = [column for column in columns if column.item in ATTRIBUTES]
        self._suggest(columns, kind_at)
        body = Body(
            self.sheet, self.header, self.vocabulary,
            tuple(c.column for c in columns if c.item not in (*IDENTITY, *ATTRIBUTES)),
        )  # fmt: skip
        spread = body.spread((self.code_at, self.name_at, kind_at))
        rows: list[SourceRow] = []
        skipped: list[int] = []
        for row in body.rows:
            code, name = (
                self._cell(spread, row, column) for column in (self.code_at, self.name_at)
            )
            match body.kind(row, code, name):
                case "firm":
                    kind = None if kind_at is None else self._cell(spread, row, kind_at)
                    rows.append(self._row(row, code, name, figures, attributes, kinds, kind))
                case "total":
                    skipped.append(row)
                    self.totals.append(self._total(row, figures, len(rows)))
                case "nobody":
                    self.note(
                        Level.ERROR, "E628", row, columns[0].column, "",
                        "这一行有数字，却没有企业名称和统一社会信用代码，没有导入",
                        "补上企业名称和代码；一户占几行的，每行都写上企业",
                    )  # fmt: skip
                case "note" | "header":
                    skipped.append(row)
                case "blank":
                    pass
        if skipped:
            shown = "、".join(str(row + 1) for row in skipped[:12])
            more = "等" if len(skipped) > 12 else ""
            self.note(
                Level.HINT, "H626", skipped[0], None, "",
                f"第{shown}{more}行是合计、小计、表头或说明，没有当作企业（共{len(skipped)}行）",
                "核对这些行里没有企业", value="",
            )  # fmt: skip
        if kinds is None and not any(figure.at.item != figure.whole for figure in figures):
            names = {f.at.column: (f.whole, f.at.header) for f in figures}
            for problem in check_totals(self.totals, rows, names):
                self.note(
                    Level.WARNING, "W627", problem.row, problem.column, problem.item,
                    problem.text, "核对是否漏了行、合计是否没有更新",
                )  # fmt: skip
        if sheet_kind:
            self.note(
                Level.WARNING, "W629", self.header.bottom, None, "",
                f"按工作表名或标题里的“{sheet_kind}”，这张表的面积全部按"
                f"{'减去' if sheet_sign < 0 else '加上'}计算", "请确认", value=sheet_kind,
            )  # fmt: skip
        units = {f.at.item: (f.at.header, f.unit) for f in figures}
        named = {c.item: (c.header, "") for c in attributes}
        return SheetRead(
            self.sheet.name, self.header.bottom, units | named, tuple(rows), len(skipped)
        )

    # ---- columns ---------------------------------------------------------------------------------

    def _check_years(self) -> None:
        for column, shown in self.header.other_years.items():
            self.note(
                Level.HINT, "H604", self.header.bottom, column, "",
                f"“{shown}”不是{self.reader.year}年的数据，没有读取", "不需要处理", value=shown,
            )  # fmt: skip
        told = [year for title in self.header.titles for year in _TITLE_YEAR.findall(title)]
        if told and str(self.reader.year) not in told:
            self.note(
                Level.WARNING, "W605", 0, None, "",
                f"标题写的是{'、'.join(dict.fromkeys(told))}年，评价年度是{self.reader.year}年",
                "核对是不是拿错了年份的表", value="、".join(told),
            )  # fmt: skip

    def _usable_columns(self) -> list[ColumnAt]:
        """Return the columns wanted once; a second one of the same item bars both."""
        times = Counter(column.item for column in self.header.columns)
        usable = []
        for column in self.header.columns:
            if times[column.item] > 1 and column.item not in IDENTITY:
                self.note(
                    Level.ERROR, "E616", self.header.bottom, column.column, column.item,
                    f"“{column.header}”和另一列都是“{self._name(column.item)}”，分不清用哪一列，"
                    "都没有导入", "改掉其中一列的表头后重新导入", value=column.header,
                )  # fmt: skip
                continue
            if column.doubtful:
                self.note(
                    Level.WARNING, "W617", self.header.bottom, column.column, column.item,
                    f"“{column.header}”当作“{self._name(column.item)}”读取，两者口径可能不同",
                    "请确认；不对就改掉表头后重新导入", value=column.header,
                )  # fmt: skip
            usable.append(column)
        return usable

    def _name(self, item: str) -> str:
        whole = self.reader.whole.get(item)
        return self.reader.names.get(whole[0] if whole else item, item)

    def _kind_column(self) -> tuple[int | None, Kinds | None]:
        for column, shown in self.header.unknown.items():
            found = self.vocabulary.kinds.get(key(shown.split("／")[-1]))
            if found is not None and any(c.item == found.item for c in self.header.columns):
                return column, found
        return None, None

    def _sheet_kind(self, kinds: Kinds | None) -> tuple[int, str]:
        """A sheet of its own for land rented out says so in its name or title only."""
        if kinds is not None:
            return 1, ""
        items = {column.item for column in self.header.columns}
        for known in self.vocabulary.kinds.values():
            if known.item not in items:
                continue
            for text in (self.sheet.name, *self.header.titles):
                signs = {-1: [w for w in known.minus if w in text]}
                signs[1] = [w for w in known.plus if w in text]
                if signs[-1] and not signs[1]:
                    return -1, signs[-1][0]
        return 1, ""

    def _figure(self, column: ColumnAt, sheet_sign: int) -> _Figure | None:
        whole, sign = self.reader.whole.get(column.item, (column.item, sheet_sign))
        target = self.reader.scheme.columns[whole].unit
        unit = self._unit(column, target)
        if unit is None:
            return None
        factor = self.units.factor(unit, target or "当量") if unit or target else Fraction(1)
        if factor is None:
            self.note(
                Level.ERROR, "E614", self.header.bottom, column.column, column.item,
                f"“{column.header}”的单位是“{unit}”，换算不成“{target or '当量数'}”，"
                "这一列没有导入",
                "请部门按规定的单位提供，或改正表头的单位", value=column.header,
            )  # fmt: skip
            return None
        return _Figure(column, whole, unit, factor, sign)

    def _unit(self, column: ColumnAt, target: str) -> str | None:
        """Return a column's unit: from its header, from the title; None where nothing says it."""
        if column.unit:
            return column.unit
        family = self.units.family(target or "当量")
        told: list[str] = []
        for title in self.header.titles:
            told += [u for u in self.units.told(title) if u not in told]
        fitting = [unit for unit in told if self.units.family(unit) is family]
        if len(fitting) == 1 and family is not None:
            return fitting[0]
        if len(fitting) > 1:
            self.note(
                Level.ERROR, "E615", self.header.bottom, column.column, column.item,
                f"标题里写了两种单位（{'、'.join(fitting)}），分不清“{column.header}”用哪一种，"
                "这一列没有导入", "在这一列的表头里写明单位", value=column.header,
            )  # fmt: skip
            return None
        if not target:
            return family.plain if family is not None else ""
        if family is not None and family.plain:
            self.note(
                Level.HINT, "H613", self.header.bottom, column.column, column.item,
                f"“{column.header}”没有写单位，按“{family.plain}”读取", "请确认",
                value=column.header,
            )  # fmt: skip
            return family.plain
        if self.reader.assume_units:
            self.note(
                Level.WARNING, "W612", self.header.bottom, column.column, column.item,
                f"“{column.header}”没有写单位，按 --assume-units 当作“{target}”",
                "请向部门确认单位", value=column.header,
            )  # fmt: skip
            return target
        self.note(
            Level.ERROR, "E611", self.header.bottom, column.column, column.item,
            f"“{column.header}”没有写单位，标题里也没有，这一列没有导入",
            f"在表头写明单位，如“（{target}）”；确认就是{target}的，也可以加 --assume-units",
            value=column.header,
        )  # fmt: skip
        return None

    def _suggest(self, columns: list[ColumnAt], kind_at: int | None) -> None:
        """Point out headers that look like one that is wanted and not there."""
        there = {column.item for column in self.header.columns}
        names = {
            name: item for name, item in self.vocabulary.exact.items()
            if item not in there and item not in self.reader.whole and len(name) > 2
        }  # fmt: skip
        for column, shown in self.header.unknown.items():
            text = key(shown.split("／")[-1])
            if column == kind_at or len(text) < 3:
                continue
            found = process.extractOne(text, list(names), scorer=fuzz.ratio, score_cutoff=_ALIKE)
            if found is not None:
                self.note(
                    Level.HINT, "H618", self.header.bottom, column, names[found[0]],
                    f"没有认出“{shown}”，它与“{self._name(names[found[0]])}”的写法相近，没有读取",
                    "如果就是它，把这个写法加进同义词文件，用 --synonyms 指定", value=shown,
                )  # fmt: skip

    # ---- rows ------------------------------------------------------------------------------------

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
        figures: list[_Figure],
        attributes: list[ColumnAt],
        kinds: Kinds | None,
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
                        f"“{self._name(figure.whole)}”没有导入",
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
        if isinstance(cell, str) and cell.strip().lower() in self.nothing:
            self.note(
                Level.WARNING, "W622", row, at.column, item,
                f"“{cell.strip()}”当作没有数据，留空", "确实是零的，请改成0后重新导入", firm,
            )  # fmt: skip
            return None
        return cell

    def _figure_reading(
        self, row: int, figure: _Figure, sign: int, cell: Any, firm: tuple[str, str],
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
                value, remark = cells.date(cell)
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
        serials = {c for c, shown in self.header.unknown.items() if key(shown) in _SERIAL}
        cells_of_row = self.sheet.grid.rows[row]
        return tuple(show(cell) for c, cell in enumerate(cells_of_row) if c not in serials)

    def _total(self, row: int, figures: list[_Figure], above: int) -> Total:
        told: dict[int, Fraction] = {}
        for figure in figures:
            try:
                number, _ = exact(self.sheet.grid.trusted(row, figure.at.column))
            except CellError:
                continue
            told[figure.at.column] = number * figure.factor * figure.sign
        return Total(row, above, told)
