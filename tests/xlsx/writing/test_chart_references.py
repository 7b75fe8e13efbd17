"""Charts follow a table that has grown or shrunk; other charts stay byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
from lxml import etree
from openpyxl import Workbook
from openpyxl.chart import Reference, ScatterChart, Series

from permu_xl.errors import BookError
from permu_xl.workbook.layout.sheets import SUMMARY
from permu_xl.xlsx.cells.blocks import Formula, Link
from permu_xl.xlsx.package.package import Package
from permu_xl.xlsx.writing.chart_references import retarget
from tests.office import Office
from tests.xlsx.sheets import read_zip, write_zip

COLUMNS = range(30, 33)
"""AD to AF."""


def with_xlsxwriter(folder: Path) -> Path:
    """Write a summary with the points' chart, a chart of other cells, and one on another sheet."""
    path = folder / "charts.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet, other = book.add_worksheet(SUMMARY), book.add_worksheet("别页")
    for row in range(10):
        sheet.write_row(row + 4, 29, [row / 2, row * 2, row * 3])
    points = book.add_chart({"type": "scatter"})
    for column in (30, 31):
        points.add_series({
            "name": [SUMMARY, 3, column],
            "categories": [SUMMARY, 4, 29, 13, 29],
            "values": [SUMMARY, 4, column, 13, column],
        })  # fmt: skip
    sheet.insert_chart("A1", points)
    bars = book.add_chart({"type": "bar"})
    bars.add_series({"values": [SUMMARY, 4, 1, 13, 1], "categories": [SUMMARY, 5, 29, 13, 29]})
    sheet.insert_chart("A20", bars)
    copied = book.add_chart({"type": "scatter"})
    copied.add_series({
        "categories": [SUMMARY, 4, 29, 13, 29], "values": [SUMMARY, 4, 30, 13, 30],
    })  # fmt: skip
    other.insert_chart("A1", copied)
    book.close()
    return path


def with_openpyxl(folder: Path) -> Path:
    """Write a summary as the template does: references without remembered values."""
    path = folder / "charts.xlsx"
    book = Workbook()
    sheet = book.active
    sheet.title = SUMMARY
    chart = ScatterChart()
    x = Reference(sheet, min_col=30, min_row=5, max_row=504)
    y = Reference(sheet, min_col=31, min_row=4, max_row=504)
    chart.series.append(Series(y, x, title_from_data=True))
    sheet.add_chart(chart, "A1")  # type: ignore[call-arg]
    book.save(path)
    return path


def references(path: Path, part: str = "xl/charts/chart1.xml") -> list[str]:
    root = etree.fromstring(read_zip(path)[part])
    return [each.text or "" for each in root.iter("{*}f")]


def changed(before: Path, after: Path) -> set[str]:
    old, new = read_zip(before), read_zip(after)
    assert list(old) == list(new)
    return {name for name in old if new[name] != old[name]}


def retargeted(path: Path, last_row: int, **more: object) -> Path:
    package = Package.open(path)
    retarget(package, SUMMARY, 5, COLUMNS, last_row, **more)  # type: ignore[arg-type]
    target = path.with_name("out.xlsx")
    package.save(target)
    return target


def test_references_get_the_new_last_row(tmp_path: Path) -> None:
    source = with_xlsxwriter(tmp_path)
    package = Package.open(source)
    assert retarget(package, SUMMARY, 5, COLUMNS, 40) == 4
    package.save(tmp_path / "out.xlsx")
    assert references(tmp_path / "out.xlsx") == [
        "汇总!$AE$4", "汇总!$AD$5:$AD$40", "汇总!$AE$5:$AE$40",
        "汇总!$AF$4", "汇总!$AD$5:$AD$40", "汇总!$AF$5:$AF$40",
    ]  # fmt: skip
    assert changed(source, tmp_path / "out.xlsx") == {"xl/charts/chart1.xml"}


def test_chart_of_the_template(tmp_path: Path) -> None:
    source = with_openpyxl(tmp_path)
    target = retargeted(source, 12)
    assert references(target) == ["'汇总'!AE4", "'汇总'!$AD$5:$AD$12", "'汇总'!$AE$5:$AE$12"]
    assert changed(source, target) == {"xl/charts/chart1.xml"}


def test_same_last_row_changes_nothing(tmp_path: Path) -> None:
    source = with_openpyxl(tmp_path)
    assert changed(source, retargeted(source, 504)) == set()


def test_table_without_rows_keeps_its_first(tmp_path: Path) -> None:
    target = retargeted(with_openpyxl(tmp_path), 4)
    assert references(target)[1:] == ["'汇总'!$AD$5:$AD$5", "'汇总'!$AE$5:$AE$5"]
    assert references(retargeted(target, 9))[1:] == ["'汇总'!$AD$5:$AD$9", "'汇总'!$AE$5:$AE$9"]


def test_remembered_values_are_dropped(tmp_path: Path) -> None:
    source = with_xlsxwriter(tmp_path)
    assert b"numCache" in read_zip(source)["xl/charts/chart1.xml"]
    root = etree.fromstring(read_zip(retargeted(source, 40))["xl/charts/chart1.xml"])
    assert list(root.iter("{*}numCache")) == []


def test_remembered_values_are_replaced(tmp_path: Path) -> None:
    points = {30: [0.5, 1, None], 31: [float("nan"), "x", Formula("1")]}
    target = retargeted(with_xlsxwriter(tmp_path), 7, points=points)
    root = etree.fromstring(read_zip(target)["xl/charts/chart1.xml"])
    first, second, third = root.iter("{*}numCache")
    for cache in (first, third):
        assert [etree.QName(e).localname for e in cache] == ["formatCode", "ptCount", "pt", "pt"]
        assert [(e.get("idx"), e[0].text) for e in cache.findall("{*}pt")] == [
            ("0", "0.5"), ("1", "1"),
        ]  # fmt: skip
    assert [etree.QName(e).localname for e in second] == ["formatCode", "ptCount"]
    assert [e.get("val") for e in root.iter("{*}ptCount")][:2] != []
    assert {e.prefix for e in root.iter("{*}pt")} == {"c"}


def hand_made(folder: Path, formulas: str) -> Path:
    parts = read_zip(with_xlsxwriter(folder))
    parts["xl/charts/chart1.xml"] = (
        f'<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
        f' xmlns:c15="http://schemas.microsoft.com/office/drawing/2012/chart">{formulas}'
        "</c:chartSpace>"
    ).encode()
    return write_zip(folder / "charts.xlsx", parts)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("汇总!$AD$5:$AD$9", "汇总!$AD$5:$AD$20"),
        ("'汇总'!$AD$5:$AE$9", "'汇总'!$AD$5:$AE$20"),
        ("汇总!AD5:AD9", "汇总!$AD$5:$AD$20"),
        ("汇总!$AD$5", "汇总!$AD$5:$AD$20"),
        ("汇总!$AD$6:$AD$9", None),
        ("汇总!$AC$5:$AD$9", None),
        ("汇总!$AH$5:$AH$9", None),
        ("汇总2!$AD$5:$AD$9", None),
        ("'[1]汇总'!$AD$5:$AD$9", None),
        ("(汇总!$AD$5:$AD$9,汇总!$AD$12)", None),
        ("汇总!$AD:$AD", None),
        ("总分列", None),
        ("#REF!", None),
        ("", None),
    ],
)
def test_which_references_are_meant(tmp_path: Path, old: str, new: str | None) -> None:
    source = hand_made(tmp_path, f"<c:numRef><c:f>{old}</c:f></c:numRef>")
    target = retargeted(source, 20)
    assert references(target) == [old if new is None else new]
    assert changed(source, target) == ({"xl/charts/chart1.xml"} if new else set())


def test_names_of_series_stay(tmp_path: Path) -> None:
    inside = "<c:tx><c:strRef><c:f>汇总!$AD$5</c:f></c:strRef></c:tx>"
    source = hand_made(tmp_path, inside)
    assert changed(source, retargeted(source, 20)) == set()


def test_texts_and_other_caches(tmp_path: Path) -> None:
    source = hand_made(
        tmp_path,
        "<c:strRef><c:f>汇总!$AD$5:$AD$9</c:f><c:strCache><c:ptCount val='1'/><c:pt idx='0'>"
        "<c:v>old</c:v></c:pt></c:strCache></c:strRef>"
        "<c15:datalabelsRange><c15:f>汇总!$AE$5:$AE$9</c15:f><c15:dlblRangeCache/>"
        "</c15:datalabelsRange>"
        "<c:multiLvlStrRef><c:f>汇总!$AD$5:$AE$9</c:f><c:multiLvlStrCache/></c:multiLvlStrRef>",
    )
    points = {30: ["甲", 1.50, True, Link("乙", "'a'!A1"), None], 31: [1]}
    root = etree.fromstring(read_zip(retargeted(source, 9, points=points))["xl/charts/chart1.xml"])
    assert [(e.get("idx"), e[0].text) for e in root.iter("{*}pt")] == [
        ("0", "甲"), ("1", "1.5"), ("2", "TRUE"), ("3", "乙"),
    ]  # fmt: skip
    assert [e.get("val") for e in root.iter("{*}ptCount")] == ["5"]
    assert not [e for e in root.iter() if "RangeCache" in str(e.tag) or "Lvl" in str(e.tag)][1:]


def test_sheets_without_charts_and_without_name(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = SUMMARY
    book.save(tmp_path / "a.xlsx")
    package = Package.open(tmp_path / "a.xlsx")
    assert retarget(package, SUMMARY, 5, COLUMNS, 9) == 0
    with pytest.raises(BookError, match="没有工作表"):
        retarget(package, "没有", 5, COLUMNS, 9)


@pytest.mark.office
def test_opens_in_libreoffice(office: Office, tmp_path: Path) -> None:
    target = retargeted(with_xlsxwriter(tmp_path), 9, points={30: [1, 2, 3, 4, 5]})
    with office.open(target) as book:
        book.save(tmp_path / "again.xlsx")
    charts = [name for name in read_zip(tmp_path / "again.xlsx") if "charts/chart" in name]
    shown = [f for part in charts for f in references(tmp_path / "again.xlsx", part)]
    assert any(f.replace("'", "") == "汇总!$AE$5:$AE$9" for f in shown)
