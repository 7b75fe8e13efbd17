"""One input tried: made from a seed workbook, given to ``check`` and ``run``, judged."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import openpyxl

from tests.fuzz.cell_mutations import mutate_cells, mutate_names
from tests.fuzz.package_mutations import mutate_bytes, mutate_entries, mutate_xml, pack, unpack
from tests.hostile.commands import Commands, Done

SEEDS = Path(__file__).with_name("seeds")
FOUND = Path(__file__).with_name("found")
SECONDS, PEAK_MB = 30, 400
KINDS = ("bytes", "entries", "xml", "xml", "xml", "cells", "cells", "cells", "names", "mixed")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of an input; ``faults`` is empty when all is well."""

    faults: tuple[str, ...]
    check: Done
    run: Done


@cache
def seeds() -> Mapping[str, bytes]:
    """Return the seed workbooks by name."""
    return {path.name: path.read_bytes() for path in sorted(SEEDS.glob("*.xls[xm]"))}


def mutated(random: Random) -> tuple[str, bytes]:
    """Return a mutation of one of the seeds and what it is called."""
    name, raw = random.choice(sorted(seeds().items()))
    kind = random.choice(KINDS)
    if kind == "bytes":
        return f"{name} {kind}", mutate_bytes(raw, random)
    parts = unpack(raw)
    if kind in ("cells", "mixed"):
        parts = mutate_cells(parts, random)
    if kind == "names" or (kind == "mixed" and random.random() < 0.3):
        parts = mutate_names(parts, random)
    if kind in ("xml", "mixed"):
        parts = mutate_xml(parts, random)
    if kind == "entries":
        parts = mutate_entries(parts, random)
    return f"{name} {kind}", pack(parts)


def judge(commands: Commands, raw: bytes, folder: Path) -> Verdict:
    """Give a workbook to both commands in an empty folder and judge what they do."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    book, out = folder / "a.xlsx", folder / "b.xlsx"
    book.write_bytes(raw)
    check = commands.run("check", book, seconds=SECONDS)
    run = commands.run("run", book, "-o", out, seconds=SECONDS)
    faults = [*_faults("check", check, folder), *_faults("run", run, folder)]
    if book.read_bytes() != raw:
        faults.append("the original has changed")
    left = {each.name for each in folder.iterdir()} - {book.name}
    if left - {out.name} or (run.status not in (0, 1) and left):
        faults.append(f"left behind: {sorted(left)}")
    if run.status == 0 and not left:
        faults.append("no result")
    if {check.status, run.status} == {0, 1}:
        faults.append("check and run disagree")
    if left == {out.name}:
        faults += _faults_of_output(raw, out.read_bytes())
    return Verdict(tuple(faults), check, run)


def _faults(name: str, done: Done, folder: Path) -> list[str]:
    found = []
    if done.status not in (0, 1, 3):
        found.append(f"{name}: status {done.status}")
    for sign in ("Traceback", "没有料到", "panicked", "Error:"):
        if sign in done.err:
            found.append(f"{name}: {sign}")
    if done.status == 3 and not (done.err.count("\n") == 1 and done.err.endswith("。\n")):
        found.append(f"{name}: not one sentence")
    if done.peak_mb > PEAK_MB:
        found.append(f"{name}: {done.peak_mb:.0f} MB")
    if outside := [each for each in done.touched if not each.startswith(str(folder))]:
        found.append(f"{name}: touched {outside}")
    if "\x1b" in done.out + done.err or "\x07" in done.out + done.err:
        found.append(f"{name}: commands the terminal")
    return found


def _faults_of_output(before: bytes, after: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(after)) as package:
        if (bad := package.testzip()) is not None:
            return [f"broken output: {bad}"]
    # What was carried over may be beyond openpyxl, but not what came in.
    try:
        openpyxl.load_workbook(io.BytesIO(before)).close()
    except Exception:
        return []
    try:
        openpyxl.load_workbook(io.BytesIO(after)).close()
    except Exception as error:
        return [f"the output does not open: {error!r}"]
    return []
