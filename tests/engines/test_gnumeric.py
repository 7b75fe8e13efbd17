"""核验 in Gnumeric: TRUE when opened, FALSE in a changed copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from permu_xl.workbook import layout
from tests.engines.gnumeric import sheet_texts
from tests.engines.proofs import ALL_TRUE, ASKED, district, in_turn, tampered
from tests.workbook.proof.proving import CHECKS

pytestmark = pytest.mark.usefixtures("gnumeric")


def checks(path: Path, folder: Path) -> list[str]:
    rows = sheet_texts(path, layout.PROOF, folder)
    cells = (layout.proof_cell(name) for name in CHECKS)
    return [rows[row - 1][column - 1] for row, column in cells]


@pytest.mark.parametrize("name", ASKED)
def test_fresh_and_in_changed_copies(tmp_path: Path, name: str) -> None:
    path = district(name).path
    assert checks(path, tmp_path) == ALL_TRUE
    for each in in_turn(name, 2):
        values = checks(tampered(path, each.change), tmp_path)
        assert each.shows_in(values), (each.name, values)
