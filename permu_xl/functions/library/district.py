"""What a block of firms says beside its figures: bonus, flags, who takes part; and its scores."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from permu_xl import engine
from permu_xl.engine import GRADED, join, ungraded_group
from permu_xl.engine.model import (
    IN,
    OUT,
    BaselineRule,
    BoolArray,
    FloatArray,
    IntArray,
    Roster,
    Scheme,
    TextArray,
    texts,
)
from permu_xl.errors import BaselineError, FunctionError
from permu_xl.functions.arguments import (
    Figures,
    any_fault,
    fault_where,
    figures,
    first_fault,
    how_to_select,
    marks,
)
from permu_xl.functions.library.groups import Groups, read_groups
from permu_xl.functions.values import ErrorValue, Faults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from permu_xl.engine import Evaluation, IndicatorResult
    from permu_xl.functions.blocks import Block

__all__ = ["Firms", "Scored", "check_classable", "read_firms", "row_identity", "score_firms"]

_FAR = 1e300


@dataclass(frozen=True, slots=True, eq=False)
class Firms:
    """One entry a row.

    bonus : points, 0 where blank
    flags : by flag id
    ungraded : position of the scheme's group of firms that are scored but not ranked
    groups : what sorts the firms; a faulty one keeps its firm from taking part
    included : takes part; a row without any figure or name never does
    concerned : takes part, or nobody knows because the cell is faulty
    ranking_faults : of the flags that would keep a firm from being ranked
    *_faults : what is wrong with the cells these came from
    """

    bonus: FloatArray
    bonus_faults: Faults
    flags: Mapping[str, BoolArray]
    flag_faults: Faults
    ungraded: IntArray
    ranking_faults: Faults
    groups: Groups
    included: BoolArray
    included_faults: Faults
    concerned: BoolArray

    def row_faults(self, faults: Faults) -> Faults:
        """Return the faults that rows show: of the cell 是否参评 first, none for firms out."""
        return first_fault(self.included_faults, faults) * self.concerned

    def rank_faults(self, total_faults: Faults) -> Faults:
        """Return the faults of ranks and classes: a row's own, else the first one of any row.

        Ranks and quotas depend on every firm that is ranked, so one unknown total makes all
        unknown; firms that are only scored have nothing to do with it.
        """
        ranked = self.ungraded == GRADED
        own = self.row_faults(first_fault(self.ranking_faults, total_faults) * ranked)
        return first_fault(own, self.concerned * ranked * any_fault(own))


def check_classable(rules: Scheme) -> None:
    """Raise FunctionError (#N/A) where classes rest on what no argument of a function says."""
    instead = "请用PERMU_DISTRICT，或点“整区重算”"
    if any(guard.labels or guard.unless_labels for guard in rules.guards):
        raise FunctionError("#N/A", f"方案按加分项升降分类，公式里只有加分的分数，{instead}")
    if rules.counts_unranked and rules.scope.letter:
        problem = "方案的名额也算不纳入评价的企业，公式里看不出是哪些"
        raise FunctionError("#N/A", f"{problem}，{instead}")


def read_firms(
    rules: Scheme,
    present: BoolArray,
    bonus: Block | None,
    flags: Block | None,
    included: Block | None,
    groups: Block | None,
    named: Block | None = None,
) -> Firms:
    """Read the columns that stand beside a block of firms.

    ``present`` says which rows hold any figure; rows that ``named`` gives a name are firms too.
    ``flags`` has a column for each flag of the scheme, the others have one.  Raises FunctionError
    (#VALUE!) for other shapes.
    """
    size = len(present)
    if named is not None:
        _check(named, size, 1, "企业")
        present = present | np.array([cell != "" for cell in named.cells()])
    points = np.zeros(size)
    bonus_faults = flag_faults = included_faults = np.zeros(size, dtype=np.int8)
    ranking_faults: Faults = bonus_faults
    flag_marks = np.zeros((size, len(rules.flags)), dtype=bool)
    part = present
    if bonus is not None:
        _check(bonus, size, 1, "加分")
        read = figures(bonus)
        points, bonus_faults = np.nan_to_num(read.values[:, 0]), read.faults[:, 0]
    if flags is not None:
        _check(flags, size, len(rules.flags), "标记")
        flagged = marks(flags)
        flag_marks, flag_faults = flagged.values, first_fault(*flagged.faults.T)
        keeping = {flag for group in rules.ungraded for flag in group.when}
        deciding = [k for k, flag in enumerate(rules.flags) if flag in keeping]
        ranking_faults = first_fault(ranking_faults, *flagged.faults.T[deciding])
    if included is not None:
        _check(included, size, 1, "是否参评")
        said = marks(included)
        part = present & (said.values | ~said.given)[:, 0]
        included_faults = said.faults[:, 0] * present
    sorted_by = read_groups(rules, size, groups)
    included_faults = first_fault(included_faults, sorted_by.faults * part)
    part = part & (included_faults == 0)
    by_flag = dict(zip(rules.flags, flag_marks.T, strict=True))
    if rules.joint is not None:
        told = Roster.from_columns(
            {"": np.zeros(size)},
            industries=sorted_by.industries,
            flags=by_flag,
            attributes=sorted_by.attributes,
        )
        joined = join(rules, told, part)
        by_flag = {id: joined.roster.flag(id) for id in by_flag}
        flag_faults = shared_faults(flag_faults, joined.leader)
        ranking_faults = shared_faults(ranking_faults, joined.leader)
    return Firms(
        bonus=points,
        bonus_faults=bonus_faults,
        flags=by_flag,
        flag_faults=flag_faults,
        ungraded=ungraded_group(rules.ungraded, by_flag, part),
        ranking_faults=ranking_faults,
        groups=sorted_by,
        included=part,
        included_faults=included_faults,
        concerned=part | (included_faults != 0),
    )


def _check(block: Block, rows: int, columns: int, name: str) -> None:
    if block.shape != (rows, columns):
        found = "×".join(map(str, block.shape))
        problem = f"“{name}”是{found}格，应为{rows}行{columns}列，{how_to_select(rows, columns)}"
        raise FunctionError("#VALUE!", problem)


def row_identity(size: int) -> TextArray:
    """Return an identity for each row, in their order: firms equal in all else keep it."""
    first = 10 ** len(str(size))  # from here on all numbers have the same length
    return texts(list(map(str, range(first, first + size))))


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """An evaluation and the faults of its figures: firms x indicators, and by firm."""

    evaluation: Evaluation
    value_faults: Faults
    score_faults: Faults
    bonus_faults: Faults
    total_faults: Faults


def score_firms(rules: Scheme, data: Figures, baselines: Figures, firms: Firms) -> Scored:
    """Evaluate rows of raw figures against given baselines.

    ``data`` has the scheme's columns in their order, ``baselines`` is a row with the values of
    ``rules.baseline_rows``.  A baseline that is blank or <= 0 is #DIV/0!; it concerns all
    participants measured against it unless none of them has the indicator, or, where the scheme
    scores firms without it (R6), those that have.
    """
    if rules.growing:
        name = rules.growing[0].name
        problem = f"“{name}”要与上年比，这里没有上年数据；请用 PERMU_DISTRICT 或看“得分”表"
        raise FunctionError("#N/A", problem)
    spans = np.array([i.spans for i, _ in rules.baseline_rows])
    good = (baselines.values > 0) | (spans & ~np.isnan(baselines.values))
    bad = first_fault(baselines.faults, fault_where(~good, ErrorValue.DIV0))[0]
    # Between worst and best a stand-in is no worse than the worst.
    best = [1.0 if not i.spans else _FAR if i.higher_is_better else -_FAR
            for i, _ in rules.baseline_rows]  # fmt: skip
    usable = np.where(bad != 0, best, baselines.values[0])
    names = list(rules.columns)
    roster = Roster.from_columns(
        dict(zip(names, data.values.T, strict=True)),
        codes=row_identity(len(data.values)).tolist(),
        names=[f"第{k}行" for k in range(1, len(data.values) + 1)],
        industries=firms.groups.industries,
        bonus_points=firms.bonus,
        flags=firms.flags,
        included=np.where(firms.included, IN, OUT),
        attributes=firms.groups.attributes,
    )
    try:
        e = engine.evaluate(_measured_against(rules, usable), roster, year=rules.valid_from.year)
    except BaselineError as error:
        which = "、".join(rules.indicator(id).name for id in error.problems)
        told = f"“{which}”的基准值应好于本年最差的一户，极差计分才有高低"
        raise FunctionError("#NUM!", told) from None
    faults = {
        name: shared_faults(fault, e.joined.leader)
        for name, fault in zip(names, data.faults.T, strict=True)
    }
    value_faults, score_faults, first = [], [], 0
    for result in e.results:
        i = result.indicator
        own = first_fault(*(faults[id] for id in rules.figures_of(i))) * result.concerned
        value_faults.append(own)
        # A firm without group picks the last entry, no fault.
        against = np.append(bad[first : first + len(result.baselines)], np.int8(0))[result.group]
        first += len(result.baselines)
        score_faults.append(first_fault(own, _needed(result, firms.included) * against))
        if i.spans:
            score_faults[-1] = first_fault(score_faults[-1], _of_the_worst(result, own, firms))
        if i.missing is not None and i.missing.score == "average":
            without = firms.included & (result.status == engine.AVERAGE_WITHOUT)
            scored = first_fault(firms.included_faults, score_faults[-1] * firms.included)
            anything = any_fault(scored)
            score_faults[-1] = first_fault(score_faults[-1], without * anything)
    by_firm = np.stack(score_faults, axis=1)
    counted = [faults[count.column] for count in rules.bonus.counts]
    bonus_faults = first_fault(shared_faults(firms.bonus_faults, e.joined.leader), *counted)
    total_faults = first_fault(*by_firm.T, bonus_faults)
    return Scored(e, np.stack(value_faults, axis=1), by_firm, bonus_faults, total_faults)


def shared_faults(faults: Faults, leader: IntArray) -> Faults:
    """Return the faults of firms evaluated as one: those of any of them are everybody's."""
    together: Faults = np.zeros_like(faults)
    np.maximum.at(together, leader, faults)
    shared: Faults = together[leader]
    return shared


def _of_the_worst(result: IndicatorResult, own: Faults, firms: Firms) -> Faults:
    """Return the faults of scores from the worst value, which may be in a faulty cell."""
    found = np.zeros_like(own)
    of_firms = first_fault(firms.included_faults, own * firms.included)
    for group in range(len(result.baselines)):
        here = result.group == group
        found[here & ~np.isnan(result.value)] = any_fault(of_firms * here)
    return found


def _needed(result: IndicatorResult, included: BoolArray) -> BoolArray:
    """Return which firms' scores rest on their baseline."""
    measured = ~np.isnan(result.value)
    missing = result.indicator.missing
    exempt = missing is not None and missing.score != "average"
    groups = result.group[measured & included]
    somebody: BoolArray = np.isin(result.group, groups)
    return somebody & measured if exempt else somebody


def _measured_against(rules: Scheme, values: FloatArray) -> Scheme:
    """Return the scheme with manual baselines, one for each of its ``baseline_rows``."""
    given: dict[str, dict[str, float]] = {}
    for (indicator, group), value in zip(rules.baseline_rows, values.tolist(), strict=True):
        given.setdefault(indicator.id, {})[group] = value
    return rules.with_indicators(
        tuple(replace(i, baseline=_given(i.baseline, given[i.id])) for i in rules.indicators)
    )


def _given(rule: BaselineRule, values: dict[str, float]) -> BaselineRule:
    return replace(rule, method="manual", manual=values.get(""), manual_by=values)
