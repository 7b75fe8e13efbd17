"""Tables on pages: searched, sorted and cut into pages here, however many rows there are.

What was chosen travels in the body of a form and is remembered with the workbook; an address never
tells of it, since people search for firms by name.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from flask import request

from permu_xl.hosts.desk.parts.book import current
from permu_xl.hosts.desk.parts.shown import in_cell
from permu_xl.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from permu_xl.workbook.layout import Field
    from permu_xl.xlsx.cells import Value

__all__ = ["Choice", "Column", "Row", "Table", "View", "choice_for", "look_at"]

PAGE = 50
"""How many rows a page of a table has."""
FEW = 10
"""So many rows are seen at a glance."""
_MOST_TEXT = 100
_SENTENCE = 24
_NUMBERS = ("points", "number", "integer", "count", "share", "ratio", "percent")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, what stands above it, and how its values are shown.

    ``kind`` is that of a sheet's column.  ``pick`` offers the texts in it to choose from; ``firm``
    leads to the firm of the row, and ``beneath`` stands small below that instead of by itself.
    """

    key: str
    title: str
    kind: str
    pick: bool = False
    firm: bool = False
    beneath: bool = False

    @classmethod
    def of(cls, key: str, field: Field, *, pick: bool = False) -> Column:
        """Return the column of a sheet."""
        named, coded = field.key == "name", field.key == "code"
        return cls(key, field.header, field.kind, pick, firm=named, beneath=coded)

    @property
    def is_number(self) -> bool:
        """Whether it stands to the right, and begins with the greatest when sorted."""
        return self.kind in _NUMBERS


@dataclass(frozen=True, slots=True)
class Row:
    """The values of a row, and the firm in the roster that it is about."""

    cells: tuple[Value, ...]
    firm: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what its form is called, its title, columns and rows; what is said if empty."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    empty: str = "没有。"


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be seen of a table: rows with a text, with values in columns; their order."""

    text: str = ""
    picks: Mapping[str, str] = field(default_factory=dict)
    by: str = ""
    down: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class View:
    """A page of a table: its rows, how many there are in all and fit the choice, what to pick.

    ``looks`` is how the cells of each column are set.
    """

    table: Table
    choice: Choice
    rows: Sequence[Row]
    found: int
    pages: int
    options: Mapping[str, Sequence[str]]
    looks: Sequence[str]

    @property
    def beneath(self) -> int | None:
        """Which column stands below the firms' names; None for none."""
        return next((k for k, c in enumerate(self.table.columns) if c.beneath), None)

    @property
    def is_searched(self) -> bool:
        """Whether there is enough to search in, or a search to be undone."""
        return len(self.table.rows) > FEW or bool(self.choice.text or self.choice.picks)


def choice_for(name: str, *, given: Choice | None = None) -> Choice:
    """Return what is to be seen of a table: what the form says, else ``given``, else the last.

    What the form says is remembered.
    """
    options, key = current().options, f"table {name}"
    if request.method == "POST" and request.form.get("table") == name:
        options[key] = _asked()
    elif given is not None:
        return given
    found: Choice = options.get(key, Choice())
    return found


def _asked() -> Choice:
    form = request.form
    picks = {
        key.removeprefix("pick:"): value
        for key, value in form.items()
        if key.startswith("pick:") and value
    }
    by, down = form.get("by", ""), form.get("down") == "1"
    asked = form.get("sort", "")
    if asked:
        # Figures begin with the greatest; the same column once more turns the order round.
        column = asked.removeprefix("-")
        by, down = column, (not down if column == by else asked.startswith("-"))
    page = form.get("page", "1")
    number = int(page) if page.isdecimal() and len(page) < 7 else 1
    return Choice(form.get("text", "")[:_MOST_TEXT], picks, by, down, number)


def look_at(table: Table, choice: Choice) -> View:
    """Return the page of a table that a choice asks for."""
    places = {column.key: k for k, column in enumerate(table.columns)}
    options = {
        column.key: _texts(table, k) for k, column in enumerate(table.columns) if column.pick
    }
    rows = list(table.rows)
    for key, value in choice.picks.items():
        if key in options:
            k = places[key]
            rows = [row for row in rows if str(row.cells[k] or "") == value]
    if wanted := fold(choice.text.strip()).lower():
        rows = [row for row in rows if _says(row, wanted)]
    if choice.by in places:
        rows = _sorted(rows, places[choice.by], down=choice.down)
    pages = max(1, math.ceil(len(rows) / PAGE))
    choice = replace(choice, page=min(max(choice.page, 1), pages))
    start = (choice.page - 1) * PAGE
    looks = [_look(table, k) for k in range(len(table.columns))]
    return View(table, choice, rows[start : start + PAGE], len(rows), pages, options, looks)


def _look(table: Table, k: int) -> str:
    """Return how the cells of a column are set: figures, firms, sentences or a few words."""
    column = table.columns[k]
    if column.is_number or column.firm:
        return "number" if column.is_number else "firm"
    texts = [cell for row in table.rows if isinstance(cell := row.cells[k], str)]
    longest = max(map(len, texts), default=0)
    return "short" if longest <= FEW else "wide" if longest <= _SENTENCE else "long"


def _texts(table: Table, k: int) -> list[str]:
    return sorted({str(row.cells[k]) for row in table.rows if row.cells[k]}, key=_spoken)


def _says(row: Row, wanted: str) -> bool:
    return any(isinstance(c, str) and wanted in fold(c).lower() for c in row.cells)


def _spoken(text: str) -> bytes:
    """Return what orders texts as people look names up: the common characters by their sound."""
    return text.encode("gb18030", "replace")


def _sorted(rows: list[Row], k: int, *, down: bool) -> list[Row]:
    """Sort by a column, numbers before texts; rows without a value come last either way."""

    def key(row: Row) -> tuple[bool, Any]:
        value = row.cells[k]
        return (True, _spoken(value)) if isinstance(value, str) else (False, value)

    known = [row for row in rows if in_cell(row.cells[k], "text")]
    others = [row for row in rows if not in_cell(row.cells[k], "text")]
    return sorted(known, key=key, reverse=down) + others
