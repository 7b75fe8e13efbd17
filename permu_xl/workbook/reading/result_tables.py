"""Where results go: finding the result sheets, or saying why one cannot be written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from permu_xl.findings import At, Finding
from permu_xl.workbook import layout
from permu_xl.workbook.layout import Field, SummaryTable, TableAt, find_table
from permu_xl.workbook.reading.fixed_sheets import (
    find_move_table,
    find_summary,
    looks_like,
    proof_problem,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from permu_xl.engine.model import Scheme

__all__ = ["Finder", "find_fixed_sheets", "find_moves", "find_outputs", "unusable"]

_NEEDED_OUTPUTS = (layout.BASELINES, layout.SCORES, layout.CLASSES, layout.FINDINGS)


@dataclass(frozen=True, slots=True)
class Finder:
    """What result sheets are looked for with: names by stripped name, first rows, the scheme."""

    names: Mapping[str, str]
    top_of: Callable[[str], Sequence[Sequence[Any]]]
    scheme: Scheme

    def top(self, title: str) -> Sequence[Sequence[Any]]:
        """Return the first rows of a sheet of ours."""
        return self.top_of(self.names[title])

    def renamed(self, is_it: Callable[[Sequence[Sequence[Any]]], bool]) -> str:
        """Return the sheet of another name that is the one looked for; "" for none."""
        others = (name for title, name in self.names.items() if title not in layout.SHEETS)
        return next((name for name in others if is_it(self.top_of(name))), "")


def find_outputs(finder: Finder, findings: list[Finding]) -> dict[str, TableAt]:
    """Find the result tables; without one of the needed ones there is nowhere to write."""
    found: dict[str, TableAt] = {}
    for title, fields in _output_fields(finder.scheme).items():

        def whole(rows: Sequence[Sequence[Any]], fields: tuple[Field, ...] = fields) -> bool:
            at = find_table(rows, fields)
            return at is not None and not at.missing

        there = title in finder.names
        at = find_table(finder.top(title), fields) if there else None
        absent = [f.header for f in at.missing] if at else []
        if at is not None and not absent:
            found[title] = at
        elif title in _NEEDED_OUTPUTS:
            renamed = "" if there else finder.renamed(whole)
            findings.append(unusable(title, there, absent, renamed=renamed))
    return found


def find_fixed_sheets(finder: Finder, findings: list[Finding]) -> dict[str, SummaryTable]:
    """Find the tables of 汇总, and check 核验: both may be absent, but not be pulled apart."""
    summary: dict[str, SummaryTable] = {}
    for title in (layout.SUMMARY, layout.PROOF):
        if title not in finder.names:
            renamed = finder.renamed(partial(looks_like, title=title, scheme=finder.scheme))
            absent = unusable(title, False, [], renamed=renamed)
            findings.append(absent if renamed else _left_out(title))
            continue
        problem = ""
        if title == layout.SUMMARY:
            summary, problem = find_summary(finder.top(title), finder.scheme)
        else:
            problem = proof_problem(finder.top(title))
        if problem:
            findings.append(Finding.of("E415", _sheet(title), case="moved", moved=problem))
    return summary


def find_moves(finder: Finder, findings: list[Finding]) -> SummaryTable | None:
    """Find the matrix of 分类变化, beside whose list it is written; the sheet may be absent."""
    if layout.MOVES not in finder.names:
        return None
    rows = finder.top(layout.MOVES)
    matrix, at = find_move_table(rows, finder.scheme), find_table(rows, layout.move_fields())
    if matrix is None or at is None or at.missing:
        findings.append(Finding.of("W418", _sheet(layout.MOVES), title=layout.MOVES))
        return None
    return matrix


def _output_fields(scheme: Scheme) -> dict[str, tuple[Field, ...]]:
    return {
        layout.BASELINES: layout.baseline_fields(),
        layout.SCORES: layout.score_fields(scheme),
        layout.CLASSES: layout.class_fields(scheme),
        layout.FINDINGS: layout.finding_fields(),
        layout.MOVES: layout.move_fields(),
    }


def unusable(
    title: str, there: bool, absent: list[str], item: str = "结果表", *, renamed: str = ""
) -> Finding:
    """Return the error that a sheet of ours is not ``there`` or lacks the ``absent`` headers.

    ``renamed`` is the sheet that seems to be it.
    """
    at = _sheet(title, item)
    if renamed:
        return Finding.of("E415", at, case="renamed", title=title, renamed=renamed)
    if not there:
        return Finding.of("E415", at, case="no_sheet", title=title)
    if absent:
        return Finding.of("E415", at, case="no_columns", columns="”、“".join(absent))
    return Finding.of("E415", at)


def _left_out(title: str) -> Finding:
    return Finding.of("H416", _sheet(title), title=title)


def _sheet(title: str, item: str = "结果表") -> At:
    return At("parameters", item=item, sheet=title)
