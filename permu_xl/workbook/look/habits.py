"""Parts of a workbook as Excel itself would name and spell them.

openpyxl's files are valid, but other programs stumble over what Excel never writes: comment parts
in a folder of their own, targets that begin at the package's root (exceljs breaks off, IronCalc
refuses the file), drawings without the prefix ``xdr`` (exceljs), cells of a type without a content
(IronCalc reads a blank as 0), fonts in an order of their own (validators).
"""

from __future__ import annotations

import posixpath
import re
from enum import Enum
from typing import TYPE_CHECKING, Any

from lxml import etree

from permu_xl.xlsx.writing import cached

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["as_usual", "usual_name"]

_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_COMMENTS = re.compile(r"xl/comments/comment(\d+)\.xml")
_NOTE_SHAPES = re.compile(r"xl/drawings/commentsDrawing(\d+)\.vml")
_OVERRIDE = re.compile(rb'PartName="/([^"]*)"')
_SHEET = re.compile(r"xl/worksheets/[^/]*\.xml")
_IDLE_TYPE = re.compile(rb'(<c [^>]*?) t="(?:n|inlineStr)"([^>]*?/>|[^>]*?></c>)')
_NUMBER_TYPE = re.compile(rb'(<c [^>]*?) t="n"')
_NO_VALUE = re.compile(rb"(</f>)<v\s*(?:/>|></v>)")
_FONT_ORDER = (
    "b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color",
    "name", "family", "charset", "scheme",
)  # fmt: skip
_FORMULA = re.compile(rb'(<c r="([A-Z]+[0-9]+)"[^>]*)>(<f(?: [^>]*)?>[^<]*</f>)</c>')
_EMPTY = re.compile(rb'(<c r="([A-Z]+[0-9]+)"[^>]*?)(?: ?/>|></c>)')


def usual_name(part: str) -> str:
    """Return the name that Excel gives such a part.

    >>> usual_name("xl/comments/comment2.xml"), usual_name("xl/drawings/commentsDrawing2.vml")
    ('xl/comments2.xml', 'xl/drawings/vmlDrawing2.vml')
    """
    for known, usual in (
        (_COMMENTS, r"xl/comments\1.xml"),
        (_NOTE_SHAPES, r"xl/drawings/vmlDrawing\1.vml"),
    ):
        if known.fullmatch(part):
            return known.sub(usual, part)
    return part


def as_usual(part: str, content: bytes, shown: Mapping[str, Any]) -> bytes:
    """Return a part's content with usual names and spellings.

    ``shown`` are the texts that formulas of a sheet show, by address: cached values for programs
    that do not calculate when they open a file.
    """
    if part == "[Content_Types].xml":
        return _OVERRIDE.sub(
            lambda found: b'PartName="/%s"' % usual_name(found[1].decode()).encode(), content
        )
    if part.endswith(".rels"):
        return _relative(part, content)
    if re.fullmatch(r"xl/drawings/drawing\d+\.xml", part):
        return _prefixed(content)
    if part == "xl/styles.xml":
        return _ordered_fonts(content)
    if _SHEET.fullmatch(part):
        content = _NUMBER_TYPE.sub(rb"\1", _IDLE_TYPE.sub(rb"\1\2", content))
        content = _NO_VALUE.sub(rb"\1", content)
        for cell in (_FORMULA, _EMPTY) if shown else ():
            content = cell.sub(lambda found: _with_value(found, shown), content)
    return content


def _with_value(found: re.Match[bytes], shown: Mapping[str, Any]) -> bytes:
    """Return a cell with what its formula shows; without a formula it belongs to an array."""
    known = shown.get(found[2].decode())
    formula = found[3] if found.re.groups > _EMPTY.groups else b""
    if known is None or (known == "" and not formula):
        return found[0]
    kind, text = ("e", str(known)) if isinstance(known, Enum) else cached(known)
    value = etree.Element("v")
    value.text = text
    told = b"" if kind is None else b' t="%s"' % kind.encode()
    return b"%s%s>%s%s</c>" % (found[1], told, formula, etree.tostring(value))


def _relative(part: str, content: bytes) -> bytes:
    """Return relationships whose targets lead from the folder of the part that has them."""
    base = posixpath.dirname(posixpath.dirname(part))
    root = etree.fromstring(content)
    for each in root:
        target = each.get("Target", "")
        if each.get("TargetMode") != "External" and target:
            whole = usual_name(posixpath.normpath(posixpath.join("/", base, target)).lstrip("/"))
            each.set("Target", posixpath.relpath(whole, base or "."))
    return _serialized(root)


def _ordered_fonts(content: bytes) -> bytes:
    """Return the styles with what makes up a font in the order of the schema."""
    root = etree.fromstring(content)
    for font in root.iter("{*}font"):
        font[:] = sorted(font, key=lambda each: _FONT_ORDER.index(etree.QName(each).localname))
    return _serialized(root)


def _prefixed(content: bytes) -> bytes:
    """Return a drawing with its own namespace under the prefix ``xdr``."""
    root = etree.fromstring(content)
    usual = etree.Element(root.tag, None, {"xdr": _DRAWING, **_further(root)})
    usual.extend(list(root))
    etree.cleanup_namespaces(usual, keep_ns_prefixes=["xdr"])
    return _serialized(usual)


def _further(root: etree._Element) -> dict[str, str]:
    return {prefix: uri for prefix, uri in root.nsmap.items() if prefix and uri != _DRAWING}


def _serialized(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)
