"""Saving a built workbook: the same content gives the same bytes, and never half a file."""

from __future__ import annotations

import io
import os
import re
import secrets
import zipfile
from pathlib import Path

from openpyxl.workbook import Workbook

from permu_xl.errors import FileAccessError

_CORE = "docProps/core.xml"
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_CREATED = re.compile(rb"<dcterms:created[^>]*>([^<]*)</dcterms:created>")
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a zip entry can carry."""


def save_workbook(workbook: Workbook, path: Path) -> None:
    """Write a workbook to ``path``, replacing what is there in one step.

    The time of writing is kept out of the file: its date of change is that of its creation.
    Raises FileAccessError when the file cannot be written; an older file stays whole then.
    """
    content = _fixed(workbook)
    scratch = path.with_name(f".permu-{secrets.token_hex(6)}.tmp")
    try:
        try:
            with scratch.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(scratch, path)
        except BaseException:
            scratch.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FileAccessError(
            f"文件 {path} 写不进去：{error.strerror}，请确认文件夹可写、文件没有在别处打开"
        ) from error


def _fixed(workbook: Workbook) -> bytes:
    """Return the package with all dates fixed."""
    written = io.BytesIO()
    workbook.save(written)
    fixed = io.BytesIO()
    with (
        zipfile.ZipFile(written) as source,
        zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            part = source.read(name)
            if name == _CORE and (created := _CREATED.search(part)):
                part = _MODIFIED.sub(rb"\g<1>" + created[1] + rb"\g<2>", part)
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            # The same on every system: Windows would note itself as the maker.
            entry.create_system = 3
            target.writestr(entry, part)
    return fixed.getvalue()
