"""PERMU_CLASS, PERMU_EVALUATE, PERMU_EXPLAIN."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from permu_xl import functions
from permu_xl.engine.evaluation import evaluate
from permu_xl.engine.explain.indicators import explain, notes_column
from permu_xl.engine.model.roster import Roster
from tests.engine.support import COLUMNS, Case, cases, each_district, manual, number, shenyang
from tests.functions.support import DIV0, NA, NUM, REF, VALUE, column, flat, one, same

K = 6
SUBTOTAL, BONUS, TOTAL, RANK, CLASS, NOTE = range(2 * K, 2 * K + 6)
BASELINES = [4.0, 20.0, 3.0, 20.0, 4.0, 10.0]
GOOD = [40, 120, 800, 800, 24, 40, 200, 30]
"""3, 20, 3, 20, 4, 4 against the baselines: 22.5 + 15 + 20 + 5 + 15 + 6 = 83.5 points."""
POOR = [10, 20, 100, 200, 0, 20, 50, 4]
"""2, 10, 0, 10, 2, 5 against the baselines: 15 + 7.5 + 0 + 2.5 + 7.5 + 7.5 = 40 points."""
FULL = [30, 15, 20, 5, 15, 15]


def cell(text: str) -> float | None:
    return float(text) if text else None


def rows_of(*rows: Any) -> list[list[Any]]:
    return [list(row) for row in rows]


# ---- PERMU_CLASS -------------------------------------------------------------------------------


@each_district("classes")
def test_district(district: list[Case]) -> None:
    # Rows in the order of their codes, as ties go by code there and by row here.
    firms = sorted(district, key=lambda row: row["企业代码"])
    names = [f"{i.name}得分" for i in shenyang().indicators]
    out = [row["是否参评"] == "否" for row in firms]
    scores = [
        [None if gone else cell(row[name]) for name in names]
        for row, gone in zip(firms, out, strict=True)
    ]
    found = flat(
        "PERMU_CLASS",
        scores,
        column(cell(row["加分"]) for row in firms),
        column(row["不符合产业政策"] for row in firms),
        column(row["是否参评"] for row in firms),
    )
    assert found == [row["初步分类"] for row in firms]


FIVE = rows_of(
    [36, 18, 24, 6, 18, 18],
    [30, 15, 20, 5, 15, 15],
    [20, 10, 10, 5, 10, 10],
    [10, 10, 5, 5, 8, 4],
    [10, 5, 0, 5, 5, 9],
)
"""Upper half 2 firms, one A by keys 60 and 50, one C or D by keys 20, 12, 14."""


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (None, "ABBCB"),
        ("", "ABBCB"),
        (column([None] * 5), "ABBCB"),
        (column(["否", "no", 0, False, "×"]), "ABBCB"),
        (column(["是", "是", "是", "否", "是"]), "ABBCB"),
        (column(["", "", "", "是", ""]), "ABBDB"),
        (column([0, 0, 0, "√", 0]), "ABBDB"),
        (column([0, 0, 0, 1, 0]), "ABBDB"),
        (column([0, 0, 0, True, 0]), "ABBDB"),
        (column([0, REF, 0, "待定", 0]), ["A", REF, "B", VALUE, "B"]),
        (column([0, 0, 0, 2, 0]), ["A", "B", "B", VALUE, "B"]),
        (["", "", "", "是", ""], [VALUE]),
        (column(["是"] * 4), [VALUE]),
        ("是", [VALUE]),
        ([["是", "否"]] * 5, [VALUE]),
    ],
)
def test_flags(flags: Any, expected: Any) -> None:
    assert flat("PERMU_CLASS", FIVE, None, flags) == list(expected)


@pytest.mark.parametrize(
    ("included", "expected"),
    [
        (None, "ABBCB"),
        (column(["是", True, 1, None, ""]), "ABBCB"),
        # 4 firms: 2 in the upper half, A 0.6 -> 1, C/D 0.4 -> 0
        (column([1, 1, 1, 1, "否"]), ["A", "B", "B", "B", ""]),
        (column([False] * 5), [""] * 5),
        (column([1, 1, 1, NA, 1]), [NA] * 5),
        (column([1, 1, "也许", 0, 1]), [VALUE, VALUE, VALUE, "", VALUE]),
        (column([1] * 4), [VALUE]),
        (True, [VALUE]),
    ],
)
def test_included(included: Any, expected: Any) -> None:
    assert flat("PERMU_CLASS", FIVE, None, None, included) == list(expected)


@pytest.mark.parametrize(
    ("bonus", "expected"),
    [
        (column([None, None, None, None, None]), "ABBCB"),
        (column([0, 0, 0, 100, 0]), "ABBBC"),  # into the upper half
        (column([-100, 0, 0, 0, 0]), "BABCB"),  # out of the upper half
        (column(["0", 0, 0, "１００", 0]), "ABBBC"),
        (column([0, REF, 0, 0, 0]), [REF] * 5),
        (column(["专精特新", 0, NA, 0, 0]), [VALUE, VALUE, NA, VALUE, VALUE]),
        (column([0] * 6), [VALUE]),
        (5, [VALUE]),
    ],
)
def test_bonus(bonus: Any, expected: Any) -> None:
    assert flat("PERMU_CLASS", FIVE, bonus) == list(expected)


def test_blank_rows_are_no_firms() -> None:
    blank = [None, "", " ", None, None, None]
    assert flat("PERMU_CLASS", [*FIVE, *[blank] * 95]) == [*"ABBCB", *[""] * 95]
    included = column([True] * 8)
    assert flat("PERMU_CLASS", [*FIVE, *[blank] * 3], None, None, included)[5:] == [""] * 3
    faulty = column([None] * 5 + [REF, "x", NA])
    assert flat("PERMU_CLASS", [*FIVE, *[blank] * 3], faulty, faulty, faulty)[5:] == [""] * 3


def test_an_unknown_score_makes_all_classes_unknown() -> None:
    scores = rows_of(*FIVE)
    scores[2][4], scores[3][0] = REF, "约十"
    assert flat("PERMU_CLASS", scores) == [REF, REF, REF, VALUE, REF]
    # unless the firm is out
    included = column([1, 1, 0, 0, 1])
    assert flat("PERMU_CLASS", scores, None, None, included) == ["B", "B", "", "", "B"]


def test_blank_and_textual_scores() -> None:
    scores = rows_of(*FIVE)
    scores[3] = ["10", "１０", 5, 5, 8, None]
    assert flat("PERMU_CLASS", scores) == list("ABBCB")


@pytest.mark.parametrize("scores", [FULL[:5], [[*FULL, 1]], column(FULL), 7, None, [[1] * 6, [1]]])
def test_scores_of_a_wrong_width(scores: Any) -> None:
    assert flat("PERMU_CLASS", scores) == [VALUE]


def test_one_firm() -> None:
    assert flat("PERMU_CLASS", FULL) == ["B"]
    assert flat("PERMU_CLASS", [FULL], 5, "是", "是") == ["B"]
    assert flat("PERMU_CLASS", [FULL], None, None, "否") == [""]
    assert flat("PERMU_CLASS", [[None] * 6]) == [""]


def test_ties_go_by_row() -> None:
    # 10 equal firms: 5 in each half, A 1.5 -> 2 first rows, C/D 1: the last row
    assert "".join(flat("PERMU_CLASS", [FULL] * 10)) == "AABBBBBBBC"


@pytest.mark.parametrize(
    ("n", "a", "cd"),
    [(3, 0, 0), (4, 1, 0), (5, 1, 1), (9, 1, 1), (10, 2, 1), (14, 2, 1), (15, 2, 2)],
)
def test_quotas_below_at_and_above(n: int, a: int, cd: int) -> None:
    # 0.15 n and 0.1 n, halves up: 0.45, 0.6, 0.75, 1.35, 1.5, 2.1, 2.25 and 0.3 ... 1.5
    letters = flat("PERMU_CLASS", [FULL] * n)
    assert (letters.count("A"), letters.count("C")) == (a, cd)


def test_classes_of_another_scheme(toy_scheme: str) -> None:
    # 5 firms: upper half ceil(2) = 2; 甲 floor(1) = 1 by the 2nd score; 丙 ceil(1.25) = 2 by the
    # 3rd score
    scores = [[50, 10, 20], [45, 20, 10], [30, 30, 5], [20, 30, 1], [10, 30, 8]]
    included = column([True] * 5)
    found = flat("PERMU_CLASS", scores, None, None, included, toy_scheme)
    assert found == ["乙", "甲", "丙", "丙", "乙"]
    assert flat("PERMU_CLASS", scores, None, None, None, "大连") == [NA]
    assert flat("PERMU_CLASS", scores, None, column([0] * 5), None, toy_scheme) == [VALUE]


# ---- PERMU_EVALUATE ----------------------------------------------------------------------------


def test_two_firms_by_hand() -> None:
    good, poor = functions.call("PERMU_EVALUATE", [[GOOD, POOR], BASELINES])
    assert same(
        good,
        [3.0, 20.0, 3.0, 20.0, 4.0, 4.0, 22.5, 15.0, 20.0, 5.0, 15.0, 6.0,
         83.5, 0.0, 83.5, 1.0, "B", ""],
    )  # fmt: skip
    assert same(
        poor,
        [2.0, 10.0, 0.0, 10.0, 2.0, 5.0, 15.0, 7.5, 0.0, 2.5, 7.5, 7.5,
         40.0, 0.0, 40.0, 2.0, "B", ""],
    )  # fmt: skip


def district_rows() -> list[Case]:
    return [row for row in cases("district") if row["年份"] == "本年"]


@pytest.mark.parametrize("given", ["row", "column"])
def test_the_district_worked_by_hand(given: str) -> None:
    rows = district_rows()
    data = [
        [cell(row[k]) for k in ("用地", "税收", "产值", "收入", "研发", "人员", "能耗", "当量")]
        for row in rows
    ]
    found = functions.call(
        "PERMU_EVALUATE",
        [
            data,
            BASELINES if given == "row" else column(BASELINES),
            column(cell(row["加分"]) for row in rows),
            column(row["不符合产业政策"] for row in rows),
            column("是" if row["总分"] else "否" for row in rows),
        ],
    )
    names = [f"{i.name}得分" for i in shenyang().indicators]
    for row, cells in zip(rows, found, strict=True):
        assert len(cells) == 2 * K + 6
        if not row["总分"]:
            assert cells == [""] * (2 * K + 6)
            continue
        wanted = [number(row[name]) for name in names]
        assert cells[K : 2 * K] == pytest.approx(wanted, abs=1e-9)
        assert cells[TOTAL] == pytest.approx(number(row["总分"]), abs=1e-9)
        assert cells[RANK] == int(row["总分排名"])
        assert cells[CLASS] == row["初步分类"]


def random_data(rows: int, seed: int) -> list[list[float | None]]:
    generator = np.random.default_rng(seed)
    data = generator.normal(60, 40, (rows, 8)).round(2).astype(object)
    data[generator.random(data.shape) < 0.1] = None
    return [list(row) for row in data]


@pytest.mark.parametrize("seed", range(5))
def test_every_column_equals_the_engine(seed: int) -> None:
    data = random_data(173, seed)
    e = evaluate(
        manual(shenyang(), *BASELINES),
        Roster.from_columns(
            {id: [row[k] for row in data] for k, id in enumerate(COLUMNS)},
            names=[f"{i:04d}" for i in range(173)],
        ),
        year=2021,
    )
    found = functions.call("PERMU_EVALUATE", [data, BASELINES])
    wanted = [
        *(r.value.tolist() for r in e.results),
        *(r.score.tolist() for r in e.results),
        e.subtotal.tolist(),
        e.bonus.total.tolist(),
        e.total.tolist(),
        e.classes.rank.tolist(),
        e.proposed.tolist(),
        notes_column(e),
    ]
    for k, expected in enumerate(wanted):
        assert [row[k] for row in found] == ["" if v != v else v for v in expected]
    scores = [row[K : 2 * K] for row in found]
    assert flat("PERMU_CLASS", scores) == [row[CLASS] for row in found]
    assert flat("PERMU_TOTAL", scores) == [row[TOTAL] for row in found]
    assert flat("PERMU_RANK", column(row[TOTAL] for row in found)) == [row[RANK] for row in found]


def test_notes() -> None:
    data = [[40, None, 800, 800, -1, 40, 0, 30]]
    note = one_row(data)[NOTE]
    assert note == (
        "缺实缴税收，亩均税收记0分；研发投入强度为负值，记0分；"
        "综合能耗为0或负数，单位能耗总产值记0分；缺实缴税收，单位污染物排放税收记0分"
    )


def one_row(data: Any, *rest: Any) -> list[Any]:
    """Return the first row of an evaluation."""
    return functions.call("PERMU_EVALUATE", [data, BASELINES, *rest])[0]


def test_an_error_concerns_its_own_figures_and_all_ranks() -> None:
    data = rows_of(GOOD, POOR)
    data[0][7] = REF  # emission: only the last indicator
    good, poor = functions.call("PERMU_EVALUATE", [data, BASELINES])
    assert good[: 2 * K] == [3.0, 20.0, 3.0, 20.0, 4.0, REF, 22.5, 15.0, 20.0, 5.0, 15.0, REF]
    assert good[SUBTOTAL:] == [REF, 0.0, REF, REF, REF, REF]
    assert poor[SUBTOTAL:] == [40.0, 0.0, 40.0, REF, REF, ""]


def test_text_in_two_figures() -> None:
    data = rows_of(GOOD, POOR)
    data[1][0], data[1][1] = "十亩", "#DIV/0!"  # land, tax
    _, poor = functions.call("PERMU_EVALUATE", [data, BASELINES])
    assert poor[:K] == [DIV0, VALUE, 0.0, 10.0, 2.0, DIV0]
    assert poor[SUBTOTAL:] == [DIV0, 0.0, DIV0, DIV0, DIV0, DIV0]


def test_text_numbers_and_percentages_of_the_same_value() -> None:
    texts = [[str(cell) for cell in GOOD], ["１０", " 20", "1,00", 200, 0, 20, 50, 4]]
    assert functions.call("PERMU_EVALUATE", [texts[:1], BASELINES])[0][TOTAL] == 83.5
    assert functions.call("PERMU_EVALUATE", [texts, BASELINES])[1][1] is VALUE  # 1,00


def test_a_firm_that_is_out_concerns_nobody() -> None:
    data = rows_of(GOOD, [REF, "x", *POOR[2:]])
    good, poor = functions.call(
        "PERMU_EVALUATE", [data, BASELINES, column([1, NA]), None, column(["是", "否"])]
    )
    assert good[TOTAL:] == [84.5, 1.0, "B", ""]
    assert poor == [""] * 18


def test_nobody_knows_whether_a_firm_is_in() -> None:
    good, poor = functions.call(
        "PERMU_EVALUATE", [[GOOD, POOR], BASELINES, None, None, column([1, NUM])]
    )
    assert good[SUBTOTAL:] == [83.5, 0.0, 83.5, NUM, NUM, ""]
    assert poor == [NUM] * 18


def test_bonus_and_flag_errors_of_an_evaluation() -> None:
    good, poor = functions.call(
        "PERMU_EVALUATE", [[GOOD, POOR], BASELINES, column([2, "x"]), column([REF, ""])]
    )
    assert good[SUBTOTAL:] == [83.5, 2.0, 85.5, VALUE, VALUE, ""]
    assert poor[SUBTOTAL:] == [40.0, VALUE, VALUE, VALUE, VALUE, ""]
    good, poor = functions.call(
        "PERMU_EVALUATE", [[GOOD, POOR], BASELINES, None, column([REF, ""])]
    )
    assert good[RANK:] == [1.0, REF, ""]
    assert poor[RANK:] == [2.0, "B", ""]


def test_blank_rows_of_an_evaluation() -> None:
    found = functions.call("PERMU_EVALUATE", [[GOOD, [None] * 8, POOR, [""] * 8], BASELINES])
    assert found[1] == found[3] == [""] * 18
    assert [row[RANK] for row in found] == [1.0, "", 2.0, ""]
    assert functions.call("PERMU_EVALUATE", [[None] * 8, BASELINES]) == [[""] * 18]


@pytest.mark.parametrize(
    ("baseline", "error"), [(0, DIV0), (-1, DIV0), (None, DIV0), ("", DIV0), ("x", VALUE), (NA, NA)]
)
def test_a_baseline_that_cannot_be_used(baseline: Any, error: Any) -> None:
    found = functions.call("PERMU_EVALUATE", [[GOOD, POOR], [baseline, *BASELINES[1:]]])
    for row in found:
        assert row[0] in (3.0, 2.0)
        assert row[K] is error
        assert isinstance(row[K + 1], float)
        assert (row[SUBTOTAL], row[TOTAL], row[RANK], row[CLASS]) == (error,) * 4
        assert row[NOTE] == ""


def test_the_emission_baseline_concerns_only_those_who_report_emission() -> None:
    data = rows_of(GOOD, [*POOR[:7], None])
    good, poor = functions.call("PERMU_EVALUATE", [data, [*BASELINES[:5], None]])
    assert (good[2 * K - 1], good[TOTAL], good[RANK]) == (DIV0, DIV0, DIV0)
    assert (poor[2 * K - 1], poor[TOTAL], poor[RANK]) == (15.0, 47.5, DIV0)


@pytest.mark.parametrize("baseline", [None, 0, NA])
def test_nobody_reports_emission(baseline: Any) -> None:
    data = [[*GOOD[:7], None], [*POOR[:7], 0]]
    good, poor = functions.call("PERMU_EVALUATE", [data, [*BASELINES[:5], baseline]])
    assert (good[2 * K - 1], good[TOTAL], good[RANK]) == (15.0, 92.5, 1.0)
    assert (poor[2 * K - 1], poor[TOTAL], poor[RANK]) == (15.0, 47.5, 2.0)


@pytest.mark.parametrize(
    "args",
    [
        (GOOD[:7], BASELINES),
        (column(GOOD), BASELINES),
        ([GOOD, GOOD[:7]], BASELINES),
        ([GOOD], BASELINES[:5]),
        ([GOOD], [BASELINES, BASELINES]),
        ([GOOD], 4),
        ([GOOD], BASELINES, [1, 2]),
        ([GOOD, POOR], BASELINES, [1, 2]),
        ([GOOD, POOR], BASELINES, 1),
        ([GOOD, POOR], BASELINES, None, "是"),
        ([GOOD, POOR], BASELINES, None, None, "是"),
        ([GOOD], BASELINES, None, None, None, ["shenyang_2021", "x"]),
        ([GOOD],),
    ],
)
def test_shapes_that_do_not_fit(args: Any) -> None:
    assert functions.call("PERMU_EVALUATE", args) == [[VALUE]]


def test_unknown_scheme() -> None:
    assert functions.call("PERMU_EVALUATE", [[GOOD], BASELINES, 1, 0, 1, "大连"]) == [[NA]]


def test_evaluation_by_another_scheme(toy_scheme: str) -> None:
    # columns 面积, 销售, 职工, 取水; values 2, 10, 4; 2/4x50, 10/8x30 = 37.5, 4/5x20
    found = functions.call(
        "PERMU_EVALUATE", [[[50, 100, 10, 25]], [4, 8, 5], 9, None, None, toy_scheme]
    )
    # bonus up to 3; ceil(0.4) = 1 firm in the upper half, floor(0.2) = 0 of them 甲
    assert found == [[2.0, 10.0, 4.0, 25.0, 37.5, 16.0, 78.5, 3.0, 81.5, 1.0, "乙", ""]]


# ---- PERMU_EXPLAIN -----------------------------------------------------------------------------


def test_the_lines_are_those_of_the_engine() -> None:
    e = evaluate(
        manual(shenyang(), *BASELINES),
        Roster.from_columns({id: [v] for id, v in zip(COLUMNS, GOOD, strict=True)}),
        year=2021,
    )
    wanted = [line.replace("（人工核定）", "（公式中给定）") for line in explain(e, 0)[1:7]]
    assert flat("PERMU_EXPLAIN", GOOD, BASELINES)[:6] == wanted


def test_the_total_line() -> None:
    assert flat("PERMU_EXPLAIN", GOOD, BASELINES, -1.5)[6] == (
        "指标得分合计：22.50 + 15.00 + 20.00 + 5.00 + 15.00 + 6.00 = 83.50分；"
        "加分-1.5分；总分82.00分。依据二（一）3（2）"
    )


def test_rows_and_columns_are_alike() -> None:
    row = functions.call("PERMU_EXPLAIN", [GOOD, BASELINES])
    assert len(row) == 7
    assert row == functions.call("PERMU_EXPLAIN", [column(GOOD), column(BASELINES), ""])
    assert row == functions.call("PERMU_EXPLAIN", [[str(v) for v in GOOD], BASELINES, 0])


def test_missing_figures_in_words() -> None:
    lines = flat("PERMU_EXPLAIN", [40, -5, *[None] * 6], BASELINES)
    assert "亩均税收为负值，记0分" in lines[0]
    assert "缺总产值，亩均总产值记0分" in lines[1]
    assert "没有污染物排放当量数据且实缴税收为空或不大于0" in lines[5]
    assert "总分0.00分" in lines[6]


def test_a_row_without_figures() -> None:
    assert functions.call("PERMU_EXPLAIN", [[None] * 8, BASELINES]) == column([""] * 7)


def test_errors_in_an_explanation() -> None:
    lines = flat("PERMU_EXPLAIN", [*GOOD[:6], "x", REF], [*BASELINES[:3], 0, *BASELINES[4:]])
    assert [isinstance(line, str) for line in lines[:3]] == [True] * 3
    assert lines[3:] == [DIV0, VALUE, REF, DIV0]
    lines = flat("PERMU_EXPLAIN", GOOD, BASELINES, NA)
    assert all(isinstance(line, str) for line in lines[:6])
    assert lines[6] is NA


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ((GOOD[:7], BASELINES), VALUE),
        (([GOOD, POOR], BASELINES), VALUE),
        ((GOOD, BASELINES[:5]), VALUE),
        ((GOOD, BASELINES, [1, 2]), VALUE),
        ((GOOD, BASELINES, 0, "大连"), NA),
        ((GOOD, None), VALUE),
    ],
)
def test_explanations_that_cannot_be_given(args: Any, error: Any) -> None:
    assert one("PERMU_EXPLAIN", *args) is error
