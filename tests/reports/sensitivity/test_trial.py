"""Alternatives and firms near a cut, worked by hand on ten firms (see ``scored``)."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction as F

import pytest

from permu_xl.engine.evaluation import evaluate
from permu_xl.reports.sensitivity.all_alternatives import alternatives
from permu_xl.reports.sensitivity.trial import near_cuts, sensitivity
from tests.engine.reference_rules import Firm
from tests.engine.rules_districts import rules_evaluated
from tests.engine.support import (
    pieces_rosters,
    pieces_scheme,
    roster,
    shenyang,
    tracks_rosters,
    tracks_scheme,
)
from tests.reports.scored import NAMES, scored

ROUNDING = {"A类名额不是整数时": {"舍去小数": {"乙": ("A", "B")}, "进一": {}}}


@pytest.mark.parametrize("then", ["舍去小数", "进一"])
def test_rounding_of_the_quota(then: str) -> None:
    # 1.5 is 2 rounded half up or up, 1 rounded down.
    (outcome,) = (
        o
        for o in sensitivity(scored()).outcomes
        if o.alternative.question == "A类名额不是整数时" and o.alternative.then == then
    )
    moved = {NAMES[d.firm]: (d.now, d.then) for d in outcome.firms}
    assert moved == ROUNDING["A类名额不是整数时"][then]


def test_the_upper_half_of_nine() -> None:
    # Without 癸: 4 above, or 5 with 戊, which is picked for neither A nor C either way.
    e = scored(without="癸")
    found = {
        o.alternative.then: len(o.firms)
        for o in sensitivity(e).outcomes
        if o.alternative.reading == "R14"
    }
    assert found == {"四舍五入": 0, "进一": 0}


def test_ties_by_code() -> None:
    # Everybody of the lower half but 癸 is alike for C, so its place is 癸's in any order; 乙 and
    # 丙 alike for A are told apart by code alone.
    e = scored({"丙": 28})
    (outcome,) = (o for o in sensitivity(e).outcomes if o.alternative.question == "并列到最后")
    moved = {NAMES[d.firm]: (d.now, d.then) for d in outcome.firms}
    assert moved == {"乙": ("A", "B"), "丙": ("B", "A")}


@pytest.mark.parametrize(
    ("margin", "firms"),
    [
        (1.9, set()),
        (
            2.0,
            {("乙", "A类名额"), ("丙", "A类名额"), ("戊", "前后半区之间"), ("己", "前后半区之间")},
        ),
    ],
)
def test_near_a_cut(margin: float, firms: set[tuple[str, str]]) -> None:
    # A: 28 | 26; halves: 22 + 18 | 20 + 18; C: 18 | 10.
    found = list(near_cuts(scored(), margin))
    assert {(NAMES[n.firm], n.cut) for n in found} == firms
    assert all(n.distance == pytest.approx(2) for n in found)


def test_without_a_margin_every_firm_stands_at_its_lines() -> None:
    # Five of each half at the line between them, and each half at the line of its own list.
    found = list(near_cuts(scored(), math.inf))
    assert len(found) == 10 + 5 + 5
    assert {n.cut for n in found if NAMES[n.firm] == "乙"} == {"前后半区之间", "A类名额"}


def test_alternatives_follow_the_scheme() -> None:
    this, last = tracks_rosters()
    e = evaluate(tracks_scheme(), this, last, year=2030)
    found = alternatives(e)
    questions = {a.question for a in found}
    assert any("界线上的一户" in question for question in questions)
    # several units: not all firms listed; 庚 and 辛 have a letter without being ranked
    assert [(a.now, a.then) for a in found if a.reading == "R13"] == [
        ("参加排名的10户", "连同不排名而有类别的2户，共12户")
    ]
    assert len({(a.question, a.now, a.then) for a in found}) == len(found)
    assert all(a.now != a.then for a in found)
    tried = sensitivity(e)
    assert len(tried.outcomes) == len(found)


@pytest.mark.parametrize(("land", "offered"), [(0, True), (0.1, False), (None, False)])
def test_firms_without_a_denominator_left_out_of_the_totals(
    land: float | None, offered: bool
) -> None:
    # R7. Last year 100 / 10 and 20 / 0: the totals give 120 / 10 = 12, without the second 10.
    # This year 6 for each mu: 6 / 12 x 30 = 15, or 6 / 10 x 30 = 18.
    figures = (60, 100, 100, 1, 10, 10, 10)
    this = roster((10, *figures))
    last = roster((10, 100, *figures[1:]), (land, 20, *figures[1:]))
    e = evaluate(shenyang(), this, last, year=2022)
    found = [a for a in alternatives(e) if a.question == "亩均税收：分母为0的企业"]
    assert len(found) == offered
    for alternative in found:
        assert (alternative.reading, alternative.then) == ("R7", "不计入合计")
        assert e.results[0].score.tolist() == pytest.approx([15])
        inputs = alternative.make(e)
        assert inputs is not None
        other = evaluate(inputs.scheme, inputs.roster, inputs.previous, year=2022)
        assert other.results[0].score.tolist() == pytest.approx([18])


@pytest.mark.parametrize(
    ("total", "near"),
    [(119.4, False), (119.5, True), (119.99, True), (120, True), (120.5, True), (120.6, False)],
)
def test_near_a_line_of_points(total: float, near: bool) -> None:
    """Half a point from the 120 of class A, wherever the other firms are."""
    firms = [Firm("甲", F(10), F(1), 5 * (2 - (F(str(total)) - 60) / 40), "规下")]
    firms.append(Firm("乙", F(5), F(1), F(5), "规下"))  # 70 points
    found = list(near_cuts(rules_evaluated(firms), 0.5))
    assert [(n.cut, n.limit, n.drawn) for n in found] == (
        [("A、B类之间", 120, True)] if near else []
    )
    assert all(n.side == ("A类" if total >= 120 else "B类") for n in found)


def test_a_second_highest_of_an_indicator_that_nobody_has() -> None:
    """Without emissions all have the 15 points of R6: no baseline is asked for."""
    firm = (10, 100, 3000, 2900, 50, 60, 200, None)
    e = evaluate(shenyang(), roster(firm, firm, firm), roster(firm), year=2021)
    assert math.isnan(e.results[-1].baselines[0].value)
    found = [o for o in sensitivity(e).outcomes if o.alternative.then == "第二高值"]
    assert [(o.problem, o.firms) for o in found] == [("", ())]


def test_a_growth_has_no_total_over_total_to_try() -> None:
    scheme = pieces_scheme()
    rules = {i.id: i.baseline for i in scheme.indicators}
    rules |= {
        id: replace(rules[id], method="mean")
        for id in ("tax_per_mu", "tax_growth", "output_per_staff")
    }
    scheme = scheme.with_indicators(
        tuple(replace(i, baseline=rules[i.id]) for i in scheme.indicators)
    )
    e = evaluate(scheme, *pieces_rosters(), year=2030)
    found = {o.alternative.question: o.problem for o in sensitivity(e).outcomes}
    # Tax per mu and output a head; the growth is a mean too and stays one.
    assert found["“平均值”的算法：2项指标一起"] == ""
    assert "亩均税收增长率的基准值" not in found
