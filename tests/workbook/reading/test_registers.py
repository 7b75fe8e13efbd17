"""Reading 上年分类, 企业变动 and 异议台账: everything odd is told, nothing bars the evaluation."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from permu_xl.workbook import layout
from permu_xl.workbook.assessment import assess
from permu_xl.workbook.district import run
from permu_xl.workbook.moves import moves_of
from permu_xl.workbook.reading.opened import read_book
from tests.workbook.registers import event, last_class, objection, registered, without


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "某区.xlsx"


def test_what_stands_on_the_sheets(path: Path) -> None:
    registered(
        path,
        classes=[last_class(1, "Ａ类"), last_class(2, "不参评")],
        events=[event("注销", 3, None, date=dt.date(2022, 3, 1), document="通知书")],
        objections=[objection(1, "总产值", 8260, received="2023年7月1日", by="张三")],
    )
    book = read_book(path)
    assert book.last_classes is not None
    assert [each.letter for each in book.last_classes.entries] == ["A", "不参评"]
    (told,) = book.firm_events
    assert (told.kind, told.old[1], told.new) == ("注销", "企业00003", ("", ""))
    assert (told.date, told.document) == (dt.date(2022, 3, 1), "通知书")
    (entry,) = book.registered
    assert (entry.item, entry.claimed, entry.received) == ("总产值", "8260", dt.date(2023, 7, 1))
    assert (entry.decided, entry.by, entry.is_open) == (None, "张三", True)


def test_all_that_is_odd_is_told_at_once_with_its_cell(path: Path) -> None:
    registered(
        path,
        classes=[last_class(1, "E"), last_class(2, ""), last_class(3, "A"), last_class(3, "B")],
        events=[event("注销", 9, None, date="三月")],
        objections=[
            objection(1, "总产值", 5, received="昨天"),
            objection(2, "总产值", 3000, outcome="采纳", decided="2023-7-1", by="甲", cell="X9"),
        ],
    )
    outcome = assess(read_book(path))
    assert outcome.evaluation is not None
    told = {(f.code, f.sheet, f.cell) for f in outcome.findings if "W26" <= f.code[:3] <= "W28"}
    assert told == {
        ("W276", "上年分类", "C5"),
        ("W276", "上年分类", "C6"),
        ("W277", "上年分类", "A8"),
        ("W264", "企业变动", "B5"),
        ("W262", "企业变动", "C5"),
        ("W285", "异议台账", "F5"),
        ("W281", "异议台账", "I5"),
        ("W287", "异议台账", "J6"),
    }


@pytest.mark.parametrize("rows", [[0, 1], [1, 0]])
def test_a_name_beside_the_same_name_with_a_code_is_one_firm_twice(
    path: Path, rows: list[int]
) -> None:
    """It was counted as a firm of last year that is gone, and nobody was told."""
    entries = [last_class(1, "A"), last_class(1, "B") | {"code": None}]
    registered(path, classes=[entries[k] for k in rows])
    outcome = assess(read_book(path))
    told = [(f.sheet, f.cell) for f in outcome.findings if f.code == "W277"]
    assert told == [("上年分类", "B6" if rows == [0, 1] else "A6")]
    assert outcome.evaluation is not None
    moves = moves_of(outcome.book, outcome.evaluation)
    assert moves.last[0] == ("A" if rows == [0, 1] else "B")
    assert sum(n for (_, now), n in moves.counts.items() if now == layout.GONE) == 0


@pytest.mark.parametrize(
    ("cell", "odd"),
    [
        ("原始数据!H6", False),
        ("'原始数据'!$h$6", False),
        ("原始数据！H6", False),
        ("原始数据!H5", True),
    ],
)
def test_the_changed_cell_is_that_of_the_firm_and_the_item(
    path: Path, cell: str, odd: bool
) -> None:
    entry = objection(2, "总产值", 3000, outcome="采纳", decided="2023-7-1", by="甲", cell=cell)
    registered(path, objections=[entry])
    found = [f for f in assess(read_book(path)).findings if f.code == "W287"]
    assert [f.words["there"] for f in found] == (["原始数据!H6"] if odd else [])


def test_a_workbook_without_the_sheets_is_evaluated_as_ever(path: Path) -> None:
    without(registered(path), *layout.REGISTERS, layout.MOVES)
    before = openpyxl.load_workbook(path).sheetnames
    outcome = run(path, path)
    assert outcome.evaluation is not None
    assert not [f for f in outcome.findings if f.code.startswith(("W26", "W27", "W28", "W418"))]
    assert openpyxl.load_workbook(path).sheetnames == [*before, layout.RUNS]


def test_a_sheet_of_the_districts_own_is_left_alone_and_told(path: Path) -> None:
    registered(path)
    book = openpyxl.load_workbook(path)
    del book[layout.OBJECTIONS]
    book.create_sheet(layout.OBJECTIONS)["A1"] = "我们自己的台账"
    book.save(path)
    outcome = run(path, path)
    assert [f.sheet for f in outcome.findings if f.code == "W289"] == [layout.OBJECTIONS]
    assert outcome.evaluation is not None
    kept = openpyxl.load_workbook(path)[layout.OBJECTIONS]
    assert [c.value for row in kept for c in row] == ["我们自己的台账"]


def test_columns_may_be_moved(path: Path) -> None:
    registered(path, objections=[objection(1, "总产值", 5)])
    book = openpyxl.load_workbook(path)
    book[layout.OBJECTIONS].insert_cols(1)
    book[layout.OBJECTIONS].insert_rows(2, 3)
    book.save(path)
    found = assess(read_book(path)).findings
    assert [(f.code, f.cell) for f in found if f.sheet == layout.OBJECTIONS] == [("W281", "J8")]
