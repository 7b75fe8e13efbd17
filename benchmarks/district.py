"""How long a district takes, beside what an analyst would write for it.

Whole processes in one run, for a clean and an untidy district (``made_district.py``) of each
size (two years): ``permu-xl run`` into a new file; the two pipelines of ``analyst.py``.  Where the
district is small enough for 核验, also ``permu-xl run`` on the same workbook without that
sheet, and once more on its own result.  Time is the shortest of several, wall clock and
processor; memory is the peak of the process.  Before any ratio is printed, the totals, classes
and baselines of all are compared.  The second table is about where the time of ``permu-xl run``
goes.
Usage: ``python benchmarks/district.py [REPEATS] [FIRMS ...]`` (default 3; 2000 10000 50000);
needs the extra ``benchmarks``.
"""

from __future__ import annotations

import compileall
import json
import math
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import python_calamine as calamine

HERE = Path(__file__).parent
PERMU = Path(sys.executable).with_name("permu-xl")
OURS = "permu-xl run"
KINDS = ("clean", "untidy")
COMPARED = {
    "基准值": ("指标", "采用基准值"),
    "得分": ("统一社会信用代码", "指标得分合计", "总分", "总分排名"),
    "分类结果": ("统一社会信用代码", "初步分类", "最终分类"),
}


INSTALLED = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
"""Modules are compiled once, as pip does when it installs them, and not in every process."""


class Cost(NamedTuple):
    """What one process took: seconds by the clock, seconds of processor, MB at its peak."""

    wall: float
    processor: float
    peak: float


def cost(*command: str | Path) -> Cost:
    """Run a process to its end; its words are thrown away."""
    begin = time.perf_counter()
    quiet = os.open(os.devnull, os.O_WRONLY)
    redirect = [(os.POSIX_SPAWN_DUP2, quiet, 1), (os.POSIX_SPAWN_DUP2, quiet, 2)]
    words = [str(each) for each in command]
    process = os.posix_spawn(words[0], words, INSTALLED, file_actions=redirect)
    _, status, usage = os.wait4(process, 0)
    os.close(quiet)
    if status:
        raise SystemExit(f"{' '.join(words)} failed")
    wall = time.perf_counter() - begin
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def commands(kind: str, firms: int, book: Path, out: Path) -> dict[str, list[str | Path]]:
    """Return the command of each pipeline, by its name."""
    from permu_xl.workbook.layout.proof import PROOF_LIMIT
    from permu_xl.workbook.layout.sheets import PROOF

    analyst: list[str | Path] = [sys.executable, HERE / "analyst.py"]
    found: dict[str, list[str | Path]] = {
        OURS: [PERMU, "run", book, "-o", out],
        "pandas + openpyxl": [*analyst, "openpyxl", book, out],
        "pandas + calamine + XlsxWriter": [*analyst, "xlsxwriter", book, out],
    }
    if firms <= PROOF_LIMIT:
        bare, done = (book.with_stem(f"{book.stem}-{which}") for which in ("bare", "done"))
        cost(sys.executable, HERE / "made_district.py", kind, str(firms), bare, PROOF)
        cost(PERMU, "run", book, "-o", done)
        found[f"{OURS}, no 核验"] = [PERMU, "run", bare, "-o", out]
        found[f"{OURS}, once more"] = [PERMU, "run", done, "-o", out]
    return found


def results(book: Path) -> list[Any]:
    """Return the cells that all pipelines must agree about, in the order of ``COMPARED``."""
    found: list[Any] = []
    with calamine.CalamineWorkbook.from_path(book) as workbook:
        for title, headers in COMPARED.items():
            rows = workbook.get_sheet_by_name(title).to_python()
            at = next(i for i, row in enumerate(rows) if headers[0] in row)
            columns = [rows[at].index(header) for header in headers]
            found += [row[c] for row in rows[at + 1 :] if row[columns[0]] for c in columns]
    return found


def assert_equal(ours: Sequence[Any], theirs: Sequence[Any], name: str) -> None:
    """Stop unless all cells are the same, figures within 1e-6."""
    assert len(ours) == len(theirs), f"{name}: {len(theirs)} cells for {len(ours)}"
    for one, other in zip(ours, theirs, strict=True):
        figures = isinstance(one, float) and isinstance(other, float)
        alike = math.isclose(one, other, rel_tol=0, abs_tol=1e-6) if figures else one == other
        assert alike, f"{name}: {other!r} for {one!r}"


def compare(kind: str, firms: int, repeats: int, folder: Path) -> Path:
    """Print one row for each pipeline, and return the workbook."""
    book = folder / f"{kind}{firms}.xlsx"
    cost(sys.executable, HERE / "made_district.py", kind, str(firms), book)
    ours: list[Any] = []
    best: dict[str, Cost] = {}
    sizes: dict[str, float] = {}
    pipelines = commands(kind, firms, book, folder / "out.xlsx")
    for turn in range(repeats):
        for name, command in pipelines.items():
            new = cost(*command)
            old = best.get(name, new)
            best[name] = Cost(*map(min, old, new))
            if turn == 0:
                sizes[name] = (folder / "out.xlsx").stat().st_size / 1e6
                found = results(folder / "out.xlsx")
                ours = ours or found
                assert_equal(ours, found, name)
    us = best[OURS]
    for name, each in best.items():
        print(
            f"{kind:<7}{firms:>6} {name:<32}"
            f"{each.wall:>8.2f}{each.processor:>8.2f}{each.peak:>8.0f}{sizes[name]:>8.1f}"
            f"{each.wall / us.wall:>9.1f}{each.processor / us.processor:>8.1f}"
            f"{each.peak / us.peak:>8.1f}",
            flush=True,
        )
    return book


def steps(book: Path, out: Path) -> dict[str, float]:
    """Run a district in this process and return the seconds of each step, from its start on."""
    from permu_xl.workbook.district import run

    marks = [("start", 0.0)]
    names = iter(("read", "check", "evaluate", "write"))
    run(book, out, lambda step: marks.append((next(names), time.process_time())))
    ends = [at for _, at in marks[1:]] + [time.process_time()]
    return {name: end - at for (name, at), end in zip(marks, ends, strict=True)}


def where(book: Path, repeats: int) -> None:
    """Print one row: seconds of processor by step."""
    found = []
    for _ in range(repeats):
        told = book.with_suffix(".json")
        cost(sys.executable, __file__, "steps", book, book.with_name("out.xlsx"), told)
        found.append(json.loads(told.read_text()))
    best = {name: min(each[name] for each in found) for name in found[0]}
    print(f"{book.stem:<14}" + "".join(f"{x:>10.2f}" for x in best.values()), flush=True)


def main(repeats: int, sizes: Sequence[int]) -> None:
    """Print both tables."""
    print(f"{'district':<14}{'':<32}{'wall s':>8}{'cpu s':>8}{'MB':>8}{'file MB':>8}", end="")
    print(f"{'wall, x':>9}{'cpu, x':>8}{'MB, x':>8}")
    compileall.compile_dir(HERE.parent / "permu_xl", quiet=1)
    with tempfile.TemporaryDirectory() as folder:
        books = [compare(kind, firms, repeats, Path(folder)) for firms in sizes for kind in KINDS]
        headers = ("start", "read", "check", "evaluate", "write")
        print(f"\n{'district':<14}" + "".join(f"{name:>10}" for name in headers) + "   (cpu s)")
        for book in books:
            where(book, repeats)


if __name__ == "__main__":
    if sys.argv[1:2] == ["steps"]:
        Path(sys.argv[4]).write_text(json.dumps(steps(Path(sys.argv[2]), Path(sys.argv[3]))))
    else:
        arguments = [int(each) for each in sys.argv[1:]]
        main((arguments or [3])[0], arguments[1:] or (2000, 10_000, 50_000))
