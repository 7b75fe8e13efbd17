"""Names and texts that would be markup, a script or a template, were they not escaped."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.hosts.desk.known import firm_page, known_book, part
from tests.hosts.desk.support import DeskClient

HOSTILE = (
    "<script>alert(1)</script>公司",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }}厂",
    "</svg><a href=javascript:alert(1)>甲",
    '=HYPERLINK("http://x")',
)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    changed = {number: {"name": name} for number, name in enumerate(HOSTILE, 1)}
    # Findings and the remark of a unit tell of what is typed.
    changed[2]["employees"] = 60.5
    changed[3] |= {"industry": "<b>3421</b>"}
    return known_book(tmp_path_factory.mktemp("hostile"), changed)


def test_nothing_of_a_workbook_is_markup(book: Path) -> None:
    client = DeskClient()
    session = client.open(book)
    pages = [client.page(session, each) for each in ("", "findings", "firms", "picture")]
    pages += [client.page(session, "step/check"), client.do(session, "sensitivity")]
    for number in range(1, len(HOSTILE) + 1):
        pages += [firm_page(client, session, number, more) for more in ("", "/trial", "/notice")]
    address = f"firm/{session.firm_id(0)}/trial"
    pages.append(part(client, session, address, tax='"><script>alert(2)</script>'))
    pages.append(part(client, session, "firms", table="firms", text='"><script>alert(2)'))
    pages.append(client.page(session, "firms"))
    seen = "".join(pages)
    assert "&lt;script&gt;alert(1)" in seen
    assert "{{ 7 * 7 }}厂" in seen
    assert "49厂" not in seen
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>3421" not in page
        assert "javascript:" not in re.sub(r"&lt;.*?&gt;", "", page)
        for tag in re.findall(r"<[a-z][^>]*>", page):
            outside = re.sub(r'"[^"]*"', "", tag)
            assert "onmouseover" not in outside
            assert "onerror" not in outside
