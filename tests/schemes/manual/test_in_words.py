"""Schemes in words."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from permu_xl.engine.model import scheme as s
from permu_xl.schemes import available, load
from permu_xl.schemes.files import Layer, layers, read, shipped_file
from permu_xl.schemes.manual import words
from permu_xl.schemes.manual.in_words import assumptions, listing, summary


def own_layers(id: str) -> list[Layer]:
    file = shipped_file(id)
    return layers(read(file, file.name))


def shown(id: str) -> list[str]:
    return [line.strip() for line in summary(load(id), own_layers(id))]


@pytest.mark.parametrize("id", available())
def test_everything_named_is_shown(id: str) -> None:
    scheme, text = load(id), "\n".join(shown(id))
    parts = [*scheme.indicators, *scheme.columns.values(), *scheme.flags.values()]
    parts += [*scheme.attributes.values(), *scheme.classes, *scheme.guards, *scheme.measures]
    parts += [*scheme.bonus.labels.values(), *scheme.bonus.counts]
    for part in parts:
        assert part.name in text
    assert scheme.title in text
    assert scheme.source in text
    assert ("【假定" in text) == (id != "shenyang_2021")


@pytest.mark.parametrize(
    ("id", "line"),
    [
        (
            "shenyang_2021",
            "亩均税收 = 实缴税收÷用地面积（万元/亩）；值÷基准×30分；最多1.2倍，即36分；"
            "基准：上年总量法；依据：二（一）1",
        ),
        (
            "shenyang_2021",
            "单位污染物排放税收 = 实缴税收÷污染物排放当量（万元/当量）；值÷基准×15分；"
            "最多1.2倍，即18分；基准：本年最高值；污染物排放当量空缺或为0的实缴税收大于0的得15分，"
            "否则0分；依据：二（一）1",
        ),
        ("shenyang_2021", "全部企业在一起排名；总分相同的比亩均税收、研发投入强度得分之和"),
        ("shenyang_2021", "按总分分为前50%和后50%（户数舍去小数）"),
        (
            "shenyang_2021",
            "C类：后50%中按单位能耗总产值、单位污染物排放税收得分之和由高到低排序，取后10%"
            "（占全部排名企业，四舍五入），其中“不符合产业政策”的为D类",
        ),
        ("shenyang_2021", "投产不满2年的暂不纳入"),
        ("shenyang_2021", "主营业务收入低于2000万元的提醒"),
        (
            "anyang_2018",
            "规上：产业集聚区相同的企业在一起排名；"
            "总分相同的比亩均税收、研发投入强度得分之和",
        ),
        (
            "anyang_2018",
            "规下：A类：前50%中按实缴税收数值由高到低排序，取前15%（占全部排名企业，四舍五入）",
        ),
        (
            "zhengzhou_2018",
            "A类：前50%中按亩均税收指标值由高到低排序，取前15%（占全部排名企业，四舍五入）",
        ),
        ("huaian_2024", "不纳入的企业列为T类"),
        ("huaian_2024", "县区认定不适合评价（标记：不适合评价）：计分、不排名，列为T类"),
        ("huaian_2024", "A类：名次到20%（含；不是整数的舍去小数）"),
        ("huaian_2024", "B类：20%以后到60%（含；不是整数的舍去小数）"),
        ("huaian_2024", "D类：其余企业"),
        ("anhui_city", "不定　不定等级：计分、不定等级，措施按B类。（措施按B类）"),
        ("wenling_2022", "厂房出租扣分：承租企业数超过1户的部分，每户-5分"),
        ("wenling_2022", "规下出租首户 -10分"),
        ("huangyan_2021", "继承自：huangyan_2022"),
        ("older_mirrored", "排放瞒报 -3分"),
    ],
)  # fmt: skip
def test_line(id: str, line: str) -> None:
    assert line in shown(id)


@pytest.mark.parametrize(
    ("id", "indicator", "text"),
    [
        (
            "huangyan_2022", "added_per_emission",
            "主要污染物排放量空缺或为0的按有数据企业的平均得分计",
        ),
        ("older_mirrored", "energy_fall", "单耗下降额空缺的扣3分"),
        ("shenyang_2021", "tax_per_mu", ""),
    ],
)  # fmt: skip
def test_missing_data(id: str, indicator: str, text: str) -> None:
    scheme = load(id)
    assert words.missing_words(scheme, scheme.indicator(indicator)) == text


def test_full_points_without_data() -> None:
    scheme = load("older_mirrored")
    indicator = scheme.indicator("cod_per_added")
    rule = s.Missing("cod", "full", False, "一")
    found = words.missing_words(scheme, replace(indicator, missing=rule))
    assert found == "化学需氧量空缺的得2分"


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (s.BaselineRule("mean", "previous", "一", times=2.0), "上年企业均值的2倍"),
        (s.BaselineRule("max", "current", "一"), "本年最高值"),
        (s.BaselineRule("manual", "current", "一", manual=0.0302), "人工核定0.0302"),
        (
            s.BaselineRule(
                "manual", "current", "一", by="trade", manual_by={"纺织": 5.0, "其他": 4.0}
            ),
            "人工核定，纺织5，其他4（按行业分组分别定）",
        ),
    ],
)
def test_baselines(rule: s.BaselineRule, text: str) -> None:
    assert words.baseline_words(load("wenling_2022"), rule) == text


def test_a_cut_that_excludes_its_place() -> None:
    scheme = load("changle_2023")
    (track,) = scheme.tracks
    cut = s.CutPoint("A", Fraction("0.125"), False, "ceil", "一")
    last = s.CutPoint("D", Fraction(1), True, "floor", "一")
    rule = s.CutPoints((cut, last), "一")
    found = list(words.rule_words(scheme, replace(track, rule=rule)))
    assert found[1:] == ["A类：名次到12.5%（不含；不是整数的有小数进一）", "D类：其余企业"]


def test_bonus_in_words() -> None:
    scheme = load("changle_2023")
    bonus = s.Bonus(
        labels={
            "甲": s.BonusLabel("甲", 2.0, "一", group="g"),
            "乙": s.BonusLabel("乙", 0.0, "一", ratio=0.05),
        },
        groups={
            "g": s.BonusGroup("g", "荣誉", "highest", 3.0, "一"),
            "h": s.BonusGroup("h", "其他", "sum", None, "一"),
        },
        counts=(s.BonusCount("c", "人才", "employees", 0.0, 1.5, "一"),),
        cap=5.0,
        deduction_cap=4.0,
        clause="一",
    )
    scheme = replace(scheme, bonus=bonus, score_decimals=2)
    text = list(summary(scheme, own_layers("changle_2023")))
    for line in (
        "甲 2分（荣誉）", "乙 指标得分的5%", "荣誉：只计最高一项，最多3分", "其他：累加",
        "人才：从业人员，每人+1.5分", "加分合计最多5分", "扣分合计最多4分", "各项得分保留2位小数",
    ):  # fmt: skip
        assert f"  {line}" in text


def test_guards_in_words() -> None:
    scheme = load("changle_2023")
    veto, protection = (words.guard_words(scheme, guard) for guard in scheme.guards)
    assert veto.startswith("一票否决：有安全生产事故、")
    assert veto.endswith("之一的最高列C类")
    assert "之一的最低列C类，同时有安全生产事故、" in protection
    assert protection.endswith("之一的除外")


def test_derived_groups() -> None:
    scheme = load("wenling_2022")
    trade = replace(scheme.attributes["trade"], prefixes={"17": "纺织鞋帽橡塑"})
    scheme = replace(scheme, attributes=scheme.attributes | {"trade": trade})
    text = "\n".join(summary(scheme, own_layers("wenling_2022")))
    assert "（按行业代码推定，其余为“其他行业”）" in text


def test_listing() -> None:
    assert list(listing(load("shenyang_2021"), 0)) == [
        "shenyang_2021　沈阳市　2021至2022年度　沈阳市工业企业亩均综合评价（2021）",
        "  文件：沈政办发〔2021〕27号",
        "  有效期：2021-11-04至2023-12-31；分类：A、B、C、D",
        "  指标：亩均税收30分、亩均总产值15分、研发投入强度20分、人均营业收入5分、"
        "单位能耗总产值15分、单位污染物排放税收15分",
    ]
    lines = list(listing(load("huangyan_2022"), 3))
    assert lines[-2] == "  指标（规下）：亩均税收（规下）50分、单位用电税收50分"
    assert lines[-1] == "  有3处没有公布、是假定，用 permu-xl schemes show huangyan_2022 查看"


def test_assumptions_of_a_parent_stand_until_the_child_says_otherwise() -> None:
    parent = Layer("p.toml", "a = 1 # 假定：一\nb = 1 # 假定：一\nc = 1 # 假定：二", {})
    child = Layer("c.toml", "a = 2\nd = 1 # 假定：三", {})
    assert assumptions([child, parent]) == {"三": ["d"], "一": ["b"], "二": ["c"]}
