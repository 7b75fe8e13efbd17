"""Word documents to PDF by LibreOffice, many at a time, with a profile of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from permu_xl import libreoffice
from permu_xl.errors import FileAccessError, UsageError
from permu_xl.libreoffice import find_calc
from permu_xl.xlsx import files as atomic

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Sequence

__all__ = ["convert", "outdated"]

TOGETHER = 240
"""Files of one start: LibreOffice takes no more than 255 words and leaves out the rest."""
_START_SECONDS, _FILE_SECONDS, _BYTES_A_SECOND = 120.0, 20.0, 2000
"""How long a start and a file may take at most, many times what was measured."""
_PAUSE = 0.1
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
    rest = list(files)
    while rest:
        before = len(rest)
        for pdf in _by_one_start(program, rest[:TOGETHER]):
            yield pdf
            del rest[0]
        if len(rest) == before:
            raise FileAccessError(f"{_MISSING}（{rest[0].name}）")


def _by_one_start(program: Path, files: Sequence[Path]) -> Iterator[Path]:
    """Yield PDFs, each as soon as it is there, until one is not or takes far too long."""
    # Beside the files: on the same disk, and with the same people who may read it.
    with tempfile.TemporaryDirectory(prefix=".permu-", dir=files[0].parent) as scratch:
        folder = Path(scratch)
        names = [f"{number}.docx" for number in range(len(files))]
        for file, name in zip(files, names, strict=True):
            shutil.copyfile(file, folder / name)
        command = [
            str(program / ("soffice.com" if os.name == "nt" else "soffice")),
            f"-env:UserInstallation={(folder / 'profile').resolve().as_uri()}",
            *("--headless", "--norestore", "--convert-to", "pdf", "--outdir", "pdf"),
            *names,
        ]
        made = [folder / "pdf" / f"{number}.pdf" for number in range(len(files))]
        with contextlib.ExitStack() as stack:
            try:
                process = stack.enter_context(libreoffice.running(command, folder))
            except OSError as error:
                raise FileAccessError(_MISSING) from error
            patience = _START_SECONDS
            for file, pdf, following in zip(files, made, [*made[1:], None], strict=True):
                patience += _FILE_SECONDS + file.stat().st_size / _BYTES_A_SECOND
                if not _is_complete(process, pdf, following, patience):
                    return
                target = file.with_suffix(".pdf")
                atomic.replace_content(target, pdf.read_bytes())
                yield target
                patience = 0.0


def _is_complete(
    process: subprocess.Popen[str], pdf: Path, following: Path | None, seconds: float
) -> bool:
    """Wait until a file is written, which is when the next one is begun or the program ends."""
    until = time.monotonic() + seconds
    while not (following is not None and following.is_file()):
        if process.poll() is not None:
            break
        if time.monotonic() > until:
            return False
        time.sleep(_PAUSE)
    return pdf.is_file()
