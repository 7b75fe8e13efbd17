"""The sentence that says why a firm has its class."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from permu_xl.engine.evaluation import Evaluation, evaluate
from permu_xl.engine.explain.class_basis import basis, basis_column, chosen_anywhere, spread
from permu_xl.engine.explain.indicators import explain
from permu_xl.engine.model.scheme import ClassRule, CutPoint, CutPoints, Flag, Guard, Scheme
from permu_xl.engine.records.adjustments import Adjustment
from tests.engine.support import score_roster, score_scheme, with_rule

CUTS = CutPoints(
    (
        CutPoint("A", Fraction("0.2"), True, "floor", "三1"),
        CutPoint("B", Fraction("0.6"), True, "floor", "三2"),
        CutPoint("C", Fraction(1), True, "floor", "三3"),
    ),
    "三",
)


def by_cuts(rule: ClassRule = CUTS) -> Scheme:
    return with_rule(score_scheme(), rule)


def ranked(scheme: Scheme, totals: list[float], **columns: object) -> Evaluation:
    rows = [[total, 0, 0, 0, 0, 0] for total in totals]
    codes = [f"K{k + 1}" for k in range(len(totals))]
    return evaluate(scheme, score_roster(rows, codes=codes, **columns), year=2021)


def test_by_cut_points() -> None:
    e = ranked(by_cuts(), [9, 8, 7, 6, 5])
    assert basis_column(e) == [
        "总分在5户中排第1名，第1名（到20%）列为A类（三1）",
        "总分在5户中排第2名，第2至3名（到60%）列为B类（三2）",
        "总分在5户中排第3名，第2至3名（到60%）列为B类（三2）",
        "总分在5户中排第4名，第4至5名（到100%）列为C类（三3）",
        "总分在5户中排第5名，第4至5名（到100%）列为C类（三3）",
    ]


def test_equal_firms_on_both_sides_of_a_line_are_told_their_places() -> None:
    e = ranked(by_cuts(), [9, 8, 7, 7, 7])
    assert "".join(e.final) == "ABBCC"
    assert basis(e, 2) == "总分在5户中排第3名，第2至3名（到60%）列为B类（三2）"
    assert basis(e, 3) == (
        "总分在5户中并列第3名，按次序规则排第4名，第4至5名（到100%）列为C类（三3）"
    )
    assert explain(e, 3)[8] == (
        "位次：5户中A类到第1名（5户 × 20% = 1），B类到第3名（5户 × 60% = 3），其余为C类；"
        "B类与以下各类的分界：与分界线另一侧企业的总分相同，按次序规则分开。依据三"
    )


def test_a_line_without_the_place_at_it() -> None:
    first, *others = CUTS.cuts
    rule = replace(CUTS, cuts=(replace(first, inclusive=False), *others))
    line = explain(ranked(by_cuts(rule), list(range(10, 0, -1))), 0)[8]
    assert "A类到第1名（10户 × 20% = 2，不含这一名），B类到第6名（10户 × 60% = 6）" in line


def test_one_class_for_everybody() -> None:
    e = ranked(by_cuts(CutPoints((CUTS.cuts[2],), "三")), [9, 8])
    assert "".join(e.final) == "CC"
    assert explain(e, 1)[8:] == [
        "位次：2户全部为C类；没有分界线。依据三",
        "分类：总分在2户中排第2名，第1至2名（到100%）列为C类（三3）",
    ]


FLAGS = {id: Flag(id, name, "", "四") for id, name in (("fire", "失火"), ("new", "新办"))}
VETO = Guard("veto", "否决", ("fire", "off_policy"), (), "at_best", "C", "四1")
SHELTER = Guard("shelter", "保护", ("new",), (), "at_worst", "B", "四2")


def guarded(*guards: Guard) -> Scheme:
    flags = {**score_scheme().flags, **FLAGS}
    return replace(by_cuts(), flags=flags, guards=guards)


def test_guards_name_the_flags_that_a_firm_carries() -> None:
    scheme = guarded(VETO, SHELTER)
    flags = {
        "fire": [True, True, False, False, True],
        "off_policy": [False, True, False, False, False],
        "new": [False, False, True, True, False],
    }
    e = ranked(scheme, [9, 8, 7, 6, 5], flags=flags)
    assert "".join(e.final) == "CCBBC"
    tails = [text.split("；", 1)[1:] for text in basis_column(e)]
    assert tails == [
        ["否决（失火），不高于C类，改为C类（四1）"],
        ["否决（失火、不符合产业政策），不高于C类，改为C类（四1）"],
        [],  # B is no worse than B
        ["保护（新办），不低于B类，改为B类（四2）"],
        [],  # C is no better than C
    ]


def test_every_guard_that_changed_the_class_is_told() -> None:
    flags = {"fire": [True] + [False] * 4, "new": [True] + [False] * 4}
    e = ranked(guarded(VETO, SHELTER), [9, 8, 7, 6, 5], flags=flags)
    assert e.final[0] == "B"
    assert basis(e, 0) == (
        "总分在5户中排第1名，第1名（到20%）列为A类（三1）；"
        "否决（失火），不高于C类，改为C类（四1）；保护（新办），不低于B类，改为B类（四2）"
    )
    assert basis_column(e)[0] == basis(e, 0)


def test_an_adjustment_comes_after_the_guard() -> None:
    e = evaluate(
        guarded(VETO),
        score_roster(
            [[9] + [0] * 5] * 5, codes=list("ABCDE"), flags={"fire": [True] + [False] * 4}
        ),
        year=2021,
        adjustments=[Adjustment("A", "", "B", "已整改")],
    )
    assert basis(e, 0).endswith("；否决（失火），不高于C类，改为C类（四1）；调整为B类（已整改）")
    assert basis_column(e)[0] == basis(e, 0)


def test_nobody_is_picked_by_cut_points() -> None:
    assert not chosen_anywhere(ranked(by_cuts(), [9, 8])).any()
    assert chosen_anywhere(ranked(score_scheme(), [9, 8, 7, 6])).tolist() == [True] + [False] * 3


# ---- spread ------------------------------------------------------------------------------------


def test_one_text_for_each_situation() -> None:
    asked: list[int] = []

    def text(firm: int) -> str:
        asked.append(firm)
        return f"{firm}"

    columns = [np.array([0, 1, 0, 1, 0]), np.array([5, -5, 5, -5, 6])]
    assert spread(columns, text) == ["0", "1", "0", "1", "4"]
    assert sorted(asked) == [0, 1, 4]
    assert spread([np.zeros(0, dtype=int)], text) == []


@pytest.mark.parametrize("columns", [1, 2, 7])
def test_many_wide_columns_do_not_overflow(columns: int) -> None:
    wide = np.array([0, 2**31, 0, 1])
    assert spread([wide] * columns, str) == ["0", "1", "0", "3"]
