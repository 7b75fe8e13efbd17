"""A department's table as it was opened: sheets of cells, nothing understood yet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from permu_xl.xlsx.reading import overlapping_merges

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from permu_xl.xlsx.cells import Grid
    from permu_xl.xlsx.files import TooLargeError

__all__ = ["Range", "Refused", "SourceFile", "SourceSheet", "clipped", "may_be_table"]

_OF_FIRMS = re.compile("企业|单位|公司|名称|代码|识别号|纳税人|户名|业主|地块|工厂")

Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class SourceSheet:
    """A sheet: cells, and the merged ranges as ((top, left), (bottom, right)), all 0-based.

    ``merges_known`` is false for text files, which cannot say that cells are merged; ``widths``
    tell for these how many cells each row really has.
    """

    grid: Grid
    merged: tuple[Range, ...] = ()
    merges_known: bool = True
    widths: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """The sheet's name."""
        return self.grid.sheet


@dataclass(frozen=True, slots=True)
class Refused:
    """A sheet that was not read: its name, why, and what to do."""

    name: str
    why: str
    remedy: str

    @classmethod
    def because(cls, name: str, error: TooLargeError) -> Refused:
        """Return a sheet that is beyond a limit."""
        return cls(name, error.what.removeprefix(f"的工作表“{name}”"), error.remedy)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A department's file; ``how`` tells how it was read, ``hidden`` are sheets left unread.

    ``refused`` are sheets that are too large to be read although the others can.
    """

    path: Path
    sheets: tuple[SourceSheet, ...]
    how: str
    hidden: tuple[str, ...] = ()
    is_text: bool = False
    refused: tuple[Refused, ...] = ()

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.name


def may_be_table(rows: Sequence[Sequence[Any]]) -> bool:
    """Return whether the first rows of a sheet could be those of a table of firms.

    Such a sheet is never passed over: another one would be taken in its place.
    """
    return any(
        isinstance(cell, str) and _OF_FIRMS.search(cell) is not None for row in rows for cell in row
    )


def clipped(
    path: Path, name: str, merged: Iterable[Range], rows: Sequence[Sequence[Any]]
) -> tuple[Range, ...]:
    """Return merged ranges as far as they lie within the cells of a sheet.

    Raises BookError where they overlap, which no spreadsheet program allows: they would be gone
    through cell by cell.
    """
    height, width = len(rows), max((len(row) for row in rows), default=0)
    found, area = [], 0
    for (top, left), (bottom, right) in merged:
        last_row, last_column = min(bottom, height - 1), min(right, width - 1)
        if last_row < top or last_column < left:
            continue
        area += (last_row - top + 1) * (last_column - left + 1)
        found.append(((top, left), (last_row, last_column)))
    if area > height * width:
        raise overlapping_merges(path, name)
    return tuple(found)
