"""Which workbooks were open lately: their paths and nothing of what is in them."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

from permu_xl.errors import PermuError
from permu_xl.xlsx.files import make_folder, replace_content, same_file

__all__ = ["Recent", "state_folder"]

_MOST = 12


def state_folder() -> Path:
    """Return the user's own folder for what programs remember."""
    if os.name == "nt":
        home = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    else:
        home = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(home) / "permu_xl"


class Recent:
    """A list of paths, the latest first, in a file of the user's; nothing is kept without one."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self.paths: list[Path] = [] if file is None else _read(file)

    def add(self, path: Path) -> None:
        """Put a path at the head of the list."""
        others = [each for each in self.paths if not same_file(each, path)]
        self.paths = [path, *others][:_MOST]
        if self._file is None:
            return
        # A list of recent files is not worth failing for.
        with contextlib.suppress(PermuError):
            make_folder(self._file.parent)
            text = json.dumps([str(each) for each in self.paths], ensure_ascii=False)
            replace_content(self._file, text.encode("utf-8", "surrogateescape"))

    def existing(self) -> list[Path]:
        """Return those that are still there."""
        return [path for path in self.paths if path.is_file()]


def _read(file: Path) -> list[Path]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    if not isinstance(found, list):
        return []
    return [Path(each) for each in found if isinstance(each, str)][:_MOST]
