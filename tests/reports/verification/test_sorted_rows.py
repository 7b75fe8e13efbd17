"""Results sorted with their own arrows are understood; what was tampered with is named first."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from permu_xl.cli.program import main
from permu_xl.reports.verification.verdict import Verdict, local_time, verify
from permu_xl.workbook import layout
from permu_xl.workbook.district import run
from permu_xl.workbook.record.entries import Stamp
from tests.workbook.districts import filled, firm

NOON = Stamp("甲", dt.datetime(2023, 6, 30, 12, 0, tzinfo=dt.UTC))


@pytest.fixture
def book(tmp_path: Path) -> Path:
    firms = [firm(i, tax=20.0 * i) for i in range(1, 11)]
    path = filled(tmp_path / "某区.xlsx", firms, firms)
    run(path, path, by=NOON)
    return path


@pytest.fixture
def in_peking(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def resort(path: Path, *sheets: str, header: str = "企业名称") -> None:
    """Turn the rows of sheets round, as a sort with the arrows does: cells move with their row."""
    workbook = openpyxl.load_workbook(path)
    for name in sheets:
        sheet = workbook[name]
        rows = range(layout.FIRST_ROW, layout.FIRST_ROW + 10)
        cells = [[cell.value for cell in sheet[row]] for row in rows]
        for row, values in zip(rows, reversed(cells), strict=True):
            for column, value in enumerate(values, 1):
                sheet.cell(row, column).value = value
    workbook.save(path)


def column_of(sheet: Any, header: str) -> int:
    return next(int(c.column) for c in sheet[layout.HEADER_ROW] if c.value == header)


def put(path: Path, name: str, firm_name: str, header: str, value: Any) -> str:
    """Change a firm's cell wherever its row stands; return the address."""
    workbook = openpyxl.load_workbook(path)
    sheet = workbook[name]
    names, column = column_of(sheet, "企业名称"), column_of(sheet, header)
    row = next(
        row
        for row in range(layout.FIRST_ROW, sheet.max_row + 1)
        if sheet.cell(row, names).value == firm_name
    )
    cell = sheet.cell(row, column)
    cell.value = value
    workbook.save(path)
    return str(cell.coordinate)


def states(verdict: Verdict) -> dict[str, bool | None]:
    return {check.name: check.agrees for check in verdict.checks}


@pytest.mark.parametrize(
    "sheets", [[layout.SCORES], [layout.CLASSES], [layout.SCORES, layout.CLASSES]]
)
def test_sorted_results_agree(sheets: list[str], book: Path) -> None:
    resort(book, *sheets)
    verdict = verify(book)
    assert verdict.agrees
    assert verdict.differences == ()
    names = "、".join(f"“{name}”" for name in (layout.CLASSES, layout.SCORES) if name in sheets)
    assert verdict.notes == (f"{names}的行重新排过序，已按统一社会信用代码对应。",)


def test_a_sorted_workbook_is_published_and_collected(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    resort(book, layout.SCORES, layout.CLASSES)
    assert main(["publish", str(book)]) == 0
    out = book.with_name("全市.xlsx")
    assert main(["city", str(book), "-o", str(out)]) == 0
    assert "汇入1个地区" in capsys.readouterr().out


def test_a_changed_class_in_a_sorted_table_is_the_only_thing_told(book: Path) -> None:
    resort(book, layout.SCORES, layout.CLASSES)
    cell = put(book, layout.CLASSES, "企业00001", "最终分类", "A")
    verdict = verify(book)
    assert [d.told for d in verdict.differences] == [
        f"分类结果!{cell} 企业00001 最终分类：写的是“A”，应为“C”。"
    ]


def test_classes_come_before_scores_and_all_else(book: Path) -> None:
    for sheet, header, value in (
        (layout.SCORES, "总分", 1),
        (layout.CLASSES, "最终分类", "A"),
    ):
        put(book, sheet, "企业00001", header, value)
    workbook = openpyxl.load_workbook(book)
    workbook[layout.BASELINES].cell(layout.FIRST_ROW, 9).value = 1
    # One finding goes, so that all others move up a row.
    workbook[layout.FINDINGS].delete_rows(layout.FIRST_ROW)
    workbook.save(book)
    found = verify(book).differences
    assert [d.title for d in found] == [
        layout.CLASSES, layout.SCORES, layout.BASELINES, layout.FINDINGS,
    ]  # fmt: skip
    assert found[-1].told.startswith("数据核查 缺少一条：W206 原始数据 B5 企业00001")


def test_findings_are_a_set(book: Path) -> None:
    resort(book, layout.FINDINGS)
    assert verify(book).agrees
    workbook = openpyxl.load_workbook(book)
    sheet = workbook[layout.FINDINGS]
    last = sheet.max_row + 1
    for column, value in enumerate(("警告", "W999", "原始数据", "B5"), 1):
        sheet.cell(last, column).value = value
    workbook.save(book)
    assert [d.told for d in verify(book).differences] == [
        f"数据核查!A{last} 多出一条：W999 原始数据 B5。"
    ]


def test_changed_inputs_are_named_by_firm_and_item(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cell = put(book, layout.DATA, "企业00003", "实缴税收（万元）", 99)
    before = put(book, layout.PREVIOUS, "企业00004", "总产值（万元）", None)
    verdict = verify(book)
    assert [change.told for change in verdict.inputs] == [
        f"原始数据!{cell} 企业00003 实缴税收（万元）：评价以后改过，现在是“99”。",
        f"上年数据!{before} 企业00004 总产值（万元）：评价以后改过，现在是空的。",
    ]
    assert main(["verify", str(book)]) == 1
    shown = capsys.readouterr().out.splitlines()
    assert "评价以后改过的输入，2处：" in shown
    assert shown.index("评价以后改过的输入，2处：") < min(
        k for k, text in enumerate(shown) if text.startswith("与重算不同的结果")
    )


def test_firms_and_decisions_that_came_or_went_are_named(book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    data, decisions = workbook[layout.DATA], workbook[layout.ADJUSTMENTS]
    data.delete_rows(layout.FIRST_ROW + 9)
    row = layout.FIRST_ROW
    for column, value in enumerate(("912101000000000003", "企业00003", "B", "会议确定"), 1):
        decisions.cell(row, column, value)
    parameters = workbook[layout.PARAMETERS]
    parameters.cell(layout.PARAMETER_FIRST_ROW, 2, "别区")
    workbook.save(book)
    assert [change.told for change in verify(book).inputs] == [
        "参数 地区：评价以后改过，现在是“别区”。",
        f"分类调整!B{row} 企业00003：评价以后添的。",
        "原始数据 912101000000000010：评价时有这一行，现在没有。",
    ]


def test_sorted_inputs_are_the_same_inputs(book: Path) -> None:
    """The results are those of the firms, wherever their rows stand."""
    resort(book, layout.DATA)
    verdict = verify(book)
    assert states(verdict)["输入"] is True
    assert "只是行的次序变了" in verdict.checks[0].text
    assert verdict.inputs == ()
    assert not [d for d in verdict.differences if d.title in (layout.SCORES, layout.CLASSES)]


def test_a_record_without_the_hashes_of_rows_still_serves(book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    sheet = workbook[layout.RUNS]
    sheet.delete_cols(len(layout.run_fields()) + 2)
    workbook.save(book)
    assert states(verify(book))["输入"] is True
    put(book, layout.DATA, "企业00003", "实缴税收（万元）", 99)
    verdict = verify(book)
    assert states(verdict)["输入"] is False
    assert verdict.inputs == ()


def test_the_last_run_is_the_one_compared_with(book: Path) -> None:
    put(book, layout.DATA, "企业00003", "实缴税收（万元）", 99)
    run(book, book)
    assert verify(book).agrees
    workbook = openpyxl.load_workbook(book)
    workbook[layout.DATA].delete_rows(layout.FIRST_ROW + 5, 4)
    workbook.save(book)
    run(book, book)
    assert verify(book).agrees


@pytest.mark.usefixtures("in_peking")
def test_times_are_those_of_the_clock_on_the_wall(book: Path) -> None:
    """Noon in UTC is 8 in the evening in Peking."""
    assert "与2023年6月30日20:00评价时相同" in verify(book).checks[0].text
    assert local_time("2023-12-31T16:05:59Z") == "2024年1月1日00:05"
