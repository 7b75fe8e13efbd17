"""The contract and the example of each worksheet function, its result worked by hand.

Names and positions of arguments are what formulas in people's workbooks rest on.
"""

from __future__ import annotations

from typing import Any

import pytest

from permu_xl import functions
from tests.functions.support import NA, cells_of, same

CLAUSES = "依据二（一）1、二（一）2、二（一）3（1）"
FIRST = [3.0, 20.0, 3.0, 20.0, 4.0, "", 22.5, 15.0, 20.0, 5.0, 15.0, 15.0, 92.5, 2.0, 94.5, 1.0]
SECOND = [2.0, 10.0, 0.0, 10.0, 2.0, 5.0, 15.0, 7.5, 0.0, 2.5, 7.5, 7.5, 40.0, 0.0, 40.0, 2.0]
NO_EMISSION = "没有污染物排放当量数据、有实缴税收，单位污染物排放税收得基本分15分"

EXPECTED: dict[str, list[list[Any]]] = {
    "PERMU_INDICATOR(numerator, denominator, [scale])": [[30.0], [""], [3.0]],
    "PERMU_BASELINE(numerator, denominator, [method], [scale], [included])": [[6.0]],
    "PERMU_SCORE(value, baseline, weight, [cap], [scheme], [form], [floor])": [
        [15.0],
        [30.0],
        [36.0],
        [0.0],
    ],
    "PERMU_POLLUTION_SCORE(tax, emission, baseline, [weight], [scheme])": [
        [7.5],
        [18.0],
        [15.0],
        [0.0],
    ],
    "PERMU_TOTAL(scores, [bonus], [scheme], [more1], [more2], [more3], [more4], [more5], [more6], "
    "[more7])": [[67.0], [41.0], [""]],
    "PERMU_RANK(totals, [among], [order])": [[3.0], [1.0], [1.0], [""], [4.0]],
    "PERMU_CLASS(scores, [bonus], [flags], [included], [scheme], [groups])": [
        ["A"],
        ["B"],
        ["B"],
        ["D"],
        ["B"],
    ],
    "PERMU_EVALUATE(data, baselines, [bonus], [flags], [included], [scheme], [groups], "
    "[weights], [caps], [firms])": [[*FIRST, "B", NO_EMISSION], [*SECOND, "B", ""]],
    "PERMU_EXPLAIN(data_row, baselines, [bonus], [scheme], [groups])": [
        [
            "亩均税收：实缴税收120万元 ÷ 用地面积40亩 = 3万元/亩；基准值4万元/亩（公式中给定）；"
            f"0.75 × 基本分30 = 22.50，得22.50分（上限36分）。{CLAUSES}"
        ],
        [
            "亩均总产值：总产值800万元 ÷ 用地面积40亩 = 20万元/亩；"
            f"基准值20万元/亩（公式中给定）；1 × 基本分15 = 15.00，得15.00分（上限18分）。{CLAUSES}"
        ],
        [
            "研发投入强度：研发经费24万元 ÷ 主营业务收入800万元 × 100 = 3%；"
            f"基准值3%（公式中给定）；1 × 基本分20 = 20.00，得20.00分（上限24分）。{CLAUSES}"
        ],
        [
            "人均营业收入：主营业务收入800万元 ÷ 从业人员40人 = 20万元/人；"
            f"基准值20万元/人（公式中给定）；1 × 基本分5 = 5.00，得5.00分（上限6分）。{CLAUSES}"
        ],
        [
            "单位能耗总产值：总产值800万元 ÷ 综合能耗200吨标准煤 = 4万元/吨标准煤；"
            "基准值4万元/吨标准煤（公式中给定）；"
            f"1 × 基本分15 = 15.00，得15.00分（上限18分）。{CLAUSES}"
        ],
        [
            "单位污染物排放税收：实缴税收120万元 ÷ 污染物排放当量空；"
            f"{NO_EMISSION}（上限18分）。依据二（一）3（1）"
        ],
        [
            "指标得分合计：22.50 + 15.00 + 20.00 + 5.00 + 15.00 + 15.00 = 92.50分；"
            "加分2分；总分94.50分。依据二（一）3（2）"
        ],
    ],
    "PERMU_DISTRICT(table, parameters, current, [previous], [adjustments], [scheme])": [
        ["工作簿的工作表“原始数据”里找不到表头（统一社会信用代码、企业名称……），请从模板复制表头。"]
    ],
    "PERMU_NEED(data, baselines, firm, item, target, [bonus], [flags], [included], [scheme], "
    "[groups], [weights], [caps], [firms])": [[160.0], ["单靠这一项达不到"], [35.0]],
    "PERMU_GROUP(grouping, groups, [scheme])": [["规上"], ["规下"], [""]],
    "PERMU_IN_SCOPE(industry, start_date, year, [scheme])": [
        [True],
        ["行业代码0610属采矿业，不纳入评价（二）"],
        [True],
        ["2020-01-01投产，晚于2019-12-31，到2021年12月31日未满2年，暂不纳入评价（二）"],
    ],
    "PERMU_CHECK_CODE(code)": [
        [""],
        ["统一社会信用代码的校验位不对"],
        ["统一社会信用代码是7位，应为18位"],
    ],
    "PERMU_MEASURE(class_letter, field, [scheme])": [
        ["新增用地优先安排、优先落实土地利用计划指标和已有政策。", "原则上不再新增工业用地。"],
        ["试点示范项目优先支持，各级专项资金优先推荐。", "不支持申报各级各类专项资金。"],
    ],
    "PERMU_WATER_FEE(volume, quota, price, [scheme])": [[360.0], [400.0], [520.0], [760.0]],
    "PERMU_PARAM(name, [scheme])": [[30.0], [1.2], [NA]],
}


@pytest.mark.parametrize("signature", EXPECTED)
def test_example(signature: str) -> None:
    name = signature.partition("(")[0]
    found = functions.call(name, functions.REGISTRY[name].example.arguments)
    expected = EXPECTED[signature]
    assert [len(row) for row in found] == [len(row) for row in expected]
    assert same(cells_of(found), cells_of(expected))


def test_signatures_are_those_of_the_contract() -> None:
    """A function that is not here yet has its result in the test of its module."""
    found = [each.signature for each in functions.REGISTRY.values()]
    assert [signature for signature in found if signature in EXPECTED] == list(EXPECTED)
    assert all(name == each.name for name, each in functions.REGISTRY.items())
