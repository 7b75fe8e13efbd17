"""Formulas filled down: the same as if each had been made for its row, planned and written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

from permu_xl.schemes import available, load
from permu_xl.workbook.district import assess, run
from permu_xl.workbook.proof.board import Board, Table
from permu_xl.workbook.proof.firms import firm as firms_module
from permu_xl.workbook.proof.firms import rows as rows_module
from permu_xl.workbook.proof.firms.rows import Reader
from permu_xl.workbook.proof.inputs import FirmCells
from permu_xl.workbook.proof.sheet import proof_blocks
from permu_xl.workbook.reading.opened import read_book
from permu_xl.xlsx.cells.blocks import Block, Column, Formula, Link, Value
from permu_xl.xlsx.cells.filled_down import FilledColumn, FilledDown, relative_pieces
from permu_xl.xlsx.writing.sheet import rewrite_sheet
from tests.workbook.any_districts import any_firms
from tests.workbook.districts import spread_firms
from tests.workbook.odd_districts import OVERLAY, district_book, odd_firms, save
from tests.workbook.odd_tracks import TRACKS, other_tracks, track_book
from tests.workbook.proof.proving import OWN, SHENYANG, careful_book
from tests.xlsx.sheets import joined, sheet_xml


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("A5", ("A", 0, "")),
        ("$A5+A$5+$A$5", ("$A", 0, "+A$5+$A$5")),
        ("'O''Neil A5'!B7*2", ("'O''Neil A5'!B", 2, "*2")),
        ('"A5"&A4&"""A5"', ('"A5"&A', -1, '&"""A5"')),
        ("SUM(A5:C5)", ("SUM(A", 0, ":C", 0, ")")),
        ("LOG10(AB12)+1E5+1E-6", ("LOG10(AB", 7, ")+1E5+1E-6")),
        ("ROW()", ("ROW()",)),
    ],
)
def test_relative_rows_are_found(text: str, pieces: tuple[str | int, ...]) -> None:
    assert relative_pieces(text, 5) == pieces


def test_a_column_reads_as_its_formulas_spelled_out() -> None:
    filled = FilledDown("A5*$B$1", 5)
    column = FilledColumn(4, ["head", filled, None, filled])
    expected = ["head", Formula("A5*$B$1"), None, Formula("A7*$B$1")]
    assert list(column) == expected
    assert column[-1] == expected[-1]
    assert column[1:3] == expected[1:3]
    assert column[::-2] == expected[::-2]
    assert len(column) == 4


def spelled_out(path: Path) -> list[tuple[int, int, list[Value]]]:
    outcome = assess(read_book(path))
    assert outcome.evaluation is not None
    blocks = proof_blocks(outcome.book, outcome.evaluation)
    return [(b.first_row, c.number, list(c.values)) for b in blocks for c in b.columns]


def one_by_one(
    board: Board,
    table: Table,
    cells: FirmCells,
    row_of: Callable[[int], int],
    reading: Iterable[Reader],
    formulas: Callable[[int], Iterable[tuple[str, str]]],
) -> None:
    """Make every firm's formulas for its own row, each cell read as it was understood."""
    readers = list(reading)
    for entry in range(cells.table.roster.size):
        row = row_of(entry)
        for reader in readers:
            board.formula(row, table.columns[reader.column], reader.read(cells, entry, row))
        for key, expression in formulas(row):
            board.formula(row, table.columns[key], expression)


@pytest.mark.parametrize("kind", ["careful", "odd", "names", "tracks", "other", *available()])
def test_each_firm_has_the_formulas_that_are_made_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    (tmp_path / OWN).write_text(OVERLAY, encoding="utf-8")
    if kind == "careful":
        path = save(careful_book(), tmp_path / "in.xlsx")
    elif kind == "odd":
        firms, last = (odd_firms(60, seed, labels=False) for seed in (1, 2))
        path = save(district_book(SHENYANG, firms, last), tmp_path / "in.xlsx")
    elif kind == "names":
        firms = [firm | {"code": None} for firm in spread_firms(30)]
        path = save(district_book(SHENYANG, firms, spread_firms(30)), tmp_path / "in.xlsx")
    elif kind in ("tracks", "other"):
        text = other_tracks() if kind == "other" else TRACKS.read_text(encoding="utf-8")
        path = track_book(tmp_path, text, 40, 3)
    else:
        scheme = load(kind)
        year = scheme.valid_from.year
        firms, last = (any_firms(scheme, 25, seed, year=year) for seed in (1, 2))
        book = district_book(scheme, firms, last, scheme_name=kind, year=year)
        path = save(book, tmp_path / "in.xlsx")
    filled = spelled_out(path)
    monkeypatch.setattr(firms_module, "put_rows", one_by_one)
    monkeypatch.setattr(rows_module, "put_rows", one_by_one)
    assert filled == spelled_out(path)


def test_most_firms_are_filled_down(tmp_path: Path) -> None:
    path = save(district_book(SHENYANG, spread_firms(9), spread_firms(9)), tmp_path / "in.xlsx")
    outcome = assess(read_book(path))
    assert outcome.evaluation is not None
    blocks = proof_blocks(outcome.book, outcome.evaluation)
    columns = [c.values for b in blocks for c in b.columns]
    counts = [
        sum(isinstance(cell, FilledDown) for cell in values.cells)
        for values in columns
        if isinstance(values, FilledColumn)
    ]
    # Some forty columns for this year and fifteen for last year, nine firms each.
    assert sum(count == 9 for count in counts) > 50


FILLED = FilledDown("IF('原始 & 数据'!A5<$B$4,\"<A5>\",B6+C4)", 5)
SPELLED = {
    n: Formula(f"IF('原始 & 数据'!A{n}<$B$4,\"<A5>\",B{n + 1}+C{n - 1})") for n in range(1, 900)
}
EXISTING = "".join(
    f'<row r="{n}"><c r="B{n}" s="3"><f>A1</f><v>1</v></c><c r="D{n}" s="4"/></row>'
    for n in (1, 2, 3, 7)
)


@pytest.mark.parametrize("prefix", ["", "x"])
@pytest.mark.parametrize("rows", ["", EXISTING])
@pytest.mark.parametrize("template_row", [False, True])
@pytest.mark.parametrize("height", [1, 5, 140])
def test_written_as_if_spelled_out(prefix: str, rows: str, template_row: bool, height: int) -> None:
    xml = sheet_xml(rows)
    if prefix:
        xml = re.sub(rb"<(/?)(?=[a-z])", rb"<\1x:", xml.replace(b"xmlns=", b"xmlns:x="))

    def block(columns: Sequence[Sequence[Value]]) -> Block:
        numbered = [Column(n, values) for n, values in enumerate(columns, 2)]
        return Block(2, numbered, template_row=template_row)

    gaps = {4, 5, 90}
    ranges = range(2, 2 + height)
    filled = [None if n in gaps else FILLED for n in ranges]
    spelled = [None if n in gaps else SPELLED[n] for n in ranges]
    mixed = ["文" if n == 3 else FILLED for n in ranges]
    other = ["文" if n == 3 else SPELLED[n] for n in ranges]
    ours = block([FilledColumn(2, filled), FilledColumn(2, mixed), FilledColumn(2, filled[:3])])
    theirs = block([spelled, other, spelled[:3]])
    found, expected = (rewrite_sheet(xml, [each]) for each in (ours, theirs))
    assert joined(found) == joined(expected)
    assert found.formulas_changed == expected.formulas_changed


def test_a_second_run_writes_the_same(tmp_path: Path) -> None:
    path = save(district_book(SHENYANG, spread_firms(80), odd_firms(90, 5, labels=False)),
                tmp_path / "in.xlsx")  # fmt: skip
    run(path, tmp_path / "once.xlsx")
    run(tmp_path / "once.xlsx", tmp_path / "twice.xlsx")
    once, twice = (spelled_out(tmp_path / name) for name in ("once.xlsx", "twice.xlsx"))
    assert once == twice
    assert Link not in {type(value) for _, _, values in once for value in values}
