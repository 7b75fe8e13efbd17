"""Decisions put into 待确认名单 of the city's workbook as a person would type them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from permu_xl.errors import UsageError
from permu_xl.reports.city.decisions import DECIDED, decision_table, read_row, row_of
from permu_xl.reports.city.layout import CITY_DECISIONS
from permu_xl.text import day_number
from permu_xl.xlsx.cells import Block, Column
from permu_xl.xlsx.files import claimed
from permu_xl.xlsx.package import Package
from permu_xl.xlsx.writing import write_blocks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from permu_xl.reports.city.decisions import Decision
    from permu_xl.xlsx.cells import Value

__all__ = ["write_decisions"]


def write_decisions(
    city: Path,
    decisions: Sequence[Decision],
    wanted: Sequence[Mapping[str, str | dt.date | None]],
) -> int:
    """Fill the columns ``DECIDED`` of rows of the list; return how many rows have changed.

    ``decisions`` are rows as they were read, ``wanted`` what each is to say by key; a key that is
    absent stays as it is.  The workbook before is kept beside it.  Raises UsageError where the list
    is no longer the one that was read, FileAccessError where it is open or cannot be written.
    """
    with claimed(city):
        package = Package.open(city)
        grid, at = decision_table(city, package)
        blocks = []
        for decision, row in zip(decisions, wanted, strict=True):
            number = row_of(decision)
            if read_row(city, grid, at, number - 1) != decision:
                raise UsageError(f"{city.name} 的“{CITY_DECISIONS}”在别处改过，请刷新后再填。")
            changed: dict[str, Value] = {
                key: _value(row[key], from_1904=grid.from_1904)
                for key in DECIDED
                if key in row
                and key in at.columns
                and (row[key] or None) != decision.written.get(key)
            }
            if changed:
                columns = [Column(at.columns[key] + 1, [value]) for key, value in changed.items()]
                blocks.append(Block(number, columns, last_row=number, template_row=False))
        if blocks:
            write_blocks(package, {CITY_DECISIONS: blocks})
            package.save(city, backup=True)
        return len(blocks)


def _value(given: str | dt.date | None, *, from_1904: bool) -> Value:
    if isinstance(given, dt.date):
        return day_number(given, from_1904=from_1904)
    return given or None
