"""A further table sheet in a workbook's package, in the look of the sheets that are there."""

from __future__ import annotations

import posixpath
import re

from lxml import etree

from permu_xl.xlsx.cells import Area, quote_sheetname
from permu_xl.xlsx.package import ooxml
from permu_xl.xlsx.package.package import CONTENT_TYPES, Package

__all__ = ["BEFORE_NAMES", "add_sheet"]


_FILTER = re.compile(rb'<autoFilter ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"

BEFORE_NAMES = (
    "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets",
    "functionGroups", "externalReferences",
)  # fmt: skip
"""What the schema puts before a workbook's names."""


def add_sheet(
    package: Package,
    name: str,
    xml: bytes,
    state: str = "visible",
    *,
    titles_row: int | None = None,
    titles_columns: str | None = None,
) -> None:
    """Add a sheet as the last one of the workbook; ``state`` as in ``SheetPart``.

    ``titles_row`` (1-based) and the columns up to ``titles_columns`` (a letter) are printed on
    every page.  Raises BookError where the workbook's own parts are broken.
    """
    folder = posixpath.dirname(package.workbook_part)
    number = 1
    while f"{folder}/worksheets/sheet{number}.xml" in package:
        number += 1
    part = f"{folder}/worksheets/sheet{number}.xml"
    root = package.xml(package.workbook_part)
    strict = ooxml.namespace_of(root) == ooxml.MAIN_NAMESPACES[1]
    relation_space = ooxml.RELATION_NAMESPACES[1 if strict else 0]
    holder = ooxml.relations_part(package.workbook_part)
    relations = package.xml(holder)
    ids = {each.get("Id") for each in relations}
    id = next(f"rId{n}" for n in range(1, len(ids) + 2) if f"rId{n}" not in ids)
    etree.SubElement(
        relations,
        ooxml.sibling_name(relations, "Relationship"),
        {
            "Id": id,
            "Type": f"{relation_space}/worksheet",
            "Target": f"worksheets/sheet{number}.xml",
        },
    )
    types = package.xml(CONTENT_TYPES)
    etree.SubElement(
        types,
        ooxml.sibling_name(types, "Override"),
        {"PartName": f"/{part}", "ContentType": _SHEET_TYPE},
    )
    sheets = ooxml.find_child(root, "sheets")
    assert sheets is not None  # a package without sheets has been refused
    taken = [int(each.get("sheetId", "0")) for each in sheets]
    etree.SubElement(
        sheets,
        ooxml.sibling_name(sheets, "sheet"),
        {
            "name": name,
            "sheetId": str(max(taken, default=0) + 1),
            **({} if state == "visible" else {"state": state}),
            f"{{{relation_space}}}id": id,
        },
    )
    named: dict[str, str] = {}
    filtered = _FILTER.search(xml)
    if filtered and (area := Area.parse(filtered[1].decode())):
        # Excel notes every filter a second time, as a hidden name.
        named["_xlnm._FilterDatabase"] = area.absolute
    if titles_row is not None:
        named["_xlnm.Print_Titles"] = f"${titles_row}:${titles_row}"
    if titles_columns is not None:
        across = f"$A:${titles_columns}"
        rows = named.get("_xlnm.Print_Titles")
        named["_xlnm.Print_Titles"] = (
            across if rows is None else f"{across},{quote_sheetname(name)}!{rows}"
        )
    for title, cells in named.items():
        names = ooxml.ensure_child(root, "definedNames", BEFORE_NAMES)
        place = {"name": title, "localSheetId": str(len(taken))}
        place |= {"hidden": "1"} if title.endswith("_FilterDatabase") else {}
        added = etree.SubElement(names, ooxml.sibling_name(names, "definedName"), place)
        added.text = f"{quote_sheetname(name)}!{cells}"
    package.add(part, xml)
    package.replace(holder, ooxml.serialize(relations))
    package.replace(CONTENT_TYPES, ooxml.serialize(types))
    package.replace(package.workbook_part, ooxml.serialize(root))
    package.refresh_sheets()
