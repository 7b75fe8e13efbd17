"""Why a firm's class has changed between two evaluations, in one sentence, found by the engine.

Each part of the inputs that differs is put back alone and the mixture evaluated; what brings the
old class back is the cause.  Where nothing does so alone, the smallest set of parts that does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine import Evaluation, Unit, reason_text
from permu_xl.engine.model import TOLERANCE, CutPoints, FloatArray, IntArray
from permu_xl.reports.comparison.changes import (
    differing,
    item_names,
    show_figure,
)
from permu_xl.reports.comparison.mixtures import Mixer, Part, Side
from permu_xl.workbook.reading import Figure, firm_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from permu_xl.reports.comparison.baselines import BaselineChange

__all__ = ["Cause", "Causes", "unit_lines"]

NAMED, TRIED = 3, 12
"""How many firms or items a sentence names, and how many firms are put back one by one."""

_DROPPED_FIRST = (
    Part.COMPANY, Part.OTHERS, Part.RULES, Part.BASELINES, Part.TAKING_PART, Part.MARKS,
    Part.DECISION, Part.OWN,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cause:
    """What undoes a change of class: each of ``parts`` alone, or only all of them together."""

    parts: tuple[Part, ...]
    alone: bool
    text: str


class Causes:
    """Finds the causes for the firms of one comparison."""

    def __init__(
        self, mixer: Mixer, baselines: Sequence[BaselineChange], rules: Sequence[str]
    ) -> None:
        """``rules`` are the changes of parameters and scheme in words."""
        self.mixer = mixer
        self.baselines = [change for change in baselines if change.moved]
        self.rules = rules
        old, new = mixer.old.evaluation, mixer.new.evaluation
        self._items = firm_columns(old.roster, old.scheme), firm_columns(new.roster, new.scheme)
        self._names = item_names(old.scheme, new.scheme)
        self._numbers = {*old.scheme.columns, *new.scheme.columns}
        self._keys = _common_keys(mixer)

    def of(self, firm: int, *, decided: bool = True) -> Cause:
        """Return why the class of a common firm changed (``decided``: the one after decisions)."""
        mixer = self.mixer
        before = str(mixer.letters(False, decided=decided)[firm])
        parts = mixer.changed_parts(firm)
        if not decided:
            parts = tuple(part for part in parts if part is not Part.DECISION)

        def undone(restored: Iterable[Part]) -> bool:
            return mixer.letter(firm, tuple(restored), decided=decided) == before

        if mixer.old.at[firm] < 0:
            return Cause((Part.TAKING_PART,), True, "新工作簿里增加了这户企业。")
        if mixer.new.at[firm] < 0:
            return Cause((Part.TAKING_PART,), True, "新工作簿里没有这户企业了。")
        alone = tuple(part for part in parts if undone([part]))
        if alone:
            told = [self._told(part, firm, before, decided) for part in alone]
            return Cause(alone, True, f"{'；'.join(told)}，{_undoing(alone, before)}")
        if not undone(parts):
            return Cause((), False, "两个工作簿的方案或年度不同，不能逐项还原，按新方案分类。")
        kept = list(parts)
        for part in _DROPPED_FIRST:
            if part in kept and undone(rest := [x for x in kept if x is not part]):
                kept = rest
        told = [self._told(part, firm, before, decided) for part in kept]
        return Cause(tuple(kept), False, f"{'；'.join(told)}，{_together(kept, before)}")

    def _told(self, part: Part, firm: int, before: str, decided: bool) -> str:
        """Return what is different in one part, as a clause of the sentence."""
        words: Mapping[Part, Callable[[], str]] = {
            Part.OWN: lambda: f"本企业数据改了：{self._own(firm, marks=False)}",
            Part.MARKS: lambda: f"本企业标记改了：{self._own(firm, marks=True)}",
            Part.TAKING_PART: lambda: self._taking_part(firm),
            Part.DECISION: lambda: self._decision(firm),
            Part.BASELINES: lambda: self._baselines(firm, before, decided),
            Part.OTHERS: lambda: self._others(firm, before, decided),
            Part.COMPANY: lambda: self._company(firm),
            Part.RULES: lambda: "方案或参数改了" + _some(self.rules, "（{}）"),
        }
        return words[part]()

    def _own(self, firm: int, *, marks: bool) -> str:
        i, j = int(self.mixer.old.at[firm]), int(self.mixer.new.at[firm])
        figures = {*self._numbers, "code", "name", "bonus_points", "bonus_labels"}
        told = [
            _figure_told(self._names.get(key, key), *pair)
            for key, pair in differing(*self._items, i, j).items()
            if key != "included" and (key in figures) != marks
        ]
        return _some(told, "{}", "项") or "见数据变动"

    def _taking_part(self, firm: int) -> str:
        taking = [_takes_part(side, firm) for side in (self.mixer.old, self.mixer.new)]
        reasons = [_reason(side, firm) for side in (self.mixer.old, self.mixer.new)]
        told = "；".join(
            f"{when}：{reason}"
            for when, reason in zip(("原来", "现在"), reasons, strict=True)
            if reason
        )
        if taking[0] == taking[1]:
            return f"本企业不参评的理由变了（{told}）"
        words = ("不参评", "参评")
        change = f"本企业由{words[taking[0]]}变为{words[taking[1]]}"
        return f"{change}（{told}）" if told else change

    def _decision(self, firm: int) -> str:
        old, new = (str(side.decided()[firm]) for side in (self.mixer.old, self.mixer.new))
        if not old:
            return f"分类调整定为{new}类"
        return f"分类调整由{old}类改为{new}类" if new else f"撤销了定为{old}类的分类调整"

    def _baselines(self, firm: int, before: str, decided: bool) -> str:
        single = [
            change
            for change in self.baselines
            if self.mixer.letter(firm, (), decided=decided, baselines=[change.key]) == before
        ]
        return _some([change.told for change in single or self.baselines], "{}", "项基准值")

    def _others(self, firm: int, before: str, decided: bool) -> str:
        mixer = self.mixer
        joined = [
            self._name(other)
            for other in self._joined(firm)
            if mixer.letter(firm, (), decided=decided, others=[other]) == before
        ]
        if joined:
            return f"合并评价的{_some(joined, '{}', '户')}数据改了"
        past = self._overtaking(firm)
        for ahead in (True, False):
            names = [
                self._name(other)
                for other, is_ahead in past[:TRIED]
                if is_ahead is ahead
                and mixer.letter(firm, (), decided=decided, others=[other]) == before
            ]
            if names:
                who = _some(names, "{}", "户")
                return f"被{who}超过" if ahead else f"排到了{who}前面"
        ahead_of = [self._name(other) for other, is_ahead in past if is_ahead]
        behind = [self._name(other) for other, is_ahead in past if not is_ahead]
        if not past:
            return "其他企业数据改了"
        said = [f"被{_some(ahead_of, '{}', '户')}超过"] if ahead_of else []
        said += [f"排到了{_some(behind, '{}', '户')}前面"] if behind else []
        return f"其他企业数据改了，{'，'.join(said)}"

    def _joined(self, firm: int) -> list[int]:
        """Return the firms with other figures that are evaluated as one with a firm now."""
        mixer = self.mixer
        changed = mixer.figures_differ | mixer.marks_differ | mixer.part_differs
        leader = np.append(mixer.new.evaluation.joined.leader, -1)[mixer.new.at]
        own = (leader == leader[firm]) & changed & (leader >= 0)
        own[firm] = False
        return np.flatnonzero(own).tolist()

    def _overtaking(self, firm: int) -> list[tuple[int, bool]]:
        """Return the firms with other figures whose order with this one turned round, near first.

        The second entry says whether such a firm is ahead now.
        """
        changed = self.mixer.figures_differ | self.mixer.marks_differ | self.mixer.part_differs
        found: dict[int, tuple[float, bool]] = {}
        for old, new in self._keys:
            before, after = old - old[firm], new - new[firm]
            with np.errstate(invalid="ignore"):
                turned = (before > TOLERANCE) & (after < TOLERANCE)
                turned |= (before < TOLERANCE) & (after > TOLERANCE)
            turned[firm] = False
            for other in np.flatnonzero(turned & changed).tolist():
                near = abs(float(after[other]))
                if other not in found or near < found[other][0]:
                    found[other] = (near, bool(after[other] > 0))
        return [(o, found[o][1]) for o in sorted(found, key=lambda o: found[o][0])]

    def _company(self, firm: int) -> str:
        mixer = self.mixer
        differ = np.flatnonzero(mixer.part_differs)
        taking = mixer.new.included()
        more = [self._name(f) for f in differ.tolist() if taking[f] and f != firm]
        less = [self._name(f) for f in differ.tolist() if not taking[f] and f != firm]
        old, new = (_unit_of(side, firm) for side in (mixer.old, mixer.new))
        sizes = "有增减"
        if old and new:
            same = old.size == new.size
            sizes = f"仍为{new.size}户" if same else f"由{old.size}户变为{new.size}户"
        who = "；".join(
            [*([f"增加{_some(more, '{}', '户')}"] if more else []),
             *([f"减少{_some(less, '{}', '户')}"] if less else [])]
        )  # fmt: skip
        text = f"参评企业{sizes}（{who}）"
        if old and new:
            lines, before = unit_lines(new), unit_lines(old)
            text += "".join(
                f"，{label}由{before[label]}户变为{count}户"
                for label, count in lines.items()
                if before.get(label, count) != count
            )
        return text

    def _name(self, firm: int) -> str:
        both, size = self.mixer.both, self.mixer.size
        return str(both.names[size + firm] or both.codes[size + firm])


def unit_lines(unit: Unit) -> dict[str, int]:
    """Return the numbers of firms that the class rule of a unit yields, by what they are."""
    if isinstance(unit.rule, CutPoints):
        cuts = zip(unit.rule.cuts, unit.cuts, strict=False)
        return {f"{cut.letter}类及以上": line.place for cut, line in cuts}
    return {
        "前半区": unit.cuts[0].place,
        **{f"{p.selection.label}类名额": p.quota for p in unit.picked},
    }


def _unit_of(side: Side, firm: int) -> Unit | None:
    e, at = side.evaluation, int(side.at[firm])
    unit = -1 if at < 0 else int(e.classes.unit[at])
    return None if unit < 0 else e.classes.units[unit]


def _reason(side: Side, firm: int) -> str:
    e, at = side.evaluation, int(side.at[firm])
    return reason_text(e.scheme, e.roster, e.year, e.participation, at)


def _takes_part(side: Side, firm: int) -> bool:
    return bool(side.included()[firm])


def _common_keys(mixer: Mixer) -> list[tuple[FloatArray, FloatArray]]:
    """Return the totals and sort keys of both sides that firms are ordered by."""

    def spread(column: FloatArray, at: IntArray) -> FloatArray:
        return np.append(column, np.nan)[at]

    def keys(e: Evaluation) -> dict[str, FloatArray]:
        return {"": e.total, **e.classes.keys}

    old, new = keys(mixer.old.evaluation), keys(mixer.new.evaluation)
    return [
        (spread(old[label], mixer.old.at), spread(new[label], mixer.new.at))
        for label in new
        if label in old
    ]


def _figure_told(name: str, old: Figure, new: Figure) -> str:
    return f"{name}由{show_figure(old)}改为{show_figure(new)}"


def _some(texts: Sequence[str], form: str, measure: str = "项") -> str:
    """Name the first of some texts, and how many there are."""
    if not texts:
        return ""
    more = f"等{len(texts)}{measure}" if len(texts) > NAMED else ""
    return form.format("、".join(texts[:NAMED]) + more)


def _class_name(letter: str) -> str:
    return f"{letter}类" if letter else "不参评"


def _undoing(parts: Sequence[Part], before: str) -> str:
    if len(parts) == 1:
        return f"只恢复“{parts[0].value}”这一项，就回到{_class_name(before)}。"
    names = "、".join(f"“{part.value}”" for part in parts)
    return f"{names}恢复其中任何一项，都回到{_class_name(before)}。"


def _together(parts: Sequence[Part], before: str) -> str:
    names = "、".join(f"“{part.value}”" for part in parts)
    return f"单独恢复一项不够，{names}一起恢复才回到{_class_name(before)}。"
