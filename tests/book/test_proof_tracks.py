"""The proof sheet under schemes of other regions: all TRUE, and FALSE after any change."""

from __future__ import annotations

from pathlib import Path

import pytest

from permu_xl.book import layout
from tests.book.odd_tracks import TRACKS, other_tracks, track_book
from tests.book.proving import proved
from tests.office import Office

needs_office = pytest.mark.office


@needs_office
@pytest.mark.parametrize("kind", ["as_is", "other"])
@pytest.mark.parametrize(("n", "seed"), [(1, 3), (7, 4), (70, 1), (70, 2), (150, 5)])
def test_odd_districts_of_tracks_are_proved(
    office: Office, tmp_path: Path, kind: str, n: int, seed: int
) -> None:
    text = TRACKS.read_text(encoding="utf-8") if kind == "as_is" else other_tracks()
    with proved(office, track_book(tmp_path, text, n, seed)) as p:
        assert p.failing() == set()
        assert p.document.errors(layout.PROOF) == {}
