"""Writing a file in one step: it is wholly written or it stays as it was."""

from __future__ import annotations

import contextlib
import errno
import filecmp
import os
import secrets
import shutil
import stat
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from permu_xl.errors import FileAccessError
from permu_xl.xlsx.files.made import as_made, kept_path, put_mark
from permu_xl.xlsx.files.names import backup_path, scratch_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "cannot_read",
    "cannot_use",
    "cannot_use_folder",
    "clear_scratch",
    "kept_note",
    "make_folder",
    "replace_content",
    "replace_file",
]

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)
_PATH = {
    errno.ENAMETOOLONG: "文件名太长，请改短后再试",
    errno.ELOOP: "路径里的链接绕成了圈，请改用文件真正所在的文件夹",
}
"""What is wrong with a path itself, and what to do."""

_PAUSES = (0.1, 0.3, 1.0) if os.name == "nt" else ()
"""On Windows a virus scanner holds a new file for a moment, and then it cannot be moved."""


def make_folder(folder: Path) -> None:
    """Make a folder, with those above it, where there is none; FileAccessError if that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = _PATH.get(error.errno or 0, "请核对有没有同名文件、能不能在那里写入")
        raise FileAccessError(f"建不了文件夹 {folder}，{why}。") from error


def replace_file(
    path: Path,
    write: Callable[[BinaryIO], None],
    *,
    backup: bool = False,
    made: bool = False,
    check: Callable[[], None] = lambda: None,
) -> Path | None:
    """Put what ``write`` writes in the place of a file, or where there is none yet.

    Every program of ours that rewrites a workbook of the user's does it here.  A file that is
    there passes on its permissions; of a link, the file it leads to is replaced.  ``backup``
    keeps the old file as ``backup_path``, in the place of the backup before; the copy is complete
    before the file itself is touched.  ``check`` is called last and may raise.

    ``made`` is for a file that can be made again at any time from others: it is marked
    (``made.put_mark``), and what stands in its place is kept under a name that is free
    (``made.kept_path``) unless it is itself as it was made, or the same as what is written.
    Returns where the old file is kept, None where it is not.
    Raises FileAccessError where that is impossible; whatever ``write`` raises is passed on.  In
    both cases the old file is whole, and nothing else is left.
    """
    target = Path(os.path.realpath(path))
    present = _present(target)
    with _scratch(target) as temporary:
        with _new_file(temporary, target) as file:
            if present is not None:
                _take_over(temporary, target, present)
            with _told(partial(_cannot_fill, target)):
                write(file)
                if made:
                    put_mark(file)
                file.flush()
                os.fsync(file.fileno())
        check()
        place = None
        if present is not None and backup:
            place = backup_path(target)
        elif present is not None and made and not _same_or_made(target, temporary):
            place = kept_path(target)
        if place is not None:
            _back_up(target, place)
        with _told(partial(_cannot_place, target)):
            _move(temporary, target)
    _sync_folder(target.parent)
    return place


def _same_or_made(target: Path, new: Path) -> bool:
    """Return whether nothing is lost with a file: it can be made again, or is what is written."""
    return as_made(target) or filecmp.cmp(target, new, shallow=False)


def replace_content(path: Path, content: bytes, *, made: bool = False) -> Path | None:
    """Put ``content`` in the place of a file, as ``replace_file`` does."""

    def write(file: BinaryIO) -> None:
        file.write(content)

    return replace_file(path, write, made=made)


def kept_note(target: Path, place: Path) -> str:
    """Return the sentence on a file that was kept.

    >>> kept_note(Path("甲.xlsx"), Path("甲.bak.xlsx"))
    '“甲.xlsx”写好以后有人改动过，改动过的那份留作“甲.bak.xlsx”。'
    """
    return f"“{target.name}”写好以后有人改动过，改动过的那份留作“{place.name}”。"


def clear_scratch(target: Path) -> None:
    """Remove what a killed run left of ``target``; only for who has claimed it (``locks``)."""
    for left in target.parent.glob(scratch_path(target, "-*.tmp").name):
        with contextlib.suppress(OSError):
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink()


def cannot_read(path: Path, error: OSError) -> FileAccessError:
    """Return what to say about a file that cannot be read."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return FileAccessError(f"找不到文件“{path}”，请检查文件名和所在文件夹。")
    if error.errno in _PATH:
        return FileAccessError(f"无法读取“{path}”：{_PATH[error.errno]}。")
    if isinstance(error, IsADirectoryError):
        return FileAccessError(f"“{path}”是文件夹，请指定工作簿文件。")
    if isinstance(error, PermissionError):
        return FileAccessError(
            f"无法读取“{path}”：没有权限或文件正被其他程序占用，请关闭该文件后再试。"
        )
    return FileAccessError(f"无法读取“{path}”（{error.strerror}），请检查磁盘或网络后再试。")


def cannot_use(error: OSError) -> FileAccessError | None:
    """Return what to say about the path that stopped a command; None where no path did.

    For errors of the system that arise where nothing is read or written yet.
    """
    if not isinstance(error.filename, str):
        return None
    path = Path(error.filename)
    if error.errno in _PATH:
        return FileAccessError(f"用不了“{path}”：{_PATH[error.errno]}。")
    return cannot_read(path, error)


def cannot_use_folder(path: Path, error: OSError) -> FileAccessError:
    """Return what to say where no file can be made beside ``path``."""
    if isinstance(error, FileNotFoundError):
        return FileAccessError(f"无法写入“{path}”：文件夹不存在，请检查路径。")
    if isinstance(error, NotADirectoryError):
        return FileAccessError(f"无法写入“{path}”：“{path.parent}”是文件，不是文件夹，请检查路径。")
    if error.errno in _READ_ONLY:
        return FileAccessError(
            f"无法写入“{path}”：所在的文件夹是只读的，或者没有写入权限；"
            "请把工作簿复制到可以写的文件夹，或换个地方存结果。"
        )
    return _cannot_fill(path, error)


def _cannot_fill(path: Path, error: OSError) -> FileAccessError:
    if error.errno in _FULL:
        return FileAccessError(
            f"无法写入“{path}”：磁盘空间不足或超过限额，没有改动任何文件；请清理磁盘后再试。"
        )
    if error.errno in _PATH:
        return FileAccessError(f"无法写入“{path}”：{_PATH[error.errno]}。")
    return FileAccessError(
        f"无法写入“{path}”（{error.strerror}），没有改动任何文件；请检查磁盘或网络后再试。"
    )


def _cannot_place(path: Path, error: OSError) -> FileAccessError:
    if error.errno in _FULL:
        return _cannot_fill(path, error)
    return FileAccessError(
        f"无法替换“{path}”：它正在 Excel 或 WPS 中打开，或者所在的磁盘（如网络盘）不支持整体替换；"
        "没有改动它，请先关闭它，或把工作簿复制到本机的文件夹后再试。"
    )


def _cannot_back_up(path: Path, error: OSError) -> FileAccessError:
    reason = "磁盘空间不足" if error.errno in _FULL else error.strerror
    return FileAccessError(
        f"无法写备份“{path}”（{reason}），没有改动工作簿；"
        "请关闭备份文件、清理磁盘后再试，确实不要备份就加 --no-backup。"
    )


@contextlib.contextmanager
def _told(tell: Callable[[OSError], FileAccessError]) -> Iterator[None]:
    """Tell an error of the system in a sentence."""
    try:
        yield
    except OSError as error:
        raise tell(error) from error


def _present(target: Path) -> os.stat_result | None:
    """Return the state of the file that will be replaced; None where there is none."""
    try:
        present = target.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise cannot_use_folder(target, error) from error
    if not (stat.S_ISREG(present.st_mode) and os.access(target, os.W_OK)):
        raise FileAccessError(f"“{target}”不能覆盖：它是只读文件或文件夹，请换个文件名。")
    return present


@contextlib.contextmanager
def _scratch(target: Path) -> Iterator[Path]:
    """Give a name for a file beside ``target``, and remove what is still there afterwards."""
    temporary = scratch_path(target, f"-{secrets.token_hex(6)}.tmp")
    try:
        yield temporary
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def _new_file(temporary: Path, target: Path) -> Iterator[BinaryIO]:
    try:
        file = temporary.open("x+b")
    except OSError as error:
        raise cannot_use_folder(target, error) from error
    # A full disk may only show when the rest is written on closing.
    with _told(partial(_cannot_fill, target)), file:
        yield file


def _back_up(target: Path, place: Path) -> None:
    """Copy a file with all its properties to its backup, in one step."""
    with _told(partial(_cannot_back_up, place)), _scratch(target) as temporary:
        with target.open("rb") as source, temporary.open("xb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
            copy.flush()
            _take_over(temporary, target, target.stat())
            os.fsync(copy.fileno())
        _move(temporary, place)
        _sync_folder(place.parent)


def _move(temporary: Path, target: Path) -> None:
    for pause in _PAUSES:
        with contextlib.suppress(PermissionError):
            temporary.replace(target)
            return
        time.sleep(pause)
    temporary.replace(target)


def _take_over(path: Path, model: Path, status: os.stat_result) -> None:
    """Give a new file the rights of the one it will replace, before anything is in it."""
    # Access lists and the like; a file system that cannot keep them has none either.
    with contextlib.suppress(OSError):
        shutil.copystat(model, path)
    path.chmod(stat.S_IMODE(status.st_mode))
    if hasattr(os, "chown"):
        # Only root can give a file away, and only to a member's own group can others.
        with contextlib.suppress(OSError):
            os.chown(path, status.st_uid, status.st_gid)


def _sync_folder(folder: Path) -> None:
    """Make the new name durable where the system can; Windows cannot open a folder."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
