"""The figure that one item must reach: worked out by hand, and held against a dense search."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from permu_xl.engine.evaluation import Evaluation
from permu_xl.engine.explain.figure_to_reach import figure_needed
from permu_xl.engine.explain.trials import Trials, last_place
from permu_xl.engine.model.scheme import Scheme
from permu_xl.schemes import available, load
from tests.engine.explain.made_districts import made_district
from tests.engine.support import toy, tracks_scheme
from tests.reports.notices.districts import by_hand

Goal = Callable[[Evaluation], bool]

STAIRS = by_hand([float(100 - k) for k in range(20)])
"""Tax 100, 99, ..., 81 and otherwise alike: 0.3 points from one to the next."""


def rank(firm: int, place: int) -> Goal:
    return lambda e: 0 < e.classes.rank[firm] <= place


def letter(firm: int, *letters: str) -> Goal:
    return lambda e: str(e.proposed[firm]) in letters


@pytest.mark.parametrize(
    ("column", "goal", "figure"),
    [
        # As much tax as F02 has: the same total is the same rank.  For A it must be more (F02 has
        # the lower code): 98.01.
        ("tax", rank(3, 3), 98.0),
        ("tax", letter(3, "A"), 98.01),
        # Output 100 is 15 + 15 points at 100, 0.3 more at 101: 0.15 + 0.15.
        ("output", rank(3, 3), 101.0),
        # On x mu tax and output are worth 291 / x + 150 / x, now 44.1: 441 / x >= 44.4.
        ("land", rank(3, 3), 9.93),
        # 1,000 / x points for energy x, now 15 x 10 / 10: 150 / x >= 15.3 (two decimals).
        ("energy", rank(3, 3), 9.8),
        # 20 points for 1 %; 0.3 more at 1.015 %.
        ("rd", rank(3, 3), 1.02),
        # Fewer employees: 50 / x >= 5.3, and they are whole.
        ("employees", rank(3, 3), 9.0),
        # Less revenue: 0.05 r + 2,000 / r >= 25.3 is 0.05 r r - 25.3 r + 2,000 >= 0, r <= 98.052.
        ("revenue", rank(3, 3), 98.05),
        # 0.3 x 100 + ... the first place is 0.9 points away; energy alone has 3 of them.
        ("energy", rank(3, 1), 9.43),
        # 3 points of energy against 36 - 29.1 = 6.9 of tax: no energy brings the last one to A.
        ("energy", letter(19, "A"), None),
        ("emission", letter(19, "A"), None),
    ],
)
def test_by_hand(column: str, goal: Goal, figure: float | None) -> None:
    firm = 19 if figure is None else 3
    found = figure_needed(STAIRS, firm, column, goal)
    assert found == (None if figure is None else pytest.approx(figure, abs=1e-9))


def _schemes() -> list[Scheme]:
    return [*(load(id) for id in available()), toy(), tracks_scheme()]


@pytest.mark.parametrize("scheme", _schemes(), ids=lambda scheme: scheme.id)
def test_answers_hold_and_what_is_out_of_reach_is_not_found_by_search(scheme: Scheme) -> None:
    """Over two hundred districts, of each one firm, one item and one goal."""
    for seed in range(100 if scheme.id == "shenyang_2021" else 10):
        e = made_district(scheme, seed)
        if e is None or not e.graded.any():
            continue
        draw = np.random.default_rng(seed)
        firm = int(draw.choice(np.flatnonzero(e.graded)))
        column = str(draw.choice(list(scheme.columns)))
        better = scheme.graded_letters[: scheme.graded_letters.index(str(e.proposed[firm]))]
        place = int(e.classes.rank[firm]) - 1
        goal = letter(firm, *better) if better and seed % 2 else rank(firm, place)
        if goal(e):
            continue
        _check(e, firm, column, goal)


def _check(e: Evaluation, firm: int, column: str, goal: Goal) -> None:
    trials, place = Trials(e, firm), last_place(e.scheme.columns[column])
    own = float(np.nan_to_num(trials.own(column)))

    def reached(figure: float) -> bool:
        return goal(trials.evaluated({column: figure}))

    found = figure_needed(e, firm, column, goal)
    if found is not None:
        assert reached(found)
        less, more = ((round(found * place) + step) / place for step in (-1, 1))
        if own > 0:
            assert not reached(more if found < own else less), (column, own, found)
        return
    for figure in np.geomspace((own or 1) / 50, (own or 1) * 50, 60).tolist():
        assert not reached(figure), (e.scheme.id, firm, column, own, figure)
