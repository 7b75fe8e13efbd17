"""Joined firms, sums, growth, limits: the pages of a district that has all of them.

The figures are those of tests/engine/test_pieces.py: 甲 and 乙 are one, A with 124 points.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from permu_xl.engine.evaluation import evaluate
from permu_xl.hosts.desk.parts.firm_facts import meters
from tests.engine.support import pieces_rosters, pieces_scheme
from tests.hosts.desk.known import firm_page, part, row_of
from tests.hosts.desk.support import DeskClient, text_of
from tests.reports.test_joint import district


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return district(tmp_path_factory.mktemp("joint") / "甲.xlsx")


def test_both_firms_of_a_group_have_its_score_rank_and_lines(book: Path) -> None:
    client = DeskClient()
    session = client.open(book)
    lines = []
    for number, other in ((1, "乙厂"), (2, "甲厂")):
        page = firm_page(client, session, number)
        said = text_of(page)
        assert "124.00 总分" in said
        assert f"与{other}合并评价（一3）" in said
        lines.append(page[page.index("离各条线多远") : page.index('id="notice"')])
    assert lines[0] == lines[1]
    assert "线那边最近的一户" in lines[0]


def test_a_firm_at_a_limit_says_so_and_other_pages_hold(book: Path) -> None:
    client = DeskClient()
    session = client.open(book)
    assert "用地不足3亩，不纳入评价（一2）" in text_of(firm_page(client, session, 4))
    for address in ("findings", "firms", "picture"):
        client.page(session, address)
    for number in (1, 3, 5, 6):
        client.page(session, f"firm/{session.firm_id(number - 1)}/notice")


def test_beside_a_growth_stands_no_total_over_total() -> None:
    e = evaluate(pieces_scheme(), *pieces_rosters(), year=2030)
    found = {each.name: each for each in meters(e, 0)}
    # (60 + 50 + 6 + 20) / (6 + 10 + 3 + 10) = 136/29 a mu, of the baseline 4.
    assert found["亩均税收"].other == pytest.approx(136 / 29 / 4)
    assert found["亩均税收增长率"].own == 1.5
    assert found["亩均税收增长率"].other_text == ""


def test_what_one_firm_reports_counts_for_its_group(book: Path) -> None:
    client = DeskClient()
    session = client.open(book)
    assert session.begin_reading(60)
    address = f"firm/{session.firm_id(2)}/trial"
    page = client.page(session, address)
    # 丙's own columns, those that its sums are made of among them.
    for column in ("land", "national", "local", "power", "gas", "output", "staff"):
        assert f'name="{column}"' in page
    out = part(client, session, address, land="2.9")
    assert "这样改，这户企业就不参评：用地2.9亩，用地不足3亩" in text_of(out)
    tried = part(client, session, f"firm/{session.firm_id(1)}/trial", national="0")
    both = part(client, session, f"firm/{session.firm_id(0)}/trial", national="0")
    # Either firm's tax lowers the total that both have.
    for shown in (tried, both):
        assert row_of(shown, "总分")[2].startswith("124.00 → ")
