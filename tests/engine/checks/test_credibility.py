"""Figures that are possible, and not credible beside the firm's others or last year's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from permu_xl.engine.checks.figures import check_rosters
from permu_xl.engine.model.roster import Roster
from permu_xl.engine.model.scheme import PerUnit, Scheme
from permu_xl.findings.kinds import Level
from permu_xl.findings.model import Finding
from tests.engine.support import COLUMNS, by_code, roster, shenyang

SOUND = (10, 40, 3000, 3000, 30, 50, 50, 4)
"""Land, tax, output, revenue, research, employees, energy, emission."""


def firm(**figures: float | None) -> Roster:
    row = [figures.get(id, figure) for id, figure in zip(COLUMNS, SOUND, strict=True)]
    return roster(row, codes=["91210100MA0000000D"], names=["甲厂"])


def check(this: Roster, last: Roster | None = None, scheme: Scheme | None = None) -> list[Finding]:
    return check_rosters(scheme or shenyang(), this, last, year=2021)


@pytest.mark.parametrize(
    ("revenue", "output", "said"),
    [
        (14999, 3000, ""),  # 4.9997 times
        (15000, 3000, "主营业务收入是总产值（3,000万元）的5.0倍，一般不会相差5倍"),
        (30000, 3000, "主营业务收入是总产值（3,000万元）的10.0倍，一般不会相差5倍"),
        (3001, 15000, ""),
        (3000, 15000, "主营业务收入只有总产值（15,000万元）的1/5.0，一般不会相差5倍"),
        (3000, 60000, "主营业务收入只有总产值（60,000万元）的1/20.0，一般不会相差5倍"),
        (3000, 0, ""),  # nothing to compare
        (3000, None, ""),
        (None, 60000, ""),
    ],
)
def test_revenue_and_output_apart(revenue: float | None, output: float | None, said: str) -> None:
    found = by_code(check(firm(revenue=revenue, output=output)), "H227")
    assert [f.problem for f in found] == ([said] if said else [])
    assert all((f.level, f.column, f.row) == (Level.HINT, "revenue", 0) for f in found)


@pytest.mark.parametrize(
    ("employees", "said"),
    [
        (2, ""),  # 3,000 / 2 = 1,500 a head
        (1.5, ""),  # at 2,000
        (1, "主营业务收入按从业人员平均是3,000万元，一般不会高于2,000万元"),
        (599, ""),  # 5.008
        (600, ""),  # at 5
        (601, "主营业务收入按从业人员平均是4.9917万元，一般不会低于5万元"),
    ],
)
def test_revenue_per_head(employees: float, said: str) -> None:
    found = by_code(check(firm(employees=employees)), "H228")
    assert [f.problem for f in found] == ([said] if said else [])
    assert all((f.level, f.column) == (Level.HINT, "revenue") for f in found)


def test_limits_are_the_schemes() -> None:
    base = shenyang()
    bare = replace(base, checks=replace(base.checks, apart=(), per_unit=()))
    assert by_code(check(firm(employees=1, output=1), scheme=bare), "H227", "H228") == []
    one_sided = replace(
        base, checks=replace(base.checks, per_unit=(PerUnit("tax", "land", None, 3.0),))
    )
    (found,) = by_code(check(firm(), scheme=one_sided), "H228")
    assert found.problem == "实缴税收按用地面积平均是4万元，一般不会高于3万元"  # 40 / 10


def test_firms_that_are_out_and_last_years() -> None:
    odd = firm(employees=1)
    assert by_code(check(replace(odd, included=odd.included * 0)), "H228") == []
    assert [f.table for f in by_code(check(firm(), odd), "H228")] == ["previous"]


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (49.9, 10, ""),
        (50, 10, "用地面积是上年的5.0倍（上年10）"),
        (51, 10, "用地面积是上年的5.1倍（上年10）"),
        (10, 49.9, ""),
        (10, 50, "用地面积只有上年的1/5.0（上年50）"),
        (0.3, 0.06, "用地面积是上年的5.0倍（上年0.06）"),  # float noise does not decide
        (4990, 10, "用地面积是上年的499.0倍（上年10）"),
        (5000, 10, ""),  # 500 times: another unit, W243
        (10, 0, ""),
    ],
)
def test_five_times_last_years(now: float, before: float, said: str) -> None:
    findings = check(firm(land=now), firm(land=before))
    found = by_code(findings, "H244")
    assert [f.problem for f in found] == ([said] if said else [])
    assert bool(by_code(findings, "W243")) == (now == 5000)


def test_one_hint_for_all_figures_of_a_firm() -> None:
    (found,) = by_code(check(firm(), firm(land=1, tax=240, employees=10)), "H244")
    assert (found.item, found.column) == ("用地面积、实缴税收、从业人员", "land")
    assert found.problem == (
        "用地面积是上年的10.0倍（上年1），实缴税收只有上年的1/6.0（上年240），"
        "从业人员是上年的5.0倍（上年10）"
    )
