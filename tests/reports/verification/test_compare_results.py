"""permu-xl verify: every kind of tampering is named, and nothing else is."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from permu_xl.cli.program import main
from permu_xl.reports.verification.compare_results import differences
from permu_xl.reports.verification.verdict import Verdict, verify
from permu_xl.schemes import available, load
from permu_xl.workbook import layout
from permu_xl.workbook.district import assess, run
from permu_xl.workbook.reading.opened import open_workbook, read_book
from permu_xl.workbook.record import entries
from permu_xl.workbook.record.entries import Stamp
from tests.places import WORKBOOKS
from tests.workbook.any_districts import any_firms
from tests.workbook.districts import YEAR, filled, firm, spread_firms

NOON = Stamp("甲", dt.datetime(2023, 6, 30, 12, 0, tzinfo=dt.UTC))
SCORE = [field.key for field in layout.score_fields(load())]
CLASS = [field.key for field in layout.class_fields(load())]
RUN = [field.key for field in layout.run_fields()]


def at(keys: list[str], key: str, row: int = 0) -> str:
    return f"{get_column_letter(keys.index(key) + 1)}{layout.FIRST_ROW + row}"


@pytest.fixture(scope="module")
def run_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    firms = [firm(i, tax=20.0 * i) for i in range(1, 11)]
    path = filled(tmp_path_factory.mktemp("run") / "某区.xlsx", firms, firms)
    run(path, path, by=NOON)
    return path


@pytest.fixture
def book(run_once: Path, tmp_path: Path) -> Path:
    """Ten evaluated firms: the last one has 36 + 55 + 15 = 106 points and class A."""
    return Path(shutil.copy(run_once, tmp_path / run_once.name))


def put(path: Path, sheet: str, cell: str, value: Any) -> None:
    book = openpyxl.load_workbook(path)
    book[sheet][cell] = value
    book.save(path)


def states(verdict: Verdict) -> dict[str, bool | None]:
    return {check.name: check.agrees for check in verdict.checks}


GOOD = {"输入": True, "方案": True, "结果": True, "记录": True}


def test_what_was_written_agrees(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    verdict = verify(book)
    assert states(verdict) == GOOD
    assert (verdict.differences, verdict.notes, verdict.agrees) == ((), (), True)
    assert main(["verify", str(book)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "结论：某区.xlsx 核对一致。"


def test_saving_anew_and_moving_columns_change_nothing(book: Path) -> None:
    opened = openpyxl.load_workbook(book)
    opened[layout.SCORES].insert_cols(2)
    opened[layout.SCORES]["B5"] = "我的列"
    opened.save(book)
    assert states(verify(book)) == GOOD


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "subject", "item", "expected"),
    [
        (layout.SCORES, at(SCORE, "total", 9), 107, "企业00010", "总分", "106"),
        (layout.SCORES, at(SCORE, "rank", 9), None, "企业00010", "总分排名", "1"),
        (layout.SCORES, at(SCORE, "total", 9), "106", "企业00010", "总分", "106"),
        (layout.SCORES, at(SCORE, "name", 3), "另一户", "企业00004", "企业名称", "企业00004"),
        (layout.CLASSES, at(CLASS, "final"), "B", "企业00001", "最终分类", "C"),
        (layout.BASELINES, "I5", 12, "亩均税收", "采用基准值", "11"),
        (layout.SCORES, at(SCORE, "total", 12), 99, "", "总分", ""),
    ],
)
def test_a_cell_changed_by_hand_is_named(
    book: Path, sheet: str, cell: str, value: Any, subject: str, item: str, expected: str
) -> None:
    put(book, sheet, cell, value)
    verdict = verify(book)
    (found,) = verdict.differences
    assert (found.sheet, found.cell, found.subject, found.item) == (sheet, cell, subject, item)
    assert found.written == ("" if value is None else str(value))
    assert found.expected == expected
    assert states(verdict) == {**GOOD, "结果": False}
    assert not verdict.agrees


@pytest.mark.parametrize(
    ("sheet", "cell"),
    [
        (layout.CLASSES, at(CLASS, "basis")),
        (layout.SUMMARY, "B5"),
        (layout.FINDINGS, "I5"),
    ],
)
def test_texts_counts_and_findings_are_compared_too(book: Path, sheet: str, cell: str) -> None:
    put(book, sheet, cell, "改了")
    assert [(d.sheet, d.cell, d.written) for d in verify(book).differences] == [
        (sheet, cell, "改了")
    ]


def test_the_command_says_what_is_wrong(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cell = at(SCORE, "total", 9)
    put(book, layout.SCORES, cell, 107)
    assert main(["verify", str(book)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "结果：不一致。有1格与按现在的输入重算的不同。" in lines
    assert f"  得分!{cell} 企业00010 总分：写的是“107”，应为“106”。" in lines
    assert lines[-1].startswith("结论：某区.xlsx 核对不一致")


def test_long_lists_are_cut_unless_asked(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    opened = openpyxl.load_workbook(book)
    for row in range(40):
        for column in range(10):
            opened[layout.SCORES].cell(layout.FIRST_ROW + 20 + row, 4 + column, 1)
    opened.save(book)
    assert main(["verify", str(book)]) == 1
    shown = capsys.readouterr().out
    assert shown.count("得分!") == 200
    assert "另有200格" in shown
    assert main(["verify", str(book), "--all"]) == 1
    assert capsys.readouterr().out.count("得分!") == 400


def test_changed_inputs_are_told_apart_from_changed_results(book: Path) -> None:
    put(book, layout.DATA, "F5", 10.5)  # the land of the first firm
    verdict = verify(book)
    assert states(verdict) == {"输入": False, "方案": True, "结果": False, "记录": True}
    assert {d.subject for d in verdict.differences} >= {"企业00001"}


def test_a_remark_is_no_input(book: Path) -> None:
    keys = [field.key for field in layout.data_fields(load())]
    put(book, layout.DATA, at(keys, "remark"), "核过")
    assert states(verify(book)) == GOOD


def test_a_changed_weight_is_a_change_of_the_scheme(book: Path) -> None:
    put(book, layout.PARAMETERS, "E10", 1.3)
    assert states(verify(book)) == {"输入": False, "方案": False, "结果": False, "记录": True}


def test_a_changed_scheme_file(tmp_path: Path) -> None:
    overlay = 'extends = "shenyang_2021"\nid = "our"\ntitle = "本区"\n'
    (tmp_path / "本区.toml").write_text(overlay, encoding="utf-8")
    firms = spread_firms(12)
    path = filled(tmp_path / "某区.xlsx", firms, firms)
    put(path, layout.PARAMETERS, "B6", "本区.toml")
    run(path, path, by=NOON)
    assert states(verify(path)) == GOOD
    (tmp_path / "本区.toml").write_text(f"{overlay}score_decimals = 0\n", encoding="utf-8")
    assert states(verify(path)) == {"输入": True, "方案": False, "结果": False, "记录": True}
    (tmp_path / "本区.toml").unlink()
    verdict = verify(path)
    assert (states(verdict)["方案"], verdict.agrees) == (False, False)


@pytest.mark.parametrize("key", ["time", "who", "version", "classes", "inputs_hash", "seal"])
def test_a_record_changed_by_hand(book: Path, key: str) -> None:
    put(book, layout.RUNS, at(RUN, key), "改了")
    assert states(verify(book))["记录"] is False


def test_a_row_taken_out_of_the_record(book: Path) -> None:
    for minute in (1, 2):
        run(book, book, by=Stamp("甲", NOON.when + dt.timedelta(minutes=minute)))
    assert states(verify(book)) == GOOD
    opened = openpyxl.load_workbook(book)
    opened[layout.RUNS].delete_rows(layout.FIRST_ROW + 1)
    opened.save(book)
    assert states(verify(book)) == {**GOOD, "记录": False}


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("classes", "A 9、B 0、C 1、D 0、不参评 0", "各类户数"),
        ("findings", "错误 0、警告 0、提示 0", "数据核查条数"),
        ("results_hash", "0" * 64, "结果校验值"),
        ("participants", "9", "参评企业数"),
    ],
)
def test_a_forged_row_is_held_against_the_recomputation(
    book: Path, key: str, value: str, told: str
) -> None:
    runs = read_book(book).runs
    assert runs is not None
    entry = {**runs.entries[0], key: value}
    put(book, layout.RUNS, at(RUN, key), value)
    put(book, layout.RUNS, at(RUN, "seal"), entries.seal(entry))
    (record,) = [check for check in verify(book).checks if check.name == "记录"]
    assert record.agrees is False
    assert record.text.startswith(told)


def test_another_version_is_a_note(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "__version__", "0.0.9")
    run(book, book, by=NOON)
    put(book, layout.CLASSES, at(CLASS, "basis"), "旧版的写法")
    verdict = verify(book)
    assert verdict.agrees
    assert verdict.notes[0].startswith("结果由程序版本0.0.9写入")
    assert "1格说明文字" in verdict.notes[1]


def test_a_workbook_without_a_record_is_still_recomputed(book: Path) -> None:
    opened = openpyxl.load_workbook(book)
    del opened[layout.RUNS]
    opened.save(book)
    assert states(verify(book)) == {"记录": None, "结果": True}
    assert main(["verify", str(book)]) == 0
    put(book, layout.CLASSES, at(CLASS, "final"), "A")
    verdict = verify(book)
    assert [d.cell for d in verdict.differences] == [at(CLASS, "final")]
    assert main(["verify", str(book)]) == 1


def test_a_workbook_that_was_never_evaluated(tmp_path: Path) -> None:
    verdict = verify(filled(tmp_path / "x.xlsx", spread_firms(5), spread_firms(5)))
    assert states(verdict) == {"记录": None, "结果": False}
    assert "还没有评价过" in verdict.checks[-1].text
    assert verdict.differences == ()


def test_inputs_with_errors_cannot_be_recomputed(book: Path) -> None:
    put(book, layout.DATA, "G5", "约三百")
    verdict = verify(book)
    assert states(verdict) == {"输入": False, "方案": True, "结果": False}
    assert "错误1条" in verdict.checks[-1].text


@pytest.mark.parametrize("name", available())
def test_other_schemes(tmp_path: Path, name: str) -> None:
    firms, last = (any_firms(load(name), 24, seed, year=YEAR) for seed in (1, 2))
    path = filled(tmp_path / "某区.xlsx", firms, last, scheme=load(name))
    run(path, path, by=NOON)
    assert states(verify(path)) == GOOD
    keys = [field.key for field in layout.class_fields(load(name))]
    put(path, layout.CLASSES, at(keys, "final"), "改了")
    assert [d.cell for d in verify(path).differences] == [at(keys, "final")]


def test_tricky_names_are_read_as_they_were_written(tmp_path: Path) -> None:
    firms = spread_firms(6)
    names = ("'甲", "+1-2", "TRUE", "2019-05-01", "_x0041_乙", "丙&<>")
    for each, name in zip(firms, names, strict=True):
        each["name"] = name
    path = filled(tmp_path / "某区.xlsx", firms, firms)
    run(path, path, by=NOON)
    assert verify(path).differences == ()


def test_names_off_on_the_command_line(book: Path) -> None:
    assert main(["run", str(book), "--in-place", "--no-names"]) == 0
    runs = read_book(book).runs
    assert runs is not None
    assert [entry["who"] for entry in runs.entries] == ["甲", "（不记姓名）"]
    assert states(verify(book)) == GOOD


def test_the_texts_have_the_recorded_hashes(book: Path, tmp_path: Path) -> None:
    folder = tmp_path / "文本"
    assert main(["verify", str(book), "--texts", str(folder)]) == 0
    runs = read_book(book).runs
    assert runs is not None
    for name, key in (("输入", "inputs"), ("方案", "scheme"), ("结果", "results")):
        content = (folder / f"{name}.txt").read_bytes()
        assert hashlib.sha256(content).hexdigest() == runs.entries[-1][f"{key}_hash"]


def test_the_macro_workbook(tmp_path: Path) -> None:
    shipped = WORKBOOKS / "permu_template.xlsm"
    opened = openpyxl.load_workbook(shipped, keep_vba=True)
    fields = [field.key for field in layout.data_fields(load())]
    for sheet in (layout.DATA, layout.PREVIOUS):
        for row, each in enumerate(spread_firms(8), layout.FIRST_ROW):
            for key, value in each.items():
                opened[sheet].cell(row, fields.index(key) + 1, value)
    opened[layout.PARAMETERS]["B5"] = 2022
    path = tmp_path / "某区.xlsm"
    opened.save(path)
    opened.vba_archive.close()
    run(path, path, by=NOON)
    verdict = verify(path)
    assert states(verdict) == GOOD, verdict


def test_differences_serve_other_reports(book: Path) -> None:
    opened = open_workbook(book)
    outcome = assess(opened.book)
    assert outcome.evaluation is not None
    assert differences(opened, outcome.evaluation) == []
    put(book, layout.FINDINGS, "I5", "改了")
    opened = open_workbook(book)
    # Without findings their sheet is left out.
    assert differences(opened, outcome.evaluation) == []
    assert len(differences(opened, outcome.evaluation, outcome.findings)) == 1


def test_a_missing_file(tmp_path: Path) -> None:
    assert main(["verify", str(tmp_path / "没有.xlsx")]) == 3
