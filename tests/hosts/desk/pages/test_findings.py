"""What was found, by kind: filters, the way to the firm, further places on demand."""

from __future__ import annotations

from pathlib import Path

import pytest

from permu_xl.findings import Level
from tests.hosts.desk.known import known_book, part, rows
from tests.hosts.desk.support import DeskClient, text_of
from tests.workbook.districts import filled, firm

TROUBLES = {
    2: {"code": None},
    4: {"rd": 5000.0},
    5: {"employees": 60.5},
    # A text that is read as a number, and one for which there is no rule at all.
    6: {"tax": "1,00.5"},
    7: {"land": "约十亩"},
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return known_book(tmp_path_factory.mktemp("troubled"), TROUBLES, written=False)


def test_every_finding_is_there_once(book: Path) -> None:
    client = DeskClient()
    session = client.open(book)
    page = client.page(session, "findings")
    findings = session.outcome.findings
    assert session.outcome.count(Level.ERROR) == 2
    assert f"{len(findings)}处" in text_of(page)
    # Both errors are of the same kind, so they stand under one heading.
    assert page.count('<details class="finding error" open') == 1
    codes = {finding.code for finding in findings}
    rest = [part(client, session, f"findings/{code}", start="10") for code in codes]
    places = [row for each in (page, *rest) for row in rows(each) if "!" in row[0]]
    expected = sorted((f.where, f.item) for f in findings if f.cell)
    assert sorted((row[0], row[2]) for row in places) == expected


def test_levels_sheets_and_texts_filter(book: Path) -> None:
    client = DeskClient()
    session = client.open(book)
    client.page(session, "findings")
    errors = part(client, session, "findings", filter="1", level="错误")
    assert "1种问题" in text_of(errors)
    assert "约十亩" in errors
    assert "企业00004" not in errors
    levels = [level.value for level in Level]
    about = part(client, session, "findings", filter="1", level=levels, text="企业00004")
    assert "研发经费高于主营业务收入" in text_of(about)
    assert "约十亩" not in about
    last_year = part(client, session, "findings", filter="1", level=levels, sheet="上年数据")
    assert "原始数据!" not in last_year
    nothing = part(client, session, "findings", filter="1", level="错误", text="没有这样的文字")
    assert "没有符合条件的" in nothing


def test_a_finding_leads_to_its_firm(book: Path) -> None:
    client = DeskClient()
    session = client.open(book)
    page = client.page(session, "findings")
    address = f"/b/{session.id}/firm/{session.firm_id(6)}"
    assert f'<a href="{address}">企业00007</a>' in page
    assert "约十亩" in client.get(address).get_data(as_text=True)


def test_many_places_come_on_demand(tmp_path: Path) -> None:
    # Thirty firms, all of whose codes fail their check digit, in both years.
    path = filled(
        tmp_path / "三十户.xlsx",
        [firm(number) for number in range(1, 31)],
        [firm(number) for number in range(1, 31)],
        rows=30,
    )
    client = DeskClient()
    session = client.open(path)
    page = client.page(session, "findings")
    wrong = [f for f in session.outcome.findings if f.code == "W206"]
    assert len(wrong) > 20
    codes = page[page.index("W206") :].split("</details>")[0]
    assert len([row for row in rows(codes) if "!" in row[0]]) == 10
    assert f"还有{len(wrong) - 10}处" in page
    more = part(client, session, "findings/W206", start="10")
    assert len([row for row in rows(more) if "!" in row[0]]) == len(wrong) - 10
    assert client.post(f"/b/{session.id}/findings/E999", {"start": "0"}).status_code == 404


def test_no_findings_are_said(tmp_path: Path) -> None:
    client = DeskClient()
    session = client.open(known_book(tmp_path))
    nothing = part(client, session, "findings", filter="1", level="错误")
    assert "没有符合条件的" in nothing
