"""What is asked about 异议台账."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from permu_xl.engine.checks import check_objections
from permu_xl.engine.model.roster import Roster
from permu_xl.engine.records.objections import Objection
from permu_xl.schemes import load

FIRM = Objection("1", "甲", "总产值", "8260", received=dt.date(2023, 7, 10))
DECIDED = replace(FIRM, decided=dt.date(2023, 7, 18), by="张三", outcome="不采纳")


def asked(each: Objection, output: float | None = 8000.0) -> list[str]:
    roster = Roster.from_columns({"output": [output]}, names=["甲"], codes=["1"])
    return [f.code for f in check_objections([each], load(), roster)]


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({}, []),
        ({"outcome": ""}, ["W281"]),
        ({"code": "2"}, ["W282"]),
        ({"code": "", "name": "甲"}, []),
        ({"outcome": "同意"}, ["W283"]),
        ({"by": ""}, ["W284"]),
        ({"decided": None}, ["W284"]),
        ({"decided": dt.date(2023, 7, 9)}, ["W285"]),
        ({"decided": dt.date(2023, 7, 10)}, []),
        ({"outcome": "采纳"}, ["W286"]),
        ({"outcome": "采纳", "claimed": "8,000"}, []),
        ({"outcome": "采纳", "item": "总产值（万元）"}, ["W286"]),
        ({"outcome": "采纳", "item": "分类"}, []),
        ({"outcome": "采纳", "claimed": "8000万元"}, []),
        ({"outcome": "采纳", "claimed": "8001万元"}, ["W286"]),
        ({"outcome": "采纳", "claimed": "见附件"}, ["W286"]),
        ({"outcome": "采纳", "claimed": ""}, ["W286"]),
        ({"outcome": "不采纳", "claimed": "见附件"}, []),
        ({"outcome": "部分采纳"}, []),
        ({"outcome": "撤回"}, []),
    ],
)
def test_one_entry(change: dict[str, object], codes: list[str]) -> None:
    assert asked(replace(DECIDED, **change)) == codes  # type: ignore[arg-type]


def test_what_was_accepted_and_is_still_blank() -> None:
    roster = Roster.from_columns({"output": [None]}, names=["甲"], codes=["1"])
    (found,) = check_objections([replace(DECIDED, outcome="采纳")], load(), roster)
    assert found.problem == "异议已采纳，总产值应是8,260，原始数据里是空白"


def test_the_reminder_names_the_item_and_what_to_do() -> None:
    roster = Roster.from_columns({"output": [1.0]}, names=["甲"], codes=["1"])
    (found,) = check_objections([replace(FIRM, outcome="")], load(), roster)
    assert (found.table, found.row, found.problem) == (
        "objections",
        0,
        "企业对总产值的异议还没有办结",
    )
