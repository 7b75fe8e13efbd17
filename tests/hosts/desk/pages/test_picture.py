"""The district's picture: figures as on 汇总, points that lead to firms, any scheme."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

from permu_xl.schemes import available, load
from permu_xl.workbook import layout
from tests.hosts.desk.known import firm_page, known_book, part, row_of, scheme_book
from tests.hosts.desk.support import DeskClient, text_of
from tests.workbook.scheme_districts import scheme_firms


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return known_book(tmp_path_factory.mktemp("picture"))


def test_classes_scores_and_averages_by_hand(book: Path) -> None:
    client = DeskClient()
    page = client.page(client.open(book), "picture")
    assert "A类：2户　20.0%　平均106.50分" in page
    # 109 and 104; 91; the seven others, six of them with 100.
    assert row_of(page, "A") == ["A", "2", "20.0%", "106.50", "18.00", "18.4%"]
    assert row_of(page, "B")[:4] == ["B", "7", "70.0%", "99.64"]
    assert row_of(page, "C")[:4] == ["C", "1", "10.0%", "91.00"]
    assert row_of(page, "100–110") == ["100–110", "8"]
    # (80 + 9 × 100) ÷ (9 × 10 + 8) = 10, as last year.
    assert row_of(page, "亩均税收")[2:6] == ["10.0000", "10.0000", "10.0500", "100.0"]


def test_the_tables_are_those_of_the_sheet(book: Path) -> None:
    client = DeskClient()
    page = client.page(client.open(book), "picture")
    sheet = openpyxl.load_workbook(book)[layout.SUMMARY]
    tables = layout.summary_tables(load("shenyang_2021"))
    for key in ("classes", "bins"):
        table = tables[key]
        for row in range(table.header_row + 1, table.header_row + 1 + (table.rows or 0)):
            name, count = (sheet.cell(row, k).value for k in (1, 2))
            assert row_of(page, str(name))[1] == str(count)
    averages = tables["indicators"]
    for row in range(averages.header_row + 1, averages.header_row + 1 + (averages.rows or 0)):
        name, *_, baseline, total, mean = (sheet.cell(row, k).value for k in range(1, 6))
        shown = row_of(page, str(name))[2:5]
        assert shown == [f"{value:,.4f}" for value in (baseline, total, mean)]


def test_points_lead_to_firms_and_lines_are_told(book: Path) -> None:
    client = DeskClient()
    session = client.open(book)
    page = client.page(session, "picture")
    plot = page[page.index("data-points") :]
    points = re.findall(r'<a href="([^"]*)" aria-label="([^"]*)" tabindex="(-?\d)"', plot)
    assert len(points) == 10
    # One stop for the keyboard.
    assert [stop for _, _, stop in points].count("0") == 1
    address, told, _ = next(point for point in points if "企业00003" in point[1])
    assert told == "企业00003　A类　第1名　C/D类排序分30.00分　A类排序分56.00分"
    assert "109.00" in client.get(address).get_data(as_text=True)
    said = text_of(page)
    assert "A类名额：线上最后一户54.00分，线下第一户50.00分" in said
    assert "C/D类名额：线上最后一户27.50分，线下第一户27.00分" in said


def test_every_picture_says_in_words_what_it_shows(book: Path) -> None:
    client = DeskClient()
    session = client.open(book)
    for page in (client.page(session, "picture"), firm_page(client, session, 1)):
        for picture in re.findall(r"<svg [^>]*>", page):
            assert "aria-label=" in picture or 'aria-hidden="true"' in picture
        assert "style=" not in page
        assert "<style" not in page


def test_industries_are_sorted_on_the_server(book: Path) -> None:
    client = DeskClient()
    session = client.open(book)
    client.page(session, "picture")
    assert "通用设备制造业" in part(client, session, "picture", table="industries", sort="-c3")


@pytest.mark.parametrize("scheme", sorted(available()))
def test_every_scheme_has_its_pages(scheme: str, tmp_path: Path) -> None:
    rules = load(scheme)
    path = scheme_book(tmp_path, rules, scheme_firms(rules, 40))
    client = DeskClient()
    session = client.open(path)
    assert session.begin_reading(60)
    e = session.evaluation
    client.page(session, "findings")
    client.page(session, "firms")
    assert e is not None
    for number, unit in enumerate(e.classes.units):
        page = client.page(session, f"picture?unit={number}")
        plot = page[page.index('id="scatter"') :]
        assert plot.count("/firm/") == unit.size
        # A firm at either end of the unit's order.
        for firm in {int(unit.order.firms[0]), int(unit.order.firms[-1])}:
            said = text_of(firm_page(client, session, firm + 1))
            assert f"{unit.size}户中" in said
            assert (
                "线那边最近的一户" in said
                or len(unit.order.firms) < 3
                or not any(cut.above >= 0 <= cut.below for cut in unit.cuts)
            )
            tried = firm_page(client, session, firm + 1, "/trial")
            assert "试一试" in tried
    for firm in range(e.roster.size):
        if e.included[firm] and e.classes.unit[firm] < 0:
            assert "不参加排名" in text_of(firm_page(client, session, firm + 1))
            break
