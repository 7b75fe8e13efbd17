"""Land: a row a parcel, own and rented in added, rented out taken away, in any unit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from permu_xl.findings.kinds import Level
from tests.intake.support import CODES as C
from tests.intake.support import NAMES as N
from tests.intake.support import Result, do, listed, xlsx


def land(tmp_path: Path, sheets: Any, **more: Any) -> Result:
    stats = xlsx(tmp_path / "统计.xlsx", listed(3))
    return do(tmp_path / "b.xlsx", stats, xlsx(tmp_path / "国土.xlsx", sheets, **more))


KINDS = [
    ["土地使用权人", "信用代码", "宗地号", "用地方式", "宗地面积（平方米）"],
    [N[0], C[0], "1-1", "自有", 20000],  # 30 mu
    [N[0], C[0], "1-2", "租入", 2000],  # 3 mu
    [N[0], C[0], "1-3", "租出", 6000],  # 9 mu
    [N[1], C[1], "2-1", "出让", 1000],  # 1.5 mu
]


def test_parcels_are_summed_by_firm_and_kind(tmp_path: Path) -> None:
    result = land(tmp_path, KINDS)
    assert result.column("land", 3) == [24, 1.5, None]
    counted = [o["counted"] for o in result.origins("用地面积") if o["firm_code"] == C[0]]
    assert counted == [30, 3, -9]
    assert {o["source_cell"] for o in result.origins("用地面积")} == {"E2", "E3", "E4", "E5"}


def test_columns_for_own_rented_in_and_rented_out(tmp_path: Path) -> None:
    rows = [
        ["企业名称", "用地面积（公顷）", None, None],
        [None, "自有", "租入", "租出"],
        [N[0], 2, 0.5, 1],  # 30 + 7.5 - 15
        [N[0], 0.02, None, None],  # 0.3
        [N[1], None, 1, None],
    ]
    result = land(tmp_path, rows, merged=["A1:A2", "B1:D1"])
    assert result.column("land", 3) == [22.8, 15, None]


def test_units_differ_between_sheets(tmp_path: Path) -> None:
    result = land(
        tmp_path,
        {
            "国有": [["单位：平方米"], ["用地单位", "用地面积"], [N[0], 200]],
            "集体": [["用地单位", "用地面积（亩）"], [N[0], 0.1]],
            "租赁": [["用地单位", "租出（公顷）"], [N[0], 0.01]],
        },
    )
    assert result.cell(0, "land") == 0.25


def test_firms_merged_over_their_parcels(tmp_path: Path) -> None:
    rows = [["权利人", "面积（亩）"], [N[0], 1.1], [None, 2.2], [None, 3.3], [N[1], 4]]
    result = land(tmp_path, rows, merged=["A2:A4"])
    assert result.column("land", 2) == [6.6, 4]


def test_parcels_without_a_firm_are_never_given_to_the_one_above(tmp_path: Path) -> None:
    result = land(tmp_path, [["权利人", "面积（亩）"], [N[0], 1.1], [None, 2.2]])
    assert result.cell(0, "land") == 1.1
    assert result.one("E628").cell == "B3"


def test_a_sheet_of_land_rented_out(tmp_path: Path) -> None:
    sheets = {
        "自有土地": [["权利人", "面积（亩）"], [N[0], 10]],
        "出租土地": [["权利人", "面积（亩）"], [N[0], 3]],
    }
    result = land(tmp_path, sheets)
    assert result.cell(0, "land") == 7
    assert "减去" in result.one("W629").problem


def test_a_kind_nobody_knows_bars_the_firms_land(tmp_path: Path) -> None:
    rows = [*KINDS, [N[1], C[1], "2-2", "借用", 500]]
    result = land(tmp_path, rows)
    assert result.column("land", 2) == [24, None]
    finding = result.one("E625")
    assert finding.level is Level.ERROR
    assert (finding.cell, finding.value) == ("E6", "借用")
    kept = [o["status"] for o in result.origins("用地面积") if o["firm_code"] == C[1]]
    assert all(status.startswith("没有写入") for status in kept)


def test_a_kind_column_without_known_words_is_told(tmp_path: Path) -> None:
    rows = [["权利人", "用地性质", "面积（亩）"], [N[0], "工业用地", 5]]
    result = land(tmp_path, rows)
    assert result.cell(0, "land") == 5
    assert "看不出" in result.one("W619").problem


def test_a_parcel_written_twice_is_told(tmp_path: Path) -> None:
    rows = [
        ["序号", "权利人", "宗地号", "面积（亩）"],
        [1, N[0], "1-1", 5],
        [2, N[0], "1-1", 5],
        [3, N[0], "1-2", 5],
    ]
    result = land(tmp_path, rows)
    assert result.cell(0, "land") == 15
    assert "第2行完全相同" in result.one("W647").problem


def test_a_sum_beside_its_parts_must_agree(tmp_path: Path) -> None:
    head = ["企业名称", "自有面积（亩）", "租入面积（亩）", "租出面积（亩）", "用地面积合计（亩）"]
    result = land(tmp_path, [head, [N[0], 10, 2, 1, 11], [N[1], 10, 2, 1, 13]])
    assert result.column("land", 2) == [11, None]
    assert "不等于" in result.one("E645").problem


def test_more_rented_out_than_there_is(tmp_path: Path) -> None:
    head = ["企业名称", "自有面积（亩）", "租出面积（亩）"]
    result = land(tmp_path, [head, [N[0], 10, 12]])
    assert result.cell(0, "land") == -2
    assert result.one("W646").level is Level.WARNING


@pytest.mark.parametrize("parcels", [3, 10])
def test_a_third_of_a_mu_is_exact(parcels: int, tmp_path: Path) -> None:
    rows = [["权利人", "宗地号", "面积（平方米）"]]
    result = land(tmp_path, [*rows, *([N[0], i, 66.6] for i in range(parcels))])
    assert result.cell(0, "land") == parcels * 666 * 15 / 100000
