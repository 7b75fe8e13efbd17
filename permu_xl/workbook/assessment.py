"""A workbook that was read: its figures checked, and evaluated unless an error bars that."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from permu_xl.engine import Evaluation, evaluate, find_firms
from permu_xl.engine.checks import (
    check_adjustments,
    check_events,
    check_objections,
    check_rosters,
    check_validity,
    item_column,
    review,
)
from permu_xl.errors import BaselineError
from permu_xl.findings import At, Finding, Level, has_errors
from permu_xl.schemes import industries
from permu_xl.workbook import layout
from permu_xl.workbook.reading import NO_YEAR, UNUSABLE_SCHEME, Book

if TYPE_CHECKING:
    from permu_xl.errors import FaultKind

__all__ = ["STEPS", "Outcome", "Progress", "assess"]

Progress = Callable[[str], None]
"""Told what is being done, in words, before each step."""

STEPS = ("读取工作簿", "核查数据", "计算得分和分类", "写入结果")

UNEVALUABLE = {"E214", "E251"}
"""Errors in what sorts the firms, or in a class that was decided: nothing can be worked out."""

_LEVELS = list(Level)
_TABLES = (
    "parameters", "current", "previous", "adjustments", "last_classes", "events", "objections",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a workbook: all findings, gravest first, and the evaluation unless barred.

    ``notes`` tell, once it is written, what in the workbook could not be kept or does not follow.
    """

    book: Book
    findings: tuple[Finding, ...]
    evaluation: Evaluation | None
    notes: tuple[str, ...] = ()

    @property
    def can_be_written(self) -> bool:
        """Whether there is a place for what was found: results, or the table of findings."""
        return self.evaluation is not None or layout.FINDINGS in self.book.outputs

    def count(self, level: Level) -> int:
        """Return how many findings there are of a level."""
        return sum(finding.level is level for finding in self.findings)


def assess(book: Book, progress: Progress = lambda step: None) -> Outcome:
    """Check the figures and evaluate; any error among the findings bars the evaluation.

    Without its scheme a workbook cannot be understood: then that alone is told, and whether the
    year is missing, since everything else would be held against a scheme it was not made for.
    """
    progress(STEPS[1])
    if any(finding.code == UNUSABLE_SCHEME for finding in book.findings):
        alone = [f for f in book.findings if f.code in (NO_YEAR, UNUSABLE_SCHEME)]
        return Outcome(book, _ordered(book, alone), None)
    year, scheme = book.parameters.year, book.scheme
    roster = book.current.roster
    previous = None if book.previous is None else book.previous.roster
    adjustments = () if book.adjustments is None else book.adjustments.adjustments
    findings = [
        *book.findings,
        *check_validity(scheme, year),
        *check_rosters(
            scheme, roster, previous, year=year, industries=industries(), events=book.firm_events
        ),
        *check_adjustments(scheme, roster, adjustments, year=year),
        *check_events(book.firm_events, roster, previous, year=year),
        *check_objections(book.registered, scheme, roster),
        *_changed_cells(book),
    ]
    progress(STEPS[2])
    evaluation: Evaluation | None = None
    if not any(finding.code in UNEVALUABLE for finding in findings):
        try:
            evaluation = evaluate(scheme, roster, previous, year=year, adjustments=adjustments)
        except BaselineError as error:
            findings += _baseline_findings(book, error)
    if has_errors(findings):
        evaluation = None
    if evaluation is not None:
        findings += review(evaluation)
    return Outcome(book, _ordered(book, findings), evaluation)


def _changed_cells(book: Book) -> list[Finding]:
    """Question entries of 异议台账 whose changed cell is not that of the firm's item."""
    findings = []
    keys = [(each.code, each.name) for each in book.registered]
    firms = find_firms(keys, book.current.roster.keys())
    for row, (each, firm) in enumerate(zip(book.registered, firms, strict=True)):
        column = item_column(book.scheme, each.item)
        if not each.cell or firm < 0 or column is None:
            continue
        placed = book.current.placed
        there = f"{placed.sheet}!{placed.cell(firm, column.id)}"
        if _bare_cell(each.cell) != _bare_cell(there):
            at = At(
                "objections", row, "cell", column.name, each.cell,
                firm_code=each.code, firm_name=each.name,
            )  # fmt: skip
            findings.append(Finding.of("W287", at, there=there))
    return findings


def _bare_cell(cell: str) -> str:
    """Return an address so that all ways of typing it are equal: with $, quotes, full-width."""
    plain = unicodedata.normalize("NFKC", cell).upper()
    return "".join(c for c in plain if c not in "$'\"“”" and not c.isspace())


def _baseline_findings(book: Book, error: BaselineError) -> list[Finding]:
    """R9: the indicators without a baseline, each at its row on 参数."""
    findings = []
    rows = {indicator.id: row for row, indicator in enumerate(book.scheme.indicators)}
    alike: dict[tuple[str, FaultKind], list[str]] = {}
    for fault in error.faults:
        alike.setdefault((fault.indicator, fault.kind), []).append(fault.told)
    for (id, kind), told in alike.items():
        row = rows[id]
        indicator = book.scheme.indicators[row]
        backward = kind == "growth" or indicator.baseline.year == "previous"
        found = Finding.of(
            "E311",
            At("parameters", row, "manual", indicator.name),
            case=kind,
            problem="；".join(told),
            sheet=layout.PREVIOUS if backward else layout.DATA,
        )
        findings.append(found)
    return findings


def _ordered(book: Book, findings: list[Finding]) -> tuple[Finding, ...]:
    """Locate the findings and put them in order: level, table, row of the sheet, code."""

    def order(f: Finding) -> tuple[int, int, int, str]:
        return _LEVELS.index(f.level), _TABLES.index(f.table), f.first_row, f.code

    return tuple(sorted((book.located(f) for f in findings), key=order))
