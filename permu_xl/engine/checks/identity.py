"""Who a firm is: codes, names, industries (R1, R20)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.findings import At, Finding, Table
from permu_xl.text import code_faults, is_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from permu_xl.engine.model import Roster, TextArray


def firm_at(roster: Roster, firm: int, table: Table, column: str, item: str, value: str) -> At:
    """Return a place at one firm, with its code and name filled in."""
    return At(
        table,
        firm,
        column,
        item,
        value,
        firm_code=str(roster.codes[firm]),
        firm_name=str(roster.names[firm]),
    )


def identity_findings(roster: Roster, table: Table) -> Iterator[Finding]:
    """R20: duplicates are errors, a missing or implausible code is a warning."""

    def code_of(firm: int) -> At:
        return firm_at(roster, firm, table, "code", "统一社会信用代码", str(roster.codes[firm]))

    def name_of(firm: int) -> At:
        return firm_at(roster, firm, table, "name", "企业名称", str(roster.names[firm]))

    for firm, same in _repeated(roster.codes):
        others = [i for i in same[:4] if i != firm][:3]
        names = "、".join(str(roster.names[i]) for i in others if roster.names[i])
        yield Finding.of(
            "E201",
            code_of(firm),
            case="named" if names else "",
            others=len(same) - 1,
            names=names,
        )
    unidentified = np.array([not code for code in roster.codes], dtype=bool)
    names_without_code = np.where(unidentified, roster.names, "")
    for firm, _ in _repeated(names_without_code):
        yield Finding.of("E202", name_of(firm))
    codes_by_name: dict[str, set[str]] = {}
    for name, code in zip(roster.names, roster.codes, strict=True):
        codes_by_name.setdefault(name, set()).add(code)
    for firm, _ in _repeated(roster.names):
        if len(codes_by_name[roster.names[firm]]) > 1:
            yield Finding.of("W203", name_of(firm))
    for firm in np.flatnonzero(unidentified).tolist():
        yield Finding.of("W204", code_of(firm))
    for firm in np.flatnonzero([not name for name in roster.names]).tolist():
        yield Finding.of("W205", name_of(firm))
    for firm, fault in code_faults(roster.codes.tolist()).items():
        yield Finding.of("W206", code_of(firm), fault=fault)


def _repeated(column: TextArray) -> Iterator[tuple[int, list[int]]]:
    """Yield each firm whose text occurs again, with all firms that have it."""
    counts = Counter(column)
    places: dict[str, list[int]] = {}
    for i, text in enumerate(column):
        if text and counts[text] > 1:
            places.setdefault(text, []).append(i)
    for firms in places.values():
        for firm in firms:
            yield firm, firms


def industry_code_findings(
    roster: Roster, table: Table, known: Mapping[str, str]
) -> Iterator[Finding]:
    """Question codes that the classification does not have; ``known`` are its codes with names."""

    def fault(code: str) -> str:
        if not code:
            return ""
        if not is_code(code):
            return "行业代码不是2到4位数字"
        if known and code not in known:
            return "行业代码不在国民经济行业分类（GB/T 4754-2017）的工业门类里"
        return ""

    faults = [fault(code) for code in roster.industries.values]
    for firm in np.flatnonzero(roster.industries.take([bool(f) for f in faults])):
        k = roster.industries.index[firm]
        code = roster.industries.values[k]
        at = firm_at(roster, int(firm), table, "industry", "行业代码", code)
        yield Finding.of("W211", at, fault=faults[k])
