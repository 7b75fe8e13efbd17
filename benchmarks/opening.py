"""What LibreOffice takes to open and calculate a workbook with 核验, side by side in one run.

Processor time, the shortest of several turns through all workbooks:

- ``convert``: a whole ``soffice --convert-to csv`` of every sheet, with the start of the program
  and the writing of the CSV files, which reads every formula's result;
- ``open``: ``loadComponentFromURL`` in a program that runs already, as when a clerk opens one more
  file; Calc leaves formulas without a value for later;
- ``calculate``: after that, until the results of all checks are there, for which Calc has to work
  out nearly all formulas.

Without files, the two districts of ``made_district.py`` with 2,000 firms are evaluated and their
results measured, the clean one also without 核验.
Usage: ``python benchmarks/opening.py [-n TURNS] [FILE ...]`` (default: 3 turns).
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from calc import office_below, processor
from district import HERE, PERMU, cost

from permu_xl.libreoffice import find_calc
from permu_xl.workbook.layout.sheets import PROOF

sys.path.insert(0, str(Path(__file__).parents[1]))  # the tests are not installed
from tests.office import Office

FIRMS = "2000"
EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
"""Commas, quotes, UTF-8, each sheet into a file of its own."""
Times = dict[str, float]


def converted(book: Path, folder: Path) -> Times:
    """Return the processor time of a whole conversion."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [find_calc().program / "soffice", profile, "--headless", "--norestore", "--convert-to",
         EVERY_SHEET, "--outdir", folder, book],
        check=True, capture_output=True,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"convert": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}


def opened(book: Path, office: Office, *, proved: bool) -> Times:
    """Return the processor times of opening in a running program, and of calculating then."""
    process = office_below(office.process)
    begin = processor(process)
    with office.open(book) as document:
        middle = processor(process)
        if proved:
            assert document.named("test_all") is True, book
        end = processor(process)
    return {"open": middle - begin, "calculate": end - middle, "both": end - begin}


def districts(folder: Path) -> Iterator[Path]:
    """Yield workbooks with results."""
    for kind, without in (("clean", [PROOF]), ("clean", []), ("untidy", [])):
        name = f"{kind}{FIRMS}{'-bare' if without else ''}"
        book, result = folder / f"{name}.xlsx", folder / f"{name}-result.xlsx"
        cost(sys.executable, HERE / "made_district.py", kind, FIRMS, book, *without)
        cost(PERMU, "run", book, "-o", result)
        yield result


def main(turns: int, books: Sequence[Path]) -> None:
    """Print a row for each workbook."""
    best: dict[Path, Times] = {}
    with tempfile.TemporaryDirectory(prefix="permu-xl-opening-") as made:
        folder = Path(made)
        books = books or list(districts(folder))
        with Office(timeout=300) as office:
            # The first conversion makes the profile, the first opening loads the libraries.
            converted(books[0], folder)
            for turn in range(turns + 1):
                for book in books:
                    bare = "-bare" in book.stem
                    found = opened(book, office, proved=not bare)
                    if turn:
                        found |= converted(book, folder)
                        old = best.get(book, found)
                        best[book] = {key: min(old[key], found[key]) for key in found}
        sizes = {book: book.stat().st_size / 1e6 for book in books}
    print(f"{'workbook':<28}{'MB':>7}" + "".join(f"{key:>11}" for key in best[books[0]]))
    for book, times in best.items():
        print(
            f"{book.stem:<28}{sizes[book]:>7.2f}" + "".join(f"{x:>11.2f}" for x in times.values())
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=3)
    parser.add_argument("files", nargs="*", type=Path)
    given = parser.parse_args()
    main(given.n, given.files)
