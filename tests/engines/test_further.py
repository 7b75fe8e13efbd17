"""核验 in engines that cannot do everything: ``make engines``.

``CANNOT`` names the checks that an engine gets wrong because it breaks a documented rule; the rule
and a case of three cells stand in ``docs/formulas.md``.  All other checks have to be right.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from permu_xl.workbook import layout
from tests.engines import installed
from tests.engines.conftest import unavailable
from tests.engines.proofs import UNTIDY, district, tampered
from tests.workbook.proof.proving import CHECKS

pytestmark = pytest.mark.engines

SECONDS = 900
FIRST, COLUMN = layout.proof_cell(CHECKS[0])
LAST, _ = layout.proof_cell(CHECKS[-1])
PLAIN = ("shenyang_2021", "wenling_2022")

_BARE_SHEET = re.compile(r"(?<![\w'])([\u4e00-\u9fff]+)!")

IRONCALC = """
import json, sys
import ironcalc
model = ironcalc.load_from_xlsx(sys.argv[1], "en", "UTC", "en")
model.evaluate()
sheets = [each["name"] for each in model.get_worksheets_properties()]
sheet, first, last, column = sheets.index(sys.argv[2]), *map(int, sys.argv[3:6])
texts = [model.get_formatted_cell_value(sheet, row, column) for row in range(first, last + 1)]
print(json.dumps(texts))
"""
FORMULAS = """
import json, sys
import formulas
found = formulas.ExcelModel().loads(sys.argv[1]).finish().calculate()
first, last = map(int, sys.argv[3:5])
values = {str(key).upper(): value for key, value in found.items()}
texts = []
for row in range(first, last + 1):
    (key,) = [k for k in values if k.endswith(f"{sys.argv[2]}'!C{row}")]
    texts.append(str(values[key].value[0, 0]).upper())
print(json.dumps(texts))
"""

CANNOT: dict[str, dict[str, set[str]]] = {
    "ironcalc": {
        "": {"test_all"},
        UNTIDY: {"test_totals", "test_ranks", "test_all"},
    },
    "hyperformula": {UNTIDY: {"test_final", "test_all"}},
    "formulas": {},
}


def python(script: str, name: str, packages: tuple[str, ...], path: Path) -> list[str]:
    folder = installed.python_packages(name, packages)
    where = [str(path), layout.PROOF, str(FIRST), str(LAST), str(COLUMN)]
    return _texts([sys.executable, "-c", script, *where], {"PYTHONPATH": str(folder)})


def ironcalc(path: Path) -> list[str]:
    return python(IRONCALC, "ironcalc", ("ironcalc==0.9.1",), path)


def formulas(path: Path) -> list[str]:
    return python(FORMULAS, "formulas", ("formulas==1.3.4",), path)


def hyperformula(path: Path) -> list[str]:
    """It reads no files: the sheets are handed over as rows."""
    folder = installed.node_packages("hyperformula", installed.FURTHER_NODE_PACKAGES)
    book = load_workbook(path)
    rows = {
        sheet.title: [[_handed(cell) for cell in row] for row in sheet.iter_rows(max_row=400)]
        for sheet in book.worksheets
    }
    file = path.with_suffix(".json")
    file.write_text(json.dumps(rows), encoding="utf-8")
    script = Path(__file__).with_name("hyperformula.js")
    where = [str(file), layout.PROOF, str(COLUMN), str(FIRST), str(LAST)]
    command = [str(shutil.which("node")), str(script), *where]
    return _texts(command, {"NODE_PATH": str(folder / "node_modules")})


def _handed(cell: Any) -> Any:
    value = getattr(cell.value, "text", cell.value)
    if isinstance(value, (dt.date, dt.datetime)):
        day = dt.date(value.year, value.month, value.day)
        return (day - dt.date(1899, 12, 30)).days
    if isinstance(value, str):
        if cell.data_type == "f":
            # HyperFormula reads Chinese names of sheets between quotes only.
            return "=" + _BARE_SHEET.sub(r"'\1'!", value.removeprefix("="))
        return f"'{value}"
    return value


def _texts(command: list[str], variables: dict[str, str]) -> list[str]:
    done = subprocess.run(
        command, env={**os.environ, **variables}, capture_output=True, text=True, timeout=SECONDS,
        check=True,
    )  # fmt: skip
    texts: list[str] = json.loads(done.stdout.strip().splitlines()[-1])
    return texts


def _false(engine: Callable[[Path], list[str]], path: Path) -> set[str]:
    try:
        values = engine(path)
    except installed.UnavailableError as reason:
        unavailable(reason)
    return {name for name, value in zip(CHECKS, values, strict=True) if value != "TRUE"}


@pytest.mark.parametrize("engine", [ironcalc, hyperformula, formulas])
@pytest.mark.parametrize("name", [*PLAIN, UNTIDY])
def test_fresh(engine: Callable[[Path], list[str]], name: str) -> None:
    if engine is formulas and name != PLAIN[0]:
        pytest.skip("minutes for each workbook")
    known = CANNOT[engine.__name__]
    assert _false(engine, district(name).path) == known.get(name, known.get("", set()))


@pytest.mark.parametrize("engine", [ironcalc, hyperformula])
def test_changed_copies(engine: Callable[[Path], list[str]]) -> None:
    found = district(PLAIN[0])
    for each in found.tamperings:
        wrong = _false(engine, tampered(found.path, each.change))
        assert each.failing <= wrong, each.name
