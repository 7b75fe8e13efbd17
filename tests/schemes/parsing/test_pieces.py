"""What the checker says of sums, growth, min-max, means of years, limits and joined firms."""

from __future__ import annotations

import copy
import tomllib
from decimal import Decimal
from typing import Any

import pytest

from permu_xl.errors import SchemeError
from permu_xl.schemes.files import Layer
from permu_xl.schemes.manual.in_words import summary
from permu_xl.schemes.parsing.scheme import parse_scheme
from tests.engine.support import DATA, pieces_scheme

TEXT = (DATA / "toy_pieces.toml").read_text(encoding="utf-8")
GONE = object()


def problems(path: str, value: Any) -> tuple[str, ...]:
    """Return what the checker says with one key changed, or taken away."""
    values = copy.deepcopy(tomllib.loads(TEXT, parse_float=Decimal))
    *around, key = path.split(".")
    inside = values
    for name in around:
        inside = inside.setdefault(name, {})
    if value is GONE:
        del inside[key]
    else:
        inside[key] = value
    try:
        parse_scheme(values, "x")
    except SchemeError as error:
        return tuple(error.problems)
    return ()


LAND = "scope.limits.land"
TAX, ENERGY = "indicators.tax_per_mu", "indicators.output_per_energy"
GROWTH, STAFF = "indicators.tax_growth", "indicators.output_per_staff"


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("sums.tax.of", {}, "sums.tax.of：至少要写一列"),
        ("sums.tax.of", {"area": 1}, "sums.tax.of.area：没有定义“area”"),
        ("sums.tax.of", {"tax": 1}, "sums.tax.of.tax：没有定义“tax”"),
        ("sums.energy.of.gas", 0, "sums.energy.of.gas：系数不能是0"),
        ("sums.energy.of.gas", "10", "sums.energy.of.gas：应当是数字，实际是 “10”"),
        ("sums.energy.blank", "none", "sums.energy.blank：只能是 missing、zero，实际是 “none”"),
        ("sums.energy.clause", GONE, "sums.energy.clause：缺少这一项（文字）"),
        ("sums.energy.name", "用电", "sums.energy.name：“用电”与 columns.power 重名，表头会分不清"),
        (
            "sums.land",
            {"name": "地", "of": {"staff": 1}, "clause": "一"},
            "sums.land：代号与 columns.land 相同",
        ),
        (f"{TAX}.numerator", "taxes", f"{TAX}.numerator：没有定义“taxes”"),
        (f"{LAND}.figure", "area", f"{LAND}.figure：没有定义“area”"),
        (f"{LAND}.minimum", GONE, f"{LAND}：minimum 和 maximum 至少要写一项"),
        (f"{LAND}.maximum", 2, f"{LAND}：minimum（3）大于 maximum（2），没有企业参评"),
        (f"{LAND}.tracks", ["规下"], f"{LAND}.tracks：没有定义“规下”"),
        (f"{LAND}.name", GONE, f"{LAND}.name：缺少这一项（文字）"),
        ("joint.by", "size", "joint.by：没有定义“size”"),
        (
            "attributes.group.default",
            "单独",
            "joint.by：“group”应当逐户填报，不能有 prefixes 或 default",
        ),
        (
            "classification.within",
            ["group"],
            "joint.by：“group”已用来分赛道、排名或基准，合并评价要用另外的一列",
        ),
        (
            f"{GROWTH}.baseline.year",
            "previous",
            f"{GROWTH}.baseline.year：增长率（growth）没有上年的，应当是 current",
        ),
        (
            f"{GROWTH}.baseline.method",
            "aggregate",
            f"{GROWTH}.baseline.method：增长率（growth）不能用 aggregate，合计之比不是增长率",
        ),
        (
            f"{ENERGY}.baseline.method",
            "mean",
            f"{ENERGY}.baseline：form 为 min_max 时，method 应当是 max，year 应当是 current",
        ),
        (
            f"{ENERGY}.baseline.year",
            "previous",
            f"{ENERGY}.baseline：form 为 min_max 时，method 应当是 max，year 应当是 current",
        ),
        (
            f"{ENERGY}.form",
            "max_min",
            f"{ENERGY}.baseline：form 为 max_min 时，method 应当是 min，year 应当是 current",
        ),
        (f"{ENERGY}.baseline.times", 2, f"{ENERGY}.baseline.times：form 为 min_max 时不能再乘几倍"),
        (f"{ENERGY}.start", 1, f"{ENERGY}.start：应当小于1，实际是 1"),
        (f"{ENERGY}.start", -1, f"{ENERGY}.start：不能小于 0，实际是 -1"),
        (f"{TAX}.start", Decimal("0.2"), f"{TAX}.start：只用于 form 为 min_max、max_min 的指标"),
        (
            f"{STAFF}.baseline.years",
            1,
            f"{STAFF}.baseline.earlier：没有写 years，不知道取几年的平均",
        ),
        (
            f"{STAFF}.baseline.years",
            4,
            f"{STAFF}.baseline.earlier：取4年的平均，至少要写以前3年的基准值",
        ),
        (f"{STAFF}.baseline.years", 0, f"{STAFF}.baseline.years：不能小于 1，实际是 0"),
        (
            f"{STAFF}.baseline.earlier",
            {"上年": 1, "2027": 2, "2028": 3},
            f"{STAFF}.baseline.earlier.上年：项名应当是年份，如2020",
        ),
        (
            f"{STAFF}.baseline.earlier.2027",
            0,
            f"{STAFF}.baseline.earlier.2027：必须大于 0，实际是 0",
        ),
        (
            f"{STAFF}.baseline.method",
            "manual",
            f"{STAFF}.baseline.years：人工核定的、分组的基准不能取几年的平均，请写算好的数（manual）",
        ),
    ],
)
def test_breach(path: str, value: Any, said: str) -> None:
    assert said in problems(path, value)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("sums.energy.of.gas", Decimal("-0.5")),
        ("sums.tax.blank", GONE),
        (f"{LAND}.inclusive", False),
        (f"{LAND}.maximum", 3),
        (f"{ENERGY}.start", Decimal("0.99")),
        (f"{STAFF}.baseline.years", 2),
        (f"{STAFF}.baseline.earlier", {"2026": 5, "2027": 13, "2028": 9}),
        (
            f"{GROWTH}.baseline",
            {"method": "manual", "manual": 5, "year": "current", "clause": "三"},
        ),
        ("joint.both_ways", True),
    ],
)
def test_just_within_the_bounds(path: str, value: Any) -> None:
    assert problems(path, value) == ()


def test_as_it_is_read() -> None:
    scheme = pieces_scheme()
    assert scheme.sums["tax"].blank == "zero"
    assert dict(scheme.sums["energy"].of) == {"power": 2, "gas": 10}
    assert scheme.sums["energy"].blank == "missing"
    (limit,) = scheme.scope.limits
    assert (limit.figure, limit.minimum, limit.maximum, limit.inclusive) == ("land", 3, None, True)
    assert scheme.joint is not None
    assert (scheme.joint.by, scheme.joint.both_ways) == ("group", False)
    rule = scheme.indicator("output_per_staff").baseline
    assert (rule.years, rule.earlier) == (3, {2027: 13, 2028: 9})
    assert scheme.figures_of(scheme.indicator("output_per_energy")) == ("output", "power", "gas")


@pytest.mark.parametrize(
    "line",
    [
        "  用地低于3亩的企业不纳入：用地不足3亩（一2）",
        "  “合并评价组”相同的企业合并评价：数据相加、只评一次、同一类别，"
        "平均、排名都算一户，名额一组算一户（一3）",
        "  能耗合计（吨标准煤） = 用电 × 2 + 用气 × 10；有空缺时整个数算空缺（二2）",
        "  税收合计（万元） = 国税 + 地税；有空缺时空缺的按0计，全部空缺的才算空缺（二1）",
    ],
)
def test_in_words(line: str) -> None:
    shown = list(summary(pieces_scheme(), [Layer("toy_pieces.toml", TEXT, tomllib.loads(TEXT))]))
    assert line in shown
    (staff,) = (line for line in shown if line.startswith("  人均产值"))
    assert "基准：上年总量法与以前各年（2027年13、2028年9）的3年平均" in staff
