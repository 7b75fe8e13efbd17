"""Where everything stands on 核验: planned first, since all formulas refer to each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from permu_xl.book import layout
from permu_xl.book.model import Book, Placed
from permu_xl.book.proof_board import Table, absolute, column_of, on_sheet
from permu_xl.engine.evaluate import Evaluation
from permu_xl.engine.scheme import Scheme

LABEL, VALUE, DIFFERENCE, REMARK, FIRST_FREE = range(1, 6)
"""Columns of the single values; lists and the columns of small tables go on from there."""

INDICATOR_COLUMNS = (
    "name", "difference", "method", "remark", "weight", "cap", "maximum", "scale", "manual",
    "previous:numerator", "previous:denominator", "previous:aggregate", "previous:mean",
    "previous:highest",
    "current:numerator", "current:denominator", "current:aggregate", "current:mean",
    "current:highest",
    "picked", "baseline",
)  # fmt: skip
SELECTION_COLUMNS = (
    "name", "difference", "half", "remark", "numerator", "denominator", "due", "pool", "quota",
    "picked", "written",
)  # fmt: skip

ROW_CHECKS = (
    "test_identity", "test_participation", "test_indicators", "test_scores", "test_totals",
    "test_ranks", "test_halves", "test_keys", "test_classes", "test_final",
)  # fmt: skip
"""The checks that are made firm by firm."""

_POOL_KEYS = ("pool", "pool_sorted", "pool_rank", "pool_tied", "pool_place")
_GAP = 2
_SORTED_ALIKE = re.compile(r"[0-9A-Z]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Plan:
    """Rows and columns of the recomputation.

    ``values`` and ``lists`` give the rows of single values and of lists by key; ``indicators``
    and ``selections`` the rows of the two small tables by id.  ``code_order`` says that a
    spreadsheet puts the firms' identities in another order than their characters' codes.
    """

    book: Book
    scheme: Scheme
    year: int
    values: Mapping[str, int]
    lists: Mapping[str, int]
    selection_header: int
    selections: Mapping[str, int]
    indicator_header: int
    indicators: Mapping[str, int]
    firms: Table
    previous: Table | None
    decisions: Table | None
    code_order: bool

    def value(self, key: str) -> str:
        """Return the cell of a single value."""
        return absolute(self.values[key], VALUE)

    def difference(self, key: str) -> str:
        """Return the cell that says whether a single value is as it should be."""
        return absolute(self.values[key], DIFFERENCE)

    def indicator(self, id: str, key: str) -> str:
        """Return a cell of an indicator's row."""
        return absolute(self.indicators[id], INDICATOR_COLUMNS.index(key) + 1)

    def selection(self, id: str, key: str) -> str:
        """Return a cell of a selection's row."""
        return absolute(self.selections[id], SELECTION_COLUMNS.index(key) + 1)

    def differences(self, rows: Mapping[str, int]) -> str:
        """Return the column of differences of ``indicators`` or of ``selections``."""
        column = INDICATOR_COLUMNS.index("difference") + 1
        return f"{absolute(min(rows.values()), column)}:{absolute(max(rows.values()), column)}"

    def row(self, entry: int) -> int:
        """Return the row of a firm: blank rows of 原始数据 stay blank here."""
        return _row(self.firms, self.book.current.placed, entry)

    def previous_row(self, entry: int) -> int:
        """Return the row of one of last year's firms."""
        assert self.previous is not None
        assert self.book.previous is not None
        return _row(self.previous, self.book.previous.placed, entry)

    def written(self, title: str, key: str, entry: int) -> str:
        """Return the cell of a firm on a result sheet, which is aligned with 原始数据."""
        placed, at = self.book.current.placed, self.book.outputs[title]
        row = at.first_row + 1 + placed.rows[entry] - placed.first_row
        cell = absolute(row, at.columns[key] + 1).replace("$", "")
        return on_sheet(self.book.sheets[title], cell)

    def written_span(self, title: str, key: str) -> str:
        """Return the cells of all firms on a result sheet."""
        at = self.book.outputs[title]
        first = at.first_row + 1
        last = first + self.firms.last_row - self.firms.first_row
        return column_of(self.book.sheets[title], at.columns[key] + 1, first, last)


def make_plan(book: Book, evaluation: Evaluation) -> Plan:
    """Lay out the recomputation for a workbook."""
    scheme = evaluation.scheme
    row = layout.PROOF_BODY_ROW + 1
    values = {key: row + k for k, key in enumerate(_values(book, scheme))}
    row += len(values)
    lists = {key: row + k for k, key in enumerate(_lists(scheme))}
    row += len(lists) + 1
    selections = _ids_below(row, (s.id for s in scheme.classification.selections))
    indicator_header = row + len(selections) + 2
    indicators = _ids_below(indicator_header, (i.id for i in scheme.indicators))
    header = indicator_header + len(indicators) + 2
    code_order = not all(
        _SORTED_ALIKE.fullmatch(identity) for identity in evaluation.roster.identity()
    )
    firms = _table(_firm_keys(scheme, code_order), 1, header, _span(book.current.placed))
    right = len(firms.columns) + _GAP
    previous = decisions = None
    if book.previous is not None and book.previous.placed.rows:
        keys = _previous_keys(scheme)
        previous = _table(keys, right, header, _span(book.previous.placed))
        right += len(keys) + _GAP - 1
    if book.adjustments is not None and book.adjustments.adjustments:
        keys = ["name", "code", "letter", "row", "repeated"]
        decisions = _table(keys, right, header, len(book.adjustments.adjustments))
    return Plan(
        book=book,
        scheme=scheme,
        year=evaluation.year,
        values=values,
        lists=lists,
        selection_header=row,
        selections=selections,
        indicator_header=indicator_header,
        indicators=indicators,
        firms=firms,
        previous=previous,
        decisions=decisions,
        code_order=code_order,
    )


def figures(scheme: Scheme) -> list[str]:
    """Return the raw figures that the indicators are made of, in the order of the sheet."""
    used = {id for i in scheme.indicators for id in (i.numerator, i.denominator)}
    return [id for id in scheme.columns if id in used]


def flags(scheme: Scheme) -> list[str]:
    """Return the flags that bear on a class."""
    used = {flag for s in scheme.classification.selections for flag in s.flagged}
    return [id for id in scheme.flags if id in used]


def participation_keys(scheme: Scheme) -> list[str]:
    """Return the columns that decide who takes part, as far as the scheme needs them."""
    return [
        *(["industry"] if scheme.scope.excluded_industries else []),
        *(["start_date"] if scheme.scope.new_firm_years else []),
        "included",
    ]


def _values(book: Book, scheme: Scheme) -> Iterable[str]:
    yield "year"
    if "scheme" in book.parameters.cells:
        yield "scheme"
    if scheme.scope.new_firm_years:
        yield from ("established", "established_before")
    if scheme.bonus.cap is not None:
        yield "bonus_cap"
    yield from ("participants", "upper", "rows:current")
    if book.previous is not None:
        yield "rows:previous"
    if book.adjustments is not None:
        yield "rows:adjustments"
    yield from ("rows:scores", "rows:classes", "letters")


def _lists(scheme: Scheme) -> Iterable[str]:
    if scheme.scope.excluded_industries:
        yield "industries"
    if scheme.bonus.labels:
        yield from ("labels", "label_points")
    yield from ("letters", "letters_proposed", "letters_written")


def _ids_below(header: int, ids: Iterable[str]) -> dict[str, int]:
    return {id: header + k for k, id in enumerate(ids, 1)}


def _span(placed: Placed) -> int:
    """Return how many rows reach from the header to the last entry."""
    return placed.rows[-1] - placed.first_row + 1 if placed.rows else 1


def _table(keys: list[str], first_column: int, header_row: int, rows: int) -> Table:
    columns = {key: first_column + k for k, key in enumerate(keys)}
    return Table(columns, header_row, header_row + max(rows, 1))


def _row(table: Table, placed: Placed, entry: int) -> int:
    return table.first_row + placed.rows[entry] - placed.first_row


def _firm_keys(scheme: Scheme, code_order: bool) -> list[str]:
    selections = scheme.classification.selections
    return [
        "name", "code", "differences", "identity",
        *(["order"] if code_order else []),
        *participation_keys(scheme),
        *(f"figure:{id}" for id in figures(scheme)),
        *(f"value:{i.id}" for i in scheme.indicators),
        *(f"score:{i.id}" for i in scheme.indicators),
        "subtotal",
        *(["labels", "label_points"] if scheme.bonus.labels else []),
        "points", "bonus", "total", "sorted", "rank", "tied",
        *(f"key:{s.id}" for s in selections),
        "place", "half",
        *(f"{what}:{s.id}" for s in selections for what in _POOL_KEYS),
        *(f"flag:{id}" for id in flags(scheme)),
        "proposed", "final",
        *ROW_CHECKS,
    ]  # fmt: skip


def _previous_keys(scheme: Scheme) -> list[str]:
    return [
        "name",
        *participation_keys(scheme),
        *(f"figure:{id}" for id in figures(scheme)),
        *(f"value:{i.id}" for i in scheme.indicators),
    ]
