"""Values and baselines of all firms, track by track and group by group."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from permu_xl.engine.measuring.baseline import NOTHING, statistics
from permu_xl.engine.measuring.indicators import table_values
from permu_xl.engine.measuring.year import (
    Year,
    measure,
    measured_alike,
)
from permu_xl.engine.model.roster import Roster
from permu_xl.engine.model.scheme import Attribute, BaselineRule, Indicator, Missing, Scheme
from tests.engine.support import shenyang

ZONE = Attribute("zone", "园区", "", ("东区", "西区"), "", {}, "一")
BY_ZONE = BaselineRule("aggregate", "previous", "二", by="zone")


def zoned() -> tuple[Scheme, Indicator, Indicator]:
    """Return a scheme whose first indicator has a baseline a zone, with its first two."""
    first, second, *others = shenyang().indicators
    first = replace(first, baseline=BY_ZONE)
    scheme = shenyang().with_indicators((first, second, *others))
    return replace(scheme, attributes={"zone": ZONE}), first, second


def firms(scheme: Scheme, zones: list[str], tax: list[float], included: list[bool]) -> Year:
    """Return firms on two mu each, with these taxes and an output of ten times as much."""
    numbers = {"tax": tax, "output": [10 * x for x in tax], "land": [2.0] * len(tax)}
    roster = Roster.from_columns(numbers, attributes={"zone": zones})
    return Year.of(scheme, 2021, roster, np.array(included))


def test_each_group_is_measured_against_its_own_firms_of_last_year() -> None:
    scheme, tax_per_mu, output_per_mu = zoned()
    last = firms(
        scheme, ["东区", "西区", "东区", "西区"], [4, 40, 8, 400], [True, True, True, False]
    )
    now = firms(scheme, ["西区", "东区", "北区"], [10, 20, 30], [True, True, True])
    by_zone = measure((tax_per_mu,), now, last)
    (baselines,) = by_zone.baselines
    # East: (4 + 8) / (2 + 2) = 3; west: 40 / 2 = 20, the other one did not take part.
    assert [(b.group, b.value) for b in baselines] == [("东区", 3), ("西区", 20)]
    assert by_zone.group.tolist() == [1, 0, -1]
    assert by_zone.values.value.tolist() == [[5, 10, 15]]
    # One baseline for all: (40 + 400 + 80) / 6.
    ((together,),) = measure((output_per_mu,), now, last).baselines
    assert (together.group, together.value) == ("", 520 / 6)


def test_a_group_without_participants_needs_no_baseline() -> None:
    scheme, tax_per_mu, _ = zoned()
    now = firms(scheme, ["东区", "西区"], [10, 20], [True, False])
    ((east, west),) = measure((tax_per_mu,), now, None).baselines
    assert (east.problem != "", west.problem, west.current) == (True, "", NOTHING)


def test_indicators_are_measured_alike_unless_their_baselines_differ() -> None:
    scheme, tax_per_mu, output_per_mu = zoned()
    now = firms(scheme, ["东区", "西区"], [10, 20], [True, True])
    assert measured_alike(scheme) == [(tax_per_mu,), scheme.indicators[1:]]
    assert now.divided(tax_per_mu).names == ("东区", "西区")
    assert now.divided(output_per_mu).names == ("",)


@pytest.mark.parametrize(
    ("zero_counts", "value", "mean", "lowest", "aggregate"),
    [
        # 40 / 10, 20 / 10, a 0 that is a figure or none, a blank
        (False, [4, 2, 0, np.nan], 2, 0, 60 / 30),
        (True, [4, 2, np.nan, np.nan], 3, 2, 60 / 20),
    ],
)
def test_a_zero_that_counts_as_no_figure_is_in_no_baseline(
    zero_counts: bool, value: list[float], mean: float, lowest: float, aggregate: float
) -> None:
    rule = Missing("tax", "penalty", zero_counts, "四", 3.0)
    i = replace(shenyang().indicator("tax_per_mu"), missing=rule)
    figures = {"tax": np.array([40.0, 20.0, 0.0, np.nan]), "land": np.full(4, 10.0)}
    values = table_values([i], figures)
    assert values.value[0].tolist() == pytest.approx(value, nan_ok=True)
    found = statistics(values.row(0), np.ones(4, dtype=bool))
    assert (found.mean, found.lowest, found.aggregate) == (mean, lowest, aggregate)
