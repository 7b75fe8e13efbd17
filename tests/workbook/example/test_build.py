"""The shipped workbooks: up to date with the code, whole, and right in a real spreadsheet."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from permu_xl.workbook import layout
from permu_xl.workbook.district import run
from permu_xl.workbook.example.build import EXAMPLE_FILE, TEMPLATE_FILE, build
from tests.office import Office
from tests.places import WORKBOOKS
from tests.workbook.districts import filled, spread_firms


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    build(folder)
    return folder


@pytest.mark.parametrize("name", [TEMPLATE_FILE, EXAMPLE_FILE])
def test_the_shipped_workbooks_are_what_the_code_builds(name: str, built: Path) -> None:
    ours, fresh = zipfile.ZipFile(WORKBOOKS / name), zipfile.ZipFile(built / name)
    assert ours.namelist() == fresh.namelist()
    for part in ours.namelist():
        assert ours.read(part) == fresh.read(part), f"{part}: run `make workbook`"


@pytest.mark.office
def test_the_example_proves_itself(office: Office) -> None:
    with office.open(WORKBOOKS / EXAMPLE_FILE) as book:
        book.recalculate()
        assert {name: book.named(name) for name in layout.PROOF_TESTS} == dict.fromkeys(
            layout.PROOF_TESTS, True
        )
        for sheet in layout.SHEETS:
            assert book.errors(sheet) == {}, sheet


@pytest.mark.office
def test_the_empty_template_opens_without_errors(office: Office) -> None:
    with office.open(WORKBOOKS / TEMPLATE_FILE) as book:
        book.recalculate()
        assert tuple(book.sheet_names()) == layout.SHEETS
        for sheet in layout.SHEETS:
            assert book.errors(sheet) == {}, sheet


@pytest.mark.office
@pytest.mark.parametrize("n", [1, 5, 70])
def test_districts_of_any_size_prove_themselves(n: int, tmp_path: Path, office: Office) -> None:
    path = filled(tmp_path / "in.xlsx", spread_firms(n), spread_firms(n, seed=2), rows=5)
    run(path, path)
    with office.open(path) as book:
        book.recalculate()
        assert [name for name in layout.PROOF_TESTS if book.named(name) is not True] == []


@pytest.mark.office
def test_a_workbook_saved_by_libreoffice_runs_again(tmp_path: Path, office: Office) -> None:
    path = filled(tmp_path / "in.xlsx", spread_firms(40), spread_firms(40, seed=2))
    resaved = tmp_path / "resaved.xlsx"
    with office.open(path) as book:
        book.save(resaved)
    outcome = run(resaved, tmp_path / "out.xlsx")
    assert outcome.evaluation is not None
    with office.open(tmp_path / "out.xlsx") as book:
        book.recalculate()
        assert book.named("test_all") is True
        book.set(layout.CLASSES, f"I{layout.FIRST_ROW}", "Z")
        book.recalculate()
        assert book.named("test_all") is False
