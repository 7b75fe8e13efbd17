"""The quick reading and changing of workbooks, beside openpyxl's."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from permu_xl.workbook import layout
from tests.books import Book, edit, read, values
from tests.workbook.districts import filled, spread_firms
from tests.xlsx.sheets import read_zip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return filled(tmp_path / "某区.xlsx", spread_firms(3), spread_firms(3, seed=2))


@pytest.mark.parametrize("sheet", [layout.DATA, layout.PARAMETERS])
def test_what_is_read_is_what_openpyxl_reads(path: Path, sheet: str) -> None:
    whole = openpyxl.load_workbook(path)
    expected = list(whole[sheet].iter_rows(values_only=True))
    assert list(read(path, sheet)[sheet].iter_rows(values_only=True)) == expected
    assert read(path, sheet).sheetnames == whole.sheetnames
    assert values(path, sheet, 4) == expected[3:]
    width = max(map(len, expected))
    mine = [tuple(row + [None] * (width - len(row))) for row in Book(path)[sheet].values()]
    assert mine == expected


@pytest.mark.parametrize(
    "value",
    [None, "文字 ", "=A1*2", 7, 2.5, True, dt.datetime(2022, 3, 1)],
)
@pytest.mark.parametrize("address", ["B5", "C7", "Z30"])
def test_what_is_written_is_what_openpyxl_reads(path: Path, address: str, value: Any) -> None:
    expected = _cells(path)
    before = read_zip(path)
    edit(path, layout.DATA, {address: value})
    assert Book(path)[layout.DATA][address].value == value
    assert _cells(path) == {k: v for k, v in expected.items() if k != address} | (
        {} if value is None else {address: value}
    )
    after = read_zip(path)
    assert len([part for part in before if before[part] != after[part]]) <= 2
    assert list(after) == list(before)


def _cells(path: Path) -> dict[str, Any]:
    sheet = openpyxl.load_workbook(path)[layout.DATA]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    return {cell.coordinate: cell.value for cell in cells if cell.value is not None}
