"""Alternatives and firms near a cut, worked by hand on ten firms (see ``scored``)."""

from __future__ import annotations

import pytest

from permu_xl.engine.evaluation import evaluate
from permu_xl.reports.sensitivity.all_alternatives import alternatives
from permu_xl.reports.sensitivity.trial import near_cuts, sensitivity
from tests.engine.support import roster, shenyang, tracks_rosters, tracks_scheme
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


def test_alternatives_follow_the_scheme() -> None:
    this, last = tracks_rosters()
    e = evaluate(tracks_scheme(), this, last, year=2030)
    found = alternatives(e)
    questions = {a.question for a in found}
    assert any("界线上的一户" in question for question in questions)
    assert not any("R13" in a.reading for a in found)  # several units
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
