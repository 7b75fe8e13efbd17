"""核验 in Gnumeric: TRUE when opened, FALSE in a copy with two changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from permu_xl.workbook import layout
from tests.engines.gnumeric import sheet_texts
from tests.engines.proofs import ALL_TRUE, ASKED, district, in_turn, show_in, tampered
from tests.workbook.proof.proving import CHECKS

pytestmark = pytest.mark.usefixtures("gnumeric")


def checks(path: Path, folder: Path) -> list[str]:
    rows = sheet_texts(path, layout.PROOF, folder)
    cells = (layout.proof_cell(name) for name in CHECKS)
    return [rows[row - 1][column - 1] for row, column in cells]


@pytest.mark.parametrize("name", ASKED)
def test_fresh_and_in_a_changed_copy(tmp_path: Path, name: str) -> None:
    path = district(name).path
    assert checks(path, tmp_path) == ALL_TRUE
    tried = in_turn(name, 2)
    values = checks(tampered(path, *(each.change for each in tried)), tmp_path)
    assert show_in(tried, values), ([each.name for each in tried], values)
