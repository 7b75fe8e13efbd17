"""All pieces in one scheme: toy_together.toml against a reference written for reading."""

from __future__ import annotations

from fractions import Fraction as F
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from permu_xl.engine.evaluation import Evaluation, evaluate
from permu_xl.engine.explain.class_basis import basis_column
from permu_xl.engine.explain.indicators import basis, explain
from permu_xl.engine.model import Roster, Scheme
from permu_xl.schemes import load_file
from tests.engine import reference_together as reference
from tests.engine.reference_together import Firm
from tests.places import DATA

YEAR = 2030
FIGURES = ("land", "national", "local", "output", "patents")


def together() -> Scheme:
    return load_file(DATA / "toy_together.toml")


def roster_of(firms: list[Firm]) -> Roster:
    def column(name: str) -> list[float]:
        return [np.nan if (x := getattr(f, name)) is None else float(x) for f in firms]

    return Roster.from_columns(
        {name: column(name) for name in FIGURES},
        codes=[f.code for f in firms],
        names=[f"{f.code}厂" for f in firms],
        industries=["4411" if f.electric else "1310" for f in firms],
        bonus_labels=["、".join(f.labels) for f in firms],
        flags={id: [id in f.flags for f in firms] for id in ("pause", "polluting")},
        attributes={name: [getattr(f, name) for f in firms] for name in ("trade", "group")},
    )


def evaluated(firms: list[Firm], **other: Any) -> Evaluation:
    return evaluate(together(), roster_of(firms), year=YEAR, **other)


QUARTERS = st.integers(-40, 1200).map(lambda k: F(k, 4))
FIRMS = st.lists(
    st.builds(
        Firm,
        code=st.just(""),
        land=st.sampled_from([None, F(0), F(1), F(2), F(3), F(4), F(8)]),
        national=st.none() | QUARTERS,
        local=st.none() | st.integers(0, 100).map(F),
        output=st.none() | QUARTERS,
        patents=st.sampled_from([None, None, F(0), F(3), F(10), F(20)]),
        trade=st.sampled_from(["纺织", "其他"]),
        group=st.sampled_from(["", "", "甲", "乙"]),
        electric=st.integers(0, 9).map(lambda k: k == 0),
        labels=st.lists(st.sampled_from(["示范", "失信"]), unique=True, max_size=2).map(tuple),
        flags=st.frozensets(st.sampled_from(["pause", "polluting"]), max_size=1),
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=60, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=[HealthCheck.too_slow])
@given(FIRMS)
def test_as_the_reference(firms: list[Firm]) -> None:
    for number, each in enumerate(firms):
        each.code = f"K{number:03d}"
    units = reference.evaluate(firms)
    e = evaluated(firms)
    found = {unit.name: (unit.size, unit.base) for unit in e.classes.units}
    assert found == units
    for k, each in enumerate(firms):
        total = np.nan if each.total is None else float(each.total)
        assert e.total[k] == pytest.approx(total, abs=1e-9, nan_ok=True)
        assert (k, e.classes.by_place[k]) == (k, each.by_place)
        assert (k, e.final[k]) == (k, each.letter)
        told = explain(e, k)
        assert told
    assert basis_column(e) == [basis(e, k) for k in range(len(firms))]
