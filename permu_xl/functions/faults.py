"""Why a result shows an error: one sentence about its first faulty cell, without any figure."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from permu_xl.functions.values import ErrorValue, Grid

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from permu_xl.functions.blocks import Block
    from permu_xl.functions.declare import Function

__all__ = ["fault_in"]

_OTHERWISE = {
    ErrorValue.VALUE: "参数里有不能当作数字的文字",
    ErrorValue.NUM: "参数里有不能用的数，或者结果太大",
    ErrorValue.DIV0: "除数是零",
    ErrorValue.NA: "没有这个名称",
}
"""What an error means where the function says nothing of its own."""


def fault_in(function: Function, blocks: Sequence[Block | None], grid: Grid) -> str:
    """Return why a result holds an error, "" where it holds none.

    >>> from permu_xl.functions.registry import REGISTRY
    >>> fault_in(REGISTRY["PERMU_SCORE"], [None], [[15.0], [ErrorValue.DIV0]])
    '结果第2行第1列是#DIV/0!：基准值空缺或不大于0'
    """
    if ErrorValue not in set(map(type, chain.from_iterable(grid))):
        return ""
    row, column, error = next(
        (i, j, cell)
        for i, cells in enumerate(grid, 1)
        for j, cell in enumerate(cells, 1)
        if isinstance(cell, ErrorValue)
    )
    single = len(grid) == 1 and len(grid[0]) == 1
    where = "结果" if single else f"结果第{row}行第{column}列"
    return f"{where}是{error}：{_reason(function, blocks, error)}"


def _reason(function: Function, blocks: Sequence[Block | None], error: ErrorValue) -> str:
    given = [
        argument.title
        for argument, block in zip(function.arguments, blocks, strict=False)
        if block is not None and _holds(block.others.values(), error)
    ]
    if given:
        return f"“{given[0]}”里有这个错误值，请先改正那一格"
    own = "；".join(text for each, text in function.errors if each is error)
    return own or _OTHERWISE.get(error, "参数不能用")


def _holds(cells: Iterable[object], error: ErrorValue) -> bool:
    return any(cell is error for cell in cells)
