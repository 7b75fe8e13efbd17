"""What the command line shows: progress, findings, the summary of a run."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from permu_xl.findings import Cause, Finding, Level, causes_of
from permu_xl.text import printable, show_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from rich.console import Console
    from rich.table import Table

    from permu_xl.engine import Evaluation
    from permu_xl.intake import Imported
    from permu_xl.workbook import Outcome

EXAMPLES = 3
"""How many findings of a kind go to the screen; all of them go to the workbook."""

_FEW_ENOUGH = 3
"""So few findings need no table of their kinds."""
_LEVELS = list(Level)
LOOK_FIRST = 3
"""How many kinds of warnings the end of a run names."""

_NEAREST = ("W3", "W24", "W25", "W43", "W22", "W1")
"""Warnings about results, jumps from last year, decisions, odd cells and figures, parameters."""

_COLOURS = {Level.ERROR: "red", Level.WARNING: "yellow", Level.HINT: "blue"}


def results_console() -> Console:
    """Return the console for results: text of workbooks is shown as it stands, never as markup."""
    from rich.console import Console

    return Console(markup=False, highlight=False, emoji=False, soft_wrap=True)


@contextmanager
def progress(steps: int) -> Iterator[Callable[[str], None]]:
    """Show a bar on standard error, if that is a terminal, while ``steps`` steps are named."""
    if not sys.stderr.isatty():
        # Elsewhere it would leave a blank line before every message.
        yield lambda description: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=steps)
        begun = False

        def step(description: str) -> None:
            nonlocal begun
            bar.update(task, description=description, advance=1 if begun else 0)
            begun = True

        yield step


@contextmanager
def count(steps: int, what: str) -> Iterator[Callable[[str], None]]:
    """Show, as ``progress`` does, how many of many like steps are done, and the time left."""
    if not sys.stderr.isatty():
        yield lambda name: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (what, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=steps)
        yield lambda name: bar.advance(task)


def sentence(finding: Finding) -> str:
    """Return a finding as one line: where, who, what is wrong, what to do."""
    parts = (finding.level.value, finding.code, finding.where, finding.who)
    head = " ".join(part for part in parts if part)
    remedy = f"；{finding.remedy}" if finding.remedy else ""
    return printable(f"{head}：{finding.problem}{remedy}。")


def show_findings(
    findings: Sequence[Finding],
    console: Console,
    levels: Sequence[Level],
    *,
    written: bool,
    firms: bool = False,
) -> None:
    """Print the findings of some levels: by kind first, then three examples of each kind.

    ``written`` says whether all of them are in a workbook by now; ``firms`` prints every one.
    """
    found = [finding for finding in findings if finding.level in levels]
    hidden = _show(found, console, firms=firms)
    if hidden:
        where = "，结果工作簿的“数据核查”表里都有" if written else ""
        console.print(f"另有{hidden}处没有逐一列出{where}；加 --firms 全部列出。")


def show_list(findings: Sequence[Finding]) -> None:
    """Print findings by kind, then three examples of each kind."""
    hidden = _show(findings, results_console(), firms=False)
    if hidden:
        results_console().print(f"同一原因的合成一条，另有{hidden}处没有逐一列出。")


def _show(findings: Sequence[Finding], console: Console, *, firms: bool) -> int:
    """Print findings, the gravest level and in it the rarest kind first; return how many more."""
    kinds: dict[tuple[int, str], list[Finding]] = {}
    for finding in findings:
        kinds.setdefault((_LEVELS.index(finding.level), finding.code), []).append(finding)
    ordered = sorted(kinds.items(), key=lambda kind: (kind[0][0], len(kind[1]), kind[0][1]))
    if len(findings) > _FEW_ENOUGH:
        console.print(_kinds_table(kind for _, kind in ordered))
    told = 0
    for _, kind in ordered:
        causes = [Cause((f,)) for f in kind] if firms else causes_of(kind)
        causes.sort(key=lambda cause: len(cause.findings))
        shown = causes if firms else causes[:EXAMPLES]
        for cause in shown:
            console.print(sentence(cause.as_one()), style=_COLOURS[cause.first.level])
        told += len(shown)
    return len(findings) - told


def _kinds_table(kinds: Iterable[Sequence[Finding]]) -> Table:
    from rich.table import Table

    from permu_xl.findings import CATALOGUE

    table = Table(title="发现的问题")
    for header in ("级别", "代码", "处数", "是什么"):
        table.add_column(header, justify="right" if header == "处数" else "left", overflow="fold")
    for kind in kinds:
        known = CATALOGUE[kind[0].code]
        table.add_row(known.level.value, known.code, str(len(kind)), known.meaning)
    return table


def counts(outcome: Outcome | Imported) -> str:
    """Return how many findings there are, in words."""
    return "、".join(f"{level.value}{outcome.count(level)}条" for level in Level)


def show_check(outcome: Outcome, *, firms: bool = False) -> int:
    """Print the findings; return 1 when there are errors."""
    console = results_console()
    show_findings(outcome.findings, console, list(Level), written=False, firms=firms)
    count = outcome.book.current.roster.size
    if outcome.evaluation is None:
        console.print(f"核查了{count}户企业：{counts(outcome)}。有错误，改正后才能评价。")
        return 1
    console.print(f"核查了{count}户企业：{counts(outcome)}。没有错误，可以评价。")
    return 0


def show_run(
    outcome: Outcome, target: Path, *, firms: bool = False, notes: Sequence[str] = ()
) -> int:
    """Print the outcome of a run; return 1 when errors kept it from being evaluated.

    It ends with what is wanted first: how many firms are in which class, what to look at, other
    ``notes``, and where the results are.
    """
    console = results_console()
    e = outcome.evaluation
    if e is None:
        for note in (*outcome.notes, *notes):
            console.print(note)
        show_findings(
            outcome.findings, console, [Level.ERROR], written=outcome.can_be_written, firms=firms
        )
        listed = f"全部问题已列在 {target} 的“数据核查”表，结果表保持原样；"
        console.print(
            f"有错误，没有评价（{counts(outcome)}）。"
            f"{listed if outcome.can_be_written else ''}请改正后重新运行。"
        )
        return 1
    console.print(f"{outcome.book.parameters.district or '本区'}　{e.year}年度　{e.scheme.title}")
    console.print(_class_table(e))
    console.print(_baseline_table(e))
    show_findings(outcome.findings, console, [Level.WARNING], written=True, firms=firms)
    console.print()
    for line in (*_summary(outcome, e), *outcome.notes, *notes):
        console.print(line)
    console.print(f"结果已写入 {target}")
    return 0


def _summary(outcome: Outcome, e: Evaluation) -> Iterator[str]:
    """Yield how many firms there are in which class, and what to look at first."""
    out = e.roster.size - e.firms_ranked
    letters = "、".join(f"{letter}类{e.count(letter)}户" for letter in e.scheme.letters)
    yield f"共{e.roster.size}户企业，参评{e.firms_ranked}户，不参评{out}户；{letters}。"
    yield f"数据核查：{counts(outcome)}。"
    warnings = [f for f in outcome.findings if f.level is Level.WARNING]
    kinds: dict[str, list[Finding]] = {}
    for finding in warnings:
        kinds.setdefault(finding.code, []).append(finding)
    order = {code: _weight(code) for code in kinds}
    for code in sorted(kinds, key=lambda code: (order[code], len(kinds[code]), code))[:LOOK_FIRST]:
        first, *others = kinds[code]
        where = f"{first.place}!{first.cell}" if first.cell else first.place
        who = f" {first.firm_name}" if first.firm_name else ""
        more = f"（这一种共{len(kinds[code])}处）" if others else ""
        yield printable(f"先看：{code} {where}{who}，{first.problem}{more}。")


def _weight(code: str) -> int:
    """Return how near a kind of warnings is to the classes: small numbers are looked at first."""
    return next((n for n, start in enumerate(_NEAREST) if code.startswith(start)), len(_NEAREST))


def _class_table(e: Evaluation) -> Table:
    from rich.table import Table

    table = Table(title="分类结果")
    for header in ("分类", "类别", "初步户数", "最终户数", "占参评企业"):
        left = header in ("分类", "类别")
        table.add_column(header, justify="left" if left else "right", overflow="fold")
    for definition in e.scheme.classes:
        proposed = int((e.proposed == definition.letter).sum())
        final = e.count(definition.letter)
        share = f"{final / e.firms_ranked:.1%}"
        table.add_row(definition.letter, definition.name, str(proposed), str(final), share)
    return table


def _baseline_table(e: Evaluation) -> Table:
    from rich.table import Table

    table = Table(title="基准值")
    for header in ("指标", "权重", "基准值", "单位", "来源", "本年总量均值"):
        left = header in ("指标", "单位", "来源")
        table.add_column(header, justify="left" if left else "right", overflow="fold")
    for found in e.baselines:
        i = found.indicator
        table.add_row(
            found.name,
            f"{i.weight:g}",
            show_number(round(found.value, 4)),
            i.unit,
            found.origin,
            show_number(round(found.current.aggregate, 4)),
        )
    return table
