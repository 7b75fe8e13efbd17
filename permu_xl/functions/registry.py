"""All worksheet functions, and the one way to call them."""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np

from permu_xl.errors import FunctionError
from permu_xl.functions.blocks import Block, normalise
from permu_xl.functions.declare import Argument, Function
from permu_xl.functions.library import classes, groups, money, parameters, scope, scores, sheets
from permu_xl.functions.values import ErrorValue, Grid

__all__ = ["REGISTRY", "call", "last_error"]

REGISTRY: Mapping[str, Function] = MappingProxyType(
    {
        function.name: function
        for module in (scores, classes, sheets, groups, scope, money, parameters)
        for function in module.FUNCTIONS
    }
)
"""Every worksheet function by name, in the order of the manual."""

_last_error = ""


def call(name: str, args: Sequence[object] = ()) -> Grid:
    """Call a worksheet function and return its result as rows of cells.

    An argument left out is None, or missing at the end; an optional one then has its default, a
    required one counts as a blank cell but must not be missing.  A cell of the result is a float,
    a text ("" for blank), TRUE or FALSE, or an ``ErrorValue``; nothing is ever raised.  A call
    that cannot be carried out at all gives one error cell, and ``last_error`` says why.

    >>> call("PERMU_SCORE", [[5, 10, 13, None], 10, 30, 1.2])
    [[15.0, 30.0, 36.0, 0.0]]
    >>> call("permu_score", ["约五", 10, 30]), call("PERMU_NOTHING")
    ([[<ErrorValue.VALUE: '#VALUE!'>]], [[<ErrorValue.NAME: '#NAME?'>]])
    """
    function = REGISTRY.get(str(name).upper())
    if function is None:
        return _failed("PERMU", ErrorValue.NAME, "没有这个函数")
    try:
        return _carried_out(function, args)
    except FunctionError as error:
        return _failed(function.name, ErrorValue(error.error), str(error))
    except Exception as error:
        # The text of an unforeseen exception may quote a firm's figures; its kind and place do not.
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__}，{Path(place.filename).name}第{place.lineno}行"
        return _failed(function.name, ErrorValue.VALUE, f"程序出错（{where}），请告诉维护人员")


def last_error() -> str:
    """Return why the last call that failed as a whole did so, in one sentence; "" if none has.

    The sentence names function, argument and shapes, never a figure or a firm.

    >>> call("PERMU_RANK", [[[1, 2], [3]]])
    [[<ErrorValue.VALUE: '#VALUE!'>]]
    >>> last_error()
    'PERMU_RANK：区域是空的，或各行长短不一。'
    """
    return _last_error


def _failed(name: str, error: ErrorValue, reason: str) -> Grid:
    global _last_error
    _last_error = f"{name}：{reason}。"
    return [[error]]


@np.errstate(all="ignore")
def _carried_out(function: Function, args: Sequence[object]) -> Grid:
    return function.implementation(*_blocks(function, args))


def _blocks(function: Function, args: Sequence[object]) -> list[Block | None]:
    if len(args) > len(function.arguments):
        raise FunctionError("#VALUE!", f"最多{len(function.arguments)}个参数，给了{len(args)}个")
    blocks = [
        _block(argument, given) for argument, given in zip(function.arguments, args, strict=False)
    ]
    for argument in function.arguments[len(args) :]:
        if not argument.optional:
            raise FunctionError("#VALUE!", f"缺少参数{argument.name}")
        blocks.append(None)
    return blocks


def _block(argument: Argument, given: object) -> Block | None:
    if given is None and argument.optional:
        return None
    block = normalise(given)
    return None if argument.optional and block.is_blank_cell else block
