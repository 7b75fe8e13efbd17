"""Finding the header of a department's table, however many rows it takes, and what it says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

from permu_xl.intake.sources import SourceSheet
from permu_xl.intake.tables.periods import is_year_label, label_text, period_in, without_years
from permu_xl.intake.tables.synonyms import COUNTERPARTS, IDENTITY, Item, Kinds, Synonyms, key
from permu_xl.intake.tables.units import BRACKETS, FINENESS
from permu_xl.text import is_firm_name, is_identity_code, number_in, row_word
from permu_xl.xlsx.cells import is_blank, show

__all__ = ["ColumnAt", "Header", "Vocabulary", "find_headers", "seen_headings"]

SEARCH_ROWS = 60
MAX_DEPTH = 4
_WHOSE = frozenset((*IDENTITY, *COUNTERPARTS))
_UNIT_PREFIX = re.compile(r"^(?:计量|金额|货币|面积|数据)?单位[:：为是]?|(?:/|每)年$")
_PARTS = re.compile(r"[,，;；、]")
_LOOSE = re.compile(r"[((]?(?:不?含|不?包括|不?包含|已?扣除|未扣除?|剔除)[^()]*[))]?$")
_A_YEAR = re.compile(
    r"(?:(?:19|20)\d{2}|[二一][〇零○一二三四五六七八九]{3})\s*年?(?:度|末|底)?|[本上当去]年(?:度)?"
)
_BASIS = re.compile(r"(当量|等价)(?:值|口径|系数)")
_HEADING_LIKE = re.compile(
    r"名称|代码|识别号|税号|单位|企业|权利人|使用|承租|出租|USCC|户名|业主", re.I
)
_TAIL = re.compile(r"^(.*?)[\s:/,、_\-]+([^\s:/,、_\-]+)$", re.S)


@dataclass(frozen=True, slots=True)
class ColumnAt:
    """A recognised column: its item, 0-based place, header as read, unit ("" for none).

    ``doubtful`` says that the header means nearly, not exactly, the item; ``year`` is the one
    that the header names, ``basis`` says for energy whether it is 当量 or 等价 ("" for neither).
    """

    item: str
    column: int
    header: str
    unit: str
    doubtful: bool
    year: int | None
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a table on a sheet: rows ``top`` to ``bottom`` (0-based) and its columns.

    ``unknown`` are the other headers by column; ``titles`` the texts above the header, up to the
    table before it; ``inherited`` those of the tables before it on the sheet, the nearest first.
    ``end`` is the 0-based row below the table's last.
    """

    top: int
    bottom: int
    columns: tuple[ColumnAt, ...]
    unknown: Mapping[int, str]
    titles: tuple[str, ...]
    other_years: Mapping[int, str]
    inherited: tuple[tuple[str, ...], ...] = ()
    end: int = 0
    year_told: bool = False
    """Whether a column names the year that is asked for."""

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
        self._labels: dict[str, _Label] = {}
        self._items: dict[tuple[str, ...], tuple[str, bool] | None] = {}
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
        """Take a header cell apart into name and unit; brackets of all kinds may be nested."""
        shown = label_text(cell) or show(cell)
        if shown not in self._labels:
            self._labels[shown] = self._taken_apart(shown)
        return self._labels[shown]

    def _taken_apart(self, shown: str) -> _Label:
        text = unicodedata.normalize("NFKC", shown).strip()
        units: list[str] = []
        pieces = _bracketed(text.translate(BRACKETS))
        contents = any(within for within, _ in pieces)
        name = "".join(
            "".join(self._said(part, units) for part in _PARTS.split(piece)) if within else piece
            for within, piece in pieces
        )
        if not units:
            if self.synonyms.units.find(name):
                return _Label("", self._unit(name))
            tail = None if contents else _TAIL.match(name)
            unit = _UNIT_PREFIX.sub("", tail.group(2)) if tail else ""
            if tail is not None and self.synonyms.units.find(unit):
                units.append(unit)
                name = re.sub(r"(?:计量|金额)?单位$", "", tail.group(1).strip())
            elif not contents:
                name = self._glued(name, units)
        told = list(dict.fromkeys(self._unit(unit) for unit in units))
        # Two units in one header are none that could be converted, which is told.
        return _Label(name, "、".join(told))

    def _said(self, part: str, units: list[str]) -> str:
        """Return what a part of a bracket adds to the name: nothing for a unit or neutral word."""
        part = FINENESS.sub("", part).strip()
        unit = _UNIT_PREFIX.sub("", part)
        if self.synonyms.units.find(unit):
            units.append(unit)
            return ""
        return "" if key(without_years(part)) in self._neutral else part

    def _glued(self, name: str, units: list[str]) -> str:
        """Return a name without the unit written right behind it: 实缴税收万元."""
        if key(name) in self.exact or key(name) in self.near:
            return name
        for length in range(min(6, len(name) - 2), 0, -1):
            front, unit = name[:-length], name[-length:]
            if self.synonyms.units.find(unit) and key(without_years(front)) in self.exact:
                units.append(unit)
                return front
        return name

    def _unit(self, text: str) -> str:
        found = self.synonyms.units.find(text)
        return found[0] if found else ""

    def item(self, labels: Sequence[str]) -> tuple[str, bool] | None:
        """Return the item that the labels of a column mean, from the top down, and doubt.

        What a bracket takes in or leaves out (不含税) leaves doubt.
        """
        path = tuple(labels)
        if path not in self._items:
            self._items[path] = self._item(path)
        return self._items[path]

    def _item(self, labels: Sequence[str]) -> tuple[str, bool] | None:
        if any(word in label for label in labels for word in self.synonyms.words.other):
            return None
        found = self._meant([_BASIS.sub("", label) for label in labels])
        found = found or self._meant(labels)
        if found is None and any(_LOOSE.search(label) for label in labels):
            loosely = self._meant([_LOOSE.sub("", label) for label in labels])
            found = None if loosely is None else (loosely[0], True)
        return found

    def _meant(self, labels: Sequence[str]) -> tuple[str, bool] | None:
        names = [name for name in (key(without_years(label)) for label in labels) if name]
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


def _bracketed(text: str) -> list[tuple[bool, str]]:
    """Return the pieces of a text, and for each whether brackets are around it; they may nest.

    >>> _bracketed("综合能耗(吨标准煤(当量值))")
    [(False, '综合能耗'), (True, '吨标准煤'), (True, '当量值')]
    """
    pieces: list[tuple[bool, str]] = []
    depth = 0
    for piece in re.split(r"([()])", text):
        if piece == "(":
            depth += 1
        elif piece == ")":
            depth = max(depth - 1, 0)
        elif piece:
            pieces.append((depth > 0, piece))
    return pieces


def find_headers(sheet: SourceSheet, vocabulary: Vocabulary, year: int) -> list[Header]:
    """Return the headers of the tables on a sheet from the top down: none, one or several.

    A header needs a code or a name and one more wanted column.  Of rows that could be one and the
    same header those with the most wanted columns win, then those with the fewest columns wanted
    twice.  A table below another begins with a header of its own, also where a long list repeats
    it: its units and columns are then read anew.
    """
    rows = _Labels(sheet, vocabulary)
    best: list[tuple[tuple[int, ...], int, int]] = []
    for bottom in rows.bottoms:
        for depth in range(1, min(MAX_DEPTH, bottom + 1) + 1):
            top = bottom - depth + 1
            found = _recognised(rows, vocabulary, top, bottom)
            items = {item for item, _ in found.values()}
            if not items & _WHOSE or len(items) < 2:
                continue
            whose = [c for c, (item, _) in found.items() if item in _WHOSE]
            if rows.continues(bottom + 1, whose):
                continue
            score = (len(items), len(items) - len(found), -depth, -bottom)
            if best and (top <= best[-1][2] or not rows.has_firms(best[-1][2] + 1, top)):
                if score > best[-1][0]:
                    best[-1] = score, top, bottom
            else:
                best.append((score, top, bottom))
    headers: list[Header] = []
    above: tuple[tuple[str, ...], ...] = ()
    for number, (_, top, bottom) in enumerate(best):
        end = best[number + 1][1] if number + 1 < len(best) else len(sheet.grid.rows)
        start = rows.title_rows(headers[-1].bottom + 1, top) if headers else 0
        header = _header(rows, vocabulary, top, bottom, start)
        columns, others = _of_year(header.columns, year)
        header = replace(header, columns=columns, other_years=others, inherited=above, end=end)
        if headers and _continues(header, headers[-1], vocabulary):
            # The same table, its header repeated on the next page.
            headers[-1] = replace(headers[-1], end=end)
            continue
        if headers:
            headers[-1] = replace(headers[-1], end=start)
        headers.append(header)
        above = (header.titles, *above)
    return headers


def _continues(header: Header, before: Header, vocabulary: Vocabulary) -> bool:
    """Return whether a header only repeats the one before it, with nothing new above it."""

    def said(each: Header) -> object:
        return [(c.item, c.column, c.header) for c in each.columns], each.unknown, each.other_years

    if said(header) != said(before):
        return False
    units = vocabulary.synonyms.units
    return not any(
        row_word(title) not in ("note", "group")
        or units.told(title)
        or units.strange(title)
        or "租" in title
        or period_in(title).years
        for title in header.titles
    )


def seen_headings(sheet: SourceSheet) -> list[str]:
    """Return the row of a sheet that looks most like a header, to say what was seen."""
    best: list[str] = []
    for row in sheet.grid.rows[:SEARCH_ROWS]:
        texts = [" ".join(show(cell).split()) for cell in row if not is_blank(cell)]
        words = [text for text in texts if number_in(text) is None and len(text) < 30]
        if len(words) > len(best):
            best = words
    return best


class _Labels:
    """The cells of a sheet's headers with merged cells spread out."""

    def __init__(self, sheet: SourceSheet, vocabulary: Vocabulary) -> None:
        self.sheet, self.vocabulary = sheet, vocabulary
        self.grid = sheet.grid
        self.width = max((len(row) for row in self.grid.rows[:SEARCH_ROWS]), default=0)
        self.bottoms = self._bottoms()
        near = {row + shift for row in self.bottoms for shift in range(-MAX_DEPTH, 2)}
        self._origin = {
            (row, column): (top, left)
            for (top, left), (bottom, right) in sheet.merged
            if top in near or bottom in near
            for row in range(top, min(bottom, top + SEARCH_ROWS) + 1)
            for column in range(left, min(right, self.width) + 1)
        }

    def _bottoms(self) -> list[int]:
        """Return the rows where a header may end: the first ones, and those near its words."""
        count = len(self.grid.rows)
        found = set(range(min(count, SEARCH_ROWS)))
        known: dict[str, bool] = {}
        for number in range(SEARCH_ROWS, count):
            for cell in self.grid.rows[number]:
                if not isinstance(cell, str) or len(cell) > 24 or cell[-2:] == "公司":
                    continue
                if cell not in known:
                    known[cell] = self._names_whose(cell)
                if known[cell]:
                    found |= {row for row in range(number, number + MAX_DEPTH) if row < count}
                    break
        return sorted(found)

    def _names_whose(self, cell: str) -> bool:
        if _HEADING_LIKE.search(cell) is None:
            return False
        meant = self.vocabulary.item([self.vocabulary.label(cell).name])
        return meant is not None and meant[0] in _WHOSE

    def has_firms(self, start: int, stop: int) -> bool:
        """Return whether rows between two headers hold anything but blanks and titles."""
        return any(self._is_statement(row) for row in range(start, stop))

    def _is_statement(self, row: int) -> bool:
        for cell in self.grid.rows[row]:
            if is_year_label(cell):
                continue
            if not isinstance(cell, str):
                if not is_blank(cell):
                    return True
            elif number_in(cell) is not None or is_identity_code(cell):
                return True
        return False

    def title_rows(self, start: int, top: int) -> int:
        """Return the first of the rows right above a header that are its titles."""
        row = top
        while row > start and self._is_title(row - 1):
            row -= 1
        return row

    def _is_title(self, row: int) -> bool:
        filled = [cell for cell in self.grid.rows[row] if not is_blank(cell)]
        if not filled:
            return True
        if self._is_statement(row):
            return False
        texts = [show(cell) for cell in filled]
        if any(row_word(text) in ("total", "sample") or is_firm_name(text) for text in texts):
            return len(texts) == 1 and len(texts[0]) > 12 and not is_firm_name(texts[0])
        return len(texts) <= 2 or any(row_word(text) == "note" for text in texts)

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
            if is_blank(cell) and row < bottom and self._may_belong_left(bottom, column):
                at = self._group(row, bottom, column)
                cell = self.grid.cell(*at)
            if not is_blank(cell) and at not in seen and at[0] >= top:
                seen.add(at)
                cells.append(cell)
        return cells

    def _may_belong_left(self, bottom: int, column: int) -> bool:
        """Text files cannot merge; years stand below a heading that is often not merged either."""
        cell = self.grid.cell(bottom, column)
        if not self.sheet.merges_known or is_year_label(cell):
            return True
        return isinstance(cell, str) and _A_YEAR.fullmatch(cell.strip()) is not None

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
        if any(isinstance(cell, str) and row_word(cell) == "part" for cell in labels[:1]):
            return False
        texts = [label_text(cell) for cell in labels]
        if any(is_year_label(cell) for cell in labels):
            # A row of totals may have a figure that could be a year.
            totals = any(isinstance(c, str) and row_word(c) is not None for c in labels[:1])
            if totals or sum(is_year_label(cell) for cell in labels) < 2:
                return False
        return bool(labels) and all(text is not None and number_in(text) is None for text in texts)


def _recognised(
    rows: _Labels, vocabulary: Vocabulary, top: int, bottom: int
) -> dict[int, tuple[str, bool]]:
    found = {}
    for column in range(rows.width):
        path = rows.path(top, bottom, column)
        if not path or not isinstance(path[0], str) or None in map(label_text, path):
            continue
        meant = vocabulary.item([vocabulary.label(cell).name for cell in path])
        if meant is not None:
            found[column] = meant
    return found


def _header(rows: _Labels, vocabulary: Vocabulary, top: int, bottom: int, start: int) -> Header:
    meant = _recognised(rows, vocabulary, top, bottom)
    exact = {item for item, doubtful in meant.values() if not doubtful}
    columns, unknown = [], {}
    for column in range(rows.width):
        path = rows.path(top, bottom, column)
        if not path:
            continue
        shown = "／".join(" ".join((label_text(cell) or show(cell)).split()) for cell in path)
        found = meant.get(column)
        if found is None or (found[1] and found[0] in exact):
            unknown[column] = shown
            continue
        labels = [vocabulary.label(cell) for cell in path]
        years = [y for label in labels for y in period_in(label.name, bare=True).years]
        years += [y for cell in path for y in period_in(show(cell)).years if y not in years]
        unit = next((label.unit for label in reversed(labels) if label.unit), "")
        basis = next((m.group(1) for cell in path if (m := _BASIS.search(show(cell)))), "")
        item, doubtful = found
        year = years[0] if years else None
        columns.append(ColumnAt(item, column, shown, unit, doubtful, year, basis))
    return Header(top, bottom, tuple(columns), unknown, _titles(rows, start, top), {})


def _of_year(columns: Sequence[ColumnAt], year: int) -> tuple[tuple[ColumnAt, ...], dict[int, str]]:
    """Return the columns of a year or of none, and the headers of those of other years."""
    others = {c.column: c.header for c in columns if c.year not in (None, year)}
    return tuple(c for c in columns if c.column not in others), others


def _titles(rows: _Labels, start: int, top: int) -> tuple[str, ...]:
    """Return the texts above the header; a unit may stand in the cell beside its heading."""
    titles = []
    for row in range(start, top):
        texts = [
            show(cell)
            for column in range(len(rows.grid.rows[row]))
            if rows.origin(row, column) == (row, column)
            and not is_blank(cell := rows.grid.cell(row, column))
        ]
        titles += texts
        titles += [one + two for one, two in pairwise(texts) if one[-1] in ":："]
    return tuple(titles)
