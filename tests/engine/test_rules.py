"""The rules of other regions: toy_rules.toml, worked by hand and held against a reference."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from permu_xl.engine.checks.figures import check_rosters
from permu_xl.engine.checks.outcome import review
from permu_xl.engine.evaluation import Evaluation
from permu_xl.engine.explain.better_class import needed
from permu_xl.engine.explain.indicators import basis, basis_column, explain
from permu_xl.engine.model import CutPoint, Rounding
from permu_xl.engine.ranking.cut_lines import (
    firms_above,
    places_above,
)
from permu_xl.engine.records.adjustments import Adjustment
from permu_xl.reports.notices.needed_text import needed_lines
from tests.engine import reference_rules as reference
from tests.engine.reference_rules import Firm
from tests.engine.rules_districts import YEAR, rules_roster
from tests.engine.rules_districts import rules_evaluated as evaluated
from tests.engine.support import by_code, rules_scheme


def firm(total: float, code: str = "K", size: str = "规下", **other: Any) -> Firm:
    """A firm with this total: tax per mu of 10 (60 points), the rest by energy.

    Below 64 points the energy is at its floor of 4 and the rest is tax.
    """
    if total >= 64:
        return Firm(code, F(10), F(1), 5 * (2 - (F(str(total)) - 60) / 40), size, **other)
    return Firm(code, (F(str(total)) - 4) / 6, F(1), F(10), size, **other)


# ---- the lowest score --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tax", "points"),
    [
        (1.99, 12),  # 11.94
        (2.0, 12),  # 12
        (2.01, 12.06),
        (0.0, 12),  # a reported 0 is a figure
        (-0.01, 0),
        (np.nan, 0),
        (15.1, 90),
    ],
)
def test_lowest_score(tax: float, points: float) -> None:
    own = None if np.isnan(tax) else F(str(tax))
    e = evaluated([Firm("K", own, F(1), F(5), "规下")])
    assert e.results[0].score[0] == pytest.approx(points)


@pytest.mark.parametrize(
    ("energy", "points"), [(9.4, 4.8), (9.5, 4), (9.6, 4), (99, 4), (0, 80), (-1, 0)]
)
def test_lowest_score_where_less_is_better(energy: float, points: float) -> None:
    e = evaluated([Firm("K", F(10), F(1), F(str(energy)), "规下")])
    assert e.results[1].score[0] == pytest.approx(points)


def test_lowest_score_in_words() -> None:
    e = evaluated([Firm("K", F(1), F(1), F(5), "规下")])
    line = explain(e, 0)[1]
    assert "0.1 × 基本分60 = 6.00，低于下限0.2 × 60 = 12，取12.00分。" in line


# ---- class lines -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "letter"),
    [  # below, at and above each line; 90 itself is no B
        (119.99, "B"), (120, "A"), (120.01, "A"),
        (89.99, "C"), (90, "C"), (90.01, "B"),
        (49.99, "D"), (50, "C"), (50.01, "C"),
    ],
)  # fmt: skip
def test_classes_by_points(total: float, letter: str) -> None:
    e = evaluated([firm(total)])
    assert (e.total[0], e.classes.by_place[0]) == (pytest.approx(total), letter)


def test_lines_of_points_are_told() -> None:
    e = evaluated([firm(130, "甲"), firm(95, "乙"), firm(70, "丙")])
    assert basis(e, 0) == "规下，总分在3户中排第1名，第1名（总分达到120分）列为A类（五5）"
    assert basis(e, 1) == "规下，总分在3户中排第2名，第2名（总分高于90分）列为B类（五6）"
    place = next(line for line in explain(e, 2) if line.startswith("位次"))
    assert "A类到第1名（总分120分以上，含120分）" in place
    assert "B类到第2名（总分90分以上，不含90分）" in place
    # 70 points: 20 below the line of B, whoever stands there, and 20 above that of C
    assert place.endswith("总分低于B类的分数线90分20.00分；总分高于C类的分数线50分20.00分。依据五")
    at = next(line for line in explain(evaluated([firm(90, "丁")]), 0) if line.startswith("位次"))
    assert "总分正好在B类的分数线90分上" in at


def test_a_better_class_by_points() -> None:
    e = evaluated([firm(95, "乙")])
    assert next(iter(needed_lines(e, 0, needed(e, 0)))) == (
        "总分须达到120.00分（还差25.00分），列A类。"
    )
    e = evaluated([firm(90, "丙")])
    assert next(iter(needed_lines(e, 0, needed(e, 0)))) == (
        "总分须高于90.00分（现已相同），列B类。"
    )


@pytest.mark.parametrize(
    ("n", "base", "rounding", "above"),
    [  # 5 % of the base stays below
        (265, 275, "half_up", 251),  # 13.75: 14
        (265, 275, "floor", 252),
        (265, 265, "half_up", 252),  # 13.25: 13
        (265, 265, "ceil", 251),
        (20, 20, "half_up", 19),  # 1 exactly
        (9, 9, "half_up", 9),  # 0.45
        (10, 10, "half_up", 9),  # 0.5
        (3, 100, "ceil", 0),  # no more than there are
    ],
)
def test_the_last_share(n: int, base: int, rounding: Rounding, above: int) -> None:
    cut = CutPoint("C", F(1), True, rounding, "五", leave=F("0.05"))
    assert places_above(cut, n, base) == above


def test_points_are_compared_without_float_noise() -> None:
    cut = CutPoint("A", F(1), True, "floor", "五", points=0.3)
    assert firms_above(cut, np.array([0.1 + 0.2, 0.3, 0.3 - 1e-12, 0.29])) == 3
    above = replace(cut, inclusive=False)
    assert firms_above(above, np.array([0.3001, 0.1 + 0.2, 0.3])) == 1


def district(*sizes: tuple[str, int], others: int = 0) -> list[Firm]:
    """Firms above size, by trade, each a little below the one before; others that pause."""
    found = [
        firm(139 - k / 10, f"{trade}{k:03d}", "规上", trade=trade)
        for trade, n in sizes
        for k in range(n)
    ]
    pausing = {"size": "规上", "trade": sizes[0][0], "flags": frozenset({"pause"})}
    return found + [firm(139, f"停{k}", **pausing) for k in range(others)]


def places(e: Evaluation) -> dict[str, list[int]]:
    return {unit.name: [cut.place for cut in unit.cuts] for unit in e.classes.units}


def test_shares_of_a_trade() -> None:
    # 20 of 10 %, not quite 60 % and all but 20 %; 10 of 20 %, not quite 60 % and all but 10 %
    e = evaluated(district(("纺织", 20), ("其他", 10)))
    assert places(e) == {"规上、纺织": [2, 11, 16], "规上、其他": [2, 5, 9]}


def test_firms_that_are_counted_without_being_ranked() -> None:
    # 20 % of 15 is 3, 60 % is 9 but not the ninth; 10 % is 1.5: 2 of the 10 ranked stay below
    e = evaluated(district(("其他", 10), others=5))
    assert places(e) == {"规上、其他": [3, 8, 8]}
    (unit,) = e.classes.units
    assert (unit.size, unit.base) == (10, 15)
    assert "A类到第3名（15户（含不排名的5户） × 20% = 3）" in explain(e, 0)[-2]
    ranked = tuple(
        replace(track, ranking=replace(track.ranking, counted="ranked"))
        for track in rules_scheme().tracks
    )
    e = evaluated(district(("其他", 10), others=5), replace(rules_scheme(), tracks=ranked))
    assert places(e) == {"规上、其他": [2, 5, 9]}


def test_firms_out_by_industry_are_counted_where_they_have_a_letter() -> None:
    firms = [*district(("其他", 10)), firm(139, "电", "规上", electric=True)]
    e = evaluated(firms)
    assert (e.classes.units[0].base, str(e.final[10])) == (11, "T")
    silent = replace(rules_scheme(), scope=replace(rules_scheme().scope, letter=""))
    assert evaluated(firms, silent).classes.units[0].base == 10


def test_firms_counted_must_tell_where() -> None:
    """A firm without its size would silently be missing from the number."""
    firms = [firm(100, "甲", "规上"), firm(100, "电", "", electric=True)]
    found = check_rosters(rules_scheme(), rules_roster(firms), None, year=YEAR)
    assert [f.row for f in by_code(found, "E214")] == [1]
    silent = replace(rules_scheme(), scope=replace(rules_scheme().scope, letter=""))
    found = check_rosters(silent, rules_roster(firms), None, year=YEAR)
    assert by_code(found, "E214") == []


# ---- guards ------------------------------------------------------------------------------------


def test_a_class_with_a_lowest_total() -> None:
    """The first of the unit has A by its place, which takes 100 points."""
    for total, letter in ((99.99, "B"), (100, "A"), (100.01, "A")):
        others = [firm(60, f"Z{k}", "规上") for k in range(4)]
        e = evaluated([firm(total, "甲", "规上"), *others])
        assert (e.classes.by_place[0], e.final[0]) == ("A", letter)
    e = evaluated([firm(99.5, "甲", "规上"), *others])
    assert basis(e, 0).endswith("；A类最低总分（总分99.5分，低于100分），不高于B类，改为B类（六1）")
    # only what raises the total helps, and it does
    assert next(iter(needed_lines(e, 0, needed(e, 0)))) == (
        "总分须达到100.00分（还差0.50分），不受“A类最低总分”限制。"
    )
    assert needed(e, 0).step.letter == "A"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("place", "tax", "letter"),
    [
        ("城区", 3.99, "C"), ("城区", 4, "B"), ("城区", 4.01, "B"),
        ("县", 1.99, "C"), ("县", 2, "B"), ("县", 2.01, "B"),
        ("", 1.99, "C"), ("", 2, "B"),  # a blank is a county
    ],
)  # fmt: skip
def test_a_lowest_figure_that_differs_by_place(place: str, tax: float, letter: str) -> None:
    e = evaluated([Firm("K", F(str(tax)), F(1), F(0), "规下", place=place)])
    assert (e.classes.by_place[0], e.final[0]) == ("B", letter)


def test_missing_figures_are_told_as_0() -> None:
    others = [firm(60, f"Z{k}", "规上") for k in range(4)]
    e = evaluated([Firm("K", None, F(1), F(0), "规上"), *others])  # 0 + 80 points: the first
    assert basis(e, 0).endswith(
        "；A类最低总分（总分80分，低于100分），不高于B类，改为B类（六1）"
        "；亩均税收门槛（亩均税收空缺，按0计，低于2万元/亩），不高于C类，改为C类（六2）"
    )


def test_up_down_and_fixed_in_order() -> None:
    def letters(**other: Any) -> str:
        e = evaluated([firm(95, "乙", **other)])
        return f"{e.classes.by_place[0]}{e.final[0]}"

    assert letters() == "BB"
    assert letters(labels=("示范",)) == "BA"
    assert letters(labels=("失信",)) == "BC"
    assert letters(labels=("示范", "失信")) == "BC"  # lifted, then down
    assert letters(labels=("示范",), flags=frozenset({"polluting"})) == "BB"
    assert letters(flags=frozenset({"listed"})) == "BA"
    assert letters(flags=frozenset({"listed", "polluting"})) == "BC"


def test_moves_are_told_and_logged() -> None:
    firms = [
        firm(95, "乙", labels=("示范",), flags=frozenset({"polluting"})),
        firm(60, "丙", labels=("示范",)),
        firm(30, "丁", flags=frozenset({"listed"})),
    ]
    e = evaluated(firms)
    assert basis(e, 0).endswith(
        "列为B类（五6）；示范企业提档（示范），提高1类，改为A类（六3）"
        "；环境违法降档（环境违法），降低1类，改为B类（六4）"
    )
    assert basis(e, 2).endswith("；重点企业定档（重点企业），定为A类（六5）")
    assert basis_column(e) == [basis(e, k) for k in range(3)]
    assert [(f.row, f.problem) for f in by_code(review(e), "H321")] == [
        (0, "按“示范企业提档”（六3），分类由B类改为A类"),
        (1, "按“示范企业提档”（六3），分类由C类改为B类"),
        (0, "按“环境违法降档”（六4），分类由A类改为B类"),
        (2, "按“重点企业定档”（六5），分类由D类改为A类"),
    ]


def needs(e: Evaluation, firm: int = 0) -> str:
    return next(iter(needed_lines(e, firm, needed(e, firm))))


def test_a_better_class_of_firms_that_guards_move() -> None:
    """A firm that goes down from C to D needs the points of B, to go down to C."""
    down = evaluated([firm(60, "丙", flags=frozenset({"polluting"}))])
    assert down.final[0] == "D"
    assert needs(down) == ("总分须高于90.00分（还差30.00分），列B类（再按“环境违法降档”降低1类）。")
    assert needed(down, 0).step.letter == "C"  # type: ignore[union-attr]
    # up from C to B; from B it would be A
    up = evaluated([firm(60, "丙", labels=("示范",))])
    assert up.final[0] == "B"
    assert needs(up) == "总分须高于90.00分（还差30.00分），列B类（再按“示范企业提档”提高1类）。"
    assert needed(up, 0).step.letter == "A"  # type: ignore[union-attr]
    best = evaluated([firm(130, "甲", flags=frozenset({"polluting"}))])
    assert best.final[0] == "B"
    assert needs(best) == "因“环境违法降档”不能高于B类，提高得分不改变分类。"
    held = evaluated([Firm("K", F("1.5"), F(1), F(0), "规下")])  # 12 + 80 points, below 2 per mu
    assert (held.classes.by_place[0], held.final[0]) == ("B", "C")
    assert needs(held) == ("亩均税收（万元/亩）须达到2（还差0.5），不受“亩均税收门槛”限制。")


def test_decisions_on_record_come_last() -> None:
    decided = Adjustment("乙", "乙", "D", "市政府决定")
    e = evaluated([firm(95, "乙", flags=frozenset({"listed"}))], adjustments=[decided])
    assert (e.proposed[0], e.final[0]) == ("A", "D")


# ---- ranges ------------------------------------------------------------------------------------


def broken(e: Evaluation) -> list[str]:
    return [f.problem for f in by_code(review(e), "W322")]


def below_size(a: int, c: int, d: int) -> list[Firm]:
    totals = [130.0] * a + [70.0] * c + [40.0] * d
    return [firm(total, f"K{k:02d}") for k, total in enumerate(totals)]


@pytest.mark.parametrize(
    ("a", "c", "d", "said"),
    [
        (3, 7, 0, []),  # A is 30 % exactly
        (2, 8, 0, []),
        (4, 6, 0, ["最终为A类的4户，占10户的40%，规定不超过30%（七1）"]),
        (0, 1, 9, []),  # C is 10 % exactly
        (0, 2, 8, []),
        (0, 0, 10, ["最终为C类的0户，占10户的0%，规定不低于10%（七2）"]),
        (1, 0, 2, ["最终为A类的1户，占3户的33.33%，规定不超过30%（七1）",
                   "最终为C类的0户，占3户的0%，规定不低于10%（七2）"]),
    ],
)  # fmt: skip
def test_ranges(a: int, c: int, d: int, said: list[str]) -> None:
    assert broken(evaluated(below_size(a, c, d))) == said


def test_ranges_are_about_final_classes() -> None:
    decided = [Adjustment("K03", "K03", "B")]
    assert broken(evaluated(below_size(4, 6, 0), adjustments=decided)) == []


def test_ranges_by_unit_and_of_the_district() -> None:
    """A of the district: 3 of 13; C is missing above size, though there is one below."""
    firms = [*below_size(2, 8, 0), *district(("其他", 3))]
    e = evaluated(firms)
    found = by_code(review(e), "W322")
    assert places(e)["规上、其他"] == [1, 1, 3]
    assert [f.at.item for f in found] == []
    firms = [*below_size(0, 0, 10), *district(("其他", 10))]
    found = by_code(review(evaluated(firms)), "W322")
    assert [f.at.item for f in found] == ["规下：C类户数"]


# ---- against the reference ---------------------------------------------------------------------

HUNDREDTHS = st.integers(-500, 3000).map(lambda k: F(k, 100))
FIRMS = st.lists(
    st.builds(
        Firm,
        code=st.just(""),
        tax=st.none() | HUNDREDTHS,
        land=st.sampled_from([None, F(0), F(1), F(2), F(4)]) | st.just(F(501)),
        energy=st.none() | HUNDREDTHS,
        size=st.sampled_from(["规上", "规上", "规下"]),
        trade=st.sampled_from(["纺织", "其他"]),
        place=st.sampled_from(["城区", "县"]),
        electric=st.integers(0, 9).map(lambda k: k == 0),
        labels=st.lists(st.sampled_from(["示范", "失信"]), unique=True, max_size=2).map(tuple),
        flags=st.frozensets(st.sampled_from(["pause", "polluting", "listed"]), max_size=2),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(FIRMS)
def test_as_the_reference(firms: list[Firm]) -> None:
    for number, each in enumerate(firms):
        each.code = f"K{number:03d}"
    reference.evaluate(firms)
    e = evaluated(firms)
    for k, each in enumerate(firms):
        if not each.electric:
            assert e.total[k] == pytest.approx(float(each.total), abs=1e-9)
        if each.ranked:
            assert (k, e.classes.by_place[k]) == (k, each.by_place)
        assert (k, e.final[k]) == (k, each.letter)
    assert basis_column(e) == [basis(e, k) for k in range(len(firms))]


@given(
    st.lists(st.floats(0, 100), max_size=30), st.lists(st.integers(1, 99), min_size=1, max_size=3)
)
def test_points_never_divide_equals(totals: list[float], lines: list[int]) -> None:
    ordered = np.sort(np.array(totals))[::-1]
    for points in lines:
        cut = CutPoint("A", F(1), True, "floor", "五", points=float(points))
        above = firms_above(cut, ordered)
        assert (ordered[:above] >= points - 1e-9).all()
        assert (ordered[above:] < points).all()
