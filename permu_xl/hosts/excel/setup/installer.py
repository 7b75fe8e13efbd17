"""Install the add-in for one user, without administrator rights, and undo it completely.

The add-in goes where Excel opens it at every start (XLSTART); which Python it starts is written
into the user's xlwings configuration.  A record tells ``uninstall`` what was there before.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import permu_xl
from permu_xl.errors import FileAccessError, UsageError

__all__ = [
    "ADDIN",
    "INTERPRETER",
    "Places",
    "install",
    "set_configuration",
    "settings_of",
    "shipped",
    "uninstall",
]

ADDIN = "permu.xlam"
OWN_PYTHON = r"permu_xl\python\python.exe"
"""Where the offline bundle puts its Python, below the user's LOCALAPPDATA."""
INTERPRETER = "INTERPRETER_WIN"
"""The setting that names the Python to start."""


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of a user, and the Python that Excel is to start.

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
        """xlwings' configuration of this user."""
        return self.profile / ".xlwings" / "xlwings.conf"

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
    configuration = places.configuration
    try:
        before = settings_of(configuration, places.encoding)
        if record is None:
            record = {
                "interpreter": before.get(INTERPRETER),
                "configuration": configuration.exists(),
                "folder": configuration.parent.exists(),
                "addin_folder": places.addin.parent.exists(),
            }
        places.record.parent.mkdir(parents=True, exist_ok=True)
        # First the record: whatever is interrupted later can then be undone.
        named = str(places.python)
        record["pythons"] = [*(p for p in _ours(record) if p != named), named]
        places.record.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
        places.addin.parent.mkdir(parents=True, exist_ok=True)
        # Written anew, not copied: the mark of a download must not come along.
        places.addin.write_bytes(addin.read_bytes())
        set_configuration(configuration, places.encoding, {INTERPRETER: named})
    except OSError as error:
        raise _trouble(error) from error
    except UnicodeError as error:
        raise _unwritable(configuration, places) from error
    return [
        f"加载项：{places.addin}",
        f"Python：{places.python}（写在 {configuration}）",
        "请重新打开 Excel，选项卡“亩均评价”会出现在最右边。",
    ]


def uninstall(places: Places) -> list[str]:
    """Undo ``install``: afterwards everything is as before, later changes by others excepted."""
    record = _read_record(places)
    if record is None:
        return ["没有安装过，不需要卸载。"]
    configuration = places.configuration
    try:
        places.addin.unlink(missing_ok=True)
        if not record["addin_folder"]:
            _remove_if_empty(places.addin.parent)
        settings = settings_of(configuration, places.encoding)
        if settings.get(INTERPRETER) in _ours(record):
            before = record["interpreter"]
            set_configuration(
                configuration,
                places.encoding,
                {INTERPRETER: before if isinstance(before, str) else None},
            )
        if not record["configuration"] and not settings_of(configuration, places.encoding):
            configuration.unlink(missing_ok=True)
        if not record["folder"]:
            _remove_if_empty(configuration.parent)
        places.record.unlink()
        _remove_if_empty(places.record.parent)
    except OSError as error:
        raise _trouble(error) from error
    return ["已卸载：加载项和设置都已恢复原状。"]


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


def settings_of(path: Path, encoding: str) -> dict[str, str]:
    """Return the settings of an xlwings configuration file; none where there is no file."""
    found: dict[str, str] = {}
    if path.exists():
        for line in path.read_text(encoding=encoding).splitlines():
            key, separator, value = line.partition(",")
            if separator:
                found[key.strip().strip('"').upper()] = value.strip().strip('"')
    return found


def set_configuration(path: Path, encoding: str, changes: Mapping[str, str | None]) -> None:
    """Set settings in an xlwings configuration file, None drops one; other lines stay.

    Each line is ``"KEY","value"``, as VBA's ``Write`` makes them and its ``Input`` reads them.
    """
    lines = path.read_text(encoding=encoding).splitlines() if path.exists() else []
    keys = {key.upper() for key in changes}
    kept = [line for line in lines if line.partition(",")[0].strip().strip('"').upper() not in keys]
    kept += [f'"{key}","{value}"' for key, value in changes.items() if value is not None]
    if not kept and not path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join(f"{line}\r\n" for line in kept).encode(encoding))


def _remove_if_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _unwritable(file: Path, places: Places) -> FileAccessError:
    return FileAccessError(
        f"{file} 里有本机编码写不出或读不懂的字（Python 在 {places.python}），"
        "请把 Python 装到名称只有英文字母的文件夹再试。"
    )


def _trouble(error: OSError) -> FileAccessError:
    if isinstance(error, PermissionError):
        return FileAccessError(f"{error.filename} 写不进去，请先关闭所有 Excel 窗口再试。")
    return FileAccessError(f"{error.filename} 不能读写：{error.strerror}。")
