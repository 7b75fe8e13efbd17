"""The proof where pieces meet: limits, firms not ranked but counted, guards by sums and labels."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from permu_xl.workbook import layout
from tests.office import Office
from tests.workbook.odd_together import together_book
from tests.workbook.proof.proving import Proved, proved, spoken

pytestmark = pytest.mark.office


@pytest.fixture(scope="module")
def together(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proved]:
    with proved(office, together_book(tmp_path_factory.mktemp("together"), 60, 5)) as p:
        yield p


def test_everything_is_recomputed(together: Proved) -> None:
    assert together.failing() == set()
    assert together.document.errors(layout.PROOF) == {}
    e = together.evaluation
    assert all(hit.any() for hit in e.classes.hits)
    assert all(unit.base > unit.size for unit in e.classes.units)


@pytest.mark.parametrize(
    ("key", "value", "checks"),
    [
        ("bonus_labels", "示范", ("totals", "ranks")),
        ("patents", 20, ("totals",)),
        ("pause", "是", ("ranks", "quotas", "final")),
        ("land", 2, ("participation", "final")),
        ("national", 0, ("indicators",)),
    ],
)
def test_a_changed_input_is_found(
    together: Proved, key: str, value: float | str, checks: tuple[str, ...]
) -> None:
    e = together.evaluation
    plain = e.graded & (e.bonus.total == 0) & (e.figure("national") > 20) & (e.classes.guard < 0)
    entry = int(np.flatnonzero(plain)[0])
    sheet, cell = together.input(entry, key)
    assert spoken(together.found(sheet, cell, value), *checks)
    assert together.failing() == set()
