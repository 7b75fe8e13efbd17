"""Order, halves, quotas and classes: 二（二）, readings R13 to R17."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from permu_xl.engine.checks.outcome import review
from permu_xl.engine.evaluation import Evaluation, evaluate
from permu_xl.engine.firms.groups import RankingUnit
from permu_xl.engine.model.scheme import (
    ClassRule,
    CutPoint,
    CutPoints,
    Key,
    Rounding,
)
from permu_xl.engine.ranking.classes import (
    LOWER,
    NO_SECTION,
    UPPER,
    Classes,
    KeyFigures,
    classify,
    half_names,
)
from permu_xl.engine.ranking.cut_lines import places_down_to
from tests.engine.support import (
    IN_COLUMN,
    INDICATORS,
    Case,
    column,
    each_case,
    each_district,
    score_roster,
    score_scheme,
    shenyang,
    two_stage,
    with_rule,
)

SCORES = [f"{i.name}得分" for i in shenyang().indicators]
HALVES = {"前半区": UPPER, "后半区": LOWER, "": NO_SECTION}


def run(district: list[Case]) -> Evaluation:
    roster = score_roster(
        np.column_stack([column(district, name) for name in SCORES]),
        codes=[row["企业代码"] for row in district],
        bonus_points=column(district, "加分"),
        flags={"off_policy": [row["不符合产业政策"] == "是" for row in district]},
        included=[IN_COLUMN[row["是否参评"]] for row in district],
    )
    return evaluate(score_scheme(), roster, year=2021)


@each_district("classes")
def test_district(district: list[Case]) -> None:
    e = run(district)
    assert e.total == pytest.approx(column(district, "总分"), abs=1e-12, nan_ok=True)
    assert e.classes.rank.tolist() == [int(row["总分排名"] or 0) for row in district]
    assert e.classes.section.tolist() == [HALVES[row["半区"]] for row in district]
    assert e.proposed.tolist() == [row["初步分类"] for row in district]
    assert e.final.tolist() == e.proposed.tolist()
    found = sorted((f.row, f.code) for f in review(e))
    wanted = [(k, row["提示代码"]) for k, row in enumerate(district) if row["提示代码"]]
    assert found == sorted(wanted)


@each_district("classes")
def test_order_of_rows_does_not_matter(district: list[Case]) -> None:
    turned = district[::-1]
    assert run(turned).proposed.tolist() == [row["初步分类"] for row in turned]


# ---- parts -------------------------------------------------------------------------------------


def test_half_names_follow_the_share() -> None:
    rule = two_stage(shenyang())
    assert half_names(rule) == {"upper": "前50%", "lower": "后50%"}
    assert half_names(replace(rule, upper_share=Fraction("0.4")))["lower"] == "后60%"
    assert half_names(replace(rule, upper_share=Fraction("0.125")))["upper"] == "前12.5%"


def classes(n: int, rule: ClassRule, flags: dict[str, list[bool]] | None = None) -> Classes:
    """Classify n firms with totals n, n-1, ... whose keys are their totals."""
    total = np.arange(n, 0, -1, dtype=float)
    names = np.array([f"{k:05d}" for k in range(n)], dtype=object)
    marks = {id: np.array(mark) for id, mark in (flags or {}).items()}
    marks.setdefault("off_policy", np.zeros(n, dtype=bool))
    scheme = with_rule(shenyang(), rule)
    figures = KeyFigures(dict.fromkeys(INDICATORS, total), {}, {})
    (track,) = scheme.tracks
    unit = RankingUnit(track, "", np.arange(n), track.rule, np.arange(0))
    return classify(scheme, [unit], total, figures, marks, names.take)


@pytest.mark.parametrize(
    ("n", "upper", "a", "cd"),
    [
        (0, 0, 0, 0),
        (1, 0, 0, 0),
        (2, 1, 0, 0),
        (3, 1, 0, 0),
        (4, 2, 1, 0),
        (5, 2, 1, 1),
        (9, 4, 1, 1),  # 1.35 and 0.9
        (10, 5, 2, 1),
        (14, 7, 2, 1),
        (15, 7, 2, 2),  # 2.25 and 1.5
        (16, 8, 2, 2),
        (70, 35, 11, 7),
        (90, 45, 14, 9),
        (2000, 1000, 300, 200),
    ],
)
def test_class_sizes(n: int, upper: int, a: int, cd: int) -> None:
    found = classes(n, two_stage(shenyang()))
    assert np.count_nonzero(found.section == UPPER) == upper
    assert np.count_nonzero(found.section == LOWER) == n - upper
    assert found.letter.tolist() == ["A"] * a + ["B"] * (n - a - cd) + ["C"] * cd
    assert [picked.quota for picked in found.units[0].picked] == [a, cd]


def test_a_quota_is_never_more_than_its_half() -> None:
    rule = two_stage(shenyang())
    greedy = replace(rule, selections=tuple(replace(s, rounding="ceil") for s in rule.selections))
    one = classes(1, greedy)  # no upper half at all; 0.1 firms are rounded up to the one there is
    assert [picked.quota for picked in one.units[0].picked] == [0, 1]
    assert one.letter.tolist() == ["C"]
    assert classes(2, greedy).letter.tolist() == ["A", "C"]


def test_the_selection_may_take_from_the_other_end() -> None:
    rule = two_stage(shenyang())
    turned = replace(
        rule,
        selections=tuple(
            replace(s, take="last" if s.take == "first" else "first") for s in rule.selections
        ),
    )
    assert "".join(classes(10, turned).letter) == "BBBAACBBBB"


def test_the_first_flag_wins() -> None:
    rule = two_stage(shenyang())
    best, last = rule.selections
    last = replace(last, flagged={"off_policy": "D", "other": "B"})
    flags = {
        "off_policy": [False] * 18 + [True, False],
        "other": [False] * 18 + [True, True],
    }
    found = classes(20, replace(rule, selections=(best, last)), flags)
    assert found.letter.tolist()[-2:] == ["D", "B"]


def test_selections_name_their_letters() -> None:
    best, last = two_stage(shenyang()).selections
    assert (best.letters, best.label) == (("A",), "A")
    assert (last.letters, last.label) == (("C", "D"), "C/D")
    both = replace(last, flagged={"off_policy": "D", "other": "D"})
    assert both.letters == ("C", "D")


def test_the_indicators_are_those_of_the_policy() -> None:
    assert tuple(i.id for i in shenyang().indicators) == INDICATORS


# ---- cut points --------------------------------------------------------------------------------


def cut(
    up_to: str, letter: str = "A", *, inclusive: bool = True, rounding: Rounding = "floor"
) -> CutPoint:
    return CutPoint(letter, Fraction(up_to), inclusive, rounding, "三")


@each_case("cut_points")
def test_cut_point_case(case: Case) -> None:
    roundings: dict[str, Rounding] = {"舍去小数": "floor", "四舍五入": "half_up", "进一": "ceil"}
    for name, rounding in roundings.items():
        point = cut(case["到"], inclusive=case["含这一名"] == "是", rounding=rounding)
        assert places_down_to(point, int(case["参评户数"])) == int(case[name])


SHARES = (("0.2", "0.7", "0.95"), ("0.15", "0.9", "0.99"), ("0.25", "0.5", "0.75"))


def letter_in_place(rule: CutPoints, place: int, n: int) -> str:
    """The rule word for word: the first class whose share the place is within."""
    for cut in rule.cuts:
        exact = n * cut.up_to
        whole = exact.denominator == 1
        if whole and (place <= exact if cut.inclusive else place < exact):
            return cut.letter
        if not whole:
            down, part = exact.numerator // exact.denominator, exact % 1
            rounds_up = {"floor": False, "ceil": True, "half_up": part >= Fraction(1, 2)}
            if place <= down + rounds_up[cut.rounding]:
                return cut.letter
    raise AssertionError(place)


@pytest.mark.parametrize("shares", SHARES)
@pytest.mark.parametrize("inclusive", [True, False])
@pytest.mark.parametrize("rounding", ["floor", "half_up", "ceil", "mixed"])
def test_cut_points_word_for_word(shares: tuple[str, ...], inclusive: bool, rounding: str) -> None:
    mixed = ("ceil", "half_up", "floor") if rounding == "mixed" else (rounding,) * 3
    rule = CutPoints(
        (
            *(
                cut(share, letter, inclusive=inclusive, rounding=how)  # type: ignore[arg-type]
                for share, letter, how in zip(shares, "ABC", mixed, strict=True)
            ),
            cut("1", "D"),
        ),
        "三",
    )
    for n in range(41):
        found = classes(n, rule)
        wanted = [letter_in_place(rule, place, n) for place in range(1, n + 1)]
        assert found.letter.tolist() == wanted
        assert found.section.tolist() == ["ABCD".index(letter) for letter in wanted]
        lines = [line.place for line in found.units[0].cuts]
        assert lines == [sum(letter <= last for letter in wanted) for last in "ABC"]
        assert found.place.tolist() == list(range(1, n + 1))


@pytest.mark.parametrize("n", range(1, 41))
def test_inclusive_floors_are_shares_of_the_place(n: int) -> None:
    """The firm in place r is within 20 % if and only if r / n is at most 20 %."""
    rule = CutPoints((cut("0.2", "A"), cut("0.7", "B"), cut("1", "C")), "三")
    wanted = ["A" if 10 * r <= 2 * n else "B" if 10 * r <= 7 * n else "C" for r in range(1, n + 1)]
    assert classes(n, rule).letter.tolist() == wanted


def test_lines_that_would_cross_leave_a_class_empty() -> None:
    # one firm: A reaches to 0.2 or 1, B to 0.7 or 0
    rule = CutPoints((cut("0.2", "A", rounding="ceil"), cut("0.7", "B"), cut("1", "C")), "三")
    assert classes(1, rule).letter.tolist() == ["A"]
    assert [line.place for line in classes(1, rule).units[0].cuts] == [1, 1]


# ---- units and keys ----------------------------------------------------------------------------


def test_units_are_classed_by_themselves() -> None:
    rule = CutPoints((cut("0.5", "A"), cut("1", "B")), "三")
    scheme = with_rule(shenyang(), rule)
    total = np.array([1.0, 2, 3, 9, 8, 7, 50])
    units = [
        RankingUnit(scheme.tracks[0], name, np.array(firms), rule, np.arange(0))
        for name, firms in (("东", [0, 3, 4, 5]), ("西", [1, 2]))
    ]
    figures = KeyFigures(dict.fromkeys(INDICATORS, np.zeros(7)), {}, {})
    names = np.array(list("abcdefg"), dtype=object)
    flags = {"off_policy": np.zeros(7, dtype=bool)}
    found = classify(scheme, units, total, figures, flags, names.take)
    assert found.unit.tolist() == [0, 1, 1, 0, 0, 0, -1]
    assert found.rank.tolist() == [4, 2, 1, 1, 2, 3, 0]
    assert found.place.tolist() == [4, 2, 1, 1, 2, 3, 0]
    assert found.letter.tolist() == ["B", "B", "A", "A", "A", "B", ""]
    assert [(unit.name, unit.size) for unit in found.units] == [("东", 4), ("西", 2)]
    assert found.keys == {}


def test_keys_of_every_kind() -> None:
    figures = KeyFigures(
        scores={"a": np.array([1.0, np.nan]), "b": np.array([10.0, 20.0])},
        values={"a": np.array([np.nan, -5.0])},
        columns={"tax": np.array([7.0, np.nan]), "land": np.array([0.0, 3.0])},
    )
    assert figures.key(Key("scores", ("a", "b")), 2).tolist() == [11, 20]
    assert figures.key(Key("values", ("a",)), 2).tolist() == [0, -5]
    assert figures.key(Key("columns", ("tax",)), 2).tolist() == [7, 0]
    assert figures.key(Key("columns", ("tax", "land")), 2).tolist() == [7, 3]
    assert figures.key(Key("scores", ()), 2).tolist() == [0, 0]
