"""What a hard recalculation costs in LibreOffice Calc, measured side by side in one run.

One district of 2,000 firms and six indicators, calculated four ways, each in a workbook of its
own: by 12,000 native formulas for the scores, by one PERMU_EVALUATE over everything, by 12,000
PERMU_SCORE cells, by one PERMU_SCORE over the same 12,000 cells.  PERMU_EVALUATE does far more
than scores (totals, ranks, classes, notes).  One office runs at a time, with one workbook open.

"bare call" is the same workbook with an add-in that does nothing in place of ours: what Calc and
its Python bridge take before and after our code, the floor that no code of ours can go below.

The aims: one array call within 3 times native, 12,000 single cells within 30 times.  On a quiet
machine the bare call alone takes 2 times native for PERMU_EVALUATE, with 16,000 cells in and 36,000
out, and 10 times for single cells; docs/performance.md has what was measured.  Arguments and
results declared as numbers instead of ``any`` do not change that by more than the noise.  One
PERMU_SCORE over all cells is what a clerk should write.
Usage: ``python benchmarks/calc.py [FIRMS]`` (default 2000).
"""

from __future__ import annotations

import contextlib
import io
import math
import os
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from permu_xl.hosts.calc.setup.build import COMPONENT, extension
from permu_xl.hosts.calc.setup.installer import site_folders
from permu_xl.schemes import load

sys.path.insert(0, str(Path(__file__).parents[1]))  # the tests are not installed
from tests.office import Document, Office
from tests.workbook.districts import spread_firms

REPEATS = 40
TOP = 5
"""The first row of firms; the rows above hold baselines, weights and caps."""
BASELINES = (4, 20, 3, 20, 4, 10)
BARE = Path(__file__).with_name("bare_addin.py")
NATIVE = "native formulas"
AIMS = {"one PERMU_EVALUATE": 3, "PERMU_SCORE cells": 30}


def district(firms: int) -> Workbook:
    """Return a workbook with raw figures in A:H and indicator values in J:O."""
    scheme, book = load(), Workbook()
    sheet = book.worksheets[0]
    sheet.title = "S"
    for column, (indicator, baseline) in enumerate(zip(scheme.indicators, BASELINES, strict=True)):
        place = (10 + column, baseline, indicator.weight, indicator.cap)
        for row, value in enumerate(place[1:], 1):
            sheet.cell(row, place[0], float(value))
    for row, firm in enumerate(spread_firms(firms), TOP):
        for column, id in enumerate(scheme.columns, 1):
            sheet.cell(row, column, firm[id])
        for column, indicator in enumerate(scheme.indicators, 10):
            value = firm[indicator.numerator] / firm[indicator.denominator] * indicator.scale
            sheet.cell(row, column, float(value))
    return book


def cells(sheet: Worksheet, firms: int, formula: str) -> None:
    """Fill Q:V with one formula a score."""
    for row in range(TOP, TOP + firms):
        for column in range(6):
            letter = get_column_letter(10 + column)
            value = formula.format(x=f"{letter}{row}", c=letter)
            sheet.cell(row, 17 + column, f"={value}")


def native(sheet: Worksheet, firms: int) -> None:
    """Fill in scores as formulas of the spreadsheet's own."""
    cells(sheet, firms, "MAX(0,MIN({x}/{c}$1*{c}$2,{c}$3*{c}$2))")


def single(sheet: Worksheet, firms: int) -> None:
    """Fill in a PERMU_SCORE for each cell."""
    cells(sheet, firms, "PERMU_SCORE({x},{c}$1,{c}$2,{c}$3)")


def evaluate(sheet: Worksheet, firms: int) -> None:
    """Fill in one PERMU_EVALUATE."""
    last = TOP + firms - 1
    text = f"=PERMU_EVALUATE(A{TOP}:H{last},J1:O1)"
    sheet[f"Q{TOP}"] = ArrayFormula(f"Q{TOP}:AH{last}", text)


def array(sheet: Worksheet, firms: int) -> None:
    """Fill in one PERMU_SCORE over all cells."""
    last = TOP + firms - 1
    text = f"=PERMU_SCORE(J{TOP}:O{last},J1:O1,J2:O2,J3:O3)"
    sheet[f"Q{TOP}"] = ArrayFormula(f"Q{TOP}:V{last}", text)


WAYS: dict[str, Callable[[Worksheet, int], None]] = {
    NATIVE: native,
    "one PERMU_EVALUATE": evaluate,
    "PERMU_SCORE cells": single,
    "one PERMU_SCORE": array,
}


def bare_extension() -> bytes:
    """Return our extension with the component that does nothing."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(extension())) as ours, zipfile.ZipFile(packed, "w") as bare:
        for name in ours.namelist():
            bare.writestr(name, BARE.read_bytes() if name == COMPONENT else ours.read(name))
    return packed.getvalue()


def recalculations(opened: Document, office: int) -> float:
    """Return what a hard recalculation takes of the processor, in milliseconds.

    The mean of many, because Linux counts in hundredths of a second; on other systems the shortest
    by the clock.
    """
    begin, shortest = processor(office), math.inf
    for _ in range(REPEATS):
        start = time.perf_counter()
        opened.recalculate()
        shortest = min(shortest, time.perf_counter() - start)
    used = processor(office) - begin
    return 1000 * (used / REPEATS if used > 0 else shortest)


def processor(process: int) -> float:
    """Return the seconds of processor time that a process has used, 0 where nobody tells."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def office_below(process: int) -> int:
    """Return the process of LibreOffice that another has started; 0 where nobody tells."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            name, fields = stat.read_text().rpartition(")")[::2]
            if name.endswith("(soffice.bin") and int(fields.split()[1]) == process:
                return int(stat.parent.name)
    return 0


def measure(firms: int, folder: Path) -> tuple[dict[str, float], dict[str, float]]:
    """Return the recalculation of each way, with our add-in and with the bare one."""
    for way, fill in WAYS.items():
        book = district(firms)
        fill(book.worksheets[0], firms)
        book.save(folder / f"{way}.xlsx")
    ours, bare = extension(site_folders()), bare_extension()
    return times_of(ours, folder), times_of(bare, folder)


def times_of(content: bytes, folder: Path) -> dict[str, float]:
    """Return the recalculation of each way with an extension."""
    oxt, times = folder / "permu.oxt", {}
    oxt.write_bytes(content)
    with Office(timeout=300, extension=oxt) as office:
        for way in WAYS:
            with office.open(folder / f"{way}.xlsx") as book:
                times[way] = recalculations(book, office_below(office.process))
                assert not book.errors("S"), way
    return times


def main(firms: int) -> None:
    """Print the recalculation of each way, and how it stands to native formulas."""
    with tempfile.TemporaryDirectory(prefix="permu-xl-calc-") as folder:
        ours, bare = measure(firms, Path(folder))
    base = ours[NATIVE]
    print(f"{firms} firms, hard recalculation, processor time, mean of {REPEATS}")
    print(f"{'way':<20} {'ms':>8} {'times':>7} {'aim':>5} {'bare call ms':>13} {'times':>7}")
    for way, value in ours.items():
        print(f"{way:<20} {value:>8.1f} {value / base:>7.1f} {AIMS.get(way, ''):>5}", end="")
        print("" if way == NATIVE else f" {bare[way]:>13.1f} {bare[way] / base:>7.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
