"""The desk in a real browser: by mouse, by keyboard, and when something goes wrong."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from permu_xl.hosts.desk.serving.server import Running
from permu_xl.intake import TAX, build_departments
from permu_xl.reports.city import read_decisions
from permu_xl.workbook import layout, run
from permu_xl.workbook.example import build_last_year
from permu_xl.workbook.look import save_workbook
from permu_xl.workbook.reading import read_book
from tests.tasks.made import copied, evaluated_book
from tests.workbook.districts import filled, firm, spread_firms

Visit = Callable[..., Any]
PAGES = (
    "",
    "step/import",
    "step/check",
    "step/publish_data",
    "step/evaluate",
    "step/notices",
    "step/register",
    "step/compare",
    "step/sensitivity",
    "step/publish",
    "step/city",
    "step/apply",
    "step/verify",
)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return evaluated_book(tmp_path_factory.mktemp("desk"), 12)


def go(page: Any, step: str) -> None:
    """Click a step of the year."""
    page.locator(f"nav.year a[href$='step/{step}']").click()
    page.wait_for_url(f"**/step/{step}")


def follow(page: Any, link: Any) -> None:
    """Click what leads to a page and wait for it.

    The next click could meet the page before, on a busy machine, and what was begun with this one
    would be given up.
    """
    with page.expect_navigation():
        link.click()


def press(page: Any, name: str) -> None:
    """Click a button that leads to a page."""
    follow(page, page.get_by_role("button", name=name, exact=True))


def press_here(page: Any, name: str) -> None:
    """Click a button that changes something on the page."""
    page.get_by_role("button", name=name, exact=True).click()


def told(page: Any, text: str) -> None:
    """Wait until the result says something; where it does not, tell what the page says instead."""
    from playwright.sync_api import TimeoutError

    try:
        page.locator(".message", has_text=text).first.wait_for()
    except TimeoutError as error:
        raise AssertionError(f"{text}: {page.url}\n{page.inner_text('main')}") from error


def start_of_the_year(folder: Path) -> Path:
    """Write the departments' tables and last year's workbook, as they come; return the workbook."""
    (folder / "部门").mkdir()
    build_departments(folder / "部门")
    last = folder / "示例区2021.xlsx"
    save_workbook(build_last_year(), last)
    run(last, last)
    return last


def import_tables(page: Any, folder: Path, last: Path) -> None:
    """Make a workbook and import the tables; typed are only the year and the district."""
    follow(page, page.get_by_role("link", name=folder.name, exact=True))
    page.get_by_label("地区").fill("示例区")
    page.get_by_label("评价年度").fill("2022")
    press(page, "新建，接着导入部门的表")
    page.wait_for_url("**/step/import")
    page.get_by_label(last.name).check()
    press(page, "加入勾选的")
    follow(page, page.get_by_role("link", name="部门", exact=True))
    press_here(page, "全部勾选")
    press(page, "加入勾选的")
    press(page, "先看读懂了什么")
    told(page, "还没有写入")
    # The tables disagree about one firm: the question is answered as the page says.
    asked = page.locator(".choice.asked")
    assert "几张表不一致时" in asked.inner_text()
    asked.get_by_label(TAX).check()
    press(page, "导入工作簿")
    told(page, "已写入")


STEPS = (
    ("publish_data", "生成数据公示", "没有得分和分类"),
    ("evaluate", "开始评价", "已完成：参评109户"),
    ("notices", "生成确认单", "118户企业的确认单"),
    ("compare", "比较", "已生成"),
    ("sensitivity", "开始", "已生成"),
    ("publish", "生成公示和上报表", "已生成"),
    ("city", "汇总", "汇入1个地区"),
)
"""Steps that are one click: their button, and what is told."""
MADE = {
    "示例区2022.xlsx",
    "示例区2022.bak.xlsx",
    "示例区2022-数据公示.xlsx",
    "示例区2022-一企一单",
    "示例区2022-变动.xlsx",
    "示例区2022-敏感性.xlsx",
    "示例区2022-上报.xlsx",
    "全市2022.xlsx",
}


def test_the_whole_year_with_a_mouse(visit: Visit, served: Running, tmp_path: Path) -> None:
    """From the departments' tables to proven results."""
    last = start_of_the_year(tmp_path)
    served.workspace.places.append(tmp_path)
    page = visit()
    import_tables(page, tmp_path, last)
    follow(page, page.get_by_role("link", name="下一步：核查"))
    page.get_by_text("没有错误，可以评价").wait_for()
    for step, button, text in STEPS:
        go(page, step)
        press(page, button)
        told(page, text)
    follow(page, page.get_by_role("link", name="去填市级意见"))
    press_here(page, "没有定的都按区级分类")
    page.locator("select").last.select_option("B")
    press(page, "存下意见并写回各区")
    told(page, "新写入11户")
    go(page, "verify")
    press(page, "核对")
    told(page, "核对一致")
    path = tmp_path / "示例区2022.xlsx"
    decided = [each.letter for each in read_decisions(tmp_path / "全市2022.xlsx")[0]]
    assert decided == ["C"] * 10 + ["B"]
    written = read_book(path).adjustments
    assert [each.letter for each in written.adjustments] == decided
    names = {each.name for each in tmp_path.iterdir()}
    assert names >= MADE
    # Nothing is left over of copies and locks.
    assert not [name for name in names if name.startswith((".", "permu"))]
    press(page, "撤回上一次写入")
    told(page, "已撤回")
    assert read_book(path).adjustments.adjustments == ()


def focus_on(page: Any, what: str) -> None:
    """Press Tab until what has the focus says something."""
    for _ in range(60):
        page.keyboard.press("Tab")
        said = page.evaluate(
            "(document.activeElement.innerText || document.activeElement.value || '').trim()"
        )
        if said.startswith(what):
            shown = page.evaluate(
                "getComputedStyle(document.activeElement).outlineStyle !== 'none'"
            )
            assert shown, f"nobody sees that {what} has the focus"
            return
    raise AssertionError(f"Tab does not lead to {what}")


def test_by_keyboard_alone(visit: Visit, book: Path, tmp_path: Path) -> None:
    page = visit(copied(book, tmp_path))
    focus_on(page, "跳到正文")
    focus_on(page, "评价")
    page.keyboard.press("Enter")
    page.wait_for_url("**/step/evaluate")
    focus_on(page, "重新评价")
    page.keyboard.press("Enter")
    told(page, "已完成：参评12户")
    focus_on(page, "公示上报")
    page.keyboard.press("Enter")
    page.wait_for_url("**/step/publish")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "confirmed":
            break
    page.keyboard.press("ArrowDown")
    assert page.get_by_label("已经确认").is_checked()
    page.keyboard.press("Enter")
    told(page, "已生成")
    public = openpyxl.load_workbook(tmp_path / "甲" / "某区-上报.xlsx")["公示"]
    assert "初步" not in str([cell.value for row in public.iter_rows() for cell in row])


def test_a_second_page_is_told_and_a_closed_one_forgotten(
    visit: Visit, served: Running, book: Path, tmp_path: Path
) -> None:
    first = visit(copied(book, tmp_path))
    assert first.get_by_text("另外1个页面").count() == 0
    second = first.context.new_page()
    with second.expect_response("**/here"):
        second.goto(first.url)
    second.get_by_text("另外1个页面").wait_for()
    second.goto("about:blank")
    with first.expect_response("**/here"):
        first.reload()
    assert first.get_by_text("另外1个页面").count() == 0


def test_a_locked_file_waits_to_be_closed(visit: Visit, book: Path, tmp_path: Path) -> None:
    path = copied(book, tmp_path)
    mark = path.with_name(f".~{path.name}")
    mark.write_bytes(b"")
    before = path.read_bytes()
    page = visit(path)
    page.get_by_text("上次存盘的内容").wait_for()
    go(page, "evaluate")
    told(page, "请先存盘并关闭它（WPS）")
    follow(page, page.locator(".message").get_by_role("link", name="重试"))
    told(page, "请先存盘并关闭它（WPS）")
    assert path.read_bytes() == before
    mark.unlink()
    follow(page, page.locator(".message").get_by_role("link", name="重试"))
    press(page, "重新评价")
    told(page, "已完成")


def test_a_broken_file_is_told_and_can_be_tried_again(
    visit: Visit, book: Path, tmp_path: Path
) -> None:
    path = copied(book, tmp_path)
    good = path.read_bytes()
    path.write_bytes(good[: len(good) // 2])
    page = visit(path)
    told(page, "不完整或已损坏")
    path.write_bytes(good)
    follow(page, page.get_by_role("link", name="重试"))
    page.get_by_role("heading", name=re.compile("某区")).first.wait_for()


def test_names_from_workbooks_do_nothing(visit: Visit, tmp_path: Path) -> None:
    """A dialog, an error or a request to elsewhere would be a complaint of the browser."""
    nasty = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'>"
    path = tmp_path / "名'字.xlsx"
    firms = [firm(k, name=f"{nasty}{k}", remark=nasty) for k in range(12)]
    filled(path, firms, firms)
    sheets = openpyxl.load_workbook(path)
    sheets[layout.PARAMETERS]["B4"] = nasty
    sheets.save(path)
    page = visit(path)
    assert nasty in page.locator(".side-name").inner_text()
    go(page, "evaluate")
    press(page, "开始评价")
    told(page, "已完成")
    for address in PAGES:
        page.goto(re.sub(r"/b/([^/]+)/.*", rf"/b/\1/{address}", page.url))
    assert page.evaluate("document.querySelectorAll('img[src=x]').length") == 0


def test_a_desk_that_is_killed_harms_nothing(browser: Any, book: Path, tmp_path: Path) -> None:
    path = copied(book, tmp_path)
    before = path.read_bytes()
    words = [sys.executable, "-m", "permu_xl", "desk", str(path), "--no-browser"]
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path)}
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment) as desk:
        assert desk.stdout is not None
        address = desk.stdout.readline().partition("：")[2].strip()
        context = browser.new_context()
        page = context.new_page()
        page.goto(address)
        page.wait_for_url("**/b/**")
        go(page, "sensitivity")
        press(page, "开始")
        page.wait_for_url("**/step/sensitivity#result")
        desk.kill()
        desk.wait(10)
        page.evaluate("dispatchEvent(new Event('focus'))")
        page.locator("#lost").wait_for(state="visible")
        assert "已经退出" in page.locator("#lost").inner_text()
        context.close()
    assert path.read_bytes() == before
    # The next desk opens it as if nothing had happened.
    assert run(path, path).evaluation is not None


@pytest.mark.parametrize("zoom", [1.0, 1.25, 1.5])
def test_pages_fit_and_are_accessible(
    visit: Visit, book: Path, tmp_path: Path, zoom: float
) -> None:
    """Axe finds no breach of WCAG 2.1 AA, and no page has to be moved sideways when enlarged."""
    from axe_playwright_python.sync_playwright import Axe

    window = {"width": round(1366 / zoom), "height": round(768 / zoom)}
    page = visit(copied(book, tmp_path), viewport=window)
    base = page.url
    addresses = PAGES if zoom == 1.0 else ("", "step/import", "step/register", "step/apply")
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
    for address in (*(base + each for each in addresses), base.partition("/b/")[0] + "/"):
        page.goto(address)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, address
        found = Axe().run(page, options=rules)
        assert found.violations_count == 0, found.generate_report()


def test_two_thousand_firms(visit: Visit, tmp_path: Path) -> None:
    """How fast that is, ``benchmarks/desk.py`` measures."""
    path = tmp_path / "大区.xlsx"
    filled(path, spread_firms(2000), spread_firms(2000, seed=2))
    page = visit(path)
    assert "2000" in page.locator(".tiles").inner_text()
    go(page, "check")
    assert page.locator("tbody tr").count() <= 300
