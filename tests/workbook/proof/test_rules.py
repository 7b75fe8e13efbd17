"""The proof sheet under the rules of other regions: all TRUE, and FALSE after a change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from permu_xl.schemes import load_file
from permu_xl.workbook import layout
from tests.office import Office
from tests.places import DATA
from tests.workbook.any_districts import any_firms
from tests.workbook.odd_districts import district_book, save
from tests.workbook.proof.proving import OWN, Proved, proved, spoken

pytestmark = pytest.mark.office
RULES = (DATA / "toy_rules.toml").read_text(encoding="utf-8")
YEAR = 2030

_TRACKS = re.compile(r"\[tracks\.large\].*?(?=# In this order)", re.DOTALL)
_HEAD = '[classification]\nmethod = "{method}"\nties = {{ columns = ["tax"] }}\nclause = "五"\n'

HALVES = """
within = ["trade", "place"]
shares_by = "trade"
counted = "with_unranked"
upper_share = 0.5
upper_rounding = "floor"
remainder = "B"
remainder_clause = "五"

[classification.selections.best]
half = "upper"
take = "first"
share = 0.15
share_by = { "纺织" = 0.4 }
rounding = "half_up"
letter = "A"
key = { values = ["tax_per_mu"] }
clause = "五1"

[classification.selections.last]
half = "lower"
take = "last"
share = 0.2
share_by = { "其他" = 0.1 }
rounding = "ceil"
letter = "D"
key = { scores = ["energy_per_mu"] }
clause = "五2"
"""
PLACES = """
counted = "with_unranked"
cuts = [
    { letter = "A", up_to = 0.20, rounding = "ceil", clause = "五1" },
    { letter = "B", up_to = 0.60, inclusive = false, rounding = "half_up", clause = "五2" },
    { letter = "C", leave = 0.10, rounding = "floor", clause = "五3" },
    { letter = "D", clause = "五4" },
]
"""
POINTS = """
cuts = [
    { letter = "A", points = 110, clause = "五1" },
    { letter = "B", points = 70.5, inclusive = false, clause = "五2" },
    { letter = "C", points = 40, clause = "五3" },
    { letter = "D", clause = "五4" },
]
"""


def alone(method: str, rest: str) -> str:
    """The rules with one track only, classed in another way."""
    text = RULES.replace('track_attribute = "size"\n', "")
    text = re.sub(r"\[attributes\.size\].*?\n\n", "", text, flags=re.DOTALL)
    return _TRACKS.sub(_HEAD.format(method=method) + rest + "\n", text)


KINDS = {
    "as_is": RULES,
    "halves": alone("two_stage", HALVES),
    "places": alone("cut_points", PLACES),
    "places_without_class": alone("cut_points", PLACES).replace(
        'letter = "T"\nclause = "一"\n', 'clause = "一"\n', 1
    ),
    "points": alone("score_cuts", POINTS),
}


def rules_book(folder: Path, text: str, n: int, seed: int) -> Path:
    """Save a district under a scheme given as text, its totals spread over all classes."""
    (folder / OWN).write_text(text, encoding="utf-8")
    scheme = load_file(folder / OWN)
    draw = np.random.default_rng(seed)
    firms = any_firms(scheme, n, seed, year=YEAR)
    for cells in firms:
        cells["tax"] = cells["tax"] and round(cells["tax"] * 7, 2)
        cells["energy"] = cells["energy"] and round(cells["energy"] * 4, 2)
        if cells["land"] and draw.random() < 0.1:
            cells |= {id: cells[id] and round(cells[id] * 20, 2) for id in scheme.columns}
        if draw.random() < 0.05:
            cells["tax"] = cells["tax"] and -cells["tax"]
    last = any_firms(scheme, n, seed + 50, year=YEAR - 1)
    book = district_book(scheme, firms, last, scheme_name=OWN, year=YEAR)
    return save(book, folder / "in.xlsx")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("n", "seed"), [(1, 3), (11, 2), (120, 1)])
def test_districts_are_proved(office: Office, tmp_path: Path, kind: str, n: int, seed: int) -> None:
    with proved(office, rules_book(tmp_path, KINDS[kind], n, seed)) as p:
        assert p.failing() == set()
        assert p.document.errors(layout.PROOF) == {}


@pytest.fixture(scope="module")
def district(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proved]:
    with proved(office, rules_book(tmp_path_factory.mktemp("rules"), RULES, 120, 1)) as p:
        moved = {int(k) for k in np.unique(p.evaluation.classes.guard)}
        assert moved >= {0, 1, 2, 3, 4}, "some guard moves nobody"
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
