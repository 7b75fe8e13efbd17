"""Nothing that a person made is lost: results that were changed, inputs typed into them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from permu_xl.cli.program import main
from permu_xl.workbook import layout
from tests.workbook.districts import filled, spread_firms

Change = Callable[[Path], None]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return filled(tmp_path / "某区.xlsx", spread_firms(12), spread_firms(12))


@pytest.fixture
def result(book: Path) -> Path:
    assert main(["run", str(book)]) == 0
    return book.with_name("某区-结果.xlsx")


def decide(path: Path) -> None:
    """Type a decision into 分类调整, as the city would have it."""
    workbook = openpyxl.load_workbook(path)
    sheet = workbook[layout.ADJUSTMENTS]
    row = layout.FIRST_ROW
    for column, value in enumerate(("912101000000000003", "企业00003", "B", "会议确定"), 1):
        sheet.cell(row, column, value)
    workbook.save(path)


def widen(path: Path) -> None:
    """Change what is no input."""
    workbook = openpyxl.load_workbook(path)
    workbook.create_sheet("我的说明")["A1"] = "记得给局长看"
    workbook.save(path)


def raise_tax(path: Path) -> None:
    workbook = openpyxl.load_workbook(path)
    sheet = workbook[layout.DATA]
    headers = {str(cell.value): cell.column for cell in sheet[layout.HEADER_ROW]}
    sheet.cell(layout.FIRST_ROW, headers["实缴税收（万元）"], 99)
    workbook.save(path)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_result_nobody_touched_is_made_anew(
    book: Path, result: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raise_tax(book)
    assert main(["run", str(book)]) == 0
    assert names(book.parent) == ["某区-结果.xlsx", "某区.xlsx"]
    assert "改动过" not in capsys.readouterr().out


@pytest.mark.parametrize("command", ["run", "sensitivity"])
def test_what_was_added_to_a_result_is_kept_and_told(
    command: str, book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = book.with_name("某区-某表.xlsx")
    call = [command, str(book), "-o", str(out)]
    assert main(call) == 0
    widen(out)
    before = out.read_bytes()
    capsys.readouterr()
    assert main(call) == 0
    assert "“某区-某表.xlsx”写好以后有人改动过，改动过的那份留作“某区-某表.bak.xlsx”" in (
        capsys.readouterr().out
    )
    assert out.with_name("某区-某表.bak.xlsx").read_bytes() == before
    assert main(call) == 0
    assert out.with_name("某区-某表.bak.xlsx").read_bytes() == before
    assert names(book.parent) == ["某区-某表.bak.xlsx", "某区-某表.xlsx", "某区.xlsx"]


@pytest.mark.parametrize("command", ["run", "sensitivity"])
@pytest.mark.parametrize(("change", "told"), [(decide, "分类调整1行"), (raise_tax, "原始数据1户")])
def test_inputs_typed_into_a_result_are_not_replaced(
    command: str,
    change: Change,
    told: str,
    book: Path,
    result: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A decision typed into the result, which the next run used to lose without a word."""
    change(result)
    before = result.read_bytes()
    call = [command, str(book), "-o", str(result)]
    assert main(call) == 2
    said = capsys.readouterr().err
    assert f"里有另外填的内容（{told}）" in said
    assert f"permu-xl run {result} --in-place" in said
    assert result.read_bytes() == before
    assert names(book.parent) == ["某区-结果.xlsx", "某区.xlsx"]
    assert main([*call, "--force"]) == 0
    assert result.with_name("某区-结果.bak.xlsx").read_bytes() == before


def test_inputs_that_stand_in_the_source_too_are_no_loss(book: Path, result: Path) -> None:
    decide(book)
    decide(result)
    assert main(["run", str(book)]) == 0
    assert (book.parent / "某区-结果.bak.xlsx").is_file()


def test_going_on_with_the_result_takes_its_inputs(
    result: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    decide(result)
    assert main(["run", str(result), "--in-place"]) == 0
    sheet = openpyxl.load_workbook(result)[layout.CLASSES]
    finals = {str(cell.value): cell.column for cell in sheet[layout.HEADER_ROW]}
    assert sheet.cell(layout.FIRST_ROW + 2, finals["最终分类"]).value == "B"


def test_the_workbook_of_another_district_is_not_replaced(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = filled(book.parent / "别区.xlsx", spread_firms(5), spread_firms(5))
    workbook = openpyxl.load_workbook(other)
    workbook[layout.PARAMETERS].cell(layout.PARAMETER_FIRST_ROW, 2, "别区")
    workbook.save(other)
    before = other.read_bytes()
    assert main(["run", str(book), "-o", str(other)]) == 2
    assert "是别区2022年度的工作簿（原始数据" in capsys.readouterr().err
    assert main(["compare", str(book), str(book), "-o", str(other)]) == 2
    assert "是填好的评价工作簿（原始数据5户、上年数据5户）" in capsys.readouterr().err
    assert other.read_bytes() == before


def test_a_file_that_is_no_workbook_is_kept(book: Path) -> None:
    out = book.with_name("某区-结果.xlsx")
    out.write_bytes(b"mine")
    assert main(["run", str(book)]) == 0
    assert out.with_name("某区-结果.bak.xlsx").read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("call", "made"),
    [
        (["compare", "{book}", "{other}"], "另-变动.xlsx"),
        (["publish", "{result}", "--force"], "某区-结果-上报.xlsx"),
        (["city", "{result}", "-o", "{folder}/全市.xlsx", "--force"], "全市.xlsx"),
        (["template", "{folder}/空.xlsx", "--force", "--rows", "5"], "空.xlsx"),
    ],
)
def test_every_command_keeps_what_was_changed(
    call: list[str], made: str, book: Path, result: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = book.parent
    other = folder / "另.xlsx"
    shutil.copyfile(book, other)
    raise_tax(other)
    words = [w.format(book=book, other=other, result=result, folder=folder) for w in call]
    out, kept = folder / made, folder / made.replace(".xlsx", ".bak.xlsx")
    for _ in range(2):
        assert main(words) == 0
        assert not kept.exists()
    widen(out)
    before = out.read_bytes()
    capsys.readouterr()
    assert main(words) == 0
    assert f"改动过的那份留作“{kept.name}”" in capsys.readouterr().out
    assert kept.read_bytes() == before


def test_a_workbook_that_is_open_is_read_as_saved_last(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    owner = bytes(55) + b"\x02\x00" + "王五".encode("utf-16-le")
    book.with_name(f"~${book.name}").write_bytes(owner)
    for command in ("run", "check", "sensitivity"):
        assert main([command, str(book)]) == 0
        said = "“某区.xlsx”正开着（Excel 或 WPS（王五）），用的是上次存盘的内容。"
        assert said in capsys.readouterr().out
    assert main(["run", str(book), "--in-place"]) == 3
    assert "请保存并关闭后再运行" in capsys.readouterr().err
    assert main(["run", str(book), "--in-place", "--ignore-lock"]) == 0
    assert "正开着" not in capsys.readouterr().out
