"""What the desk is started with decides where it opens."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from permu_xl.hosts.desk.opened.choosing import open_files
from permu_xl.intake import build_departments
from permu_xl.reports.city import CITY_DECISIONS
from tests.hosts.desk.support import DeskClient
from tests.workbook.districts import filled, firm


@pytest.fixture
def desk() -> DeskClient:
    return DeskClient()


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return filled(tmp_path / "某 区.xlsx", [firm(1)], [firm(1)])


@pytest.fixture
def tables(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "部门"
    folder.mkdir()
    build_departments(folder)
    return sorted(folder.iterdir())


def test_a_workbook(desk: DeskClient, book: Path) -> None:
    session = open_files(desk.workspace, [book])
    assert session is not None
    assert session.path == book
    assert not any(session.chosen.values())


def test_tables_and_the_workbook_to_import_into(
    desk: DeskClient, book: Path, tables: list[Path]
) -> None:
    session = open_files(desk.workspace, [*tables, book])
    assert session is not None
    assert session.chosen["tables"] == tables


def test_tables_alone_wait_for_a_workbook(desk: DeskClient, book: Path, tables: list[Path]) -> None:
    # A folder stands for what is in it.
    assert open_files(desk.workspace, [tables[0].parent]) is None
    assert "已经选好" in desk.workspace.notes[0]
    assert all(table.name in desk.workspace.notes[0] for table in tables)
    session = desk.workspace.open(book)
    assert session.chosen["tables"] == tables
    other = desk.workspace.open(filled(book.with_name("乙.xlsx"), [firm(2)], [firm(2)]))
    assert not any(other.chosen.values())


def test_several_districts_are_for_the_city(desk: DeskClient, book: Path) -> None:
    second = filled(book.with_name("乙区.xlsx"), [firm(2)], [firm(2)])
    open_files(desk.workspace, [book, second])
    first, other = desk.workspace.sessions.values()
    assert first.chosen["districts"] == [book, second]
    assert other.path == second


def test_the_citys_workbook_is_for_writing_back(desk: DeskClient, book: Path) -> None:
    city = book.with_name("全市.xlsx")
    made = openpyxl.Workbook()
    made.active.title = CITY_DECISIONS
    made.save(city)
    session = open_files(desk.workspace, [city, book])
    assert session is not None
    assert session.chosen["city"] == [city]
    alone = DeskClient()
    assert open_files(alone.workspace, [city]) is None
    assert "全市.xlsx 是全市工作簿" in alone.workspace.notes[0]


def test_what_is_not_there_is_told(desk: DeskClient, tmp_path: Path) -> None:
    assert open_files(desk.workspace, [tmp_path / "无.xlsx"]) is None
    assert "找不到工作簿" in desk.workspace.notes[0]


def test_only_workbooks_that_can_be_opened_are_offered(desk: DeskClient, book: Path) -> None:
    made = book.with_name("某 区-上报.xlsx")
    for path, sheet in ((made, "公示"), (book.with_name("全市2022.xlsx"), CITY_DECISIONS)):
        other = openpyxl.Workbook()
        other.active.title = sheet
        other.save(path)
    book.with_name("坏.xlsx").write_bytes(b"PK\x03\x04 broken")
    desk.workspace.places.append(book.parent)
    page = desk.get(f"/?dir={desk.workspace.paths.name(book.parent)}").get_data(as_text=True)
    assert book.name in page
    # What is wrong with it is told when it is opened.
    assert "坏.xlsx" in page
    assert made.name not in page
    assert "全市2022.xlsx" not in page
