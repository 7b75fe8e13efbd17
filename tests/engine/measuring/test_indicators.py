"""Indicator values and the statuses that go with them: 二（一）1, readings R4 and R5."""

from __future__ import annotations

import numpy as np
import pytest

from permu_xl.engine.evaluation import evaluate
from permu_xl.engine.firms.figures import all_figures
from permu_xl.engine.measuring.indicators import (
    BAD_DENOMINATOR,
    NEGATIVE,
    NO_DENOMINATOR,
    NO_NUMERATOR,
    OK,
    indicator_values,
    table_values,
)
from permu_xl.engine.model.roster import Roster
from permu_xl.engine.scoring.results import (
    FULL_WITHOUT,
    ZERO_WITHOUT,
)
from tests.engine.support import (
    INDICATORS,
    Case,
    each_case,
    manual,
    number,
    points_of,
    roster,
    shenyang,
)

STATUSES = {
    "正常": OK,
    "缺分子": NO_NUMERATOR,
    "缺分母": NO_DENOMINATOR,
    "分母不大于0": BAD_DENOMINATOR,
    "负值": NEGATIVE,
    "得基本分": FULL_WITHOUT,
    "不得分": ZERO_WITHOUT,
}


@each_case("indicators")
def test_case(case: Case) -> None:
    indicator = next(i for i in shenyang().indicators if i.name == case["指标"])
    firm = Roster.from_columns(
        {
            indicator.numerator: [number(case["分子"])],
            indicator.denominator: [number(case["分母"])],
        }
    )
    values = table_values((indicator,), all_figures(shenyang(), firm)).row(0)
    assert values.value == pytest.approx([number(case["指标值"])], rel=1e-12, nan_ok=True)
    assert values.status.tolist() == [STATUSES[case["状态"]]]
    points = points_of(indicator, values, number(case["基准值"]), np.array([True]))
    assert points == pytest.approx([number(case["得分"])], abs=1e-12)


@each_case("pollution")
def test_pollution_case(case: Case) -> None:
    """R6 as it comes out of an evaluation; a blank baseline is one that nobody needs."""
    baseline = number(case["基准值"])
    firm = roster([10, number(case["实缴税收"]), 1, 1, 1, 1, 1, number(case["污染物排放当量"])])
    if np.isnan(baseline):
        e = evaluate(shenyang(), firm, roster([10, 40, 200, 1000, 30, 50, 50, None]), year=2021)
    else:
        e = evaluate(manual(shenyang(), 4, 20, 3, 20, 4, baseline), firm, year=2021)
    result = e.results[INDICATORS.index("tax_per_emission")]
    assert result.value == pytest.approx([number(case["指标值"])], rel=1e-12, nan_ok=True)
    assert result.status.tolist() == [STATUSES[case["状态"]]]
    assert result.score == pytest.approx([number(case["得分"])], abs=1e-12)


def test_the_raw_figures_stay_beside_the_value() -> None:
    values = indicator_values(np.array([10.0, np.nan]), np.array([4.0, 0.0]), 100.0)
    assert values.numerator[0] == 10.0
    assert values.denominator.tolist() == [4.0, 0.0]
    assert values.value[0] == 250.0
    assert np.isnan(values.value[1])


def test_no_firms() -> None:
    values = indicator_values(np.zeros(0), np.zeros(0), 100.0)
    assert values.value.shape == values.status.shape == (0,)


def test_a_column_that_the_roster_lacks_is_blank() -> None:
    tax_per_mu = shenyang().indicator("tax_per_mu")
    figures = all_figures(shenyang(), Roster.from_columns({"tax": [1.0, 2.0]}))
    values = table_values((tax_per_mu,), figures).row(0)
    assert values.status.tolist() == [NO_DENOMINATOR, NO_DENOMINATOR]
