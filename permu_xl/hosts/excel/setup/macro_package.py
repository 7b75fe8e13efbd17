"""From a workbook without macros to one with: project, ribbon, content types, relationships."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from lxml import etree

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
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


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
    return _zipped(parts)


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


def _zipped(parts: dict[str, bytes]) -> bytes:
    """Return a zip with the content types first, the rest by name, and nothing of the moment."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name in sorted(parts, key=lambda part: (part != CONTENT_TYPES, part)):
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            entry.create_system = 3
            file.writestr(entry, parts[name])
    return packed.getvalue()
