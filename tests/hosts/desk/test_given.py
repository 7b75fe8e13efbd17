"""What the desk is started with decides where it opens."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from permu_xl.hosts.desk.given import open_given
from permu_xl.intake import build_departments
from permu_xl.reports.city import CITY_DECISIONS
from tests.hosts.desk.support import DeskClient
from tests.workbook.districts import filled, firm


@pytest.fixture
def desk() -> DeskClient:
    return DeskClient(enter=False)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return filled(tmp_path / "某 区.xlsx", [firm(1)], [firm(1)])


@pytest.fixture
def tables(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "部门"
    folder.mkdir()
    build_departments(folder)
    return sorted(folder.iterdir())


def first_page(desk: DeskClient, files: list[Path]) -> str:
    """Return where the first address leads."""
    query = open_given(desk.workspace, files)
    page = desk.get(f"/enter/{desk.keys.new()}{query}").get_data(as_text=True)
    return page.partition("; url=")[2].partition('"')[0].replace("&amp;", "&")


def test_a_workbook(desk: DeskClient, book: Path) -> None:
    address = first_page(desk, [book])
    [session] = desk.workspace.sessions.values()
    assert address == f"/b/{session.id}/"
    assert session.path == book
    assert session.chosen == {}


def test_tables_and_the_workbook_to_import_into(
    desk: DeskClient, book: Path, tables: list[Path]
) -> None:
    address = first_page(desk, [*tables, book])
    [session] = desk.workspace.sessions.values()
    assert address == f"/b/{session.id}/step/import"
    assert session.chosen["tables"] == tables


def test_tables_alone_wait_for_a_workbook(desk: DeskClient, book: Path, tables: list[Path]) -> None:
    # A folder stands for what is in it.
    address = first_page(desk, [tables[0].parent])
    assert address.startswith("/?dir=")
    shown = desk.get(address).get_data(as_text=True)
    assert f"收到{len(tables)}个部门的表" in shown
    session = desk.workspace.open(book)
    assert session.chosen["tables"] == tables
    other = desk.workspace.open(filled(book.with_name("乙.xlsx"), [firm(2)], [firm(2)]))
    assert other.chosen == {}


def test_several_districts_are_for_the_city(desk: DeskClient, book: Path) -> None:
    second = filled(book.with_name("乙区.xlsx"), [firm(2)], [firm(2)])
    first_page(desk, [book, second])
    first, other = desk.workspace.sessions.values()
    assert first.chosen["districts"] == [book, second]
    assert other.path == second


def test_the_citys_workbook_is_for_writing_back(desk: DeskClient, book: Path) -> None:
    city = book.with_name("全市.xlsx")
    made = openpyxl.Workbook()
    made.active.title = CITY_DECISIONS
    made.save(city)
    address = first_page(desk, [city, book])
    [session] = desk.workspace.sessions.values()
    assert address.endswith("/step/apply")
    assert session.chosen["city"] == [city]
    alone = DeskClient(enter=False)
    assert first_page(alone, [city]) == "/"
    assert "全市.xlsx 是全市工作簿" in alone.get("/").get_data(as_text=True)


def test_what_is_not_there_is_told(desk: DeskClient, tmp_path: Path) -> None:
    assert first_page(desk, [tmp_path / "无.xlsx"]) == "/"
    assert "找不到工作簿" in desk.get("/").get_data(as_text=True)
