"""The one way to call a function: names, arguments left out, failures, the last error."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from permu_xl import functions
from permu_xl.functions import registry
from permu_xl.functions.values import Grid
from permu_xl.schemes import available
from tests.functions.support import NA, NAME, VALUE


@pytest.mark.parametrize("name", ["PERMU_RANK", "permu_rank", "Permu_Rank"])
def test_names_in_any_case(name: str) -> None:
    assert functions.call(name, [[1, 2]]) == [[2.0, 1.0]]


@pytest.mark.parametrize("name", ["PERMU_NOTHING", "", "RANK", " PERMU_RANK"])
def test_unknown_names(name: str) -> None:
    assert functions.call(name, [[1, 2]]) == [[NAME]]
    assert functions.last_error() == "PERMU：没有这个函数。"


def test_missing_arguments() -> None:
    assert functions.call("PERMU_SCORE", [1, 2]) == [[VALUE]]
    assert functions.last_error() == "PERMU_SCORE：缺少参数weight。"
    assert functions.call("PERMU_SCORE") == [[VALUE]]
    assert functions.last_error() == "PERMU_SCORE：缺少参数value。"


def test_a_required_argument_given_as_none_is_a_blank_cell() -> None:
    assert functions.call("PERMU_INDICATOR", [None, 4]) == [[""]]
    assert functions.call("PERMU_INDICATOR", [[[None]], 4]) == [[""]]


def test_too_many_arguments() -> None:
    assert functions.call("PERMU_RANK", [1, 2]) == [[VALUE]]
    assert functions.last_error() == "PERMU_RANK：最多1个参数，给了2个。"


@pytest.mark.parametrize("blank", [None, "", " ", [[None]], [""], ()])
def test_blank_optional_arguments_have_their_default(blank: Any) -> None:
    expected = [[VALUE]] if blank == () else [[36.0]]
    assert functions.call("PERMU_SCORE", (20, 10, 30, blank, blank)) == expected


@pytest.mark.parametrize(
    ("name", "args", "sentence"),
    [
        ("PERMU_TOTAL", ([[1], [2, 3]],), "PERMU_TOTAL：区域是空的，或各行长短不一。"),
        ("PERMU_TOTAL", ([1, [2]],), "PERMU_TOTAL：区域里有的是行、有的是单个值。"),
        (
            "PERMU_SCORE",
            ([1, 2], [1, 2, 3], 30),
            "PERMU_SCORE：区域大小配不上（行×列：1×2、1×3、1×1）。",
        ),
        (
            "PERMU_CLASS",
            ([1, 2],),
            "PERMU_CLASS：scores有2列，方案有6项指标，应为6列。",
        ),
        (
            "PERMU_CLASS",
            ([[1] * 6], [1, 2]),
            "PERMU_CLASS：bonus是1×2格，应为1行1列。",
        ),
        (
            "PERMU_EXPLAIN",
            ([1] * 8, [1] * 5),
            "PERMU_EXPLAIN：baselines是1行5列，应为一行或一列共6格。",
        ),
        (
            "PERMU_PARAM",
            ("x", "某某公司"),
            f"PERMU_PARAM：没有这个方案，现有方案：{'、'.join(available())}。",
        ),
        ("PERMU_PARAM", ("x", NA), "PERMU_PARAM：scheme是错误值。"),
        (
            "PERMU_BASELINE",
            (1, 1, "平均"),
            "PERMU_BASELINE：没有这种基准方法，可用：总量法、企业均值、最高值。",
        ),
    ],
)  # fmt: skip
def test_last_error(name: str, args: Any, sentence: str) -> None:
    ((cell,),) = functions.call(name, args)
    assert cell in (VALUE, NA)
    assert functions.last_error() == sentence


def test_a_later_success_keeps_the_last_error() -> None:
    functions.call("PERMU_RANK", [])
    functions.call("PERMU_RANK", [1])
    assert functions.last_error() == "PERMU_RANK：缺少参数totals。"


def test_an_unforeseen_exception_becomes_an_error_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(code: object) -> Grid:
        raise RuntimeError("某某有限公司 123.45")

    function = replace(
        functions.REGISTRY["PERMU_CHECK_CODE"], name="PERMU_BROKEN", implementation=broken
    )
    monkeypatch.setattr(registry, "REGISTRY", {"PERMU_BROKEN": function})
    assert functions.call("permu_broken", ["某某有限公司"]) == [[VALUE]]
    said = functions.last_error()
    assert said.startswith("PERMU_BROKEN：程序出错（RuntimeError，test_calling.py第")
    assert "某某" not in said
    assert "123" not in said


def test_results_are_plain_values() -> None:
    grid = functions.call("PERMU_EVALUATE", [[[40, 120, 800, 800, 24, 40, 200, None]], [1] * 6])
    assert isinstance(grid, list)
    assert {type(cell) for cell in grid[0]} == {float, str}
    assert type(functions.call("PERMU_IN_SCOPE", ["3421", None, 2021])[0][0]) is bool
