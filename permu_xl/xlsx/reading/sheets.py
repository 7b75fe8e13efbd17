"""Handing sheets to the reading library: only what was checked, and only what is needed.

The library opens zips by itself, and two readers of one broken or hostile file may see different
workbooks.  So it gets a plain package of its own, made in memory from the parts of ours.
"""

from __future__ import annotations

import contextlib
import io
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import python_calamine as calamine
from lxml import etree

from permu_xl.errors import BookError
from permu_xl.text import printable
from permu_xl.xlsx import package as ooxml
from permu_xl.xlsx.cells import Area, Grid, covered_cells
from permu_xl.xlsx.files import refuse_odd, too_large
from permu_xl.xlsx.reading.calamine_fixes import merges_first, tamed
from permu_xl.xlsx.reading.doubtful_cells import doubtful_cells
from permu_xl.xlsx.reading.merged_cells import merged_areas, overlapping_merges
from permu_xl.xlsx.reading.odd_looks import OddStyles, odd_styles, sheet_look
from permu_xl.xlsx.reading.plain_rows import Parted, part_plain_rows
from permu_xl.xlsx.reading.rich_text import joined_as_seen
from permu_xl.xlsx.reading.scan import Extent, measure, text_lengths

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from permu_xl.xlsx.package import Package

__all__ = ["Sheets", "zero_based"]

_MAIN, _RELATIONS = ooxml.MAIN_NAMESPACES[0], ooxml.RELATION_NAMESPACES[0]
_PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_SHARED_KINDS = ("sharedStrings", "styles")
_MARKED_BYTES = 256
_BEGINNING = 1 << 18
"""More bytes than the first rows of a sheet take."""


class Sheets:
    """The values of a workbook's sheets; each is checked against the limits when it is read."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._shared = {kind: self._related(kind) for kind in _SHARED_KINDS}
        if self._shared["sharedStrings"] is not None:
            self._shared["sharedStrings"] = joined_as_seen(self._shared["sharedStrings"])
        self._1904 = self._counts_from_1904()
        self._lengths: npt.NDArray[np.int64] | None = None
        self._odd: OddStyles | None = None

    def grid(self, name: str) -> Grid:
        """Return a whole sheet."""
        sheet = part_plain_rows(self._content(name))
        extent = self._check(name, sheet)
        rows = self._values(name, sheet, extent, None)
        if not extent.usual or extent.longest_possible > self._package.limits.cell_chars:
            self._refuse_long_texts(name, rows)
        try:
            xml = sheet.searched(usual=extent.usual)
            grid = Grid(name, rows, doubtful_cells(xml), from_1904=self._1904)
            if self._odd is None:
                self._odd = odd_styles(self._shared["styles"])
            width = max(map(len, rows), default=0)
            path, where = self._package.path, f"的工作表“{name}”"
            look = sheet_look(
                sheet, self._odd, len(rows), width, usual=extent.usual,
                refuse=lambda count: refuse_odd(path, where, count),
            )  # fmt: skip
            covered = covered_cells(rows, zero_based(merged_areas(xml, grid) or ()))
        except (etree.XMLSyntaxError, ooxml.UnsafeXmlError) as error:
            raise self._broken(name) from error
        return replace(grid, look=replace(look, covered=covered))

    def merges(self, grid: Grid) -> list[Area]:
        """Return the merged areas of a sheet that was read, as far as they lie on its cells.

        Raises BookError where they lie one over the other, which no spreadsheet program allows.
        """
        try:
            areas = merged_areas(self._content(grid.sheet), grid)
        except (etree.XMLSyntaxError, ooxml.UnsafeXmlError) as error:
            raise self._broken(grid.sheet) from error
        if areas is None:
            raise overlapping_merges(self._package.path, grid.sheet)
        return areas

    def top(self, name: str, rows: int) -> Sequence[Sequence[Any]]:
        """Return the first rows of a sheet; what stands below is not looked at if possible."""
        with contextlib.suppress(BookError):
            beginning = _beginning(self._part(name, _BEGINNING), rows)
            if beginning is not None:
                sheet = part_plain_rows(beginning)
                return self._values(name, sheet, self._check(name, sheet), rows)
        # There are no more rows than these, or what looked like rows was none.
        sheet = part_plain_rows(self._part(name))
        return self._values(name, sheet, self._check(name, sheet), rows)

    def _part(self, name: str, size: int = 0) -> bytes:
        part = self._package.sheet(name).part
        self._package.refuse_large(part, "part_mb")
        return self._plain(part, size)

    def _content(self, name: str) -> bytes:
        content, _, rest = ooxml.part_empty_rows(self._part(name))
        return content + rest

    def _related(self, kind: str) -> bytes | None:
        package = self._package
        for part in package.related(package.workbook_part, kind):
            if part in package:
                package.refuse_large(part, "part_mb")
                return self._plain(part)
        return None

    def _counts_from_1904(self) -> bool:
        root = self._package.xml(self._package.workbook_part)
        settings = ooxml.find_child(root, "workbookPr")
        return settings is not None and ooxml.is_true(settings.get("date1904"))

    def _plain(self, part: str, size: int = 0) -> bytes:
        """Return a part, or only its beginning of that size."""
        package = self._package
        try:
            return ooxml.plain_xml(package.beginning(part, size) if size else package.read(part))
        except ooxml.UnsafeXmlError as error:
            raise BookError(
                f"“{self._package.path}”已损坏：无法读取其中的 {part}；"
                "请在 Excel 或 WPS 中修复后再试。"
            ) from error

    def _check(self, name: str, sheet: Parted) -> Extent:
        """Measure a sheet; BookError where its values cannot be held in memory."""
        package, limits = self._package, self._package.limits
        try:
            if self._lengths is None:
                self._lengths = self._text_lengths()
            extent = measure(sheet, self._lengths, limits)
        except (etree.XMLSyntaxError, ooxml.UnsafeXmlError) as error:
            raise self._broken(name) from error
        where = f"的工作表“{name}”"
        remedy = "请删除表格以外多余的内容（选中多余的行或列，整行整列删除）后保存"
        if extent.stray:
            raise BookError(
                f"“{package.path}”{where}里有不可能的单元格地址 {printable(extent.stray[:20])}，"
                "请在 Excel 或 WPS 中打开并另存为 .xlsx 后再试。"
            )
        if extent.last_row > limits.rows:
            reached = extent.farthest or f"第{extent.last_row}行"
            what = f"{where}填到了{reached}，超过{limits.rows}行"
            raise too_large(package.path, what, "rows", remedy)
        if extent.last_row * extent.last_column > limits.cells:
            what = (
                f"{where}占了{extent.last_row}行{extent.last_column}列，超过{limits.cells}个单元格"
            )
            raise too_large(package.path, what, "cells", remedy)
        if extent.longest > limits.cell_chars:
            what = f"{where}里有单元格的文字超过{limits.cell_chars}个字符"
            raise too_large(package.path, what, "cell_chars", "请缩短这段文字")
        if extent.text_bytes > limits.sheet_text_mb << 20:
            what = f"{where}里的文字超过{limits.sheet_text_mb} MB"
            raise too_large(package.path, what, "sheet_text_mb", "请删除过长的文字")
        return extent

    def _text_lengths(self) -> npt.NDArray[np.int64]:
        shared, limits = self._shared["sharedStrings"], self._package.limits
        if shared is None:
            return np.zeros(0, np.int64)
        lengths = text_lengths(shared)
        # With all the marks that a text of many fonts may need.
        if len(lengths) and lengths.max() > _MARKED_BYTES * limits.cell_chars:
            what = f"里有单元格的文字超过{limits.cell_chars}个字符"
            raise too_large(self._package.path, what, "cell_chars", "请缩短这段文字")
        return lengths

    def _values(
        self, name: str, sheet: Parted, extent: Extent, rows: int | None
    ) -> list[list[Any]]:
        xml = joined_as_seen(sheet.whole)
        # Nothing in plain rows needs it.
        if not extent.usual or tamed(sheet.rest, usual=True) != sheet.rest:
            xml = tamed(xml, usual=extent.usual)
        copy = self._copy(merges_first(xml, sheet.rest))
        try:
            with calamine.CalamineWorkbook.from_filelike(copy) as workbook:
                read = workbook.get_sheet_by_index(0)
                return read.to_python(skip_empty_area=False, nrows=rows)
        except (calamine.CalamineError, ValueError, OverflowError) as error:
            raise self._broken(name) from error
        except BaseException as error:
            # What Rust calls a panic is no Exception, and cannot be imported.
            if type(error).__name__ != "PanicException":
                raise
            raise self._broken(name) from error

    def _refuse_long_texts(self, name: str, rows: Sequence[Sequence[Any]]) -> None:
        most = self._package.limits.cell_chars
        for number, row in enumerate(rows, start=1):
            for cell in row:
                if type(cell) is str and len(cell) > most:
                    what = f"的工作表“{name}”第{number}行有一个单元格的文字超过{most}个字符"
                    raise too_large(self._package.path, what, "cell_chars", "请缩短这段文字")

    def _copy(self, xml: bytes) -> io.BytesIO:
        """Return a package with one sheet; nothing in it is compressed."""
        parts = {
            "xl/sharedStrings.xml": self._shared["sharedStrings"],
            "xl/styles.xml": self._shared["styles"],
            "xl/worksheets/sheet1.xml": xml,
        }
        settings = '<workbookPr date1904="1"/>' if self._1904 else ""
        made = {
            "[Content_Types].xml": f"<Types xmlns={ooxml.quoteattr(_TYPES)}/>",
            "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">{settings}'
            '<sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _relations(
                [("worksheet", "worksheets/sheet1.xml")]
                + [(kind, f"{kind}.xml") for kind in _SHARED_KINDS if self._shared[kind]]
            ),
        }
        copy = io.BytesIO()
        with zipfile.ZipFile(copy, "w") as out:
            for part, text in made.items():
                out.writestr(part, text)
            for part, content in parts.items():
                if content is not None:
                    out.writestr(part, content)
        copy.seek(0)
        return copy

    def _broken(self, name: str) -> BookError:
        return BookError(
            f"“{self._package.path}”的工作表“{name}”已损坏，读不出来；"
            "请在 Excel 或 WPS 中打开并另存为 .xlsx 后再试。"
        )


def zero_based(areas: Iterable[Area]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return areas as ((top, left), (bottom, right)), counted from 0."""
    return [((a.top - 1, a.left - 1), (a.bottom - 1, a.right - 1)) for a in areas]


def _beginning(xml: bytes, rows: int) -> bytes | None:
    """Return a sheet's XML with the first rows only; None where it has no more than these."""
    at = -1
    for _ in range(rows + 1):
        at = xml.find(b"<row ", at + 1)
        if at < 0:
            return None
    return xml[:at] + b"</sheetData></worksheet>"


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE_RELATIONS}">{listed}</Relationships>'
