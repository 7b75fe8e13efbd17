"""The desk among the programs of a Linux desktop: in its menu, and at 打开方式 of workbooks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path

from permu_xl.errors import UsageError
from permu_xl.xlsx.files import make_folder, replace_content

__all__ = ["install_entry", "uninstall_entry"]

_NAME = "permu-xl-desk"
_KINDS = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-excel.sheet.macroEnabled.12",
)
_ENTRY = """\
[Desktop Entry]
Type=Application
Version=1.0
Name=亩均评价
Name[en]=Output per mu
Comment=工业企业“亩均论英雄”综合评价：导入、核查、评价、确认单、公示上报
Exec={command} %F
Icon={name}
Terminal=false
Categories=Office;Spreadsheet;
MimeType={kinds};
StartupNotify=false
"""
_SPECIAL = '"`$\\'


def install_entry() -> list[str]:
    """Put the desk into the user's menu and among the programs for workbooks; return what was done.

    Which program opens workbooks by a double click stays as it is.  Raises UsageError on other
    systems, FileAccessError where the files cannot be written.
    """
    entry, icon = _places()
    picture = resources.files("permu_xl.hosts.desk") / "static" / "icon.svg"
    for path, content in (
        (entry, _entry([sys.executable, "-m", "permu_xl", "desk"]).encode()),
        (icon, picture.read_bytes()),
    ):
        make_folder(path.parent)
        replace_content(path, content)
    _renew(entry.parent)
    return [
        f"已装好 {entry}",
        "从“办公”菜单打开“亩均评价”，或者在工作簿上点右键，选“打开方式—亩均评价”。",
    ]


def uninstall_entry() -> list[str]:
    """Take the desk out of the user's menu again; return what was done."""
    entry, icon = _places()
    for path in (entry, icon):
        path.unlink(missing_ok=True)
    _renew(entry.parent)
    return [f"已移除 {entry}"]


def _places() -> tuple[Path, Path]:
    """Return where the entry and its icon stand."""
    if not sys.platform.startswith("linux"):
        raise UsageError(
            "--install 只用于 Linux 桌面；Windows 请用安装程序，它会放好图标和“发送到”。"
        )
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    icons = Path(home) / "icons" / "hicolor" / "scalable" / "apps"
    return Path(home) / "applications" / f"{_NAME}.desktop", icons / f"{_NAME}.svg"


def _entry(words: list[str]) -> str:
    """Return the entry that starts a command.

    >>> "Exec=/usr/bin/python3 -m permu_xl %F" in _entry(["/usr/bin/python3", "-m", "permu_xl"])
    True
    """
    command = " ".join(map(_quoted, words))
    return _ENTRY.format(command=command, name=_NAME, kinds=";".join(_KINDS))


def _quoted(word: str) -> str:
    r"""Return a word of ``Exec`` as the specification of desktop entries wants it.

    Quoted where it has anything but plain characters, then backslashes doubled as in every value.

    >>> print(_quoted("/home/张三/my $env/100%/python"))
    "/home/张三/my \\$env/100%%/python"
    """
    if all(c.isalnum() or c in "/._-+" for c in word):
        return word
    inner = "".join(f"\\{c}" if c in _SPECIAL else c for c in word).replace("%", "%%")
    return f'"{inner}"'.replace("\\", "\\\\")


def _renew(folder: Path) -> None:
    """Let the desktop know, where it has the program for it; else it notices by itself."""
    program = shutil.which("update-desktop-database")
    if program is not None and folder.is_dir():
        quiet = subprocess.DEVNULL
        subprocess.run([program, str(folder)], check=False, stdout=quiet, stderr=quiet)
