"""``permu-xl FILE ...``: the content decides; patterns and folders are looked up by the program."""

from __future__ import annotations

import sys
from pathlib import Path

import openpyxl
import pytest

from permu_xl.cli.paths import expanded
from permu_xl.cli.program import main
from permu_xl.errors import FileAccessError
from permu_xl.intake import build_departments
from permu_xl.workbook import layout
from tests.workbook.districts import filled, firm, spread_firms


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return filled(Path("某区.xlsx"), spread_firms(12), spread_firms(12))


def answer(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    """Sit at a terminal and type these answers."""
    left = list(answers)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda text: left.pop(0))


def district(path: Path, first: int, name: str) -> Path:
    """Make a district with firms of its own, and evaluate it."""
    firms = [firm(i, tax=10.0 * i) for i in range(first, first + 12)]
    filled(path, firms, firms)
    workbook = openpyxl.load_workbook(path)
    workbook[layout.PARAMETERS].cell(layout.PARAMETER_FIRST_ROW, 2, name)
    workbook.save(path)
    assert main(["run", str(path), "--in-place", "--no-backup"]) == 0
    return path


def test_a_workbook_is_checked_and_the_next_step_named(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(book)]) == 0
    said = capsys.readouterr().out
    assert "（permu-xl check 某区.xlsx）" in said
    assert said.endswith("评价请用 permu-xl run 某区.xlsx\n")
    assert [path.name for path in Path().iterdir()] == ["某区.xlsx"]


@pytest.mark.parametrize(("typed", "made"), [("y", True), ("n", False), ("", True)])
def test_who_agrees_has_it_evaluated(
    typed: str, made: bool, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, typed)
    assert main([str(book)]) == 0
    assert Path("某区-结果.xlsx").exists() is made


def test_a_workbook_with_errors_is_not_offered_to_run(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(book, [firm(1, tax="约三百")], spread_firms(12))
    answer(monkeypatch)
    assert main([str(book)]) == 1
    assert "现在评价吗" not in capsys.readouterr().out


def test_tables_of_departments_are_imported_into_the_workbook_among_them(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("部门").mkdir()
    build_departments(Path("部门"))
    assert main(["新.xlsx", "部门"]) == 3
    assert main(["template", "新.xlsx", "--year", "2022", "--rows", "200"]) == 0
    capsys.readouterr()
    assert main(["部门", "新.xlsx"]) in (0, 1)
    said = capsys.readouterr().out
    assert "（permu-xl import -o 新.xlsx 部门/科技局.xlsx 部门/税务局.xlsx" in said
    assert "更新了 新.xlsx：118户企业" in said


def test_tables_alone_want_a_workbook(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("部门").mkdir()
    build_departments(Path("部门"))
    assert main(["部门/*.csv"]) == 2
    assert "permu-xl import -o 新工作簿.xlsx 部门/统计局.csv --year 年份" in capsys.readouterr().out
    answer(monkeypatch, "y", "2022")
    assert main(["部门/*.csv"]) in (0, 1)
    assert Path("部门/亩均评价2022.xlsx").is_file()


def test_evaluated_workbooks_are_collected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    district(Path("甲区.xlsx"), 1, "甲区")
    district(Path("乙区.xlsx"), 21, "乙区")
    Path("~$乙区.xlsx").write_bytes(b"")
    Path("乙区.bak.xlsx").write_bytes(b"")
    assert main(["*.xlsx"]) == 0
    assert "2022年度：汇入2个地区，已写入 全市2022.xlsx" in capsys.readouterr().out
    # Once more it would replace what may have been filled in.
    assert main(["甲区.xlsx", "乙区.xlsx"]) == 2
    assert "--force" in capsys.readouterr().out
    # The workbook of the city is none of the districts of its own folder.
    assert main(["city", ".", "-o", "全市2022.xlsx", "--force"]) == 0
    assert "汇入2个地区" in capsys.readouterr().out
    assert main(["全市2022.xlsx", "甲区.xlsx"]) == 2
    assert "permu-xl city apply 全市2022.xlsx 甲区.xlsx" in capsys.readouterr().out


def test_districts_not_evaluated_yet_are_named(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    district(Path("甲区.xlsx"), 1, "甲区")
    assert main([".", "--debug"]) == 2
    said = capsys.readouterr().out
    assert "还没有评价，评价完才能汇总：某区.xlsx\n  permu-xl run 某区.xlsx" in said


@pytest.mark.parametrize(
    ("word", "status", "said"),
    [
        ("没有.xlsx", 3, "找不到工作簿 没有.xlsx"),
        ("没有*.xlsx", 3, "与 没有*.xlsx 相符的文件里没有能用的文件"),
        ("空", 3, "文件夹 空 里没有能用的文件"),
    ],
)
def test_files_that_are_not_there(
    word: str, status: int, said: str, book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("空").mkdir()
    assert main([word]) == status
    assert said in capsys.readouterr().err


def test_a_name_in_brackets_is_no_pattern_where_it_is_a_file(tmp_path: Path) -> None:
    file = tmp_path / "表[1].csv"
    file.write_bytes(b"")
    assert expanded([file], [".csv"]) == (file,)
    with pytest.raises(FileAccessError):
        expanded([tmp_path / "表[2].csv"], [".csv"])


def test_python_m_permu_xl(book: Path) -> None:
    import subprocess

    call = [sys.executable, "-m", "permu_xl"]
    alone = subprocess.run(call, capture_output=True, text=True, check=True)
    assert "用法：permu-xl" in alone.stdout
    done = subprocess.run([*call, "check", book], capture_output=True, text=True, check=True)
    assert "可以评价" in done.stdout


def test_the_first_year_takes_last_years_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two firms, two years: the figures of last year's tables stand in 上年数据."""
    monkeypatch.chdir(tmp_path)
    for year, factor in ((2021, 1), (2022, 2)):
        Path(str(year)).mkdir()
        rows = [f"91210100000000000{i},厂{i},{100 * i * factor}" for i in (1, 2)]
        head = "统一社会信用代码,企业名称,总产值（万元）"
        Path(f"{year}/统计局.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    call = ["import", "-o", "某区.xlsx", "2022/统计局.csv", "--year", "2022"]
    assert main([*call, "--last-year", "2021"]) == 0
    assert "“上年数据”2户" in capsys.readouterr().out
    assert sorted(path.name for path in Path().glob("*.xlsx")) == [
        "某区-上年数据2021.xlsx",
        "某区.xlsx",
    ]
    workbook = openpyxl.load_workbook("某区.xlsx")
    found = {}
    for title in (layout.DATA, layout.PREVIOUS):
        sheet = workbook[title]
        columns = {str(cell.value): cell.column for cell in sheet[layout.HEADER_ROW]}
        found[title] = [
            sheet.cell(layout.FIRST_ROW + i, columns["总产值（万元）"]).value for i in (0, 1)
        ]
    assert found == {layout.DATA: [200, 400], layout.PREVIOUS: [100, 200]}
    assert main([*call[:3], "--last-year", "2021"]) == 2
    assert "请改用 --last-year 某区-上年数据2021.xlsx" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("typed", "written"), [(["1"], "某区.xlsx"), (["0", "y", "2022"], "亩均评价2022.xlsx")]
)
def test_whoever_sends_tables_chooses_among_the_workbooks_beside_them(
    typed: list[str],
    written: str,
    book: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    build_departments(Path())
    tables = [str(path) for path in Path().iterdir() if path != book]
    before = book.read_bytes()
    answer(monkeypatch, *typed)
    assert main(tables) in (0, 1)
    assert "  1  某区.xlsx\n  0  都不是，导入新的工作簿\n" in capsys.readouterr().out
    assert Path(written).is_file()
    assert (book.read_bytes() != before) is (written == book.name)
