"""Who else is at a workbook: another run of ours, or a spreadsheet program that has it open."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from permu_xl.errors import FileAccessError
from permu_xl.xlsx.files.atomic import cannot_use_folder, clear_scratch
from permu_xl.xlsx.files.names import scratch_path

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["claimed", "opened_by"]

_HELD = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
_OFFICE_PROGRAM = "soffice.bin"
_PROCESSES = Path("/proc")
_ON_WINDOWS = os.name == "nt"
_LO_FIELD = re.compile(r"((?:[^\\,;]|\\.){0,200})[,;]")
_OF_WORD = (".docx", ".docm")
_OWNER_NAME_AT = 55
"""Where the name in Excel's owner file begins: two bytes for its length, then UTF-16."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """A mark that a program has a workbook open: the program, in words who, and the mark."""

    program: str
    who: str
    mark: Path


@contextlib.contextmanager
def claimed(path: Path, *, ignore_office: bool = False) -> Iterator[None]:
    """Keep a workbook that is to be written from all other runs, from its reading to its saving.

    What a killed run left beside it is removed.  The claim is a small file beside the workbook
    that the system keeps for this process, locked or (on Windows) held open, and so ends with the
    process however that ends; where the disk knows no locks (some network disks) the workbook
    stays unclaimed.
    Raises FileAccessError where another run has it, where Excel, WPS or LibreOffice has it open
    (unless ``ignore_office``), and where nothing can be written beside it.
    """
    target = Path(os.path.realpath(path))
    if not ignore_office:
        _refuse_open(target)
    place = scratch_path(target, ".lock")
    try:
        handle = _lock(place)
    except BlockingIOError as error:
        raise FileAccessError(
            f"另一个 permu-xl 正在处理“{target}”，这次没有运行；请等它结束后再运行。"
        ) from error
    except OSError as error:
        raise cannot_use_folder(target, error) from error
    try:
        if handle is not None:
            clear_scratch(target)
        yield
    finally:
        if handle is not None:
            _unlock(handle, place)


def opened_by(path: Path) -> str:
    """Return in words which program has a workbook open that is read; "" where none has.

    What is read is then what was saved last.
    """
    target = Path(os.path.realpath(path))
    opened = next(_marks(target), None)
    if opened is None or (_ON_WINDOWS and _can_be_written(target)):
        return ""
    return f"{opened.program.strip()}{opened.who}"


def _refuse_open(target: Path) -> None:
    """Raise FileAccessError where a spreadsheet program has the workbook open."""
    opened = next(_marks(target), None)
    if opened is None or (_ON_WINDOWS and _can_be_written(target)):
        # On Windows the programs keep the file itself from being written: a mark alone is old.
        return
    raise FileAccessError(
        f"“{target}”正在{opened.program}中打开{opened.who}，没有改动它；请保存并关闭后再运行，"
        f"确实没有人打开（例如软件上次异常退出）时，加 --ignore-lock 再运行，"
        f"或删除锁文件“{opened.mark.name}”。"
    )


def _can_be_written(target: Path) -> bool:
    try:
        target.open("r+b").close()
    except OSError:
        return False
    return True


def _marks(target: Path) -> Iterator[_Opened]:
    """Yield the marks that programs have put beside a workbook, without those known to be old."""
    mark = target.with_name(f".~lock.{target.name}#")
    content = _content(mark)
    if content is not None:
        fields = _LO_FIELD.findall(content.decode("utf-8", "replace"))
        name, login, host, since = [re.sub(r"\\(.)", r"\1", f) for f in [*fields, *[""] * 4][:4]]
        if not _is_left_over(host):
            at = f"在电脑 {host} 上" if host else ""
            yield _Opened(" LibreOffice ", _who(name or login, at, since), mark)
    # Word leaves out as much of a longer name as the sign before it takes.
    of_word = target.suffix.lower() in _OF_WORD
    left_out = max(0, min(2, len(target.stem) - 6)) if of_word else 0
    mark = target.with_name(f"~${target.name[left_out:]}")
    content = _content(mark)
    if content is not None:
        program = " Word 或 WPS " if of_word else " Excel 或 WPS "
        yield _Opened(program, _who(_owner(content)), mark)
    mark = target.with_name(f".~{target.name}")
    if _content(mark) is not None:
        yield _Opened(" WPS ", "", mark)


def _who(name: str, at: str = "", since: str = "") -> str:
    said = "，".join(part for part in (f"{name}{at}", since) if part)
    return f"（{said}）" if said else ""


def _content(mark: Path) -> bytes | None:
    """Return what is in a mark; nothing of it where it cannot be read, None where it is absent."""
    try:
        return mark.read_bytes()[:4096]
    except PermissionError:
        # Excel lets nobody read its mark while it has the workbook open.
        return b"" if os.path.lexists(mark) else None
    except OSError:
        # There is no such mark, or nothing can be there: what is wrong with the path is told
        # where the workbook itself is used.
        return None


def _owner(content: bytes) -> str:
    r"""Return the name in Excel's owner file.

    >>> _owner(bytes(55) + b"\x02\x00" + "王五".encode("utf-16-le") + bytes(90))
    '王五'
    >>> _owner(b"")
    ''
    """
    length = int.from_bytes(content[_OWNER_NAME_AT : _OWNER_NAME_AT + 2], "little")
    start = _OWNER_NAME_AT + 2
    name = content[start : start + 2 * length].decode("utf-16-le", "replace")
    return "".join(c for c in name if c.isprintable()).strip()


def _is_left_over(host: str) -> bool:
    """Return whether a mark of LibreOffice is one of a crash: made here, where none is running.

    Only Linux tells which programs are running.
    """
    if not sys.platform.startswith("linux") or host != os.uname().nodename:
        return False
    for place in _PROCESSES.glob("[0-9]*/comm"):
        with contextlib.suppress(OSError):
            if place.read_text().strip() == _OFFICE_PROGRAM:
                return False
    return True


if sys.platform == "win32":

    def _lock(path: Path) -> int | None:
        """Make a file and hold it open, which keeps everyone from removing it.

        Raises BlockingIOError where someone else holds one, OSError where it cannot be made.
        """
        try:
            path.unlink(missing_ok=True)
            return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL)
        except OSError as error:
            if path.exists():
                raise BlockingIOError(errno.EAGAIN, "held") from error
            raise

    def _unlock(handle: int, path: Path) -> None:
        os.close(handle)
        # It stays where another run has opened it meanwhile.
        with contextlib.suppress(OSError):
            path.unlink()

else:
    import fcntl

    def _lock(path: Path) -> int | None:
        """Lock a file and return its handle, None where locks are unknown.

        Raises BlockingIOError where someone else has it, OSError where it cannot be made.
        """
        while True:
            handle = _open_lock(path)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                os.close(handle)
                if error.errno in _HELD:
                    raise BlockingIOError(error.errno, "held") from error
                return None
            # Who had it before has removed it after it was opened here: that lock is worth nothing.
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(handle), path.lstat()):
                    return handle
            os.close(handle)

    def _open_lock(path: Path) -> int:
        try:
            return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
        except PermissionError:
            # Left by another user; reading is enough for the lock.
            if not path.is_file():
                raise
            return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)

    def _unlock(handle: int, path: Path) -> None:
        # While the lock is held, so that it is not another run's file that goes.
        with contextlib.suppress(OSError):
            path.unlink()
        os.close(handle)
