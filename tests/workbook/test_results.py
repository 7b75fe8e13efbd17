"""What users do to result sheets: the right result or a clear message, never a broken file."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.workbook import Workbook
from openpyxl.worksheet.table import Table, TableColumn
from openpyxl.worksheet.worksheet import Worksheet

from permu_xl.errors import BookError
from permu_xl.schemes import load
from permu_xl.workbook import layout
from permu_xl.workbook.district import Outcome, run
from permu_xl.workbook.layout.fields import FIRST_ROW, HEADER_ROW
from permu_xl.xlsx.cells.areas import Area
from tests.office import Office
from tests.tasks.made import plain
from tests.workbook.districts import fill, filled, spread_firms
from tests.xlsx.rich_books import splice
from tests.xlsx.sheets import DECLARATION, RELATIONS, read_zip, write_zip
from tests.xlsx.structure import check_package

SCHEME = load()
RESULT_SHEETS = tuple(title for title in layout.RESULT_SHEETS if title != layout.MOVES)
"""Without 分类变化, which need not be there and stays empty here (tests.workbook.test_moves)."""
OLD, MORE, FEWER = 8, 11, 5
"""Firms before the user's change, and after it."""
NOTE = "用户写的"
TABLES = {
    layout.BASELINES: layout.baseline_fields(),
    layout.SCORES: layout.score_fields(SCHEME),
    layout.CLASSES: layout.class_fields(SCHEME),
    layout.FINDINGS: layout.finding_fields(),
}


@pytest.fixture(scope="module")
def run_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with the results of ``OLD`` firms."""
    path = tmp_path_factory.mktemp("before") / "某区.xlsx"
    run(filled(path, spread_firms(OLD), spread_firms(OLD), rows=OLD), path)
    return path


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Mapping[int, Mapping[str, Any]]:
    """Our columns on untouched sheets, by the number of firms."""
    folder = tmp_path_factory.mktemp("expected")
    found = {}
    for firms in (MORE, FEWER):
        path = folder / f"{firms}.xlsx"
        run(filled(path, spread_firms(firms), spread_firms(OLD), rows=OLD), path)
        book = openpyxl.load_workbook(path)
        found[firms] = {title: ours(book[title]) for title in RESULT_SHEETS}
    return found


def ours(sheet: Worksheet) -> Any:
    """Return what the program wrote on a sheet, wherever it stands now."""
    title = sheet.title
    if title in TABLES:
        headers = {field.header for field in TABLES[title]}
        rows = list(sheet.iter_rows(values_only=True))
        top = next(k for k, row in enumerate(rows) if len(headers & set(row)) == len(headers))
        places = {header: rows[top].index(header) for header in headers}
        body = [{h: row[c] for h, c in places.items()} for row in rows[top + 1 :]]
        return [row for row in body if any(value is not None for value in row.values())]
    cells = [c for row in sheet.iter_rows() for c in row if c.value not in (None, NOTE)]
    if title == layout.PROOF:
        return {c.coordinate: plain(c.value) for c in cells if c.row > layout.TITLE_ROW + 1}
    # Where the tables of 汇总 stand does not matter.
    [top] = [c.row for c in cells if c.value == "分类"]
    return [c.value for c in cells if c.row >= top]


def set_firms(book: Workbook, firms: int) -> None:
    """Put another district into 原始数据."""
    sheet = book[layout.DATA]
    sheet.delete_rows(FIRST_ROW, OLD + 1)
    fill(book, layout.DATA, layout.data_fields(SCHEME), spread_firms(firms))


def changed(source: Path, title: str, change: Callable[[Worksheet], None], firms: int) -> Path:
    """Let the user change a result sheet and the firms."""
    book = openpyxl.load_workbook(source)
    change(book[title])
    set_firms(book, firms)
    target = source.with_name("changed.xlsx")
    book.save(target)
    return target


def delete(sheet: Worksheet) -> None:
    sheet.parent.remove(sheet)


def rename(sheet: Worksheet) -> None:
    sheet.title = "改了名"


def protect(sheet: Worksheet) -> None:
    sheet.protection.set_password("x")


def hide(sheet: Worksheet) -> None:
    sheet.sheet_state = "veryHidden"


def filter_all(sheet: Worksheet) -> None:
    sheet.auto_filter.ref = f"A{HEADER_ROW}:C{FIRST_ROW + OLD - 1}"
    sheet.auto_filter.add_filter_column(1, ["没有这一个"])
    for row in range(FIRST_ROW, FIRST_ROW + OLD):
        sheet.row_dimensions[row].hidden = True


def insert_columns(place: int) -> Callable[[Worksheet], None]:
    def insert(sheet: Worksheet) -> None:
        column = place or sheet.max_column + 1
        sheet.insert_cols(column)
        for row in range(HEADER_ROW, FIRST_ROW + 3):
            sheet.cell(row, column, NOTE)

    return insert


def insert_row(sheet: Worksheet) -> None:
    sheet.insert_rows(1)
    sheet["A1"] = NOTE


def lay_table(sheet: Worksheet) -> None:
    """Lay an Excel table over the first columns of the first table, and a column of the user's."""
    width = len(TABLES[sheet.title]) if sheet.title in TABLES else 3
    sheet.auto_filter.ref = None
    own = sheet.title in TABLES
    if own:
        sheet.cell(HEADER_ROW, width + 1, NOTE)
    bottom = FIRST_ROW + (OLD if own else 4) - 1
    area = Area(HEADER_ROW, 1, bottom, width + own)
    sheet.add_table(Table(displayName=f"表_{sheet.title}", ref=area.text))


def draw_chart(sheet: Worksheet) -> None:
    chart = BarChart()
    last = FIRST_ROW + OLD - 1
    chart.add_data(Reference(sheet, min_col=4, min_row=HEADER_ROW, max_row=last))
    sheet.parent[layout.GUIDE].add_chart(chart, "H2")  # type: ignore[call-arg]


ABSENT, RENAMED, MOVED, LEFT_OUT = "没有工作表“", "就是它改了名", "表的位置改动过", "没有写这张表"
WELL = ""
_NEEDED = dict.fromkeys(TABLES, WELL)
SITUATIONS: Mapping[str, tuple[Callable[[Worksheet], None], Mapping[str, str]]] = {
    "deleted": (
        delete,
        {**dict.fromkeys(TABLES, ABSENT), layout.SUMMARY: LEFT_OUT, layout.PROOF: LEFT_OUT},
    ),
    "renamed": (rename, dict.fromkeys(RESULT_SHEETS, RENAMED)),
    "protected": (protect, dict.fromkeys(RESULT_SHEETS, WELL)),
    "very hidden": (hide, dict.fromkeys(RESULT_SHEETS, WELL)),
    "filtered": (filter_all, dict.fromkeys(RESULT_SHEETS, WELL)),
    "column on the left": (
        insert_columns(1), {**_NEEDED, layout.SUMMARY: WELL, layout.PROOF: MOVED},
    ),
    "column in the middle": (
        insert_columns(2), {**_NEEDED, layout.SUMMARY: MOVED, layout.PROOF: MOVED},
    ),
    "column on the right": (
        insert_columns(0), {**_NEEDED, layout.SUMMARY: WELL, layout.PROOF: WELL},
    ),
    "row on top": (insert_row, {**_NEEDED, layout.SUMMARY: WELL, layout.PROOF: MOVED}),
    "table laid over": (lay_table, dict.fromkeys(RESULT_SHEETS, WELL)),
    "chart drawn over": (draw_chart, dict.fromkeys(RESULT_SHEETS, WELL)),
}  # fmt: skip


ALONE = [
    (situation, title)
    for situation, (_, outcomes) in SITUATIONS.items()
    for title, words in outcomes.items()
    if words != WELL
]
"""Where a sheet cannot be written as usual, it alone is changed."""
TOGETHER = {
    situation: [title for title, words in outcomes.items() if words == WELL]
    for situation, (_, outcomes) in SITUATIONS.items()
    if WELL in outcomes.values()
}
"""The sheets that can be written all the same, changed all at once: each is compared."""


@pytest.fixture(scope="module")
def run_together(run_before: Path) -> Callable[[str, int], tuple[Outcome, Path]]:
    """Change all sheets that this does no harm to and run; what came of it, made once."""

    @cache
    def made(situation: str, firms: int) -> tuple[Outcome, Path]:
        change, _ = SITUATIONS[situation]

        def change_all(sheet: Worksheet) -> None:
            for title in TOGETHER[situation]:
                change(sheet.parent[title])

        target = run_before.with_name(f"{situation} {firms}.xlsx")
        outcome = run(changed(run_before, layout.SCORES, change_all, firms), target)
        check_package(target)
        return outcome, target

    return made


@pytest.mark.parametrize(("situation", "title"), ALONE)
def test_clear_message(
    run_before: Path, expected: Mapping[int, Mapping[str, Any]], situation: str, title: str
) -> None:
    change, outcomes = SITUATIONS[situation]
    path = changed(run_before, title, change, MORE)
    target = path.with_name("out.xlsx")
    target.unlink(missing_ok=True)
    outcome = run(path, target)
    words = outcomes[title]
    problems = [f"{f.sheet}：{f.problem}；{f.remedy}" for f in outcome.findings]
    [problem] = [p for p in problems if words in p]
    assert title in problem
    assert (outcome.evaluation is None) is (words != LEFT_OUT)
    if not outcome.can_be_written:
        assert title == layout.FINDINGS
        assert not target.exists()
        return
    check_package(target)
    book = read(target)
    if outcome.evaluation is None:
        assert [p for p in problems if p.startswith(title)]
        listed = [row["问题"] for row in ours(book[layout.FINDINGS])]
        assert any(words in str(each) for each in listed)
        return
    assert_as_usual(book, expected[MORE], situation, {title, layout.FINDINGS})
    assert_kept(book, situation, title, MORE)


@pytest.mark.parametrize(
    ("situation", "firms"),
    [
        (situation, firms)
        for situation in TOGETHER
        for firms in ((MORE, FEWER) if situation in ("filtered", "table laid over") else (MORE,))
    ],
)
def test_right_result(
    run_together: Callable[[str, int], tuple[Outcome, Path]],
    expected: Mapping[int, Mapping[str, Any]],
    situation: str,
    firms: int,
) -> None:
    outcome, target = run_together(situation, firms)
    assert outcome.evaluation is not None
    book = read(target)
    assert_as_usual(book, expected[firms], situation, set())
    for title in TOGETHER[situation]:
        assert_kept(book, situation, title, firms)


def read(path: Path) -> Workbook:
    with warnings.catch_warnings():
        # A time of day in a column of dates, and extensions that it does not read.
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(path)


def assert_as_usual(
    book: Workbook, usual: Mapping[str, Any], situation: str, but: set[str]
) -> None:
    """Check that all sheets of results but some hold what untouched ones would."""
    for title in set(RESULT_SHEETS) - but:
        found, due = ours(book[title]), usual[title]
        if title == layout.PROOF and situation.startswith(("column", "row")):
            # Its formulas follow the columns; that they hold is for LibreOffice to say.
            found, due = set(found), set(due)
        assert found == due, title


def assert_kept(book: Workbook, situation: str, title: str, firms: int) -> None:
    """Check that the user's change is still there."""
    if situation == "deleted":
        assert title not in book.sheetnames
        return
    sheet = book[title]
    assert sheet.protection.sheet is (situation == "protected")
    assert sheet.sheet_state == ("veryHidden" if situation == "very hidden" else "visible")
    notes = [c.coordinate for row in sheet.iter_rows() for c in row if c.value == NOTE]
    columns = {"column on the left": "A", "column in the middle": "B"}
    if situation in columns:
        assert notes == [f"{columns[situation]}{row}" for row in range(4, 8)]
    if situation == "table laid over" and title in TABLES:
        rows = len(ours(sheet))
        width = len(TABLES[title]) + 1
        assert sheet.tables[f"表_{title}"].ref == Area(4, 1, HEADER_ROW + rows, width).text
        assert title not in (layout.SCORES, layout.CLASSES) or rows == firms


@pytest.mark.parametrize("firms", [MORE, FEWER])
def test_chart_that_does_not_follow_is_told(run_before: Path, firms: int) -> None:
    outcome = run(
        changed(run_before, layout.SCORES, draw_chart, firms), run_before.parent / "o.xlsx"
    )
    ends = [HEADER_ROW + each for each in (OLD, MORE)]
    said = f"工作表“使用说明”上的图表只取到“得分”第{ends[0]}行，而结果到第{ends[1]}行"
    assert [note.startswith(said) for note in outcome.notes] == [True] * (firms > OLD)


class TestTables:
    """An Excel table over 得分 in ways that Excel allows."""

    def table(self, run_before: Path, firms: int, **how: Any) -> tuple[Outcome, Worksheet]:
        def lay(sheet: Worksheet) -> None:
            sheet.auto_filter.ref = None
            for address, value in how.get("cells", {}).items():
                sheet[address] = value
            for number, ref in enumerate(how["refs"]):
                table = Table(displayName=f"表{number}", ref=ref)
                table._initialise_columns()
                area = Area.parse(ref)
                assert area is not None
                for column, cell in zip(table.tableColumns, sheet[ref][0], strict=True):
                    column.name = str(cell.value)
                    assert isinstance(column, TableColumn)
                how.get("more", lambda table: None)(table)
                sheet.add_table(table)

        path = changed(run_before, layout.SCORES, lay, firms)
        target = path.with_name("out.xlsx")
        target.unlink(missing_ok=True)
        outcome = run(path, target)
        check_package(target)
        return outcome, openpyxl.load_workbook(target)[layout.SCORES]

    def test_other_content_keeps_rows_in_the_table(self, run_before: Path) -> None:
        cells = {"U4": "记事", "U11": "最后一户", "U20": "表外"}
        _, sheet = self.table(run_before, FEWER, refs=["A4:U12"], cells=cells)
        assert sheet.tables["表0"].ref == "A4:U11"
        assert (sheet["U11"].value, sheet["U20"].value) == ("最后一户", "表外")

    def test_filter_of_the_table_is_applied_anew(self, run_before: Path) -> None:
        def pick(table: Table) -> None:
            table.autoFilter.add_filter_column(2, ["企业00002", "企业00010"])

        _, sheet = self.table(run_before, MORE, refs=["A4:T12"], more=pick)
        shown = [r for r in range(5, 16) if not sheet.row_dimensions[r].hidden]
        assert shown == [6, 14]
        assert sheet.tables["表0"].autoFilter.ref == "A4:T15"

    def test_only_a_part_of_the_columns(self, run_before: Path) -> None:
        _, sheet = self.table(run_before, MORE, refs=["B4:C12", "E4:F12"])
        assert {t.ref for t in sheet.tables.values()} == {"B4:C15", "E4:F15"}

    def test_table_beside_stays(self, run_before: Path) -> None:
        cells = {"Z4": "项目", "Z5": 1}
        _, sheet = self.table(run_before, MORE, refs=["Z4:Z5"], cells=cells)
        assert sheet.tables["表0"].ref == "Z4:Z5"

    @pytest.mark.parametrize(
        ("how", "words"),
        [
            ({"refs": ["A6:C12"], "cells": {"A6": "1"}}, "把要写结果的第6行当作了表头"),
            (
                {"refs": ["A4:C13"], "more": lambda t: setattr(t, "totalsRowCount", 1)},
                "带有汇总行",
            ),
            (
                {
                    "refs": ["S4:V12", "U14:V15"],
                    "cells": {"U4": "甲", "V4": "乙", "U14": "丁", "V14": "戊"},
                },
                "会碰到表格“表1”",
            ),
        ],
    )
    def test_table_in_the_way(self, run_before: Path, how: dict[str, Any], words: str) -> None:
        with pytest.raises(BookError, match=words) as caught:
            self.table(run_before, MORE, **how)
        assert "“得分”" in str(caught.value)
        assert not run_before.with_name("out.xlsx").exists()


class TestPivots:
    """Pivot tables that read from 得分, or stand on it."""

    def pivot(self, source: Path, firms: int, where: str, cache: str) -> Path:
        path = changed(source, layout.SCORES, lay_table, firms)
        parts = read_zip(path)
        main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        office = "application/vnd.openxmlformats-officedocument.spreadsheetml"
        texts = {
            "xl/pivotCache/pivotCacheDefinition1.xml": f"<pivotCacheDefinition {main}{cache}/>"
            "</cacheSource></pivotCacheDefinition>",
            "xl/pivotTables/pivotTable1.xml": f'<pivotTableDefinition {main} name="透视表1"'
            f' cacheId="1"><location ref="{where}"/></pivotTableDefinition>',
        }
        for (name, text), kind in zip(
            texts.items(), ("pivotCacheDefinition", "pivotTable"), strict=True
        ):
            parts[name] = (DECLARATION + text).encode()
            made = f'<Override PartName="/{name}" ContentType="{office}.{kind}+xml"/></Types>'
            splice(parts, "[Content_Types].xml", "</Types>", made)
            holder = "xl/_rels/workbook.xml.rels"
            if kind == "pivotTable":
                number = layout.SHEETS.index(layout.SCORES) + 1
                holder = f"xl/worksheets/_rels/sheet{number}.xml.rels"
            relation = f'<Relationship Id="p" Type="{RELATIONS}/{kind}" Target="/{name}"/>'
            splice(parts, holder, "</Relationships>", relation + "</Relationships>")
        pivots = (
            f'<pivotCaches><pivotCache cacheId="1" r:id="p" xmlns:r="{RELATIONS}"/></pivotCaches>'
        )
        splice(parts, "xl/workbook.xml", "</workbook>", pivots + "</workbook>")
        return write_zip(path, parts)

    @pytest.mark.parametrize(
        ("cache", "words"),
        [
            ('><cacheSource><worksheetSource ref="A4:W12" sheet="得分"', "到第15行，请在 Excel"),
            ('><cacheSource><worksheetSource ref="A4:W99" sheet="得分"', "取数于“得分”"),
            ('><cacheSource><worksheetSource name="表_得分"', "取数于“得分”"),
            (' refreshOnLoad="1"><cacheSource><worksheetSource name="表_得分"', ""),
            ('><cacheSource><worksheetSource ref="A4:C9" sheet="原始数据"', ""),
            ('><cacheSource><worksheetSource name="别的"', ""),
        ],
    )
    def test_reading_from_the_results(self, run_before: Path, cache: str, words: str) -> None:
        path = self.pivot(run_before, MORE, "AB4:AC9", cache)
        target = path.with_name("out.xlsx")
        notes = run(path, target).notes
        assert [words in note for note in notes] == [True] * bool(words)
        check_package(target)
        before, after = read_zip(path), read_zip(target)
        for part in before:
            assert "pivot" not in part or after[part] == before[part]

    def test_standing_on_the_results(self, run_before: Path) -> None:
        path = self.pivot(run_before, MORE, "C30:D39", "><cacheSource><worksheetSource")
        with pytest.raises(BookError, match=r"数据透视表“透视表1”（C30:D39）占着"):
            run(path, path.with_name("p.xlsx"))
        assert not path.with_name("p.xlsx").exists()


@pytest.mark.office
@pytest.mark.parametrize("situation", TOGETHER)
def test_libreoffice_opens_it_and_the_proof_holds(
    office: Office, run_together: Callable[[str, int], tuple[Outcome, Path]], situation: str
) -> None:
    _, target = run_together(situation, MORE)
    with office.open(target) as book:
        book.recalculate()
        assert book.named("test_all") is True
