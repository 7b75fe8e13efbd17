"""The LibreOffice fixture, and the rule for machines that have no LibreOffice.

There, tests that need it are skipped, and the summary says so loudly. In CI (``CI=true``) they
fail, because a test that CI leaves out would pass for one that succeeded.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.office import Office, find_office

# Doctest collection would import it, and only LibreOffice's own Python can.
collect_ignore = ["office_worker.py"]

NO_OFFICE = "LibreOffice is missing"

# The record of runs then tells the same time for every run, in processes of their own as well.
os.environ.setdefault("SOURCE_DATE_EPOCH", "1640995200")


@pytest.fixture(scope="session")
def office() -> Iterator[Office]:
    """A private LibreOffice, started once for the whole run."""
    with Office() as running:
        yield running


def _needs_office(item: pytest.Item) -> bool:
    return item.get_closest_marker("office") is not None or "office" in getattr(
        item, "fixturenames", ()
    )


def _in_ci() -> bool:
    return os.environ.get("CI", "").lower() == "true"


# After the selection by -k and -m, so that a run without such tests does not look for an office.
@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    needing = [item for item in items if _needs_office(item)]
    if needing and not _in_ci() and (reason := find_office()):
        for item in needing:
            item.add_marker(pytest.mark.skip(reason=f"{NO_OFFICE}: {reason}"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    if _needs_office(item) and _in_ci() and (reason := find_office()):
        pytest.fail(f"{NO_OFFICE}: {reason}", pytrace=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [
        report
        for report in terminalreporter.stats.get("skipped", [])
        if NO_OFFICE in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.section("LibreOffice tests were NOT run", sep="!", red=True, bold=True)
        terminalreporter.write_line(
            f"{len(skipped)} tests skipped, {NO_OFFICE}: {find_office()}. "
            "On Debian, run .ci/system-packages as root.",
            red=True,
        )
