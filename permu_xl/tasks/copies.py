"""Copies of what an open workbook shows, and the names of the new files beside it."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from permu_xl.errors import FileAccessError, UsageError
from permu_xl.tasks.messages import free_name, named_file, not_saved

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from permu_xl.tasks.desk import Desk

__all__ = ["new_file", "saved", "shown", "there"]


def saved(desk: Desk, command: str) -> Path:
    """Return where the workbook is; UsageError where it has to be saved first."""
    path = desk.path
    if path is None or not path.is_absolute() or not path.parent.is_dir():
        raise not_saved(f"做“{command}”")
    return path


@contextmanager
def shown(desk: Desk, command: str) -> Iterator[Path]:
    """Yield a file with what the workbook shows now, which need not have been saved.

    It has the workbook's name, beside it are the district's own schemes, and it is gone with its
    folder afterwards.  The folder is beside the workbook: figures of firms do not go where others
    may read them.
    """
    source = saved(desk, command)
    name = f"{source.stem}{desk.copy_suffix}"
    try:
        scratch = tempfile.TemporaryDirectory(prefix="permu-xl-", dir=source.parent)
    except OSError as error:
        raise FileAccessError(
            f"{source.parent} 写不进去，请把工作簿另存到可以写的文件夹再做“{command}”。"
        ) from error
    with scratch as folder:
        for scheme in source.parent.glob("*.toml"):
            # What cannot be read is told by whoever needs it.
            with suppress(OSError):
                shutil.copyfile(scheme, Path(folder) / scheme.name)
        copy = Path(folder) / name
        desk.store(copy)
        yield copy


def there(chosen: Sequence[Path]) -> Sequence[Path]:
    """Return the files that were chosen; FileAccessError where one is not there."""
    for path in chosen:
        if not path.is_file():
            raise FileAccessError(f"找不到文件 {path}，请核对文件名和文件夹。")
    return chosen


def new_file(desk: Desk, what: str, suffix: str = ".xlsx") -> Path:
    """Return the file for something new: what a macro has named, or a free name beside.

    Raises UsageError where the named one exists.
    """
    source = saved(desk, what)
    target = desk.target()
    if target is None:
        return free_name(source, what, suffix)
    if target.exists():
        raise UsageError(f"{target} 已经存在，为免覆盖没有生成；请换个文件名。")
    return named_file(target, source, what, suffix)
