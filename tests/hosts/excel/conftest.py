"""The fixtures for the COM chain under Wine; machines that cannot have it skip its tests."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from tests.conftest import NO_CHAIN, in_ci
from tests.hosts.excel.wine import Bench, Chain, UnavailableError


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
    """Wine and a portable folder, made once for the whole run."""
    with contextlib.ExitStack() as stack:
        try:
            ready = stack.enter_context(Bench())
        except UnavailableError as reason:
            if in_ci():
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
