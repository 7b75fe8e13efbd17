"""The example of each function in cells: formula and cells fit together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from permu_xl.functions import REGISTRY
from permu_xl.functions.declare import Example, Function
from permu_xl.functions.worked_examples import constant, worked_example

RANK, EVALUATE = REGISTRY["PERMU_RANK"], REGISTRY["PERMU_EVALUATE"]


def test_titles_columns_and_references() -> None:
    found = worked_example(EVALUATE, top=5)
    assert found.formula == "=PERMU_EVALUATE(A7:H8,I7:N7,O7:O8)"
    assert (found.titles[0], found.titles[8], found.titles[14]) == ("原始数据", "基准值", "加分")
    assert (found.headers[1], found.headers[8], found.headers[14]) == ("实缴税收", "亩均税收", "")
    assert found.rows[0] == (40, 120, 800, 800, 24, 40, 200, None, 4, 20, 3, 20, 4, 10, 2)
    assert found.rows[1][8:] == (None,) * 7


@pytest.mark.parametrize("function", REGISTRY.values(), ids=list(REGISTRY))
def test_every_example_stands_in_cells(function: Function) -> None:
    found = worked_example(function)
    assert "{" not in found.formula
    assert {len(row) for row in found.rows} == {len(found.titles)}
    assert found.formula.count(":") == sum(title != "" for title in found.titles)
    assert function.example.remark[-1] == "。"


@pytest.mark.parametrize(
    ("arguments", "formula"),
    [
        ((((1, 2),), None, "甲"), '=PERMU_EVALUATE(A2:B2,,"甲")'),
        ((1.5, ((1,), (2,)), ((3, 4),)), "=PERMU_EVALUATE(1.5,A2:A3,B2:C2)"),
    ],
)
def test_formulas(arguments: tuple[object, ...], formula: str) -> None:
    function = replace(EVALUATE, example=Example("", arguments))
    assert worked_example(function).formula == formula


@pytest.mark.parametrize(
    ("value", "written"), [('说"是"', '"说""是"""'), (True, "TRUE"), (1.5, "1.5"), (3, "3")]
)
def test_constants(value: object, written: str) -> None:
    assert constant(value) == written
