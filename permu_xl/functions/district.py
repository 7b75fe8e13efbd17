"""What a block of firms says beside its figures: bonus, flags, who takes part; and its scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from permu_xl.engine.arrays import BoolArray, FloatArray, TextArray, texts
from permu_xl.engine.evaluate import Evaluation, evaluate
from permu_xl.engine.roster import IN, OUT, Roster
from permu_xl.engine.scheme import BaselineRule, Indicator, Scheme
from permu_xl.errors import FunctionError
from permu_xl.functions.arguments import (
    Figures,
    any_fault,
    fault_where,
    figures,
    first_fault,
    marks,
)
from permu_xl.functions.blocks import Block
from permu_xl.functions.values import ErrorValue, Faults

__all__ = ["Firms", "Scored", "read_firms", "row_identity", "score_firms"]


@dataclass(frozen=True, slots=True, eq=False)
class Firms:
    """One entry a row.

    bonus : points, 0 where blank
    flags : by flag id
    included : takes part; a row without any figure never does
    concerned : takes part, or nobody knows because the cell is faulty
    *_faults : what is wrong with the cells these came from
    """

    bonus: FloatArray
    bonus_faults: Faults
    flags: Mapping[str, BoolArray]
    flag_faults: Faults
    included: BoolArray
    included_faults: Faults
    concerned: BoolArray

    def row_faults(self, faults: Faults) -> Faults:
        """Return the faults that rows show: of the cell 是否参评 first, none for firms out."""
        return first_fault(self.included_faults, faults) * self.concerned

    def rank_faults(self, total_faults: Faults) -> Faults:
        """Return the faults of ranks and classes: a row's own, else the first one of any row.

        Ranks and quotas depend on every participant, so one unknown total makes all unknown.
        """
        own = self.row_faults(total_faults)
        return first_fault(own, self.concerned * any_fault(own))


def read_firms(
    rules: Scheme,
    present: BoolArray,
    bonus: Block | None,
    flags: Block | None,
    included: Block | None,
) -> Firms:
    """Read the columns that stand beside a block of firms.

    ``present`` says which rows hold any figure; ``flags`` has a column for each flag of the
    scheme, the other two have one.  Raises FunctionError (#VALUE!) for other shapes.
    """
    size = len(present)
    points = np.zeros(size)
    bonus_faults = flag_faults = included_faults = np.zeros(size, dtype=np.int8)
    flag_marks = np.zeros((size, len(rules.flags)), dtype=bool)
    part = present
    if bonus is not None:
        _check(bonus, size, 1, "bonus")
        read = figures(bonus)
        points, bonus_faults = np.nan_to_num(read.values[:, 0]), read.faults[:, 0]
    if flags is not None:
        _check(flags, size, len(rules.flags), "flags")
        flagged = marks(flags)
        flag_marks, flag_faults = flagged.values, first_fault(*flagged.faults.T)
    if included is not None:
        _check(included, size, 1, "included")
        said = marks(included)
        part = present & (said.values | ~said.given)[:, 0]
        included_faults = said.faults[:, 0] * present
    return Firms(
        bonus=points,
        bonus_faults=bonus_faults,
        flags=dict(zip(rules.flags, flag_marks.T, strict=True)),
        flag_faults=flag_faults,
        included=part,
        included_faults=included_faults,
        concerned=part | (included_faults != 0),
    )


def _check(block: Block, rows: int, columns: int, name: str) -> None:
    if block.shape != (rows, columns):
        found = "×".join(map(str, block.shape))
        raise FunctionError("#VALUE!", f"{name}是{found}格，应为{rows}行{columns}列")


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
    total_faults: Faults


def score_firms(rules: Scheme, data: Figures, baselines: Figures, firms: Firms) -> Scored:
    """Evaluate rows of raw figures against given baselines.

    ``data`` has the scheme's columns in their order, ``baselines`` is a row with one value an
    indicator.  A baseline that is blank or <= 0 is #DIV/0!; it concerns all participants unless
    nobody has the indicator, or, where the scheme scores firms without it (R6), those that have.
    """
    bad = first_fault(baselines.faults, fault_where(~(baselines.values > 0), ErrorValue.DIV0))[0]
    usable = np.where(bad != 0, 1.0, baselines.values[0])
    size, names = len(data.values), list(rules.columns)
    roster = Roster.from_columns(
        dict(zip(names, data.values.T, strict=True)),
        names=row_identity(size).tolist(),
        bonus_points=firms.bonus,
        flags=firms.flags,
        included=np.where(firms.included, IN, OUT),
    )
    given = tuple(_given(i, float(b)) for i, b in zip(rules.indicators, usable, strict=True))
    e = evaluate(rules.with_indicators(given), roster, year=rules.valid_from.year)
    faults = dict(zip(names, data.faults.T, strict=True))
    value_faults = np.stack(
        [first_fault(faults[i.numerator], faults[i.denominator]) for i in rules.indicators], axis=1
    )
    measured = np.stack([~np.isnan(r.value) for r in e.results], axis=1)
    exempt = np.array([i.without_denominator != "zero" for i in rules.indicators])
    needed = (measured & firms.included[:, None]).any(axis=0)
    score_faults = first_fault(value_faults, bad * needed * (measured | ~exempt))
    return Scored(e, value_faults, score_faults, first_fault(*score_faults.T, firms.bonus_faults))


def _given(indicator: Indicator, value: float) -> Indicator:
    rule = indicator.baseline
    return replace(indicator, baseline=BaselineRule("manual", rule.year, rule.clause, value))
