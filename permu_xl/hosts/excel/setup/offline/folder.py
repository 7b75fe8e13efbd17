"""A folder for desktops without internet and without administrator rights.

It holds an embeddable Python, all packages, the add-in and scripts to install and to remove; on
the desktop nothing is fetched and nothing but the user's own folders is changed.
"""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

from permu_xl.errors import FileAccessError, UsageError
from permu_xl.hosts.excel.setup.installer import ADDIN, shipped
from permu_xl.hosts.excel.setup.offline.python_folder import fill

if TYPE_CHECKING:
    from pathlib import Path

    from permu_xl.hosts.excel.setup.offline.packages import Fetch

__all__ = ["bundle"]

TEMPLATE = "permu_template.xlsm"
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


def bundle(python_zip: Path, out: Path, wheels: Path | None, fetch: Fetch) -> list[str]:
    """Make the folder ``out`` and return what is in it, in words.

    The arguments are those of ``fill``.
    Raises UsageError for a zip that is no such Python, for an ``out`` that is not empty and for
    a folder without the wheels that are needed.
    """
    if out.exists() and any(out.iterdir()):
        raise UsageError(f"文件夹 {out} 不是空的，请换一个或先清空。")
    addin, template = shipped(ADDIN), shipped(TEMPLATE)
    try:
        held = fill(out / "python", python_zip, wheels, fetch, (addin, template))
        shutil.copyfile(template, out / TEMPLATE)
        for name, script in SCRIPTS.items():
            (out / name).write_bytes(script.replace("\n", "\r\n").encode(_CODE_PAGE))
        (out / "说明.txt").write_bytes(_README.replace("\n", "\r\n").encode("utf-8-sig"))
        (out / HASHES).write_bytes(_hashes(out).encode("utf-8-sig"))
    except OSError as error:
        raise FileAccessError(f"{error.filename} 不能读写：{error.strerror}。") from error
    return [f"已生成 {out}", held]


def _hashes(out: Path) -> str:
    """Return the SHA-256 of every file, a line each, as ``certutil -hashfile`` shows it."""
    files = sorted(file for file in out.rglob("*") if file.is_file())
    return "".join(
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(out).as_posix()}\r\n"
        for file in files
    )
