"""Finding tables by the text of their headers, wherever users have moved them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from permu_xl.workbook.layout.fields import Field

SEARCH_ROWS = 60
"""How far down a header may stand: titles and notes above it are passed over."""

_BRACKETS = re.compile(r"^(.*?)[(\[]([^()\[\]]*)[)\]]$")
_UNIT_SYNONYMS = {
    "吨标煤": "吨标准煤",
    "tce": "吨标准煤",
    "万": "万元",
    "万元人民币": "万元",
    "人民币万元": "万元",
    "名": "人",
    "个": "人",
    "市亩": "亩",
}


@dataclass(frozen=True, slots=True)
class Header:
    """A header cell taken apart; equal for all ways of writing it."""

    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class TableAt:
    """Where a table stands: 0-based header row, 0-based column by field key.

    ``missing`` are required fields without a column, ``repeated`` fields with more than one
    (key and 0-based columns), ``wrong_units`` fields whose header names another unit.
    """

    header_row: int
    columns: Mapping[str, int]
    missing: tuple[Field, ...]
    repeated: Mapping[str, tuple[int, ...]]
    wrong_units: Mapping[str, str]

    @property
    def first_row(self) -> int:
        """0-based row right below the header."""
        return self.header_row + 1


def parse_header(cell: Any) -> Header:
    """Take a header cell apart into name and unit; full-width forms and spaces do not matter.

    >>> parse_header(" 用地面积 (亩)")
    Header(name='用地面积', unit='亩')
    >>> parse_header("综合能耗（吨标煤）") == parse_header("综合能耗（吨标准煤）")
    True
    >>> parse_header("C/D类排序分")
    Header(name='C/D类排序分', unit='')
    """
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", cell if isinstance(cell, str) else ""))
    text = text.rstrip("*:").lstrip("*")
    matched = _BRACKETS.match(text)
    if matched is None:
        return Header(text, "")
    name, unit = matched.groups()
    unit = unit.removeprefix("单位:")
    return Header(name, _UNIT_SYNONYMS.get(unit.lower(), unit))


def find_table(rows: Sequence[Sequence[Any]], fields: Sequence[Field]) -> TableAt | None:
    """Return where a table with these fields stands; None when no row looks like its header.

    The header is the row with the most matching names among the first ``SEARCH_ROWS``, at least
    two of them and half of the required ones; the topmost such row wins.
    """
    wanted = {parse_header(field.header).name: field for field in fields}
    best_row, best_hits = -1, 0
    for number, row in enumerate(rows[:SEARCH_ROWS]):
        hits = len({name for cell in row if (name := _known(cell, wanted)) is not None})
        if hits > best_hits:
            best_row, best_hits = number, hits
    required = sum(field.required for field in fields)
    if best_hits < max(2, min(required, len(fields)) / 2):
        return None
    places: dict[str, list[int]] = {}
    wrong_units: dict[str, str] = {}
    for column, cell in enumerate(rows[best_row]):
        known = _known(cell, wanted)
        if known is None:
            continue
        field, unit = wanted[known], parse_header(cell).unit
        places.setdefault(field.key, []).append(column)
        if field.kind == "number" and unit not in _accepted_units(field):
            wrong_units[field.key] = unit
    return TableAt(
        header_row=best_row,
        columns={key: columns[0] for key, columns in places.items()},
        missing=tuple(f for f in fields if f.required and f.key not in places),
        repeated={key: tuple(c) for key, c in places.items() if len(c) > 1},
        wrong_units=wrong_units,
    )


def _accepted_units(field: Field) -> tuple[str, ...]:
    """No unit at all is taken for the right one; a count of equivalents may be called so."""
    return ("", parse_header(field.header).unit, *(() if field.unit else ("当量", "当量数")))


def _known(cell: Any, wanted: Mapping[str, Field]) -> str | None:
    """Return the name under which a header cell is wanted; brackets may be part of a name."""
    if not isinstance(cell, str) or not cell.strip():
        return None
    header = parse_header(cell)
    for name in (header.name, f"{header.name}({header.unit})"):
        if name in wanted:
            return name
    return None
