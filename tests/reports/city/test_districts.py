"""Districts joined for the city: sums and averages by hand, and what keeps a district out."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import range_boundaries
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet.worksheet import Worksheet

from permu_xl.cli.program import main
from permu_xl.findings.kinds import Level
from permu_xl.reports.city.districts import gather
from permu_xl.reports.city.layout import (
    CITY_AVERAGES,
    CITY_BOOKS,
    CITY_CHECKS,
    CITY_DECISIONS,
    CITY_INDUSTRIES,
    CITY_SUMMARY,
)
from permu_xl.reports.city.model import City
from permu_xl.reports.city.tables import averages, whole_average
from permu_xl.reports.city.workbook import build_city
from permu_xl.reports.publication.sheets import NOTICE
from permu_xl.reports.verification.verdict import judge
from permu_xl.schemes import load
from permu_xl.workbook import layout
from permu_xl.workbook.assessment import assess
from permu_xl.workbook.live.template import live_template
from permu_xl.workbook.reading.opened import open_workbook, read_book
from permu_xl.workbook.record import entries
from permu_xl.workbook.template.workbook import save_workbook
from permu_xl.xlsx.package.package import Package
from permu_xl.xlsx.reading.sheets import Sheets
from tests.reports.districts import body, code, edit, evaluated, ten, workbook
from tests.workbook.districts import YEAR, fill, firm

SCORES_NAME, SCORES_TOTAL, CLASSES_FINAL, CLASSES_BASIS = 3, 18, 10, 11
"""Columns of a fresh template: 企业名称 and 总分 of 得分, 最终分类, 判定依据 of 分类结果."""


def codes(city: City) -> list[str]:
    return [finding.code for finding in city.findings]


def table(path: Path, sheet: str, title: str) -> list[dict[str, Any]]:
    """Return the table below a title that begins like this; on 指标均值 they share a header."""
    opened = openpyxl.load_workbook(path)[sheet]
    at = next(row[0].row for row in opened.iter_rows() if str(row[0].value).startswith(title))
    if sheet == CITY_SUMMARY:
        return body(path, sheet, at + 1)
    headers = [cell.value for cell in opened[layout.HEADER_ROW]]
    found = []
    for cells in opened.iter_rows(min_row=at + 1, values_only=True):
        if not any(cell is not None for cell in cells):
            break
        found.append({h: cell for h, cell in zip(headers, cells, strict=True) if h is not None})
    return found


@pytest.fixture
def city(summed_up: Path, districts: list[Path], tmp_path: Path) -> Path:
    return Path(shutil.copy(summed_up, tmp_path / summed_up.name))


def test_classes_and_land_add_up(city: Path) -> None:
    # Ten firms on 10 mu each: 2 A, 7 B, 1 C a district; 20, 70 and 10 mu.
    rows = table(city, CITY_SUMMARY, "各地区企业分类")
    assert [row["地区"] for row in rows] == ["甲区", "乙区", "丙区", "全市"]
    for row, times in zip(rows, (1, 1, 1, 3), strict=True):
        assert row["企业数"] == row["参评户数"] == 10 * times
        assert [row[f"{x}类"] for x in "ABCD"] == [2 * times, 7 * times, times, 0]
        assert [row[f"{x}类占比"] for x in "ABCD"] == pytest.approx([0.2, 0.7, 0.1, 0])
    land = table(city, CITY_SUMMARY, "各地区各类企业用地")[-1]
    assert [land["用地合计"], *(land[f"{x}类"] for x in "ABCD")] == [300, 60, 210, 30, 0]


def test_averages_growth_and_targets(city: Path) -> None:
    # Output per mu: 3000 on 10 mu now; last year 2400 in 乙.  City: 300 against
    # (30000 + 24000 + 30000) / 300 = 280, growth 1/14.
    rows = table(city, CITY_AVERAGES, "亩均总产值")
    assert [row["本年均值"] for row in rows] == pytest.approx([300] * 4)
    assert [row["上年均值"] for row in rows] == pytest.approx([300, 240, 300, 280])
    assert [row["比上年增长"] for row in rows] == pytest.approx([0, 0.25, 0, 1 / 14])
    assert [row["评价"] for row in rows] == [
        "不高于对照", "高于对照", "不高于对照", "待填全市工业平均增速",
    ]  # fmt: skip
    # R&D: 50 / 2900 and 116 / 2900 = 4 %; city 2160 / 87000.
    rows = table(city, CITY_AVERAGES, "研发投入强度")
    shares = [500 / 290, 500 / 290, 4, 21600 / 8700]
    assert [row["本年均值"] for row in rows] == pytest.approx(shares)
    assert [row["目标值"] for row in rows] == [3.5] * 4
    assert [row["评价"] for row in rows] == [
        "未达到，差1.78", "未达到，差1.78", "已达到", "未达到，差1.02",
    ]  # fmt: skip


@pytest.mark.parametrize(("official", "told"), [("7.14", "高于对照"), ("7.15", "不高于对照")])
def test_growth_is_held_against_the_official_figure(
    districts: list[Path], tmp_path: Path, official: str, told: str
) -> None:
    # The city's growth is 1/14 = 7.142857 %.
    out = tmp_path / "x.xlsx"
    files = [str(path) for path in districts]
    assert main(["city", *files, "-o", str(out), "--industry-growth", official]) == 0
    whole = table(out, CITY_AVERAGES, "亩均总产值")[-1]
    assert whole["评价"] == told
    assert whole["对照增速"] == pytest.approx(float(official) / 100)


@pytest.mark.parametrize("typed", ["nan", "inf", "520", "五", "5,2"])
def test_a_growth_that_no_city_has(
    districts: list[Path], tmp_path: Path, typed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "x.xlsx"
    assert main(["city", str(districts[0]), "-o", str(out), "--industry-growth", typed]) == 2
    assert f"全市工业平均增速“{typed}”不是合理的百分数" in capsys.readouterr().err
    assert not out.exists()


def test_a_district_without_last_year_is_no_growth(districts: list[Path]) -> None:
    parts = averages(gather(districts[:2]).sound, "output_per_mu")
    bare = averages(gather(districts[2:]).sound, "output_per_mu")[0]
    without = type(bare)("丁区", 1.0, 99999.0, 1.0, None, None, 99999.0, 1.0)
    # (300 x 100 + 300 x 100) / (300 x 100 + 240 x 100) - 1 = 1/9, with or without the newcomer.
    assert whole_average(parts).growth == pytest.approx(1 / 9)
    assert whole_average([*parts, without]).growth == pytest.approx(1 / 9)
    assert whole_average([*parts, without]).now == pytest.approx((60000 + 99999) / 201)


def test_industries_of_the_whole_city(city: Path) -> None:
    (row,) = body(city, CITY_INDUSTRIES, 5)
    assert (row["行业代码"], row["参评户数"], row["用地（亩）"]) == ("34", 30, 300)
    assert [row[f"{x}类"] for x in "ABCD"] == [6, 21, 3, 0]


def test_the_list_for_decision_has_the_c_firms(city: Path) -> None:
    rows = body(city, CITY_DECISIONS)
    assert [(row["地区"], row["企业名称"], row["初步分类"]) for row in rows] == [
        ("甲区", "甲区第1厂", "C"), ("乙区", "乙区第1厂", "C"), ("丙区", "丙区第1厂", "C"),
    ]  # fmt: skip
    assert [row["统一社会信用代码"] for row in rows] == [code(k, 1) for k in range(3)]
    assert "亩均税收2万元/亩（得5.45分）" in rows[0]["主要数据"]  # 2 / 11 x 30
    assert all(row["市级意见"] is None for row in rows)
    sheet = openpyxl.load_workbook(city)[CITY_DECISIONS]
    lists = [v for v in sheet.data_validations.dataValidation if v.type == "list"]
    assert [v.formula1 for v in lists] == ['"A,B,C,D"']


def test_charts_are_native(city: Path) -> None:
    book = openpyxl.load_workbook(city)
    assert len(book[CITY_SUMMARY]._charts) == 1
    charts = book[CITY_AVERAGES]._charts
    assert len(charts) == 4  # the four indicators with a target
    # Nothing has shrunk: columns stand on zero, or they would exaggerate.
    assert [chart.y_axis.scaling.min for chart in charts] == [0, 0, 0, 0]


def crowded(districts: list[Path], times: int) -> City:
    """Return a city with each of the three districts so many times, under other names."""
    city = gather(districts)
    many = [replace(d, name=f"{d.name}{k:02d}") for k in range(times) for d in city.districts]
    return replace(city, districts=tuple(many))


def heights(sheet: Worksheet, first: int, last: int) -> float:
    """Return how high rows are together, in points."""
    known = (sheet.row_dimensions[row].height for row in range(first, last + 1))
    return sum(sheet.sheet_format.defaultRowHeight if h is None else h for h in known)


@pytest.mark.parametrize(("times", "pages"), [(1, 2), (5, 3), (6, 5), (14, 6)])
def test_charts_and_tables_do_not_overlap(districts: list[Path], times: int, pages: int) -> None:
    # Six indicators: three on a page, two, and with the charts on pages of their own one, but for
    # two short ones without a chart.
    sheet = build_city(crowded(districts, times), ("C", "D"))[CITY_AVERAGES]
    columns = [sheet.cell(row, 1).value for row in range(1, sheet.max_row + 1)]
    titles = [row for row, text in enumerate(columns, 1) if "（" in str(text) and row > 4]
    assert len(titles) == 6
    for chart, after in zip(sheet._charts, titles[1:], strict=False):
        first, _ = coordinate_to_tuple(chart.anchor)
        assert first == max(title for title in titles if title < after) + 1
        # 2.54 cm are 72 points.
        assert chart.height * 72 / 2.54 <= heights(sheet, first, after - 1)
    breaks = [each.id for each in sheet.row_breaks.brk]
    # A break is before a title, and never before the first one.
    assert set(breaks) <= {row - 1 for row in titles[1:]}
    assert len(breaks) == pages - 1


def test_many_districts_are_printed_with_repeated_headers(districts: list[Path]) -> None:
    workbook = build_city(crowded(districts, 14), ("C", "D"))
    sheet = workbook[CITY_SUMMARY]
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$5:$5", "B6")
    headers = [cell.value for cell in sheet[5]]
    firsts = [column for column, text in enumerate(headers, 1) if text == "地区"]
    # 42 districts and the city from row 6 on; two tables and the chart, one area each.
    areas = [range_boundaries(each.rpartition("!")[2]) for each in sheet.print_area.split(",")]
    assert [(left, bottom) for left, _, _, bottom in areas[:2]] == [(k, 48) for k in firsts]
    assert sheet.cell(48, firsts[1]).value == "全市"
    (chart,) = sheet._charts
    assert coordinate_to_tuple(chart.anchor)[1] == areas[2][0]
    assert chart.x_axis.tickLblSkip == 1
    averages = workbook[CITY_AVERAGES]
    assert (averages.print_title_rows, averages.freeze_panes) == ("$4:$4", "B5")
    assert len(averages.print_area.split(",")) == 1 + 4
    assert all(each.x_axis.tickLblSkip == 1 for each in averages._charts)
    assert all(each.dataLabels is None for each in averages._charts)


@pytest.mark.parametrize(
    ("sheet", "column", "value", "item"),
    [
        (layout.SCORES, SCORES_TOTAL, 99.0, "总分"),
        (layout.SCORES, SCORES_NAME, "别的厂", "企业名称"),
        (layout.CLASSES, CLASSES_FINAL, "A", "最终分类"),
    ],
)
def test_a_result_changed_by_hand_is_named(
    districts: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str],
    sheet: str, column: int, value: Any, item: str,
) -> None:  # fmt: skip
    header = openpyxl.load_workbook(districts[1])[sheet].cell(layout.HEADER_ROW, column)
    assert header.value == item
    edit(districts[1], sheet, (layout.FIRST_ROW, column), value)
    out = tmp_path / "全市.xlsx"
    assert main(["city", *map(str, districts), "-o", str(out)]) == 1
    shown = capsys.readouterr().out
    cell = f"{header.column_letter}{layout.FIRST_ROW}"
    assert f"错误 E704 [乙区.xlsx]{sheet}!{cell} 乙区第1厂：{item}写的是" in shown
    assert "没有汇入：乙区" in shown
    # The others are there, and the summary says that one is not.
    rows = table(out, CITY_SUMMARY, "各地区企业分类")
    assert [row["地区"] for row in rows] == ["甲区", "丙区", "全市"]
    assert "未汇入：乙区" in openpyxl.load_workbook(out)[CITY_SUMMARY]["A2"].value


def test_inputs_changed_after_the_run_are_noticed(districts: list[Path]) -> None:
    # 纳税 of firm 10 from 200 to 100: its tax per mu on 得分 is no longer 20 but 10.
    edit(districts[0], layout.DATA, (layout.FIRST_ROW + 9, 7), 100.0)
    city = gather(districts)
    assert city.missing == ("甲区",)
    told = next(f for f in city.findings if f.firm_name == "甲区第10厂")
    assert (told.code, told.item, told.value) == ("E704", "亩均税收", "20")
    assert "重新计算是10" in told.problem


def test_a_firm_removed_after_the_run_leaves_a_row_that_is_noticed(districts: list[Path]) -> None:
    for column in range(1, 20):
        edit(districts[0], layout.DATA, (layout.FIRST_ROW + 9, column), None)
    told = [f for f in gather(districts).findings if f.cell.endswith("14")]
    assert told
    assert "没有企业" in told[0].problem


@pytest.mark.parametrize(
    ("sheet", "cell", "item", "value", "told"),
    [
        (layout.CLASSES, (layout.FIRST_ROW, CLASSES_BASIS), "判定依据", "改了", "有1格说明文字"),
        (layout.SUMMARY, (5, 2), "户数", 9, "有1格内容"),
    ],
)
def test_words_and_sums_are_no_reason_to_leave_a_district_out(
    districts: list[Path], sheet: str, cell: tuple[int, int], item: str, value: Any, told: str
) -> None:
    edit(districts[1], sheet, cell, value)
    city = gather(districts)
    assert city.missing == ()
    (found,) = city.findings
    assert (found.level, found.code, found.sheet) == (Level.WARNING, "W714", sheet)
    assert (found.file, found.item, found.value) == ("乙区.xlsx", item, str(value))
    assert told in found.problem


def test_words_of_another_version_are_not_told(
    districts: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "__version__", "0.0.9")
    evaluated(districts[1])
    edit(districts[1], layout.CLASSES, (layout.FIRST_ROW, CLASSES_BASIS), "旧版的写法")
    assert gather(districts).findings == ()


def live_district(path: Path) -> Path:
    """Save a district whose results are formulas, evaluated."""
    live = live_template(load(), 12, district="丁区", year=YEAR)
    fields = layout.data_fields(load())
    for sheet in (layout.DATA, layout.PREVIOUS):
        fill(live, sheet, fields, ten(0))
    save_workbook(live, path)
    return evaluated(path)


def spoil(path: Path, sheet: str, old: str, new: str) -> None:
    """Change what a formula has given, as another program's recalculation would."""
    package = Package.open(path)
    part = package.sheet(sheet).part
    xml = package.read(part).decode()
    assert old in xml
    package.replace(part, xml.replace(old, new, 1).encode())
    package.save(path)


def test_live_formulas_word_texts_as_a_run_does(tmp_path: Path) -> None:
    path = live_district(tmp_path / "丁区.xlsx")
    assert gather([path]).findings == ()
    spoil(path, layout.CLASSES, "后50%中", "后半区")
    # The city adds up figures all the same.
    city = gather([path])
    assert (city.missing, [f.code for f in city.findings]) == ((), ["W714"])
    opened = open_workbook(path)
    (found,) = judge(opened, assess(opened.book)).differences
    assert (found.item, found.subject) == ("判定依据", "甲区第1厂")


def test_live_formulas_that_gave_another_result(tmp_path: Path) -> None:
    path = live_district(tmp_path / "丁区.xlsx")
    # Firm 1 is the only C.
    spoil(path, layout.CLASSES, "<v>C</v>", "<v>B</v>")
    city = gather([path])
    assert city.missing == ("丁区",)
    assert [(f.code, f.firm_name, f.value) for f in city.findings] == [("E704", "甲区第1厂", "B")]


def test_a_changed_baseline_is_named_by_its_indicator(districts: list[Path]) -> None:
    columns = [field.key for field in layout.baseline_fields()]
    edit(districts[1], layout.BASELINES, (layout.FIRST_ROW, columns.index("value") + 1), 12)
    city = gather(districts)
    assert city.missing == ("乙区",)
    (found,) = city.findings
    # Tax of 20, 40 ... 200 on 10 mu each: 1100 / 100.
    assert found.problem == "亩均税收的采用基准值写的是12，按输入数据重新计算是11"
    assert (found.code, found.firm_name) == ("E704", "")


def test_rows_added_above_one_table_do_not_mix_up_the_firms(districts: list[Path]) -> None:
    book = openpyxl.load_workbook(districts[0])
    book[layout.CLASSES].insert_rows(2, 3)
    book[layout.CLASSES].cell(layout.FIRST_ROW + 3 + 4, CLASSES_FINAL).value = "A"
    book.save(districts[0])
    told = [f for f in gather(districts).findings if f.sheet == layout.CLASSES]
    assert [(f.code, f.firm_name) for f in told] == [("E704", "甲区第5厂")]


def test_a_workbook_that_nobody_ran(tmp_path: Path) -> None:
    path = workbook(tmp_path / "丁区.xlsx", "丁区", ten(0), ten(0))
    city = gather([path])
    assert codes(city) == ["E703"]
    assert city.scheme is None


def test_nothing_is_written_where_no_district_is_sound(tmp_path: Path) -> None:
    path = workbook(tmp_path / "丁区.xlsx", "丁区", ten(0), ten(0))
    out = tmp_path / "全市.xlsx"
    assert main(["city", str(path), "-o", str(out)]) == 1
    assert not out.exists()


def test_a_broken_file_and_bad_data_do_not_lose_the_others(
    districts: list[Path], tmp_path: Path
) -> None:
    broken = tmp_path / "坏区.xlsx"
    broken.write_bytes(b"PK nothing")
    edit(districts[0], layout.DATA, (layout.FIRST_ROW, 6), "约三百")
    city = gather([broken, *districts])
    assert {"E701", "E702", "E401"} <= set(codes(city))
    assert [name for name, _ in city.sound] == ["乙区", "丙区"]
    told = next(f for f in city.findings if f.code == "E401")
    assert (told.place, told.cell) == ("[甲区.xlsx]原始数据", "F5")


def test_what_is_wrong_with_a_whole_district_is_told_first(
    districts: list[Path], tmp_path: Path
) -> None:
    edit(districts[0], layout.DATA, (layout.FIRST_ROW + 9, 7), 100.0)
    broken = tmp_path / "坏区.xlsx"
    broken.write_bytes(b"PK nothing")
    city = gather([*districts, broken])
    assert codes(city)[0] == "E701"
    assert codes(city).count("E704") > 10
    sheet = build_city(city, ("C", "D"))[CITY_CHECKS]
    columns = [field.key for field in layout.finding_fields()]
    cell = sheet.cell(layout.FIRST_ROW + 1, columns.index("cell") + 1)
    # 本年最高值 of tax.  It is in another file: no link, and not dressed as one.
    assert (cell.value, cell.hyperlink, cell.font.underline) == ("G5", None, None)


def test_year_scheme_and_version_must_agree(districts: list[Path], tmp_path: Path) -> None:
    late = evaluated(workbook(tmp_path / "丁区.xlsx", "丁区", ten(0), ten(0), year=2023))
    overlay = tmp_path / "本区.toml"
    overlay.write_text('extends = "shenyang_2021"\nid = "ours"\ntitle = "本区"\n', encoding="utf-8")
    other = workbook(tmp_path / "戊区.xlsx", "戊区", ten(0), ten(0))
    edit(other, layout.PARAMETERS, layout.parameter_cell("scheme"), overlay.name)
    # The same id, but another share of A.
    version = tmp_path / "另版.toml"
    version.write_text(
        'extends = "shenyang_2021"\nid = "shenyang_2021"\n[checks]\njump_factor = 7\n',
        encoding="utf-8",
    )
    changed = workbook(tmp_path / "己区.xlsx", "己区", ten(0), ten(0))
    edit(changed, layout.PARAMETERS, layout.parameter_cell("scheme"), version.name)
    city = gather([*districts, late, evaluated(other), evaluated(changed)])
    assert city.missing == ("丁区", "戊区", "己区")
    told = {f.file: f for f in city.findings if f.level is Level.ERROR}
    assert [told[f"{name}.xlsx"].code for name in city.missing] == ["E705", "E706", "E706"]
    assert "checks" in told["己区.xlsx"].problem
    assert told["丁区.xlsx"].sheet == layout.PARAMETERS


def test_a_weight_of_its_own_is_told(districts: list[Path], tmp_path: Path) -> None:
    path = workbook(tmp_path / "丁区.xlsx", "丁区", ten(0, land=20.0), ten(0, land=20.0))
    for row, weight in ((0, 35), (1, 10)):
        edit(path, layout.PARAMETERS, (layout.PARAMETER_HEADER_ROW + 1 + row, 2), weight)
    city = gather([*districts, evaluated(path)])
    told = [f for f in city.findings if f.code == "W713"]
    assert [(f.item, f.value, f.cell) for f in told] == [
        ("亩均税收的权重", "35", "B10"), ("亩均总产值的权重", "10", "B11"),
    ]  # fmt: skip


def test_what_was_joined_can_be_proved(
    districts: list[Path], city: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = body(city, CITY_BOOKS)
    for path, row in zip(districts, rows, strict=True):
        runs = read_book(path).runs
        assert runs is not None
        last = runs.entries[-1]
        assert row["输入校验值"] == last["inputs_hash"][:16]
        assert row["方案校验值"] == last["scheme_hash"][:16]
        assert (row["程序版本"], row["评价时间"]) == (last["version"], last["time"])
        capsys.readouterr()
        assert main(["verify", str(path)]) == 0
        assert row["输入校验值"] in capsys.readouterr().out
    assert len({row["输入校验值"] for row in rows}) == 3
    assert len({row["方案校验值"] for row in rows}) == 1


def test_inputs_that_are_not_those_of_the_record(districts: list[Path], tmp_path: Path) -> None:
    # The reason of a decision changes no result, but it is no longer what was evaluated.
    keys = [field.key for field in layout.adjustment_fields(load())]
    for key, value in (("name", "甲区第1厂"), ("letter", "C"), ("reason", "核实")):
        edit(districts[0], layout.ADJUSTMENTS, (layout.FIRST_ROW, keys.index(key) + 1), value)
    evaluated(districts[0])
    place = (layout.FIRST_ROW, keys.index("reason") + 1)
    edit(districts[0], layout.ADJUSTMENTS, place, "另一个原因")
    city = gather(districts)
    assert city.missing == ()
    (told,) = [f for f in city.findings if f.code == "W715"]
    assert (told.level, told.file) == (Level.WARNING, "甲区.xlsx")
    assert "输入不一致" in told.problem
    assert city.count(Level.ERROR) == 0


def test_a_record_that_was_changed_or_is_missing(districts: list[Path]) -> None:
    who = [field.key for field in layout.run_fields()].index("who") + 1
    edit(districts[0], layout.RUNS, (layout.FIRST_ROW, who), "别人")
    book = openpyxl.load_workbook(districts[1])
    del book[layout.RUNS]
    book.save(districts[1])
    city = gather(districts)
    assert city.missing == ()
    assert [(f.level, f.code, f.file) for f in city.findings] == [
        (Level.WARNING, "W715", "甲区.xlsx"), (Level.HINT, "H716", "乙区.xlsx"),
    ]  # fmt: skip
    assert "记录不一致" in city.findings[0].problem


def test_a_workbook_that_is_open_elsewhere_is_told(districts: list[Path]) -> None:
    districts[1].with_name(f".~lock.{districts[1].name}#").write_text(",王五,别的电脑,2023;")
    city = gather(districts)
    (told,) = (f for f in city.findings if f.code == "W718")
    assert told.file == districts[1].name
    assert (
        "正开着（LibreOffice（王五在电脑 别的电脑 上，2023）），用的是上次存盘的内容"
        in told.problem
    )
    assert len(city.sound) == len(districts)


def test_two_workbooks_of_one_district(districts: list[Path], tmp_path: Path) -> None:
    again = evaluated(workbook(tmp_path / "再报.xlsx", "甲区", ten(0), ten(0)))
    city = gather([*districts, again])
    assert [f.file for f in city.findings if f.code == "E707"] == ["再报.xlsx"]
    assert len(city.sound) == 3
    # 甲区 itself is there: what is left out is a file, and a district of no sound one once.
    assert city.missing == ("甲区（再报.xlsx）",)
    other, third = (tmp_path / f"{name}.xlsx" for name in ("丁一", "丁二"))
    for path in (other, third):
        workbook(path, "丁区", ten(0), ten(0))
    assert gather([*districts, other, third]).missing == ("丁区",)


def test_a_firm_in_two_districts(districts: list[Path], tmp_path: Path) -> None:
    twice = [
        *ten(2)[:7],
        firm(1, code=code(0, 3), name="换了名称"),
        firm(2, code="", name="乙区第4厂"),
        firm(3, code=code(0, 5), name="甲区第5厂", included="否"),
    ]
    path = evaluated(workbook(tmp_path / "丁区.xlsx", "丁区", twice, twice))
    told = [f for f in gather([*districts[:2], path]).findings if f.code == "W711"]
    assert [(f.firm_name, f.cell) for f in told] == [("换了名称", "C12"), ("乙区第4厂", "C13")]
    assert "甲区也参评（甲区.xlsx的C7，代码相同）" in told[0].problem
    assert "乙区也参评（乙区.xlsx的C8，名称相同" in told[1].problem


def test_a_firm_in_two_districts_by_a_name_typed_otherwise(
    districts: list[Path], tmp_path: Path
) -> None:
    twice = [*ten(2)[:7], firm(1, code="", name="乙区 第４厂"), *ten(2)[8:]]
    path = evaluated(workbook(tmp_path / "丁区.xlsx", "丁区", twice, twice))
    told = [f for f in gather([*districts[:2], path]).findings if f.code == "W711"]
    assert [f.firm_name for f in told] == ["乙区 第４厂"]


def test_a_filled_city_workbook_is_not_overwritten(city: Path, districts: list[Path]) -> None:
    before = city.read_bytes()
    assert main(["city", *map(str, districts), "-o", str(city)]) == 2
    assert city.read_bytes() == before
    assert main(["city", *map(str, districts), "-o", str(city), "--force"]) == 0


def test_names_that_no_file_can_hold_as_they_are(tmp_path: Path) -> None:
    firms = ten(0)
    # A control character, which nobody sees and nothing keeps, and what looks like one spelled out.
    names = ("甲_x001B_厂", "_x005F_x0041_厂")
    for each, name in zip(firms, names, strict=False):
        each["name"] = name
    path = evaluated(workbook(tmp_path / "甲区.xlsx", "甲_x0007_区", firms, ten(0)))
    out, report = tmp_path / "全市.xlsx", tmp_path / "上报.xlsx"
    assert main(["city", str(path), "-o", str(out)]) == 0
    assert main(["publish", str(path), "-o", str(report)]) == 0
    sheets = Sheets(Package.open(out))
    (row,) = sheets.grid(CITY_DECISIONS).rows[layout.FIRST_ROW - 1 :]
    assert ("甲区" in row, "甲厂" in row) == (True, True)
    listed = Sheets(Package.open(report)).grid(NOTICE).rows
    assert {"甲厂", "_x0041_厂"} <= {cell for row in listed for cell in row}


def test_workbooks_of_one_name(districts: list[Path], tmp_path: Path) -> None:
    (tmp_path / "别处").mkdir()
    other = districts[0].rename(tmp_path / "别处" / "乙区.xlsx")
    out = tmp_path / "x.xlsx"
    assert main(["city", str(other), str(districts[1]), "-o", str(out)]) == 2
    assert main(["city", str(other), str(other), "-o", str(out)]) == 2
    assert not out.exists()


@pytest.mark.parametrize("call", [[], ["--classes", "X"], ["--document", "文号"]])
def test_wrong_calls(districts: list[Path], tmp_path: Path, call: list[str]) -> None:
    out = [] if not call else ["-o", str(tmp_path / "x.xlsx")]
    assert main(["city", str(districts[0]), *out, *call]) == 2
    assert not (tmp_path / "x.xlsx").exists()
