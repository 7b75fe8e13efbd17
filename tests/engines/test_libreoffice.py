"""核验 in LibreOffice: TRUE when opened, FALSE after any change, TRUE when it is put back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engines.proofs import ALL_TRUE, ASKED, CHECK_CELLS, district, in_turn, tampered
from tests.office import Document, Office

pytestmark = pytest.mark.office


def checks(document: Document) -> list[str]:
    (sheet, first), (_, last) = CHECK_CELLS[0], CHECK_CELLS[-1]
    return [{1.0: "TRUE", 0.0: "FALSE"}.get(v, str(v)) if isinstance(v, float) else str(v)
            for (v,) in document.values(sheet, f"{first}:{last}")]  # fmt: skip


def opened(office: Office, path: Path) -> list[str]:
    with office.open(path) as document:
        return checks(document)


@pytest.mark.parametrize("name", ASKED)
def test_fresh_and_changed_by_hand(office: Office, name: str) -> None:
    found = district(name)
    with office.open(found.path) as document:
        assert checks(document) == ALL_TRUE
        for each in found.tamperings:
            sheet, cell = each.change.sheet, each.change.cell
            ((before,),) = document.values(sheet, f"{cell}:{cell}")
            document.set(sheet, cell, each.change.value)
            values = checks(document)
            assert each.shows_in(values), (each.name, values)
            document.set(sheet, cell, before)
            assert checks(document) == ALL_TRUE, each.name


@pytest.mark.parametrize("name", ASKED)
def test_a_changed_copy_shows_it_when_it_is_opened(office: Office, name: str) -> None:
    for each in in_turn(name, 1):
        values = opened(office, tampered(district(name).path, each.change))
        assert each.shows_in(values), (each.name, values)
