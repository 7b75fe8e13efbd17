"""The proof sheet as it is written: plain formulas, fixed places, nothing left behind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from permu_xl.schemes import load_file
from permu_xl.workbook import layout
from permu_xl.workbook.district import assess, run
from permu_xl.workbook.proof.sheet import proof_blocks
from permu_xl.workbook.reading.opened import read_book
from permu_xl.xlsx.cells.blocks import Block, Formula
from tests.workbook.districts import spread_firms
from tests.workbook.odd_districts import OVERLAY, district_book, save
from tests.workbook.odd_tracks import TRACKS, other_tracks, track_book
from tests.workbook.proof.proving import CHECKS, OWN, SHENYANG, TOY, careful_book, toy_firms

PLAIN = {
    "ABS", "AND", "CHAR", "COUNT", "DATE", "EXACT", "FIND", "IF", "IFERROR", "INDEX", "INT",
    "ISERROR", "ISLOGICAL", "ISNUMBER", "LEFT", "LEN", "MATCH", "MAX", "MEDIAN", "MID", "MIN", "N",
    "NA", "NOT", "OR", "ROUND", "ROW", "SMALL", "SUBSTITUTE", "SUM", "SUMPRODUCT", "TRIM",
}  # fmt: skip
"""What may be used: all in Excel 2007 already, and in WPS and LibreOffice."""


def blocks_of(path: Path) -> list[Block]:
    outcome = assess(read_book(path))
    assert outcome.evaluation is not None
    return proof_blocks(outcome.book, outcome.evaluation)


def formulas(blocks: list[Block]) -> Iterator[str]:
    for block in blocks:
        for column in block.columns:
            yield from (value.text for value in column.values if isinstance(value, Formula))


@pytest.mark.parametrize("kind", ["careful", "toy", "tracks", "other"])
def test_formulas_keep_to_what_every_spreadsheet_knows(tmp_path: Path, kind: str) -> None:
    (tmp_path / OWN).write_text(OVERLAY, encoding="utf-8")
    (tmp_path / "toy.toml").write_bytes(TOY.read_bytes())
    if kind == "careful":
        path = save(careful_book(), tmp_path / "in.xlsx")
    elif kind == "toy":
        firms, scheme = toy_firms(9), load_file(TOY)
        book = district_book(scheme, firms, firms, scheme_name="toy.toml", year=2030)
        path = save(book, tmp_path / "in.xlsx")
    else:
        text = other_tracks() if kind == "other" else TRACKS.read_text(encoding="utf-8")
        path = track_book(tmp_path, text, 40, 3)
    used: set[str] = set()
    for formula in formulas(blocks_of(path)):
        assert len(formula) < 8192
        strings = re.findall(r'"((?:[^"]|"")*)"', formula)
        assert all(len(string.encode("utf-16-le")) // 2 <= 255 for string in strings)
        bare = re.sub(r"'[^']*'", "", re.sub(r'"(?:[^"]|"")*"', '""', formula))
        used |= set(re.findall(r"[A-Z][A-Z0-9.]*(?=\()", bare))
        depth = deepest = 0
        for character in bare:
            depth += (character == "(") - (character == ")")
            deepest = max(deepest, depth)
        assert depth == 0
        assert deepest <= 64
    assert used <= PLAIN


def test_long_and_strange_names_make_sound_formulas(tmp_path: Path) -> None:
    firms = spread_firms(3)
    firms[0]["name"] = ' "' + "长" * 4000
    firms[1]["name"] = '甲"乙\n丙\t丁 '
    path = save(district_book(SHENYANG, firms, spread_firms(3)), tmp_path / "in.xlsx")
    for formula in formulas(blocks_of(path)):
        assert len(formula) < 8192
        assert "\n" not in formula


def test_the_checks_stand_at_their_fixed_cells(tmp_path: Path) -> None:
    path = save(district_book(SHENYANG, spread_firms(4), spread_firms(4)), tmp_path / "in.xlsx")
    run(path, path)
    sheet = load_workbook(path)[layout.PROOF]
    for name, title in layout.PROOF_TESTS.items():
        row, column = layout.proof_cell(name)
        assert sheet.cell(row, 1).value == title
        assert sheet.cell(row, column - 1).data_type == "f"
        assert sheet.cell(row, column).data_type == "f"
        assert "。" in str(sheet.cell(row, column + 1).value)


def test_a_later_run_clears_what_an_earlier_one_left(tmp_path: Path) -> None:
    path = tmp_path / "in.xlsx"
    save(district_book(SHENYANG, spread_firms(30), spread_firms(40)), path)
    run(path, path)
    book = load_workbook(path)
    book[layout.DATA].delete_rows(layout.FIRST_ROW + 3, 40)
    book[layout.PREVIOUS].delete_rows(layout.FIRST_ROW + 5, 40)
    book.save(path)
    run(path, path)
    sheet = load_workbook(path)[layout.PROOF]
    (last,) = {
        max(cell.row for cell in column if cell.value is not None)
        for column in sheet.iter_cols(min_col=1, max_col=1)
    }
    below = sheet.iter_rows(min_row=last + 3, values_only=True)
    assert not any(value is not None for row in below for value in row)


def test_too_many_firms_are_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(district_book(SHENYANG, spread_firms(6), spread_firms(6)), tmp_path / "in.xlsx")
    run(path, path)
    monkeypatch.setattr(layout, "PROOF_LIMIT", 5)
    run(path, path)
    sheet = load_workbook(path)[layout.PROOF]
    for name in CHECKS:
        row, column = layout.proof_cell(name)
        assert sheet.cell(row, column).value == "企业超过5户，未生成核验"
        assert sheet.cell(row, column - 1).value is None
    first = layout.PROOF_BODY_ROW
    assert not any(c for row in sheet.iter_rows(first, values_only=True) for c in row)
