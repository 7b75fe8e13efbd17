"""One example call of each worksheet function, for the manual; the tests know the results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["EXAMPLES", "Example"]


@dataclass(frozen=True, slots=True)
class Example:
    """The arguments of a call, and a sentence on what it shows."""

    arguments: tuple[object, ...]
    remark: str


FIRM = (40, 120, 800, 800, 24, 40, 200, None)
BASELINES = (4, 20, 3, 20, 4, 10)

EXAMPLES: Mapping[str, Example] = {
    "PERMU_INDICATOR": Example(
        (((300,), (None,), (120,)), ((10,), (20,), (40,))),
        "300÷10、缺税收、120÷40。",
    ),
    "PERMU_BASELINE": Example(
        (((10,), (20,), (30,)), ((2,), (3,), (5,)), "总量法"),
        "合计60÷合计10，不是三户指标值的平均。",
    ),
    "PERMU_SCORE": Example(
        (((5,), (10,), (13,), (None,)), 10, 30, 1.2),
        "5÷10×30；等于基准值得基本分值；13÷10×30＝39，超过上限36；空缺得0分。",
    ),
    "PERMU_POLLUTION_SCORE": Example(
        (((10,), (18,), (10,), (0,)), ((5,), (3,), (None,), (0,)), 4, 15),
        "2÷4×15；6÷4×15＝22.5，超过上限；没有当量、有税收得基本分值；没有当量、没有税收得0分。",
    ),
    "PERMU_TOTAL": Example(
        (((30, 15, 20), (18, None, 24), (None, None, None)), ((2,), (-1,), (None,))),
        "30＋15＋20＋2；18＋0＋24－1；没有得分的不是参评企业。",
    ),
    "PERMU_RANK": Example(
        (((70,), (90,), (90,), (None,), (60,)),),
        "两户并列第1，下一名是第3；空白没有名次。",
    ),
    "PERMU_CLASS": Example(
        (
            (
                (36, 18, 24, 6, 18, 18),
                (30, 15, 20, 5, 15, 15),
                (20, 10, 10, 5, 10, 10),
                (10, 10, 5, 5, 8, 4),
                (10, 5, 0, 5, 5, 9),
            ),
            None,
            ((None,), (None,), (None,), ("是",), (None,)),
        ),
        "5户：前半区2户；A类0.75户，四舍五入1户，取亩均税收与研发两项得分之和最高的；"
        "C、D类0.5户，四舍五入1户，取后半区能耗与排放两项得分之和最低的（8＋4＝12），"
        "它填了不符合产业政策，为D类。总分最低的第5户（5＋9＝14）不在名单里。",
    ),
    "PERMU_EVALUATE": Example(
        ((FIRM, (10, 20, 100, 200, 0, 20, 50, 4)), BASELINES, ((2,), (None,))),
        "第1户亩均税收120÷40＝3，得3÷4×30＝22.5分；没有排放当量、有税收，得基本分值。",
    ),
    "PERMU_EXPLAIN": Example((FIRM, BASELINES, 2), "上例的第1户。"),
    "PERMU_GROUP": Example(
        ("企业规模", (("规上", "东区"), (" 规下", "东区"), (None, None)), "anyang_2018"),
        "安阳方案的两种分组（规模、集聚区）里取企业规模；空格不计；全行空白的不是企业。",
    ),
    "PERMU_IN_SCOPE": Example(
        (
            (("C3421",), ("0610",), ("3421",), ("3421",)),
            (("2005-01-01",), ("2005-01-01",), ("2019-12-31",), ("2020-01-01",)),
            2021,
        ),
        "制造业的老企业；采矿；到2021年12月31日正好满2年；差一天满2年。",
    ),
    "PERMU_CHECK_CODE": Example(
        ((("91210100MA0000000D",), ("91210100MA0000000E",), ("9121010",)),),
        "没有问题；校验位不对；位数不对。",
    ),
    "PERMU_MEASURE": Example((("A", "D"), (("用地",), ("专项资金",))), "两个领域、两类企业。"),
    "PERMU_WATER_FEE": Example(
        (((90,), (100,), (120,), (150,)), 100, 4),
        "90×4；100×4；100×4＋20×4×1.5；100×4＋20×4×1.5＋30×4×2。",
    ),
    "PERMU_PARAM": Example(
        ((("亩均税收权重",), ("indicators.tax_per_mu.cap",), ("没有的名称",)),),
        "按名称、按代号；不认识的名称。",
    ),
}
"""By function name; blank cells are None."""
