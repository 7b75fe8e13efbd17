"""A Python for Windows and wheels that are none, for whatever only packs them."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

import pytest

from permu_xl.hosts.excel.setup.offline import make_installer
from permu_xl.hosts.excel.setup.offline.packages import requirements
from tests.conftest import NO_CHAIN, in_ci


def fake_python(file: Path) -> Path:
    """Pack a Python for Windows that is none."""
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("python.exe", b"MZ")
        packed.writestr("_wmi.pyd", b"MZ")
        packed.writestr("python313.zip", b"")
        packed.writestr("python313._pth", "python313.zip\n.\n#import site\n")
    return file


def fake_wheels(folder: Path) -> Path:
    """Put wheels of all that is required into a folder, with next to nothing in them."""
    for name in (re.split(r"[<>=]", each)[0].replace("-", "_") for each in requirements()):
        with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as packed:
            packed.writestr(f"{name}/__init__.py", b"")
            if name == "xlwings":
                packed.writestr("xlwings-1.0.data/data/xlwings64-0.37.8.dll", b"dll")
                packed.writestr("xlwings-1.0.data/scripts/xlwings.exe", b"exe")
    return folder


@pytest.fixture
def python_zip(tmp_path: Path) -> Path:
    return fake_python(tmp_path / "python-embed.zip")


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    return fake_wheels(folder)


@pytest.fixture(scope="session")
def nsis() -> None:
    """What makes installers; machines without it skip its tests."""
    if shutil.which("makensis") is None:
        if in_ci():
            pytest.fail("no makensis found (Debian: nsis)", pytrace=False)
        pytest.skip(f"{NO_CHAIN}: no makensis found (Debian: nsis)")


def no_fetch(version: str, platform: str, folder: Path) -> None:
    raise AssertionError("nothing is to be fetched")


@pytest.fixture(scope="session")
def hollow(nsis: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installer whose Python is none."""
    folder = tmp_path_factory.mktemp("hollow")
    python = fake_python(folder / "python.zip")
    return make_installer(python, folder, fake_wheels(folder), no_fetch, compressor="zlib")[0]
