"""What is asked about growths: after 企业变动, without last year's figure, with a blank as 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from permu_xl.engine.checks import check_rosters
from permu_xl.engine.evaluation import evaluate
from permu_xl.engine.firms import matching_rows
from permu_xl.engine.model import Roster, Scheme
from permu_xl.engine.records.lineage import FirmEvent
from permu_xl.schemes import load
from tests.engine.checks.test_events import YEAR, A, B, C, firms
from tests.engine.support import pieces_rosters, pieces_scheme

NEW = "“上年数据”里没有这户企业（按代码，有一边没有代码的按名称），"


def growing() -> Scheme:
    """Return a scheme of one indicator, tax per mu, as a growth in per cent."""
    i = load("shenyang_2021").indicator("tax_per_mu")
    rule = replace(i.baseline, method="manual", manual=1.0)
    growth = replace(i, growth=True, scale=100.0, baseline=rule)
    return load("shenyang_2021").with_indicators((growth,))


def of_growth(*events: FirmEvent, now: Roster, then: Roster) -> list[tuple[int | None, str]]:
    found = check_rosters(growing(), now, then, year=YEAR, events=events)
    return [(f.row, f.problem) for f in found if f.code == "W266"]


def test_a_growth_after_an_event_is_questioned() -> None:
    """A growth looks at the firm with the same code alone: neither kin nor sums."""
    renamed = FirmEvent("更名", C, B)
    assert of_growth(renamed, now=firms(A, B), then=firms(A, C)) == [
        (1, "这户企业有更名，“亩均税收”是比上年的增长，上年数据里没有这个代码"
            "（没有代码的看名称），按没有上年数据计")
    ]  # fmt: skip
    merged = "这户企业有合并，“亩均税收”是比上年的增长，却只和上年数据里的“甲（1）”一户比"
    assert of_growth(FirmEvent("合并", C, A), now=firms(A), then=firms(A, C)) == [(0, merged)]
    split = of_growth(FirmEvent("分立", A, B), now=firms(A, B), then=firms(A))
    assert [row for row, _ in split] == [0, 1]
    # The code stays with the new name, nobody has to do with the event, no growth is measured.
    same = FirmEvent("更名", A, ("1", "新甲"))
    assert of_growth(same, now=firms(("1", "新甲"), B), then=firms(A, B)) == []
    found = check_rosters(
        load("shenyang_2021"), firms(A, B), firms(A, C), year=YEAR, events=[renamed]
    )
    assert "W266" not in {f.code for f in found}


@pytest.mark.parametrize(
    ("key", "before", "same"),
    [
        (A, A, True),
        (A, ("", "甲"), True),
        (("", "甲"), A, True),
        (("", "甲"), ("", "甲"), True),
        (A, ("9", "甲"), False),
        (A, ("", "甲厂"), False),
        (A, ("1", "旧名"), True),
    ],
)
def test_a_firm_without_code_on_one_side_is_found_by_name(
    key: tuple[str, str], before: tuple[str, str], same: bool
) -> None:
    now, then = firms(key, B), firms(before, B)
    assert matching_rows(now, then).tolist() == [0 if same else -1, 1]
    found = check_rosters(growing(), now, then, year=YEAR)
    told = [(f.code, f.row) for f in found if f.code in ("W245", "H242")]
    assert told == ([] if same else [("H242", 0), ("W245", 0)])


@pytest.mark.parametrize(
    ("now", "then", "rows"),
    [
        ([A], [("", "甲"), ("", "甲")], [-1]),
        ([A, ("", "甲")], [("", "甲")], [-1, -1]),
        ([("5", "乙"), ("", "甲")], [("5", "甲")], [0, -1]),  # 甲 of last year is 乙 by its code
        ([("", ""), A], [("", ""), A], [-1, 1]),
    ],
)
def test_a_name_that_is_not_one_firms_is_nobodys(
    now: list[tuple[str, str]], then: list[tuple[str, str]], rows: list[int]
) -> None:
    assert matching_rows(firms(*now), firms(*then)).tolist() == rows


def test_a_growth_is_that_of_the_firm_found_by_name() -> None:
    """丙 has a code this year and none on last year's list: 50 / 10 both years, no growth, 0%."""
    this, last = pieces_rosters()
    uncoded = replace(last, codes=np.array([""] * last.size, dtype=object))
    e = evaluate(pieces_scheme(), this, uncoded, year=2030)
    (found,) = (r for r in e.results if r.indicator.id == "tax_growth")
    assert found.value[:3] == pytest.approx([150, 150, 0])


def missed(now: Roster, then: Roster, *events: FirmEvent) -> list[tuple[str, int | None, str]]:
    found = check_rosters(growing(), now, then, year=YEAR, events=events)
    return [(f.table, f.row, f.problem) for f in found if f.code == "W245"]


def test_a_firm_that_is_new_has_no_growth_and_is_told() -> None:
    nothing = "亩均税收没有上年的数可比，记0分"
    assert missed(firms(A, B), firms(A)) == [("current", 1, NEW + nothing)]
    # Once is enough: 企业变动 tells where it comes from (W266).
    assert missed(firms(A, B), firms(A, C), FirmEvent("更名", C, B)) == []
    # Without tax this year there is nothing to compare in the first place (W225).
    assert missed(firms(A, B, tax=[100.0, None]), firms(A)) == []


@pytest.mark.parametrize(("tax", "told"), [(None, True), (-1.0, True), (0.0, True), (0.1, False)])
def test_nothing_above_0_to_compare_with(tax: float | None, told: bool) -> None:
    said = "上年的实缴税收空着或不大于0，亩均税收没有上年的数可比，记0分"
    found = missed(firms(A, B), firms(B, A, tax=[100.0, tax]))
    assert found == ([("previous", 1, said)] if told else [])


# ---- blanks of last year that count 0 ------------------------------------------------------------


def zeros(this: Roster, last: Roster, scheme: Scheme | None = None) -> list[tuple[int, str, str]]:
    found = check_rosters(scheme or pieces_scheme(), this, last, year=2030)
    return [
        (f.row, f.at.column, f.case) for f in found if f.code == "W225" and f.table == "previous"
    ]  # type: ignore[misc]


def last_with(column: str, firm: int, value: float | None) -> Roster:
    _, last = pieces_rosters()
    figures = last.number(column).copy()
    figures[firm] = np.nan if value is None else value
    return replace(last, numbers={**last.numbers, column: figures})


@pytest.mark.parametrize(
    ("column", "firm", "told"),
    [
        ("local", 2, [(2, "local", "part")]),  # 丙: 25 of 50 are left, it would grow by 100%
        ("land", 0, [(0, "land", "joint")]),  # 甲: the group had 2 mu for 24, 12 a mu and not 4
        ("output", 2, []),  # no indicator looks back for it but the mean of both figures there are
        ("land", 2, []),  # 丙 has none at all: no growth, which is told (W245)
    ],
)
def test_a_blank_of_last_year_that_counts_0(
    column: str, firm: int, told: Sequence[tuple[int, str, str]]
) -> None:
    this, _ = pieces_rosters()
    usual = [(3, "local", "part")]  # 戊's blank local tax of pieces_rosters
    assert sorted(zeros(this, last_with(column, firm, None))) == sorted([*usual, *told])
    assert zeros(this, last_with(column, firm, 0)) == usual


def test_a_growth_looks_at_this_years_groups_and_at_firms_that_were_out() -> None:
    """丁 had 2.9 mu last year and was out; with 5 mu it takes part and is compared."""
    this, _ = pieces_rosters(丁厂=(5, 500, 500, 1, 1, 900, 1))
    last = last_with("local", 6, None)
    assert (6, "local", "part") in zeros(this, last)
    apart = replace(last_with("land", 0, None), attributes={})
    assert (0, "land", "joint") in zeros(pieces_rosters()[0], apart)
