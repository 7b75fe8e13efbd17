"""The fixtures for the COM chain under Wine; machines that cannot have it skip its tests."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from permu_xl.workbook.example.workbook import build_example
from permu_xl.workbook.look.save import save_workbook
from tests.conftest import NO_CHAIN, in_ci
from tests.hosts.excel.fakebook import FakeBook
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


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example district as a file."""
    path = tmp_path_factory.mktemp("district") / "示例.xlsx"
    save_workbook(build_example(), path)
    return path


@pytest.fixture
def book(example: Path, tmp_path: Path) -> FakeBook:
    """The example district, open in a stand-in for Excel."""
    path = tmp_path / example.name
    shutil.copyfile(example, path)
    return FakeBook(path)
