"""PERMU_DISTRICT: the result tables of a run from the cells of the input sheets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from openpyxl.workbook import Workbook

from permu_xl.functions import ErrorValue, call, last_error
from permu_xl.functions.values import Grid
from permu_xl.schemes import available, load
from permu_xl.workbook import layout
from permu_xl.workbook.assessment import assess
from permu_xl.workbook.look.save import save_workbook
from permu_xl.workbook.reading.opened import read_book
from permu_xl.workbook.results import result_columns
from permu_xl.workbook.template.workbook import build_template
from tests.workbook.districts import YEAR, fill, firm, spread_firms
from tests.workbook.scheme_districts import scheme_firms

Rows = list[list[Any]]
INPUTS = (layout.PARAMETERS, layout.DATA, layout.PREVIOUS, layout.ADJUSTMENTS)


def sheet(book: Workbook, title: str) -> Rows:
    return [[cell.value for cell in row] for row in book[title].iter_rows()]


def asked(table: str, sheets: Mapping[str, Rows], scheme: str | None = None) -> Grid:
    return call("PERMU_DISTRICT", [table, *(sheets[title] for title in INPUTS), scheme])


def book_of(id: str, firms: list[Any], last_year: list[Any], decisions: Any = ()) -> Workbook:
    scheme = load(id)
    year = YEAR if id == "shenyang_2021" else scheme.valid_until.year
    book = build_template(scheme, rows=len(firms) + 3, district="某区", year=year)
    fill(book, layout.DATA, layout.data_fields(scheme), firms)
    fill(book, layout.PREVIOUS, layout.data_fields(scheme), last_year)
    fill(book, layout.ADJUSTMENTS, layout.adjustment_fields(scheme), decisions)
    return book


@pytest.mark.parametrize("id", available())
def test_every_cell_is_that_of_a_run(tmp_path: Path, id: str) -> None:
    scheme = load(id)
    firms = spread_firms(60) if id == "shenyang_2021" else scheme_firms(scheme, 60, 1)
    last_year = spread_firms(60, 2) if id == "shenyang_2021" else scheme_firms(scheme, 60, 101)
    decided = [{"code": firms[2]["code"], "letter": scheme.letters[0], "reason": "复核"}]
    book = book_of(id, firms, last_year, decided)
    sheets = {title: sheet(book, title) for title in INPUTS}
    save_workbook(book, tmp_path / "a.xlsx")
    outcome = assess(read_book(tmp_path / "a.xlsx"))
    assert outcome.evaluation is not None
    assert asked("说明", sheets, id) == [[""]]
    wanted = result_columns(outcome.book, outcome.evaluation)
    for title, fields in layout.result_tables(scheme).items():
        found = asked(title, sheets, id)
        # Rows to spare are blank.
        height = len(wanted[title]["unit" if title == layout.BASELINES else "name"])
        assert all(set(row) == {""} for row in found[height:])
        assert len(found) == max(height, len(sheets[layout.DATA]))
        for number, field in enumerate(fields):
            for row, value in enumerate(wanted[title][field.key]):
                cell = found[row][number]
                if value is None or value != value:
                    assert cell == ""
                else:
                    assert cell == value, (title, field.key, row)


@pytest.fixture
def sheets() -> dict[str, Rows]:
    """Four equal firms but for tax: 40, 30, 20 and 10 on 10 mu; the average was 25 on 10."""
    firms = [firm(k, tax=10.0 * (5 - k), land=10.0) for k in range(1, 5)]
    book = book_of("shenyang_2021", firms, [firm(k, tax=25.0, land=10.0) for k in range(1, 5)])
    return {title: sheet(book, title) for title in INPUTS}


def column(title: str, key: str) -> int:
    return [field.key for field in layout.result_tables(load())[title]].index(key)


def test_scores_by_hand(sheets: dict[str, Rows]) -> None:
    # 30 x (4, 3, 2, 1) / 2.5 = 48, 36, 24, 12; the cap is 36.
    found = asked("得分", sheets)
    assert [row[column("得分", "score:tax_per_mu")] for row in found[:4]] == [36, 36, 24, 12]
    value = column("基准值", "value")
    assert asked("基准值", sheets)[0][value] == 2.5


def test_a_blank_row_keeps_its_place(sheets: dict[str, Rows]) -> None:
    sheets[layout.DATA].insert(layout.FIRST_ROW, [None] * len(sheets[layout.DATA][0]))
    found = asked("分类结果", sheets)
    assert [row[0] for row in found[:5]] == [1.0, "", 2.0, 3.0, 4.0]


def test_an_error_cell_is_named(sheets: dict[str, Rows]) -> None:
    fields = [field.key for field in layout.data_fields(load())]
    sheets[layout.DATA][layout.FIRST_ROW][fields.index("tax")] = "#N/A"
    assert asked("得分", sheets) == [[ErrorValue.VALUE]]
    assert "“说明”" in last_error()
    ((text,),) = asked("说明", sheets)
    assert str(text).startswith("“原始数据”G6（企业00002）：单元格是错误值#N/A；")


def test_several_errors_are_counted(sheets: dict[str, Rows]) -> None:
    fields = [field.key for field in layout.data_fields(load())]
    for row in (4, 5):
        sheets[layout.DATA][row][fields.index("land")] = "约十亩"
    ((text,),) = asked("说明", sheets)
    assert str(text).startswith("数据有2处错误，改正前不显示结果。“原始数据”F5（企业00001）：")


def test_no_firms_are_told() -> None:
    book = book_of("shenyang_2021", [], [firm(1)])
    empty = {title: sheet(book, title) for title in INPUTS}
    ((text,),) = asked("说明", empty)
    assert text
    assert asked("得分", empty) == [[ErrorValue.VALUE]]


def test_another_scheme_than_the_formulas_was_made_for(sheets: dict[str, Rows]) -> None:
    ((text,),) = asked("说明", sheets, "anyang_2018")
    assert text == (
        "“参数”里的方案是shenyang_2021，这本工作簿的实时公式是为anyang_2018做的："
        "请把方案改回anyang_2018，或用那个方案的模板。"
    )


def test_a_scheme_file_is_not_looked_for(
    sheets: dict[str, Rows], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own.toml").write_text('extends = "shenyang_2021"\nid = "own"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    row, at = layout.parameter_cell("scheme")
    sheets[layout.PARAMETERS][row - 1][at - 1] = "own.toml"
    ((text,),) = asked("说明", sheets)
    assert "读不到方案文件“own.toml”" in str(text)


def test_an_unknown_table(sheets: dict[str, Rows]) -> None:
    assert asked("汇总", sheets) == [[ErrorValue.NA]]
    assert last_error().endswith("没有这张结果表，可用：基准值、得分、分类结果、说明。")
