"""The inputs as texts, row by row: their hash, and a hash of each row that names what was changed.

The rows' hashes stand on 运行记录 beside the last run.  They are short: the hash of all inputs says
whether anything was changed, these say where to look.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

import numpy as np

from permu_xl.engine import METHOD_NAMES
from permu_xl.workbook import layout
from permu_xl.workbook.reading import Book, Figure, FirmTable, Placed, firm_columns
from permu_xl.workbook.record.hashed_texts import digest, line, lines, number, numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = [
    "InputChange",
    "InputHashes",
    "changed_inputs",
    "input_hashes",
    "inputs_text",
    "moved_only",
]

_ROW_DIGITS = 8
"""Hexadecimal digits of the hash of a row; an item has two."""


class _Table(NamedTuple):
    """A table of the inputs: its sheet's title, headers and rows as texts, and where it stands.

    A table without headers has a name and its value in each row.  ``fields`` are the keys of the
    columns on the sheet, for ``placed``.
    """

    title: str
    headers: list[str]
    rows: Sequence[Sequence[str]]
    fields: tuple[str, ...] = ()
    placed: Placed | None = None

    def keys(self) -> list[tuple[str, int]]:
        """Return by what each row is known wherever it stands, and its number among its like."""
        seen: Counter[str] = Counter()
        keys = []
        for cells in self.rows:
            key = cells[0] if self.title == layout.PARAMETERS else cells[0] or cells[1]
            seen[key] += 1
            keys.append((key, seen[key]))
        return keys

    def lines(self) -> list[str]:
        """Return each row as a line of the canonical text, without the title."""
        return lines(self.rows)

    def hashes(self, lines: Sequence[str]) -> list[tuple[str, str]]:
        """Return the hash of each row and those of its items; ``lines`` are ``self.lines()``."""
        # There are a million items in a large district: no call for each.
        items = map(crc32, map(str.encode, chain.from_iterable(self.rows)))
        low = np.fromiter(items, np.uint32).astype(np.uint8).tobytes().hex()
        width = 2 * len(self.rows[0]) if self.rows else 0
        return [
            (digest(each)[:_ROW_DIGITS], low[width * n : width * (n + 1)])
            for n, each in enumerate(lines)
        ]

    def who(self, row: int) -> str:
        """Return how people call a row."""
        cells = self.rows[row]
        return cells[0] if self.title == layout.PARAMETERS else cells[1] or cells[0]

    def cell(self, row: int, item: int) -> str:
        """Return the address of an item, "" where it has no cell."""
        if self.placed is None or self.placed.column(self.fields[item]) is None:
            return ""
        return self.placed.cell(row, self.fields[item])


@dataclass(frozen=True, slots=True)
class InputChange:
    """Something that was changed after the last run: where, whose, which item, in words."""

    sheet: str
    cell: str
    who: str
    item: str
    text: str

    @property
    def told(self) -> str:
        """The change as a sentence."""
        place = f"{self.sheet}!{self.cell}" if self.cell else self.sheet
        return f"{place} {self.who}{f' {self.item}' if self.item else ''}：{self.text}。"


class InputHashes(NamedTuple):
    """The hash of all inputs; of each row its title, its key, its hash and those of its items."""

    whole: str
    rows: list[str]


def inputs_text(book: Book) -> str:
    """Return what was read from 参数, 原始数据, 上年数据 and 分类调整, as a canonical text.

    Firms and decisions stand in the order of their sheet, columns in that of the template;
    序号 and 备注 are left out, and so are blank rows.
    """
    return _text(_tables(book))


def _text(tables: Sequence[_Table]) -> str:
    return "".join(map(_table_text, tables, map(_Table.lines, tables)))


def _table_text(table: _Table, lines: Sequence[str]) -> str:
    title = line([table.title])[:-2]
    head = line([table.title, *table.headers]) if table.headers else ""
    # A line feed within a cell is written as \n: a line begins wherever there is one.
    return head + f"\n{''.join(lines)}".replace("\n[", f"\n{title},")[1:]


def input_hashes(book: Book) -> InputHashes:
    """Return the hash of ``inputs_text`` and, for 运行记录, those of its rows."""
    texts, rows = [], []
    for table in _tables(book):
        own = table.lines()
        texts.append(_table_text(table, own))
        hashed = zip(table.keys(), table.hashes(own), strict=True)
        marked = lines([(table.title, key, *hashes) for (key, _), hashes in hashed])
        rows += [each[:-1] for each in marked]
    return InputHashes(digest("".join(texts)), rows)


def changed_inputs(book: Book) -> list[InputChange]:
    """Return what was changed after the last run, as far as the rows' hashes tell."""
    known = _known(book)
    if not known:
        return []
    found: list[InputChange] = []
    for table in _tables(book):
        sheet = book.sheets.get(table.title, table.title)
        keys = zip(table.keys(), table.hashes(table.lines()), strict=True)
        for row, (key, now) in enumerate(keys):
            then = known.pop((table.title, *key), None)
            if then is None:
                place = table.cell(row, 1 if table.headers and table.rows[row][1] else 0)
                found.append(InputChange(sheet, place, table.who(row), "", "评价以后添的"))
            elif then != now:
                found += _changed_row(table, sheet, row, then[1], now[1])
    for title, gone, _ in known:
        sheet = book.sheets.get(title, title)
        found.append(InputChange(sheet, "", gone, "", "评价时有这一行，现在没有"))
    return found


def _changed_row(table: _Table, sheet: str, row: int, then: str, now: str) -> Iterator[InputChange]:
    who, cells = table.who(row), table.rows[row]
    items = [k for k in range(len(cells)) if then[2 * k : 2 * k + 2] != now[2 * k : 2 * k + 2]]
    if len(then) != len(now) or not items:
        yield InputChange(sheet, table.cell(row, 0), who, "", "这一行在评价以后改过")
        return
    for k in items:
        value = f"现在是“{cells[k]}”" if cells[k] else "现在是空的"
        item = table.headers[k] if table.headers else ""
        yield InputChange(sheet, table.cell(row, k), who, item, f"评价以后改过，{value}")


def moved_only(book: Book) -> bool:
    """Return whether the inputs differ from those of the last run by the order of rows alone."""
    known = _known(book)
    now = {
        (table.title, *key): hashes
        for table in _tables(book)
        for key, hashes in zip(table.keys(), table.hashes(table.lines()), strict=True)
    }
    return bool(known) and known == now and list(known) != list(now)


def _known(book: Book) -> dict[tuple[str, str, int], tuple[str, str]]:
    """Return the hashes on 运行记录 by title, key and number; none where they cannot be read."""
    if book.runs is None:
        return {}
    seen: Counter[tuple[str, str]] = Counter()
    known = {}
    for text in book.runs.inputs:
        try:
            title, key, whole, items = json.loads(text)
        except ValueError:
            return {}
        seen[title, key] += 1
        known[title, key, seen[title, key]] = (whole, items)
    return known


def _tables(book: Book) -> list[_Table]:
    tables = _parameters(book)
    for title, table in ((layout.DATA, book.current), (layout.PREVIOUS, book.previous)):
        if table is not None:
            tables.append(_firms(title, book, table))
    if book.adjustments is not None:
        fields = layout.adjustment_fields(book.scheme)
        rows = [
            [
                each.code, each.name, each.letter, each.reason, each.document,
                each.date.isoformat() if each.date else "",
            ]
            for each in book.adjustments.adjustments
        ]  # fmt: skip
        headers, keys = [f.header for f in fields], tuple(f.key for f in fields)
        placed = book.adjustments.placed
        tables.append(_Table(layout.ADJUSTMENTS, headers, rows, keys, placed))
    return tables


def _parameters(book: Book) -> list[_Table]:
    values = {
        "district": book.parameters.district,
        "year": str(book.parameters.year),
        "scheme": book.scheme.id,
    }
    names = [[name, values[key]] for key, name in layout.PARAMETER_NAMES.items()]
    rows = []
    for indicator, group in layout.parameter_rows(book.scheme):
        rule = indicator.baseline
        rows.append(
            [
                indicator.named(group),
                "" if group else number(indicator.weight),
                "" if group else METHOD_NAMES[rule.method],
                number(rule.manual_by.get(group) if group else rule.manual),
                "" if group else number(indicator.cap),
            ]
        )
    headers = [field.header for field in layout.parameter_fields()]
    return [_Table(layout.PARAMETERS, [], names), _Table(layout.PARAMETERS, headers, rows)]


def _firms(title: str, book: Book, table: FirmTable) -> _Table:
    columns = firm_columns(table.roster, book.scheme)
    headers = {field.key: field.header for field in layout.data_fields(book.scheme)}
    rows = list(zip(*map(_hashed, columns.values()), strict=True))
    return _Table(title, [headers[key] for key in columns], rows, tuple(columns), table.placed)


def _hashed(column: Sequence[Figure]) -> list[str]:
    # Most columns are numbers, and there are a million cells: no call for each.
    if set(map(type, column)) <= {float, type(None)}:
        return numbers(column)  # type: ignore[arg-type]
    spelled = iter(numbers([x for x in column if type(x) is float]))
    return [next(spelled) if type(x) is float else "" if x is None else str(x) for x in column]
