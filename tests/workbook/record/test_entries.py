"""运行记录 and what its hashes cover."""

from __future__ import annotations

import datetime as dt
import getpass
import hashlib
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from permu_xl import __version__
from permu_xl.errors import UsageError
from permu_xl.schemes import load
from permu_xl.workbook import layout
from permu_xl.workbook.district import run
from permu_xl.workbook.reading.opened import read_book
from permu_xl.workbook.record.entries import Stamp, seal, stamp
from permu_xl.workbook.record.hashed_texts import digest, scheme_text
from permu_xl.workbook.record.input_rows import inputs_text
from tests.workbook.districts import filled, firm

HEADERS = [field.header for field in layout.run_fields()]
NOON = dt.datetime(2023, 6, 30, 12, 0, tzinfo=dt.UTC)


def ten(tmp_path: Path, **first: Any) -> Path:
    """Ten firms that differ in tax; A 2, B 7, C 1 (see test_district)."""
    firms = [firm(i, tax=20.0 * i) for i in range(1, 11)]
    firms[0] |= first
    return filled(tmp_path / "in.xlsx", firms, [firm(i, tax=20.0 * i) for i in range(1, 11)])


def records(path: Path) -> list[dict[str, Any]]:
    sheet = openpyxl.load_workbook(path)[layout.RUNS]
    rows = sheet.iter_rows(min_row=layout.FIRST_ROW, values_only=True)
    # Right of the table, one column apart, stand the hashes of the inputs' rows.
    table = (row[: len(HEADERS)] for row in rows)
    return [dict(zip(HEADERS, row, strict=True)) for row in table if any(row)]


def test_a_run_leaves_a_row_on_a_very_hidden_sheet(tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    shanghai = dt.timezone(dt.timedelta(hours=8))
    outcome = run(
        ten(tmp_path), out, by=Stamp("张三", dt.datetime(2023, 6, 30, 20, 0, tzinfo=shanghai))
    )
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == [*layout.SHEETS, layout.RUNS]
    assert book[layout.RUNS].sheet_state == "veryHidden"
    (row,) = records(out)
    assert row["时间（UTC）"] == "2023-06-30T12:00:00Z"
    assert row["操作人"] == "张三"
    assert row["程序版本"] == __version__
    assert (row["评价年度"], row["方案"]) == ("2022", "shenyang_2021")
    assert (row["企业数"], row["参评企业数"]) == ("10", "10")
    assert row["各类户数"] == "A 2、B 7、C 1、D 0、不参评 0"
    assert row["数据核查条数"].startswith("错误 0、警告 ")
    assert outcome.book.runs is not None
    assert outcome.book.runs.entries == ()
    for name in ("方案校验值", "输入校验值", "结果校验值", "行校验值"):
        assert len(row[name]) == 64


def test_rows_are_appended_and_chained_and_the_oldest_go(tmp_path: Path) -> None:
    path = ten(tmp_path)
    for minute in (0, 1, 50, 51):
        run(path, path, by=Stamp("甲", NOON + dt.timedelta(minutes=minute)))
        if minute == 1:
            _repeat_last_row(path, 48)
            assert len(records(path)) == 50
    found = records(path)
    assert len(found) == 50
    assert [row["时间（UTC）"] for row in (found[0], found[-2], found[-1])] == [
        "2023-06-30T12:01:00Z",
        "2023-06-30T12:50:00Z",
        "2023-06-30T12:51:00Z",
    ]
    assert found[-1]["上一行的行校验值"] == found[-2]["行校验值"]
    assert len({row["输入校验值"] for row in found}) == 1


def _repeat_last_row(path: Path, times: int) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book[layout.RUNS]
    last = [cell.value for cell in sheet[layout.FIRST_ROW + 1]]
    for _ in range(times):
        sheet.append(last)
    book.save(path)


def test_the_same_run_is_not_noted_twice(tmp_path: Path) -> None:
    path = ten(tmp_path)
    run(path, path, by=Stamp("甲", NOON))
    run(path, path, by=Stamp("甲", NOON))
    assert len(records(path)) == 1
    run(path, path, by=Stamp("乙", NOON))
    assert [row["操作人"] for row in records(path)] == ["甲", "乙"]


def test_errors_leave_no_row(tmp_path: Path) -> None:
    path = ten(tmp_path, tax="约三百")
    out = tmp_path / "out.xlsx"
    run(path, out)
    assert layout.RUNS not in openpyxl.load_workbook(out).sheetnames


def test_a_sheet_of_the_users_own_is_left_alone(tmp_path: Path) -> None:
    path = ten(tmp_path)
    book = openpyxl.load_workbook(path)
    book.create_sheet(layout.RUNS)["A1"] = "我的"
    book.save(path)
    outcome = run(path, path)
    assert outcome.evaluation is not None
    assert [f.level.value for f in outcome.findings if f.code == "W417"] == ["警告"]
    written = openpyxl.load_workbook(path)[layout.RUNS]
    assert [[c.value for c in row] for row in written.iter_rows()] == [["我的"]]


def test_an_empty_sheet_of_that_name_is_used(tmp_path: Path) -> None:
    path = ten(tmp_path)
    book = openpyxl.load_workbook(path)
    book.create_sheet(layout.RUNS)
    book.save(path)
    run(path, path, by=Stamp("甲", NOON))
    run(path, path, by=Stamp("乙", NOON))
    assert [row["操作人"] for row in records(path)] == ["甲", "乙"]


def test_the_stamp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "张三")
    monkeypatch.delenv("PERMU_NO_NAMES", raising=False)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert stamp() == Stamp("张三", dt.datetime(1970, 1, 2, tzinfo=dt.UTC))
    assert stamp(names=False).who == "（不记姓名）"
    monkeypatch.setenv("PERMU_NO_NAMES", "1")
    assert stamp().who == "（不记姓名）"
    monkeypatch.setenv("PERMU_NO_NAMES", "0")
    assert stamp().who == "张三"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "今天")
    with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH"):
        stamp()
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert abs(stamp().when - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=5)


def test_a_user_without_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise OSError("no username")

    monkeypatch.setattr(getpass, "getuser", nobody)
    monkeypatch.delenv("PERMU_NO_NAMES", raising=False)
    assert stamp().who == ""


def test_the_hash_of_the_inputs_can_be_recomputed(tmp_path: Path) -> None:
    path = ten(
        tmp_path, industry="C3421", land="１０", remark="不计", bonus_points=1.5, included="是"
    )
    run(path, path)
    lines = inputs_text(read_book(path)).splitlines()
    assert json.loads(lines[0]) == ["参数", "地区", "某区"]
    assert json.loads(lines[1]) == ["参数", "评价年度", "2022"]
    assert json.loads(lines[2]) == ["参数", "方案", "shenyang_2021"]
    assert lines[4] == '["参数","亩均税收","30","总量法","","1.2"]'
    # 3 pairs, header and 6 indicators, twice a header and 10 firms, the header of 分类调整.
    assert len(lines) == 3 + 7 + 22 + 1
    assert lines[11] == (
        '["原始数据","912101000000000001","企业00001","3421","2010-01-01","10","20","3000",'
        '"2900","50","60","200","5","1.5","","","是"]'
    )
    by_hand = hashlib.sha256("".join(f"{each}\n" for each in lines).encode()).hexdigest()
    assert records(path)[0]["输入校验值"] == by_hand


def test_moved_columns_and_blank_rows_change_no_hash(tmp_path: Path) -> None:
    path = ten(tmp_path)
    before = inputs_text(read_book(path))
    book = openpyxl.load_workbook(path)
    book[layout.DATA].insert_rows(layout.FIRST_ROW + 2, 2)
    book[layout.DATA].insert_cols(4)
    book[layout.DATA].cell(layout.FIRST_ROW, 1, 7)
    book.save(path)
    assert inputs_text(read_book(path)) == before


@pytest.mark.parametrize(
    ("sheet", "cell", "value"),
    [
        (layout.DATA, "F5", 10.5),
        (layout.DATA, "C6", "另一户"),
        (layout.DATA, "D7", "3422"),
        (layout.DATA, "E7", dt.date(2011, 1, 1)),
        (layout.DATA, "F8", None),
        (layout.DATA, "N8", 1),
        (layout.DATA, "P8", "是"),
        (layout.DATA, "Q9", "否"),
        (layout.PREVIOUS, "G5", 21),
        (layout.PARAMETERS, "B4", "乙区"),
        (layout.PARAMETERS, "B5", 2023),
        (layout.PARAMETERS, "E10", 1.3),
    ],
)
def test_every_input_is_in_the_hash(tmp_path: Path, sheet: str, cell: str, value: Any) -> None:
    path = ten(tmp_path)
    before = digest(inputs_text(read_book(path)))
    book = openpyxl.load_workbook(path)
    book[sheet][cell] = value
    book.save(path)
    assert digest(inputs_text(read_book(path))) != before


def test_a_decision_is_in_the_hash(tmp_path: Path) -> None:
    path = ten(tmp_path)
    book = openpyxl.load_workbook(path)
    decision = ("912101000000000001", "企业00001", "B", "原因", "文件", dt.date(2023, 5, 1))
    for n, value in enumerate(decision, 1):
        book[layout.ADJUSTMENTS].cell(layout.FIRST_ROW, n, value)
    book.save(path)
    assert inputs_text(read_book(path)).endswith(
        '["分类调整","912101000000000001","企业00001","B","原因","文件","2023-05-01"]\n'
    )


def test_schemes_have_hashes_of_their_own() -> None:
    names = ("shenyang_2021", "anyang_2018", "huaian_2024", "wenling_2022", "older_mirrored")
    texts = [scheme_text(load(name)) for name in names]
    assert len(set(texts)) == len(names)
    assert all(json.loads(text)["id"] == name for name, text in zip(names, texts, strict=True))


def test_a_seal_covers_every_other_cell() -> None:
    entry = {field.key: "一" for field in layout.run_fields()}
    seals = {
        seal(entry | {field.key: "二"}) for field in layout.run_fields() if field.key != "seal"
    }
    assert len(seals | {seal(entry)}) == len(entry)
    assert seal(entry | {"seal": "二"}) == seal(entry)
