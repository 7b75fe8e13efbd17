"""What all parts of a workbook package have in common: safe XML, namespaces, element order.

Two spellings of the namespaces are in use, the transitional one that everybody writes and the
strict one of ISO/IEC 29500; both are read, and what is written follows the document at hand.
"""

from __future__ import annotations

import codecs
import io
import posixpath
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

MAIN_NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
RELATION_NAMESPACES = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)

etree.register_namespace("r", RELATION_NAMESPACES[0])

SAFE: Mapping[str, Any] = MappingProxyType(
    {
        "resolve_entities": False,
        "no_network": True,
        "load_dtd": False,
        "huge_tree": False,
    }
)
"""How everything from a workbook is parsed."""

_PIECE = 1 << 20
_HEAD = 400
_CODING = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([^"'>]*)""")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_UTF8 = ("utf-8", "ascii")
_CODINGS = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "ascii", "ascii": "ascii",
    "gb18030": "gb18030", "gbk": "gb18030", "gb2312": "gb18030", "iso-8859-1": "latin-1",
    "windows-1252": "cp1252", "cp1252": "cp1252", "windows-936": "gb18030", "cp936": "gb18030",
}  # fmt: skip
"""In all of these a tag looks as in ASCII."""


class UnsafeXmlError(ValueError):
    """A part carries a document type, which no workbook needs and attacks are made of."""


def parse(data: bytes) -> etree._Element:
    """Parse a part and return its root.

    A workbook comes from strangers: no entity is resolved and nothing is fetched.
    Raises etree.XMLSyntaxError where the XML is broken, UnsafeXmlError where it is not harmless.
    """
    root = etree.fromstring(plain_xml(data), etree.XMLParser(**SAFE))
    _refuse_doctype(root)
    return root


def elements(data: bytes, names: Sequence[str]) -> Generator[etree._Element, None, etree._Element]:
    """Parse a part of the workbook step by step, as safely as ``parse``, and return its root.

    Yields the elements with these local names as soon as they are complete; what is inside them
    may be changed at once, so that a large part never is in memory as a whole.
    """
    plain = plain_xml(data)
    tags = tuple(f"{{{namespace}}}{name}" for namespace in MAIN_NAMESPACES for name in names)
    parsed = etree.iterparse(io.BytesIO(plain), tag=tags, **SAFE)
    for _, element in parsed:
        yield element
    root: etree._Element = parsed.root
    _refuse_doctype(root)
    return root


def walk(data: bytes, target: Any) -> None:
    """Parse a part as safely as ``parse`` without keeping anything.

    ``target`` is told of every ``start(tag, attributes)``, ``end(tag)`` and ``data(text)``.
    """
    plain = plain_xml(data)
    parser = etree.XMLParser(target=target, **SAFE)
    for begin in range(0, len(plain), _PIECE):
        parser.feed(plain[begin : begin + _PIECE])
    parser.close()


def plain_xml(data: bytes) -> bytes:
    """Return XML in a coding in which tags look as in ASCII, once it declares no document type.

    That is refused (UnsafeXmlError) before any parser sees it; the codings that could hide it are
    refused as well, except UTF-16, which the format allows.  All become UTF-8: not every reader
    knows the others.
    """
    coding = _declared(data)
    if coding not in _UTF8:
        try:
            data = _DECLARATION.sub("", data.decode(coding), count=1).encode()
        except (UnicodeError, LookupError) as error:
            raise UnsafeXmlError(f"broken {coding}") from error
    head = data[:_HEAD].removeprefix(codecs.BOM_UTF8).lstrip()
    if not head.startswith(b"<") or b"\0" in head or b"<!DOCTYPE" in data:
        raise UnsafeXmlError("document type declaration, or a coding that may hide one")
    return data


def _declared(data: bytes) -> str:
    """Return the coding of XML; UnsafeXmlError where it is none of those that are read."""
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    found = _CODING.match(data[:_HEAD].removeprefix(codecs.BOM_UTF8).lstrip())
    coding = "utf-8" if found is None else found[1].lower().decode("latin-1")
    if coding in _CODINGS:
        known = _CODINGS[coding]
        return "utf-8-sig" if data.startswith(codecs.BOM_UTF8) and known not in _UTF8 else known
    raise UnsafeXmlError("a coding that may hide a document type")


def _refuse_doctype(root: etree._Element) -> None:
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnsafeXmlError("document type declaration")


def escape(text: str) -> str:
    """Return a text as it stands between tags; the one of ``xml.sax`` brings half the internet."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quoteattr(text: str) -> str:
    r"""Return a text as the value of an attribute, with its quotes.

    >>> quoteattr('5"\n&')
    '"5&quot;&#10;&amp;"'
    """
    escaped = escape(text).replace('"', "&quot;")
    for character in "\t\n\r":
        escaped = escaped.replace(character, f"&#{ord(character)};")
    return f'"{escaped}"'


def serialize(root: etree._Element) -> bytes:
    """Return a document as UTF-8, declared standalone as Excel does."""
    tree = root.getroottree()
    data: bytes = etree.tostring(tree, encoding="UTF-8", xml_declaration=True, standalone=True)
    return data


def namespace_of(element: etree._Element) -> str:
    """Return the namespace of an element, "" for none."""
    return etree.QName(element).namespace or ""


def local_name(element: etree._Element) -> str:
    """Return an element's name without namespace; "" for comments and instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def sibling_name(element: etree._Element, name: str) -> str:
    """Return the qualified tag of ``name`` in the namespace of ``element``.

    >>> sibling_name(etree.fromstring('<x:worksheet xmlns:x="urn:a"/>'), "row")
    '{urn:a}row'
    """
    namespace = namespace_of(element)
    return f"{{{namespace}}}{name}" if namespace else name


def find_child(parent: etree._Element, name: str) -> etree._Element | None:
    """Return the first child with this local name in the namespace of ``parent``."""
    return parent.find(sibling_name(parent, name))


def children(parent: etree._Element) -> list[etree._Element]:
    """Return the elements in an element; comments and instructions have no attributes to ask."""
    return list(parent.iterchildren("{*}*"))


def relation_id(element: etree._Element, name: str = "id") -> str | None:
    """Return the attribute that names a relationship, such as ``r:id``."""
    for namespace in RELATION_NAMESPACES:
        if (found := element.get(f"{{{namespace}}}{name}")) is not None:
            return found
    return None


def ensure_child(parent: etree._Element, name: str, predecessors: Sequence[str]) -> etree._Element:
    """Return the child ``name``; where there is none, make it right after its predecessors.

    ``predecessors`` are the local names that the schema puts before it.
    """
    if (found := find_child(parent, name)) is not None:
        return found
    tags = {sibling_name(parent, each) for each in predecessors}
    position = 0
    for index, child in enumerate(parent, start=1):
        if child.tag in tags:
            position = index
    made = etree.SubElement(parent, sibling_name(parent, name))
    parent.insert(position, made)
    return made


def remove(element: etree._Element) -> None:
    """Take an element out of its parent."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def drop_attributes(element: etree._Element, *names: str) -> None:
    """Take attributes away where they are there."""
    for name in names:
        if name in element.attrib:
            del element.attrib[name]


def is_true(value: str | None) -> bool:
    """Read an XML boolean; absent is false."""
    return value is not None and value.strip().lower() in ("1", "true", "on")


def relations_part(part: str) -> str:
    """Return where the relationships of a part are kept; ``""`` stands for the package.

    >>> relations_part("xl/workbook.xml"), relations_part("")
    ('xl/_rels/workbook.xml.rels', '_rels/.rels')
    """
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def resolve_target(source: str, target: str) -> str:
    """Return the part that a relationship of ``source`` leads to.

    >>> resolve_target("xl/worksheets/sheet1.xml", "../drawings/drawing1.xml")
    'xl/drawings/drawing1.xml'
    >>> resolve_target("xl/workbook.xml", "/xl/styles.xml")
    'xl/styles.xml'
    """
    joined = posixpath.join("/", posixpath.dirname(source), target.replace("\\", "/"))
    return posixpath.normpath(joined).lstrip("/")
