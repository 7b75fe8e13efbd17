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
from permu_xl.schemes import load_file
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


JOINT = """
extends = "shenyang_2021"
[attributes.group]
name = "合并评价组"
help = "同一组的填相同的文字。"
clause = "假定"
[joint]
by = "group"
clause = "假定"
[indicators.tax_per_mu]
baseline = { method = "mean", year = "previous", clause = "假定" }
"""


def test_groups_are_carried_over_so_that_last_years_baseline_is_theirs(tmp_path: Path) -> None:
    """Two firms of one group, (100+300)/(10+10) = 20, and one alone, 600/10 = 60: mean 40."""
    own = tmp_path / "本区.toml"
    own.write_text(JOINT, encoding="utf-8")
    scheme = load_file(own)
    firms = [
        firm(1, tax=100.0, group="甲集团"),
        firm(2, tax=300.0, group="甲集团"),
        firm(3, tax=600.0),
    ]
    last = filled(tmp_path / "某区2021.xlsx", firms, [], scheme=scheme)
    book = filled(tmp_path / "某区2022.xlsx", firms, [], scheme=scheme)
    for path in (last, book):
        workbook = openpyxl.load_workbook(path)
        workbook[layout.PARAMETERS].cell(*layout.parameter_cell("scheme"), own.name)
        workbook.save(path)
    do(book, last_year=set_year(last, 2021), read_as=scheme)
    copied = read_book(book).previous
    assert copied is not None
    told = copied.roster.attributes["group"]
    assert told.take(told.values).tolist() == ["甲集团", "甲集团", ""]
    evaluation = run(book, book).evaluation
    assert evaluation is not None
    [baseline] = [b for b in evaluation.baselines if b.indicator.id == "tax_per_mu"]
    assert baseline.value == pytest.approx(40)


def test_figures_on_another_basis_are_not_carried_over(last: Path, tmp_path: Path) -> None:
    own = tmp_path / "本区.toml"
    own.write_text(
        'extends = "shenyang_2021"\n[columns.energy]\nbasis = "等价值"\n', encoding="utf-8"
    )
    result = do(tmp_path / "b.xlsx", last_year=last, year=None, scheme=str(own))
    [told] = [f for f in result.found("W663") if f.column == "energy"]
    assert "是另一种口径（没有写明），没有导入" in told.problem
    copied = read_book(tmp_path / "b.xlsx").previous
    assert copied is not None
    assert np.isnan(copied.roster.numbers["energy"]).all()
    assert not np.isnan(copied.roster.numbers["land"]).any()


def test_the_workbook_of_another_district_is_told(last: Path, tmp_path: Path) -> None:
    book = filled(tmp_path / "乙区2022.xlsx", [firm(1)], [])
    assert not do(book, last_year=last).found("W667")
    workbook = openpyxl.load_workbook(book)
    workbook[layout.PARAMETERS].cell(*layout.parameter_cell("district"), "乙区")
    workbook.save(book)
    assert "写的是某区，这份工作簿是乙区" in do(book, last_year=last).one("W667").problem


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


def test_final_classes_are_carried_over_however_they_are_typed(
    evaluated_last: Path, tmp_path: Path
) -> None:
    """A firm whose class was typed over in another way is not left out."""
    last = tmp_path / evaluated_last.name
    book = openpyxl.load_workbook(evaluated_last)
    sheet = book[layout.CLASSES]
    headers = [cell.value for cell in sheet[layout.HEADER_ROW]]
    for row, typed in enumerate(("a", "Ｂ类"), layout.FIRST_ROW):
        sheet.cell(row, headers.index("最终分类") + 1).value = typed
    book.save(last)
    do(tmp_path / "b.xlsx", last_year=last, year=None)
    assert classes(tmp_path / "b.xlsx") == CARRIED


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


def without_codes(path: Path, title: str, *rows: int) -> None:
    """Blank the codes of rows, as somebody types a list by names."""
    book = openpyxl.load_workbook(path)
    sheet = book[title]
    headers = [cell.value for cell in sheet[layout.HEADER_ROW]]
    for row in rows:
        sheet.cell(row, headers.index("统一社会信用代码") + 1).value = None
    book.save(path)


def test_a_firm_typed_without_its_code_does_not_come_twice(last: Path, tmp_path: Path) -> None:
    """Twice in 上年数据 it would count twice in the baselines."""
    path = filled(tmp_path / "b.xlsx", [firm(1)], [firm(1, code=None, land=12), firm(3)])
    result = do(path, last_year=last, year=None)
    previous = read_book(path).previous
    assert previous is not None
    assert previous.roster.keys() == [
        (firm(1)["code"], "企业00001"), (firm(3)["code"], "企业00003"),
        (firm(2)["code"], "企业00002"),
    ]  # fmt: skip
    (told,) = [f for f in result.done.findings if f.code == "W637"]
    assert (told.sheet, told.cell) == (layout.PREVIOUS, "B5")
    assert told.problem == (
        "名单里没有统一社会信用代码，按某区2021.xlsx 原始数据!B5补上“912101000000000001”"
    )
    kept = [f.problem for f in result.done.findings if f.code == "W664" and f.item == "用地面积"]
    assert kept == ["“上年数据”已有12，某区2021.xlsx 是10，没有改动"]


def test_two_firms_of_one_name_are_not_taken_for_the_one_without_a_code(tmp_path: Path) -> None:
    """Whose row it is cannot be told; check asks about names that come twice (W203)."""
    twins = [firm(1, name="同名厂"), firm(2, name="同名厂")]
    last = set_year(filled(tmp_path / "某区2021.xlsx", twins, []), 2021)
    path = filled(tmp_path / "b.xlsx", [firm(1)], [firm(9, code=None, name="同名厂")])
    do(path, last_year=last, year=None)
    previous = read_book(path).previous
    assert previous is not None
    assert previous.roster.codes.tolist() == ["", firm(1)["code"], firm(2)["code"]]


def test_classes_typed_by_name_stay_and_the_other_class_is_told(
    evaluated_last: Path, tmp_path: Path
) -> None:
    path = tmp_path / "b.xlsx"
    do(path, last_year=evaluated_last, year=None)
    without_codes(path, layout.LAST_CLASSES, 5, 6)
    book = openpyxl.load_workbook(path)
    book[layout.LAST_CLASSES]["C5"] = "C"
    book.save(path)
    result = do(path, last_year=evaluated_last, year=None)
    typed = [(None, "企业00001", "C"), (None, "企业00002", "B")]
    assert classes(path) == [*typed, *CARRIED[2:]]
    (told,) = [f for f in result.done.findings if f.code == "W664"]
    assert (told.sheet, told.cell, told.problem) == (
        layout.LAST_CLASSES, "C5",
        "“上年分类”填的是“C”，某区2021.xlsx 的最终分类是“A”，没有改动",
    )  # fmt: skip
