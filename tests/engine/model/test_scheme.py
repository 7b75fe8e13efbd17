"""What a scheme says of itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from permu_xl.engine.model.scheme import BaselineRule
from tests.engine.support import manual, shenyang, toy, tracks_scheme


def test_indicators_by_id() -> None:
    assert shenyang().indicator("rd_intensity").name == "研发投入强度"
    with pytest.raises(KeyError, match="profit"):
        shenyang().indicator("profit")


def test_an_indicator_knows_its_highest_score_and_its_better_side() -> None:
    scheme = tracks_scheme()
    assert [i.maximum for i in scheme.indicators] == [90, 30, 30, 40]
    assert [i.higher_is_better for i in scheme.indicators] == [True, False, False, True]


def test_tracks_of_an_indicator() -> None:
    scheme = tracks_scheme()
    assert [track.id for track in scheme.tracks_of("tax_per_mu")] == ["big", "small"]
    assert [track.id for track in scheme.tracks_of("sales_per_mu")] == ["small"]
    assert scheme.tracks_of("profit") == ()
    assert [track.name for track in shenyang().tracks_of("tax_per_mu")] == [""]


def test_selections_of_all_tracks() -> None:
    assert [s.label for s in tracks_scheme().selections] == ["A", "C/D"]
    assert [s.label for s in shenyang().selections] == ["A", "C/D"]
    assert [s.label for s in toy().selections] == ["甲", "丙"]


def test_letters() -> None:
    assert tracks_scheme().letters == ("A", "B", "C", "D", "S", "T")
    assert tracks_scheme().graded_letters == ("A", "B", "C", "D")
    assert shenyang().graded_letters == shenyang().letters == ("A", "B", "C", "D")
    bare = replace(tracks_scheme(), ungraded=())
    assert bare.graded_letters == ("A", "B", "C", "D", "S")


def test_attributes_that_are_asked() -> None:
    scheme = tracks_scheme()
    assert [a.id for a in scheme.asked_attributes] == ["size", "zone"]
    assert [a.derived for a in scheme.attributes.values()] == [False, False, True]


def test_a_district_may_have_other_indicators() -> None:
    changed = manual(shenyang(), 4, 20, 3, 20, 4, 10)
    assert changed.indicator("tax_per_mu").baseline == BaselineRule(
        "manual", "current", "二（一）2", 4
    )
    assert changed.tracks == shenyang().tracks
