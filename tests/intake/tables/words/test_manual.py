"""docs/intake.md says what the table of synonyms says."""

from __future__ import annotations

from permu_xl.intake.tables.words.manual import manual
from permu_xl.intake.tables.words.synonyms import load_synonyms


def test_the_manual_has_units() -> None:
    assert "亩（2000/3）" in manual(load_synonyms())
