"""Districts made at random for any scheme, small enough to be evaluated hundreds of times."""

from __future__ import annotations

import numpy as np

from permu_xl.engine.evaluation import Evaluation, evaluate
from permu_xl.engine.model.roster import Roster
from permu_xl.engine.model.scheme import Scheme
from permu_xl.errors import PermuError

ZONES = ("东区", "西区")


def made_roster(scheme: Scheme, size: int, draw: np.random.Generator, share: float = 1.0) -> Roster:
    """Return firms whose figures differ by up to a thousand fold, with gaps and ties.

    What is a numerator alone is only that share of what it would be otherwise.
    """
    numbers = {}
    alone = {i.numerator for i in scheme.indicators} - {i.denominator for i in scheme.indicators}
    for id, column in scheme.columns.items():
        usual = np.exp(draw.normal(5, 1.2, size)) * (share if id in alone else 1.0)
        figures = np.round(usual, 0 if column.whole else 2)
        figures[draw.random(size) < 0.08] = np.nan
        figures[draw.random(size) < 0.03] = 0.0
        numbers[id] = figures
    flags = {flag: draw.random(size) < 0.1 for flag in scheme.flags}
    prefixes = [prefix for a in scheme.attributes.values() for prefix in a.prefixes]
    attributes = {
        a.id: [str(each) for each in draw.choice(a.values or ZONES, size)]
        for a in scheme.asked_attributes
    }
    return Roster.from_columns(
        numbers,
        codes=[f"F{k:03}" for k in range(size)],
        industries=[str(each) for each in draw.choice([*prefixes, "3421"], size)],
        flags=flags,
        bonus_points=np.where(draw.random(size) < 0.1, 2.0, np.nan),
        attributes=attributes,
    )


def made_district(scheme: Scheme, seed: int) -> Evaluation | None:
    """Return a made district evaluated; None where it has no usable baselines."""
    draw = np.random.default_rng(seed)
    size = int(draw.integers(6, 26))
    now = made_roster(scheme, size, draw)
    # Against a weak last year many scores are at their caps, and small losses decide.
    before = made_roster(scheme, size, draw, 0.3 if seed % 2 else 1.0)
    try:
        return evaluate(scheme, now, before, year=scheme.valid_from.year)
    except PermuError:
        return None
