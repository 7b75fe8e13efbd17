"""Names of the files that this program makes beside a workbook."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

__all__ = ["backup_path", "same_file", "scratch_path"]


def same_file(a: Path, b: Path) -> bool:
    """Return whether two paths lead to one file, which need not be there."""
    return os.path.realpath(a) == os.path.realpath(b)


def backup_path(path: Path) -> Path:
    """Return where the backup of a file is kept: beside the file that a link leads to.

    >>> backup_path(Path("/none/某区.xlsx")).name
    '某区.bak.xlsx'
    """
    target = Path(os.path.realpath(path))
    return target.with_name(f"{target.stem}.bak{target.suffix}")


def scratch_path(target: Path, ending: str) -> Path:
    """Return the name of a file that serves the writing of ``target``, in the same folder.

    Only names with the same digest belong to the same target, whose own name may be as long as
    names can be.
    """
    digest = hashlib.sha256(os.path.normcase(target.name).encode("utf-8", "surrogateescape"))
    return target.with_name(f".permu-{digest.hexdigest()[:12]}{ending}")
