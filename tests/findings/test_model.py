"""Findings and how figures are written in them."""

from __future__ import annotations

import pytest

from permu_xl.findings.kinds import Level
from permu_xl.findings.model import At, Finding, has_errors
from permu_xl.text.shown import show_number, show_points

HERE = At("current", 0, "land", "用地面积", "0", sheet="原始数据", cell="D3", file="甲区.xlsx")
ERROR, WARNING, HINT = (Finding.of(code, HERE) for code in ("E423", "W205", "H422"))


def test_only_errors_forbid_an_evaluation() -> None:
    assert [each.level for each in (ERROR, WARNING, HINT)] == list(Level)
    assert has_errors([HINT, ERROR])
    assert not has_errors([HINT, WARNING])
    assert not has_errors([])


def test_a_finding_fills_its_sentence_with_its_words_and_its_place() -> None:
    found = Finding.of("W222", HERE, source="自然资源局")
    assert found.problem == "用地面积是0，相关指标算不出来，记0分"
    assert found.remedy == "向自然资源局核实；不知道应留空，不填0"
    excused = Finding.of("W222", HERE, case="excused", source="生态环境局")
    assert excused.problem == "用地面积是0，相关指标按没有数据计分"
    assert excused.remedy == "向生态环境局核实；不知道应留空，不填0"


def test_what_a_cell_says_is_no_template() -> None:
    at = At("adjustments", 0, "letter", "调整后分类", "{allowed}")
    assert Finding.of("E251", at, allowed="A、B").problem == "调整后分类“{allowed}”不是A、B之一"


def test_a_host_names_its_own_commands() -> None:
    found = Finding.of("E703", HERE)
    assert found.remedy == "先用 permu-xl run 评价"
    assert found.remedy_in({"evaluate": "点“整区重算”"}) == "先点“整区重算”"


def test_a_place_can_be_moved() -> None:
    moved = WARNING.moved(cell="E5", file="")
    assert (moved.where, moved.code, WARNING.where) == (
        "原始数据!E5",
        "W205",
        "[甲区.xlsx]原始数据!D3",
    )


def test_one_finding_can_be_about_a_range_and_its_firms() -> None:
    firms = tuple((f"K{number}", f"企业{number}") for number in range(3, 43))
    at = At("current", column="rd", item="研发经费", sheet="原始数据", cell="D3:D42", firms=firms)
    found = Finding("W225", at, {"source": "科技局"}, times=40)
    assert (found.where, found.who, found.first_row) == ("原始数据!D3:D42", "", 3)
    assert found.firms == firms
    assert found.problem == (
        "参评企业没有研发经费数据，相关指标记0分（共40户：企业3、企业4、企业5等）"
    )
    assert Finding("H422", At("current", cell="C3:C9"), times=4).problem.endswith("（共4处）")
    one = WARNING.moved(firm_code="K1", firm_name="甲厂")
    assert (one.who, one.firms) == ("甲厂", (("K1", "甲厂"),))
    assert (WARNING.who, WARNING.firms) == ("", ())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (100.0, "100"),
        (1234567.5, "1,234,567.5"),
        (-0.5, "-0.5"),
        (0.000001, "0.000001"),
        (0.0000009, "0.0000009"),
        (-0.0000009, "-0.0000009"),
        (1e-13, "约0"),
        # Beyond 15 digits there is only noise.
        (403_108_083_599.3, "403,108,083,599.3"),
        (1 / 3, "0.333333"),
        (2 / 3, "0.666667"),
        (float("nan"), "空"),
    ],
)
def test_show_number(value: float, text: str) -> None:
    assert show_number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.00"),
        (71.304, "71.30"),
        (71.305, "71.31"),
        (71.306, "71.31"),
        (2.675, "2.68"),
        (-2.675, "-2.68"),
        (-0.004, "0.00"),
        (-0.005, "-0.01"),
        (117.0, "117.00"),
        (0.1 + 0.2, "0.30"),
        (1234.5, "1234.50"),
        (999999999999999.0, "999999999999999.00"),
        (1e15, "1e+15"),
        (3e40, "3e+40"),
        (float("inf"), "inf"),
    ],
)
def test_show_points(value: float, text: str) -> None:
    assert show_points(value) == text
