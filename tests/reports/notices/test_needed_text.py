"""What a notice advises: first to report what is missing, then figures, as the tables show them."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from permu_xl.engine.evaluation import Evaluation, evaluate
from permu_xl.engine.explain.better_class import needed
from permu_xl.reports.notices.data import Noticing
from permu_xl.reports.notices.fields import fields
from permu_xl.reports.notices.needed_text import needed_lines
from tests.reports.notices.districts import by_hand

STAIRS = [float(100 - k) for k in range(20)]


def lines(e: Evaluation, firm: int) -> list[str]:
    return list(needed_lines(e, firm, needed(e, firm)))


def test_the_first_advice_is_to_report_what_is_missing() -> None:
    # Without output two indicators score 0; that no emission is reported costs nothing.
    e = by_hand(STAIRS, [*[100.0] * 19, None])
    first, *rest = lines(e, 19)
    assert first == (
        "缺总产值，亩均总产值、单位能耗总产值没有得分：请先补报总产值后重新评价；以下按现有数据计算。"
    )
    assert rest
    assert not any("缺" in line for line in lines(e, 18))


def test_a_figure_not_reported_is_not_raised_from_nothing() -> None:
    # Without tax firm 3 is C, with 15 of 30 points of C's key.  With 82.00 it ties with F18 by key
    # and total, and has the lower code: the last two are F18 and F19.
    e = by_hand([*STAIRS[:3], None, *STAIRS[4:]])
    text = "".join(lines(e, 3))
    assert "如补报的实缴税收为82.00万元（亩均税收8.2万元/亩），" in text
    assert "由未填" not in text
    assert "空" not in text


def test_what_two_figures_do_together_is_not_said_to_be_impossible() -> None:
    """The R&D score is at its cap and must not collapse when revenue is raised too.

    Others: tax 120 is 36 points, R&D 20, in all 36 + 15 + 20 + 5 + 15 + 15 = 106.  Firm 17, with
    tax and output 10, has 3 + 1.5 + 24 + 5 + 1.5 + 15 = 50; tax alone at its cap brings 83, output
    alone 83, both 36 + 18 + 24 + 5 + 18 + 15 = 116 points and the key 36 + 24 = 60 over 56.  C are
    the last two, whose energy scores less.
    """
    e = by_hand([120.0] * 17 + [10.0] * 3, [100.0] * 17 + [10.0, 1.0, 1.0])
    rd = e.roster.numbers["rd"].copy()
    rd[17] = 1.2
    e = evaluate(e.scheme, replace(e.roster, numbers={**e.roster.numbers, "rd": rd}), year=e.year)
    assert e.total[17] == pytest.approx(50)
    text = "".join(lines(e, 17))
    assert "任何一项指标单独提高到得分上限都不够；各项同时提高到上限可列A类" in text


def test_notices_have_no_exponents_and_money_has_two_decimals() -> None:
    noticing = Noticing(by_hand([*STAIRS[:18], 3e-9, 403_108_083_599.3]), "某区")
    for firm in (17, 18, 19):
        told = fields(noticing.notice(firm))
        text = json.dumps(told, ensure_ascii=False, default=str)
        assert not re.search(r"\d[eE][+-]?\d", text)
    figures = {f.name: f.value for f in noticing.notice(17).figures}
    assert (figures["实缴税收"], figures["用地面积"], figures["从业人员"]) == (
        "83.00",
        "10.00",
        "10",
    )
    assert noticing.notice(19).figures[1].value == "403,108,083,599.30"
