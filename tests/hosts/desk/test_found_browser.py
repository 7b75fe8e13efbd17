"""What was found, in a real browser: live figures, tables, points, the keyboard, accessibility."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.hosts.desk.known import known_book

Visit = Callable[..., Any]


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return known_book(tmp_path_factory.mktemp("known"))


def look(page: Any, title: str) -> None:
    """Click a page in the list on the left."""
    page.locator("nav.views").get_by_role("link", name=title, exact=True).click()
    page.get_by_role("heading", level=1).wait_for()


def open_firm(page: Any, name: str) -> None:
    look(page, "企业")
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("heading", level=1, name=name).wait_for()


def test_figures_are_tried_while_they_are_typed(visit: Visit, known: Path) -> None:
    page = visit(known)
    before = known.read_bytes()
    open_firm(page, "企业00001")
    page.get_by_role("link", name="试算：改一改数据会怎样").click()
    page.get_by_label("实缴税收").fill("90")
    page.get_by_text("91.00 → 95.50").first.wait_for()
    assert "分类变了" in page.locator("#outcome").inner_text()
    page.get_by_label("实缴税收").fill("十")
    page.get_by_text("不是数字").wait_for()
    page.get_by_role("button", name="全部照现有").click()
    page.locator("#outcome").get_by_text("最终分类").wait_for()
    page.get_by_role("button", name="要到多少").click()
    page.get_by_text("83.34 万元").wait_for()
    assert known.read_bytes() == before


def test_what_is_tried_is_written_with_two_clicks_and_taken_back(
    visit: Visit, tmp_path: Path
) -> None:
    path = known_book(tmp_path)
    before = path.read_bytes()
    page = visit(path)
    open_firm(page, "企业00001")
    page.get_by_role("link", name="试算：改一改数据会怎样").click()
    page.get_by_label("实缴税收").fill("90")
    page.get_by_role("button", name="写进工作簿").click()
    page.get_by_text("已写入“原始数据”").wait_for()
    assert path.read_bytes() != before
    page.get_by_role("button", name="撤回上一次写入").click()
    page.get_by_text("已撤回").wait_for()
    assert path.read_bytes() == before


def test_a_table_is_searched_and_sorted_in_the_page(visit: Visit, large: Path) -> None:
    page = visit(large)
    look(page, "企业")
    body = page.locator("#firms-rows tbody")
    page.get_by_role("button", name="总分", exact=True).click()
    page.locator("th[aria-sort='descending']").wait_for()
    first = float(body.locator("tr").first.locator("td").nth(2).inner_text())
    assert first == max(float(x) for x in body.locator("tr td:nth-child(3)").all_inner_texts())
    # The button that was pressed is a new one, and still where the keyboard is.
    assert page.evaluate("document.activeElement.id") == "firms-sort-3"
    page.get_by_role("searchbox").fill("企业0011")
    page.get_by_text("符合条件的10行（共120行）").wait_for()
    page.get_by_role("button", name="总分", exact=True).click()
    page.locator("th[aria-sort='ascending']").wait_for()
    # Gone and come back, the search still holds.
    body.get_by_role("link").first.click()
    page.get_by_role("heading", name="怎样算出来的").wait_for()
    page.go_back()
    page.reload()
    assert page.get_by_role("searchbox").input_value() == "企业0011"
    assert "企业" not in page.url


def test_points_lead_to_firms_by_mouse_and_by_keyboard(visit: Visit, known: Path) -> None:
    page = visit(known)
    look(page, "图表")
    points = page.locator("svg[data-points] a")
    assert points.count() == 10
    points.nth(0).focus()
    told = page.locator("[data-told]")
    assert "企业00001" in told.inner_text()
    page.keyboard.press("ArrowRight")
    assert "企业00005" in told.inner_text()
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="企业00005").wait_for()
    look(page, "图表")
    page.locator("svg[data-points] a[aria-label^='企业00004']").click()
    page.get_by_role("heading", level=1, name="企业00004").wait_for()
    look(page, "图表")
    page.get_by_role("link", name="A类：2户").click()
    page.get_by_text("符合条件的2行（共10行）").wait_for()


def test_findings_are_filtered_and_lead_to_the_firm(visit: Visit, tmp_path: Path) -> None:
    page = visit(known_book(tmp_path, {4: {"rd": 5000.0}}))
    look(page, "问题")
    page.get_by_label("提示").uncheck()
    page.get_by_role("searchbox").fill("企业00004")
    page.get_by_text("研发经费高于主营业务收入").wait_for()
    page.locator("#finding-groups").get_by_role("link", name="企业00004").first.click()
    page.get_by_role("heading", name="这户企业的问题").wait_for()


@pytest.mark.parametrize("zoom", [1.0, 1.5])
def test_the_pages_fit_and_are_accessible(visit: Visit, known: Path, zoom: float) -> None:
    """Axe finds no breach of WCAG 2.1 AA, and no page has to be moved sideways when enlarged."""
    from axe_playwright_python.sync_playwright import Axe

    page = visit(known, viewport={"width": round(1366 / zoom), "height": round(768 / zoom)})
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}

    def check(where: str) -> None:
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, where
        found = Axe().run(page, options=rules)
        assert found.violations_count == 0, where + found.generate_report()

    for title in ("问题", "企业", "图表"):
        look(page, title)
        check(title)
    open_firm(page, "企业00001")
    check("firm")
    page.get_by_role("link", name="试算：改一改数据会怎样").click()
    page.get_by_label("实缴税收").fill("90")
    page.get_by_text("91.00 → 95.50").first.wait_for()
    check("trial")
