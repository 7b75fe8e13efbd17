"""The account of a firm's score and class: every figure is the evaluation's own."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from permu_xl.engine.evaluation import Evaluation, evaluate
from permu_xl.engine.explain.indicators import (
    baseline_text,
    basis,
    basis_column,
    explain,
    find_firm,
    indicator_line,
    notes,
    notes_column,
)
from permu_xl.engine.model.roster import Roster
from permu_xl.engine.model.scheme import (
    BaselineRule,
    Bonus,
    BonusCount,
    BonusLabel,
    Key,
    KeyKind,
    Missing,
)
from permu_xl.engine.records.adjustments import Adjustment
from permu_xl.errors import UnknownFirmError
from tests.engine.support import (
    cases,
    district,
    manual,
    number,
    plain_bonus,
    roster,
    score_roster,
    score_scheme,
    shenyang,
    toy,
    toy_rosters,
    two_stage,
    with_rule,
)

TITLE = "2021年度　沈阳市工业企业亩均综合评价（2021）（沈政办发〔2021〕27号）"
RATIO = "依据二（一）1、二（一）2、二（一）3（1）"


def evaluated(**columns: object) -> Evaluation:
    this, last = district()
    return evaluate(shenyang(), replace(this, **columns), last, year=2021)


def account(e: Evaluation, name: str) -> list[str]:
    return explain(e, find_firm(e.roster, name))


# ---- whole accounts, derived by hand -----------------------------------------------------------


def test_account_of_a_firm_of_class_b() -> None:
    assert account(evaluated(), "九厂") == [
        f"九厂（K09）　{TITLE}",
        "亩均税收：实缴税收28万元 ÷ 用地面积10亩 = 2.8万元/亩；"
        "基准值4万元/亩（上年总量法：2户合计400万元 ÷ 100亩）；"
        f"0.7 × 基本分30 = 21.00，得21.00分（上限36分）。{RATIO}",
        "亩均总产值：总产值200万元 ÷ 用地面积10亩 = 20万元/亩；"
        "基准值20万元/亩（上年总量法：2户合计2,000万元 ÷ 100亩）；"
        f"1 × 基本分15 = 15.00，得15.00分（上限18分）。{RATIO}",
        "研发投入强度：研发经费12万元 ÷ 主营业务收入1,000万元 × 100 = 1.2%；"
        "基准值3%（上年总量法：2户合计60万元 ÷ 2,000万元 × 100）；"
        f"0.4 × 基本分20 = 8.00，得8.00分（上限24分）。{RATIO}",
        "人均营业收入：主营业务收入1,000万元 ÷ 从业人员25人 = 40万元/人；"
        "基准值20万元/人（上年总量法：2户合计2,000万元 ÷ 100人）；"
        f"2 × 基本分5 = 10.00，超过上限1.2 × 5 = 6，取6.00分。{RATIO}",
        "单位能耗总产值：总产值200万元 ÷ 综合能耗100吨标准煤 = 2万元/吨标准煤；"
        "基准值4万元/吨标准煤（上年总量法：2户合计2,000万元 ÷ 500吨标准煤）；"
        f"0.5 × 基本分15 = 7.50，得7.50分（上限18分）。{RATIO}",
        "单位污染物排放税收：实缴税收28万元 ÷ 污染物排放当量7 = 4万元/当量；"
        "基准值10万元/当量（本年最高值：7户中最高）；"
        f"0.4 × 基本分15 = 6.00，得6.00分（上限18分）。{RATIO}",
        "指标得分合计：21.00 + 15.00 + 8.00 + 6.00 + 7.50 + 6.00 = 63.50分；加分2分；"
        "总分65.50分，10户参评企业中第4名。依据二（一）3（2）",
        # the best of the lower half has 54.5; 65.5 - 54.5 = 11
        "半区：前50%（10户中前5户为前半区）；总分高于线下第一户11.00分。依据二（二）",
        # keys of the upper half: 60, 50, 36, 34, 29; the line is after the second: 50 - 29 = 21
        "A类排序分：亩均税收得分21.00 + 研发投入强度得分8.00 = 29.00分，在前50%的5户中第5；"
        "名额为10户 × 15% = 1.5户，四舍五入为2户，取前2户；"
        "排序分低于线上最后一户21.00分。依据二（二）",
        "分类：前50%，未列入A类名单，为B类（二（二））",
    ]


def test_account_of_a_firm_of_class_a() -> None:
    lines = account(evaluated(), "二厂")
    # 4.8 / 4 x 30 = 36 is exactly the limit: not "above" it
    assert lines[1] == (
        "亩均税收：实缴税收48万元 ÷ 用地面积10亩 = 4.8万元/亩；"
        "基准值4万元/亩（上年总量法：2户合计400万元 ÷ 100亩）；"
        f"1.2 × 基本分30 = 36.00，得36.00分（上限36分）。{RATIO}"
    )
    assert lines[6] == (
        "单位污染物排放税收：实缴税收48万元 ÷ 污染物排放当量空；"
        "没有污染物排放当量数据、有实缴税收，单位污染物排放税收得基本分15分"
        "（上限18分）。依据二（一）3（1）"
    )
    assert lines[7:] == [
        "指标得分合计：36.00 + 18.00 + 24.00 + 6.00 + 18.00 + 15.00 = 117.00分；加分0分；"
        "总分117.00分，10户参评企业中第1名。依据二（一）3（2）",
        "半区：前50%（10户中前5户为前半区）；总分高于线下第一户62.50分。依据二（二）",
        "A类排序分：亩均税收得分36.00 + 研发投入强度得分24.00 = 60.00分，在前50%的5户中第1；"
        "名额为10户 × 15% = 1.5户，四舍五入为2户，取前2户；"
        "排序分高于线下第一户24.00分。依据二（二）",
        "分类：前50%中A类排序前2户，列为A类（二（二））",
    ]


def test_account_of_a_firm_of_class_c() -> None:
    lines = account(evaluated(), "五厂")
    # -5 / 10 = -0.5; -0.5 / 4 x 30 = -3.75
    assert lines[1] == (
        "亩均税收：实缴税收-5万元 ÷ 用地面积10亩 = -0.5万元/亩；"
        "基准值4万元/亩（上年总量法：2户合计400万元 ÷ 100亩）；"
        f"-0.125 × 基本分30 = -3.75，低于0，记0.00分；亩均税收为负值，记0分。{RATIO}"
    )
    assert lines[7:] == [
        "指标得分合计：0.00 + 6.00 + 6.00 + 2.00 + 3.00 + 0.00 = 17.00分；加分0分；"
        "总分17.00分，10户参评企业中第9名。依据二（一）3（2）",
        # the last of the upper half has 65.25; 65.25 - 17 = 48.25
        "半区：后50%（10户中前5户为前半区）；总分低于线上最后一户48.25分。依据二（二）",
        # keys of the lower half: 13.5, 12, 10.5, 3.75, 3
        "C/D类排序分：单位能耗总产值得分3.00 + 单位污染物排放税收得分0.00 = 3.00分，"
        "在后50%的5户中第5；名额为10户 × 10% = 1户，取后1户；"
        "排序分低于线上最后一户0.75分。依据二（二）",
        "分类：后50%中C/D类排序后1户，拟列为C类（二（二））",
    ]


def test_account_of_missing_figures() -> None:
    lines = account(evaluated(), "六厂")
    assert lines[1].startswith("亩均税收：实缴税收0万元 ÷ 用地面积10亩 = 0万元/亩；")
    assert "0 × 基本分30 = 0.00，得0.00分（上限36分）" in lines[1]
    assert lines[3] == (
        "研发投入强度：研发经费空 ÷ 主营业务收入1,000万元；"
        "缺研发经费，研发投入强度记0分（上限24分）。依据二（一）3（1）"
    )
    assert lines[6] == (
        "单位污染物排放税收：实缴税收0万元 ÷ 污染物排放当量0；"
        "没有污染物排放当量数据且实缴税收为空或不大于0，单位污染物排放税收记0分"
        "（上限18分）。依据二（一）3（1）"
    )
    # 六厂 is flagged, but 3.75 is above the line at 3
    assert lines[9].endswith("在后50%的5户中第4；名额为10户 × 10% = 1户，取后1户；"
                             "排序分高于线下第一户0.75分。依据二（二）")  # fmt: skip
    assert lines[10] == "分类：后50%，未列入C/D类名单，为B类（二（二））"


def test_account_of_absurd_figures() -> None:
    e = evaluate(
        manual(shenyang(), 4, 20, 3, 20, 4, 10), roster([1e-300, 40, 0, 0, 0, 1, 1, 4]), year=2021
    )
    assert "× 基本分30 = 3e+302，超过上限1.2 × 30 = 36，取36.00分" in explain(e, 0)[1]


def test_account_of_firms_that_are_out() -> None:
    e = evaluated()
    assert account(e, "矿业") == [
        f"矿业（K11）　{TITLE}",
        "行业代码0610属采矿业，不纳入评价（二）",
        "不参评，没有得分和分类。",
    ]
    assert account(e, "十二厂")[1].startswith("2020-01-01投产，晚于2019-12-31")


def test_account_of_a_firm_let_in() -> None:
    included = district()[0].included.copy()
    included[11] = 1
    e = evaluated(included=included)
    lines = account(e, "十二厂")
    said = (
        "“是否参评”填“是”，予以参评（按规则本应不参评：2020-01-01投产，晚于2019-12-31，"
        "到2021年12月31日未满2年，暂不纳入评价（二））"
    )
    assert lines[1] == said
    assert lines[-1].endswith(f"；{said}")
    assert len(lines) == 12


def test_account_of_a_flag_and_an_adjustment() -> None:
    this, last = district()
    flags = {"off_policy": np.array([k == 4 for k in range(12)])}
    decision = Adjustment("K05", "五厂", "B", "已停产整改", "专班〔2022〕1号")
    e = evaluate(shenyang(), replace(this, flags=flags), last, year=2021, adjustments=[decision])
    assert account(e, "五厂")[-1] == (
        "分类：后50%中C/D类排序后1户，且不符合产业政策，拟列为D类（二（二））；"
        "调整为B类（已停产整改，专班〔2022〕1号）"
    )


@pytest.mark.parametrize(
    ("reason", "document", "text"),
    [
        ("停产", "", "；调整为D类（停产）"),
        ("", "1号文", "；调整为D类（1号文）"),
        ("", "", "；调整为D类"),
    ],
)
def test_grounds_of_an_adjustment(reason: str, document: str, text: str) -> None:
    this, last = district()
    decision = Adjustment("K05", "五厂", "D", reason, document)
    e = evaluate(shenyang(), this, last, year=2021, adjustments=[decision])
    assert basis(e, 4) == f"后50%中C/D类排序后1户，拟列为C类（二（二））{text}"


# ---- figures are the evaluation's own ----------------------------------------------------------


def points(text: str) -> list[float]:
    return [float(found) for found in re.findall(r"-?\d+\.\d\d(?!\d)", text)]


@pytest.mark.parametrize("firm", range(10))
def test_figures_in_the_lines(firm: int) -> None:
    e = evaluated()
    lines = explain(e, firm)
    for result, line in zip(e.results, lines[1:], strict=False):
        figures, rest = line.removeprefix(f"{result.indicator.name}：").split("；", 1)
        raw = [number(x.replace(",", "")) for x in re.findall(r"-?[\d,]+(?:\.\d+)?", figures)]
        given = [result.numerator[firm], result.denominator[firm]]
        assert raw[:2] == [x for x in given if not np.isnan(x)][:2]
        if np.isnan(result.value[firm]):
            assert "基准值" not in line
            continue
        assert raw[-1] == pytest.approx(result.value[firm], abs=1e-6)
        ratio = float(re.search(r"；(-?[\d.]+) × 基本分", rest).group(1))  # type: ignore[union-attr]
        assert ratio == pytest.approx(result.value[firm] / result.baselines[0].value, abs=1e-6)
        assert points(rest)[-1] == pytest.approx(result.score[firm], abs=0.005)
        baseline = float(re.match(r"基准值([\d.,]+)", rest).group(1))  # type: ignore[union-attr]
        assert baseline == pytest.approx(result.baselines[0].value, abs=1e-6)
    shown = points(lines[7])
    scores = [result.score[firm] for result in e.results]
    assert shown == pytest.approx([*scores, e.subtotal[firm], e.total[firm]], abs=0.005)
    assert f"第{e.classes.rank[firm]}名" in lines[7]
    picked = e.classes.units[0].picked[0 if e.classes.section[firm] == 0 else 1]
    parts = [r.score[firm] for r in e.results if r.indicator.id in picked.selection.key.ids]
    assert points(lines[9])[:3] == pytest.approx([*parts, picked.key[firm]], abs=0.005)
    assert f"第{picked.ordering.firms.tolist().index(firm) + 1}；" in lines[9]
    assert f"为{e.proposed[firm]}类" in lines[10]


def test_every_line_of_a_participant_names_its_clause() -> None:
    e = evaluated()
    for firm in range(10):
        assert all("二（" in line for line in explain(e, firm)[1:])


# ---- sums, rounding, bonus ---------------------------------------------------------------------


def total_line(scores: list[float], bonus: Bonus | None = None, **columns: object) -> str:
    scheme = score_scheme() if bonus is None else replace(score_scheme(), bonus=bonus)
    e = evaluate(scheme, score_roster([scores], **columns), year=2021)
    return explain(e, 0)[7]


def test_a_sum_that_does_not_add_up_as_shown_says_so() -> None:
    # 3 x 10.004 = 30.012, but 3 x 10.00 = 30.00
    assert total_line([10.004, 10.004, 10.004, 0, 0, 0]).startswith(
        "指标得分合计：10.00 + 10.00 + 10.00 + 0.00 + 0.00 + 0.00 ≈ 30.01分"
        "（按未取整的得分相加）；加分0分；总分30.01分，"
    )


def test_a_sum_that_adds_up_as_shown_is_an_equation() -> None:
    # 10.004 + 10.006 = 20.01 and 10.00 + 10.01 = 20.01
    assert " + 0.00 = 20.01分；" in total_line([10.004, 10.006, 0, 0, 0, 0])


def test_a_key_that_does_not_add_up_as_shown_says_so() -> None:
    # 10.004 + 10.004 = 20.008, shown 20.01
    e = evaluate(score_scheme(), score_roster([[10.004, 0, 10.004, 0, 0, 0], [0] * 6]), year=2021)
    assert (
        "A类排序分：亩均税收得分10.00 + 研发投入强度得分10.00 ≈ 20.01分（按未取整的得分相加），"
        in explain(e, 0)[9]
    )


def test_points_are_shown_half_up_as_in_a_spreadsheet() -> None:
    # binary 1.005 is a little less than 1.005, and 2.675 a little less than 2.675
    assert "：1.01 + 2.68 + 0.00" in total_line([1.005, 2.675, 0, 0, 0, 0])


TABLE = {"示范": BonusLabel("示范", 2.0, "五"), "处罚": BonusLabel("处罚", -3.0, "五")}


@pytest.mark.parametrize(
    ("direct", "labels", "cap", "text"),
    [
        (None, "", None, "加分0分"),
        (2.5, "", None, "加分2.5分"),
        (-3, "", None, "加分-3分"),
        (None, "示范", None, "加分：直接加分0 + 加分项2，计2分"),
        (1, "示范", None, "加分：直接加分1 + 加分项2，计3分"),
        (1, "处罚", 2, "加分：直接加分1 + 加分项-3，计-2分"),
        (0.5, "示范", 3, "加分：直接加分0.5 + 加分项2，计2.5分"),  # below the limit
        (1, "示范", 3, "加分：直接加分1 + 加分项2，计3分"),  # at the limit
        (1.5, "示范", 3, "加分：直接加分1.5 + 加分项2，超过上限3，计3分"),  # above
        (5, "", 3, "加分：直接加分5，超过上限3，计3分"),
    ],
)
def test_bonus_in_words(direct: float | None, labels: str, cap: float | None, text: str) -> None:
    line = total_line(
        [10, 0, 0, 0, 0, 0],
        plain_bonus(TABLE, cap),
        bonus_points=[direct],
        bonus_labels=[labels],
    )
    assert f"= 10.00分；{text}；总分" in line


# ---- lines and quotas --------------------------------------------------------------------------


def ladder(n: int) -> Roster:
    """N firms whose totals and both keys fall from firm to firm."""
    return score_roster(
        [[(n - k) / 10, 0, 0, 0, (n - k) / 10, 0] for k in range(n)],
        codes=[f"K{k:02d}" for k in range(n)],
    )


def quota_text(n: int, firm: int, **changes: object) -> str:
    rule = two_stage(score_scheme())
    selections = tuple(replace(s, **changes) for s in rule.selections)
    scheme = with_rule(score_scheme(), replace(rule, selections=selections))
    line = explain(evaluate(scheme, ladder(n), year=2021), firm)[9]
    return re.search(r"名额为.*?户；", line).group(0)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("n", "firm", "changes", "text"),
    [
        (20, 0, {}, "名额为20户 × 15% = 3户，取前3户；"),
        (20, 19, {}, "名额为20户 × 10% = 2户，取后2户；"),
        (7, 0, {}, "名额为7户 × 15% = 1.05户，四舍五入为1户，取前1户；"),
        (3, 0, {}, "名额为3户 × 15% = 0.45户，四舍五入为0户，取前0户；"),
        (7, 6, {"rounding": "ceil"}, "名额为7户 × 10% = 0.7户，进一为1户，取后1户；"),
        (7, 6, {"rounding": "floor"}, "名额为7户 × 10% = 0.7户，舍去小数为0户，取后0户；"),
        (8, 0, {"share": Fraction("0.125")}, "名额为8户 × 12.5% = 1户，取前1户；"),
        (
            3,
            0,
            {"share": Fraction("0.5"), "rounding": "ceil"},
            "名额为3户 × 50% = 1.5户，进一为2户，该半区只有1户，取前1户；",
        ),
    ],
)
def test_quota_in_words(n: int, firm: int, changes: dict[str, object], text: str) -> None:
    assert quota_text(n, firm, **changes) == text


def test_no_line_where_nobody_is_taken() -> None:
    lines = explain(evaluate(score_scheme(), ladder(1), year=2021), 0)
    assert lines[8] == "半区：后50%（1户中前0户为前半区）；没有分界线。依据二（二）"
    assert "取后0户；没有分界线。" in lines[9]


def test_firms_equal_at_the_line() -> None:
    same = score_roster([[10, 0, 0, 0, 0, 0]] * 4, codes=["K1", "K2", "K3", "K4"])
    e = evaluate(score_scheme(), same, year=2021)
    tied = "与分界线另一侧企业的总分相同，按次序规则分开"
    assert tied in explain(e, 1)[8]
    assert tied in explain(e, 2)[8]
    assert "与分界线另一侧企业的排序分相同，按次序规则分开" in explain(e, 1)[9]


def test_the_halves_are_named_after_the_share() -> None:
    rule = replace(two_stage(score_scheme()), upper_share=Fraction("0.4"))
    e = evaluate(with_rule(score_scheme(), rule), ladder(10), year=2021)
    assert explain(e, 0)[8].startswith("半区：前40%（10户中前4户为前半区）；")
    assert "在前40%的4户中第1；" in explain(e, 0)[9]
    assert basis(e, 5) == "后60%，未列入C/D类名单，为B类（二（二））"


def test_a_half_without_selection() -> None:
    rule = two_stage(score_scheme())
    only = replace(rule, selections=rule.selections[:1])
    e = evaluate(with_rule(score_scheme(), only), ladder(10), year=2021)
    assert basis(e, 9) == "后50%，未列入任何名单，为B类（二（二））"
    assert len(explain(e, 9)) == 10


# ---- baselines in words ------------------------------------------------------------------------


def baseline_of(method: str, year: str, manual_value: float | None = None) -> str:
    this, last = district()
    tax = shenyang().indicators[0]
    rule = BaselineRule(method, year, "二（一）2", manual_value)  # type: ignore[arg-type]
    scheme = manual(shenyang(), 4, 20, 3, 20, 4, 10)
    scheme = scheme.with_indicators((replace(tax, baseline=rule), *scheme.indicators[1:]))
    return baseline_text(evaluate(scheme, this, last, year=2021).results[0].baselines[0], scheme)


@pytest.mark.parametrize(
    ("method", "year", "value", "text"),
    [
        # last year: 100/40 = 2.5 and 300/60 = 5
        ("mean", "previous", None, "3.75万元/亩（上年企业均值：2户平均）"),
        ("max", "previous", None, "5万元/亩（上年最高值：2户中最高）"),
        # this year: taxes 40+48+20+32-5+0+24+16+28+12 = 215 on 100 mu
        ("aggregate", "current", None, "2.15万元/亩（本年总量法：10户合计215万元 ÷ 100亩）"),
        ("manual", "current", 3.14159, "3.14159万元/亩（人工核定）"),
        ("manual", "current", 1234.5, "1,234.5万元/亩（人工核定）"),
        ("manual", "current", 4e-7, "0.0000004万元/亩（人工核定）"),
    ],
)
def test_baseline_in_words(method: str, year: str, value: float | None, text: str) -> None:
    assert baseline_of(method, year, value) == text


def test_the_caller_may_know_the_origin_better() -> None:
    result = evaluated().results[0]
    assert baseline_text(result.baselines[0], shenyang(), "由公式给出") == "4万元/亩（由公式给出）"
    line = indicator_line(shenyang(), result, 8, origin="由公式给出")
    assert "；基准值4万元/亩（由公式给出）；0.7 × 基本分30 = 21.00，" in line


def test_baseline_that_nobody_needs() -> None:
    this = roster([10, 40, 200, 1000, 30, 50, 50, None])
    e = evaluate(shenyang(), this, district()[1], year=2021)
    text = baseline_text(e.results[5].baselines[0], shenyang())
    assert text == "不需要（没有企业报告该项数据）"


# ---- columns for all firms ---------------------------------------------------------------------


def test_columns_say_what_single_firms_say() -> None:
    this, last = district()
    included = this.included.copy()
    included[[3, 11]] = (0, 1)
    flags = {"off_policy": np.array([k % 2 == 0 for k in range(12)])}
    decisions = [Adjustment("K01", "", "B"), Adjustment("K07", "", "C", "停产")]
    for adjustments in ((), decisions):
        e = evaluate(
            shenyang(),
            replace(this, included=included, flags=flags),
            last,
            year=2021,
            adjustments=adjustments,
        )
        assert basis_column(e) == [basis(e, k) for k in range(12)]
        assert notes_column(e) == [notes(e, k) for k in range(12)]


def test_firms_let_in_are_not_taken_for_each_other() -> None:
    figures = (10, 40, 200, 1000, 30, 50, 50, 4)
    this = roster(
        *[figures] * 14,
        codes=[f"K{k:02d}" for k in range(14)],
        industries=["0610", "4420", "", "0610"] + [""] * 10,
        included=[1, 1, 0, 0] + [-1] * 10,
    )
    decisions = [Adjustment(f"K{k:02d}", "", "B", f"理由{k}") for k in (12, 13)]
    e = evaluate(shenyang(), this, district()[1], year=2021, adjustments=decisions)
    found = basis_column(e)
    assert found == [basis(e, k) for k in range(14)]
    assert "采矿业" in found[0]
    assert "电力供应" in found[1]
    assert found[2] == "“是否参评”填“否”，不参评"
    assert "采矿业" in found[3]
    assert found[13].endswith("；调整为B类（理由13）")


def test_basis_of_the_district() -> None:
    found = basis_column(evaluated())
    listed = "前50%中A类排序前2户，列为A类（二（二））"
    upper, lower = "前50%，未列入A类名单", "后50%，未列入C/D类名单"
    as_b = "，为B类（二（二））"
    assert found[:10] == [
        listed,
        listed,
        lower + as_b,
        lower + as_b,
        "后50%中C/D类排序后1户，拟列为C类（二（二））",
        lower + as_b,
        upper + as_b,
        upper + as_b,
        upper + as_b,
        lower + as_b,
    ]
    assert found[10] == "行业代码0610属采矿业，不纳入评价（二）"


def test_notes_of_the_district_are_those_by_hand() -> None:
    expected = [row["提示"] for row in cases("district") if row["年份"] == "本年"]
    assert notes_column(evaluated()) == expected


def test_columns_of_nobody() -> None:
    e = evaluate(shenyang(), roster(), district()[1], year=2021)
    assert basis_column(e) == notes_column(e) == []


# ---- finding a firm ----------------------------------------------------------------------------


def firms() -> Roster:
    return Roster.from_columns(
        {},
        names=["沈阳甲厂", "沈阳乙厂", "甲厂", "丙厂", "丙厂", "丁K1厂"],
        codes=["K1", "k2", "", "K4", "K5", "K6"],
    )


@pytest.mark.parametrize(
    ("text", "firm"),
    [
        ("K1", 0),  # the code comes before a name that contains it
        ("k1", 0),
        (" K2 ", 1),
        ("甲厂", 2),  # the full name comes before names that contain it
        ("沈阳甲", 0),
        ("乙", 1),
        ("K5", 4),
        ("丁", 5),
    ],
)
def test_find_firm(text: str, firm: int) -> None:
    assert find_firm(firms(), text) == firm


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("戊厂", "没有找到企业“戊厂”，请核对统一社会信用代码或企业名称"),
        ("", "没有找到企业“”，请核对统一社会信用代码或企业名称"),
        ("  ", "没有找到企业“”，请核对统一社会信用代码或企业名称"),
        ("丙厂", "“丙厂”对应多户企业：丙厂（K4）、丙厂（K5），请写全名或代码"),
        ("沈阳", "“沈阳”对应多户企业：沈阳甲厂（K1）、沈阳乙厂（k2），请写全名或代码"),
        (
            "厂",
            "“厂”对应多户企业：沈阳甲厂（K1）、沈阳乙厂（k2）、甲厂、丙厂（K4）、丙厂（K5）等6户，"
            "请写全名或代码",
        ),
    ],
)
def test_find_firm_without_or_with_too_many_answers(text: str, message: str) -> None:
    with pytest.raises(UnknownFirmError) as caught:
        find_firm(firms(), text)
    assert str(caught.value) == message


def test_five_candidates_are_all_named() -> None:
    five = Roster.from_columns({}, names=[f"{k}厂" for k in range(5)])
    with pytest.raises(UnknownFirmError, match="：0厂、1厂、2厂、3厂、4厂，请写全名或代码"):
        find_firm(five, "厂")


# ---- a scheme unlike Shenyang's ----------------------------------------------------------------


def test_account_under_another_scheme() -> None:
    this, last = toy_rosters()
    e = evaluate(toy(), this, last, year=2030)
    assert account(e, "三号") == [
        "三号　2030年度　某开发区企业评价（某管发〔2030〕1号）",
        # 60/40 = 1.5; 1.5/3 x 50 = 25
        "单位面积销售额：销售额60万元 ÷ 建筑面积40平方米 = 1.5万元/平方米；"
        "基准值3万元/平方米（上年企业均值：2户平均）；"
        "0.5 × 基本分50 = 25.00，得25.00分（上限50分）。依据三1、三2、四",
        "人均销售额：销售额60万元 ÷ 职工5人 = 12万元/人；"
        "基准值12万元/人（本年总量法：5户合计600万元 ÷ 50人）；"
        "1 × 基本分30 = 30.00，得30.00分（上限45分）。依据三1、三2、四",
        "单位取水销售额：销售额60万元 ÷ 取水量20吨 = 3万元/吨；基准值5万元/吨（人工核定）；"
        "0.6 × 基本分20 = 12.00，得12.00分（上限40分）。依据三1、三2、四",
        "指标得分合计：25.00 + 30.00 + 12.00 = 67.00分；"
        "加分：直接加分2 + 加分项2，超过上限3，计3分；总分70.00分，5户参评企业中第4名。依据五",
        # the last of the upper half has 84.3
        "半区：后60%（5户中前2户为前半区）；总分低于线上最后一户14.30分。依据六1",
        # keys 20, 12, 4: the line is after the first
        "丙类排序分：单位取水销售额得分12.00 = 12.00分，在后60%的3户中第2；"
        "名额为5户 × 25% = 1.25户，进一为2户，取后2户；"
        "排序分低于线上最后一户8.00分。依据六4",
        "分类：后60%中丙类排序后2户，列为丙类（六4）",
    ]
    assert "，未列入甲类名单，为乙类（六2）" in account(e, "四号")[-1]
    # 0.5/3 x 50 = 8.33..., and the scheme rounds every score to one decimal
    assert (
        "；0.166667 × 基本分50 = 8.33，四舍五入到1位小数，得8.30分（上限50分）。"
        in account(e, "五号")[1]
    )


# ---- other forms, rules and keys ---------------------------------------------------------------


def tax_line(figures: tuple[float | None, float | None], **changes: object) -> str:
    """The line about tax per mu against 4, of two firms of which the second has 3."""
    scheme = manual(shenyang(), 4, 20, 3, 20, 4, 10)
    tax, *others = scheme.indicators
    scheme = scheme.with_indicators((replace(tax, **changes), *others))  # type: ignore[arg-type]
    this = roster((*figures, *[1] * 6), (10, 30, *[1] * 6))
    return explain(evaluate(scheme, this, year=2021), 0)[1]


@pytest.mark.parametrize(
    ("form", "tax", "text"),
    [
        ("mirrored", 32, "（2 − 0.8） × 基本分30 = 36.00，得36.00分（上限36分）。"),  # at the cap
        ("mirrored", 20, "（2 − 0.5） × 基本分30 = 45.00，超过上限1.2 × 30 = 36，取36.00分。"),
        ("mirrored", 80, "（2 − 2） × 基本分30 = 0.00，得0.00分（上限36分）。"),
        ("mirrored", 90, "（2 − 2.25） × 基本分30 = -7.50，低于0，记0.00分。"),
        ("mirrored", 0, "（2 − 0） × 基本分30 = 60.00，超过上限1.2 × 30 = 36，取36.00分。"),
        ("mirrored", -1, "亩均税收低于0，记0.00分；亩均税收为负值，记0分。"),
        ("reciprocal", 50, "0.8 × 基本分30 = 24.00，得24.00分（上限36分）。"),
        ("reciprocal", 20, "2 × 基本分30 = 60.00，超过上限1.2 × 30 = 36，取36.00分。"),
        ("reciprocal", 0, "亩均税收为0，取上限36.00分。"),
        ("reciprocal", -1, "亩均税收低于0，记0.00分；亩均税收为负值，记0分。"),
    ],
)
def test_forms_in_words(form: str, tax: float, text: str) -> None:
    assert f"基准值4万元/亩（人工核定）；{text}依据" in tax_line((10, tax), form=form)


@pytest.mark.parametrize(
    ("rule", "figures", "text"),
    [
        (
            Missing("land", "full", False, "四5"),
            (None, 40),
            "实缴税收40万元 ÷ 用地面积空；"
            "没有用地面积数据，亩均税收得基本分30分（上限36分）。依据四5",
        ),
        (
            Missing("tax", "full", True, "四5"),  # 0 / 10 could be computed, but does not count
            (10, 0),
            "实缴税收0万元 ÷ 用地面积10亩；"
            "没有实缴税收数据，亩均税收得基本分30分（上限36分）。依据四5",
        ),
        (
            Missing("land", "average", False, "四5"),
            (None, 40),
            "实缴税收40万元 ÷ 用地面积空；"
            "没有用地面积数据，亩均税收按有数据企业的平均得分计22.50分（上限36分）。依据四5",
        ),
        (
            Missing("land", "penalty", False, "四5", 3.0),
            (0, 40),  # a rule, but not for 0
            "实缴税收40万元 ÷ 用地面积0亩；"
            "用地面积为0或负数，亩均税收记0分（上限36分）。依据二（一）3（1）",
        ),
    ],
)
def test_missing_figures_in_words(
    rule: Missing, figures: tuple[float | None, float | None], text: str
) -> None:
    assert tax_line(figures, missing=rule) == f"亩均税收：{text}"


def test_a_deduction_is_subtracted_in_the_sum() -> None:
    scheme = manual(shenyang(), 4, 20, 3, 20, 4, 10)
    rule = Missing("energy", "penalty", True, "四", 3.0)
    scheme = scheme.with_indicators(
        tuple(
            replace(i, missing=rule) if i.denominator == "energy" else i for i in scheme.indicators
        )
    )
    line = explain(evaluate(scheme, roster((10, 40, 200, 1000, 30, 50, None, 4)), year=2021), 0)[7]
    assert line.startswith("指标得分合计：30.00 + 15.00 + 20.00 + 5.00 − 3.00 + 15.00 = 82.00分；")


@pytest.mark.parametrize(
    ("kind", "ids", "text"),
    [
        (
            "columns", ("tax",),
            "A类排序值：实缴税收50万元，在前50%的5户中第1；名额为10户 × 15% = 1.5户，"
            "四舍五入为2户，取前2户；排序值高于线下第一户2.5万元。",
        ),
        (
            "values", ("rd_intensity",),
            "A类排序值：研发投入强度3%，在前50%的5户中第1；名额为10户 × 15% = 1.5户，"
            "四舍五入为2户，取前2户；与分界线另一侧企业的排序值相同，按次序规则分开。",
        ),
        (
            "columns", ("tax", "emission"),
            "A类排序值：实缴税收50万元 + 污染物排放当量空（按0计） = 50，在前50%的5户中第1；"
            "名额为10户 × 15% = 1.5户，四舍五入为2户，取前2户；排序值高于线下第一户2.5。",
        ),
    ],
)  # fmt: skip
def test_keys_of_raw_figures_in_words(kind: KeyKind, ids: tuple[str, ...], text: str) -> None:
    rule = two_stage(shenyang())
    best, last = rule.selections
    changed = replace(rule, selections=(replace(best, key=Key(kind, ids)), last))
    scheme = with_rule(manual(shenyang(), 4, 20, 3, 20, 4, 10), changed)
    # taxes 50, 48.75, 47.5 ... on 10 mu; all else alike
    this = roster(
        *[(10, 50 - 1.25 * k, 200, 1000, 30, 50, 50, None) for k in range(10)],
        codes=[f"K{k}" for k in range(10)],
    )
    # capped scores are alike down to 48: what is not, is tax above it
    lines = explain(evaluate(scheme, this, year=2021), 0)
    assert lines[9].startswith(text)


@pytest.mark.parametrize(
    ("free", "points", "cap", "deduction_cap", "text"),
    [
        (1, -2, None, None, "加分：直接加分0 + 出租-6，计-6分"),
        (1, -2, None, 6.5, "加分：直接加分0 + 出租-6，计-6分"),  # below the limit
        (1, -2, None, 6, "加分：直接加分0 + 出租-6，计-6分"),  # at
        (1, -2, None, 5.5, "加分：直接加分0 + 出租-6，超过扣分上限5.5，计-5.5分"),  # above
        (1, -2, None, 0, "加分：直接加分0 + 出租-6，超过扣分上限0，计0分"),
        (4, -2, None, None, "加分0分"),  # nothing beyond the free part
        (2, 3, 5, None, "加分：直接加分0 + 出租6，超过上限5，计5分"),
    ],
)
def test_deductions_in_words(
    free: float, points: float, cap: float | None, deduction_cap: float | None, text: str
) -> None:
    count = BonusCount("letting", "出租", "land", free, points, "五")  # of 4 mu of land
    bonus = Bonus({}, {}, (count,), cap, deduction_cap, "五")
    base = manual(shenyang(), 4, 20, 3, 20, 4, 10)
    e = evaluate(replace(base, bonus=bonus), roster((4, *[1] * 7)), year=2021)
    assert f"；{text}；总分" in explain(e, 0)[7]
