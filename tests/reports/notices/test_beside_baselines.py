"""Values beside their baselines, as notices and the desk draw and word them: worked by hand."""

from __future__ import annotations

import math
import re

import pytest

from permu_xl.engine.evaluation import Evaluation, evaluate
from permu_xl.hosts.desk.parts.firm_facts import meters
from permu_xl.reports.notices.chart import chart_xml
from permu_xl.reports.notices.data import Bar, Noticing
from tests.engine.support import (
    pieces_rosters,
    pieces_scheme,
    tracks_rosters,
    tracks_scheme,
)


def shrunk() -> Evaluation:
    """丙 pays 40 on 10 mu after 50: -20%.

    The group grew by 150%, 戊 and 己 by 100%: the median of 150, -20, 100 and 100 is 100.
    """
    return evaluate(pieces_scheme(), *pieces_rosters(丙厂=(10, 20, 20, 20, 2, 120, 10)), year=2030)


def texts(*bars: Bar) -> list[str]:
    """Return what stands in the chart in its order, without the scale."""
    found = re.findall(r'preserve">([^<]*)<', chart_xml(bars))
    return [text.strip() for text in found if not re.fullmatch(r"\d+%", text)]


def test_a_decline_is_no_share_of_the_baseline() -> None:
    e = shrunk()
    (meter,) = (m for m in meters(e, 2) if m.name == "亩均税收增长率")
    assert meter.own == pytest.approx(-0.2)
    assert (meter.text, meter.met) == ("负值", False)
    notice = Noticing(e, "某区").notice(2)
    (row,) = (r for r in notice.indicators if r.name == "亩均税收增长率")
    assert (row.value, row.baseline, row.percent) == ("-20", "100", "负值")
    assert notice.weakest == "亩均税收增长率（负值）"
    (bar,) = (b for b in notice.bars if b.name == "亩均税收增长率")
    # A growth has no total over total: nothing is said of the district, not that it has no data.
    assert texts(bar)[:2] == ["亩均税收增长率", "负值"]


def test_a_growth_beyond_the_scale_is_cut_off_and_says_so() -> None:
    assert texts(Bar("增长率", 15.0, math.nan, less_is_better=False))[1] == "1,500%▸"


@pytest.mark.parametrize(
    ("own", "less_is_better", "text", "met"),
    [
        (1.0, False, "100%", True),
        (0.9964, False, "99.64%", False),  # 100% would contradict the colour
        (1.0036, True, "100.36%", False),
        (0.5, True, "50%", True),
        (-0.5, True, "负值", False),  # it scores nothing (R5)
        (-0.5, False, "负值", False),
        (math.nan, False, "无数据", False),
    ],
)
def test_a_bar(own: float, less_is_better: bool, text: str, met: bool) -> None:
    bar = Bar("某项", own, 0.8, less_is_better=less_is_better)
    assert texts(bar)[1] == f"{text}  本区80%"
    filled = re.findall(r'w:fill="([0-9A-F]{6})"', chart_xml([bar]))
    if own > 0:
        assert filled[0] == ("2F75B5" if met else "ED9B40")
    assert ("2F75B5" in filled) == met


def test_best_and_worst_beside_the_baseline_whichever_way_is_better() -> None:
    """甲: 2.4 of 2 万元 a mu, 1.2 times; 0.01 of 0.02 of energy is 2 - 0.5 = 1.5 times the weight.

    10 of 20 of waste is 1 / 0.5 = 2 times.
    """
    e = evaluate(tracks_scheme(), *tracks_rosters(), year=2030)
    notice = Noticing(e, "某区").notice(0)
    assert notice.strongest == "单位销售固废（基准值的50%，越低越好）"
    assert notice.weakest == "亩均税收（基准值的120%）"
