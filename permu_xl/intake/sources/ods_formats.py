"""The number formats of an OpenDocument file, spelled as spreadsheet programs spell them.

They are needed where a program wrote the figure itself in place of what is shown of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from permu_xl.xlsx.cells import is_plain

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NumberStyles"]

_NUMBER = "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"
_STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0"
_KINDS = {f"{{{_NUMBER}}}{kind}" for kind in ("number-style", "currency-style", "percentage-style")}
_MOST_STYLES, _MOST_DIGITS, _MOST_CHARS = 20_000, 30, 255
_MOST_SECTIONS = 3


@dataclass(slots=True)
class _Made:
    """A style as it grows: its sections by condition, and what stands between the digits."""

    pieces: list[str] = field(default_factory=list)
    embedded: dict[int, str] = field(default_factory=dict)
    sections: list[tuple[str, str]] = field(default_factory=list)
    is_percentage: bool = False


class NumberStyles:
    """Takes the events of the styles; tells the suspicious formats by the names of cell styles."""

    def __init__(self) -> None:
        self._made: dict[str, _Made] = {}
        self._of_cells: dict[str, tuple[str, str]] = {}
        self._open: _Made | None = None
        self._text: list[str] | None = None
        self._position = 0
        self._known: dict[str, str] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take the beginning of an element."""
        if tag in _KINDS and len(self._made) < _MOST_STYLES:
            self._open = _Made(is_percentage=tag.endswith("percentage-style"))
            self._made[attributes.get(f"{{{_STYLE}}}name", "")] = self._open
        elif tag == f"{{{_STYLE}}}style" and len(self._of_cells) < _MOST_STYLES:
            self._of_cells[attributes.get(f"{{{_STYLE}}}name", "")] = (
                attributes.get(f"{{{_STYLE}}}data-style-name", ""),
                attributes.get(f"{{{_STYLE}}}parent-style-name", ""),
            )
        elif self._open is not None:
            self._within(self._open, tag, attributes)

    def _within(self, made: _Made, tag: str, attributes: Mapping[str, str]) -> None:
        def given(name: str) -> int:
            text = attributes.get(f"{{{_NUMBER}}}{name}", "")
            return min(int(text), 10**12) if text.isdecimal() and len(text) < 13 else 0

        if tag == f"{{{_NUMBER}}}number":
            factor = max(given("display-factor"), 1)
            decimals = min(given("decimal-places"), _MOST_DIGITS)
            scale = "," * min(round(math.log(factor, 1000)), 4)
            made.pieces.append(f"\0{'.' if decimals else ''}{'0' * decimals}{scale}")
        elif tag in (f"{{{_NUMBER}}}scientific-number", f"{{{_NUMBER}}}fraction"):
            made.pieces.append("0.00E+00")
        elif tag in (f"{{{_NUMBER}}}text", f"{{{_NUMBER}}}currency-symbol"):
            self._text, self._position = [], -1
        elif tag == f"{{{_NUMBER}}}embedded-text":
            self._text, self._position = [], min(given("position"), _MOST_DIGITS)
        elif tag == f"{{{_STYLE}}}map" and len(made.sections) < _MOST_SECTIONS:
            condition = attributes.get(f"{{{_STYLE}}}condition", "").removeprefix("value()")
            condition = condition.replace("!=", "<>")
            made.sections.append((condition, attributes.get(f"{{{_STYLE}}}apply-style-name", "")))

    def data(self, text: str) -> None:
        """Take text."""
        if self._text is not None:
            self._text.append(text[:_MOST_CHARS])

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        if tag in _KINDS:
            self._open = None
        elif self._text is not None and self._open is not None and tag.startswith(f"{{{_NUMBER}}}"):
            text, self._text = "".join(self._text)[:_MOST_CHARS], None
            if self._position >= 0:
                self._open.embedded[self._position] = text
            elif self._open.is_percentage and "%" in text:
                self._open.pieces.append("%")
            else:
                self._open.pieces.append(_quoted(text))

    def of_cell(self, style: str | None) -> str:
        """Return the format of cells of a style where it is suspicious; "" for any other."""
        if not style:
            return ""
        if style not in self._known:
            code = self._code(style)
            self._known[style] = "" if is_plain(code) else code
        return self._known[style]

    def _code(self, style: str) -> str:
        for _ in range(8):
            name, parent = self._of_cells.get(style, ("", ""))
            if name in self._made:
                return self._spelled(name)
            style = parent
        return "General"

    def _spelled(self, name: str) -> str:
        made = self._made[name]
        sections = [
            f"[{condition}]{_section(self._made[other])}"
            for condition, other in made.sections
            if other in self._made
        ]
        return ";".join([*sections, _section(made)])


def _section(made: _Made) -> str:
    """Return a section; a text between the digits stands so many places from their end."""
    places = max(made.embedded, default=0)
    digits = "0" + _quoted(made.embedded.get(places, ""))
    for place in range(places - 1, -1, -1):
        digits += "0" + _quoted(made.embedded.get(place, ""))
    return "".join(piece.replace("\0", digits) for piece in made.pieces) or '""'


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "'") + '"' if text else ""
