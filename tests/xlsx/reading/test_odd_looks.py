"""Odd looks of cells, found in sheets that are spelled as most are and in others."""

from __future__ import annotations

import pytest

from permu_xl.errors import BookError
from permu_xl.xlsx.cells.look import Look
from permu_xl.xlsx.reading.odd_looks import OddStyles, odd_styles, sheet_look
from permu_xl.xlsx.reading.plain_rows import part_plain_rows

STYLES = b"""<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<numFmts><numFmt numFmtId="164" formatCode="0!.0,"/><numFmt numFmtId="165" formatCode="0.00"/>
</numFmts><fonts><font/><font><strike/></font><font><strike val="0"/></font></fonts>
<cellStyleXfs><xf numFmtId="164" fontId="1"/></cellStyleXfs><cellXfs><xf numFmtId="0" fontId="0"/>
<xf numFmtId="164" fontId="0"/>
<xf numFmtId="165" fontId="1"/><xf numFmtId="10" fontId="2"/></cellXfs>
<dxfs><dxf><font><strike/></font><numFmt numFmtId="166" formatCode="0%"/></dxf></dxfs>
</styleSheet>"""
ODD = OddStyles({1: "0!.0,", 3: "0.00%"}, frozenset({2}))
SHEET = b"""<worksheet><cols><col min="2" max="2" hidden="1"/>
<col min="9" max="99" width="0"/></cols>
<sheetData><row r="1" spans="1:3"><c r="A1" s="1"><v>5</v></c><c r="B1" s="11"><v>5</v></c>
<c r="C1" t="n" s="3"><v>5</v></c></row><row r="2" hidden="1"><c r="A2" s="2"><v>5</v></c></row>
<row r="3" ht="0" customHeight="1"/><row r="9" hidden="1"/></sheetData></worksheet>"""
FOUND = Look(
    {(0, 0): "0!.0,", (0, 2): "0.00%"}, {}, frozenset({(1, 0)}), frozenset(),
    frozenset({1, 2}), frozenset({1}),
)  # fmt: skip


def look(xml: bytes, usual: bool) -> Look:
    return sheet_look(part_plain_rows(xml), ODD, 3, 3, usual=usual, refuse=lambda count: None)


def test_styles() -> None:
    assert odd_styles(STYLES) == ODD


def test_no_styles_and_plain_ones() -> None:
    assert odd_styles(None) == OddStyles()
    assert (
        odd_styles(b'<styleSheet><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>')
        == OddStyles()
    )


@pytest.mark.parametrize("usual", [True, False])
def test_a_sheet(usual: bool) -> None:
    assert look(SHEET, usual) == FOUND


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'hidden="1"', b"hidden='1'"),
        (b'<row r="2" hidden="1">', b'<row hidden="true" r="2">'),
        (b'<row r="1" spans="1:3">', b"<row>"),
    ],
)
def test_a_sheet_spelled_otherwise(old: bytes, new: bytes) -> None:
    assert look(SHEET.replace(old, new), usual=True) == FOUND


def test_cells_without_an_address_and_with_small_letters() -> None:
    xml = SHEET.replace(b'r="A1" ', b"").replace(b'r="C1"', b'r="c1"')
    assert look(xml, usual=False) == FOUND


def test_too_many_are_refused() -> None:
    def refuse(count: int) -> None:
        if count > 2:
            raise BookError("too many")

    for usual in (True, False):
        with pytest.raises(BookError):
            sheet_look(part_plain_rows(SHEET), ODD, 3, 3, usual=usual, refuse=refuse)
