"""A district small enough to work out by hand, for the reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from permu_xl.engine.evaluation import Evaluation, evaluate
from permu_xl.engine.model.roster import Roster
from permu_xl.engine.model.scheme import Scheme
from permu_xl.schemes import load

YEAR = 2022


def by_hand(
    tax: Sequence[float | None], output: Sequence[float | None] | None = None, **more: Any
) -> Evaluation:
    """Evaluate firms that differ in tax (and output) only, under manual baselines.

    All have 10 mu, revenue 100, R&D 1, 10 employees, energy 10, no emission.  The baselines are 10
    万元/亩, 10 万元/亩, 1 %, 10 万元/人, 10 万元/吨标准煤.  With tax t and output w the scores are
    3t/10 points up to 36, 1.5w/10 up to 18, 20, 5, 15w/100 up to 18, and 15 where t > 0.
    """
    n = len(tax)
    numbers = {
        "land": [10.0] * n,
        "tax": tax,
        "output": output or [100.0] * n,
        "revenue": [100.0] * n,
        "rd": [1.0] * n,
        "employees": [10.0] * n,
        "energy": [10.0] * n,
        "emission": [None] * n,
    }
    roster = Roster.from_columns(numbers, codes=[f"F{i:02}" for i in range(n)], **more)
    return evaluate(manual_scheme(), roster, year=YEAR)


def manual_scheme() -> Scheme:
    """The default scheme with a round manual baseline for every indicator."""
    scheme = load()
    values = {"tax_per_mu": 10.0, "output_per_mu": 10.0, "rd_intensity": 1.0}
    return scheme.with_indicators(
        tuple(
            replace(
                i,
                baseline=replace(i.baseline, method="manual", manual=values.get(i.id, 10.0)),
            )
            for i in scheme.indicators
        )
    )
