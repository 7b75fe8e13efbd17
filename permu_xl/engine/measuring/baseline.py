"""Baselines: what an indicator is measured against (二（一）2, readings R7 to R9)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from math import isclose
from typing import TYPE_CHECKING, get_args

import numpy as np

from permu_xl.engine.model import (
    TOLERANCE,
    BaselineMethod,
    BoolArray,
    FloatArray,
    Indicator,
    everywhere,
)
from permu_xl.errors import BaselineFault, UsageError
from permu_xl.text import show_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from permu_xl.engine.measuring.indicators import Values
    from permu_xl.errors import FaultKind

METHOD_NAMES: dict[BaselineMethod, str] = {
    "aggregate": "总量法",
    "mean": "企业均值",
    "median": "中位数",
    "max": "最高值",
    "min": "最低值",
    "manual": "人工核定",
}
YEAR_NAMES = {"previous": "上年", "current": "本年"}


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the participants of one year say about an indicator; NaN where nothing can be said.

    ``numerator`` and ``denominator`` are totals over the ``both`` firms that report both figures;
    ``aggregate`` is their quotient, ``mean``, ``median``, ``highest``, ``second`` and ``lowest``
    are over the ``count`` values that are not missing; ``holder`` is the firm with the highest
    (-1: none).
    """

    numerator: float
    denominator: float
    both: int
    aggregate: float
    count: int
    mean: float
    highest: float
    second: float
    holder: int
    median: float = np.nan
    lowest: float = np.nan


@dataclass(frozen=True, slots=True)
class Baseline:
    """The baseline in use (``value``), how it was found and the statistics of both years.

    ``group`` is the value of the attribute it holds for ("": it holds for all firms).  ``value``
    is NaN when nobody needs it; ``fault`` says why there is none although somebody does (None
    otherwise).  ``earlier`` are the years and values that it is the mean of besides what the
    method finds, ``zero`` is the value that scores 0 where the score is the way between two (NaN
    otherwise).
    """

    indicator: Indicator
    group: str
    value: float
    previous: Statistics
    current: Statistics
    fault: BaselineFault | None
    earlier: tuple[tuple[int, float], ...] = ()
    zero: float = np.nan

    @property
    def problem(self) -> str:
        """Why there is no baseline although somebody needs it, in words; "" otherwise."""
        return "" if self.fault is None else self.fault.told

    @property
    def source(self) -> Statistics:
        """The statistics the value was taken from."""
        return self.previous if self.indicator.baseline.year == "previous" else self.current

    @property
    def origin(self) -> str:
        """Where the value comes from, in words."""
        rule = self.indicator.baseline
        if rule.method == "manual":
            return "人工核定"
        times = "" if rule.times == 1 else f"的{show_number(rule.times)}倍"
        years = f"等{len(self.earlier) + 1}年平均" if self.earlier else ""
        return YEAR_NAMES[rule.year] + METHOD_NAMES[rule.method] + years + times

    @property
    def name(self) -> str:
        """The indicator's name, with the group the baseline holds for."""
        return self.indicator.named(self.group)


NOTHING = Statistics(np.nan, np.nan, 0, np.nan, 0, np.nan, np.nan, np.nan, -1)


def statistics(
    values: Values, included: BoolArray, scale: float = 1.0, *, middle: bool = True
) -> Statistics:
    """Sum up an indicator over the ``included`` firms; totals say nothing of a growth.

    Without ``middle`` median and lowest are left out, which takes as long as all else.
    """
    return statistics_by_row(values.as_table(), included, [scale], [middle])[0]


def statistics_by_row(
    values: Values, included: BoolArray, scales: Sequence[float], middle: Sequence[bool]
) -> list[Statistics]:
    """Sum up each indicator of a table over the ``included`` firms, as ``statistics`` does one."""
    both = counted = included
    if not values.complete:
        both = _having(included, values.numerator, values.denominator)
        counted = _having(included, values.value)
    numerators, denominators = _totals(both, values.numerator, values.denominator)
    (totals,) = _totals(counted, values.value)
    reporting, counts = _counts(both, len(scales)), _counts(counted, len(scales))
    holders, highest, second = _best_two(values.value, counted)
    found = []
    for k, (scale, count) in enumerate(zip(scales, counts, strict=True)):
        numerator, denominator = numerators[k], denominators[k]
        divisible = reporting[k] and denominator > 0 and values.before is None
        median = lowest = np.nan
        if count and middle[k]:
            known = values.value[k][counted if counted.ndim == 1 else counted[k]]
            median, lowest = float(np.median(known)), float(known.min())
        found.append(
            Statistics(
                numerator if reporting[k] else np.nan,
                denominator if reporting[k] else np.nan,
                reporting[k],
                numerator / denominator * scale if divisible else np.nan,
                count,
                totals[k] / count if count else np.nan,
                highest[k] if count else np.nan,
                second[k] if count > 1 else np.nan,
                holders[k] if count else -1,
                median,
                lowest,
            )
        )
    return found


def _having(included: BoolArray, *tables: FloatArray) -> BoolArray:
    """Return which of the included firms have a figure in all tables.

    By firm, or by row and firm where there is a blank at all.
    """
    blank = reduce(np.logical_or, map(np.isnan, tables))
    return included & ~blank if np.count_nonzero(blank) else included


def _totals(having: BoolArray, *tables: FloatArray) -> list[list[float]]:
    """Return the totals of each table by row, over the firms that have the figures."""
    whom: BoolArray | bool = everywhere(having) or having  # a mask takes twice the time
    return [np.add.reduce(table, axis=-1, where=whom).tolist() for table in tables]


def _counts(having: BoolArray, rows: int) -> list[int]:
    """Return by row how many firms have a figure."""
    if having.ndim == 1:
        return [int(np.count_nonzero(having))] * rows
    return [int(np.count_nonzero(row)) for row in having]


def _best_two(value: FloatArray, counted: BoolArray) -> tuple[list[int], list[float], list[float]]:
    """Return by row who has the highest value, that value and the next one."""
    if not value.size:
        return [-1] * len(value), [np.nan] * len(value), [np.nan] * len(value)
    ordered = value.copy() if everywhere(counted) else np.where(counted, value, -np.inf)
    holders = ordered.argmax(axis=-1)
    places = np.arange(len(value)), holders
    highest = ordered[places].tolist()
    ordered[places] = -np.inf
    return holders.tolist(), highest, ordered[places[0], ordered.argmax(axis=-1)].tolist()


def pick(method: BaselineMethod, found: Statistics, manual: float | None = None) -> float:
    """Return the baseline that ``method`` takes from the statistics; NaN when it finds none.

    >>> pick("manual", NOTHING, 25.0)
    25.0
    """
    match method:
        case "aggregate":
            return found.aggregate
        case "mean":
            return found.mean
        case "median":
            return found.median
        case "max":
            return found.highest
        case "min":
            return found.lowest
        case "manual":
            return np.nan if manual is None else manual
    raise UsageError(f"没有基准方法“{method}”，可用：{'、'.join(get_args(BaselineMethod))}")


def baseline(
    indicator: Indicator,
    previous: Statistics | None,
    current: Statistics,
    *,
    group: str = "",
    needed: bool = True,
    year: int = 0,
) -> Baseline:
    """Find an indicator's baseline; ``previous`` is None where there is no last year (R9).

    ``needed`` says whether any participant is measured against it.  A baseline over this year's
    firms is not needed either when none of them has the indicator: then every firm is scored by
    the rule for firms without it.  ``year`` is the evaluated one, which a mean of several needs.

    A baseline must be above 0; where the score is the way between two values, better than the
    worst one, unless all firms are alike.
    """
    rule = indicator.baseline
    last = NOTHING if previous is None else previous
    manual = rule.manual_by.get(group, rule.manual)
    value = pick(rule.method, last if rule.year == "previous" else current, manual)
    told = {before: rule.earlier.get(before, np.nan) for before in rule.years_before(year)}
    if told:
        value = (value + sum(told.values())) / (1 + len(told))
    if rule.method != "manual":
        value *= rule.times
    unneeded = not needed or (
        rule.year == "current" and rule.method != "manual" and current.count == 0
    )
    usable, zero = bool(value > 0), np.nan
    if indicator.spans:
        zero, usable = _span(indicator, value, current)
    used, earlier = value if usable else np.nan, tuple(told.items())
    found = Baseline(indicator, group, used, last, current, None, earlier, zero)
    if usable or unneeded:
        return found
    return replace(found, fault=_fault(found, value, previous))


def _span(indicator: Indicator, value: float, current: Statistics) -> tuple[float, bool]:
    """Return the value that scores 0, and whether there is a way from it to the baseline."""
    higher = indicator.higher_is_better
    zero = current.lowest if higher else current.highest
    if isclose(value, zero, rel_tol=TOLERANCE):  # quotients of firms that are alike (R11)
        return value, isclose(current.lowest, current.highest, rel_tol=TOLERANCE)
    wrong = value < zero if higher else value > zero
    return zero, not (np.isnan(value) or wrong)


def _fault(found: Baseline, value: float, previous: Statistics | None) -> BaselineFault:
    kind, said = _reason(found, value, previous)
    told = f"指标“{found.name}”没有可用的基准值：{said}"
    return BaselineFault(found.indicator.id, kind, told)


def _reason(found: Baseline, value: float, previous: Statistics | None) -> tuple[FaultKind, str]:
    """Return of what kind it is that a baseline lacks, and what that is in words."""
    i, rule = found.indicator, found.indicator.baseline
    lacking = "、".join(f"{year}年" for year, figure in found.earlier if np.isnan(figure))
    method = METHOD_NAMES[rule.method]
    if i.spans and not np.isnan(value):
        side = "不高于本年最低" if i.higher_is_better else "不低于本年最高"
        return "no_way", (
            f"{found.origin}{show_number(value)}{side}{show_number(found.zero)}，"
            "极差计分要取最好的一户或更好的值"
        )
    if rule.method == "manual" and np.isnan(value):
        return "manual", "没有填写人工核定基准值"
    if rule.method == "manual":
        return "manual", f"人工核定基准值{show_number(value)}不大于0"
    if i.growth and rule.method == "aggregate":
        return "method", "增长率不能用总量法，请改用别的基准方法"
    if i.growth and rule.year == "previous":
        return "method", "增长率没有上年的，不能按上年确定基准值"
    if lacking:
        return "earlier", f"按{rule.years}年平均，方案的 earlier 里缺{lacking}的基准值"
    if rule.year == "previous" and previous is None:
        return "", "没有上年数据，无法按上年确定基准值"
    if np.isnan(value):
        return "", f"{YEAR_NAMES[rule.year]}参评企业没有可用的数据，{method}算不出来"
    return "not_positive", f"{YEAR_NAMES[rule.year]}{method}为{show_number(value)}，不大于0"
