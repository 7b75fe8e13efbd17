"""Opening a department's table: workbooks of any age, and text in the usual encodings.

Every kind of file has a reader of its own; each refuses what is beyond the limits before it is in
memory.  Which reader it is depends on the content: endings lie.
"""

from __future__ import annotations

from pathlib import Path

from permu_xl.errors import BookError
from permu_xl.intake.sources.source import Range, SourceFile, SourceSheet
from permu_xl.xlsx.files import OLE_SIGNATURE, Limits, read_raw, refuse_extent, too_large
from permu_xl.xlsx.package import Package

__all__ = ["ENDINGS", "Range", "SourceFile", "SourceSheet", "read_file"]

WORKBOOK_ENDINGS = (".xlsx", ".xlsm", ".xls", ".ods", ".et")
TEXT_ENDINGS = (".csv", ".txt", ".tsv")
ENDINGS = (*WORKBOOK_ENDINGS, *TEXT_ENDINGS)

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read_file(path: Path) -> SourceFile:
    """Read a department's file, within the limits of the environment.

    Raises FileAccessError where it cannot be read, BookError where it is no table: broken,
    protected by a password, too large, of another kind than its name says.
    """
    from permu_xl.intake.sources.ods import is_open_document, read_open_document
    from permu_xl.intake.sources.text import read_text
    from permu_xl.intake.sources.xls import LOCKED, is_old_workbook, read_old_workbook

    limits = Limits.from_environment()
    suffix = path.suffix.lower()
    raw, _ = read_raw(path, limits)
    if suffix not in ENDINGS:
        raise BookError(f"“{path}”不是认识的表格文件，请另存为 .xlsx、.xls 或 .csv 后再试。")
    is_ole, is_zip = raw.startswith(OLE_SIGNATURE), raw.startswith(b"PK")
    if is_zip:
        opened = read_open_document if is_open_document(raw) else _read_package
        return opened(path, raw, limits)
    if suffix in TEXT_ENDINGS and not is_ole:
        return read_text(path, raw, limits)
    if not raw.strip():
        raise BookError(f"“{path}”是空文件，请重新导出。")
    if is_ole and _ENCRYPTED in raw:
        raise BookError(f"“{path}”{LOCKED}。")
    if is_ole or is_old_workbook(raw):
        return read_old_workbook(path, raw, limits)
    raise BookError(
        f"“{path}”名为工作簿，内容却是网页或文本，或者文件已损坏；"
        "请在 Excel 或 WPS 中打开，另存为 .xlsx 后再试。"
    )


def _read_package(path: Path, raw: bytes, limits: Limits) -> SourceFile:
    from permu_xl.xlsx.reading import Sheets

    package = Package(path, raw, None, limits)
    worksheets = set(package.related(package.workbook_part, "worksheet"))
    reader = Sheets(package)
    sheets, hidden, cells = [], [], 0
    for name, each in package.sheets.items():
        if each.part not in worksheets:
            continue
        if each.state != "visible":
            hidden.append(name)
            continue
        grid = reader.grid(name)
        width = max((len(row) for row in grid.rows), default=0)
        refuse_extent(path, f"的工作表“{name}”", len(grid.rows), width, limits)
        cells += len(grid.rows) * width
        if cells > limits.cells:
            what = f"各工作表合计超过{limits.cells}个单元格"
            raise too_large(path, what, "cells", "请删除不需要的工作表")
        merged = (
            ((a.top - 1, a.left - 1), (a.bottom - 1, a.right - 1)) for a in reader.merges(grid)
        )
        sheets.append(SourceSheet(grid, tuple(merged)))
    return SourceFile(path, tuple(sheets), "工作簿", tuple(hidden))
