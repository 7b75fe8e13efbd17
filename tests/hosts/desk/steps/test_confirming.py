"""数据公示 and 登记异议 on the desk: what firms are shown, and what they send back."""

from __future__ import annotations

import datetime as dt
import io
import shutil
from pathlib import Path

import openpyxl
import pytest

from permu_xl.hosts.desk.steps import year
from permu_xl.workbook import layout
from permu_xl.workbook.reading import read_book
from permu_xl.xlsx.files import backup_path
from tests.hosts.desk.support import DeskClient, text_of
from tests.tasks.made import by_command_line, copied, evaluated_book
from tests.tasks.test_yearly import returned
from tests.workbook.districts import filled, firm, spread_firms


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return evaluated_book(tmp_path_factory.mktemp("desk"), 12)


@pytest.fixture(scope="module")
def notice(book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A notice that came back: 企业00001 says that its output is 8260."""
    return returned(book, tmp_path_factory.mktemp("returned") / "退回.docx")


def test_data_are_published_before_the_evaluation(tmp_path: Path) -> None:
    path = tmp_path / "某区.xlsx"
    filled(path, spread_firms(12), spread_firms(12, seed=2))
    client = DeskClient()
    session = client.open(path)
    page = client.page(session, "step/publish_data")
    assert page.count('name="item"') == page.count(" checked>") == len(session.scheme.columns)
    assert client.post(f"/b/{session.id}/step/publish_data").status_code == 409
    page = client.do(session, "publish_data", item=["用地面积", "总产值"], no_codes="on")
    assert "没有得分和分类" in text_of(page)
    other = tmp_path / "命令行.xlsx"
    by_command_line(
        "publish", path, "--data", "--no-codes", "--items", "用地面积,总产值", "-o", other
    )
    made, said = (
        [[cell.value for cell in row] for row in openpyxl.load_workbook(each).active.iter_rows()]
        for each in (tmp_path / "某区-数据公示.xlsx", other)
    )
    assert made == said
    (standing,) = [s for s in year.standings(session) if s.step.key == "publish_data"]
    assert (standing.state, standing.file) == ("done", tmp_path / "某区-数据公示.xlsx")


def test_data_with_errors_are_not_published_in_words_of_the_desk(tmp_path: Path) -> None:
    path = tmp_path / "某区.xlsx"
    firms = [firm(k) for k in range(12)]
    firms[3]["tax"] = "一百"
    filled(path, firms, firms)
    client = DeskClient()
    session = client.open(path)
    page = text_of(client.do(session, "publish_data", item=["用地面积"]))
    assert "没有生成；请在“核查”里查看并改正后再试" in page
    assert not (tmp_path / "某区-数据公示.xlsx").exists()


def test_a_returned_notice_goes_onto_the_register_and_back(
    book: Path, notice: Path, tmp_path: Path
) -> None:
    client = DeskClient()
    session = client.open(copied(book, tmp_path))
    before = session.path.read_bytes()
    shutil.copyfile(notice, session.path.with_name("退回.docx"))
    page = client.page(session, "step/register")
    assert "退回.docx" in page
    assert "异议台账（" not in page
    name = client.workspace.paths.name(session.path.with_name("退回.docx"))
    client.post(f"/b/{session.id}/choose/returned", {"file": name})
    page = text_of(client.do(session, "register", received="2023-07-10"))
    assert "读了1份确认单，登记异议1条（1户）" in page
    assert "异议台账（1条）" in page
    assert "没有办结" in page
    (entry,) = read_book(session.path).registered
    assert (entry.name, entry.item, entry.claimed) == ("企业00001", "总产值", "8260")
    assert entry.received == dt.date(2023, 7, 10)
    (standing,) = [s for s in year.standings(session) if s.step.key == "register"]
    assert (standing.state, standing.why) == ("done", "“异议台账”有1条，1条没有办结")
    # Once more: nothing is entered twice.
    client.post(f"/b/{session.id}/choose/returned", {"file": name})
    page = text_of(client.do(session, "register", received="2023-07-11"))
    assert "登记异议0条，原已登记的1条没有重复登记" in page
    assert len(read_book(session.path).registered) == 1
    shutil.copyfile(backup_path(session.path), session.path)
    client.page(session)
    assert len(read_book(session.path).registered) == 1
    session.path.write_bytes(before)
    assert "可以做" in client.page(session, "step/register")


def test_a_notice_can_be_handed_over_by_the_browser(
    book: Path, notice: Path, tmp_path: Path
) -> None:
    client = DeskClient()
    session = client.open(copied(book, tmp_path))
    client.page(session)
    address = f"/b/{session.id}/choose/returned/upload"
    wrong = client.post(address, {"upload": (io.BytesIO(b""), "退回.pdf")})
    assert "退回.pdf 不是这里能读的文件（.docx、.docm）" in text_of(wrong.get_data(as_text=True))
    content = io.BytesIO(notice.read_bytes())
    assert client.post(address, {"upload": (content, "退回.docx")}).status_code == 303
    kept = session.path.with_name("某区-退回的确认单") / "退回.docx"
    assert session.chosen["returned"] == [kept]
    client.do(session, "register", received="2023-07-10")
    assert len(read_book(session.path).registered) == 1
    # What was written is undone by one click.
    client.post(f"/b/{session.id}/take-back")
    assert session.path.read_bytes() == book.read_bytes()


def test_a_registration_needs_a_day_and_notices(book: Path, tmp_path: Path) -> None:
    client = DeskClient()
    session = client.open(copied(book, tmp_path))
    client.page(session)
    answer = client.post(f"/b/{session.id}/step/register", {"received": "昨天"})
    assert "请填收到日期" in text_of(answer.get_data(as_text=True))
    page = text_of(client.do(session, "register", received="2023-07-10"))
    assert "请先选企业退回的确认单" in page


def test_what_differs_is_told_in_words_of_the_desk(book: Path, tmp_path: Path) -> None:
    client = DeskClient()
    session = client.open(copied(book, tmp_path))
    sheets = openpyxl.load_workbook(session.path)
    sheets[layout.DATA].cell(layout.FIRST_ROW, 3).value = "改了名的厂"
    sheets.save(session.path)
    page = text_of(client.do(session, "publish", confirmed="no"))
    assert "没有生成：" in page
    assert "重新做“评价”这一步" in page
    page = text_of(client.do(session, "verify"))
    assert "整区重算" not in page
    # The page lists what differs by itself, and sends nobody to the command line.
    assert "命令行" not in page
    assert "企业名称" in page
