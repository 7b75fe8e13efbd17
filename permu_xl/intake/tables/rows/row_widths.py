"""Rows of a text file with more or fewer cells than its header: their cells may have moved.

A comma within a name or between thousands parts one cell into two, and every figure behind it
stands below another header.  No such row is read, however plausible its figures look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.findings import At, Finding
from permu_xl.workbook.reading import PlaceOf, rows_in_words
from permu_xl.xlsx.cells import address

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from permu_xl.intake.sources import SourceSheet

__all__ = ["unequal_rows"]


def unequal_rows(
    sheet: SourceSheet, header: range, firms: Iterable[int], last_column: int, place: PlaceOf
) -> tuple[frozenset[int], list[Finding]]:
    """Return the 0-based rows of firms that are not to be read, and what is to be said.

    ``header`` are its rows, ``last_column`` is the last one that is read.  Rows that only lack
    cells behind it are read: spreadsheet programs leave empty ones out.
    """
    if not sheet.widths:
        return frozenset(), []
    rows, widths = list(firms), sheet.widths
    expected = max(widths[row] for row in header)
    longest = {widths[row] for row in rows}
    # A separator at the end of every row is none.
    alike = len(longest) == 1 and not any(
        cell for row in rows for cell in sheet.grid.rows[row][expected:]
    )
    long = [row for row in rows if widths[row] > expected and not alike]
    short = [row for row in rows if widths[row] <= last_column]
    cut = [row for row in rows if last_column < widths[row] < expected]

    def at(rows: Sequence[int]) -> At:
        shown = "｜".join(str(cell) for cell in sheet.grid.rows[rows[0]] if cell != "")
        return place(rows[0], None, address(rows[0], 0), "", shown)

    findings = []
    if long:
        told = Finding.of(
            "E677",
            at(long),
            rows=rows_in_words(long),
            row=long[0] + 1,
            cells=widths[long[0]],
            expected=expected,
        )
        findings.append(told)
    if short:
        told = Finding.of(
            "E677",
            at(short),
            case="short",
            rows=rows_in_words(short),
            row=short[0] + 1,
            cells=widths[short[0]],
            expected=expected,
        )
        findings.append(told)
    if cut:
        findings.append(Finding.of("W678", at(cut), rows=rows_in_words(cut)))
    return frozenset(long) | frozenset(short), findings
