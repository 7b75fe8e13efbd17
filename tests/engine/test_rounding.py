"""Rounding by decimal value: quotas (R14, R15) and scores (R11)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pytest

from permu_xl.engine.rounding import half_up, share_of
from tests.engine.support import Case, each_case


@each_case("quota")
def test_case(case: Case) -> None:
    share, n = Fraction(case["份额"]), int(case["参评户数"])
    assert share_of(share, n, "floor") == int(case["舍去小数"])
    assert share_of(share, n, "half_up") == int(case["四舍五入"])
    assert share_of(share, n, "ceil") == int(case["进一"])


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (1.0049, 2, 1.0),
        (1.005, 2, 1.01),
        (1.0051, 2, 1.01),
        (-1.0049, 2, -1.0),
        (-1.005, 2, -1.01),
        (-1.0051, 2, -1.01),
        (2.675, 2, 2.68),
        (0.5, 0, 1.0),
        (1.5, 0, 2.0),
        (2.5, 0, 3.0),
        (-2.5, 0, -3.0),
        (0.49999999, 0, 0.0),
        (0.285, 2, 0.29),
        (1.0000005, 6, 1.000001),
        (35.99999999999999, 2, 36.0),
        (1234567.125, 2, 1234567.13),
        (1e18, 2, 1e18),
        (1e300, 3, 1e300),
        (0.0, 2, 0.0),
    ],
)
def test_half_up(value: float, decimals: int, expected: float) -> None:
    assert half_up(np.array([value]), decimals).tolist() == [expected]


def test_missing_stays_missing() -> None:
    result = half_up(np.array([np.nan, 1.005]), 2)
    assert np.isnan(result[0])
    assert result[1] == 1.01


def test_all_half_way_points_to_a_hundred() -> None:
    """Every x.xx5 from 0 to 100: where binary rounding fails in two of five."""
    thousandths = range(5, 100_000, 10)
    values = np.array([k / 1000 for k in thousandths])
    expected = [(k + 5) / 1000 for k in thousandths]
    assert half_up(values, 2).tolist() == expected


def test_products_of_figures_as_in_scores() -> None:
    rng = np.random.default_rng(7)
    values = rng.integers(1, 4000, 3000) / 100 * rng.choice([5.0, 15.0, 20.0, 30.0], 3000) / 8
    expected = [
        float(Decimal(f"{x:.15g}").quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))
        for x in values
    ]
    assert half_up(values, 2).tolist() == expected


def test_half_up_takes_a_scalar() -> None:
    # 2.675 is 2.67499... in binary, and 2.68 by its decimal value.
    assert half_up(np.float64(2.675), 2) == 2.68
