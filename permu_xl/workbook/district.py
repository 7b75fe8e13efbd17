"""A whole district: read the workbook, check it, evaluate it, write the results into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from permu_xl.engine import Evaluation, evaluate
from permu_xl.engine.checks import check_adjustments, check_rosters, check_validity, review
from permu_xl.errors import BaselineError
from permu_xl.findings import At, Finding, Level, has_errors
from permu_xl.schemes import industries
from permu_xl.workbook import layout, record
from permu_xl.workbook.keeping import refuse_inputs
from permu_xl.workbook.look import table_xml
from permu_xl.workbook.proof import proof_blocks
from permu_xl.workbook.reading import NO_YEAR, UNUSABLE_SCHEME, Book, read_book
from permu_xl.workbook.results import finding_block, result_blocks
from permu_xl.workbook.summary import summary_blocks
from permu_xl.xlsx import package as ooxml
from permu_xl.xlsx.cells import Block
from permu_xl.xlsx.files import claimed, file_stamp, kept_note, opened_by, same_file
from permu_xl.xlsx.package import Package, add_sheet, changed_meanwhile
from permu_xl.xlsx.writing import reading_notes, retarget, write_blocks

__all__ = ["Outcome", "assess", "content", "result_content", "run", "write"]

Progress = Callable[[str], None]
"""Told what is being done, in words, before each step."""

STEPS = ("读取工作簿", "核查数据", "计算得分和分类", "写入结果")

UNEVALUABLE = {"E214", "E251"}
"""Errors in what sorts the firms, or in a class that was decided: nothing can be worked out."""

_LEVELS = list(Level)
_TABLES = ("parameters", "current", "previous", "adjustments")


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
        *check_rosters(scheme, roster, previous, year=year, industries=industries()),
        *check_adjustments(scheme, roster, adjustments, year=year),
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


def _baseline_findings(book: Book, error: BaselineError) -> list[Finding]:
    """R9: the indicators without a baseline, each at its row on 参数."""
    findings = []
    for row, indicator in enumerate(book.scheme.indicators):
        if indicator.id in error.problems:
            rule = indicator.baseline
            told = Finding.of(
                "E311",
                At("parameters", row, "manual", indicator.name),
                case="manual" if rule.method == "manual" else "",
                problem=error.problems[indicator.id],
                sheet=layout.PREVIOUS if rule.year == "previous" else layout.DATA,
            )
            findings.append(told)
    return findings


def _ordered(book: Book, findings: list[Finding]) -> tuple[Finding, ...]:
    """Locate the findings and put them in order: level, table, row of the sheet, code."""

    def order(f: Finding) -> tuple[int, int, int, str]:
        return _LEVELS.index(f.level), _TABLES.index(f.table), f.first_row, f.code

    return tuple(sorted((book.located(f) for f in findings), key=order))


def write(
    outcome: Outcome,
    target: Path,
    *,
    backup: bool = False,
    stamp: tuple[int, int] | None = None,
    by: record.Stamp | None = None,
) -> tuple[str, ...]:
    """Write the findings and, where there is an evaluation, all results to ``target``.

    The workbook's package is carried over; only the sheets that hold results change.  ``target``
    may be the workbook itself: it is replaced in one step by a complete new file, and ``backup``
    keeps the one before.  ``stamp`` is that of the file that was read; ``by`` tells who runs the
    program and when, for 运行记录 (by default the user, now).  What a person has changed at another
    ``target`` is kept beside it.  Returns in sentences what could not be kept, and what was.
    Raises BookError or FileAccessError, and then no file has changed.
    """
    package = Package.open(outcome.book.path)
    if stamp is not None and package.stamp != stamp:
        raise changed_meanwhile(outcome.book.path)
    blocks, points = content(outcome, by)
    for name in blocks.keys() - package.sheets.keys():
        namespace = ooxml.namespace_of(package.xml(package.workbook_part))
        xml = table_xml(layout.RUNS_TITLE, layout.RUNS_NOTE, layout.run_fields(), {}, namespace)
        add_sheet(package, name, xml, "veryHidden")
    notes = list(write_blocks(package, blocks, kept=layout.OUR_FUNCTIONS))
    if points is not None:
        retarget(
            package,
            outcome.book.sheets[layout.SUMMARY],
            first_row=points.first_row,
            columns=[column.number for column in points.columns],
            last_row=points.first_row + points.height - 1,
            points={column.number: column.values for column in points.columns},
        )
    notes += reading_notes(package, blocks)
    made = not same_file(target, outcome.book.path)
    kept = package.save(target, backup=backup and not made, made=made)
    if made and kept is not None:
        notes.append(kept_note(target, kept))
    return tuple(notes)


def result_content(outcome: Outcome) -> tuple[dict[str, list[Block]], Block | None]:
    """Return findings, results and summary by sheet name, and of it the table behind the chart."""
    book, e = outcome.book, outcome.evaluation
    blocks: dict[str, list[Block]] = {}
    points: Block | None = None
    findings_at = book.outputs.get(layout.FINDINGS)
    if findings_at is not None:
        blocks[book.sheets[layout.FINDINGS]] = [finding_block(findings_at, outcome.findings)]
    if e is not None:
        blocks.update(result_blocks(book, e))
        if book.summary:
            tables = summary_blocks(e, industries(), book.summary)
            points = tables["points"]
            blocks[book.sheets[layout.SUMMARY]] = list(tables.values())
    return blocks, points


def content(
    outcome: Outcome, by: record.Stamp | None = None
) -> tuple[dict[str, list[Block]], Block | None]:
    """Return what is to be written, by sheet name, and of it the table behind the chart.

    With results that is also 核验, and 运行记录, which may not be there yet; ``by`` as in
    ``write``.
    """
    book, e = outcome.book, outcome.evaluation
    blocks, points = result_content(outcome)
    if e is not None:
        if layout.PROOF in book.sheets:
            blocks[book.sheets[layout.PROOF]] = proof_blocks(book, e)
        results = record.cells_of(book, blocks)
        entry = record.make_entry(book, e, outcome.findings, results, by or record.stamp())
        blocks.update(record.run_blocks(book, entry))
    return blocks, points


def run(
    path: Path,
    target: Path,
    progress: Progress = lambda step: None,
    *,
    backup: bool = False,
    ignore_office: bool = False,
    force: bool = False,
    by: record.Stamp | None = None,
) -> Outcome:
    """Read, check, evaluate and write; with errors only 数据核查 is written, if it is there.

    From reading to writing ``target`` is claimed (``locks.claimed``): a second run on it is
    refused, and so is a workbook that is open in a spreadsheet program, unless ``ignore_office``,
    and a target with inputs of its own (``keeping.refuse_inputs``), unless ``force``.  ``by`` as in
    ``write``.
    """
    with claimed(target, ignore_office=ignore_office):
        progress(STEPS[0])
        stamp = file_stamp(path)
        opened = opened_by(path) if not (ignore_office and same_file(path, target)) else ""
        outcome = assess(read_book(path), progress)
        refuse_inputs(target, outcome.book, force=force)
        progress(STEPS[3])
        if not outcome.can_be_written:
            return outcome
        notes = write(outcome, target, backup=backup, stamp=stamp, by=by)
        if opened:
            notes = (*notes, f"“{path.name}”正开着（{opened}），用的是上次存盘的内容。")
        return replace(outcome, notes=notes)
