"""Texts of several fonts, spelled so that the reading library joins them as they are seen."""

from __future__ import annotations

import re

from permu_xl.xlsx.cells import as_seen

__all__ = ["joined_as_seen"]

_RUN = re.compile(
    rb"(?P<font><(?:\w+:)?rPr>(?P<look>(?:(?!</(?:\w+:)?rPr>).){0,2000})</(?:\w+:)?rPr>\s*"
    rb"<(?:\w+:)?t(?:\s[^<>]*)?>)(?P<text>[^<]*)",
    re.DOTALL,
)
_SMALL = re.compile(rb"<(?:\w+:)?vertAlign\s+val\s*=\s*[\"'](?:super|sub)script[\"']")
_STRUCK = re.compile(rb"<(?:\w+:)?strike(?:\s+val\s*=\s*[\"'](?:1|true|on)[\"'])?\s*/?>")
_PIECES = re.compile(r"&[^;&]*;|[^&]+|&")


def joined_as_seen(xml: bytes) -> bytes:
    """Return XML with texts of several fonts (UTF-8), raised and struck digits as they are seen.

    >>> xml = '<si><r><t>12</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>1</t></r></si>'
    >>> joined_as_seen(xml.encode()).decode()[-17:]
    '<t>¹</t></r></si>'
    """
    if b"vertAlign" not in xml and b"strike" not in xml:
        return xml
    return _RUN.sub(_seen, xml)


def _seen(run: re.Match[bytes]) -> bytes:
    small, struck = (each.search(run["look"]) is not None for each in (_SMALL, _STRUCK))
    if not small and not struck:
        return run[0]
    text = run["text"].decode("utf-8", "surrogateescape")
    pieces = (
        piece if piece.startswith("&") else as_seen(piece, small=small, struck=struck)
        for piece in _PIECES.findall(text)
    )
    return run["font"] + "".join(pieces).encode("utf-8", "surrogateescape")
