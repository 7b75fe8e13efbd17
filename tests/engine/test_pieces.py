"""Sums, growth, median, min-max, a mean of years, limits and joined firms, worked by hand.

Of last year (2029) count the group 甲乙, 丙, 戊, 己 and 庚; 丁 has less than 3 mu.

    tax per mu      group (10+6+4+4)/(4+2) = 4, 丙 50/10 = 5, 戊 3/3 = 1, 己 10/10 = 1, 庚 20/5 = 4
                    1 1 4 4 5: the median is 4
    output a head   400 / 50 = 8; with 9 and 13 the mean is 10

Of this year (2030): energy is power x 2 + gas x 10, tax what is known of both taxes.

    firm   land   tax   energy   output   staff   tax/mu   growth   output/energy   energy/output
    甲乙   6      60    40       180      18      10       150      4.5             22.2
    丙     10     50    60       120      10      5        0        2               50
    戊     3      6     -        30       5       2        100      -               -
    己     10     20    40       120      15      2        100      3               33.3

    growth: 0 100 100 150, the median is 100

           tax/mu x 40/4   way 2 to 4.5, 20   growth x 20/100   way 50 to 22.2, 10   a head x 10/10
    甲乙   60 (cap)        20                 24 (cap)          10                   10      124
    丙     50              0                  0                 0                    12       62
    戊     20              0                  20                0                    6        46
    己     20              8                  20                6                    8        62

丙 is before 己, as it pays more tax.  A: 1 of 4, B: to 3, C: the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from permu_xl.engine.checks.adjustments import check_adjustments
from permu_xl.engine.checks.figures import check_rosters
from permu_xl.engine.checks.outcome import review
from permu_xl.engine.evaluation import Evaluation, evaluate
from permu_xl.engine.explain.better_class import needed
from permu_xl.engine.explain.figure_to_reach import figure_needed
from permu_xl.engine.explain.indicators import basis, explain, notes
from permu_xl.engine.firms.figures import summed
from permu_xl.engine.firms.scope import (
    participation,
    reason_text,
)
from permu_xl.engine.measuring.baseline import (
    baseline,
    statistics,
)
from permu_xl.engine.measuring.indicators import (
    NO_LAST_YEAR,
    growth,
    indicator_values,
)
from permu_xl.engine.model.roster import IN, OUT, Categories, Roster
from permu_xl.engine.model.scheme import (
    BaselineMethod,
    ClassRange,
    CutPoints,
    Scheme,
    ScopeLimit,
    ScoringForm,
    Sum,
)
from permu_xl.engine.records.adjustments import Adjustment
from permu_xl.engine.scoring.score import scores
from permu_xl.errors import BaselineError
from permu_xl.schemes.manual.words import formula_words, indicator_words
from permu_xl.workbook.layout.inputs import data_fields
from tests.engine.support import (
    by_code,
    pieces_rosters,
    pieces_scheme,
    roster,
    shenyang,
    tracks_rosters,
    tracks_scheme,
)

moderate = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def evaluated(scheme: Scheme | None = None, **changes: Sequence[float | None]) -> Evaluation:
    return evaluate(scheme or pieces_scheme(), *pieces_rosters(**changes), year=2030)


def of(e: Evaluation, id: str, what: str = "score") -> list[float]:
    (result,) = (r for r in e.results if r.indicator.id == id)
    found: list[float] = getattr(result, what).tolist()
    return found


NAN = float("nan")


@pytest.mark.parametrize(
    ("indicator", "what", "expected"),
    [
        ("tax_per_mu", "value", [10, 10, 5, 1000 / 2.9, 2, 2]),
        ("tax_growth", "value", [150, 150, 0, (1000 / 1800 - 1) * 100, 100, 100]),
        ("output_per_energy", "value", [4.5, 4.5, 2, 75, NAN, 3]),
        ("tax_per_mu", "score", [60, 60, 50, NAN, 20, 20]),
        ("output_per_energy", "score", [20, 20, 0, NAN, 0, 8]),
        ("tax_growth", "score", [24, 24, 0, NAN, 20, 20]),
        ("energy_per_output", "score", [10, 10, 0, NAN, 0, 6]),
        ("output_per_staff", "score", [10, 10, 12, NAN, 6, 8]),
    ],
)
def test_each_indicator(indicator: str, what: str, expected: list[float]) -> None:
    assert of(evaluated(), indicator, what) == pytest.approx(expected, nan_ok=True)


def test_the_outcome() -> None:
    e = evaluated()
    assert [b.value for b in e.baselines] == pytest.approx([4, 4.5, 100, 200 / 9, 10])
    assert e.total == pytest.approx([124, 124, 62, NAN, 46, 62], nan_ok=True)
    assert e.classes.rank.tolist() == [1, 1, 2, 0, 4, 2]
    assert e.classes.place.tolist() == [1, 1, 2, 0, 4, 3]
    assert e.final.tolist() == ["A", "A", "B", "", "C", "B"]
    assert e.participants == 4  # a group counts once


# ---- sums ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("blank", "power", "gas", "expected"),
    [
        ("missing", 10, 1, 30),
        ("missing", 10, 0, 20),
        ("missing", 10, None, NAN),
        ("missing", None, None, NAN),
        ("zero", 10, None, 20),
        ("zero", None, 1, 10),
        ("zero", None, None, NAN),
        ("zero", 0, None, 0),
    ],
)
def test_what_a_blank_part_of_a_sum_means(
    blank: str, power: float | None, gas: float | None, expected: float
) -> None:
    made = Sum("energy", "能耗", "", {"power": 2, "gas": 10}, blank, "二")  # type: ignore[arg-type]
    firm = Roster.from_columns({"power": [power], "gas": [gas]})
    assert summed(made, firm) == pytest.approx([expected], nan_ok=True)


@moderate
@given(
    st.lists(st.tuples(*[st.one_of(st.none(), st.integers(0, 1000))] * 2), min_size=1, max_size=8),
    st.integers(1, 9),
)
def test_a_sum_is_what_adding_up_by_hand_gives(
    rows: list[tuple[int | None, int | None]], times: int
) -> None:
    firms = Roster.from_columns({"a": [a for a, _ in rows], "b": [b for _, b in rows]})
    strict = summed(Sum("x", "x", "", {"a": 1, "b": times}, "missing", ""), firms)
    lenient = summed(Sum("x", "x", "", {"a": 1, "b": times}, "zero", ""), firms)
    for (a, b), one, other in zip(rows, strict.tolist(), lenient.tolist(), strict=True):
        whole = (a or 0) + (b or 0) * times
        assert one == pytest.approx(NAN if a is None or b is None else whole, nan_ok=True)
        assert other == pytest.approx(NAN if a is None and b is None else whole, nan_ok=True)


def test_a_scheme_of_one_column_and_of_its_halves_agree() -> None:
    """Splitting a column in two and adding the halves changes nothing."""
    this = roster(*[(10, 40 + k, 200, 1000, 30, 50, 50, 2 + k) for k in range(7)])
    base = shenyang()
    column = base.columns["tax"]
    halves = {f"tax{k}": replace(column, id=f"tax{k}", name=f"税{k}") for k in (1, 2)}
    made = Sum("tax", "实缴税收", "万元", {"tax1": 1, "tax2": 1}, "missing", "二")
    columns = {id: c for id, c in base.columns.items() if id != "tax"} | halves
    split = replace(base, columns=columns, sums={"tax": made})
    numbers = {**this.numbers, "tax1": this.numbers["tax"] / 2, "tax2": this.numbers["tax"] / 2}
    one = evaluate(base, this, this, year=2021)
    halved = replace(this, numbers=numbers)
    other = evaluate(split, halved, halved, year=2021)
    assert other.total == pytest.approx(one.total)
    assert other.final.tolist() == one.final.tolist()


# ---- growth --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "before", "value", "status"),
    [
        (12, 10, 20, 0),
        (10, 10, 0, 0),
        (9, 10, -10, 5),
        (-1, 10, -110, 5),
        (5, 0, NAN, NO_LAST_YEAR),
        (5, -1, NAN, NO_LAST_YEAR),
        (5, NAN, NAN, NO_LAST_YEAR),
        (NAN, 10, NAN, 1),
    ],
)
def test_growth(now: float, before: float, value: float, status: int) -> None:
    own = indicator_values(np.array([now], dtype=float), np.array([1.0]))
    found = growth(own, np.array([before], dtype=float), 100.0)
    assert found.value == pytest.approx([value], nan_ok=True)
    assert found.status.tolist() == [status]


def test_growth_needs_last_year() -> None:
    this, last = pieces_rosters()
    with pytest.raises(BaselineError, match="“亩均税收增长率”是比上年的增长，没有上年数据") as no:
        evaluate(pieces_scheme(), this, None, year=2030)
    assert [(f.indicator, f.kind) for f in no.value.faults][-1] == ("tax_growth", "growth")
    # Of a group with a member that is new nobody knows how much it has grown.
    young = last.rows(np.array([0, 2, 3, 4, 5, 6]))
    e = evaluate(pieces_scheme(), this, young, year=2030)
    assert of(e, "tax_growth", "value")[:3] == pytest.approx([NAN, NAN, 0], nan_ok=True)
    assert "上年没有大于0的税收合计÷用地可比，亩均税收增长率记0分" in notes(e, 1)


def test_growth_has_no_total_over_total() -> None:
    scheme = pieces_scheme()
    i = scheme.indicator("tax_growth")
    changed = replace(i, baseline=replace(i.baseline, method="aggregate"))
    others = tuple(changed if x.id == i.id else x for x in scheme.indicators)
    with pytest.raises(BaselineError, match="增长率不能用总量法") as no:
        evaluated(scheme.with_indicators(others))
    assert [fault.kind for fault in no.value.faults] == ["method"]


def test_growth_has_no_baseline_of_last_year() -> None:
    """What is 人工核定 in the scheme may be another method on 参数: then of the scheme's year."""
    scheme = pieces_scheme()
    i = scheme.indicator("tax_growth")
    changed = replace(i, baseline=replace(i.baseline, method="mean", year="previous"))
    others = tuple(changed if x.id == i.id else x for x in scheme.indicators)
    with pytest.raises(BaselineError, match="增长率没有上年的，不能按上年确定基准值") as no:
        evaluated(scheme.with_indicators(others))
    assert [fault.kind for fault in no.value.faults] == ["method"]


# ---- between the worst and the best --------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "points"),
    [(-10, 0), (-9.9, 0.05), (0, 5), (29.9, 19.95), (30, 20), (NAN, 0), (-11, 0), (31, 20)],
)
def test_min_max(value: float, points: float) -> None:
    found = scores(np.array([value], dtype=float), 30.0, 20.0, 1.0, "min_max", zero=-10.0)
    assert found == pytest.approx([points])


@pytest.mark.parametrize(("value", "points"), [(2, 20), (2.4, 19), (9.6, 1), (10, 0), (NAN, 0)])
def test_max_min(value: float, points: float) -> None:
    found = scores(np.array([value], dtype=float), 2.0, 20.0, 1.0, "max_min", zero=10.0)
    assert found == pytest.approx([points])


def test_where_all_firms_are_alike_they_get_the_weight() -> None:
    assert scores(np.array([3.0, 3.0, NAN]), 3.0, 20.0, 1.0, "min_max", zero=3.0).tolist() == [
        20,
        20,
        0,
    ]


def test_firms_are_alike_whose_quotients_differ_by_float_noise() -> None:
    # 1 a unit of energy everywhere: 0.12 / (0.01 x 2 + 0.01 x 10), 3 / (0.5 x 2 + 0.2 x 10).
    noisy, plain = (4, 20, 20, 0.01, 0.01, 0.12, 10), (4, 20, 20, 0.5, 0.2, 3, 10)
    assert 0.12 / (0.01 * 2 + 0.01 * 10) != 1
    rows = dict.fromkeys(("甲厂", "乙厂", "丁厂", "戊厂", "己厂"), plain)
    e = evaluated(丙厂=noisy, **rows)
    assert of(e, "output_per_energy") == pytest.approx([20] * 6)
    assert of(e, "energy_per_output") == pytest.approx([10] * 6)
    assert "各企业相同，1 × 基本分20 = 20.00，得20.00分" in "".join(explain(e, 2))


@pytest.mark.parametrize(
    ("form", "method", "manual", "value", "problem"),
    [
        ("min_max", "max", None, 25, ""),
        ("min_max", "manual", 20.0, 20, ""),
        ("min_max", "manual", 8.1, 8.1, ""),
        ("min_max", "manual", 8.0, NAN, "人工核定8不高于本年最低8"),
        ("min_max", "manual", 5.0, NAN, "人工核定5不高于本年最低8"),
        ("min_max", "min", None, NAN, "本年最低值8不高于本年最低8"),
        ("min_max", "mean", None, 15, ""),  # (8 + 12 + 25) / 3
        ("max_min", "min", None, 8, ""),
        ("max_min", "manual", 24.0, 24, ""),
        ("max_min", "manual", 25.0, NAN, "人工核定25不低于本年最高25"),
        ("max_min", "manual", 30.0, NAN, "人工核定30不低于本年最高25"),
    ],
)
def test_the_best_value_is_better_than_the_worst(
    form: ScoringForm, method: BaselineMethod, manual: float | None, value: float, problem: str
) -> None:
    """Below the lowest, (25 - 8) / (5 - 8) would turn the order round: the best firm had 0."""
    i = pieces_scheme().indicator("output_per_energy")
    i = replace(i, form=form, baseline=replace(i.baseline, method=method, manual=manual))
    figures = indicator_values(np.array([8.0, 12.0, 25.0]), np.ones(3))
    found = baseline(i, None, statistics(figures, np.ones(3, dtype=bool)))
    assert found.value == pytest.approx(value, nan_ok=True)
    assert problem in found.problem
    assert (found.fault is not None and found.fault.kind == "no_way") == bool(problem)


def test_no_growth_is_none_whatever_the_float_noise() -> None:
    # 3 / (0.1 + 0.2) this year, 10 / 1 last year: 10 both, and with a lowest score not below 0.
    this = indicator_values(np.array([3.0]), np.array([0.1 + 0.2]))
    found = growth(this, np.array([10.0]), 100.0)
    assert this.value[0] != 10
    assert found.value.tolist() == [0]
    assert found.status.tolist() == [0]
    assert scores(found.value, 10.0, 40.0, 1.5, floor=0.2).tolist() == [8]
    # A millionth of a per cent is one.
    assert growth(this, np.array([10.0000001]), 100.0).value == pytest.approx([-1e-6], rel=1e-6)


@moderate
@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=20, unique=True))
def test_the_worst_gets_nothing_and_the_best_the_weight(values: list[int]) -> None:
    found = np.array(values, dtype=float)
    best, worst = float(max(values)), float(min(values))
    up = scores(found, best, 20.0, 1.0, "min_max", zero=worst)
    down = scores(found, worst, 20.0, 1.0, "max_min", zero=best)
    assert up[np.argmax(found)] == pytest.approx(20)
    assert up[np.argmin(found)] == 0
    assert up + down == pytest.approx(np.full(len(values), 20.0))
    assert np.array_equal(np.argsort(up, kind="stable"), np.argsort(found, kind="stable"))


# ---- median and mean of years --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tops", "median", "lowest"),
    [([7], 7, 7), ([1, 9], 5, 1), ([9, 1, 2], 2, 1), ([4, 1, 9, 2], 3, 1), ([None, 3, 8], 5.5, 3)],
)
def test_median(tops: list[float | None], median: float, lowest: float) -> None:
    values = indicator_values(np.array(tops, dtype=float), np.ones(len(tops)))
    found = statistics(values, np.ones(len(tops), dtype=bool))
    assert (found.median, found.lowest) == (median, lowest)


@pytest.mark.parametrize(
    ("year", "value", "problem"),
    [
        (2030, 10, ""),  # 8 with 9 of 2028 and 13 of 2027
        (2029, NAN, "缺2026年"),
        (2031, NAN, "缺2029年"),
        (2035, NAN, "缺2033年、2032年"),
    ],
)
def test_mean_of_years(year: int, value: float, problem: str) -> None:
    i = pieces_scheme().indicator("output_per_staff")
    firms = indicator_values(np.array([400.0]), np.array([50.0]))
    last = statistics(firms, np.ones(1, dtype=bool))
    found = baseline(i, last, last, year=year)
    assert found.value == pytest.approx(value, nan_ok=True)
    assert problem in found.problem
    assert bool(found.problem) == bool(problem)


def test_a_mean_of_years_is_multiplied_as_a_whole() -> None:
    i = pieces_scheme().indicator("output_per_staff")
    twice = replace(i, baseline=replace(i.baseline, times=2.0))
    last = statistics(indicator_values(np.array([8.0]), np.ones(1)), np.ones(1, dtype=bool))
    assert baseline(twice, last, last, year=2030).value == pytest.approx(20)
    manual = replace(i, baseline=replace(i.baseline, method="manual", manual=7.0))
    assert baseline(manual, last, last, year=2035).value == 7


# ---- who takes part by a figure ------------------------------------------------------------------


def limit(**keys: object) -> ScopeLimit:
    usual = {"minimum": None, "maximum": None, "inclusive": True, "tracks": ()}
    told = usual | {"id": "x", "name": "不在范围", "figure": "land", "clause": "一"} | keys
    return ScopeLimit(**told)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "land", "included"),
    [
        (limit(minimum=5), 4.99, False),
        (limit(minimum=5), 5, True),
        (limit(minimum=5), 5.01, True),
        (limit(minimum=5), None, True),
        (limit(minimum=5, inclusive=False), 5, False),
        (limit(minimum=5, inclusive=False), 5.01, True),
        (limit(maximum=5), 4.99, True),
        (limit(maximum=5), 5, True),
        (limit(maximum=5), 5.01, False),
        (limit(maximum=5, inclusive=False), 5, False),
        (limit(minimum=3, maximum=5), 4, True),
    ],
)
def test_below_at_and_above_a_limit(rule: ScopeLimit, land: float | None, included: bool) -> None:
    scheme = replace(shenyang(), scope=replace(shenyang().scope, limits=(rule,)))
    firm = roster((land, 1, 1, 1, 1, 1, 1, 1))
    assert participation(scheme, firm, 2021).included.tolist() == [included]


@pytest.mark.parametrize(
    ("rule", "national", "local", "included"),
    [
        (limit(minimum=0.8), 0.1, 0.7, True),  # 0.8 exactly; 0.1 + 0.7 in binary is below it
        (limit(minimum=0.8), 0.1, 0.69, False),
        (limit(minimum=0.3, inclusive=False), 0.1, 0.2, False),  # 0.1 + 0.2 in binary is above 0.3
        (limit(minimum=0.3, inclusive=False), 0.1, 0.21, True),
        (limit(maximum=0.3), 0.1, 0.2, True),
        (limit(maximum=0.3), 0.1, 0.21, False),
        (limit(maximum=0.8, inclusive=False), 0.1, 0.7, False),
    ],
)
def test_a_sum_at_a_limit(rule: ScopeLimit, national: float, local: float, included: bool) -> None:
    scheme = pieces_scheme()
    scheme = replace(scheme, scope=replace(scheme.scope, limits=(replace(rule, figure="tax"),)))
    this, _ = pieces_rosters(丁厂=(5, national, local, 1, 1, 1, 1))
    assert participation(scheme, this, 2030).included[3] == included


@pytest.mark.parametrize(("mark", "included"), [(IN, True), (OUT, False), (-1, False)])
def test_the_column_wins_over_a_limit(mark: int, included: bool) -> None:
    scheme = replace(shenyang(), scope=replace(shenyang().scope, limits=(limit(minimum=5),)))
    firm = roster((4, 1, 1, 1, 1, 1, 1, 1), included=[mark])
    part = participation(scheme, firm, 2021)
    assert part.included.tolist() == [included]
    told = reason_text(scheme, firm, 2021, part, 0)
    assert "用地面积4亩，不在范围，不纳入评价（一）" in told


def test_a_limit_of_one_track_leaves_the_others_alone() -> None:
    scheme = tracks_scheme()
    rule = limit(figure="tax", minimum=15, tracks=("规下",))
    scheme = replace(scheme, scope=replace(scheme.scope, limits=(rule,)))
    this, _ = tracks_rosters()
    part = participation(scheme, this, 2030)
    # Taxes below size: 10, 20, 5, 2; above size 乙 and 己 have 10 too.
    assert part.included[-4:].tolist() == [False, True, False, False]
    assert part.included[1]
    assert part.ruled_out[-4:].tolist() == [True, False, True, True]  # class T


def test_a_blank_figure_that_decides_is_pointed_out() -> None:
    this, last = pieces_rosters(己厂=(None, 10, 10, 10, 2, 120, 15))
    found = by_code(check_rosters(pieces_scheme(), this, last, year=2030), "H213")
    assert [(f.row, f.item) for f in found] == [(5, "用地")]


# ---- firms that are evaluated as one -------------------------------------------------------------


def test_a_group_is_in_or_out_by_its_sum() -> None:
    # 乙 alone has 2 mu; together they have 6.
    e = evaluated()
    assert e.included.tolist() == [True, True, True, False, True, True]
    small = evaluated(甲厂=(0.9, 20, None, 5, 1, 100, 10))  # 2.9 together
    assert small.included[:2].tolist() == [False, False]
    told = reason_text(small.scheme, small.roster, 2030, small.participation, 0)
    assert told == "合并评价的企业合计用地2.9亩，用地不足3亩，不纳入评价（一2）"
    just = evaluated(甲厂=(1, 20, None, 5, 1, 100, 10))
    assert just.included[:2].tolist() == [True, True]


def test_a_member_that_is_out_is_no_part_of_the_group() -> None:
    this, last = pieces_rosters()
    out = replace(this, included=np.array([-1, OUT, -1, -1, -1, -1], dtype=np.int8))
    e = evaluate(pieces_scheme(), out, last, year=2030)
    assert of(e, "tax_per_mu", "value")[0] == pytest.approx(5)  # 20 / 4
    assert e.final[1] == ""
    codes = {f.code: f.firm_name for f in check_rosters(pieces_scheme(), out, last, year=2030)}
    assert (codes["W271"], codes["W272"]) == ("甲厂", "乙厂")


def test_a_member_that_is_let_in_lets_in_the_group() -> None:
    this, last = pieces_rosters(甲厂=(0.5, 20, None, 5, 1, 100, 10))
    marked = replace(this, included=np.array([-1, IN, -1, -1, -1, -1], dtype=np.int8))
    e = evaluate(pieces_scheme(), marked, last, year=2030)
    assert e.included[:2].tolist() == [True, True]
    told = reason_text(e.scheme, e.roster, 2030, e.participation, 0)
    assert told.startswith("合并评价的企业“是否参评”填“是”，予以参评")


def test_flags_labels_and_points_of_a_group() -> None:
    this, last = pieces_rosters()
    marked = replace(
        this,
        bonus_labels=type(this.bonus_labels).of(["示范", "示范、绿色", "", "", "", ""]),
        bonus_points=np.array([1.0, np.nan, np.nan, np.nan, np.nan, np.nan]),
        flags={"accident": np.array([False, True, False, False, False, False])},
    )
    e = evaluate(pieces_scheme(), marked, last, year=2030)
    assert e.bonus.total[:3].tolist() == [4, 4, 0]  # 1 + 2 + 1, each label once
    assert e.total[:2].tolist() == pytest.approx([128, 128])
    assert e.proposed[:2].tolist() == ["B", "B"]  # the accident of one is the group's


def test_the_adjustment_of_a_member_is_the_groups() -> None:
    this, last = pieces_rosters()
    to_c = Adjustment("K2", "乙厂", "C", "核实", "会议纪要")
    e = evaluate(pieces_scheme(), this, last, year=2030, adjustments=[to_c])
    assert e.final[:3].tolist() == ["C", "C", "B"]
    assert e.proposed[:2].tolist() == ["A", "A"]


@pytest.mark.parametrize(("letters", "told"), [("CC", False), ("CB", True)])
def test_members_adjusted_differently(letters: str, told: bool) -> None:
    this, _ = pieces_rosters()
    both = tuple(
        Adjustment(f"K{k}", "", letter, "核实", "纪要") for k, letter in enumerate(letters, 1)
    )
    found = by_code(check_adjustments(pieces_scheme(), this, both, year=2030), "E253")
    assert bool(found) is told
    for each in found:
        assert each.problem == "合并评价的几户企业调整成了不同的类（另见第1条）"


def test_a_group_that_is_sorted_in_two_ways_goes_with_its_first_member() -> None:
    scheme = tracks_scheme()
    group = replace(scheme.attributes["zone"], id="group", name="组", values=(), clause="一")
    joint = pieces_scheme().joint
    scheme = replace(scheme, attributes={**scheme.attributes, "group": group}, joint=joint)
    this, last = tracks_rosters()
    texts = ["", "", "", "", "G", "G", *[""] * 6]  # 戊 in the east, 己 in the west
    joined = replace(this, attributes={**this.attributes, "group": type(this.industries).of(texts)})
    e = evaluate(scheme, joined, last, year=2030)
    assert e.classes.unit[4] == e.classes.unit[5]
    assert e.classes.units[e.classes.unit[5]].name == "规上、东区"
    (told,) = by_code(check_rosters(scheme, joined, last, year=2030), "W273")
    assert (told.firm_name, told.item, told.value) == ("己厂", "片区", "西区")
    assert "戊厂" in told.problem


def test_the_blank_figure_of_a_member_counts_nothing_and_is_told() -> None:
    this, last = pieces_rosters()
    found = by_code(check_rosters(pieces_scheme(), this, last, year=2030), "W225")
    said = {(f.firm_name, f.item): f.problem for f in found}
    assert said["甲厂", "地税"] == "合并评价的企业里这一户没有地税数据，合计按0计"
    assert said["戊厂", "用气"] == "参评企业没有用气数据，相关指标记0分"
    alone, _ = pieces_rosters(丙厂=(10, 30, None, 20, 2, 120, 10))
    found = by_code(check_rosters(pieces_scheme(), alone, last, year=2030), "W225")
    said = {(f.firm_name, f.item): f.problem for f in found}
    assert said["丙厂", "地税"] == "参评企业没有地税数据，合计里按0计"


@moderate
@given(st.permutations(range(6)))
def test_the_order_of_the_firms_does_not_matter(order: list[int]) -> None:
    this, last = pieces_rosters()
    e = evaluated()
    other = evaluate(pieces_scheme(), this.rows(np.array(order)), last, year=2030)
    assert other.final.tolist() == [e.final[k] for k in order]
    assert other.total == pytest.approx(e.total[order], nan_ok=True)


@moderate
@given(st.lists(st.sampled_from(["", "G", "H"]), min_size=6, max_size=6))
def test_a_group_scores_as_one_firm_with_its_sums(groups: list[str]) -> None:
    """Joining by hand, into one row with the sums, gives every member's score and class."""
    this, last = pieces_rosters()
    blankless = {id: np.nan_to_num(column) for id, column in this.numbers.items()}
    this = replace(this, numbers=blankless, attributes={"group": type(this.industries).of(groups)})
    scheme = pieces_scheme()
    kept = tuple(i for i in scheme.indicators if not i.growth)
    scheme = scheme.with_indicators(kept)
    scheme = replace(
        scheme, tracks=(replace(scheme.tracks[0], indicators=tuple(i.id for i in kept)),)
    )
    e = evaluate(scheme, this, last, year=2030)
    rows: dict[str, list[int]] = {}
    for k, text in enumerate(groups):
        rows.setdefault(text or f"alone {k}", []).append(k)
    by_hand = Roster.from_columns(
        {id: [sum(c[k] for k in ks) for ks in rows.values()] for id, c in blankless.items()},
        codes=[str(this.codes[ks[0]]) for ks in rows.values()],
    )
    alone = replace(scheme, joint=None)
    one = evaluate(alone, by_hand, _joined_last_year(last), year=2030)
    for firm, ks in enumerate(rows.values()):
        for k in ks:
            assert e.total[k] == pytest.approx(one.total[firm], nan_ok=True)
            assert e.classes.rank[k] == one.classes.rank[firm]
            assert e.final[k] == one.final[firm]


def _joined_last_year(last: Roster) -> Roster:
    """Return last year's firms with 甲 and 乙 as one row."""
    numbers = {
        id: np.append(np.nansum(column[:2]), column[2:]) for id, column in last.numbers.items()
    }
    return Roster.from_columns(numbers, codes=["K1", *last.codes[2:].tolist()])


# ---- in words ------------------------------------------------------------------------------------


def test_a_member_is_told_with_whom_it_is_evaluated() -> None:
    lines = explain(evaluated(), 1)
    assert lines[1] == "与甲厂合并评价（一3）：以下各项数据是合计。"
    assert lines[2].startswith(
        "亩均税收：税收合计（国税 + 地税）60万元 ÷ 用地6亩 = 10万元/亩；"
        "基准值4万元/亩（上年中位数：5户的中位数）；2.5 × 基本分40 = 100.00，"
        "超过上限1.5 × 40 = 60，取60.00分"
    )
    assert "位次" in "".join(lines)


def test_the_arithmetic_of_the_new_forms() -> None:
    lines = explain(evaluated(), 5)
    assert (
        "单位能耗产值：产值120万元 ÷ 能耗合计（用电 × 2 + 用气 × 10）40吨标准煤 = 3万元/吨标准煤；"
        "基准值4.5万元/吨标准煤（本年最高值：3户中最高；本年最低2得0分）；"
        "（3 − 2）÷（4.5 − 2）= 0.4 × 基本分20 = 8.00，得8.00分"
    ) in lines[2]
    assert (
        "亩均税收增长率：本年税收合计（国税 + 地税）20万元 ÷ 用地10亩 = 2，上年1；"
        "（2 ÷ 1 − 1） × 100 = 100%；基准值100%（本年中位数：4户的中位数）"
    ) in lines[3]
    assert (
        "人均产值：产值120万元 ÷ 职工15人 = 8万元/人；基准值10万元/人（上年总量法等3年平均：6户合计"
    ) not in lines[5]
    assert "5户合计400万元 ÷ 50人为8，与2028年9、2027年13平均）" in lines[5]


@pytest.mark.parametrize("firm", [0, 1])
def test_what_a_group_needs_is_told_in_its_sums(firm: int) -> None:
    """The group with 3 of tax, 20 of output, 40 of energy and 18 of staff must pass 戊's 50.

    26.82 / 6 = 4.47, of 4 x 40 44.7.  It grows by 11.75 %; the others by 0, 100, 100, so the median
    is 55.875 and it gets 4.206; 戊 gets its cap, 24, with 20 and 6.  A head 20 / 18 = 1.111.
    44.7 + 4.206 + 1.111 = 50.017.  With 26.81 it is 44.683 + 4.192 + 1.111 = 49.987.
    """
    e = evaluated(甲厂=(4, 0, None, 5, 1, 10, 10), 乙厂=(2, 3, 0, 10, 0, 10, 8))
    found = needed(e, firm)
    assert found is not None
    assert found.step is not None
    assert (found.step.column.name, found.step.before) == ("税收合计", 3)
    assert (found.step.after, found.step.letter) == (pytest.approx(26.82), "B")


def test_the_figure_needed_of_a_part_of_a_sum() -> None:
    """己 is third with 62 and would be second with 62.01: each 万元 of either tax counts alike.

    Tax per mu gives 1 point a unit of tax, and so does its growth until the cap: 2 x 20 / 20.
    """
    e = evaluated()
    own = figure_needed(e, 5, "local", lambda x: x.classes.place[5] < 3)
    other = figure_needed(e, 5, "tax", lambda x: x.classes.place[5] < 3)
    assert own is not None
    assert other is not None
    assert own - 10 == pytest.approx(other - 20)


# ---- 旌德: the worst firm begins with a part of the weight --------------------------------------


@pytest.mark.parametrize(
    ("value", "points"), [(2, 4), (2.01, 4.064), (3, 10.4), (4.5, 20), (NAN, 0), (1, 0)]
)
def test_the_worst_firm_begins_with_a_part_of_the_weight(value: float, points: float) -> None:
    # 20 x [20 + 80 x (value - 2) / (4.5 - 2)] / 100
    found = scores(np.array([value], dtype=float), 4.5, 20.0, 1.0, "min_max", zero=2.0, start=0.2)
    assert found == pytest.approx([points], abs=1e-9)


def test_a_start_in_words() -> None:
    scheme = pieces_scheme()
    i = replace(scheme.indicator("output_per_energy"), start=0.2)
    others = tuple(i if x.id == i.id else x for x in scheme.indicators)
    lines = explain(evaluated(scheme.with_indicators(others)), 5)
    assert (
        "本年最低2得4分）；[0.2 + 0.8 × （3 − 2）÷（4.5 − 2）]= 0.52 × 基本分20 = 10.40" in lines[2]
    )


def test_a_lowest_score_between_worst_and_best_in_words() -> None:
    """Where the worst is below 0 it has the lowest score too: 0.2 of 20, with 4 of the worst told.

    丙 loses 60 with 60 of energy: -1, of -1 to 4.5.
    """
    scheme = pieces_scheme()
    i = replace(scheme.indicator("output_per_energy"), floor=0.2)
    others = tuple(i if x.id == i.id else x for x in scheme.indicators)
    e = evaluated(scheme.with_indicators(others), 丙厂=(10, 30, 20, 20, 2, -60, 10))
    assert of(e, "output_per_energy")[2] == 4
    (line,) = (each for each in explain(e, 2) if each.startswith("单位能耗产值"))
    assert "本年最低-1得4分）" in line
    assert line.endswith("= 0.00，低于下限0.2 × 20 = 4，取4.00分。依据三1、三2、四2")
    assert "有数据的最少0.2倍，即4分" in indicator_words(scheme, i)


# ---- joined and alone ----------------------------------------------------------------------------


def test_evaluated_both_ways() -> None:
    scheme = pieces_scheme()
    assert scheme.joint is not None
    both = replace(scheme, joint=replace(scheme.joint, both_ways=True))
    e = evaluated(both)
    assert e.alone is not None
    assert e.final.tolist() == ["A", "A", "B", "", "C", "B"]
    # Alone 乙 has 2 mu and is out; 甲 counts with its own 20 / 4 = 5 a mu.
    assert basis(e, 1).endswith("；与甲厂合并评价（一3）；单独评价不参评")
    letter, total = e.alone.proposed[0], e.alone.total[0]
    told = f"；与乙厂合并评价（一3）；单独评价为{letter}类（总分{total:.2f}），以合并评价为准"
    assert basis(e, 0).endswith(told)
    assert e.alone.results[0].value[0] == pytest.approx(5)
    assert "单独评价" not in basis(e, 2)
    assert evaluated().alone is None


def test_what_cannot_be_evaluated_alone_is_told() -> None:
    """戊's blank gas counts 0 beside 己: (30 + 120) / (200 + 40) = 0.625, and 1 is better.

    Alone 戊 has no value, and the worst, 丙 with 2, is better than 1.
    """
    scheme = pieces_scheme()
    assert scheme.joint is not None
    i = scheme.indicator("output_per_energy")
    rule = replace(i.baseline, method="manual", manual=1.0)
    changed = (replace(i, baseline=rule) if x.id == i.id else x for x in scheme.indicators)
    both = replace(scheme, joint=replace(scheme.joint, both_ways=True))
    this, last = pieces_rosters(戊厂=(3, 6, 0, 100, None, 30, 5))
    groups = ["G" if name in ("戊厂", "己厂") else "" for name in this.names]
    this = replace(this, attributes={"group": Categories.of(groups)})
    e = evaluate(both.with_indicators(tuple(changed)), this, last, year=2030)
    assert e.alone is None
    assert basis(e, 5).endswith(
        "；与戊厂合并评价（一3）；单独评价算不出来：指标“单位能耗产值”没有可用的基准值："
        "人工核定1不高于本年最低2，极差计分要取最好的一户或更好的值"
    )
    assert "单独评价" not in basis(e, 2)


# ---- the basis of energy (R22) -------------------------------------------------------------------


@pytest.mark.parametrize("basis", ["", "当量值", "等价值"])
def test_the_basis_of_energy_is_told_wherever_the_figure_is(basis: str) -> None:
    scheme = shenyang()
    energy = replace(scheme.columns["energy"], basis=basis)
    scheme = replace(scheme, columns={**scheme.columns, "energy": energy})
    firm = roster((10, 40, 200, 1000, 30, 50, 50, 10))
    lines = explain(evaluate(scheme, firm, firm, year=2021), 0)
    shown = f"（{basis}）" if basis else ""
    assert f"总产值200万元 ÷ 综合能耗{shown}50吨标准煤 = 4万元/吨标准煤" in lines[5]
    (field,) = (f for f in data_fields(scheme) if f.key == "energy")
    assert (f"按{basis}填报" in field.note) is bool(basis)
    assert f"总产值÷综合能耗{shown}" in formula_words(scheme, scheme.indicator("output_per_energy"))


# ---- what a quota is a share of ------------------------------------------------------------------


@pytest.mark.parametrize(("quota", "letters"), [("groups", "AAB-CB"), ("firms", "AAB-CB")])
def test_a_quota_of_groups_or_of_firms(quota: str, letters: str) -> None:
    # Of 4: A to 1, B to 3.  Of 5 firms: A to 1.25, B to 3.75, rounded down the same.
    found = evaluated(with_quota(quota))
    assert "".join(letter or "-" for letter in found.final) == letters


@pytest.mark.parametrize(("quota", "letters"), [("groups", "AAB-CB"), ("firms", "AAA-BB")])
def test_a_quota_rounded_up(quota: str, letters: str) -> None:
    # Of 4: 1 and 3.  Of 5: 1.25 is 2, 3.75 is 4.
    scheme = with_quota(quota)
    (track,) = scheme.tracks
    assert isinstance(track.rule, CutPoints)
    cuts = tuple(replace(cut, rounding="ceil") for cut in track.rule.cuts[:-1])
    rule = replace(track.rule, cuts=(*cuts, track.rule.cuts[-1]))
    found = evaluated(replace(scheme, tracks=(replace(track, rule=rule),)))
    assert "".join(letter or "-" for letter in found.final) == letters
    assert found.participants == 4


@pytest.mark.parametrize(
    ("quota", "said"),
    [
        ("groups", "最终为A类的1户，占4户的25%（合并评价的一组算一户），规定不超过20%（假定）"),
        ("firms", "最终为A类的2户，占5户的40%，规定不超过20%（假定）"),
    ],
)
def test_a_range_counts_what_its_share_is_taken_of(quota: str, said: str) -> None:
    """甲 and 乙 are one and in A; 丁 is out."""
    few = ClassRange("A", None, Fraction("0.2"), by_unit=False, clause="假定")
    found = by_code(review(evaluated(replace(with_quota(quota), ranges=(few,)))), "W322")
    assert [f.problem for f in found] == [said]
    alone = replace(with_quota(quota), ranges=(few,), joint=None)
    assert all("一组" not in f.problem for f in by_code(review(evaluated(alone)), "W322"))


def with_quota(quota: str) -> Scheme:
    scheme = pieces_scheme()
    assert scheme.joint is not None
    return replace(scheme, joint=replace(scheme.joint, quota=quota))  # type: ignore[arg-type]


@pytest.mark.parametrize(("value", "points"), [(-10, 4), (0, 5), (30, 20), (NAN, 0)])
def test_the_lowest_score_holds_for_any_value_between_worst_and_best(
    value: float, points: float
) -> None:
    found = scores(np.array([value], dtype=float), 30.0, 20.0, 1.0, "min_max", 0.2, zero=-10.0)
    assert found == pytest.approx([points])
