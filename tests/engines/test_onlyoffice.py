"""核验 in ONLYOFFICE: TRUE when opened, FALSE after any change, TRUE again when it is put back."""

from __future__ import annotations

import pytest

from tests.engines import installed
from tests.engines.onlyoffice import OnlyOffice
from tests.engines.proofs import ALL_TRUE, CHECK_CELLS, DISTRICTS, district, tampered


@pytest.mark.parametrize("name", DISTRICTS)
def test_fresh_and_changed_by_hand(onlyoffice: OnlyOffice, name: str) -> None:
    found = district(name)
    changes = [each.change for each in found.tamperings]
    fresh, *after = onlyoffice.read(found.path, CHECK_CELLS, changes)
    assert fresh == ALL_TRUE
    for each, changed, restored in zip(found.tamperings, after[::2], after[1::2], strict=True):
        assert each.shows_in(changed), (each.name, changed)
        assert restored == ALL_TRUE, (each.name, restored)


def test_changed_copies_show_it_when_they_are_opened(onlyoffice: OnlyOffice) -> None:
    """For one version and one district: it takes two seconds for each copy."""
    if onlyoffice.version != next(iter(installed.ONLYOFFICE)):
        return
    found = district("shenyang_2021")
    for each in found.tamperings:
        (values,) = onlyoffice.read(tampered(found.path, each.change), CHECK_CELLS)
        assert each.shows_in(values), (each.name, values)
