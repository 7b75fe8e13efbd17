"""Causes of class changes, worked by hand on ten firms (see ``scored``)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from permu_xl.engine.evaluation import Evaluation
from permu_xl.engine.model.scheme import Scheme
from permu_xl.engine.records.adjustments import Adjustment
from permu_xl.reports.comparison.baselines import baseline_changes
from permu_xl.reports.comparison.causes import Cause, Causes
from permu_xl.reports.comparison.mixtures import Mixer, Part
from tests.engine.support import score_scheme
from tests.reports.scored import NAMES, scored


def causes(old: Evaluation, new: Evaluation) -> dict[str, tuple[str, str, Cause]]:
    """Return by name both classes and the cause for every firm whose class changed."""
    mixer = Mixer.of(old, new)
    finder = Causes(mixer, baseline_changes(old, new), [])
    before, after = (mixer.letters(side, decided=True) for side in (False, True))
    names = mixer.both.names[mixer.size :]
    return {
        str(names[f]): (str(before[f]), str(after[f]), finder.of(f))
        for f in range(mixer.size)
        if before[f] != after[f]
    }


def doubled_rd_baseline() -> Scheme:
    """With twice the baseline an R&D figure scores half."""
    scheme = score_scheme()

    def changed(i: Any) -> Any:
        manual = i.baseline.manual * (2 if i.id == "rd_intensity" else 1)
        return replace(i, baseline=replace(i.baseline, manual=manual))

    return scheme.with_indicators(tuple(map(changed, scheme.indicators)))


def test_nothing_changed_has_no_causes() -> None:
    assert causes(scored(), scored()) == {}


def test_own_figures_and_the_one_that_moves_up() -> None:
    # 乙 falls from 28 to 23 behind 丙 26 and 丁 24; 丙 takes its place among two.
    found = causes(scored(), scored({"乙": 23}))
    assert {name: found[name][:2] for name in found} == {"乙": ("A", "B"), "丙": ("B", "A")}
    assert found["乙"][2].parts == (Part.OWN,)
    assert found["丙"][2].parts == (Part.OTHERS,)
    assert "排到了乙前面" in found["丙"][2].text
    assert found["丙"][2].text.endswith("只恢复“其他企业数据”这一项，就回到B类。")


def test_overtaken_names_who_did_it() -> None:
    # 丙 rises from 26 to 29: 甲 30, 丙 29, 乙 28.
    found = causes(scored(), scored({"丙": 29}))
    assert found["乙"][2].parts == (Part.OTHERS,)
    assert found["乙"][2].text.startswith("被丙超过，")


def test_either_alone_undoes_it() -> None:
    # 乙 28 to 27 and 丙 26 to 27.5: with 28, or with 丙 at 26, 乙 is second again.
    cause = causes(scored(), scored({"乙": 27, "丙": 27.5}))["乙"][2]
    assert (cause.parts, cause.alone) == ((Part.OWN, Part.OTHERS), True)
    assert "恢复其中任何一项" in cause.text


def test_only_both_together_undo_it() -> None:
    # 乙 28 to 25 and 丙 26 to 29: 28 is behind 29, and 25 is behind 26.
    cause = causes(scored(), scored({"乙": 25, "丙": 29}))["乙"][2]
    assert (cause.parts, cause.alone) == ((Part.OWN, Part.OTHERS), False)
    assert "单独恢复一项不够，“本企业数据”、“其他企业数据”一起恢复才回到A类" in cause.text


def test_a_smaller_district_has_fewer_places() -> None:
    # Without 戊: 15 % of 9 is 1.35, so 1.
    found = causes(scored(), scored(without="戊"))
    assert found["乙"][:2] == ("A", "B")
    assert found["乙"][2].parts == (Part.COMPANY,)
    assert "由10户变为9户（减少戊）" in found["乙"][2].text
    assert "A类名额由2户变为1户" in found["乙"][2].text
    assert found["戊"][2].text == "新工作簿里没有这户企业了。"


def test_a_moved_baseline() -> None:
    # 乙: tax 20, R&D 8, key 28; at half the R&D score 24, behind 丙 26.
    figures: dict[str, Any] = {"tax": {"乙": 20}, "rd": {"乙": 8}}
    found = causes(scored(**figures), scored(**figures, scheme=doubled_rd_baseline()))
    assert {name: found[name][:2] for name in found} == {"乙": ("A", "B"), "丙": ("B", "A")}
    for name in found:
        assert found[name][2].parts == (Part.BASELINES,)
        assert "研发投入强度的基准值由20变为40（人工核定基准值改了）" in found[name][2].text


def test_a_flag() -> None:
    found = causes(scored(), scored(flagged="癸"))
    assert {name: found[name][:2] for name in found} == {"癸": ("C", "D")}
    assert found["癸"][2].parts == (Part.MARKS,)
    assert "不符合产业政策由空改为是" in found["癸"][2].text


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("", "C", "分类调整定为C类"),
        ("C", "D", "分类调整由C类改为D类"),
        ("C", "", "撤销了定为C类的分类调整"),
    ],
)
def test_a_decision(old: str, new: str, text: str) -> None:
    def decided(letter: str) -> Evaluation:
        return scored(adjustments=[Adjustment("05", "己", letter)] if letter else [])

    found = causes(decided(old), decided(new))
    assert list(found) == ["己"]
    assert found["己"][2].parts == (Part.DECISION,)
    assert found["己"][2].text.startswith(text)


def test_taking_part() -> None:
    out = scored(included=[0 if name == "戊" else -1 for name in NAMES])
    found = causes(scored(), out)
    assert found["戊"][:2] == ("B", "")
    assert found["戊"][2].parts == (Part.TAKING_PART,)
    assert "本企业由参评变为不参评" in found["戊"][2].text
    assert found["乙"][2].parts == (Part.COMPANY,)


def test_the_mover_of_a_baseline_is_named() -> None:
    # The highest tax figure is the baseline: 甲 alone raises it.
    scheme = score_scheme()
    indicators = tuple(
        replace(i, baseline=replace(i.baseline, method="max", year="current", manual=None))
        if i.id == "tax_per_mu"
        else i
        for i in scheme.indicators
    )
    scheme = scheme.with_indicators(indicators)
    moved = baseline_changes(scored(scheme=scheme), scored({"甲": 40}, scheme=scheme))
    assert [c.told for c in moved if c.moved] == ["亩均税收的基准值由30变为40（因甲的本年数据）"]
