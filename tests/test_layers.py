"""Arrows point down: which folder of the package may import which."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import permu_xl

PACKAGE = Path(permu_xl.__file__).parent
LAYERS = (
    ("engine", "schemes"),
    ("functions",),
    ("book",),
    ("intake",),
    ("hosts",),
    ("reports",),
    ("menus",),
    ("cli",),
)
"""From the ground up; a folder knows its own row and those below."""
HEIGHTS = {name: height for height, row in enumerate(LAYERS) for name in row}
ONLY_IN = {
    "uno": "hosts/calc",
    "unohelper": "hosts/calc",
    "xlwings": "hosts/excel",
    "pythoncom": "hosts/excel",
    "win32com": "hosts/excel",
}


def imported(path: Path) -> Iterator[str]:
    """Yield the names of all modules that a file imports, also within functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield from (f"{module}.{each.name}" for each in node.names)


FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("folder", [name for name in HEIGHTS if name != "cli"])
def test_nobody_imports_from_above(folder: str) -> None:
    files = [file for file in FILES if file.relative_to(PACKAGE).parts[0] == folder]
    assert files
    wrong = []
    for file in files:
        for name in imported(file):
            parts = name.split(".")
            above = len(parts) > 1 and HEIGHTS.get(parts[1], -1) > HEIGHTS[folder]
            if parts[0] == "permu_xl" and above:
                wrong.append(f"{file.relative_to(PACKAGE)}: {name}")
    assert wrong == []


def test_only_the_hosts_know_their_programs() -> None:
    wrong = []
    for file in FILES:
        place = file.relative_to(PACKAGE).as_posix()
        for name in imported(file):
            home = ONLY_IN.get(name.partition(".")[0])
            if home is not None and not place.startswith(home):
                wrong.append(f"{place}: {name}")
    assert wrong == []
