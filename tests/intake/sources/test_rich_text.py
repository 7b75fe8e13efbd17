"""Digits raised, lowered or struck out within a text, in every kind of file, as they are seen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from permu_xl.intake.sources import xls
from permu_xl.intake.sources.open import read_file
from permu_xl.text import number_in

NOTE, CORRECTED = "12¹", "1\u03362\u0336345"
"""12 with the mark of a note; 12 struck out before 345: neither 121 nor 12345."""

PAGE = """<html><meta charset="utf-8"><table>
<tr><td>12<sup>1</sup><td><s>12</s>345</tr>
<tr><td>12<span style="vertical-align:top"><sub>1</sub></span><td><span
style="text-decoration:line-through">12</span>345</tr>
<tr><td><span style="display:none">9</span>5<br><td><del>12</del></tr></table></html>"""

FLAT = """<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:automatic-styles>
<style:style style:name="T1" style:family="text">
<style:text-properties style:text-position="super 58%"/></style:style>
<style:style style:name="T2" style:family="text">
<style:text-properties style:text-line-through-style="solid"/></style:style>
</office:automatic-styles><office:body><office:spreadsheet><table:table table:name="1">
<table:table-row><table:table-cell office:value-type="string"><text:p>12<text:span
 text:style-name="T1">1</text:span></text:p></table:table-cell><table:table-cell
 office:value-type="string"><text:p><text:span text:style-name="T2">12</text:span>345</text:p>
</table:table-cell></table:table-row>
</table:table></office:spreadsheet></office:body></office:document>"""

SHEETS_2003 = """<?xml version="1.0"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="1"><Table><Row><Cell>
<ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40">12<Sup>1</Sup></ss:Data></Cell>
<Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><S>12</S>345</ss:Data>
</Cell></Row></Table></Worksheet></Workbook>"""


@dataclass(frozen=True, slots=True)
class Font:
    """What xlrd tells of a font."""

    escapement: int = 0
    struck_out: int = 0


@pytest.mark.parametrize("seen", [NOTE, CORRECTED])
def test_neither_is_a_number(seen: str) -> None:
    assert number_in(seen) is None


def test_xlsx(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    raised, struck = InlineFont(vertAlign="superscript"), InlineFont(strike=True)
    book.worksheets[0].append(
        [CellRichText("12", TextBlock(raised, "1")), CellRichText(TextBlock(struck, "12"), "345")]
    )
    book.save(tmp_path / "a.xlsx")
    [sheet] = read_file(tmp_path / "a.xlsx").sheets
    assert sheet.grid.rows == [[NOTE, CORRECTED]]


@pytest.mark.parametrize(("name", "content"), [("a.fods", FLAT), ("a.xls", SHEETS_2003)])
def test_xml(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    [sheet] = read_file(tmp_path / name).sheets
    assert sheet.grid.rows == [[NOTE, CORRECTED]]


def test_page(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_text(PAGE, encoding="utf-8")
    [sheet] = read_file(tmp_path / "a.xls").sheets
    assert sheet.grid.rows == [[NOTE, CORRECTED], [NOTE, CORRECTED], ["5", "12"]]
    assert sheet.grid.look.struck == {(2, 1)}, "a cell struck out as a whole is told as such"


def test_old_workbook() -> None:
    fonts = [Font(), Font(escapement=1), Font(struck_out=1)]
    assert xls._as_seen("121", [(2, 1)], fonts) == NOTE
    assert xls._as_seen("12345", [(0, 2), (2, 0)], fonts) == CORRECTED
    assert xls._as_seen("12", [(1, 99)], fonts) == "12"
