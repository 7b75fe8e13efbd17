"""The year and the part of it that a table is about, as offices and systems write it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from permu_xl.intake.tables.words.periods import period_in
from tests.intake.tables.made import CODES, NAMES, made, sums

HEAD = ["统一社会信用代码", "企业名称", "实缴税收（万元）"]


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("税款所属期：2021-01-01至2021-12-31", "E605"),
        ("税款所属期起：2021-01-01", "E605"),
        ("2021年1月1日至12月31日", "E605"),
        ("20210101-20211231", "E605"),
        ("截止日期：2021年12月31日", "E605"),
        ("统计期间：2022.01.01-2022.06.30", "W606"),
        ("2021-07-01至2022-06-30", "W606"),
        ("统计截止时间：2022-06-30", "W606"),
        ("税款所属期：2022-01-01 至 2022-12-31", ""),
        ("2022年1月1日—2022年12月31日", ""),
        ("2022/1/1-12/31", ""),
    ],
)
def test_period_between_two_days_in_a_title(title: str, code: str) -> None:
    table = made([[title], HEAD, [CODES[0], NAMES[0], 12]])
    assert [f.code for f in table.findings] == [code] * bool(code)
    assert sums(table, "tax") == ({} if code == "E605" else {NAMES[0]: 12})


@pytest.mark.parametrize(
    ("heading", "other", "right"),
    [
        ("税款所属期起", "2021-01-01", "2022-01-01"),
        ("税款所属期止", dt.datetime(2021, 12, 31), dt.datetime(2022, 12, 31)),
        ("税款所属期", dt.datetime(2022, 6, 1), "2022-01-01至2022-12-31"),
        ("所属期", 202206, "2022年"),
        ("月份", 12, "1-12"),
        ("月份", "1-6", "1-12月"),
    ],
)
def test_period_in_a_column(heading: str, other: Any, right: Any) -> None:
    head = [*HEAD[:2], heading, HEAD[2]]
    rows = [head, [CODES[0], NAMES[0], other, 12], [CODES[1], NAMES[1], right, 13]]
    table = made(rows)
    assert sums(table, "tax") == {NAMES[1]: 13}
    assert "H604" in {f.code for f in table.findings}
    assert "E605" in {f.code for f in made(rows[:2]).findings}


def test_day_of_printing_is_no_period() -> None:
    assert period_in("2022年度（2023年1月10日导出）").years == (2022,)
    assert period_in("制表时间：2023-01-05 10:22").years == ()
