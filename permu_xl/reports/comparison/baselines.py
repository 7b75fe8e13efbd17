"""Which baselines have moved between two evaluations, and whose figures moved them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from permu_xl.engine import (
    METHOD_NAMES,
    Baseline,
    Evaluation,
    Values,
    pick,
    statistics,
)
from permu_xl.engine.explain import Sample, sample_of
from permu_xl.engine.model import TOLERANCE, BoolArray, FloatArray, Indicator, IntArray
from permu_xl.reports.comparison.mixtures import match_firms
from permu_xl.text import show_number

__all__ = ["BaselineChange", "baseline_changes"]

_NAMED = 3
"""How many firms are named that moved a baseline."""


@dataclass(frozen=True, slots=True)
class BaselineChange:
    """A baseline in both evaluations; ``old`` or ``new`` is None where its scheme has none.

    ``why`` says what moved it: the method, a manual value, or which firms' figures.
    """

    old: Baseline | None
    new: Baseline | None
    why: str

    @property
    def key(self) -> tuple[str, str]:
        """Indicator id and group."""
        found = self.new or self.old
        assert found is not None
        return found.indicator.id, found.group

    @property
    def name(self) -> str:
        """The indicator's name, with the group if any."""
        found = self.new or self.old
        assert found is not None
        return found.name

    @property
    def values(self) -> tuple[float, float]:
        """Both values, NaN where there is none."""
        return tuple(np.nan if b is None else b.value for b in (self.old, self.new))  # type: ignore[return-value]

    @property
    def moved(self) -> bool:
        """Whether the value in use is another one."""
        a, b = self.values
        return not (a == b or (a != a and b != b))

    @property
    def told(self) -> str:
        """The change as part of a sentence."""
        a, b = (show_number(round(value, 6)) for value in self.values)
        return f"{self.name}的基准值由{a}变为{b}" + (f"（{self.why}）" if self.why else "")


def baseline_changes(old: Evaluation, new: Evaluation) -> tuple[BaselineChange, ...]:
    """Return all baselines of both evaluations, with the reason of each change."""
    before = {(b.indicator.id, b.group): b for b in old.baselines}
    after = {(b.indicator.id, b.group): b for b in new.baselines}
    found = []
    for key in dict.fromkeys((*after, *before)):
        change = BaselineChange(before.get(key), after.get(key), "")
        if change.moved:
            change = BaselineChange(change.old, change.new, _why(change, old, new))
        found.append(change)
    return tuple(found)


def _why(change: BaselineChange, old: Evaluation, new: Evaluation) -> str:
    a, b = change.old, change.new
    if a is None or b is None:
        return "方案不同"
    first, second = a.indicator.baseline, b.indicator.baseline
    if first.method != second.method:
        return f"基准方法由{METHOD_NAMES[first.method]}改为{METHOD_NAMES[second.method]}"
    if second.method == "manual":
        return "人工核定基准值改了"
    rules = [(r.year, r.times, r.by, r.years, dict(r.earlier)) for r in (first, second)]
    if rules[0] != rules[1]:
        return "方案的基准规则改了"
    movers = _movers(a.indicator, b, old, new)
    if not movers:
        return "多户企业的数据一起改变"
    names = "、".join(movers[:_NAMED])
    more = f"等{len(movers)}户" if len(movers) > _NAMED else ""
    year = "上年" if second.year == "previous" else "本年"
    return f"因{names}{more}的{year}数据"


@dataclass(frozen=True, slots=True)
class _Sample:
    """The firms that a baseline is taken from, over a common list."""

    values: Values
    members: BoolArray

    @classmethod
    def of(cls, sample: Sample, at: IntArray) -> _Sample:
        values = sample.values

        def spread(column: FloatArray) -> FloatArray:
            return np.append(column, np.nan)[at]

        return cls(
            Values(
                spread(values.numerator),
                spread(values.denominator),
                spread(values.value),
                np.append(values.status, 0)[at].astype(np.int8),
                None if values.before is None else spread(values.before),
            ),
            np.append(sample.members, False)[at],
        )

    def with_firm(self, firm: int, other: _Sample) -> _Sample:
        """Return the sample with one firm as in another sample."""
        columns = {}
        for name in ("numerator", "denominator", "value", "status"):
            columns[name] = getattr(self.values, name).copy()
            columns[name][firm] = getattr(other.values, name)[firm]
        members = self.members.copy()
        members[firm] = other.members[firm]
        return _Sample(replace(self.values, **columns), members)

    def differing(self, other: _Sample) -> IntArray:
        """Return the firms that count otherwise in another sample."""
        same = self.members == other.members
        for name in ("numerator", "denominator", "value"):
            a, b = getattr(self.values, name), getattr(other.values, name)
            same &= (a == b) | ((a != a) & (b != b))
        return np.flatnonzero(~same & (self.members | other.members))


def _movers(before: Indicator, now: Baseline, old: Evaluation, new: Evaluation) -> list[str]:
    """Return the firms that move the baseline when they alone are put back, most moving first."""
    i, group = now.indicator, now.group
    samples = sample_of(old, before, group), sample_of(new, i, group)
    old_at, new_at = match_firms(samples[0].roster, samples[1].roster)
    first, second = _Sample.of(samples[0], old_at), _Sample.of(samples[1], new_at)

    def value(sample: _Sample) -> float:
        found = statistics(sample.values, sample.members, i.scale)
        return pick(i.baseline.method, found) * i.baseline.times

    full = value(second)
    effects: list[tuple[float, str]] = []
    for firm in first.differing(second).tolist():
        moved = abs(value(second.with_firm(firm, first)) - full)
        if not moved <= TOLERANCE * max(abs(full), 1.0):
            sample, at = (samples[1], new_at) if new_at[firm] >= 0 else (samples[0], old_at)
            name = sample.name(int(at[firm]))
            effects.append((np.inf if moved != moved else moved, name))
    effects.sort(key=lambda effect: -effect[0])
    return [name for _, name in effects]
