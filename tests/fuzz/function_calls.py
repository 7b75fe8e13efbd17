"""Calls of the worksheet functions with arbitrary blocks, and the shapes the manual promises."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

import numpy as np

from permu_xl import functions
from permu_xl.functions import REGISTRY, ErrorValue
from permu_xl.schemes import load
from tests.fuzz.cell_mutations import TEXTS
from tests.places import DOCS

Shape = tuple[int, int]
MANUAL = DOCS / "functions.md"

SCALARS: tuple[Any, ...] = (
    None, "", " ", 0, 1, -1, 0.5, 10, 2021, 610, 3421, 43586, 1e15, 1e308, -1e308, 5e-324,
    10**400, float("nan"), float("inf"), float("-inf"), -0.0, True, False, *ErrorValue,
    *map(str, ErrorValue),
    Decimal("1.5"), Decimal("NaN"), Decimal("Infinity"), Decimal("1e999"), dt.date(2019, 5, 1),
    dt.date.min, dt.datetime.max, dt.time(1), dt.timedelta(1), np.float64(2.5), b"x",
    np.datetime64("NaT"), np.datetime64("2019-05-01"), object(), {}, 1j, "亩均税收权重", "最高值",
    "用地", "shenyang_2021", *TEXTS,
)  # fmt: skip


@cache
def promises() -> Mapping[str, str]:
    """Return what the manual says about the result of each function."""
    text = MANUAL.read_text(encoding="utf-8")
    found = re.findall(r"^## (PERMU_\w+)\n.*?^- 结果：(.*?)$", text, re.MULTILINE | re.DOTALL)
    return dict(found)


def promised(name: str, shapes: Sequence[Shape]) -> Shape | None:
    """Return the shape that the manual promises; None where the arguments do not fit together."""
    text, k = promises()[name], len(load().indicators)
    names = [argument.name for argument in REGISTRY[name].arguments]
    known = dict(zip(names, shapes, strict=False))
    figures = [shape for argument, shape in known.items() if argument != "scheme"]
    rows = figures[0][0]
    rules: dict[str, Callable[[], Shape]] = {
        "一个单元格": lambda: (1, 1),
        "各参数按行列配成同样大小后，逐格一": lambda: np.broadcast_shapes(*figures),
        "一列，每行一个": lambda: (rows, 1),
        "一列，每行一段文字": lambda: (known["groups"][0], 1),
        "每户一行；k项指标时共2k+6列": lambda: (rows, 2 * k + 6),
        "一列；k项指标时共k+1行": lambda: (k + 1, 1),
    }
    if same := re.match(r"与 (\w+) 同样大小，逐格一", text):
        return known[same[1]]
    [rule] = [rule for beginning, rule in rules.items() if text.startswith(beginning)]
    try:
        return rule()
    except ValueError:
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
    natural: dict[str, Shape] = {
        "data": (rows, 8), "data_row": (1, 8), "scores": (rows, 6), "baselines": (1, 6),
        "scheme": (1, 1), "method": (1, 1),
    }  # fmt: skip
    args: list[Any] = []
    for position in range(count):
        wanted = arguments[position].name if position < len(arguments) else ""
        shape = natural.get(wanted, (rows, 1))
        if random.random() < 0.1:
            shape = random.choice(shapes)
        args.append(_block(shape, random, "" if random.random() < 0.02 else wanted))
    return name, args


def _block(shape: Shape, random: Random, wanted: str) -> Any:
    odd = random.choice((0.0, 0.02, 0.2, 1.0))

    def cell() -> Any:
        if random.random() < odd:
            return random.choice(SCALARS)
        if wanted in ("scheme", "method", "name", "field", "class_letter"):
            return {"scheme": None, "method": "最高值", "name": "亩均税收权重", "field": "用地",
                    "class_letter": "A"}[wanted]  # fmt: skip
        return random.choice((random.uniform(0, 100), random.uniform(-5, 5), None, 1.0))

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
