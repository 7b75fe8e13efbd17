"""What a number format makes of a number: the figure that a person sees, and the words beside it.

A format can divide by thousands (``0.0,``), multiply (``0.00%``), put a point where there is none
(``0!.0000``), append zeros or a unit (``#,##0"元"``).  So the number is written out as the format
says, and what then stands there is compared with what the cell holds.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from permu_xl.text import EXACT_BELOW, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Shown", "is_plain", "scale_of", "section_of", "shown", "shown_text"]

_PIECES = re.compile(
    r"""(?P<text>"[^"]*"?|[\\!].|_.|\*.)|(?P<bracket>\[[^\]]*\]?)"""
    r"""|(?P<general>General|G/通用格式|G/標準|Standard)|(?P<digit>[0#?])|(?P<other>.)""",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"\[\s*(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)\s*\]")
_CURRENCY = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]")
_DATE = re.compile(r"[ymdhsbgeaYMDHSBGEA年月日]")
_FIGURE = re.compile(r"\d+(?:\.\d+)?|\.\d+")
_GROUPED = re.compile(r"\d[\d,]*(?:\.\d+)?|\.\d+", re.ASCII)
_POWER = re.compile(r"\dE[+-]?\d", re.IGNORECASE)
_MOST_DIGITS = 400
_NO_WORD = re.compile(r"[\s()（）¥￥+\-−,]+")
_MOST_PLACES = 60
_PRECISION = 600
_LONG, _ALMOST = 1234567890123.0, Decimal("0.01")
"""A figure of many digits, and how little rounding changes it."""

_Sections: TypeAlias = tuple[tuple[tuple[tuple[str, str], ...], tuple[str, float] | None], ...]
_SAMPLES = (1234567.0, -1234567.0, 123456789012.0, 12.0, 1.0, 0.125)


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of a number: its figure (None for none at all), decimals, and the words."""

    figure: Decimal | None
    decimals: int
    words: str

    def ratio(self, held: float) -> Decimal | None:
        """Return what the figure is as a multiple of the number held; 1 where they agree.

        Rounding to the decimals shown is agreement; None where nothing is shown.
        """
        if self.figure is None:
            return None
        exact = abs(Decimal(repr(held)))
        if abs(self.figure - exact) <= Decimal(1).scaleb(-self.decimals) * Decimal("0.5000001"):
            return Decimal(1)
        return self.figure / exact if exact else Decimal(0)


def shown(code: str, number: float) -> Shown | None:
    """Return what a format shows of a number; None for dates, fractions and powers of ten.

    Numbers beyond those that keep all their digits are left alone: they are no figures.

    >>> shown("0!.0,", 1234567.0)
    Shown(figure=Decimal('123.5'), decimals=1, words='')
    >>> shown('#,##0.00"万元"', 890.0)
    Shown(figure=Decimal('890.00'), decimals=2, words='万元')
    """
    place = section_of(code, number)
    if place is None or not abs(number) < EXACT_BELOW:
        return None
    section = _sections(code)[place][0]
    if _is_other(section):
        return None
    with localcontext(prec=_PRECISION):
        return _written(section, abs(number))


def shown_text(text: str) -> Shown | None:
    """Return what a figure says that a file gives as it is shown; None where that is not clear.

    >>> shown_text("1,234.50元")
    Shown(figure=Decimal('1234.50'), decimals=2, words='元')
    >>> shown_text("###") is None
    True
    """
    plain = "".join(visible(unicodedata.normalize("NFKC", text)).split())
    if not plain.strip("#") or _POWER.search(plain):
        return None
    found = _GROUPED.search(plain)
    if found is None:
        return Shown(None, 0, _NO_WORD.sub("", plain))
    words = plain[: found.start()] + plain[found.end() :]
    figure = found[0].replace(",", "")[:_MOST_DIGITS]
    return Shown(Decimal(figure), len(figure.partition(".")[2]), _NO_WORD.sub("", words))


@lru_cache(maxsize=4096)
def is_plain(code: str) -> bool:
    """Return whether a format shows every number as it is, but for rounding and the sign ¥.

    >>> is_plain("#,##0.00_);[Red](#,##0.00)"), is_plain("0!.0,"), is_plain("0.00%")
    (True, False, False)
    >>> is_plain("yyyy-mm-dd"), is_plain('[>9999]0!.0,"万";0')
    (True, False)
    """
    samples = set(_SAMPLES)
    for _, limit in _CONDITION.findall(code):
        bound = float(limit[:_MOST_PLACES])
        samples |= {bound - 1, bound, bound + 1}
    for number in samples:
        seen = shown(code, number)
        if seen is not None and number and (seen.ratio(number) != 1 or seen.words):
            return False
    return True


@lru_cache(maxsize=4096)
def scale_of(code: str, section: int) -> tuple[int, str] | None:
    """Return by which power of ten a section changes all figures, and the words beside them.

    None where that depends on the figure, and for what is no figure.

    >>> scale_of("0!.0,", 0), scale_of('[>9999]0!.0,"万";0', 0), scale_of("yyyy", 0)
    ((-4, ''), (-4, '万'), None)
    """
    pieces = _sections(code)[section][0]
    if _is_other(pieces):
        return None
    with localcontext(prec=_PRECISION):
        seen = _written(pieces, _LONG)
        if not seen.figure:
            return None
        ratio = seen.figure / Decimal(repr(_LONG))
        power = round(ratio.log10())
        return (power, seen.words) if abs(ratio.scaleb(-power) - 1) < _ALMOST else None


@lru_cache(maxsize=4096)
def _sections(code: str) -> _Sections:
    """Return the sections of a format as pieces (kind, text), each with its condition."""
    sections: list[list[tuple[str, str]]] = [[]]
    for found in _PIECES.finditer(code):
        kind, text = found.lastgroup or "", found[0]
        if kind == "other" and text == ";":
            sections.append([])
        else:
            sections[-1].append((kind, text))
    if len(sections) > 1 and any(piece == ("other", "@") for piece in sections[-1]):
        sections.pop()
    return tuple((tuple(section), _condition(section)) for section in sections[:3])


def section_of(code: str, number: float) -> int | None:
    """Return the place of the section that applies to a number; None where none does."""
    sections = _sections(code)
    if len(sections) == 1 and sections[0][1] is None:
        return 0
    if any(condition for _, condition in sections):
        for place, (_, condition) in enumerate(sections):
            last = place == len(sections) - 1
            if condition is None and (last or (place == 1 and number < 0)):
                return place
            if condition is not None and _holds(number, *condition):
                return place
        return None
    if number < 0:
        return 1
    return 2 if number == 0 and len(sections) > 2 else 0


def _condition(section: Sequence[tuple[str, str]]) -> tuple[str, float] | None:
    for kind, text in section:
        found = _CONDITION.fullmatch(text) if kind == "bracket" else None
        if found is not None:
            return found[1], float(found[2][:_MOST_PLACES])
    return None


def _holds(number: float, sign: str, limit: float) -> bool:
    return {
        "<": number < limit, ">": number > limit, "=": number == limit,
        "<=": number <= limit, ">=": number >= limit, "<>": number != limit,
    }[sign]  # fmt: skip


def _is_other(section: Sequence[tuple[str, str]]) -> bool:
    """Return whether a section is for dates, fractions or powers of ten."""
    digits = any(kind in ("digit", "general") for kind, _ in section)
    others = [text for kind, text in section if kind == "other"]
    if digits:
        return any(text in "/eE" for text in others)
    brackets = [text for kind, text in section if kind == "bracket"]
    elapsed = any(re.fullmatch(r"\[[hmsHMS]+\]", text) for text in brackets)
    return elapsed or any(_DATE.match(text) for text in others)


def _written(section: Sequence[tuple[str, str]], number: float) -> Shown:
    """Write a number out as a section says, and read what then stands there."""
    pieces = list(_plain_pieces(section))
    if ("general", "") in pieces or ("other", "@") in pieces:
        exact = f"{Decimal(f'{number:.15g}'):f}"
        pieces = [
            ("made", exact) if piece in (("general", ""), ("other", "@")) else piece
            for piece in pieces
        ]
        decimals = len(exact.partition(".")[2])
    else:
        pieces, decimals = _digits(pieces, number)
    text = "".join(piece for _, piece in pieces)
    made = {
        at
        for (kind, _), (begin, end) in zip(pieces, _spans(pieces), strict=True)
        if kind == "made"
        for at in range(begin, end)
    }
    for found in _FIGURE.finditer(text):
        if made & set(range(*found.span())):
            words = text[: found.start()] + text[found.end() :]
            places = len(found[0].partition(".")[2])
            return Shown(Decimal(found[0]), places, _NO_WORD.sub("", words))
    nothing = Decimal(0) if any(kind == "made" for kind, _ in pieces) else None
    return Shown(nothing, decimals, _NO_WORD.sub("", text))


def _plain_pieces(section: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the pieces with their literal text; colours and conditions show nothing."""
    for kind, text in section:
        if kind == "text":
            if text[0] in "\\!":
                yield "text", text[1:]
            elif text[0] == '"':
                yield "text", text[1:].removesuffix('"')
        elif kind == "bracket":
            currency = _CURRENCY.fullmatch(text)
            if currency is not None:
                yield "text", currency[1]
        elif kind == "general":
            yield "general", ""
        else:
            yield kind, text


def _digits(pieces: list[tuple[str, str]], number: float) -> tuple[list[tuple[str, str]], int]:
    """Put the digits of a number into their places, the last digit into the last place."""
    places = [at for at, (kind, _) in enumerate(pieces) if kind == "digit"]
    if not places or len(places) > _MOST_PLACES:
        return [("text", text if kind == "text" else "") for kind, text in pieces], 0
    point = next((at for at, piece in enumerate(pieces) if piece == ("other", ".")), None)
    whole = [at for at in places if point is None or at < point]
    part = [at for at in places if point is not None and at > point]
    value = Decimal(repr(number))
    value *= 100 ** min(sum(piece == ("other", "%") for piece in pieces), _MOST_PLACES)
    for last in {(whole or [0])[-1], places[-1]}:
        following = last + 1
        while following < len(pieces) and pieces[following] == ("other", ","):
            value /= 1000
            following += 1
    rounded = value.quantize(Decimal(1).scaleb(-len(part)), ROUND_HALF_UP)
    before, _, after = f"{rounded:f}".partition(".")
    before = before.lstrip("0")
    filled = dict(zip(part, after, strict=True))
    for at in reversed(whole):
        digits = before if at == whole[0] else before[-1:]
        before = before[: len(before) - len(digits)]
        filled[at] = digits or ("0" if pieces[at][1] == "0" else "")
    made: list[tuple[str, str]] = []
    for at, (kind, text) in enumerate(pieces):
        if at in filled:
            made.append(("made", filled[at]))
        elif kind == "text" or text not in ",." or (at == point and part):
            made.append(("text", "" if text.isspace() or text == "'" else text))
    return made, len(part)


def _spans(pieces: Sequence[tuple[str, str]]) -> Iterator[tuple[int, int]]:
    begin = 0
    for _, text in pieces:
        yield begin, begin + len(text)
        begin += len(text)
