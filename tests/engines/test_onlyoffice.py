"""核验 in ONLYOFFICE: TRUE when opened, FALSE after any change, TRUE again when it is put back."""

from __future__ import annotations

import pytest

from tests.engines import installed
from tests.engines.onlyoffice import OnlyOffice
from tests.engines.proofs import (
    ALL_TRUE,
    CHECK_CELLS,
    DISTRICTS,
    EVERY_FORM,
    district,
    in_turn,
    tampered,
)

NEWEST = next(iter(installed.ONLYOFFICE))


@pytest.mark.parametrize(
    ("onlyoffice", "name"),
    [
        *((version, name) for version in installed.ONLYOFFICE for name in EVERY_FORM),
        *(
            pytest.param(NEWEST, name, marks=pytest.mark.engines)
            for name in DISTRICTS
            if name not in EVERY_FORM
        ),
    ],
    indirect=["onlyoffice"],
    scope="module",
)
def test_fresh_and_changed_by_hand(onlyoffice: OnlyOffice, name: str) -> None:
    """The older one takes twice as long; it is shown every change, if not in every district."""
    newest = onlyoffice.version == NEWEST
    tried = district(name).tamperings if newest else in_turn(name, 1)
    changes = [each.change for each in tried]
    fresh, *after = onlyoffice.read(district(name).path, CHECK_CELLS, changes)
    assert fresh == ALL_TRUE
    for each, changed, restored in zip(tried, after[::2], after[1::2], strict=True):
        assert each.shows_in(changed), (each.name, changed)
        assert restored == ALL_TRUE, (each.name, restored)


def test_changed_copies_show_it_when_they_are_opened(onlyoffice: OnlyOffice) -> None:
    """One copy: it works formulas out anew whatever stands there, as for a fresh workbook."""
    name = "changle_2023"
    (each,) = in_turn(name, 1, int(onlyoffice.version == NEWEST))
    (values,) = onlyoffice.read(tampered(district(name).path, each.change), CHECK_CELLS)
    assert each.shows_in(values), (each.name, values)
