"""The example of a function laid out in cells: what stands where, the formula, what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter

from permu_xl.functions.registry import call
from permu_xl.schemes import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from permu_xl.engine.model import Scheme
    from permu_xl.functions.declare import Argument, Function
    from permu_xl.functions.values import Grid

__all__ = ["WorkedExample", "constant", "worked_example"]


@dataclass(frozen=True, slots=True)
class WorkedExample:
    """An example in cells.

    titles : above each column the Chinese name of the argument that begins there, else ""
    headers : below them the names of the columns, () where no argument has several
    rows : the cells of the arguments side by side, None for blank
    first_row : of ``rows`` on the sheet
    formula : refers to these cells
    result : what the call gives
    """

    titles: tuple[str, ...]
    headers: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    first_row: int
    formula: str
    result: Grid


def worked_example(function: Function, top: int = 1, left: int = 1) -> WorkedExample:
    """Lay out a function's example with its titles in row ``top`` from column ``left`` on.

    >>> from permu_xl.functions.registry import REGISTRY
    >>> worked_example(REGISTRY["PERMU_RANK"], top=3, left=2).formula
    '=PERMU_RANK(B4:B8)'
    """
    given = function.example.arguments
    blocks = list(zip(function.arguments, map(_rows, given), strict=False))
    in_cells = [(argument, rows) for argument, rows in blocks if rows is not None]
    scheme = _scheme(function)
    titles: list[str] = []
    headers: list[str] = []
    for argument, rows in in_cells:
        width = len(rows[0])
        titles += [argument.title] + [""] * (width - 1)
        headers += _headers(argument, scheme, width)
    first = top + 1 + any(headers)
    height = max((len(rows) for _, rows in in_cells), default=0)
    sheet = [tuple(cell for _, rows in in_cells for cell in _row(rows, k)) for k in range(height)]
    formula = f"={function.name}({','.join(_references(given, first, left))})"
    shown = tuple(headers) if any(headers) else ()
    result = call(function.name, given)
    return WorkedExample(tuple(titles), shown, tuple(sheet), first, formula, result)


def _rows(argument: object) -> tuple[tuple[object, ...], ...] | None:
    """Return the cells of an argument; None for one that stands in the formula or is left out."""
    if not isinstance(argument, tuple):
        return None
    return argument if isinstance(argument[0], tuple) else (argument,)


def _scheme(function: Function) -> Scheme:
    for argument, given in zip(function.arguments, function.example.arguments, strict=False):
        if argument.name == "scheme" and given is not None:
            return load(str(given))
    return load()


def _headers(argument: Argument, scheme: Scheme, width: int) -> list[str]:
    names = argument.kind.headers(scheme) if argument.kind.headers else ()
    return list(names) if len(names) == width else [""] * width


def _row(rows: tuple[tuple[object, ...], ...], number: int) -> tuple[object, ...]:
    return rows[number] if number < len(rows) else (None,) * len(rows[0])


def _references(given: tuple[object, ...], first: int, column: int) -> Iterator[str]:
    for argument in given:
        rows = _rows(argument)
        if rows is None:
            yield "" if argument is None else constant(argument)
            continue
        start, column = column, column + len(rows[0])
        last = f"{get_column_letter(column - 1)}{first + len(rows) - 1}"
        yield f"{get_column_letter(start)}{first}:{last}"


def constant(value: object) -> str:
    """Write a value as a formula has it.

    >>> print(constant("甲"), constant(True), constant(1.5))
    "甲" TRUE 1.5
    """
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return str(value)
