"""核验 in LibreOffice: TRUE when opened, FALSE after any change, TRUE when it is put back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engines.proofs import (
    ALL_TRUE,
    ASKED,
    CHECK_CELLS,
    DISTRICTS,
    district,
    show_in,
    tampered,
)
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


IN_COPIES = "changle_2023"


@pytest.mark.parametrize(
    "name",
    [
        IN_COPIES,
        *(pytest.param(x, marks=pytest.mark.engines) for x in DISTRICTS if x != IN_COPIES),
    ],
)
def test_changed_copies_show_it_when_they_are_opened(office: Office, name: str) -> None:
    """All changed results in one copy, all changed inputs in another.

    One workbook will do: it works formulas out anew whatever stands there, as for a fresh one.
    """
    found = district(name)
    for results in (True, False):
        tried = [each for each in found.tamperings if each.only == results]
        assert len(tried) == 3
        values = opened(office, tampered(found.path, *(each.change for each in tried)))
        assert show_in(tried, values), values
