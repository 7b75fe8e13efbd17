"""The programs as fixtures; machines that cannot have one skip its tests, CI fails instead."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import NO_ENGINE, in_ci
from tests.engines import installed
from tests.engines.onlyoffice import OnlyOffice


def unavailable(reason: Exception) -> None:
    """Skip the test, or fail where nothing may be left out."""
    if in_ci():
        raise reason
    pytest.skip(f"{NO_ENGINE}: {reason}")


@pytest.fixture(scope="module", params=list(installed.ONLYOFFICE))
def onlyoffice(request: pytest.FixtureRequest) -> Iterator[OnlyOffice]:
    """ONLYOFFICE's engine, each version once for a file of tests."""
    try:
        installed.onlyoffice(request.param)
    except installed.UnavailableError as reason:
        unavailable(reason)
    with OnlyOffice(request.param) as engine:
        yield engine


@pytest.fixture(scope="session")
def gnumeric() -> None:
    """Gnumeric is there."""
    try:
        installed.gnumeric()
    except installed.UnavailableError as reason:
        unavailable(reason)
