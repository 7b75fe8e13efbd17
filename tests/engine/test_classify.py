"""Order, halves, quotas and classes: clause 2(2), readings R13 to R17."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from permu_xl.engine.classify import (
    LOWER,
    NO_SECTION,
    UPPER,
    Classes,
    KeyFigures,
    classify,
    half_names,
)
from permu_xl.engine.evaluate import Evaluation, evaluate
from permu_xl.engine.groups import RankingUnit
from permu_xl.engine.review import review
from permu_xl.engine.scheme import ClassRule
from tests.engine.support import (
    IN_COLUMN,
    INDICATORS,
    Case,
    column,
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
    unit = RankingUnit(scheme.tracks[0], "", np.arange(n))
    return classify(scheme, [unit], total, figures, marks, names)


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
