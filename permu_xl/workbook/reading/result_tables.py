"""Where results go: finding the result sheets, or saying why one cannot be written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from permu_xl.engine.model import Scheme
from permu_xl.findings import Finding, Level
from permu_xl.workbook import layout
from permu_xl.workbook.layout import Field, SummaryTable, TableAt, find_table
from permu_xl.workbook.reading.fixed_sheets import find_summary, looks_like, proof_problem

__all__ = ["Finder", "find_fixed_sheets", "find_outputs", "unusable"]

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
            findings.append(
                _finding(
                    Level.ERROR, "E415", title, f"表的位置改动过：{problem}",
                    "撤销对这张表的改动，或从同一方案的模板复制这张工作表",
                )
            )  # fmt: skip
    return summary


def _output_fields(scheme: Scheme) -> dict[str, tuple[Field, ...]]:
    return {
        layout.BASELINES: layout.baseline_fields(),
        layout.SCORES: layout.score_fields(scheme),
        layout.CLASSES: layout.class_fields(scheme),
        layout.FINDINGS: layout.finding_fields(),
    }


def unusable(
    title: str, there: bool, absent: list[str], item: str = "结果表", *, renamed: str = ""
) -> Finding:
    """Return the error that a sheet of ours is not ``there`` or lacks the ``absent`` headers.

    ``renamed`` is the sheet that seems to be it.
    """
    if renamed:
        problem = f"没有工作表“{title}”，“{renamed}”看来就是它改了名"
        remedy = f"把工作表“{renamed}”的名字改回“{title}”"
    elif not there:
        problem, remedy = f"没有工作表“{title}”", "从模板把这张工作表复制过来"
    elif absent:
        problem, remedy = f"结果表缺少“{'”、“'.join(absent)}”列", "从模板复制这张表的表头"
    else:
        problem, remedy = "找不到这张表的表头", "从模板复制这张表的表头"
    return _finding(Level.ERROR, "E415", title, problem, remedy, item)


def _left_out(title: str) -> Finding:
    return _finding(
        Level.HINT, "H416", title, f"没有工作表“{title}”，没有写这张表",
        "需要时从模板把这张工作表复制过来",
    )  # fmt: skip


def _finding(
    level: Level, code: str, title: str, problem: str, remedy: str, item: str = "结果表"
) -> Finding:
    return Finding(level, code, "parameters", None, "", item, "", problem, remedy, sheet=title)
