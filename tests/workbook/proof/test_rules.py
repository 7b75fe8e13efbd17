"""The proof sheet under the rules of other regions: all TRUE, and FALSE after a change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from permu_xl.workbook import layout
from tests.office import Office
from tests.workbook.odd_rules import KINDS, RULES, rules_book
from tests.workbook.proof.proving import Proved, proved, spoken

pytestmark = pytest.mark.office


# The district below has all rules as they are, of more than a hundred firms.
SIZES = [
    *((kind, 11, 2) for kind in KINDS),
    *((kind, 120, 1) for kind in KINDS if kind != "as_is"),
    ("as_is", 1, 3),
]


@pytest.mark.parametrize(("kind", "n", "seed"), SIZES)
def test_districts_are_proved(office: Office, tmp_path: Path, kind: str, n: int, seed: int) -> None:
    with proved(office, rules_book(tmp_path, KINDS[kind], n, seed)) as p:
        assert p.failing() == set()
        assert p.document.errors(layout.PROOF) == {}


@pytest.fixture(scope="module")
def district(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proved]:
    with proved(office, rules_book(tmp_path_factory.mktemp("rules"), RULES, 120, 5)) as p:
        assert p.failing() == set()
        assert p.document.errors(layout.PROOF) == {}
        moved = {int(k) for k in np.unique(p.evaluation.classes.guard)}
        assert moved >= {0, 1, 2, 3, 4, 5}, "some guard moves nobody"
        assert {"A", "B", "C", "D", "T"} <= set(p.evaluation.final)
        yield p


def first(p: Proved, *conditions: Any) -> int:
    found = np.flatnonzero(np.all(conditions, axis=0))
    assert len(found), "the district has no such firm"
    return int(found[0])


def test_a_label_that_moves_a_class(district: Proved) -> None:
    c = district.evaluation.classes
    entry = first(district, c.guard == 2)
    found = district.found(*district.input(entry, "bonus_labels"), None)
    assert spoken(found, "classes", "final")
    assert "test_ranks" not in found  # the label is worth no points


def test_a_flag_that_moves_a_class(district: Proved) -> None:
    entry = first(district, district.evaluation.classes.guard == 4)
    assert spoken(district.found(*district.input(entry, "listed"), None), "classes", "final")


def test_a_place_that_sets_the_limit(district: Proved) -> None:
    e = district.evaluation
    value = e.results[0].value
    near = (value > 2.1) & (value < 3.9) & np.isin(e.classes.by_place, ["A", "B"])
    entry = first(district, near & e.graded & (e.classes.guard < 0))
    assert spoken(district.found(*district.input(entry, "place"), "城区"), "classes", "final")


def test_a_firm_that_is_no_longer_counted(district: Proved) -> None:
    """A firm that pauses is ranked when it does not: shares and places change."""
    entry = first(district, district.evaluation.ungraded >= 0, district.evaluation.track == 0)
    found = district.found(*district.input(entry, "pause"), "否")
    assert spoken(found, "ranks", "quotas")


def test_a_trade_of_its_own_shares(district: Proved) -> None:
    e = district.evaluation
    trades = np.array(e.roster.attribute("trade").take(list(e.roster.attribute("trade").values)))
    entry = first(district, e.graded & (e.track == 0) & (trades == "纺织"))
    assert spoken(district.found(*district.input(entry, "trade"), "其他"), "ranks", "quotas")


def test_a_figure_at_the_lowest_score(district: Proved) -> None:
    e = district.evaluation
    entry = first(
        district, e.graded & (np.abs(e.results[0].score - 12) < 1e-9) & (e.results[0].value > 0.5)
    )
    tax = float(e.roster.number("tax")[entry])
    # 12 points either way, but another value
    found = district.found(*district.input(entry, "tax"), tax / 2)
    assert spoken(found, "indicators")
    assert "test_scores" not in found
    assert spoken(district.found(*district.input(entry, "tax"), -tax), "scores", "totals")
