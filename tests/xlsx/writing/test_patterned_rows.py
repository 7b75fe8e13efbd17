"""Rows of a table that an earlier run left: the sheet comes out as if they were looked at."""

from __future__ import annotations

import pytest

from permu_xl.xlsx.cells.blocks import Block
from permu_xl.xlsx.writing import sheet as sheet_module
from permu_xl.xlsx.writing.patterned_rows import part_patterned_rows
from permu_xl.xlsx.writing.sheet import rewrite_sheet
from tests.xlsx.sheets import Sheet, block, joined, sheet_xml

FIRST = '<row r="3" ht="18" customHeight="1"><c r="A3" s="4"/><c r="B3" s="5"/></row>'


def blocks(height: int) -> list[Block]:
    """A table from the third row on and, beside it, a shorter one of two rows."""
    figures = [float(n) for n in range(height)]
    return [
        block(3, {"A": figures, "B": [f"企业{n}" for n in range(height)]}),
        block(3, {"D": [1.0, 2.0], "E": ["甲", "乙"]}),
    ]


def earlier(height: int = 7) -> bytes:
    return joined(rewrite_sheet(sheet_xml(FIRST), blocks(height)))


def slowly(xml: bytes, height: int, monkeypatch: pytest.MonkeyPatch) -> bytes:
    with monkeypatch.context() as patched:
        patched.setattr(sheet_module, "part_patterned_rows", lambda xml, _: xml)
        return joined(rewrite_sheet(xml, blocks(height)))


def rows_left(xml: bytes, height: int = 7) -> list[int]:
    return list(Sheet(part_patterned_rows(xml, blocks(height))).rows)


@pytest.mark.parametrize("height", [3, 7, 12])
def test_rows_go_and_come_anew(height: int, monkeypatch: pytest.MonkeyPatch) -> None:
    before = earlier()
    # The first row shows how all look; in the second one both tables have values.
    assert rows_left(before) == [3, 4]
    after = joined(rewrite_sheet(before, blocks(height)))
    assert after == slowly(before, height, monkeypatch)
    sheet = Sheet(after)
    assert [sheet.text(f"B{row}") for row in (4, 5, 9)] == [
        "企业1", "企业2", "企业6" if height >= 7 else None,
    ]  # fmt: skip
    assert (sheet.style("A5"), sheet.rows[5].get("ht")) == ("4", "18")


TOUCHED = {
    "a cell to the right": (b'</row><row r="7"', b'<c r="F6"><v>9</v></c></row><row r="7"'),
    "a formula": (b'<c r="A6" s="4"><v>3.0</v>', b'<c r="A6" s="4"><f>B6</f><v>3.0</v>'),
    "hidden": (b'<row r="6" ', b'<row r="6" hidden="1" '),
    "a height": (b'<row r="6" ht="18"', b'<row r="6" ht="30"'),
    "no height": (b'<row r="6" ht="18" customHeight="1"', b'<row r="6"'),
    "a look": (b'<row r="6" ', b'<row r="6" s="7" customFormat="1" '),
}


@pytest.mark.parametrize("kind", TOUCHED)
def test_a_row_that_was_touched_stays(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = earlier().replace(*TOUCHED[kind])
    assert before != earlier()
    assert rows_left(before) == [3, 4, 6]
    after = joined(rewrite_sheet(before, blocks(7)))
    assert Sheet(after).text("B6") == "企业3"
    assert Sheet(after).text("F6") == ("9" if kind == "a cell to the right" else None)
    assert [Sheet(after).rows[n].attrib for n in (5, 6)] == [
        Sheet(slowly(before, 7, monkeypatch)).rows[n].attrib for n in (5, 6)
    ]


def test_rows_below_the_values_keep_their_looks() -> None:
    assert rows_left(earlier(), 3) == [3, 4, 6, 7, 8, 9]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"</sheetData>", b"<!-- --></sheetData>"),
        (b"<v>1.0</v></c><c", b'<f t="array" ref="D3:F9">B3:D9</f></c><c'),
        (b'<row r="6"', b'<row r="99"'),
    ],
)
def test_all_rows_stay_where_something_is_unusual(old: bytes, new: bytes) -> None:
    before = earlier().replace(old, new)
    assert before != earlier()
    assert part_patterned_rows(before, blocks(7)) == before
