"""Tables are found by header text, wherever they stand and however the header is written."""

from __future__ import annotations

import pytest

from permu_xl.schemes import load
from permu_xl.workbook import layout
from permu_xl.workbook.layout.headers import find_table, parse_header

FIELDS = layout.data_fields(load())
HEADER = [field.header for field in FIELDS]


@pytest.mark.parametrize(
    "written",
    ["用地面积（亩）", "用地面积(亩)", " 用地面积 （ 亩 ）", "用地面积\n（亩）", "*用地面积［亩］",
     "用地面积（单位：亩）"],
)  # fmt: skip
def test_ways_of_writing_a_header_are_equal(written: str) -> None:
    assert parse_header(written) == parse_header("用地面积（亩）")


def test_a_table_below_merged_titles_is_found() -> None:
    rows = [["某区规模以上工业企业表", *[""] * 20], [""] * 21, ["填表说明", *[""] * 20], HEADER]
    at = find_table(rows, FIELDS)
    assert at is not None
    assert at.header_row == 3
    assert at.first_row == 4
    assert at.columns["code"] == 1
    assert not at.missing
    assert not at.repeated
    assert not at.wrong_units


def test_inserted_and_moved_columns_do_not_matter() -> None:
    moved = ["街道", *reversed(HEADER), "联系人"]
    at = find_table([moved], FIELDS)
    assert at is not None
    assert at.columns["serial"] == len(HEADER)
    assert at.columns["remark"] == 1


def test_missing_repeated_and_differently_measured_columns_are_told() -> None:
    header = [h for h in HEADER if h != "总产值（万元）"]
    header[header.index("用地面积（亩）")] = "用地面积（平方米）"
    header.append("企业名称")
    at = find_table([header], FIELDS)
    assert at is not None
    assert [field.key for field in at.missing] == ["output"]
    assert list(at.repeated) == ["name"]
    assert at.wrong_units == {"land": "平方米"}


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("污染物排放当量", {}),
        ("污染物排放当量（当量）", {}),
        ("污染物排放当量（吨）", {"emission": "吨"}),
    ],
)
def test_emissions_in_tonnes_are_another_unit(header: str, told: dict[str, str]) -> None:
    row = [header if h.startswith("污染物") else h for h in HEADER]
    at = find_table([row], FIELDS)
    assert at is not None
    assert at.wrong_units == told


def test_a_header_without_unit_is_taken_for_the_right_one() -> None:
    at = find_table([[parse_header(h).name for h in HEADER]], FIELDS)
    assert at is not None
    assert not at.missing
    assert not at.wrong_units


def test_no_header_no_table() -> None:
    assert find_table([["甲", "乙"], ["1", "2"]], FIELDS) is None
    assert find_table([], FIELDS) is None
