"""What is said of the rows of a table that are no firms: none is dropped in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.findings import Finding
from permu_xl.intake.tables.figures import as_code
from permu_xl.intake.tables.words import IDENTITY
from permu_xl.text import firm_of_total, is_identity_code, variant_key
from permu_xl.xlsx.cells import is_blank, show

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from permu_xl.intake.sources import SourceSheet
    from permu_xl.intake.tables.asked import Notes
    from permu_xl.intake.tables.headers import Header
    from permu_xl.intake.tables.model import SourceRow
    from permu_xl.intake.tables.rows.rows import RowKind

__all__ = ["listed", "tell_passed"]

_SHOWN = 12
_NAMED = 4


def tell_passed(
    sheet: SourceSheet,
    header: Header,
    notes: Notes,
    passed: Mapping[int, RowKind],
    rows: Sequence[SourceRow],
) -> None:
    """Name the rows that are no firms; a firm that only such a row tells of is a warning."""
    if not passed:
        return
    codes = {row.code for row in rows if row.code}
    names = {variant_key(row.name) for row in rows if row.name}
    alone = {row: label for row in passed if (label := _alone(sheet, header, row, codes, names))}
    for row, kind in passed.items():
        if row in alone and kind in ("total", "part", "group"):
            at = notes.at(row, header.first("name"), "")
            notes.add(Finding.of("W691", at, firm=alone[row]))
    samples = [row for row, kind in passed.items() if kind == "sample"]
    if samples:
        at = notes.at(samples[0], header.first("name"), "")
        numbers = listed([row + 1 for row in samples])
        notes.add(Finding.of("W692", at, rows=numbers, labels=_labels(sheet, samples)))
    plain = [row for row in passed if row not in samples]
    if plain:
        told = [row for row in plain if passed[row] in ("total", "part", "group")]
        passed_over = Finding.of(
            "H626",
            notes.at(plain[0], None, ""),
            case="named" if told else "",
            rows=listed([row + 1 for row in plain]),
            count=len(plain),
            labels=_labels(sheet, told),
        )
        notes.add(passed_over)


def _alone(sheet: SourceSheet, header: Header, row: int, codes: set[str], names: set[str]) -> str:
    """Return the firm that only a row passed over tells of, "" where other rows have it."""
    grid = sheet.grid
    own = [grid.cell(row, header.first(item)) for item in IDENTITY]
    code, name = as_code(own[0])[0], show(own[1])
    if code and is_identity_code(code):
        return "" if code in codes else f"{code} {name}".strip()
    firm = firm_of_total(name)
    return firm if firm and variant_key(firm) not in names else ""


def _labels(sheet: SourceSheet, rows: Sequence[int]) -> str:
    """Return how some rows call themselves."""
    found = []
    for row in rows:
        texts = [
            " ".join(show(cell).split())
            for cell in sheet.grid.rows[row]
            if isinstance(cell, str) and not is_blank(cell)
        ]
        found.append(" ".join(texts[:3])[:40])
    shown = "、".join(f"“{each}”" for each in dict.fromkeys(found[:_NAMED]) if each)
    return shown + ("等" if len(found) > _NAMED else "")


def listed(numbers: Sequence[int]) -> str:
    """Return some numbers in words, the many cut short."""
    shown = "、".join(str(number) for number in numbers[:_SHOWN])
    return shown + ("等" if len(numbers) > _SHOWN else "")
