"""How the cells of a sheet look, as far as that differs from what they hold.

A person who hands in a table vouches for what is seen: a figure whose format shows it ten
thousand times smaller, a row hidden by a filter or struck out, a value left under a merged cell
are not what was meant.  Nearly all sheets have nothing of the kind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from permu_xl.text import EXACT_BELOW
from permu_xl.xlsx.cells.number_formats import (
    Shown,
    scale_of,
    section_of,
    shown,
    shown_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

__all__ = ["NOTHING_ODD", "Judge", "Look", "covered_cells", "differs", "in_ranges", "unit_factor"]

How: TypeAlias = Literal["scale", "unit", ""]

_MULTIPLES = {
    "十": 10, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7,
    "亿": 10**8, "k": 1000, "K": 1000,
}  # fmt: skip
_PREFIX = re.compile(r"(?:十|百|千)?[万亿]|[十百千]")
_UNITS = re.compile(
    r".*(?:元|圆|美元|亩|吨|公顷|米|平方米|平米|㎡|m2|m²|ha|人|千克|公斤|克|kg|t|tce|煤|度|千瓦时|kwh"
    r"|当量|户|家|个|件|分|角|[$€£₩₽]|USD|EUR|GBP|JPY|HKD|KRW)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Look:
    """What is odd about the look of a sheet, by 0-based row and column.

    ``formats`` are the number formats that may show another figure or a unit, ``figures`` what
    stands on the page where the file says so itself; ``struck`` and ``covered`` are cells,
    ``hidden_rows`` and ``hidden_columns`` places.
    """

    formats: Mapping[tuple[int, int], str] = field(default_factory=dict)
    figures: Mapping[tuple[int, int], str] = field(default_factory=dict)
    struck: frozenset[tuple[int, int]] = frozenset()
    covered: frozenset[tuple[int, int]] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()

    def seen(self, row: int, column: int, number: float) -> Shown | None:
        """Return what is shown of a cell's number; None where it is shown as it is."""
        text = self.figures.get((row, column))
        if text is not None:
            return shown_text(text)
        code = self.formats.get((row, column))
        return None if code is None else shown(code, number)

    def __bool__(self) -> bool:
        return any(
            (self.formats, self.figures, self.struck, self.covered, self.hidden_rows,
             self.hidden_columns)
        )  # fmt: skip


NOTHING_ODD = Look()


@dataclass(slots=True)
class Judge:
    """Judges the cells of one column: most formats are judged once and not for every cell.

    ``factor`` returns what a figure in the unit spelled beside it is to be multiplied by to be one
    in the column's unit: 0 where that cannot be, None for words that are no unit.
    """

    look: Look
    factor: Callable[[str], Fraction | None]
    _known: dict[tuple[str, int], How | None] = field(default_factory=dict)

    def differs(self, row: int, column: int, number: float) -> How:
        """Return in what the figure that is seen differs from the number held; "" for nothing."""
        code = self.look.formats.get((row, column))
        if code is None or (row, column) in self.look.figures:
            return differs(self.look.seen(row, column, number), number, self.factor)
        place = section_of(code, number)
        if number == 0 or place is None or not abs(number) < EXACT_BELOW:
            return ""
        if (code, place) not in self._known:
            self._known[code, place] = self._always(code, place)
        always = self._known[code, place]
        return differs(shown(code, number), number, self.factor) if always is None else always

    def _always(self, code: str, place: int) -> How | None:
        """Return what is so for every number of a section; None where it depends on them."""
        scale = scale_of(code, place)
        if scale is None:
            return None
        power, words = scale
        agrees = Fraction(10) ** power * _worth(words, self.factor) == 1
        return "" if agrees else "scale" if power else "unit"


def _worth(words: str, factor: Callable[[str], Fraction | None]) -> Fraction:
    """Return what a figure with these words beside it is worth in the column's unit."""
    multiple = _MULTIPLES.get(words)
    if multiple is not None or not words:
        return Fraction(multiple or 1)
    known = factor(words)
    return Fraction(1) if known is None else known


def differs(seen: Shown | None, number: float, factor: Callable[[str], Fraction | None]) -> How:
    """Return in what the figure that is seen differs from the number held; ``factor`` as above."""
    if seen is None or number == 0:
        return ""
    worth = _worth(seen.words, factor)
    if seen.figure is not None and worth:
        exact, figure = abs(Fraction(repr(float(number)))), Fraction(seen.figure) * worth
        slack = Fraction(1, 10**seen.decimals) * worth * Fraction(5000001, 10**7)
        if abs(figure - exact) <= slack:
            return ""
    return "unit" if seen.ratio(number) == 1 else "scale"


def unit_factor(words: str, unit: str) -> Fraction | None:
    """Return the factor from a unit in a number format to a column's own, as ``differs`` asks.

    >>> unit_factor("万元", "万元"), unit_factor("元", "万元"), unit_factor("人", "亩")
    (Fraction(1, 1), Fraction(1, 10000), Fraction(0, 1))
    >>> unit_factor("约", "亩") is None
    True
    """
    words = words.removeprefix("人民币").removesuffix("整")
    if words == unit:
        return Fraction(1)
    (one, base), (other, own) = _taken_apart(words), _taken_apart(unit)
    if base == own and own:
        return Fraction(one, other)
    return Fraction(0) if unit and _UNITS.fullmatch(words) else None


def _taken_apart(unit: str) -> tuple[int, str]:
    found = _PREFIX.match(unit)
    return (1, unit) if found is None else (_MULTIPLES[found[0]], unit[found.end() :])


def covered_cells(
    rows: Sequence[Sequence[Any]], merged: Iterable[tuple[tuple[int, int], tuple[int, int]]]
) -> frozenset[tuple[int, int]]:
    """Return the cells with content that lie under a merged cell and are not seen.

    ``merged`` are ((top, left), (bottom, right)), 0-based, within the rows.
    """
    found = set()
    for (top, left), (bottom, right) in merged:
        for row in range(top, min(bottom + 1, len(rows))):
            cells = rows[row]
            for column in range(left, min(right + 1, len(cells))):
                if (row, column) != (top, left) and cells[column] not in ("", None):
                    found.add((row, column))
    return frozenset(found)


def in_ranges(rows: Iterable[int]) -> list[tuple[int, int]]:
    """Return numbers as ranges, first and last.

    >>> in_ranges([7, 3, 4, 5])
    [(3, 5), (7, 7)]
    """
    ranges: list[tuple[int, int]] = []
    for row in sorted(set(rows)):
        if ranges and ranges[-1][1] == row - 1:
            ranges[-1] = ranges[-1][0], row
        else:
            ranges.append((row, row))
    return ranges
