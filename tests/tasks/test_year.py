"""How the steps of a year stand, read from the workbook and the files beside it."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import openpyxl
import pytest

from permu_xl.tasks.year import YEAR_STEPS, Standing, year_of
from permu_xl.workbook import layout
from permu_xl.workbook.assessment import assess
from permu_xl.workbook.district import run
from permu_xl.workbook.reading import read_book
from tests.tasks.made import copied, evaluated_book
from tests.workbook.districts import filled, firm, spread_firms
from tests.workbook.registers import objection, registered


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return evaluated_book(tmp_path_factory.mktemp("district"), 12)


def standings(path: Path, **checked: dt.datetime) -> dict[str, Standing]:
    return {each.step.key: each for each in year_of(path, assess(read_book(path)), checked)}


def states(path: Path, **checked: dt.datetime) -> dict[str, str]:
    return {key: each.state for key, each in standings(path, **checked).items()}


def test_a_blank_workbook_begins_with_the_import(tmp_path: Path) -> None:
    path = tmp_path / "某区.xlsx"
    filled(path, [], [])
    found = states(path)
    assert found.pop("import") == "next"
    assert found.pop("city") == "open"
    assert set(found.values()) == {"blocked"}


def test_errors_are_next(tmp_path: Path) -> None:
    path = tmp_path / "某区.xlsx"
    firms = [firm(k) for k in range(12)]
    firms[0]["tax"] = "一百"
    filled(path, firms, [firm(k) for k in range(12)])
    found = standings(path)
    assert found["check"].state == "next"
    assert found["check"].why == "有错误1条，改正后才能评价"
    assert found["evaluate"].state == "blocked"
    assert found["verify"].state == "blocked"


def test_the_evaluation_is_next_then_done_then_stale(evaluated: Path, tmp_path: Path) -> None:
    path = tmp_path / "某区.xlsx"
    filled(path, spread_firms(12), spread_firms(12, seed=2))
    assert states(path)["evaluate"] == "next"
    run(path, path)
    found = standings(path)
    assert found["evaluate"].state == "done"
    # The clock of the tests: 1 January 2022, midnight in UTC.
    assert found["evaluate"].when == dt.datetime(2022, 1, 1, tzinfo=dt.UTC)
    assert found["notices"].state == "next"
    sheets = openpyxl.load_workbook(path)
    sheets[layout.DATA].cell(layout.FIRST_ROW, 3).value = "改了名的厂"
    sheets.save(path)
    found = standings(path)
    assert found["evaluate"].state == "next"
    assert found["evaluate"].why == "评价以后改过数据，要重新评价"


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("publish", "某区-上报.xlsx"),
        ("sensitivity", "某区-敏感性2.xlsx"),
        ("compare", "某区-变动.xlsx"),
        ("notices", "某区-一企一单"),
        ("city", "全市2022.xlsx"),
    ],
)
def test_what_lies_beside_is_done_or_older(
    evaluated: Path, tmp_path: Path, key: str, name: str
) -> None:
    path = copied(evaluated, tmp_path)
    assert states(path)[key] in ("open", "next")
    made = path.with_name(name)
    made.touch()
    found = standings(path)[key]
    assert (found.state, found.file) == ("done", made)
    os.utime(made, (0, 0))
    found = standings(path)[key]
    assert found.state in ("stale", "next")
    assert found.why == "重新评价以后还没有再做"


def test_published_data_are_done_whenever_the_evaluation_was(
    evaluated: Path, tmp_path: Path
) -> None:
    path = copied(evaluated, tmp_path)
    made = path.with_name("某区-数据公示.xlsx")
    made.touch()
    os.utime(made, (0, 0))
    found = standings(path)["publish_data"]
    assert (found.state, found.file, found.why) == ("done", made, "")


def test_the_register_tells_what_is_open(tmp_path: Path) -> None:
    path = tmp_path / "某区.xlsx"
    done = objection(2, "总产值", 2, outcome="维持", decided=dt.date(2023, 7, 20), by="张三")
    for rows, state, told in (
        ([], "open", ""),
        ([objection(1, "总产值", 1), done], "done", "“异议台账”有2条，1条没有办结"),
        ([done], "done", "“异议台账”有1条，都办结了"),
    ):
        registered(path, objections=rows)
        assert standings(path)["register"].state == "blocked"
        run(path, path)
        found = standings(path)["register"]
        assert (found.state, found.why) == (state, told)


def test_the_mark_of_an_open_report_is_none(evaluated: Path, tmp_path: Path) -> None:
    path = copied(evaluated, tmp_path)
    path.with_name("~$某区-上报.xlsx").touch()
    path.with_name("别区-上报.xlsx").touch()
    assert standings(path)["publish"].file is None


def test_what_leaves_no_file_is_told_by_the_host(evaluated: Path, tmp_path: Path) -> None:
    path = copied(evaluated, tmp_path)
    assert states(path)["verify"] == "open"
    when = dt.datetime(2023, 1, 1, tzinfo=dt.UTC)
    found = standings(path, verify=when)["verify"]
    assert (found.state, found.when) == ("done", when)


def test_one_step_at_most_is_next(evaluated: Path, tmp_path: Path) -> None:
    path = copied(evaluated, tmp_path)
    assert [*states(path).values()].count("next") == 1
    assert [each.key for each in YEAR_STEPS] == list(states(path))
