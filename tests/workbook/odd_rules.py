"""Districts under the rules of other regions: as toy_rules.toml has them, and classed otherwise."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from permu_xl.schemes import load_file
from tests.places import DATA
from tests.workbook.any_districts import any_firms
from tests.workbook.odd_districts import district_book, save

OWN = "本区.toml"
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
