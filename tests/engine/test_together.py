"""All pieces in one scheme: toy_together.toml against a reference written for reading."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from permu_xl.engine.checks.outcome import review
from permu_xl.engine.evaluation import Evaluation, evaluate
from permu_xl.engine.explain.better_class import needed
from permu_xl.engine.explain.figure_to_reach import figure_needed
from permu_xl.engine.explain.indicators import basis, basis_column, explain
from permu_xl.engine.model import Roster, Scheme
from permu_xl.reports.publication.remarks import joint_remark
from permu_xl.reports.sensitivity.class_alternatives import class_alternatives
from permu_xl.schemes import load_file
from tests.engine import reference_together as reference
from tests.engine.reference_together import Firm
from tests.engine.support import by_code
from tests.places import DATA

YEAR = 2030
FIGURES = ("land", "national", "local", "output", "patents")


def together() -> Scheme:
    return load_file(DATA / "toy_together.toml")


def roster_of(firms: list[Firm]) -> Roster:
    def column(name: str) -> list[float]:
        return [np.nan if (x := getattr(f, name)) is None else float(x) for f in firms]

    return Roster.from_columns(
        {name: column(name) for name in FIGURES},
        codes=[f.code for f in firms],
        names=[f"{f.code}厂" for f in firms],
        industries=["4411" if f.electric else "1310" for f in firms],
        bonus_labels=["、".join(f.labels) for f in firms],
        flags={id: [id in f.flags for f in firms] for id in ("pause", "polluting")},
        attributes={name: [getattr(f, name) for f in firms] for name in ("trade", "group")},
    )


def evaluated(firms: list[Firm], **other: Any) -> Evaluation:
    return evaluate(together(), roster_of(firms), year=YEAR, **other)


QUARTERS = st.integers(-40, 1200).map(lambda k: F(k, 4))
FIRMS = st.lists(
    st.builds(
        Firm,
        code=st.just(""),
        land=st.sampled_from([None, F(0), F(1), F(2), F(3), F(4), F(8)]),
        national=st.none() | QUARTERS,
        local=st.none() | st.integers(0, 100).map(F),
        output=st.none() | QUARTERS,
        patents=st.sampled_from([None, None, F(0), F(3), F(10), F(20)]),
        trade=st.sampled_from(["纺织", "其他"]),
        group=st.sampled_from(["", "", "甲", "乙"]),
        electric=st.integers(0, 9).map(lambda k: k == 0),
        labels=st.lists(st.sampled_from(["示范", "失信"]), unique=True, max_size=2).map(tuple),
        flags=st.frozensets(st.sampled_from(["pause", "polluting"]), max_size=1),
    ),
    min_size=1,
    max_size=30,
)


@settings(  # to shrink such districts takes minutes
    max_examples=60,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(FIRMS)
def test_as_the_reference(firms: list[Firm]) -> None:
    for number, each in enumerate(firms):
        each.code = f"K{number:03d}"
    units = reference.evaluate(firms)
    e = evaluated(firms)
    found = {unit.name: (unit.size, unit.base) for unit in e.classes.units}
    assert found == units
    for k, each in enumerate(firms):
        total = np.nan if each.total is None else float(each.total)
        assert e.total[k] == pytest.approx(total, abs=1e-9, nan_ok=True)
        assert (k, e.classes.by_place[k]) == (k, each.by_place)
        assert (k, e.final[k]) == (k, each.letter)
        told = explain(e, k)
        assert told
    assert basis_column(e) == [basis(e, k) for k in range(len(firms))]


# ---- by hand -------------------------------------------------------------------------------------


def firm(code: str, tax: int, **other: Any) -> Firm:
    """A firm of 10 mu whose output is like everybody's: 40 points, and 0.6 for each 万元 of tax."""
    return Firm(code, F(10), F(tax), F(0), F(100), **other)


def counted_one_by_one() -> list[Firm]:
    """Nine firms, two that are ranked as one, and three that are one and pause: 14 in all."""
    pausing = {"group": "乙", "flags": frozenset({"pause"})}
    return [
        *(firm(f"K{k}", 100 - k) for k in range(9)),
        *(firm(f"M{k}", 60, group="甲") for k in range(2)),
        *(firm(f"P{k}", 90, **pausing) for k in range(3)),
    ]


def test_firms_joined_and_not_ranked_count_one_by_one() -> None:
    """20 % of 14 is 2.8: 3; 60 % is 8.4: 8; 10 % is 1.4: one of the 10 places is left."""
    e = evaluated(counted_one_by_one())
    (unit,) = e.classes.units
    assert (unit.size, unit.base) == (10, 14)
    assert [cut.place for cut in unit.cuts] == [3, 8, 9]
    words = "14户（含不排名的3户、合并评价而只占一个名次的另1户） × 20% = 2.8，四舍五入"
    assert words in next(line for line in explain(e, 9) if line.startswith("位次"))
    # As one each: 20 % of 11 is 2.2: 2; 60 % is 6.6: 6; 10 % is 1.1: one.
    scheme = together()
    assert scheme.joint is not None
    groups = replace(scheme, joint=replace(scheme.joint, quota="groups"))
    (unit,) = evaluate(groups, roster_of(counted_one_by_one()), year=YEAR).classes.units
    assert (unit.base, [cut.place for cut in unit.cuts]) == (11, [2, 6, 9])


def test_the_public_list_and_the_readings_say_how_they_count() -> None:
    e = evaluated(counted_one_by_one())
    assert joint_remark(e) == (
        "注：下列企业合并评价，同组的名次、分类相同，只占一个名次，名额按实际户数计算："
        "M0厂、M1厂；P0厂、P1厂、P2厂。"
    )
    (hint,) = by_code(review(e), "H274")
    assert hint.problem == (
        "有2组、5户企业合并评价：平均、排名每组算一户，名额按实际户数计算、每组占一个，"
        "各类户数、汇总按实际户数"
    )
    told = {(a.now, a.then) for a in class_alternatives(e) if a.reading == "R13"}
    assert ("连同不排名而有类别的3户，共14户", "参加排名的11户") in told


def test_all_listed_scales_the_shares_of_a_trade_too() -> None:
    """5 of 10 listed are ranked: 40 % of 10 are 4 of them, and 20 % are 2."""
    ranked = replace(together().tracks[0].ranking, counted="ranked")
    scheme = replace(together(), tracks=(replace(together().tracks[0], ranking=ranked),))
    firms = [firm(f"K{k}", 100 - k, trade="纺织") for k in range(5)]
    firms += [firm(f"E{k}", 0, trade="纺织", electric=True) for k in range(5)]
    e = evaluate(scheme, roster_of(firms), year=YEAR)
    assert [cut.place for cut in e.classes.units[0].cuts] == [2, 2, 4]
    (listed,) = (a for a in class_alternatives(e) if a.then == "名单上的全部10户")
    inputs = listed.make(e)
    assert inputs is not None
    other = evaluate(inputs.scheme, inputs.roster, year=YEAR)
    assert other.classes.units[0].cuts[0].place == 4


def test_a_line_that_was_passed_is_no_way_up() -> None:
    """Alone of 11 in its unit, and held at B: no total helps, whatever the places."""
    others = [firm(f"E{k}", 0, electric=True) for k in range(10)]
    e = evaluated([firm("K", 100, labels=("失信",)), *others])
    assert (e.classes.by_place[0], e.final[0]) == ("A", "B")
    found = needed(e, 0)
    assert found is not None
    assert found.guard == "环境违法降档"
    # 1.5 万元 of tax a mu are below 20 in all, and of no better class by place.
    held = evaluated([Firm("K", F(10), F(15), F(0), F(100)), *others])
    assert (held.classes.by_place[0], held.final[0]) == ("A", "C")
    found = needed(held, 0)
    assert found is not None
    assert [[gap.name for gap in way] for way in found.routes] == [["税收合计（万元）"]]


def test_a_figure_that_only_a_guard_asks_for() -> None:
    """20 patents lift a firm to B; here they are worth no points."""
    firms = [firm(f"K{k}", 100 - k) for k in range(10)]
    scheme = together()
    plain = replace(scheme, bonus=replace(scheme.bonus, counts=()))
    e = evaluate(plain, roster_of(firms), year=YEAR)
    assert e.final[9] == "D"
    assert figure_needed(e, 9, "patents", lambda after: str(after.final[9]) == "B") == 20
