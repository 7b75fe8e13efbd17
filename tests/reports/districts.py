"""Three small districts with figures that can be added up by hand.

Ten firms each, alike but for tax: 20, 40, ... 200 on 10 mu (see tests/workbook/test_district.py):
by the rules firm 1 is C, firms 9 and 10 are A, the others B, in each district.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import openpyxl

from permu_xl.engine.model.scheme import Scheme
from permu_xl.findings.kinds import Level
from permu_xl.workbook import layout
from permu_xl.workbook.district import run
from tests.workbook.districts import YEAR, filled, firm

NAMES = ("甲区", "乙区", "丙区")


def code(district: int, number: int) -> str:
    """Return a firm's code; districts are counted from 0, firms from 1."""
    return f"9121010000000{district + 1}{number:04d}"


def ten(district: int, **cells: Any) -> list[dict[str, Any]]:
    return [
        firm(
            (district + 1) * 10000 + i, name=f"{NAMES[district]}第{i}厂", tax=20.0 * i, **cells
        )
        for i in range(1, 11)
    ]  # fmt: skip


def workbook(
    path: Path,
    name: str,
    firms: Iterable[Mapping[str, Any]],
    last_year: Iterable[Mapping[str, Any]],
    *,
    scheme: Scheme | None = None,
    year: int = YEAR,
) -> Path:
    """Save a filled template that nobody has run."""
    book = openpyxl.load_workbook(filled(path, firms, last_year, scheme=scheme))
    for key, value in (("district", name), ("year", year)):
        book[layout.PARAMETERS].cell(*layout.parameter_cell(key)).value = value
    book.save(path)
    return path


def edit(path: Path, sheet: str, cell: tuple[int, int], value: Any) -> None:
    """Change a cell (row and column from 1) as a user's hand would."""
    book = openpyxl.load_workbook(path)
    book[sheet].cell(*cell).value = value
    book.save(path)


def evaluated(path: Path) -> Path:
    """Run a workbook in place."""
    outcome = run(path, path)
    assert outcome.evaluation is not None, [
        f.problem for f in outcome.findings if f.level is Level.ERROR
    ]
    return path


def three(folder: Path) -> list[Path]:
    """Save the three districts, run.

    甲 is as last year.  乙 had an output of 2400 a firm last year, 3000 now: 25 % more, and every
    firm scores 18 for it instead of 15.  丙 spends 116 of 2900 on R&D: 4 %.
    """
    years = [
        (ten(0), ten(0)),
        (ten(1), ten(1, output=2400.0)),
        (ten(2, rd=116.0), ten(2, rd=116.0)),
    ]
    return [
        evaluated(workbook(folder / f"{name}.xlsx", name, now, last))
        for name, (now, last) in zip(NAMES, years, strict=True)
    ]


def body(path: Path, sheet: str, header_row: int = layout.HEADER_ROW) -> list[dict[str, Any]]:
    """Return the rows below a header, by header text, down to the first empty one."""
    rows = openpyxl.load_workbook(path)[sheet].iter_rows(min_row=header_row, values_only=True)
    headers = next(rows)
    found = []
    for row in rows:
        if not any(cell is not None for cell in row):
            break
        found.append({h: cell for h, cell in zip(headers, row, strict=True) if h is not None})
    return found
