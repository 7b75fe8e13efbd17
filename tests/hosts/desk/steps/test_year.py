"""The steps of the year on the page, by forms, without a browser."""

from __future__ import annotations

import datetime as dt
import re
import threading
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from permu_xl.hosts.desk.opened.session import Result, Session
from permu_xl.hosts.desk.steps import jobs, year
from permu_xl.intake import TAX, build_departments
from permu_xl.workbook import layout, run
from permu_xl.workbook.example import build_last_year
from permu_xl.workbook.look import save_workbook
from permu_xl.workbook.reading import read_book
from permu_xl.xlsx.files import backup_path
from tests.hosts.desk.support import DeskClient, text_of
from tests.tasks.made import cells, copied, evaluated_book, hide_office
from tests.workbook.districts import filled, firm, spread_firms


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return evaluated_book(tmp_path_factory.mktemp("desk"), 12)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the departments' tables of the example, and its workbook of last year."""
    folder = tmp_path_factory.mktemp("tables")
    (folder / "部门").mkdir()
    build_departments(folder / "部门")
    save_workbook(build_last_year(), folder / "示例区2021.xlsx")
    run(folder / "示例区2021.xlsx", folder / "示例区2021.xlsx")
    return folder


def named(client: DeskClient, path: Path) -> str:
    return client.workspace.paths.name(path)


def test_a_new_workbook_goes_from_tables_to_an_evaluation(tables: Path, tmp_path: Path) -> None:
    client = DeskClient()
    form = {"dir": named(client, tmp_path), "district": "示例区", "year": "2022"}
    answer = client.post("/new", {**form, "scheme": "shenyang_2021"})
    assert answer.status_code == 303
    (session,) = client.workspace.sessions.values()
    assert session.path == tmp_path / "示例区2022.xlsx"
    assert "导入" in client.page(session, "step/import")
    files = [*sorted((tables / "部门").iterdir()), tables / "示例区2021.xlsx"]
    form_files = {"file": [named(client, path) for path in files]}
    client.post(f"/b/{session.id}/choose/tables", form_files)
    # Last year's workbook goes where it belongs.
    assert session.chosen["last_year"] == [tables / "示例区2021.xlsx"]
    before = session.path.read_bytes()
    page = text_of(client.do(session, "import", action="preview"))
    assert session.path.read_bytes() == before
    assert "还没有写入 示例区2022.xlsx。读懂了4张表，118户企业（新增118户）" in page
    # Columns with units, and what was not used.
    assert "综合能源／消费量（千克标准煤）" in page or "综合能源" in page
    assert "［千克标准煤］" in page
    assert "上年同期" in page
    # Tables disagree: the question is pointed out, and answered.
    assert "E641" in page
    assert page.count("问题清单里有") == 1
    tax = next(path for path in files if path.name == TAX)
    page = text_of(client.do(session, "import", action="import", prefer=named(client, tax)))
    assert "已写入" in page
    assert "E641" not in page
    assert "W640" in page
    assert session.outcome.book.current.roster.size == 118
    page = text_of(client.do(session, "evaluate"))
    assert "已完成：参评109户" in page
    assert read_book(session.path).runs.entries


def test_an_evaluation_is_the_one_of_the_command_line(book: Path, tmp_path: Path) -> None:
    client = DeskClient()
    session = client.open(copied(book, tmp_path))
    client.do(session, "evaluate")
    assert {k: v for k, v in cells(session.path).items() if k != layout.RUNS} == {
        k: v for k, v in cells(book).items() if k != layout.RUNS
    }


def test_taking_back_goes_and_comes(book: Path, tmp_path: Path) -> None:
    client = DeskClient()
    path = tmp_path / "某区.xlsx"
    filled(path, spread_firms(12), spread_firms(12, seed=2))
    session = client.open(path)
    before = path.read_bytes()
    assert client.post(f"/b/{session.id}/take-back").status_code == 409
    client.do(session, "evaluate")
    after = path.read_bytes()
    assert client.post(f"/b/{session.id}/take-back").status_code == 303
    assert path.read_bytes() == before
    assert "已撤回" in client.page(session, "step/evaluate")
    client.post(f"/b/{session.id}/take-back")
    assert path.read_bytes() == after
    assert backup_path(path).read_bytes() == before


def test_reports_are_made_beside(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hide_office(monkeypatch)
    client = DeskClient()
    session = client.open(copied(book, tmp_path))
    page = client.do(session, "notices", until="2023年7月20日", where="工信局")
    folder = session.path.with_name("某区-一企一单")
    assert len(list(folder.glob("*.docx"))) == 12
    assert "12户企业的确认单" in text_of(page)
    # Both lines are filled in, so that nobody has to be told of them.
    assert "留了横线" not in page
    assert "留了横线" in client.do(session, "notices")
    assert "核对一致" in text_of(client.do(session, "verify"))
    page = client.do(session, "publish", confirmed="no", totals="on")
    assert "初步名单" in text_of(page)
    public = openpyxl.load_workbook(session.path.with_name("某区-上报.xlsx"))["公示"]
    shown = [cell.value for row in public.iter_rows(max_row=6) for cell in row]
    assert "总分" in shown
    client.do(session, "sensitivity")
    assert session.path.with_name("某区-敏感性.xlsx").is_file()
    states = {each.step.key: each.state for each in year.standings(session)}
    assert {k for k, v in states.items() if v == "done"} >= {
        "import",
        "check",
        "evaluate",
        "notices",
        "publish",
        "sensitivity",
        "verify",
    }


def test_a_comparison_needs_an_earlier_one(book: Path, tmp_path: Path) -> None:
    client = DeskClient()
    session = client.open(copied(book, tmp_path))
    client.page(session)
    assert client.post(f"/b/{session.id}/step/compare").status_code == 409
    earlier = session.path.with_name("更正前.xlsx")
    firms = spread_firms(12)
    firms[0]["tax"] += 500
    filled(earlier, firms, spread_firms(12, seed=2))
    page = client.do(session, "compare", earlier=named(client, earlier))
    assert "已生成" in text_of(page)
    assert session.results["compare"].found.classes is not None
    assert session.path.with_name("某区-变动.xlsx").is_file()


def test_the_city_decides_on_the_page(tmp_path: Path, districts: list[Path]) -> None:
    client = DeskClient()
    session = client.open(districts[0])
    client.page(session, "step/city")
    # Only districts can be added, not what was made of one, nor another kind of workbook.
    tmp_path.joinpath("甲区-敏感性.xlsx").write_bytes(districts[0].read_bytes())
    openpyxl.Workbook().save(tmp_path / "通讯录.xlsx")
    shown = re.findall(r'name="file"[^>]*> (.*?)</label>', client.page(session, "step/city"))
    assert shown == ["乙区.xlsx"]
    client.post(f"/b/{session.id}/choose/districts", {"file": named(client, districts[1])})
    page = text_of(client.do(session, "city", growth="5.2"))
    assert "汇入2个地区" in page
    # The last 10 % of 20 firms in each of two districts: four firms on the list.
    page = client.page(session, "step/apply")
    assert len(re.findall(r'name="letter-\d+"', page)) == 4
    decided = {"letter-0": "D", "letter-1": "C", "letter-2": "", "letter-3": "B"}
    reasons = {"reason-0": "不符合产业政策", "reason-3": "整改已验收"}
    page = text_of(
        client.do(session, "apply", action="save", **decided, **reasons, document="纪要1号")
    )
    assert "改了3户的市级意见；还没有写回各区" in page
    assert read_book(districts[0]).adjustments.adjustments == ()
    kept = [d.letter for d in session.options["decisions"]]
    assert kept == ["D", "C", "", "B"]
    client.page(session, "step/apply")
    page = text_of(
        client.do(session, "apply", action="apply", again="on", document="纪要1号", **decided)
    )
    assert "甲区（甲区.xlsx）：新写入2户" in page
    assert "乙区（乙区.xlsx）：新写入1户" in page
    written = read_book(districts[0]).adjustments.adjustments
    assert sorted(each.letter for each in written) == ["C", "D"]
    assert {each.document for each in written} == {"纪要1号"}
    for path in districts:
        # The backup is the workbook before anything was written back.
        assert read_book(backup_path(path)).adjustments.adjustments == ()


def test_a_list_that_was_changed_elsewhere_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "甲区.xlsx"
    filled(path, spread_firms(20), spread_firms(20, seed=5))
    run(path, path)
    client = DeskClient()
    session = client.open(path)
    client.do(session, "city")
    city = tmp_path / "全市2022.xlsx"
    client.page(session, "step/apply")
    sheets = openpyxl.load_workbook(city)
    sheet = sheets["待确认名单"]
    header = [cell.value for cell in sheet[layout.HEADER_ROW]]
    sheet.cell(layout.FIRST_ROW, header.index("理由") + 1).value = "在别处填的"
    sheets.save(city)
    before = city.read_bytes()
    page = text_of(client.do(session, "apply", action="save", **{"letter-0": "C"}))
    assert "在别处改过，请刷新后再填" in page
    assert city.read_bytes() == before


def test_errors_bar_the_evaluation_and_say_so(tmp_path: Path) -> None:
    path = tmp_path / "某区.xlsx"
    firms = [firm(k) for k in range(12)]
    firms[3]["tax"] = "一百"
    filled(path, firms, [firm(k) for k in range(12)])
    client = DeskClient()
    session = client.open(path)
    page = text_of(client.page(session, "step/check"))
    assert "有错误1条" in page
    page = text_of(client.page(session, "step/evaluate"))
    assert "有错误1条，先改正" in page
    assert "开始评价" not in page
    states = {each.step.key: each for each in year.standings(session)}
    assert states["notices"].state == "blocked"
    assert states["check"].state == "next"


def test_a_broken_file_is_told_with_a_way_on(tmp_path: Path) -> None:
    path = tmp_path / "坏.xlsx"
    path.write_bytes(b"PK\x03\x04 broken")
    client = DeskClient()
    session = client.open(path)
    page = client.page(session)
    assert "不完整或已损坏" in page
    assert "重试" in page
    filled(path, spread_firms(12), spread_firms(12, seed=2))
    assert "12" in text_of(client.page(session))


def test_a_file_that_is_gone_is_told(book: Path, tmp_path: Path) -> None:
    client = DeskClient()
    path = copied(book, tmp_path)
    session = client.open(path)
    client.page(session)
    path.unlink()
    assert "找不到文件" in client.page(session)
    assert client.post("/open", {"path": str(path)}).status_code == 409


def test_a_workbook_that_is_open_elsewhere_is_not_written(book: Path, tmp_path: Path) -> None:
    client = DeskClient()
    session = client.open(copied(book, tmp_path))
    mark = session.path.with_name(f"~${session.path.name}")
    mark.write_bytes(b"")
    before = session.path.read_bytes()
    page = text_of(client.page(session, "step/evaluate"))
    assert "请先存盘并关闭它" in page
    assert "重试" in page
    assert "开始评价" not in page
    # Whoever sends the form all the same is refused by the lock.
    page = text_of(client.do(session, "evaluate"))
    assert "没有改动它" in page
    assert session.path.read_bytes() == before
    mark.unlink()
    assert "重新评价" in client.page(session, "step/evaluate")


def test_a_change_in_the_spreadsheet_program_is_seen(book: Path, tmp_path: Path) -> None:
    client = DeskClient()
    session = client.open(copied(book, tmp_path))
    assert "错误" in client.page(session)
    sheets = openpyxl.load_workbook(session.path)
    sheets[layout.DATA].cell(layout.FIRST_ROW, 3).value = "改了名的厂"
    sheets.save(session.path)
    client.page(session)
    assert str(session.outcome.book.current.roster.names[0]) == "改了名的厂"
    (evaluation,) = [s for s in year.standings(session) if s.step.key == "evaluate"]
    assert evaluation.state in ("stale", "next")
    assert "评价以后改过数据" in evaluation.why


def test_a_form_that_comes_before_the_file_was_read_again_is_not_lost(
    book: Path, tmp_path: Path
) -> None:
    client = DeskClient()
    session = client.open(copied(book, tmp_path))
    client.page(session)
    sheets = openpyxl.load_workbook(session.path)
    sheets[layout.DATA].cell(layout.FIRST_ROW, 3).value = "改了名的厂"
    sheets.save(session.path)
    assert not session.is_read
    assert client.post(f"/b/{session.id}/step/verify").status_code == 303
    assert session.job is not None
    assert session.job.step == "verify"


def test_a_job_asks_can_be_stopped_and_is_alone(book: Path, tmp_path: Path) -> None:
    client = DeskClient()
    session = client.open(copied(book, tmp_path))
    client.page(session)

    def work(desk: jobs.JobDesk) -> Result:
        answer = desk.ask("要不要？", unasked=False)
        return Result(f"答了{answer}")

    job = jobs.start(session, "verify", "核对结果", work, jobs.Given())
    assert job.wait(10)
    page = client.page(session, "step/verify")
    assert "要不要？" in page
    # Nothing else begins meanwhile.
    assert "还没有做完" in client.page(session, "step/sensitivity")
    assert client.post(f"/b/{session.id}/step/sensitivity").status_code == 409
    client.post(f"/b/{session.id}/job/answer", {"job": "another", "answer": "yes"})
    assert job.state == "asking"
    client.post(f"/b/{session.id}/job/answer", {"job": job.id, "answer": "yes"})
    assert "答了True" in client.page(session, "step/verify")

    begun, go = threading.Event(), threading.Event()

    def long(desk: jobs.JobDesk) -> Result:
        with desk.progress(3) as step:
            step("一")
            begun.set()
            go.wait(10)
            step("二")
        return Result("做完了")

    job = jobs.start(session, "verify", "核对结果", long, jobs.Given())
    assert begun.wait(10)
    fragment = client.get(f"/b/{session.id}/job")
    assert "一……" in fragment.get_data(as_text=True)
    assert "HX-Refresh" not in fragment.headers
    job.stop()
    go.set()
    assert job.wait(10)
    assert job.state == "cancelled"
    assert client.get(f"/b/{session.id}/job").headers["HX-Refresh"] == "true"
    assert "已取消" in client.page(session, "step/verify")


def test_a_job_that_ends_while_its_page_is_made_is_asked_for_again(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the page would show neither progress nor result, and wait for nothing."""
    client = DeskClient()
    session = client.open(copied(book, tmp_path))
    client.page(session)
    go = threading.Event()

    def work(desk: jobs.JobDesk) -> Result:
        go.wait(10)
        return Result("做完了")

    def late(about: Session) -> Any:
        go.set()
        assert job.wait(10)
        return year.standings(about)

    job = jobs.start(session, "verify", "核对结果", work, jobs.Given())
    monkeypatch.setattr("permu_xl.hosts.desk.pages.year.standings", late)
    assert f'hx-get="/b/{session.id}/job"' in client.page(session, "step/verify")
    assert client.get(f"/b/{session.id}/job").headers["HX-Refresh"] == "true"
    assert "做完了" in client.page(session, "step/verify")


def test_a_second_page_on_one_workbook_is_told(book: Path, tmp_path: Path) -> None:
    client = DeskClient()
    session = client.open(copied(book, tmp_path))
    first = {"page": "one", "about": session.id}
    second = {"page": "two", "about": session.id}
    elsewhere = {"page": "three", "about": ""}
    assert "另外" not in client.post("/here", first).get_data(as_text=True)
    assert "另外" not in client.post("/here", elsewhere).get_data(as_text=True)
    assert "另外1个页面" in client.post("/here", second).get_data(as_text=True)
    assert client.post("/gone", first).status_code == 204
    assert "另外" not in client.post("/here", second).get_data(as_text=True)


def test_it_ends_when_the_last_page_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    client = DeskClient()
    presence = client.workspace.presence
    now = [presence.last]
    monkeypatch.setattr("permu_xl.hosts.desk.opened.workspace.time.monotonic", lambda: now[0])
    client.post("/here", {"page": "one"})
    now[0] += 3600
    # It may only be asleep.
    assert presence.idle() == 0
    client.post("/gone", {"page": "one"})
    now[0] += 100
    assert presence.idle() == 100
    client.post("/here", {"page": "two"})
    assert presence.idle() == 0
    page = client.post("/quit").get_data(as_text=True)
    assert "已退出" in page
    assert client.workspace.ended.is_set()


def test_a_step_that_is_done_again_after_an_evaluation_is_told(book: Path, tmp_path: Path) -> None:
    client = DeskClient()
    session = client.open(copied(book, tmp_path))
    made = session.path.with_name("某区-上报.xlsx")
    made.write_bytes(b"")
    by_key = {each.step.key: each for each in year.standings(session)}
    assert by_key["publish"].state == "done"
    assert by_key["publish"].file == made
    long_ago = dt.datetime(2000, 1, 1).timestamp()
    import os

    os.utime(made, (long_ago, long_ago))
    by_key = {each.step.key: each for each in year.standings(session)}
    assert by_key["publish"].state in ("stale", "next")
    assert "重新评价以后还没有再做" in by_key["publish"].why


def test_a_long_list_of_decisions_comes_through(book: Path, tmp_path: Path) -> None:
    client = DeskClient()
    session = client.open(copied(book, tmp_path))
    client.page(session)
    form = {f"reason-{number}": "整改已验收" * 5 for number in range(3000)}
    answer = client.post(f"/b/{session.id}/choose/tables", {**form, "file": []})
    assert answer.status_code == 409
    assert "没有勾选文件" in text_of(answer.get_data(as_text=True))
