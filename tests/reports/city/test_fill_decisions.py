"""Decisions written into 待确认名单 by a program: only what is said changes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from permu_xl.errors import FileAccessError, UsageError
from permu_xl.reports.city.decisions import read_decisions
from permu_xl.reports.city.fill_decisions import write_decisions
from permu_xl.reports.city.layout import CITY_DECISIONS
from permu_xl.xlsx.files import backup_path
from tests.reports.city.test_apply_decisions import city, decide
from tests.reports.districts import body

__all__ = ["city"]


def rows(path: Path) -> list[tuple[Any, ...]]:
    return [
        (row["市级意见"], row["理由"], row["依据文件"], row["日期"])
        for row in body(path, CITY_DECISIONS)
    ]


def test_each_row_says_what_it_is_told(city: Path) -> None:
    decide(city, 1, letter="C", reason="能耗过高")
    decisions, _ = read_decisions(city)
    before = city.read_bytes()
    wanted = [
        {"letter": "D", "date": dt.date(2023, 9, 20)},
        {"reason": "", "document": "=1+1"},
        {},
    ]
    assert write_decisions(city, decisions, wanted) == 2
    assert rows(city) == [
        ("D", None, None, dt.datetime(2023, 9, 20)),
        # What is absent stays, what is empty is emptied, and text is never a formula.
        ("C", None, "=1+1", None),
        (None, None, None, None),
    ]
    assert backup_path(city).read_bytes() == before
    found, unread = read_decisions(city)
    assert unread == []
    assert [each.letter for each in found] == ["D", "C", ""]


def test_nothing_new_writes_nothing(city: Path) -> None:
    decide(city, 0, letter="D", reason="能耗过高")
    decisions, _ = read_decisions(city)
    before = city.read_bytes()
    same = [{"letter": each.letter, "reason": each.reason} for each in decisions]
    assert write_decisions(city, decisions, same) == 0
    assert city.read_bytes() == before


def test_a_list_that_was_changed_meanwhile_is_left_alone(city: Path) -> None:
    decisions, _ = read_decisions(city)
    decide(city, 2, reason="在别处填的")
    before = city.read_bytes()
    with pytest.raises(UsageError, match="在别处改过"):
        write_decisions(city, decisions, [{"letter": "C"}] * len(decisions))
    assert city.read_bytes() == before


def test_a_workbook_that_is_open_is_left_alone(city: Path) -> None:
    decisions, _ = read_decisions(city)
    city.with_name(f"~${city.name}").write_bytes(b"")
    before = city.read_bytes()
    with pytest.raises(FileAccessError, match="请保存并关闭"):
        write_decisions(city, decisions, [{"letter": "C"}] * len(decisions))
    assert city.read_bytes() == before
