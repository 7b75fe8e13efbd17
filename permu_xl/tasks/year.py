"""The steps of the year of one workbook: what is done, what is next, what cannot be done yet.

All of it is read from the workbook and from the files beside it, so that every host tells the same
and nothing has to be remembered.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from permu_xl.findings import Level
from permu_xl.workbook.record import digest, inputs_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from permu_xl.workbook import Outcome

__all__ = ["YEAR_STEPS", "Standing", "YearStep", "is_current", "year_of"]

State = Literal["done", "stale", "next", "open", "blocked"]


@dataclass(frozen=True, slots=True)
class YearStep:
    """A step: its name in addresses and menus, its title, what it is for.

    ``made`` is what its file or folder is called after the workbook; ``usual`` whether every
    district takes it every year.
    """

    key: str
    title: str
    purpose: str
    made: str = ""
    usual: bool = True


YEAR_STEPS = (
    YearStep("import", "导入", "把各部门的表读进工作簿，换算单位、匹配企业"),
    YearStep("check", "核查", "找出填错、漏填、前后矛盾的数据"),
    YearStep(
        "publish_data",
        "数据公示",
        "评价以前公示数据，请企业核对；没有得分和分类",
        "数据公示",
        usual=False,
    ),
    YearStep("evaluate", "评价", "计算得分、排名和分类，写进工作簿"),
    YearStep("notices", "确认单", "给每户企业一份数据和结果的确认单", "一企一单"),
    YearStep("register", "登记异议", "把企业退回的确认单读进工作簿的“异议台账”", usual=False),
    YearStep("compare", "更正比较", "更正以后，看哪些得分和分类变了、为什么", "变动", usual=False),
    YearStep("sensitivity", "敏感性", "哪些企业的分类取决于口径，哪些贴近分界线", "敏感性"),
    YearStep("publish", "公示上报", "生成公示、上报表、分类名单", "上报"),
    YearStep("city", "全市汇总", "把各区评价完的工作簿汇总成一份", usual=False),
    YearStep("apply", "写回", "把市级意见写回各区的“分类调整”", usual=False),
    YearStep("verify", "核对", "由输入重算，证明结果没有被改过"),
)
"""The steps in the order of the year."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a step stands.

    ``state``: done; stale (done, but the figures have changed since); next; open (may be done);
    blocked (``why`` says what must be done first).  ``when`` and ``file`` tell of what was done.
    """

    step: YearStep
    state: State
    why: str = ""
    when: dt.datetime | None = None
    file: Path | None = None


def is_current(outcome: Outcome) -> bool:
    """Return whether a workbook's last evaluation was one of the inputs that it has now.

    That takes a while with many firms; it stays the same as long as the file does.
    """
    last = _last_run(outcome)
    return last is not None and last["inputs_hash"] == digest(inputs_text(outcome.book))


def _last_run(outcome: Outcome) -> Mapping[str, str] | None:
    runs = outcome.book.runs
    return runs.entries[-1] if runs is not None and runs.entries else None


def year_of(
    path: Path,
    outcome: Outcome,
    checked: Mapping[str, dt.datetime | None] | None = None,
    *,
    current: bool | None = None,
) -> tuple[Standing, ...]:
    """Return how each step of a workbook's year stands.

    ``current`` is what ``is_current`` says, where that is known already.  ``checked`` tells of
    steps that leave no file, by key: when they were done with the workbook as it is now.
    """
    current = is_current(outcome) if current is None else current
    found = _Year(path, outcome, checked or {}, current)
    standings = [found.standing(step) for step in YEAR_STEPS]
    following = next(
        (n for n, s in enumerate(standings) if s.step.usual and s.state in ("open", "stale")), None
    )
    return tuple(
        Standing(s.step, "next", s.why, s.when, s.file) if n == following else s
        for n, s in enumerate(standings)
    )


class _Year:
    """What the steps of one workbook have in common."""

    def __init__(
        self,
        path: Path,
        outcome: Outcome,
        checked: Mapping[str, dt.datetime | None],
        current: bool,
    ) -> None:
        self.path, self.outcome, self.checked = path, outcome, checked
        self.firms = outcome.book.current.roster.size
        self.last = _last_run(outcome)
        self.evaluated = _moment(self.last["time"]) if self.last is not None else None
        self.current = current

    def standing(self, step: YearStep) -> Standing:
        """Return how a step stands, whatever the others."""
        if step.key == "import":
            return Standing(step, "done" if self.firms else "open", self._filled())
        if not self.firms and step.key != "city":
            return Standing(step, "blocked", "还没有企业数据，先导入，或者在工作簿里填写")
        if step.key == "check":
            return self._check(step)
        if step.key == "publish_data":
            # It came before the evaluation, whenever that was.
            return self._made(step, self._beside(step.made), since=None)
        if step.key == "evaluate":
            return self._evaluate(step)
        if step.key == "city":
            files = self.path.parent.glob(f"全市{self._year()}*.xlsx")
            return self._made(step, files, since=self.evaluated)
        if self.last is None:
            return Standing(step, "blocked", "还没有评价")
        if step.key == "register":
            return self._register(step)
        if step.key == "apply":
            return self._apply(step)
        if step.key == "verify":
            when = self.checked.get("verify")
            return Standing(step, "open" if when is None else "done", when=when)
        return self._made(step, self._beside(step.made), since=self.evaluated)

    def _year(self) -> int:
        return self.outcome.book.parameters.year

    def _filled(self) -> str:
        return f"{self.firms}户企业" if self.firms else ""

    def _check(self, step: YearStep) -> Standing:
        errors = self.outcome.count(Level.ERROR)
        if errors:
            return Standing(step, "open", f"有错误{errors}条，改正后才能评价")
        warnings = self.outcome.count(Level.WARNING)
        return Standing(step, "done", f"没有错误，警告{warnings}条")

    def _evaluate(self, step: YearStep) -> Standing:
        errors = self.outcome.count(Level.ERROR)
        if errors:
            return Standing(step, "blocked", f"有错误{errors}条，先改正", self.evaluated)
        if self.last is None:
            return Standing(step, "open")
        if not self.current:
            return Standing(
                step, "stale", "评价以后改过数据，要重新评价", self.evaluated, self.path
            )
        return Standing(step, "done", when=self.evaluated, file=self.path)

    def _register(self, step: YearStep) -> Standing:
        entries = self.outcome.book.registered
        if not entries:
            return Standing(step, "open")
        open_still = sum(each.is_open for each in entries)
        left = f"，{open_still}条没有办结" if open_still else "，都办结了"
        return Standing(step, "done", f"“异议台账”有{len(entries)}条{left}")

    def _apply(self, step: YearStep) -> Standing:
        table = self.outcome.book.adjustments
        rows = 0 if table is None else len(table.adjustments)
        return Standing(step, "done" if rows else "open", f"“分类调整”有{rows}户" if rows else "")

    def _beside(self, made: str) -> Iterator[Path]:
        from glob import escape

        yield from self.path.parent.glob(f"{escape(self.path.stem)}-{made}*")

    def _made(
        self, step: YearStep, files: Iterator[Path], *, since: dt.datetime | None
    ) -> Standing:
        """Return how a step stands that leaves a file or folder beside the workbook.

        What is older than ``since`` has to be made again.
        """
        dated = [(_changed(file), file) for file in files if not file.name.startswith(("~", "."))]
        if not dated:
            return Standing(step, "open")
        when, file = max(dated)
        if since is not None and when < since:
            return Standing(step, "stale", "重新评价以后还没有再做", when, file)
        return Standing(step, "done", when=when, file=file)


def _changed(file: Path) -> dt.datetime:
    try:
        return dt.datetime.fromtimestamp(file.stat().st_mtime, dt.UTC)
    except OSError:
        return dt.datetime.min.replace(tzinfo=dt.UTC)


def _moment(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None
