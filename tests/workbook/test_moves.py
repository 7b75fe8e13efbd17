"""Last year's classes beside this year's, worked by hand, and what a run writes of them."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from permu_xl.errors import UsageError
from permu_xl.schemes import load
from permu_xl.workbook import layout
from permu_xl.workbook.district import run
from permu_xl.workbook.moves import Moves, moves_note, moves_of
from tests.engine.support import tracks_scheme
from tests.workbook.districts import firm
from tests.workbook.registers import FIRMS, event, key, last_class, objection, registered, without

ROWS = ["A", "B", "C", "D", "不参评", "合并前不同类", "没有上年分类", "合计"]
OUT = "不参评"


def moved(path: Path, **sheets: object) -> Moves:
    """Evaluate four firms that are alike.

    15 % of 4 is 0.6, rounded 1: the first by code is A; 10 % of 4 is 0.4, rounded 0: no C.
    """
    outcome = run(registered(path, **sheets), path)  # type: ignore[arg-type]
    assert outcome.evaluation is not None
    return moves_of(outcome.book, outcome.evaluation)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "某区.xlsx"


def test_firms_are_found_by_code_and_counted(path: Path) -> None:
    classes = [last_class(1, "B"), last_class(2, "B"), last_class(3, "A"), last_class(9, "C")]
    found = moved(path, classes=classes)
    assert found.final == ("A", "B", "B", "B")
    assert found.last == ("B", "B", "A", "")
    scheme = load()
    assert [found.move(k, scheme) for k in range(4)] == ["上升", "不变", "下降", ""]
    assert found.counted(scheme) == {"上升": 1, "不变": 1, "下降": 1, "新参评": 0, "退出参评": 0}
    # Across: A, B, C, D, out, gone, sum.
    assert dict(zip(ROWS, found.matrix(scheme), strict=True)) == {
        "A": [0, 1, 0, 0, 0, 0, 1],
        "B": [1, 1, 0, 0, 0, 0, 2],
        "C": [0, 0, 0, 0, 0, 1, 1],
        "D": [0, 0, 0, 0, 0, 0, 0],
        OUT: [0, 0, 0, 0, 0, 0, 0],
        "合并前不同类": [0, 0, 0, 0, 0, 0, 0],
        "没有上年分类": [0, 1, 0, 0, 0, 0, 1],
        "合计": [1, 3, 0, 0, 0, 1, 5],
    }
    assert moves_note(found, scheme).endswith("：上升1户，不变1户，下降1户。")


def test_who_takes_part_anew_and_who_no_longer(path: Path) -> None:
    firms = [*FIRMS[:3], firm(4, included="否")]
    found = moved(path, firms=firms, classes=[last_class(1, OUT), last_class(4, "B")])
    assert [found.move(k, load()) for k in range(4)] == ["新参评", "", "", "退出参评"]


def test_events_lead_from_last_years_firms_to_this_years(path: Path) -> None:
    """7 and 8 merged into 1; 2 was called 9; 3 and 4 came of 6; 5 left."""
    events = [
        event("合并", 7, 1), event("合并", 8, 1), event("更名", 9, 2),
        event("分立", 6, 3), event("分立", 6, 4), event("注销", 5, None),
    ]  # fmt: skip
    classes = [last_class(k, letter) for k, letter in ((7, "A"), (8, "C"), (9, "B"), (6, "C"))]
    last_year = [firm(k) for k in (5, 6, 7, 8, 9)]
    found = moved(path, events=events, classes=[*classes, last_class(5, "D")], last_year=last_year)
    assert found.last == ("A、C", "B", "C", "C")
    assert found.events[0] == f"合并，上年为{key(7)[1]}；合并，上年为{key(8)[1]}"
    assert found.events[1] == f"更名，上年为{key(9)[1]}"
    rows = dict(zip(ROWS, found.matrix(load()), strict=True))
    assert rows["合并前不同类"] == [1, 0, 0, 0, 0, 0, 1]
    assert rows["C"] == [0, 2, 0, 0, 0, 0, 2]
    assert rows["D"] == [0, 0, 0, 0, 0, 1, 1]


def test_classes_typed_with_names_alone_are_those_firms(path: Path) -> None:
    """The third has its code this year only, the ninth merged into the fourth."""
    names = [{**last_class(k, letter), "code": None} for k, letter in ((1, "B"), (3, "A"))]
    gone = {**last_class(9, "C"), "code": None}
    found = moved(path, classes=[*names, gone, last_class(2, "B")], events=[event("合并", 9, 4)])
    assert found.last == ("B", "B", "A", "C")
    assert found.counts == {("B", "A"): 1, ("B", "B"): 1, ("A", "B"): 1, ("C", "B"): 1}


def test_a_firm_without_a_code_this_year_is_found_by_its_name(path: Path) -> None:
    firms = [*FIRMS[:3], firm(4, code=None)]
    found = moved(path, classes=[last_class(4, "C")], firms=firms)
    assert found.last[3] == "C"
    assert "本年没有" not in {now for _, now in found.counts}


def test_a_name_that_two_firms_carry_is_nobodys(path: Path) -> None:
    firms = [*FIRMS[:3], firm(4, name=firm(3)["name"])]
    classes = [{**last_class(3, "C"), "code": None}]
    found = moved(path, classes=classes, firms=firms, last_year=firms)
    assert found.last == ("", "", "", "")


def test_the_sheet_has_matrix_and_list_with_those_that_moved_first(path: Path) -> None:
    moved(path, classes=[last_class(1, "B"), last_class(2, "B"), last_class(3, "A")])
    sheet = openpyxl.load_workbook(path)[layout.MOVES]
    first = layout.FIRST_ROW
    assert [sheet.cell(first + k, 1).value for k in range(8)] == ROWS
    assert [sheet.cell(first + 1, k).value for k in range(2, 9)] == [1, 1, 0, 0, 0, 0, 2]
    column = layout.move_list_column(load())
    listed = [[sheet.cell(first + k, column + c).value for c in (1, 2, 3, 4)] for k in range(4)]
    assert listed == [
        [key(3)[1], "A", "B", "下降"],
        [key(1)[1], "B", "A", "上升"],
        [key(4)[1], None, "B", None],
        [key(2)[1], "B", "B", "不变"],
    ]
    assert len(sheet._charts) == 1


def test_a_sheet_that_is_pulled_apart_is_told_and_not_written(path: Path) -> None:
    registered(path)
    book = openpyxl.load_workbook(path)
    book[layout.MOVES].cell(layout.FIRST_ROW, 1).value = "甲"
    book.save(path)
    outcome = run(path, path)
    assert outcome.evaluation is not None
    assert [f.sheet for f in outcome.findings if f.code == "W418"] == [layout.MOVES]
    assert openpyxl.load_workbook(path)[layout.MOVES].cell(layout.FIRST_ROW, 2).value is None


def test_what_was_typed_into_the_results_is_not_overwritten(path: Path, tmp_path: Path) -> None:
    """The clerk went on in the result and entered an objection there."""
    registered(path)
    out = tmp_path / "结果.xlsx"
    run(path, out)
    run(path, out)
    book = openpyxl.load_workbook(out)
    for column, value in enumerate(objection(1, "总产值", 5).values(), 1):
        book[layout.OBJECTIONS].cell(layout.FIRST_ROW, column).value = value
    book.save(out)
    with pytest.raises(UsageError, match="异议台账1行"):
        run(path, out)
    run(path, out, force=True)


def test_an_old_workbook_has_no_matrix(path: Path) -> None:
    without(registered(path), layout.MOVES)
    run(path, path)
    assert layout.MOVES not in openpyxl.load_workbook(path).sheetnames


def test_where_nothing_is_known_of_last_year_nothing_is_listed(path: Path) -> None:
    moved(path)
    sheet = openpyxl.load_workbook(path)[layout.MOVES]
    below = sheet.iter_rows(min_row=layout.FIRST_ROW, min_col=2, values_only=True)
    assert not any(value for row in below for value in row)


@pytest.mark.parametrize(
    ("last", "now", "word"),
    [
        ("A", "S", "其他变化"),
        ("T", "D", "其他变化"),
        ("S", "T", "其他变化"),
        ("不参评", "T", "其他变化"),
        ("T", "不参评", "其他变化"),
        ("S", "S", "不变"),
        ("B", "A", "上升"),
        ("不参评", "A", "新参评"),
        ("", "T", ""),
        ("A、S", "S", ""),
    ],
)
def test_a_class_that_is_not_ranked_is_neither_better_nor_worse(
    last: str, now: str, word: str
) -> None:
    scheme = tracks_scheme()  # S and T are for firms that are not ranked
    found = Moves((last,), (now,), ("",), {})
    assert found.move(0, scheme) == word
    told = {one: count for one, count in found.counted(scheme).items() if count}
    assert told == ({word: 1} if word else {})
