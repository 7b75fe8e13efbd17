"""What must hold for every district under a scheme of every piece, tried on many (hypothesis)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from permu_xl.engine.checks.figures import check_rosters
from permu_xl.engine.checks.outcome import review
from permu_xl.engine.evaluation import Evaluation, evaluate
from permu_xl.engine.explain.indicators import basis, basis_column, explain, notes, notes_column
from permu_xl.engine.model.roster import DECIDE, IN, OUT, Roster
from permu_xl.engine.model.scheme import Guard, ScoringForm
from permu_xl.engine.ranking.guards import (
    Facts,
    guard_classes,
    guarded_firms,
)
from permu_xl.engine.scoring.score import scores
from permu_xl.errors import BaselineError
from tests.engine import reference_tracks as reference
from tests.engine.reference_tracks import Firm
from tests.engine.support import tracks_scheme

moderate = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

COLUMNS = ("land", "tax", "sales", "energy", "waste", "tenants")
FLAGS = ("accident", "remedied", "building", "utility", "off_policy")
LABELS = ("示范", "标杆", "名牌", "老字号", "品质", "失信")
INCLUDED = {"": DECIDE, "是": IN, "否": OUT}


def figure(smallest: int) -> st.SearchStrategy[Fraction | None]:
    """Small figures, so that ties, zeros and blanks are common."""
    whole = st.integers(smallest, 8).map(Fraction)
    return st.one_of(
        st.none(), whole, whole, whole,
        st.integers(smallest * 100, 2000).map(lambda k: Fraction(k, 100)),
    )  # fmt: skip


FIGURES = st.fixed_dictionaries(
    {
        "land": figure(0),
        "tax": figure(-2),
        "sales": figure(-1),
        "energy": figure(-1),
        "waste": figure(0),
        "tenants": st.sampled_from(
            [None, None, Fraction(0), Fraction(1), Fraction(2), Fraction(5)]
        ),
    }
)
FIRM = st.builds(
    Firm,
    code=st.just(""),
    figures=FIGURES,
    size=st.sampled_from(["规上", "规上", "规下"]),
    zone=st.sampled_from(["东区", "东区", "西区"]),
    industry=st.sampled_from(["1310", "1499", "3411", "3491", "2710", "", "4411"]),
    included=st.sampled_from(["", "", "", "", "是", "否"]),
    bonus=st.sampled_from([Fraction(0), Fraction(0), Fraction(1), Fraction(-5), Fraction(5, 2)]),
    labels=st.lists(st.sampled_from(LABELS), max_size=3, unique=True).map(tuple),
    flags=st.frozensets(st.sampled_from(FLAGS), max_size=2),
)


@st.composite
def districts(draw: st.DrawFn) -> list[Firm]:
    """Up to 30 firms with codes of their own."""
    firms = draw(st.lists(FIRM, min_size=1, max_size=30))
    return [replace(firm, code=f"K{k:02d}") for k, firm in enumerate(firms)]


LAST = st.lists(
    st.tuples(st.integers(1, 50).map(Fraction), st.integers(1, 50).map(Fraction)),
    min_size=1,
    max_size=3,
)


def as_roster(firms: Sequence[Firm]) -> Roster:
    return Roster.from_columns(
        {
            id: [np.nan if (x := f.figures[id]) is None else float(x) for f in firms]
            for id in COLUMNS
        },
        codes=[f.code for f in firms],
        names=[f"{f.code}厂" for f in firms],
        industries=[f.industry for f in firms],
        bonus_points=[float(f.bonus) for f in firms],
        bonus_labels=["、".join(f.labels) for f in firms],
        flags={id: [id in f.flags for f in firms] for id in FLAGS},
        included=[INCLUDED[f.included] for f in firms],
        attributes={
            "size": [f.size for f in firms],
            # below size nobody is asked for a zone
            "zone": [f.zone if f.size == "规上" else "" for f in firms],
        },
    )


def last_roster(last: Sequence[tuple[Fraction, Fraction]]) -> Roster:
    """Tax and land of last year, by turns above and below size."""
    return Roster.from_columns(
        {"tax": [float(t) for t, _ in last], "land": [float(m) for _, m in last]},
        attributes={"size": [("规上", "规下")[k % 2] for k in range(len(last))]},
    )


def run(firms: Sequence[Firm], last: Sequence[tuple[Fraction, Fraction]]) -> Evaluation:
    try:
        return evaluate(tracks_scheme(), as_roster(firms), last_roster(last), year=2030)
    except BaselineError:
        assume(False)
        raise


@moderate
@given(districts(), LAST)
def test_the_engine_agrees_with_exact_arithmetic(firms: list[Firm], last: Any) -> None:
    try:
        reference.evaluate(firms, last)
    except reference.NoBaselineError:
        with pytest.raises(BaselineError):
            evaluate(tracks_scheme(), as_roster(firms), last_roster(last), year=2030)
        return
    e = run(firms, last)
    for k, firm in enumerate(firms):
        assert e.included[k] == firm.takes_part
        scored = {r.indicator.id: r.score[k] for r in e.results if not np.isnan(r.score[k])}
        assert scored == pytest.approx({id: float(x) for id, x in firm.scores.items()}, abs=1e-9)
        if firm.takes_part:
            assert e.total[k] == pytest.approx(float(firm.total), abs=1e-9)
        assert e.classes.rank[k] == firm.rank
        assert e.classes.by_place[k] == firm.by_place
        assert e.proposed[k] == firm.letter


@moderate
@given(districts(), LAST, st.randoms())
def test_the_order_of_rows_changes_nothing(firms: list[Firm], last: Any, random: Any) -> None:
    order = list(range(len(firms)))
    random.shuffle(order)
    before, after = run(firms, last), run([firms[k] for k in order], last)
    np.testing.assert_allclose(after.total, before.total[order], atol=1e-9, rtol=0)
    assert after.classes.rank.tolist() == before.classes.rank[order].tolist()
    assert after.classes.place.tolist() == before.classes.place[order].tolist()
    assert after.final.tolist() == before.final[order].tolist()
    assert basis_column(after) == [basis_column(before)[k] for k in order]
    names = [unit.name for unit in before.classes.units]
    assert [unit.name for unit in after.classes.units] == names


@moderate
@given(districts(), LAST, FIRM)
def test_units_do_not_touch_each_other(firms: list[Firm], last: Any, another: Firm) -> None:
    """A firm more in one unit leaves the classes of the others as they are."""
    # Without waste it changes nobody's baseline nor the average score.
    another = replace(another, code="K99", figures={**another.figures, "waste": None})
    before, after = run(firms, last), run([*firms, another], last)
    for k, firm in enumerate(firms):
        same_unit = firm.size == another.size and (firm.size == "规下" or firm.zone == another.zone)
        if not same_unit:
            assert after.final[k] == before.final[k]
            assert after.total[k] == before.total[k] or not firm.takes_part
            assert basis(after, k) == basis(before, k)


@moderate
@given(districts(), LAST)
def test_classes_add_up(firms: list[Firm], last: Any) -> None:
    e = run(firms, last)
    scheme = e.scheme
    graded = Counter(e.proposed[e.graded])
    assert set(graded) <= set(scheme.graded_letters)
    assert sum(graded.values()) == e.participants == sum(u.size for u in e.classes.units)
    assert sum(e.count(letter) for letter in scheme.letters) + e.count("") == len(firms)
    assert set(e.proposed[e.included & ~e.graded]) <= {"S"}
    assert set(e.proposed[~e.included]) <= {"T", ""}
    for position, unit in enumerate(e.classes.units):
        here = e.classes.unit == position
        assert sorted(e.classes.place[here]) == list(range(1, unit.size + 1))
        ordered = e.total[unit.order.firms]
        assert (np.diff(ordered) <= 1e-9).all()
        lines = [cut.place for cut in unit.cuts]
        assert lines == sorted(lines)


@moderate
@given(districts(), LAST)
def test_accounts_of_any_district(firms: list[Firm], last: Any) -> None:
    e = run(firms, last)
    assert basis_column(e) == [basis(e, k) for k in range(len(firms))]
    assert notes_column(e) == [notes(e, k) for k in range(len(firms))]
    for k in range(len(firms)):
        text = "\n".join(explain(e, k))
        assert not any(word in text for word in ("nan", "None", "inf", "；；", "，，", "。。"))
        if e.included[k]:
            assert f"{e.final[k]}类" in text.splitlines()[-1]
    for found in (*review(e), *check_rosters(e.scheme, e.roster, e.previous, year=2030)):
        assert found.code != "E214"
        assert found.problem
        assert found.remedy


# ---- forms and guards --------------------------------------------------------------------------


@moderate
@given(
    st.sampled_from(["ratio", "mirrored", "reciprocal"]),
    st.lists(st.floats(0, 1e6), min_size=2, max_size=20),
    st.floats(1e-3, 1e6),
    st.floats(0.5, 3),
)
def test_scores_are_monotone_and_bounded(
    form: ScoringForm, values: list[float], baseline: float, cap: float
) -> None:
    found = scores(np.sort(values), baseline, 20.0, cap, form)
    steps = np.diff(found) if form == "ratio" else -np.diff(found)
    assert (steps >= 0).all()
    assert (found >= 0).all()
    assert (found <= cap * 20).all()
    at = scores(np.array([baseline]), baseline, 20.0, cap, form)
    assert at == pytest.approx(min(1.0, cap) * 20)


GUARDS = st.lists(
    st.builds(
        Guard,
        id=st.just("g"),
        name=st.just("条"),
        when=st.lists(st.sampled_from("xyz"), min_size=1, max_size=2).map(tuple),
        unless=st.lists(st.sampled_from("xyz"), max_size=1).map(tuple),
        limit=st.sampled_from(["at_best", "at_worst"]),
        letter=st.sampled_from("ABCD"),
        clause=st.just("七"),
    ),
    max_size=3,
)


@moderate
@given(
    GUARDS,
    st.lists(st.tuples(st.sampled_from(["", "A", "B", "C", "D", "T"]), st.integers(0, 7))),
)
def test_guards_move_one_way_and_to_their_limit(
    guards: list[Guard], firms: list[tuple[str, int]]
) -> None:
    letter = np.array([x for x, _ in firms], dtype=object)
    marks = {flag: np.array([bool(m >> k & 1) for _, m in firms], bool) for k, flag in
             enumerate("xyz")}  # fmt: skip
    hits = [guarded_firms(each, Facts(marks, {}, None, {}, {}), len(letter)) for each in guards]
    by, found = guard_classes(guards, "ABCD", letter, hits)
    for k, (before, bits) in enumerate(firms):
        carried = {flag for j, flag in enumerate("xyz") if bits >> j & 1}
        wanted, last = before, -1
        for position, guard in enumerate(guards):
            if wanted not in set("ABCD") or not carried & set(guard.when):
                continue
            if carried & set(guard.unless):
                continue
            moved = (max if guard.limit == "at_best" else min)(wanted, guard.letter)
            if moved != wanted:
                wanted, last = moved, position
        assert (found[k], by[k]) == (wanted, last)
