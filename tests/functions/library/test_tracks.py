"""The functions under a scheme of every piece: groups, tracks, units, guards, ungraded firms.

The columns of ``toy_tracks`` are land, tax, sales, energy, waste, tenants; its groups size and
zone, and the industry code for the trade.  Baselines: tax per mu; energy per sales of 食品, 机械,
其他; waste per sales of 西区, 东区; sales per mu.
"""

from __future__ import annotations

from typing import Any

import pytest

from permu_xl import functions
from tests.functions.support import DIV0, NA, NUM, REF, VALUE, column, flat, one

BASELINES = [2.0, 2.0, 4.0, 5.0, 10.0, 20.0, 20.0]
K = 4
"""How many indicators there are."""
SCORES = slice(K, 2 * K)
SUBTOTAL, BONUS, TOTAL, RANK, CLASS, NOTE = range(2 * K, 2 * K + 6)

BIG = [10, 20, 100, 2, 10, None]
"""2 per mu; 2 per million of sales; 10 per million: 60 + 25 + 15 points as 食品 in 西区."""
SMALL = [10, 10, 100, None, None, None]
"""1 per mu, 10 sales per mu: 30 + 20 points."""
FOOD = ["规上", "西区", "1310"]


def evaluated(
    rows: list[list[Any]], groups: Any, *, flags: Any = None, baselines: Any = None, **more: Any
) -> list[list[Any]]:
    return functions.call(
        "PERMU_EVALUATE",
        [
            rows,
            baselines or BASELINES,
            more.get("bonus"),
            flags,
            more.get("included"),
            "toy_tracks",
            groups,
            more.get("weights"),
            more.get("caps"),
            more.get("firms"),
        ],
    )


def marks(**by_row: list[int]) -> list[list[str | None]]:
    """Return flags for five firms: which rows carry which flag."""
    names = ("accident", "remedied", "building", "utility", "off_policy")
    return [["是" if row in by_row.get(name, []) else None for name in names] for row in range(5)]


def test_one_firm_of_each_track_by_hand(tracks: str) -> None:
    big, small = evaluated([BIG, SMALL], [FOOD, ["规下", None, None]])
    assert big[:4] == [2.0, 2.0, 10.0, ""]
    assert big[SCORES] == [60.0, 25.0, 15.0, ""]
    # ceil(0.2) = 1: the first of one is A
    assert big[SUBTOTAL:] == [100.0, 0.0, 100.0, 1.0, "A", ""]
    assert small[:4] == [1.0, "", "", 10.0]
    assert small[SCORES] == [30.0, "", "", 20.0]
    # floor(0.5) = 0 in the upper half, ceil(0.25) = 1 of the lower half is C
    assert small[SUBTOTAL:] == [50.0, 0.0, 50.0, 1.0, "C", ""]


@pytest.mark.parametrize(
    ("industry", "score"),
    [
        ("1310", 0.0),  # 6 against 2: 2 - 3
        ("C1310", 0.0),
        (1411.0, 0.0),
        ("3421", 12.5),  # 6 against 4: (2 - 1.5) x 25
        ("3499", 20.0),  # 349 is no 机械; 6 against 5: (2 - 1.2) x 25
        (None, 20.0),
    ],
)
def test_groups_that_follow_from_the_industry(tracks: str, industry: Any, score: float) -> None:
    (row,) = evaluated([[10, 20, 100, 6, 10, None]], [["规上", "西区", industry]])
    assert row[K + 1] == pytest.approx(score)


def test_groups_folded(tracks: str) -> None:
    for size, zone in ((" 规 上 ", "西区"), ("规上", "西 区"), ("规上\n", " 西区　")):
        assert evaluated([BIG], [[size, zone, "1310"]])[0][TOTAL] == 100.0


@pytest.mark.parametrize(
    ("groups", "error"),
    [
        (["中型", "西区", "1310"], NA),
        ([None, "西区", "1310"], NA),
        (["规上", "南区", "1310"], NA),
        (["规上", None, "1310"], NA),
        ([REF, "西区", "1310"], REF),
        (["规上", NUM, "1310"], NUM),
        (["规上", "西区", "食品厂"], VALUE),
        (["规上", "西区", DIV0], DIV0),
    ],
)
def test_a_group_nobody_knows(tracks: str, groups: list[Any], error: Any) -> None:
    fine, poor = evaluated([BIG, BIG], [FOOD, groups])
    assert poor == [error] * (2 * K + 6)
    assert fine[SUBTOTAL:] == [100.0, 0.0, 100.0, error, error, ""]
    # A firm that is out concerns nobody.
    fine, poor = evaluated([BIG, BIG], [FOOD, groups], included=column(["是", "否"]))
    assert fine[RANK:] == [1.0, "A", ""]
    assert poor == [""] * (2 * K + 6)


def test_only_what_sorts_a_firm_must_be_told(tracks: str) -> None:
    """Firms below size are ranked over all zones, and have no baseline by zone or trade."""
    for zone, industry in ((None, None), ("南区", "食品厂"), (REF, NA)):
        (row,) = evaluated([SMALL], [["规下", zone, industry]])
        assert row[TOTAL:] == [50.0, 1.0, "C", ""]


@pytest.mark.parametrize(
    "groups",
    [None, ["规上", "西区"], [*FOOD, ""], [FOOD, FOOD], column(FOOD), "规上"],
)
def test_groups_of_a_wrong_shape(tracks: str, groups: Any) -> None:
    assert evaluated([BIG], groups) == [[VALUE]]


def test_groups_that_are_missing_are_named(tracks: str) -> None:
    evaluated([BIG], None)
    assert (
        functions.last_error()
        == "PERMU_EVALUATE：方案按规模、片区分组，请填写“分组”，请选一片区域，如 J5:L5。"
    )


def five(groups: list[Any] | None = None, **more: Any) -> list[list[Any]]:
    """Evaluate five firms of one unit with 100, 70, 64, 58 and 52 points: A B B B D.

    The lines are below ceil(1) = 1, half up of 3.5 = 4 and floor(4.5) = 4.
    """
    rows = [[10, tax, 100, 2, 10, None] for tax in (20, 10, 8, 6, 4)]
    return evaluated(rows, groups or [FOOD] * 5, **more)


def letters(rows: list[list[Any]]) -> list[Any]:
    return [row[CLASS] for row in rows]


def test_cut_points(tracks: str) -> None:
    rows = five()
    assert [row[TOTAL] for row in rows] == pytest.approx([100, 70, 64, 58, 52])
    assert letters(rows) == ["A", "B", "B", "B", "D"]


def test_guards(tracks: str) -> None:
    assert letters(five(flags=marks(accident=[0]))) == ["C", "B", "B", "B", "D"]
    assert letters(five(flags=marks(accident=[0], remedied=[0]))) == ["A", "B", "B", "B", "D"]
    assert letters(five(flags=marks(building=[4]))) == ["A", "B", "B", "B", "C"]
    assert letters(five(flags=marks(building=[4], accident=[4]))) == ["A", "B", "B", "B", "D"]


def test_ungraded_firms_are_scored_but_not_ranked(tracks: str) -> None:
    rows = five(flags=marks(utility=[0]))
    # 4 firms: ceil(0.8) = 1, half up of 2.8 = 3, floor(3.6) = 3
    assert letters(rows) == ["S", "A", "B", "B", "D"]
    assert [row[RANK] for row in rows] == ["", 1.0, 2.0, 3.0, 4.0]
    assert rows[0][TOTAL] == 100.0


def test_an_unknown_total_of_an_ungraded_firm_concerns_nobody(tracks: str) -> None:
    bonus = column([REF, 0, 0, 0, 0])
    rows = five(flags=marks(utility=[0]), bonus=bonus)
    assert letters(rows) == ["S", "A", "B", "B", "D"]
    assert rows[0][TOTAL:RANK] == [REF]
    # and the ungraded firm's class is known when another's total is not
    rows = five(flags=marks(utility=[1]), bonus=bonus)
    assert letters(rows) == [REF, "S", REF, REF, REF]


def test_nobody_knows_whether_a_firm_is_ranked(tracks: str) -> None:
    flags = marks()
    flags[2][3] = "也许"  # utility
    rows = five(flags=flags)
    assert letters(rows) == [VALUE] * 5
    assert [row[RANK] for row in rows] == [VALUE] * 5
    flags = marks()
    flags[2][0] = "也许"  # accident bears on its own class only
    assert letters(five(flags=flags)) == ["A", "B", VALUE, "B", "D"]


def test_units_are_ranked_each_by_itself(tracks: str) -> None:
    east = ["规上", "东区", "1310"]
    rows = five([FOOD, FOOD, east, east, ["规下", "", ""]])
    assert [row[RANK] for row in rows] == [1.0, 2.0, 1.0, 2.0, 1.0]
    # 2 firms: ceil(0.4) = 1, half up of 1.4 = 1, floor(1.8) = 1; one firm below size is C
    assert letters(rows) == ["A", "D", "A", "D", "C"]


def test_counts_come_on_top_of_the_bonus(tracks: str) -> None:
    let = [10, 20, 100, 2, 10, 4]  # 3 beyond the first: -6
    assert [row[BONUS] for row in evaluated([let], [FOOD], bonus=1.5)] == [-4.5]
    assert [row[BONUS] for row in evaluated([let], [FOOD], bonus=-5)] == [-8.0]  # at most 8 off
    assert [row[BONUS] for row in evaluated([let], [FOOD], bonus=20)] == [6.0]
    let[5] = REF
    (row,) = evaluated([let], [FOOD])
    assert (row[SUBTOTAL], row[BONUS], row[TOTAL]) == (100.0, REF, REF)


def test_firms_without_data(tracks: str) -> None:
    no_energy = [10, 20, 100, 0, 10, None]
    (row,) = evaluated([no_energy], [FOOD])
    assert (row[K + 1], row[NOTE]) == (-3.0, "没有能耗数据，单位销售能耗扣3分")
    no_sales = [10, 20, None, None, None, None]
    (row,) = evaluated([no_sales], [["规下", "", ""]])
    assert row[K + 3] == 40.0


def test_the_average_of_firms_with_data(tracks: str) -> None:
    no_waste = [10, 20, 100, 2, None, None]
    half = [10, 20, 100, 2, 20, None]  # 20 against 10: 7.5 points
    rows = evaluated([BIG, half, no_waste], [FOOD] * 3)
    assert [row[K + 2] for row in rows] == [15.0, 7.5, 11.25]
    # One unknown score makes the average unknown, also one of a firm that nobody knows to be in.
    rows = evaluated([BIG, [*half[:4], REF, None], no_waste], [FOOD] * 3)
    assert [row[K + 2] for row in rows] == [15.0, REF, REF]
    rows = evaluated([BIG, half, no_waste], [FOOD] * 3, included=column([1, NUM, 1]))
    assert [row[K + 2] for row in rows] == [15.0, NUM, NUM]
    rows = evaluated([BIG, half, no_waste], [FOOD] * 3, included=column([1, 0, 1]))
    assert [row[K + 2] for row in rows] == [15.0, "", 15.0]


@pytest.mark.parametrize("bad", [0, None, -1])
def test_a_baseline_of_one_group(tracks: str, bad: Any) -> None:
    baselines = [2.0, bad, *BASELINES[2:]]  # energy of 食品
    food, machines, small = evaluated(
        [BIG, BIG, SMALL],
        [FOOD, ["规上", "西区", "3421"], ["规下", "", "1310"]],
        baselines=baselines,
    )
    assert food[K + 1] is DIV0
    assert food[SUBTOTAL:] == [DIV0, 0.0, DIV0, DIV0, DIV0, ""]
    assert machines[SCORES] == [60.0, 30.0, 15.0, ""]
    assert (machines[RANK], small[RANK], small[TOTAL]) == (DIV0, DIV0, 50.0)


def test_weights_and_caps_of_the_formula(tracks: str) -> None:
    rich = [10, 60, 100, 2, 10, None]  # 6 per mu: 3 times the baseline
    assert evaluated([rich], [FOOD])[0][K] == 90.0  # 1.5 x 60
    assert evaluated([rich], [FOOD], caps=[2, None, None, None])[0][K] == 120.0
    (row,) = evaluated([rich], [FOOD], weights=column([50, 35, None, None]))
    assert row[SCORES] == [75.0, 35.0, 15.0, ""]
    for key, values, error in (
        ("weights", [-1, 1, 1, 1], NUM),
        ("caps", [0, 1, 1, 1], NUM),
        ("weights", ["六十", 1, 1, 1], VALUE),
        ("caps", [1, REF, 1, 1], REF),
        ("weights", [60, 25, 15], VALUE),
    ):
        assert evaluated([rich], [FOOD], **{key: values}) == [[error]]


def test_a_named_firm_without_figures_takes_part(tracks: str) -> None:
    blank = [None] * 6
    assert evaluated([BIG, blank], [FOOD, FOOD])[1] == [""] * (2 * K + 6)
    rows = evaluated([BIG, blank], [FOOD, FOOD], firms=column(["甲厂", "乙厂"]))
    # no tax, no energy: -3, the average of one firm's 15
    assert rows[1][SUBTOTAL:RANK] == [12.0, 0.0, 12.0]
    assert letters(rows) == ["A", "D"]
    assert evaluated([BIG, blank], [FOOD, FOOD], firms=column(["甲厂", None]))[1][TOTAL] == ""
    assert evaluated([BIG, blank], [FOOD, FOOD], firms="甲厂") == [[VALUE]]


def test_classes_need_more_than_scores(tracks: str) -> None:
    scores = [[60, 25, 15, None]]
    assert flat("PERMU_CLASS", scores, None, None, None, tracks, [FOOD]) == [NA]
    assert "请用PERMU_EVALUATE" in functions.last_error()


def test_classes_by_tracks_from_scores() -> None:
    """Huangyan: each track by its own indicators; what others have there does not count."""
    groups = column(["规上"] * 5 + ["规下"] * 5)
    scores = [[20 - k, 10, 10, 10, 10, 10, 99, 99] for k in range(5)]
    scores += [[99] * 6 + [20 - k, 10] for k in range(5)]
    found = flat("PERMU_CLASS", scores, None, None, None, "huangyan_2022", groups)
    # 5 firms: floor of 1, 4, 4.75
    assert found == ["A", "B", "B", "B", "D"] * 2


def test_an_explanation_has_no_line_for_indicators_of_other_tracks(tracks: str) -> None:
    lines = flat("PERMU_EXPLAIN", SMALL, BASELINES, None, tracks, [["规下", "", ""]])
    assert [bool(line) for line in lines] == [True, False, False, True, True]
    assert lines[4].startswith("指标得分合计：30.00 + 20.00 = 50.00分")
    assert flat("PERMU_EXPLAIN", SMALL, BASELINES, None, tracks, [["中型", "", ""]]) == [NA] * 5
    assert flat("PERMU_EXPLAIN", SMALL, BASELINES, None, tracks) == [VALUE]


def test_scores_in_every_form() -> None:
    values = column([5, 10, 15, 40, -1, None])
    forms = {
        "ratio": [15.0, 30.0, 36.0, 36.0, 0.0, 0.0],
        "mirrored": [36.0, 30.0, 15.0, 0.0, 0.0, 0.0],
        "reciprocal": [36.0, 30.0, 20.0, 7.5, 0.0, 0.0],
    }
    names = {"ratio": "正向", "mirrored": "反向", "reciprocal": "倒数"}
    for form, expected in forms.items():
        for written in (form, form.upper(), names[form]):
            assert flat("PERMU_SCORE", values, 10, 30, 1.2, None, written) == expected
    assert one("PERMU_SCORE", 5, 10, 30, 1.2, None, "指数") is NA
    assert one("PERMU_SCORE", 5, 10, 30, 1.2, None, REF) is REF
    assert flat("PERMU_SCORE", 5, 10, 30, 1.2, None, ["ratio", "ratio"]) == [VALUE]


# ---- PERMU_GROUP -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grouping", "expected"),
    [
        ("规模", ["规上", "规下", "", NA]),
        ("SIZE", ["规上", "规下", "", NA]),
        ("片区", ["西区", "", "", REF]),
        ("行业类别", ["食品", "其他", "", "机械"]),
        ("trade", ["食品", "其他", "", "机械"]),
        ("zone", ["西区", "", "", REF]),
        ("行业", ["食品", "其他", "", "机械"]),
        (None, [NA]),
        (NUM, [NUM]),
        (["规模", "片区"], [VALUE]),
    ],
)
def test_groups_by_name(tracks: str, grouping: Any, expected: list[Any]) -> None:
    groups = [["规 上", "西区", "1310"], ["规下", None, ""], [None] * 3, ["中型", REF, "3411"]]
    assert flat("PERMU_GROUP", grouping, groups, tracks) == expected


def test_a_scheme_without_groups() -> None:
    assert flat("PERMU_GROUP", "规模", ["规上"]) == [NA]
    assert functions.last_error() == "PERMU_GROUP：方案没有这种分组，可用：无。"


def test_measures_of_a_class_that_is_treated_as_another(tracks: str) -> None:
    assert flat("PERMU_MEASURE", ["A", "S", "t", "Z"], "用地", tracks) == [
        "优先。", "支持。", "不变。", NA,
    ]  # fmt: skip
