"""Headers that are not read: of other years, of periods, and those that look like one wanted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from permu_xl.findings import Finding
from permu_xl.intake.tables.words import COUNTERPARTS, key

if TYPE_CHECKING:
    from collections.abc import Collection

    from permu_xl.intake.tables.asked import Asked, Notes
    from permu_xl.intake.tables.headers import Header

__all__ = ["period_column", "suggest", "tell_other_years"]

_ALIKE = 80
_PERIOD_HEADER = re.compile(
    r"年[度份月]|[月]份|季度|(?:数据|统计|报告|所属|会计|纳税)(?:年[度份])"
    r"|(?:报告|统计|申报|入库|税款所属|所属|会计)期[间别]?|(?:税款)?所属(?:时期|期间)"
    r"|(?:数据|统计)时[间期]|时期|期间|期别"
    r"|(?:税款|费款)?所属(?:期|时期|期间)(?:[起止始]|起止|[起止始]日期?)"
)


def tell_other_years(asked: Asked, header: Header, notes: Notes) -> None:
    """Name the columns that say that they are of another year."""
    for column, shown in header.other_years.items():
        at = notes.at(header.bottom, column, "", value=shown)
        notes.add(Finding.of("H604", at, year=asked.year))


def period_column(header: Header) -> int | None:
    """Return the column that says of which period each row is."""
    for column, shown in header.unknown.items():
        if _PERIOD_HEADER.fullmatch(key(shown.split("／")[-1])):
            return column
    return None


def suggest(asked: Asked, header: Header, notes: Notes, but: Collection[int | None]) -> None:
    """Point out headers that look like one that is wanted and not there, those of ``but`` aside."""
    there = {column.item for column in header.columns}
    names = {
        name: item
        for name, item in asked.vocabulary.exact.items()
        if item not in there
        and item not in asked.whole
        and item not in COUNTERPARTS
        and "~" not in item
        and len(name) > 2
    }
    for column, shown in header.unknown.items():
        text = key(asked.vocabulary.label(shown.split("／")[-1]).name)
        if column in but or len(text) < 3:
            continue
        found = process.extractOne(text, list(names), scorer=fuzz.ratio, score_cutoff=_ALIKE)
        if found is not None:
            item = names[found[0]]
            at = notes.at(header.bottom, column, item, value=shown)
            notes.add(Finding.of("H618", at, name=asked.name(item)))
