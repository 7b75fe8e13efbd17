"""Other schemes for the worksheet functions: nothing in them is like Shenyang's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from permu_xl import schemes
from permu_xl.engine.model.scheme import Key, Scheme
from permu_xl.functions import arguments
from tests.engine.support import pieces_scheme, rules_scheme, toy, tracks_scheme


@pytest.fixture
def toy_scheme(monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of a scheme with three indicators, caps of its own, and classes 甲 乙 丙."""
    ship(monkeypatch, "toy", toy())
    return "toy"


@pytest.fixture
def tracks(monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of a scheme that uses every piece: tracks, units, guards, all forms and rules."""
    ship(monkeypatch, "toy_tracks", tracks_scheme())
    return "toy_tracks"


@pytest.fixture
def pieces(monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of a scheme of sums, min-max, a median and joined firms, without the growth."""
    scheme = pieces_scheme()
    kept = tuple(i for i in scheme.indicators if not i.growth)
    track = replace(scheme.tracks[0], indicators=tuple(i.id for i in kept))
    ship(monkeypatch, "toy_pieces", replace(scheme.with_indicators(kept), tracks=(track,)))
    return "toy_pieces"


@pytest.fixture
def by_scores(pieces: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of that scheme with ties decided by scores, which is all that PERMU_CLASS knows."""
    scheme = arguments.load(pieces)
    (track,) = scheme.tracks
    ranking = replace(track.ranking, ties=Key("scores", ("tax_per_mu",)))
    ship(monkeypatch, pieces, replace(scheme, tracks=(replace(track, ranking=ranking),)))
    return pieces


@pytest.fixture
def growing(monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of the same scheme with the growth."""
    ship(monkeypatch, "toy_pieces", pieces_scheme())
    return "toy_pieces"


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of a scheme with the rules of other regions."""
    ship(monkeypatch, "toy_rules", rules_scheme())
    return "toy_rules"


def ship(monkeypatch: pytest.MonkeyPatch, id: str, scheme: Scheme) -> None:
    def load(wanted: str) -> Scheme:
        return scheme if wanted == id else schemes.load(wanted)

    monkeypatch.setattr(arguments, "load", load)
