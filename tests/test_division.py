"""How the tests are divided among processes."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import Mock

import pytest

from tests.division import LONG_FILES, WINE_FILES, Division, turn

ROOT = Path(__file__).resolve().parents[1]


def test_the_files_that_are_named_are_there() -> None:
    assert [file for file in LONG_FILES if not (ROOT / file).is_file()] == []


def test_every_file_that_needs_wine_is_named() -> None:
    folder = ROOT / "tests" / "hosts" / "excel"
    needing = {
        path.relative_to(ROOT).as_posix()
        for path in folder.rglob("test_*.py")
        if "pytest.mark.wine" in path.read_text(encoding="utf-8")
    }
    assert needing == set(WINE_FILES)


def test_the_longest_first() -> None:
    tests = ["tests/engine/test_score.py::a", f"{LONG_FILES[1]}::b", f"{LONG_FILES[0]}::c[x::y]"]
    assert sorted(tests, key=turn) == tests[::-1]


def test_files_stay_whole_and_wine_with_one_process(pytestconfig: pytest.Config) -> None:
    division = Division(Mock(getvalue=lambda name: ["2*popen"]), Mock())
    scopes = [division._split_scope(f"{file}::test[a::b]") for file in (*WINE_FILES, "x.py")]
    assert scopes == [*["Wine"] * len(WINE_FILES), "x.py"]
