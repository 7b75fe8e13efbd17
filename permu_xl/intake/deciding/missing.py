"""Which firms a department's table does not have, and what they therefore lack."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from permu_xl.findings import At, Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from permu_xl.intake.deciding.matching import Match, Roster
    from permu_xl.intake.tables import TableRead

__all__ = ["missing_firms"]


def missing_firms(
    tables: Sequence[TableRead],
    matches: Sequence[Match],
    roster: Roster,
    names: Mapping[str, str],
    is_blank: Callable[[int, str], bool],
) -> list[Finding]:
    """Return, firm by firm, the tables that do not have it and what it therefore lacks.

    A firm that another table with the same item has is not missing.  ``is_blank`` says whether
    the workbook has nothing for a firm and item; what it has stays, which is told once for all.
    """
    has: dict[int, set[int]] = defaultdict(set)
    for match in matches:
        has[match.firm].add(match.row.table)
    providers: dict[str, set[int]] = defaultdict(set)
    for number, table in enumerate(tables):
        for item in table.items:
            if item in names:
                providers[item].add(number)
    findings = []
    kept: dict[tuple[int, ...], set[int]] = defaultdict(set)
    for firm, known in enumerate(roster.firms):
        lacking: dict[tuple[int, ...], list[str]] = defaultdict(list)
        for item, offering in providers.items():
            if offering & has[firm]:
                continue
            without = tuple(sorted(offering))
            if is_blank(firm, item):
                lacking[without].append(names[item])
            else:
                kept[without].add(firm)
        for missing, items in lacking.items():
            files = "、".join(tables[number].name for number in missing)
            at = At.in_file(files, "", "", "、".join(items), "", (known.code, known.name))
            findings.append(Finding.of("W648", at, files=files))
    for without, firms in kept.items():
        files = "、".join(tables[number].name for number in without)
        at = At.in_file(files, "", "", "企业")
        findings.append(Finding.of("H649", at, files=files, firms=len(firms)))
    return findings
