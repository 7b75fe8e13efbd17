"""The worksheet functions as xlwings wants them: one Python function an entry of the registry.

Excel's VBA wrappers (``permu_xl.hosts.excel.setup.vba``) call them by module and name through
xlwings' COM server.  On other systems xlwings' decorators do nothing and the functions can be
called as they are; without xlwings they are plain functions.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from permu_xl.functions import REGISTRY, Function, call

_xlwings: Any
try:
    import xlwings as _xlwings
except ImportError:  # xlwings is no requirement on Linux
    _xlwings = None

OPTIONS: dict[str, Any] = {"ndim": 2, "err_to_str": True}
"""Every argument arrives as rows of cells, with errors as their texts and blanks as None."""

Udf = Callable[..., list[list[Any]]]


def _worksheet_function(function: Function) -> Udf:
    def answer(*arguments: Any) -> list[list[Any]]:
        rows = call(function.name, arguments)
        return [[_cell(value) for value in row] for row in rows]

    answer.__name__ = answer.__qualname__ = function.name
    answer.__doc__ = function.help
    answer.__module__ = __name__
    # xlwings reads names and defaults from the signature.
    answer.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(
                argument.name,
                inspect.Parameter.POSITIONAL_OR_KEYWORD,
                default=None if argument.optional else inspect.Parameter.empty,
            )
            for argument in function.arguments
        ]
    )
    return answer


def _cell(value: Any) -> Any:
    """Return an error as its text, which VBA turns into a real one; the rest as it is."""
    return value if isinstance(value, (float, int, str)) else str(value)


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
