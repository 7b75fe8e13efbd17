"""Cells that the reading library cannot take, spelled so that it can; nothing else is changed.

It knows the error values of Excel 2007 only, and it fails on numbers that are no dates where a
date format makes it look for one.  Both are ordinary slips: a formula of a newer Excel that spills
(#SPILL!), a credit code typed into a column of dates.
"""

from __future__ import annotations

import re

from lxml import etree

from permu_xl.xlsx.package import SAFE

__all__ = ["merges_first", "tamed"]


_NO_DATE = re.compile(rb"<v>\s*(?:[-+nNiI]|\d{8}|[\d.]{1,40}[eE]\+?\d)")
"""How a number that is no date begins."""


def _patterns(prefix: bytes, equals: bytes, quote: bytes) -> tuple[re.Pattern[bytes], ...]:
    """Return what finds errors that are not known, and formats of what can be no date."""
    spelled = {b"P:": prefix, b"EQ": equals, b"QU": quote}
    formula = rb"(?:<P:f[^<>]*/>|<P:f[^<>]*>[^<]*</P:f>)?"
    error = (
        rb"(<P:c\b[^<>]*\stEQQUeQU[^<>]*>" + formula + rb"<P:v>)"
        rb"(?!#(?:N/A|VALUE!|REF!|DIV/0!|NUM!|NAME\?|NULL!)<)[^<]*(?=</P:v>)"
    )
    no_date = (
        rb"(<P:c\b[^<>]*?)\ssEQQU[^<>\"']*QU([^<>]*>" + formula + rb"<P:v>)"
        rb"(?=" + _NO_DATE.pattern.removeprefix(b"<v>") + rb"[^<]*</P:v>)"
    )
    for mark, spelling in spelled.items():
        error, no_date = error.replace(mark, spelling), no_date.replace(mark, spelling)
    return re.compile(error), re.compile(no_date)


_USUAL = _patterns(b"", b"=", b'"')
_UNUSUAL = _patterns(rb"(?:[\w.-]+:)?", rb"\s*=\s*", rb"[\"']")


def tamed(xml: bytes, *, usual: bool) -> bytes:
    """Return a sheet's XML with unknown errors as ``#N/A`` and without formats of what is no date.

    ``usual`` says that the sheet uses no prefixes, which makes it much faster.

    >>> tamed(b'<c r="A1" s="3" t="e"><v>#SPILL!</v></c>', usual=True)
    b'<c r="A1" s="3" t="e"><v>#N/A</v></c>'
    >>> tamed(b'<c r="A1" s="3"><v>9.1210100123456E17</v></c>', usual=True)
    b'<c r="A1"><v>9.1210100123456E17</v></c>'
    >>> tamed(b'<c r="A1" s="3"><v>43586</v></c>', usual=True)
    b'<c r="A1" s="3"><v>43586</v></c>'
    """
    errors, no_dates = _USUAL if usual else _UNUSUAL
    if not usual or b' t="e"' in xml:
        xml = errors.sub(rb"\1#N/A", xml)
    # To look at the values only is much faster, and most sheets have none of these.
    if usual and _NO_DATE.search(xml) is None:
        return xml
    return no_dates.sub(rb"\1\2", xml)


def merges_first(xml: bytes, rest: bytes) -> bytes:
    """Return a sheet's XML with no merged areas before its cells, where that saves time.

    The library goes through a sheet once more for its merged areas, which are read elsewhere, and
    stops at the first list of them.  ``rest`` is the sheet without its plain rows; that it is well
    formed is checked here instead.
    """
    if len(rest) * 4 > len(xml):
        return xml
    try:
        etree.fromstring(rest, etree.XMLParser(**SAFE))
    except etree.XMLSyntaxError:
        return xml
    return xml.replace(b"<sheetData", b"<mergeCells></mergeCells><sheetData", 1)
