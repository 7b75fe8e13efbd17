"""The programs that this package asks: where they are, and how they come here.

Two versions of ONLYOFFICE cannot stand in one environment, and none of these programs is the
project's to ship, so pip and npm put them into folders of pytest's cache, once.  What cannot be
had is an ``UnavailableError`` with the reason.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.places import ROOT

CACHE = ROOT / ".pytest_cache" / "d" / "engines"
ONLYOFFICE = {"10.0": "document-builder==10.0.0.170", "9.4": "document-builder==9.4.0.130"}
NODE_PACKAGES = ("exceljs@4.4.0", "xlsx@0.18.5")
FURTHER_NODE_PACKAGES = ("hyperformula@3.5.0",)
DOWNLOAD_SECONDS = 600.0


class UnavailableError(Exception):
    """This machine lacks the program, and it cannot be had."""


def onlyoffice(version: str) -> Path:
    """Return the folder to be put on the path for one version of ONLYOFFICE's engine."""
    return _once(f"onlyoffice-{version}", lambda folder: _fetch_onlyoffice(version, folder))


def _fetch_onlyoffice(version: str, folder: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder)]
    _download([*pip, ONLYOFFICE[version]])
    # 9.4 looks for the tables of its language library one folder too high, and without them it
    # cannot compare texts.
    data = folder / "docbuilder" / "icudtl.dat"
    if not data.exists():
        data.symlink_to(Path("lib") / data.name)


def node_packages(name: str = "node", packages: Sequence[str] = NODE_PACKAGES) -> Path:
    """Return a folder with ``node_modules`` in it."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise UnavailableError("no node and npm found (Debian: nodejs, npm)")

    def fetch(folder: Path) -> None:
        quiet = ["--no-audit", "--no-fund", "--no-save", "--loglevel=error"]
        _download(["npm", "install", "--prefix", str(folder), *quiet, *packages])

    return _once(name, fetch)


def python_packages(name: str, packages: Sequence[str]) -> Path:
    """Return a folder with Python packages, to be put on the path of a process of its own."""

    def fetch(folder: Path) -> None:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder)]
        _download([*pip, *packages])

    return _once(name, fetch)


def gnumeric() -> Path:
    """Return Gnumeric's converter."""
    program = shutil.which("ssconvert")
    if program is None:
        raise UnavailableError("no ssconvert found (Debian: gnumeric)")
    return Path(program)


def _once(name: str, fetch: Callable[[Path], None]) -> Path:
    """Return a folder of the cache, made on the first call, whole or not at all."""
    folder = CACHE / name
    if folder.is_dir():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as made:
        fetch(Path(made))
        try:
            os.rename(made, folder)
        except OSError:
            # Another process was quicker.
            if not folder.is_dir():
                raise
        else:
            Path(made).mkdir()
    return folder


def _download(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=DOWNLOAD_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnavailableError(f"{command[0]}: {error}") from error
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or "?").splitlines()[-1]
        raise UnavailableError(f"{' '.join(command[:4])} …: {last}")
