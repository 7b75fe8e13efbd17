"""The city's view: districts read, checked against each other and against their own inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from permu_xl.errors import PermuError
from permu_xl.findings import At, Finding, Level, has_errors
from permu_xl.reports.city.agreement import agreeing, once, same_firms
from permu_xl.reports.city.model import City, District
from permu_xl.reports.verification import CHANGED, NEVER_RUN, RESULTS, Verdict, judge, stale
from permu_xl.workbook import assess, layout
from permu_xl.workbook.reading import open_workbook
from permu_xl.xlsx.files import is_backup, opened_by

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["gather", "without_backups"]

Progress = Callable[[str], None]

_SHOWN_ERRORS = 20
"""How many errors of one workbook are passed on; its own 数据核查 has all of them."""


def gather(paths: Sequence[Path], progress: Progress = lambda step: None) -> City:
    """Read and recompute the districts; whatever is wrong with one leaves the others in.

    A district is left out where its workbook cannot be read or evaluated, where its results are
    not those of its inputs, and where scheme or year differ from those of most districts.
    """
    districts: list[District] = []
    paths, findings = without_backups(paths)
    for number, path in enumerate(paths, 1):
        progress(f"核对（{number}/{len(paths)}）{path.name}")
        district, found = _district(path)
        districts.append(district)
        findings += found
    for agree in (once, agreeing):
        districts, found = agree(districts)
        findings += found
    findings += same_firms(districts)
    sound = [d.evaluation for d in districts if d.evaluation is not None]
    levels = list(Level)
    # What is wrong with a district as a whole is not lost among hundreds of firms.
    ordered = sorted(findings, key=lambda f: (levels.index(f.level), f.code == CHANGED))
    return City(
        sound[0].scheme if sound else None,
        sound[0].year if sound else 0,
        tuple(districts),
        tuple(ordered),
    )


def without_backups(paths: Sequence[Path]) -> tuple[list[Path], list[Finding]]:
    """Leave out the backups that the program made of other workbooks in the list.

    Whoever names all files of a folder names them too.
    """
    kept = [path for path in paths if not is_backup(path, paths)]
    left = [path for path in paths if path not in kept]
    told = [Finding.of("H717", At.in_file(path.name, "", "", "工作簿")) for path in left]
    return kept, told


def _district(path: Path) -> tuple[District, list[Finding]]:
    try:
        opened = open_workbook(path)
        outcome = assess(opened.book)
    except PermuError as error:
        text = str(error).split("\n")[0].rstrip("。")
        told = Finding.of("E701", At.in_file(path.name, "", "", "工作簿"), problem=text)
        return District(path, path.stem, None, None, "不能读取"), [told]
    book = outcome.book
    findings: list[Finding] = []
    if who := opened_by(path):
        findings.append(Finding.of("W718", At.in_file(path.name, "", "", "工作簿"), who=who))
    name = book.parameters.district
    if not name:
        name = path.stem
        cell = book.parameters.cells.get("district", "")
        at = At.in_file(path.name, book.parameters.sheet, cell, "地区")
        findings.append(Finding.of("W712", at, name=name))
    evaluation, state = outcome.evaluation, "已汇总"
    if evaluation is None:
        errors = [f for f in outcome.findings if f.level is Level.ERROR]
        findings += [f.moved(file=path.name) for f in errors[:_SHOWN_ERRORS]]
        at = At.in_file(path.name, "", "", "数据")
        findings.append(Finding.of("E702", at, count=len(errors)))
        state = "数据有错误"
    else:
        verdict = judge(opened, outcome)
        found = stale(outcome, verdict.differences, opened)
        findings += found
        if not any(finding.code == NEVER_RUN for finding in found):
            findings += _unproven(path, verdict)
        if has_errors(found):
            evaluation, state = None, "结果与输入数据不一致"
    return District(path, name, outcome, evaluation, state), findings


def _unproven(path: Path, verdict: Verdict) -> Iterator[Finding]:
    """Yield where the record of the last run does not tell of these inputs and results."""
    for check in verdict.checks:
        if check.name == RESULTS or check.agrees:
            continue
        at = At.in_file(path.name, layout.RUNS, "", layout.RUNS)
        if check.agrees is None:
            yield Finding.of("H716", at, found=check.found)
        else:
            yield Finding.of("W715", at, check=check.name, found=check.found)
