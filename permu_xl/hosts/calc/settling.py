"""Calculating what was written, in an order in which LibreOffice takes no chain for a circle."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from permu_xl.hosts.calc.document import cells_of
from permu_xl.xlsx.cells import Area, Formula

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from permu_xl.xlsx.cells import Block

__all__ = ["settle"]


def settle(document: Any, blocks: Mapping[str, Sequence[Block]]) -> None:
    """Calculate what was written: long tables from left to right, then all that rests on them.

    In an order of its own choice LibreOffice takes long chains of formulas for circular (Err:522).
    """
    for name, written in blocks.items():
        sheet = document.Sheets.getByName(name)
        for block in written:
            for column in sorted(block.columns, key=lambda each: each.number):
                found = _longest_run([isinstance(value, Formula) for value in column.values])
                if found is not None:
                    first, last = (block.first_row + row for row in found)
                    at = Area(first, column.number, last, column.number)
                    cells_of(sheet, at).getDataArray()
    document.calculate()


def _longest_run(marks: Sequence[bool]) -> tuple[int, int] | None:
    """Return first and last of the most marks in a row; None without any.

    >>> _longest_run([True, False, True, True]), _longest_run([False])
    ((2, 3), None)
    """
    runs = [
        [k for k, _ in group]
        for marked, group in groupby(enumerate(marks), key=lambda each: each[1])
        if marked
    ]
    longest = max(runs, key=len, default=None)
    return None if longest is None else (longest[0], longest[-1])
