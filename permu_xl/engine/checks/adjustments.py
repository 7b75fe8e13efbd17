"""Questions about 分类调整 (R18)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.engine.firms import participation
from permu_xl.engine.records import (
    Adjustment,
    match_adjustments,
)
from permu_xl.findings import At, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from permu_xl.engine.model import Roster, Scheme


def check_adjustments(
    scheme: Scheme, roster: Roster, adjustments: tuple[Adjustment, ...], *, year: int
) -> Iterator[Finding]:
    """Yield what is wrong with the sheet of class adjustments (R18)."""
    part = participation(scheme, roster, year)
    seen: dict[int, int] = {}
    decided: dict[int, int] = {}
    matches = match_adjustments(adjustments, roster)
    for row, (adjustment, firm) in enumerate(zip(adjustments, matches, strict=True)):
        if adjustment.letter not in scheme.letters:
            at = _at(row, adjustment, "letter", "调整后分类", adjustment.letter)
            yield Finding.of(
                "E251",
                at,
                case="" if adjustment.letter else "blank",
                allowed="、".join(scheme.letters),
            )
        at = _at(row, adjustment, "code", "统一社会信用代码", adjustment.code)
        if firm < 0:
            yield Finding.of("E252", at)
            continue
        if firm in seen:
            yield Finding.of("E253", at, other=seen[firm] + 1)
        leader = int(part.joined.leader[firm])
        first = decided.setdefault(leader, row)
        if firm not in seen and adjustments[first].letter != adjustment.letter:
            at = _at(row, adjustment, "letter", "调整后分类", adjustment.letter)
            yield Finding.of("E253", at, case="joint", other=first + 1)
        seen[firm] = row
        if not part.included[firm]:
            yield Finding.of(
                "W254", _at(row, adjustment, "letter", "调整后分类", adjustment.letter)
            )
        if not (adjustment.reason and adjustment.document):
            at = _at(row, adjustment, "reason", "调整原因、依据", adjustment.reason)
            yield Finding.of("W255", at)
        name = str(roster.names[firm])
        if adjustment.code and adjustment.name and adjustment.name != name:
            at = _at(row, adjustment, "name", "企业名称", adjustment.name)
            yield Finding.of("W256", at, name=name)


def _at(row: int, adjustment: Adjustment, column: str, item: str, value: str) -> At:
    return At(
        "adjustments",
        row,
        column,
        item,
        value,
        firm_code=adjustment.code,
        firm_name=adjustment.name,
    )
