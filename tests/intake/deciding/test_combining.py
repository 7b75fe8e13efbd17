"""One figure a firm: rows written twice, tables that disagree, which table lists the firms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from permu_xl.errors import UsageError
from permu_xl.findings.kinds import Level
from tests.intake.support import CODES as C
from tests.intake.support import NAMES as N
from tests.intake.support import Result, do, listed, xlsx

STATS = ["信用代码", "企业名称", "总产值（万元）", "主营业务收入（千元）"]
TAX = ["信用代码", "企业名称", "实缴税收（万元）", "主营业务收入（元）"]


def two(tmp_path: Path, stats: Any, tax: Any, **more: Any) -> Result:
    """Import a statistics and a tax table that both have the first firm's revenue."""
    one = xlsx(tmp_path / "统计.xlsx", [STATS, [C[0], N[0], 1, stats]])
    other = xlsx(tmp_path / "税务.xlsx", [TAX, [C[0], N[0], 1, tax]])
    more = {k: tuple(tmp_path / name for name in v) for k, v in more.items()}
    return do(tmp_path / "b.xlsx", one, other, **more)


def test_tables_that_agree_across_units_are_silent(tmp_path: Path) -> None:
    result = two(tmp_path, 1234.5, 1234500)
    assert result.cell(0, "revenue") == 123.45
    assert [f for f in result.findings if f.level is not Level.HINT] == []
    origins = result.origins("主营业务收入")
    assert [o["file"] for o in origins] == ["统计.xlsx", "税务.xlsx"]
    assert [o["status"] for o in origins] == ["写入", "与采用的数相同"]


def test_tables_that_disagree_leave_the_cell_blank(tmp_path: Path) -> None:
    result = two(tmp_path, 1234, 1235000)
    finding = result.one("E641")
    assert finding.level is Level.ERROR
    for said in ("统计.xlsx Sheet1!D2 是123.4", "税务.xlsx Sheet1!D2 是123.5", "--prefer"):
        assert said in finding.problem + finding.remedy
    assert result.cell(0, "revenue") is None
    assert result.cell(0, "tax") == 1
    statuses = {o["status"] for o in result.origins("主营业务收入")}
    assert statuses == {"没有写入：几张表不一致"}


def test_the_preferred_table_wins_and_is_told(tmp_path: Path) -> None:
    result = two(tmp_path, 1234, 1235000, prefer=["税务.xlsx"])
    assert result.cell(0, "revenue") == 123.5
    assert result.one("W640").level is Level.WARNING
    statuses = {o["file"]: o["status"] for o in result.origins("主营业务收入")}
    assert statuses == {"税务.xlsx": "写入", "统计.xlsx": "没有采用：与采用的数不同"}


@pytest.mark.parametrize(
    ("stats", "tax", "code", "revenue"),
    [
        (1234.6, 1234567.89, "H642", 123.456789),  # the one is the other rounded
        (1234.5, 1234567.89, "E641", None),  # cut off, not rounded
        (1234, 1233000, "E641", None),
        (1, 1499.99, "H642", 0.149999),
        (1, 1500.01, "E641", None),
    ],
)
def test_rounding_is_no_disagreement(
    stats: float, tax: float, code: str, revenue: float | None, tmp_path: Path
) -> None:
    result = two(tmp_path, stats, tax)
    assert len(result.found(code)) == 1
    assert result.cell(0, "revenue") == revenue


def test_a_blank_in_one_table_is_no_disagreement(tmp_path: Path) -> None:
    assert two(tmp_path, None, 1235000).cell(0, "revenue") == 123.5


def test_zero_and_a_figure_disagree(tmp_path: Path) -> None:
    assert len(two(tmp_path, 0, 1235000).found("E641")) == 1


def test_a_firm_twice_with_the_same_figures(tmp_path: Path) -> None:
    rows = [STATS, [C[0], N[0], 5, 10], [C[0], N[0], 5, 10], [C[1], N[1], 6, 10]]
    result = do(tmp_path / "b.xlsx", xlsx(tmp_path / "统计.xlsx", rows))
    assert result.done.firms == 2
    assert result.column("output", 2) == [5, 6]
    assert result.one("W644").level is Level.WARNING


def test_a_firm_twice_with_other_figures(tmp_path: Path) -> None:
    rows = [STATS, [C[0], N[0], 5, 10], [C[0], N[0], 7, 10]]
    result = do(tmp_path / "b.xlsx", xlsx(tmp_path / "统计.xlsx", rows))
    assert result.cell(0, "output") is None
    assert result.cell(0, "revenue") == 1
    finding = result.one("E643")
    assert "Sheet1!C2 是5万元" in finding.problem
    assert "Sheet1!C3 是7万元" in finding.problem


def test_a_firm_on_two_sheets_with_different_items(tmp_path: Path) -> None:
    sheets = {
        "产值": [["信用代码", "总产值（万元）"], [C[0], 5]],
        "能耗": [["信用代码", "综合能耗（吨标准煤）"], [C[0], 6]],
    }
    result = do(tmp_path / "b.xlsx", xlsx(tmp_path / "统计.xlsx", sheets))
    assert (result.cell(0, "output"), result.cell(0, "energy")) == (5, 6)
    assert result.found("W644") == []


def test_a_broken_cell_is_not_replaced_by_another_tables_figure(tmp_path: Path) -> None:
    result = two(tmp_path, "约三百", 1235000)
    assert result.cell(0, "revenue") is None
    assert len(result.found("E621")) == 1


def test_a_department_split_into_two_files_lacks_nobody(tmp_path: Path) -> None:
    stats = xlsx(tmp_path / "统计.xlsx", listed(3))
    one = xlsx(tmp_path / "税一.xlsx", [TAX[:3], [C[0], N[0], 1]])
    other = xlsx(tmp_path / "税二.xlsx", [TAX[:3], [C[1], N[1], 2]])
    result = do(tmp_path / "b.xlsx", stats, one, other)
    finding = result.one("W648")
    assert finding.firm_code == C[2]
    assert "税一.xlsx、税二.xlsx" in finding.problem


def test_the_statistics_table_lists_the_firms(tmp_path: Path) -> None:
    tax = xlsx(tmp_path / "税务.xlsx", [TAX[:3], *([C[i], N[i], i] for i in range(6))])
    stats = xlsx(tmp_path / "统计.xlsx", listed(2))
    result = do(tmp_path / "b.xlsx", tax, stats)
    assert result.done.firms == 2
    assert result.column("name", 3) == [N[0], N[1], None]
    assert result.column("serial", 3) == [1, 2, None]
    assert "统计.xlsx" in result.one("H638").problem
    assert len(result.found("W634") + result.found("H630")) == 4


def test_another_table_lists_the_firms_when_told(tmp_path: Path) -> None:
    tax = xlsx(tmp_path / "税务.xlsx", [TAX[:3], *([C[i], N[i], i] for i in range(6))])
    stats = xlsx(tmp_path / "统计.xlsx", listed(2))
    result = do(tmp_path / "b.xlsx", tax, stats, roster=(tax,))
    assert result.done.firms == 6
    both = do(tmp_path / "c.xlsx", tax, stats, roster=(stats, tax))
    assert both.done.firms == 6
    assert both.column("name", 2) == [N[0], N[1]]


def test_without_a_statistics_table_the_list_is_asked_for(tmp_path: Path) -> None:
    tax = xlsx(tmp_path / "税务.xlsx", [TAX[:3], [C[0], N[0], 1]])
    with pytest.raises(UsageError, match="--roster"):
        do(tmp_path / "b.xlsx", tax)
    assert not (tmp_path / "b.xlsx").exists()


def test_firms_without_code_are_listed_once(tmp_path: Path) -> None:
    rows = [STATS[:3], [None, N[0], 5], [None, f" {N[0]}", 5], [C[1], N[0], 6]]
    result = do(tmp_path / "b.xlsx", xlsx(tmp_path / "统计.xlsx", rows))
    assert result.done.firms == 1
