"""Reading a whole file into memory: only files, and only so much of them."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from permu_xl.errors import FileAccessError
from permu_xl.xlsx.files.atomic import cannot_read
from permu_xl.xlsx.files.limits import Limits, too_large

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["file_stamp", "read_raw"]


def read_raw(path: Path, limits: Limits) -> tuple[bytes, tuple[int, int] | None]:
    """Return a file's content, and its stamp as it was when it was opened.

    Raises FileAccessError where it cannot be read or is no file (a folder, a device, a pipe on
    which one would wait for ever), BookError where it is too large.
    """
    try:
        kind = os.stat(path).st_mode
        if not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):
            raise FileAccessError(f"“{path}”是设备或管道，不是文件，请核对文件名和所在文件夹。")
        with path.open("rb") as file:
            stamp = file_stamp(file.fileno())
            # One byte more tells, and a file that grows meanwhile does no harm.
            raw = file.read((limits.file_mb << 20) + 1)
    except OSError as error:
        raise cannot_read(path, error) from error
    if len(raw) > limits.file_mb << 20:
        raise too_large(path, f"超过{limits.file_mb} MB", "file_mb")
    return raw, stamp


def file_stamp(file: Path | int) -> tuple[int, int] | None:
    """Return what changes whenever someone writes a file; None where there is none."""
    try:
        status = os.stat(file)
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns
