"""A workbook that is there already: only blank cells are filled, unless told otherwise."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from permu_xl.errors import BookError, UsageError
from permu_xl.findings.kinds import Level
from permu_xl.workbook import layout
from permu_xl.workbook.reading.opened import read_book
from tests.intake.support import CODES as C
from tests.intake.support import do, xlsx
from tests.workbook.districts import filled, firm

HEAD = ["信用代码", "企业名称", "实缴税收（元）"]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Three firms: the tax of the first is blank, that of the second 100, of the third 7."""
    firms = [firm(1, tax=None), firm(2, tax=100.0), firm(3, tax=7.0)]
    return filled(tmp_path / "某区.xlsx", firms, [firm(9)])


def table(tmp_path: Path, *rows: list[Any], head: list[str] = HEAD) -> Path:
    return xlsx(tmp_path / "税务.xlsx", [head, *rows])


def edit(book: Path, **cells: Any) -> None:
    """Change cells of 原始数据."""
    workbook = openpyxl.load_workbook(book)
    for address, value in cells.items():
        workbook[layout.DATA][address] = value
    workbook.save(book)


ROWS = [[C[0], "企业00001", 50000], [C[1], "企业00002", 1000000], [C[2], "企业00003", 90000]]


def test_blank_cells_are_filled_and_others_kept(book: Path, tmp_path: Path) -> None:
    result = do(book, table(tmp_path, *ROWS))
    assert result.column("tax", 3) == [5, 100, 7]
    finding = result.one("W651")
    assert (finding.sheet, finding.cell) == (layout.DATA, "G7")
    assert "工作簿已有7" in finding.problem
    assert "税务.xlsx Sheet1!C4折算是9" in finding.problem
    statuses = [o["status"] for o in result.origins("实缴税收")]
    assert statuses == ["写入", "与工作簿已有的数相同", "没有写入：工作簿已有不同的数"]
    assert [o["value"] for o in result.origins("实缴税收")] == [5, 100, 7]


def test_everything_else_stays_as_it_was(book: Path, tmp_path: Path) -> None:
    before = read_book(book)
    result = do(book, table(tmp_path, *ROWS))
    after = read_book(book)
    for id in before.current.roster.numbers:
        if id != "tax":
            one, other = before.current.roster.numbers[id], after.current.roster.numbers[id]
            assert one.tolist() == other.tolist()
    assert after.previous is not None
    assert after.previous.roster.codes.tolist() == [C[8]]
    assert result.book.sheetnames[:-1] == list(layout.SHEETS)
    assert result.book.sheetnames[-1] == layout.PROVENANCE


def test_parts_that_are_not_ours_keep_their_bytes(book: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(book) as package:
        before = {name: package.read(name) for name in package.namelist()}
    do(book, table(tmp_path, *ROWS))
    with zipfile.ZipFile(book) as package:
        changed = {n for n in package.namelist() if before.get(n) != package.read(n)}
    assert len(changed & set(before)) == 5  # content types, workbook, its relations, two sheets
    assert len(changed - set(before)) == 1


def test_overwriting_is_told_cell_by_cell(book: Path, tmp_path: Path) -> None:
    result = do(book, table(tmp_path, *ROWS), overwrite=True)
    assert result.column("tax", 3) == [5, 100, 9]
    finding = result.one("W653")
    assert "原来是7" in finding.problem
    assert finding.cell == "G7"


@pytest.mark.parametrize("overwrite", [False, True])
def test_formulas_of_the_user_stay(book: Path, tmp_path: Path, overwrite: bool) -> None:
    edit(book, G5="=H5/100", G7="=70/10")
    result = do(book, table(tmp_path, *ROWS), overwrite=overwrite)
    assert result.cell(0, "tax") == "=H5/100"
    assert result.cell(2, "tax") == "=70/10"
    assert [f.cell for f in result.found("W652")] == ["G5", "G7"]


def test_text_in_a_cell_is_not_blank(book: Path, tmp_path: Path) -> None:
    edit(book, G5="待核", G7="７．０")
    rows = [ROWS[0], [C[2], "企业00003", 70000]]
    result = do(book, table(tmp_path, *rows))
    assert result.cell(0, "tax") == "待核"
    assert result.one("W651").cell == "G5"
    assert [o["status"] for o in result.origins("实缴税收")][1] == "与工作簿已有的数相同"


def test_firms_that_are_not_listed_are_told_not_added(book: Path, tmp_path: Path) -> None:
    result = do(book, table(tmp_path, *ROWS, [C[7], "企业00008", 1]))
    assert result.done.firms == 3
    assert result.cell(3, "name") is None
    assert "企业00008" in result.one("W634").problem


def test_the_roster_table_adds_firms_below(book: Path, tmp_path: Path) -> None:
    edit(book, A9="合计", G9=107)
    path = table(tmp_path, *ROWS, [C[7], "企业00008", 10000])
    result = do(book, path, roster=(path,))
    assert (result.done.firms, result.done.added) == (4, 1)
    row = {key: result.book[layout.DATA].cell(10, at).value for key, at in result.columns.items()}
    assert (row["serial"], row["code"], row["name"], row["tax"]) == (4, C[7], "企业00008", 1)
    assert result.one("H639").firm_name == "企业00008"
    assert read_book(book).current.roster.codes.tolist() == [*C[:3], C[7]]


def test_moved_columns_and_rows_are_found(book: Path, tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    workbook[layout.DATA].insert_cols(4)
    workbook[layout.DATA].insert_rows(6)
    workbook.save(book)
    result = do(book, table(tmp_path, *ROWS))
    assert result.book[layout.DATA]["H5"].value == 5
    assert result.one("W651").cell == "H8"


def test_a_missing_column_is_told_once(book: Path, tmp_path: Path) -> None:
    edit(book, G4="别的")
    result = do(book, table(tmp_path, *ROWS))
    assert len(result.found("W654")) == 1
    assert "E411" in result.codes()


def test_importing_again_changes_nothing(book: Path, tmp_path: Path) -> None:
    path = table(tmp_path, ROWS[0], ROWS[1])
    first = do(book, path)
    again = do(book, path)
    assert again.column("tax", 3) == first.column("tax", 3)
    assert [o["status"] for o in again.origins("实缴税收")] == ["与工作簿已有的数相同"] * 2


def test_origins_of_earlier_imports_stay(book: Path, tmp_path: Path) -> None:
    do(book, table(tmp_path, ROWS[0]))
    edit(book, I5=None)
    head = ["企业名称", "主营业务收入（元）"]
    result = do(book, xlsx(tmp_path / "收入.xlsx", [head, ["企业00001", 30000]]))
    origins = {o["item"]: (o["file"], o["cell"]) for o in result.origins()}
    assert origins == {"实缴税收": ("税务.xlsx", "G5"), "主营业务收入": ("收入.xlsx", "I5")}


def test_a_refused_figure_does_not_displace_the_origin_of_the_one_there(
    book: Path, tmp_path: Path
) -> None:
    do(book, table(tmp_path, ROWS[0]))
    result = do(book, xlsx(tmp_path / "更正.xlsx", [HEAD, [C[0], "企业00001", 60000]]))
    origins = result.origins("实缴税收")
    assert [(o["file"], o["value"]) for o in origins] == [("税务.xlsx", 5), ("更正.xlsx", 5)]
    assert origins[1]["status"].startswith("没有写入")


def test_every_origin_says_file_sheet_cell_unit_and_value(book: Path, tmp_path: Path) -> None:
    result = do(book, table(tmp_path, ROWS[0]))
    [origin] = result.origins("实缴税收")
    assert origin == {
        "sheet": layout.DATA, "cell": "G5", "firm_code": C[0], "firm_name": "企业00001",
        "item": "实缴税收", "value": 5, "unit": "万元", "status": "写入", "file": "税务.xlsx",
        "source_sheet": "Sheet1", "source_cell": "C2", "header": "实缴税收（元）",
        "raw": "50000", "source_unit": "元", "counted": 5, "matched": "统一社会信用代码",
    }  # fmt: skip
    link = result.book[layout.PROVENANCE]["B5"].hyperlink
    assert link is not None
    assert link.location == "'原始数据'!G5"


def test_a_sheet_of_the_same_name_that_is_not_ours_is_refused(book: Path, tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    workbook.create_sheet(layout.PROVENANCE)["A1"] = "我的笔记"
    workbook.save(book)
    before = book.read_bytes()
    with pytest.raises(BookError, match="请改名"):
        do(book, table(tmp_path, *ROWS))
    assert book.read_bytes() == before


def test_findings_about_tables_have_no_links(book: Path, tmp_path: Path) -> None:
    result = do(book, table(tmp_path, *ROWS, ["", "", 5]))
    sheet = result.book[layout.FINDINGS]
    cells = {row[1].value: row for row in sheet.iter_rows(min_row=5) if row[1].value}
    assert cells["E628"][2].value == "[税务.xlsx]Sheet1"
    assert cells["E628"][3].hyperlink is None
    assert cells["W651"][3].hyperlink.location == "'原始数据'!G7"


def test_year_and_scheme_are_those_of_the_workbook(book: Path, tmp_path: Path) -> None:
    for wrong in ({"year": 2022}, {"scheme": "shenyang_2021"}, {"district": "某区"}):
        with pytest.raises(UsageError, match="已经存在"):
            do(book, table(tmp_path, *ROWS), **wrong)


def test_a_district_of_many_gaps_is_filled_in_order(tmp_path: Path) -> None:
    firms = [firm(i, tax=None if i % 2 else 1.0, land=None) for i in range(1, 12)]
    book = filled(tmp_path / "某区.xlsx", firms, [])
    head = [*HEAD, "用地面积（亩）"]
    rows = [[f"9121010000000{i:05d}", f"企业{i:05d}", i * 10000, i] for i in range(1, 12)]
    result = do(book, table(tmp_path, *rows, head=head))
    assert result.column("tax", 11) == [i if i % 2 else 1 for i in range(1, 12)]
    assert result.column("land", 11) == list(range(1, 12))
    assert len(result.found("W651")) == 5
    assert all(f.level is Level.WARNING for f in result.found("W651"))
