"""What may keep the functions from working in Calc, and what to do about it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from permu_xl import __version__, libreoffice
from permu_xl.hosts.calc.setup.build import IDENTIFIER, MINIMUM_VERSION
from permu_xl.hosts.checks import Check
from permu_xl.libreoffice import Calc, version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["System", "diagnose"]

SECONDS = 60.0
AGAIN = "运行 permu-xl calc install，再重新打开 LibreOffice。"

# What the component does when it is first called, with the version of the Python that does it.
_TRIAL = """
import json, site, sys
for folder in json.loads(sys.argv[1]):
    site.addsitedir(folder)
print(json.dumps(sys.version_info[:2]))
import numpy
from permu_xl.hosts.calc.bridge import answer
assert answer("PERMU_SCORE", [5.0, 10.0, 30.0]) == ((15.0,),)
import permu_xl.hosts.calc.menu
import docxtpl, rapidfuzz
"""


_PACKAGES = {
    "numpy": "numpy",
    "lxml": "lxml",
    "openpyxl": "openpyxl",
    "python_calamine": "python-calamine",
    "stdnum": "python-stdnum",
    # Before the one whose name begins it.
    "docxtpl": "docxtpl",
    "docx": "python-docx",
    "jinja2": "jinja2",
    "rapidfuzz": "rapidfuzz",
}
"""What the functions and the menu need, by the name of the module that may be missing."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What LibreOffice's Python made of the engine.

    python : its version, None where it did not start
    trouble : the last line that it said, "" where all went well
    """

    python: tuple[int, int] | None
    trouble: str


@dataclass(frozen=True, slots=True)
class System:
    """What ``diagnose`` asks the computer.

    path : the PATH with which the user starts LibreOffice
    python : the Python that LibreOffice uses, None where none is found
    installed : what ``unopkg list`` says of the extension, None where it is not installed
    trial : has that Python import the engine from some folders
    """

    path: str
    python: Path | None
    installed: str | None
    trial: Callable[[Path, Sequence[Path]], Trial]

    @classmethod
    def real(cls, calc: Calc) -> System:
        """Return the answers of this computer."""
        return cls(os.environ.get("PATH", ""), _office_python(calc.program), _listed(calc), _trial)


def diagnose(calc: Calc, system: System, folders: Sequence[Path]) -> list[Check]:
    """Check everything; ``folders`` are those that an installation notes for the extension."""
    return [
        _office(calc.program),
        _path(system),
        *_engine(system, folders),
        _extension(system),
    ]


def _office(program: Path) -> Check:
    found = version(program)
    shown, wanted = (".".join(map(str, each)) for each in (found, MINIMUM_VERSION))
    if found < MINIMUM_VERSION:
        return Check(
            "有问题", "LibreOffice", f"{shown}（{program}）",
            f"换成 {wanted} 或更新的版本：旧版会把 PERMU_ 公式显示成 #NAME?，存盘时改坏名称。",
        )  # fmt: skip
    return Check("正常", "LibreOffice", f"{shown}（{program}）")


def _path(system: System) -> Check:
    """Look at the first Python on the PATH: LibreOffice takes its library for its own."""
    first = shutil.which("python3", path=system.path)
    if first is None or system.python is None or Path(first).parent == system.python.parent:
        return Check("正常", "PATH", first or "没有 python3")
    # A Python that has a library of the same version beside it, or a virtual environment.
    library = Path(first).parent.parent / "lib" / f"python{_minor(sys.version_info[:2])}"
    if library.is_dir():
        return Check(
            "有问题", "PATH", f"排在最前面的 python3 是 {first}",
            "从桌面菜单或者没有激活虚拟环境的终端启动 LibreOffice，"
            "否则它一用到 Python 就打不开文件或者退出。",
        )  # fmt: skip
    return Check("正常", "PATH", first)


def _engine(system: System, folders: Sequence[Path]) -> Iterator[Check]:
    if system.python is None:
        yield Check(
            "有问题", "LibreOffice 的 Python", "没有找到",
            "安装 LibreOffice 的 Python 支持（Debian：apt install python3-uno）。",
        )  # fmt: skip
        return
    trial = system.trial(system.python, folders)
    ours = (sys.version_info[0], sys.version_info[1])
    if trial.python is not None and trial.python != ours:
        yield Check(
            "有问题", "LibreOffice 的 Python",
            f"{_minor(trial.python)}，permu_xl 装在 {_minor(ours)} 里",
            f"用 {system.python} 建虚拟环境，在其中装 permu_xl，再运行 permu-xl calc install。",
        )  # fmt: skip
    elif trial.python is None:
        yield Check(
            "有问题", "LibreOffice 的 Python", f"{system.python} 没有启动：{trial.trouble}",
            "重新安装 LibreOffice 的 Python 支持（Debian：apt install --reinstall python3-uno）。",
        )  # fmt: skip
        return
    else:
        yield Check("正常", "LibreOffice 的 Python", f"{_minor(trial.python)}，{system.python}")
    if trial.trouble:
        missing = next((p for m, p in _PACKAGES.items() if m in trial.trouble), "permu_xl")
        yield Check(
            "有问题", missing, f"LibreOffice 的 Python 不能用：{trial.trouble}",
            f"重新安装：pip install --force-reinstall {missing}，再{AGAIN}",
        )  # fmt: skip
    else:
        yield Check("正常", "numpy 等包和 permu_xl", "LibreOffice 的 Python 能用")


def _extension(system: System) -> Check:
    if system.installed is None:
        return Check("有问题", "加载项", "没有装进 LibreOffice", AGAIN)
    lines = [line.strip() for line in system.installed.splitlines()]
    if f"Version: {__version__}" not in lines:
        found = next((line for line in lines if line.startswith("Version:")), "版本不明")
        return Check("有问题", "加载项", f"{found}，程序是 {__version__}", AGAIN)
    if "is registered: no" in lines:
        return Check("有问题", "加载项", "装了，但没有启用", AGAIN)
    return Check("正常", "加载项", __version__)


def _minor(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version[:2]))


def _office_python(program: Path) -> Path | None:
    """Return the Python that LibreOffice's programs are made for: its own, or the system's."""
    for python in (program / "python", Path("/usr/bin/python3")):
        if python.is_file() and _run([python, "-I", "-c", "import uno"]).returncode == 0:
            return python
    return None


def _listed(calc: Calc) -> str | None:
    for scope in ((), ("--shared",)):
        listed = calc.package_manager("list", *scope, IDENTIFIER)
        if listed.returncode == 0:
            return listed.stdout
    return None


def _trial(python: Path, folders: Sequence[Path]) -> Trial:
    done = _run([python, "-I", "-c", _TRIAL, json.dumps([str(folder) for folder in folders])])
    first, *_ = done.stdout.splitlines() or [""]
    found = tuple(json.loads(first)) if first.startswith("[") else None
    said = [line for line in done.stderr.splitlines() if line.strip()]
    last = said[-1] if said else f"返回值{done.returncode}"
    return Trial(found, last if done.returncode else "")


def _run(command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
    try:
        return libreoffice.run(command, SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(list(command), 1, "", type(error).__name__)
