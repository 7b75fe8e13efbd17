"""The odd looks of a worksheet's cells, found in its XML.

Styles are looked at first: only where a format is suspicious or struck out are the cells gone
through, and in ordinary sheets even that is a search for the few styles in question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from permu_xl.xlsx.cells import MAX_COLUMN, Look, column_index_from_string, in_any_country, is_plain
from permu_xl.xlsx.package import is_true, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from permu_xl.xlsx.reading.plain_rows import Parted

__all__ = ["OddStyles", "odd_styles", "sheet_look"]

_BUILT_IN = {9: "0%", 10: "0.00%"}
_SUSPICIOUS = re.compile(rb"formatCode|strike|numFmtId\s*=\s*[\"'](?:9|10)[\"']")
_UNUSUAL = (
    re.compile(rb"<row(?=[ >/\t\r\n])(?! r=\")"),
    re.compile(rb"hidden(?:\s*=\s*'|\s+=|=\s)"),
)
"""Two patterns, as one that begins with a choice takes eight times as long."""
_ROW = re.compile(rb"<row\b[^>]*>")
_COL = re.compile(rb"<col\b[^>]*>")
_ATTRIBUTE = re.compile(rb'\s([A-Za-z]+)="([^"]*)"')
_HIDES = (b' hidden="', b' ht="0"', b' width="0"', b' ht="0.0"', b' width="0.0"')
_ADDRESS = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")


@dataclass(frozen=True, slots=True)
class OddStyles:
    """The cell styles (numbers in cellXfs) with a suspicious format, and those struck out."""

    formats: Mapping[int, str] = field(default_factory=dict)
    struck: frozenset[int] = frozenset()

    @property
    def all(self) -> frozenset[int]:
        """Both together."""
        return self.struck.union(self.formats)


def odd_styles(xml: bytes | None) -> OddStyles:
    """Return the odd styles of a workbook's styles.

    Raises etree.XMLSyntaxError where the XML is read and broken.
    """
    if xml is None or _SUSPICIOUS.search(xml) is None:
        return OddStyles()
    reader = _Styles()
    walk(xml, reader)
    codes = _BUILT_IN | reader.codes
    return OddStyles(
        {
            number: codes[format]
            for number, (format, _) in enumerate(reader.cells)
            if format in codes and not is_plain(codes[format])
        },
        frozenset(n for n, (_, font) in enumerate(reader.cells) if font in reader.struck),
    )


class _Styles:
    """Takes the events of styles.xml."""

    def __init__(self) -> None:
        self.codes: dict[int, str] = {}
        self.struck: set[int] = set()
        self.cells: list[tuple[int, int]] = []
        self._fonts = 0
        self._within = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name in ("numFmts", "fonts", "cellXfs", "dxfs", "cellStyleXfs"):
            self._within = name
        elif name == "numFmt" and self._within == "numFmts":
            number = _whole(attributes.get("numFmtId"))
            self.codes[number] = in_any_country(number, attributes.get("formatCode", ""))
        elif name == "font" and self._within == "fonts":
            self._fonts += 1
        elif name == "strike" and self._within == "fonts":
            if is_true(attributes.get("val", "1")):
                self.struck.add(self._fonts - 1)
        elif name == "xf" and self._within == "cellXfs":
            self.cells.append(
                (_whole(attributes.get("numFmtId")), _whole(attributes.get("fontId")))
            )

    def end(self, tag: str) -> None:
        if tag.rpartition("}")[2] == self._within:
            self._within = ""

    def data(self, text: str) -> None:
        pass

    def close(self) -> None:
        pass


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def sheet_look(
    sheet: Parted,
    odd: OddStyles,
    height: int,
    width: int,
    *,
    usual: bool,
    refuse: Callable[[int], None],
) -> Look:
    """Return what is odd about a sheet that was measured, within so many rows and columns.

    ``usual`` says that its cells are spelled as most are; ``refuse`` raises where the number of
    odd cells that it is told is too large.
    """
    xml = sheet.rest
    if not usual or any(pattern.search(xml) is not None for pattern in _UNUSUAL):
        return _walked(sheet.whole, odd, height, width, refuse)
    rows, columns = _hidden(xml, height, width)
    formats: dict[tuple[int, int], str] = {}
    struck: set[tuple[int, int]] = set()
    present = [n for n in sorted(odd.all) if b' s="%d"' % n in sheet.whole]
    for at, style in _styled(sheet.whole, present):
        if at[0] < height and at[1] < width:
            if style in odd.formats:
                formats[at] = odd.formats[style]
            if style in odd.struck:
                struck.add(at)
            refuse(len(formats) + len(struck))
    return Look(formats, {}, frozenset(struck), frozenset(), rows, columns)


def _styled(xml: bytes, styles: list[int]) -> Iterable[tuple[tuple[int, int], int]]:
    if not styles:
        return
    wanted = b"|".join(b"%d" % style for style in styles)
    pattern = re.compile(
        rb'<c r="([A-Z]{1,3})(\d{1,7})"(?: (?!s=)[a-z]+="[^"]*")* s="(' + wanted + rb')"'
    )
    letters: dict[bytes, int] = {}
    for found in pattern.finditer(xml):
        column = letters.get(found[1])
        if column is None:
            column = letters[found[1]] = column_index_from_string(found[1].decode()) - 1
        yield (int(found[2]) - 1, column), int(found[3])


def _hidden(xml: bytes, height: int, width: int) -> tuple[frozenset[int], frozenset[int]]:
    """Return the hidden rows and columns of a sheet that is spelled as usual."""
    rows: set[int] = set()
    columns: set[int] = set()
    for tag in _hiding(_ROW.findall(xml)):
        attributes = _attributes(tag)
        number = _whole(attributes.get("r"))
        if _is_hidden(attributes, "ht") and 0 < number <= height:
            rows.add(number - 1)
    for tag in _hiding(_COL.findall(xml, 0, max(xml.find(b"<sheetData"), 0))):
        attributes = _attributes(tag)
        if _is_hidden(attributes, "width"):
            columns |= _columns(attributes, width)
    return frozenset(rows), frozenset(columns)


def _hiding(tags: Sequence[bytes]) -> Iterable[bytes]:
    """Return the tags that may hide something; in most sheets none does."""
    together = b"".join(tags)
    marks = [mark for mark in _HIDES if mark in together]
    return (tag for tag in tags if any(mark in tag for mark in marks)) if marks else ()


def _attributes(tag: bytes) -> dict[str, str]:
    return {
        found[1].decode(): found[2].decode("utf-8", "replace") for found in _ATTRIBUTE.finditer(tag)
    }


def _is_hidden(attributes: Mapping[str, str], size: str) -> bool:
    extent = attributes.get(size, "")
    return is_true(attributes.get("hidden")) or (extent != "" and not extent.strip("0."))


def _columns(attributes: Mapping[str, str], width: int) -> set[int]:
    first, last = _whole(attributes.get("min")), _whole(attributes.get("max"))
    return set(range(max(first, 1) - 1, min(last, width, MAX_COLUMN)))


def _walked(
    xml: bytes, odd: OddStyles, height: int, width: int, refuse: Callable[[int], None]
) -> Look:
    reader = _Reader(odd, height, width, refuse)
    walk(xml, reader)
    return Look(
        reader.formats, {}, frozenset(reader.struck), frozenset(),
        frozenset(reader.rows), frozenset(reader.columns),
    )  # fmt: skip


class _Reader:
    """Takes the events of a sheet's XML; rows and cells without an address follow the last."""

    def __init__(
        self, odd: OddStyles, height: int, width: int, refuse: Callable[[int], None]
    ) -> None:
        self._refuse = refuse
        self.formats: dict[tuple[int, int], str] = {}
        self.struck: set[tuple[int, int]] = set()
        self.rows: set[int] = set()
        self.columns: set[int] = set()
        self._odd, self._height, self._width = odd, height, width
        self._row = self._column = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name == "row":
            self._row = _whole(attributes.get("r")) or self._row + 1
            self._column = 0
            if _is_hidden(attributes, "ht") and self._row <= self._height:
                self.rows.add(self._row - 1)
        elif name == "col":
            if _is_hidden(attributes, "width"):
                self.columns |= _columns(attributes, self._width)
        elif name == "c":
            self._cell(attributes)

    def _cell(self, attributes: Mapping[str, str]) -> None:
        self._column += 1
        found = _ADDRESS.fullmatch(attributes.get("r", ""))
        if found is not None:
            self._row, self._column = int(found[2]), column_index_from_string(found[1].upper())
        style = _whole(attributes.get("s"))
        if self._row <= self._height and self._column <= self._width:
            if style in self._odd.formats:
                self.formats[self._row - 1, self._column - 1] = self._odd.formats[style]
            if style in self._odd.struck:
                self.struck.add((self._row - 1, self._column - 1))
            self._refuse(len(self.formats) + len(self.struck))

    def end(self, tag: str) -> None:
        pass

    def data(self, text: str) -> None:
        pass

    def close(self) -> None:
        pass
