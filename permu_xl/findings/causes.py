"""Findings of one cause as one: forty firms without a figure are one thing to do."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from permu_xl.findings.catalogue import CATALOGUE
from permu_xl.findings.kinds import Level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from permu_xl.findings.model import Finding

__all__ = ["Cause", "causes_of", "merged_by_cause"]

_FEW = 3


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
        rows = sorted({row for f in self.findings if (row := f.first_row)})
        if len(rows) < 2:
            return self.first.cell
        column = _column(self.first)
        return f"{column}{rows[0]}:{column}{rows[-1]}"

    def as_one(self) -> Finding:
        """Return one finding for all, which knows the firms and how many findings there are."""
        if len(self.findings) == 1:
            return self.first
        values = {f.value for f in self.findings}
        at = replace(
            self.first.at,
            value=self.first.value if len(values) == 1 else "",
            firm_code="",
            firm_name="",
            cell=self.cells,
            firms=tuple(dict.fromkeys(firm for f in self.findings for firm in f.firms)),
        )
        return replace(
            self.first,
            at=at,
            words={"value": self.first.value, **self.first.words},
            times=sum(f.times for f in self.findings),
            alike=len({f.problem for f in self.findings}) == 1,
        )


def causes_of(findings: Sequence[Finding]) -> list[Cause]:
    """Return the findings by cause, in the order in which each cause comes first.

    One cause is: the same kind and case of finding about the same column of one sheet, filled with
    the same words but for those that are the firm's own; hints need not agree in any.
    """
    found: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        found.setdefault(_key(finding), []).append(finding)
    return [Cause(tuple(each)) for each in found.values()]


def merged_by_cause(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings with those of one cause as one, where they are more than a few."""
    merged: list[Finding] = []
    for cause in causes_of(findings):
        one = len(cause.findings) > _FEW and not CATALOGUE[cause.first.code].apart
        merged += [cause.as_one()] if one else cause.findings
    return merged


def _key(finding: Finding) -> tuple[object, ...]:
    kind, own = CATALOGUE[finding.code], {finding.firm_name, finding.firm_code, finding.value}
    words = (
        ()
        if kind.level is Level.HINT
        else tuple(
            (name, str(word))
            for name, word in sorted(finding.words.items())
            if name not in kind.own and word not in own
        )
    )
    return (
        finding.code,
        finding.case,
        finding.table,
        finding.file,
        finding.sheet,
        finding.item,
        _column(finding),
        words,
    )


def _column(finding: Finding) -> str:
    found = re.match(r"[A-Z]*", finding.cell)
    return found[0] if found else ""
