"""The merged cells of a sheet, as far as they lie on what was read of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from permu_xl.errors import BookError
from permu_xl.xlsx.cells import Area, Grid
from permu_xl.xlsx.package import walk

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["merged_areas", "overlapping_merges"]


_MERGED = re.compile(rb'<mergeCell ref="([^"]*)"')


def merged_areas(xml: bytes, grid: Grid) -> list[Area] | None:
    """Return the merged areas of a sheet that was measured, cut off at the end of its grid.

    None where they lie one over the other so often that no spreadsheet can have made them: going
    through their cells would take for ever.
    """
    if b"mergeCell" not in xml:
        return []
    height, width = len(grid.rows), max(map(len, grid.rows), default=0)
    reader = _Reader(height, width)
    begin = xml.rfind(b"<mergeCells")
    listed = xml[begin : xml.find(b"</mergeCells>", begin)] if begin >= 0 else b""
    found = _MERGED.findall(listed)
    if found and len(found) == xml.count(b"mergeCell "):
        # They stand behind the cells, and most are spelled alike.
        for text in found:
            reader.start("mergeCell", {"ref": text.decode("utf-8", "replace")})
    else:
        walk(xml, reader)
    return reader.areas if reader.cells <= height * width else None


def overlapping_merges(path: Path, sheet: str) -> BookError:
    """Return the error about a sheet whose merged cells lie one over the other."""
    return BookError(
        f"“{path}”的工作表“{sheet}”里合并的单元格互相重叠，"
        "请在 Excel 或 WPS 中打开并另存为 .xlsx 后再试。"
    )


class _Reader:
    """Takes the events of a sheet's XML; ``cells`` counts those of all areas."""

    def __init__(self, height: int, width: int) -> None:
        self.areas: list[Area] = []
        self.cells = 0
        self._height, self._width = height, width

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition("}")[2] != "mergeCell" or self.cells > self._height * self._width:
            return
        area = Area.parse(attributes.get("ref", ""))
        if area is None or area.top > self._height or area.left > self._width:
            return
        bottom, right = min(area.bottom, self._height), min(area.right, self._width)
        self.areas.append(Area(area.top, area.left, bottom, right))
        self.cells += (bottom - area.top + 1) * (right - area.left + 1)

    def end(self, tag: str) -> None:
        pass

    def data(self, text: str) -> None:
        pass

    def close(self) -> None:
        pass
