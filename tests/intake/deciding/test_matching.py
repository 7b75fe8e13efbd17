"""Whose row it is: code, then name, never likeness."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from permu_xl.findings.kinds import Level
from permu_xl.text import name_key, variant_key
from permu_xl.workbook.example.firms import credit_code
from tests.intake.support import CODES as C
from tests.intake.support import Result, do, xlsx

VALID = [credit_code(i) for i in range(4)]


def matched(tmp_path: Path, firms: list[list[Any]], rows: list[list[Any]]) -> Result:
    head = ["信用代码", "企业名称", "总产值（万元）"]
    stats = xlsx(tmp_path / "统计.xlsx", [head, *([*firm, 1] for firm in firms)])
    other = ["企业名称", "信用代码", "实缴税收（万元）"]
    return do(tmp_path / "b.xlsx", stats, xlsx(tmp_path / "税务.xlsx", [other, *rows]))


@pytest.mark.parametrize(
    "code",
    [C[0].lower(), f" {C[0][:8]} {C[0][8:]} ", C[0].translate(str.maketrans("012", "０１２"))],
)
def test_codes_match_however_they_are_written(code: str, tmp_path: Path) -> None:
    result = matched(tmp_path, [[C[0], "甲公司"]], [["甲公司", code, 5]])
    assert result.cell(0, "tax") == 5
    assert [o["matched"] for o in result.origins("实缴税收")] == ["统一社会信用代码"]
    assert "H631" not in result.codes()


def test_a_code_matches_whatever_the_name_with_a_warning(tmp_path: Path) -> None:
    result = matched(tmp_path, [[C[0], "沈阳甲厂"]], [["沈阳新甲集团", C[0], 5]])
    assert result.cell(0, "tax") == 5
    assert "沈阳新甲集团" in result.one("W633").problem
    assert result.cell(0, "name") == "沈阳甲厂"


@pytest.mark.parametrize(
    "name", ["示例（沈阳）机床有限公司", "示例(沈阳) 机床有限公司", "示例〔沈阳〕机床有限公司"]
)
def test_names_match_however_they_are_written_and_are_shown(name: str, tmp_path: Path) -> None:
    result = matched(tmp_path, [[C[0], "示例（沈阳）机床有限公司"]], [[name, None, 5]])
    assert result.cell(0, "tax") == 5
    finding = result.one("H631")
    assert finding.level is Level.HINT
    assert C[0] in finding.problem
    assert [o["matched"] for o in result.origins("实缴税收")] == ["企业名称"]


def test_limited_companies_match_with_a_warning(tmp_path: Path) -> None:
    result = matched(tmp_path, [[C[0], "沈阳甲有限公司"]], [["沈阳甲有限责任公司", None, 5]])
    assert result.cell(0, "tax") == 5
    assert "有限责任公司" in result.one("W632").problem


def test_limited_companies_do_not_match_where_both_exist(tmp_path: Path) -> None:
    firms = [[C[0], "沈阳甲有限公司"]]
    rows = [["沈阳甲有限责任公司", None, 5], ["沈阳甲有限公司", None, 6]]
    result = matched(tmp_path, firms, rows)
    assert result.cell(0, "tax") == 6
    assert len(result.found("W634")) == 1


def test_two_firms_of_one_variant_on_the_list_are_told_apart_by_their_names(
    tmp_path: Path,
) -> None:
    firms = [[C[0], "沈阳甲有限公司"], [C[1], "沈阳甲有限责任公司"]]
    result = matched(tmp_path, firms, [["沈阳甲有限责任公司", None, 5]])
    assert result.column("tax", 2) == [None, 5]


def test_joint_stock_companies_are_others(tmp_path: Path) -> None:
    result = matched(tmp_path, [[C[0], "沈阳甲股份有限公司"]], [["沈阳甲有限公司", None, 5]])
    assert result.cell(0, "tax") is None


def test_near_names_are_suggested_never_matched(tmp_path: Path) -> None:
    firms = [[C[0], "沈阳甲乙数控机床有限公司"]]
    result = matched(tmp_path, firms, [["沈阳甲己数控机床有限公司", None, 5]])
    assert result.cell(0, "tax") is None
    problem = result.one("W634").problem
    assert "沈阳甲乙数控机床有限公司" in problem
    assert C[0] in problem
    assert "%" in problem


def test_a_stranger_is_told_without_suggestion(tmp_path: Path) -> None:
    result = matched(tmp_path, [[C[0], "沈阳甲公司"]], [["大连海鲜饭店", None, 5]])
    assert "相近" not in result.one("H630").problem


def test_a_strange_code_without_name_is_told(tmp_path: Path) -> None:
    result = matched(tmp_path, [[C[0], "沈阳甲公司"]], [[None, C[5], 5]])
    assert C[5] in result.one("H630").problem


def test_the_same_name_with_another_valid_code_is_an_error(tmp_path: Path) -> None:
    result = matched(tmp_path, [[VALID[0], "甲公司"]], [["甲公司", VALID[1], 5]])
    assert result.cell(0, "tax") is None
    finding = result.one("E635")
    assert VALID[0] in finding.problem
    assert VALID[1] in finding.problem


def test_the_same_name_with_a_wrong_code_matches_with_a_warning(tmp_path: Path) -> None:
    result = matched(tmp_path, [[VALID[0], "甲公司"]], [["甲公司", "210100123456789", 5]])
    assert result.cell(0, "tax") == 5
    assert "210100123456789" in result.one("W632").problem


def test_two_firms_of_one_name_are_not_told_apart_by_it(tmp_path: Path) -> None:
    result = matched(tmp_path, [[C[0], "甲公司"], [C[1], "甲公司"]], [["甲公司", None, 5]])
    assert result.column("tax", 2) == [None, None]
    assert result.one("E636").level is Level.ERROR


def test_a_code_that_the_list_lacks_is_filled_in(tmp_path: Path) -> None:
    result = matched(tmp_path, [[None, "甲公司"]], [["甲公司", VALID[0], 5]])
    assert result.cell(0, "code") == VALID[0]
    assert result.cell(0, "tax") == 5
    assert VALID[0] in result.one("W637").problem


def test_firms_that_a_department_lacks_are_listed(tmp_path: Path) -> None:
    firms = [[C[0], "甲公司"], [C[1], "乙公司"], [C[2], "丙公司"]]
    result = matched(tmp_path, firms, [["甲公司", C[0], 5], ["丙公司", C[2], None]])
    finding = result.one("W648")
    assert (finding.firm_code, finding.firm_name, finding.file) == (C[1], "乙公司", "税务.xlsx")
    assert "实缴税收" in finding.problem


def test_a_correction_of_one_firm_says_nothing_about_each_of_the_others(tmp_path: Path) -> None:
    firms = [[C[0], "甲公司"], [C[1], "乙公司"], [C[2], "丙公司"], [C[3], "丁公司"]]
    rows = [["甲公司", C[0], 5], ["乙公司", C[1], 6], ["丙公司", C[2], 7], ["丁公司", C[3], None]]
    matched(tmp_path, firms, rows)
    table = xlsx(
        tmp_path / "更正.xlsx", [["企业名称", "信用代码", "实缴税收（万元）"], ["甲公司", C[0], 9]]
    )
    result = do(tmp_path / "b.xlsx", table, overwrite=True)
    assert result.column("tax", 4) == [9, 6, 7, None]
    assert result.one("W648").firm_name == "丁公司"  # its tax is still blank
    kept = result.one("H649")
    assert (kept.level, kept.file) == (Level.HINT, "更正.xlsx")
    assert "2户在工作簿里已有这些数，保持不变" in kept.problem


def test_keys_of_names() -> None:
    assert name_key("A b（c）") == "AB(C)"
    assert variant_key("甲有限责任公司") == variant_key("甲有限公司")
    assert variant_key("甲股份有限公司") != variant_key("甲有限公司")
