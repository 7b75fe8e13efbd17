"""From a workbook without macros to one with: project, ribbon, content types, relationships."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from lxml import etree

from permu_xl.hosts.packed import packed
from permu_xl.workbook import PROJECT_TYPE
from permu_xl.xlsx import package as ooxml
from permu_xl.xlsx.package import CONTENT_TYPES

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MAIN_TYPES", "macro_package"]

MAIN_TYPES = {
    False: "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    True: "application/vnd.ms-excel.addin.macroEnabled.main+xml",
}
"""The content type of the workbook part: of a macro workbook, and (True) of an add-in."""

_WORKBOOK, _PROJECT, _RIBBON = "xl/workbook.xml", "xl/vbaProject.bin", "customUI/customUI.xml"
_PROJECT_RELATION = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
_RIBBON_RELATION = "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility"


def macro_package(plain: Path, project: bytes, ribbon: str, *, addin: bool) -> bytes:
    """Return the package of a macro workbook or an add-in; equal input gives equal bytes."""
    with zipfile.ZipFile(plain) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts[_PROJECT] = project
    parts[_RIBBON] = ribbon.encode()
    parts[CONTENT_TYPES] = _content_types(parts[CONTENT_TYPES], addin)
    for holder, kind, target in (
        (ooxml.relations_part(_WORKBOOK), _PROJECT_RELATION, "vbaProject.bin"),
        (ooxml.relations_part(""), _RIBBON_RELATION, _RIBBON),
    ):
        parts[holder] = _related(parts[holder], kind, target)
    return packed(parts, first=CONTENT_TYPES)


def _content_types(xml: bytes, addin: bool) -> bytes:
    root = ooxml.parse(xml)
    override = ooxml.sibling_name(root, "Override")
    for each in root.iter(override):
        if each.get("PartName") == f"/{_WORKBOOK}":
            each.set("ContentType", MAIN_TYPES[addin])
    etree.SubElement(root, override, PartName=f"/{_PROJECT}", ContentType=PROJECT_TYPE)
    return ooxml.serialize(root)


def _related(xml: bytes, kind: str, target: str) -> bytes:
    root = ooxml.parse(xml)
    taken = {each.get("Id") for each in root}
    id = next(f"rId{n}" for n in range(1, len(taken) + 2) if f"rId{n}" not in taken)
    etree.SubElement(
        root, ooxml.sibling_name(root, "Relationship"), Id=id, Type=kind, Target=target
    )
    return ooxml.serialize(root)
