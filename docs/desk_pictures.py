"""Take the pictures of the desk for README and manual, in Chromium (run by ``make pictures``).

The example district's year begins as a clerk begins it: by mouse, from the departments' tables.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from permu_xl.hosts.desk.opened.workspace import Workspace
from permu_xl.hosts.desk.serving.server import running
from permu_xl.intake import build_departments
from permu_xl.workbook import run
from permu_xl.workbook.example import build_last_year
from permu_xl.workbook.look import save_workbook

TARGET = Path(__file__).resolve().parent / "pictures"
WINDOW = {"width": 1280, "height": 800}
FIRM = "示例岚浦数控机床有限公司"
FOLDER = Path(tempfile.gettempdir()) / "亩均评价"
"""Its name is to be seen in the pictures."""


def main() -> None:
    """Go through the first steps of the year and take a picture of each."""
    FOLDER.mkdir()
    os.environ["HOME"] = str(FOLDER)
    try:
        last = FOLDER / "示例区2021.xlsx"
        save_workbook(build_last_year(), last)
        run(last, last)
        (FOLDER / "部门").mkdir()
        build_departments(FOLDER / "部门")
        with running(Workspace()) as desk, sync_playwright() as playwright:
            place = shutil.which("chromium") or shutil.which("google-chrome")
            browser = playwright.chromium.launch(executable_path=place, args=["--no-sandbox"])
            page = browser.new_page(viewport=WINDOW, locale="zh-CN")
            page.set_default_timeout(120_000)
            page.goto(desk.address())
            walk(page, last.name)
            see(page)
            browser.close()
    finally:
        shutil.rmtree(FOLDER)


def take(page: Any, name: str) -> None:
    """Take a picture of what is to be seen."""
    page.screenshot(path=TARGET / name)
    print(f"{name}: {page.title()}")


def look(page: Any, title: str) -> None:
    """Open a page from the list on the left."""
    page.locator("nav.views").get_by_role("link", name=title, exact=True).click()
    page.get_by_role("heading", level=1).wait_for()


def walk(page: Any, last: str) -> None:
    """Import, check and evaluate by mouse."""

    def press(name: str) -> None:
        page.get_by_role("button", name=name, exact=True).click()

    page.get_by_label("地区").fill("示例区")
    page.get_by_label("评价年度").fill("2022")
    take(page, "desk_open.png")
    press("新建，接着导入部门的表")
    page.get_by_label(last).check()
    press("加入勾选的")
    page.get_by_role("link", name="部门", exact=True).click()
    press("全部勾选")
    press("加入勾选的")
    press("先看读懂了什么")
    page.get_by_text("还没有写入").wait_for()
    page.locator(".choice.asked").evaluate("each => each.scrollIntoView()")
    page.wait_for_timeout(300)
    take(page, "desk_import.png")
    page.locator(".choice.asked").get_by_label("税务局.xlsx").check()
    press("导入工作簿")
    page.get_by_role("link", name="下一步：核查").click()
    page.get_by_text("没有错误，可以评价").wait_for()
    take(page, "desk_check.png")
    page.locator("nav.year a[href$='step/evaluate']").click()
    press("开始评价")
    page.get_by_text("已完成：").wait_for()
    page.get_by_role("link", name="概览").click()
    page.get_by_text("下一步：确认单").wait_for()
    take(page, "desk.png")


def see(page: Any) -> None:
    """Look at the district, at a firm, and at what other figures would do."""
    look(page, "图表")
    page.locator("#scatter").evaluate("each => each.scrollIntoView()")
    page.locator("svg[data-points] a").nth(40).hover()
    take(page, "desk_picture.png")
    look(page, "企业")
    page.get_by_role("link", name=FIRM).click()
    page.get_by_text("最强的一项").wait_for()
    take(page, "desk_firm.png")
    page.get_by_role("link", name="试算：改一改数据会怎样").click()
    page.get_by_label("实缴税收").fill("900")
    page.get_by_label("研发经费").fill("400")
    page.locator("#outcome .write").wait_for()
    take(page, "desk_trial.png")


if __name__ == "__main__":
    main()
