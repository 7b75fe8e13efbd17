"""Opening a department's table: workbooks of any age, and text in the usual encodings."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from permu_xl.book.atomic import cannot_read
from permu_xl.book.filekind import OLE_SIGNATURE
from permu_xl.book.grid import Grid
from permu_xl.book.limits import Limits, too_large
from permu_xl.book.merges import merged_areas
from permu_xl.book.ooxml import plain_xml
from permu_xl.book.package import Package
from permu_xl.book.readable import Sheets
from permu_xl.errors import BookError, FileAccessError

__all__ = ["ENDINGS", "SourceFile", "SourceSheet", "read_file"]

WORKBOOK_ENDINGS = (".xlsx", ".xlsm", ".xls", ".ods", ".et")
TEXT_ENDINGS = (".csv", ".txt", ".tsv")
ENDINGS = (*WORKBOOK_ENDINGS, *TEXT_ENDINGS)

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8（带BOM）"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_ENCODINGS = (("utf-8", "UTF-8"), ("gb18030", "GB18030"))
_DELIMITERS = ",\t;，"
Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class SourceSheet:
    """A sheet: cells, and the merged ranges as ((top, left), (bottom, right)), all 0-based.

    ``merges_known`` is false for text files, which cannot say that cells are merged.
    """

    grid: Grid
    merged: tuple[Range, ...] = ()
    merges_known: bool = True

    @property
    def name(self) -> str:
        """The sheet's name."""
        return self.grid.sheet


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A department's file; ``how`` tells how it was read, ``hidden`` are sheets left unread."""

    path: Path
    sheets: tuple[SourceSheet, ...]
    how: str
    hidden: tuple[str, ...] = ()
    is_text: bool = False

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.name


def read_file(path: Path) -> SourceFile:
    """Read a department's file.

    Raises FileAccessError where it cannot be read, BookError where it is no table: broken,
    protected by a password, of another kind than its name says.
    """
    limits = Limits.from_environment()
    try:
        with path.open("rb") as file:
            raw = file.read((limits.file_mb << 20) + 1)
    except OSError as error:
        raise cannot_read(path, error) from error
    if len(raw) > limits.file_mb << 20:
        raise too_large(path, f"超过{limits.file_mb} MB", "file_mb")
    suffix = path.suffix.lower()
    if suffix not in ENDINGS:
        raise BookError(f"“{path}”不是认识的表格文件，请另存为 .xlsx、.xls 或 .csv 后再试。")
    is_package = raw.startswith(b"PK")
    if suffix in TEXT_ENDINGS and not is_package and not raw.startswith(OLE_SIGNATURE):
        return _read_text(path, raw)
    if not raw.strip():
        raise BookError(f"“{path}”是空文件，请重新导出。")
    if not is_package and not raw.startswith(OLE_SIGNATURE) and not _is_old_biff(raw):
        raise BookError(
            f"“{path}”名为工作簿，内容却是网页或文本，或者文件已损坏；"
            "请在 Excel 或 WPS 中打开，另存为 .xlsx 后再试。"
        )
    return _read_workbook(path, raw)


def _is_old_biff(raw: bytes) -> bool:
    """Workbooks of before 1997 begin with their first record, without a container."""
    return raw[:2] in (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08")


def _read_workbook(path: Path, raw: bytes) -> SourceFile:
    import python_calamine as calamine

    broken = f"“{path}”读不出来：文件已损坏，或不是工作簿；请在 Excel 或 WPS 中打开并另存后再试。"
    locked = f"“{path}”设有打开密码，请在 Excel 或 WPS 中取消密码、另存后再试。"
    if raw.startswith(OLE_SIGNATURE) and "EncryptedPackage".encode("utf-16-le") in raw:
        raise BookError(locked)
    package = _package(path, raw)
    if package is not None:
        return _read_package(package)
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw)) as workbook:
            sheets, hidden = [], []
            for each in workbook.sheets_metadata:
                if each.typ != calamine.SheetTypeEnum.WorkSheet:
                    continue
                if each.visible != calamine.SheetVisibleEnum.Visible:
                    hidden.append(each.name)
                    continue
                sheet = workbook.get_sheet_by_name(each.name)
                rows = sheet.to_python(skip_empty_area=False)
                merged = tuple(sheet.merged_cell_ranges or ())
                sheets.append(SourceSheet(Grid(each.name, rows, {}), merged))
    except calamine.PasswordError as error:
        raise BookError(locked) from error
    except calamine.CalamineError as error:
        raise BookError(broken) from error
    except Exception as error:  # the parser of strangers' files; whatever it says, it is broken
        raise BookError(broken) from error
    how = "旧版工作簿（.xls）" if raw.startswith(OLE_SIGNATURE) else "工作簿"
    return SourceFile(path, tuple(sheets), how, tuple(hidden))


def _package(path: Path, raw: bytes) -> Package | None:
    """Return the package of an .xlsx; None for a workbook of another kind."""
    if not raw.startswith(b"PK"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if "mimetype" in archive.namelist():
                return None
    except zipfile.BadZipFile:
        pass
    return Package(path, raw, None, Limits.from_environment())


def _read_package(package: Package) -> SourceFile:
    """Read an .xlsx within the limits for all workbooks."""
    readable = Sheets(package)
    kinds = {r.part: r.type for r in package.relations(package.workbook_part)}
    sheets, hidden = [], []
    for name, sheet in package.sheets.items():
        if not kinds[sheet.part].endswith("/worksheet"):
            continue
        if sheet.state != "visible":
            hidden.append(name)
            continue
        grid = readable.grid(name)
        areas = merged_areas(plain_xml(package.read(sheet.part)), grid)
        if areas is None:
            raise BookError(
                f"“{package.path}”的工作表“{name}”里合并单元格互相重叠，"
                "请在 Excel 或 WPS 中打开并另存为 .xlsx 后再试。"
            )
        merged = [((a.top - 1, a.left - 1), (a.bottom - 1, a.right - 1)) for a in areas]
        sheets.append(SourceSheet(grid, tuple(merged)))
    return SourceFile(package.path, tuple(sheets), "工作簿", tuple(hidden))


def _read_text(path: Path, raw: bytes) -> SourceFile:
    text, encoding = _decoded(path, raw)
    head = text.lstrip()[:200].lower()
    if head.startswith(("<html", "<!doctype", "<?xml", "<table")):
        raise BookError(
            f"“{path}”名为文本表格，内容却是网页；请在 Excel 或 WPS 中打开，另存为 .xlsx 后再试。"
        )
    rows = _split(text)
    if "\0" in text or not any(any(cell.strip() for cell in row) for row in rows):
        raise BookError(f"“{path}”里没有可读的表格，请重新导出。")
    # Excel, too, calls the sheet of a text file by the file's name.
    return SourceFile(
        path, (SourceSheet(Grid(path.stem, rows, {}), (), False),), f"文本，编码 {encoding}",
        is_text=True,
    )  # fmt: skip


def _decoded(path: Path, raw: bytes) -> tuple[str, str]:
    """Return the text and the encoding by name; text in another encoding hardly ever passes."""
    for mark, codec, name in _BOMS:
        if raw.startswith(mark):
            try:
                return raw.decode(codec), name
            except UnicodeDecodeError as error:
                raise _undecodable(path) from error
    for codec, name in _ENCODINGS:
        try:
            return raw.decode(codec), name
        except UnicodeDecodeError:
            continue
    raise _undecodable(path)


def _undecodable(path: Path) -> FileAccessError:
    return FileAccessError(
        f"“{path}”的文字编码认不出来（既不是 UTF-8 也不是 GB18030），"
        "请在 Excel 或 WPS 中打开，另存为 .xlsx 后再试。"
    )


def _split(text: str) -> list[list[str]]:
    """Split text into cells by the separator that parts most lines into equally many."""
    best: list[list[str]] = []
    best_score = -1.0
    for delimiter in _DELIMITERS:
        try:
            # Lenient: a stray quote in a note must not swallow the rest of the table.
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        except csv.Error:
            continue
        score = _regularity(rows)
        if score > best_score:
            best, best_score = rows, score
    width = max((len(row) for row in best), default=0)
    return [[cell.strip() for cell in row] + [""] * (width - len(row)) for row in best]


def _regularity(rows: Sequence[Sequence[str]]) -> float:
    widths = [len(row) for row in rows if len(row) > 1]
    return float(len(widths)) + (max(widths, default=0) / 1000)
