"""A web archive in one file (.mht): pages in the envelope of a mail."""

from __future__ import annotations

import re
from email import policy
from email.parser import BytesParser
from typing import TYPE_CHECKING

from permu_xl.intake.sources.html import HEAD, NAME, finished, no_table, read_into
from permu_xl.intake.sources.sheet_builder import Shelf
from permu_xl.intake.sources.text import decoded
from permu_xl.xlsx.files import too_large

if TYPE_CHECKING:
    from pathlib import Path

    from permu_xl.intake.sources.source import SourceFile
    from permu_xl.xlsx.files import Limits

__all__ = ["is_archive", "read_archive"]

_ARCHIVE = re.compile(
    rb"\s*(?:mime-version\s*:|from:\s*<saved by|content-type\s*:\s*multipart)", re.I
)
_MOST_PARTS = 1000


def is_archive(raw: bytes) -> bool:
    """Return whether bytes are a web archive in one file."""
    return _ARCHIVE.match(raw[:HEAD]) is not None and b"multipart/" in raw[:HEAD].lower()


def read_archive(path: Path, raw: bytes, limits: Limits) -> SourceFile:
    """Read the pages of a web archive, each as a sheet; raises as ``read_page`` does."""
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(raw)
        parts = [part for part in message.walk() if part.get_content_type() == "text/html"]
    except Exception as error:  # the parser of strangers' files; whatever it says, it is broken
        raise no_table(path) from error
    if len(parts) > min(_MOST_PARTS, limits.sheets):
        what = f"里的网页超过{min(_MOST_PARTS, limits.sheets)}张"
        raise too_large(path, what, "sheets", "请删除不需要的工作表")
    shelf = Shelf(path, limits)
    names: list[str] = []
    for part in parts:
        page = part.get_payload(decode=True)
        if not isinstance(page, bytes) or not page.strip():
            continue
        charset = part.get_content_charset() or ""
        if re.search(rb"<table", page, re.I) is None:
            names += NAME.findall(decoded(path, page, charset)[0])
            continue
        name = names[shelf.count] if shelf.count < len(names) else f"表{shelf.count + 1}"
        read_into(path, page, charset, name, shelf, limits)
    return finished(path, shelf, "网页表格（MHT）")
