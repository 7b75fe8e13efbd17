"""Tables: units converted exactly, rows that are no firms, cells that are no figures."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from permu_xl.findings.kinds import Level
from permu_xl.workbook.layout.headers import parse_header
from tests.intake.support import CODES, NAMES, do, listed, text, xlsx

C, N = CODES, NAMES


def tax(tmp_path: Path, rows: list[list[Any]], name: str = "税务.xlsx", **more: Any) -> Path:
    return xlsx(tmp_path / name, rows, **more)


def base(tmp_path: Path, count: int = 3) -> Path:
    return xlsx(tmp_path / "统计.xlsx", listed(count))


@pytest.mark.parametrize(
    ("header", "title", "raw", "expected"),
    [
        ("实缴税收（元）", "", 1234567.89, 123.456789),
        ("实缴税收（千元）", "", 0.1, 0.01),
        ("实缴税收（万元）", "", 0.1, 0.1),
        ("实缴税收（亿元）", "", 0.00012345, 1.2345),
        ("实缴税收", "单位：元", 3, 0.0003),
        ("实缴税收", "金额单位：人民币千元", 7, 0.7),
        ("实缴税收（元）", "单位：万元", 10000, 1),
        ("实缴税收（万元）", "", -126.85, -126.85),
        ("实缴税收（万元）", "", 0, 0),
        ("实缴税收（元）", "", "1,234,500", 123.45),
        ("实缴税收（元）", "", "１２００．５", 0.12005),
        ("综合能耗（千克标准煤）", "", 1234.5, 1.2345),
        ("综合能源消费量（万吨标准煤）", "", 0.03, 300),
        ("用地面积（平方米）", "", 200, 0.3),
        ("用地面积（公顷）", "", 0.02, 0.3),
        ("用地面积（亩）", "", 33.3, 33.3),
        ("用地面积（㎡）", "", 66666.7, 100.00005),
        ("污染当量数", "单位：元", 12.5, 12.5),
        ("研发经费支出（千元）", "", 29155, 2915.5),
    ],
)
def test_units_are_converted_exactly(
    header: str, title: str, raw: Any, expected: float, tmp_path: Path
) -> None:
    rows = [[title], ["企业名称", "统一社会信用代码", header], [N[0], C[0], raw]]
    result = do(tmp_path / "b.xlsx", base(tmp_path), tax(tmp_path, rows))
    items = {"实": "tax", "综": "energy", "用": "land", "污": "emission", "研": "rd"}
    assert result.cell(0, items[header[0]]) == expected


def test_blank_and_zero_stay_different(tmp_path: Path) -> None:
    rows = [["企业名称", "信用代码", "研发经费（万元）"], [N[0], C[0], 0], [N[1], C[1], None]]
    result = do(tmp_path / "b.xlsx", base(tmp_path), tax(tmp_path, rows))
    assert result.column("rd", 2) == [0, None]
    assert [o["value"] for o in result.origins("研发经费")] == [0]


def test_a_figure_without_unit_is_not_imported(tmp_path: Path) -> None:
    rows = [["企业名称", "信用代码", "实缴税收"], [N[0], C[0], 5]]
    result = do(tmp_path / "b.xlsx", base(tmp_path), tax(tmp_path, rows))
    finding = result.one("E611")
    assert finding.level is Level.ERROR
    assert (finding.file, finding.cell) == ("税务.xlsx", "C1")
    assert "（万元）" in finding.remedy
    assert result.cell(0, "tax") is None


def test_a_figure_without_unit_is_assumed_only_when_told(tmp_path: Path) -> None:
    rows = [["企业名称", "信用代码", "实缴税收"], [N[0], C[0], 5]]
    result = do(tmp_path / "b.xlsx", base(tmp_path), tax(tmp_path, rows), assume_units=True)
    assert "万元" in result.one("W612").problem
    assert result.cell(0, "tax") == 5


def test_persons_need_no_unit_but_are_told(tmp_path: Path) -> None:
    rows = [["企业名称", "信用代码", "总产值（万元）", "从业人员"], [N[0], C[0], 5, 60]]
    result = do(tmp_path / "b.xlsx", tax(tmp_path, rows))
    assert result.cell(0, "employees") == 60
    assert "按“人”读取" in result.one("H613").problem


@pytest.mark.parametrize(
    ("header", "title", "code"),
    [
        ("污染当量数（千克）", "", "E614"),
        ("综合能耗（吨）", "", "E614"),
        ("实缴税收（亩）", "", "E614"),
        ("实缴税收", "单位：万元、千元", "E615"),
        ("用地面积", "单位：万元", "E611"),
    ],
)
def test_units_that_do_not_fit_bar_the_column(
    header: str, title: str, code: str, tmp_path: Path
) -> None:
    rows = [[title], ["企业名称", "信用代码", header], [N[0], C[0], 5]]
    result = do(tmp_path / "b.xlsx", base(tmp_path), tax(tmp_path, rows))
    assert result.one(code).level is Level.ERROR
    items = {"污": "emission", "综": "energy", "实": "tax", "用": "land"}
    assert result.cell(0, items[header[0]]) is None


def test_an_item_in_two_columns_bars_both(tmp_path: Path) -> None:
    rows = [["企业名称", "实缴税收（元）", "入库税收（万元）"], [N[0], 5, 6]]
    result = do(tmp_path / "b.xlsx", base(tmp_path), tax(tmp_path, rows))
    assert len(result.found("E616")) == 2
    assert result.cell(0, "tax") is None


def test_a_nearly_right_name_is_taken_with_a_warning(tmp_path: Path) -> None:
    rows = [["企业名称", "营业收入（万元）"], [N[0], 5]]
    result = do(tmp_path / "b.xlsx", base(tmp_path), tax(tmp_path, rows))
    assert result.cell(0, "revenue") == 5
    assert "口径可能不同" in result.one("W617").problem


def test_a_strange_name_is_suggested_not_taken(tmp_path: Path) -> None:
    rows = [["企业名称", "实缴的税收（万元）", "总产值（万元）"], [N[0], 5, 6]]
    result = do(tmp_path / "b.xlsx", tax(tmp_path, rows))
    assert result.cell(0, "tax") is None
    assert "“实缴税收”的写法相近" in result.one("H618").problem


def test_footers_subtotals_notes_and_repeated_headers_are_no_firms(tmp_path: Path) -> None:
    head = ["序号", "企业名称", "统一社会信用代码", "总产值（万元）", "投产日期"]
    rows = [
        head,
        ["甲", "乙", "丙", 1, 2],
        ["一、装备制造业"],
        [1, N[0], C[0], 10, "2019-05-01"],
        [2, N[1], C[1], 20, None],
        ["小计", None, None, 30],
        head,
        [None, "（二）轻工业"],
        [3, N[2], C[2], 40],
        [None, "轻工业小计", None, 40],
        ["合  计", None, None, 70],
        ["注：本表为年报数。"],
        ["单位负责人：某", "填表人：某", "联系电话：000", None, "报出日期：2023年2月10日"],
    ]
    result = do(tmp_path / "b.xlsx", tax(tmp_path, rows))
    assert result.done.firms == 3
    assert result.column("output", 4) == [10, 20, 40, None]
    assert "共9行" in result.one("H626").problem
    assert result.found("W627") == []
    assert [f.code for f in result.findings if f.level is not Level.HINT] == []


def test_a_total_that_its_rows_do_not_add_up_to_is_told(tmp_path: Path) -> None:
    rows = [["企业名称", "总产值（千元）"], [N[0], 10], [N[1], 20], ["合计", 45]]
    result = do(tmp_path / "b.xlsx", tax(tmp_path, rows))
    finding = result.one("W627")
    assert finding.cell == "B4"
    assert "4.5" in finding.problem
    assert "是3" in finding.problem


def test_a_total_within_rounding_is_right(tmp_path: Path) -> None:
    rows = [["企业名称", "总产值（万元）"], [N[0], 10.04], [N[1], 20.04], ["合计", 30.1]]
    assert do(tmp_path / "b.xlsx", tax(tmp_path, rows)).found("W627") == []
    rows[-1] = ["合计", 30.2]
    assert len(do(tmp_path / "c.xlsx", tax(tmp_path, rows)).found("W627")) == 1


def test_figures_without_a_firm_are_an_error(tmp_path: Path) -> None:
    rows = [["企业名称", "总产值（万元）"], [N[0], 10], [None, 20]]
    result = do(tmp_path / "b.xlsx", tax(tmp_path, rows))
    assert result.one("E628").cell == "B3"
    assert result.done.firms == 1


@pytest.mark.parametrize(
    ("cell", "code", "level"),
    [
        ("约三百", "E621", Level.ERROR),
        (dt.date(2020, 1, 1), "E621", Level.ERROR),
        (True, "E621", Level.ERROR),
        ("123万元", "E621", Level.ERROR),
        ("=1+1", "E621", Level.ERROR),
        ("—", "W622", Level.WARNING),
        ("无", "W622", Level.WARNING),
    ],
)
def test_what_is_no_figure_stays_out(cell: Any, code: str, level: Level, tmp_path: Path) -> None:
    rows = [["企业名称", "实缴税收（万元）"], [N[0], cell], [N[1], 7]]
    result = do(tmp_path / "b.xlsx", base(tmp_path), tax(tmp_path, rows))
    finding = result.one(code)
    assert (finding.level, finding.cell, finding.firm_name) == (level, "B2", N[0])
    assert result.column("tax", 2) == [None, 7]


def test_an_uncalculated_formula_is_an_error(tmp_path: Path) -> None:
    import openpyxl

    path = tax(tmp_path, [["企业名称", "实缴税收（万元）"], [N[0], 1]])
    book = openpyxl.load_workbook(path)
    book.active["B2"] = "=1+1"
    book.save(path)
    result = do(tmp_path / "b.xlsx", base(tmp_path), path)
    assert "没有计算结果" in result.one("E623").problem
    assert result.cell(0, "tax") is None


def test_text_numbers_are_told_in_workbooks_not_in_text_files(tmp_path: Path) -> None:
    rows = [["企业名称", "实缴税收（万元）"], [N[0], "12.5"]]
    stats = base(tmp_path)
    one = do(tmp_path / "b.xlsx", stats, tax(tmp_path, rows))
    assert len(one.found("H620")) == 1
    other = do(tmp_path / "c.xlsx", stats, text(tmp_path / "税务.csv", rows))
    assert other.found("H620") == []
    assert one.cell(0, "tax") == other.cell(0, "tax") == 12.5


def test_industry_codes_and_dates_come_along(tmp_path: Path) -> None:
    rows = [
        ["企业名称", "行业代码", "投产时间", "总产值（万元）"],
        [N[0], "C3421", dt.date(2019, 5, 1), 1],
        [N[1], 610, "2019年5月1日", 2],
        [N[2], "3421", "2019", 3],
    ]
    result = do(tmp_path / "b.xlsx", tax(tmp_path, rows))
    assert result.column("industry", 3) == ["3421", "0610", "3421"]
    day = dt.datetime(2019, 5, 1)
    assert result.column("start_date", 3) == [day, day, None]
    assert "0610" in result.one("H620").problem
    assert result.one("E621").cell == "C4"


def test_several_sheets_hidden_ones_and_covers(tmp_path: Path) -> None:
    part = [["企业名称", "研发经费（千元）"], [N[0], 10]]
    rest = [["单位：万元"], ["企业名称", "研发经费支出"], [N[1], 2]]
    old = [["企业名称", "研发经费（千元）"], [N[2], 99]]
    sheets = {"封面": [["研发统计"]], "一": part, "二": rest, "旧": old}
    path = xlsx(tmp_path / "科技.xlsx", sheets, hidden=["旧"])
    result = do(tmp_path / "b.xlsx", base(tmp_path), path)
    assert result.column("rd", 3) == [1, 2, None]
    assert result.one("H601").sheet == "封面"
    assert result.one("W603").sheet == "旧"


def test_a_file_without_any_table_is_an_error(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "说明.xlsx", [["本表由科技局提供"]])
    result = do(tmp_path / "b.xlsx", base(tmp_path), path)
    assert result.one("E602").file == "说明.xlsx"
    assert result.cell(0, "output") == 1000


def test_the_year_of_titles_and_columns(tmp_path: Path) -> None:
    rows = [
        ["2021年纳税情况"],
        ["企业名称", "2021年实缴税收（万元）", "2022年实缴税收（万元）"],
        [N[0], 1, 2],
    ]
    result = do(tmp_path / "b.xlsx", base(tmp_path), tax(tmp_path, rows))
    assert result.cell(0, "tax") == 2
    assert result.one("H604").cell == "B2"
    assert "2021年" in result.one("W605").problem


def test_a_table_that_begins_far_from_the_corner(tmp_path: Path) -> None:
    head: list[list[Any]] = [[], [], [None, None, "企业名称", None, "实缴税收（元）", None]]
    head += [[None, None, None, None, "增值税", "合计"], [None, None, N[0], None, 1, 20000]]
    path = tax(tmp_path, head, merged=["C3:C4", "E3:F3"])
    result = do(tmp_path / "b.xlsx", base(tmp_path), path)
    assert result.cell(0, "tax") == 2
    assert result.origins("实缴税收")[0]["source_cell"] == "F5"


def test_text_that_looks_like_formulas_stays_text(tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://x","点我")'
    rows = [["企业名称", "统一社会信用代码", "总产值（万元）"], [evil, f'="{C[0]}"', 5]]
    path = tmp_path / "统计.csv"
    path.write_text(
        "\r\n".join(",".join('"' + str(c).replace('"', '""') + '"' for c in r) for r in rows),
        encoding="utf-8",
    )
    result = do(tmp_path / "b.xlsx", path)
    name = result.book["原始数据"].cell(5, result.columns["name"])
    assert (name.value, name.data_type) == (evil, "s")
    assert result.cell(0, "code") == C[0]


def test_codes_that_lost_their_digits(tmp_path: Path) -> None:
    rows = [["企业名称", "信用代码", "实缴税收（万元）"], [N[0], 9.12101e17, 5]]
    result = do(tmp_path / "b.xlsx", base(tmp_path), tax(tmp_path, rows))
    assert "末尾几位已经丢失" in result.one("W624").problem
    assert result.cell(0, "tax") == 5
    shown = [["企业名称", "信用代码", "实缴税收（万元）"], [N[0], "9.12101E+17", 5]]
    again = do(tmp_path / "c.xlsx", base(tmp_path), text(tmp_path / "税.csv", shown))
    assert len(again.found("W624")) == 1


def test_own_synonyms_make_a_column_known(tmp_path: Path) -> None:
    own = tmp_path / "本区.toml"
    own.write_text('[items.tax]\nnames = ["财政贡献"]\n', encoding="utf-8")
    path = tax(tmp_path, [["企业名称", "财政贡献（万元）", "序号"], [N[0], 5, 1]])
    assert do(tmp_path / "b.xlsx", base(tmp_path), path).cell(0, "tax") is None
    result = do(tmp_path / "c.xlsx", base(tmp_path), path, synonyms=own)
    assert result.cell(0, "tax") == 5


def test_the_header_as_read_is_parsed_as_the_workbook_would() -> None:
    assert parse_header("实缴税收（万元）").unit == "万元"
