"""All worksheet functions, and the one way to call them."""

from __future__ import annotations

import traceback
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.errors import FunctionError
from permu_xl.functions.arguments import how_to_select
from permu_xl.functions.blocks import Block, normalise
from permu_xl.functions.declare import Argument, Function
from permu_xl.functions.faults import fault_in
from permu_xl.functions.library import (
    classes,
    groups,
    indicators,
    money,
    needed,
    parameters,
    scope,
    scores,
    sheets,
    totals,
)
from permu_xl.functions.values import ErrorValue, Grid
from permu_xl.schemes import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["REGISTRY", "call", "last_error"]

REGISTRY: Mapping[str, Function] = MappingProxyType(
    {
        function.name: function
        for module in (
            indicators,
            scores,
            totals,
            classes,
            sheets,
            needed,
            groups,
            scope,
            money,
            parameters,
        )
        for function in vars(module).values()
        if isinstance(function, Function)
    }
)
"""Every worksheet function by name, in the order of the manual."""

_last_error = ("", "")
"""Where the last faulty call stood, and why it was one."""


def call(name: str, args: Sequence[object] = (), *, place: str = "") -> Grid:
    """Call a worksheet function and return its result as rows of cells.

    An argument left out is None, or missing at the end; an optional one then has its default, a
    required one counts as a blank cell but must not be missing.  A cell of the result is a float,
    a text ("" for blank), TRUE or FALSE, or an ``ErrorValue``; nothing is ever raised.  A call
    that cannot be carried out at all gives one error cell.  ``last_error`` says why a result is or
    holds an error; ``place`` is the calling cell, where the host knows it.

    >>> call("PERMU_SCORE", [[5, 10, 13, None], 10, 30, 1.2])
    [[15.0, 30.0, 36.0, 0.0]]
    >>> call("permu_score", ["约五", 10, 30]), call("PERMU_NOTHING")
    ([[<ErrorValue.VALUE: '#VALUE!'>]], [[<ErrorValue.NAME: '#NAME?'>]])
    """
    function = REGISTRY.get(str(name).upper())
    if function is None:
        return _failed("PERMU", ErrorValue.NAME, "没有这个函数", place)
    try:
        blocks = _blocks(function, args)
        grid = _carried_out(function, blocks)
        if fault := fault_in(function, blocks, grid):
            _remember(function.name, fault, place)
        elif place and place == _last_error[0]:
            _forget()
        return grid
    except FunctionError as error:
        return _failed(function.name, ErrorValue(error.error), str(error), place)
    except Exception as error:
        # The text of an unforeseen exception may quote a firm's figures; its kind and place do not.
        at = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__}，{Path(at.filename).name}第{at.lineno}行"
        reason = f"程序出错（{where}），请告诉维护人员"
        return _failed(function.name, ErrorValue.VALUE, reason, place)


def last_error() -> str:
    """Return why the last faulty call was one, in one sentence; "" if none was.

    The sentence names the calling cell where the host has told it, function, argument and shapes,
    never a figure or a firm.  It is forgotten once the same cell gives a result without error.

    >>> call("PERMU_RANK", [[[1, 2], [3]]])
    [[<ErrorValue.VALUE: '#VALUE!'>]]
    >>> last_error()
    'PERMU_RANK：“总分”是空的，或各行长短不一，请选一片区域，如 J5:J24。'
    >>> call("PERMU_SCORE", [5, 0, 30], place="[某区.xlsm]得分!C5")
    [[<ErrorValue.DIV0: '#DIV/0!'>]]
    >>> last_error()
    '[某区.xlsm]得分!C5：PERMU_SCORE：结果是#DIV/0!：基准值空缺或不大于0。'
    >>> call("PERMU_SCORE", [5, 10, 30], place="[某区.xlsm]得分!C5"), last_error()
    ([[15.0]], '')
    """
    return _last_error[1]


def _failed(name: str, error: ErrorValue, reason: str, place: str) -> Grid:
    _remember(name, reason, place)
    return [[error]]


def _remember(name: str, reason: str, place: str) -> None:
    global _last_error
    where = f"{place}：" if place else ""
    _last_error = (place, f"{where}{name}：{reason}。")


def _forget() -> None:
    global _last_error
    _last_error = ("", "")


@np.errstate(all="ignore")
def _carried_out(function: Function, blocks: Sequence[Block | None]) -> Grid:
    return function.implementation(*blocks)


def _blocks(function: Function, args: Sequence[object]) -> list[Block | None]:
    if len(args) > len(function.arguments):
        problem = f"最多{len(function.arguments)}个参数，给了{len(args)}个"
        raise FunctionError("#VALUE!", f"{problem}；写法是 {function.chinese_signature}")
    # Single numbers, as thousands of cells pass them, need no look at the argument; NaN is blank.
    blocks = [
        normalise(given) if type(given) is float and given == given else _block(argument, given)
        for argument, given in zip(function.arguments, args, strict=False)
    ]
    for argument in function.arguments[len(args) :]:
        if not argument.optional:
            raise FunctionError("#VALUE!", f"缺少“{argument.title}”，{_how(argument)}")
        blocks.append(None)
    return blocks


def _block(argument: Argument, given: object) -> Block | None:
    if given is None and argument.optional:
        return None
    try:
        block = normalise(given)
    except FunctionError as error:
        raise FunctionError(error.error, f"“{argument.title}”{error}，{_how(argument)}") from None
    return None if argument.optional and block.is_blank_cell else block


def _how(argument: Argument) -> str:
    """Return how to fill in an argument, with the firms of an example."""
    return how_to_select(*argument.kind.shape(load(), 20))
