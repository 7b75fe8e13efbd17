"""The entries of a workbook's zip: checked before anything is unpacked, and unpacked in bounds."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import TYPE_CHECKING

from permu_xl.errors import BookError
from permu_xl.text import printable
from permu_xl.xlsx.files import (
    OLE_SIGNATURE,
    Limits,
    describe_no_zip,
    describe_other_zip,
    too_large,
)
from permu_xl.xlsx.package.deflate import UnpackError, unpacker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["BROKEN_ZIP", "checked_entries", "entry_key", "entry_pieces", "open_zip", "read_entry"]

RATIO_FREE_BYTES = 32 << 20
"""Parts up to this size may be packed as tightly as they like."""

BROKEN_ZIP = (
    zipfile.BadZipFile,
    UnpackError,
    struct.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
    OSError,
)

_ENCRYPTED, _UTF8_NAME = 0x1, 0x800
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""All that the format (OPC) allows; the others unpack to sizes that cannot be bounded."""
_DIRECTORY_ENTRY = b"PK\x01\x02"
_LOCAL_HEADER = 30
_CHUNK = 1 << 18
_SHOWN = 80


def open_zip(path: Path, raw: bytes, limits: Limits) -> zipfile.ZipFile:
    """Open the bytes of a workbook as a zip; BookError where they are something else."""
    if raw.startswith(OLE_SIGNATURE) or not raw.startswith(b"PK"):
        raise BookError(f"“{path}”{describe_no_zip(raw)}。")
    # Before zipfile makes an object of each.
    if raw.count(_DIRECTORY_ENTRY) > limits.parts:
        raise too_large(path, f"里的部件超过{limits.parts}个，不像正常的工作簿", "parts")
    try:
        return zipfile.ZipFile(io.BytesIO(raw))
    except BROKEN_ZIP as error:
        raise BookError(f"“{path}”{describe_no_zip(raw)}。") from error


def checked_entries(
    path: Path, package: zipfile.ZipFile, limits: Limits, *, open_document: bool = False
) -> dict[str, zipfile.ZipInfo]:
    """Return the entries by key, in the order of the file.

    ``open_document`` says that this may be an OpenDocument file.
    Raises BookError for what no spreadsheet program writes: names outside of the package or
    twice, overlapping entries, passwords, other compressions, sizes beyond the limits.
    """
    entries: dict[str, zipfile.ZipInfo] = {}
    total = 0
    for info in package.infolist():
        key = entry_key(info.filename)
        total += info.file_size
        if info.flag_bits & _ENCRYPTED:
            raise BookError(f"“{path}”设有密码，请取消密码后再试。")
        # Names that are neither ASCII nor marked as UTF-8 could not be written as they are.
        named = info.filename.isascii() or bool(info.flag_bits & _UTF8_NAME)
        usual = named and not _escapes(info.filename) and info.compress_type in _COMPRESSIONS
        if not usual or key in entries:
            raise _unusual(path, info)
        if total > limits.unpacked_mb << 20:
            raise too_large(path, f"解压后超过{limits.unpacked_mb} MB", "unpacked_mb")
        tight = info.file_size > limits.ratio * max(info.compress_size, 1)
        if tight and info.file_size > RATIO_FREE_BYTES:
            raise too_large(
                path, f"里有压缩比超过{limits.ratio}倍的部件，解压后过大，不像正常的工作簿", "ratio"
            )
        entries[key] = info
    _refuse_overlaps(path, entries)
    if not open_document:
        _refuse_other_formats(path, package, entries)
    return entries


def read_entry(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Unpack an entry; one of BROKEN_ZIP where it is broken or not as large as it says."""
    return b"".join(entry_pieces(package, info))


def entry_pieces(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Unpack an entry piece by piece; only after the last one it is known to be whole.

    In one, zipfile would unpack all there is before it looks at the size.
    """
    size = 0
    with package.open(info) as stream:
        if info.compress_type == zipfile.ZIP_DEFLATED:
            # Where zipfile itself keeps what unpacks.
            stream._decompressor = unpacker()  # type: ignore[attr-defined]
        while piece := stream.read(_CHUNK):
            size += len(piece)
            yield piece
    if size != info.file_size:
        raise zipfile.BadZipFile("size")


def entry_key(part: str) -> str:
    """Return what part names are compared by; some writers use backslashes."""
    return part.replace("\\", "/").removeprefix("/").lower()


def _escapes(name: str) -> bool:
    spelled = name.replace("\\", "/")
    return spelled.startswith("/") or ":" in spelled.split("/")[0] or ".." in spelled.split("/")


def _unusual(path: Path, info: zipfile.ZipInfo) -> BookError:
    shown = printable(info.filename[:_SHOWN])
    return BookError(
        f"“{path}”的内部结构不正常（{shown}），请在 Excel 或 WPS 中打开并另存为 .xlsx 后再试。"
    )


def _refuse_overlaps(path: Path, entries: dict[str, zipfile.ZipInfo]) -> None:
    """Entries that share their bytes unpack to far more than the file could hold."""
    end = 0
    for info in sorted(entries.values(), key=lambda each: each.header_offset):
        if info.header_offset < end:
            raise _unusual(path, info)
        end = info.header_offset + _LOCAL_HEADER + info.compress_size


def _refuse_other_formats(
    path: Path, package: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]
) -> None:
    mimetype = entries.get("mimetype")
    if mimetype is None or mimetype.file_size > _SHOWN:
        return
    try:
        described = describe_other_zip(read_entry(package, mimetype))
    except BROKEN_ZIP:
        return
    if described:
        raise BookError(f"“{path}”{described}。")
