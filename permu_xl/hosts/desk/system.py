"""The user's own programs: the browser, whatever opens a file, the window of a folder."""

from __future__ import annotations

import os
import subprocess
import sys
import webbrowser
from typing import TYPE_CHECKING

from permu_xl.errors import FileAccessError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["show_address", "show_file", "show_folder"]


def show_address(address: str) -> bool:
    """Open an address in the browser that is there: Edge on Windows, else the user's own."""
    if sys.platform == "win32":
        for address_of_edge in (f"microsoft-edge:{address}", address):
            try:
                os.startfile(address_of_edge)
            except OSError:
                continue
            return True
    return webbrowser.open(address)


def show_file(path: Path) -> None:
    """Open a file or folder with the program that the user has for it.

    Raises FileAccessError where there is none.
    """
    if not path.exists():
        raise FileAccessError(f"{path} 已经不在了，可能被移走或改名。")
    if sys.platform == "win32":
        try:
            os.startfile(path)
        except OSError as error:
            raise _cannot(path) from error
    else:
        _begin(path, ["open" if sys.platform == "darwin" else "xdg-open", str(path)])


def show_folder(path: Path) -> None:
    """Open the folder that a file is in, and mark the file where the system can.

    Raises FileAccessError where that is impossible.
    """
    if sys.platform == "win32" and path.exists():
        _begin(path, f'explorer /select,"{path}"')
    else:
        show_file(path if path.is_dir() else path.parent)


def _begin(path: Path, command: Sequence[str] | str) -> None:
    quiet = subprocess.DEVNULL
    try:
        subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)
    except OSError as error:
        raise _cannot(path) from error


def _cannot(path: Path) -> FileAccessError:
    return FileAccessError(f"没能打开 {path}，文件在那里，请自己打开。")
