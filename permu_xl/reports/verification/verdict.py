"""Whether a workbook's results, inputs and 运行记录 agree."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from permu_xl import __version__
from permu_xl.findings import COMMAND_LINE, Level
from permu_xl.reports.verification.compare_results import (
    Difference,
    compare,
    written_cells,
)
from permu_xl.workbook import Outcome, Progress, assess, result_content
from permu_xl.workbook.layout import CLASSES, SCORES, run_fields
from permu_xl.workbook.reading import UNUSABLE_SCHEME, Book, OpenedWorkbook, open_workbook
from permu_xl.workbook.record import (
    InputChange,
    cells_of,
    changed_inputs,
    digest,
    inputs_text,
    make_entry,
    moved_only,
    results_text,
    scheme_text,
    seal,
    shortened,
    stamp,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from permu_xl.engine import Evaluation

__all__ = ["RESULTS", "STEPS", "Check", "Verdict", "judge", "verify"]

RESULTS = "结果"
"""The check that compares the results cell by cell."""

STEPS = ("读取工作簿", "核查数据", "计算得分和分类", "逐格比较")

_RECORDED = ("year", "firms", "participants", "classes")
"""What of a row follows from inputs and scheme alone, whatever the program's version."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked: whether it agrees (None: there is nothing to check it by).

    ``remedy`` names what is to be done with the program as in ``COMMAND_LINE``.
    """

    name: str
    agrees: bool | None
    found: str
    remedy: str = ""

    @property
    def text(self) -> str:
        """What was found, and what to do, in the words of the command line."""
        return self.text_in(COMMAND_LINE)

    def text_in(self, commands: Mapping[str, str]) -> str:
        """Return what was found, and what to do, in a host's own words for its commands."""
        return f"{self.found}；{self.remedy.format_map(commands)}" if self.remedy else self.found


@dataclass(frozen=True, slots=True)
class Verdict:
    """All checks, what is not as it should be, and what is only to be known.

    ``inputs`` are the inputs that were changed after the last run, ``differences`` the results
    that do not follow from the inputs as they are, gravest first.
    """

    checks: tuple[Check, ...]
    """输入, 方案, 结果 and 记录, as far as they can be checked."""
    differences: tuple[Difference, ...]
    notes: tuple[str, ...]
    inputs: tuple[InputChange, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether nothing speaks against the workbook."""
        return all(check.agrees is not False for check in self.checks)


def verify(path: Path, progress: Progress = lambda step: None) -> Verdict:
    """Recompute a workbook from its inputs and hold its results and its last record against that.

    Raises BookError and FileAccessError like ``read_book``.
    """
    progress(STEPS[0])
    opened = open_workbook(path)
    outcome = assess(opened.book, progress)
    progress(STEPS[3])
    return judge(opened, outcome)


def judge(opened: OpenedWorkbook, outcome: Outcome) -> Verdict:
    """Hold results and last record of a workbook that was read against the recomputation."""
    book = outcome.book
    last = book.runs.entries[-1] if book.runs and book.runs.entries else None
    checks = [] if last is None else [_inputs(book, last), _scheme(book, last)]
    inputs = () if last is None or checks[0].agrees else tuple(changed_inputs(book))
    notes: list[str] = []
    older = last is not None and last["version"] != __version__
    if last is not None and older:
        notes.append(f"结果由程序版本{last['version']}写入，现在是{__version__}。")
    if last is None:
        checks.append(Check("记录", None, "没有运行记录（旧版程序写的，或没有用程序评价过）"))
    if outcome.evaluation is None:
        errors = [f for f in outcome.findings if f.level is Level.ERROR]
        first = errors[0]
        who = f" {first.who}" if first.who else ""
        told = f"{'如' if len(errors) > 1 else ''}{first.where}{who}：{first.problem}"
        text = f"数据有错误{len(errors)}条（{told}），无法重算"
        check = Check(RESULTS, False, text, "请先{check_and_mend}")
        return Verdict((*checks, check), (), tuple(notes), inputs)
    found, sorted_titles = compare(opened, outcome.evaluation, outcome.findings)
    if sorted_titles:
        names = "、".join(f"“{book.sheets[title]}”" for title in sorted_titles)
        notes.append(f"{names}的行重新排过序，已按统一社会信用代码对应。")
    if last is None and found and not _has_results(opened):
        check = Check(RESULTS, False, "结果表是空的，还没有评价过", "请先{evaluate}")
        return Verdict((*checks, check), (), tuple(notes), inputs)
    excused = [d for d in found if d.wording and older]
    if excused:
        notes.append(f"有{len(excused)}格说明文字的写法不同（程序版本不同），不影响分数和分类。")
    grave = tuple(d for d in found if d not in excused)
    checks.append(_results(grave))
    if last is not None:
        unchanged = all(check.agrees for check in checks[:2])
        checks.append(_record(outcome, outcome.evaluation, last, opened, unchanged, older))
    return Verdict(tuple(checks), grave, tuple(notes), inputs)


def local_time(recorded: str) -> str:
    """Return a time of 运行记录 (UTC) as clocks here show it; as it stands where it is none.

    >>> local_time("昨天")
    '昨天'
    """
    try:
        time = dt.datetime.fromisoformat(recorded).astimezone()
    except ValueError:
        return recorded
    return f"{time.year}年{time.month}月{time.day}日{time:%H:%M}"


def _has_results(opened: OpenedWorkbook) -> bool:
    """Return whether any firm has a result."""
    written = written_cells(opened)
    return any(
        cell not in ("", None)
        for title in (SCORES, CLASSES)
        for column in written[title].values()
        for cell in column
    )


def _inputs(book: Book, last: Mapping[str, str]) -> Check:
    now, then = digest(inputs_text(book)), last["inputs_hash"]
    time = local_time(last["time"])
    if now == then:
        return Check("输入", True, f"与{time}评价时相同（校验值{shortened(now)}）")
    if moved_only(book):
        return Check("输入", True, f"与{time}评价时相同，只是行的次序变了")
    text = (
        f"在{time}评价以后改过（参数、原始数据、上年数据或分类调整；"
        f"校验值现在是{shortened(now)}，记录的是{shortened(then)}）"
    )
    return Check("输入", False, text, "请重新评价")


def _scheme(book: Book, last: Mapping[str, str]) -> Check:
    id = last["scheme"]
    if any(finding.code == UNUSABLE_SCHEME for finding in book.findings):
        return Check("方案", False, f"读不出来；评价时用的是{id}", "请把方案文件放回原处")
    if book.scheme.id != id:
        return Check("方案", False, f"评价时用的是{id}，现在是{book.scheme.id}")
    now = digest(scheme_text(book.scheme))
    if now == last["scheme_hash"]:
        return Check("方案", True, f"{id}，内容与评价时相同（校验值{shortened(now)}）")
    return Check("方案", False, f"{id}的内容（含“参数”表的改动）与评价时不同")


def _results(grave: tuple[Difference, ...]) -> Check:
    if grave:
        return Check(RESULTS, False, f"有{len(grave)}格与按现在的输入重算的不同")
    return Check(RESULTS, True, "每一格都与按现在的输入重算的相同")


def _record(
    outcome: Outcome,
    e: Evaluation,
    last: Mapping[str, str],
    opened: OpenedWorkbook,
    unchanged: bool,
    older: bool,
) -> Check:
    """Check 运行记录 itself; what it counts only where inputs and scheme are still the same."""
    book = outcome.book
    assert book.runs is not None
    entries = book.runs.entries
    broken = [each["time"] for each in entries if seal(each) != each["seal"]]
    broken += [b["time"] for a, b in pairwise(entries) if b["previous"] != a["seal"]]
    if broken:
        times = "、".join(map(local_time, dict.fromkeys(broken)))
        return Check("记录", False, f"{times}的运行记录或它的上一行被改动、删除过")
    if not unchanged:
        return Check("记录", True, f"共{len(entries)}行，没有改动的痕迹")
    blocks, _ = result_content(outcome)
    cells, inputs = cells_of(book, blocks), digest(inputs_text(book))
    fresh = make_entry(book, e, outcome.findings, cells, stamp(names=False), inputs)
    compared = _RECORDED if older else (*_RECORDED, "findings")
    headers = {field.key: field.header for field in run_fields()}
    wrong = [
        f"{headers[key]}记的是“{last[key]}”，应为“{fresh[key]}”"
        for key in compared
        if last[key] != fresh[key]
    ]
    # The last digits may differ from those of another computer: then the cells decide.
    standing = digest(results_text(book, written_cells(opened)))
    if last["results_hash"] not in (standing, fresh["results_hash"]):
        wrong.append("结果校验值与结果表、与重算的结果都不同")
    if wrong:
        return Check("记录", False, "；".join(wrong))
    return Check("记录", True, f"与重算的相同；共{len(entries)}行，没有改动的痕迹")
