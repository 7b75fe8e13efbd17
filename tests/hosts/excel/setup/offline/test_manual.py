"""The manual as one page: nothing in it leads elsewhere, and everything within it is found."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from permu_xl.hosts.excel.setup.offline.manual import manual_page
from tests.places import DOCS


@pytest.fixture(scope="module")
def page() -> str:
    return manual_page(DOCS / "使用手册.md")


def test_it_is_the_whole_manual_with_its_pictures(page: str) -> None:
    text = (DOCS / "使用手册.md").read_text(encoding="utf-8")
    assert "<title>使用手册</title>" in page
    assert page.count('src="data:image/png;base64,') == text.count("![")
    assert len(re.findall("<h2", page)) == len(re.findall(r"^## ", text, re.MULTILINE))


def test_it_refers_to_nothing_outside(page: str) -> None:
    assert not re.search(r'(?:src|href)="(?!data:image/|#)', page)
    assert "<script" not in page


def test_every_link_within_it_leads_somewhere(page: str) -> None:
    headings = set(re.findall(r'id="([^"]+)"', page))
    links = {unquote(link) for link in re.findall(r'href="#([^"]+)"', page)}
    assert links
    assert links <= headings


def test_words_of_links_to_other_documents_stay(tmp_path: Path) -> None:
    file = tmp_path / "手册.md"
    file.write_text(
        "# 某 & 册\n\n见[规则](rules.md)和[下面](#二-三)，<b>不是</b>标记。\n\n## 二 三\n\n"
        "| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n",
        encoding="utf-8",
    )
    page = manual_page(file)
    assert "<title>某 &amp; 册</title>" in page
    assert "见规则和" in page
    assert '<h2 id="二-三">' in page
    assert unquote(page).count('href="#二-三"') == 1
    assert "&lt;b&gt;不是&lt;/b&gt;" in page
    assert "<td>2</td>" in page
