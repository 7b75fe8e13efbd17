"""The progressive water price above quota (三（三）1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from permu_xl.engine.model import FloatArray, WaterFee


def water_fee(
    rule: WaterFee, volume: FloatArray, quota: FloatArray, price: FloatArray
) -> FloatArray:
    """Return the charge: every part of the volume at the price times the factor of its tier.

    ``volume`` and ``quota`` share one unit, ``price`` is per that unit.

    >>> from permu_xl.schemes import load
    >>> rule, quota = load("shenyang_2021").water_fee, np.full(4, 100.0)
    >>> water_fee(rule, np.array([90.0, 100.0, 120.0, 150.0]), quota, np.full(4, 4.0))
    array([360., 400., 520., 760.])
    """
    charged = np.zeros(np.shape(volume))
    start: FloatArray = np.zeros(np.shape(volume))
    for tier in rule.tiers:
        end = volume if tier.up_to is None else np.minimum(volume, quota * tier.up_to)
        charged += np.maximum(end - start, 0.0) * tier.factor
        start = np.maximum(start, end)
    fee: FloatArray = charged * price
    return fee
