"""Install the extension into LibreOffice and take it out again, by LibreOffice's own ``unopkg``.

LibreOffice runs the extension under its own Python, which has neither permu_xl nor numpy; so the
extension that is installed names the folders in which this Python has them.
"""

from __future__ import annotations

import os
import stat
import sysconfig
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import permu_xl
from permu_xl.errors import FileAccessError, UsageError
from permu_xl.hosts.calc.setup.build import (
    EXTENSION_FILE,
    IDENTIFIER,
    MINIMUM_VERSION,
    extension,
)
from permu_xl.libreoffice import TOO_OLD, Calc, version

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence

__all__ = ["install", "site_folders", "uninstall"]


def site_folders() -> list[Path]:
    """Return the folders in which this Python has permu_xl and what it needs, each once."""
    installed = [Path(sysconfig.get_path(kind)) for kind in ("purelib", "platlib")]
    # Also where permu_xl is used from its sources.
    found = [*installed, Path(permu_xl.__file__).resolve().parent.parent]
    return list(dict.fromkeys(found))


def install(calc: Calc, folders: Sequence[Path], *, shared: bool = False) -> list[str]:
    """Install the extension, in place of an earlier one; return what was done, in words.

    ``folders`` are where it finds permu_xl.  Raises UsageError where this LibreOffice or this
    user cannot have it, FileAccessError where LibreOffice refuses.
    """
    found = version(calc.program)
    if found < MINIMUM_VERSION:
        shown, wanted = (".".join(map(str, each)) for each in (found, MINIMUM_VERSION))
        raise UsageError(TOO_OLD.format(found=shown, wanted=wanted))
    _forbid_root(shared)
    if shared and (closed := [folder for folder in folders if not _open_to_all(folder)]):
        raise UsageError(
            f"别的用户读不了 {closed[0]}，装了也不能用；请把 permu_xl 装到所有用户都能读的文件夹"
            "（如 /opt/permu_xl 里的虚拟环境），再用那里的 permu-xl calc install --shared。"
        )
    with tempfile.TemporaryDirectory(prefix="permu-xl-") as scratch:
        file = Path(scratch) / EXTENSION_FILE
        file.write_bytes(extension(folders))
        done = calc.package_manager(
            "add", "--force", "--suppress-license", *_scope(shared), str(file)
        )
    if done.returncode:
        raise FileAccessError(f"LibreOffice 没有装上加载项：{_reason(done)}")
    return [
        f"已装入 LibreOffice（{calc.program}），{'所有用户' if shared else '当前用户'}可用。",
        *(f"程序所在：{folder}" for folder in folders),
        "请关闭全部 LibreOffice 窗口再打开，试一试 =PERMU_SCORE(5,10,30)，应得15。",
    ]


def uninstall(calc: Calc, *, shared: bool = False) -> list[str]:
    """Take the extension out of LibreOffice; nothing of it stays."""
    _forbid_root(shared)
    if calc.package_manager("list", *_scope(shared), IDENTIFIER).returncode:
        return ["没有安装过，不需要卸载。"]
    done = calc.package_manager("remove", *_scope(shared), IDENTIFIER)
    if done.returncode:
        raise FileAccessError(f"LibreOffice 没有卸载加载项：{_reason(done)}")
    return ["已从 LibreOffice 卸载。"]


def _open_to_all(folder: Path) -> bool:
    """Return whether every user may read a folder and walk there."""
    try:
        above = all(each.stat().st_mode & stat.S_IXOTH for each in folder.resolve().parents)
        return above and folder.stat().st_mode & 0o5 == 0o5
    except OSError:
        return False


def _scope(shared: bool) -> list[str]:
    return ["--shared"] if shared else []


def _forbid_root(shared: bool) -> None:
    if not shared and hasattr(os, "geteuid") and os.geteuid() == 0:
        raise UsageError(
            "LibreOffice 不让 root 给自己安装加载项；请用平时的用户运行，"
            "或者给所有用户安装：permu-xl calc install --shared（卸载时也加 --shared）。"
        )


def _reason(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip() for line in (done.stderr + done.stdout).splitlines()]
    told = [line for line in lines if line.startswith("ERROR")] or [line for line in lines if line]
    return told[0] if told else f"unopkg 的返回值是{done.returncode}"
