"""The city's view: districts read, checked against each other and against their own inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from permu_xl.errors import PermuError
from permu_xl.findings import Finding, Level, has_errors
from permu_xl.reports.city.agreement import agreeing, once, same_firms
from permu_xl.reports.city.model import City, District, problem
from permu_xl.reports.verification import CHANGED, NEVER_RUN, RESULTS, Sheets, Verdict, judge, stale
from permu_xl.workbook import assess, layout
from permu_xl.workbook.reading import read_book
from permu_xl.xlsx.files import is_backup

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
    told = [
        problem(Level.HINT, "H717", path, "工作簿", "这是程序留下的备份，没有使用", "不需要处理")
        for path in paths
        if path not in kept
    ]
    return kept, told


def _district(path: Path) -> tuple[District, list[Finding]]:
    try:
        outcome = assess(read_book(path))
    except PermuError as error:
        text = str(error).split("\n")[0].rstrip("。")
        told = problem(Level.ERROR, "E701", path, "工作簿", text, "换成能用的工作簿后重新汇总")
        return District(path, path.stem, None, None, "不能读取"), [told]
    book = outcome.book
    findings: list[Finding] = []
    name = book.parameters.district
    if not name:
        name = path.stem
        findings.append(
            problem(
                Level.WARNING, "W712", path, "地区", f"没有填写地区，按文件名“{name}”称呼",
                "在“参数”里填写地区", sheet=book.parameters.sheet,
                cell=book.parameters.cells.get("district", ""),
            )
        )  # fmt: skip
    evaluation, state = outcome.evaluation, "已汇总"
    if evaluation is None:
        errors = [f for f in outcome.findings if f.level is Level.ERROR]
        findings += [replace(f, file=path.name) for f in errors[:_SHOWN_ERRORS]]
        findings.append(
            problem(
                Level.ERROR, "E702", path, "数据", f"有{len(errors)}条错误，不能评价",
                "由该区改正、用 permu-xl run 评价后重新报送",
            )
        )  # fmt: skip
        state = "数据有错误"
    else:
        sheets = Sheets(book)
        verdict = judge(outcome, sheets)
        found = stale(outcome, verdict.differences, sheets)
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
        if check.agrees is None:
            yield problem(
                Level.HINT, "H716", path, layout.RUNS, f"{check.found}，不能证明是哪一次评价的结果",
                "由该区用现在的程序重新评价后重新报送", sheet=layout.RUNS,
            )  # fmt: skip
        else:
            yield problem(
                Level.WARNING, "W715", path, layout.RUNS,
                f"与运行记录核对，{check.name}不一致：{check.found}",
                "由该区用 permu-xl verify 查看、说明原因，重新评价后重新报送", sheet=layout.RUNS,
            )  # fmt: skip
