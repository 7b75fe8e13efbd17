"""Vetoes, protection, classes up and down, fixed ones: what bears on a class whatever the place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from permu_xl.engine.model import Categories, Condition, Guard
from permu_xl.engine.model.scheme import Bound, Limit
from permu_xl.engine.ranking.guards import (
    Facts,
    guard_classes,
    guarded_firms,
    meets,
)

LETTERS = "ABCD"


def guard(limit: Limit, letter: str, when: str = "", unless: str = "", **other: Any) -> Guard:
    return Guard("g", "条", tuple(when), tuple(unless), limit, letter, "七", **other)


def categories(*texts: str) -> Categories:
    values = tuple(dict.fromkeys(texts))
    return Categories(values, np.array([values.index(text) for text in texts]))


MARKS = {"x": np.array([True, True, False, False]), "y": np.array([False, True, True, False])}
FACTS = Facts(
    MARKS,
    {
        "total": {"": np.array([90.0, 60, 59, np.nan])},
        "value": {"tax": np.array([1.9, 2, 4, np.nan])},
        "score": {"tax": np.array([0.0, 30, 36, 0])},
        "column": {"land": np.array([3.0, 5, np.nan, -1])},
    },
    categories("示范", "示范、失信", "", "诚信示范"),
    {"place": categories("城区", "县", "城区", "县")},
    {"tax": np.array([True, True, True, False])},
)


def letters(text: str) -> np.ndarray:
    return np.array([x.strip() for x in text], dtype=object)


def moved(guards: list[Guard], before: str) -> tuple[str, list[int]]:
    """Apply guards that are about every firm."""
    hits = [np.ones(len(before), dtype=bool)] * len(guards)
    by, found = guard_classes(guards, LETTERS, letters(before), hits)
    return "".join(x or " " for x in found), by.tolist()


# ---- which firms a guard is about --------------------------------------------------------------


def about(each: Guard) -> list[int]:
    return guarded_firms(each, FACTS, 4).astype(int).tolist()


def test_flags() -> None:
    assert about(guard("at_best", "C", "x")) == [1, 1, 0, 0]
    assert about(guard("at_best", "C", "xy")) == [1, 1, 1, 0]
    assert about(guard("at_best", "C", "x", "y")) == [1, 0, 0, 0]


def test_labels_are_whole_labels_of_a_cell() -> None:
    assert about(guard("up", "", labels=("示范",), steps=1)) == [1, 1, 0, 0]
    assert about(guard("up", "", labels=("示范",), unless_labels=("失信",), steps=1)) == [
        1,
        0,
        0,
        0,
    ]
    assert about(guard("up", "", labels=("示范", "诚信示范"), steps=1)) == [1, 1, 0, 1]


def test_labels_that_nobody_told_are_no_blank_labels() -> None:
    facts = Facts(MARKS, {}, None, {}, {})
    with pytest.raises(ValueError, match="示范"):
        guarded_firms(guard("up", "", labels=("示范",), steps=1), facts, 4)


@pytest.mark.parametrize(
    ("bound", "expected"),
    [  # 2 beside 1.9, 2, 4 and a firm that the indicator does not concern
        ("below", [1, 0, 0, 0]),
        ("at_most", [1, 1, 0, 0]),
        ("above", [0, 0, 1, 0]),
        ("at_least", [0, 1, 1, 0]),
    ],
)
def test_figures_below_at_and_above_the_limit(bound: Bound, expected: list[int]) -> None:
    assert meets(Condition("value", "tax", bound, 2.0), FACTS).astype(int).tolist() == expected


def test_float_noise_decides_nothing() -> None:
    facts = Facts({}, {"total": {"": np.array([0.1 + 0.2, 0.3, 0.3 - 1e-7])}}, None, {}, {})
    assert meets(Condition("total", "", "below", 0.3), facts).tolist() == [False, False, True]
    assert meets(Condition("total", "", "above", 0.3), facts).tolist() == [False, False, False]


def test_missing_figures_count_as_0() -> None:
    def met(*condition: Any) -> list[int]:
        return meets(Condition(*condition), FACTS).astype(int).tolist()

    assert met("total", "", "below", 60) == [0, 0, 1, 1]
    assert met("column", "land", "below", 5) == [1, 0, 1, 1]
    assert met("column", "land", "at_least", 0) == [1, 1, 1, 0]


def test_limits_that_differ_by_place() -> None:
    """Below 4 in towns, below 2 in counties."""
    town = Condition("value", "tax", "below", 4.0, {"place": ("城区",)})
    county = Condition("value", "tax", "below", 2.0, {"place": ("县",)})
    assert about(guard("at_best", "C", figures=(town,))) == [1, 0, 0, 0]
    assert about(guard("at_best", "C", figures=(county,))) == [0, 0, 0, 0]
    assert about(guard("at_best", "C", figures=(town, county))) == [1, 0, 0, 0]
    score = Condition("score", "tax", "at_least", 30.0)
    assert about(guard("at_worst", "B", figures=(score,))) == [0, 1, 1, 0]


# ---- where it moves them -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "before", "after"),
    [
        ("at_best", "ABCD", "BBCD"),  # better than, at and below the limit
        ("at_worst", "ABCD", "ABBB"),
        ("fixed", "ABCD", "BBBB"),
    ],
)
def test_letters(limit: Limit, before: str, after: str) -> None:
    by = [0 if a != b else -1 for a, b in zip(before, after, strict=True)]
    assert moved([guard(limit, "B", "x")], before) == (after, by)


@pytest.mark.parametrize(
    ("limit", "steps", "after"),
    [("up", 1, "AABC"), ("up", 2, "AAAB"), ("down", 1, "BCDD"), ("down", 9, "DDDD")],
)
def test_steps_end_at_the_best_and_the_last_class(limit: Limit, steps: int, after: str) -> None:
    assert moved([guard(limit, "", "x", steps=steps)], "ABCD")[0] == after


def test_only_firms_in_some_classes() -> None:
    up = guard("up", "", "x", steps=1, classes=("B", "C"))
    assert moved([up], "ABCD") == ("AABD", [-1, 0, 0, -1])


def test_each_guard_works_on_what_the_one_before_left() -> None:
    veto, shelter = guard("at_best", "C", "x"), guard("at_worst", "B", "x")
    up = guard("up", "", "x", steps=1)
    assert moved([veto, shelter], "AD") == ("BB", [1, 1])
    assert moved([shelter, veto], "AD") == ("CC", [1, 1])
    # up and then the veto, or the veto and then up
    assert moved([up, veto], "BD") == ("CC", [1, 0])
    assert moved([veto, up], "BD") == ("BC", [1, 1])
    # what stands in B only after the first guard is in B for the second
    assert moved([up, guard("fixed", "D", "x", classes=("B",))], "CB") == ("DA", [1, 0])


def test_firms_without_a_graded_letter_are_left_alone() -> None:
    before = letters(" TA")
    hits = [np.ones(3, dtype=bool)]
    for limit, letter, steps in (
        ("at_best", "C", 0), ("at_worst", "C", 0), ("fixed", "C", 0), ("up", "", 1), ("down", "", 1)
    ):  # fmt: skip
        each = guard(limit, letter, "x", steps=steps)  # type: ignore[arg-type]
        by, found = guard_classes([each], LETTERS, before, hits)
        assert found.tolist()[:2] == ["", "T"]
        assert by.tolist()[:2] == [-1, -1]
    assert before.tolist() == ["", "T", "A"]


def test_without_guards_nothing_changes() -> None:
    assert moved([], "A ") == ("A ", [-1, -1])


MOVES = st.builds(
    lambda limit, letter, steps: guard(limit, letter, "x", steps=steps),
    st.sampled_from(["at_best", "at_worst", "fixed", "up", "down"]),
    st.sampled_from(LETTERS),
    st.integers(1, 3),
)


@given(st.lists(MOVES, max_size=4), st.text(LETTERS + " ", max_size=6))
def test_letters_stay_letters_and_order_is_kept(guards: list[Guard], before: str) -> None:
    """Guards about all firms never put the worse of two firms ahead of the better one."""
    after, by = moved(guards, before)
    for a, x, position in zip(before, after, by, strict=True):
        assert (x in LETTERS) == (a in LETTERS)
        assert position < len(guards)
        for b, y in zip(before, after, strict=True):
            if a in LETTERS and b in LETTERS and a <= b:
                assert x <= y
