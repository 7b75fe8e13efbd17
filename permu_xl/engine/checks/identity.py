"""Who a firm is: codes, names, industries (R1, R20)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np

from permu_xl.engine.model import Roster, TextArray
from permu_xl.findings import Finding, Level, Table
from permu_xl.text import code_fault, is_code


def firm_finding(
    roster: Roster,
    firm: int,
    level: Level,
    code: str,
    table: Table,
    column: str,
    item: str,
    value: str,
    problem: str,
    remedy: str,
) -> Finding:
    """Make a finding about one firm, with its code and name filled in."""
    return Finding(
        level, code, table, firm, column, item, value, problem, remedy,
        firm_code=str(roster.codes[firm]), firm_name=str(roster.names[firm]),
    )  # fmt: skip


def identity_findings(roster: Roster, table: Table) -> Iterator[Finding]:
    """R20: duplicates are errors, a missing or implausible code is a warning."""

    def finding(firm: int, level: Level, code: str, key: str, *rest: str) -> Finding:
        item = "统一社会信用代码" if key == "code" else "企业名称"
        value = str(roster.codes[firm] if key == "code" else roster.names[firm])
        problem, remedy = rest
        return firm_finding(roster, firm, level, code, table, key, item, value, problem, remedy)

    for firm, same in _repeated(roster.codes):
        others = [i for i in same[:4] if i != firm][:3]
        names = "、".join(str(roster.names[i]) for i in others if roster.names[i])
        problem = f"统一社会信用代码重复，另有{len(same) - 1}户用同一代码"
        yield finding(
            firm, Level.ERROR, "E201", "code",
            problem + (f"（{names}）" if names else ""),
            "核对后改正代码，或删除重复的行",
        )  # fmt: skip
    unidentified = np.array([not code for code in roster.codes], dtype=bool)
    names_without_code = np.where(unidentified, roster.names, "")
    for firm, _ in _repeated(names_without_code):
        yield finding(
            firm, Level.ERROR, "E202", "name",
            "没有统一社会信用代码，企业名称又与另一户重复，分不清是哪一户",
            "补上统一社会信用代码，或删除重复的行",
        )  # fmt: skip
    codes_by_name: dict[str, set[str]] = {}
    for name, code in zip(roster.names, roster.codes, strict=True):
        codes_by_name.setdefault(name, set()).add(code)
    for firm, _ in _repeated(roster.names):
        if len(codes_by_name[roster.names[firm]]) > 1:
            yield finding(
                firm, Level.WARNING, "W203", "name",
                "企业名称与另一户相同而代码不同", "核对是否同一户企业填了两行",
            )  # fmt: skip
    for firm in np.flatnonzero(unidentified).tolist():
        yield finding(
            firm, Level.WARNING, "W204", "code",
            "没有统一社会信用代码，按企业名称识别", "补上18位统一社会信用代码",
        )  # fmt: skip
    for firm in np.flatnonzero([not name for name in roster.names]).tolist():
        yield finding(firm, Level.WARNING, "W205", "name", "企业名称是空的", "补上企业名称")
    for firm, fault in _faulty_codes(roster.codes):
        yield finding(firm, Level.WARNING, "W206", "code", fault, "与营业执照核对；确实如此可不改")


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


def _faulty_codes(codes: TextArray) -> Iterator[tuple[int, str]]:
    for firm, code in enumerate(codes):
        fault = code_fault(code)
        if fault:
            yield firm, fault


def industry_code_findings(
    roster: Roster, table: Table, known: Mapping[str, str]
) -> Iterator[Finding]:
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
        yield firm_finding(
            roster, int(firm), Level.WARNING, "W211", table, "industry", "行业代码",
            roster.industries.values[k], faults[k], "按统计登记的行业代码改正；它决定是否参评",
        )  # fmt: skip
