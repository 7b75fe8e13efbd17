"""Whatever stands in the cells: no exception, and a result of the promised shape."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from permu_xl import functions
from permu_xl.functions import REGISTRY, ErrorValue
from permu_xl.schemes import DEFAULT, load
from tests.functions.support import cells_of

Shape = tuple[int, int]

scalars = st.one_of(
    st.none(),
    st.sampled_from(["", " ", "是", "否", "A", "用地", "3421", "C0610", "2021", "１，２３４．５"]),
    st.sampled_from(["#N/A", "#VALUE!", "aggregate", "最高值", "shenyang_2021", "亩均税收权重"]),
    st.sampled_from([*ErrorValue, *(str(error) for error in ErrorValue)]),
    st.sampled_from([0, 1, -1, 10, 2021, 43586, 610, 10**400, np.int64(5), np.float64(2.5)]),
    st.integers(),
    st.floats(),
    st.floats(0, 100),
    st.booleans(),
    st.decimals(),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.text(max_size=8),
    st.binary(max_size=3),
)
likely_numbers = st.one_of(st.floats(0, 100), st.floats(-5, 5), st.none(), scalars)


def block(shape: Shape, cells: st.SearchStrategy[Any] = likely_numbers) -> st.SearchStrategy[Any]:
    """A block of a shape, as lists or, as COM gives it, as tuples."""
    rows, columns = shape
    row = st.lists(cells, min_size=columns, max_size=columns)
    lists = st.lists(row, min_size=rows, max_size=rows)
    return st.one_of(lists, lists.map(lambda block: tuple(map(tuple, block))))


sides = st.integers(1, 6)
shapes = st.tuples(sides, sides)
anything = st.one_of(
    scalars,
    st.lists(scalars, max_size=4),
    shapes.flatmap(lambda shape: block(shape, scalars)),
    st.lists(st.lists(scalars, max_size=3), max_size=3),  # ragged
    st.just(np.ones((2, 2, 2))),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
)


def check(grid: Any, *promised: Shape) -> None:
    """Assert a rectangle of plain cells: of a promised shape, or one error for the whole call."""
    assert isinstance(grid, list)
    assert all(isinstance(row, list) for row in grid)
    widths = {len(row) for row in grid}
    assert len(widths) == 1
    width = widths.pop()
    assert width >= 1
    for cell in cells_of(grid):
        assert type(cell) in (float, str, bool, ErrorValue)
        assert not isinstance(cell, float) or np.isfinite(cell)
    if promised and (len(grid), width) not in promised:
        assert (len(grid), width) == (1, 1)
        assert isinstance(grid[0][0], ErrorValue)
        assert functions.last_error()
    assert "程序出错" not in functions.last_error()


@given(st.sampled_from(sorted(REGISTRY)), st.lists(anything, max_size=7))
@settings(max_examples=600, deadline=None)
@example("PERMU_RANK", [[1e308, -1e308]])
@example("PERMU_TOTAL", [[1e308, 1e308]])
@example("PERMU_CLASS", [[[1e308] * 6, [-1e308] * 6]])
@example("PERMU_IN_SCOPE", ["3421", dt.datetime.min, 1900])
@example("PERMU_IN_SCOPE", [Decimal("Infinity"), dt.date.max, 2199])
@example("PERMU_CHECK_CODE", [float("-inf")])
def test_any_call_gives_a_block(name: str, args: Sequence[Any]) -> None:
    check(functions.call(name, args))


SINGLE = ("scheme", "form", "method")
"""Arguments that must be one known word: drawn by ``test_any_call``, left out here."""


@pytest.mark.parametrize("name", REGISTRY)
@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_fitting_call_gives_a_block_of_the_shape_declared(name: str, data: st.DataObject) -> None:
    function, rows = REGISTRY[name], data.draw(st.integers(1, 12))
    id = data.draw(st.sampled_from(["shenyang_2021", "anyang_2018"]))
    rules = load(id if "scheme" in [a.name for a in function.arguments] else DEFAULT)
    shapes = {
        argument.name: argument.kind.shape(rules, rows)
        for argument in function.arguments
        if argument.name not in SINGLE
    }
    given_shapes = [shapes.get(argument.name, (0, 0)) for argument in function.arguments]
    args = [data.draw(block(shape)) if shape[1] else None for shape in given_shapes]
    args = [
        id if a.name == "scheme" else arg for a, arg in zip(function.arguments, args, strict=True)
    ]
    check(functions.call(name, args), function.result.shape(shapes, rules))


@pytest.mark.parametrize("name", [n for n, f in REGISTRY.items() if f.result.separate])
@given(st.data(), shapes)
@settings(max_examples=60, deadline=None)
def test_blocks_are_spread(name: str, data: st.DataObject, shape: Shape) -> None:
    rows, columns = shape
    several = st.sampled_from([(rows, columns), (1, columns), (rows, 1), (1, 1)])
    count = sum(argument.name not in SINGLE for argument in REGISTRY[name].arguments)
    args = [data.draw(block(shape))]
    args += [data.draw(several.flatmap(block)) for _ in range(count - 1)]
    check(functions.call(name, args), shape)


# ---- one row does not change another -------------------------------------------------------------

clean = st.one_of(st.floats(-10, 100), st.none())


@given(st.data(), st.integers(2, 12))
@settings(max_examples=100, deadline=None)
def test_a_spoilt_cell_leaves_the_other_firms_points_alone(data: st.DataObject, rows: int) -> None:
    table = data.draw(st.lists(st.lists(clean, min_size=8, max_size=8), min_size=rows))
    place = data.draw(st.integers(0, len(table) - 1))
    column = data.draw(st.integers(0, 7))
    baselines = [4, 20, 3, 20, 4, 10]
    before = functions.call("PERMU_EVALUATE", [table, baselines])
    spoilt = [list(row) for row in table]
    spoilt[place][column] = ErrorValue.REF
    after = functions.call("PERMU_EVALUATE", [spoilt, baselines])
    for k, (old, new) in enumerate(zip(before, after, strict=True)):
        if k != place:
            assert new[:15] == old[:15]
            assert new[15:17] == ([ErrorValue.REF] * 2 if old[16] else ["", ""])
            assert new[17] == old[17]
    assert ErrorValue.REF in after[place]
