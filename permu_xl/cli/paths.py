"""Files typed as patterns or folders: this program looks them up, since cmd.exe does not."""

from __future__ import annotations

from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING

from permu_xl.errors import FileAccessError
from permu_xl.tasks import meant
from permu_xl.xlsx.files import same_file

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = ["expanded", "is_file_word"]


def is_file_word(word: str) -> bool:
    """Return whether a word names files rather than a command.

    >>> is_file_word("甲区.xlsx"), is_file_word("*.csv"), is_file_word("runn")
    (True, True, False)
    """
    return has_magic(word) or Path(word).exists() or bool(Path(word).suffix)


def expanded(
    words: Iterable[Path], endings: Collection[str], besides: Collection[Path] = ()
) -> tuple[Path, ...]:
    """Return the files that words name: themselves, those in a folder, those of a pattern.

    Of a folder or a pattern are left out what has another ending, marks of open files, backups,
    and ``besides``, the files that a command is about to write.  Raises FileAccessError where
    nothing is left; a file that is named and not there is left to whoever reads it.
    """
    found: list[Path] = []
    for word in words:
        text = str(word)
        if word.is_dir():
            names, where = sorted(glob(f"{_escaped(text)}/*")), f"文件夹 {word} 里"
        elif has_magic(text) and not word.exists():
            names, where = sorted(glob(text)), f"与 {word} 相符的文件里"
        else:
            found.append(word)
            continue
        files = meant(map(Path, names), endings)
        kept = [file for file in files if not any(same_file(file, each) for each in besides)]
        if not kept:
            raise FileAccessError(f"{where}没有能用的文件（{'、'.join(endings)}），请检查。")
        found += kept
    return tuple(found)


def _escaped(folder: str) -> str:
    from glob import escape

    return escape(folder.rstrip("/\\") or folder)
