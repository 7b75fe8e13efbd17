"""What may keep the add-in from working, and what to do about it."""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from permu_xl.hosts.excel.setup.installer import INTERPRETER, Places, settings_of
from permu_xl.hosts.excel.setup.vba import XLWINGS_VERSION

__all__ = ["Check", "System", "diagnose"]

Verdict = Literal["正常", "注意", "有问题"]

_OFFICE = r"SOFTWARE\Microsoft\Office\ClickToRun\Configuration"
_WPS_MARKS = ("wps", "kingsoft", "ksolaunch", r"\et.exe")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; ``remedy`` is empty where nothing needs to be done."""

    verdict: Verdict
    subject: str
    found: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class System:
    """What ``diagnose`` asks the computer.

    registry : the value at a hive, key and value name, None where there is none
    version : the version of an installed distribution, None where it is absent
    marked : whether a file carries the mark of a download
    """

    registry: Callable[[str, str, str], str | None]
    version: Callable[[str], str | None]
    marked: Callable[[Path], bool]

    @classmethod
    def real(cls) -> System:
        """Return the questions put to this computer."""
        return cls(_registry_value, _version, _has_mark)


def diagnose(places: Places, system: System, addin: Path | None, books: list[Path]) -> list[Check]:
    """Check everything; ``addin`` is the shipped add-in, ``books`` workbooks to be looked at."""
    return [
        *_excel(places, system),
        *_python(places, system),
        *_installation(places, addin),
        *_marks(places, system, books),
    ]


def _excel(places: Places, system: System) -> Iterator[Check]:
    """Find out which program answers to Excel.Application, and of how many bits Excel is."""
    class_id = system.registry("HKCR", r"Excel.Application\CLSID", "")
    server = class_id and system.registry("HKCR", rf"CLSID\{class_id}\LocalServer32", "")
    if not server:
        yield Check(
            "有问题", "Excel", "没有登记 Excel.Application",
            "安装 Microsoft Excel；已经安装的，在“设置→应用”里修复 Office。",
        )  # fmt: skip
        return
    if any(mark in server.lower() for mark in _WPS_MARKS):
        yield Check(
            "有问题", "Excel", f"Excel.Application 由 WPS 接管（{server}）",
            "在“WPS 配置工具→高级→兼容设置”里取消“与 Microsoft Office 兼容”，"
            "再修复 Office；或者不用加载项，用 permu-xl run。",
        )  # fmt: skip
    else:
        yield Check("正常", "Excel", server)
    platform = system.registry("HKLM", _OFFICE, "Platform")
    bits = 32 if platform == "x86" or "(x86)" in server.lower() else 64
    library = f"xlwings{bits}-{XLWINGS_VERSION}.dll"
    folders = (places.python.parent, places.python.parent.parent)
    if any((folder / library).is_file() for folder in folders):
        yield Check("正常", "xlwings 接口", f"{library}（Excel 是{bits}位）")
    else:
        yield Check(
            "有问题", "xlwings 接口", f"Python 旁边没有 {library}（Excel 是{bits}位）",
            f"重新安装 xlwings {XLWINGS_VERSION}（32位和64位的接口都在其中），"
            "再运行 permu-xl excel install。",
        )  # fmt: skip


def _python(places: Places, system: System) -> Iterator[Check]:
    version = ".".join(map(str, sys.version_info[:3]))
    bits = struct.calcsize("P") * 8
    yield Check("正常", "Python", f"{version}，{bits}位，{places.python}")
    if not str(places.python).isascii():
        yield Check(
            "注意", "Python 的位置", f"路径里有中文：{places.python}",
            "如果选项卡的命令没有反应，把 Python 装到没有中文的文件夹。",
        )  # fmt: skip
    found = system.version("xlwings")
    if found == XLWINGS_VERSION:
        yield Check("正常", "xlwings", found)
    else:
        yield Check(
            "有问题", "xlwings", found or "没有安装",
            f"加载项要求正好 {XLWINGS_VERSION}：pip install xlwings=={XLWINGS_VERSION}",
        )  # fmt: skip
    if (found := system.version("pywin32")) is not None:
        yield Check("正常", "pywin32", found)
    else:
        yield Check("有问题", "pywin32", "没有安装", "pip install pywin32")


def _installation(places: Places, addin: Path | None) -> Iterator[Check]:
    again = "关闭 Excel，运行 permu-xl excel install。"
    if not places.addin.is_file():
        yield Check("有问题", "加载项", f"{places.addin} 不在", again)
    elif addin is not None and places.addin.read_bytes() != addin.read_bytes():
        yield Check("有问题", "加载项", "与这一版程序不是同一版", again)
    else:
        yield Check("正常", "加载项", str(places.addin))
    named = settings_of(places.configuration, places.encoding).get(INTERPRETER)
    if named is None:
        yield Check("有问题", "设置", f"{places.configuration} 里没有 {INTERPRETER}", again)
    elif not Path(named).is_file():
        yield Check("有问题", "设置", f"{INTERPRETER} 写的 Python 不在：{named}", again)
    elif Path(named) != places.python:
        yield Check("注意", "设置", f"Excel 用的是另一个 Python：{named}", f"要改用这一个：{again}")
    else:
        yield Check("正常", "设置", str(places.configuration))


def _marks(places: Places, system: System, books: list[Path]) -> Iterator[Check]:
    for file in (places.addin, *books):
        if file.exists() and system.marked(file):
            yield Check(
                "有问题", file.name, "文件带有“来自网络”的标记，Excel 会停用其中的宏",
                "右键文件→属性→勾选“解除锁定”→确定。",
            )  # fmt: skip


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _has_mark(file: Path) -> bool:
    """Return whether Windows has noted, in a stream beside the content, where a file is from."""
    try:
        with open(f"{file}:Zone.Identifier", encoding="utf-8", errors="replace") as stream:
            noted = stream.read()
        return "ZoneId=3" in noted or "ZoneId=4" in noted
    except OSError:
        return False


def _registry_value(hive: str, key: str, name: str) -> str | None:
    if sys.platform != "win32":
        return None
    import winreg

    hives = {"HKCR": winreg.HKEY_CLASSES_ROOT, "HKLM": winreg.HKEY_LOCAL_MACHINE}
    try:
        with winreg.OpenKey(hives[hive], key) as opened:
            return str(winreg.QueryValueEx(opened, name)[0])
    except OSError:
        return None
