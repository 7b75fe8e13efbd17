"""What a hard recalculation costs in LibreOffice Calc, measured side by side in one run.

One district of 2,000 firms and six indicators, calculated three ways, each in a workbook of its
own: by 12,000 native formulas for the scores, by one PERMU_EVALUATE over everything, by 12,000
PERMU_SCORE cells.  PERMU_EVALUATE does far more than scores (totals, ranks, classes, notes).
The aims: one array call within 3 times native, 12,000 single cells within 30 times.
Usage: ``python benchmarks/calc.py [FIRMS]`` (default 2000).
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from permu_xl.hosts.calc.build import extension
from permu_xl.hosts.calc.install import site_folders
from permu_xl.schemes import load

sys.path.insert(0, str(Path(__file__).parents[1]))  # the tests are not installed
from tests.book.districts import spread_firms
from tests.office import Office

REPEATS = 7
TOP = 5
"""The first row of firms; the rows above hold baselines, weights and caps."""
BASELINES = (4, 20, 3, 20, 4, 10)
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
    cells(sheet, firms, "MAX(0,MIN({x}/{c}$1*{c}$2,{c}$3*{c}$2))")


def single(sheet: Worksheet, firms: int) -> None:
    cells(sheet, firms, "PERMU_SCORE({x},{c}$1,{c}$2,{c}$3)")


def evaluate(sheet: Worksheet, firms: int) -> None:
    last = TOP + firms - 1
    text = f"=PERMU_EVALUATE(A{TOP}:H{last},J1:O1)"
    sheet[f"Q{TOP}"] = ArrayFormula(f"Q{TOP}:AH{last}", text)


WAYS: dict[str, Callable[[Worksheet, int], None]] = {
    "native formulas": native,
    "one PERMU_EVALUATE": evaluate,
    "PERMU_SCORE cells": single,
}


def main(firms: int) -> None:
    """Print the shortest recalculation of each way, and how it stands to native formulas."""
    with tempfile.TemporaryDirectory(prefix="permu-xl-calc-") as folder:
        oxt = Path(folder) / "permu.oxt"
        oxt.write_bytes(extension(site_folders()))
        times = {}
        with Office(timeout=300, extension=oxt) as office:
            for way, fill in WAYS.items():
                book = district(firms)
                fill(book.worksheets[0], firms)
                path = Path(folder) / f"{way}.xlsx"
                book.save(path)
                with office.open(path) as opened:
                    taken = []
                    for _ in range(REPEATS):
                        begin = time.perf_counter()
                        opened.recalculate()
                        taken.append(time.perf_counter() - begin)
                    assert not opened.errors("S"), way
                times[way] = 1000 * min(taken)
    base = times["native formulas"]
    print(f"{firms} firms, hard recalculation, shortest of {REPEATS}")
    print(f"{'way':<20} {'ms':>8} {'times':>7} {'aim':>5}")
    for way, value in times.items():
        print(f"{way:<20} {value:>8.1f} {value / base:>7.1f} {AIMS.get(way, 1):>5}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
