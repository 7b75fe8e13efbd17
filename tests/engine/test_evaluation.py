"""A whole evaluation: the district worked by hand, errors, adjustments (R9, R11, R13, R18)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from permu_xl.engine.checks.adjustments import check_adjustments
from permu_xl.engine.checks.outcome import review
from permu_xl.engine.evaluation import Evaluation, evaluate
from permu_xl.engine.explain.firm_notes import status_note
from permu_xl.engine.explain.indicators import notes_column
from permu_xl.engine.model.roster import Categories, Roster
from permu_xl.engine.model.scheme import BaselineRule, Missing
from permu_xl.engine.records.adjustments import (
    Adjustment,
    match_adjustments,
)
from permu_xl.errors import BaselineError, UsageError
from tests.engine.support import (
    INDICATORS,
    Case,
    cases,
    column,
    district,
    each_case,
    manual,
    places,
    roster,
    score_roster,
    score_scheme,
    shenyang,
    toy,
    toy_rosters,
    tracks_rosters,
    tracks_scheme,
)

ROWS = [row for row in cases("district") if row["年份"] == "本年"]


def evaluated() -> Evaluation:
    this, last = district()
    return evaluate(shenyang(), this, last, year=2021)


# ---- the district worked by hand ---------------------------------------------------------------


def test_baselines_of_the_district() -> None:
    # 400/100, 2000/100, 60/2000 in %, 2000/100, 2000/500; this year's highest is 40/4
    values = [result.baselines[0].value for result in evaluated().results]
    assert values == pytest.approx([4, 20, 3, 20, 4, 10], rel=1e-12)


def test_baselines_count_last_years_participants() -> None:
    counts = [result.baselines[0].previous.both for result in evaluated().results]
    assert counts == [2, 2, 2, 2, 2, 0]


@pytest.mark.parametrize("indicator", INDICATORS)
def test_scores_of_the_district(indicator: str) -> None:
    result = evaluated().results[INDICATORS.index(indicator)]
    expected = column(ROWS, f"{result.indicator.name}得分")
    assert result.score == pytest.approx(expected, abs=1e-9, nan_ok=True)


def test_outcome_of_the_district() -> None:
    e = evaluated()
    assert e.total == pytest.approx(column(ROWS, "总分"), abs=1e-9, nan_ok=True)
    assert e.classes.rank.tolist() == [int(row["总分排名"] or 0) for row in ROWS]
    halves = {"前半区": 0, "后半区": 1, "": -1}
    assert e.classes.section.tolist() == [halves[row["半区"]] for row in ROWS]
    letters = [row["初步分类"].replace("不参评", "") for row in ROWS]
    assert e.proposed.tolist() == letters
    assert e.final.tolist() == letters
    assert e.included.tolist() == [bool(letter) for letter in letters]
    assert notes_column(e) == [row["提示"] for row in ROWS]
    assert places(review(e)) == ["6:H304"]


def test_counts_of_the_district() -> None:
    e = evaluated()
    assert e.participants == 10
    assert [e.count(letter) for letter in "ABCD"] == [2, 7, 1, 0]


def test_parts_add_up() -> None:
    e = evaluated()
    assert sum(result.score for result in e.results) == pytest.approx(e.subtotal, nan_ok=True)
    assert e.subtotal + e.bonus.total == pytest.approx(e.total, nan_ok=True)
    assert e.bonus.total[8] == 2


def test_firms_that_are_out_have_no_figures() -> None:
    e = evaluated()
    for k in (10, 11):
        assert np.isnan([e.subtotal[k], e.total[k], *(r.score[k] for r in e.results)]).all()
        assert (e.classes.rank[k], e.proposed[k], e.final[k]) == (0, "", "")
        assert not any(picked.chosen[k] for picked in e.classes.units[0].picked)


def test_firms_that_are_out_change_nothing() -> None:
    this, last = district()
    keep = np.arange(10)
    numbers = {id: values[keep] for id, values in this.numbers.items()}
    only = Roster.from_columns(
        numbers,
        codes=this.codes[keep].tolist(),
        bonus_points=this.bonus_points[keep],
        flags={"off_policy": this.flag("off_policy")[keep]},
    )
    fewer = evaluate(shenyang(), only, last, year=2021)
    assert fewer.total == pytest.approx(evaluated().total[:10])
    assert fewer.proposed.tolist() == evaluated().proposed[:10].tolist()


def test_the_year_moves_the_line_for_young_firms() -> None:
    this, last = district()
    e = evaluate(shenyang(), this, last, year=2022)
    # 2022: K12 (since 2020-01-01) is in; last year is 2021 now, so K13 (since 2019-01-01) counts.
    assert e.included.tolist() == [True] * 10 + [False, True]
    assert e.results[0].baselines[0].previous.both == 3


# ---- baselines that cannot be had --------------------------------------------------------------


def test_without_last_year_every_indicator_is_named() -> None:
    with pytest.raises(BaselineError) as caught:
        evaluate(shenyang(), district()[0], year=2021)
    assert list(caught.value.problems) == list(INDICATORS[:5])
    assert str(caught.value).count("没有上年数据") == 5
    assert "指标“亩均税收”没有可用的基准值" in str(caught.value)


def test_only_the_indicators_without_baseline_are_named() -> None:
    last = roster([100, 400, 2000, None, 60, 100, 0, None])
    with pytest.raises(BaselineError) as caught:
        evaluate(shenyang(), district()[0], last, year=2021)
    assert list(caught.value.problems) == [
        "rd_intensity",
        "revenue_per_employee",
        "output_per_energy",
    ]


def test_manual_baselines_need_no_last_year() -> None:
    e = evaluate(manual(shenyang(), 4, 20, 3, 20, 4, 10), district()[0], year=2021)
    assert e.total == pytest.approx(evaluated().total, nan_ok=True)


def test_nobody_has_an_emission_figure() -> None:
    this = roster([10, 40, 200, 1000, 30, 50, 50, None], [10, 0, 200, 1000, 30, 50, 50, None])
    e = evaluate(shenyang(), this, district()[1], year=2021)
    assert np.isnan(e.results[5].baselines[0].value)
    assert e.results[5].baselines[0].problem == ""
    assert e.results[5].score.tolist() == [15, 0]
    assert places(review(e)) == ["6:W302"]


def test_nobody_takes_part() -> None:
    this = roster([10, 40, 200, 1000, 30, 50, 50, 4], included=[0])
    e = evaluate(shenyang(), this, district()[1], year=2021)
    assert e.participants == 0
    assert e.final.tolist() == [""]
    assert e.classes.units[0].cuts[0].place == 0


def test_no_rows_at_all() -> None:
    e = evaluate(shenyang(), roster(), district()[1], year=2021)
    assert (e.participants, e.total.shape) == (0, (0,))


# ---- rounding of scores (R11) ------------------------------------------------------------------


def test_scores_are_not_rounded_by_default() -> None:
    e = evaluate(score_scheme(), score_roster([[1.005, 0, 0.005, 0, 0, 0]]), year=2021)
    assert e.subtotal == pytest.approx([1.01], abs=1e-12)
    assert e.results[0].score == pytest.approx([1.005], abs=1e-12)


@pytest.mark.parametrize(
    ("decimals", "first", "second", "sum"),
    [(2, 1.01, 0.0, 1.01), (3, 1.005, 0.004, 1.009), (0, 1.0, 0.0, 1.0)],
)
def test_a_scheme_may_round_every_score(
    decimals: int, first: float, second: float, sum: float
) -> None:
    scheme = replace(score_scheme(), score_decimals=decimals)
    e = evaluate(scheme, score_roster([[1.005, 0, 0.0041, 0, 0, 0]]), year=2021)
    assert e.results[0].score.tolist() == [first]
    assert e.results[2].score.tolist() == [second]
    assert e.subtotal == pytest.approx([sum], abs=1e-12)
    assert e.classes.units[0].picked[0].key == pytest.approx([sum], abs=1e-12)


# ---- adjustments (R18) -------------------------------------------------------------------------


def factories() -> Roster:
    """Six participants and one that is out; proposed A B B B - B C.

    Totals 36, 30, 25, 16, 13, 7.  A: 0.15 x 6 = 0.9, one firm: 36 is the highest of the upper
    three.  C: 0.6, one firm: energy and emission are 6, 5 and 2.
    """
    return score_roster(
        [
            [36, 0, 0, 0, 0, 0],
            [30, 0, 0, 0, 0, 0],
            [25, 0, 0, 0, 0, 0],
            [10, 0, 0, 0, 6, 0],
            [20, 0, 0, 0, 0, 0],
            [8, 0, 0, 0, 5, 0],
            [5, 0, 0, 0, 2, 0],
        ],
        codes=["K1", "K2", "", "K4", "K5", "K6", "K7"],
        names=["甲厂", "乙厂", "丙厂", "丁厂", "戊厂", "己厂", "己厂"],
        included=[-1, -1, -1, -1, 0, -1, -1],
    )


def adjustments_in(text: str) -> tuple[Adjustment, ...]:
    return tuple(Adjustment(*entry.split(",")) for entry in text.split("／") if entry)


@each_case("adjustments")
def test_adjustment_case(case: Case) -> None:
    by_hand, expected, problems = list(case.values())[3:]
    adjustments = adjustments_in(by_hand)
    findings = list(check_adjustments(score_scheme(), factories(), adjustments, year=2021))
    assert places(findings) == [problem for problem in problems.split(";") if problem]
    assert all(found.table == "adjustments" for found in findings)
    if expected == "错误":
        with pytest.raises(UsageError, match="不在方案的分类A、B、C、D之内"):
            evaluate(score_scheme(), factories(), year=2021, adjustments=adjustments)
        return
    e = evaluate(score_scheme(), factories(), year=2021, adjustments=adjustments)
    assert e.final.tolist() == expected.split(";")
    assert e.proposed.tolist() == ["A", "B", "B", "B", "", "B", "C"]


def test_which_adjustment_applies() -> None:
    adjustments = adjustments_in("K7,,D,,／,丙厂,A,,／K9,,D,,")
    e = evaluate(score_scheme(), factories(), year=2021, adjustments=adjustments)
    assert e.adjusted_by.tolist() == [-1, -1, 1, -1, -1, -1, 0]
    assert e.adjustments == adjustments
    assert [e.count(letter) for letter in "ABCD"] == [2, 3, 0, 1]


def test_matching_takes_code_before_name() -> None:
    wanted = adjustments_in("K1,乙厂,B,,／,乙厂,B,,／,己厂,B,,／,,B,,／K9,甲厂,B,,／,庚厂,B,,")
    assert match_adjustments(wanted, factories()) == (0, 1, -1, -1, -1, -1)
    assert match_adjustments((), factories()) == ()


def test_three_firms_of_one_name_match_nobody() -> None:
    three = score_roster([[0] * 6] * 3, names=["甲厂"] * 3)
    assert match_adjustments(adjustments_in(",甲厂,A,,"), three) == (-1,)


def test_a_blank_matches_no_blank() -> None:
    nameless = score_roster([[0] * 6] * 2, names=["", "甲厂"])
    assert match_adjustments(adjustments_in(",,A,,／,甲厂,A,,"), nameless) == (-1, 1)


# ---- notes -------------------------------------------------------------------------------------


def notes_of(*figures: float | None) -> list[str]:
    e = evaluate(manual(shenyang(), 4, 20, 3, 20, 4, 10), roster(figures), year=2021)
    return [status_note(result, shenyang(), 0) for result in e.results]


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ((10, 40, 200, 1000, 30, 50, 50, 4), ["", "", "", "", "", ""]),
        (
            (None, None, 200, None, 30, 0, -1, None),
            [
                "缺实缴税收，亩均税收记0分",
                "缺用地面积，亩均总产值记0分",
                "缺主营业务收入，研发投入强度记0分",
                "缺主营业务收入，人均营业收入记0分",
                "综合能耗为0或负数，单位能耗总产值记0分",
                "没有污染物排放当量数据且实缴税收为空或不大于0，单位污染物排放税收记0分",
            ],
        ),
        (
            (10, -1, -1, -1, -1, 50, 50, -1),
            [
                "亩均税收为负值，记0分",
                "亩均总产值为负值，记0分",
                "主营业务收入为0或负数，研发投入强度记0分",
                "人均营业收入为负值，记0分",
                "单位能耗总产值为负值，记0分",
                "污染物排放当量为0或负数，单位污染物排放税收记0分",
            ],
        ),
        (
            (10, 40, 200, 1000, 30, 50, 50, 0),
            [
                *[""] * 5,
                "没有污染物排放当量数据、有实缴税收，单位污染物排放税收得基本分15分",
            ],
        ),
    ],
)
def test_notes(figures: Sequence[float | None], expected: list[str]) -> None:
    assert notes_of(*figures) == expected


# ---- a scheme unlike Shenyang's ----------------------------------------------------------------


def test_a_scheme_with_other_indicators_and_letters() -> None:
    this, last = toy_rosters()
    e = evaluate(toy(), this, last, year=2030)
    # sales/area: last year 2 and 4, mean 3; this year 3, 2, 1.5, 2, 0.5; of 50 points, cap 1
    # sales/staff: 600/50 = 12; 30, 10, 12, 6, 5; of 30 points, cap 1.5
    # sales/water: 5 by hand; 10, -, 3, 9, 1; of 20 points, cap 2
    assert [r.baselines[0].value for r in e.results] == pytest.approx([3, 12, 5])
    assert e.results[0].score.tolist() == [50, 33.3, 25, 33.3, 8.3]
    assert e.results[1].score.tolist() == [45, 25, 30, 15, 12.5]
    assert e.results[2].score.tolist() == [40, 20, 12, 36, 4]
    # 2 points and a label of 2 are limited to 3
    assert e.bonus.total.tolist() == [0, 0, 3, 0, 0]
    assert e.total == pytest.approx([135, 78.3, 70, 84.3, 24.8])
    assert e.classes.rank.tolist() == [1, 3, 4, 2, 5]
    # upper: 0.4 x 5 = 2 firms; 甲: 0.2 x 5 = 1 by sales/staff: 45 against 15;
    # 丙: 0.25 x 5 = 1.25, up to 2, by sales/water among 20, 12 and 4
    assert e.classes.section.tolist() == [0, 1, 1, 0, 1]
    assert "".join(e.final) == "甲乙丙乙丙"
    assert [e.count(letter) for letter in toy().letters] == [1, 2, 2]


# ---- tracks, groups and firms that are not ranked ----------------------------------------------


def tracks_with(attribute: str, name: str, text: str) -> Roster:
    """The firms of ``tracks_rosters``, of which one has another text."""
    this, _ = tracks_rosters()
    told = this.attributes[attribute].texts(np.arange(this.size))
    told[this.names.tolist().index(name)] = text
    return replace(this, attributes={**this.attributes, attribute: Categories.of(told)})


@pytest.mark.parametrize(
    ("attribute", "name", "text", "message"),
    [
        ("size", "乙厂", "规中", "乙厂（K02）的规模“规中”不在方案之内，应为规上、规下之一"),
        ("size", "子厂", "", "子厂（K09）没有填写规模，应为规上、规下之一"),
        ("zone", "丙厂", "南区", "丙厂（K03）的片区“南区”不在方案之内，应为西区、东区之一"),
        ("zone", "己厂", "", "己厂（K06）没有填写片区，应为西区、东区之一"),
    ],
)
def test_a_participant_in_no_track_or_group(
    attribute: str, name: str, text: str, message: str
) -> None:
    _, last = tracks_rosters()
    with pytest.raises(UsageError) as caught:
        evaluate(tracks_scheme(), tracks_with(attribute, name, text), last, year=2030)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("attribute", "name"), [("size", "辛厂"), ("zone", "辛厂"), ("zone", "卯厂")]
)
def test_texts_that_nobody_asks_for(attribute: str, name: str) -> None:
    _, last = tracks_rosters()
    e = evaluate(tracks_scheme(), tracks_with(attribute, name, "？"), last, year=2030)
    assert "".join(e.proposed) == "CBBBCASTBADB"


def test_last_year_without_the_column_of_the_tracks() -> None:
    this, last = tracks_rosters()
    with pytest.raises(BaselineError) as caught:
        evaluate(tracks_scheme(), this, replace(last, attributes={}), year=2030)
    assert caught.value.problems == {
        "tax_per_mu": "指标“亩均税收”没有可用的基准值：上年参评企业没有可用的数据，总量法算不出来"
    }


def test_problems_of_several_groups_are_told_together() -> None:
    this, last = tracks_rosters()
    scheme = tracks_scheme()
    rule = BaselineRule("mean", "previous", "三2", by="zone")
    changed = tuple(
        replace(i, baseline=rule) if i.id == "waste_per_sales" else i for i in scheme.indicators
    )
    with pytest.raises(BaselineError) as caught:
        evaluate(scheme.with_indicators(changed), this, last, year=2030)
    assert caught.value.problems == {
        "waste_per_sales": "；".join(
            f"指标“单位销售固废（{zone}）”没有可用的基准值：上年参评企业没有可用的数据，企业均值算不出来"
            for zone in ("西区", "东区")
        )
    }


def test_last_years_groups_are_those_of_last_year() -> None:
    this, _ = tracks_rosters()
    last = Roster.from_columns(
        {"land": [1, 1, 1], "tax": [1, 1, 1], "waste": [4, 8, 2], "sales": [100, 100, 100]},
        attributes={"size": ["规上", "规上", "规下"], "zone": ["西区", "东区", "西区"]},
    )
    scheme = tracks_scheme()
    rule = BaselineRule("mean", "previous", "三2", by="zone")
    changed = tuple(
        replace(i, baseline=rule) if i.id == "waste_per_sales" else i for i in scheme.indicators
    )
    e = evaluate(scheme.with_indicators(changed), this, last, year=2030)
    # the third firm is below size, where waste is not asked
    assert [b.value for b in e.results[2].baselines] == [4, 8]
    assert e.results[2].baseline_of(0).value == 8
    assert e.results[2].baseline_of(5).value == 4


def only(roster: Roster, *names: str) -> Roster:
    """Let only some firms take part."""
    return replace(
        roster, included=np.array([-1 if name in names else 0 for name in roster.names], np.int8)
    )


def test_a_track_without_firms_is_no_unit() -> None:
    this, last = tracks_rosters()
    e = evaluate(tracks_scheme(), only(this, "甲厂", "丁厂"), last, year=2030)
    assert [unit.name for unit in e.classes.units] == ["规上、东区"]
    assert [(b.name, b.problem) for b in e.baselines if not b.value > 0] == [
        ("单位销售固废（西区）", ""),
        ("亩均销售", ""),
    ]
    assert [(f.row, f.code) for f in review(e)] == [(0, "H321")]  # 甲 has had an accident
    e = evaluate(tracks_scheme(), only(this, "子厂"), last, year=2030)
    assert [(unit.name, unit.size) for unit in e.classes.units] == [("规下", 1)]
    # 0.25 firms below size are rounded up to 子, which is marked as against the policy
    assert "".join(e.proposed) == "D"


def test_all_firms_may_be_ungraded() -> None:
    this, last = tracks_rosters()
    e = evaluate(tracks_scheme(), only(this, "庚厂"), last, year=2030)
    assert (e.participants, e.classes.units) == (0, ())
    assert e.proposed[6] == "S"
    assert e.total[6] == pytest.approx(60 + 25 + 0)  # nobody has waste: an average of nothing
    assert notes_column(e)[6] == "没有固废数据，单位销售固废按有数据企业的平均得分计0.00分"


def test_nobody_takes_part_in_any_track() -> None:
    this, last = tracks_rosters()
    e = evaluate(tracks_scheme(), only(this), last, year=2030)
    assert e.participants == 0
    assert "".join(e.proposed) == ""


def test_ungraded_firms_count_for_baselines_and_averages() -> None:
    this, last = tracks_rosters()
    waste = this.number("waste").copy()
    waste[6] = 10  # 庚: 10 / 50 x 100 = 20; with 己's 10 the mean of the west is 15
    e = evaluate(
        tracks_scheme(), replace(this, numbers={**this.numbers, "waste": waste}), last, year=2030
    )
    assert e.results[2].baselines[0].value == 15
    assert e.results[2].score[[5, 6]] == pytest.approx([22.5, 11.25])
    # (30 + 15 + 10 + 15 + 22.5 + 11.25) / 6
    assert e.results[2].score[2] == pytest.approx(103.75 / 6)


@pytest.mark.parametrize(
    ("included", "letter"),
    [(-1, "T"), (0, ""), (1, "A")],  # out by rule, out by 否, let in by 是
)
def test_the_letter_of_firms_that_are_out(included: int, letter: str) -> None:
    this, last = tracks_rosters()
    marks = np.array([0] * 12, np.int8)
    marks[7] = included
    e = evaluate(tracks_scheme(), replace(this, included=marks), last, year=2030)
    assert "".join(e.proposed) == letter
    assert e.proposed[7] == letter


def test_young_firms_have_the_letter_too() -> None:
    this, last = tracks_rosters()
    dates = np.full(12, "NaT", dtype="datetime64[D]")
    dates[2:4] = ["2029-12-31", "2030-01-01"]
    e = evaluate(tracks_scheme(), replace(this, start_dates=dates), last, year=2030)
    assert e.proposed[2] != "T"
    assert e.proposed[3] == "T"


def test_no_letter_for_firms_that_are_out_unless_the_scheme_has_one() -> None:
    e = evaluated()
    assert e.scheme.scope.letter == ""
    assert e.proposed[10:].tolist() == ["", ""]


# ---- notes of other rules ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "figures", "note"),
    [
        (
            Missing("land", "full", False, "四"),
            (None, 40),
            "没有用地面积数据，亩均税收得基本分30分",
        ),
        (Missing("land", "full", False, "四"), (0, 40), "用地面积为0或负数，亩均税收记0分"),
        (Missing("land", "full", True, "四"), (0, 40), "没有用地面积数据，亩均税收得基本分30分"),
        (
            Missing("tax", "full_if_positive", False, "四"),
            (10, None),
            "没有实缴税收数据、有用地面积，亩均税收得基本分30分",
        ),
        (
            Missing("tax", "full_if_positive", False, "四"),
            (None, None),
            "没有实缴税收数据且用地面积为空或不大于0，亩均税收记0分",
        ),
        (
            Missing("land", "average", False, "四"),
            (None, 40),
            "没有用地面积数据，亩均税收按有数据企业的平均得分计22.50分",
        ),
        (
            Missing("tax", "penalty", False, "四", 2.5),
            (10, None),
            "没有实缴税收数据，亩均税收扣2.5分",
        ),
        (Missing("tax", "penalty", True, "四", 2.5), (10, 0), "没有实缴税收数据，亩均税收扣2.5分"),
        (Missing("tax", "penalty", False, "四", 2.5), (10, 0), ""),
        (Missing("tax", "penalty", True, "四", 2.5), (None, 40), "缺用地面积，亩均税收记0分"),
        (Missing("tax", "penalty", True, "四", 2.5), (10, -1), "亩均税收为负值，记0分"),
    ],
)
def test_notes_of_other_rules(
    rule: Missing, figures: tuple[float | None, float | None], note: str
) -> None:
    scheme = manual(shenyang(), 4, 20, 3, 20, 4, 10)
    tax, *others = scheme.indicators
    scheme = scheme.with_indicators((replace(tax, missing=rule), *others))
    # the second firm has 3 against 4: 22.5 points
    this = roster((*figures, *[1] * 6), (10, 30, *[1] * 6))
    e = evaluate(scheme, this, year=2021)
    assert status_note(e.results[0], scheme, 0) == note
