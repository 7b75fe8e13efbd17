"""How long an evaluation takes beside the numpy operations it cannot do without.

Both are measured side by side in one run: ``evaluate`` for n firms, and six divisions and three
sorts of n numbers.  Usage: ``python benchmarks/engine.py [LARGEST]`` (default 1000000).
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable

import numpy as np

from permu_xl.engine.evaluate import evaluate
from permu_xl.engine.roster import Roster
from permu_xl.schemes import load

REPEATS, MANY = 7, 1_000_000
"""From many firms on, two timings are enough."""


def roster(n: int, seed: int) -> Roster:
    """Make n firms with log-normal figures."""
    draw = np.random.default_rng(seed)

    def figures(middle: float, width: float) -> np.ndarray:
        return middle * np.exp(draw.normal(0, width, n))

    land, output = figures(40, 0.8), figures(12000, 0.9)
    return Roster.from_columns(
        {
            "land": land,
            "tax": land * figures(15, 0.7),
            "output": output,
            "revenue": output * figures(1, 0.1),
            "rd": output * figures(0.02, 0.7),
            "employees": np.ceil(figures(150, 0.7)),
            "energy": output / figures(8, 0.7),
            "emission": figures(900, 1.2),
        },
        codes=[f"{i:018d}" for i in range(n)],
    )


def best(action: Callable[[], object], repeats: int) -> float:
    """Return the shortest of several timings, in seconds of processor time."""
    times = []
    for _ in range(repeats):
        begin = time.process_time()
        action()
        times.append(time.process_time() - begin)
    return min(times)


def main(largest: int) -> None:
    """Print one row for each power of ten."""
    scheme = load()
    print(f"{'firms':>10} {'evaluate s':>11} {'numpy s':>9} {'ratio':>6} {'MB':>8}")
    n = 1000
    while n <= largest:
        now, before = roster(n, 1), roster(n, 2)
        columns = list(now.numbers.values())

        def necessary(columns: list[np.ndarray] = columns) -> None:
            for k in range(6):
                np.argsort(columns[k] / columns[k + 1]) if k < 3 else columns[k] / columns[k + 1]

        repeats = 2 if n >= MANY else REPEATS
        ours = best(
            lambda now=now, before=before: evaluate(scheme, now, before, year=2022), repeats
        )
        theirs = best(necessary, repeats)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{n:>10} {ours:>11.4f} {theirs:>9.4f} {ours / theirs:>6.1f} {peak:>8.0f}", flush=True
        )
        n *= 10


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
