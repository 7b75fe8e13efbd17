"""PERMU_NEED: how a firm, an item and a goal are named, and what is told where there is no figure.

The figures themselves are held against a search in tests/engine/explain/test_figure_to_reach.py.
"""

from __future__ import annotations

from typing import Any

import pytest

from permu_xl import functions
from tests.functions.support import DIV0, NA, VALUE, column, flat, one

BASELINES = [10, 10, 1, 10, 10, 10]


def firm(tax: Any) -> list[Any]:
    """20 + 5 + 15 + 15 + 15 points beside 0.3 a unit of tax."""
    return [10, tax, 100, 100, 1, 10, 10, None]


STAIRS = [firm(100 - k) for k in range(20)]
"""A is 15 % of 20, three firms; the fourth has 97."""


def needed(firm: Any = 4, item: Any = "税收", target: Any = "A", *more: Any) -> Any:
    return one("PERMU_NEED", STAIRS, BASELINES, firm, item, target, *more)


@pytest.mark.parametrize("item", ["实缴税收", "税收", " 税 ", "tax", "TAX"])
@pytest.mark.parametrize("target", ["A", "a类", "优先发展类"])
def test_names_of_items_and_classes(item: str, target: str) -> None:
    # As much as the third has is not enough, since of equal firms the first goes first.
    assert needed(4, item, target) == 98.01


@pytest.mark.parametrize("target", [3, 3.0, "3", "第3名", "前3名", "３"])
def test_a_rank_is_shared(target: Any) -> None:
    assert needed(4, "税收", target) == 98.0


def test_several_items_in_the_shape_they_are_given() -> None:
    found = flat("PERMU_NEED", STAIRS, BASELINES, 4, ["税收", None, "人员", "没有这一项"], 3)
    # 50 / 9 = 5.56 points for 9 employees, 0.56 more than for 10.
    assert found == [98.0, "", 9.0, NA]


def test_what_is_told_instead_of_a_figure() -> None:
    assert needed(1, "税收", "A") == "已达到"
    assert needed(4, "税收", "B") == "已达到"
    assert needed(20, "能耗", "A") == "单靠这一项达不到"
    out = column(["否" if k == 3 else None for k in range(20)])
    assert needed(4, "税收", "A", None, None, out) == "不参评"


def test_a_firm_by_its_name() -> None:
    names = column([f"企业{k}" for k in range(1, 20)] + ["企业1"])
    tail = (None, None, None, None, None, None, None, names)
    assert needed("企业4", "税收", "A", *tail) == 98.01
    assert needed(" 企业４", "税收", "A", *tail) == 98.01
    assert needed("企业1", "税收", "A", *tail) is NA
    assert functions.last_error() == "PERMU_NEED：“企业”里有几户这个名称，请写第几行，如 1。"
    assert needed("企业99", "税收", "A", *tail) is NA
    assert needed("企业4", "税收", "A") is NA


@pytest.mark.parametrize(
    ("firm", "target"), [(0, "A"), (21, "A"), (1.5, "A"), (4, "E"), (4, 0), (4, "前几名")]
)
def test_firms_and_goals_that_are_none(firm: Any, target: Any) -> None:
    assert needed(firm, "税收", target) is NA
    assert functions.last_error().startswith("PERMU_NEED：“")


def test_an_error_anywhere_leaves_no_rank_to_reach() -> None:
    spoilt = [firm("约"), *STAIRS[1:]]
    assert one("PERMU_NEED", spoilt, BASELINES, 4, "税收", "A") is VALUE
    assert one("PERMU_NEED", STAIRS, [0, *BASELINES[1:]], 4, "税收", "A") is DIV0


def test_the_answer_is_what_evaluate_says() -> None:
    def rank_of_the_fourth(tax: float) -> Any:
        data = [*STAIRS[:3], firm(tax), *STAIRS[4:]]
        return functions.call("PERMU_EVALUATE", [data, BASELINES])[3][15:17]

    assert rank_of_the_fourth(98.01) == [3.0, "A"]
    assert rank_of_the_fourth(98.0) == [3.0, "B"]
    assert rank_of_the_fourth(97.99) == [4.0, "B"]
