"""What is asked about 企业变动, and what it does to the comparison with last year."""

from __future__ import annotations

import datetime as dt

import pytest

from permu_xl.engine.checks import check_events, check_rosters
from permu_xl.engine.model.roster import Roster
from permu_xl.engine.records.lineage import FirmEvent
from permu_xl.findings.model import Finding
from permu_xl.schemes import load

YEAR = 2022
A, B, C, D = ("1", "甲"), ("2", "乙"), ("3", "丙"), ("4", "丁")
FIGURES = {"land": 10.0, "tax": 100.0}


def firms(*keys: tuple[str, str], **figures: list[float | None]) -> Roster:
    names, codes = [name for _, name in keys], [code for code, _ in keys]
    columns = {id: figures.get(id, [value] * len(keys)) for id, value in FIGURES.items()}
    return Roster.from_columns(columns, names=names, codes=codes)


def asked(
    *events: FirmEvent, now: Roster | None = None, then: Roster | None = None
) -> list[tuple[int | None, str, str, str]]:
    found = check_events(events, now or firms(A, B), then or firms(A, C), year=YEAR)
    return [(f.row, f.code, f.case, f.at.column) for f in found]


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (FirmEvent("新设", new=B), []),
        (FirmEvent("迁入", new=B), []),
        (FirmEvent("注销", C), []),
        (FirmEvent("迁出", C), []),
        (FirmEvent("更名", C, B), []),
        (FirmEvent("合并", C, A), []),
        (FirmEvent("分立", A, B), []),
        (FirmEvent("改制", C, B), [(0, "W261", "", "kind")]),
        (FirmEvent("", C, B), [(0, "W261", "blank", "kind")]),
        (FirmEvent("更名", D, B), [(0, "W262", "", "old_code")]),
        (FirmEvent("更名", C, D), [(0, "W262", "", "new_code")]),
        (FirmEvent("更名", C), [(0, "W262", "blank", "new_code")]),
        (FirmEvent("新设", C, B), [(0, "W263", "", "old_code")]),
        (FirmEvent("新设", new=A), [(0, "W263", "there", "old_code")]),
        (FirmEvent("注销", A), [(0, "W263", "there", "new_code")]),
        # A second one is missing: nobody was there to merge with, nothing is left of the split.
        (FirmEvent("合并", C, B), [(0, "W265", "", "kind")]),
        (FirmEvent("分立", C, B), [(0, "W265", "split", "kind")]),
        # A is still there: two of this year's firms come from it.
        (FirmEvent("更名", A, B), [(0, "W265", "renaming", "kind")]),
    ],
)
def test_one_event(event: FirmEvent, told: list[tuple[int, str, str, str]]) -> None:
    assert asked(event) == told


@pytest.mark.parametrize(
    ("date", "odd"),
    [
        (dt.date(2020, 12, 31), True),
        (dt.date(2021, 1, 1), False),
        (dt.date(2022, 12, 31), False),
        (dt.date(2023, 1, 1), True),
    ],
)
def test_an_event_lies_in_one_of_the_two_years(date: dt.date, odd: bool) -> None:
    codes = [code for _, code, _, _ in asked(FirmEvent("注销", C, date=date))]
    assert codes == (["W264"] if odd else [])


def test_all_parts_of_a_merger_and_of_a_split() -> None:
    merger = (FirmEvent("合并", A, D), FirmEvent("合并", C, D))
    assert asked(*merger, now=firms(D)) == []
    split = (FirmEvent("分立", A, B), FirmEvent("分立", A, D))
    assert asked(*split, now=firms(B, D)) == []


def test_without_last_year_only_this_years_firms_are_looked_for() -> None:
    (found,) = check_events([FirmEvent("更名", C, D)], firms(A), None, year=YEAR)
    assert (found.code, found.problem) == (
        "W262",
        "“原始数据”里没有这户本年企业，或同名不止一户，这一行没有用上",
    )


def jumps(now: Roster, then: Roster, *events: FirmEvent) -> list[Finding]:
    found = check_rosters(load(), now, then, year=YEAR, events=events)
    return [f for f in found if f.code in ("H242", "W243", "H244")]


def test_a_firm_that_left_is_not_missed() -> None:
    now, then = firms(A), firms(A, B, C)
    assert [f.firm_name for f in jumps(now, then)] == ["乙", "丙"]
    assert [f.firm_name for f in jumps(now, then, FirmEvent("注销", B))] == ["丙"]
    assert jumps(now, then, FirmEvent("迁出", B), FirmEvent("合并", C, A)) == []


def test_a_merged_firm_is_compared_with_the_sum_of_its_parts() -> None:
    """12 mu and 88 are 100 now: a hundred over twelve is more than five times, over 100 is 1."""
    now, then = firms(A, land=[100.0]), firms(A, B, land=[12.0, 88.0])
    assert sorted(f.code for f in jumps(now, then)) == ["H242", "H244"]
    assert jumps(now, then, FirmEvent("合并", B, A)) == []


def test_a_split_firm_is_compared_with_the_sum_of_what_came_of_it() -> None:
    """15 mu and 85 were 100: fifteen is less than a fifth, 15 + 85 are the same."""
    now, then = firms(A, B, land=[15.0, 85.0]), firms(A, land=[100.0])
    assert [f.code for f in jumps(now, then)] == ["H244"]
    assert jumps(now, then, FirmEvent("分立", A, B)) == []


def test_what_does_not_add_up_is_told_with_all_whose_figures_were_added() -> None:
    """500 against 12 + 38 = 50 is ten times."""
    now, then = firms(A, land=[500.0]), firms(A, B, land=[12.0, 38.0])
    (found,) = jumps(now, then, FirmEvent("合并", B, A))
    assert found.code == "H244"
    assert found.problem == (
        "用地面积是上年的10.0倍（上年50）（按“企业变动”合计：本年是甲，上年是甲、乙）"
    )


def test_a_blank_part_leaves_no_sum() -> None:
    now, then = firms(A, land=[500.0]), firms(A, B, land=[12.0, None])
    assert jumps(now, then, FirmEvent("合并", B, A)) == []


def test_a_renamed_firm_is_the_same_firm() -> None:
    """Ten times as much land under another code and name."""
    now, then = firms(D, land=[100.0]), firms(C, land=[10.0])
    assert [f.code for f in jumps(now, then)] == ["H242"]
    (found,) = jumps(now, then, FirmEvent("更名", C, D))
    assert (found.code, found.firm_name) == ("H244", "丁")
    assert "合计" not in found.problem
