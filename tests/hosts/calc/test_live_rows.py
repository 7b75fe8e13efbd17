"""Rows of a live workbook inserted, deleted, moved and sorted, and more of them than it has.

One document goes through it all: what one test leaves is what the next one begins with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from permu_xl.schemes import load
from permu_xl.workbook import layout
from permu_xl.workbook.final_copy import finalise
from permu_xl.workbook.live.references import HELPER
from tests.hosts.calc.live_books import RESULTS, differences, expected_blocks, from_firms
from tests.office import Document, Office, OfficeError, Value
from tests.workbook.districts import spread_firms

pytestmark = pytest.mark.office

FIRMS, ROWS = 30, 36
FIELDS = [field.key for field in layout.data_fields(load())]
CLASS_KEYS = [field.key for field in layout.class_fields(load())]
WIDTH = get_column_letter(len(FIELDS))
FIRST = layout.FIRST_ROW
NOTE = f"A{layout.NOTE_ROW}"
LAST = FIRST + ROWS - 1


def column(key: str) -> str:
    return get_column_letter(FIELDS.index(key) + 1)


@pytest.fixture(scope="module")
def book(calc: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Document]:
    path = tmp_path_factory.mktemp("live") / "某区.xlsx"
    from_firms(path, spread_firms(FIRMS), spread_firms(FIRMS, seed=2), ROWS)
    with calc.open(path) as document:
        document.recalculate()
        yield document


def assert_as_a_run(book: Document, folder: Path) -> None:
    """What the formulas show is what a run makes of the workbook as it is now."""
    edited = folder / "改.xlsx"
    book.save(edited)
    assert differences(book, expected_blocks(edited)) == []
    assert not any(book.errors(title) for title in (*RESULTS, HELPER))
    assert str(book.values(layout.SCORES, NOTE)[0][0]).startswith("公式随输入自动计算")


def results(book: Document) -> list[list[Value]]:
    """What the result sheets show."""
    return [row for title in RESULTS for row in book.values(title, f"A{layout.NOTE_ROW}:S{LAST}")]


def test_a_row_inserted_in_the_middle(book: Document, tmp_path: Path) -> None:
    book.insert_rows(layout.DATA, FIRST + 10)
    assert_as_a_run(book, tmp_path)
    # A blank row stays blank on the result sheets.
    (shown,) = book.values(layout.CLASSES, f"A{FIRST + 10}:K{FIRST + 10}")
    assert set(shown) == {""}


def test_a_firm_put_into_the_inserted_row(book: Document, tmp_path: Path) -> None:
    (first,) = book.values(layout.DATA, f"A{FIRST}:{WIDTH}{FIRST}")
    for number, value in enumerate(first, 1):
        book.set(layout.DATA, f"{get_column_letter(number)}{FIRST + 10}", value)
    row = FIRST + 10
    book.set(layout.DATA, f"{column('code')}{row}", "91210100MA0P4X1Y2U")
    book.set(layout.DATA, f"{column('name')}{row}", "新增厂")
    assert_as_a_run(book, tmp_path)
    (shown,) = book.values(layout.CLASSES, f"A{row}:C{row}")
    assert shown == [11.0, "91210100MA0P4X1Y2U", "新增厂"]


def test_rows_inserted_right_below_the_header(book: Document, tmp_path: Path) -> None:
    book.insert_rows(layout.DATA, FIRST, 2)
    book.insert_rows(layout.PREVIOUS, FIRST)
    assert_as_a_run(book, tmp_path)


def test_rows_deleted(book: Document, tmp_path: Path) -> None:
    book.remove_rows(layout.DATA, FIRST, 3)  # both blank ones and the first firm
    book.remove_rows(layout.DATA, FIRST + 20)
    book.remove_rows(layout.PREVIOUS, FIRST + 5, 2)
    assert_as_a_run(book, tmp_path)


def test_the_last_prepared_rows_deleted(book: Document, tmp_path: Path) -> None:
    book.remove_rows(layout.DATA, LAST - 2, 3)
    assert_as_a_run(book, tmp_path)


def test_rows_moved(book: Document, tmp_path: Path) -> None:
    book.move(layout.DATA, f"A{FIRST}:{WIDTH}{FIRST + 1}", f"A{LAST - 2}")
    book.move(layout.PREVIOUS, f"A{FIRST + 3}:{WIDTH}{FIRST + 3}", f"A{LAST}")
    assert_as_a_run(book, tmp_path)


def test_rows_sorted(book: Document, tmp_path: Path) -> None:
    cells = f"A{FIRST}:{WIDTH}{LAST}"
    before = book.values(layout.CLASSES, f"C{FIRST}:C{LAST}")
    book.sort(layout.DATA, cells, FIELDS.index("tax") + 1, down=True)
    assert book.values(layout.CLASSES, f"C{FIRST}:C{LAST}") != before
    assert_as_a_run(book, tmp_path)


def test_rows_above_the_header(book: Document, tmp_path: Path) -> None:
    before = results(book)
    book.insert_rows(layout.DATA, 1, 2)
    assert_as_a_run(book, tmp_path)
    book.remove_rows(layout.DATA, 1, 2)
    assert results(book) == before


def test_columns_inserted_and_moved(book: Document, tmp_path: Path) -> None:
    book.insert_columns(layout.DATA, FIELDS.index("tax") + 1)
    assert_as_a_run(book, tmp_path)


def test_a_row_in_参数_and_in_分类调整(book: Document, tmp_path: Path) -> None:
    book.insert_rows(layout.PARAMETERS, layout.PARAMETER_HEADER_ROW)
    book.insert_rows(layout.ADJUSTMENTS, FIRST)
    keys = [field.key for field in layout.adjustment_fields(load())]
    code = book.values(layout.CLASSES, f"B{FIRST + 4}")[0][0]
    for key, value in {"code": code, "letter": "D", "reason": "复核", "document": "会议"}.items():
        book.set(layout.ADJUSTMENTS, f"{get_column_letter(keys.index(key) + 1)}{FIRST + 1}", value)
    final = get_column_letter(CLASS_KEYS.index("final") + 1)
    assert book.values(layout.CLASSES, f"{final}{FIRST + 4}") == [["D"]]
    assert_as_a_run(book, tmp_path)


@pytest.mark.parametrize("title", [layout.DATA, layout.PREVIOUS])
def test_one_firm_beyond_the_rows_leaves_no_class(book: Document, title: str) -> None:
    cell, before = f"C{LAST + 1}", results(book)
    book.set(title, cell, "多出的厂")
    for sheet in RESULTS:
        text = str(book.values(sheet, NOTE)[0][0])
        assert text.startswith(f"“{title}”第{LAST}行以下还有内容")
    for sheet in (layout.SCORES, layout.CLASSES):
        shown = book.values(sheet, f"A{FIRST}:K{LAST}")
        assert {value for row in shown for value in row} == {""}
    book.set(title, cell, None)
    assert results(book) == before


def test_an_unreadable_figure_leaves_no_class_and_is_named(book: Document) -> None:
    tax = get_column_letter(FIELDS.index("tax") + 2)  # a column stands before it by now
    cell, shown = f"{tax}{FIRST + 3}", results(book)
    before = book.values(layout.DATA, cell)[0][0]
    name = book.values(layout.DATA, f"C{FIRST + 3}")[0][0]
    book.set(layout.DATA, cell, "约五百")
    text = book.values(layout.CLASSES, NOTE)[0][0]
    problem = "“约五百”不是数字；改成数字；没有数据请留空，不要写文字。"
    assert text == f"“原始数据”{cell}（{name}）：{problem}"
    assert set(book.values(layout.CLASSES, f"A{FIRST}:K{FIRST}")[0]) == {""}
    book.set(layout.DATA, cell, before)
    assert results(book) == shown


def test_an_error_cell_leaves_no_class_and_is_told(book: Document) -> None:
    cell, shown = f"{column('land')}{FIRST + 3}", results(book)
    before = book.values(layout.DATA, cell)[0][0]
    book.set_formula(layout.DATA, cell, "1/0")
    text = str(book.values(layout.SCORES, NOTE)[0][0])
    assert text.startswith("输入表里有1格是错误值（如#N/A），没有结果")
    book.set(layout.DATA, cell, before)
    assert results(book) == shown


def test_no_row_can_be_put_into_a_result_table(book: Document, tmp_path: Path) -> None:
    with pytest.raises(OfficeError):
        book.insert_rows(layout.CLASSES, FIRST + 5)
    with pytest.raises(OfficeError):
        book.remove_rows(layout.SCORES, FIRST + 5)
    assert_as_a_run(book, tmp_path)


def test_the_command_writes_values_for_more_firms_than_the_formulas_reach(
    calc: Office, tmp_path: Path
) -> None:
    path = from_firms(tmp_path / "某区.xlsx", spread_firms(8), spread_firms(8, seed=2), 6)
    with calc.open(path) as document:
        document.recalculate()
        text, done = document.dispatch("org.permu.xl:recalculate", Silent=True)
        assert done, text
        saved = tmp_path / "改.xlsx"
        document.save(saved)
        assert differences(document, expected_blocks(saved)) == []
        assert document.formula(layout.CLASSES, f"B{FIRST}") is None
        assert str(document.values(layout.CLASSES, NOTE)[0][0]).startswith("企业超过实时公式的6行")
        assert document.named("test_all") is True


def test_the_final_copy_prints_no_empty_page(calc: Office, office: Office, tmp_path: Path) -> None:
    path = from_firms(tmp_path / "某区.xlsx", spread_firms(10), spread_firms(10, seed=2), 200)
    live, final = tmp_path / "存.xlsx", tmp_path / "定稿.xlsx"
    with calc.open(path) as document:
        document.recalculate()
        document.save(live)
    finalise(live, final)
    sheets = openpyxl.load_workbook(final)
    assert sheets[layout.CLASSES].print_area == "'分类结果'!$A$1:$K$14"
    with office.open(final) as document:
        document.pdf(tmp_path / "a.pdf", layout.CLASSES)
    pages = re.findall(rb"/Type\s*/Page[^s]", (tmp_path / "a.pdf").read_bytes())
    assert len(pages) == 1


def test_without_the_add_in_too_many_rows_are_told(office: Office, tmp_path: Path) -> None:
    path = from_firms(tmp_path / "某区.xlsx", spread_firms(4), spread_firms(4, seed=2), 3)
    with office.open(path) as document:
        document.recalculate()
        text = str(document.values(layout.CLASSES, NOTE)[0][0])
        assert text.startswith("“原始数据”第7行以下还有内容")
        document.remove_rows(layout.DATA, 6)
        document.remove_rows(layout.PREVIOUS, 6)
        text = str(document.values(layout.CLASSES, NOTE)[0][0])
        assert text.startswith("公式没有算出来，没有结果：请确认装有 permu_xl 加载项")
