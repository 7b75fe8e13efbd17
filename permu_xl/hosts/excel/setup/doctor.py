"""What may keep the add-in from working, and what to do about it."""

from __future__ import annotations

import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from permu_xl.hosts.checks import Check
from permu_xl.hosts.excel.setup.installer import LEAST_WINDOWS, Places
from permu_xl.hosts.excel.setup.policies import policies
from permu_xl.hosts.excel.setup.vba import XLWINGS_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from permu_xl.hosts.checks import Verdict
    from permu_xl.hosts.excel.setup.system import System

__all__ = ["WPS_MARKS", "diagnose"]

_OFFICE = r"SOFTWARE\Microsoft\Office\ClickToRun\Configuration"
WPS_MARKS = ("wps", "kingsoft", "ksolaunch", r"\et.exe")
"""What is in the path of a program of WPS that answers for Excel."""
_STORE_MARK = r"\windowsapps" + "\\"
_MODULES = ("numpy", "pythoncom", "xlwings", "permu_xl.functions")
_OF_DESK = ("flask", "waitress")


@dataclass(frozen=True, slots=True)
class _Excel:
    """The Excel that answers: its program, and of how many bits it is."""

    server: str
    bits: int


def diagnose(places: Places, system: System, addin: Path | None, books: list[Path]) -> list[Check]:
    """Check everything; ``addin`` is the shipped add-in, ``books`` workbooks to be looked at."""
    excel = _find_excel(system)
    python = _python_of_excel(places)
    return [
        *_windows(system),
        *_excel(places, excel),
        *_policies(system, excel),
        *_python(places, system, python),
        *_installation(places, addin, python),
        *_library(places, python, excel),
        *_marks(places, system, books),
        *_start(system, python),
    ]


def _again(places: Places) -> str:
    """Return how to install again, by what the user has."""
    if places.is_bundle:
        return f"关闭 Excel，再运行一次{places.source}。"
    return "关闭 Excel，运行 permu-xl excel install。"


def _reinstall(places: Places, packages: str) -> str:
    """Return how to get packages anew, by what the user has."""
    if places.is_bundle:
        folder = places.own_python.parent
        return f"关闭 Excel，再运行一次{places.source}；还不行的，请安全软件放行 {folder}。"
    again = f"python -m pip install --force-reinstall {packages}"
    return f"运行 {again}，再运行 permu-xl excel install。"


def _windows(system: System) -> Iterator[Check]:
    found = system.windows()
    version = ".".join(map(str, found))
    if found[0] >= LEAST_WINDOWS:
        yield Check("正常", "Windows", version)
    else:
        yield Check(
            "有问题", "Windows", f"{version}，太旧",
            "需要 Windows 10 或更新的版本；旧电脑请用别的电脑上的 permu-xl run 出结果。",
        )  # fmt: skip


def _find_excel(system: System) -> _Excel | None:
    """Return which program answers to Excel.Application; 32-bit Office has a view of its own."""
    for bits in (64, 32):
        class_id = system.registry("HKCR", r"Excel.Application\CLSID", "", bits)
        if not class_id:
            continue
        server = system.registry("HKCR", rf"CLSID\{class_id}\LocalServer32", "", bits)
        if server:
            platform = system.registry("HKLM", _OFFICE, "Platform", 64)
            old = bits == 32 or platform == "x86" or "(x86)" in server.lower()
            return _Excel(server, 32 if old else 64)
    return None


def _missed(places: Places) -> tuple[Verdict, str]:
    """Return how bad it is that the add-in cannot work, and what may be said of it besides."""
    if places.does_without:
        return "注意", "不用加载项的不用管：“亩均评价”不需要它。要用的："
    return "有问题", ""


def _excel(places: Places, excel: _Excel | None) -> Iterator[Check]:
    verdict, besides = _missed(places)
    if excel is None:
        yield Check(
            verdict, "Excel", "没有登记 Excel.Application",
            f"{besides}安装 Microsoft Excel；已经安装的，在“设置→应用”里修复 Office。",
        )  # fmt: skip
    elif any(mark in excel.server.lower() for mark in WPS_MARKS):
        yield Check(
            verdict, "Excel", f"Excel.Application 由 WPS 接管（{excel.server}）",
            f"{besides}在“WPS 配置工具→高级→兼容设置”里取消“与 Microsoft Office 兼容”，"
            "再修复 Office；或者不用加载项，用“亩均评价”（permu-xl desk）。",
        )  # fmt: skip
    elif _STORE_MARK in excel.server.lower():
        yield Check(
            "注意", "Excel", f"从 Microsoft Store 安装的 Excel（{excel.server}）",
            "这一种运行在隔离的环境里，加载项可能不出现、Python 可能启动不了；"
            "卸载它，改装单位的或 office.com 的桌面版 Office。",
        )  # fmt: skip
    else:
        yield Check("正常", "Excel", f"{excel.server}（{excel.bits}位）")


def _policies(system: System, excel: _Excel | None) -> Iterator[Check]:
    found = False
    for policy in policies(system.registry):
        found = True
        yield Check("有问题" if policy.blocks else "注意", "组策略", policy.found, policy.remedy)
    if not found and excel is not None:
        yield Check("正常", "组策略", "没有发现禁止宏的设置")


def _python_of_excel(places: Places) -> Path | None:
    """Return the Python that the add-in starts, as its VBA finds it."""
    noted = None
    if places.noted.is_file():
        text = places.noted.read_bytes().decode("utf-16-le", errors="replace")
        noted = Path(text.lstrip("\ufeff").strip())
    candidates = (places.own_python, noted)
    return next((each for each in candidates if each is not None and each.is_file()), None)


def _python(places: Places, system: System, python: Path | None) -> Iterator[Check]:
    version = ".".join(map(str, sys.version_info[:3]))
    bits = struct.calcsize("P") * 8
    yield Check("正常", "Python", f"{version}，{bits}位，{places.python}")
    shown = python or places.python
    if not _spelled(shown, places.encoding):
        yield Check(
            "注意", "Python 的位置", f"路径里有本机编码没有的字：{shown}",
            "Excel 会改用它的短文件名；磁盘没有短文件名的启动不了，"
            "请把 Python 装到名称只有英文字母的文件夹，"
            "或请信息人员打开短文件名（fsutil 8dot3name）。",
        )  # fmt: skip
    found = system.version("xlwings")
    if found == XLWINGS_VERSION:
        yield Check("正常", "xlwings", found)
    else:
        yield Check(
            "有问题", "xlwings", f"{found or '没有安装'}，加载项要求正好 {XLWINGS_VERSION}",
            _reinstall(places, f"xlwings=={XLWINGS_VERSION} pywin32"),
        )  # fmt: skip
    modules = (*_MODULES, *_OF_DESK) if places.is_bundle else _MODULES
    for module, reason in system.imports(shown, modules).items():
        name = {"pythoncom": "pywin32"}.get(module, module.partition(".")[0])
        yield Check("有问题", name, f"装入失败：{reason}", _reinstall(places, name))


def _spelled(path: Path, encoding: str) -> bool:
    try:
        return str(path).encode(encoding).decode(encoding) == str(path)
    except UnicodeError:
        return False


def _installation(places: Places, addin: Path | None, python: Path | None) -> Iterator[Check]:
    again = _again(places)
    if not places.addin.is_file():
        verdict, besides = _missed(places)
        found = "没有安装" if places.does_without else f"{places.addin} 不在"
        yield Check(verdict, "加载项", found, f"{besides}{again}")
    elif addin is not None and places.addin.read_bytes() != addin.read_bytes():
        yield Check("有问题", "加载项", "与这一版程序不是同一版", again)
    else:
        yield Check("正常", "加载项", str(places.addin))
    other = places.roaming / "Microsoft" / "AddIns" / places.addin.name
    if other.is_file():
        yield Check(
            "注意", "另一份加载项", f"{other} 也在，两份只会打开一份",
            "在 Excel 的“加载项”窗口里取消勾选它，关闭 Excel 后删除这个文件。",
        )  # fmt: skip
    if python is None:
        yield Check("有问题", "设置", "没有找到 Excel 要启动的 Python", again)
    elif python != places.python:
        remedy = f"要改用这一个：{again}"
        if python == places.own_python:
            remedy = (
                f"Excel 总是先用{places.source}装的；要改用这一个，先{places.removal}，再重新安装。"
            )
        yield Check("注意", "设置", f"Excel 用的是另一个 Python：{python}", remedy)
    else:
        yield Check("正常", "设置", f"Excel 启动 {python}")


def _library(places: Places, python: Path | None, excel: _Excel | None) -> Iterator[Check]:
    bits = 64 if excel is None else excel.bits
    name = f"xlwings{bits}-{XLWINGS_VERSION}.dll"
    if library_beside(python or places.python, bits) is not None:
        yield Check("正常", "xlwings 接口", f"{name}（Excel 是{bits}位）")
    else:
        yield Check(
            "有问题", "xlwings 接口", f"Python 旁边没有 {name}（Excel 是{bits}位）",
            _reinstall(places, f"xlwings=={XLWINGS_VERSION}"),
        )  # fmt: skip


def library_beside(python: Path, bits: int) -> Path | None:
    """Return xlwings' library beside a Python, or beside the Scripts folder of an environment."""
    name = f"xlwings{bits}-{XLWINGS_VERSION}.dll"
    folders = (python.parent, python.parent.parent)
    return next((folder / name for folder in folders if (folder / name).is_file()), None)


def _marks(places: Places, system: System, books: list[Path]) -> Iterator[Check]:
    python = places.python
    libraries = [library_beside(python, bits) for bits in (64, 32)]
    for file in (places.addin, *books, python, *(each for each in libraries if each)):
        if file.exists() and system.marked(file):
            yield Check(
                "有问题", file.name, "文件带有“来自网络”的标记，Excel 会停用其中的宏",
                "右键文件→属性→勾选“解除锁定”→确定；整包下载的，先对压缩包这样做，再解压、安装。",
            )  # fmt: skip


def _start(system: System, python: Path | None) -> Iterator[Check]:
    """Start the server as Excel does and make one call."""
    bits = struct.calcsize("P") * 8
    library = None if python is None else library_beside(python, bits)
    if python is None or library is None:
        return
    trial = system.start(python, library)
    if not trial.reason:
        yield Check("正常", "启动", f"Python 服务启动并算对了一个公式，{trial.seconds:.1f}秒")
    else:
        yield Check(
            "有问题", "启动", f"Python 服务没有启动：{trial.reason}",
            "按上面的提示处理；上面都正常的，多半是安全软件拦截了 Excel 启动 python.exe，"
            f"请信息人员放行 {python}，说明见 docs/it.md。",
        )  # fmt: skip
