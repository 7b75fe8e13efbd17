"""Workbooks of LibreOffice (.ods): kinds of cells, repetitions, merges, hidden sheets, errors."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from permu_xl.intake.sources.open import SourceSheet, read_file
from tests.hostile.tables import cell, content, number, ods, row


def only(tmp_path: Path, *rows: str) -> SourceSheet:
    [sheet] = read_file(ods(tmp_path / "a.ods", content(*rows))).sheets
    return sheet


def typed(kind: str, value: str, shown: str = "") -> str:
    """Return a cell of a kind; its value stands in the attribute of that kind."""
    name = {"boolean": "boolean-value", "date": "date-value", "time": "time-value"}.get(kind)
    return (
        f'<table:table-cell office:value-type="{kind}" office:{name or "value"}="{value}">'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )


@pytest.mark.parametrize(
    ("made", "value"),
    [
        (number("-1234.5"), -1234.5),
        (typed("percentage", "0.125", "12.5%"), 0.125),
        (typed("currency", "3", "3元"), 3.0),
        (typed("boolean", "true"), True),
        (typed("boolean", "false"), False),
        (typed("date", "2019-05-01"), dt.date(2019, 5, 1)),
        (typed("date", "2019-05-01T00:00:00"), dt.date(2019, 5, 1)),
        (typed("date", "2019-05-01T08:30:00"), dt.datetime(2019, 5, 1, 8, 30)),
        (typed("date", "0000-00-00", "投产"), "投产"),
        (typed("time", "PT8H30M", "08:30"), "08:30"),
        (cell("甲<text:s text:c='2'/>厂<text:tab/>乙</text:p><text:p>二"), "甲  厂\t乙\n二"),
        (cell("<text:span>甲</text:span>厂<text:line-break/>乙"), "甲厂\n乙"),
        (
            "<table:table-cell office:value-type='string'><office:annotation><text:p>批注</text:p>"
            "</office:annotation><text:p>甲厂</text:p></table:table-cell>",
            "甲厂",
        ),
    ],
)
def test_a_cell(tmp_path: Path, made: str, value: Any) -> None:
    [[found]] = only(tmp_path, row(made)).grid.rows
    assert (type(found), found) == (type(value), value)


def test_blank_cells_count_where_content_follows(tmp_path: Path) -> None:
    blank = '<table:table-cell table:number-columns-repeated="2"/>'
    sheet = only(
        tmp_path, row(repeated="2"), row(blank, number("1"), blank), row(), row(cell("甲"))
    )
    assert sheet.grid.rows == [["", "", ""], ["", "", ""], ["", "", 1.0], ["", "", ""],
                               ["甲", "", ""]]  # fmt: skip


def test_merged_cells(tmp_path: Path) -> None:
    covered = "<table:covered-table-cell/>"
    sheet = only(
        tmp_path,
        row(
            cell("税收", number_columns_spanned="2"), covered, cell("名称", number_rows_spanned="2")
        ),
        row(number("1"), number("2"), covered),
    )
    assert sheet.merged == (((0, 0), (0, 1)), ((0, 2), (1, 2)))


def test_errors_and_formulas_without_a_result_are_doubtful(tmp_path: Path) -> None:
    error = cell("#DIV/0!").replace(" office", ' calcext:value-type="error" office', 1)
    formula = '<table:table-cell table:formula="of:=1+1"/>'
    sheet = only(tmp_path, row(error, number("NaN"), formula), row(error, repeated="2"))
    assert set(sheet.grid.doubtful) == {"A1", "B1", "C1", "A2", "A3"}
    assert "#DIV/0!" in sheet.grid.doubtful["A3"]
    assert "没有计算" in sheet.grid.doubtful["C1"]


def test_hidden_sheets_are_named_not_read(tmp_path: Path) -> None:
    styles = (
        '<office:automatic-styles><style:style style:name="ta2">'
        '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
    )
    xml = content(
        row(cell("甲")),
        '</table:table><table:table table:name="旧" table:style-name="ta2">',
        row(cell("乙")),
    )
    made = xml.decode().replace("<office:body>", f"{styles}<office:body>")
    file = read_file(ods(tmp_path / "a.ods", made.encode()))
    assert [sheet.name for sheet in file.sheets] == ["表"]
    assert file.hidden == ("旧",)


def test_what_was_deleted_under_tracked_changes_is_not_there(tmp_path: Path) -> None:
    gone = f"<table:tracked-changes><a>{row(cell('旧'))}</a></table:tracked-changes>"
    assert only(tmp_path, gone, row(cell("新"))).grid.rows == [["新"]]
