"""The example's department tables give back the example's figures, and the oddities meant."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from permu_xl.cli.program import main
from permu_xl.engine.model.roster import Roster
from permu_xl.findings.kinds import Level
from permu_xl.intake.example import AWKWARD, LAND, SCIENCE, STATISTICS, TAX, build_departments
from permu_xl.workbook import layout
from permu_xl.workbook.example.workbook import build_example
from permu_xl.workbook.look.save import save_workbook
from permu_xl.workbook.reading.opened import read_book
from tests.intake.support import do
from tests.office import Office
from tests.places import WORKBOOKS

SHIPPED = WORKBOOKS / "departments"
NAMES = (TAX, LAND, STATISTICS, SCIENCE)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return build_departments(tmp_path_factory.mktemp("departments"))


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Roster:
    path = tmp_path_factory.mktemp("example") / "示例区.xlsx"
    save_workbook(build_example(), path)
    return read_book(path).current.roster


def compare(example: Roster, imported: Roster) -> set[tuple[str, str]]:
    """Return the firms and columns that differ; the firms come in another order."""
    assert sorted(example.identity()) == sorted(imported.identity())
    order = {identity: i for i, identity in enumerate(imported.identity())}
    at = [order[identity] for identity in example.identity()]
    differing = set()
    for id, column in example.numbers.items():
        same = np.array_equal(column, imported.numbers[id][at], equal_nan=True)
        if not same:
            pairs = zip(example.names, column, imported.numbers[id][at], strict=True)
            differing |= {(n, id) for n, a, b in pairs if not (a == b or (a != a and b != b))}
    np.testing.assert_array_equal(example.names, imported.names[at])
    np.testing.assert_array_equal(example.start_dates, imported.start_dates[at])
    np.testing.assert_array_equal(
        example.industries.take(example.industries.values),
        imported.industries.take(imported.industries.values)[at],
    )
    return differing


def test_the_figures_come_back_exactly(tables: list[Path], example: Roster, tmp_path: Path) -> None:
    result = do(tmp_path / "b.xlsx", *tables, prefer=(tables[0],))
    assert compare(example, read_book(tmp_path / "b.xlsx").current.roster) == set()
    assert result.done.count(Level.ERROR) == 0


def test_what_is_awkward_is_listed_and_nothing_else_is_wrong(
    tables: list[Path], example: Roster, tmp_path: Path
) -> None:
    result = do(tmp_path / "b.xlsx", *tables)
    assert set(AWKWARD) == set(result.codes()) - {"H601", "H620", "H638"}
    conflict = result.one("E641")
    differing = compare(example, read_book(tmp_path / "b.xlsx").current.roster)
    assert differing == {(conflict.firm_name, "revenue")}


def test_each_figure_has_its_origin(tables: list[Path], example: Roster, tmp_path: Path) -> None:
    result = do(tmp_path / "b.xlsx", *tables, prefer=(tables[0],))
    for id, name in (("land", "用地面积"), ("tax", "实缴税收"), ("energy", "综合能耗")):
        firms = {o["firm_name"] for o in result.origins(name)}
        assert len(firms) == int((~np.isnan(example.numbers[id])).sum())


def test_the_tables_are_the_same_each_time(tables: list[Path], tmp_path: Path) -> None:
    for one, other in zip(tables, build_departments(tmp_path), strict=True):
        assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_tables_are_what_the_code_builds(name: str, tables: list[Path]) -> None:
    [fresh] = [path for path in tables if path.name == name]
    assert (SHIPPED / name).read_bytes() == fresh.read_bytes(), "run `make workbook`"


def test_import_check_run_by_command(tables: list[Path], tmp_path: Path) -> None:
    last = tmp_path / "去年.xlsx"
    workbook = build_example()
    workbook[layout.PARAMETERS].cell(*layout.parameter_cell("year"), 2021)
    save_workbook(workbook, last)
    book = tmp_path / "某区.xlsx"
    call = ["import", "-o", str(book), *map(str, tables), "--prefer", TAX]
    assert main([*call, "--last-year", str(last), "--district", "某区"]) == 0
    assert main(["check", str(book)]) == 0
    assert main(["run", str(book)]) == 0
    assert (tmp_path / "某区-结果.xlsx").is_file()


@pytest.mark.office
def test_old_workbooks_made_by_libreoffice(
    tables: list[Path], example: Roster, tmp_path: Path, office: Office
) -> None:
    old = []
    for path in tables:
        if path.suffix == ".csv":
            old.append(Path(shutil.copy(path, tmp_path)))
            continue
        with office.open(path) as book:
            old.append(tmp_path / f"{path.stem}.xls")
            book.save(old[-1])
    assert old[0].read_bytes().startswith(bytes.fromhex("D0CF11E0"))
    do(tmp_path / "b.xlsx", *old, prefer=(old[0],))
    assert compare(example, read_book(tmp_path / "b.xlsx").current.roster) == set()
