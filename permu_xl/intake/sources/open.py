"""Opening a department's table: workbooks of any age, and text in the usual encodings.

Every kind of file has a reader of its own; each refuses what is beyond the limits before it is in
memory.  Which reader it is depends on the content: endings lie.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from permu_xl.errors import BookError, FileAccessError, PermuError
from permu_xl.intake.sources.settle import settled
from permu_xl.intake.sources.source import Range, Refused, SourceFile, SourceSheet, may_be_table
from permu_xl.intake.sources.text import read_text
from permu_xl.workbook.layout import SEARCH_ROWS
from permu_xl.xlsx.files import (
    LOCKED,
    OLE_SIGNATURE,
    Limits,
    TooLargeError,
    read_raw,
    refuse_extent,
    too_large,
)
from permu_xl.xlsx.package import Package

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["ENDINGS", "Range", "SourceFile", "SourceSheet", "read_file"]

WORKBOOK_ENDINGS = (
    ".xlsx", ".xlsm", ".xls", ".ods", ".et", ".xml", ".htm", ".html", ".mht", ".mhtml", ".fods"
)  # fmt: skip
TEXT_ENDINGS = (".csv", ".txt", ".tsv")
ENDINGS = (*WORKBOOK_ENDINGS, *TEXT_ENDINGS)

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_SAMPLE = 1 << 16


def read_file(path: Path) -> SourceFile:
    """Read a department's file, within the limits of the environment.

    Raises FileAccessError where it cannot be read, BookError where it is no table: broken,
    protected by a password, too large, of another kind than its name says.
    """
    return settled(_read(path))


def _read(path: Path) -> SourceFile:
    limits = Limits.from_environment()
    suffix = path.suffix.lower()
    raw, _ = read_raw(path, limits)
    if suffix not in ENDINGS:
        raise BookError(f"“{path}”不是认识的表格文件，请另存为 .xlsx、.xls 或 .csv 后再试。")
    is_text = suffix in TEXT_ENDINGS
    if not raw.strip() and not is_text:
        raise BookError(f"“{path}”是空文件，请重新导出。")
    if raw.startswith(OLE_SIGNATURE) and _ENCRYPTED in raw:
        raise BookError(f"“{path}”{LOCKED}。")
    reader = _reader(path, raw, limits)
    if reader is not None:
        return reader(path, raw, limits)
    if is_text:
        return read_text(path, raw, limits)
    return _named_wrongly(path, raw, limits)


def _reader(
    path: Path, raw: bytes, limits: Limits
) -> Callable[[Path, bytes, Limits], SourceFile] | None:
    """Return what reads a file of this content; None for text and what is no table."""
    from permu_xl.intake.sources import html, ods, web_archive, xls, xml_2003

    if raw.startswith(b"PK"):
        return ods.read_open_document if ods.is_open_document(path, raw, limits) else _read_package
    if raw.startswith(OLE_SIGNATURE) or xls.is_old_workbook(raw):
        return xls.read_old_workbook
    if xml_2003.is_xml_workbook(raw):
        return xml_2003.read_xml_workbook
    if ods.is_flat_document(raw):
        return ods.read_flat_document
    if web_archive.is_archive(raw):
        return web_archive.read_archive
    return html.read_page if html.is_page(raw) else None


def _named_wrongly(path: Path, raw: bytes, limits: Limits) -> SourceFile:
    """Read text with the name of a workbook; many systems export that."""
    try:
        if not _BINARY.search(raw[:_SAMPLE].replace(b"\0", b"")):
            return read_text(path, raw, limits)
    except TooLargeError:
        raise
    except PermuError as error:
        if isinstance(error, FileAccessError) and b"\n" in raw:
            raise
    raise BookError(
        f"“{path}”名为工作簿，内容却不是工作簿，也不是网页或文本表格，或者文件已损坏；"
        "请在 Excel 或 WPS 中打开，另存为 .xlsx 后再试。"
    )


def _read_package(path: Path, raw: bytes, limits: Limits) -> SourceFile:
    from permu_xl.xlsx.reading import Sheets, zero_based

    package = Package(path, raw, None, limits)
    worksheets = set(package.related(package.workbook_part, "worksheet"))
    reader = Sheets(package)
    sheets: list[SourceSheet] = []
    hidden: list[str] = []
    refused: list[TooLargeError] = []
    skipped: list[Refused] = []
    cells = 0
    for name, each in package.sheets.items():
        if each.part not in worksheets:
            continue
        if each.state != "visible":
            hidden.append(name)
            continue
        try:
            grid = reader.grid(name)
            width = max((len(row) for row in grid.rows), default=0)
            refuse_extent(path, f"的工作表“{name}”", len(grid.rows), width, limits)
        except TooLargeError as error:
            try:
                head = reader.top(name, SEARCH_ROWS)
            except BookError:
                raise error from None
            if may_be_table(head):
                raise
            refused.append(error)
            skipped.append(Refused.because(name, error))
            continue
        cells += len(grid.rows) * width
        if cells > limits.cells:
            what = f"各工作表合计超过{limits.cells}个单元格"
            raise too_large(path, what, "cells", "请删除不需要的工作表")
        sheets.append(SourceSheet(grid, tuple(zero_based(reader.merges(grid)))))
    if refused and not sheets:
        raise refused[0]
    return SourceFile(path, tuple(sheets), "工作簿", tuple(hidden), refused=tuple(skipped))
