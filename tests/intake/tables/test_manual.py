"""docs/intake.md is what the table of synonyms says."""

from __future__ import annotations

from pathlib import Path

from permu_xl.intake.tables.manual import main, manual
from permu_xl.intake.tables.synonyms import load_synonyms
from tests.places import DOCS

MANUAL = DOCS / "intake.md"


def test_the_manual_is_up_to_date() -> None:
    assert MANUAL.read_text(encoding="utf-8") == manual(load_synonyms()), (
        "python -m permu_xl.intake.tables.manual docs/intake.md"
    )


def test_it_is_written_where_told(tmp_path: Path) -> None:
    assert main([str(tmp_path / "x.md")]) == 0
    assert "亩（2000/3）" in (tmp_path / "x.md").read_text(encoding="utf-8")
    assert main([]) == 2
