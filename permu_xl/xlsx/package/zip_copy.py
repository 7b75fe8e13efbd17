"""An entry of one zip put into another as it is, without packing it anew.

That is most of what a run writes back of the user's own, it stays as small as it was, and packing
is what takes longest.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import zipfile

__all__ = ["copy_entry"]

_LOCAL_HEADER = struct.Struct("<26x2H")
"""Of what stands before an entry's content: the lengths of its name and of its extra field."""


def copy_entry(
    source: zipfile.ZipFile, info: zipfile.ZipInfo, out: zipfile.ZipFile, entry: zipfile.ZipInfo
) -> None:
    """Append an entry of ``source``, which was seen to be whole, to ``out`` as ``entry``."""
    assert source.fp is not None
    assert out.fp is not None
    source.fp.seek(info.header_offset)
    lengths = _LOCAL_HEADER.unpack(source.fp.read(_LOCAL_HEADER.size))
    source.fp.seek(info.header_offset + _LOCAL_HEADER.size + sum(lengths))
    entry.CRC, entry.file_size, entry.compress_size = (
        info.CRC, info.file_size, info.compress_size,
    )  # fmt: skip
    entry.header_offset = out.start_dir
    out.fp.seek(out.start_dir)
    out.fp.write(entry.FileHeader())
    out.fp.write(source.fp.read(info.compress_size))
    out.start_dir = out.fp.tell()
    out.filelist.append(entry)
    out.NameToInfo[entry.filename] = entry
