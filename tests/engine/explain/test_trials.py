"""A district evaluated anew with one firm's figures changed."""

from __future__ import annotations

import numpy as np

from permu_xl.engine import evaluate
from permu_xl.engine.explain import retried
from permu_xl.engine.model import Roster
from permu_xl.schemes import load

COLUMNS = {
    "land": [10.0, 10.0, 10.0],
    "tax": [100.0, 80.0, 120.0],
    "output": [3000.0, 3000.0, 3000.0],
    "revenue": [2900.0, 2900.0, 2900.0],
    "rd": [50.0, 50.0, 50.0],
    "employees": [60.0, 60.0, 60.0],
    "energy": [200.0, 200.0, 200.0],
    "emission": [5.0, 5.0, 5.0],
}


def test_the_outcome_is_that_of_a_district_which_reports_so() -> None:
    scheme = load()
    roster, last = Roster.from_columns(COLUMNS), Roster.from_columns(COLUMNS)
    e = evaluate(scheme, roster, last, year=2022)
    tried = retried(
        e, 1, {"tax": 150.0, "land": 9.0}, bonus_points=2.0, flags={"off_policy": True}
    )  # fmt: skip
    reported = Roster.from_columns(
        {**COLUMNS, "tax": [100.0, 150.0, 120.0], "land": [10.0, 9.0, 10.0]},
        bonus_points=[np.nan, 2.0, np.nan],
        flags={"off_policy": [False, True, False]},
    )
    expected = evaluate(scheme, reported, last, year=2022)
    np.testing.assert_array_equal(tried.total, expected.total)
    assert tried.final.tolist() == expected.final.tolist()
    # Last year's mean is 300 ÷ 30 = 10: 150 ÷ 9 is over 1.2 times that, 36 points.
    assert tried.results[0].score[1] == 36.0
    # What was evaluated before is as it was.
    assert e.roster.number("tax").tolist() == [100.0, 80.0, 120.0]


def test_a_figure_that_is_not_reported_scores_nothing() -> None:
    roster, last = Roster.from_columns(COLUMNS), Roster.from_columns(COLUMNS)
    e = evaluate(load(), roster, last, year=2022)
    assert retried(e, 1, {"rd": float("nan")}).results[2].score[1] == 0.0
