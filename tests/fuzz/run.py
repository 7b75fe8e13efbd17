"""The long run: ``python -m tests.fuzz.run --minutes 10 --seed 1``.

Tries mutations of the seed workbooks and keeps every input that shows a fault in ``--keep``; with
``--functions``, calls of the worksheet functions instead, with ``--departments``, department tables
for ``import``.  Each input has a number; ``--seed S
--only N`` tries that one again.  Exits with 1 after a fault.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path
from random import Random

from tests.fuzz import department_trial
from tests.fuzz.function_calls import fault_of, random_call
from tests.fuzz.trial import judge, mutated
from tests.hostile.commands import Commands


def main() -> int:
    """Run for some minutes and tell what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int)
    parser.add_argument("--keep", type=Path, default=Path("fuzz-found"))
    parser.add_argument("--functions", action="store_true")
    parser.add_argument("--departments", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    if options.functions:
        return _functions(options)
    return _departments(options) if options.departments else _workbooks(options)


def _departments(options: argparse.Namespace) -> int:
    begin = time.monotonic()
    statuses: Counter[int | None] = Counter()
    faulty = number = 0
    slowest = peak = 0.0
    with Commands() as commands, tempfile.TemporaryDirectory() as scratch:
        while time.monotonic() - begin < 60 * options.minutes:
            if options.only is not None:
                number = options.only
            random = Random(f"{options.seed}/{number}")
            kind, ending, raw = department_trial.mutated(random)
            folder = Path(scratch) / "trial"
            faults, done = department_trial.judge(commands, ending, raw, folder)
            statuses[done.status] += 1
            slowest, peak = max(slowest, done.seconds), max(peak, done.peak_mb)
            if faults:
                faulty += 1
                options.keep.mkdir(parents=True, exist_ok=True)
                (options.keep / f"{options.seed}-{number}{ending}").write_bytes(raw)
                print(f"{number} {kind}: {'; '.join(faults)}", flush=True)
            if options.only is not None:
                print(done.err, done.out[-500:], sep="\n")
                break
            number += 1
    print(
        f"{statuses.total()} tables, {faulty} with faults, slowest {slowest:.1f} s, "
        f"peak {peak:.0f} MB; exit status: {dict(statuses)}"
    )
    return 1 if faulty else 0


def _functions(options: argparse.Namespace) -> int:
    begin = time.monotonic()
    faulty = number = 0
    while time.monotonic() - begin < 60 * options.minutes:
        name, args = random_call(Random(f"{options.seed}/{options.only or number}"))
        if fault := fault_of(name, args):
            faulty += 1
            print(f"{number} {name}: {fault}", flush=True)
        if options.only is not None:
            print(name, args)
            break
        number += 1
    print(f"{number} calls, {faulty} with faults")
    return 1 if faulty else 0


def _workbooks(options: argparse.Namespace) -> int:
    begin = time.monotonic()
    kinds: Counter[str] = Counter()
    statuses: Counter[int | None] = Counter()
    faulty = number = 0
    slowest = peak = 0.0
    with Commands() as commands, tempfile.TemporaryDirectory() as scratch:
        while time.monotonic() - begin < 60 * options.minutes:
            if options.only is not None:
                number = options.only
            kind, raw = mutated(Random(f"{options.seed}/{number}"))
            verdict = judge(commands, raw, Path(scratch) / "trial")
            kinds[kind.split()[1]] += 1
            statuses[verdict.run.status] += 1
            slowest = max(slowest, verdict.check.seconds, verdict.run.seconds)
            peak = max(peak, verdict.check.peak_mb, verdict.run.peak_mb)
            if verdict.faults:
                faulty += 1
                options.keep.mkdir(parents=True, exist_ok=True)
                (options.keep / f"{options.seed}-{number}.xlsx").write_bytes(raw)
                print(f"{number} {kind}: {'; '.join(verdict.faults)}", flush=True)
            if options.only is not None:
                print(verdict.check.err, verdict.run.err, verdict.run.out[-500:], sep="\n")
                break
            number += 1
    print(
        f"{sum(kinds.values())} inputs, {faulty} with faults, slowest {slowest:.1f} s, "
        f"peak {peak:.0f} MB; {dict(kinds)}; exit status of run: {dict(statuses)}"
    )
    return 1 if faulty else 0


if __name__ == "__main__":
    sys.exit(main())
