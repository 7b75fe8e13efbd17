"""Figures of one firm put into its row: nothing else changes, and nothing is written in doubt."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from permu_xl.errors import BookError, FileAccessError, UsageError
from permu_xl.intake import set_figures
from permu_xl.workbook import layout
from permu_xl.xlsx.files import backup_path
from tests.workbook.districts import filled, firm

WHO = ("912101000000000002", "企业00002")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return filled(tmp_path / "某区.xlsx", [firm(k) for k in (1, 2, 3)], [firm(1)])


def cells(path: Path) -> list[list[object]]:
    sheet = openpyxl.load_workbook(path)[layout.DATA]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def test_one_cell_changes_and_the_workbook_before_is_kept(book: Path) -> None:
    content, before = book.read_bytes(), cells(book)
    (written,) = set_figures(book, 1, WHO, {"tax": Fraction(9, 2), "land": Fraction(10)})
    assert (written.sheet, written.cell, written.item) == ("原始数据", "G6", "实缴税收")
    after = cells(book)
    assert after[5][6] == 4.5
    after[5][6] = before[5][6]
    assert after == before
    assert backup_path(book).read_bytes() == content


def test_marks_are_written_as_words(book: Path) -> None:
    (written,) = set_figures(book, 1, WHO, {"off_policy": "是"})
    assert openpyxl.load_workbook(book)[layout.DATA][written.cell].value == "是"


def test_another_firm_in_the_row_is_refused(book: Path) -> None:
    content = book.read_bytes()
    for row in (0, 3):
        with pytest.raises(UsageError, match="不是这户企业"):
            set_figures(book, row, WHO, {"tax": Fraction(5)})
    assert book.read_bytes() == content


def test_a_formula_is_never_overwritten(book: Path) -> None:
    opened = openpyxl.load_workbook(book)
    opened[layout.DATA]["G6"] = "=50+50"
    opened.save(book)
    content = book.read_bytes()
    with pytest.raises(BookError, match="G6（实缴税收）是公式"):
        set_figures(book, 1, WHO, {"land": Fraction(9), "tax": Fraction(5)})
    assert book.read_bytes() == content


def test_a_column_that_is_not_there_is_told(book: Path) -> None:
    opened = openpyxl.load_workbook(book)
    sheet = opened[layout.DATA]
    column = next(c.column for c in sheet[layout.HEADER_ROW] if c.value == "加分")
    sheet.delete_cols(column)
    opened.save(book)
    with pytest.raises(BookError, match="没有“加分”这一列"):
        set_figures(book, 1, WHO, {"bonus_points": Fraction(5)})


def test_a_workbook_that_is_open_is_not_written(book: Path) -> None:
    content = book.read_bytes()
    book.with_name(f"~${book.name}").write_bytes(
        b"\x02" + "李".encode("utf-16-le").ljust(110, b"\0")
    )
    with pytest.raises(FileAccessError, match="关闭"):
        set_figures(book, 1, WHO, {"tax": Fraction(5)})
    assert book.read_bytes() == content
