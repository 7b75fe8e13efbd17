"""A folder for desktops without internet and without administrator rights.

It holds an embeddable Python, all packages, the add-in and scripts to install and to remove; on
the desktop nothing is fetched and nothing but the user's own folders is changed.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from importlib import metadata
from pathlib import Path, PurePosixPath

import permu_xl
from permu_xl.errors import FileAccessError, PermuError, UsageError
from permu_xl.hosts.excel.setup.installer import ADDIN, shipped

__all__ = ["bundle", "fetch_wheels", "requirements"]

_WINDOWS_ONLY = ("colorama", "pywin32")
"""What click and xlwings ask for on Windows only, which pip judges by the system it runs on."""

TEMPLATE = "permu_template.xlsm"
_LIBRARY = re.compile(r"python(3)(\d+)\._pth")
_INSTALL, _REMOVE, _CHECK = "安装.cmd", "卸载.cmd", "检查.cmd"

_HEAD = """@echo off
set PYTHONUTF8=1
set "HOME_OF_PERMU=%LOCALAPPDATA%\\permu_xl\\python"
"""
_UNPACKED = """if not exist "%~dp0python\\python.exe" (
  echo 没有找到 python 文件夹：请先把压缩包整个解压，再双击解压出来的“安装.cmd”。
  if /i not "%~1"=="/q" pause
  exit /b 1
)
"%~dp0python\\python.exe" -c "pass"
if errorlevel 1 (
  echo Python 不能运行：需要 Windows 10 或更新的版本；已经是的，请安全软件放行这个文件夹。
  if /i not "%~1"=="/q" pause
  exit /b 1
)
"""
# Without /R robocopy tries a file in use a million times; its statuses below 8 are successes.
_COPY = """robocopy "%~dp0python" "%HOME_OF_PERMU%" /MIR /R:2 /W:1 /NFL /NDL /NJH /NJS /NP >nul
if errorlevel 8 (
  echo 文件复制不过去：请关闭所有 Excel 窗口，再双击一次“安装.cmd”。
  if /i not "%~1"=="/q" pause
  exit /b 1
)
"""
_RUN = '"%HOME_OF_PERMU%\\python.exe" -P -m permu_xl excel {}\n'
_END = 'set "STATUS=%errorlevel%"\nif /i not "%~1"=="/q" pause\nexit /b %STATUS%\n'
SCRIPTS = {
    _INSTALL: _HEAD
    + _UNPACKED
    + _COPY
    + "echo 正在安装，第一次要一两分钟……\n"
    + _RUN.format("install")
    + f"if not errorlevel 1 {_RUN.format('doctor')}"
    + _END,
    _REMOVE: _HEAD
    + _RUN.format("uninstall")
    + "if not errorlevel 1 (\n"
    + '  rmdir /s /q "%HOME_OF_PERMU%"\n'
    + '  rmdir "%LOCALAPPDATA%\\permu_xl" 2>nul\n'
    + ")\n"
    + 'if /i not "%~1"=="/q" pause\n',
    _CHECK: _HEAD + _RUN.format("doctor %*") + "pause\n",
}
"""The scripts; only commands that every Windows has.  ``/q`` asks for no key at the end."""
_CODE_PAGE = "gbk"
"""In which cmd.exe of a Chinese Windows reads a script."""

_UNUSED_FOLDERS = frozenset(("Demos", "demos", "examples", "samples", "test", "tests"))
_UNUSED = (
    "PyWin32.chm", "adodbapi/", "isapi/", "lxml/includes/", "numpy/f2py/", "pythonwin/",
    "win32/include/", "win32/libs/", "win32/scripts/", "win32com/HTML/", "win32com/include/",
    "win32com/libs/", "win32comext/", "xlwings/addin/", "xlwings/html/", "xlwings/js/",
    "xlwings/pro/", "xlwings/quickstart", "xlwings/rest/", "xlwings/xlwings",
)  # fmt: skip
"""Parts of packages that nothing here uses: an editor, samples, tests, workbooks with macros."""
_USED = "xlwings/xlwingslib"

HASHES = "校验值.txt"
_README = """亩均评价（permu_xl）离线安装

1. 先把压缩包整个解压。关闭 Excel，双击“安装.cmd”。不需要管理员权限，不需要联网。
2. 打开 Excel，最右边会出现“亩均评价”选项卡。
3. 用 permu_template.xlsm 开始填写，步骤见其中的“使用说明”。
不灵的时候双击“检查.cmd”（也可以把工作簿拖到它上面），按提示处理；不用了双击“卸载.cmd”。
需要 Windows 10 或更新的版本、Excel 2010 或更新的版本。
各文件的 SHA-256 值在“校验值.txt”里；用到的开源软件的许可证在
python\\Lib\\site-packages 的各个 .dist-info 文件夹里。
"""

Fetch = Callable[[str, str, Path], None]
"""Puts the wheels for a Python version and a platform, as 3.13 and win_amd64, into a folder."""

_PLATFORMS = {0x014C: "win32", 0x8664: "win_amd64", 0xAA64: "win_arm64"}
"""What wheels call the machine that a Windows program is for."""


def requirements() -> list[str]:
    """Return what a desktop needs: the package's own requirements without their conditions.

    Raises PermuError where this package was copied instead of installed.
    """
    try:
        declared = metadata.requires(permu_xl.__name__) or []
    except metadata.PackageNotFoundError as error:
        raise PermuError("离线包只能用 pip 装好的 permu_xl 来做。") from error
    own = [each.partition(";")[0].strip() for each in declared if "extra ==" not in each]
    return [*own, *_WINDOWS_ONLY]


def bundle(python_zip: Path, out: Path, wheels: Path | None, fetch: Fetch) -> list[str]:
    """Make the folder ``out`` and return what is in it, in words.

    ``python_zip`` is the embeddable package of Python for Windows; ``wheels`` a folder with the
    wheels of all requirements, None to have them fetched.
    Raises UsageError for a zip that is no such Python, for an ``out`` that is not empty and for
    a folder without the wheels that are needed.
    """
    if out.exists() and any(out.iterdir()):
        raise UsageError(f"文件夹 {out} 不是空的，请换一个或先清空。")
    addin, template = shipped(ADDIN), shipped(TEMPLATE)
    python, packages = out / "python", out / "python" / "Lib" / "site-packages"
    try:
        packages.mkdir(parents=True)
        version = _unpack_python(python_zip, python)
        platform = _platform(python / "python.exe")
        with tempfile.TemporaryDirectory(prefix="permu-xl-wheels-") as scratch:
            source = wheels
            if source is None:
                source = Path(scratch)
                fetch(version, platform, source)
            fitting = [w for w in sorted(source.glob("*.whl")) if _fits(w, version, platform)]
            names = _unpack_wheels(fitting, python, packages)
        _put_ourselves(packages, (addin, template))
        shutil.copyfile(template, out / TEMPLATE)
        for name, script in SCRIPTS.items():
            (out / name).write_bytes(script.replace("\n", "\r\n").encode(_CODE_PAGE))
        (out / "说明.txt").write_bytes(_README.replace("\n", "\r\n").encode("utf-8-sig"))
        (out / HASHES).write_bytes(_hashes(out).encode("utf-8-sig"))
    except OSError as error:
        raise FileAccessError(f"{error.filename} 不能读写：{error.strerror}。") from error
    return [f"已生成 {out}", f"Python {version}；{len(names)}个包：{'、'.join(names)}"]


def _unpack_python(file: Path, target: Path) -> str:
    """Unpack an embeddable Python, let it see its packages, and return its version."""
    try:
        with zipfile.ZipFile(file) as packed:
            found = [m for name in packed.namelist() if (m := _LIBRARY.fullmatch(name))]
            if not found or "python.exe" not in packed.namelist():
                raise UsageError(f"{file.name} 不是 Windows 的嵌入式 Python 压缩包。")
            packed.extractall(target)
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
    needed = _names(requirements())
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
                    needed |= _names(_required(packed.read(entry).decode("utf-8")))
        names.append(name)
    absent = sorted(needed - {_normal(name) for name in names})
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


def _hashes(out: Path) -> str:
    """Return the SHA-256 of every file, a line each, as ``certutil -hashfile`` shows it."""
    files = sorted(file for file in out.rglob("*") if file.is_file())
    return "".join(
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(out).as_posix()}\r\n"
        for file in files
    )


def _put_ourselves(packages: Path, files: Iterable[Path]) -> None:
    """Copy this package, as it runs here, with the files that it ships."""
    package = Path(permu_xl.__file__).parent
    target = packages / package.name
    shutil.copytree(package, target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    (target / "workbook").mkdir(exist_ok=True)
    for file in files:
        shutil.copyfile(file, target / "workbook" / file.name)


def fetch_wheels(version: str, platform: str, folder: Path) -> None:
    """Have pip fetch the wheels for Windows; needs a connection."""
    done = subprocess.run(
        [
            sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
            "--only-binary=:all:", "--platform", platform, "--python-version", version,
            "--dest", str(folder), *requirements(),
        ],
        capture_output=True,
        text=True,
    )  # fmt: skip
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["没有说明"])[-1]
        raise PermuError(f"pip 没有取到需要的包（{last}），请检查网络，或用 --wheels 指定文件夹。")


def _names(requirements: Iterable[str]) -> set[str]:
    return {_normal(re.split(r"[\s<>=!~\[]", each)[0]) for each in requirements}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
