"""The walls of the house that import-linter cannot see."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.places import DOCS, PACKAGE, ROOT

ONLY_IN = {
    "uno": "hosts/calc",
    "unohelper": "hosts/calc",
    "xlwings": "hosts/excel",
    "pythoncom": "hosts/excel",
    "win32com": "hosts/excel",
    "flask": "hosts/desk",
    "waitress": "hosts/desk",
    "werkzeug": "hosts/desk",
}
FILES = sorted(PACKAGE.rglob("*.py"))
FACES = sorted(PACKAGE.rglob("__init__.pyi"))
DOCUMENTS = sorted([*DOCS.glob("*.md"), *ROOT.glob("*.md")])


def imported(path: Path) -> Iterator[tuple[str, str]]:
    """Yield module and name of all imports of a file, also within functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((each.name, "") for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", each.name) for each in node.names)


def package_of(path: Path) -> str:
    """Return the dotted name of the package that a file stands in."""
    return ".".join(("permu_xl", *path.relative_to(PACKAGE).parent.parts))


def test_only_the_hosts_know_their_programs() -> None:
    wrong = []
    for file in FILES:
        place = file.relative_to(PACKAGE).as_posix()
        for module, _ in imported(file):
            home = ONLY_IN.get(module.partition(".")[0])
            if home is not None and not place.startswith(home):
                wrong.append(f"{place}: {module}")
    assert wrong == []


def test_other_packages_are_used_by_their_faces() -> None:
    """A name of another package comes from the package, never from a module within it."""
    wrong = []
    for file in FILES:
        own = package_of(file)
        for module, name in imported(file):
            if not module.startswith("permu_xl.") or own.startswith(("permu_xl.menus",)):
                continue
            home = PACKAGE.joinpath(*module.split(".")[1:])
            package = module if home.is_dir() else module.rpartition(".")[0]
            inside = own == package or own.startswith(f"{package}.")
            if home.is_dir() or inside or package == "permu_xl":
                continue
            wrong.append(f"{file.relative_to(PACKAGE)}: {module}.{name}")
    assert wrong == []


def test_nobody_takes_what_is_private_to_a_module() -> None:
    wrong = [
        f"{file.relative_to(PACKAGE)}: {module}.{name}"
        for file in FILES
        for module, name in imported(file)
        if module.startswith("permu_xl") and re.match(r"_[^_]", name)
    ]
    assert wrong == []


@pytest.mark.parametrize("face", FACES, ids=lambda path: package_of(path))
def test_a_face_has_no_name_of_a_module(face: Path) -> None:
    """Where both exist, which one a lazy face gives depends on who has imported what before."""
    modules = {each.stem for each in face.parent.iterdir() if each.is_dir() or each.suffix == ".py"}
    names = set(re.findall(r" as (\w+)", face.read_text(encoding="utf-8")))
    assert not names & modules


def test_every_package_says_what_it_is() -> None:
    silent = [
        str(file)
        for file in PACKAGE.rglob("__init__.py")
        if not ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_the_editor_of_packages_knows_no_word_of_ours() -> None:
    from permu_xl.schemes import available, load
    from permu_xl.workbook.layout import SHEETS

    words = {*SHEETS, "PERMU_"} - {"参数", "汇总"}
    words |= {i.name for id in available() for i in load(id).indicators}
    wrong = [
        f"{file.relative_to(PACKAGE)}: {word}"
        for file in (PACKAGE / "xlsx").rglob("*.py")
        for word in words
        if word in file.read_text(encoding="utf-8").replace("PERMU_XL_", "")
    ]
    assert wrong == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_names_modules_that_are_there(document: Path) -> None:
    named = re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.py)\b", document.read_text(encoding="utf-8"))
    there = [f"/{path.relative_to(ROOT)}" for path in (*FILES, *ROOT.glob("[bdt]*/**/*.py"))]
    assert not [name for name in named if not any(path.endswith(f"/{name}") for path in there)]
