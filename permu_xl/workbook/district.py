"""A whole district: read the workbook, check it, evaluate it, write the results into it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from permu_xl.schemes import industries
from permu_xl.workbook import layout, record
from permu_xl.workbook.assessment import STEPS, Outcome, Progress, assess
from permu_xl.workbook.keeping import refuse_inputs
from permu_xl.workbook.look import table_xml
from permu_xl.workbook.moves import move_blocks
from permu_xl.workbook.proof import proof_blocks
from permu_xl.workbook.reading import OpenedWorkbook, open_workbook
from permu_xl.workbook.results import finding_block, outgrown_notes, result_blocks
from permu_xl.workbook.summary import summary_blocks
from permu_xl.xlsx import package as ooxml
from permu_xl.xlsx.files import claimed, kept_note, opened_by, same_file
from permu_xl.xlsx.package import add_sheet
from permu_xl.xlsx.writing import reading_notes, retarget, write_blocks

if TYPE_CHECKING:
    from pathlib import Path

    from permu_xl.xlsx.cells import Block

__all__ = ["content", "result_content", "run", "write"]


def write(
    opened: OpenedWorkbook,
    outcome: Outcome,
    target: Path,
    *,
    backup: bool = False,
    by: record.Stamp | None = None,
) -> tuple[str, ...]:
    """Write the findings and, where there is an evaluation, all results to ``target``.

    The workbook's package is carried over; only the sheets that hold results change.  ``target``
    may be the workbook itself: it is replaced in one step by a complete new file, and ``backup``
    keeps the one before.  ``by`` tells who runs the program and when, for 运行记录 (by default the
    user, now).  What a person has changed at another
    ``target`` is kept beside it.  Returns in sentences what could not be kept, and what was.
    Raises BookError or FileAccessError, and then no file has changed.
    """
    package = opened.package
    opened.refuse_changed()
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
        if book.moves is not None:
            blocks[book.sheets[layout.MOVES]] = move_blocks(book, e, book.moves)
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
        for name, note in outgrown_notes(book).items():
            blocks[name] = [*blocks[name], note]
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
        elsewhere = opened_by(path) if not (ignore_office and same_file(path, target)) else ""
        opened = open_workbook(path)
        outcome = assess(opened.book, progress)
        refuse_inputs(target, outcome.book, force=force)
        progress(STEPS[3])
        if not outcome.can_be_written:
            return outcome
        notes = write(opened, outcome, target, backup=backup, by=by)
        if elsewhere:
            notes = (*notes, f"“{path.name}”正开着（{elsewhere}），用的是上次存盘的内容。")
        return replace(outcome, notes=notes)
