"""Cell values as the XML of a sheet spells them."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from permu_xl.xlsx.cells import FilledDown, Formula, Link, Value, get_column_letter
from permu_xl.xlsx.package import escape, quoteattr
from permu_xl.xlsx.writing.patterns import Patterns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from permu_xl.xlsx.writing.patterns import Slots

MAX_TEXT = 32_767
"""What a cell can hold, in UTF-16 units."""
_ELLIPSIS = "…"
_FORBIDDEN = "\x00-\x08\x0b-\x1f"
"""What XML cannot carry, and the carriage return, which a parser would turn into a newline."""
_NONE = "\ud800-\udfff\ufffe\uffff"
"""What is no character."""
_SUSPECT = re.compile(f"[{_FORBIDDEN}{_NONE}]|_x")
_UNUSUAL = re.compile(rf"[{_FORBIDDEN}{_NONE}&<>\n\t]|_x|^\s|\s\Z")
"""What a text without has can stand in an element as it is."""
_NOT_PLAIN = re.compile(rf"[{_FORBIDDEN}{_NONE}&<>_\s]")
"""What a text without has nothing unusual wherever it stands among others."""
_NO_CHARACTER = re.compile(f"[{_NONE}]")
# An underscore counts as the beginning of an escape also where the underscore that closes it
# comes from the escape of the next character.
_ESCAPED = re.compile(f"[{_FORBIDDEN}]|_(?=x[0-9A-Fa-f]{{4}}[_{_FORBIDDEN}])")

_NUMBERS, _TEXTS = {float, int, type(None)}, {str, type(None)}
"""What a column mostly holds."""


def clean_text(text: str) -> str:
    r"""Return a text as a cell can hold it: what Excel shows after it has read the file.

    What is no character, such as half of a surrogate pair, becomes U+FFFD; what is longer than
    32,767 UTF-16 units is cut and ends in an ellipsis.  All else stays, control characters too.

    >>> clean_text("沈阳\ud83d机床"), len(clean_text("长" * 40_000))
    ('沈阳�机床', 32767)
    """
    if _NO_CHARACTER.search(text):
        # Two halves that belong together are one character, and are joined on the way.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        text = _NO_CHARACTER.sub("\ufffd", text)
    if 2 * len(text) <= MAX_TEXT:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * MAX_TEXT:
        return text
    # A pair that the cut parts is dropped whole.
    return units[: 2 * (MAX_TEXT - 1)].decode("utf-16-le", "ignore") + _ELLIPSIS


def xstring(text: str) -> str:
    r"""Return a text as the schema's xstring: what XML cannot carry is spelled ``_xHHHH_``.

    Text that looks like such an escape is escaped itself, as Excel does.

    >>> xstring("铃\x07"), xstring("_x0041_"), xstring("a_x")
    ('铃_x0007_', '_x005F_x0041_', 'a_x')
    """
    if 2 * len(text) <= MAX_TEXT and not _SUSPECT.search(text):
        return text
    text = clean_text(text)
    return _ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def plain(value: Value) -> float | int | str | bool | Formula | Link | None:
    """Return a value with everything that leaves a cell empty as None, numpy's as Python's own.

    >>> plain(float("nan")), plain(""), plain(float("inf")), plain(-0.0)
    (None, None, None, 0.0)
    """
    if value is None or isinstance(value, bool | Formula | Link):
        return value
    if isinstance(value, float):
        # NaN and the infinities are no numbers of a spreadsheet; a negative zero is shown as -0.
        return float(value) + 0.0 if value - value == 0.0 else None
    if isinstance(value, str):
        return str(value) or None
    if isinstance(value, int):
        return int(value)
    if hasattr(value, "item"):
        scalar: Any = value.item()
        return plain(scalar)
    raise TypeError(f"a cell cannot hold {type(value).__name__}")


def is_empty(value: Value | FilledDown) -> bool:
    """Return whether a value leaves a cell empty."""
    return not isinstance(value, FilledDown) and plain(value) is None


def general(value: float | int | bool) -> str:
    """Return a number or truth value as a cell of format General shows it.

    >>> general(12.0), general(0.1 + 0.2), general(True)
    ('12', '0.3', 'TRUE')
    """
    return str(value).upper() if isinstance(value, bool) else f"{value:.15g}"


def cached(value: Value) -> tuple[str | None, str]:
    """Return cell type and text of a formula's cached result; nothing is an empty text."""
    known = plain(value)
    if isinstance(known, bool):
        return "b", "1" if known else "0"
    if isinstance(known, Link):
        known = known.text
    if isinstance(known, float | int):
        return None, repr(known)
    return "str", xstring(known) if isinstance(known, str) else ""


class CellWriter:
    """Turns values into cell elements, with the namespace prefix of the sheet at hand.

    ``links`` gathers the links of the cells written, ``forgotten`` the cells that are not to be
    written after all, both by address.  ``first_share`` as in ``Patterns``.
    """

    def __init__(self, prefix: str | None, first_share: int = 0) -> None:
        self._prefix = f"{prefix}:" if prefix else ""
        self.links: dict[str, Link] = {}
        self.forgotten: set[str] = set()
        self._patterns = Patterns(self._prefix, lambda text: escape(xstring(text)), first_share)

    def column(
        self,
        number: int,
        style: str | None,
        rows: range,
        values: Sequence[Value | FilledDown],
        *,
        blanks: bool = True,
    ) -> list[str]:
        """Return the cells of a column, one a row, empty below the values; "" for no cell.

        An empty cell is written only to carry a style, and only with ``blanks``.
        """
        values = list(values)
        values += [None] * (len(rows) - len(values))
        p = self._prefix
        letters = get_column_letter(number)
        head = f'<{p}c r="{letters}'
        look = f'" s="{style}"' if style else '"'
        empty = f"{look}/>" if style and blanks else None
        kinds = set(map(type, values))
        # Over a million cells in a large district: no call for each of a column's usual ones.
        if kinds <= _NUMBERS:
            number_open, number_close = f"{look}><{p}v>", f"</{p}v></{p}c>"
            return [
                f"{head}{row}{number_open}{number}{number_close}"
                # None, nan, inf
                if "n" not in number
                else f"{head}{row}{empty}"
                if empty
                else ""
                for row, number in zip(rows, _numbers(values), strict=True)
            ]
        if kinds <= _TEXTS:
            text_open, text_close = f'{look} t="inlineStr"><{p}is><{p}t', f"</{p}t></{p}is></{p}c>"
            return [
                f"{head}{row}{text_open}{text}{text_close}"
                if text
                else f"{head}{row}{empty}"
                if empty
                else ""
                for row, text in zip(rows, _texts(values), strict=True)  # type: ignore[arg-type]
            ]
        return [
            self._single(number, style, row, value, blanks=blanks)
            for row, value in zip(rows, values, strict=True)
        ]

    def _single(
        self, number: int, style: str | None, row: int, value: Value | FilledDown, *, blanks: bool
    ) -> str:
        if isinstance(value, FilledDown):
            return self._patterns.cell(number, style, value, row).decode()
        look = f'" s="{style}"' if style else '"'
        if type(value) is Formula:
            p, address = self._prefix, f"{get_column_letter(number)}{row}"
            formula = escape(xstring(value.text))
            array = _array(address) if value.array else ""
            return f'<{p}c r="{address}{look}><{p}f{array}>{formula}</{p}f></{p}c>'
        known = plain(value)
        return "" if known is None and not blanks else self._other(number, look, row, known)

    def rows(
        self,
        rows: range,
        columns: Mapping[int, Sequence[Value | FilledDown]],
        styles: Mapping[int, str | None],
        look: Mapping[str, str],
    ) -> Iterator[bytes]:
        """Yield whole rows, without empty cells; nothing for a row that has no other."""
        head, middle, end = self.row("\0", look, "\0").encode().split(b"\0")
        last: tuple[Value | FilledDown, ...] = ()
        slots: Slots = ()
        for row, cells in zip(rows, zip_longest(*columns.values()), strict=False):
            if cells != last:
                last = cells
                slots = tuple(c if isinstance(c, FilledDown) else c is not None for c in cells)
            pieces = self._patterns.row(row, styles, slots)
            if len(pieces) > 1:
                one = range(row, row + 1)
                others = [
                    self.column(number, styles[number], one, [cell], blanks=False)[0].encode()
                    for number, cell in zip(columns, cells, strict=True)
                    if cell is not None and not isinstance(cell, FilledDown)
                ]
                pieces = [x for both in zip_longest(pieces, others, fillvalue=b"") for x in both]
            if made := b"".join(pieces):
                yield b"%s%d%s%s%s" % (head, row, middle, made, end)

    def _other(self, number: int, look: str, row: int, value: Value) -> str:
        p, address = self._prefix, f"{get_column_letter(number)}{row}"
        head = f'<{p}c r="{address}{look}'
        if value is None:
            return "" if look == '"' else f"{head}/>"
        if isinstance(value, Link):
            self.links[address] = value
            value = value.text
        if isinstance(value, str):
            return f'{head} t="inlineStr"><{p}is><{p}t{_text(value)}</{p}t></{p}is></{p}c>'
        kind, text = cached(value)
        return f"{head}{_type(kind)}><{p}v>{text}</{p}v></{p}c>"

    def row(self, number: int | str, look: Mapping[str, str], cells: str) -> str:
        """Return a row with its cells, given as text."""
        p = self._prefix
        attributes = "".join(f" {name}={quoteattr(value)}" for name, value in look.items())
        return f'<{p}row r="{number}"{attributes}>{cells}</{p}row>'

    def forget(self, number: int, row: int) -> None:
        """Take back what was noted of a cell that is not to be written after all."""
        address = f"{get_column_letter(number)}{row}"
        self.links.pop(address, None)
        self.forgotten.add(address)

    def result(self, number: int, style: str | None, row: int, value: Value) -> str:
        """Return a cell that shows a part of an array formula's result."""
        p = self._prefix
        kind, text = cached(value)
        head = f'<{p}c r="{get_column_letter(number)}{row}"' + (f' s="{style}"' if style else "")
        return f"{head}{_type(kind)}><{p}v>{escape(text)}</{p}v></{p}c>"


def _array(address: str) -> str:
    return f' t="array" ref="{address}"'


def _type(kind: str | None) -> str:
    return f' t="{kind}"' if kind else ""


def _numbers(values: Sequence[Any]) -> list[str]:
    """Return numbers as they are written, "None" for None, without the sign of a zero."""
    listed = repr(values)
    if "-0.0" in listed:
        listed = repr([None if value is None else value + 0 for value in values])
    return listed[1:-1].split(", ") if values else []


def _texts(texts: Sequence[str | None]) -> Iterator[str]:
    """Return what ``_text`` returns of each; "" for None and an empty text."""
    known = [text for text in texts if text]
    together = "".join(known)
    if 2 * len(together) <= MAX_TEXT and (together.isalnum() or not _NOT_PLAIN.search(together)):
        return (f">{text}" if text else "" for text in texts)
    spelled = {text: _text(text) for text in set(known)}
    return (spelled[text] if text else "" for text in texts)


def _text(text: str) -> str:
    """Return the rest of a text element after its name, up to its end tag."""
    # Codes and names are letters and digits, and that is found out fastest.
    if 2 * len(text) <= MAX_TEXT and (text.isalnum() or not _UNUSUAL.search(text)):
        return f">{text}"
    known = escape(xstring(text))
    keeps_space = known != known.strip() or "\n" in known or "\t" in known
    return f' xml:space="preserve">{known}' if keeps_space else f">{known}"
