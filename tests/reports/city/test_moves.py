"""The city counts its districts' moves from class to class."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from permu_xl.cli.program import main
from permu_xl.schemes import load
from permu_xl.workbook import layout
from permu_xl.workbook.district import run
from tests.reports.districts import code
from tests.workbook.districts import fill


def remembered(path: Path, district: int, letters: str) -> None:
    """Put last year's classes of a district's first firms into its workbook, and run it."""
    book = openpyxl.load_workbook(path)
    rows = [
        {"code": code(district, k), "name": "", "letter": letter}
        for k, letter in enumerate(letters, 1)
    ]
    fill(book, layout.LAST_CLASSES, layout.last_class_fields(load()), rows)
    book.save(path)
    run(path, path)


def test_moves_are_added_up_over_the_districts(districts: list[Path]) -> None:
    """Firm 1 is C, 2 to 8 are B, 9 and 10 A (tests.reports.districts).

    甲区 had B C A, 乙区 had C B: B to C 1, C to B 1, A to B 1, C to C 1, B to B 1; 8 + 7 had none.
    """
    for place, letters in enumerate(("BCA", "CB")):
        remembered(districts[place], place, letters)
    out = districts[0].with_name("全市.xlsx")
    assert main(["city", *map(str, districts), "-o", str(out)]) == 0
    sheet = openpyxl.load_workbook(out)[layout.MOVES]
    first = layout.FIRST_ROW
    matrix = {
        sheet.cell(first + row, 1).value: [sheet.cell(first + row, c).value for c in range(2, 9)]
        for row in range(8)
    }
    assert matrix["A"] == [0, 1, 0, 0, 0, 0, 1]
    assert matrix["B"] == [0, 1, 1, 0, 0, 0, 2]
    assert matrix["C"] == [0, 1, 1, 0, 0, 0, 2]
    # 甲区: 4 to 8 are B, 9 and 10 A; 乙区: 3 to 8 are B, 9 and 10 A.
    assert matrix["没有上年分类"] == [4, 11, 0, 0, 0, 0, 15]
    assert matrix["合计"] == [4, 14, 2, 0, 0, 0, 20]
    rows = [[c.value for c in row[:7]] for row in sheet.iter_rows(min_row=first + 9)]
    assert rows[-3:] == [
        ["甲区", 1, 0, 2, 0, 0, 7],
        ["乙区", 0, 2, 0, 0, 0, 8],
        ["合计", 1, 2, 2, 0, 0, 15],
    ]
    assert "没有上年分类、没有计入的：丙区" in str(sheet.cell(layout.NOTE_ROW, 1).value)


def test_without_any_last_year_there_is_no_such_sheet(districts: list[Path]) -> None:
    out = districts[0].with_name("全市.xlsx")
    assert main(["city", *map(str, districts), "-o", str(out)]) == 0
    assert layout.MOVES not in openpyxl.load_workbook(out).sheetnames
