"""Zip files of extensions: the same parts give the same bytes, whenever they are packed."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["packed"]

_DATE = (1980, 1, 1, 0, 0, 0)


def packed(parts: Mapping[str, bytes], first: str = "") -> bytes:
    """Return a zip of parts by name, in the order of their names but for the ``first``."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name in sorted(parts, key=lambda part: (part != first, part)):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            entry.create_system = 3
            file.writestr(entry, parts[name])
    return made.getvalue()
