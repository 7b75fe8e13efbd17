"""A workbook that another program saved again: the same figures, and ``verify`` agrees."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from permu_xl.cli.program import main
from permu_xl.engine.evaluation import Evaluation
from permu_xl.schemes import load
from permu_xl.workbook.district import assess, run
from permu_xl.workbook.reading import read_book
from tests.engines import installed
from tests.engines.conftest import unavailable
from tests.engines.gnumeric import convert
from tests.engines.onlyoffice import OnlyOffice
from tests.office import Office
from tests.workbook.any_districts import any_firms
from tests.workbook.odd_districts import district_book, odd_adjustments, save

SCRIPT = Path(__file__).with_name("resave.js")
FIRMS = 24
EMPTY_ROWS = 10_000
TIMES = 35
"""So much more processor time than the district alone may so many empty rows from Gnumeric take.

It is 15 times; 70 when every one of them was looked at.  A busy machine slows both.
"""


def filled(path: Path) -> Path:
    scheme = load("shenyang_2021")
    year = scheme.valid_from.year
    rows, last = (any_firms(scheme, FIRMS, k, year=year - k + 1) for k in (1, 2))
    decisions = odd_adjustments(rows, 3, scheme.letters)
    return save(district_book(scheme, rows, last, decisions, year=year), path)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A filled workbook, and the same with its results."""
    folder = tmp_path_factory.mktemp("trips")
    blank = filled(folder / "filled.xlsx")
    result = folder / "result.xlsx"
    run(blank, result)
    return blank, result


@pytest.fixture(scope="module")
def short(pair: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The pair, with lists and conditional formats for 60 rows instead of 60,000.

    Gnumeric and ExcelJS write every one of these cells, and take a minute over them.
    """
    folder = tmp_path_factory.mktemp("short")
    blank, result = (shortened(path, folder / path.name, 60) for path in pair)
    return blank, result


def shortened(source: Path, target: Path, rows: int) -> Path:
    """Copy a workbook with lists and conditional formats down to a row instead of 60,000."""
    shorter = rb'\g<1>%d"' % rows
    with zipfile.ZipFile(source) as read, zipfile.ZipFile(target, "w") as made:
        for name in read.namelist():
            text = re.sub(rb'(sqref="[A-Z]+5:[A-Z]+)60000"', shorter, read.read(name))
            made.writestr(name, text)
    return target


def evaluated(path: Path) -> Evaluation:
    outcome = assess(read_book(path))
    assert outcome.evaluation is not None, outcome.findings
    return outcome.evaluation


def holds(
    pair: tuple[Path, Path],
    resave: Callable[[Path, Path], None],
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Check the figures of the filled workbook and the verdict on the result, saved again."""
    blank, result = (folder / f"again-{path.name}" for path in pair)
    for source, target in zip(pair, (blank, result), strict=True):
        resave(source, target)
    before, after = evaluated(pair[0]), evaluated(blank)
    assert list(after.roster.names) == list(before.roster.names)
    np.testing.assert_array_equal(after.total, before.total)
    assert list(after.final) == list(before.final)
    written = folder / "rerun.xlsx"
    assert main(["run", str(blank), "-o", str(written)]) == 0
    assert list(evaluated(written).final) == list(before.final)
    capsys.readouterr()
    assert main(["verify", str(result)]) == 0, capsys.readouterr().out
    assert "核对一致" in capsys.readouterr().out


@pytest.mark.office
def test_libreoffice(
    office: Office, pair: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def resave(source: Path, target: Path) -> None:
        with office.open(source) as document:
            document.save(target)

    holds(pair, resave, tmp_path, capsys)


@pytest.mark.office
@pytest.mark.parametrize(
    ("ending", "kind", "program"),
    [(".ods", "是 ODF 电子表格（.ods）", "LibreOffice"), (".xls", "是旧版 .xls 文件", "Excel")],
)
def test_other_formats_are_told_first(
    office: Office, pair: tuple[Path, Path], tmp_path: Path, ending: str, kind: str, program: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    path = tmp_path / f"filled{ending}"
    with office.open(pair[0]) as document:
        document.save(path)
    for options in ([], ["-o", str(tmp_path / "out.xlsx")], ["-o", str(tmp_path / f"out{ending}")]):
        assert main(["run", str(path), *options]) == 3
        told = capsys.readouterr().err
        assert told.startswith(f"“{path}”{kind}")
        assert program in told
        assert "另存为 .xlsx" in told
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    # Saved again as what was asked for, it is as it was.
    with office.open(path) as document:
        document.save(tmp_path / "back.xlsx")
    np.testing.assert_allclose(evaluated(tmp_path / "back.xlsx").total, evaluated(pair[0]).total)


def test_onlyoffice(
    onlyoffice: OnlyOffice, pair: tuple[Path, Path], tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    holds(pair, lambda source, target: _saved(onlyoffice, source, target), tmp_path, capsys)


def _saved(engine: OnlyOffice, source: Path, target: Path) -> None:
    engine.read(source, (), save=target)


@pytest.mark.usefixtures("gnumeric")
def test_gnumeric(
    short: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    holds(short, convert, tmp_path, capsys)


@pytest.mark.usefixtures("gnumeric")
def test_thousands_of_empty_rows_cost_little(pair: tuple[Path, Path], tmp_path: Path) -> None:
    """It took 35 seconds for 60,000 when every one of them was looked at."""
    convert(shortened(pair[0], tmp_path / "rows.xlsx", EMPTY_ROWS), tmp_path / "again.xlsx")
    seconds = []
    for path in (pair[0], tmp_path / "again.xlsx"):
        begin = time.process_time()
        run(path, tmp_path / "result.xlsx")
        seconds.append(time.process_time() - begin)
    assert seconds[1] < TIMES * seconds[0]
    assert list(evaluated(tmp_path / "result.xlsx").final) == list(evaluated(pair[1]).final)


@pytest.mark.parametrize("library", ["exceljs", "xlsx"])
def test_node_libraries(
    short: tuple[Path, Path], tmp_path: Path, library: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        folder = installed.node_packages()
    except installed.UnavailableError as reason:
        unavailable(reason)
    node = shutil.which("node")

    def resave(source: Path, target: Path) -> None:
        subprocess.run(
            [node, SCRIPT, library, source, target],
            check=True, capture_output=True, timeout=60,
            env={**os.environ, "NODE_PATH": str(folder / "node_modules")},
        )  # fmt: skip

    holds(short, resave, tmp_path, capsys)


def test_openpyxl(
    pair: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def resave(source: Path, target: Path) -> None:
        openpyxl.load_workbook(source).save(target)

    holds(pair, resave, tmp_path, capsys)
