"""A Python for Windows with all that is needed beside it, in a folder that can be moved."""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import permu_xl
from permu_xl.errors import FileAccessError, UsageError
from permu_xl.hosts.excel.setup.offline.packages import names_of, normal_name, requirements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from permu_xl.hosts.excel.setup.offline.packages import Fetch

__all__ = ["fill"]

_LIBRARY = re.compile(r"python(3)(\d+)\._pth")

_UNUSED_FOLDERS = frozenset(("Demos", "demos", "examples", "samples", "test", "tests"))
_UNUSED = (
    "PyWin32.chm", "adodbapi/", "isapi/", "lxml/includes/", "numpy/f2py/", "pythonwin/",
    "win32/include/", "win32/libs/", "win32/scripts/", "win32com/HTML/", "win32com/include/",
    "win32com/libs/", "win32comext/", "xlwings/addin/", "xlwings/html/", "xlwings/js/",
    "xlwings/pro/", "xlwings/quickstart", "xlwings/rest/", "xlwings/xlwings",
)  # fmt: skip
"""Parts of packages that nothing here uses: an editor, samples, tests, workbooks with macros."""
_USED = "xlwings/xlwingslib"
_UNWANTED = {"_wmi.pyd"}
"""Waitress asks which system this is; Python would ask the service WMI, which can take seconds or
be switched off, and answers as well without it."""

_PLATFORMS = {0x014C: "win32", 0x8664: "win_amd64", 0xAA64: "win_arm64"}
"""What wheels call the machine that a Windows program is for."""


def fill(
    folder: Path, python_zip: Path, wheels: Path | None, fetch: Fetch, ours: Iterable[Path]
) -> str:
    """Fill a new folder with Python, all packages and this one; return what it holds, in words.

    ``python_zip`` is the embeddable package of Python for Windows; ``wheels`` a folder with the
    wheels of all requirements, None to have them fetched; ``ours`` are the files that this
    package ships.
    Raises UsageError for a zip that is no such Python and for wheels that do not suffice.
    """
    packages = folder / "Lib" / "site-packages"
    packages.mkdir(parents=True)
    version = _unpack_python(python_zip, folder)
    platform = _platform(folder / "python.exe")
    with tempfile.TemporaryDirectory(prefix="permu-xl-wheels-") as scratch:
        source = wheels
        if source is None:
            source = Path(scratch)
            fetch(version, platform, source)
        fitting = [w for w in sorted(source.glob("*.whl")) if _fits(w, version, platform)]
        names = _unpack_wheels(fitting, folder, packages)
    _put_ourselves(packages, ours)
    return f"Python {version}；{len(names)}个包：{'、'.join(names)}"


def _unpack_python(file: Path, target: Path) -> str:
    """Unpack an embeddable Python, let it see its packages, and return its version."""
    try:
        with zipfile.ZipFile(file) as packed:
            found = [m for name in packed.namelist() if (m := _LIBRARY.fullmatch(name))]
            if not found or "python.exe" not in packed.namelist():
                raise UsageError(f"{file.name} 不是 Windows 的嵌入式 Python 压缩包。")
            packed.extractall(target, set(packed.namelist()) - _UNWANTED)
    except zipfile.BadZipFile as error:
        raise UsageError(f"{file.name} 不是 zip 文件。") from error
    except FileNotFoundError as error:
        raise FileAccessError(f"找不到 {file}。") from error
    library = found[0].group().removesuffix("._pth")
    # With this file Python looks nowhere else, not even where the environment says.
    (target / f"{library}._pth").write_text(
        f"{library}.zip\n.\nLib\\site-packages\nimport site\n", encoding="ascii"
    )
    return f"{found[0][1]}.{found[0][2]}"


def _unpack_wheels(wheels: Iterable[Path], prefix: Path, packages: Path) -> list[str]:
    """Unpack wheels as pip would; return the names of the packages.

    Raises UsageError where one that another needs is absent.
    """
    names = []
    needed = names_of(requirements())
    for wheel in wheels:
        name = wheel.name.split("-")[0]
        if name.lower() == "permu_xl":
            continue
        with zipfile.ZipFile(wheel) as packed:
            for entry in packed.infolist():
                place = _place(PurePosixPath(entry.filename), prefix, packages)
                if entry.is_dir() or place is None or _unused(entry.filename):
                    continue
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(packed.read(entry))
                if re.fullmatch(r"[^/]+\.dist-info/METADATA", entry.filename):
                    needed |= names_of(_required(packed.read(entry).decode("utf-8")))
        names.append(name)
    absent = sorted(needed - {normal_name(name) for name in names})
    if absent:
        raise UsageError(f"缺少这些包适合此 Python 的 wheel 文件：{'、'.join(absent)}。")
    return names


def _required(metadata: str) -> Iterator[str]:
    """Yield what a package needs everywhere; what it needs under conditions is for pip to judge."""
    for line in metadata.split("\n\n")[0].splitlines():
        key, _, requirement = line.partition(":")
        if key == "Requires-Dist" and ";" not in requirement:
            yield requirement.strip()


def _platform(program: Path) -> str:
    """Return for which machine a Windows program is, by its header."""
    head = program.read_bytes()
    start = int.from_bytes(head[0x3C:0x40], "little")
    machine = int.from_bytes(head[start + 4 : start + 6], "little")
    return _PLATFORMS.get(machine, "win_amd64")


def _fits(wheel: Path, version: str, platform: str) -> bool:
    """Return whether a wheel is for a version of Python on a platform.

    >>> wheel = Path("numpy-2.1.3-cp313-cp313-win_amd64.whl")
    >>> _fits(wheel, "3.13", "win_amd64"), _fits(wheel, "3.12", "win_amd64")
    (True, False)
    """
    tags = [tag.split(".") for tag in wheel.stem.split("-")[-3:]]
    if len(tags) != 3 or not {"any", platform} & set(tags[2]):
        return False
    minor = int(version.partition(".")[2])
    oldest = [int(m[1]) for tag in tags[0] if (m := re.fullmatch(r"cp3(\d+)", tag))]
    stable = "abi3" in tags[1] and any(each <= minor for each in oldest)
    return "py3" in tags[0] or minor in oldest or stable


def _place(entry: PurePosixPath, prefix: Path, packages: Path) -> Path | None:
    """Return where a file of a wheel belongs; None for scripts and headers."""
    if entry.is_absolute() or ".." in entry.parts:
        raise UsageError(f"wheel 文件里有不正常的路径：{entry}")
    if not entry.parts[0].endswith(".data"):
        return packages / entry
    kind, inside = entry.parts[1], Path(*entry.parts[2:])
    folder = {"purelib": packages, "platlib": packages, "data": prefix}.get(kind)
    return None if folder is None else folder / inside


def _unused(entry: str) -> bool:
    """Return whether a file of a wheel is of a part that nothing uses.

    >>> [_unused(each) for each in ("pythonwin/a.exe", "numpy/lib/tests/a.py", "numpy/a.py")]
    [True, True, False]
    """
    if entry.startswith(_USED):
        return False
    return entry.startswith(_UNUSED) or not _UNUSED_FOLDERS.isdisjoint(entry.split("/")[:-1])


def _put_ourselves(packages: Path, files: Iterable[Path]) -> None:
    """Copy this package, as it runs here, with the files that it ships."""
    package = Path(permu_xl.__file__).parent
    target = packages / package.name
    shutil.copytree(package, target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    (target / "workbook").mkdir(exist_ok=True)
    for file in files:
        shutil.copyfile(file, target / "workbook" / file.name)
