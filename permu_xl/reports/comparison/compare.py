"""Two workbooks compared: what was changed in the inputs, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.model import TOLERANCE
from permu_xl.reports.comparison.baselines import BaselineChange, baseline_changes
from permu_xl.reports.comparison.causes import Cause, Causes
from permu_xl.reports.comparison.changes import CHANGED, Change, changes, show_figure
from permu_xl.reports.comparison.mixtures import Mixer, Side
from permu_xl.text import name_key
from permu_xl.workbook import Outcome, assess, layout
from permu_xl.workbook.reading import read_book

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from permu_xl.engine import Evaluation

__all__ = [
    "STEPS",
    "ClassChange",
    "Comparison",
    "FirmChange",
    "Standing",
    "compare",
    "compare_books",
]

STEPS = ("读取和评价原工作簿", "读取和评价新工作簿", "对照数据", "查找分类变动的原因", "写入结果")


@dataclass(frozen=True, slots=True)
class Standing:
    """What one evaluation says of a firm; NaN, 0 and "" where it has no score or is absent.

    ``letters`` are the classes by the rules and after decisions; ``there`` says whether the
    workbook lists the firm.
    """

    there: bool
    total: float
    rank: int
    unit: str
    letters: tuple[str, str]
    scores: dict[str, float]


@dataclass(frozen=True, slots=True)
class FirmChange:
    """A firm's standing in both evaluations; ``own`` says whether its own inputs differ."""

    code: str
    name: str
    own: bool
    old: Standing
    new: Standing


@dataclass(frozen=True, slots=True)
class ClassChange:
    """A firm whose class differs, and why."""

    firm: FirmChange
    cause: Cause


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcome; without an evaluation of both only the changes of the inputs are known."""

    old: Outcome
    new: Outcome
    changes: tuple[Change, ...]
    baselines: tuple[BaselineChange, ...]
    firms: tuple[FirmChange, ...]
    classes: tuple[ClassChange, ...]

    @property
    def evaluated(self) -> bool:
        """Whether both workbooks could be evaluated."""
        return self.old.evaluation is not None and self.new.evaluation is not None

    @property
    def without_objection(self) -> int:
        """How many of this year's figures changed without an entry on 异议台账, if it has any."""
        if not (self.old.book.registered or self.new.book.registered):
            return 0
        return sum(c.sheet == layout.DATA and not c.objection for c in self.changes)

    @property
    def premises(self) -> list[str]:
        """What makes the two hard to compare: another district, another scheme, another year."""
        a, b = self.old.book, self.new.book
        found = []
        here, there = a.parameters.district, b.parameters.district
        if here and there and name_key(here) != name_key(there):
            found.append(f"地区不同：原来是{here}，现在是{there}，核对是不是拿错了工作簿")
        if a.scheme.id != b.scheme.id:
            found.append(f"方案不同：原来是{a.scheme.title}，现在是{b.scheme.title}")
        if a.parameters.year != b.parameters.year:
            found.append(f"评价年度不同：{a.parameters.year}和{b.parameters.year}")
        return found


def compare_books(
    old: Path, new: Path, progress: Callable[[str], None] = lambda step: None
) -> Comparison:
    """Read, evaluate and compare two workbooks."""
    progress(STEPS[0])
    before = assess(read_book(old))
    progress(STEPS[1])
    after = assess(read_book(new))
    return compare(before, after, progress)


def compare(
    old: Outcome, new: Outcome, progress: Callable[[str], None] = lambda step: None
) -> Comparison:
    """Compare two assessed workbooks."""
    progress(STEPS[2])
    found = changes(old.book, new.book)
    first, second = old.evaluation, new.evaluation
    if first is None or second is None:
        return Comparison(old, new, tuple(found), (), (), ())
    baselines = baseline_changes(first, second)
    mixer = Mixer.of(first, second)
    firms = _firms(mixer)
    progress(STEPS[3])
    classes = class_changes(firms, Causes(mixer, baselines, rules_told(found)))
    moved = tuple(firm for firm in firms if _moved(firm))
    return Comparison(old, new, tuple(found), baselines, moved, classes)


def rules_told(found: Sequence[Change]) -> list[str]:
    """Return the changes of parameters and scheme, in words."""
    return [
        f"{c.item}由{show_figure(c.old)}改为{show_figure(c.new)}"
        for c in found
        if c.sheet in (layout.PARAMETERS, "方案") and c.kind == CHANGED and c.item != "地区"
    ]


def class_changes(firms: Sequence[FirmChange], causes: Causes) -> tuple[ClassChange, ...]:
    """Return the firms whose class differs, after decisions or by the rules, with the cause."""
    found = []
    for position, firm in enumerate(firms):
        if firm.old.letters == firm.new.letters and firm.old.there == firm.new.there:
            continue
        decided = firm.old.letters[1] != firm.new.letters[1]
        found.append(ClassChange(firm, causes.of(position, decided=decided)))
    return tuple(found)


def _firms(mixer: Mixer) -> list[FirmChange]:
    own = mixer.figures_differ | mixer.marks_differ | mixer.part_differs
    own = own | (mixer.old.decided() != mixer.new.decided())
    before, after = _standings(mixer.old), _standings(mixer.new)
    names = mixer.both.names[mixer.size :], mixer.both.codes[mixer.size :]
    return [
        FirmChange(str(names[1][f]), str(names[0][f]), bool(own[f]), before[f], after[f])
        for f in range(mixer.size)
    ]


def _standings(side: Side) -> list[Standing]:
    e, found = side.evaluation, []
    units = [unit.name for unit in e.classes.units]
    for at in side.at.tolist():
        if at < 0:
            found.append(Standing(False, np.nan, 0, "", ("", ""), {}))
            continue
        unit = int(e.classes.unit[at])
        found.append(
            Standing(
                True,
                float(e.total[at]),
                int(e.classes.rank[at]),
                units[unit] if unit >= 0 else "",
                (str(e.proposed[at]), str(e.final[at])),
                _scores(e, at),
            )
        )
    return found


def _scores(e: Evaluation, firm: int) -> dict[str, float]:
    return {r.indicator.id: float(r.score[firm]) for r in e.results_of(firm)}


def _moved(firm: FirmChange) -> bool:
    a, b = firm.old, firm.new
    if (a.there, a.rank, a.letters) != (b.there, b.rank, b.letters):
        return True
    pairs = [(a.total, b.total), *((s, b.scores.get(id, np.nan)) for id, s in a.scores.items())]
    return any(not (abs(x - y) <= TOLERANCE or (x != x and y != y)) for x, y in pairs)
