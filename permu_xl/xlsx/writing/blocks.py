"""Writing blocks into a workbook, with all that follows from it elsewhere in the package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.xlsx import package as ooxml
from permu_xl.xlsx.cells import Area, Block
from permu_xl.xlsx.package import BEFORE_NAMES, Package, drop_related
from permu_xl.xlsx.writing.dependents import refuse_pivots
from permu_xl.xlsx.writing.row_cells import whole
from permu_xl.xlsx.writing.sheet import Rewritten, rewrite_sheet
from permu_xl.xlsx.writing.tables import SheetTable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lxml import etree

FILTER_NAME = "_xlnm._FilterDatabase"
SIGNATURE = "/digital-signature/origin"
SIGNATURE_NOTE = (
    "工作簿带有数字签名：内容一改，签名就不再有效，写出的文件里已经去掉，需要时请重新签名"
    "（宏的签名不受影响）。"
)
CHAIN_NOTE = "工作簿里记录公式计算先后的清单（calcChain）已经去掉，Excel 打开时会自动重建。"

_BEFORE_CALCULATION = (*BEFORE_NAMES, "definedNames")
"""What the schema puts before a workbook's calculation settings."""


def write_blocks(
    package: Package, blocks: Mapping[str, Sequence[Block]], *, kept: str = ""
) -> tuple[str, ...]:
    """Write blocks into the sheets that are named, and nothing else that need not change.

    A formula with ``kept`` in it (capitals) stays and gets the fresh value.

    The list of formulas to calculate goes where formulas have come or gone; a spreadsheet makes
    it anew.  Signatures of the whole file go too: they cannot hold for a changed one.  The
    workbook is told to calculate everything when it is opened, as formulas of the user's may
    depend on what was written.  Returns, in sentences, what could not be kept.
    Raises BookError where a sheet is absent or cannot be used; the package is then unchanged.
    """
    rewritten: dict[str, Rewritten] = {}
    tables: dict[str, SheetTable] = {}
    for name, written in blocks.items():
        part, where = package.sheet(name).part, f"“{package.path}”的工作表“{name}”"
        own = {each: SheetTable(package.xml(each)) for each in package.related(part, "table")}
        refuse_pivots(package, part, written, where)
        rewritten[name] = rewrite_sheet(
            package.sheet_xml(name), written, where, list(own.values()), kept
        )
        tables |= own
    grown = {name: each.filter_range for name, each in rewritten.items() if each.filter_range}
    settings = _settings(package, grown)
    for name, each in rewritten.items():
        package.replace(package.sheet(name).part, each.chunks)
    for part, table in tables.items():
        if table.changed:
            package.replace(part, ooxml.serialize(table.root))
    for part, data in settings.items():
        package.replace(part, data)
    notes = []
    if package.related(package.workbook_part, "calcChain") and any(
        each.formulas_changed for each in rewritten.values()
    ):
        drop_related(package, package.workbook_part, "/calcChain")
        notes.append(CHAIN_NOTE)
    if drop_related(package, "", SIGNATURE):
        notes.append(SIGNATURE_NOTE)
    return tuple(notes)


def _settings(package: Package, grown: Mapping[str, str]) -> dict[str, bytes]:
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
