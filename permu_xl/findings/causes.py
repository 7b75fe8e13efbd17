"""Findings of one cause as one: forty firms without a figure are one thing to do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from permu_xl.findings.catalogue import MEANINGS
from permu_xl.findings.model import Finding, Level

__all__ = ["Cause", "causes_of", "merged_by_cause"]

_CELL = re.compile(r"([A-Z]*)(\d*)")
_SAID = re.compile(r"“[^”]*”|[（(][^（）()]*[）)]|\d[\d,.]*")
_FEW = 3
_ONE_BY_ONE = frozenset({"W632", "W633", "W634", "W637"})
"""Whether two firms are one is decided firm by firm."""
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Cause:
    """Findings that say the same of several firms, in their order."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The first of them, which stands for all."""
        return self.findings[0]

    @property
    def cells(self) -> str:
        """Where they are: one cell, the range from the first to the last, or ""."""
        rows = sorted({row for f in self.findings if (row := _row(f))})
        if len(rows) < 2:
            return self.first.cell
        column = _column(self.first)
        return f"{column}{rows[0]}:{column}{rows[-1]}"

    @property
    def firms(self) -> int:
        """How many firms they are about."""
        return len({f.firm_code or f.firm_name or f.cell for f in self.findings})

    def as_one(self) -> Finding:
        """Return one finding for all, which names the first firms and says how many there are."""
        if len(self.findings) == 1:
            return self.first
        names = list(dict.fromkeys(f.firm_name or f.firm_code for f in self.findings))
        named = "、".join(name for name in names[:_NAMED] if name)
        more = "等" if len(names) > _NAMED else ""
        values = {f.value for f in self.findings}
        said = {f.problem for f in self.findings}
        what = self.first.problem if len(said) == 1 else MEANINGS.get(self.first.code)
        whose = f"共{self.firms}户：{named}{more}" if named else f"共{len(self.findings)}处"
        return replace(
            self.first,
            cell=self.cells,
            value=self.first.value if len(values) == 1 else "",
            firm_code="",
            firm_name="",
            problem=f"{what or self.first.problem}（{whose}）",
        )


def causes_of(findings: Sequence[Finding]) -> list[Cause]:
    """Return the findings by cause, in the order in which each cause comes first.

    One cause is: the same kind of finding about the same column of one sheet, in the same words
    but for the firm and the cell's own content; hints need not agree in what they quote.
    """
    found: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        found.setdefault(_key(finding), []).append(finding)
    return [Cause(tuple(each)) for each in found.values()]


def merged_by_cause(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings with those of one cause as one, where they are more than a few."""
    merged: list[Finding] = []
    for cause in causes_of(findings):
        if cause.first.code in _ONE_BY_ONE:
            merged += cause.findings
            continue
        merged += [cause.as_one()] if len(cause.findings) > _FEW else cause.findings
    return merged


def _key(finding: Finding) -> tuple[object, ...]:
    said = finding.problem
    if finding.level is Level.HINT:
        said = _SAID.sub("…", said)
    else:
        for own in (finding.firm_name, finding.firm_code, finding.value):
            said = said.replace(own, "…") if own else said
    return (
        finding.level,
        finding.code,
        finding.table,
        finding.file,
        finding.sheet,
        finding.item,
        _column(finding),
        said,
    )


def _column(finding: Finding) -> str:
    found = _CELL.match(finding.cell)
    return found.group(1) if found is not None else ""


def _row(finding: Finding) -> int:
    found = _CELL.match(finding.cell)
    return int(found.group(2) or 0) if found is not None else 0
