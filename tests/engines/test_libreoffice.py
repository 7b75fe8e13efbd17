"""核验 in LibreOffice: TRUE when opened, FALSE in every changed copy and after a change by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engines.proofs import ALL_TRUE, CHECK_CELLS, DISTRICTS, district, tampered
from tests.office import Document, Office

pytestmark = pytest.mark.office


def checks(document: Document) -> list[str]:
    cells = [document.values(sheet, f"{cell}:{cell}")[0][0] for sheet, cell in CHECK_CELLS]
    return [{1.0: "TRUE", 0.0: "FALSE"}.get(v, str(v)) if isinstance(v, float) else str(v)
            for v in cells]  # fmt: skip


def opened(office: Office, path: Path) -> list[str]:
    with office.open(path) as document:
        return checks(document)


@pytest.mark.parametrize("name", DISTRICTS)
def test_fresh_and_in_changed_copies(office: Office, name: str) -> None:
    found = district(name)
    assert opened(office, found.path) == ALL_TRUE
    for each in found.tamperings:
        values = opened(office, tampered(found.path, each.change))
        assert each.shows_in(values), (each.name, values)
