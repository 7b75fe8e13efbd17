"""A LibreOffice that has the add-in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from permu_xl.hosts.calc.setup.build import extension
from permu_xl.hosts.calc.setup.installer import site_folders
from tests.office import Office


@pytest.fixture(scope="session")
def calc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A private LibreOffice with the add-in installed, started once for the whole run."""
    file = tmp_path_factory.mktemp("oxt") / "permu.oxt"
    file.write_bytes(extension(site_folders()))
    with Office(extension=file) as running:
        yield running


@pytest.fixture
def log(calc: Office) -> Path:
    """The log of the add-in."""
    return calc.user_folder / "permu_xl.log"
