"""PERMU_PARAM: the numbers of a scheme by name."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import replace
from typing import Any

import pytest

from permu_xl import functions
from permu_xl.functions import arguments
from permu_xl.functions.library.parameters import named_parameters
from permu_xl.schemes import available, load
from tests.engine.support import SHIPPED, shenyang, toy, tracks_scheme
from tests.functions.support import NA, REF, VALUE, column, flat, one


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("亩均税收权重", 30.0),
        ("indicators.tax_per_mu.weight", 30.0),
        ("INDICATORS.Tax_per_mu.Weight", 30.0),
        (" 亩均税收 权重 ", 30.0),
        ("研发投入强度权重", 20.0),
        ("研发投入强度换算倍数", 100.0),
        ("单位污染物排放税收封顶倍数", 1.2),
        ("单位污染物排放税收最高得分", 18.0),
        ("新办企业年限", 2.0),
        ("前半区比例", 0.5),
        ("A类名额比例", 0.15),
        ("Ａ类名额比例", 0.15),
        ("C/D类名额比例", 0.1),
        ("classification.selections.last.share", 0.1),
        ("用水第2档上限倍数", 1.2),
        ("water_fee.tiers.3.factor", 2.0),
        ("研发投入强度目标", 3.5),
        ("checks.floors.revenue", 2000.0),
        ("加分上限", NA),  # Shenyang has none
        ("亩均税收", NA),
        ("不存在", NA),
        ("", ""),
        (None, ""),
        (30, NA),
        (True, NA),
        (dt.date(2020, 1, 1), NA),
        ("#REF!", REF),
    ],
)
def test_parameter(name: Any, expected: Any) -> None:
    assert one("PERMU_PARAM", name) == expected


def test_shapes_of_names() -> None:
    assert functions.call("PERMU_PARAM", [column(["亩均税收权重", None, "x"])]) == [
        [30.0], [""], [NA],
    ]  # fmt: skip
    assert functions.call("PERMU_PARAM", [["新办企业年限", REF]]) == [[2.0, REF]]
    assert flat("PERMU_PARAM", [["x"], ["x", "y"]]) == [VALUE]
    assert flat("PERMU_PARAM") == [VALUE]
    assert flat("PERMU_PARAM", "新办企业年限", "大连") == [NA]
    assert flat("PERMU_PARAM", "新办企业年限", ["shenyang_2021", "x"]) == [VALUE]


def test_parameters_of_another_scheme(toy_scheme: str) -> None:
    names = ["得分小数位数", "加分上限", "示范加分", "单位取水销售额人工核定基准值", "甲类名额比例"]
    assert flat("PERMU_PARAM", names, toy_scheme) == [1.0, 3.0, 2.0, 5.0, 0.2]


@pytest.mark.parametrize(
    "scheme",
    [*map(load, available()), toy(), tracks_scheme()],
    ids=[*available(), "toy", "toy_tracks"],
)
def test_names_and_ids_are_unambiguous(scheme: Any) -> None:
    found = list(named_parameters(scheme))
    keys = [p.name for p in found] + [p.id for p in found]
    assert len(set(keys)) == len(keys)
    assert all(p.clause for p in found)


def test_every_number_of_the_shipped_file_has_a_name() -> None:
    """Follow each id into the file; what no id leads to must be a date, a text or a flag."""
    values = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    found = {p.id: p.value for p in named_parameters(shenyang()) if not p.id.endswith(".maximum")}

    def numbers(value: Any, path: str) -> dict[str, float]:
        if isinstance(value, dict):
            pairs = value.items()
        elif isinstance(value, list):
            pairs = [(str(k), item) for k, item in enumerate(value, start=1)]
        else:
            is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
            return {path: float(value)} if is_number else {}
        found: dict[str, float] = {}
        for key, item in pairs:
            found |= numbers(item, f"{path}.{key}".lstrip("."))
        return found

    assert found == numbers(values, "")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("亩均税收基准倍数", 2.0),
        ("单位销售能耗缺数据扣分", 3.0),
        ("单位销售能耗人工核定基准值", 5.0),
        ("单位销售能耗人工核定基准值（食品）", 2.0),
        ("indicators.energy_per_sales.baseline.manual_by.机械", 4.0),
        ("规上A类截至比例", 0.2),
        ("tracks.big.classification.cuts.2.up_to", 0.7),
        ("规下前半区比例", 0.5),
        ("规下C/D类名额比例", 0.25),
        ("扣分上限", 8.0),
        ("品牌上限", 2.0),
        ("品质加分比例", 0.05),
        ("失信加分", -4.0),
        ("厂房出租分值", -2.0),
        ("bonus.counts.letting.free", 1.0),
        ("得分小数位数", NA),
    ],
)
def test_parameters_of_a_scheme_of_every_piece(tracks: str, name: str, expected: Any) -> None:
    assert one("PERMU_PARAM", name, tracks) == expected


def test_a_scheme_that_is_read_anew_has_its_new_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    for weight in (40.0, 41.0):
        first, *others = shenyang().indicators
        changed = shenyang().with_indicators((replace(first, weight=weight), *others))
        monkeypatch.setattr(arguments, "load", lambda id, changed=changed: changed)
        assert one("PERMU_PARAM", "亩均税收权重") == weight
