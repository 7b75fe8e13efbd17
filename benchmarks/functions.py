"""What a call of a worksheet function costs, measured side by side in one run.

The first table is about PERMU_EVALUATE for n firms: the engine's ``evaluate``; the cells made into
an array and a result of 18 columns made into lists of cells; the whole call with the cells as a
host passes them; the same call with every number as text.

The second is about hosts, for 2,000 firms: a direct call; xlwings' conversion of arguments and
result around it; the real COM chain under Wine, with values as our VBA passes them and with ranges
as xlwings' own wrappers do. "cell by cell" is a column of formulas with one call each, "array" one
formula over the column. Excel itself has never been measured; Wine's COM is no measure of its
speed, only of what costs more than what.
Usage: ``python benchmarks/functions.py [LARGEST]`` (default 20000).
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from permu_xl import functions
from permu_xl.engine.evaluation import evaluate
from permu_xl.engine.model.roster import Roster
from permu_xl.engine.model.scheme import BaselineRule
from permu_xl.schemes import load

sys.path.insert(0, str(Path(__file__).parents[1]))  # the tests are not installed
from tests.hosts.excel import wine
from tests.hosts.excel.wine import Bench, UnavailableError

REPEATS = 15


def best(action: Callable[[], object], repeat: int = REPEATS) -> float:
    """Return the shortest of several timings, in milliseconds."""
    times = []
    for _ in range(repeat):
        begin = time.perf_counter()
        action()
        times.append(time.perf_counter() - begin)
    return 1000 * min(times)


def engine_table(largest: int) -> None:
    """Print one row for each number of firms."""
    base, baselines = load(), [4.0, 20.0, 3.0, 20.0, 4.0, 10.0]
    scheme = base.with_indicators(
        tuple(
            replace(i, baseline=BaselineRule("manual", i.baseline.year, i.baseline.clause, b))
            for i, b in zip(base.indicators, baselines, strict=True)
        )
    )
    print(f"{'firms':>8} {'engine ms':>10} {'cells ms':>9} {'call ms':>8} {'as text ms':>11}")
    n = 2000
    while n <= largest:
        figures = np.exp(np.random.default_rng(1).normal(3, 1, (n, len(base.columns))))
        result = np.zeros((n, 18))
        roster = Roster.from_columns(dict(zip(base.columns, figures.T, strict=True)))
        cells = figures.tolist()
        for row in cells[::9]:
            row[-1] = None
        as_text = [[None if cell is None else f"{cell:.4f}" for cell in row] for row in cells]

        def conversion(cells: list[list[float]] = cells, result: np.ndarray = result) -> None:
            np.array(cells, dtype=np.float64)
            result.tolist()

        def call(cells: list[list[float]] = cells) -> None:
            functions.call("PERMU_EVALUATE", [cells, baselines])

        engine = best(lambda roster=roster: evaluate(scheme, roster, year=2022))
        texts = best(lambda cells=as_text: call(cells))
        print(f"{n:>8} {engine:>10.2f} {best(conversion):>9.2f} {best(call):>8.2f} {texts:>11.2f}")
        n *= 10


Seconds = Callable[..., float]
"""Returns how long a call of a function takes with blocks of cells; ``repeat`` of them are made."""


def host_table(firms: int = 2000) -> None:
    """Print one row for each host."""
    print(f"\n{'':<24} {'one cell':>9} {'cell by cell':>12} {'array':>8} {'ratio':>7}", end="")
    print(f" {'district':>9} {'to direct':>9}")
    figures = np.exp(np.random.default_rng(1).normal(3, 1, (firms, 8))).tolist()
    column, baselines = [row[:1] for row in figures], [[4.0, 20.0, 3.0, 20.0, 4.0, 10.0]]
    direct = 0.0
    with contextlib.ExitStack() as stack:
        for name, seconds in hosts(stack):
            one = 1000 * seconds("PERMU_SCORE", [[5.0]], [[4.0]], [[30.0]], repeat=50)
            array = 1000 * seconds("PERMU_SCORE", column, [[4.0]], [[30.0]], repeat=10)
            district = 1000 * seconds("PERMU_EVALUATE", figures, baselines, repeat=10)
            direct = direct or district
            print(f"{name:<24} {one:>6.3f} ms {one * firms:>9.0f} ms {array:>5.1f} ms", end="")
            print(f" {one * firms / array:>6.0f}x {district:>6.1f} ms {district / direct:>8.1f}x")


def hosts(stack: contextlib.ExitStack) -> Iterator[tuple[str, Seconds]]:
    """Yield the hosts that this machine has; say what the others lack."""
    yield "direct call", direct_call
    try:
        yield "xlwings conversion", conversion_call()
    except ImportError as reason:
        print(f"xlwings conversion: {reason}")
    try:
        chain = stack.enter_context(stack.enter_context(Bench()).chain())
    except UnavailableError as reason:
        print(f"COM under Wine: {reason}")
        return
    for name, made, in_book in (
        ("COM, values (our VBA)", wine.cells, False),
        ("COM, ranges (xlwings')", wine.excel_range, True),
    ):

        def com_call(
            function: str,
            *blocks: Any,
            repeat: int,
            made: Callable[[Any], Any] = made,
            in_book: bool = in_book,
        ) -> float:
            return chain.seconds(function, *map(made, blocks), repeat=repeat, in_book=in_book)

        yield name, com_call


def direct_call(function: str, *blocks: Any, repeat: int) -> float:
    """Time ``permu_xl.functions.call``."""
    return best(lambda: functions.call(function, blocks), repeat) / 1000


def conversion_call() -> Seconds:
    """Time a call as xlwings' server makes it, without COM, on any system."""
    import xlwings
    from xlwings import conversion

    from permu_xl.hosts.excel.udfs import OPTIONS, UDFS

    class Excel:
        """As much of xlwings' Windows engine as a conversion needs."""

        name, type = "excel", "desktop"

        @staticmethod
        def clean_value_data(
            data: Any, dates: Any, empty: Any, numbers: Any, errors: Any
        ) -> list[list[Any]]:
            return [[empty if cell in ("", None) else cell for cell in row] for row in data]

        @staticmethod
        def prepare_xl_data_element(cell: Any, options: Any) -> Any:
            return "" if cell is None else cell

    xlwings.engines.add(xlwings.Engine(impl=Excel))

    def seconds(function: str, *blocks: Any, repeat: int) -> float:
        def once() -> None:
            arguments = [conversion.read(None, block, OPTIONS) for block in blocks]
            conversion.write(UDFS[function](*arguments), None, {})

        return best(once, repeat) / 1000

    return seconds


def main(largest: int) -> None:
    """Print both tables."""
    engine_table(largest)
    host_table()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
