"""What must hold for every district, tried on many (hypothesis)."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from permu_xl.engine.checks.outcome import review
from permu_xl.engine.evaluation import Evaluation, evaluate
from permu_xl.engine.explain.indicators import basis, basis_column, explain, notes, notes_column
from permu_xl.engine.model.roster import Roster
from permu_xl.engine.records.adjustments import Adjustment
from permu_xl.engine.rounding import half_up, share_of
from permu_xl.text.shown import show_points
from tests.engine import reference
from tests.engine.support import (
    COLUMNS,
    INDICATORS,
    manual,
    score_roster,
    score_scheme,
    shenyang,
)

moderate = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

Row = list[Fraction | None]
Firms = list[dict[str, Any]]


def figures(smallest: int = -3) -> st.SearchStrategy[Fraction | None]:
    """Figures with two decimals at most; small ones, so that ties, zeros and blanks are common."""
    whole = st.integers(smallest, 12)
    fine = st.integers(smallest * 100, 500_000)
    return st.one_of(
        st.none(),
        st.builds(Fraction, whole),
        st.builds(Fraction, whole),
        st.builds(lambda k: Fraction(k, 100), fine),
    )


FIRM = st.fixed_dictionaries(
    {
        "figures": st.lists(figures(), min_size=8, max_size=8),
        "bonus": st.sampled_from([None, None, Fraction(1), Fraction(-2), Fraction(5, 2)]),
        "off_policy": st.booleans(),
        "included": st.sampled_from([-1, -1, -1, -1, 0, 1]),
        "industry": st.sampled_from(["", "3421", "3421", "3421", "0610", "4420"]),
    }
)
FIRMS = st.lists(FIRM, min_size=1, max_size=30)
POSITIVE = st.lists(
    st.lists(st.builds(Fraction, st.integers(1, 1000)), min_size=8, max_size=8),
    min_size=1,
    max_size=4,
)


def as_roster(firms: Firms, order: list[int] | None = None, **units: float) -> Roster:
    """Build a roster; ``units`` multiplies whole columns."""
    order = list(range(len(firms))) if order is None else order
    table = [[np.nan if x is None else float(x) for x in firms[k]["figures"]] for k in order]
    columns = np.array(table).reshape(len(order), len(COLUMNS)).T
    return Roster.from_columns(
        {id: column * units.get(id, 1.0) for id, column in zip(COLUMNS, columns, strict=True)},
        codes=[f"K{k:03d}" for k in order],
        bonus_points=[
            np.nan if firms[k]["bonus"] is None else float(firms[k]["bonus"]) for k in order
        ],
        flags={"off_policy": [firms[k]["off_policy"] for k in order]},
        industries=[firms[k]["industry"] for k in order],
        included=[firms[k]["included"] for k in order],
    )


def takes_part(firm: dict[str, Any]) -> bool:
    """R1 and R3 in one line."""
    return firm["included"] == 1 or (firm["included"] == -1 and firm["industry"] in ("", "3421"))


def last_roster(rows: list[Row], **units: float) -> Roster:
    blank = {"bonus": None, "off_policy": False, "included": -1, "industry": ""}
    return as_roster([{"figures": row, **blank} for row in rows], **units)


def usable(firms: Firms) -> bool:
    """Whether the highest tax per emission is above 0, as a baseline must be (R9)."""
    tax, emission = COLUMNS.index("tax"), COLUMNS.index("emission")
    found = [
        row[tax] / row[emission]
        for firm in firms
        if takes_part(firm) and (row := firm["figures"])[tax] is not None
        and row[emission] is not None and row[emission] > 0
    ]  # fmt: skip
    return not found or max(found) > 0


def run(firms: Firms, last: list[Row], order: list[int] | None = None) -> Evaluation:
    assume(usable(firms))
    return evaluate(shenyang(), as_roster(firms, order), last_roster(last), year=2021)


@moderate
@given(FIRMS, POSITIVE)
def test_the_engine_agrees_with_exact_arithmetic(firms: Firms, last: list[Row]) -> None:
    e = run(firms, last)
    plain = {
        k: reference.Firm(
            f"K{k:03d}",
            dict(zip(COLUMNS, firm["figures"], strict=True)),
            firm["bonus"] or Fraction(0),
            firm["off_policy"],
        )
        for k, firm in enumerate(firms)
        if takes_part(firm)
    }
    reference.evaluate(list(plain.values()), [dict(zip(COLUMNS, row, strict=True)) for row in last])
    assert e.included.tolist() == [k in plain for k in range(len(firms))]
    for k, firm in plain.items():
        assert firm.scores is not None
        for result in e.results:
            exact = float(firm.scores[result.indicator.id])
            assert result.score[k] == pytest.approx(exact, abs=1e-9)
        assert e.total[k] == pytest.approx(float(firm.total), abs=1e-9)
        assert e.classes.rank[k] == firm.rank
        assert e.proposed[k] == firm.letter


@moderate
@given(FIRMS, POSITIVE, st.randoms())
def test_the_order_of_rows_changes_nothing(firms: Firms, last: list[Row], random: Any) -> None:
    order = list(range(len(firms)))
    random.shuffle(order)
    before = run(firms, last)
    random.shuffle(last)
    after = run(firms, last, order)
    np.testing.assert_allclose(after.total, before.total[order], atol=1e-9, rtol=0)
    for one, other in zip(before.results, after.results, strict=True):
        np.testing.assert_allclose(other.score, one.score[order], atol=1e-9, rtol=0)
    assert after.classes.rank.tolist() == before.classes.rank[order].tolist()
    assert after.classes.section.tolist() == before.classes.section[order].tolist()
    assert after.final.tolist() == before.final[order].tolist()


@moderate
@given(
    FIRMS,
    POSITIVE,
    st.sampled_from(COLUMNS),
    st.sampled_from([10_000.0, 0.0001, 15.0, 1 / 666.67, 0.7143]),
)
def test_units_change_nothing(firms: Firms, last: list[Row], column: str, factor: float) -> None:
    """A column in another unit, this year and last year alike, gives the same scores."""
    before = run(firms, last)
    after = evaluate(
        shenyang(),
        as_roster(firms, **{column: factor}),
        last_roster(last, **{column: factor}),
        year=2021,
    )
    np.testing.assert_allclose(after.total, before.total, atol=1e-9, rtol=0)
    assert after.classes.rank.tolist() == before.classes.rank.tolist()
    assert after.final.tolist() == before.final.tolist()


BY_HAND = manual(shenyang(), 4, 20, 3, 20, 4, 10)


@moderate
@given(FIRMS, st.data())
def test_more_tax_never_lowers_a_firm(firms: Firms, data: st.DataObject) -> None:
    """With the baselines held fixed, neither its total nor its rank can suffer."""
    k = data.draw(st.integers(0, len(firms) - 1))
    firms[k]["included"] = 1
    tax = COLUMNS.index("tax")
    assume(firms[k]["figures"][tax] is not None)
    before = evaluate(BY_HAND, as_roster(firms), year=2021)
    firms[k]["figures"][tax] += Fraction(data.draw(st.integers(1, 100_000)), 100)
    after = evaluate(BY_HAND, as_roster(firms), year=2021)
    assert after.total[k] >= before.total[k] - 1e-12
    assert after.classes.rank[k] <= before.classes.rank[k]
    others = [i for i in range(len(firms)) if i != k]
    np.testing.assert_array_equal(after.total[others], before.total[others])


@moderate
@given(FIRMS, POSITIVE)
def test_quotas_and_ranks(firms: Firms, last: list[Row]) -> None:
    e = run(firms, last)
    n = e.participants
    letters = e.final[e.included].tolist()
    assert letters.count("A") == (15 * n + 50) // 100
    assert letters.count("C") + letters.count("D") == (10 * n + 50) // 100
    assert letters.count("B") == n - (15 * n + 50) // 100 - (10 * n + 50) // 100
    total = e.total[e.included]
    higher = (total[:, None] > total[None, :] + 1e-9).sum(axis=0)
    assert e.classes.rank[e.included].tolist() == (higher + 1).tolist()
    upper = e.total[e.classes.section == 0]
    lower = e.total[e.classes.section == 1]
    assert len(upper) == n // 2
    if len(upper):
        assert upper.min() >= lower.max() - 1e-9
    for picked in e.classes.units[0].picked:
        pool = picked.ordering.firms
        taken, left = picked.key[pool[picked.chosen[pool]]], picked.key[pool[~picked.chosen[pool]]]
        assert len(taken) == picked.quota
        if len(taken) and len(left):
            if picked.selection.take == "first":
                assert taken.min() >= left.max() - 1e-9
            else:
                assert taken.max() <= left.min() + 1e-9


@moderate
@given(FIRMS, POSITIVE)
def test_parts_add_up_and_stay_in_bounds(firms: Firms, last: list[Row]) -> None:
    e = run(firms, last)
    np.testing.assert_allclose(sum(r.score for r in e.results), e.subtotal, atol=1e-12)
    np.testing.assert_allclose(e.subtotal + e.bonus.total, e.total, atol=1e-12)
    for result in e.results:
        score = result.score[e.included]
        assert (score >= 0).all()
        assert (score <= result.indicator.maximum + 1e-12).all()
    assert np.isnan(e.total[~e.included]).all()
    assert set(e.final[~e.included]) <= {""}
    review(e)


@settings(moderate, max_examples=25)
@given(FIRMS, POSITIVE, st.sets(st.integers(0, 29)))
def test_accounts_of_any_district(firms: Firms, last: list[Row], adjusted: set[int]) -> None:
    """Every firm can be accounted for, and what is shown adds up or says that it does not."""
    assume(usable(firms))
    adjustments = [Adjustment(f"K{k:03d}", "", "B", f"理由{k}") for k in adjusted]
    e = evaluate(
        shenyang(), as_roster(firms), last_roster(last), year=2021, adjustments=adjustments
    )
    assert basis_column(e) == [basis(e, k) for k in range(len(firms))]
    assert notes_column(e) == [notes(e, k) for k in range(len(firms))]
    for k in range(len(firms)):
        lines = explain(e, k)
        if not e.included[k]:
            continue
        sums = [line for line in lines if re.match("指标得分合计|.*排序分：", line)]
        assert len(sums) == 2
        for line in sums:
            left, sign, right = re.match(r".*?：(.*?) ([=≈]) (-?[\d.]+)分", line).groups()  # type: ignore[union-attr]
            shown = sum(map(Decimal, re.findall(r"\d+\.\d\d", left)))
            assert (shown == Decimal(right)) == (sign == "=")
            assert abs(shown - Decimal(right)) < Decimal("0.04")
        assert f" {show_points(e.subtotal[k])}分" in sums[0]
        assert f"；总分{show_points(e.total[k])}分" in sums[0]


SCORES = st.lists(
    st.lists(st.integers(0, 500).map(lambda k: k / 100), min_size=6, max_size=6),
    min_size=1,
    max_size=12,
)


@moderate
@given(SCORES, st.integers(0, 3))
def test_rounded_scores_add_up_as_shown(scores: list[list[float]], decimals: int) -> None:
    scheme = replace(score_scheme(), score_decimals=min(decimals, 2))
    e = evaluate(scheme, score_roster(scores), year=2021)
    for k in range(len(scores)):
        assert "≈" not in "".join(explain(e, k))


@settings(moderate, max_examples=300)
@given(st.floats(-1e6, 1e6), st.integers(0, 6))
def test_half_up_agrees_with_decimal(x: float, decimals: int) -> None:
    unit = Decimal(1).scaleb(-decimals)
    expected = Decimal(f"{x:.15g}").quantize(unit, rounding=ROUND_HALF_UP)
    assert half_up(np.array([x]), decimals)[0] == float(expected)


@settings(moderate, max_examples=300)
@given(st.integers(-(10**9), 10**9), st.integers(0, 4))
def test_half_up_of_exact_halves(k: int, decimals: int) -> None:
    """x.5 units go away from zero, whatever the binary value next to them is."""
    x = float(Decimal(10 * k + (5 if k >= 0 else -5)).scaleb(-decimals - 1))
    expected = float(Decimal(k + (1 if k >= 0 else -1)).scaleb(-decimals))
    assert half_up(np.array([x]), decimals)[0] == expected


@settings(moderate, max_examples=300)
@given(st.integers(0, 100), st.integers(0, 10**6))
def test_shares(percent: int, n: int) -> None:
    share = Fraction(percent, 100)
    assert share_of(share, n, "floor") == percent * n // 100
    assert share_of(share, n, "half_up") == (percent * n + 50) // 100
    assert share_of(share, n, "ceil") == -(-percent * n // 100)


def test_the_reference_knows_the_same_indicators() -> None:
    assert tuple(id for id, *_ in reference.RATIOS) == INDICATORS
