"""Writing blocks into a workbook, with all that follows from it elsewhere in the package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree

from permu_xl.book import ooxml
from permu_xl.book.areas import Area
from permu_xl.book.blocks import Block
from permu_xl.book.package import Package
from permu_xl.book.sheetcells import whole
from permu_xl.book.sheetxml import rewrite_sheet

CONTENT_TYPES = "[Content_Types].xml"
FILTER_NAME = "_xlnm._FilterDatabase"

_BEFORE_CALCULATION = (
    "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets",
    "functionGroups", "externalReferences", "definedNames",
)  # fmt: skip
"""What the schema puts before a workbook's calculation settings."""


def write_blocks(package: Package, blocks: Mapping[str, Sequence[Block]]) -> None:
    """Write blocks into the sheets that are named, and nothing else that need not change.

    The list of formulas to calculate goes where formulas have come or gone; a spreadsheet makes
    it anew.  The workbook is told to calculate everything when it is opened, as formulas of the
    user's may depend on what was written.
    Raises BookError where a sheet is absent or cannot be used; the package is then unchanged.
    """
    rewritten = {}
    for name, written in blocks.items():
        xml = package.sheet_xml(name)
        rewritten[name] = rewrite_sheet(xml, written, f"“{package.path}”的工作表“{name}”")
    grown = {name: each.filter_range for name, each in rewritten.items() if each.filter_range}
    settings = _settings(package, grown)
    calculation = (
        _without_calculation_chain(package)
        if any(each.formulas_changed for each in rewritten.values())
        else {}
    )
    for name, each in rewritten.items():
        package.replace(package.sheet(name).part, each.chunks)
    for part, data in (settings | calculation).items():
        if data is None:
            package.remove(part)
        else:
            package.replace(part, data)


def _settings(package: Package, grown: Mapping[str, str]) -> dict[str, bytes | None]:
    """Return the workbook part with the settings that it lacks; nothing where it lacks none."""
    root = package.xml(package.workbook_part)
    changed = _extend_filter_names(root, grown)
    calculation = ooxml.find_child(root, "calcPr")
    if calculation is None or not ooxml.is_true(calculation.get("fullCalcOnLoad")):
        calculation = ooxml.ensure_child(root, "calcPr", _BEFORE_CALCULATION)
        calculation.set("fullCalcOnLoad", "1")
        changed = True
    return {package.workbook_part: ooxml.serialize(root)} if changed else {}


def _extend_filter_names(root: etree._Element, grown: Mapping[str, str]) -> bool:
    """Let the hidden names that Excel keeps for filters follow the filters that have grown."""
    sheets = ooxml.find_child(root, "sheets")
    names = ooxml.find_child(root, "definedNames")
    if not grown or sheets is None or names is None:
        return False
    order = [each.get("name", "") for each in sheets.iterchildren("{*}sheet")]
    changed = False
    for each in names.iterchildren("{*}definedName"):
        if each.get("name") != FILTER_NAME or not each.get("localSheetId", "").isdecimal():
            continue
        index = whole(each.get("localSheetId"))
        area = Area.parse(grown.get(order[index], "")) if index < len(order) else None
        place, mark, _ = (each.text or "").rpartition("!")
        if area is not None and mark:
            each.text = f"{place}!{area.absolute}"
            changed = True
    return changed


def _without_calculation_chain(package: Package) -> dict[str, bytes | None]:
    """Return what is to be replaced and (None) removed so that the list of formulas is gone."""
    found = [
        relation
        for relation in package.relations(package.workbook_part)
        if relation.type.endswith("/calcChain") and relation.part is not None
    ]
    if not found:
        return {}
    changes: dict[str, bytes | None] = {}
    ids = {relation.id for relation in found}
    parts = {(relation.part or "").lower() for relation in found}
    holder = ooxml.relations_part(package.workbook_part)
    relations = package.xml(holder)
    for each in ooxml.children(relations):
        if each.get("Id") in ids:
            relations.remove(each)
    changes[holder] = ooxml.serialize(relations)
    types = package.xml(CONTENT_TYPES)
    for each in ooxml.children(types):
        if each.get("PartName", "").lstrip("/").lower() in parts:
            types.remove(each)
    changes[CONTENT_TYPES] = ooxml.serialize(types)
    for relation in found:
        if relation.part is not None and relation.part in package:
            changes[relation.part] = None
    return changes
