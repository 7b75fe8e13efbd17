"""``permu-xl compare`` and ``sensitivity`` as a clerk calls them: screen, files, exit status."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest

from permu_xl.cli.program import main
from permu_xl.reports.comparison.layout import (
    CHANGED_BASELINES,
    CHANGED_CLASSES,
    CHANGED_DATA,
    CHANGED_SCORES,
)
from permu_xl.reports.sensitivity.layout import SENSITIVITY, SENSITIVITY_TABLES
from permu_xl.schemes import load
from permu_xl.workbook import layout
from permu_xl.xlsx.files.names import backup_path
from tests.workbook.districts import filled, firm
from tests.workbook.registers import objection, registered

FIRMS = [firm(k, tax=100.0 + 10 * k, rd=50.0 + k) for k in range(1, 11)]
LAST = [firm(k) for k in range(1, 11)]


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("old") / "原.xlsx", FIRMS, LAST)


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The best firm's tax falls to 90, 企业00003 is gone, a new one is there."""
    changed = [dict(f) for f in FIRMS if f["name"] != "企业00003"]
    changed[-1]["tax"] = 90.0
    changed.append(firm(11, name="新企业"))
    return filled(tmp_path_factory.mktemp("new") / "新.xlsx", changed, LAST)


def table(path: Path, sheet: str) -> list[dict[str, object]]:
    header, *rows = openpyxl.load_workbook(path)[sheet].iter_rows(
        min_row=layout.HEADER_ROW, values_only=True
    )
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def test_compare_lists_every_changed_cell(
    old: Path, new: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "变动.xlsx"
    assert main(["compare", str(old), str(new), "-o", str(out)]) == 0
    found = [
        (row["变动"], row["企业名称"], row["项目"], row["原值"], row["新值"], row["增减"])
        for row in table(out, CHANGED_DATA)
    ]
    assert found == [
        ("修改", "企业00010", "实缴税收", 200, 90, -110),
        ("增加", "新企业", "整行", None, "有这户企业", None),
        ("删除", "企业00003", "整行", "有这户企业", None, None),
    ]
    assert openpyxl.load_workbook(out).sheetnames == [
        CHANGED_CLASSES, CHANGED_SCORES, CHANGED_BASELINES,
        CHANGED_DATA,
    ]  # fmt: skip
    # 企业00010 had the highest tax of firms alike in all but tax and R&D; now it has the lowest,
    # which puts it last by total and by tax for emission.
    classes = {row["企业名称"]: row for row in table(out, CHANGED_CLASSES)}
    assert (classes["企业00010"]["原分类"], classes["企业00010"]["新分类"]) == ("A", "C")
    assert classes["企业00010"]["起作用的变动"] == "本企业数据"
    assert "实缴税收由200改为90" in str(classes["企业00010"]["变动原因"])
    assert classes["新企业"]["原分类"] == "—"
    assert "分类变动" in capsys.readouterr().out


def test_compare_names_the_cells_and_defaults_beside_the_newer(old: Path, new: Path) -> None:
    assert main(["compare", str(old), str(new)]) == 0
    row = table(new.with_name("新-变动.xlsx"), CHANGED_DATA)[0]
    keys = [field.key for field in layout.data_fields(load())]
    letter = openpyxl.utils.get_column_letter(keys.index("tax") + 1)
    # The tenth firm is in the tenth row before, in the ninth after.
    assert (row["原单元格"], row["新单元格"]) == (
        f"{letter}{layout.FIRST_ROW + 9}", f"{letter}{layout.FIRST_ROW + 8}",
    )  # fmt: skip


def test_compare_the_same(old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "变动.xlsx"
    assert main(["compare", str(old), str(old), "-o", str(out)]) == 0
    assert "没有变动" in capsys.readouterr().out
    assert table(out, CHANGED_CLASSES)[0]["统一社会信用代码"] == "没有变动"


def test_compare_does_not_list_the_last_digits_of_another_program(
    old: Path, tmp_path: Path
) -> None:
    """1/3 has 16 digits in a file of Excel and 15 in one of LibreOffice."""
    books = []
    for number, tax in enumerate((1 / 3, 0.333333333333333, 0.333333333333343)):
        firms = [firm(1, tax=tax), *FIRMS[1:]]
        books.append(filled(tmp_path / f"{number}.xlsx", firms, LAST))
    for book, expected in ((books[1], []), (books[2], ["实缴税收"])):
        out = tmp_path / f"{book.stem}-变动.xlsx"
        assert main(["compare", str(books[0]), str(book), "-o", str(out)]) == 0
        found = [row["项目"] for row in table(out, CHANGED_DATA) if row["工作表"]]
        assert found == expected


def test_compare_says_that_the_districts_are_two(
    old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = openpyxl.load_workbook(old)
    book[layout.PARAMETERS].cell(*layout.parameter_cell("district"), "邻区")
    book.save(tmp_path / "邻区.xlsx")
    assert main(["compare", str(old), str(tmp_path / "邻区.xlsx")]) == 0
    said = "".join(capsys.readouterr().out.split())
    assert "注意：地区不同：原来是某区，现在是邻区，核对是不是拿错了工作簿" in said


def test_compare_with_errors_still_compares_the_inputs(
    old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = [dict(f) for f in FIRMS]
    bad[0]["tax"] = "很多"
    broken = filled(tmp_path / "坏.xlsx", bad, LAST)
    out = tmp_path / "变动.xlsx"
    assert main(["compare", str(old), str(broken), "-o", str(out)]) == 1
    assert openpyxl.load_workbook(out).sheetnames == [CHANGED_DATA]
    assert "坏.xlsx 有错误" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["compare", "没有.xlsx", "{old}"], 3),
        (["compare", "{old}", "{old}", "-o", "{old}"], 2),
        (["compare", "{old}", "{old}", "-o", "x.csv"], 2),
        (["sensitivity", "没有.xlsx"], 3),
        (["sensitivity", "{old}", "--margin", "-1"], 2),
        (["sensitivity", "{old}", "-o", "x.xlsm"], 2),
    ],
)
def test_wrong_calls(old: Path, arguments: list[str], status: int) -> None:
    assert main([argument.format(old=old) for argument in arguments]) == status


def test_sensitivity_adds_one_sheet_and_touches_no_other(
    old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "区.xlsx"
    shutil.copy(old, book)
    assert main(["sensitivity", str(book)]) == 0
    out = tmp_path / "区-敏感性.xlsx"
    before, after = zipfile.ZipFile(book), zipfile.ZipFile(out)
    kept = [n for n in before.namelist() if n.startswith("xl/worksheets/")]
    assert all(before.read(name) == after.read(name) for name in kept)
    sheet = openpyxl.load_workbook(out)[SENSITIVITY]
    firsts = [cell.value for cell in sheet["A"]]
    for title, _ in SENSITIVITY_TABLES.values():
        assert title in firsts
    # 1.5 places are 2; rounded down there is one less.
    (row,) = (
        row
        for row in sheet.iter_rows(values_only=True)
        if row[1] == "A类名额不是整数时" and row[3] == "舍去小数"
    )
    assert (row[4], row[6]) == (1, "A→B 1户")
    assert "取决于口径" in capsys.readouterr().out


def test_sensitivity_in_place_twice_keeps_one_sheet(old: Path, tmp_path: Path) -> None:
    book = tmp_path / "区.xlsx"
    shutil.copy(old, book)
    for _ in range(2):
        assert main(["sensitivity", str(book), "--in-place"]) == 0
    assert openpyxl.load_workbook(book).sheetnames.count(SENSITIVITY) == 1
    assert backup_path(book).exists()


def test_sensitivity_leaves_a_sheet_of_the_same_name_alone(
    old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "区.xlsx"
    workbook = openpyxl.load_workbook(old)
    workbook.create_sheet(SENSITIVITY)["A1"] = "自己的表"
    workbook.save(book)
    assert main(["sensitivity", str(book), "--in-place"]) == 3
    assert "请改名" in capsys.readouterr().err
    assert openpyxl.load_workbook(book)[SENSITIVITY]["A1"].value == "自己的表"


def test_text_from_cells_stays_text_and_commands_no_terminal(
    old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # As in test_compare: the one firm that falls to the end changes its class.
    changed = [dict(f) for f in FIRMS]
    changed[-1] |= {"tax": 90.0, "remark": "x"}
    new = filled(tmp_path / "新.xlsx", changed, LAST)
    workbook = openpyxl.load_workbook(new)
    cell = workbook[layout.DATA].cell(layout.FIRST_ROW + 9, 3)
    cell.value, cell.data_type = "=1+1\x9b2J厂", "s"
    workbook.save(new)
    out = tmp_path / "变动.xlsx"
    assert main(["compare", str(old), str(new), "-o", str(out)]) == 0
    assert "\x9b" not in capsys.readouterr().out
    names = [row["企业名称"] for row in table(out, CHANGED_CLASSES)]
    assert any(str(name).startswith("=1+1") for name in names)
    sheet = openpyxl.load_workbook(out)[CHANGED_CLASSES]
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def test_a_changed_figure_leads_to_its_objection(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of two changed figures one was objected to; the tax of another firm was not."""
    told = objection(2, "总产值（万元）", 8260, outcome="采纳", decided="2023-7-18", by="甲")
    other = objection(3, "从业人员", 61)
    before = registered(tmp_path / "原.xlsx")
    after = [firm(1, tax=90.0), firm(2, output=8260.0), firm(3), firm(4)]
    registered(tmp_path / "新.xlsx", firms=after, objections=[told, other])
    out = tmp_path / "变动.xlsx"
    assert main(["compare", str(before), str(tmp_path / "新.xlsx"), "-o", str(out)]) == 0
    found = {row["项目"]: row["异议"] for row in table(out, CHANGED_DATA)}
    assert found == {
        "实缴税收": None,
        "总产值": "异议台账第5行：总产值（万元）应是8260，采纳（2023-07-18）",
    }
    said = capsys.readouterr().out
    assert "原始数据的变动有1处对应“异议台账”的记录。" in said
    assert "原始数据的变动有1处在“异议台账”里没有记录" in said


def test_without_a_register_nothing_is_asked_of_changes(
    old: Path, new: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(old), str(new), "-o", str(tmp_path / "变动.xlsx")]) == 0
    assert "异议" not in capsys.readouterr().out
