"""Rows of an earlier run: they go as a whole unless somebody has touched them."""

from __future__ import annotations

import re

import pytest

from permu_xl.xlsx.cells.blocks import Block, Column
from permu_xl.xlsx.cells.filled_down import FilledColumn, FilledDown
from permu_xl.xlsx.writing import sheet as sheet_module
from permu_xl.xlsx.writing.sheet import rewrite_sheet
from permu_xl.xlsx.writing.whole_rows import Parted, part_whole_rows
from tests.xlsx.sheets import joined, sheet_xml

TOP, WIDTH = 3, 5


def blocks(height: int) -> list[Block]:
    """Two columns of formulas from the third row on; the three to their right are cleared."""
    own = FilledDown("A3*2", TOP, last_row=TOP + height - 1)
    other = FilledDown("'表'!A3", TOP, last_row=TOP + height - 1)
    filled = [Column(n, FilledColumn(TOP, [f] * height)) for n, f in ((1, other), (2, own))]
    cleared = [Column(n, []) for n in range(3, WIDTH + 1)]
    return [
        Block(TOP, filled, template_row=False, row_height=16.5),
        Block(TOP, cleared, template_row=False, row_height=16.5),
    ]


def earlier(height: int = 6) -> bytes:
    return joined(
        rewrite_sheet(sheet_xml('<row r="1"><c r="A1"><v>7</v></c></row>'), blocks(height))
    )


def slowly(xml: bytes, height: int, monkeypatch: pytest.MonkeyPatch) -> bytes:
    with monkeypatch.context() as patched:
        patched.setattr(sheet_module, "part_whole_rows", lambda xml, *_: Parted(xml))
        return joined(rewrite_sheet(xml, blocks(height), kept="PERMU_"))


@pytest.mark.parametrize("height", [2, 6, 9])
def test_all_rows_of_ours_go_and_come_anew(height: int) -> None:
    before = earlier()
    assert len(part_whole_rows(before, blocks(height)).gone) == 6
    assert b"A1" in part_whole_rows(before, blocks(height)).xml
    assert joined(rewrite_sheet(before, blocks(height))) == earlier(height)


def unnumbered(xml: bytes) -> bytes:
    """Return a sheet's XML without the numbers by which formulas are shared."""
    return re.sub(rb' si="[0-9]+"', b"", xml)


TOUCHED = {
    "a cell to the right": (b'</row><row r="5"', b'<c r="F4"><v>9</v></c></row><row r="5"'),
    "a look": (b'<c r="B4">', b'<c r="B4" s="3">'),
    "a row's look": (b'<row r="4" ', b'<row r="4" hidden="1" '),
    "a formula of ours": (b"<f>'\xe8\xa1\xa8'!A4</f>", b"<f>permu_rank(A1)</f>"),
    "an array to the right": (
        b'<c r="A4"><f>', b'<c r="A4"><f t="array" ref="A4:G4">',
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", TOUCHED)
def test_a_row_that_was_touched_stays(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = earlier().replace(*TOUCHED[kind])
    assert before != earlier()
    assert len(part_whole_rows(before, blocks(6), "PERMU_").gone) == 5
    after = joined(rewrite_sheet(before, blocks(6), kept="PERMU_"))
    assert unnumbered(after) == unnumbered(slowly(before, 6, monkeypatch))
    assert (b'<c r="F4"><v>9</v></c>' in after) == (kind == "a cell to the right")


def test_a_cell_that_shares_a_formula_with_them_keeps_it() -> None:
    theirs = b'<row r="1"><c r="A1"><f t="shared" si="0"/></c></row>'
    before = earlier().replace(b'<row r="1"><c r="A1"><v>7</v></c></row>', theirs)
    assert part_whole_rows(before, blocks(6)).gone == ()


@pytest.mark.parametrize("written", [b"<!-- -->", b"&#65;"])
def test_nothing_goes_where_the_xml_is_unusual(written: bytes) -> None:
    before = earlier().replace(b"</sheetData>", b"</sheetData>" + written)
    assert part_whole_rows(before, blocks(6)).gone == ()


def test_the_formulas_that_went_are_known() -> None:
    before = earlier()
    assert not rewrite_sheet(before, blocks(6)).formulas_changed
    assert rewrite_sheet(before, blocks(5)).formulas_changed
    assert rewrite_sheet(before, blocks(7)).formulas_changed
