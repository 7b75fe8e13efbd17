"""Which of the tables found in a file are about the year that is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from permu_xl.findings import Finding, Level
from permu_xl.intake.sources import SourceFile, SourceSheet
from permu_xl.intake.tables.asked import Notes
from permu_xl.intake.tables.headers import Header
from permu_xl.intake.tables.model import source_finding
from permu_xl.intake.tables.periods import Period, period_in
from permu_xl.intake.tables.synonyms import ATTRIBUTES, COUNTERPARTS, IDENTITY, LEASE_AREA

__all__ = ["Found", "of_the_year"]

_NO_FIGURES = frozenset((*IDENTITY, *ATTRIBUTES, *COUNTERPARTS, LEASE_AREA))


@dataclass(frozen=True, slots=True, eq=False)
class Found:
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
        return any(c.item not in _NO_FIGURES for c in self.header.columns)


def of_the_year(
    file: SourceFile, tables: Sequence[Found], year: int, findings: list[Finding], *, accept: bool
) -> list[Found]:
    """Return the tables of a year; the others are told.

    Those of other years are set aside where the file has figures of the year, else they are an
    error; with ``accept`` those of one other year are taken.
    """
    right = [table for table in tables if not table.other(year)]
    others = [table for table in tables if table.other(year)]
    beside = any(table.wants_figures() for table in right)
    one = len({y for table in others for y in table.years}) < 2

    def note(level: Level, code: str, table: Found, shown: str, problem: str, remedy: str) -> None:
        sheet = table.sheet.name
        findings.append(
            source_finding(level, code, file.name, sheet, "", "年度", shown, problem, remedy)
        )

    for table in others:
        shown = table.shown_years()
        if beside:
            problem = f"“{table.sheet.name}”写的是{shown}，不是{year}年的数据，没有读取"
            note(Level.HINT, "H604", table, shown, problem, "不需要处理")
        elif accept and one:
            problem = f"表里写的是{shown}，评价年度是{year}年，按 --accept-year 读取"
            note(Level.WARNING, "W605", table, shown, problem, "核对是不是拿错了年份的表")
            right.append(table)
        else:
            problem = f"表里写的是{shown}，评价年度是{year}年，没有导入"
            remedy = f"请部门提供{year}年的表；确实要用这张的，加 --accept-year"
            note(Level.ERROR, "E605", table, shown, problem, remedy)
    for table in right:
        if table not in others and any(each.is_other(year) for each in table.told):
            shown = table.shown_years()
            problem = f"标题或工作表名写的是{shown}，只有列名写了{year}年，按列名读取"
            note(Level.WARNING, "W605", table, shown, problem, "核对是不是拿错了年份的表")
        if table.part:
            problem = f"标题或工作表名写的是“{table.part}”，不是{year}年全年"
            remedy = "核对是不是全年的数；不是的，请部门提供全年的表"
            note(Level.WARNING, "W606", table, table.part, problem, remedy)
    _compare_file_name(file, right, year, findings)
    return [table for table in tables if table in right]


def _compare_file_name(
    file: SourceFile, tables: Sequence[Found], year: int, findings: list[Finding]
) -> None:
    told = period_in(file.path.stem)
    if not tables or not told.is_other(year) or any(table.years for table in tables):
        return
    shown = "、".join(map(str, told.years)) or "上"
    findings.append(
        source_finding(
            Level.WARNING,
            "W605",
            file.name,
            "",
            "",
            "年度",
            file.name,
            f"文件名写的是{shown}年，表里没有写年份，评价年度是{year}年",
            "核对是不是拿错了年份的表",
        )
    )
