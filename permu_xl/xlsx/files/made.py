"""Whether a file is still as this program made it: a mark that no other program keeps.

A package (.xlsx, .docx) that is made from other files ends with a comment of the zip archive, the
digest of all that is before it.  Every reader of packages must put up with such a comment (ECMA-376
part 2, annex B), and a program that saves the package anew drops it or makes it untrue.  A file in
which a person works (it was written in place) carries none.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from permu_xl.xlsx.files.names import backup_path, same_file

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["as_made", "is_backup", "is_mark", "kept_path", "put_mark"]

_END = b"PK\x05\x06"
_END_SIZE = 22
"""The record that ends a zip archive, up to its comment, whose length is its last two bytes."""

_PREFIX = b"permu_xl sha256:"
_MARK_SIZE = len(_PREFIX) + 64
_CHUNK = 1 << 20
_BACKUP = re.compile(r"(.+)\.bak\d*")


def is_mark(comment: bytes) -> bool:
    """Return whether the comment of a zip archive is a mark of ours."""
    return comment.startswith(_PREFIX)


def put_mark(file: BinaryIO) -> None:
    """Put the mark at the end of a package that was just written; nothing on any other file."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - _END_SIZE, 0))
    end = file.read()
    if len(end) != _END_SIZE or not end.startswith(_END) or end[-2:] != b"\0\0":
        return
    mark = _mark(file, size)
    file.seek(size - 2)
    file.write(len(mark).to_bytes(2, "little") + mark)


def as_made(path: Path) -> bool:
    """Return whether a file is there and as this program made it, byte for byte."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END) - _MARK_SIZE
            if size < _END_SIZE:
                return False
            file.seek(size)
            mark = file.read()
            return is_mark(mark) and mark == _mark(file, size)
    except OSError:
        return False


def _mark(file: BinaryIO, size: int) -> bytes:
    """Return the mark for the first ``size`` bytes of a file, as if no comment followed them."""
    digest = hashlib.sha256()
    file.seek(0)
    left = size - 2
    while left and (chunk := file.read(min(left, _CHUNK))):
        digest.update(chunk)
        left -= len(chunk)
    digest.update(b"\0\0")
    return _PREFIX + digest.hexdigest().encode()


def kept_path(target: Path) -> Path:
    """Return where a changed file is kept before it is replaced: a name that nothing has yet."""
    place, number = backup_path(target), 1
    while place.exists():
        number += 1
        place = target.with_name(f"{target.stem}.bak{number}{target.suffix}")
    return place


def is_backup(path: Path, others: Iterable[Path]) -> bool:
    """Return whether a file is, by its name, a backup of one of the others.

    >>> is_backup(Path("某区.bak2.xlsx"), [Path("某区.xlsx")])
    True
    """
    target = Path(os.path.realpath(path))
    found = _BACKUP.fullmatch(target.stem)
    if found is None:
        return False
    own = target.with_name(f"{found[1]}{target.suffix}")
    return any(same_file(own, other) for other in others)
