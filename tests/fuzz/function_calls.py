"""Calls of the worksheet functions with arbitrary blocks, and the shapes that are declared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Any

import numpy as np

from permu_xl import functions
from permu_xl.functions import REGISTRY, ErrorValue
from permu_xl.functions.kinds import COLUMN, Kind
from permu_xl.schemes import load
from tests.fuzz.cell_mutations import TEXTS

Shape = tuple[int, int]

SCALARS: tuple[Any, ...] = (
    None, "", " ", 0, 1, -1, 0.5, 10, 2021, 610, 3421, 43586, 1e15, 1e308, -1e308, 5e-324,
    10**400, float("nan"), float("inf"), float("-inf"), -0.0, True, False, *ErrorValue,
    *map(str, ErrorValue),
    Decimal("1.5"), Decimal("NaN"), Decimal("Infinity"), Decimal("1e999"), dt.date(2019, 5, 1),
    dt.date.min, dt.datetime.max, dt.time(1), dt.timedelta(1), np.float64(2.5), b"x",
    np.datetime64("NaT"), np.datetime64("2019-05-01"), object(), {}, 1j, "亩均税收权重", "最高值",
    "用地", "shenyang_2021", *TEXTS,
)  # fmt: skip


def promised(name: str, shapes: Sequence[Shape]) -> Shape | None:
    """Return the shape that is declared; None where the arguments do not fit together."""
    function = REGISTRY[name]
    names = [argument.name for argument in function.arguments]
    try:
        return function.result.shape(dict(zip(names, shapes, strict=False)), load())
    except (KeyError, ValueError):
        return None


def shape_of(value: Any) -> Shape | None:
    """Return the shape of an argument as a host passes it; None for what is no rectangle."""
    if not isinstance(value, list):
        return 1, 1
    if not value:
        return None
    nested = [isinstance(row, list) for row in value]
    if not any(nested):
        return 1, len(value)
    widths = {len(row) for row in value if isinstance(row, list)}
    if not all(nested) or len(widths) != 1 or 0 in widths:
        return None
    return len(value), widths.pop()


def random_call(random: Random) -> tuple[str, list[Any]]:
    """Return a function and arguments for it, of shapes that often fit."""
    name = random.choice(sorted(REGISTRY))
    arguments = REGISTRY[name].arguments
    required = sum(not argument.optional for argument in arguments)
    count = random.randint(required, len(arguments))
    if random.random() < 0.03:
        count = random.randrange(len(arguments) + 3)
    rows = random.choice((1, 2, 3, 7, 30))
    shapes = [(rows, 1)] * 4 + [(1, 1), (rows, 6), (rows, 8), (1, 6), (6, 1), (1, rows)]
    args: list[Any] = []
    for position in range(count):
        argument = arguments[position] if position < len(arguments) else None
        kind = argument.kind if argument else COLUMN
        shape = kind.shape(load(), rows)
        if random.random() < 0.1 or not shape[1]:
            shape = random.choice(shapes)
        args.append(_block(shape, random, COLUMN if random.random() < 0.02 else kind))
    return name, args


def _block(shape: Shape, random: Random, kind: Kind) -> Any:
    odd = random.choice((0.0, 0.02, 0.2, 1.0))

    def cell() -> Any:
        if random.random() < odd:
            return random.choice(SCALARS)
        usual = (random.uniform(0, 100), random.uniform(-5, 5), None, 1.0)
        return random.choice(kind.samples or usual)

    made: Any = [[cell() for _ in range(shape[1])] for _ in range(shape[0])]
    if random.random() < 0.02:
        made[random.randrange(len(made))].append(1.0)  # ragged
    if shape == (1, 1) and random.random() < 0.5 and len(made[0]) == 1:
        return made[0][0]
    if random.random() < 0.02:
        return random.choice(([], [[]], made[0], [made[0], 1.0]))
    return made


def fault_of(name: str, args: Sequence[Any]) -> str:
    """Call a function; return what is wrong with what comes back, "" for nothing."""
    result = functions.call(name, args)
    if "程序出错" in functions.last_error():
        return functions.last_error()
    if not (isinstance(result, list) and result and all(isinstance(row, list) for row in result)):
        return f"no block: {result!r}"
    widths = {len(row) for row in result}
    if len(widths) != 1 or 0 in widths:
        return f"no rectangle: {result!r}"
    for each in (cell for row in result for cell in row):
        if type(each) not in (float, str, bool, ErrorValue):
            return f"a cell of {type(each).__name__}"
        if isinstance(each, float) and not np.isfinite(each):
            return f"a cell of {each}"
    shape = len(result), widths.pop()
    whole = shape == (1, 1) and isinstance(result[0][0], ErrorValue)
    shapes = [shape_of(arg) for arg in args]
    usable = [each for each in shapes if each is not None]
    if whole:
        return ""
    if len(usable) < len(shapes):
        return "a result from what is no rectangle"
    wanted = promised(name, usable)
    return "" if shape == wanted else f"{shape} instead of {wanted}"
