"""A real browser for the desk: Chromium, started once; machines without it skip its tests."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from permu_xl.hosts.desk.server import Running, running
from permu_xl.hosts.desk.workspace import Workspace
from tests.conftest import NO_BROWSER, in_ci

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_WAIT_MILLISECONDS = 180_000


def find_browser() -> str:
    """Return where Chromium is; "" where there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None) or ""


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, without a window."""
    place = find_browser()
    if not place:
        reason = f"{NO_BROWSER}: neither chromium nor google-chrome is on the path"
        if in_ci():
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=place, args=list(_FLAGS))
        yield started
        started.close()


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
