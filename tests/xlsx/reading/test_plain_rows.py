"""Rows set aside as plain: what is said of a sheet is the same as if every row was searched."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permu_xl.errors import BookError
from permu_xl.xlsx.cells.grid import Grid
from permu_xl.xlsx.files.limits import Limits
from permu_xl.xlsx.reading import sheets
from permu_xl.xlsx.reading.plain_rows import PLAIN_TEXT, Parted, part_plain_rows
from tests.xlsx.reading.test_sheets import grid
from tests.xlsx.sheets import sheet_xml


@pytest.mark.parametrize(
    "row",
    [
        '<row r="2"><c r="A2"><v>1</v></c></row>',
        '<row r="2" spans="1:3" ht="15" customHeight="1" hidden="0"><c r="A2"><v>1</v></c></row>',
        '<row r="2"><c r="A2" s="1" t="s"><v>0</v></c><c r="CZ2" t="n"><v>0.25</v></c></row>',
        '<row r="2"><c r="A2" s="12" t="inlineStr"><is><t>甲&amp;乙</t></is></c></row>',
        '<row r="2"><c r="A2"/><c r="B2" s="3"></c></row>',
        '<row r="2"><c r="A2"><v>9999999.00000000000000001</v></c></row>',
    ],
)
def test_plain_rows(row: str) -> None:
    parted = part_plain_rows(sheet_xml(20 * row))
    assert parted == Parted(sheet_xml(20 * row), sheet_xml(""), 2)


@pytest.mark.parametrize(
    "row",
    [
        '<row><c r="A2"><v>1</v></c></row>',
        '<row r="2" hidden="1"><c r="A2"><v>1</v></c></row>',
        '<row r="2" ht="0"><c r="A2"><v>1</v></c></row>',
        '<row r="2" ht="0.0"><c r="A2"><v>1</v></c></row>',
        '<row r="2"><c><v>1</v></c></row>',
        '<row r="2"><c r="A3"><v>1</v></c></row>',
        '<row r="2"><c r="A2" t="e"><v>#N/A</v></c></row>',
        '<row r="2"><c r="A2"><f>1</f><v>1</v></c></row>',
        '<row r="2"><c r="A2" t="b"><v>1</v></c></row>',
        '<row r="2"><c r="A2" t="str"><v>1</v></c></row>',
        '<row r="2"><c r="A2" s="1"><v>-1</v></c></row>',
        '<row r="2"><c r="A2" s="1"><v>10000000</v></c></row>',
        '<row r="2"><c r="A2" s="1"><v>1E3</v></c></row>',
        '<row r="2"><c r="DA2"><v>1</v></c></row>',
        '<row r="2"><c r="A2" t="inlineStr"><is><r><t>1</t></r></is></c></row>',
        f'<row r="2"><c r="A2" t="inlineStr"><is><t>{"x" * (PLAIN_TEXT + 1)}</t></is></c></row>',
        '<row r="02"><c r="A02"><v>1</v></c></row>',
        '<row r="2"/>',
    ],
)
def test_rows_that_are_looked_at(row: str) -> None:
    xml = sheet_xml(20 * row)
    assert part_plain_rows(xml) == Parted(xml, xml, 0)


def test_a_sheet_is_not_copied_for_few_plain_rows() -> None:
    plain = '<row r="2"><c r="A2"><v>1</v></c></row>'
    xml = sheet_xml(plain + '<row r="3"><c r="A3"><f>1</f></c></row>' * 20)
    assert part_plain_rows(xml).rest is xml


CELLS = st.sampled_from(
    [
        '<c r="A{}"><v>7</v></c>',
        '<c r="B{}" s="1"><v>43586</v></c>',
        '<c r="B{}" s="1"><v>123456789</v></c>',
        '<c r="C{}" t="s"><v>0</v></c>',
        '<c r="D{}" t="inlineStr"><is><t>甲&amp;乙</t></is></c>',
        '<c r="E{}"/>',
        '<c r="E{}" s="2"></c>',
        '<c r="F{}" t="e"><v>#N/A</v></c>',
        '<c r="G{}"><f>1+1</f></c>',
        '<c r="H{}"><f>1+1</f><v>2</v></c>',
        '<c r="I{}" s="1"><v>-3</v></c>',
        "<c><v>5</v></c>",
        '<c s="1" r="K{}"><v>5</v></c>',
    ]
)
ROWS = st.tuples(
    st.sampled_from(['<row r="{}">'] * 5 + ['<row r="{}" hidden="1">', "<row>"]),
    st.lists(CELLS, max_size=4),
)
DAMAGE = st.one_of(st.just((0.0, 0)), st.tuples(st.floats(0, 1), st.integers(0, 6)))
MERGES = '<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>'


def read(xml: bytes, *, plain: bool) -> Grid | str:
    """Return a sheet, or what is said of one that cannot be read."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        if not plain:
            patch.setattr(sheets, "part_plain_rows", lambda xml: Parted(xml, xml))
        try:
            return grid(Path(folder), xml, limits=Limits(cells=1100, rows=11))
        except BookError as error:
            return str(error).replace(folder, "")


@given(st.lists(ROWS, max_size=8), st.integers(1, 5), st.booleans(), DAMAGE)
def test_the_same_is_read(
    rows: list[tuple[str, list[str]]], step: int, merged: bool, damage: tuple[float, int]
) -> None:
    spelled = (
        (opening + "".join(cells) + "</row>").replace("{}", str(1 + number * step // 2))
        for number, (opening, cells) in enumerate(rows)
    )
    xml = sheet_xml("".join(spelled))
    if merged:
        xml = xml.replace(b"</sheetData>", b"</sheetData>" + MERGES.encode())
    at, length = int(damage[0] * len(xml)), damage[1]
    xml = xml[:at] + xml[at + length :]
    assert read(xml, plain=True) == read(xml, plain=False)
