"""A department's file as rows about firms: which tables on which sheets count, nothing decided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from permu_xl.findings import At, Finding
from permu_xl.intake.tables.asked import AmountRules, Asked, Notes
from permu_xl.intake.tables.columns import Columns
from permu_xl.intake.tables.copies import set_aside_copies
from permu_xl.intake.tables.headers import Header, find_headers, seen_headings
from permu_xl.intake.tables.model import SheetRead, TableRead
from permu_xl.intake.tables.table_reader import TableReader
from permu_xl.intake.tables.words import LEASE_AREA, Period, key, part_id, period_in
from permu_xl.text import year_in
from permu_xl.workbook import layout
from permu_xl.xlsx.cells import is_blank, show

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from permu_xl.engine.model import Scheme
    from permu_xl.intake.sources import SourceFile, SourceSheet
    from permu_xl.intake.tables.words import Vocabulary

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
_OURS = {*layout.INPUT_SHEETS, *layout.REGISTERS, *layout.RESULT_SHEETS} - {layout.DATA}


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
        amounts: AmountRules | None = None,
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
        self.asked = Asked(
            year,
            vocabulary,
            units,
            self.names,
            self.whole,
            assume_units,
            bases,
            amounts or AmountRules(),
        )

    def read(self, number: int, file: SourceFile) -> TableRead:
        """Return what a file says; ``number`` is its position among the tables."""
        findings: list[Finding] = []
        sheets, own_year = self._sheets(file, findings)
        found: list[_Table] = []
        headings: list[str] = []
        for sheet in sheets:
            headers = find_headers(sheet, self.vocabulary, self.asked.year)
            if not headers and any(not is_blank(c) for row in sheet.grid.rows for c in row):
                headings += [h for h in seen_headings(sheet) if h not in headings]
                at = At.in_file(file.name, sheet.name, "", "工作表")
                findings.append(Finding.of("H601", at))
            for header in headers:
                found.append(self._table(file, sheet, header, own_year))
        if not _our_sheets(file):
            hidden = [At.in_file(file.name, name, "", "工作表") for name in file.hidden]
            findings += [Finding.of("W603", at) for at in hidden]
        for each in file.refused:
            at = At.in_file(file.name, each.name, "", "工作表")
            findings.append(Finding.of("W679", at, why=each.why, remedy=each.remedy))
        kept = self._of_the_year(file, found, findings)
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
        at = At.in_file(file.name, ours.name, "", "工作表")
        findings.append(Finding.of("H608", at, sheet=ours.name, others="、".join(others)))
        return [ours], _stated_year(file)

    def _table(
        self, file: SourceFile, sheet: SourceSheet, header: Header, own_year: int | None
    ) -> _Table:
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
        return _Table(sheet, _as_register(header), notes, tuple(told))

    def _of_the_year(
        self, file: SourceFile, tables: Sequence[_Table], findings: list[Finding]
    ) -> list[_Table]:
        """Return the tables of the year asked for; the others are told."""
        year = self.asked.year
        right = [table for table in tables if not table.other(year)]
        others = [table for table in tables if table.other(year)]
        beside = any(table.wants_figures() for table in right)
        spoken = {y for table in others for y in table.years}
        for table in others:
            sheet = table.sheet.name
            at = At.in_file(file.name, sheet, "", "年度", table.shown_years())
            if beside:
                findings.append(Finding.of("H604", at, case="sheet", sheet=sheet, year=year))
            elif self.accept_year and len(spoken) < 2:
                findings.append(Finding.of("W605", at, year=year))
                right.append(table)
            else:
                findings.append(Finding.of("E605", at, year=year))
        for table in right:
            if table not in others and any(each.is_other(year) for each in table.told):
                at = At.in_file(file.name, table.sheet.name, "", "年度", table.shown_years())
                findings.append(Finding.of("W605", at, case="by_column", year=year))
            part = table.part
            if part:
                at = At.in_file(file.name, table.sheet.name, "", "时期", part)
                findings.append(Finding.of("W606", at, year=year))
        told = period_in(file.path.stem)
        if right and told.is_other(year) and not any(table.years for table in right):
            at = At.in_file(file.name, "", "", "年度", file.name)
            written = "、".join(map(str, told.years)) or "上"
            findings.append(Finding.of("W605", at, case="by_file", written=written, year=year))
        return [table for table in tables if table in right]

    def _tell_unused(self, file: SourceFile, made: SheetRead, findings: list[Finding]) -> None:
        if made.unused:
            shown = "、".join(f"“{each[:30]}”" for each in made.unused[:20])
            more = f"等{len(made.unused)}列" if len(made.unused) > 20 else ""
            at = At.in_file(file.name, made.name, "", "表头")
            findings.append(Finding.of("H610", at, columns=shown + more))


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """A table found on a sheet; ``told`` are the periods by where they are told."""

    sheet: SourceSheet
    header: Header
    notes: Notes
    told: tuple[Period, ...]

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(year for each in self.told for year in each.years))

    @property
    def part(self) -> str:
        return next((each.part for each in self.told if each.part), "")

    def other(self, year: int) -> bool:
        """Return whether this is another year's; what the columns say of the year comes first."""
        if any(column.year == year for column in self.header.columns):
            return False
        return any(each.is_other(year) for each in self.told)

    def shown_years(self) -> str:
        return "、".join(f"{year}年" for year in self.years) or "上年"

    def wants_figures(self) -> bool:
        return any(c.item not in _NAMES for c in self.header.columns)


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


def understood(names: Mapping[str, str], scheme: Scheme) -> str:
    """Return in words which headings are understood."""
    wanted = ["统一社会信用代码", "企业名称", *(names[id] for id in scheme.columns)]
    return "、".join(dict.fromkeys(wanted))


def _nothing_seen(
    file: SourceFile, headings: Sequence[str], names: Mapping[str, str], scheme: Scheme
) -> Finding:
    return Finding.of(
        "E602",
        At.in_file(file.name, "", "", "表头"),
        case="" if headings else "no_text",
        seen="、".join(f"“{each}”" for each in headings[:15]),
        known=understood(names, scheme),
    )
