"""Orders, ties, ranks and cut lines: readings R11 and R16."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from permu_xl.engine.ranking.ordering import (
    competition_rank,
    cut_at,
    descending,
    run_starts,
)

NAMES = np.array(["a", "b", "c", "d", "e"], dtype=object)


def order(*keys: list[float], names: np.ndarray = NAMES) -> list[int]:
    arrays = [np.array(key, dtype=float) for key in keys]
    return descending(np.arange(len(keys[0])), arrays, names.take).firms.tolist()


def test_runs_begin_beyond_the_tolerance() -> None:
    assert run_starts(np.array([5e-10, 0.0])).tolist() == [True, False]  # below 1e-9
    assert run_starts(np.array([1e-9, 0.0])).tolist() == [True, False]  # at
    assert run_starts(np.array([1.1e-9, 0.0])).tolist() == [True, True]  # above
    assert run_starts(np.array([])).tolist() == []
    assert run_starts(np.array([7.0])).tolist() == [True]


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


@given(st.lists(st.tuples(*[st.integers(0, 2)] * 3), max_size=40))
def test_equal_firms_keep_their_order(rows: list[tuple[int, int, int]]) -> None:
    first, second, name = (
        (list(column) for column in zip(*rows, strict=True)) if rows else ([],) * 3
    )
    names = np.array([str(each) for each in name], dtype=object)
    by_hand = sorted(range(len(rows)), key=lambda i: (-first[i], -second[i], name[i], i))
    assert order(first, second, names=names) == by_hand


def test_only_the_given_firms_are_ordered() -> None:
    firms = np.array([4, 0, 2])
    found = descending(firms, [np.array([1.0, 9, 3, 9, 2])], NAMES.take)
    assert found.firms.tolist() == [2, 4, 0]


def test_competition_rank() -> None:
    totals = np.array([90.0, 70, 90, 60, 70, 99])
    firms = np.array([0, 1, 2, 3, 4])
    names = np.array(list("abcdef"), dtype=object)
    ranks = competition_rank(descending(firms, [totals], names.take), 6)
    assert ranks.tolist() == [1, 3, 1, 5, 3, 0]


def test_cut_lines() -> None:
    found = descending(np.arange(4), [np.array([4.0, 3, 3, 1])], NAMES.take)
    ends = [(c.above, c.below, c.tied) for c in (cut_at("", found, place) for place in range(5))]
    assert ends == [
        (-1, 0, False),
        (0, 1, False),
        (1, 2, True),
        (2, 3, False),
        (3, -1, False),
    ]
