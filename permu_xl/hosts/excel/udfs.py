"""The worksheet functions as xlwings wants them.

Excel's VBA wrappers (``permu_xl.hosts.excel.setup.vba``) all call ``answer`` through xlwings' COM
server.  ``UDFS`` are the same functions one by one, as workbooks call them that were made before.
On other systems xlwings' decorators do nothing and the functions can be called as they are;
without xlwings they are plain functions.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

from permu_xl.functions import REGISTRY, Function, call
from permu_xl.hosts.excel.error_values import error_of

_xlwings: Any
try:
    import xlwings as _xlwings
except ImportError:  # xlwings is no requirement on Linux
    _xlwings = None

OPTIONS: dict[str, Any] = {"ndim": 2, "err_to_str": True}
"""Every argument arrives as rows of cells, with errors as their texts and blanks as None."""

Udf = Callable[..., list[list[Any]]]
_F = TypeVar("_F", bound=Callable[..., Any])


def _carried_out(name: str, arguments: Sequence[Any], place: str = "") -> list[list[Any]]:
    rows = call(name, [_given(argument) for argument in arguments], place=place)
    return [[_cell(value) for value in row] for row in rows]


def _given(argument: Any) -> Any:
    """Return an argument with its ints as errors: xlwings knows seven of them by their numbers."""
    if type(argument) is int:
        return error_of(argument)
    if not isinstance(argument, (list, tuple)):
        return argument
    rows = argument if argument and isinstance(argument[0], (list, tuple)) else [argument]
    if not any(int in set(map(type, row)) for row in rows):
        return argument
    return [[error_of(cell) if type(cell) is int else cell for cell in row] for row in rows]


def _cell(value: Any) -> Any:
    """Return an error as its text, which VBA turns into a real one; the rest as it is."""
    return value if isinstance(value, (float, int, str)) else str(value)


def exposed(**options: dict[str, Any]) -> Callable[[_F], _F]:
    """Let xlwings' server call a function, with the options of its arguments.

    xlwings takes type hints for names of converters: it is shown none.
    """

    def decorate(function: _F) -> _F:
        @functools.wraps(function)
        def shown(*arguments: Any) -> Any:
            return function(*arguments)

        signature = inspect.signature(function)
        bare = [each.replace(annotation=each.empty) for each in signature.parameters.values()]
        shown.__signature__ = inspect.Signature(bare)  # type: ignore[attr-defined]
        shown.__annotations__ = {}
        del shown.__wrapped__
        made: Any = shown
        for name, given in options.items():
            made = _xlwings.arg(name, **given)(made)
        return cast("_F", _xlwings.func(made))

    return decorate if _xlwings is not None else lambda function: function


@exposed(arguments=OPTIONS)
def answer(name: str, place: str | None, *arguments: Any) -> list[list[Any]]:
    """Carry out a function by its name; ``place`` is the calling cell, None where it has none."""
    return _carried_out(name, arguments, place or "")


def _worksheet_function(function: Function) -> Udf:
    def answer_one(*arguments: Any) -> list[list[Any]]:
        return _carried_out(function.name, arguments)

    answer_one.__name__ = answer_one.__qualname__ = function.name
    answer_one.__doc__ = function.help
    answer_one.__module__ = __name__
    # xlwings reads names and defaults from the signature.
    answer_one.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(
                argument.name,
                inspect.Parameter.POSITIONAL_OR_KEYWORD,
                default=None if argument.optional else inspect.Parameter.empty,
            )
            for argument in function.arguments
        ]
    )
    return answer_one


def _for_xlwings(function: Function, made: Udf) -> Udf:
    for argument in function.arguments:
        made = _xlwings.arg(argument.name, doc=argument.help, **OPTIONS)(made)
    # Last: each xlwings.arg sets category and volatile back to their defaults.
    done: Udf = _xlwings.func(category=function.category, volatile=False)(made)
    return done


def _made(function: Function) -> Udf:
    made = _worksheet_function(function)
    return made if _xlwings is None else _for_xlwings(function, made)


UDFS: dict[str, Udf] = {name: _made(function) for name, function in REGISTRY.items()}
globals().update(UDFS)
