"""The one way to call a function: names, arguments left out, failures, the last error."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from permu_xl import functions
from permu_xl.functions import registry
from permu_xl.functions.values import Grid
from permu_xl.schemes import available, load
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
    assert functions.last_error() == "PERMU_SCORE：缺少“基本分值”，请选一片区域，如 J5:J24。"
    assert functions.call("PERMU_SCORE") == [[VALUE]]
    assert functions.last_error() == "PERMU_SCORE：缺少“指标值”，请选一片区域，如 J5:J24。"


def test_a_required_argument_given_as_none_is_a_blank_cell() -> None:
    assert functions.call("PERMU_INDICATOR", [None, 4]) == [[""]]
    assert functions.call("PERMU_INDICATOR", [[[None]], 4]) == [[""]]


def test_too_many_arguments() -> None:
    assert functions.call("PERMU_CHECK_CODE", [1, 2]) == [[VALUE]]
    assert (
        functions.last_error()
        == "PERMU_CHECK_CODE：最多1个参数，给了2个；写法是 PERMU_CHECK_CODE(统一社会信用代码)。"
    )


@pytest.mark.parametrize("blank", [None, "", " ", [[None]], [""], ()])
def test_blank_optional_arguments_have_their_default(blank: Any) -> None:
    expected = [[VALUE]] if blank == () else [[36.0]]
    assert functions.call("PERMU_SCORE", (20, 10, 30, blank, blank)) == expected


@pytest.mark.parametrize(
    ("name", "args", "sentence"),
    [
        ("PERMU_TOTAL", ([[1], [2, 3]],), "PERMU_TOTAL：“各项得分”是空的，"
            "或各行长短不一，请选一片区域，如 J5:O24。"),
        ("PERMU_TOTAL", ([1, [2]],), "PERMU_TOTAL：“各项得分”里有的是"
            "行、有的是单个值，请选一片区域，如 J5:O24。"),
        (
            "PERMU_SCORE",
            ([1, 2], [1, 2, 3], 30),
            "PERMU_SCORE：区域大小配不上（行×列：1×2、1×3、1×1），"
            "请选行数、列数相同的区域，如 J5:J24 和 K5:K24。",
        ),
        (
            "PERMU_CLASS",
            ([1, 2],),
            "PERMU_CLASS：“各项得分”有2列，方案有6项指标，应为6列，请选一片区域，如 J5:O5。",
        ),
        (
            "PERMU_CLASS",
            ([[1] * 6], [1, 2]),
            "PERMU_CLASS：“加分”是1×2格，应为1行1列，请选一个单元格，如 J5。",
        ),
        (
            "PERMU_EXPLAIN",
            ([1] * 8, [1] * 5),
            "PERMU_EXPLAIN：“基准值”是1行5列，应为一行或一列共6格，请选一片区域，如 J5:O5。",
        ),
        (
            "PERMU_PARAM",
            ("x", "某某公司"),
            "PERMU_PARAM：没有这个方案，可用："
            f"{'、'.join(f'{id}（{load(id).region}）' for id in available())}。",
        ),
        ("PERMU_PARAM", ("x", NA), "PERMU_PARAM：“评价方案”是错误值，请先改正那一格。"),
        (
            "PERMU_BASELINE",
            (1, 1, "最低"),
            "PERMU_BASELINE：没有这种基准方法，可用：总量法、企业均值、中位数、最高值、最低值。",
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
    assert functions.last_error() == "PERMU_RANK：缺少“总分”，请选一片区域，如 J5:J24。"


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
