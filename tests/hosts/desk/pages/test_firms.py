"""The list of firms and the page of one: the figures that the run wrote, and hand arithmetic."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from permu_xl.workbook import layout
from tests.hosts.desk.known import (
    CLASSES,
    RANKS,
    TOTALS,
    addresses,
    firm_page,
    known_book,
    part,
    row_of,
    rows,
)
from tests.hosts.desk.support import DeskClient, text_of
from tests.workbook.districts import filled


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return known_book(tmp_path_factory.mktemp("known"))


def sheet(path: Path, title: str) -> list[dict[str, object]]:
    """Return a result table of the workbook by header, the first of each name."""
    cells = list(openpyxl.load_workbook(path)[title].iter_rows(values_only=True))
    headers = [str(cell) for cell in cells[layout.HEADER_ROW - 1]]
    return [dict(zip(headers, row, strict=True)) for row in cells[layout.HEADER_ROW :] if row[1]]


def test_the_list_has_total_rank_and_class_worked_out_by_hand(book: Path) -> None:
    client = DeskClient()
    listed = client.page(client.open(book), "firms")
    for number in range(1, 11):
        row = row_of(listed, f"企业{number:05d}")
        assert row[2] == TOTALS.get(number, "100.00")
        assert row[3] == str(RANKS[number])
        assert row[-2] == CLASSES.get(number, "B")


def test_every_figure_of_the_list_is_that_of_the_sheet(large: Path) -> None:
    client = DeskClient()
    session = client.open(large)
    client.page(session, "firms")
    shown = [
        row
        for number in (1, 2, 3)
        for row in rows(part(client, session, "firms", table="firms", page=number))
        if row[0].isdecimal()
    ]
    written = sheet(large, layout.CLASSES)
    assert len(shown) == len(written) == 120
    for row, cells in zip(shown, written, strict=True):
        total, rank, half, a_key, cd_key, proposed, final = row[2:9]
        assert row[1].split() == [cells["企业名称"], cells["统一社会信用代码"]]
        keys = (cells["总分"], cells["A类排序分"], cells["C/D类排序分"])
        for text, figure in zip((total, a_key, cd_key), keys, strict=True):
            assert isinstance(figure, float | int)
            assert abs(float(text) - figure) <= 0.005 + 1e-9
        assert rank == str(cells["总分排名"])
        assert [half, proposed, final] == [cells["半区"], cells["初步分类"], cells["最终分类"]]


def test_search_pick_and_sort_on_the_server(large: Path) -> None:
    client = DeskClient()
    session = client.open(large)
    client.page(session, "firms")
    found = part(client, session, "firms", table="firms", text="企业00007")
    assert [row[1] for row in rows(found)[1:]] == ["企业00007 912101000000000007"]
    picked = part(client, session, "firms", table="firms", **{"pick:final": "A"})
    # 15 % of 120 firms.
    assert "符合条件的18行（共120行）" in text_of(picked)
    by_total = part(client, session, "firms", table="firms", sort="-total")
    totals = [float(row[2]) for row in rows(by_total)[1:]]
    assert totals == sorted(totals, reverse=True)
    assert len(totals) == 50
    turned = part(client, session, "firms", table="firms", by="total", down="1", sort="-total")
    totals = [float(row[2]) for row in rows(turned)[1:]]
    assert totals == sorted(totals)


def test_what_was_searched_is_remembered_but_in_no_address(large: Path) -> None:
    client = DeskClient()
    session = client.open(large)
    client.page(session, "firms")
    answer = client.post(f"/b/{session.id}/firms", {"table": "firms", "text": "企业00007"})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"/b/{session.id}/firms")
    page = client.page(session, "firms")
    assert 'value="企业00007"' in page
    assert "符合条件的1行" in text_of(page)


def test_a_class_of_the_picture_leads_to_its_firms(book: Path) -> None:
    client = DeskClient()
    page = client.page(client.open(book), "firms?class=A")
    names = [row[1].split()[0] for row in rows(page)[1:]]
    assert names == ["企业00003", "企业00004"]
    # Ten firms need no search, but this one has to be undone.
    assert 'role="search" hidden' not in page
    assert 'role="search" hidden' in client.page(client.open(book), "firms")


def test_a_firm_accounts_for_its_score_by_hand(book: Path) -> None:
    client = DeskClient()
    session = client.open(book)
    page = firm_page(client, session, 1)
    assert row_of(page, "亩均税收") == [
        "亩均税收",
        "8.00",
        "10.0000",
        "万元/亩",
        "80%",
        "24.00",
        "36",
    ]
    assert row_of(page, "单位污染物排放税收")[1:3] == ["16.00", "20.0000"]
    assert row_of(page, "单位污染物排放税收")[5] == "12.00"
    said = text_of(page)
    assert "指标得分合计 91.00，加分 0.00，总分 91.00" in said
    assert "实缴税收80万元 ÷ 用地面积10亩 = 8万元/亩" in said
    assert "依据二（一）1" in said
    # The last of the upper half has 100; the next on the C/D list is firm 5 with 12.5 + 15.
    assert "还差9.00分 ▼ 本企业 91.00，线那边最近的一户 100.00" in said
    assert "还差0.50分 ▼ 本企业 27.00，线那边最近的一户 27.50" in said


def test_a_firm_above_its_lines_says_by_how_much(book: Path) -> None:
    client = DeskClient()
    said = text_of(firm_page(client, client.open(book), 3))
    # The sixth, the first of the lower half, has 100; the third by A's key has 30 + 20.
    assert "高出9.00分 ▼ 本企业 109.00，线那边最近的一户 100.00" in said
    assert "高出6.00分 ▼ 本企业 56.00，线那边最近的一户 50.00" in said


def test_what_a_better_class_takes_and_the_figures_are_those_of_the_notice(book: Path) -> None:
    client = DeskClient()
    session = client.open(book)
    said = text_of(firm_page(client, session, 1, "/notice"))
    assert "单位能耗总产值、单位污染物排放税收得分之和须高于27.50分（还差0.50分）" in said
    assert "实缴税收 80.00 万元 税务部门" in said
    # (27.5 − 15) ÷ 15 × 20 × 5 = 83.33…, and more: 83.34.
    assert "实缴税收由80.00万元提高到83.34万元" in said


def test_no_address_tells_of_a_firm(book: Path) -> None:
    client = DeskClient()
    session = client.open(book)
    pages = [client.page(session, each) for each in ("firms", "findings", "picture")]
    pages += [firm_page(client, session, 1), firm_page(client, session, 1, "/trial")]
    for page in pages:
        assert [each for each in addresses(page) if "912101" in each or "企业" in each] == []


def test_an_unknown_firm_is_no_page(book: Path) -> None:
    client = DeskClient()
    session = client.open(book)
    client.page(session, "firms")
    assert client.get(f"/b/{session.id}/firm/nobody").status_code == 404


def test_a_firm_keeps_its_address_when_the_file_changes(tmp_path: Path) -> None:
    path = known_book(tmp_path)
    client = DeskClient()
    session = client.open(path)
    assert session.begin_reading(60)
    address = f"firm/{session.firm_id(2)}"
    assert "109.00" in client.page(session, address)
    opened = openpyxl.load_workbook(path)
    opened[layout.DATA].delete_rows(layout.FIRST_ROW)
    opened.save(path)
    page = client.page(session, address)
    assert "企业00003" in page
    assert "第2户" in page


def test_firms_without_scores_say_why(tmp_path: Path) -> None:
    path = known_book(tmp_path, {6: {"industry": "4411", "included": "否"}, 7: {"land": None}})
    client = DeskClient()
    session = client.open(path)
    out = text_of(firm_page(client, session, 6))
    assert "是否参评" in out
    assert "试算：改一改" not in out
    assert "不参评，没有得分可以试算" in text_of(firm_page(client, session, 6, "/trial"))
    missing = firm_page(client, session, 7)
    assert row_of(missing, "亩均税收")[1:2] == ["—"]
    assert "没有数据" in missing


def test_errors_bar_the_figures_and_lead_to_the_findings(tmp_path: Path) -> None:
    path = known_book(tmp_path, {2: {"land": "约十亩"}}, written=False)
    client = DeskClient()
    session = client.open(path)
    for address in ("firms", "picture"):
        page = client.page(session, address)
        assert "还不能评价" in page
        assert f"/b/{session.id}/findings" in page
    row = row_of(client.page(session, "firms"), "企业00002")
    assert row[-1] == "错误"
    page = firm_page(client, session, 2)
    assert "约十亩" in page
    assert "还不能评价" in firm_page(client, session, 2, "/trial")


def test_a_blank_template_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "空.xlsx"
    filled(path, [], [])
    client = DeskClient()
    session = client.open(path)
    for address in ("firms", "picture", "findings"):
        page = client.page(session, address)
        assert "先做“导入”" in page or address == "findings"


def test_figures_that_are_not_written_yet_say_so(tmp_path: Path) -> None:
    client = DeskClient()
    session = client.open(known_book(tmp_path, written=False))
    assert "还没有写进工作簿" in client.page(session, "picture")
