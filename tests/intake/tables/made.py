"""Tables made by hand, read without any file: what each firm's rows say, and the findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from permu_xl.findings import Finding
from permu_xl.intake.sources import Range, SourceFile, SourceSheet
from permu_xl.intake.tables import Reader, TableRead, Vocabulary, load_synonyms
from permu_xl.schemes import load
from permu_xl.xlsx.cells import Grid

CODES = ("91210199MA0TE5T16M", "91210199MA0TE5T24G", "91210199MA0TE5T32B")
NAMES = ("宏远机床有限公司", "金泰电缆股份有限公司", "鑫源食品（集团）有限公司")
Rows = Sequence[Sequence[Any]]


@cache
def reader(scheme: str = "shenyang_2021", **options: bool) -> Reader:
    """A reader of tables for 2022."""
    chosen, synonyms = load(scheme), load_synonyms()
    vocabulary = Vocabulary(synonyms.with_units(chosen), synonyms.wanted(chosen))
    return Reader(chosen, 2022, vocabulary, **options)


def made(
    sheets: Mapping[str, Rows] | Rows,
    merged: tuple[Range, ...] = (),
    *,
    file: str = "表.xlsx",
    scheme: str = "shenyang_2021",
    **options: bool,
) -> TableRead:
    """Read rows as those of a department's file; whole numbers are as a spreadsheet has them."""
    named = sheets if isinstance(sheets, Mapping) else {"Sheet1": sheets}
    read = []
    for name, rows in named.items():
        width = max(map(len, rows))
        filled = [[_cell(row[c] if c < len(row) else None) for c in range(width)] for row in rows]
        read.append(SourceSheet(Grid(name, filled, {}), merged))
    return reader(scheme, **options).read(0, SourceFile(Path(file), tuple(read), "工作簿"))


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def sums(table: TableRead, item: str) -> dict[str, float]:
    """The sum of an item by firm, its parts with their signs."""
    found: dict[str, Fraction] = {}
    for row in table.rows:
        for reading in row.readings:
            whole = reading.item == item or reading.item.startswith((f"{item}_", f"{item}+"))
            if whole and isinstance(reading.value, Fraction):
                found[row.name] = found.get(row.name, Fraction(0)) + reading.value
    return {name: float(value) for name, value in found.items()}


def codes(table: TableRead) -> list[str]:
    """The codes of what is told, unused columns aside."""
    return [finding.code for finding in table.findings if finding.code != "H610"]


def one(table: TableRead, code: str) -> Finding:
    """The only finding with a code."""
    [finding] = [finding for finding in table.findings if finding.code == code]
    return finding
