"""Finding the header of a department's table, however many rows it takes, and what it says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from permu_xl.intake.sources import SourceSheet
from permu_xl.intake.tables.synonyms import IDENTITY, Item, Kinds, Synonyms, key
from permu_xl.text import number_in
from permu_xl.xlsx.cells import is_blank, show

__all__ = ["ColumnAt", "Header", "Vocabulary", "find_header"]

SEARCH_ROWS = 60
MAX_DEPTH = 4
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)(?:年度?)?")
_TAIL = re.compile(r"^(.*?)[\s:/,、_\-]+([^\s:/,、_\-]+)$", re.S)


@dataclass(frozen=True, slots=True)
class ColumnAt:
    """A recognised column: its item, 0-based place, header as read, unit ("" for none).

    ``doubtful`` says that the header means nearly, not exactly, the item; ``year`` is the one
    that the header names.
    """

    item: str
    column: int
    header: str
    unit: str
    doubtful: bool
    year: int | None


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a table on a sheet: rows ``top`` to ``bottom`` (0-based) and its columns.

    ``unknown`` are the other headers by column; ``titles`` the texts above the header.
    """

    top: int
    bottom: int
    columns: tuple[ColumnAt, ...]
    unknown: Mapping[int, str]
    titles: tuple[str, ...]
    other_years: Mapping[int, str]

    def first(self, item: str) -> int | None:
        """Return the 0-based column of an item; None where the table has none."""
        return next((c.column for c in self.columns if c.item == item), None)


@dataclass(frozen=True, slots=True)
class _Label:
    """A header cell taken apart."""

    name: str
    unit: str


class Vocabulary:
    """The wanted items, looked up by header."""

    def __init__(self, synonyms: Synonyms, wanted: Mapping[str, Item]) -> None:
        self.synonyms = synonyms
        self.wanted = wanted
        self.exact: dict[str, str] = {}
        self.near: dict[str, str] = {}
        self._fill(self.exact, {id: item.names for id, item in wanted.items()})
        self._fill(self.near, {id: item.check for id, item in wanted.items()})
        self.generic = {key(word) for word in synonyms.words.generic}
        self._neutral = sorted({key(w) for w in synonyms.words.neutral}, key=len, reverse=True)

    @staticmethod
    def _fill(found: dict[str, str], names: Mapping[str, Sequence[str]]) -> None:
        """Names that several items share mean none of them."""
        shared = set()
        for id, spelled in names.items():
            for name in {key(each) for each in spelled}:
                if found.setdefault(name, id) != id:
                    shared.add(name)
        for name in shared:
            del found[name]

    @cached_property
    def kinds(self) -> dict[str, Kinds]:
        """The columns of words that give a figure its sign, by header."""
        return {
            key(header): kinds
            for item, kinds in self.synonyms.kinds.items()
            if item in self.wanted
            for header in kinds.headers
        }

    def label(self, cell: Any) -> _Label:
        """Take a header cell apart into name and unit."""
        text = unicodedata.normalize("NFKC", show(cell)).strip()
        units: list[str] = []

        def bracket(found: re.Match[str]) -> str:
            content = (found.group(1) or found.group(2) or "").strip()
            unit = re.sub(r"^(?:计量|金额)?单位[:：]?", "", content)
            if self.synonyms.units.find(unit):
                units.append(unit)
                return ""
            return "" if key(content) in self._neutral else content

        name = _BRACKETS.sub(bracket, text)
        if not units:
            if self.synonyms.units.find(name):
                return _Label("", self._unit(name))
            tail = None if _BRACKETS.search(text) else _TAIL.match(name)
            unit = re.sub(r"^(?:计量|金额)?单位[:：]?", "", tail.group(2)) if tail else ""
            if tail is not None and self.synonyms.units.find(unit):
                units.append(unit)
                name = re.sub(r"(?:计量|金额)?单位$", "", tail.group(1).strip())
        return _Label(name, self._unit(units[0]) if units else "")

    def _unit(self, text: str) -> str:
        found = self.synonyms.units.find(text)
        return found[0] if found else ""

    def item(self, labels: Sequence[str]) -> tuple[str, bool] | None:
        """Return the item that the labels of a column mean, from the top down, and doubt."""
        if any(word in label for label in labels for word in self.synonyms.words.other):
            return None
        names = [name for name in (key(_YEAR.sub("", label)) for label in labels) if name]
        if not names:
            return None
        candidates = ["".join(names), "".join(names[-2:])]
        if names[-1] in self.generic and len(names) > 1:
            candidates += ["".join(names[:-1]), names[-2]]
        else:
            candidates.append(names[-1])
        for table, doubtful in ((self.exact, False), (self.near, True)):
            for candidate in candidates:
                for spelled in (candidate, self._stripped(candidate)):
                    if spelled in table:
                        return table[spelled], doubtful
        return None

    def _stripped(self, name: str) -> str:
        """Return a name without the neutral words around it."""
        changed = True
        while changed:
            changed = False
            for word in self._neutral:
                if name != word and (name.startswith(word) or name.endswith(word)):
                    name = (
                        name.removeprefix(word)
                        if name.startswith(word)
                        else (name.removesuffix(word))
                    )
                    changed = True
        return name

    def kind(self, labels: Sequence[str]) -> Kinds | None:
        """Return the kinds that a column of this header tells, if any."""
        return self.kinds.get(key(labels[-1])) if labels else None


def find_header(sheet: SourceSheet, vocabulary: Vocabulary, year: int) -> Header | None:
    """Return the header of the table on a sheet; None where no rows look like one.

    It needs a code or a name and one more wanted column.  Of the rows that could be it, those
    with the most wanted columns win, then those with the fewest columns wanted twice.
    """
    rows = _Labels(sheet)
    best: tuple[tuple[int, ...], int, int] | None = None
    for bottom in range(min(len(sheet.grid.rows), SEARCH_ROWS)):
        for depth in range(1, min(MAX_DEPTH, bottom + 1) + 1):
            top = bottom - depth + 1
            found = _recognised(rows, vocabulary, top, bottom)
            items = {item for item, _ in found.values()}
            if not items & set(IDENTITY) or len(items) < 2:
                continue
            identity = [c for c, (item, _) in found.items() if item in IDENTITY]
            if rows.continues(bottom + 1, identity):
                continue
            score = (len(items), len(items) - len(found), -depth, -bottom)
            if best is None or score > best[0]:
                best = score, top, bottom
    if best is None:
        return None
    return _header(rows, vocabulary, best[1], best[2], year)


class _Labels:
    """The cells of a sheet's head with merged cells spread out."""

    def __init__(self, sheet: SourceSheet) -> None:
        self.sheet = sheet
        self.grid = sheet.grid
        self.width = max((len(row) for row in self.grid.rows[:SEARCH_ROWS]), default=0)
        self._origin = {
            (row, column): (top, left)
            for (top, left), (bottom, right) in sheet.merged
            if top < SEARCH_ROWS
            for row in range(top, min(bottom, SEARCH_ROWS) + 1)
            for column in range(left, min(right, self.width) + 1)
        }

    def origin(self, row: int, column: int) -> tuple[int, int]:
        """Return the cell whose content a cell shows."""
        return self._origin.get((row, column), (row, column))

    def cell(self, row: int, column: int) -> Any:
        """Return what a cell shows."""
        return self.grid.cell(*self.origin(row, column))

    def path(self, top: int, bottom: int, column: int) -> list[Any]:
        """Return the header cells above a column, each once, from the top down.

        Text files cannot merge: a blank at the top belongs to the label left of it, as long as
        there is a label below.
        """
        cells: list[Any] = []
        seen: set[tuple[int, int]] = set()
        for row in range(top, bottom + 1):
            at = self.origin(row, column)
            cell = self.grid.cell(*at)
            if is_blank(cell) and not self.sheet.merges_known and row < bottom:
                at = self._group(row, bottom, column)
                cell = self.grid.cell(*at)
            if not is_blank(cell) and at not in seen and at[0] >= top:
                seen.add(at)
                cells.append(cell)
        return cells

    def _group(self, row: int, bottom: int, column: int) -> tuple[int, int]:
        left = column
        while left >= 0 and is_blank(self.grid.cell(row, left)):
            if is_blank(self.grid.cell(bottom, left)):
                return row, column
            left -= 1
        if left < 0 or is_blank(self.grid.cell(bottom, left)):
            return row, column
        return row, left

    def continues(self, row: int, identity: Sequence[int]) -> bool:
        """Return whether a row still belongs to the header above it: labels, and no firm."""
        if row >= len(self.grid.rows):
            return False
        for column in identity:
            if self.origin(row, column)[0] == row and not is_blank(self.grid.cell(row, column)):
                return False
        labels = [
            cell
            for column in range(self.width)
            if column not in identity
            and self.origin(row, column)[0] == row
            and not is_blank(cell := self.cell(row, column))
        ]
        return bool(labels) and all(
            isinstance(cell, str) and number_in(cell) is None for cell in labels
        )


def _recognised(
    rows: _Labels, vocabulary: Vocabulary, top: int, bottom: int
) -> dict[int, tuple[str, bool]]:
    found = {}
    for column in range(rows.width):
        path = rows.path(top, bottom, column)
        if not path or not all(isinstance(cell, str) for cell in path):
            continue
        meant = vocabulary.item([vocabulary.label(cell).name for cell in path])
        if meant is not None:
            found[column] = meant
    return found


def _header(rows: _Labels, vocabulary: Vocabulary, top: int, bottom: int, year: int) -> Header:
    meant = _recognised(rows, vocabulary, top, bottom)
    exact = {item for item, doubtful in meant.values() if not doubtful}
    columns, unknown, others = [], {}, {}
    for column in range(rows.width):
        path = rows.path(top, bottom, column)
        if not path:
            continue
        shown = "／".join(" ".join(show(cell).split()) for cell in path)
        found = meant.get(column)
        if found is None or (found[1] and found[0] in exact):
            unknown[column] = shown
            continue
        labels = [vocabulary.label(cell) for cell in path]
        years = [int(y) for label in labels for y in _YEAR.findall(label.name)]
        if any(each != year for each in years):
            others[column] = shown
            continue
        unit = next((label.unit for label in reversed(labels) if label.unit), "")
        item, doubtful = found
        columns.append(ColumnAt(item, column, shown, unit, doubtful, years[0] if years else None))
    return Header(top, bottom, tuple(columns), unknown, _titles(rows, top), others)


def _titles(rows: _Labels, top: int) -> tuple[str, ...]:
    """Return the texts above the header; a unit may stand in the cell beside its heading."""
    titles = []
    for row in range(top):
        texts = [
            show(cell)
            for column in range(rows.width)
            if rows.origin(row, column) == (row, column)
            and not is_blank(cell := rows.grid.cell(row, column))
        ]
        titles += texts
        titles += [one + two for one, two in pairwise(texts) if one[-1] in ":："]
    return tuple(titles)
