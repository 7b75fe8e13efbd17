"""Cells that the reading library cannot take, spelled so that it can; nothing else is changed.

It knows the error values of Excel 2007 only, and it fails on numbers that are no dates where a
date format makes it look for one.  Both are ordinary slips: a formula of a newer Excel that spills
(#SPILL!), a credit code typed into a column of dates.
"""

from __future__ import annotations

import re

__all__ = ["tamed"]

_FORMULA = rb"(?:<P?f[^<>]*/>|<P?f[^<>]*>[^<]*</P?f>)?"
_ERROR = (
    rb'(<P?c [^<>]*\bt="e"[^<>]*>F<P?v>)'
    rb"(?!#(?:N/A|VALUE!|REF!|DIV/0!|NUM!|NAME\?|NULL!)<)[^<]*(?=</P?v>)"
)
_NO_DATE = (
    rb'(<P?c [^<>]*?) s="[^"<>]*"([^<>]*>F<P?v>)'
    rb"(?=\s*(?:[-+nNiI]|\d{8}|[\d.]{1,40}[eE]\+?\d)[^<]*</P?v>)"
)


def _pattern(text: bytes, prefix: bytes) -> re.Pattern[bytes]:
    return re.compile(text.replace(b"F<", _FORMULA + b"<").replace(b"P?", prefix))


_USUAL = _pattern(_ERROR, b""), _pattern(_NO_DATE, b"")
_UNUSUAL = _pattern(_ERROR, rb"(?:[\w.-]+:)?"), _pattern(_NO_DATE, rb"(?:[\w.-]+:)?")


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
    if b't="e"' in xml:
        xml = errors.sub(rb"\1#N/A", xml)
    return no_dates.sub(rb"\1\2", xml)
