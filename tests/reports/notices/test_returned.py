"""Notices that came back: what firms have filled in gets onto 异议台账, once, and nothing else."""

from __future__ import annotations

import datetime as dt
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest

from permu_xl.cli.program import main
from permu_xl.reports.notices.returned import read_returned
from permu_xl.schemes import load
from permu_xl.workbook import layout
from permu_xl.workbook.reading.opened import read_book
from permu_xl.xlsx.files.names import backup_path
from tests.workbook.districts import fill, firm
from tests.workbook.registers import key, last_class, objection, registered, without

FIRMS = [firm(k, output=3000.0 + k) for k in (1, 2, 3, 4)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a workbook and the notices to its firms."""
    folder = tmp_path_factory.mktemp("made")
    book = registered(folder / "某区.xlsx", firms=FIRMS)
    assert main(["notices", str(book), "-o", str(folder / "单")]) == 0
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def notice(folder: Path, number: int) -> Path:
    (found,) = (folder / "单").glob(f"{key(number)[0]}*.docx")
    return found


def fill_in(path: Path, figures: dict[str, str], words: str = "", ticked: str = "") -> Path:
    """Type into a notice as a firm does."""
    document = docx.Document(str(path))
    for table in document.tables:
        for row in table.rows:
            label = row.cells[0].text
            if label in figures:
                row.cells[-1].paragraphs[0].add_run(figures[label])
            if label == "异议和证明材料":
                row.cells[1].text = words
            if ticked and "有异议" in label:
                paragraph = row.cells[0].paragraphs[0]
                paragraph.runs[0].text = paragraph.text.replace("□ 有异议", ticked)
    document.save(str(path))
    return path


def register(folder: Path, *files: Path, status: int = 0) -> list[tuple[object, ...]]:
    """Register what is in the files; return firm, item, claim and evidence of the entries."""
    words = ["register", str(folder / "某区.xlsx"), *map(str, files), "--received", "2023年7月10日"]
    assert main([*words, "--in-place"]) == status
    entries = read_book(folder / "某区.xlsx").registered
    return [(each.name, each.item, each.claimed, each.evidence) for each in entries]


def test_a_figure_and_its_evidence(folder: Path) -> None:
    returned = fill_in(notice(folder, 2), {"总产值": "8,260", "从业人员": "61"}, "年报")
    assert register(folder, returned) == [
        ("企业00002", "总产值", "8,260", "年报"),
        ("企业00002", "从业人员", "61", "年报"),
    ]
    entry = read_book(folder / "某区.xlsx").registered[0]
    assert (entry.code, entry.received, entry.is_open) == (key(2)[0], dt.date(2023, 7, 10), True)
    assert backup_path(folder / "某区.xlsx").is_file()


def test_what_is_read_again_is_not_entered_again(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    returned = fill_in(notice(folder, 2), {"总产值": "8260"})
    assert len(register(folder, returned)) == 1
    book = openpyxl.load_workbook(folder / "某区.xlsx")
    book[layout.OBJECTIONS].cell(layout.FIRST_ROW, 9).value = "采纳"
    book.save(folder / "某区.xlsx")
    # Typed otherwise, decided meanwhile: the same objection all the same.
    fill_in(notice(folder, 2), {"总产值": ".0"})
    assert len(register(folder, returned)) == 1
    assert "登记异议0条，原已登记的1条没有重复登记" in capsys.readouterr().out


def test_our_own_figure_written_down_is_no_objection(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    returned = fill_in(notice(folder, 2), {"总产值": "3,002.0"})
    assert register(folder, returned) == []
    assert "H294" in capsys.readouterr().out


def test_the_figure_as_the_notice_shows_it_is_no_objection(tmp_path: Path) -> None:
    """123.46 kg / 0.95 kg is 129.95789473... equivalents; the notice shows six decimals."""
    book = registered(tmp_path / "某区.xlsx", firms=[firm(1, emission=123.46 / 0.95), *FIRMS[1:]])
    assert main(["notices", str(book), "-o", str(tmp_path / "单")]) == 0
    returned = fill_in(notice(tmp_path, 1), {"污染物排放当量": "129.957895"})
    assert register(tmp_path, returned) == []
    fill_in(notice(tmp_path, 1), {"用地面积": "129.957894"})
    assert register(tmp_path, returned) == [("企业00001", "用地面积", "129.957894", "")]


def test_an_entry_typed_by_name_is_not_entered_again(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "某区.xlsx")
    rows = [objection(2, "总产值", "8,260") | {"code": None}]
    fill(book, layout.OBJECTIONS, layout.register_fields(load())[layout.OBJECTIONS], rows)
    book.save(folder / "某区.xlsx")
    assert len(register(folder, fill_in(notice(folder, 2), {"总产值": "8260"}))) == 1


@pytest.mark.parametrize("ticked", ["☑ 有异议", "√有异议", "■ 有异议"])
def test_words_and_ticks_are_objections_too(folder: Path, ticked: str) -> None:
    words = fill_in(notice(folder, 1), {}, "我们认为不应列为C类")
    tick = fill_in(notice(folder, 2), {}, ticked=ticked)
    assert register(folder, words, tick) == [
        ("企业00001", "其他", "", "我们认为不应列为C类"),
        ("企业00002", "其他", "", "勾选了“有异议”，没有写内容"),
    ]


def test_one_file_with_all_firms(folder: Path) -> None:
    book = folder / "某区.xlsx"
    assert main(["notices", str(book), "-o", str(folder), "--one-file"]) == 0
    returned, _ = read_returned(fill_in(folder / "企业确认单.docx", {"总产值": "1"}))
    assert [(each.name, each.claims) for each in returned] == [
        (key(k)[1], (("总产值", "1"),)) for k in (1, 2, 3, 4)
    ]
    assert {each.title for each in returned} == {("某区", "2022")}


def test_rows_go_below_what_stands_there(folder: Path) -> None:
    registered(folder / "某区.xlsx", firms=FIRMS, objections=[objection(4, "总产值", 5)])
    returned = fill_in(notice(folder, 2), {"总产值": "8260"})
    assert [each[:3] for each in register(folder, returned)] == [
        ("企业00004", "总产值", "5"),
        ("企业00002", "总产值", "8260"),
    ]


def test_an_old_workbook_gets_the_sheets_and_keeps_the_rest(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = without(folder / "某区.xlsx", *layout.REGISTERS, layout.MOVES)
    before = {s.title: list(s.values) for s in openpyxl.load_workbook(path)}
    returned = fill_in(notice(folder, 2), {"总产值": "8260"})
    assert register(folder, returned) == [("企业00002", "总产值", "8260", "")]
    assert "补上了工作表“上年分类”、“企业变动”、“异议台账”、“分类变化”" in capsys.readouterr().out
    book = openpyxl.load_workbook(path)
    assert {s.title: list(s.values) for s in book if s.title in before} == before
    assert book.sheetnames == [*before, *layout.REGISTERS, layout.MOVES]
    (choices,) = (v for v in book[layout.OBJECTIONS].data_validations.dataValidation)
    assert choices.formula1 == '"采纳,部分采纳,不采纳,撤回"'
    fill(book, layout.LAST_CLASSES, layout.last_class_fields(load()), [last_class(1, "B")])
    book.save(path)
    assert main(["run", str(path), "--in-place"]) == 0
    matrix = openpyxl.load_workbook(path)[layout.MOVES]
    labels = [matrix.cell(r, 1).value for r in range(layout.FIRST_ROW, layout.FIRST_ROW + 8)]
    assert (labels[1], labels[6]) == ("B", "没有上年分类")
    # The output of the fourth is the highest: it is A, the others B.
    rows = [[matrix.cell(layout.FIRST_ROW + k, c).value for c in range(2, 9)] for k in (1, 6)]
    assert rows == [[0, 1, 0, 0, 0, 0, 1], [1, 2, 0, 0, 0, 0, 3]]


def broken(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04" + bytes(60))


def no_notice(path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("会议通知")
    document.save(str(path))


def hostile(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as package:
        text = '<!DOCTYPE a [<!ENTITY b "c">]><w:document xmlns:w="x">&b;</w:document>'
        package.writestr("word/document.xml", text)


@pytest.mark.parametrize("spoil", [broken, no_notice, hostile])
def test_what_is_no_notice_is_told_and_the_others_are_read(
    folder: Path, capsys: pytest.CaptureFixture[str], spoil: Callable[[Path], None]
) -> None:
    other = folder / "别的.docx"
    spoil(other)
    returned = fill_in(notice(folder, 2), {"总产值": "8260"})
    assert len(register(folder, other, returned, status=1)) == 1
    assert "E291" in capsys.readouterr().out


def test_a_notice_of_another_year_or_of_an_unknown_firm(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    returned = fill_in(notice(folder, 2), {"总产值": "8260"})
    registered(folder / "某区.xlsx", firms=FIRMS[2:])
    assert register(folder, returned, status=1) == []
    assert "E293" in capsys.readouterr().out
    book = openpyxl.load_workbook(folder / "某区.xlsx")
    book[layout.PARAMETERS]["B5"] = 2023
    book.save(folder / "某区.xlsx")
    assert register(folder, returned, status=1) == []
    assert "确认单是某区2022年度的，这里是某区2023年度" in capsys.readouterr().out


def test_a_sheet_of_the_districts_own_is_not_touched(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = openpyxl.load_workbook(folder / "某区.xlsx")
    del book[layout.OBJECTIONS]
    book.create_sheet(layout.OBJECTIONS)["A1"] = "我们自己的台账"
    book.save(folder / "某区.xlsx")
    before = (folder / "某区.xlsx").read_bytes()
    register(folder, notice(folder, 2), status=3)
    assert "不是模板里的那种表" in capsys.readouterr().err
    assert (folder / "某区.xlsx").read_bytes() == before


def test_a_folder_stands_for_its_documents(folder: Path) -> None:
    for number in (1, 2):
        fill_in(notice(folder, number), {"总产值": "8260"})
    (folder / "单" / "~$锁.docx").write_bytes(b"")
    assert [each[0] for each in register(folder, folder / "单")] == ["企业00001", "企业00002"]


def test_the_notice_tells_of_last_year_events_and_objections(folder: Path) -> None:
    registered(
        folder / "某区.xlsx",
        firms=FIRMS,
        classes=[{"code": key(1)[0], "name": key(1)[1], "letter": "B"}],
        events=[
            {"kind": "更名", "old_code": key(2)[0], "old_name": "旧名",
             "new_code": key(2)[0], "new_name": key(2)[1]}
        ],
        objections=[objection(1, "总产值", 8260, outcome="不采纳", decided="2023-7-18")],
    )  # fmt: skip
    book = str(folder / "某区.xlsx")
    assert main(["notices", book, "-o", str(folder / "单"), "--force"]) == 0

    def text(number: int) -> str:
        return "\n".join(p.text for p in docx.Document(str(notice(folder, number))).paragraphs)

    # All totals but the output's part are alike; the output of the fourth is the highest.
    assert "上年分类：B类，本年：" in text(1)
    assert "异议：总产值应是8260，不采纳（2023-07-18）。" in text(1)
    assert "企业变动：更名，上年为旧名。" in text(2)
    assert "上年分类" not in text(3)


@pytest.mark.parametrize("agreed", ["无异议", "属实", "数据无误。", "／", "√"])
def test_a_firm_that_writes_that_all_is_right_objects_to_nothing(
    folder: Path, agreed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    returned = fill_in(notice(folder, 2), {"总产值": agreed, "用地面积": agreed}, agreed)
    assert register(folder, returned) == []
    assert "H294" in capsys.readouterr().out
    doubting = fill_in(notice(folder, 3), {"总产值": agreed, "从业人员": "不属实"}, agreed)
    assert register(folder, doubting) == [("企业00003", "从业人员", "不属实", "")]


def test_a_notice_that_is_open_in_word_is_read_as_saved_last(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Word's mark leaves out two letters of a name of eight or more, one of one of seven."""
    for stem, marked in (
        ("企业甲的确认单一", "甲的确认单一"),
        ("企业甲的确认单", "业甲的确认单"),
        ("甲确认单", "甲确认单"),
    ):
        path = shutil.copyfile(notice(folder, 1), folder / f"{stem}.docx")
        mark = folder / f"~${marked}.docx"
        mark.write_bytes(b"\x7f")
        register(folder, path)
        said = f"“{path.name}”正开着（Word 或 WPS），用的是上次存盘的内容。"
        assert said in capsys.readouterr().out
        mark.unlink()
        register(folder, path)
        assert "正开着" not in capsys.readouterr().out
