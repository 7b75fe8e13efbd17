"""The progressive water price: 三(3)1."""

from __future__ import annotations

import numpy as np
import pytest

from permu_xl.engine.water import water_fee
from tests.engine.support import Case, cases, column, each_case, number, shenyang


def fee(volume: list[float], quota: list[float], price: list[float]) -> np.ndarray:
    rule = shenyang().water_fee
    assert rule is not None
    return water_fee(rule, np.array(volume), np.array(quota), np.array(price))


@each_case("water")
def test_case(case: Case) -> None:
    found = fee([number(case["用水量"])], [number(case["定额"])], [number(case["水价"])])
    assert found == pytest.approx([number(case["水费"])], abs=1e-9, nan_ok=True)


def test_all_firms_at_once() -> None:
    rows = cases("water")
    found = fee(*(column(rows, key).tolist() for key in ("用水量", "定额", "水价")))
    assert found == pytest.approx(column(rows, "水费"), abs=1e-9, nan_ok=True)
