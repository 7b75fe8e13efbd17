"""Finding the header of a department's table, however many rows it takes, and what it says."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from permu_xl.intake.tables.headers.header_cells import MAX_DEPTH, SEARCH_ROWS, WHOSE, HeaderCells
from permu_xl.intake.tables.words import BASIS, Vocabulary, label_text, period_in
from permu_xl.text import is_firm_name, is_identity_code, number_in, row_word
from permu_xl.xlsx.cells import is_blank, show

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from permu_xl.intake.sources import SourceSheet

__all__ = ["ColumnAt", "Header", "find_headers", "seen_headings"]

_NOTE_ROWS = 20
"""So many of a table's last rows may be notes."""
_RATIO = re.compile(
    r"(?<![^\s:：;；,，。、为以])[^\s:：;；,，。、为以][^\s:：;；,，。、为以/／]*[/／][^\s:：;；,，。、为]+"
)


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
    ``end`` is the 0-based row below the table's last, ``footnotes`` the notes in its last rows that
    tell a unit.
    """

    top: int
    bottom: int
    columns: tuple[ColumnAt, ...]
    unknown: Mapping[int, str]
    titles: tuple[str, ...]
    other_years: Mapping[int, str]
    inherited: tuple[tuple[str, ...], ...] = ()
    end: int = 0
    footnotes: tuple[str, ...] = ()

    @property
    def beside(self) -> tuple[str, ...]:
        """The texts above and below the table that may tell the unit of its figures."""
        return self.titles + self.footnotes

    def first(self, item: str) -> int | None:
        """Return the 0-based column of an item; None where the table has none."""
        return next((c.column for c in self.columns if c.item == item), None)


def find_headers(sheet: SourceSheet, vocabulary: Vocabulary, year: int) -> list[Header]:
    """Return the headers of the tables on a sheet from the top down: none, one or several.

    A header needs a code or a name and one more wanted column.  Of rows that could be one and the
    same header those with the most wanted columns win, then those with the fewest columns wanted
    twice, then the one right above the firms.  A table below another begins with a header of its
    own, also where a long list repeats it: its units and columns are then read anew.
    """
    rows = HeaderCells(sheet, vocabulary)
    best: list[tuple[tuple[int, ...], int, int]] = []
    for bottom in rows.bottoms:
        for depth in range(1, min(MAX_DEPTH, bottom + 1) + 1):
            top = bottom - depth + 1
            found = _recognised(rows, vocabulary, top, bottom)
            items = {item for item, _ in found.values()}
            if not items & WHOSE or len(items) < 2:
                continue
            whose = [c for c, (item, _) in found.items() if item in WHOSE]
            if rows.continues(bottom + 1, whose):
                continue
            score = (len(items), len(items) - len(found), -depth, bottom)
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
    return [replace(header, footnotes=_unit_notes(rows, header, vocabulary)) for header in headers]


def _unit_notes(rows: HeaderCells, header: Header, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the notes that tell a unit: in a table's last rows, where no firm is, or beside it.

    A ratio (万元/亩) is the unit of no figure that is reported.
    """
    units, looked = vocabulary.synonyms.units, 0
    found = [text for text in header.unknown.values() if row_word(text) == "note"]
    code, name = header.first("code"), header.first("name")
    for row in range(header.end - 1, header.bottom, -1):
        cells = [cell for cell in rows.grid.rows[row] if not is_blank(cell)]
        if not cells:
            continue
        if looked == _NOTE_ROWS:
            break
        looked += 1
        whose = [show(rows.grid.cell(row, c)) for c in (code, name) if c is not None]
        if any(is_identity_code(text) or is_firm_name(text) for text in whose):
            continue
        texts = [show(cell) for cell in cells if isinstance(cell, str)]
        texts += [one + two for one, two in pairwise(texts) if one[-1] in ":："]
        plain = [_RATIO.sub(" ", text) for text in texts]
        found += plain
    return tuple(dict.fromkeys(t for t in found if units.told(t) or units.strange(t)))


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


def _recognised(
    rows: HeaderCells, vocabulary: Vocabulary, top: int, bottom: int
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


def _header(rows: HeaderCells, vocabulary: Vocabulary, top: int, bottom: int, start: int) -> Header:
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
        basis = next((m.group(1) for cell in path if (m := BASIS.search(show(cell)))), "")
        item, doubtful = found
        year = years[0] if years else None
        columns.append(ColumnAt(item, column, shown, unit, doubtful, year, basis))
    return Header(top, bottom, tuple(columns), unknown, _titles(rows, start, top), {})


def _of_year(columns: Sequence[ColumnAt], year: int) -> tuple[tuple[ColumnAt, ...], dict[int, str]]:
    """Return the columns of a year or of none, and the headers of those of other years."""
    others = {c.column: c.header for c in columns if c.year not in (None, year)}
    return tuple(c for c in columns if c.column not in others), others


def _titles(rows: HeaderCells, start: int, top: int) -> tuple[str, ...]:
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
