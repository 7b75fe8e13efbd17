"""Desks that answer, and pages on them in the browser."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from permu_xl.hosts.desk.opened.workspace import Workspace
from permu_xl.hosts.desk.serving.server import Running, running
from permu_xl.workbook import layout, run
from tests.tasks.made import evaluated_book
from tests.workbook.districts import filled, spread_firms

_WAIT_MILLISECONDS = 180_000


@pytest.fixture(scope="session")
def served() -> Iterator[Running]:
    """A desk that answers, shared by the tests."""
    with running(Workspace()) as desk:
        yield desk


@pytest.fixture
def visit(browser: Any, served: Running) -> Iterator[Callable[..., Any]]:
    """What opens a page on a workbook, or on nothing; whatever the browser complains of fails."""
    complaints: list[str] = []
    with contextlib.ExitStack() as stack:

        def page(path: Path | None = None, desk: Running = served, **settings: Any) -> Any:
            context = browser.new_context(**{"viewport": WINDOW, "locale": "zh-CN", **settings})
            stack.callback(context.close)
            made = context.new_page()
            made.set_default_timeout(_WAIT_MILLISECONDS)
            made.on("pageerror", lambda error: complaints.append(str(error)))
            made.on("dialog", lambda dialog: complaints.append(dialog.message))
            made.on(
                "console",
                lambda said: complaints.append(said.text) if said.type == "error" else None,
            )
            made.goto(desk.address())
            made.wait_for_url(f"{desk.keys.origin}/")
            if path is not None:
                session = desk.workspace.open(path)
                assert session.begin_reading(60)
                made.goto(f"{desk.keys.origin}/b/{session.id}/")
            return made

        page.complaints = complaints  # type: ignore[attr-defined]
        yield page
    assert complaints == []


WINDOW = {"width": 1366, "height": 768}
"""The screen of an office computer."""


@pytest.fixture
def districts(tmp_path: Path) -> list[Path]:
    """Two evaluated districts of twenty firms each, no code in both."""
    paths = []
    for number, district in enumerate(("甲区", "乙区")):
        path = tmp_path / f"{district}.xlsx"
        filled(path, spread_firms(20, seed=number), spread_firms(20, seed=number + 5))
        sheets = openpyxl.load_workbook(path)
        sheets[layout.PARAMETERS]["B4"] = district
        sheet = sheets[layout.DATA]
        for row in range(layout.FIRST_ROW, layout.FIRST_ROW + 20):
            sheet.cell(row, 2).value = f"91{number}{str(sheet.cell(row, 2).value)[3:]}"
        sheets.save(path)
        assert run(path, path).evaluation is not None
        paths.append(path)
    return paths


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An evaluated district of 120 firms."""
    return evaluated_book(tmp_path_factory.mktemp("large"), 120)
