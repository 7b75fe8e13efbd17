"""Word documents to PDF by LibreOffice, many at a time, with a profile of its own."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from permu_xl import libreoffice
from permu_xl.errors import FileAccessError, UsageError
from permu_xl.libreoffice import find_calc
from permu_xl.xlsx import files as atomic

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["convert", "outdated"]

TOGETHER = 50
"""Files of one call: a command line on Windows holds 32,767 characters, and no more."""
_START_SECONDS, _FILE_SECONDS, _BYTES_A_SECOND = 120.0, 20.0, 2000
"""How long a call may take at most, many times what was measured."""
_MISSING = "LibreOffice 没有转出 PDF：请核对是否装了 LibreOffice Writer，或在 Word 里另存为 PDF。"


def outdated(files: Sequence[Path]) -> list[Path]:
    """Return the documents without a PDF, or with one that is older."""

    def older(file: Path) -> bool:
        pdf = file.with_suffix(".pdf")
        return not pdf.is_file() or pdf.stat().st_mtime < file.stat().st_mtime

    return [file for file in files if older(file)]


def convert(files: Sequence[Path]) -> Iterator[Path]:
    """Write a PDF beside each .docx file and yield their paths.

    Raises UsageError without LibreOffice, FileAccessError where it gives no PDF.
    """
    try:
        program = find_calc().program
    except UsageError as error:
        raise UsageError("没有找到 LibreOffice，不能转 PDF；请安装，或在 Word 里另存。") from error
    rest = iter(files)
    while batch := list(islice(rest, TOGETHER)):
        yield from _batch(program, batch)


def _most_seconds(files: Sequence[Path]) -> float:
    size = sum(file.stat().st_size for file in files)
    return _START_SECONDS + _FILE_SECONDS * len(files) + size / _BYTES_A_SECOND


def _batch(program: Path, files: Sequence[Path]) -> list[Path]:
    # Beside the files: on the same disk, and with the same people who may read it.
    with tempfile.TemporaryDirectory(prefix=".permu-", dir=files[0].parent) as scratch:
        folder = Path(scratch)
        profile, out = folder / "profile", folder / "pdf"
        command = [
            str(program / ("soffice.com" if os.name == "nt" else "soffice")),
            f"-env:UserInstallation={profile.resolve().as_uri()}",
            *("--headless", "--norestore", "--convert-to", "pdf", "--outdir", str(out)),
            *(str(file.resolve()) for file in files),
        ]
        with contextlib.suppress(subprocess.TimeoutExpired):
            try:
                libreoffice.run(command, _most_seconds(files))
            except OSError as error:
                raise FileAccessError(_MISSING) from error
        made = []
        for file in files:
            pdf = out / f"{file.stem}.pdf"
            if not pdf.is_file():
                raise FileAccessError(f"{_MISSING}（{file.name}）")
            target = file.with_suffix(".pdf")
            atomic.replace_content(target, pdf.read_bytes())
            made.append(target)
    return made
