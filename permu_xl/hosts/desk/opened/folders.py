"""The folders that the page can look into, and the files in them that a step is about."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from permu_xl.errors import FileAccessError
from permu_xl.tasks import meant

if TYPE_CHECKING:
    from collections.abc import Collection

    from permu_xl.hosts.desk.opened.workspace import Workspace

__all__ = ["Listing", "listing", "named_folder", "roots", "typed_folder"]

_MOST = 2000
"""So many files of a folder are listed; nobody picks among more."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A folder as the page shows it: what it can be left for, and the files that fit.

    Every path has its name in ``Workspace.paths``.
    """

    folder: Path
    above: Path | None
    places: tuple[Path, ...]
    folders: tuple[Path, ...]
    files: tuple[Path, ...]
    trouble: str = ""


def roots(workspace: Workspace) -> tuple[Path, ...]:
    """Return the folders below which the page may look: the user's own, and those of open files."""
    known = [Path.home(), *workspace.places]
    known += [session.path.parent for session in workspace.sessions.values()]
    return tuple(dict.fromkeys([*known, *_drives()]))


def _drives() -> list[Path]:
    """Return the drives of a Windows computer; asking each by itself may take seconds."""
    if sys.platform != "win32":
        return []
    if sys.version_info >= (3, 12):
        return [Path(drive) for drive in os.listdrives()]
    return [Path("C:\\")]


def listing(
    workspace: Workspace, folder: Path, endings: Collection[str], besides: Collection[Path] = ()
) -> Listing:
    """Return what is in a folder, by name, without hidden files and folders and ``besides``."""
    known = roots(workspace)
    above = folder.parent if folder not in known and folder.parent != folder else None
    if above is None and any(root in folder.parents for root in known):
        above = folder.parent
    trouble = ""
    try:
        inside = sorted(
            (each for each in folder.iterdir() if not each.name.startswith((".", "~", "$"))),
            key=lambda path: path.name.lower(),
        )
    except OSError as error:
        inside, trouble = [], f"这个文件夹打不开（{error.strerror}）。"
    folders = [each for each in inside if _is_folder(each)]
    files = [each for each in meant(inside, endings) if each not in besides]
    if len(files) > _MOST:
        trouble = f"这个文件夹的文件太多，只列出前{_MOST}个；请把要用的放到单独的文件夹。"
    return Listing(folder, above, known, tuple(folders[:_MOST]), tuple(files[:_MOST]), trouble)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def named_folder(workspace: Workspace, name: str, otherwise: Path) -> Path:
    """Return the folder that an address names; ``otherwise`` where it names none that was shown."""
    found = workspace.paths.find(name) if name else None
    return found if found is not None and _is_folder(found) else otherwise


def typed_folder(workspace: Workspace, text: str) -> Path:
    """Return a folder whose path the user has typed; from then on the page may look into it.

    Raises FileAccessError where there is none.
    """
    path = Path(text.strip().strip('"'))
    if not path.is_absolute() or not _is_folder(path):
        raise FileAccessError(f"找不到文件夹 {path}，请写完整的路径，如 D:\\亩均评价。")
    if path not in workspace.places:
        workspace.places.append(path)
    return path
