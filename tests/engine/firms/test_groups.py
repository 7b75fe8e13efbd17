"""Tracks, ranking units and the texts that sort firms into them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from permu_xl.engine.firms.groups import (
    NO_TRACK,
    attribute_texts,
    concerned,
    derived_text,
    ranking_units,
    track_index,
)
from permu_xl.engine.model.roster import Roster
from permu_xl.engine.model.scheme import Attribute, Scheme
from tests.engine.support import shenyang, tracks_scheme

TRADE = tracks_scheme().attributes["trade"]
ZONE = tracks_scheme().attributes["zone"]


def firms(n: int, **attributes: list[str]) -> Roster:
    return Roster.from_columns({"land": [1.0] * n}, attributes=attributes)


def told(attribute: Attribute, roster: Roster) -> list[str]:
    return attribute_texts(attribute, roster).texts(np.arange(roster.size))


# ---- texts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("industry", "trade"),
    [
        ("13", "食品"),
        ("1310", "食品"),
        ("1499", "食品"),
        ("1510", "其他"),  # no prefix: the default
        ("34", "机械"),
        ("3482", "机械"),
        ("349", "其他"),  # the longer prefix wins
        ("3491", "其他"),
        ("3", "其他"),
        ("", "其他"),
    ],
)
def test_derived_text(industry: str, trade: str) -> None:
    assert derived_text(TRADE, industry) == trade
    roster = Roster.from_columns({"land": [1.0]}, industries=[industry])
    assert told(TRADE, roster) == [trade]


def test_a_derived_attribute_looks_at_no_column() -> None:
    roster = Roster.from_columns(
        {"land": [1.0] * 2}, industries=["13", "34"], attributes={"trade": ["机械", "机械"]}
    )
    assert told(TRADE, roster) == ["食品", "机械"]


def test_a_blank_is_the_default() -> None:
    roster = firms(3, zone=["东区", "", "南区"])
    assert told(ZONE, roster) == ["东区", "", "南区"]
    assert told(replace(ZONE, default="西区"), roster) == ["东区", "西区", "南区"]
    assert told(replace(ZONE, default="东区"), roster) == ["东区", "东区", "南区"]


def test_a_column_that_the_roster_lacks_is_blank() -> None:
    assert told(ZONE, firms(2)) == ["", ""]
    assert told(replace(ZONE, default="西区"), firms(2)) == ["西区", "西区"]


# ---- tracks ------------------------------------------------------------------------------------


def test_tracks_by_their_names() -> None:
    roster = firms(5, size=["规下", "规上", "", "规中", "规上"])
    assert track_index(tracks_scheme(), roster).tolist() == [1, 0, NO_TRACK, NO_TRACK, 0]


def test_a_scheme_without_tracks_has_one_for_all() -> None:
    assert track_index(shenyang(), firms(3)).tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("indicator", "expected"),
    [
        ("tax_per_mu", [True, True, False]),
        ("energy_per_sales", [True, False, False]),
        ("sales_per_mu", [False, True, False]),
    ],
)
def test_concerned(indicator: str, expected: list[bool]) -> None:
    tracks = np.array([0, 1, NO_TRACK])
    assert concerned(tracks_scheme(), indicator, tracks).tolist() == expected


# ---- units -------------------------------------------------------------------------------------


def units(
    scheme: Scheme, roster: Roster, graded: list[bool] | None = None
) -> list[tuple[str, str, list[int]]]:
    marks = np.ones(roster.size, dtype=bool) if graded is None else np.array(graded)
    found = ranking_units(scheme, roster, track_index(scheme, roster), marks)
    return [(unit.track.id, unit.name, unit.firms.tolist()) for unit in found]


def within(scheme: Scheme, *attributes: str) -> Scheme:
    """The scheme whose first track is ranked within other attributes."""
    first, *others = scheme.tracks
    ranking = replace(first.ranking, within=attributes)
    return replace(scheme, tracks=(replace(first, ranking=ranking), *others))


def test_units_stand_as_the_scheme_lists_tracks_and_values() -> None:
    # the scheme lists the west first, and by code point the east would come first
    roster = firms(
        6,
        size=["规下", "规上", "规上", "规上", "规上", "规下"],
        zone=["", "东区", "西区", "东区", "西区", ""],
    )
    assert units(tracks_scheme(), roster) == [
        ("big", "规上、西区", [2, 4]),
        ("big", "规上、东区", [1, 3]),
        ("small", "规下", [0, 5]),
    ]


def test_texts_that_the_scheme_does_not_list_come_last() -> None:
    roster = firms(4, size=["规上"] * 4, zone=["南区", "东区", "北区", ""])
    assert [(name, where) for _, name, where in units(tracks_scheme(), roster)] == [
        ("规上、东区", [1]),
        ("规上", [3]),  # no zone told
        ("规上、北区", [2]),
        ("规上、南区", [0]),
    ]


def test_within_several_attributes() -> None:
    roster = Roster.from_columns(
        {"land": [1.0] * 5},
        industries=["1310", "3411", "1310", "3411", ""],
        attributes={"size": ["规上"] * 5, "zone": ["东区", "东区", "东区", "西区", "西区"]},
    )
    assert [(name, where) for _, name, where in units(within(tracks_scheme(), "zone", "trade"),
                                                      roster)] == [
        ("规上、西区、机械", [3]),
        ("规上、西区、其他", [4]),
        ("规上、东区、食品", [0, 2]),
        ("规上、东区、机械", [1]),
    ]  # fmt: skip


def test_only_graded_firms_make_a_unit() -> None:
    roster = firms(4, size=["规上", "规上", "规上", "规下"], zone=["西区", "东区", "东区", ""])
    assert units(tracks_scheme(), roster, [False, True, False, False]) == [
        ("big", "规上、东区", [1])
    ]
    assert units(tracks_scheme(), roster, [False] * 4) == []


def test_the_only_track_is_a_unit_even_without_firms() -> None:
    assert units(shenyang(), firms(2), [False, False]) == [("all", "", [])]
    assert units(shenyang(), firms(0)) == [("all", "", [])]
    assert units(shenyang(), firms(2)) == [("all", "", [0, 1])]


def test_the_only_track_may_be_divided() -> None:
    zones = replace(within(shenyang(), "zone"), attributes={"zone": ZONE})
    roster = firms(3, zone=["东区", "西区", "东区"])
    assert units(zones, roster) == [("all", "西区", [1]), ("all", "东区", [0, 2])]
    assert units(zones, roster, [False] * 3) == []
