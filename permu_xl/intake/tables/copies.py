"""Copies of a table within one file: the same rows are never counted twice."""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

from permu_xl.findings import At, Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from permu_xl.intake.sources import SourceFile
    from permu_xl.intake.tables.model import SheetRead, SourceRow
    from permu_xl.intake.tables.words import Vocabulary

__all__ = ["set_aside_copies"]

_COPY = re.compile(r"(.+?)\s*(?:[(（]\d+[)）]|[-_ ]*(?:副本|复件|备份|拷贝|copy|bak)\d*)$", re.I)

_VERSION = re.compile(
    r"初稿|定稿|终稿|草稿|最终|修改|修订|更正|更新|核实|校对|旧|[vV]\d|第[一二三四\d]版|原表|原始表"
)


def set_aside_copies(
    file: SourceFile, sheets: Sequence[SheetRead], vocabulary: Vocabulary, findings: list[Finding]
) -> list[SheetRead]:
    """Return the tables of a file without copies of others, which are told.

    A table all whose rows stand in another one is a copy.  One whose sheet calls itself a copy
    (用地 (2)) and says something else bars both: nobody knows which of them holds.
    """
    kept: list[SheetRead] = []
    for sheet in sheets:
        larger = next((each for each in kept if _within(sheet, each)), None)
        smaller = [each for each in kept if _within(each, sheet)]
        if larger is not None:
            findings.append(_copy(file, sheet, larger))
            continue
        for each in smaller:
            findings.append(_copy(file, each, sheet))
            kept.remove(each)
        kept.append(sheet)
    return _without_disputed(file, kept, vocabulary, findings)


def _without_disputed(
    file: SourceFile, sheets: list[SheetRead], vocabulary: Vocabulary, findings: list[Finding]
) -> list[SheetRead]:
    names = {sheet.name for sheet in sheets}
    for sheet in list(sheets):
        copied = _COPY.fullmatch(sheet.name)
        if copied is None or copied.group(1) not in names or not _shared(sheet, sheets):
            continue
        original = copied.group(1)
        at = At.in_file(file.name, sheet.name, "", "工作表", sheet.name)
        findings.append(Finding.of("E607", at, original=original))
        sheets = [each for each in sheets if each.name not in (sheet.name, original)]
    return _tell_added(file, sheets, vocabulary, findings)


def _shared(sheet: SheetRead, sheets: Sequence[SheetRead]) -> bool:
    """Return whether another sheet tells the same items of the same firms."""
    firms = {_owner(row) for row in sheet.rows}
    others = [each for each in sheets if each.name != sheet.name]
    return any(firms & {_owner(row) for row in each.rows} for each in others)


def _tell_added(
    file: SourceFile, sheets: list[SheetRead], vocabulary: Vocabulary, findings: list[Finding]
) -> list[SheetRead]:
    """Say once which firms' land is the sum over several sheets; versions of one list bar all."""
    totals: dict[str, dict[str, Fraction]] = {}
    for sheet in sheets:
        for row in sheet.rows:
            for r in row.readings:
                summed = r.item in vocabulary.wanted and vocabulary.wanted[r.item].summed
                if summed and isinstance(r.value, Fraction):
                    here = totals.setdefault(_owner(row), {})
                    here[sheet.name] = here.get(sheet.name, Fraction(0)) + r.value
    several = {owner: told for owner, told in totals.items() if len(told) > 1}
    if not several:
        return sheets
    names = list(dict.fromkeys(name for told in several.values() for name in told))
    shown = "、".join(f"“{name}”" for name in names)
    same = [owner for owner, told in several.items() if len(set(told.values())) == 1]
    if (len(same) * 2 >= len(several) and len(same) > 1) or any(map(_VERSION.search, names)):
        at, firms = At.in_file(file.name, "", "", "工作表"), len(several)
        told = Finding.of("E607", at, case="versions", sheets=shown, firms=firms, same=len(same))
        findings.append(told)
        return [sheet for sheet in sheets if sheet.name not in names]
    at = At.in_file(file.name, "", "", "用地面积")
    findings.append(Finding.of("H694", at, firms=len(several), sheets=shown))
    return sheets


def _owner(row: SourceRow) -> str:
    return row.code or row.name


def _within(one: SheetRead, other: SheetRead) -> bool:
    """Return whether every row of a table stands in another one as well."""
    if one is other or not one.rows or len(one.rows) > len(other.rows):
        return False
    mine, theirs = Counter(map(_said, one.rows)), Counter(map(_said, other.rows))
    same_sheet = one.name == other.name
    if same_sheet and len(one.rows) < 2:
        # Two single rows below each other may be two equal parcels.
        return False
    return all(theirs[said] >= times for said, times in mine.items())


def _said(row: SourceRow) -> tuple[object, ...]:
    readings = sorted((r.item, str(r.value)) for r in row.readings)
    return (row.code, row.name, tuple(text for text in row.look if text), tuple(readings))


def _copy(file: SourceFile, sheet: SheetRead, original: SheetRead) -> Finding:
    return Finding.of(
        "W607",
        At.in_file(file.name, sheet.name, f"A{sheet.header_row + 1}", "工作表", sheet.name),
        case="same_sheet" if original.name == sheet.name else "",
        count=len(sheet.rows),
        original=original.name,
        row=original.header_row + 1,
    )
