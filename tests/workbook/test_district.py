"""A whole district: from a filled workbook to results in it, with hand-worked figures."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from permu_xl.errors import BookError, FileAccessError
from permu_xl.findings.kinds import Level
from permu_xl.schemes import load
from permu_xl.workbook import layout
from permu_xl.workbook.district import Outcome, assess, run
from permu_xl.workbook.reading.opened import read_book
from tests.workbook.districts import filled, firm, spread_firms

SCHEME = load()


def table(sheet: Worksheet, header_row: int = layout.HEADER_ROW) -> list[dict[str, Any]]:
    """Read a result table back: one dict a row, keyed by header."""
    rows = list(sheet.iter_rows(min_row=header_row, values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def results(path: Path, title: str) -> list[dict[str, Any]]:
    return [row for row in table(openpyxl.load_workbook(path)[title]) if any(row.values())]


def district_of_ten() -> list[dict[str, Any]]:
    """Ten firms that differ in tax alone: 20, 40, ... 200 on 10 mu."""
    return [firm(i, tax=20.0 * i) for i in range(1, 11)]


def test_ten_firms_by_hand(tmp_path: Path) -> None:
    # Baseline of tax per mu: 1100 / 100 = 11; a firm with tax t scores t/10/11 x 30, at most 36.
    # All other indicators of last year equal this year's, so they score their weight:
    # 15 + 20 + 5 + 15 = 55.  Tax per emission: highest 200/5 = 40; firm i: 20i/5/40 x 15 = 1.5 i.
    target = tmp_path / "out.xlsx"
    outcome = run(filled(tmp_path / "in.xlsx", district_of_ten(), district_of_ten()), target)
    assert outcome.count(Level.ERROR) == 0
    rows = results(target, layout.SCORES)
    for i, row in enumerate(rows, start=1):
        tax_score = min(20 * i / 10 / 11 * 30, 36)
        assert row["亩均税收（万元/亩）"] == pytest.approx(2 * i)
        assert row["亩均税收得分"] == pytest.approx(tax_score)
        assert row["亩均总产值得分"] == pytest.approx(15)
        assert row["研发投入强度得分"] == pytest.approx(20)
        assert row["单位污染物排放税收得分"] == pytest.approx(1.5 * i)
        assert row["总分"] == pytest.approx(tax_score + 55 + 1.5 * i)
        assert row["总分排名"] == 11 - i
    # n = 10: A 15 % = 1.5 -> 2; C/D 10 % = 1; halves of five.
    assert [row["最终分类"] for row in results(target, layout.CLASSES)] == [
        "C", "B", "B", "B", "B", "B", "B", "B", "A", "A",
    ]  # fmt: skip
    halves = [row["半区"] for row in results(target, layout.CLASSES)]
    assert halves == ["后50%"] * 5 + ["前50%"] * 5
    baselines = {row["指标"]: row for row in results(target, layout.BASELINES)}
    assert baselines["亩均税收"]["采用基准值"] == pytest.approx(11)
    assert baselines["亩均税收"]["上年分子合计"] == pytest.approx(1100)
    assert baselines["单位污染物排放税收"]["采用基准值"] == pytest.approx(40)
    assert baselines["单位污染物排放税收"]["采用方法"] == "最高值"


def test_the_summary_counts_what_the_classes_say(tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    firms = [*district_of_ten(), firm(11, industry="0610")]
    run(filled(tmp_path / "in.xlsx", firms, district_of_ten()), target)
    sheet = openpyxl.load_workbook(target)[layout.SUMMARY]
    tables = layout.summary_tables(SCHEME)

    def cells(key: str, count: int) -> list[list[Any]]:
        t = tables[key]
        first, width = t.header_row + 1, len(t.headers)
        area = sheet.iter_rows(first, first + count - 1, t.first_column, t.first_column + width - 1)
        return [[cell.value for cell in row] for row in area]

    counts = {row[0]: row[1] for row in cells("classes", 6)}
    assert counts == {"A": 2, "B": 7, "C": 1, "D": 0, "不参评": 1, "合计": 10}
    # Totals: 61.95, 68.91 | 75.86 | 82.82, 89.77 | 96.73, then capped 36 + 55 + 1.5 i:
    # 101.5, 103, 104.5, 106.
    bins = {row[0]: row[1] for row in cells("bins", len(layout.SCORE_BINS))}
    assert bins["60–70"] == 2
    assert bins["70–80"] == 1
    assert bins["80–90"] == 2
    assert bins["90–100"] == 1
    assert bins["100–110"] == 4
    assert sum(bins.values()) == 10
    indicators = {row[0]: row for row in cells("indicators", 6)}
    assert indicators["亩均税收"][2:] == pytest.approx([11, 11, 11, 100, 100])
    (industry,) = cells("industries", 1)
    assert industry[:3] == ["34", "通用设备制造业", 10]
    assert len([row for row in cells("points", 10) if row[0] is not None]) == 10


def test_results_stay_beside_their_firm_when_rows_are_blank(tmp_path: Path) -> None:
    path = filled(tmp_path / "in.xlsx", district_of_ten(), district_of_ten())
    book = openpyxl.load_workbook(path)
    book[layout.DATA].insert_rows(layout.FIRST_ROW + 2, 2)
    book.save(path)
    run(path, tmp_path / "out.xlsx")
    written = openpyxl.load_workbook(tmp_path / "out.xlsx")[layout.SCORES]
    names = [row["企业名称"] for row in table(written)]
    assert names[:6] == ["企业00001", "企业00002", None, None, "企业00003", "企业00004"]


def test_errors_leave_the_results_as_they_were(tmp_path: Path) -> None:
    path = filled(tmp_path / "in.xlsx", district_of_ten(), district_of_ten())
    run(path, path)
    book = openpyxl.load_workbook(path)
    book[layout.DATA].cell(layout.FIRST_ROW, 7, "约三百")
    book[layout.DATA].cell(layout.FIRST_ROW + 1, 2, 912101001234567890)
    book.save(path)
    before = zipfile.ZipFile(path)
    outcome = run(path, path)
    assert outcome.evaluation is None
    after = zipfile.ZipFile(path)
    findings_sheet = f"xl/worksheets/sheet{layout.SHEETS.index(layout.FINDINGS) + 1}.xml"
    for part in set(before.namelist()) - {findings_sheet, "xl/workbook.xml"}:
        assert before.read(part) == after.read(part), part
    errors = [row for row in results(path, layout.FINDINGS) if row["级别"] == "错误"]
    assert [(row["代码"], row["工作表"], row["单元格"], row["企业名称"]) for row in errors] == [
        ("E401", "原始数据", "G5", "企业00001"),
        ("E414", "原始数据", "B6", "企业00002"),
    ]
    link = openpyxl.load_workbook(path)[layout.FINDINGS].cell(layout.FIRST_ROW, 4).hyperlink
    assert link is not None
    assert link.location == "'原始数据'!G5"


def test_no_last_year_is_an_error_for_each_indicator_that_needs_it(tmp_path: Path) -> None:
    outcome = run(filled(tmp_path / "in.xlsx", district_of_ten(), []), tmp_path / "out.xlsx")
    assert [f.item for f in outcome.findings if f.code == "E311"] == [
        "亩均税收", "亩均总产值", "研发投入强度", "人均营业收入", "单位能耗总产值",
    ]  # fmt: skip
    assert {f.sheet for f in outcome.findings if f.code == "E311"} == {"参数"}
    assert [f.cell for f in outcome.findings if f.code == "E311"] == [
        f"D{row}" for row in range(10, 15)
    ]


def test_what_to_do_without_a_baseline_follows_from_the_method(tmp_path: Path) -> None:
    firms = [firm(i, tax=-1.0) for i in range(1, 11)]
    path = filled(tmp_path / "in.xlsx", firms, firms)
    book = openpyxl.load_workbook(path)
    row = layout.PARAMETER_HEADER_ROW + 2  # 亩均总产值
    book[layout.PARAMETERS].cell(row, 3, "人工核定")
    book[layout.PARAMETERS].cell(row, 4, -5)
    book.save(path)
    found = [f for f in assess(read_book(path)).findings if f.code == "E311"]
    assert [f.item for f in found] == ["亩均税收", "亩均总产值", "单位污染物排放税收"]
    # Nothing is to be filled in where all is there: -10 of tax over 100 mu, -1 over 5.
    assert [f.problem.rpartition("：")[2] for f in found] == [
        "上年总量法为-0.1，不大于0",
        "人工核定基准值-5不大于0",
        "本年最高值为-0.2，不大于0",
    ]
    other = "里的数；确实如此的，改用别的基准方法，或把基准方法改为“人工核定”并填写基准值"
    assert [f.remedy for f in found] == [
        f"核对“上年数据”{other}",
        "填写大于0的人工核定基准值，或改用别的基准方法",
        f"核对“原始数据”{other}",
    ]


def test_a_firm_named_like_a_formula_stays_text(tmp_path: Path) -> None:
    name = '=HYPERLINK("http://x","y")'
    path = filled(tmp_path / "in.xlsx", district_of_ten(), district_of_ten())
    book = openpyxl.load_workbook(path)
    cell = book[layout.DATA].cell(layout.FIRST_ROW, 3)
    cell.value, cell.data_type = name, "s"
    book.save(path)
    run(path, tmp_path / "out.xlsx")
    written = openpyxl.load_workbook(tmp_path / "out.xlsx")[layout.SCORES].cell(layout.FIRST_ROW, 3)
    assert (written.value, written.data_type) == (name, "s")


def test_a_second_run_with_fewer_firms_leaves_nothing_behind(tmp_path: Path) -> None:
    path = filled(tmp_path / "in.xlsx", spread_firms(60), spread_firms(60))
    run(path, path)
    book = openpyxl.load_workbook(path)
    book[layout.DATA].delete_rows(layout.FIRST_ROW + 8, 60)
    book.save(path)
    run(path, path)
    assert len(results(path, layout.SCORES)) == 8
    assert len(results(path, layout.CLASSES)) == 8


def test_the_example_runs_twice_to_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1650000000")
    path = filled(tmp_path / "in.xlsx", spread_firms(30), spread_firms(30))
    run(path, tmp_path / "once.xlsx")
    run(tmp_path / "once.xlsx", tmp_path / "twice.xlsx")
    once, twice = (zipfile.ZipFile(tmp_path / f"{name}.xlsx") for name in ("once", "twice"))
    assert once.namelist() == twice.namelist()
    for part in once.namelist():
        assert once.read(part) == twice.read(part), part


def test_only_result_sheets_change(tmp_path: Path) -> None:
    path = filled(tmp_path / "in.xlsx", spread_firms(30), spread_firms(30))
    run(path, tmp_path / "out.xlsx")
    before, after = zipfile.ZipFile(path), zipfile.ZipFile(tmp_path / "out.xlsx")
    # The first run adds the record of runs, and what makes it known.
    record = f"xl/worksheets/sheet{len(layout.SHEETS) + 1}.xml"
    assert [*before.namelist(), record] == after.namelist()
    changed = {part for part in before.namelist() if before.read(part) != after.read(part)}
    sheets = {f"xl/worksheets/sheet{layout.SHEETS.index(s) + 1}.xml" for s in layout.RESULT_SHEETS}
    assert {part for part in changed if not part.startswith("xl/charts/")} <= {
        *sheets, "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml",
    }  # fmt: skip


@pytest.mark.parametrize("n", [1, 5, 70])
def test_districts_of_any_size(tmp_path: Path, n: int) -> None:
    path = filled(tmp_path / "in.xlsx", spread_firms(n), spread_firms(n, seed=2), rows=5)
    outcome = run(path, tmp_path / "out.xlsx")
    assert outcome.evaluation is not None
    assert len(results(tmp_path / "out.xlsx", layout.CLASSES)) == n


def test_missing_sheets_and_headers(tmp_path: Path) -> None:
    path = filled(tmp_path / "in.xlsx", district_of_ten(), district_of_ten())
    book = openpyxl.load_workbook(path)
    del book[layout.SCORES]
    book.save(tmp_path / "no_scores.xlsx")
    outcome: Outcome = assess(read_book(tmp_path / "no_scores.xlsx"))
    assert [(f.code, f.sheet) for f in outcome.findings if f.level is Level.ERROR] == [
        ("E415", layout.SCORES)
    ]
    del book[layout.DATA]
    book.save(tmp_path / "no_data.xlsx")
    with pytest.raises(BookError, match="原始数据"):
        read_book(tmp_path / "no_data.xlsx")
    with pytest.raises(FileAccessError):
        read_book(tmp_path / "not_there.xlsx")


def test_error_cells_in_the_input_are_found(tmp_path: Path) -> None:
    path = filled(tmp_path / "in.xlsx", district_of_ten(), district_of_ten())
    book = openpyxl.load_workbook(path)
    book[layout.DATA].cell(layout.FIRST_ROW, 6, "=A1/0")
    cell = book[layout.DATA].cell(layout.FIRST_ROW + 1, 6)
    cell.value, cell.data_type = "#N/A", "e"
    book.save(path)
    found = [(f.code, f.cell) for f in assess(read_book(path)).findings if f.code == "E407"]
    assert found == [("E407", "F5"), ("E407", "F6")]


def test_a_last_year_without_its_header_is_told(tmp_path: Path) -> None:
    path = filled(tmp_path / "in.xlsx", district_of_ten(), district_of_ten())
    book = openpyxl.load_workbook(path)
    book[layout.PREVIOUS].delete_rows(layout.HEADER_ROW)
    book.save(path)
    found = [(f.code, f.sheet) for f in assess(read_book(path)).findings if f.code == "E415"]
    assert found == [("E415", layout.PREVIOUS)]
