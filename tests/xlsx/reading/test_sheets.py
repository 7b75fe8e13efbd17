"""Sheets as the reading library gets them: slips it cannot take become findings of their cells."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from permu_xl.errors import BookError
from permu_xl.schemes import load
from permu_xl.workbook import layout
from permu_xl.workbook.district import assess
from permu_xl.workbook.reading.opened import read_book
from permu_xl.workbook.results import finding_block
from permu_xl.xlsx.cells.grid import Grid
from permu_xl.xlsx.files.limits import Limits
from permu_xl.xlsx.package.ooxml import UnsafeXmlError, plain_xml
from permu_xl.xlsx.package.package import Package
from permu_xl.xlsx.reading.calamine_fixes import tamed
from permu_xl.xlsx.reading.plain_rows import part_plain_rows
from permu_xl.xlsx.reading.scan import measure, text_lengths
from permu_xl.xlsx.reading.sheets import Sheets
from tests.workbook.districts import filled, spread_firms
from tests.xlsx.sheets import MAIN, RELATIONS, read_zip, sheet_xml, workbook_parts, write_zip

DATE = f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>' + (
    '<xf numFmtId="46"/></cellXfs></styleSheet>'
)
LINK = f'<Relationship Id="rId9" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>'


def grid(folder: Path, xml: bytes, settings: str = "", limits: Limits | None = None) -> Grid:
    """Return a sheet whose style 1 is a date and 2 a duration."""
    parts = workbook_parts({"表": xml}, more="")
    links = "xl/_rels/workbook.xml.rels"
    parts[links] = parts[links].replace(b"</Relationships>", LINK.encode())
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        b"<sheets", settings.encode() + b"<sheets"
    )
    parts["xl/styles.xml"] = DATE.encode()
    return Sheets(Package.open(write_zip(folder / "a.xlsx", parts), limits)).grid("表")


@pytest.mark.parametrize("style", [1, 2])
@pytest.mark.parametrize(
    "number",
    ["9.1210100123456E17", "-1", "-1e12", "1e9", "1e300", "-1E300", "1E+20", "99999999", "inf"],
)
def test_numbers_that_are_no_dates(tmp_path: Path, style: int, number: str) -> None:
    cell = f'<row r="1"><c r="A1" s="{style}"><v>{number}</v></c></row>'
    assert grid(tmp_path, sheet_xml(cell)).rows == [[float(number)]]
    prefixed = f'<x:row r="1"><x:c s="{style}" r="A1"><x:f>1</x:f><x:v>{number}</x:v></x:c></x:row>'
    xml = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{prefixed}</x:sheetData></x:worksheet>'
    assert grid(tmp_path, xml.encode()).rows == [[float(number)]]


def test_dates_stay_dates(tmp_path: Path) -> None:
    xml = sheet_xml('<row r="1"><c r="A1" s="1"><v>43586</v></c><c r="B1"><v>43586</v></c></row>')
    assert grid(tmp_path, xml).rows == [[dt.date(2019, 5, 1), 43586.0]]
    # Four years and a day later, where days are counted from 1904.
    settings = '<workbookPr date1904="1"/>'
    assert grid(tmp_path, xml, settings).rows == [[dt.date(2023, 5, 2), 43586.0]]


@pytest.mark.parametrize("error", ["#SPILL!", "#CALC!", "#FIELD!", "#GETTING_DATA", "#BUSY!", "x"])
def test_errors_of_newer_programs(tmp_path: Path, error: str) -> None:
    cell = f'<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="e"><f>A1</f><v>{error}</v></c></row>'
    found = grid(tmp_path, sheet_xml(cell))
    assert found.rows == [[1.0, ""]]
    assert found.doubtful == {"B1": f"单元格是错误值{error}"}


def test_errors_without_addresses(tmp_path: Path) -> None:
    rows = '<row><c><v>1</v></c></row><row><c><v>2</v></c><c t="e"><v>#N/A</v></c></row>'
    assert grid(tmp_path, sheet_xml(rows)).doubtful == {"B2": "单元格是错误值#N/A"}


def test_a_sheet_in_utf16(tmp_path: Path) -> None:
    text = sheet_xml('<row r="1"><c r="A1" t="inlineStr"><is><t>亩</t></is></c></row>').decode()
    xml = text.replace("UTF-8", "UTF-16").encode("utf-16")
    assert grid(tmp_path, xml).rows == [["亩"]]


def test_slips_in_a_district_are_told_cell_by_cell(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.xlsx", spread_firms(5), spread_firms(5))
    parts = read_zip(path)
    names = {sheet.name: sheet.part for sheet in Package.open(path).sheets.values()}
    columns = {field.key: k for k, field in enumerate(layout.data_fields(load()))}
    letters = {key: chr(ord("A") + k) for key, k in columns.items()}
    start, tax, land = (letters[key] for key in ("start_date", "tax", "land"))
    data = Grid("", [], {})
    xml = parts[names[layout.DATA]].decode()
    for address, content in (
        (f"{start}5", "<v>9.1210100123456E17</v>"), (f"{tax}6", "<v>NaN</v>"),
    ):  # fmt: skip
        xml = _put(xml, address, content)
    xml = _put(xml, f"{land}7", "<v>#SPILL!</v>", kind=' t="e"')
    assert data.rows == []
    write_zip(path, {**parts, names[layout.DATA]: xml.encode()})
    found = {(f.code, f.cell) for f in assess(read_book(path)).findings if f.code.startswith("E4")}
    assert found == {("E403", f"{start}5"), ("E401", f"{tax}6"), ("E407", f"{land}7")}


def _put(xml: str, address: str, content: str, kind: str = "") -> str:
    begin = xml.index(f'<c r="{address}"')
    end = xml.index("</c>", begin)
    head = xml[begin : xml.index(">", begin)].split(" t=")[0]
    return f"{xml[:begin]}{head}{kind}>{content}{xml[end:]}"


@pytest.mark.parametrize("usual", [True, False])
def test_only_such_cells_are_changed(usual: bool) -> None:
    xml = sheet_xml(
        '<row r="1"><c r="A1" s="1"><v>43586</v></c><c r="B1" s="1"><v>1.5E-3</v></c>'
        '<c r="C1" t="str"><f>A1</f><v>#标签</v></c><c r="D1" t="e"><v>#N/A</v></c>'
        '<c r="E1" s="1" t="inlineStr"><is><t>-1</t></is></c></row>'
    )
    assert tamed(xml, usual=usual) == xml


# ---- measuring ---------------------------------------------------------------------------------

NO_TEXTS = np.zeros(0, np.int64)


@pytest.mark.parametrize(
    ("cells", "reached"),
    [
        ('<c r="B7"><v>1</v></c>', (7, 2)),
        ('<c r="B7" s="1"/>', (0, 0)),
        ('<c s="1" r="B7"><v>1</v></c>', (7, 2)),
        ("<c r='B7'><v>1</v></c>", (7, 2)),
        ('<c\tr="B7"><v>1</v></c>', (7, 2)),
        ("<c><v>1</v></c><c><v>1</v></c>", (1, 2)),
        ('<c r="B7" t="str"><v></v></c>', (7, 2)),
        ('<c r="AB7" t="inlineStr"><is><t>甲</t></is></c>', (7, 28)),
        ('<!-- <c r="Z9"> --><c r="B7"><v>1</v></c>', (9, 26)),
    ],
)
def test_how_far_a_sheet_reaches(cells: str, reached: tuple[int, int]) -> None:
    found = measure(part_plain_rows(sheet_xml(f"<row>{cells}</row>")), NO_TEXTS, Limits())
    assert (found.last_row, found.last_column) == reached


@pytest.mark.parametrize("spelled", ['t="s"', "t='s'", 't="&#115;"', 't = "s"'])
def test_shared_texts_count_each_time(spelled: str) -> None:
    lengths = text_lengths(b"<sst><si><t>a</t></si><si><t>" + b"x" * 1000 + b"</t></si></sst>")
    xml = sheet_xml("<row>" + f'<c r="A1" {spelled}><v>1</v></c>' * 50 + "</row>")
    assert measure(part_plain_rows(xml), lengths, Limits()).text_bytes > 50 * 1000


def test_a_limit_of_rows(tmp_path: Path) -> None:
    xml = sheet_xml('<row r="9"><c r="B9"><v>1</v></c></row>')
    assert len(grid(tmp_path, xml, limits=Limits(rows=9)).rows) == 9
    with pytest.raises(BookError, match=r"“表”填到了第9行，超过8行.*PERMU_XL_MAX_ROWS。$"):
        grid(tmp_path, xml, limits=Limits(rows=8))
    with pytest.raises(BookError, match=r"占了9行2列，超过17个单元格"):
        grid(tmp_path, xml, limits=Limits(cells=17))


# ---- codings that could hide a document type ---------------------------------------------------


@pytest.mark.parametrize("coding", ["utf-7", "cp037", "utf-32", "iso2022_jp", "hz"])
def test_codings_that_hide_tags_are_refused(coding: str) -> None:
    text = f'<?xml version="1.0" encoding="{coding}"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    with pytest.raises(UnsafeXmlError):
        plain_xml(text.encode(coding))


@pytest.mark.parametrize("coding", ["utf-8", "gb18030", "utf-16", "utf-8-sig"])
def test_other_codings_are_not(coding: str) -> None:
    named = coding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{named}"?><a>亩</a>'
    assert b"<a>" in plain_xml(text.encode(coding))


def test_more_findings_than_anyone_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    firms = [each | {"tax": "约三百", "energy": "约三百"} for each in spread_firms(5)]
    path = filled(tmp_path / "a.xlsx", firms, spread_firms(5))
    assert sum(f.code == "E401" for f in read_book(path).findings) == 10
    monkeypatch.setattr("permu_xl.workbook.reading.firms.MOST_FINDINGS", 9)
    with pytest.raises(BookError, match=r"“原始数据”里读不懂的单元格超过9个.*填写。$"):
        read_book(path)


def test_more_findings_than_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = filled(tmp_path / "a.xlsx", spread_firms(5), spread_firms(5))
    outcome = assess(read_book(path))
    at = outcome.book.outputs[layout.FINDINGS]
    monkeypatch.setattr("permu_xl.workbook.results.MOST_LISTED", 3)
    block = finding_block(at, outcome.findings)
    texts = next(column.values for column in block.columns if len(set(column.values)) > 2)
    assert len(texts) == 4
    said = {str(column.values[-1]) for column in block.columns}
    assert f"另有{len(outcome.findings) - 3}条没有列出" in said
