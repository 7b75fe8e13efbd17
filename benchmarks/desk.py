"""How long the desk takes to its first pages with 2,000 firms, beside ``python -c "import numpy"``.

A desk is started as a process of its own, as an icon starts it, and asked as a browser asks, by the
clock from the start: the first page without a workbook; the first picture about a workbook, which
may still tell that it is being read; the figures of all firms; and then one more page.
Usage: ``python benchmarks/desk.py [REPEATS]`` (default 5).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

FIRMS = 2000
HERE = Path(__file__).parent


def main(repeats: int) -> None:
    """Print the best of some starts: seconds on the clock, and as multiples of numpy's import."""
    with tempfile.TemporaryDirectory() as scratch:
        book = Path(scratch) / "district.xlsx"
        made = (sys.executable, HERE / "made_district.py", "clean", str(FIRMS), book)
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL)
        best: dict[str, float] = {}
        for number in range(repeats):
            state = Path(scratch) / str(number)
            rows = {"import numpy": numpy(), **desk(state), **desk(state, book)}
            best = {name: min(best.get(name, taken), taken) for name, taken in rows.items()}
    for name, taken in best.items():
        print(f"{name:<28}{taken:>8.2f} s{taken / best['import numpy']:>8.1f} x")


def numpy() -> float:
    """Return how long a process takes that imports numpy."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import numpy"], check=True)
    return time.perf_counter() - begun


def desk(state: Path, book: Path | None = None) -> dict[str, float]:
    """Start a desk, ask it for its first pages, end it; return how long each took."""
    command = [sys.executable, "-m", "permu_xl", "desk", "--no-browser"]
    environment = {**os.environ, "XDG_STATE_HOME": str(state), "LOCALAPPDATA": str(state)}
    begun = time.perf_counter()
    with subprocess.Popen(
        [*command, *([] if book is None else [str(book)])],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        assert process.stdout is not None
        key = process.stdout.readline().partition("：")[2].strip()
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        browser.open(key).read()
        origin, _, about = key.partition("/enter/")
        first = origin if book is None else f"{origin}/b/{about.partition('?b=')[2]}/"
        page = browser.open(first).read().decode()
        rows = {"first page": time.perf_counter() - begun}
        if book is not None:
            rows = {f"first picture, {FIRMS} firms": rows["first page"]}
            while "<table" not in page:
                time.sleep(0.02)
                page = browser.open(first).read().decode()
            rows["their figures"] = time.perf_counter() - begun
            again = time.perf_counter()
            browser.open(first).read()
            rows["a further page"] = time.perf_counter() - again
        process.kill()
    return rows


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
