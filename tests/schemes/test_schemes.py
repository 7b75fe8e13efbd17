"""The shipped scheme against the policy's text, and every breach of the rules for scheme files.

The literals of the first part are copied from 沈政办发〔2021〕27号; nothing is taken from the file.
"""

from __future__ import annotations

import copy
import datetime as dt
import re
import tomllib
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from permu_xl import schemes
from permu_xl.engine.model.scheme import Ranking, Scheme, TwoStage
from permu_xl.errors import FileAccessError, PermuError, SchemeError
from permu_xl.schemes import DEFAULT, available, files, load, load_file
from permu_xl.schemes.files import layers, merged, read, shipped_file
from tests.engine.support import DATA, Case, each_case, parsed, shenyang, shipped_values, toy


def two_stage(scheme: Scheme) -> TwoStage:
    """The two-stage rule of a scheme's only track."""
    (track,) = scheme.tracks
    assert isinstance(track.rule, TwoStage)
    return track.rule


# ---- the shipped file against the policy -------------------------------------------------------


def test_available_and_default() -> None:
    assert list(available()) == sorted(available())
    assert DEFAULT in available()
    assert DEFAULT == "shenyang_2021"
    assert load() == load("shenyang_2021")


def test_document_and_validity() -> None:
    scheme = shenyang()
    assert scheme.id == "shenyang_2021"
    assert scheme.document == "沈政办发〔2021〕27号"
    assert scheme.region == "沈阳市"
    assert scheme.issued == dt.date(2021, 11, 4)
    assert scheme.valid_from == dt.date(2021, 11, 4)  # 自公布之日起施行
    assert scheme.valid_until == dt.date(2023, 12, 31)
    assert scheme.last_year == 2022  # evaluated in 2023


def test_last_year_is_the_one_before_the_end_unless_told() -> None:
    values = shipped_values()
    values["validity"]["until"] = dt.date(2025, 6, 30)
    assert parsed(values).last_year == 2024  # evaluated in 2025
    values["validity"]["last_year"] = 2025
    assert parsed(values).last_year == 2025


@pytest.mark.parametrize(
    ("name", "weight"),
    [
        ("亩均税收", 30),
        ("亩均总产值", 15),
        ("研发投入强度", 20),
        ("人均营业收入", 5),
        ("单位能耗总产值", 15),
        ("单位污染物排放税收", 15),
    ],
)
def test_weights_and_caps(name: str, weight: float) -> None:
    """二（一）1：六项基本分值；二（一）3（1）：最高不超过基本分值的1.2倍。"""
    indicator = next(i for i in shenyang().indicators if i.name == name)
    assert indicator.weight == weight
    assert indicator.cap == 1.2
    assert indicator.maximum == pytest.approx(1.2 * weight)


def test_six_indicators_worth_a_hundred() -> None:
    assert len(shenyang().indicators) == 6
    assert sum(i.weight for i in shenyang().indicators) == 100


@pytest.mark.parametrize(
    ("name", "numerator", "denominator", "scale", "unit"),
    [
        ("亩均税收", "实缴税收", "用地面积", 1, "万元/亩"),
        ("亩均总产值", "总产值", "用地面积", 1, "万元/亩"),
        ("研发投入强度", "研发经费", "主营业务收入", 100, "%"),
        ("人均营业收入", "主营业务收入", "从业人员", 1, "万元/人"),
        ("单位能耗总产值", "总产值", "综合能耗", 1, "万元/吨标准煤"),
        ("单位污染物排放税收", "实缴税收", "污染物排放当量", 1, "万元/当量"),
    ],
)
def test_what_is_divided_by_what(
    name: str, numerator: str, denominator: str, scale: float, unit: str
) -> None:
    scheme = shenyang()
    indicator = next(i for i in scheme.indicators if i.name == name)
    assert scheme.columns[indicator.numerator].name == numerator
    assert scheme.columns[indicator.denominator].name == denominator
    assert indicator.scale == scale
    assert indicator.unit == unit


def test_baselines() -> None:
    """二（一）2：五项参照上年本地区平均值；单位污染物排放税收按评价年度最高值。"""
    rules = [(i.baseline.method, i.baseline.year) for i in shenyang().indicators]
    assert rules == [("aggregate", "previous")] * 5 + [("max", "current")]


def test_only_pollution_has_a_rule_for_missing_figures() -> None:
    """二（一）3（1）：没有排放当量数据的，有税收得基本分值。"""
    *others, rule = [i.missing for i in shenyang().indicators]
    assert others == [None] * 5
    assert rule is not None
    assert (rule.column, rule.score, rule.zero_counts) == ("emission", "full_if_positive", True)


def test_scores_are_not_rounded() -> None:
    assert shenyang().score_decimals is None


def test_bonus_is_announced_but_not_listed() -> None:
    """二（一）3（2）：公开文本没有列出加分项。"""
    assert shenyang().bonus.labels == {}
    assert shenyang().bonus.cap is None


def test_scope() -> None:
    """二：采掘、供电、供气、供热、供水、垃圾污水处理；投产未满2年。"""
    assert shenyang().scope.new_firm_years == 2
    assert set(shenyang().scope.excluded_industries) == {
        "06", "07", "08", "09", "10", "11", "12",
        "442", "443", "45", "461", "462", "772", "782",
    }  # fmt: skip


def test_quotas() -> None:
    """二（二）：前50%、A类15%、C和D类10%，其余B类（75%）。"""
    rule = two_stage(shenyang())
    best, last = rule.selections
    assert rule.upper_share == Fraction(1, 2)
    assert (best.share, last.share) == (Fraction(15, 100), Fraction(10, 100))
    assert 1 - best.share - last.share == Fraction(75, 100)
    assert (rule.upper_rounding, best.rounding, last.rounding) == ("floor", "half_up", "half_up")
    assert (best.half, best.take, last.half, last.take) == ("upper", "first", "lower", "last")
    assert shenyang().tracks[0].ranking == Ranking((), best.key)


def test_classes_and_keys() -> None:
    scheme = shenyang()
    rule = two_stage(scheme)
    best, last = rule.selections
    names = {i.id: i.name for i in scheme.indicators}
    assert [names[id] for id in best.key.ids] == ["亩均税收", "研发投入强度"]
    assert [names[id] for id in last.key.ids] == ["单位能耗总产值", "单位污染物排放税收"]
    assert (best.key.kind, last.key.kind) == ("scores", "scores")
    assert (best.letter, last.letter, rule.remainder) == ("A", "C", "B")
    assert best.flagged == {}
    assert last.flagged == {"off_policy": "D"}
    assert scheme.flags["off_policy"].name == "不符合产业政策"
    assert [(c.letter, c.name) for c in scheme.classes] == [
        ("A", "优先发展类"),
        ("B", "鼓励提升类"),
        ("C", "倒逼转型类"),
        ("D", "淘汰退出类"),
    ]


def test_water_tiers() -> None:
    """三（三）1：定额内按现行水价；超出20%（含）以内加价0.5倍；以上加价1倍。"""
    fee = shenyang().water_fee
    assert fee is not None
    tiers = [(tier.up_to, tier.factor) for tier in fee.tiers]
    assert tiers == [(1.0, 1.0), (1.2, 1 + 0.5), (None, 1 + 1)]


def test_targets() -> None:
    """一：到2023年，三项增速高于平均，研发投入强度达到3.5%以上。"""
    scheme = shenyang()
    names = {i.id: i.name for i in scheme.indicators}
    found = {
        names[t.indicator]: (t.year, t.minimum, t.growth_above_average) for t in scheme.targets
    }
    assert found == {
        "研发投入强度": (2023, 3.5, False),
        "亩均税收": (2023, None, True),
        "亩均总产值": (2023, None, True),
        "人均营业收入": (2023, None, True),
    }


def test_measures() -> None:
    """三（一）至（五）：五个方面，每类都有。"""
    scheme = shenyang()
    assert [(m.name, m.clause) for m in scheme.measures] == [
        ("用地", "三（一）"),
        ("用电", "三（二）"),
        ("用水", "三（三）"),
        ("专项资金", "三（四）"),
        ("信贷", "三（五）"),
    ]
    assert all(set(m.texts) == set("ABCD") for m in scheme.measures)


@pytest.mark.parametrize(
    ("column", "source"),
    [
        ("实缴税收", "税务部门"),  # 市税务局负责提供企业实缴税收、主营业务收入和排放总当量
        ("主营业务收入", "税务部门"),
        ("污染物排放当量", "税务部门"),
        ("用地面积", "自然资源部门"),  # 市自然资源局负责提供企业用地面积
    ],
)
def test_who_delivers_the_figures(column: str, source: str) -> None:
    found = next(c for c in shenyang().columns.values() if c.name == column)
    assert found.source == source


def test_checks() -> None:
    checks = shenyang().checks
    assert checks.outlier_ratio == 10  # R8
    assert (checks.outlier_average, checks.outlier_share) == (10, 0.1)
    assert (checks.jump_factor, checks.jump_hint) == (500, 5)
    assert [(a.column, a.other, a.factor) for a in checks.apart] == [("revenue", "output", 5)]
    assert checks.floors == {"revenue": 2000}  # 规模以上：主营业务收入2000万元


def test_lookup_by_id() -> None:
    scheme = shenyang()
    assert scheme.indicator("rd_intensity").name == "研发投入强度"
    with pytest.raises(KeyError):
        scheme.indicator("height")
    assert scheme.letters == ("A", "B", "C", "D")
    other = scheme.with_indicators(scheme.indicators[:1])
    assert len(other.indicators) == 1
    assert len(scheme.indicators) == 6


def test_unknown_scheme() -> None:
    with pytest.raises(SchemeError, match=r"atlantis：没有这个方案，现有方案：.*shenyang_2021"):
        load("atlantis")


# ---- breaches, one by one ----------------------------------------------------------------------

Path_ = tuple[str | int, ...]


def tables(id: str) -> dict[str, Any]:
    """The tables of a shipped scheme, to be changed at will."""
    file = shipped_file(id)
    return copy.deepcopy(merged(layers(read(file, file.name))))


def problems(values: dict[str, Any]) -> list[str]:
    with pytest.raises(SchemeError) as caught:
        parsed(values)
    error = caught.value
    assert error.origin == "test.toml"
    lines = str(error).splitlines()
    assert lines == [f"方案文件 test.toml：{problem}" for problem in error.problems]
    return error.problems


def changed(path: str, value: Any, id: str = DEFAULT) -> dict[str, Any]:
    """Return shipped tables with one value set; ``path`` is dotted, numbers index lists."""
    values = tables(id)
    *parents, last = path.split(".")
    table: Any = values
    for part in parents:
        table = table[int(part)] if isinstance(table, list) else table.setdefault(part, {})
    if value is MISSING:
        del table[last]
    else:
        table[int(last) if isinstance(table, list) else last] = value
    return values


MISSING: Any = object()


def walk(value: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Yield every value of nested tables and lists of tables with its path."""
    yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walk(inner, (*path, key))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for k, inner in enumerate(value):
            yield from walk(inner, (*path, k))


def shown(path: Path_) -> str:
    """Return a path as problems write it: ``water_fee.tiers[0].up_to``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".")


def full() -> dict[str, Any]:
    """The shipped tables with everything optional filled in as well."""
    values = shipped_values()
    values["score_decimals"] = 2
    values["bonus"]["cap"] = 5
    values["bonus"]["labels"] = {"专精特新": {"points": Decimal("2"), "clause": "五"}}
    values["indicators"]["tax_per_mu"]["baseline"]["manual"] = Decimal("4.5")
    return values


TABLES = [path for path, value in walk(full()) if isinstance(value, dict)]
LEAVES = [
    (path, value)
    for path, value in walk(full())
    if path and not isinstance(value[0] if isinstance(value, list) else value, dict)
]
CLAUSES = [path for path, _ in LEAVES if str(path[-1]).endswith("clause")]
OPTIONAL = re.compile(
    r".*\.zero_counts|columns\.\w+\.(unit|whole|positive|may_be_negative)|.*\.baseline\.manual|bonus\.(cap|kindred)"
    r"|score_decimals|targets\.\w+\.(minimum|growth_above_average)"
    r"|validity\.successor"
    r"|scope\.excluded_industries\.\d+|.*\.flagged\.\w+|checks\.floors\.\w+"
    r"|checks\.(jump_hint|outlier_average|outlier_share|apart\[0\]\.factor)"
    r"|checks\.per_unit\[0\]\.(least|most)"
)
"""Leaves of the full file that may be left out."""


def at(values: dict[str, Any], path: Path_) -> Any:
    for part in path:
        values = values[part]  # type: ignore[index]
    return values


def test_the_full_file_is_valid() -> None:
    scheme = parsed(full())
    assert scheme.score_decimals == 2
    assert scheme.bonus.cap == 5
    assert scheme.bonus.labels["专精特新"].points == 2
    assert scheme.indicators[0].baseline.manual == 4.5


@pytest.mark.parametrize("path", TABLES, ids=map(shown, TABLES))
def test_a_key_that_nobody_knows(path: Path_) -> None:
    values = full()
    at(values, path)["打错"] = 1
    where = f"{shown((*path, '打错'))}："
    assert any(p.startswith(where) for p in problems(values))


def test_unknown_keys_ask_for_the_spelling() -> None:
    values = changed("indicators.tax_per_mu.wieght", 30)
    assert problems(values) == ["indicators.tax_per_mu.wieght：不认识的项，请核对拼写"]


def test_there_is_a_clause_everywhere() -> None:
    assert len(CLAUSES) == 51
    plain = (
        "ties",
        "key",
        "texts",
        "flagged",
        "floors",
        "excluded_industries",
        "ceilings",
        "apart",
        "per_unit",
        "tiers",
    )
    without = [
        shown(path)
        for path in TABLES
        if "clause" not in at(full(), path)
        and not set(path) & set(plain)
        and any(not isinstance(value, dict) for value in at(full(), path).values())
    ]
    assert without == [""]  # the top: id, title, document, region, source


@pytest.mark.parametrize("path", CLAUSES, ids=map(shown, CLAUSES))
def test_a_missing_clause(path: Path_) -> None:
    values = full()
    del at(values, path[:-1])[path[-1]]
    assert problems(values) == [f"{shown(path)}：缺少这一项（文字）"]


@pytest.mark.parametrize("path", CLAUSES, ids=map(shown, CLAUSES))
def test_an_empty_clause(path: Path_) -> None:
    values = full()
    at(values, path[:-1])[path[-1]] = " "
    assert problems(values) == [f"{shown(path)}：不能是空文字"]


@pytest.mark.parametrize("path", [p for p, _ in LEAVES], ids=[shown(p) for p, _ in LEAVES])
def test_a_missing_value(path: Path_) -> None:
    values = full()
    del at(values, path[:-1])[path[-1]]
    if path[-1] == "up_to":
        assert problems(values) == ["water_fee.tiers：up_to 应当逐档增大，且只有最后一档不写"]
    elif path[-1] == "scores":
        where = shown(path[:-1])
        assert f"{where}：应当写且只写 scores、values、columns 中的一项" in problems(values)
    elif OPTIONAL.fullmatch(shown(path)):
        parsed(values)
    else:
        assert any(p.startswith(f"{shown(path)}：缺少") for p in problems(values))


@pytest.mark.parametrize("path", [p for p, _ in LEAVES], ids=[shown(p) for p, _ in LEAVES])
@pytest.mark.parametrize("wrong", [{}, True, b""], ids=["table", "bool", "bytes"])
def test_a_value_of_the_wrong_type(path: Path_, wrong: Any) -> None:
    values = full()
    if isinstance(at(values, path), bool) and wrong is True:
        wrong = 1
    at(values, path[:-1])[path[-1]] = wrong
    assert any(p.startswith(f"{shown(path)}：应当是") for p in problems(values))


@pytest.mark.parametrize("path", TABLES[1:], ids=map(shown, TABLES[1:]))
def test_a_value_in_the_place_of_a_table(path: Path_) -> None:
    values = full()
    at(values, path[:-1])[path[-1]] = 7
    assert any(p.startswith(f"{shown(path)}：应当是") and "7" in p for p in problems(values))


@each_case("scheme_breaches")
def test_breach(case: Case) -> None:
    path, text = case["改动的项"], case["改成（TOML，空为删去）"]
    value = tomllib.loads(f"v = {text}", parse_float=Decimal)["v"] if text else MISSING
    assert case["应有的说明"] in problems(changed(path, value, case["方案"]))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("indicators.tax_per_mu.cap", Decimal("0.01")),
        ("indicators.tax_per_mu.scale", Decimal("0.01")),
        ("bonus.cap", 0),
        ("checks.jump_factor", Decimal("1.01")),
        ("checks.outlier_ratio", Decimal("1.01")),
        ("water_fee.tiers.0.factor", 0),
        ("scope.new_firm_years", 0),
        ("score_decimals", 0),
        ("targets.rd_intensity.year", 1990),
        ("classification.selections.best.share", 0),
        ("classification.selections.best.share", Decimal("0.5")),
        ("validity.until", dt.date(2021, 11, 4)),
        ("water_fee.tiers.1.up_to", Decimal("1.01")),
        ("scope.excluded_industries.34", "某业"),
        ("scope.excluded_industries.3421", "某业"),
        ("indicators.tax_per_mu.baseline.manual", Decimal("0.01")),
    ],
)
def test_just_within_the_bounds(path: str, value: Any) -> None:
    parsed(changed(path, value))


@pytest.mark.parametrize("share", [0, 1])
def test_all_in_one_half(share: int) -> None:
    values = changed("classification.upper_share", share)
    picked = "last" if share else "best"
    values["classification"]["selections"][picked]["share"] = 0
    assert two_stage(parsed(values)).upper_share == share


@pytest.mark.parametrize(
    ("weight", "shown_sum"), [("29.9", "99.9"), ("30.1", "100.1"), ("40", "110")]
)
def test_weights_that_do_not_make_a_hundred(weight: str, shown_sum: str) -> None:
    found = problems(changed("indicators.tax_per_mu.weight", Decimal(weight)))
    assert found == [f"indicators：各指标 weight 合计应为 100，实际是 {shown_sum}"]


def test_weights_are_added_exactly() -> None:
    """Binary 33.3 + 33.3 + 33.4 is not 100, and ten times 0.1 is not 1."""
    values = shipped_values()
    for id, weight in zip(
        values["indicators"], ("33.3", "33.3", "33.1", "0.1", "0.1", "0.1"), strict=True
    ):
        values["indicators"][id]["weight"] = Decimal(weight)
    assert parsed(values).indicators[0].weight == 33.3


@pytest.mark.parametrize("label", ["绿色 工厂", "绿色、工厂", "绿色,工厂", "绿色；厂", " 绿色", ""])
def test_a_label_that_could_never_be_read(label: str) -> None:
    (found,) = problems(changed("bonus.labels", {label: {"points": 1, "clause": "五"}}))
    assert found.startswith(f"bonus.labels.{label}：名称里不能有空格、顿号")


def test_several_problems_are_listed_at_once() -> None:
    values = shipped_values()
    del values["region"]
    values["indicators"]["tax_per_mu"]["weight"] = 31
    values["indicators"]["tax_per_mu"]["wieght"] = 30
    values["classification"]["remainder"] = "E"
    found = problems(values)
    assert len(found) == 4
    for key in ("region：缺少", "wieght：不认识", "weight 合计应为 100，实际是 101", "“E”"):
        assert sum(key in problem for problem in found) == 1


def test_an_empty_file_names_what_is_missing() -> None:
    found = problems({})
    for key in ("id", "validity", "scope", "columns", "indicators", "classes", "checks"):
        assert any(problem.startswith(f"{key}：缺少这一项") for problem in found)


def test_optional_tables() -> None:
    values = shipped_values()
    for table in ("water_fee", "measures", "targets"):
        del values[table]
    del values["flags"], values["classification"]["selections"]["last"]["flagged"]
    scheme = parsed(values)
    assert (scheme.water_fee, scheme.measures, scheme.targets) == (None, (), ())
    assert scheme.flags == {}


# ---- files and overlays ------------------------------------------------------------------------


@pytest.fixture
def overlay(tmp_path: Path) -> Callable[[str], Scheme]:
    def write(text: str) -> Scheme:
        path = tmp_path / "本区.toml"
        path.write_text(text, encoding="utf-8")
        return load_file(path)

    return write


def test_an_overlay_changes_only_what_it_names(overlay: Callable[[str], Scheme]) -> None:
    scheme = overlay("""
extends = "shenyang_2021"
id = "tiexi"
title = "铁西区"

[scope]
new_firm_years = 3

[scope.excluded_industries]
"3391" = "某业"

[indicators.tax_per_mu.baseline]
method = "manual"
manual = 12.5

[bonus]
cap = 5

[bonus.labels."专精特新"]
points = 2
clause = "区文件"

[classification.selections.best]
rounding = "floor"
""")
    base = shenyang()
    assert (scheme.id, scheme.title, scheme.document) == ("tiexi", "铁西区", base.document)
    assert scheme.scope.new_firm_years == 3
    assert scheme.scope.excluded_industries == {**base.scope.excluded_industries, "3391": "某业"}
    rule = scheme.indicators[0].baseline
    assert (rule.method, rule.year, rule.manual) == ("manual", "previous", 12.5)
    assert scheme.indicators[1:] == base.indicators[1:]
    assert scheme.bonus.labels["专精特新"].points == 2
    assert scheme.bonus.clause == base.bonus.clause
    best, last = two_stage(scheme).selections
    assert best.rounding == "floor"
    assert last == two_stage(base).selections[1]
    assert scheme.measures == base.measures
    assert load("shenyang_2021") == base


def test_an_overlay_of_nothing_is_the_base(overlay: Callable[[str], Scheme]) -> None:
    assert overlay('extends = "shenyang_2021"') == shenyang()


def test_lists_are_replaced_not_merged(overlay: Callable[[str], Scheme]) -> None:
    scheme = overlay("""
extends = "shenyang_2021"
[classification.selections.best]
key = { scores = ["tax_per_mu"] }
[water_fee]
tiers = [{ up_to = 1, factor = 1 }, { factor = 3 }]
""")
    assert two_stage(scheme).selections[0].key.ids == ("tax_per_mu",)
    assert scheme.water_fee is not None
    assert [tier.factor for tier in scheme.water_fee.tiers] == [1, 3]


def test_a_table_replaced_by_a_value_is_noticed(overlay: Callable[[str], Scheme]) -> None:
    with pytest.raises(SchemeError, match=r"scope：应当是表，实际是 3"):
        overlay('extends = "shenyang_2021"\nscope = 3')


def test_a_breach_in_an_overlay_names_the_overlay(overlay: Callable[[str], Scheme]) -> None:
    with pytest.raises(SchemeError) as caught:
        overlay("""
extends = "shenyang_2021"
[indicators.tax_per_mu]
weight = 31
""")
    assert caught.value.origin == "本区.toml"
    assert caught.value.problems == ["indicators：各指标 weight 合计应为 100，实际是 101"]


def test_shares_are_read_as_written(overlay: Callable[[str], Scheme]) -> None:
    scheme = overlay("""
extends = "shenyang_2021"
[classification.selections.best]
share = 0.1499999999999999999999999
""")
    exact = Fraction("0.1499999999999999999999999")
    assert two_stage(scheme).selections[0].share == exact


def test_numbers_that_are_none(overlay: Callable[[str], Scheme]) -> None:
    with pytest.raises(SchemeError, match="weight：应当是数字，实际是 nan"):
        overlay('extends = "shenyang_2021"\n[indicators.tax_per_mu]\nweight = nan')


@pytest.mark.parametrize("parent", ['"atlantis"', "3", '["shenyang_2021"]', '""'])
def test_an_unknown_parent(overlay: Callable[[str], Scheme], parent: str) -> None:
    with pytest.raises(SchemeError, match=r"方案文件 本区\.toml：extends：没有方案.*可供继承，"
                       "现有方案：.*shenyang_2021"):  # fmt: skip
        overlay(f"extends = {parent}")


def test_bad_toml(overlay: Callable[[str], Scheme]) -> None:
    with pytest.raises(SchemeError, match=r"方案文件 本区\.toml：第2行第9列：等号后面的值写法不对"):
        overlay('id = "a"\ntitle = 铁西')


def test_other_encodings(tmp_path: Path) -> None:
    path = tmp_path / "本区.toml"
    path.write_bytes('title = "铁西区"'.encode("gbk"))
    with pytest.raises(SchemeError, match="不是 UTF-8 编码的文本，请用 UTF-8 另存"):
        load_file(path)


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "本区.toml"
    path.write_text('extends = "shenyang_2021"', encoding="utf-8-sig")
    assert load_file(path) == shenyang()


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileAccessError, match=r"^找不到方案文件 没有\.toml，请"):
        load_file(tmp_path / "没有.toml")
    with pytest.raises(FileAccessError, match="读不出来，请"):
        load_file(tmp_path)


def test_all_errors_are_this_packages(overlay: Callable[[str], Scheme]) -> None:
    with pytest.raises(PermuError):
        overlay("=")


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that stands for the one with the shipped schemes."""
    monkeypatch.setattr(files, "_DATA", tmp_path)
    load.cache_clear()
    yield tmp_path
    load.cache_clear()


def test_shipped_schemes_may_build_on_each_other(shipped: Path) -> None:
    original = (DATA / "toy.toml").read_text(encoding="utf-8")
    (shipped / "toy.toml").write_text(original, encoding="utf-8")
    (shipped / "young.toml").write_text('extends = "toy"\nid = "young"', encoding="utf-8")
    (shipped / "last.toml").write_text(
        'extends = "young"\n[scope]\nnew_firm_years = 4', encoding="utf-8"
    )
    assert available() == ("last", "toy", "young")
    scheme = load("last")
    assert (scheme.id, scheme.title, scheme.scope.new_firm_years) == ("young", toy().title, 4)


def test_schemes_that_build_on_themselves(shipped: Path) -> None:
    (shipped / "a.toml").write_text('extends = "b"', encoding="utf-8")
    (shipped / "b.toml").write_text('extends = "a"', encoding="utf-8")
    (shipped / "c.toml").write_text('extends = "c"', encoding="utf-8")
    for id in ("a", "b", "c"):
        with pytest.raises(SchemeError, match=r"extends：方案“\w”绕了一圈又继承自己"):
            load(id)


# ---- no number of the policy outside the file --------------------------------------------------


def test_the_rules_have_no_number_of_the_policy() -> None:
    """Weights, caps and quotas stand in the scheme file; docstrings and comments may quote them."""
    engine = Path(schemes.__file__).parents[1] / "engine"
    suspicious = re.compile(r"(?<![\w.])(0\.15|0\.10?|1\.2|0\.5|30|15|20|50)(?![\w.])")
    # A half is arithmetic in rounding.
    files = [file for file in engine.rglob("*.py") if file.name != "rounding.py"]
    assert {"scope.py", "baseline.py", "classes.py"} <= {file.name for file in files}
    for file in files:
        text = file.read_text(encoding="utf-8")
        code = re.sub(r'""".*?"""|#[^\n]*', "", text, flags=re.S)
        assert suspicious.findall(code) == [], file.name
