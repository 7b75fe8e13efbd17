"""Firms of the reference of toy_rules.toml as rosters, and their evaluation."""

from __future__ import annotations

from typing import Any

import numpy as np

from permu_xl.engine.evaluation import Evaluation, evaluate
from permu_xl.engine.model import Roster, Scheme
from tests.engine.reference_rules import Firm
from tests.engine.support import rules_scheme

YEAR = 2030


def rules_roster(firms: list[Firm]) -> Roster:
    def column(name: str) -> list[float]:
        return [np.nan if (x := getattr(f, name)) is None else float(x) for f in firms]

    return Roster.from_columns(
        {name: column(name) for name in ("land", "tax", "energy")},
        codes=[f.code for f in firms],
        names=[f.code for f in firms],
        industries=["4411" if f.electric else "1310" for f in firms],
        bonus_labels=["、".join(f.labels) for f in firms],
        flags={id: [id in f.flags for f in firms] for id in ("pause", "polluting", "listed")},
        attributes={name: [getattr(f, name) for f in firms] for name in ("size", "trade", "place")},
    )


def rules_evaluated(firms: list[Firm], scheme: Scheme | None = None, **other: Any) -> Evaluation:
    return evaluate(scheme or rules_scheme(), rules_roster(firms), year=YEAR, **other)
