"""The final copy of a workbook: values only, no macros, none of our hidden sheets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from permu_xl.workbook.live import HELPER, PREFIX
from permu_xl.xlsx import package as ooxml
from permu_xl.xlsx.package import CONTENT_TYPES, Package

if TYPE_CHECKING:
    from pathlib import Path

    from lxml import etree

__all__ = ["CONFIG_SHEET", "HELP_SHEET", "NOTICE_SHEET", "SERVICE_SHEETS", "TEXT_SHEET", "finalise"]

PLAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
PROJECT_TYPE = "application/vnd.ms-office.vbaProject"
_LINK = re.compile(r"\[\d+\]")
_PRINT_AREA = "_xlnm.Print_Area"
_MOVING_AREA = re.compile(
    r"(?P<first>[^:]*\$A\$1):INDEX\([^:]*!(?P<column>\$[A-Z]+)(?:\$\d+)?:.*\)"
)
"""A print area of the live template: from the first cell to where its formula finds the end."""
_DROPPED_RELATIONS = ("/vbaProject", "/ui/extensibility", "/calcChain", "/externalLink")


def finalise(source: Path, target: Path) -> None:
    """Write ``source`` as .xlsx to ``target``: every formula replaced by its last value.

    Cells, looks, charts and notes stay.  Macros, ribbon, links to other workbooks (the add-in
    is one) and the sheets that serve the macros only are left out.
    Raises BookError for a broken workbook, FileAccessError where a file cannot be read or written.
    """
    package = Package.open(source)
    removed = _drop_sheets(package)
    for sheet in package.sheets.values():
        if sheet.part not in removed:
            _values_only(package, sheet.part)
    removed |= _drop_relations(package, removed)
    types = package.xml(CONTENT_TYPES)
    for each in ooxml.children(types):
        name = each.get("PartName", "").lstrip("/")
        if name in removed or each.get("ContentType") == PROJECT_TYPE:
            types.remove(each)
        elif name == package.workbook_part:
            each.set("ContentType", PLAIN_TYPE)
    package.replace(CONTENT_TYPES, ooxml.serialize(types))
    for part in removed:
        package.remove(part)
    package.save(target)


def _drop_sheets(package: Package) -> set[str]:
    """Take our hidden sheets, and all names that lean on them, out of the workbook part."""
    root = package.xml(package.workbook_part)
    holder = ooxml.find_child(root, "sheets")
    sheets = [] if holder is None else list(holder)
    gone = [i for i, each in enumerate(sheets) if each.get("name") in SERVICE_SHEETS]
    for i in gone:
        sheets[i].getparent().remove(sheets[i])  # type: ignore[union-attr]
    names = ooxml.find_child(root, "definedNames")
    for each in [] if names is None else list(names):
        local = int(each.get("localSheetId", "-1"))
        text = each.text or ""
        # With the links to other workbooks go the names that lead there: Excel calls them damaged.
        ours = any(mark in text for mark in SERVICE_SHEETS) or _LINK.search(text) is not None
        if each.get("name") == _PRINT_AREA and (moving := _MOVING_AREA.fullmatch(text)):
            each.text = _filled_area(package, sheets[local].get("name", ""), moving)
        if local in gone or ours or each.get("name", "").startswith(PREFIX):
            each.getparent().remove(each)  # type: ignore[union-attr]
        elif local >= 0:
            each.set("localSheetId", str(local - sum(i < local for i in gone)))
    if names is not None and len(names) == 0:
        root.remove(names)
    _keep_active_sheet(root, len(sheets) - len(gone))
    for name in ("externalReferences",):
        if (found := ooxml.find_child(root, name)) is not None:
            root.remove(found)
    package.replace(package.workbook_part, ooxml.serialize(root))
    return {sheet.part for sheet in package.sheets.values() if sheet.name in SERVICE_SHEETS}


def _filled_area(package: Package, sheet: str, area: re.Match[str]) -> str:
    """Return a print area that ends where its formula ended it: at the last row with a value."""
    last = 1
    for cell in ooxml.elements(package.sheet_xml(sheet), ("c",)):
        value = ooxml.find_child(cell, "v")
        if ooxml.find_child(cell, "is") is not None or (value is not None and value.text):
            last = max(last, int("".join(c for c in cell.get("r", "1") if c.isdigit())))
    return f"{area['first']}:{area['column']}${last}"


def _keep_active_sheet(root: etree._Element, count: int) -> None:
    for view in root.iter(f"{{{ooxml.namespace_of(root)}}}workbookView"):
        for key in ("activeTab", "firstSheet"):
            if int(view.get(key, "0")) >= count:
                view.set(key, "0")


def _values_only(package: Package, part: str) -> None:
    root = package.xml(part, "part_mb")
    formulas = list(root.iter(ooxml.sibling_name(root, "f")))
    for formula in formulas:
        cell = formula.getparent()
        if cell is not None:
            cell.remove(formula)
            ooxml.drop_attributes(cell, "cm", "vm")
            if len(cell) == 0:
                ooxml.drop_attributes(cell, "t")
    if formulas:
        package.replace(part, ooxml.serialize(root))


def _drop_relations(package: Package, sheets: set[str]) -> set[str]:
    """Take relationships to what goes out of the package; return the parts that go with them."""
    gone: set[str] = set()
    for holder in ("", package.workbook_part):
        part = ooxml.relations_part(holder)
        root = package.xml(part)
        kinds = {r.id: r for r in package.relations(holder)}
        for each in ooxml.children(root):
            relation = kinds[each.get("Id", "")]
            if relation.type.endswith(_DROPPED_RELATIONS) or relation.part in sheets:
                root.remove(each)
                if relation.part is not None and relation.part in package:
                    gone.add(relation.part)
        package.replace(part, ooxml.serialize(root))
    own = {ooxml.relations_part(each) for each in gone | sheets}
    return gone | {each for each in own if each in package}


HELP_SHEET, TEXT_SHEET, NOTICE_SHEET = "_permu_help", "_permu_text", "_permu_about"
"""What the macros of a workbook or an add-in read: function help, messages, licences."""


CONFIG_SHEET = "xlwings.conf"


SERVICE_SHEETS = frozenset({HELPER, HELP_SHEET, TEXT_SHEET, NOTICE_SHEET, CONFIG_SHEET})
