"""Kilograms and tonnes by pollutant become 污染当量数 (环境保护税法 第八、九条, 附表二)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from permu_xl.errors import UsageError
from permu_xl.findings import Level
from tests.intake.support import CODES, NAMES, Result, do, listed, xlsx

C, N = CODES, NAMES
HEAD = ["统一社会信用代码", "企业名称"]
LONG = [*HEAD, "排放口", "污染物名称", "排放量（千克）"]


def imported(tmp_path: Path, *tables: list[list[Any]], **more: Any) -> Result:
    base = xlsx(tmp_path / "统计.xlsx", listed(3))
    others = [xlsx(tmp_path / f"生态{k}.xlsx", rows) for k, rows in enumerate(tables)]
    return do(tmp_path / "b.xlsx", base, *others, **more)


def rows(*told: tuple[str, float], outlet: str = "1号", firm: int = 0) -> list[list[Any]]:
    return [[C[firm], N[firm], outlet, name, amount] for name, amount in told]


def test_the_three_largest_of_air(tmp_path: Path) -> None:
    # a published exercise: 14/0.95 = 14.74, 12/0.95 = 12.63, 120/16.7 = 7.19 and 60/10.75 = 5.58
    told = rows(("二氧化硫", 14), ("氮氧化物", 12), ("氯化氢", 60), ("一氧化碳", 120))
    result = imported(tmp_path, [LONG, *told])
    few = 14 / 0.95 + 12 / 0.95 + 120 / 16.7
    assert result.cell(0, "emission") == pytest.approx(few, rel=1e-12)
    assert round(few, 3) == 34.554  # 14.73684 + 12.63158 + 7.18563; with 5.58140: 40.13544
    found = result.one("H685")
    assert found.problem == "按法律只计前几项是34.554（已采用），全部相加是40.1354"
    assert "环境保护税法第八条、第九条" in result.one("W685").problem
    assert "二氧化硫÷0.95" in result.one("W685").problem


def test_five_of_the_first_class_and_three_others_of_water(tmp_path: Path) -> None:
    # a published exercise with ten kilograms of each
    first = ("总汞", "总镉", "总铬", "总砷", "总铅", "总银")
    other = ("悬浮物（SS）", "总有机碳（TOC）", "挥发酚", "氨氮")
    result = imported(tmp_path, [LONG, *rows(*((name, 10) for name in (*first, *other)))])
    # without chromium, 250, and suspended matter, 2.5
    counted = 20000 + 2000 + 500 + 500 + 400 + (125 + 10 / 0.49 + 12.5)
    assert result.cell(0, "emission") == pytest.approx(counted, rel=1e-12)
    left = [o for o in result.origins("污染物排放当量") if "没有计入" in o["status"]]
    assert [(o["raw"], o["counted"]) for o in left] == [("10", 250), ("10", 2.5)]
    assert {o["status"] for o in left} == {"没有计入：不在法律规定的前几项里"}


def test_every_step_has_its_origin(tmp_path: Path) -> None:
    head = [*HEAD, "二氧化硫（吨）", "化学需氧量（千克）"]
    result = imported(tmp_path, [head, [C[0], N[0], 1.9, 300]])
    assert result.cell(0, "emission") == 2300  # 1900 / 0.95 + 300 / 1
    sulphur, oxygen = result.origins("污染物排放当量")
    assert (sulphur["raw"], sulphur["source_unit"]) == ("1.9", "吨，换算成千克÷0.95")
    assert (sulphur["counted"], sulphur["value"], sulphur["source_cell"]) == (2000, 2300, "C2")
    assert (oxygen["header"], oxygen["counted"]) == ("化学需氧量（化学需氧量（千克））", 300)


def test_all_pollutants_on_demand(tmp_path: Path) -> None:
    told = rows(("二氧化硫", 0.95), ("氮氧化物", 0.95), ("氯气", 0.34), ("一般性粉尘", 2))
    result = imported(tmp_path, [LONG, *told], all_pollutants=True)
    assert result.cell(0, "emission") == 3.5
    assert result.one("H685").problem == "全部相加是3.5（已采用），按法律只计前几项是3"
    assert "--all-pollutants" in result.one("W685").problem


def test_outlets_are_counted_one_by_one(tmp_path: Path) -> None:
    # 1 each; the fourth at the first outlet is half an equivalent and does not count
    one = rows(("二氧化硫", 0.95), ("氮氧化物", 0.95), ("氯气", 0.34), ("一般性粉尘", 2))
    two = rows(("一般性粉尘", 2), outlet="2号")
    result = imported(tmp_path, [LONG, *one, *two])
    assert result.cell(0, "emission") == 3.5
    assert "每一排放口" in result.one("W685").problem
    # the same without outlets: the firm as one outlet, and dust has two figures
    bare = [[code, name, what, amount] for code, name, _, what, amount in (*one, *two)]
    (tmp_path / "x").mkdir()
    result = imported(tmp_path / "x", [[*LONG[:2], *LONG[3:]], *bare])
    assert result.cell(0, "emission") is None
    assert "一般性粉尘有几个数" in result.one("E688").problem


def test_without_outlets_it_is_said(tmp_path: Path) -> None:
    result = imported(tmp_path, [[*HEAD, "COD（吨）", "氨氮（吨）"], [C[0], N[0], 0.1, 0.08]])
    assert result.cell(0, "emission") == 200
    assert "表里没有写排放口" in result.one("W685").problem


def test_of_cod_bod_and_toc_one_counts(tmp_path: Path) -> None:
    # COD 1, BOD5 2, TOC 4 equivalents at one outlet: TOC; at another outlet COD 3
    one = rows(("化学需氧量", 1), ("BOD5", 1), ("TOC", 1.96), ("氨氮", 0.8))
    two = rows(("COD", 3), outlet="2号")
    result = imported(tmp_path, [LONG, *one, *two])
    assert result.cell(0, "emission") == 4 + 1 + 3
    left = [o["status"] for o in result.origins("污染物排放当量") if "没有计入" in o["status"]]
    assert left == ["没有计入：同一排放口的需氧量只计一项"] * 2
    assert result.found("H685") == []  # the sum of all has but one of them too


@pytest.mark.parametrize("name", ["某某物质", "硫化氢", "颗粒物"])
def test_what_has_no_confirmed_factor_is_asked_for(tmp_path: Path, name: str) -> None:
    told = [*rows(("二氧化硫", 0.95), (name, 5)), *rows(("二氧化硫", 1.9), (name, 0), firm=1)]
    result = imported(tmp_path, [LONG, *told])
    # a firm without any of it is not concerned
    assert result.column("emission", 2) == [None, 2]
    found = result.one("E686")
    assert (found.level, found.firm_name) == (Level.ERROR, N[0])
    assert name in found.problem


def test_factors_of_ones_own(tmp_path: Path) -> None:
    own = tmp_path / "系数.csv"
    own.write_bytes(
        "类,名称,单位,系数,来源\n大气污染物,硫化氢,千克,0.29,附表二\n".encode("gb18030")
    )
    told = rows(("二氧化硫", 0.95), ("硫化氢", 0.58))
    result = imported(tmp_path, [LONG, *told], factors=own)
    assert result.cell(0, "emission") == 3
    assert "硫化氢÷0.29" in result.one("W685").problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("名称,单位,系数\n", "缺少“类”列"),
        ("类,名称,单位,系数,猜\n", "不认识“猜”列"),
        ("类,名称,单位,系数\n大气,甲,千克,1\n", "的“类”写的是“大气”"),
        ("类,名称,单位,系数\n大气污染物,甲,千克,0\n", "应是大于0的数"),
        ("类,名称,单位,系数\n大气污染物,甲,千克,约1\n", "应是大于0的数"),
        ("类,名称,单位,系数\n大气污染物,,千克,1\n", "没有写名称"),
        ("类,名称,单位,系数\n大气污染物,甲,,1\n", "没有写单位"),
        ("类,名称,单位,系数,年份\n能源（等价值）,电力,千瓦时,0.3,去年\n", "年份“去年”"),
        ("类,名称,单位,系数\n大气污染物,甲,千克,1,2\n", "格数比表头多"),
    ],
)
def test_factors_that_are_wrong(tmp_path: Path, text: str, problem: str) -> None:
    own = tmp_path / "系数.csv"
    own.write_text(text, encoding="utf-8-sig")
    with pytest.raises(UsageError, match=problem):
        imported(tmp_path, [LONG], factors=own)


def test_a_name_of_air_and_water(tmp_path: Path) -> None:
    # fluoride: 0.87 in air, 0.5 in water; nothing says which
    result = imported(tmp_path, [LONG, *rows(("氟化物", 1), ("二氧化硫", 1))])
    assert result.cell(0, "emission") is None
    assert "废水和废气里的当量值不同" in result.one("E686").problem
    (tmp_path / "x").mkdir()
    head = [*HEAD, "污染物类别", "污染物名称", "排放量（千克）"]
    told = [[C[0], N[0], "水污染物", "氟化物", 1], [C[0], N[0], "大气污染物", "氟化物", 0.87]]
    assert imported(tmp_path / "x", [head, *told]).cell(0, "emission") == 3


def test_what_the_law_does_not_tax_is_left_out_and_told(tmp_path: Path) -> None:
    result = imported(tmp_path, [LONG, *rows(("氨氮", 0.8), ("总氮", 9), ("化学需氧量", 1))])
    assert result.cell(0, "emission") == 2
    (left,) = [o for o in result.origins("污染物排放当量") if "没有计入" in o["status"]]
    assert left["status"] == "没有计入：不是应税污染物"


def test_units_row_by_row(tmp_path: Path) -> None:
    head = [*HEAD, "污染物名称", "排放量", "单位"]
    told = [
        [C[0], N[0], "二氧化硫", 0.0019, "吨"],
        [C[0], N[0], "氨氮", 800, "克"],
        [C[1], N[1], "二氧化硫", 0.95, "千克"],
        [C[1], N[1], "氨氮", 5, "毫克/升"],
    ]
    result = imported(tmp_path, [head, *told])
    assert result.column("emission", 2) == [3, None]  # 1.9 / 0.95 + 0.8 / 0.8
    assert result.one("E614").firm_name == N[1]


@pytest.mark.parametrize("header", ["二氧化硫", "二氧化硫（吨、千克）"])
def test_a_column_without_one_unit_bars_the_table(tmp_path: Path, header: str) -> None:
    result = imported(tmp_path, [[*HEAD, header, "氨氮（千克）"], [C[0], N[0], 1, 0.8]])
    assert result.cell(0, "emission") is None
    assert any(f.level is Level.ERROR and f.file == "生态0.xlsx" for f in result.findings)


def test_a_title_with_two_units_bars_the_table(tmp_path: Path) -> None:
    rows = [["单位：吨、千克"], [*HEAD, "二氧化硫", "氨氮"], [C[0], N[0], 1, 0.8]]
    result = imported(tmp_path, rows)
    assert result.cell(0, "emission") is None
    assert result.found("E611")


def test_the_unit_of_the_title(tmp_path: Path) -> None:
    rows = [["单位：吨"], [*HEAD, "二氧化硫", "氨氮"], [C[0], N[0], 0.0019, 0.0008]]
    assert imported(tmp_path, rows).cell(0, "emission") == 3


def test_air_and_water_in_two_files_add_up(tmp_path: Path) -> None:
    water = [[*HEAD, "COD（千克）", "氨氮（千克）"], [C[0], N[0], 10, 8]]
    air = [[*HEAD, "二氧化硫（千克）", "氮氧化物（千克）"], [C[0], N[0], 9.5, 19]]
    result = imported(tmp_path, water, air)
    assert result.cell(0, "emission") == 10 + 10 + 10 + 20
    assert {o["file"] for o in result.origins("污染物排放当量")} == {"生态0.xlsx", "生态1.xlsx"}


def test_the_equivalents_themselves_come_first(tmp_path: Path) -> None:
    head = [*HEAD, "污染当量数", "COD（千克）", "氨氮（千克）"]
    result = imported(tmp_path, [head, [C[0], N[0], 15, 10, 8]])
    assert result.cell(0, "emission") == 15
    assert "W685" not in result.codes()
    assert "“COD（千克）”" in result.one("H610").problem


def test_another_table_with_other_equivalents(tmp_path: Path) -> None:
    tax = [[*HEAD, "污染当量数"], [C[0], N[0], 15]]
    raw = [[*HEAD, "COD（千克）", "氨氮（千克）"], [C[0], N[0], 10, 8]]
    result = imported(tmp_path, tax, raw)
    assert result.cell(0, "emission") is None
    assert "15" in result.one("E641").problem
    assert "20" in result.one("E641").problem


def test_one_pollutant_alone_is_no_sum(tmp_path: Path) -> None:
    head = [*HEAD, "实缴税收（万元）", "COD（千克）"]
    result = imported(tmp_path, [head, [C[0], N[0], 15, 10]])
    assert result.cell(0, "emission") is None
    assert "“COD（千克）”" in result.one("H610").problem


def test_totals_of_a_firm_are_no_pollutant(tmp_path: Path) -> None:
    told = rows(("氨氮", 0.8), ("总磷", 0.25), ("合计", 1.05))
    assert imported(tmp_path, [LONG, *told]).cell(0, "emission") == 2


def test_figures_that_are_none(tmp_path: Path) -> None:
    head = [*HEAD, "COD（千克）", "氨氮（千克）"]
    told = [[C[0], N[0], "约十", 8], [C[1], N[1], "—", 8], [C[2], N[2], 0, 0]]
    result = imported(tmp_path, [head, *told])
    assert result.column("emission", 3) == [None, 10, 0]
    assert result.one("E621").firm_name == N[0]
    assert result.one("W622").firm_name == N[1]


def test_a_scheme_in_tonnes_is_left_alone(tmp_path: Path) -> None:
    head = [*HEAD, "COD（千克）", "氨氮（千克）"]
    base = xlsx(tmp_path / "统计.xlsx", [[*HEAD, "主营业务收入（万元）"], [C[0], N[0], 5000]])
    table = xlsx(tmp_path / "生态.xlsx", [head, [C[0], N[0], 10, 8]])
    result = do(tmp_path / "b.xlsx", base, table, scheme="huangyan_2022", roster=(base,))
    assert "W685" not in result.codes()


def test_a_firm_with_nothing_that_counts_is_left_blank(tmp_path: Path) -> None:
    told = [*rows(("总氮", 5)), *rows(("某某", 0), firm=1), *rows(("氨氮", 0), firm=2)]
    result = imported(tmp_path, [LONG, *told])
    # no taxed pollutant is not an emission of 0; a reported 0 is
    assert result.column("emission", 3) == [None, None, 0]
    assert result.one("E686").firm_name == N[0]
