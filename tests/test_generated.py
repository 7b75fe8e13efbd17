"""What ``make generated`` writes is fresh."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pytest

from tests.places import DOCS, ROOT


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_generated", DOCS / "make_generated.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATOR = generator()


@pytest.mark.parametrize("name", GENERATOR.DOCUMENTS)
def test_a_document_is_fresh(name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8")
    stale = GENERATOR.DOCUMENTS[name](text) != text
    assert not stale, f"docs/{name} is out of date: run `make generated` and commit what it changes"


@pytest.mark.parametrize("name", GENERATOR.DOCUMENTS)
def test_a_document_says_what_renews_it(name: str) -> None:
    assert "make generated" in (DOCS / name).read_text(encoding="utf-8")
    assert "\ngenerated:" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_stale_documents_are_renewed_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in GENERATOR.DOCUMENTS:
        shutil.copy(DOCS / name, tmp_path)
    (tmp_path / "functions.md").write_text("", encoding="utf-8")
    GENERATOR.main(tmp_path)
    assert capsys.readouterr().out == "docs/functions.md\n"
    for name in GENERATOR.DOCUMENTS:
        assert (tmp_path / name).read_bytes() == (DOCS / name).read_bytes()
