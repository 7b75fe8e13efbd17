"""Old workbooks: those of Excel 2, which are easily written by hand, and odd containers."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
import xlrd

from permu_xl.errors import BookError
from permu_xl.intake.sources.open import read_file
from tests.hostile.tables import OLD, far_label, label, oldest


def code(row: int, column: int, value: int, *, is_error: bool) -> bytes:
    """Return a cell of Excel 2 that is true, false or an error."""
    return struct.pack("<HHHH3xBB", 0x0005, 9, row, column, value, is_error)


def test_excel_2_with_an_error_and_a_truth(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    cells = [label(0, 0, b"A"), label(0, 1, b"B"), code(1, 0, 42, is_error=True),
             code(1, 1, 1, is_error=False)]  # fmt: skip
    path.write_bytes(oldest(iter(cells)))
    [sheet] = read_file(path).sheets
    assert sheet.grid.rows == [["A", "B"], ["", True]]
    assert list(sheet.grid.doubtful) == ["A2"]
    assert "#N/A" in sheet.grid.doubtful["A2"]


@pytest.mark.parametrize("column", [256, 65_535])
def test_a_cell_beyond_the_last_column(tmp_path: Path, column: int) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(far_label(OLD.read_bytes(), 5, column))
    with pytest.raises(BookError, match="已损坏"):
        read_file(path)


def test_without_formats_the_merged_cells_are_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some programs write formats that the reader cannot take."""
    really = xlrd.open_workbook

    def without_formats(**options: object) -> object:
        if options["formatting_info"]:
            raise AssertionError
        return really(**options)

    monkeypatch.setattr(xlrd, "open_workbook", without_formats)
    path = tmp_path / "a.xls"
    path.write_bytes(OLD.read_bytes())
    [sheet] = read_file(path).sheets
    assert (sheet.merged, sheet.merges_known) == ((), False)
    assert sheet.grid.cell(4, 3) == 1234567.89
