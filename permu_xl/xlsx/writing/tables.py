"""Excel tables that a user laid over our columns: they must cover the rows as they are now."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from lxml import etree

from permu_xl.xlsx.cells import Area
from permu_xl.xlsx.package import find_child, local_name, remove, sibling_name
from permu_xl.xlsx.writing.filters import apply_filter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from permu_xl.xlsx.writing.block_rows import BlockRows


class TableConflictError(ValueError):
    """A table is where results have to go; the message says which table and what to do."""


class SheetTable:
    """A table on a sheet: ``root`` is its part, ``changed`` whether that has been changed."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.changed = False
        self.name = root.get("displayName") or root.get("name", "")
        self.area = Area.parse(root.get("ref", ""))

    def count(self, name: str, usual: int) -> int:
        """Return how many header or totals rows there are."""
        text = self.root.get(name, "")
        return int(text) if text.isdecimal() else usual


def fit_tables(
    sheet: etree._Element, blocks: Sequence[BlockRows], tables: Sequence[SheetTable]
) -> None:
    """Let tables end where the results end, and apply their filters anew.

    Rows below the results stay in a table as long as it has other content there.
    Raises TableConflictError for tables that cannot follow: with a header or a totals row in the
    place of results, or with another table in the way.
    """
    for table in tables:
        if table.area is not None:
            covered = [block for block in blocks if _covers(table.area, block)]
            if covered:
                _fit(sheet, table, table.area, covered)
    for one, other in combinations(tables, 2):
        grown = one.changed or other.changed
        if grown and one.area and other.area and one.area.meets(other.area):
            raise TableConflictError(
                f"上的表格“{one.name}”随结果变长后会碰到表格“{other.name}”；请把“{other.name}”移开"
            )


def _covers(area: Area, block: BlockRows) -> bool:
    """Return whether a table takes in columns of a block, in its rows or right above them."""
    body = Area(block.top - 1, 1, block.bottom, max(block.numbers))
    return area.meets(body) and any(area.left <= number <= area.right for number in block.numbers)


def _fit(sheet: etree._Element, table: SheetTable, area: Area, blocks: Sequence[BlockRows]) -> None:
    headers = table.count("headerRowCount", 1)
    if headers and any(block.top <= area.top <= block.bottom for block in blocks):
        raise TableConflictError(
            f"上的表格“{table.name}”把要写结果的第{area.top}行当作了表头；"
            "请在 Excel 里把这个表格转换为普通区域"
        )
    if table.count("totalsRowCount", 0):
        raise TableConflictError(
            f"上的表格“{table.name}”带有汇总行，写结果会盖住它；请在“表设计”里取消“汇总行”"
        )
    first = area.top + headers
    bottom = max(first, _last_of_others(sheet, area, blocks), *(block.filled for block in blocks))
    fitted = Area(area.top, area.left, bottom, area.right)
    if fitted != area:
        table.area, table.changed = fitted, True
        table.root.set("ref", fitted.text)
    for state in table.root.findall(sibling_name(table.root, "sortState")):
        remove(state)
        table.changed = True
    _fit_filter(sheet, table, fitted, first, blocks)


def _fit_filter(
    sheet: etree._Element, table: SheetTable, area: Area, first: int, blocks: Sequence[BlockRows]
) -> None:
    element = find_child(table.root, "autoFilter")
    if element is None:
        return
    if element.get("ref") != area.text:
        element.set("ref", area.text)
        table.changed = True
    for state in element.findall(sibling_name(element, "sortState")):
        remove(state)
        table.changed = True
    before = etree.tostring(element)
    apply_filter(sheet, element, Area(first, area.left, area.bottom, area.right), blocks)
    table.changed |= etree.tostring(element) != before


def _last_of_others(sheet: etree._Element, area: Area, blocks: Sequence[BlockRows]) -> int:
    """Return the last row of a table in which cells that are not ours hold something."""
    data = find_child(sheet, "sheetData")
    owned = {number for block in blocks for number in block.numbers}
    last = 0
    for row in () if data is None else data.iterchildren(sibling_name(data, "row")):
        number = int(row.get("r", 0))
        if not area.top < number <= area.bottom:
            continue
        for cell in row.iterchildren(sibling_name(data, "c") if data is not None else "c"):
            place = Area.parse(cell.get("r", ""))
            foreign = place is not None and place.left not in owned
            if foreign and place is not None and area.left <= place.left <= area.right:
                last = number if any(local_name(each) != "extLst" for each in cell) else last
    return last
