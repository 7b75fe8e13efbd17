"""Workbooks for the tests: the template filled with a handful of firms or with a whole district."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from openpyxl.workbook import Workbook

from permu_xl.engine.model.scheme import Scheme
from permu_xl.schemes import load
from permu_xl.workbook import layout
from permu_xl.workbook.template.workbook import build_template, save_workbook

YEAR = 2022
_MADE: dict[str, bytes] = {}


def firm(number: int, **cells: Any) -> dict[str, Any]:
    """An ordinary firm: established, in scope, every figure reported."""
    ordinary: dict[str, Any] = {
        "code": f"9121010000000{number:05d}",
        "name": f"企业{number:05d}",
        "industry": "3421",
        "start_date": dt.date(2010, 1, 1),
        "land": 10.0,
        "tax": 100.0,
        "output": 3000.0,
        "revenue": 2900.0,
        "rd": 50.0,
        "employees": 60.0,
        "energy": 200.0,
        "emission": 5.0,
    }
    return {**ordinary, **cells}


def spread_firms(n: int, seed: int = 1) -> list[dict[str, Any]]:
    """Many firms with log-normal figures, the same ones for the same seed."""
    draw = np.random.default_rng(seed)

    def figures(middle: float, width: float) -> np.ndarray:
        return np.round(middle * np.exp(draw.normal(0, width, n)), 2)

    land, output = figures(40, 0.8), figures(12000, 0.9)
    columns = {
        "land": land,
        "tax": np.round(land * figures(15, 0.7), 2),
        "output": output,
        "revenue": np.round(output * figures(1, 0.1), 2),
        "rd": np.round(output * figures(0.02, 0.7), 2),
        "employees": np.ceil(figures(150, 0.7)),
        "energy": np.round(output / figures(8, 0.7), 2),
        "emission": figures(900, 1.2),
    }
    return [
        firm(i + 1, **{key: float(column[i]) for key, column in columns.items()}) for i in range(n)
    ]


def fill(
    book: Workbook, sheet: str, fields: Iterable[layout.Field], rows: Iterable[Mapping[str, Any]]
) -> None:
    """Write rows below the header of a template's sheet."""
    columns = {field.key: k for k, field in enumerate(fields, start=1)}
    for r, cells in enumerate(rows, start=layout.FIRST_ROW):
        for key, value in cells.items():
            book[sheet].cell(r, columns[key], value)


def filled(
    path: Path,
    firms: Iterable[Mapping[str, Any]],
    last_year: Iterable[Mapping[str, Any]],
    *,
    scheme: Scheme | None = None,
    rows: int = 20,
) -> Path:
    """Save a template with these firms, made once in a process; returns the path."""
    used = scheme or load()
    given = list(firms), list(last_year)
    key = repr((used, *given, rows))
    if key in _MADE:
        path.write_bytes(_MADE[key])
        return path
    book = build_template(used, rows=rows, district="某区", year=YEAR)
    fields = layout.data_fields(used)
    for sheet, listed in zip((layout.DATA, layout.PREVIOUS), given, strict=True):
        fill(book, sheet, fields, listed)
    save_workbook(book, path)
    _MADE[key] = path.read_bytes()
    return path
