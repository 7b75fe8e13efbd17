"""What is done anew for changed figures is what an evaluation from the beginning finds."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest

from permu_xl.engine.changed import Changed
from permu_xl.engine.evaluation import evaluate
from permu_xl.engine.model.scheme import Scheme
from permu_xl.errors import BaselineError
from permu_xl.schemes import available, load
from tests.engine.explain.made_districts import made_district
from tests.engine.support import rules_scheme, toy, tracks_scheme
from tests.reports.notices.districts import by_hand


def assert_alike(one: Any, other: Any, place: str = "") -> None:
    """Compare all that two evaluations hold, figure by figure."""
    if is_dataclass(one):
        for each in fields(one):
            if each.name not in ("roster", "ranked"):  # their firms may stand in another order
                assert_alike(getattr(one, each.name), getattr(other, each.name), each.name)
    elif isinstance(one, dict):
        assert one.keys() == other.keys(), place
        for key in one:
            assert_alike(one[key], other[key], f"{place} {key}")
    elif isinstance(one, tuple):
        assert len(one) == len(other), place
        for a, b in zip(one, other, strict=True):
            assert_alike(a, b, place)
    else:
        np.testing.assert_array_equal(one, other, place)


@pytest.mark.parametrize(
    "scheme",
    [*(load(id) for id in available()), toy(), tracks_scheme(), rules_scheme()],
    ids=lambda scheme: scheme.id,
)
def test_it_is_what_an_evaluation_finds(scheme: Scheme) -> None:
    compared = 0
    for seed in range(4):
        e = made_district(scheme, seed)
        if e is None:
            continue
        draw, changed = np.random.default_rng(seed), Changed(e)
        for columns in (*([id] for id in scheme.columns), list(scheme.columns)):
            numbers = {id: e.roster.number(id).copy() for id in columns}
            firm = int(draw.integers(e.roster.size))
            for column in numbers.values():
                column[firm] = draw.choice([0.0, np.nan, 1.37, 1000.5, 3 * column[firm]])
            roster = replace(e.roster, numbers={**e.roster.numbers, **numbers})
            try:
                wanted = evaluate(scheme, roster, e.previous, year=e.year)
            except BaselineError as error:
                with pytest.raises(BaselineError, match=re.escape(str(error))):
                    changed.evaluated(numbers)
                continue
            assert_alike(changed.evaluated(numbers), wanted)
            compared += 1
    assert compared > len(scheme.columns)


def test_only_what_a_figure_goes_into_is_done_anew() -> None:
    e = by_hand([100.0] * 20)
    tax = e.roster.number("tax").copy()
    tax[3] = 110.0
    after = Changed(e).evaluated({"tax": tax})
    assert [a is b for a, b in zip(after.results, e.results, strict=True)] == [
        "tax" not in r.indicator.columns for r in e.results
    ]
    # 110 is 1.1 times the baseline: 33 points in place of 30.
    assert after.results[0].score[3] == pytest.approx(33.0)
