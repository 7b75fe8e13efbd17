"""The functions under a scheme of sums, min-max and joined firms: see tests/engine/test_pieces.

The columns are land, national, local, power, gas, output, staff; the group is the only grouping.
Baselines: tax per mu 4, output per energy 4.5, energy per output 200/9, output a head 10.
"""

from __future__ import annotations

from typing import Any

import pytest

from permu_xl import functions
from permu_xl.functions.values import ErrorValue
from tests.functions.support import DIV0, NA, NUM, VALUE, column, flat

ROWS: list[list[Any]] = [
    [4, 20, None, 5, 1, 100, 10],
    [2, 20, 20, 10, 0, 80, 8],
    [10, 30, 20, 20, 2, 120, 10],
    [3, 6, 0, 10, None, 30, 5],
    [10, 10, 10, 10, 2, 120, 15],
]
GROUPS = [["G"], ["G"], [None], [None], [None]]
BASELINES = [4, 4.5, 200 / 9, 10]


def evaluated(
    rows: list[list[Any]] = ROWS, groups: Any = GROUPS, baselines: Any = BASELINES
) -> list[list[Any]]:
    arguments = [rows, [baselines], None, None, None, "toy_pieces", groups]
    return functions.call("PERMU_EVALUATE", arguments)


def test_a_group_is_one_firm_by_hand(pieces: str) -> None:
    first, second, third, fourth, fifth = evaluated()
    assert first[:13] == second[:13]
    assert first[13] == "与第2行合并评价（一3），指标和得分按合计"
    assert first[:4] == pytest.approx([10, 4.5, 200 / 9, 10])
    assert first[4:8] == pytest.approx([60, 20, 10, 10])
    assert third[4:8] == pytest.approx([50, 0, 0, 12])
    assert fourth[4:8] == pytest.approx([20, 0, 0, 6])
    assert fifth[4:8] == pytest.approx([20, 8, 6, 8])
    # Totals 100, 62, 26, 42; ranks 1 1 2 4 3; 25 % of 4 is A, to 75 % B.
    assert [row[11] for row in (first, second, third, fourth, fifth)] == [1, 1, 2, 4, 3]
    assert [row[12] for row in (first, second, third, fourth, fifth)] == list("AABCB")


def test_without_groups_everybody_is_alone(pieces: str) -> None:
    first, second, *_ = evaluated(groups=None)
    assert first[0] == pytest.approx(5)  # 20 / 4
    assert second[0] == pytest.approx(20)  # 40 / 2


def test_a_fault_of_a_member_is_the_groups(pieces: str) -> None:
    rows = [[*ROWS[0][:2], "很多", *ROWS[0][3:]], *ROWS[1:]]
    found = evaluated(rows)
    assert found[0][0] == found[1][0] == VALUE
    assert found[0][12] == VALUE
    assert found[2][0] == pytest.approx(5)


def test_a_fault_may_hide_the_worst_value(pieces: str) -> None:
    """What stands between worst and best is unknown to all where one firm's figure is."""
    found = evaluated([*ROWS[:2], [*ROWS[2][:5], "很多", 10], *ROWS[3:]])
    assert found[2][5] == found[0][5] == found[4][5] == VALUE
    assert found[3][5] == 0  # which has no figure of its own
    assert found[0][4] == pytest.approx(60)


SCORES = [[60, 20, 10, 10], [60, 20, 10, 10], [50, 0, 0, 12], [20, 0, 0, 6], [20, 8, 6, 8]]


def test_classes_of_firms_that_are_one(by_scores: str) -> None:
    def classed(bonus: Any = None, groups: Any = GROUPS) -> list[Any]:
        return flat("PERMU_CLASS", SCORES, bonus, None, None, by_scores, groups)

    assert classed() == list("AABCB")
    # 1 of 5 is A, to 3 are B.
    assert classed(groups=None) == list("ABBCC")
    assert classed(column([2, 2, None, None, None])) == list("AABCB")
    # Bonus points of one member are the group's, in what sum nobody says here.
    assert classed(column([2, None, None, None, None])) == [VALUE]


@pytest.mark.parametrize(
    ("baseline", "points"),
    [(-1, 20 * 2.5 / 3.5), (0, 20 * 2.5 / 4.5), (-4.4, 20), (None, DIV0)],
)
def test_the_best_value_may_be_of_any_sign(
    pieces: str, baseline: float | None, points: float | ErrorValue
) -> None:
    """With all output lost, -4.5 of the group is the worst and 丙 has -120 / 60 = -2."""
    lost = [[*row[:5], -row[5], row[6]] for row in ROWS]
    # Energy per output is of nobody then, and needs no best value.
    found = evaluated(lost, baselines=[4, baseline, 200 / 9, 10])
    assert found[2][5] == (points if baseline is None else pytest.approx(points))


@pytest.mark.parametrize(("baseline", "refused"), [(2.01, False), (2, True), (0, True), (-1, True)])
def test_the_best_value_is_better_than_the_worst(
    pieces: str, baseline: float, refused: bool
) -> None:
    found = evaluated(baselines=[4, baseline, 200 / 9, 10])
    assert (found == [[NUM]]) is refused
    assert refused or found[0][5] == 20


def test_one_row_cannot_explain_a_place_between_worst_and_best(pieces: str) -> None:
    assert flat("PERMU_EXPLAIN", [ROWS[2]], [BASELINES], None, "toy_pieces", [[None]]) == [NA]


def test_a_growth_needs_last_year(growing: str) -> None:
    baselines = [[4, 4.5, 100, 200 / 9, 10]]
    assert flat("PERMU_EVALUATE", ROWS, baselines, None, None, None, "toy_pieces", GROUPS) == [NA]


def test_scope_by_figures_is_not_judged_by_codes_and_dates(pieces: str) -> None:
    assert flat("PERMU_IN_SCOPE", [["3421"]], [["2010-01-01"]], 2030, "toy_pieces") == [NA]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("参评用地下限", 3),
        ("scope.limits.land.minimum", 3),
        ("能耗合计里用气的系数", 10),
        ("人均产值基准年数", 3),
        ("人均产值2027年基准值", 13),
    ],
)
def test_numbers_of_the_scheme(pieces: str, name: str, value: float) -> None:
    assert flat("PERMU_PARAM", name, "toy_pieces") == [value]


@pytest.mark.parametrize(
    ("method", "value"), [("中位数", 5), ("median", 5), ("最低值", 2), ("min", 2), ("最高值", 10)]
)
def test_the_new_methods(method: str, value: float) -> None:
    tops = column([60, 50, 6, 22.5])  # over 6, 10, 3, 4.5: 10, 5, 2, 5
    assert flat("PERMU_BASELINE", tops, column([6, 10, 3, 4.5]), method) == [value]


@pytest.mark.parametrize("form", ["极差", "min_max", "max_min"])
def test_a_single_score_knows_no_worst_value(form: str) -> None:
    assert flat("PERMU_SCORE", 3, 4.5, 20, 1, None, form) == [NA]
