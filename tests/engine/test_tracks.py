"""A scheme that uses every piece at once: toy_tracks.toml, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from permu_xl.engine.checks.figures import check_rosters
from permu_xl.engine.checks.outcome import review
from permu_xl.engine.evaluation import Evaluation, evaluate
from permu_xl.engine.explain.indicators import (
    basis,
    basis_column,
    explain,
    find_firm,
    notes,
    notes_column,
)
from tests.engine.support import places, tracks_rosters, tracks_scheme

TITLE = "2030年度　某新区企业评价（某新发〔2030〕2号）"
ALL = "依据三1、三2、四"
TAX = "基准值2万元/亩（上年总量法的2倍：2户合计100万元 ÷ 100亩，再乘2）"


def evaluated() -> Evaluation:
    return evaluate(tracks_scheme(), *tracks_rosters(), year=2030)


def account(name: str) -> list[str]:
    e = evaluated()
    return explain(e, find_firm(e.roster, name))


# ---- figures -----------------------------------------------------------------------------------


def test_baselines() -> None:
    found = {b.name: b.value for b in evaluated().baselines}
    # last year: (60 + 40) / (40 + 60) = 1, twice that; the power station is out
    assert found.pop("亩均税收") == 2
    # by hand: for foods and machines, one figure for all the rest
    assert found.pop("单位销售能耗（食品）") == 2
    assert found.pop("单位销售能耗（机械）") == 4
    assert found.pop("单位销售能耗（其他）") == 5
    # means by zone: 己 alone has 5/50 x 100; the east has 10, 20, 30 and 20
    assert found.pop("单位销售固废（西区）") == 10
    assert found.pop("单位销售固废（东区）") == 20
    # the highest of 40, 20 and 10
    assert found.pop("亩均销售") == 40
    assert found == {}


NAN = np.nan


@pytest.mark.parametrize(
    ("row", "scores"),
    [
        # value / baseline x 60, at most 1.5 x 60
        (0, [72, 30, 60, 90, 0, 30, 60, NAN, 30, 60, 15, 6]),
        # (2 - v) x 25, at most 30: v is 0.5, 1, 2.5, no figure (0), 1.25, 1 and 1
        (1, [30, 25, 0, -3, 18.75, 25, 25, NAN, *[NAN] * 4]),
        # 1 / v x 15, at most 30: v is 0.5, 1, -, 1.5, 1, 1, -; (30 + 15 + 10 + 15 + 15) / 5 = 17
        (2, [30, 15, 17, 10, 15, 15, 17, NAN, *[NAN] * 4]),
        # value / 40 x 40, at most 40; no sales: the weight
        (3, [*[NAN] * 8, 40, 20, 40, 10]),
    ],
)
def test_scores(row: int, scores: list[float]) -> None:
    assert evaluated().results[row].score == pytest.approx(scores, abs=1e-12, nan_ok=True)


def test_totals() -> None:
    e = evaluated()
    subtotal = [132, 70, 77, 97, 33.75, 70, 102, NAN, 70, 80, 55, 16]
    assert e.subtotal == pytest.approx(subtotal, nan_ok=True)
    # 甲: the better honour 3, brands 2.5 limited to 2, 5 % of 132 = 6.6; 11.6 limited to 6
    # 乙: -4 and -2 for each of 3 tenants beyond the first: -10 limited to -8
    # 丁: 1 and 5 % of 97 = 4.85
    assert e.bonus.total == pytest.approx([6, -8, 0, 5.85, *[0] * 8])
    total = [138, 62, 77, 102.85, 33.75, 70, 102, NAN, 70, 80, 55, 16]
    assert e.total == pytest.approx(total, nan_ok=True)


def test_units_ranks_and_classes() -> None:
    e = evaluated()
    assert [(unit.name, unit.size) for unit in e.classes.units] == [
        ("规上、西区", 1),
        ("规上、东区", 5),
        ("规下", 4),
    ]
    assert e.classes.unit.tolist() == [1, 1, 1, 1, 1, 0, -1, -1, 2, 2, 2, 2]
    assert e.classes.rank.tolist() == [1, 4, 3, 2, 5, 1, 0, 0, 2, 1, 3, 4]
    # east: A to 0.2 x 5 = 1, B to 3.5 or 4, C to 4.5 or 4: nobody, then D
    # west: A to 0.2 or 1; below size: A 0.8 or 1 by tax, C/D 1 by sales per mu, where 寅 has none
    assert "".join(x or "-" for x in e.classes.by_place) == "ABBBDA--BADB"
    # 甲 had an accident, 乙 has made up for its own, 戊 is building
    assert "".join(e.proposed) == "CBBBCASTBADB"
    assert e.classes.guard.tolist() == [0, -1, -1, -1, 1, -1, -1, -1, -1, -1, -1, -1]
    assert e.participants == 10
    assert [e.count(letter) for letter in e.scheme.letters] == [2, 5, 2, 1, 1, 1]


def test_sort_keys() -> None:
    keys = evaluated().classes.keys
    assert keys["A"] == pytest.approx([*[NAN] * 8, 10, 20, 5, 2], nan_ok=True)
    assert keys["C/D"] == pytest.approx([*[NAN] * 8, 40, 20, 0, 10], nan_ok=True)


def test_findings() -> None:
    e = evaluated()
    # 子 is marked as against the policy, but stands in the upper half; guards move 甲 and 戊
    assert places(review(e)) == ["1:H321", "5:H321", "9:H304"]
    # below size nobody is asked for a zone, energy or waste; an energy of 0 is questioned (丁)
    found = check_rosters(e.scheme, e.roster, e.previous, year=2030)
    # the land of 子 is 10 after 60; 辛, ten times off, is out
    assert places(f for f in found if f.code not in ("W206", "H213")) == ["4:W222", "9:H244"]


# ---- accounts in words -------------------------------------------------------------------------


def test_account_with_a_veto() -> None:
    assert account("甲厂") == [
        f"甲厂（K01）　{TITLE}",
        f"亩均税收：税收24万元 ÷ 用地10亩 = 2.4万元/亩；{TAX}；"
        f"1.2 × 基本分60 = 72.00，得72.00分（上限90分）。{ALL}",
        "单位销售能耗：能耗1吨标准煤 ÷ 销售100万元 × 100 = 1吨标准煤/百万元；"
        "基准值2吨标准煤/百万元（食品，人工核定）；"
        f"（2 − 0.5） × 基本分25 = 37.50，超过上限1.2 × 25 = 30，取30.00分。{ALL}",
        "单位销售固废：固废10吨 ÷ 销售100万元 × 100 = 10吨/百万元；"
        "基准值20吨/百万元（东区，本年企业均值：4户平均）；"
        f"2 × 基本分15 = 30.00，得30.00分（上限30分）。{ALL}",
        "指标得分合计：72.00 + 30.00 + 30.00 = 132.00分；"
        "加分：直接加分0 + 加分项11.6，超过上限6，计6分；"
        "总分138.00分，规上、东区的5户中第1名。依据五",
        # 138 - 102.85
        "位次：5户中A类到第1名（5户 × 20% = 1），B类到第4名（5户 × 70% = 3.5，四舍五入），"
        "C类没有名额（5户 × 90% = 4.5，舍去小数），其余为D类；"
        "A类与以下各类的分界：总分高于线下第一户35.15分。依据六1",
        "分类：规上、东区，总分在5户中排第1名，第1名（到20%）列为A类（六1）；"
        "一票否决（发生安全事故），不高于C类，改为C类（七1）",
    ]


def test_account_with_a_deduction() -> None:
    lines = account("乙厂")
    assert lines[4] == (
        "指标得分合计：30.00 + 25.00 + 15.00 = 70.00分；"
        "加分：直接加分0 + 加分项-4 + 厂房出租-6，超过扣分上限8，计-8分；"
        "总分62.00分，规上、东区的5户中第4名。依据五"
    )
    # an accident that has been made up for
    assert lines[6] == "分类：规上、东区，总分在5户中排第4名，第2至4名（到70%）列为B类（六1）"


def test_account_without_figures() -> None:
    lines = account("丙厂")
    assert lines[2].endswith(
        "；基准值5吨标准煤/百万元（其他，人工核定）；"
        f"（2 − 2.5） × 基本分25 = -12.50，低于0，记0.00分。{ALL}"
    )
    assert lines[3] == (
        "单位销售固废：固废空 ÷ 销售100万元；"
        "没有固废数据，单位销售固废按有数据企业的平均得分计17.00分（上限30分）。依据四3"
    )
    lines = account("丁厂")
    assert lines[2] == (
        "单位销售能耗：能耗0吨标准煤 ÷ 销售100万元；"
        "没有能耗数据，单位销售能耗扣3分（上限30分）。依据四2"
    )
    assert "；0.666667 × 基本分15 = 10.00，得10.00分（上限30分）。" in lines[3]
    assert lines[4:] == [
        "指标得分合计：90.00 − 3.00 + 10.00 = 97.00分；加分：直接加分1 + 加分项4.85，计5.85分；"
        "总分102.85分，规上、东区的5户中第2名。依据五",
        # 138 - 102.85 and 102.85 - 33.75
        "位次：5户中A类到第1名（5户 × 20% = 1），B类到第4名（5户 × 70% = 3.5，四舍五入），"
        "C类没有名额（5户 × 90% = 4.5，舍去小数），其余为D类；"
        "A类与以下各类的分界：总分低于线上最后一户35.15分；"
        "B类与以下各类的分界：总分高于线下第一户69.10分。依据六1",
        "分类：规上、东区，总分在5户中排第2名，第2至4名（到70%）列为B类（六1）",
    ]


def test_account_with_a_protection() -> None:
    lines = account("戊厂")
    assert "；-0.1 × 基本分60 = -6.00，低于0，记0.00分；亩均税收为负值，记0分。" in lines[1]
    # 62 - 33.75
    assert lines[5].endswith("；C类与以下各类的分界：总分低于线上最后一户28.25分。依据六1")
    assert lines[6] == (
        "分类：规上、东区，总分在5户中排第5名，第5名（到100%）列为D类（六1）；"
        "在建保护（在建），不低于C类，改为C类（七2）"
    )


def test_account_of_the_only_firm_of_a_unit() -> None:
    lines = account("己厂")
    assert "；基准值10吨/百万元（西区，本年企业均值：1户平均）；" in lines[3]
    assert lines[4].endswith("；总分70.00分，规上、西区的1户中第1名。依据五")
    assert lines[5:] == [
        "位次：1户中A类到第1名（1户 × 20% = 0.2，进一），B类没有名额（1户 × 70% = 0.7，四舍五入），"
        "C类没有名额（1户 × 90% = 0.9，舍去小数），D类没有名额；没有分界线。依据六1",
        "分类：规上、西区，总分在1户中排第1名，第1名（到20%）列为A类（六1）",
    ]


def test_account_of_a_firm_without_grade() -> None:
    lines = account("庚厂")
    assert lines[4:] == [
        "指标得分合计：60.00 + 25.00 + 17.00 = 102.00分；加分0分；"
        "总分102.00分，只计分、不参加排名。依据五",
        "分类：公用事业企业，只计分、不参加排名，列为S类（一2）",
    ]


def test_account_of_a_firm_that_is_out_and_has_a_letter() -> None:
    assert account("辛厂") == [
        f"辛厂（K08）　{TITLE}",
        "行业代码4411属电力、热力生产和供应，不纳入评价（一）",
        "不参评，没有得分，列为T类。",
    ]
    assert basis(evaluated(), 7) == (
        "行业代码4411属电力、热力生产和供应，不纳入评价（一），列为T类"
    )


def test_account_by_raw_figures() -> None:
    assert account("寅厂") == [
        f"寅厂（K11）　{TITLE}",
        f"亩均税收：税收5万元 ÷ 用地10亩 = 0.5万元/亩；{TAX}；"
        f"0.25 × 基本分60 = 15.00，得15.00分（上限90分）。{ALL}",
        "亩均销售：销售空 ÷ 用地10亩；没有销售数据，亩均销售得基本分40分（上限40分）。依据四4",
        "指标得分合计：15.00 + 40.00 = 55.00分；加分0分；总分55.00分，规下的4户中第3名。依据五",
        "半区：后50%（4户中前2户为前半区）；总分低于线上最后一户15.00分。依据六2",
        "C/D类排序值：亩均销售空（按0计），在后50%的2户中第2；名额为4户 × 25% = 1户，取后1户；"
        "排序值低于线上最后一户10万元/亩。依据六3",
        "分类：规下，后50%中C/D类排序后1户，且不符合产业政策，拟列为D类（六3）",
    ]
    assert account("丑厂")[5:] == [
        "A类排序值：税收20万元，在前50%的2户中第1；名额为4户 × 20% = 0.8户，四舍五入为1户，"
        "取前1户；排序值高于线下第一户10万元。依据六2",
        "分类：规下，前50%中A类排序前1户，列为A类（六2）",
    ]
    assert account("子厂")[-1] == "分类：规下，前50%，未列入A类名单，为B类（六2）"


def test_columns_say_what_single_firms_say() -> None:
    e = evaluated()
    assert basis_column(e) == [basis(e, k) for k in range(12)]
    assert notes_column(e) == [notes(e, k) for k in range(12)]
    assert notes(e, 3) == "没有能耗数据，单位销售能耗扣3分"
    assert notes(e, 7) == notes(e, 8) == ""
