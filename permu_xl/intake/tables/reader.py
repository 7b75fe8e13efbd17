"""A department's file as rows about firms: which tables on which sheets count, nothing decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from permu_xl.engine.model import Scheme
from permu_xl.findings import Finding, Level
from permu_xl.intake.sources import SourceFile, SourceSheet
from permu_xl.intake.tables.asked import Asked, Notes
from permu_xl.intake.tables.columns import Columns
from permu_xl.intake.tables.copies import set_aside_copies
from permu_xl.intake.tables.headers import Header, find_headers, seen_headings
from permu_xl.intake.tables.model import SheetRead, TableRead, source_finding
from permu_xl.intake.tables.periods import Period, period_in
from permu_xl.intake.tables.synonyms import LEASE_AREA, key, part_id
from permu_xl.intake.tables.table_reader import TableReader
from permu_xl.intake.tables.vocabulary import Vocabulary
from permu_xl.intake.tables.years import Found, of_the_year
from permu_xl.text import year_in
from permu_xl.workbook import layout
from permu_xl.xlsx.cells import is_blank, show

__all__ = ["Reader", "understood"]

_NAMES = {
    "code": "统一社会信用代码",
    "name": "企业名称",
    "industry": "行业代码",
    "start_date": "投产日期",
    "lessee": "承租方",
    "lessor": "出租方",
    "lessee_code": "承租方代码",
    "lessor_code": "出租方代码",
    "other_side": "对方单位",
    "lease_area": "租赁面积",
}
_OURS = {*layout.INPUT_SHEETS, *layout.RESULT_SHEETS} - {layout.DATA}


class Reader:
    """Reads files for one scheme and year.

    ``assume_units`` takes figures without any unit for such in the workbook's own, with a
    warning, instead of leaving them out; ``accept_year`` takes tables of another year.
    """

    def __init__(
        self,
        scheme: Scheme,
        year: int,
        vocabulary: Vocabulary,
        *,
        assume_units: bool = False,
        accept_year: bool = False,
    ) -> None:
        self.scheme, self.vocabulary, self.accept_year = scheme, vocabulary, accept_year
        self.whole: dict[str, tuple[str, int]] = {}
        """By part the item of the scheme that it makes up, and its sign."""
        for id, item in vocabulary.wanted.items():
            for parts, sign in ((item.plus, 1), (item.minus, -1)):
                self.whole |= dict.fromkeys(parts, (id, sign))
            for names in item.add:
                self.whole |= {part_id(id, name): (id, 1) for name in names}
        self.names = dict(_NAMES) | {column.id: column.name for column in scheme.columns.values()}
        units = {column.id: column.unit for column in scheme.columns.values()}
        bases = {c.id: c.basis.removesuffix("值") for c in scheme.columns.values() if c.basis}
        self.asked = Asked(year, vocabulary, units, self.names, self.whole, assume_units, bases)

    def read(self, number: int, file: SourceFile) -> TableRead:
        """Return what a file says; ``number`` is its position among the tables."""
        findings: list[Finding] = []
        sheets, own_year = self._sheets(file, findings)
        found: list[Found] = []
        headings: list[str] = []
        for sheet in sheets:
            headers = find_headers(sheet, self.vocabulary, self.asked.year)
            if not headers and any(not is_blank(c) for row in sheet.grid.rows for c in row):
                headings += [h for h in seen_headings(sheet) if h not in headings]
                findings.append(_unread(file, sheet.name, "认不出表头"))
            for header in headers:
                found.append(self._table(file, sheet, header, own_year))
        if not _our_sheets(file):
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
        kept = of_the_year(file, found, self.asked.year, findings, accept=self.accept_year)
        read: list[SheetRead] = []
        for table in kept:
            made = TableReader(
                number,
                file,
                table.sheet,
                table.header,
                Columns(self.asked, table.sheet, table.header, table.notes),
                table.notes,
                self.vocabulary,
                self.accept_year,
            ).read()
            findings += table.notes.findings
            if made is not None:
                read.append(made)
                self._tell_unused(file, made, findings)
        read = set_aside_copies(file, read, self.vocabulary, findings)
        if not found:
            findings.append(_nothing_seen(file, headings, self.names, self.scheme))
        return TableRead(file.path, file.how, tuple(read), tuple(findings), tuple(headings))

    def _sheets(
        self, file: SourceFile, findings: list[Finding]
    ) -> tuple[Sequence[SourceSheet], int | None]:
        """Return the sheets to be read: of our own workbook sent back only the raw data count."""
        if not _our_sheets(file):
            return file.sheets, None
        [ours] = [sheet for sheet in file.sheets if sheet.name == layout.DATA]
        others = [sheet.name for sheet in file.sheets if sheet is not ours]
        findings.append(
            source_finding(
                Level.HINT,
                "H608",
                file.name,
                ours.name,
                "",
                "工作表",
                "",
                f"这是亩均评价的工作簿，只读“{ours.name}”，其余的（{'、'.join(others)}）没有读取",
                "要用上年的数据，请用 --last-year",
            )
        )
        return [ours], _stated_year(file)

    def _table(
        self, file: SourceFile, sheet: SourceSheet, header: Header, own_year: int | None
    ) -> Found:
        told = [period_in(sheet.name, bare=True)]
        titles = [period_in(title) for title in header.titles]
        if not any(each.years or each.last_year for each in titles):
            # The titles at the top of a sheet are also about the tables further down.
            titles += [period_in(t) for each in header.inherited[-1:] for t in each]
        years = tuple(dict.fromkeys(y for each in titles for y in each.years))
        last = any(each.last_year for each in titles)
        part = next((each.part for each in titles if each.part), "")
        told.append(Period(years, part, last and not years))
        if own_year is not None:
            told = [Period((own_year,))]
        notes = Notes(self.names, file, sheet, [])
        return Found(sheet, _as_register(header), notes, tuple(told))

    def _tell_unused(self, file: SourceFile, made: SheetRead, findings: list[Finding]) -> None:
        if made.unused:
            shown = "、".join(f"“{each[:30]}”" for each in made.unused[:20])
            more = f"等{len(made.unused)}列" if len(made.unused) > 20 else ""
            findings.append(
                source_finding(
                    Level.HINT,
                    "H610",
                    file.name,
                    made.name,
                    "",
                    "表头",
                    "",
                    f"没有用到的列：{shown}{more}",
                    "有要用的，把表头改成规范的名称，或加进同义词文件",
                )
            )


def _as_register(header: Header) -> Header:
    """Return the header of a list of leases as one of the firms that let, or that rent."""
    items = {column.item for column in header.columns}
    if items & {"code", "name"} or not items & {"lessor", "lessee"}:
        areas = {c.column: c.header for c in header.columns if c.item == LEASE_AREA}
        kept = tuple(c for c in header.columns if c.column not in areas)
        return replace(header, columns=kept, unknown={**header.unknown, **areas})
    side, part = (
        ("lessor", "land_rented_out") if "lessor" in items else ("lessee", "land_rented_in")
    )
    names = {side: "name", f"{side}_code": "code", "land": part, LEASE_AREA: part}
    columns = tuple(replace(c, item=names.get(c.item, c.item)) for c in header.columns)
    return replace(header, columns=columns)


def _our_sheets(file: SourceFile) -> list[str]:
    """Return the names of the sheets by which a file is a workbook of ours, none for another's."""
    names = [sheet.name for sheet in file.sheets] + list(file.hidden)
    if layout.DATA not in [sheet.name for sheet in file.sheets]:
        return []
    ours = [name for name in names if name in _OURS]
    return [layout.DATA, *ours] if len(ours) > 1 else []


def _stated_year(file: SourceFile) -> int | None:
    """Return the year that the parameters of a workbook of ours name."""
    for sheet in file.sheets:
        if sheet.name == layout.PARAMETERS:
            for row in sheet.grid.rows[:30]:
                filled = [cell for cell in row if not is_blank(cell)]
                if len(filled) > 1 and key(show(filled[0])) == layout.PARAMETER_NAMES["year"]:
                    return year_in(show(filled[1]))
    return None


def _unread(file: SourceFile, sheet: str, why: str, level: Level = Level.HINT) -> Finding:
    code = "H601" if level is Level.HINT else "W603"
    return source_finding(
        level,
        code,
        file.name,
        sheet,
        "",
        "工作表",
        "",
        f"这张工作表{why}，没有读取",
        "里面有要用的数据时，请取消隐藏或改好表头再导入",
    )


def understood(names: Mapping[str, str], scheme: Scheme) -> str:
    """Return in words which headings are understood."""
    wanted = ["统一社会信用代码", "企业名称", *(names[id] for id in scheme.columns)]
    return "、".join(dict.fromkeys(wanted))


def _nothing_seen(
    file: SourceFile, headings: Sequence[str], names: Mapping[str, str], scheme: Scheme
) -> Finding:
    seen = "、".join(f"“{each}”" for each in headings[:15])
    return source_finding(
        Level.ERROR,
        "E602",
        file.name,
        "",
        "",
        "表头",
        "",
        "没有一张工作表认得出表头（要有企业名称或统一社会信用代码，和至少一项数据）"
        + (f"；看到的是{seen}" if seen else "；表里没有文字"),
        f"核对是不是这张表；认得的列名有{understood(names, scheme)}等；"
        "列名不同的，写进同义词文件后用 --synonyms 指定",
    )
