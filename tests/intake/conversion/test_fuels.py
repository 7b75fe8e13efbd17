"""Fuels become standard coal (GB/T 2589), electricity on the basis of the scheme (R22)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from permu_xl.findings import Level
from permu_xl.schemes import load
from tests.intake.support import CODES, NAMES, Result, do, listed, xlsx

C, N = CODES, NAMES
HEAD = ["统一社会信用代码", "企业名称"]
OWN = 'extends = "shenyang_2021"\nid = "own"\n[columns.energy]\nbasis = "等价值"\n'


def imported(tmp_path: Path, rows: list[list[Any]], **more: Any) -> Result:
    base = xlsx(tmp_path / "统计.xlsx", listed(3))
    return do(tmp_path / "b.xlsx", base, xlsx(tmp_path / "能源.xlsx", rows), **more)


def test_a_column_for_each_fuel(tmp_path: Path) -> None:
    head = [*HEAD, "原煤（吨）", "柴油（千克）", "电力（万千瓦时）"]
    result = imported(tmp_path, [head, [C[0], N[0], 100, 1000, 10]])
    # 100 x 0.7143 + 1 x 1.4571 + 100,000 x 0.1229 / 1,000
    assert result.cell(0, "energy") == pytest.approx(71.43 + 1.4571 + 12.29, rel=1e-12)
    found = result.one("W685")
    assert "方案没有写口径，电力按当量值" in found.problem
    assert "电力×0.1229" in found.problem
    coal, *_ = result.origins("综合能耗")
    assert (coal["raw"], coal["source_unit"]) == ("100", "吨，换算成千克×0.7143")
    assert coal["counted"] == 71.43


def test_a_row_for_each_fuel(tmp_path: Path) -> None:
    head = [*HEAD, "能源名称", "计量单位", "消费量"]
    told = [
        [C[0], N[0], "汽油", "吨", 2],
        [C[0], N[0], "热力", "吉焦", 100],
        [C[0], N[0], "油田天然气", "万立方米", 0.1],
        [C[0], N[0], "电力", "千瓦时", 10000],
        [C[0], N[0], "合计", "吨标准煤", 9],
    ]
    result = imported(tmp_path, [head, *told])
    # 2 x 1.4714 + 100,000 MJ x 0.03412 / 1,000 + 1,000 x 1.33 / 1,000 + 1.229
    assert result.cell(0, "energy") == pytest.approx(2.9428 + 3.412 + 1.33 + 1.229, rel=1e-12)


@pytest.mark.parametrize("name", ["天然气", "煤炭", "蒸汽"])
def test_a_factor_that_is_not_confirmed_is_asked_for(tmp_path: Path, name: str) -> None:
    unit = {"天然气": "立方米", "煤炭": "吨", "蒸汽": "吨"}[name]
    head = [*HEAD, f"{name}（{unit}）", "柴油（吨）"]
    result = imported(tmp_path, [head, [C[0], N[0], 5, 1], [C[1], N[1], 0, 1]])
    assert result.column("energy", 2) == [None, 1.4571]
    found = result.one("E686")
    assert found.level is Level.ERROR
    assert "--factors" in found.remedy


def test_a_factor_of_ones_own(tmp_path: Path) -> None:
    own = tmp_path / "系数.csv"
    own.write_text("类,名称,单位,系数\n能源,天然气,立方米,1.2\n", encoding="utf-8-sig")
    head = [*HEAD, "天然气消费量（立方米）", "柴油（吨）"]
    result = imported(tmp_path, [head, [C[0], N[0], 1000, 1]], factors=own)
    assert result.cell(0, "energy") == pytest.approx(1.2 + 1.4571, rel=1e-12)


@pytest.mark.parametrize(("year", "energy"), [("2022", 3 + 1.4571), ("2021", None), ("", 4.4571)])
def test_electricity_as_the_scheme_counts_it(
    tmp_path: Path, year: str, energy: float | None
) -> None:
    scheme, own = tmp_path / "own.toml", tmp_path / "系数.csv"
    scheme.write_text(OWN, encoding="utf-8")
    told = f"类,名称,单位,系数,年份\n能源（等价值）,电力,千瓦时,0.3,{year}\n"
    own.write_text(told, encoding="utf-8-sig")
    head = [*HEAD, "用电量（万千瓦时）", "柴油（吨）"]
    rows = [head, [C[0], N[0], 1, 1]]
    result = imported(tmp_path, rows, scheme=str(scheme), factors=own)
    found = result.cell(0, "energy")
    assert found == (energy if energy is None else pytest.approx(energy, rel=1e-12))
    if energy is not None:
        assert "电力按方案的等价值" in result.one("W685").problem


def test_the_equivalent_value_is_never_assumed(tmp_path: Path) -> None:
    scheme = tmp_path / "own.toml"
    scheme.write_text(OWN, encoding="utf-8")
    head = [*HEAD, "用电量（万千瓦时）", "柴油（吨）"]
    result = imported(tmp_path, [head, [C[0], N[0], 1, 1]], scheme=str(scheme))
    assert result.cell(0, "energy") is None
    assert result.one("E686").problem == (
        "方案用等价值，没有2022年“电力”的等价系数，这户的“综合能耗”没有折算"
    )


def test_electricity_that_the_scheme_asks_for_itself(tmp_path: Path) -> None:
    own = tmp_path / "系数.csv"
    own.write_text("类,名称,单位,系数\n能源（等价值）,电力,千瓦时,0.3\n", encoding="utf-8-sig")
    scheme = load("huangyan_2022")
    unit = scheme.columns["electricity"].unit
    base = xlsx(tmp_path / "统计.xlsx", [[*HEAD, "主营业务收入（万元）"], [C[0], N[0], 5000]])
    head = [*HEAD, f"用电量（{unit}）", "柴油（吨）"]
    table = xlsx(tmp_path / "能源.xlsx", [head, [C[0], N[0], 1, 1]])
    result = do(
        tmp_path / "b.xlsx", base, table,
        scheme="huangyan_2022", roster=(base,), factors=own, read_as=scheme,
    )  # fmt: skip
    assert result.cell(0, "electricity") == 1
    hours = {"千瓦时": 1, "万千瓦时": 10000}[unit]
    assert result.cell(0, "energy") == pytest.approx(0.3 * hours / 1000 + 1.4571, rel=1e-12)


def test_electricity_alone_is_no_energy(tmp_path: Path) -> None:
    result = imported(
        tmp_path, [[*HEAD, "实缴税收（万元）", "用电量（万千瓦时）"], [C[0], N[0], 9, 1]]
    )
    assert result.cell(0, "energy") is None
    assert "W685" not in result.codes()


def test_the_whole_comes_first(tmp_path: Path) -> None:
    head = [*HEAD, "综合能耗（吨标准煤）", "原煤（吨）", "电力（万千瓦时）"]
    result = imported(tmp_path, [head, [C[0], N[0], 500, 100, 10]])
    assert result.cell(0, "energy") == 500
    assert "W685" not in result.codes()


def test_a_unit_of_another_kind(tmp_path: Path) -> None:
    head = [*HEAD, "柴油（立方米）", "汽油（吨）"]
    result = imported(tmp_path, [head, [C[0], N[0], 1, 1]])
    assert result.cell(0, "energy") is None
    assert result.one("E614").problem == (
        "“1”的单位是“立方米”，换算不成“千克”，这户的“综合能耗”没有折算"
    )
