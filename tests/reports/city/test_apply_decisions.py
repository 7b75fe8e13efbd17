"""Decisions of the city carried back into 分类调整: once, in place, and nothing else touched."""

from __future__ import annotations

import datetime as dt
import shutil
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from permu_xl.cli.program import main
from permu_xl.errors import BookError
from permu_xl.findings.kinds import Level
from permu_xl.reports.city.apply_decisions import Applied, apply
from permu_xl.reports.city.districts import gather
from permu_xl.reports.city.layout import CITY_DECISIONS, decision_fields
from permu_xl.schemes import load
from permu_xl.workbook import layout
from permu_xl.workbook.district import assess, run
from permu_xl.workbook.reading.opened import read_book
from tests.reports.districts import code, edit, evaluated, ten, workbook

COLUMNS = {f.key: k for k, f in enumerate(decision_fields(load()), start=1)}


@pytest.fixture
def city(summed_up: Path, districts: list[Path], tmp_path: Path) -> Path:
    """The city's workbook: its list has firm 1 of 甲区, 乙区, 丙区 in rows 5 to 7."""
    return Path(shutil.copy(summed_up, tmp_path / summed_up.name))


def decide(city: Path, row: int, **values: Any) -> None:
    for key, value in values.items():
        edit(city, CITY_DECISIONS, (layout.FIRST_ROW + row, COLUMNS[key]), value)


def adjustments(path: Path) -> list[tuple[Any, ...]]:
    sheet = openpyxl.load_workbook(path)[layout.ADJUSTMENTS]
    rows = sheet.iter_rows(min_row=layout.FIRST_ROW, max_col=6, values_only=True)
    return [row for row in rows if any(row)]


def told(done: Applied) -> list[tuple[str, str]]:
    return [(finding.code, finding.cell) for finding in done.findings]


def test_backups_in_the_folder_are_left_alone(
    city: Path, districts: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(city, 0, letter="D")
    assert main(["city", "apply", str(city), str(districts[0])]) == 0
    backup = tmp_path / "甲区.bak.xlsx"
    before = backup.read_bytes()
    # As a shell puts in *.xlsx: the backup comes first.
    monkeypatch.chdir(tmp_path)
    names = sorted(path.name for path in tmp_path.glob("?区*.xlsx"))
    assert names[:2] == ["丙区.xlsx", "乙区.xlsx"]
    assert names[2:] == ["甲区.bak.xlsx", "甲区.xlsx"]
    decide(city, 1, letter="D")
    assert main(["city", "apply", city.name, *names]) == 0
    assert (backup.read_bytes(), len(adjustments(districts[0]))) == (before, 1)
    for path in districts:
        evaluated(path)
    joined = gather([Path(name) for name in names])
    assert joined.missing == ()
    assert [(f.level, f.code, f.file) for f in joined.findings] == [
        (Level.HINT, "H717", "甲区.bak.xlsx"),
    ]  # fmt: skip
    # Alone it is a workbook like any other.
    assert [name for name, _ in gather([backup]).sound] == ["甲区"]


def test_decisions_reach_the_adjustments_and_the_next_run(
    city: Path, districts: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    decide(
        city, 0, letter="D", reason="不符合产业政策", document="会议纪要〔2023〕3号",
        date=dt.date(2023, 9, 20),
    )  # fmt: skip
    decide(city, 1, letter="c类", document="会议纪要〔2023〕3号")
    assert main(["city", "apply", str(city), *map(str, districts)]) == 0
    shown = capsys.readouterr().out
    assert "甲区（甲区.xlsx）：新写入1户" in shown
    assert "还有1户没有填市级意见" in shown
    assert f"permu-xl run {districts[0]} --in-place" in shown
    assert str(districts[2]) not in shown
    assert adjustments(districts[0]) == [
        (
            code(0, 1), "甲区第1厂", "D", "不符合产业政策", "会议纪要〔2023〕3号",
            dt.datetime(2023, 9, 20),
        )
    ]  # fmt: skip
    assert adjustments(districts[1]) == [
        (code(1, 1), "乙区第1厂", "C", "市级确认", "会议纪要〔2023〕3号", None)
    ]
    assert adjustments(districts[2]) == []
    outcome = run(districts[0], districts[0])
    assert outcome.evaluation is not None
    assert outcome.evaluation.final[0] == "D"
    assert outcome.evaluation.proposed[0] == "C"
    assert not [f for f in outcome.findings if f.table == "adjustments"]


def test_87_a_workbook_that_counts_its_days_from_1904(city: Path, districts: list[Path]) -> None:
    book = openpyxl.load_workbook(districts[0])
    book.epoch = CALENDAR_MAC_1904
    book.save(districts[0])
    decide(city, 0, letter="D", date=dt.date(2023, 9, 20))
    assert apply(city, districts, document="纪要").books[0].added == 1
    assert adjustments(districts[0])[0][5] == dt.datetime(2023, 9, 20)
    found = read_book(districts[0]).adjustments
    assert found is not None
    assert found.adjustments[0].date == dt.date(2023, 9, 20)


def test_a_second_time_changes_nothing(city: Path, districts: list[Path]) -> None:
    decide(city, 0, letter="D", reason="能耗过高", date=dt.date(2023, 9, 20))
    assert apply(city, districts, document="纪要").books[0].added == 1
    before = [path.read_bytes() for path in districts]
    done = apply(city, districts, document="纪要")
    assert (done.books[0].added, done.books[0].present, done.findings) == (0, 1, [])
    assert [path.read_bytes() for path in districts] == before
    assert adjustments(districts[0])[0][4] == "纪要"


def test_only_the_adjustments_change_in_the_package(city: Path, districts: list[Path]) -> None:
    before = shutil.copy(districts[0], districts[0].with_suffix(".before"))
    decide(city, 0, letter="B")
    apply(city, districts)
    with zipfile.ZipFile(before) as old, zipfile.ZipFile(districts[0]) as new:
        assert old.namelist() == new.namelist()
        changed = [name for name in old.namelist() if old.read(name) != new.read(name)]
    own = f"xl/worksheets/sheet{layout.SHEETS.index(layout.ADJUSTMENTS) + 1}.xml"
    assert [name for name in changed if name.startswith("xl/worksheets")] == [own]
    assert set(changed) <= {own, "xl/workbook.xml"}
    assert not list(districts[0].parent.glob(".permu-*"))


def test_rows_go_below_what_a_district_wrote(city: Path, districts: list[Path]) -> None:
    edit(districts[0], layout.ADJUSTMENTS, (7, 1), code(0, 2))
    edit(districts[0], layout.ADJUSTMENTS, (7, 3), "A")
    decide(city, 0, letter="B")
    apply(city, districts)
    sheet = openpyxl.load_workbook(districts[0])[layout.ADJUSTMENTS]
    assert [sheet.cell(row, 3).value for row in (5, 6, 7, 8)] == [None, None, "A", "B"]


def test_a_conflicting_row_stays_and_is_named(city: Path, districts: list[Path]) -> None:
    for column, value in ((1, code(0, 1)), (2, "甲区第1厂"), (3, "B")):
        edit(districts[0], layout.ADJUSTMENTS, (layout.FIRST_ROW, column), value)
    before = districts[0].read_bytes()
    decide(city, 0, letter="D")
    decide(city, 1, letter="D")
    done = apply(city, districts)
    assert told(done) == [("E725", "K5")]
    assert "“分类调整”的C5已调整为B类，市级意见是D类" in done.findings[0].problem
    assert districts[0].read_bytes() == before
    # The other district is served all the same.
    assert adjustments(districts[1])[0][2] == "D"
    assert main(["city", "apply", str(city), *map(str, districts)]) == 1


def test_letters_firms_and_dates_that_do_not_exist(city: Path, districts: list[Path]) -> None:
    decide(city, 0, letter="E")
    decide(city, 1, letter="C", code=code(1, 99))
    decide(city, 2, letter="C", date="下周")
    before = [path.read_bytes() for path in districts]
    assert sorted(told(apply(city, districts))) == [("E721", "K6"), ("E722", "K5"), ("E728", "N7")]
    assert [path.read_bytes() for path in districts] == before


def test_who_is_not_found_is_held_against_those_of_the_same_name(
    city: Path, districts: list[Path]
) -> None:
    decide(city, 0, letter="C", code=code(0, 99))
    decide(city, 1, letter="C", code=code(1, 99), name="别的厂")
    problems = [finding.problem for finding in apply(city, districts).findings[:2]]
    assert problems == [
        f"该区的“原始数据”里没有这个代码，同名企业的代码是{code(0, 1)}",
        "这户在该区的“原始数据”里找不到",
    ]
    # Without a code there are two of the name.
    decide(city, 0, code=None, name="甲区第2厂")
    name = [f.key for f in layout.data_fields(load())].index("name") + 1
    edit(districts[0], layout.DATA, (layout.FIRST_ROW, name), "甲区第2厂")
    assert apply(city, districts).findings[0].problem == (
        "名单上没有代码，该区的“原始数据”里有2户同名"
    )


def test_a_firm_twice_on_the_list(city: Path, districts: list[Path]) -> None:
    decide(city, 0, letter="C")
    decide(city, 1, letter="D", district="甲区", code=code(0, 1), name="甲区第1厂")
    assert told(apply(city, districts)) == [("E725", "K6")]
    assert [row[2] for row in adjustments(districts[0])] == ["C"]


def test_figures_corrected_since_the_list_was_made(city: Path, districts: list[Path]) -> None:
    # Firm 1 pays 500 now: by the rules no longer C.
    edit(districts[0], layout.DATA, (layout.FIRST_ROW, 7), 500.0)
    decide(city, 0, letter="C")
    done = apply(city, districts)
    assert told(done) == [("W727", "K5")]
    assert "名单上初步分类是C，该区现在是A" in done.findings[0].problem
    assert len(adjustments(districts[0])) == 1


def test_districts_that_are_not_there_or_not_meant(
    city: Path, districts: list[Path], tmp_path: Path
) -> None:
    decide(city, 0, letter="C")
    done = apply(city, districts[1:])
    assert [(f.code, f.value) for f in done.findings] == [("W726", "甲区")]
    stranger = evaluated(workbook(tmp_path / "丁区.xlsx", "丁区", ten(0), ten(0)))
    edit(districts[0], layout.PARAMETERS, layout.parameter_cell("year"), 2023)
    before = districts[0].read_bytes()
    done = apply(city, [stranger, *districts])
    assert [(f.code, f.file) for f in done.findings] == [
        ("E701", "丁区.xlsx"), ("E701", "甲区.xlsx"),
    ]  # fmt: skip
    assert districts[0].read_bytes() == before


def test_a_row_without_district_is_told(city: Path, districts: list[Path]) -> None:
    decide(city, 0, letter="C", district="")
    done = apply(city, districts)
    assert told(done) == [("W726", "")]
    assert done.findings[0].problem == "有1户已填市级意见而“地区”空着，没有写回"
    assert [each.added for each in done.books] == [0] * len(districts)


def test_spaces_make_no_other_district(city: Path, districts: list[Path]) -> None:
    edit(districts[0], layout.PARAMETERS, layout.parameter_cell("district"), "甲　区")
    decide(city, 0, letter="C")
    assert told(apply(city, districts)) == []
    assert len(adjustments(districts[0])) == 1


def test_a_name_like_a_formula_stays_text(districts: list[Path], tmp_path: Path) -> None:
    edit(districts[0], layout.DATA, (layout.FIRST_ROW, 3), "甲")
    book = openpyxl.load_workbook(districts[0])
    cell = book[layout.DATA].cell(layout.FIRST_ROW, 3)
    cell.value, cell.data_type = "=1+1", "s"
    book.save(districts[0])
    evaluated(districts[0])
    out = tmp_path / "x.xlsx"
    assert main(["city", str(districts[0]), "-o", str(out)]) == 0
    listed = openpyxl.load_workbook(out)[CITY_DECISIONS].cell(5, COLUMNS["name"])
    assert (listed.value, listed.data_type) == ("=1+1", "s")
    # A user's save keeps it as text, and so do the adjustments.
    book = openpyxl.load_workbook(out)
    sheet = book[CITY_DECISIONS]
    sheet.cell(5, COLUMNS["letter"]).value = "D"
    sheet.cell(5, COLUMNS["name"]).data_type = "s"
    book.save(out)
    apply(out, districts[:1])
    written = openpyxl.load_workbook(districts[0])[layout.ADJUSTMENTS].cell(5, 2)
    assert (written.value, written.data_type) == ("=1+1", "s")


def test_decisions_outlive_a_new_summary(city: Path, districts: list[Path]) -> None:
    decide(city, 0, letter="D", reason="能耗过高", date=dt.date(2023, 9, 20))
    decide(city, 1, letter="C")
    # Firm 1 of 乙区 is no longer C by the rules, firm 2 is.
    edit(districts[1], layout.DATA, (layout.FIRST_ROW, 7), 500.0)
    evaluated(districts[1])
    assert main(["city", *map(str, districts), "-o", str(city), "--force"]) == 0
    sheet = openpyxl.load_workbook(city)[CITY_DECISIONS]
    keys = ("name", "letter", "reason", "date")
    rows = [[sheet.cell(row, COLUMNS[key]).value for key in keys] for row in (5, 6, 7)]
    assert rows == [
        ["甲区第1厂", "D", "能耗过高", dt.datetime(2023, 9, 20)],
        ["乙区第2厂", None, None, None],
        ["丙区第1厂", None, None, None],
    ]


def test_a_workbook_that_is_not_the_citys(districts: list[Path]) -> None:
    with pytest.raises(BookError, match="没有工作表“待确认名单”"):
        apply(districts[0], districts[1:])
    assert main(["city", "apply", str(districts[0]), str(districts[1])]) == 3
    assert main(["city", "apply", str(districts[0])]) == 2


def test_decided_districts_join_again(city: Path, districts: list[Path], tmp_path: Path) -> None:
    decide(city, 0, letter="B", reason="已完成改造", document="纪要")
    apply(city, districts)
    # Not run again yet: the results are not those of the inputs any more.
    again = tmp_path / "再汇总.xlsx"
    assert main(["city", *map(str, districts), "-o", str(again)]) == 1
    evaluated(districts[0])
    assert main(["city", *map(str, districts), "-o", str(again), "--force"]) == 0
    row = openpyxl.load_workbook(again)[CITY_DECISIONS][layout.FIRST_ROW]
    assert [row[COLUMNS[key] - 1].value for key in ("proposed", "final")] == ["C", "B"]
    assert assess(read_book(districts[0])).count(Level.ERROR) == 0


def test_a_decision_for_nobody_is_told(city: Path, districts: list[Path]) -> None:
    decide(city, 0, letter="D", code=None, name=None)
    decide(city, 1, letter="D", district=None)
    done = apply(city, districts)
    assert told(done) == [("E721", "K5"), ("W726", "")]
    assert "“地区”空着" in done.findings[1].problem
    assert [adjustments(path) for path in districts] == [[], [], []]
