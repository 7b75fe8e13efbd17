"""Rewriting one sheet: blocks go in, everything else in the sheet's XML stays as it is."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from lxml import etree

from permu_xl.errors import BookError
from permu_xl.xlsx import package as ooxml
from permu_xl.xlsx.cells import Area, Block, Link
from permu_xl.xlsx.writing.cell_text import xstring
from permu_xl.xlsx.writing.filters import refresh_filter, show_rows_of_tables
from permu_xl.xlsx.writing.patterned_rows import part_patterned_rows
from permu_xl.xlsx.writing.row_cells import DisorderError
from permu_xl.xlsx.writing.rows import SheetRows
from permu_xl.xlsx.writing.tables import SheetTable, TableConflictError, fit_tables
from permu_xl.xlsx.writing.whole_rows import part_whole_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from permu_xl.xlsx.package import Text

MAX_LINKS = 65_530
"""How many links Excel takes in one sheet; it calls a file with more of them damaged."""

_CHUNK = 1 << 20
_SHARES = re.compile(rb"""\ssi\s*=\s*["']([0-9]{1,9})["']""")

_BEFORE_LINKS = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState",
    "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting",
    "dataValidations",
)  # fmt: skip
"""What the schema puts before a sheet's links."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A sheet with its new cells.

    ``chunks`` are its XML in pieces, some of which are made when they are needed;
    ``filter_range`` is the filter's new range where it had to grow.
    """

    chunks: tuple[Text, ...]
    rows: SheetRows
    filter_range: str | None

    @property
    def formulas_changed(self) -> bool:
        """Whether other cells than before hold formulas."""
        return self.rows.formulas_changed


def rewrite_sheet(
    xml: bytes,
    blocks: Sequence[Block],
    where: str = "工作表",
    tables: Sequence[SheetTable] = (),
    kept: str = "",
) -> Rewritten:
    """Return a sheet's XML with the blocks written into it.

    Cells that no block owns stay as they are, and so does an owned cell whose formula has
    ``kept`` in it: it gets the block's value as its result.  ``where`` names the sheet in messages;
    ``tables`` are the Excel tables on it, which follow the blocks.
    Raises BookError where the XML is no sheet that can be used or a table is in the way,
    ValueError for blocks that overlap.
    """
    try:
        rows = _rewrite_rows(xml, blocks, kept, filtered=bool(tables))
    except (etree.XMLSyntaxError, DisorderError, ooxml.UnsafeXmlError) as error:
        raise BookError(f"{where}已损坏，无法写入；请在 Excel 或 WPS 中修复后再试。") from error
    if rows is None:
        raise BookError(f"{where}不是普通的数据表，无法写入结果；请恢复原来的工作表。")
    sheet = rows.sheet
    areas = [area for block in rows.blocks for area in block.areas]
    _free_merged_cells(sheet, rows)
    _replace_links(sheet, areas, rows.cells.links)
    show_rows_of_tables(sheet, rows.blocks)
    filter_range = refresh_filter(sheet, rows.blocks)
    try:
        fit_tables(sheet, rows.blocks, tables)
    except TableConflictError as error:
        raise BookError(f"{where}{error}后再运行。") from error
    dimension = ooxml.find_child(sheet, "dimension")
    if dimension is not None:
        dimension.set("ref", rows.used.text if rows.used else "A1")
    return Rewritten(tuple(_assembled(sheet, rows)), rows, filter_range)


def _rewrite_rows(
    xml: bytes, blocks: Sequence[Block], kept: str, *, filtered: bool
) -> SheetRows | None:
    """Read the sheet and rewrite its rows on the way; None where it has no place for rows."""
    rows: SheetRows | None = None
    filled = max((block.first_row + block.height - 1 for block in blocks), default=0)
    parted = part_whole_rows(xml, blocks, kept)
    alone = part_patterned_rows(parted.xml, blocks)
    content, empty, rest = ooxml.part_empty_rows(alone, filled)
    for element in ooxml.elements(content + rest, ("row", "sheetData")):
        holder = element.getparent() if ooxml.local_name(element) == "row" else element
        if rows is None and holder is not None:
            rows = SheetRows(holder, blocks, kept, _first_share(alone))
        if rows is not None and holder is rows.sheet_data and element is not holder:
            rows.take(element)
    if rows is not None:
        rows.parted = parted
        rows.finish(filtered=filtered, below=empty)
    return rows


def _first_share(xml: bytes) -> int:
    """Return a number by which no formula of the sheet is shared."""
    return 1 + max((int(number) for number in _SHARES.findall(xml)), default=-1)


def _free_merged_cells(sheet: etree._Element, rows: SheetRows) -> None:
    """Part merged cells in the tables' bodies, where they would swallow values."""
    holder = ooxml.find_child(sheet, "mergeCells")
    if holder is None:
        return
    bodies = [area for block in rows.blocks if block.block.template_row for area in block.areas]
    freed = False
    for each in ooxml.children(holder):
        merged = Area.parse(each.get("ref", ""))
        if merged is not None and any(merged.meets(body) for body in bodies):
            holder.remove(each)
            freed = True
    if len(holder) == 0:
        sheet.remove(holder)
    elif freed:
        holder.set("count", str(len(holder)))


def _replace_links(sheet: etree._Element, owned: Sequence[Area], links: Mapping[str, Link]) -> None:
    """Remove the links of owned cells and add the new ones."""
    holder = ooxml.find_child(sheet, "hyperlinks")
    if holder is None:
        if not links:
            return
        holder = ooxml.ensure_child(sheet, "hyperlinks", _BEFORE_LINKS)
    for each in ooxml.children(holder):
        area = Area.parse(each.get("ref", ""))
        if area is None or not any(area.meets(other) for other in owned):
            continue
        pieces = [area]
        for other in owned:
            pieces = [part for piece in pieces for part in piece.without(other)]
        for piece in pieces:
            part = copy.deepcopy(each)
            part.set("ref", piece.text)
            each.addprevious(part)
        holder.remove(each)
    tag = ooxml.sibling_name(sheet, "hyperlink")
    # Beyond the limit a text without a link does less harm than a file that is refused.
    for address, link in islice(links.items(), max(0, MAX_LINKS - len(holder))):
        attributes = {"ref": address, "location": link.target, "display": xstring(link.text)}
        etree.SubElement(holder, tag, attributes)
    if len(holder) == 0:
        sheet.remove(holder)


def _assembled(sheet: etree._Element, rows: SheetRows) -> Iterator[Text]:
    """Serialize the sheet and put the new cells where they are marked."""
    first, *rest = ooxml.serialize(sheet).split(b"<?" + rows.mark.encode() + b" ")
    pieces, size = [first], len(first)
    for each in rest:
        number, following = each.split(b"?>", 1)
        text, rows.texts[int(number)] = rows.texts[int(number)], b""
        if not isinstance(text, bytes):
            yield b"".join(pieces)
            yield text
            pieces, size, text = [], 0, b""
        pieces += (text, following)
        size += len(text) + len(following)
        if size > _CHUNK:
            yield b"".join(pieces)
            pieces, size = [], 0
    yield b"".join(pieces)
