"""Install the add-in for one user, without administrator rights, and undo it completely.

The add-in goes where Excel opens it at every start (XLSTART).  It starts the Python that the
installer or the offline bundle puts in a fixed place; any other is noted in a file of ours.  A
record tells ``uninstall`` what was there before.
"""

from __future__ import annotations

import compileall
import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import permu_xl
from permu_xl.errors import FileAccessError, UsageError
from permu_xl.hosts.excel.setup.system import windows_version
from permu_xl.hosts.excel.setup.xlwings_conf import (
    INTERPRETER,
    set_configuration,
    settings_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "ADDIN",
    "EXAMPLES",
    "INSTALLER",
    "OWN_PYTHON",
    "REMOVER",
    "Places",
    "compile_modules",
    "install",
    "shipped",
    "uninstall",
]

ADDIN = "permu.xlam"
EXAMPLES = "函数示例.xlsx"
INSTALLER, REMOVER = "亩均评价-安装.exe", "卸载.exe"
"""The one file that installs on Windows, and what it leaves to remove everything."""
_AT_ONCE = 50
LEAST_WINDOWS = 10
"""Python 3.13 needs functions of Windows 8.1 and is tested by its makers on 10 and later."""
OWN_PYTHON = r"permu_xl\python\python.exe"
"""Where the installer and the offline bundle put Python, below the user's LOCALAPPDATA."""


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of a user, and the Python that runs this.

    ``roaming``, ``local`` and ``profile`` are what Windows calls APPDATA, LOCALAPPDATA and
    USERPROFILE.  ``encoding`` is that of text files which VBA reads.
    """

    roaming: Path
    local: Path
    profile: Path
    python: Path
    encoding: str

    @classmethod
    def of_user(cls) -> Places:
        """Return the places of the present user; UsageError where this is not Windows."""
        if os.name != "nt":
            raise UsageError("加载项只能装在 Windows 的 Excel 里，这台电脑不是 Windows。")
        if windows_version()[0] < LEAST_WINDOWS:
            raise UsageError("加载项需要 Windows 10 或更新的版本，这台电脑的 Windows 太旧。")
        roaming, local, profile = (
            Path(os.environ[name]) for name in ("APPDATA", "LOCALAPPDATA", "USERPROFILE")
        )
        return cls(roaming, local, profile, _console_python(Path(sys.executable)), "mbcs")

    @property
    def addin(self) -> Path:
        """Where the add-in goes."""
        return self.roaming / "Microsoft" / "Excel" / "XLSTART" / ADDIN

    @property
    def configuration(self) -> Path:
        """Xlwings' configuration of this user."""
        return self.profile / ".xlwings" / "xlwings.conf"

    @property
    def own_python(self) -> Path:
        """Where the installer or the offline bundle puts Python; the add-in asks for it first."""
        return self.local.joinpath(*OWN_PYTHON.split("\\"))

    @property
    def is_bundle(self) -> bool:
        """Whether this runs in that Python."""
        return self.python == self.own_python

    @property
    def _has_remover(self) -> bool:
        return (self.local / "permu_xl" / REMOVER).is_file()

    @property
    def source(self) -> str:
        """What has put Python there, in words."""
        return f"“{INSTALLER}”" if self._has_remover else "离线包里的“安装.cmd”"

    @property
    def removal(self) -> str:
        """How to remove that, in words."""
        if self._has_remover:
            return "在开始菜单“亩均评价”里点“卸载”"
        return "双击离线包里的“卸载.cmd”"

    @property
    def does_without(self) -> bool:
        """Whether the user installed everything but the add-in."""
        return self._has_remover and not self.record.is_file()

    @property
    def noted(self) -> Path:
        """Which other Python the add-in is to start."""
        return self.local / "permu_xl" / "python.txt"

    @property
    def record(self) -> Path:
        """What ``install`` has changed."""
        return self.local / "permu_xl" / "install.json"


def _console_python(python: Path) -> Path:
    """Return python.exe also where a program without console runs this."""
    return python.with_name("python.exe") if python.name.lower() == "pythonw.exe" else python


def shipped(name: str) -> Path:
    """Return a file that comes with the package; UsageError where it was never built."""
    package = Path(permu_xl.__file__).parent
    for folder in (package / "workbook", package.parent / "workbook"):
        if (folder / name).is_file():
            return folder / name
    raise UsageError(f"安装包里没有 {name}，请先运行 permu-xl excel build 生成。")


def install(places: Places, addin: Path) -> list[str]:
    """Put the add-in in place and name the Python to start; return what was done, in words.

    An earlier installation is replaced; what was there before the first one is kept on record.
    Raises FileAccessError where a file cannot be written, mostly because Excel has it open.
    """
    record = _read_record(places)
    try:
        if record is None:
            folder = places.addin.parent
            record = {"addin_folder": folder.exists(), "excel_folder": folder.parent.exists()}
        places.record.parent.mkdir(parents=True, exist_ok=True)
        # First the record: whatever is interrupted later can then be undone.
        places.record.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
        places.addin.parent.mkdir(parents=True, exist_ok=True)
        # Written anew, not copied: the mark of a download must not come along.
        places.addin.write_bytes(addin.read_bytes())
        if places.is_bundle:
            places.noted.unlink(missing_ok=True)
        else:
            # With its mark, as VBA reads it: a path may have letters that no code page has.
            places.noted.write_bytes(f"\ufeff{places.python}".encode("utf-16-le"))
    except OSError as error:
        raise _trouble(error) from error
    lines = [f"加载项：{places.addin}", f"Python：{places.python}"]
    if places.own_python.exists() and not places.is_bundle:
        lines.append(
            f"注意：Excel 用的仍是{places.source}装的 Python（{places.own_python}）；"
            f"要改用上面这一个，先{places.removal}，再运行一次 permu-xl excel install。"
        )
    return [*lines, "请重新打开 Excel，选项卡“亩均评价”会出现在最右边。"]


def compile_modules(places: Places) -> Iterator[str]:
    """Compile that Python's modules and yield how far it is.

    Excel's first formula and the desk then need not wait for it.
    """
    if not places.is_bundle:
        return
    files = sorted((places.python.parent / "Lib").rglob("*.py"))
    with ProcessPoolExecutor() as pool:
        compiled = pool.map(partial(compileall.compile_file, quiet=2), files, chunksize=_AT_ONCE)
        for number, _ in enumerate(compiled, 1):
            if number % _AT_ONCE == 0:
                yield f"已编译{number}个模块，共{len(files)}个"


def uninstall(places: Places) -> list[str]:
    """Undo ``install``: afterwards everything is as before, later changes by others excepted."""
    record = _read_record(places)
    if record is None:
        return ["没有安装过，不需要卸载。"]
    try:
        places.addin.unlink(missing_ok=True)
        if not record["addin_folder"]:
            _remove_if_empty(places.addin.parent)
        if not record.get("excel_folder", True):
            _remove_if_empty(places.addin.parent.parent)
        places.noted.unlink(missing_ok=True)
        _restore_configuration(places, record)
        places.record.unlink()
        _remove_if_empty(places.record.parent)
    except OSError as error:
        raise _trouble(error) from error
    return ["已卸载：加载项和设置都已恢复原状。"]


def _restore_configuration(places: Places, record: Mapping[str, object]) -> None:
    """Give back the setting in which an earlier version had named its Python."""
    configuration = places.configuration
    if "interpreter" not in record:
        return
    settings = settings_of(configuration, places.encoding)
    if settings.get(INTERPRETER) in _ours(record):
        before = record["interpreter"]
        kept = {INTERPRETER: before if isinstance(before, str) else None}
        set_configuration(configuration, places.encoding, kept)
    if not record.get("configuration") and not settings_of(configuration, places.encoding):
        configuration.unlink(missing_ok=True)
    if not record.get("folder"):
        _remove_if_empty(configuration.parent)


def _ours(record: Mapping[str, object]) -> list[str]:
    """Return every Python that was named: one that failed midway left the one before."""
    found = record.get("pythons")
    return [str(each) for each in found] if isinstance(found, list) else []


def _read_record(places: Places) -> dict[str, object] | None:
    try:
        found: dict[str, object] = json.loads(places.record.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise FileAccessError(f"安装记录 {places.record} 读不出来，请删除它再重新安装。") from error
    return found


def _remove_if_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _trouble(error: OSError) -> FileAccessError:
    if isinstance(error, PermissionError):
        return FileAccessError(f"{error.filename} 写不进去，请先关闭所有 Excel 窗口再试。")
    return FileAccessError(f"{error.filename} 不能读写：{error.strerror}。")
