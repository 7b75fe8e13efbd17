"""试算: live figures by hand, nothing written unless asked, written safely when asked."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from permu_xl.workbook import layout
from permu_xl.xlsx.files import backup_path
from tests.hosts.desk.known import firm_page, known_book, part, row_of
from tests.hosts.desk.support import DeskClient, text_of

TAX = "G5"
"""实缴税收 of the first firm."""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return known_book(tmp_path)


def tried(client: DeskClient, path: Path, number: int, **form: str) -> str:
    session = client.open(path)
    assert session.begin_reading(60)
    return part(client, session, f"firm/{session.firm_id(number - 1)}/trial", **form)


def test_scores_rank_and_class_by_hand(book: Path) -> None:
    before = book.read_bytes()
    client = DeskClient()
    page = tried(client, book, 1, tax="90")
    # 90 ÷ 10 ÷ 10 × 30 = 27; 90 ÷ 5 ÷ 20 × 15 = 13.5.
    assert row_of(page, "亩均税收") == ["亩均税收", "8.00 → 9.00", "24.00 → 27.00", "▲3.00"]
    assert row_of(page, "单位污染物排放税收")[2] == "12.00 → 13.50"
    assert row_of(page, "总分")[2] == "91.00 → 95.50"
    said = text_of(page)
    assert "10 → 10 名次，10户中" in said
    # 15 + 13.5 is more than the 27.5 of firm 5, which takes its place on the list.
    assert "C → B 分类变了" in said
    assert "另有1户企业的分类跟着变： 企业00005 B→C" in said
    assert book.read_bytes() == before
    assert not backup_path(book).exists()


def test_figures_typed_full_width_and_with_commas(book: Path) -> None:
    page = tried(DeskClient(), book, 1, tax="９０．０")
    assert row_of(page, "总分")[2] == "91.00 → 95.50"


def test_what_moves_a_baseline_of_this_year_is_told(book: Path) -> None:
    page = tried(DeskClient(), book, 1, tax="110")
    # 110 ÷ 5 = 22 is the highest now: 15 for the firm, 20 ÷ 22 × 15 for the others.
    assert row_of(page, "总分")[2] == "91.00 → 103.00"
    assert "单位污染物排放税收由20.0000变为22.0000" in text_of(page)


def test_a_baseline_that_nobody_needs_before_and_after_has_not_moved(tmp_path: Path) -> None:
    """Without emissions anywhere the highest of this year is none, whatever is tried."""
    book = known_book(tmp_path, {number: {"emission": None} for number in range(1, 11)})
    client = DeskClient()
    assert "这样改会动到" not in text_of(tried(client, book, 1, tax="90"))
    # 90 / 3 = 30 is the first value there is.
    page = text_of(tried(client, book, 1, tax="90", emission="3"))
    assert "单位污染物排放税收由—变为30.0000" in page


def test_bonus_and_marks_count(book: Path) -> None:
    page = tried(DeskClient(), book, 1, bonus_points="-1.5", off_policy="是")
    assert row_of(page, "总分")[2] == "91.00 → 89.50"
    assert "C → D" in text_of(page)


@pytest.mark.parametrize(
    ("typed", "told"), [("十二", "不是数字"), ("-3", "不能小于0"), ("1e13", "数太大了")]
)
def test_what_is_no_figure_is_told(book: Path, typed: str, told: str) -> None:
    page = tried(DeskClient(), book, 1, land=typed)
    assert f"用地面积“{typed}”{told}" in text_of(page)
    assert "写进工作簿" not in page


def test_the_figure_each_item_must_reach(book: Path) -> None:
    client = DeskClient()
    session = client.open(book)
    assert session.begin_reading(60)
    page = part(client, session, f"firm/{session.firm_id(0)}/trial/needed", goal="B")
    # (27.5 − 15) ÷ 15 × 20 × 5 = 83.33…, and more.
    assert row_of(page, "实缴税收")[1] == "83.34 万元"
    # 80 ÷ x ÷ 20 × 15 > 12.5: below 4.8.
    assert row_of(page, "污染物排放当量")[1].startswith("4.79")
    assert row_of(page, "研发经费")[1] == "单靠这一项达不到"


def test_written_only_when_asked_with_a_backup_and_taken_back(book: Path) -> None:
    client = DeskClient()
    session = client.open(book)
    before = book.read_bytes()
    address = f"/b/{session.id}/firm/{_id(session, 1)}/trial/write"
    answer = client.post(address, {"tax": "90", "land": "10"})
    assert answer.status_code == 303
    assert openpyxl.load_workbook(book)[layout.DATA][TAX].value == 90
    assert backup_path(book).read_bytes() == before
    page = firm_page(client, session, 1)
    said = text_of(page)
    assert "已写入“原始数据”：实缴税收（G5）" in said
    assert "用地面积" not in said.split("已写入")[1].split("；")[0]
    assert "95.50" in said
    assert "评价以后改过数据" in said
    client.post(f"/b/{session.id}/take-back")
    assert book.read_bytes() == before


def test_a_workbook_open_elsewhere_is_not_written_and_can_be_tried_again(book: Path) -> None:
    client = DeskClient()
    session = client.open(book)
    before = book.read_bytes()
    address = f"/b/{session.id}/firm/{_id(session, 1)}/trial/write"
    mark = book.with_name(f"~${book.name}")
    mark.write_bytes(b"\x02" + "李".encode("utf-16-le").ljust(110, b"\0"))
    answer = client.post(address, {"tax": "90"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "关闭" in page
    assert book.read_bytes() == before
    assert 'name="tax" value="90"' in page
    mark.unlink()
    assert client.post(address, {"tax": "90"}).status_code == 303
    assert openpyxl.load_workbook(book)[layout.DATA][TAX].value == 90


def test_nothing_changed_is_nothing_written(book: Path) -> None:
    client = DeskClient()
    session = client.open(book)
    before = book.read_bytes()
    address = f"/b/{session.id}/firm/{_id(session, 1)}/trial/write"
    assert "没有改动，没有写入" in client.post(address, {"tax": "80"}).get_data(as_text=True)
    assert "不是数字" in client.post(address, {"tax": "约八十"}).get_data(as_text=True)
    assert book.read_bytes() == before


def test_writing_wants_a_page_of_the_desk(book: Path) -> None:
    client = DeskClient()
    session = client.open(book)
    before = book.read_bytes()
    address = f"/b/{session.id}/firm/{_id(session, 1)}/trial/write"
    assert client.get(address).status_code == 405
    stranger = client.post(address, {"tax": "90"}, headers={"Origin": "http://example.com"})
    assert stranger.status_code == 403
    assert book.read_bytes() == before


def _id(session: object, number: int) -> str:
    from permu_xl.hosts.desk.opened.session import Session

    assert isinstance(session, Session)
    assert session.begin_reading(60)
    return session.firm_id(number - 1)
