"""Where the cells of a row stand, and what a cell that is absent looks like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.xlsx.cells import MAX_COLUMN, Area, column_index_from_string
from permu_xl.xlsx.package import find_child, is_true, sibling_name

if TYPE_CHECKING:
    from lxml import etree

_DIGITS = 12
"""More are no number of a row, a column or a style."""


class DisorderError(ValueError):
    """Rows or cells do not stand in ascending order, as the format demands."""


def cells_of(row: etree._Element, number: int) -> list[tuple[int, etree._Element]]:
    """Return the cells of row ``number`` with their columns; every cell then has its address.

    Raises DisorderError where a cell is in the wrong place.
    """
    found = []
    last = 0
    suffix = str(number)
    for cell in row.iterchildren(sibling_name(row, "c")):
        address = cell.get("r")
        column = column_of(address, suffix) if address else last + 1
        if not last < column <= MAX_COLUMN:
            raise DisorderError(f"cell {address} out of order")
        if not address:
            # A position that is only implied would change with the cells before it.
            cell.set("r", Area(number, column, number, column).text)
        found.append((column, cell))
        last = column
    return found


def column_of(address: str, row: str) -> int:
    """Return the column of an address in a row; DisorderError where it is not in that row.

    >>> column_of("AB12", "12")
    28
    """
    letters = address[: -len(row)]
    try:
        if not address.endswith(row):
            raise ValueError
        return column_index_from_string(letters)
    except ValueError as error:
        raise DisorderError(f"cell {address} in row {row}") from error


def whole(text: str | None) -> int:
    """Return a number that an attribute gives, 0 for none or nonsense.

    >>> whole("12"), whole("-3"), whole("9" * 5000), whole(None)
    (12, 0, 0, 0)
    """
    known = (text or "").strip()
    return int(known) if known.isascii() and known.isdecimal() and len(known) < _DIGITS else 0


class AbsentStyles:
    """The styles that a sheet shows where it has no cell."""

    def __init__(self, sheet: etree._Element) -> None:
        holder = find_child(sheet, "cols")
        self._columns = [
            (whole(each.get("min")), whole(each.get("max")), each.get("style"))
            for each in (() if holder is None else holder.iterchildren("{*}col"))
        ]

    def of_absent_cell(self, column: int, row: etree._Element | None) -> str | None:
        """Return the style seen in a column of a row: the row's own, else the column's."""
        if row is not None and is_true(row.get("customFormat")):
            return row.get("s")
        for first, last, style in self._columns:
            if first <= column <= last:
                return style
        return None
