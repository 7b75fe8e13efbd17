"""Where the figures on 原始数据 came from, as the import of department tables noted it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.intake import Origin, Status, read_origins
from permu_xl.xlsx.package import Package

if TYPE_CHECKING:
    from permu_xl.workbook.reading import Book

__all__ = ["sources"]

_HELD = {Status.WRITTEN.value, Status.SAME.value, Status.REPLACED.value}


def sources(book: Book) -> dict[tuple[str, str], str]:
    """Return by firm (code, or name without one) and column name the file, sheet and cell.

    Of several cells that were added up the first is named.  A figure that was changed on the sheet
    after the import has no source any more: then its origin would mislead.
    """
    _, origins = read_origins(Package.open(book.path))
    found: dict[tuple[str, str], list[Origin]] = {}
    for origin in origins:
        if origin.sheet == book.current.placed.sheet and origin.status in _HELD:
            key = origin.firm_code or origin.firm_name, origin.item
            found.setdefault(key, []).append(origin)
    figures = _figures(book)
    return {
        key: _told(each)
        for key, each in found.items()
        if key in figures and _same(each[0].value, figures[key])
    }


def _figures(book: Book) -> dict[tuple[str, str], float]:
    roster = book.current.roster
    return {
        (str(code) or str(name), column.name): float(roster.number(column.id)[firm])
        for firm, (code, name) in enumerate(zip(roster.codes, roster.names, strict=True))
        for column in book.scheme.columns.values()
    }


def _same(noted: float | int | str | None, figure: float) -> bool:
    return isinstance(noted, int | float) and abs(noted - figure) <= 1e-9 * max(1.0, abs(figure))


def _told(origins: list[Origin]) -> str:
    first = origins[0]
    more = f"等{len(origins)}处" if len(origins) > 1 else ""
    return f"{first.file} {first.source_sheet}!{first.source_cell}{more}"
