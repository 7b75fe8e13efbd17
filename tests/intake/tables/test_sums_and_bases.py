"""Columns that add up, columns that stand beside, energy counted in two ways (R22), leases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from permu_xl.findings import Level
from permu_xl.schemes import load
from tests.intake.support import CODES, NAMES, Result, do, listed, text, xlsx

C, N = CODES, NAMES
HEAD = ["统一社会信用代码", "企业名称"]


def imported(tmp_path: Path, rows: list[list[Any]], **more: Any) -> Result:
    base = xlsx(tmp_path / "统计.xlsx", listed(3))
    return do(tmp_path / "b.xlsx", base, xlsx(tmp_path / "部门.xlsx", rows), **more)


def test_two_taxes_add_up(tmp_path: Path) -> None:
    rows = [[*HEAD, "国税（万元）", "地税（元）"], [C[0], N[0], 9, 110000], [C[1], N[1], 4, None]]
    result = imported(tmp_path, rows)
    assert result.column("tax", 3) == [20, 4, None]
    assert result.one("W683").firm_name == N[1]
    assert [o["source_cell"] for o in result.origins("实缴税收")] == ["C2", "D2", "C3"]


def test_the_sum_beside_its_parts_must_agree(tmp_path: Path) -> None:
    head = [*HEAD, "国税（万元）", "地税（万元）", "实缴税收（万元）"]
    result = imported(tmp_path, [head, [C[0], N[0], 9, 11, 20], [C[1], N[1], 1, 2, 6]])
    assert result.column("tax", 2) == [20, None]
    assert "各分项之和（3）" in result.one("E645").problem


def test_one_of_two_taxes_is_not_the_whole(tmp_path: Path) -> None:
    result = imported(tmp_path, [[*HEAD, "国税（万元）"], [C[0], N[0], 9]])
    assert result.cell(0, "tax") is None
    assert result.one("E683").level is Level.ERROR


def test_the_districts_own_sums(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[items.tax]\nadd = [["增值税", "所得税", "其他税"]]\n', encoding="utf-8")
    rows = [[*HEAD, "增值税（万元）", "所得税（万元）", "其他税（万元）"], [C[0], N[0], 1, 2, 4]]
    assert imported(tmp_path, rows, synonyms=own).cell(0, "tax") == 7


def test_a_scheme_says_which_columns_add_up(tmp_path: Path) -> None:
    scheme = tmp_path / "own.toml"
    scheme.write_text(
        'extends = "shenyang_2021"\nid = "own"\n[columns.tax]\nsum_of = ["本级税", "上级税"]\n',
        encoding="utf-8",
    )
    rows = [[*HEAD, "本级税（万元）", "上级税（万元）"], [C[0], N[0], 1, 2]]
    assert imported(tmp_path, rows, scheme=str(scheme)).cell(0, "tax") == 3


def test_what_stands_beside_the_tax_is_named_and_not_counted(tmp_path: Path) -> None:
    head = [*HEAD, "实缴税收（万元）", "免抵调库（万元）", "减免税（万元）", "留抵退税（万元）"]
    result = imported(tmp_path, [head, [C[0], N[0], 9, 11, 10, 1]])
    assert result.cell(0, "tax") == 9
    problem = result.one("W682").problem
    for word in ("免抵调库", "减免税", "留抵退税"):
        assert word in problem


def test_three_areas_side_by_side(tmp_path: Path) -> None:
    head = [*HEAD, "持证面积（亩）", "实际占地面积（亩）", "用地面积（亩）"]
    result = imported(tmp_path, [head, [C[0], N[0], 9, 11, 10]])
    assert result.cell(0, "land") == 10
    finding = result.one("W682")
    assert "取自“用地面积（亩）”" in finding.problem
    assert "“持证面积（亩）”、“实际占地面积（亩）”没有计入" in finding.problem


BOTH = ["综合能耗（当量值）（吨标准煤）", "综合能耗（等价值）（吨标准煤）"]


@pytest.mark.parametrize(
    ("scheme", "headers", "expected", "code"),
    [
        (None, BOTH, None, "E684"),
        (None, BOTH[:1], 60, ""),
        (None, BOTH[1:], 60, ""),
        ("huangyan_2022", BOTH, 80, "H684"),
        ("huangyan_2022", BOTH[:1], None, "E684"),
        ("huangyan_2022", ["综合能耗（吨标准煤）"], 60, ""),
    ],
)
def test_the_basis_of_energy(
    scheme: str | None, headers: list[str], expected: float | None, code: str, tmp_path: Path
) -> None:
    rows = [[*HEAD, *headers], [C[0], N[0], *[60, 80][: len(headers)]]]
    result = imported(tmp_path, rows, scheme=scheme, read_as=load(scheme or "shenyang_2021"))
    assert result.cell(0, "energy") == expected
    assert not code or code in result.codes()


LEASE = [*HEAD, "自有（亩）", "租入（亩）", "租出（亩）", "出租企业", "承租企业"]


def test_a_lease_that_both_sides_report_counts_once(tmp_path: Path) -> None:
    rows = [LEASE, [C[0], N[0], 20, None, 5, None, N[1]], [C[1], N[1], 1, 5, None, N[0], None]]
    result = imported(tmp_path, rows)
    assert result.column("land", 2) == [15, 6]
    assert not {"W696", "W697", "H698"} & set(result.codes())


def test_a_lease_that_one_side_reports_credits_the_other(tmp_path: Path) -> None:
    rows = [LEASE, [C[0], N[0], 20, None, 5, None, C[1]], [C[1], N[1], 1, None, None, None, None]]
    rows[0] = [*LEASE[:-1], "承租企业代码"]
    result = imported(tmp_path, rows)
    assert result.column("land", 2) == [15, 6]
    assert "对方没有报租入" in result.one("W696").problem


def test_rent_without_let_is_listed(tmp_path: Path) -> None:
    rows = [LEASE, [C[0], N[0], 20, None, None, None, None], [C[1], N[1], 1, 5, None, N[0], None]]
    result = imported(tmp_path, rows)
    assert result.column("land", 2) == [15, 6]
    assert "对方没有报租出" in result.one("W696").problem


def test_two_sides_that_differ_are_told(tmp_path: Path) -> None:
    rows = [LEASE, [C[0], N[0], 20, None, 5, None, N[1]], [C[1], N[1], 1, 4, None, N[0], None]]
    result = imported(tmp_path, rows)
    assert result.column("land", 2) == [15, 5]
    assert "5，对方报租入4" in result.one("W697").problem


def test_a_register_of_leases_adds_to_the_own_land_of_another_table(tmp_path: Path) -> None:
    base = xlsx(tmp_path / "统计.xlsx", listed(2))
    own = xlsx(
        tmp_path / "土地.xlsx", [[*HEAD, "用地面积（亩）"], [C[0], N[0], 20], [C[1], N[1], 1]]
    )
    leases = text(tmp_path / "租赁.csv", [["出租方", "承租方", "面积（亩）"], [N[0], N[1], 5]])
    result = do(tmp_path / "b.xlsx", base, own, leases)
    assert result.column("land", 2) == [15, 6]
    assert {f.firm_name for f in result.found("W695")} == {N[0], N[1]}


def test_a_tenant_beside_land_that_is_not_said_to_be_let(tmp_path: Path) -> None:
    rows = [[*HEAD, "用地面积（亩）", "承租方"], [C[0], N[0], 12, N[1]]]
    result = imported(tmp_path, rows)
    assert result.column("land", 2) == [12, None]
    assert "写了承租方" in result.one("W680").problem
