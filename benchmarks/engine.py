"""How long an evaluation takes beside the numpy operations it cannot do without.

Measured side by side in one run: ``evaluate`` for n firms, the same for firms of whom figures are
blank or 0 here and there, and six divisions and three sorts of n numbers.
Usage: ``python benchmarks/engine.py [LARGEST]`` (default 1000000; 10000000 takes a minute and
8 GB of memory).
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable

import numpy as np

from permu_xl.engine.evaluation import evaluate
from permu_xl.engine.model.roster import Roster
from permu_xl.schemes import load

REPEATS, ENOUGH = 2, 1.0
"""How often each is timed at least, and after how many seconds that is enough."""


def roster(codes: list[str], seed: int, *, gaps: bool = False) -> Roster:
    """Make firms with log-normal figures; their codes are their names too, which saves memory.

    With ``gaps`` every figure is blank for one firm in twenty and 0 for one in fifty.
    """
    n = len(codes)
    draw = np.random.default_rng(seed)

    def figures(middle: float, width: float) -> np.ndarray:
        return middle * np.exp(draw.normal(0, width, n))

    land, output = figures(40, 0.8), figures(12000, 0.9)
    numbers = {
        "land": land,
        "tax": land * figures(15, 0.7),
        "output": output,
        "revenue": output * figures(1, 0.1),
        "rd": output * figures(0.02, 0.7),
        "employees": np.ceil(figures(150, 0.7)),
        "energy": output / figures(8, 0.7),
        "emission": figures(900, 1.2),
    }
    for column in numbers.values() if gaps else ():
        column[draw.random(n) < 0.05] = np.nan
        column[draw.random(n) < 0.02] = 0.0
    return Roster.from_columns(numbers, codes=codes, names=codes)


def best(action: Callable[[], object]) -> float:
    """Return the shortest of several timings, in seconds of processor time."""
    times: list[float] = []
    while len(times) < REPEATS or sum(times) < ENOUGH:
        begin = time.process_time()
        action()
        times.append(time.process_time() - begin)
    return min(times)


def main(largest: int) -> None:
    """Print one row for each power of ten."""
    scheme = load()
    print(
        f"{'firms':>10} {'evaluate ms':>12} {'gaps ms':>8} {'numpy ms':>10} {'ratio':>6} {'MB':>8}"
    )
    n = 1000
    while n <= largest:
        codes = [f"{i:018d}" for i in range(n)]
        now, before = roster(codes, 1), roster(codes, 2)
        columns = list(now.numbers.values())

        def necessary(columns: list[np.ndarray] = columns) -> None:
            for k in range(6):
                np.argsort(columns[k] / columns[k + 1]) if k < 3 else columns[k] / columns[k + 1]

        def whole(now: Roster = now, before: Roster = before) -> None:
            evaluate(scheme, now, before, year=2022)

        ours, theirs = best(whole), best(necessary)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        now, before = (roster(codes, seed, gaps=True) for seed in (1, 2))
        untidy = best(lambda now=now, before=before: whole(now, before))
        print(
            f"{n:>10} {1000 * ours:>12.2f} {1000 * untidy:>8.2f} {1000 * theirs:>9.2f}"
            f" {ours / theirs:>6.1f} {peak:>7.0f}",
            flush=True,
        )
        n *= 10


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
