"""A department's table as it was opened: sheets of cells, nothing understood yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from permu_xl.xlsx.cells import Grid
from permu_xl.xlsx.reading import overlapping_merges

__all__ = ["Range", "SourceFile", "SourceSheet", "clipped"]

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
