"""One cause is one finding: forty firms without a figure are one line."""

from __future__ import annotations

from permu_xl.findings import Finding, Level, causes_of, merged_by_cause


def finding(
    row: int,
    problem: str = "没有用地面积",
    *,
    code: str = "W225",
    level: Level = Level.WARNING,
    column: str = "D",
    value: str = "",
) -> Finding:
    return Finding(
        level,
        code,
        "current",
        row,
        "land",
        "用地面积",
        value,
        problem,
        "补上",
        firm_name=f"企业{row}",
        sheet="原始数据",
        cell=f"{column}{row}",
    )


def test_forty_firms_are_one_finding() -> None:
    merged = merged_by_cause([finding(row) for row in range(3, 43)])
    assert [(f.cell, f.firm_name) for f in merged] == [("D3:D42", "")]
    assert merged[0].problem == "没有用地面积（共40户：企业3、企业4、企业5等）"


def test_a_few_stay_apart() -> None:
    found = [finding(row) for row in range(3, 6)]
    assert merged_by_cause(found) == found


def test_another_column_or_level_is_another_cause() -> None:
    found = [finding(3), finding(4, column="E"), finding(5, level=Level.ERROR), finding(6)]
    assert [len(cause.findings) for cause in causes_of(found)] == [2, 1, 1]


def test_the_cells_own_content_makes_no_other_cause() -> None:
    found = [finding(row, f"“约{row}”不是数字", code="E621", value=f"约{row}") for row in range(9)]
    assert [cause.firms for cause in causes_of(found)] == [9]
    assert "“约" not in merged_by_cause(found)[0].problem


def test_whether_two_firms_are_one_is_told_firm_by_firm() -> None:
    found = [finding(row, "名称相近", code="W634") for row in range(9)]
    assert merged_by_cause(found) == found
