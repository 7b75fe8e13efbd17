"""Word documents to PDF by one start of LibreOffice, with a profile of its own."""

from __future__ import annotations

import contextlib
import math
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

__all__ = ["convert", "outdated", "time_needed"]

_START_SECONDS, _FILE_SECONDS, _BYTES_A_SECOND = 120.0, 20.0, 2000
"""How long a start and a file may take at most, many times what was measured."""
_PAUSE = 0.1
_TOLD_SECONDS = (0.1, 0.2)
"""What a notice takes, on a quick machine and on a slow one."""
_BARREN_STARTS = 2
"""So many starts in a row of which no PDF comes: it is not the files."""
_NAMED = 5
"""So many of the files that could not be converted are named."""
_MISSING = "LibreOffice 没有转出 PDF：请核对是否装了 LibreOffice Writer，或在 Word 里另存为 PDF。"

_BASIC = """\
Sub Main
  Dim opening(4) As New com.sun.star.beans.PropertyValue
  Dim saving(0) As New com.sun.star.beans.PropertyValue
  opening(0).Name = "Hidden" : opening(0).Value = True
  opening(1).Name = "ReadOnly" : opening(1).Value = True
  opening(2).Name = "MacroExecutionMode" : opening(2).Value = 0
  opening(3).Name = "UpdateDocMode" : opening(3).Value = 0
  opening(4).Name = "FilterName" : opening(4).Value = "MS Word 2007 XML"
  saving(0).Name = "FilterName" : saving(0).Value = "writer_pdf_Export"
  For number = 0 To {last}
    Convert("{folder}/" & number, opening, saving)
  Next
  StarDesktop.terminate()
End Sub

Sub Convert(name As String, opening, saving)
  On Error GoTo Done
  document = StarDesktop.loadComponentFromURL(name & ".docx", "_blank", 0, opening)
  document.storeToURL(name & ".pdf", saving)
  document.close(True)
Done:
  If FileExists(name & ".docx") Then Kill name & ".docx"
End Sub
"""
"""Removes each document when it is done with it, whether there is a PDF of it or not."""


def outdated(files: Sequence[Path]) -> list[Path]:
    """Return the documents without a PDF, or with one that is older."""

    def older(file: Path) -> bool:
        pdf = file.with_suffix(".pdf")
        return not pdf.is_file() or pdf.stat().st_mtime < file.stat().st_mtime

    return [file for file in files if older(file)]


def time_needed(count: int) -> str:
    """Return how long so many notices take, in words.

    >>> time_needed(3), time_needed(600), time_needed(2000)
    ('不到1分钟', '约1到2分钟', '约4到7分钟')
    """
    least, most = (math.ceil(count * seconds / 60) for seconds in _TOLD_SECONDS)
    if most <= 1:
        return "不到1分钟"
    return f"约{least}到{most}分钟" if least < most else f"约{most}分钟"


def convert(files: Sequence[Path]) -> Iterator[Path]:
    """Write a PDF beside each .docx file and yield their paths, each when it is there.

    All are converted by one LibreOffice; where it breaks down over a file, another takes what is
    left.  Raises UsageError without LibreOffice; FileAccessError in the end, with their names,
    for files of which there is no PDF, or at once where LibreOffice converts nothing.
    """
    try:
        program = find_calc().program
    except UsageError as error:
        raise UsageError("没有找到 LibreOffice，不能转 PDF；请安装，或在 Word 里另存。") from error
    rest, failed, barren = list(files), list[Path](), 0
    while rest:
        found = list[Path]()
        for file, pdf in zip(rest, _by_one_start(program, rest), strict=False):
            found.append(file)
            if pdf is None:
                failed.append(file)
            else:
                barren = -1
                yield pdf
        barren += 1
        if barren == _BARREN_STARTS or len(failed) == len(files):
            raise FileAccessError(f"{_MISSING}（{failed[0].name}）")
        del rest[: len(found)]
    if failed:
        raise FileAccessError(_left_out(failed, len(files)))


def _left_out(failed: Sequence[Path], wanted: int) -> str:
    """Return the sentence about files of which there is no PDF."""
    names = "、".join(file.name for file in failed[:_NAMED])
    more = "等" if len(failed) > _NAMED else ""
    return (
        f"转了{wanted - len(failed)}个 PDF；有{len(failed)}份 LibreOffice 转不了：{names}{more}，"
        "请在 Word 里打开核对，另存为 PDF。"
    )


def _by_one_start(program: Path, files: Sequence[Path]) -> Iterator[Path | None]:
    """Yield for each file its PDF as soon as it is there, None where none can be made.

    Ends early, with a None, at a file over which LibreOffice breaks down or takes far too long.
    """
    # Beside the files: on the same disk, and with the same people who may read it.  A run that is
    # killed leaves its folder to the next one, which alone has the claim on the PDFs.
    pdfs = (files[0].parent / "PDF").absolute()
    prefix = atomic.scratch_path(pdfs, "-").name
    with (
        atomic.claimed(pdfs, ignore_office=True),
        tempfile.TemporaryDirectory(prefix=prefix, suffix=".tmp", dir=pdfs.parent) as scratch,
    ):
        folder = Path(scratch).resolve()
        copies = [folder / f"{number}.docx" for number in range(len(files))]
        for file, copy in zip(files, copies, strict=True):
            shutil.copyfile(file, copy)
        basic = _BASIC.format(folder=folder.as_uri(), last=len(files) - 1)
        libreoffice.write_profile(folder / "profile", basic)
        command = [
            str(program / ("soffice.com" if os.name == "nt" else "soffice")),
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *("--headless", "--norestore", libreoffice.MACRO),
        ]
        with contextlib.ExitStack() as stack:
            try:
                process = stack.enter_context(libreoffice.running(command, folder))
            except OSError as error:
                raise FileAccessError(_MISSING) from error
            patience = _START_SECONDS
            for file, copy in zip(files, copies, strict=True):
                patience += _FILE_SECONDS + file.stat().st_size / _BYTES_A_SECOND
                if not _is_done(process, copy, patience):
                    yield None
                    return
                yield _placed(copy.with_suffix(".pdf"), file)
                patience = 0.0


def _is_done(process: subprocess.Popen[str], copy: Path, seconds: float) -> bool:
    """Wait until LibreOffice is done with a document, which it then removes."""
    until = time.monotonic() + seconds
    while copy.is_file():
        if process.poll() is not None or time.monotonic() > until:
            return not copy.is_file()
        time.sleep(_PAUSE)
    return True


def _placed(pdf: Path, file: Path) -> Path | None:
    """Put a PDF beside its document; None where there is none."""
    if not pdf.is_file():
        return None
    target = file.with_suffix(".pdf")
    atomic.replace_content(target, pdf.read_bytes())
    pdf.unlink()
    return target
