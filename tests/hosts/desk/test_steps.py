"""Steps that are commands of the year, on the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hosts.desk.support import DeskClient, text_of
from tests.tasks.made import copied, evaluated_book


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return evaluated_book(tmp_path_factory.mktemp("desk"), 12)


def test_a_command_is_carried_out_and_told(book: Path, tmp_path: Path) -> None:
    client = DeskClient()
    session = client.open(copied(book, tmp_path))
    page = client.do(session, "verify")
    assert "核对一致" in text_of(page)
    page = client.do(session, "sensitivity")
    assert "已生成" in text_of(page)
    assert session.path.with_name("某区-敏感性.xlsx").is_file()
