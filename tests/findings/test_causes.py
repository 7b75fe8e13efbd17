"""One cause is one finding: forty firms without a figure are one line."""

from __future__ import annotations

from permu_xl.findings import At, Finding, causes_of, merged_by_cause


def at(row: int, column: str = "D", value: str = "") -> At:
    return At(
        "current",
        row,
        "land",
        "用地面积",
        value,
        firm_name=f"企业{row}",
        sheet="原始数据",
        cell=f"{column}{row}",
    )


def blank(row: int, column: str = "D", source: str = "自然资源局") -> Finding:
    return Finding.of("W225", at(row, column), source=source)


def test_forty_firms_are_one_finding() -> None:
    (merged,) = merged_by_cause([blank(row) for row in range(3, 43)])
    assert (merged.cell, merged.firm_name, merged.times) == ("D3:D42", "", 40)
    assert merged.firms == tuple(("", f"企业{row}") for row in range(3, 43))
    assert merged.problem == (
        "参评企业没有用地面积数据，相关指标记0分（共40户：企业3、企业4、企业5等）"
    )


def test_a_few_stay_apart() -> None:
    found = [blank(row) for row in range(3, 6)]
    assert merged_by_cause(found) == found


def test_another_column_kind_or_remedy_is_another_cause() -> None:
    other = Finding.of("E423", at(5))
    found = [blank(3), blank(4, column="E"), other, blank(6), blank(7, source="统计局")]
    assert [len(cause.findings) for cause in causes_of(found)] == [2, 1, 1, 1]


def test_the_cells_own_content_makes_no_other_cause() -> None:
    found = [
        Finding.of("E621", at(row, value=f"约{row}"), problem=f"“约{row}”不是数字", remedy="改")
        for row in range(1, 10)
    ]
    (merged,) = merged_by_cause(found)
    assert (merged.cell, merged.value) == ("D1:D9", "")
    assert merged.problem == "用地面积：不是数字或日期，没有导入（共9户：企业1、企业2、企业3等）"
    assert merged.remedy == "改"


def test_another_sentence_of_the_same_code_is_another_cause() -> None:
    found = [Finding.of("W222", at(3), source="局")]
    found.append(Finding.of("W222", at(4), case="excused", source="局"))
    assert len(causes_of(found)) == 2


def test_merged_findings_are_merged_again_with_all_their_firms() -> None:
    one, two = (
        merged_by_cause([blank(row) for row in rows])[0] for rows in (range(3, 8), range(8, 13))
    )
    (cause,) = causes_of([one, two])
    assert (cause.as_one().times, len(cause.as_one().firms)) == (10, 10)


def test_whether_two_firms_are_one_is_told_firm_by_firm() -> None:
    found = [Finding.of("W634", at(row, value="甲厂"), near="“甲工厂”") for row in range(9)]
    assert merged_by_cause(found) == found
