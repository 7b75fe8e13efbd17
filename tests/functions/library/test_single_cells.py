"""Single cells go a quicker way than blocks; nothing of the result may differ, not a bit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from permu_xl import functions
from permu_xl.functions import REGISTRY
from tests.functions.support import NUM, one
from tests.functions.test_any_input import scalars

numbers = st.one_of(st.floats(), st.floats(-5, 5), st.sampled_from([0.0, -0.0, 1e-320, 1e308]))
cells = st.one_of(numbers, numbers, st.none(), scalars)

SEPARATE = {
    name: [a.name for a in function.arguments if a.name not in ("scheme", "form", "floor")]
    for name, function in REGISTRY.items()
    if function.result.separate
}
"""The arguments of the functions in which every row is by itself."""


@given(st.sampled_from(sorted(REGISTRY)), st.lists(cells, max_size=6))
@settings(max_examples=400, deadline=None)
@example("PERMU_SCORE", [5.0, 10.0, 30.0])
def test_a_value_and_a_block_of_one_cell_are_the_same(name: str, args: Sequence[Any]) -> None:
    expected = repr(functions.call(name, [[[cell]] for cell in args]))
    assert repr(functions.call(name, args)) == expected
    assert repr(functions.call(name, [((cell,),) for cell in args])) == expected


@pytest.mark.parametrize("name", SEPARATE)
@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_cell_alone_and_in_a_column_are_the_same(name: str, data: st.DataObject) -> None:
    firms = data.draw(st.lists(st.tuples(*[cells] * len(SEPARATE[name])), min_size=2, max_size=12))
    columns = [[[cell] for cell in column] for column in zip(*firms, strict=True)]
    together = functions.call(name, columns)
    alone = [functions.call(name, firm)[0] for firm in firms]
    assert repr(together) == repr(alone)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((-0.0, 10.0, 30.0, 1.2), "0.0"),
        ((-1.0, 10.0, 30.0, 1.2), "0.0"),
        ((None, 10.0, 30.0, 1.2), "0.0"),
        ((13.0, 10.0, 30.0, 1.2), "36.0"),
        ((1e308, 1e-308, 30.0, 1.2), "36.0"),
    ],
)
def test_limits_of_a_score(arguments: Sequence[Any], expected: str) -> None:
    assert repr(one("PERMU_SCORE", *arguments)) == expected
    assert repr(one("PERMU_SCORE", *([[cell]] for cell in arguments))) == expected


def test_a_limit_beyond_all_numbers() -> None:
    assert one("PERMU_SCORE", 1e308, 0.1, 1e308, 10.0) is NUM
