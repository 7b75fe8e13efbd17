"""xlwings' configuration file of a user, in whatever encoding it was saved.

Earlier versions named their Python there; ``uninstall`` gives back what had been before.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["INTERPRETER", "set_configuration", "settings_of"]

INTERPRETER = "INTERPRETER_WIN"
"""The setting that names the Python to start."""

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"))
_ANY = "latin-1"


def settings_of(path: Path, encoding: str) -> dict[str, str]:
    """Return the settings of a configuration file; none where there is no file.

    ``encoding`` is that of this computer, for a file that is neither UTF-8 nor UTF-16.
    """
    found: dict[str, str] = {}
    for line in _read(path, encoding)[0].splitlines():
        key, separator, value = line.partition(",")
        if separator:
            found[key.strip().strip('"').upper()] = value.strip().strip('"')
    return found


def set_configuration(path: Path, encoding: str, changes: Mapping[str, str | None]) -> None:
    """Set settings in a configuration file, None drops one; other lines and its encoding stay.

    Each line is ``"KEY","value"``, as VBA's ``Write`` makes them and its ``Input`` reads them.
    """
    text, found = _read(path, encoding)
    keys = {key.upper() for key in changes}
    kept = [
        line
        for line in text.splitlines()
        if line.partition(",")[0].strip().strip('"').upper() not in keys
    ]
    kept += [f'"{key}","{value}"' for key, value in changes.items() if value is not None]
    if not kept and not path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join(f"{line}\r\n" for line in kept).encode(found))


def _read(path: Path, encoding: str) -> tuple[str, str]:
    """Return a file's text and the encoding that gives it back byte for byte."""
    if not path.exists():
        return "", encoding
    raw = path.read_bytes()
    marked = [name for mark, name in _MARKS if raw.startswith(mark)]
    for name in (*marked, "utf-8", encoding, _ANY):
        try:
            return raw.decode(name), name
        except UnicodeError:
            continue
    raise AssertionError("latin-1 reads everything")
