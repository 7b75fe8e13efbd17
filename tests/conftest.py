"""The LibreOffice fixture, and the rules for machines that lack something and for many processes.

Where LibreOffice, Wine or Chromium is missing, the tests that need it are skipped, and the summary
says so loudly. In CI (``CI=true``) they fail, because a test that CI leaves out would pass for one
that succeeded.
"""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest

from tests.hostile.commands import Commands
from tests.office import Office, find_office

# Doctest collection would import it, and only LibreOffice's own Python can.
collect_ignore = ["office_worker.py", "engines/onlyoffice_worker.py"]

NO_OFFICE = "LibreOffice is missing"
NO_CHAIN = "no COM chain"
NO_ENGINE = "no such program"
NO_BROWSER = "Chromium is missing"
INSTALL = "On Debian, run .ci/system-packages as root."

_BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# Workbooks are many small objects that all stay: the usual 700 have them gone through all the time.
gc.set_threshold(20_000, 20, 20)

# The record of runs then tells the same time for every run, in processes of their own as well.
os.environ.setdefault("SOURCE_DATE_EPOCH", "1640995200")


@pytest.fixture(scope="session", autouse=True)
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Lead all temporary files below pytest's own: what a killed program leaves goes with them."""
    folder = str(tmp_path_factory.mktemp("temporary"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", folder)
        patch.setenv("TMPDIR", folder)
        yield


@pytest.fixture(scope="session")
def office() -> Iterator[Office]:
    """A private LibreOffice, started once for the whole run."""
    with Office() as running:
        yield running


@pytest.fixture(scope="session")
def commands() -> Iterator[Commands]:
    """Commands in processes of their own, with bounds: the first start imports everything."""
    with Commands() as running:
        yield running


def find_browser() -> str:
    """Return where Chromium is; "" where there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None) or ""


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, without a window, started once: a process can drive one browser only."""
    place = find_browser()
    if not place:
        reason = f"{NO_BROWSER}: neither chromium nor google-chrome is on the path"
        if in_ci():
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=place, args=list(_BROWSER_FLAGS))
        yield started
        started.close()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return one process more than there are cores: the one that has Wine mostly waits for it."""
    return (os.cpu_count() or 1) + 1


# Where pytest-xdist is asked to use several processes; it alone knows this hook.
@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from tests.division import Division

    config.option.loadscopereorder = False  # the order is that of the collection
    return Division(config, log)


def pytest_addoption(parser: pytest.Parser) -> None:
    text = "leave out what needs an office program, Wine or another engine, and the longest files"
    parser.addoption("--quick", action="store_true", help=text)


def _leave_out_slow(config: pytest.Config, items: list[pytest.Item]) -> None:
    from tests.division import LONG_FILES

    slow = [
        item
        for item in items
        if _needs_office(item)
        or any(item.get_closest_marker(name) for name in ("wine", "engines"))
        or {"onlyoffice", "gnumeric", "chain", "browser"} & set(getattr(item, "fixturenames", ()))
        or item.nodeid.partition("::")[0] in LONG_FILES
    ]
    config.hook.pytest_deselected(items=slow)
    left_out = set(slow)
    items[:] = [item for item in items if item not in left_out]


def _needs_office(item: pytest.Item) -> bool:
    return item.get_closest_marker("office") is not None or "office" in getattr(
        item, "fixturenames", ()
    )


def in_ci() -> bool:
    """Tell whether nothing may be left out."""
    return os.environ.get("CI", "").lower() == "true"


# After the selection by -k and -m, so that a run without such tests does not look for an office.
@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):  # one of several processes
        from tests.division import turn

        items.sort(key=lambda item: turn(item.nodeid))
    if config.getoption("quick"):
        _leave_out_slow(config, items)
    needing = [item for item in items if _needs_office(item)]
    if needing and not in_ci() and (reason := find_office()):
        for item in needing:
            item.add_marker(pytest.mark.skip(reason=f"{NO_OFFICE}: {reason}"))


def pytest_collection_finish() -> None:
    """Let no search for garbage go through the tests themselves: they are there to the end.

    They are half a gigabyte of small objects.
    """
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    if _needs_office(item) and in_ci() and (reason := find_office()):
        pytest.fail(f"{NO_OFFICE}: {reason}", pytrace=False)


# Both here: the process that reports for several others reads no conftest.py but this one.
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for cause, title in (
        (NO_OFFICE, "LibreOffice tests were NOT run"),
        (NO_CHAIN, "The COM chain was NOT tested"),
        (NO_ENGINE, "核验 was NOT tried in all spreadsheet programs"),
        (NO_BROWSER, "The desk was NOT tried in a browser"),
    ):
        reasons = [
            text.partition(f"{cause}: ")[2]
            for report in terminalreporter.stats.get("skipped", [])
            if f"{cause}: " in (text := str(report.longrepr[2]))
        ]
        if reasons:
            terminalreporter.section(title, sep="!", red=True, bold=True)
            terminalreporter.write_line(
                f"{len(reasons)} tests skipped, {cause}: {reasons[0]}. {INSTALL}", red=True
            )
