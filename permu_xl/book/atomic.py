"""Writing a file in one step: it is wholly written or it stays as it was."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from permu_xl.errors import FileAccessError


def replace_file(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Put what ``write`` writes in the place of a file, or where there is none yet.

    A file that is there passes on its permissions; of a link, the file it leads to is replaced.
    Raises FileAccessError where that is impossible; whatever ``write`` raises is passed on.  In
    both cases the old file is whole, and nothing else is left.
    """
    target = Path(os.path.realpath(path))
    try:
        present = target.stat()
    except FileNotFoundError:
        present = None
    except OSError as error:
        raise _cannot_write(target, error) from error
    if present is not None and not (stat.S_ISREG(present.st_mode) and os.access(target, os.W_OK)):
        raise FileAccessError(f"“{target}”不能覆盖：它是只读文件或文件夹，请换个文件名。")
    temporary = target.with_name(f".permu-{secrets.token_hex(6)}.tmp")
    try:
        try:
            with temporary.open("xb") as file:
                if present is not None:
                    _take_over_owner(temporary, present)
                write(file)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
    except OSError as error:
        raise _cannot_write(target, error) from error
    _sync_folder(target.parent)


def replace_content(path: Path, content: bytes) -> None:
    """Put ``content`` in the place of a file, as ``replace_file`` does."""

    def write(file: BinaryIO) -> None:
        file.write(content)

    replace_file(path, write)


def cannot_read(path: Path, error: OSError) -> FileAccessError:
    """Return what to say about a file that cannot be read."""
    if isinstance(error, FileNotFoundError):
        return FileAccessError(f"找不到文件“{path}”，请检查文件名和所在文件夹。")
    if isinstance(error, IsADirectoryError):
        return FileAccessError(f"“{path}”是文件夹，请指定工作簿文件。")
    if isinstance(error, PermissionError):
        return FileAccessError(
            f"无法读取“{path}”：没有权限或文件正被其他程序占用，请关闭该文件后再试。"
        )
    return FileAccessError(f"无法读取“{path}”（{error.strerror}），请检查磁盘或网络后再试。")


def _take_over_owner(path: Path, model: os.stat_result) -> None:
    """Give a new file the permissions of the one it will replace, before anything is in it."""
    path.chmod(stat.S_IMODE(model.st_mode))
    if hasattr(os, "chown"):
        # Only root can give a file away, and only to a member's own group can others.
        with contextlib.suppress(OSError):
            os.chown(path, model.st_uid, model.st_gid)


def _sync_folder(folder: Path) -> None:
    """Make the new name durable where the system can; Windows cannot open a folder."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _cannot_write(path: Path, error: OSError) -> FileAccessError:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return FileAccessError(f"无法写入“{path}”：文件夹不存在，请检查路径。")
    if isinstance(error, PermissionError):
        return FileAccessError(
            f"无法写入“{path}”：文件正在 Excel 或 WPS 中打开，或者没有写入权限；"
            "请关闭该文件后再试。"
        )
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return FileAccessError(f"无法写入“{path}”：磁盘空间不足，请清理后再试。")
    return FileAccessError(f"无法写入“{path}”（{error.strerror}），请检查磁盘或网络后再试。")
