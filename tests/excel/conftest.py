"""The fixtures for the COM chain under Wine, and the rule for machines that cannot have it.

There, its tests are skipped, and the summary says so loudly. In CI (``CI=true``) they fail,
because a test that CI leaves out would pass for one that succeeded.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

import pytest

from tests.excel.wine import Bench, Chain, UnavailableError

NO_CHAIN = "no COM chain"


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
    """Wine and a portable folder, made once for the whole run."""
    with contextlib.ExitStack() as stack:
        try:
            ready = stack.enter_context(Bench())
        except UnavailableError as reason:
            if os.environ.get("CI", "").lower() == "true":
                raise
            pytest.skip(f"{NO_CHAIN}: {reason}")
        yield ready


@pytest.fixture(scope="session")
def chains(bench: Bench) -> Iterator[list[Chain]]:
    """The chains that were started; the last may still run."""
    started: list[Chain] = []
    yield started
    for each in started:
        each.close()


@pytest.fixture
def chain(bench: Bench, chains: list[Chain]) -> Chain:
    """A client and a server on a Chinese Windows, started again only after a test broke it."""
    if not chains or chains[-1].ended:
        chains.append(bench.chain())
    return chains[-1]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [
        report
        for report in terminalreporter.stats.get("skipped", [])
        if NO_CHAIN in str(report.longrepr)
    ]
    if skipped:
        reason = str(skipped[0].longrepr[2]).partition(f"{NO_CHAIN}: ")[2]
        terminalreporter.section("The COM chain was NOT tested", sep="!", red=True, bold=True)
        terminalreporter.write_line(
            f"{len(skipped)} tests skipped: {reason}. On Debian, run .ci/system-packages as root.",
            red=True,
        )
