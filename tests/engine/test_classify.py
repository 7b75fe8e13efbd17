"""Order, halves, quotas and classes: clause 2(2), readings R13 to R17."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from permu_xl.engine.classify import (
    LOWER,
    NO_HALF,
    UPPER,
    Classes,
    classify,
    competition_rank,
    cut_at,
    descending,
    half_names,
    tie_groups,
)
from permu_xl.engine.evaluate import Evaluation, evaluate
from permu_xl.engine.review import review
from permu_xl.engine.scheme import Classification
from tests.engine.support import (
    IN_COLUMN,
    INDICATORS,
    Case,
    column,
    each_district,
    score_roster,
    score_scheme,
    shenyang,
)

SCORES = [f"{i.name}得分" for i in shenyang().indicators]
HALVES = {"前半区": UPPER, "后半区": LOWER, "": NO_HALF}


def run(district: list[Case]) -> Evaluation:
    roster = score_roster(
        np.column_stack([column(district, name) for name in SCORES]),
        codes=[row["企业代码"] for row in district],
        bonus_points=column(district, "加分"),
        flags={"off_policy": [row["不符合产业政策"] == "是" for row in district]},
        included=[IN_COLUMN[row["是否参评"]] for row in district],
    )
    return evaluate(score_scheme(), roster, year=2021)


@each_district("classes")
def test_district(district: list[Case]) -> None:
    e = run(district)
    assert e.total == pytest.approx(column(district, "总分"), abs=1e-12, nan_ok=True)
    assert e.classes.rank.tolist() == [int(row["总分排名"] or 0) for row in district]
    assert e.classes.half.tolist() == [HALVES[row["半区"]] for row in district]
    assert e.proposed.tolist() == [row["初步分类"] for row in district]
    assert e.final.tolist() == e.proposed.tolist()
    found = sorted((f.row, f.code) for f in review(e))
    wanted = [(k, row["提示代码"]) for k, row in enumerate(district) if row["提示代码"]]
    assert found == sorted(wanted)


@each_district("classes")
def test_order_of_rows_does_not_matter(district: list[Case]) -> None:
    turned = district[::-1]
    assert run(turned).proposed.tolist() == [row["初步分类"] for row in turned]


# ---- parts -------------------------------------------------------------------------------------

NAMES = np.array(["a", "b", "c", "d", "e"], dtype=object)


def order(*keys: list[float], names: np.ndarray = NAMES) -> list[int]:
    arrays = [np.array(key, dtype=float) for key in keys]
    return descending(np.arange(len(keys[0])), arrays, names).firms.tolist()


def test_tie_groups_at_the_tolerance() -> None:
    assert tie_groups(np.array([5e-10, 0.0])).tolist() == [0, 0]  # below 1e-9
    assert tie_groups(np.array([1e-9, 0.0])).tolist() == [0, 0]  # at
    assert tie_groups(np.array([1.1e-9, 0.0])).tolist() == [0, 1]  # above
    assert tie_groups(np.array([])).tolist() == []
    assert tie_groups(np.array([7.0])).tolist() == [0]


def test_order_by_one_key() -> None:
    assert order([1, 5, 3, 2, 4]) == [1, 4, 2, 3, 0]


def test_ties_go_to_the_next_key_then_to_identity() -> None:
    assert order([1, 1, 2, 1, 1], [5, 9, 0, 9, 5]) == [2, 1, 3, 0, 4]
    backwards = np.array(["e", "d", "c", "b", "a"], dtype=object)
    assert order([1, 1, 2, 1, 1], [5, 9, 0, 9, 5], names=backwards) == [2, 3, 1, 4, 0]


def test_a_tie_in_two_keys_goes_to_the_third() -> None:
    assert order([1, 1, 1, 1, 1], [2, 2, 3, 2, 2], [1, 2, 0, 2, 3]) == [2, 4, 1, 3, 0]


def test_float_noise_in_the_second_key_does_not_decide() -> None:
    # 0.1 + 0.2 is a little more than 0.3, yet "a" comes first by identity.
    assert order([1, 1], [0.3, 0.1 + 0.2]) == [0, 1]
    assert order([1, 1], [0.3, 0.3 + 1e-8]) == [1, 0]


def test_equal_second_keys_in_different_runs_do_not_merge_them() -> None:
    assert order([1, 2, 2, 1, 1], [7, 7, 7, 7, 7]) == [1, 2, 0, 3, 4]


def test_only_the_given_firms_are_ordered() -> None:
    firms = np.array([4, 0, 2])
    found = descending(firms, [np.array([1.0, 9, 3, 9, 2])], NAMES)
    assert found.firms.tolist() == [2, 4, 0]


def test_competition_rank() -> None:
    totals = np.array([90.0, 70, 90, 60, 70, 99])
    firms = np.array([0, 1, 2, 3, 4])
    names = np.array(list("abcdef"), dtype=object)
    ranks = competition_rank(descending(firms, [totals], names), 6)
    assert ranks.tolist() == [1, 3, 1, 5, 3, 0]


def test_cut_lines() -> None:
    found = descending(np.arange(4), [np.array([4.0, 3, 3, 1])], NAMES)
    ends = [(c.above, c.below, c.tied) for c in (cut_at("", found, place) for place in range(5))]
    assert ends == [
        (-1, 0, False),
        (0, 1, False),
        (1, 2, True),
        (2, 3, False),
        (3, -1, False),
    ]


def test_half_names_follow_the_share() -> None:
    rule = shenyang().classification
    assert half_names(rule) == {"upper": "前50%", "lower": "后50%"}
    assert half_names(replace(rule, upper_share=Fraction("0.4")))["lower"] == "后60%"
    assert half_names(replace(rule, upper_share=Fraction("0.125")))["upper"] == "前12.5%"


def classes(n: int, rule: Classification, flags: dict[str, list[bool]] | None = None) -> Classes:
    """Classify n firms with totals n, n-1, ... whose keys are their totals."""
    total = np.arange(n, 0, -1, dtype=float)
    names = np.array([f"{k:05d}" for k in range(n)], dtype=object)
    marks = {id: np.array(mark) for id, mark in (flags or {}).items()}
    marks.setdefault("off_policy", np.zeros(n, dtype=bool))
    keys = {selection.id: total for selection in rule.selections}
    return classify(rule, total, keys, marks, np.ones(n, dtype=bool), names)


@pytest.mark.parametrize(
    ("n", "upper", "a", "cd"),
    [
        (0, 0, 0, 0),
        (1, 0, 0, 0),
        (2, 1, 0, 0),
        (3, 1, 0, 0),
        (4, 2, 1, 0),
        (5, 2, 1, 1),
        (9, 4, 1, 1),  # 1.35 and 0.9
        (10, 5, 2, 1),
        (14, 7, 2, 1),
        (15, 7, 2, 2),  # 2.25 and 1.5
        (16, 8, 2, 2),
        (70, 35, 11, 7),
        (90, 45, 14, 9),
        (2000, 1000, 300, 200),
    ],
)
def test_class_sizes(n: int, upper: int, a: int, cd: int) -> None:
    found = classes(n, shenyang().classification)
    assert np.count_nonzero(found.half == UPPER) == upper
    assert np.count_nonzero(found.half == LOWER) == n - upper
    assert found.letter.tolist() == ["A"] * a + ["B"] * (n - a - cd) + ["C"] * cd
    assert [picked.quota for picked in found.picked] == [a, cd]


def test_a_quota_is_never_more_than_its_half() -> None:
    rule = shenyang().classification
    greedy = replace(rule, selections=tuple(replace(s, rounding="ceil") for s in rule.selections))
    one = classes(1, greedy)  # no upper half at all; 0.1 firms are rounded up to the one there is
    assert [picked.quota for picked in one.picked] == [0, 1]
    assert one.letter.tolist() == ["C"]
    assert classes(2, greedy).letter.tolist() == ["A", "C"]


def test_the_selection_may_take_from_the_other_end() -> None:
    rule = shenyang().classification
    turned = replace(
        rule,
        selections=tuple(
            replace(s, take="last" if s.take == "first" else "first") for s in rule.selections
        ),
    )
    assert "".join(classes(10, turned).letter) == "BBBAACBBBB"


def test_the_first_flag_wins() -> None:
    rule = shenyang().classification
    best, last = rule.selections
    last = replace(last, flagged={"off_policy": "D", "other": "B"})
    flags = {
        "off_policy": [False] * 18 + [True, False],
        "other": [False] * 18 + [True, True],
    }
    found = classes(20, replace(rule, selections=(best, last)), flags)
    assert found.letter.tolist()[-2:] == ["D", "B"]


def test_selections_name_their_letters() -> None:
    best, last = shenyang().classification.selections
    assert (best.letters, best.label) == (("A",), "A")
    assert (last.letters, last.label) == (("C", "D"), "C/D")
    both = replace(last, flagged={"off_policy": "D", "other": "D"})
    assert both.letters == ("C", "D")


def test_the_indicators_are_those_of_the_policy() -> None:
    assert tuple(i.id for i in shenyang().indicators) == INDICATORS
