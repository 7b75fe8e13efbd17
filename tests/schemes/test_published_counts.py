"""Published numbers of firms by class: which follow from a stated rule, and which from none.

The notices and their numbers stand in published_class_counts.csv with their sources.  Where a
notice states no shares, a test shows no more than that the numbers are those of plain shares;
where they follow from none, that is what the test says, and no rule is bent to fit.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from permu_xl.engine.evaluation import Evaluation, evaluate
from permu_xl.engine.model import CutPoint, CutPoints, Rounding, Scheme, Ungraded
from permu_xl.reports.sensitivity.class_alternatives import class_alternatives
from permu_xl.schemes import load
from tests.engine.support import Case, cases, score_roster, score_scheme, with_rule
from tests.schemes.regions import evaluated

PUBLISHED = {row["案例编号"]: row for row in cases("published_class_counts")}


def number(row: Case, *letters: str) -> int:
    return sum(int(row[letter]) for letter in letters)


def published(row: Case) -> dict[str, int]:
    return {letter: int(row[letter]) for letter in "ABCDT" if int(row[letter])}


def share(percent: str) -> Fraction:
    return Fraction(percent) / 100


def ranked_by_total(rule: CutPoints, n: int, pausing: int = 0, counted: str = "ranked") -> Scheme:
    """A scheme of one unit; flagged firms are scored, not ranked, and get T."""
    scheme = with_rule(score_scheme(), rule)
    track = scheme.tracks[0]
    ranking = replace(track.ranking, counted=counted)  # type: ignore[arg-type]
    classes = (*scheme.classes, replace(scheme.classes[0], letter="T", name="暂不评价类"))
    group = Ungraded("t", "暂不评价的企业", ("off_policy",), "T", "一")
    assert pausing <= n
    return replace(
        scheme, classes=classes, ungraded=(group,), tracks=(replace(track, ranking=ranking),)
    )


def run(rule: CutPoints, n: int, pausing: int = 0, counted: str = "ranked") -> Evaluation:
    roster = score_roster(
        [[(n - k) / n * 30, 0, 0, 0, 0, 0] for k in range(n)],
        flags={"off_policy": np.arange(n) < pausing},
    )
    return evaluate(ranked_by_total(rule, n, pausing, counted), roster, year=2021)


def at(letter: str, up_to: Fraction, rounding: Rounding = "floor") -> CutPoint:
    return CutPoint(letter, up_to, True, rounding, "三")


LAST = CutPoint("D", Fraction(1), True, "floor", "三")


def test_every_row_says_whether_it_follows_from_a_rule() -> None:
    assert {row["是否由规定得出"] for row in PUBLISHED.values()} == {
        "写明", "相符", "部分相符", "推不出",
    }  # fmt: skip
    for row in PUBLISHED.values():
        assert row["说明"]
        assert row["来源"]
        assert (number(row, *"ABCDT") == int(row["户数"])) == (
            "jingning_2022_small" not in row["案例编号"]
        )


@pytest.mark.parametrize("id", ["chaohu_2021_large", "jining_hitech_2023_small"])
def test_numbers_that_are_those_of_plain_shares(id: str) -> None:
    """The notice states no shares: its numbers are whole percentages of the firms listed."""
    row = PUBLISHED[id]
    assert row["是否由规定得出"] == "相符"
    lines = row["名次到百分之几"].split(";")
    cuts = [at(letter, share(line)) for letter, line in zip("ABC", lines, strict=True)]
    e = run(CutPoints((*cuts, LAST), "三"), int(row["户数"]))
    assert Counter(e.final) == published(row)
    # the same numbers where the last class is the last share instead of the rest
    cuts[-1] = replace(cuts[-1], up_to=Fraction(1), leave=1 - share(lines[-1]))
    e = run(CutPoints((*cuts, LAST), "三"), int(row["户数"]))
    assert Counter(e.final) == published(row)


def test_jining_above_size_counts_the_ungraded() -> None:
    """275 firms, 10 of them T: A is 20 % and D the last 5 % of 275, not of 265.

    B 97 and C 99 follow from no share of either number that the notice states: it states none.
    """
    row = PUBLISHED["jining_hitech_2023_large"]
    a, d = at("A", Fraction("0.2"), "half_up"), Fraction("0.05")
    b = at("B", Fraction("0.6"), "half_up")
    c = CutPoint("C", Fraction(1), True, "half_up", "三", leave=d)
    rule = CutPoints((a, b, c, LAST), "三")
    e = run(rule, 275, pausing=10, counted="with_unranked")
    found = Counter(e.final)
    assert (found["A"], found["D"], found["T"]) == (55, 14, 10)
    assert (found["A"], found["D"], found["T"]) == tuple(int(row[x]) for x in "ADT")
    # 20 % + 40 % + 35 % + 5 %, as below size, would give B 110 and C 86
    assert (found["B"], found["C"]) == (110, 86)
    assert (int(row["B"]), int(row["C"])) == (97, 99)
    ranked = Counter(run(rule, 275, pausing=10).final)
    assert (ranked["A"], ranked["D"]) == (53, 13)  # 13.25


def test_the_other_way_to_count_is_an_alternative() -> None:
    rule = CutPoints((at("A", Fraction("0.2"), "half_up"), replace(LAST, letter="B")), "三")
    e = run(rule, 275, pausing=10)
    found = [each for each in class_alternatives(e) if each.reading == "R13"]
    assert [(each.now, each.then) for each in found] == [
        ("参加排名的265户", "连同不排名而有类别的10户，共275户"),
        ("参加排名的265户", "名单上的全部275户"),
    ]
    inputs = found[0].make(e)
    assert inputs is not None
    other = evaluate(inputs.scheme, inputs.roster, year=2021)
    assert (e.count("A"), other.count("A")) == (53, 55)
    counted = run(rule, 275, pausing=10, counted="with_unranked")
    back = [each for each in class_alternatives(counted) if each.reading == "R13"]
    assert [(each.now, each.then) for each in back] == [
        ("连同不排名而有类别的10户，共275户", "参加排名的265户"),
    ]


def test_anyang_below_size() -> None:
    """39 firms of the whole city: 5.85 and 3.9, rounded half up."""
    row = PUBLISHED["anyang_2018_small"]
    blank = dict.fromkeys(cases("anyang_2018")[0], "")
    firms = blank | {
        "赛道": "规下",
        "户数": row["户数"],
        "各项为基准的几倍": "1",
        "排名单元": "一区",
    }
    _, e = evaluated(load("anyang_2018"), [firms])
    assert Counter(e.final) == published(row)
