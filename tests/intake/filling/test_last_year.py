"""上年数据 from last year's workbook."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from permu_xl.errors import UsageError
from permu_xl.findings.kinds import Level
from permu_xl.workbook import layout
from permu_xl.workbook.district import run
from permu_xl.workbook.reading.opened import read_book
from tests.intake.support import CODES as C
from tests.intake.support import do, listed, xlsx
from tests.workbook.districts import filled, firm


def set_year(book: Path, year: int) -> Path:
    workbook = openpyxl.load_workbook(book)
    workbook[layout.PARAMETERS].cell(*layout.parameter_cell("year"), year)
    workbook.save(book)
    return book


@pytest.fixture
def last(tmp_path: Path) -> Path:
    """Last year's workbook: 2021, three firms, everything that a row can carry."""
    firms: list[dict[str, Any]] = [
        firm(1, tax="1,234.5", rd=None, emission=0, start_date="2019年5月1日"),
        firm(2, industry="C0610", included="否", bonus_points=2, off_policy="是"),
        firm(3, code=None, tax=-5),
    ]
    return set_year(filled(tmp_path / "某区2021.xlsx", firms, []), 2021)


def test_everything_of_last_year_is_carried_over(last: Path, tmp_path: Path) -> None:
    result = do(tmp_path / "b.xlsx", last_year=last, year=None)
    assert result.done.previous == 3
    source, copied = read_book(last).current.roster, read_book(tmp_path / "b.xlsx").previous
    assert copied is not None
    got = copied.roster
    for id in source.numbers:
        np.testing.assert_array_equal(source.numbers[id], got.numbers[id])
    for one, other in (
        (source.codes, got.codes), (source.names, got.names),
        (source.start_dates, got.start_dates), (source.bonus_points, got.bonus_points),
        (source.included, got.included), (source.flags["off_policy"], got.flags["off_policy"]),
        (source.industries.take(source.industries.values),
         got.industries.take(got.industries.values)),
    ):  # fmt: skip
        np.testing.assert_array_equal(one, other)
    assert result.cell(0, "start_date", layout.PREVIOUS) == dt.datetime(2019, 5, 1)


def test_district_year_and_scheme_of_the_new_workbook_follow(last: Path, tmp_path: Path) -> None:
    do(tmp_path / "b.xlsx", last_year=last, year=None)
    parameters = read_book(tmp_path / "b.xlsx").parameters
    assert (parameters.year, parameters.district) == (2022, "某区")


def test_origins_lead_to_last_years_cells(last: Path, tmp_path: Path) -> None:
    result = do(tmp_path / "b.xlsx", last_year=last, year=None)
    [origin] = [o for o in result.origins("实缴税收") if o["firm_code"] == C[0]]
    assert (origin["sheet"], origin["cell"]) == (layout.PREVIOUS, "G5")
    assert (origin["file"], origin["source_sheet"], origin["source_cell"]) == (
        last.name, layout.DATA, "G5"
    )  # fmt: skip
    assert origin["value"] == 1234.5


def test_tables_and_last_year_together(last: Path, tmp_path: Path) -> None:
    stats = xlsx(tmp_path / "统计.xlsx", listed(2))
    result = do(tmp_path / "b.xlsx", stats, last_year=last)
    assert result.done.firms == 2
    assert result.cell(0, "output") == 1000
    assert result.cell(0, "output", layout.PREVIOUS) == 3000


@pytest.mark.parametrize("year", [2020, 2022])
def test_a_workbook_of_another_year_is_refused(year: int, last: Path, tmp_path: Path) -> None:
    stats = xlsx(tmp_path / "统计.xlsx", listed(1))
    result = do(tmp_path / "b.xlsx", stats, last_year=set_year(last, year), year=2022)
    finding = result.one("E661")
    assert finding.level is Level.ERROR
    assert f"是{year}年度的" in finding.problem
    assert result.cell(0, "name", layout.PREVIOUS) is None


def test_figures_that_are_there_stay(last: Path, tmp_path: Path) -> None:
    book = filled(tmp_path / "某区.xlsx", [firm(1)], [firm(1, tax=9.0, land=None), firm(7)])
    result = do(book, last_year=last)
    assert result.cell(0, "tax", layout.PREVIOUS) == 9
    assert result.cell(0, "land", layout.PREVIOUS) == 10
    assert any(f.cell == "G5" and f.sheet == layout.PREVIOUS for f in result.found("W664"))
    assert read_book(book).previous is not None
    assert len(read_book(book).previous.roster.codes) == 4  # type: ignore[union-attr]


def test_errors_in_last_years_workbook_are_passed_on(last: Path, tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(last)
    workbook[layout.DATA]["F5"] = "约十亩"
    workbook.save(last)
    result = do(tmp_path / "b.xlsx", last_year=last, year=None)
    finding = result.one("W665")
    assert (finding.file, finding.sheet, finding.cell) == (last.name, layout.DATA, "F5")
    assert result.cell(0, "land", layout.PREVIOUS) is None


def test_a_workbook_without_the_sheet(last: Path, tmp_path: Path) -> None:
    book = filled(tmp_path / "某区.xlsx", [firm(1)], [])
    workbook = openpyxl.load_workbook(book)
    del workbook[layout.PREVIOUS]
    workbook.save(book)
    assert "没有“上年数据”表" in do(book, last_year=last).one("E662").problem


def test_a_scheme_of_ones_own_must_be_named(last: Path, tmp_path: Path) -> None:
    own = tmp_path / "本区.toml"
    own.write_text('extends = "shenyang_2021"\n', encoding="utf-8")
    workbook = openpyxl.load_workbook(last)
    workbook[layout.PARAMETERS].cell(*layout.parameter_cell("scheme"), "本区.toml")
    workbook.save(last)
    with pytest.raises(UsageError, match="--scheme"):
        do(tmp_path / "b.xlsx", last_year=last, year=None)
    result = do(tmp_path / "b.xlsx", last_year=last, year=None, scheme=str(own))
    assert result.done.previous == 3


# ---- 上年分类 ------------------------------------------------------------------------------------


@pytest.fixture
def evaluated_last(tmp_path: Path) -> Path:
    """Four firms alike in 2021, evaluated: the first is A, the others B; the fifth is out."""
    firms = [*(firm(k) for k in (1, 2, 3, 4)), firm(5, included="否")]
    path = set_year(filled(tmp_path / "某区2021.xlsx", firms, firms), 2021)
    run(path, path)
    return path


def classes(path: Path) -> list[tuple[Any, ...]]:
    sheet = openpyxl.load_workbook(path)[layout.LAST_CLASSES]
    rows = sheet.iter_rows(min_row=layout.FIRST_ROW, max_col=3, values_only=True)
    return [row for row in rows if any(row)]


def kept(number: int, letter: str) -> tuple[str, str, str]:
    made = firm(number)
    return made["code"], made["name"], letter


CARRIED = [kept(1, "A"), kept(2, "B"), kept(3, "B"), kept(4, "B"), kept(5, "不参评")]


def test_the_final_classes_of_last_year_are_carried_over(
    evaluated_last: Path, tmp_path: Path
) -> None:
    do(tmp_path / "b.xlsx", last_year=evaluated_last, year=None)
    assert classes(tmp_path / "b.xlsx") == CARRIED


def test_classes_that_were_typed_stay_and_nothing_comes_twice(
    evaluated_last: Path, tmp_path: Path
) -> None:
    path = tmp_path / "b.xlsx"
    do(path, last_year=evaluated_last, year=None)
    book = openpyxl.load_workbook(path)
    sheet = book[layout.LAST_CLASSES]
    sheet.cell(layout.FIRST_ROW, 3).value = "C"
    sheet.delete_rows(layout.FIRST_ROW + 2)
    book.save(path)
    do(path, last_year=evaluated_last, year=None)
    assert classes(path) == [kept(1, "C"), kept(2, "B"), *CARRIED[3:], kept(3, "B")]


def test_an_old_workbook_gets_the_sheet(evaluated_last: Path, tmp_path: Path) -> None:
    path = filled(tmp_path / "b.xlsx", [firm(1)], [])
    book = openpyxl.load_workbook(path)
    del book[layout.LAST_CLASSES]
    book.save(path)
    do(path, last_year=evaluated_last, year=None)
    assert classes(path) == CARRIED


def test_a_workbook_that_was_never_evaluated_has_no_classes(last: Path, tmp_path: Path) -> None:
    result = do(tmp_path / "b.xlsx", last_year=last, year=None)
    (told,) = [f for f in result.done.findings if f.code == "W666"]
    assert told.problem == "上年工作簿 某区2021.xlsx 里没有分类结果，没有填“上年分类”"
