"""The commands that mutated files are given to, in processes of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hostile.commands import Commands


@pytest.fixture(scope="module")
def commands() -> Iterator[Commands]:
    with Commands() as running:
        yield running
