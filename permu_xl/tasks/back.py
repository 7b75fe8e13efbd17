"""Undoing what was written into a workbook last, from the backup beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.errors import UsageError
from permu_xl.xlsx.files import Limits, backup_path, claimed, read_raw, replace_file

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

__all__ = ["take_back"]


def take_back(path: Path) -> str:
    """Put a workbook back to its backup, and keep as the backup what it was until now.

    So taking back a second time brings it forth again.  Returns what the user is told.  Raises
    UsageError where there is no backup, FileAccessError where the workbook is open or cannot be
    written; then nothing has changed.
    """
    backup = backup_path(path)
    if not backup.is_file():
        raise UsageError(f"“{path.name}”没有备份（{backup.name}），不能撤回。")
    with claimed(path):
        content, _ = read_raw(backup, Limits.from_environment())

        def write(file: BinaryIO) -> None:
            file.write(content)

        replace_file(path, write, backup=True)
    return (
        f"已撤回：“{path.name}”恢复成上一次写入以前的样子；"
        f"撤回前的留作“{backup.name}”，再撤回一次就换回来。"
    )
